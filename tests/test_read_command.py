"""`kit read`: a text marked by the machine reader, as somebody types it."""

import io
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

import kit
from kit.cli import commands
from kit.commands.read import _PROFILES
from kit.model import marked
from kit.model.article import Article
from kit.model.files import load_article
from kit.model.labels import CUES
from kit.page.explained import explain
from kit.reader.profiles import CORE, POSSIBILITY, PROFILES, WIDE
from kit.reader.reading import as_json, machine_read

CHECKOUT = Path(kit.__file__).parent.parent
TEXT = "  Fire at [the] harbour\n\nThe mayor may resign, sources said.\nThe vote is in May. If e\u0301 holds, it ends. \U0001F600 It could.\n\n"
GERMAN = ("Der Bürgermeister könnte zurücktreten, sagten zwei Personen, die mit den Gesprächen vertraut sind. Die Abstimmung "
          "findet im Mai statt. Nach Angaben der Polizei wurde niemand verletzt, doch die Ursache ist noch unklar. "
          "Es wäre schon der dritte Fall in diesem Jahr, hieß es gestern Abend aus dem Rathaus der kleinen Stadt.")
OTHERS = {
    "German": GERMAN,
    "French": "Le maire pourrait démissionner, selon deux personnes proches du dossier. Le vote aura lieu en mai. La police "
              "affirme que personne n'a été blessé, mais la cause de l'incendie reste inconnue.",
    "Spanish": "El alcalde podría dimitir, según dos personas cercanas a las negociaciones. La votación será en mayo. La "
               "policía asegura que nadie resultó herido, pero la causa del incendio sigue sin conocerse.",
    "Dutch": "De burgemeester kan aftreden, zeiden twee mensen die bij de gesprekken betrokken zijn. De stemming is in mei. "
             "Volgens de politie raakte niemand gewond, maar de oorzaak van de brand is nog onduidelijk.",
    "names": "\n".join(["Ana Ruiz", "Ben Okoro", "Carla Lindqvist", "Dmitri Volkov", "Farah Haddad"] * 4),
    "code": "for (const row of rows) { total += row.price * row.count; render(row, document.querySelector('td')); }\n" * 5,
}


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    (tmp_path / "my-article.txt").write_bytes(TEXT.replace("\n", "\r\n").encode())
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str, **more) -> Result:
    return CliRunner().invoke(commands, ["read", *arguments], prog_name="kit", **more)


def labels(*arguments: str) -> list[str]:
    return [cue["label"] for cue in json.loads(run(*arguments, "--json").stdout)["cues"]]


# What is printed


def test_not_in_a_terminal_it_prints_marked_text_and_nothing_else(folder):
    done = subprocess.run([sys.executable, "-m", "kit", "read", "my-article.txt"], capture_output=True, timeout=120,
                          env=os.environ | {"PYTHONPATH": str(CHECKOUT)})
    reading = machine_read(Article("my-article", "", "", TEXT))
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode() == marked.write(TEXT, reading)
    assert {"[may|modal", "[sources|vague", "[May|-", "[If|condition", "[could|modal"} <= set(
        re.findall(r"\[\w+\|[a-z-]+", done.stdout.decode()))


def test_what_it_prints_is_read_back_as_the_same_text_and_cues(folder):
    text, key = marked.parse(run("my-article.txt").stdout)
    reading = machine_read(Article("my-article", "", "", TEXT))
    assert text == TEXT
    assert [(cue.start, cue.end, cue.label, cue.note) for cue in key.spans] == [
        (cue.start, cue.end, cue.label, cue.note) for cue in reading.spans]
    assert key.look_alikes == reading.look_alikes != ()


PIECES = st.sampled_from(["The mayor", " may ", "[", "]", "[[", "]]", "|", "\\", "<may>", ":", "?", "\r\n", "\n\n", " If ",
                          "sources said", " may well be", "cannot be ruled out", ". ", "May", "e\u0301", "\U0001F600", "\ufeff", "\0"])


