"""`kit check`, `kit compare`, `kit score` and `kit export`, as somebody types them."""

import io
import json
import os
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

import kit
from kit.authoring.checkup import check_file
from kit.authoring.inputs import find_article, read_marks
from kit.cli import commands
from kit.errors import KitError, WrongArticleError
from kit.measure.agreement import Agreement
from kit.model import marked
from kit.model.annotations import AnnotationSet
from kit.model.article import Article
from kit.model.files import open_text, plain, save_annotations, save_article, save_text
from kit.model.formats import annotations_json, article_json
from kit.model.spans import Extent, KeySpan, LookAlike, Span
from kit.page.tally import agreement_line

CHECKOUT = Path(kit.__file__).parent.parent
ARTICLES = CHECKOUT / "kit" / "articles"

TEXT = "Fire at the harbour\r\n\r\nThe mayor may resign, sources said.\r\nThe vote is in May \U0001F600, if שלום holds.\r\n"
KEY = ("Fire at the harbour\n\n"
       "The mayor [may|modal: Only possible. What would make it happen?] resign, "
       "[<sources> said|vague+hearsay: Nobody is named. Which sources?].\n"
       "The vote is in [May|-: Here it is the month.] \U0001F600, "
       "[if|condition?: It hangs on something. On what?] שלום holds.")


def marks(article: Article, source: str) -> tuple[Span, ...]:
    """Return the spans in marked text on an article, as a student's."""
    text, key = marked.parse(source)
    assert text == article.text
    return tuple(Span(span.start, span.end, span.label, span.note) for span in key.spans)


FIRST = ("Fire at the harbour\n\nThe [mayor may resign|modal], sources said.\n"
         "The vote is in [May|modal] \U0001F600, if שלום holds.")
MENDED = ("Fire at the harbour\n\nThe mayor [may|modal] resign, [sources|hearsay] said.\n"
          "The vote is in [May|modal] \U0001F600, if שלום holds.")


@pytest.mark.parametrize("name", ["x" * 300, "a\0b"])
def test_a_name_that_no_file_can_have_is_told_in_words(name):
    with pytest.raises(KitError, match="There is no file"):
        find_article(name)


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """A text of one's own with line ends of Windows, a key in marked text, an answer from the pen."""
    (tmp_path / "my-article.txt").write_bytes(TEXT.encode())
    (tmp_path / "key.txt").write_bytes(KEY.encode())
    article = open_text(tmp_path / "my-article.txt")
    answer = replace(AnnotationSet.on(article, "cues", "student", marks(article, MENDED)),
                     first_pass=marks(article, FIRST), stage="mend")
    save_annotations(answer, article, tmp_path / "answers" / "my-article-cues.json")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@contextmanager
def empty_folder() -> Iterator[None]:
    """Work in a folder that is gone afterwards; Hypothesis needs a new one each time."""
    with tempfile.TemporaryDirectory() as name, chdir(name):
        yield


def run(*arguments: str) -> Result:
    return CliRunner().invoke(commands, arguments, prog_name="kit")


def really_run(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, "-m", "kit", *arguments], capture_output=True, encoding="utf-8",
                          env=os.environ | {"PYTHONPATH": str(CHECKOUT), "PYTHONUTF8": "1"}, timeout=120)


def key_of(source: str, **more) -> tuple[Article, object]:
    text, key = marked.parse(source, article="fire")
    return Article("fire", "Fire", "Our own.", text), replace(key, made="Two passes.", **more)


def problems(path: Path, **more) -> list[tuple[str, str]]:
    return [(finding.level, finding.message) for finding in check_file(path, **more).findings]


# score


def test_an_answer_on_a_text_of_ones_own_is_scored_against_marked_text(folder):
    done = really_run("score", "my-article.txt", "answers/my-article-cues.json", "key.txt")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == """\
my-article: student against key.txt, labels of 'cues'
                      first pass     mended pass
  found                        0               2
  loose                        1               0
  missed                       1               0
  extra                        1               1
  precision                 0.25            0.67
  recall                    0.25            1.00
  F1                        0.25            0.80
  right label             1 of 1          2 of 2
  label accuracy            1.00            1.00
"""