@settings(max_examples=60)
@given(st.lists(PIECES, max_size=25).map("".join))
def test_any_text_comes_back_out_of_what_is_printed(text):
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "text.txt"
        path.write_bytes(text.encode())
        result = run(str(path))
    assert result.exit_code == 0
    shown = re.sub("\r\n?", "\n", text.removeprefix("\ufeff"))
    assert marked.parse(result.stdout)[0] == shown


def test_for_programs_it_is_the_reading_with_offsets_into_the_text_as_it_stands(folder):
    result = run("my-article.txt", "--json")
    record = json.loads(result.stdout)
    assert record["text"] == TEXT
    assert record == json.loads(json.dumps(as_json(*read(TEXT))))
    assert [TEXT[cue["start"]:cue["end"]] for cue in record["cues"]] == [cue["quote"] for cue in record["cues"]]
    assert [cue["quote"] for cue in record["cues"]] == ["may", "sources", "If", "could"]


def test_a_long_reading_for_programs_is_printed_whole(folder):
    """It is printed in pieces, so that it is not in memory twice."""
    text = "The mayor may resign, sources said.\n" * 700
    (folder / "long.txt").write_text(text, encoding="utf-8")
    expected = json.dumps(as_json(*read(text)), ensure_ascii=False, indent=2) + "\n"
    assert run("long.txt", "--json").stdout == expected and len(expected) > 400_000


def read(text: str):
    article = Article("my-article", "", "", text)
    return article, machine_read(article)


def test_explained_it_says_what_the_notebook_says(folder):
    article, reading = read(TEXT)
    expected = str(explain(Article(article.id, "Fire at [the] harbour", "", TEXT), reading))
    assert run("my-article.txt", "--explain").stdout == expected + "\n"
    assert "Rule: may (word list)\n" in expected and "the month" in expected


class Terminal(io.StringIO):
    """Standard output that says it is a terminal."""

    def __init__(self, encoding: str = "utf-8") -> None:
        super().__init__()
        self._signs = encoding

    @property
    def encoding(self) -> str:
        return self._signs

    def isatty(self) -> bool:
        return True


def drawn(monkeypatch, *arguments: str, terminal: Terminal | None = None, **environment: str) -> str:
    """Return what is printed to a terminal."""
    terminal = terminal or Terminal()
    for name, value in ({"TERM": "xterm-256color", "COLORTERM": "truecolor", "COLUMNS": "60"} | environment).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "stdout", terminal)
    commands(["read", *arguments], standalone_mode=False)
    return terminal.getvalue()


def test_in_a_terminal_every_cue_has_the_colour_of_its_kind_and_the_line_below_counts(folder, monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    shown = drawn(monkeypatch, "my-article.txt", "--without", "vague")
    for words, label in (("may", "modal"), ("If", "condition"), ("could", "modal")):
        red, green, blue = bytes.fromhex(CUES[label].colour[1:])
        assert f"48;2;{red};{green};{blue}m[{words}|{label}]\x1b[0m" in shown
    plain = re.sub(r"\x1b\[[\d;]*m", "", shown)
    text, _, below = plain.rpartition("\n\n")
    assert re.sub(r"\[([\w ]+)\|\w+\]", r"\1", text) == TEXT.rstrip()
    assert below == "3 cues: 2 Might-words, 1 If-words. Profile core, without vague.\n"


def test_in_a_terminal_no_text_commands_it_and_no_sign_stops_it(folder, monkeypatch):
    (folder / "bad.txt").write_text("It may \x1b[2J\x07 end \U0001F600.", encoding="utf-8")
    shown = drawn(monkeypatch, "bad.txt", terminal=Terminal("ascii"), NO_COLOR="1")
    assert "It " in shown and "\x1b[2J" not in shown and "\x07" not in shown
    assert shown.isascii()


def test_the_first_lines_can_be_taken_and_the_rest_thrown_away(folder):
    (folder / "long.txt").write_text("The mayor may resign.\n" * 4000, encoding="utf-8")
    command = f"{sys.executable} -m kit read long.txt | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, timeout=120,
                          env=os.environ | {"PYTHONPATH": str(CHECKOUT)})
    assert done.stdout.startswith("The mayor [may|modal") and done.stdout.count("\n") == 1
    assert done.stderr == ""


# What is read