def test_score_for_programs_has_both_passes_and_null_where_there_is_no_number(folder):
    result = run("score", "my-article.txt", "answers/my-article-cues.json", "key.txt", "--json")
    record = json.loads(result.output)
    assert (record["article"], record["annotator"], record["scheme"]) == ("my-article", "student", "cues")
    assert record["first"] == {"found": 0, "loose": 1, "missed": 1, "extra": 1, "right_label": 1, "precision": 0.25,
                               "recall": 0.25, "f1": 0.25, "label_accuracy": 1.0}
    assert (record["mended"]["found"], record["mended"]["extra"], record["mended"]["f1"]) == (2, 1, 0.8)
    (folder / "nothing.txt").write_text(TEXT, encoding="utf-8")
    nothing = json.loads(run("score", "my-article.txt", "nothing.txt", "nothing.txt", "--json").output)
    assert nothing["first"] is None
    assert (nothing["mended"]["found"], nothing["mended"]["f1"]) == (0, None)


def test_one_pass_is_one_column(folder):
    (folder / "mine.txt").write_text(MENDED, encoding="utf-8")
    lines = run("score", "my-article.txt", "mine.txt", "key.txt").output.splitlines()
    assert lines[0] == "my-article: mine against key.txt, labels of 'cues'"
    assert lines[1].split() == ["all", "marks"]
    assert [line.split()[-1] for line in lines[2:6]] == ["2", "0", "0", "1"]


def test_six_kinds_are_read_as_four_where_the_answer_has_four(folder):
    (folder / "mine.txt").write_text(MENDED.replace("modal", "might"), encoding="utf-8")
    assert run("score", "my-article.txt", "mine.txt", "key.txt").output.startswith(
        "my-article: mine against key.txt, labels of 'cues-4'\n")


def test_labels_of_marked_text_are_read_in_the_scheme_of_the_other_side(folder):
    """Three of the labels are in two schemes: alone they would be read as six kinds."""
    article = open_text(folder / "my-article.txt")
    (folder / "key.txt").write_text(KEY.replace("modal", "condition"), encoding="utf-8")
    spans = marks(article, MENDED.replace("modal", "might"))
    save_annotations(AnnotationSet.on(article, "cues-4", "student", spans), article, folder / "four.json")
    assert json.loads(run("score", "my-article.txt", "four.json", "key.txt", "--json").output)["scheme"] == "cues-4"


def test_the_kits_own_key_is_named_by_its_scheme():
    record = json.loads(run("score", "north-korea-2024", "cues", "cues", "--json").output)
    assert (record["mended"]["f1"], record["mended"]["missed"], record["scheme"]) == (1.0, 0, "cues")


def test_sentences_are_counted_right_wrong_and_blank():
    article = find_article("north-korea-2024")
    key = read_marks(article, "roles")
    first, second = [span for span in key.spans if span.label != "furniture"][:2]
    wrong = next(label for label in ("comment", "claim", "question") if label not in second.labels)
    answer = AnnotationSet.on(article, "roles", "student", [
        Span(first.start, first.end, first.label), Span(second.start, second.end, wrong)])
    with empty_folder():
        save_annotations(answer, article, "mine.json")
        lines = run("score", "north-korea-2024", "mine.json", "roles").output.splitlines()
        record = json.loads(run("score", "north-korea-2024", "mine.json", "roles", "--json").output)
    counts = {line[:16].strip(): line.split()[-1] for line in lines[2:]}
    asked = record["mended"]["asked"]
    assert record["mended"] == {"asked": asked, "right_label": 1, "missed": asked - 2, "share": 1 / asked}
    assert counts == {"right": "1", "other": "1", "blank": str(asked - 2), "share right": f"{1 / asked:.2f}"}


@pytest.mark.parametrize(("arguments", "message"), [
    (("nope", "key.txt", "key.txt"),
     "There is no file 'nope'. There is no article 'nope' in the kit. Choose one of: "),
    (("my-article.txt", "nope.json", "key.txt"), "nope.json: there is no such file. Check the name and the folder.\n"),
    (("my-article.txt", "key.txt", "answers/my-article-cues.json"),
     "answers/my-article-cues.json: format is 'kit/annotations/1', expected 'kit/key/1'. "
     "Choose the key, or compare the two answers with kit compare.\n"),
    (("north-korea-2024", "answers/my-article-cues.json", "cues"), "The answer was made on text "),
    (("my-article.txt", "key.txt", "cues"), "There is no practice key 'my-article-cues' in the kit. Choose one of: "),
])
def test_score_says_what_is_wrong_in_one_line_and_ends_with_1(folder, arguments, message):
    result = run("score", *arguments)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"Error: {message}")
    assert result.stdout == ""


def test_a_label_that_no_scheme_has_is_named_with_its_line(folder):
    (folder / "key.txt").write_text(KEY.replace("vague+hearsay", "vague+heresay"), encoding="utf-8")
    done = really_run("score", "my-article.txt", "answers/my-article-cues.json", "key.txt")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == ("Error: key.txt line 3: label is 'heresay', expected one of "
                           "modal, likelihood, appearance, hearsay, condition, vague.\n")


# Marked text on an article whose text it repeats


@st.composite
def rewritten(draw, source: str) -> str:
    """Return a text with other line ends, and white space around it."""
    around = st.sampled_from(("", "\n", "\r\n", "  ", "\t\n \n"))
    return draw(around) + source.replace("\n", draw(st.sampled_from(("\n", "\r\n", "\r")))) + draw(around)


@given(rewritten(KEY), rewritten(plain(TEXT)))
def test_line_ends_and_outer_white_space_never_part_a_key_from_its_text(source, text):
    with empty_folder():
        Path("key.txt").write_bytes(source.encode())
        article = Article("a", "", "", text)
        key = read_marks(article, "key.txt")
    assert key.fingerprint == article.fingerprint
    assert [(article.quote(item), article.quote(item.core), item.tier) for item in key.spans] == [
        ("may", "may", "core"), ("sources said", "sources", "core"), ("if", "if", "accepted")]
    assert [article.quote(item) for item in key.look_alikes] == ["May"]


def test_letters_in_parts_fit_a_text_with_whole_letters(tmp_path):
    """An editor on a Mac may save é as e and an accent."""
    article = Article("a", "", "", "Ren\u00e9 may come.")
    (tmp_path / "key.txt").write_text(unicodedata.normalize("NFD", "Ren\u00e9 [may|modal] come."), encoding="utf-8")
    assert [article.quote(span) for span in read_marks(article, tmp_path / "key.txt").spans] == ["may"]


def test_another_text_is_refused_with_the_first_place_where_they_part(folder):
    (folder / "key.txt").write_text(KEY.replace("resign", "retire"), encoding="utf-8")
    result = run("score", "my-article.txt", "answers/my-article-cues.json", "key.txt")
    assert result.exit_code == 1
    assert result.stderr == (
        "Error: key.txt: its text is not that of 'my-article'. They part in line 3:\n"
        "    my-article  'The mayor may resign, sources said.\\nThe '\n"
        "    key.txt     'The mayor may retire, sources said.\\nThe '\n"
        "    Copy the text of the article into key.txt once more, and put the brackets in again.\n")


def test_a_text_that_ends_too_early_is_shown_as_such(tmp_path):
    (tmp_path / "key.txt").write_text("One [may|modal] go.\nTwo", encoding="utf-8")
    with pytest.raises(WrongArticleError) as caught:
        read_marks(Article("longer", "", "", "One may go.\nTwo stay."), tmp_path / "key.txt")
    assert str(caught.value).split("\n")[:3] == [
        f"{tmp_path / 'key.txt'}: its text is not that of 'longer'. They part in line 2:",
        "    longer   'Two stay.'",
        "    key.txt  'Two' and there it ends"]


# compare


def test_compare_prints_pairs_missed_extra_and_agreement(folder):
    """Of 23 tokens "said" and "if" are open; of 21, "sources" and "May" have different labels.

    By chance 18 x 19 + 2 x 1 of 21 x 21 are alike, so kappa is (19/21 - 344/441) / (1 - 344/441).
    """
    done = really_run("compare", "my-article.txt", "answers/my-article-cues.json", "key.txt")
    assert (done.returncode, done.stderr) == (0, "")
    rows = [" ".join(line.split()) for line in done.stdout.splitlines() if line[:1].isdigit() and "  " in line]
    assert rows == ["1 = Match [may|modal] [may|modal]", "2 = Match [sources|hearsay] [sources said|vague]",
                    "3 + Extra [May|modal] (not in the key)", "4 ? Open (not marked) [if|condition]"]
    assert "\x1b" not in done.stdout
    assert done.stdout.splitlines()[-1] == "Agreement: alike on 90% of 21 tokens, kappa 0.57."