def test_standard_input_is_read_as_it_stands():
    record = json.loads(run("-", "--json", input=b"\xef\xbb\xbfIt may.\r\n\r\nIt\rmight. \xf0\x9f\x98\x80 It could.").stdout)
    assert record["text"] == "It may.\n\nIt\nmight. \U0001F600 It could."
    assert [record["text"][cue["start"]:cue["end"]] for cue in record["cues"]] == ["may", "might", "could"]


def test_a_text_of_the_kit_is_named_by_its_id(folder):
    article = load_article("north-korea-2024")
    assert run(article.id).stdout == marked.write(article.text, machine_read(article))


def test_of_a_web_page_the_article_is_read(folder):
    words = "<p>The mayor may resign, sources said on Monday after a long night of talks in the town hall.</p>" * 3
    (folder / "page.html").write_text(f"<html><body><article><h1>Fire</h1>{words}</article></body></html>", encoding="utf-8")
    record = json.loads(run("page.html", "--json").stdout)
    assert "<p>" not in record["text"] and {cue["quote"] for cue in record["cues"]} == {"may", "sources"}


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf"])
def test_an_empty_text_has_an_empty_reading(folder, content):
    (folder / "empty.txt").write_bytes(content)
    assert (run("empty.txt").exit_code, run("empty.txt").output) == (0, "")
    record = json.loads(run("empty.txt", "--json").stdout)
    assert (record["text"], record["cues"], record["sentences"]) == ("", [], [])
    assert run("empty.txt", "--explain").output == "empty\nNo cues.\n"
    assert run("-", input=b"").output == ""


@pytest.mark.parametrize("language", OTHERS)
def test_of_what_is_not_english_it_says_so_beside_the_reading(folder, language):
    (folder / "other.txt").write_text(OTHERS[language], encoding="utf-8")
    result = run("other.txt", "--json")
    assert result.exit_code == 0 and json.loads(result.stdout)["text"] == OTHERS[language]
    sure = int(re.search(r"reads English only.* It is (\d+)% sure that this text is not English\.\n$", result.stderr)[1])
    assert sure == round(100 * json.loads(result.stdout)["not_english"]) >= 50


def test_of_english_it_says_nothing_beside_the_reading(folder):
    assert run("my-article.txt").stderr == run("north-korea-2024").stderr == ""


# What is looked for


def test_profiles_look_for_more_and_more(folder):
    (folder / "more.txt").write_text("The mayor may resign. It can end badly. Many shops closed.", encoding="utf-8")
    found = {name: labels("more.txt", "--profile", name) for name in PROFILES}
    assert len(found["core"]) == 1 < len(found["possibility"]) < len(found["wide"])


def test_the_commands_profiles_are_the_readers():
    assert tuple(PROFILES) == _PROFILES
    assert (kit.CORE, kit.POSSIBILITY, kit.WIDE) == (CORE, POSSIBILITY, WIDE) == tuple(PROFILES.values())


def test_kinds_are_switched_on_and_off(folder):
    assert labels("my-article.txt") == ["modal", "vague", "condition", "modal"]
    assert labels("my-article.txt", "--without", "modal", "--without", "vague") == ["condition"]
    assert labels("my-article.txt", "--only", "vague", "--only", "modal") == ["modal", "vague", "modal"]
    assert labels("my-article.txt", "--only", "vague", "--only", "modal", "--without", "modal") == ["vague"]


LEXICON = ('{"format": "kit/lexicon/1", "language": "en", "entries": [\n'
           '{"cue": "fire", "label": "hearsay", "why": "Who saw it burn?", "example": "[Fire] at the harbour."}\n]}\n')
RULES = "rule my own\nfor could\nno _ END\nbecause It ends there.\n"


@pytest.fixture
def own(folder):
    (folder / "words.json").write_text(LEXICON, encoding="utf-8")
    (folder / "rules.txt").write_text(RULES, encoding="utf-8")
    (folder / "my-article.txt").write_text("It is on fire. It may. It could.", encoding="utf-8")
    return folder