class Terminal(io.StringIO):
    """Standard output that says it is a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def test_compare_draws_a_table_in_colour_where_it_prints_to_a_terminal(folder, monkeypatch):
    for name, value in {"TERM": "xterm-256color", "COLUMNS": "120", "NO_COLOR": ""}.items():
        monkeypatch.setenv(name, value)
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    commands(["compare", "my-article.txt", "answers/my-article-cues.json", "key.txt"], standalone_mode=False)
    shown = terminal.getvalue()
    assert "\x1b[32m= Match" in shown
    (extra,) = [line.split("  ") for line in shown.splitlines() if "Extra" in line]
    assert [cell.strip() for cell in extra if cell.strip()][1:] == ["May", "modal", "Here it is the month."]


def test_few_sentences_get_no_kappa():
    """Kappa of two readers of three sentences is an accident."""
    alike = Agreement(observed=2 / 3, expected=0.5, units=3)
    assert agreement_line(alike, "roles") == "Agreement: alike on 67% of 3 sentences."
    assert agreement_line(alike, "cues") == "Agreement: alike on 67% of 3 tokens, kappa 0.33."
    assert agreement_line(Agreement(None, None, 0), "roles") == "Agreement: there are no sentences to compare."


def test_compare_for_programs_gives_characters_and_numbers(folder):
    record = json.loads(run("compare", "my-article.txt", "answers/my-article-cues.json", "key.txt", "--json").output)
    text = plain(TEXT)
    assert [(row["outcome"], text[row["start"]:row["end"]]) for row in record["rows"]] == [
        ("match", "may"), ("match", "sources said"), ("extra", "May"), ("open", "if")]
    assert (record["left"], record["right"], record["units"]) == ("student", "key", 21)
    assert round(record["kappa"], 2) == 0.57


def test_a_mark_on_white_space_has_no_words_and_stops_nothing(folder):
    """It ended in a traceback for programs."""
    (folder / "one.txt").write_text("He may[  |modal]go.", encoding="utf-8")
    (folder / "two.txt").write_text("He [may|modal]  go.", encoding="utf-8")
    (folder / "text.txt").write_text("He may  go.", encoding="utf-8")
    rows = json.loads(run("compare", "text.txt", "one.txt", "two.txt", "--json").output)["rows"]
    assert [(row["outcome"], row["start"], row["end"]) for row in rows] == [("missed", 3, 6), ("extra", None, None)]


def test_two_classmates_are_compared_without_a_key(folder):
    (folder / "ben.txt").write_text(FIRST, encoding="utf-8")
    article = open_text("my-article.txt")
    save_annotations(AnnotationSet.on(article, "cues", "ben", marks(article, FIRST)), article, "ben.json")
    rows = json.loads(run("compare", "my-article.txt", "answers/my-article-cues.json", "ben.json", "--json").output)["rows"]
    assert [row["word"] for row in rows] == ["Partly", "Only mine", "Match"]


def test_a_terminal_that_cannot_show_a_sign_stops_nothing(folder):
    done = subprocess.run([sys.executable, "-m", "kit", "compare", "my-article.txt", "key.txt", "key.txt"],
                          capture_output=True, timeout=120,
                          env=os.environ | {"PYTHONPATH": str(CHECKOUT), "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"= Match" in done.stdout


def test_signs_that_steer_a_terminal_are_not_printed(folder):
    (folder / "evil.txt").write_text("A \x1b[2Jred\u202e may\n", encoding="utf-8")
    (folder / "key.txt").write_text("A \x1b[[2Jred\u202e [may|modal: \x1b]]0;x\x07 Why?]\n", encoding="utf-8")
    for arguments in (("compare", "evil.txt", "key.txt", "key.txt"), ("check", "key.txt"),
                      ("score", "my-article.txt", "key.txt", "key.txt")):
        result = run(*arguments)
        assert not {"\x1b", "\x07", "\u202e"} & set(result.output)


# export


def test_export_writes_to_the_terminal_and_says_nothing_else(folder):
    done = really_run("export", "my-article.txt", "key.txt", "--to", "jsonl")
    assert (done.returncode, done.stderr) == (0, "")
    record = json.loads(done.stdout)
    assert [record["text"][span["start"]:span["end"]] for span in record["spans"]] == ["may", "sources said", "if"]


def test_export_to_a_file_says_where(folder):
    result = run("export", "my-article.txt", "answers/my-article-cues.json", "--to", "brat", "--out", "for-brat")
    assert (result.exit_code, result.output) == (0, "Wrote for-brat.txt\nWrote for-brat.ann\n")
    assert (folder / "for-brat.txt").read_text("utf-8") == plain(TEXT)
    (folder / "out").mkdir()
    assert run("export", "my-article.txt", "key.txt", "--to", "csv", "--out", "out").output == (
        f"Wrote {Path('out') / 'my-article-cues.csv'}\n")


def test_export_never_writes_over_a_file_unless_told_to(folder):
    result = run("export", "my-article.txt", "key.txt", "--to", "csv", "--out", "key.txt")
    assert (result.exit_code, result.stderr) == (
        1, "Error: key.txt: there is such a file already. Choose another name, or add --force to write over it.\n")
    assert (folder / "key.txt").read_text("utf-8") == KEY
    assert run("export", "my-article.txt", "key.txt", "--to", "csv", "--out", "key.txt", "--force").exit_code == 0
    assert (folder / "key.txt").read_text("utf-8-sig").startswith('"start","end","label"')


@pytest.mark.parametrize(("arguments", "message"), [
    (("--to", "brat"), "Error: brat takes two files: say where they go, for example --out for-brat.\n"),
    (("--to", "xml"), "Error: Invalid value for '--to': 'xml' is not one of "),
    ((), "Error: Missing option '--to'."),
])
def test_export_used_wrongly_ends_with_2(folder, arguments, message):
    result = run("export", "my-article.txt", "key.txt", *arguments)
    assert result.exit_code == 2
    assert message in result.stderr


# check


def test_the_kits_own_articles_and_keys_have_nothing_against_them():
    files = [str(path) for path in sorted(ARTICLES.glob("*.json")) if "format\": \"kit/article/1" in path.read_text("utf-8") or ".key." in path.name]
    record = json.loads(run("check", *files, "--json").output)
    assert [(one["file"], one["ok"], one["problems"]) for one in record] == [(file, True, []) for file in files]
    assert {one["kind"] for one in record} == {"article", "key"}


def test_check_says_one_line_per_file_and_all_problems(folder):
    article, key = key_of("The mayor [may|modal: Only possible. Will he?] resign, [sources|vague] said. May.")
    save_article(article, folder / "fire.json")
    save_annotations(key, article, folder / "fire-cues.key.json")
    done = really_run("check", "my-article.txt", "answers/my-article-cues.json", "fire-cues.key.json", "nope.json")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout == """\