def test_words_and_rules_of_ones_own_come_before_the_kits(own):
    assert labels("my-article.txt") == ["modal", "modal"]
    assert labels("my-article.txt", "--lexicon", "words.json") == ["hearsay", "modal", "modal"]
    assert labels("my-article.txt", "--rules", "rules.txt") == ["modal"]
    assert "my own: It ends there." in run("my-article.txt", "--rules", "rules.txt", "--explain").stdout


def test_words_of_ones_own_take_the_place_of_the_kits(own):
    assert labels("my-article.txt", "--lexicon", "words.json", "--replace") == ["hearsay"]


def test_in_a_terminal_it_says_that_lines_of_ones_own_were_used(own, monkeypatch):
    shown = drawn(monkeypatch, "my-article.txt", "--lexicon", "words.json", "--only", "hearsay", NO_COLOR="1")
    assert shown.endswith("\n1 cue: 1 Somebody-said-so words. Profile core, only hearsay, with lines of your own.\n")


# What is wrong


@pytest.mark.parametrize(("arguments", "message"), [
    (["nothing.txt"], "nothing.txt: there is no such file. Check the name and the folder."),
    (["nothing"], "There is no file 'nothing'. There is no article 'nothing' in the kit. Choose one of: "),
    (["."], ".: this is not a file. Choose the file itself."),
    (["latin.txt"], "latin.txt line 2: not UTF-8 text. Save the file again as UTF-8."),
    (["my-article.txt", "--lexicon", "gone.json"], "gone.json: there is no such file."),
    (["my-article.txt", "--lexicon", "bad.json"], "bad.json line 2: entry 1 ('fire') has the label 'smoke'; choose one of "),
    (["my-article.txt", "--rules", "bad.txt"], "bad.txt line 3: "),
    (["my-article.txt", "--rules", "unknown.txt"], "unknown.txt line 1: rule 'my own' is for 'dragon', "),
    (["my-article.txt", "--rules", "unknown.txt", "--replace"], "unknown.txt line 1: rule 'my own' is for 'dragon', "),
])
def test_a_problem_is_one_line_with_place_and_remedy(folder, arguments, message):
    (folder / "latin.txt").write_bytes(b"caf\nna\xefve")
    (folder / "bad.json").write_text(LEXICON.replace("hearsay", "smoke"), encoding="utf-8")
    (folder / "bad.txt").write_text(RULES.replace("no _", "never _"), encoding="utf-8")
    (folder / "unknown.txt").write_text(RULES.replace("could", "dragon"), encoding="utf-8")
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"Error: {message}")


@pytest.mark.parametrize(("raw", "message"), [(b"caf\xe9", "standard input line 1: not UTF-8 text."),
                                              (b"a " * 10_000_001, "standard input: larger than 20 MB.")])
def test_a_problem_with_standard_input_names_it(raw, message):
    result = run("-", input=raw)
    assert (result.exit_code, result.stdout) == (1, "") and message in result.stderr


@pytest.mark.parametrize("arguments", [
    [], ["my-article.txt", "more"], ["my-article.txt", "--profile", "all"], ["my-article.txt", "--only", "smoke"],
    ["my-article.txt", "--json", "--explain"], ["my-article.txt", "--replace"],
    ["my-article.txt", "--only", "vague", "--without", "vague"],
])
def test_wrong_usage_is_2_and_reads_nothing(folder, arguments):
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "") and "Usage: kit read" in result.stderr


def test_what_a_web_page_has_beside_the_article_is_told_not_dropped_in_silence(folder):
    page = ("<html><body><nav><a href='/'>Home</a></nav><article><h1>Bridge may close</h1><p>The old bridge may close in spring, "
            "officials said on Monday after a long meeting of the council about the money.</p><p>Nobody knows who would pay for "
            "a new one, and the town has asked the county for help with the costs.</p></article><aside><p>Related: Experts say "
            "prices could rise by a lot in the next year.</p></aside></body></html>")
    (folder / "page.html").write_text(page, encoding="utf-8")
    (folder / "page.txt").write_text("The bridge may close.", encoding="utf-8")
    done = run("page.html")
    assert "Experts" not in done.stdout and "Related: Experts say" in done.stderr and "import_file" in done.stderr
    assert run("page.txt").stderr == ""