ok       my-article.txt                marked text, no marks in it
ok       answers/my-article-cues.json  annotations, 3 marks on my-article
error    fire-cues.key.json            key, 2 core, 0 accepted, 0 contested, 0 look-alike on fire
         error: 'sources' (22 to 29): there is no note. Say what the words do to the claim, and what a reader should ask.
error    nope.json                     file
         error: there is no such file. Check the name and the folder.
"""


def test_warnings_alone_end_with_0(folder):
    (folder / "key.txt").write_text("The mayor [may|modal] resign.", encoding="utf-8")
    result = run("check", "key.txt")
    assert result.exit_code == 0
    assert result.output == (
        "warning  key.txt  marked text, 1 core, 0 accepted, 0 contested, 0 look-alike\n"
        "         warning: there is no note on 'may' (10 to 13). A student gets no reason there.\n")


NOTE = "It is only possible. What would make it happen?"


@pytest.mark.parametrize(("source", "change", "expected"), [
    ("He [may|modal: NOTE] go.", {}, []),
    ("He [may|modal] go.", {},
     [("error", "'may' (3 to 6): there is no note. Say what the words do to the claim, and what a reader should ask.")]),
    ("He [may|modal??] go.", {}, [("error", "'may' (3 to 6): there is no note. Make both cases.")]),
    ("He went in [May|-].", {}, [("error", "'May' (11 to 14): there is no note. Say why this is no cue.")]),
    ("He [may|modal: One. Two. Three?] go.", {},
     [("warning", "'may' (3 to 6): the note has more than two sentences. Shorten it.")]),
    ("He [may|modal: The U.S. and Mr. Smith doubt it. Who else?] go.", {}, []),
    ("He [may|modal: It is only possible.] go.", {},
     [("warning", "'may' (3 to 6): the note does not end with a question. Add what a reader should ask next.")]),
    ("He [may|modal?: One careful reader marks it.] go.", {}, []),
    ("The [may|modal: NOTE]or.", {}, [("error", "'may' (4 to 7): cuts a word in 'mayor'. Take the whole word.")]),
    ("He [<ma>y|modal: NOTE] go.", {}, [("error", "'ma' (3 to 5): cuts a word in 'may'. Take the whole word.")]),
    ("Mayor [may|modal: NOTE] go\n\nHe did.", {},
     [("warning", "'may' (6 to 9): stands in a heading, where no cue is core. Make it accepted.")]),
    ("He [may|modal: NOTE] go.", {"made": " "},
     [("warning", "field 'made' is empty. Say who made the key, and how well the passes agreed.")]),
    ("He [may|modal: NOTE] go.", {"look_alikes": (LookAlike(3, 9, "no"),)},
     [("error", "'may' (3 to 6) and 'may go' (3 to 9) overlap. Take one of them away.")]),
    ("[He went.|claim: NOTE] [They|claim: NOTE] stayed.", {"scheme": "roles"},
     [("error", "'They' (9 to 13): is not one sentence. Take the whole sentence and no more."),
      ("warning", "sentence 2, 'They stayed.' (9 to 21): has no label. Give it one.")]),
])
def test_the_rules_for_keys(tmp_path, source, change, expected):
    article, key = key_of(source.replace("NOTE", NOTE))
    save_article(article, tmp_path / "fire.json")
    save_annotations(replace(key, **change), article, tmp_path / "key.json")
    assert problems(tmp_path / "key.json") == expected


def test_every_broken_item_of_a_key_is_listed_and_the_sound_ones_are_still_looked_at(tmp_path):
    article, key = key_of(f"He [may|modal: {NOTE}] go, [if|condition: {NOTE}] [they|vague] stay in [May|-: a month].")
    save_article(article, tmp_path / "fire.json")
    fields = json.loads(annotations_json(key, article))
    fields["spans"][0]["tier"] = "gold"
    fields["spans"][1]["end"] = -1
    fields["spans"].append({**fields["spans"][2], "label": "hearsay"})
    fields["look_alikes"][0]["start"] = "51"
    (tmp_path / "key.json").write_text(json.dumps(fields))
    assert problems(tmp_path / "key.json") == [
        ("error", "spans item 1: tier is 'gold', expected one of core, accepted, contested."),
        ("error", "spans item 2: start 11 and end -1: need 0 <= start < end. Open an older copy of it."),
        ("error", "spans item 4: overlaps the item at 14 to 18. Items of a key never overlap: "
                  "take one away, or make them narrower."),
        ("error", "look_alikes item 1: field 'start' is '51', expected a whole number. Open an older copy of it."),
        ("error", "'they' (14 to 18): there is no note. Say what the words do to the claim, and what a reader should ask.")]


def test_a_wrong_quote_is_found_in_every_list(folder):
    path = folder / "answers" / "my-article-cues.json"
    fields = json.loads(path.read_text("utf-8"))
    fields["spans"][0]["quote"] = "might"
    fields["first_pass"][0]["quote"] = 7
    del fields["spans"][1]["quote"]
    path.write_text(json.dumps(fields))
    assert problems(path) == [
        ("error", "spans item 1: quote is 'might', but the text has 'may' (31 to 34). "
                  "The offsets are what counts: mend one of the two."),
        ("error", "first_pass item 1: quote is '7', but the text has 'mayor may resign' (25 to 41). "
                  "The offsets are what counts: mend one of the two.")]


def test_an_answer_on_another_text_is_an_error(folder):
    (folder / "my-article.txt").write_text("Another text.", encoding="utf-8")
    ((level, message),) = problems(folder / "answers" / "my-article-cues.json")
    assert level == "error"
    assert message.startswith("The answer was made on text ")


def test_offsets_beyond_the_text_are_an_error(folder):
    path = folder / "answers" / "my-article-cues.json"
    fields = json.loads(path.read_text("utf-8"))
    fields["spans"] = [{"start": 10, "end": 10**9, "label": "modal"}]
    path.write_text(json.dumps(fields))
    ((level, message),) = problems(path)
    assert message.startswith("The answer of 'student' marks characters 10 to 1000000000, but 'my-article' ends at ")


def test_without_its_article_an_answer_is_not_called_right(folder):
    (folder / "my-article.txt").rename(folder / "elsewhere.txt")
    path = folder / "answers" / "my-article-cues.json"
    assert problems(path) == [("error", "the article 'my-article' is not here, so the words were not looked at. "
                                        "Name it with --article FILE.")]
    assert run("check", str(path), "--article", "elsewhere.txt").exit_code == 0


def test_of_two_articles_with_one_id_the_one_that_was_marked_is_taken(folder):
    save_article(Article("my-article", "T", "S", "Another text."), folder / "my-article.json")
    assert problems(folder / "answers" / "my-article-cues.json") == []


def test_marked_text_is_held_against_the_article_that_is_named(folder):
    assert problems(folder / "key.txt", article=find_article("my-article.txt")) == []
    assert run("check", "key.txt", "--article", "north-korea-2024").exit_code == 1


@pytest.mark.parametrize(("text", "what"), [
    ("One.\r\nTwo.", "the text has line ends other than '\\n'. Make the article again from its text."),
    (" One.", "the text begins or ends with white space. Make the article again from its text."),
    ("Rene\u0301.", "the text is not in composed form (NFC). Make the article again from its text."),
    ("", "there is no text in it. Make the article again."),
])
def test_a_stored_text_is_plain(tmp_path, text, what):
    save_article(Article("fire", "T", "S", text), tmp_path / "fire.json")
    assert problems(tmp_path / "fire.json") == [("error", what)]


def test_stored_tokens_and_sentences_are_those_of_the_text(tmp_path):
    article = Article("fire", "", " ", "He may go. She stays.")
    stale = replace(article, ready_tokens=(*article.tokens[:2], Extent(7, 10), *article.tokens[4:]),
                    ready_sentences=(Extent(0, 21),))
    save_text(article_json(stale), tmp_path / "smoke.json")
    assert problems(tmp_path / "smoke.json") == [
        ("error", "the stored tokens are not those of the text, from number 2 on (7 to 10, not 7 to 9). "
                  "Make the article again."),
        ("error", "the stored sentences are not those of the text, from number 0 on (0 to 21, not 0 to 10). "
                  "Make the article again."),
        ("warning", "the id is 'fire'. Call the file fire.json, or nobody finds it."),
        ("warning", "the title is empty. Write one."), ("warning", "the source is empty. Write one.")]


@pytest.mark.parametrize(("content", "message"), [
    (b"{", "the file is cut off in line 1. Choose"),
    (b"[]", "format is None, expected 'kit/annotations/1'. Choose another file."),
    (b'{"format": "kit/key/2"}', "format is 'kit/key/2', expected 'kit/key/1'. It comes from another version of the kit"),
    (b'{"format": "kit/lesson/1"}', "format is 'kit/lesson/1', expected one of 'kit/article/1', 'kit/annotations/1', "),
    (b'{"format": ["kit/key/1"]}', "format is ['kit/key/1'], expected 'kit/annotations/1'."),
    (b"[" * 10_000, "nested too deeply."),
    (b'{"format": "kit/key/1", "spans": NaN}', "the file was changed after it was saved: NaN is not a number."),
    (b'{"format": "kit/key/1", "format": "kit/key/1"}', "the file was changed after it was saved: the same field stands twice"),
    (b'{"format": "kit/key/1", "spans": [' + b"9" * 5000 + b"]}", "the file was changed after it was saved: the number 999999999999... is too large."),
    (b'{"format": "kit/key/1", "article": "../../etc/passwd", "fingerprint": "0", "scheme": "cues"}', "field 'article' is "),
    (b"\xff\xfe", "line 1: not UTF-8 text."),
])
def test_hostile_files_get_one_plain_sentence(tmp_path, content, message):
    (tmp_path / "file.json").write_bytes(content)
    result = run("check", str(tmp_path / "file.json"), "--json")
    (record,) = json.loads(result.output)
    assert result.exit_code == 1
    assert not record["ok"]
    assert record["problems"][0]["message"].removeprefix(f"{tmp_path / 'file.json'} ").startswith(message)


def test_links_folders_and_huge_files_are_refused(tmp_path):
    (tmp_path / "link.json").symlink_to(ARTICLES / "north-korea-2024.json")
    with open(tmp_path / "huge.json", "wb") as file:
        file.truncate(100_000_000)
    (tmp_path / "folder.json").mkdir()
    for name, words in (("link", "a link"), ("huge", "larger than 20 MB"), ("folder", "this is not a file")):
        result = run("check", str(tmp_path / f"{name}.json"))
        assert result.exit_code == 1
        assert words in result.output


SCALARS = st.none() | st.booleans() | st.integers(-5, 60) | st.floats() | st.text(max_size=8) | st.sampled_from(
    ("kit/key/1", "kit/annotations/1", "kit/article/1", "cues", "modal", "core", "2" * 12, "mark", "a", 10**30))
FIELDS = st.sampled_from(("format", "article", "fingerprint", "scheme", "annotator", "spans", "first_pass", "stage",
                          "look_alikes", "responses", "made", "start", "end", "label", "quote", "tier", "core", "also",
                          "note", "id", "title", "source", "text", "tokens", "sentences"))
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
    FIELDS | st.text(max_size=4), inner, max_size=6), max_leaves=30)


def places(value: object, path: tuple = ()) -> list[tuple]:
    """Return the paths to everything inside a JSON value, itself first."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(deep for name, part in inner for deep in places(part, (*path, name)))]


def changed(value: object, path: tuple, new: object) -> object:
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = changed(value[path[0]], path[1:], new)
    return copy


def sound_files() -> list[dict]:
    article, key = key_of(KEY)
    answer = replace(AnnotationSet.on(article, "cues", "student", marks(article, MENDED)),
                     first_pass=marks(article, FIRST), stage="mend")
    return [json.loads(content) for content in (
        article_json(article), annotations_json(key, article), annotations_json(answer, article))]


@st.composite
def damaged(draw) -> object:
    """A sound file in which one or two values are something else."""
    value = draw(st.sampled_from(sound_files()))
    for _ in range(draw(st.integers(1, 2))):
        value = changed(value, draw(st.sampled_from(places(value))), draw(JSON))
    return value


@given(JSON | damaged(), st.sampled_from(("check", "score", "compare", "export")), st.booleans())
def test_no_json_whatever_ends_in_a_traceback(value, command, for_programs):
    rest = {"check": ["file.json"], "score": ["text.txt", "file.json", "key.txt"],
            "compare": ["file.json", "key.txt", "file.json"], "export": ["text.txt", "file.json", "--to", "csv"]}
    with empty_folder():
        save_article(Article("fire", "", "", plain(TEXT)), "fire.json")
        Path("text.txt").write_text(TEXT, encoding="utf-8")
        Path("key.txt").write_text(KEY, encoding="utf-8")
        Path("file.json").write_text(json.dumps(value), encoding="utf-8")
        result = run(command, *rest[command], *["--json"] * (for_programs and command != "export"))
    assert result.exit_code in (0, 1)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert result.output.strip() or result.stderr.startswith("Error: ")


def marked_out(source: str) -> str:
    """Return the plain text of marked text, or the source itself where its brackets are wrong."""
    try:
        return marked.parse(source)[0]
    except KitError:
        return source


PIECES = st.sampled_from(("[", "]", "|modal", "|-", "?", "<", ">", "[may|modal]", "[ |modal]", "[a\r|vague]", "\r\n", "x"))


@given(st.lists(PIECES, max_size=12).map("".join) | st.text(alphabet="ab [|]<>:+?-\\\n\r\t\x00\x1b\u202e\U0001F600{}\"", max_size=40))
def test_no_text_whatever_ends_in_a_traceback(source):
    with empty_folder():
        Path("file.txt").write_bytes(source.encode())
        Path("text.txt").write_bytes(marked_out(source).encode())
        for arguments in (("check", "file.txt"), ("compare", "text.txt", "file.txt", "file.txt", "--json"),
                          ("compare", "text.txt", "file.txt", "file.txt"), ("score", "text.txt", "file.txt", "file.txt"),
                          ("export", "text.txt", "file.txt", "--to", "conll")):
            result = run(*arguments)
            assert result.exit_code in (0, 1)
            assert result.exception is None or isinstance(result.exception, SystemExit)


# Help


@pytest.mark.parametrize("command", ["check", "compare", "score", "export"])
def test_help_shows_an_example_and_no_arguments_are_wrong_usage(command):
    result = run(command, "--help")
    assert result.exit_code == 0
    assert f"\n    kit {command} " in result.output or f"\n  kit {command} " in result.output.replace("      ", "  ")
    assert run(command).exit_code == 2


def test_a_key_item_keeps_its_core_when_it_is_moved_to_the_article(folder):
    key = read_marks(open_text("my-article.txt"), "key.txt")
    assert isinstance(key.spans[1], KeySpan)
    assert key.spans[1].core == Extent(43, 50)


def test_of_claims_and_sources_the_broken_item_is_named_and_not_what_is_joined_to_it(tmp_path):
    article = find_article("transfer-rumour")
    fields = json.loads(annotations_json(read_marks(article, "sources"), article))
    fields["spans"][1]["tier"] = "sure"
    save_text(json.dumps(fields), tmp_path / "broken.key.json")
    assert problems(tmp_path / "broken.key.json", article=article) == [
        ("error", "spans item 2: tier is 'sure', expected one of core, accepted, contested.")]
