"""Lessons as a student meets them: the plan they keep to, and Run All with a real kernel."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import nbclient
import nbformat
import pytest
import reading

from kit.authoring.checkup import check_file
from kit.measure.row import sentence_numbers
from kit.measure.score import score
from kit.measure.sourcing import claims, origins, rung, said_by
from kit.model import files
from kit.model.annotations import AnswerKey
from kit.model.article import Article
from kit.model.labels import SCHEMES
from kit.model.spans import KeySpan
from kit.page.baselines import rows_of
from kit.page.machine import as_answer
from kit.reader.reading import machine_read

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted((ROOT / "lessons").glob("*.ipynb"))
PLANS = sorted(path for kind in ("lesson", "exercise") for path in (ROOT / "kit" / "articles").glob(f"*.{kind}.json"))
ARTICLES = sorted(path.stem for path in (ROOT / "kit" / "articles").glob("*.json") if "." not in path.stem)
STEPS = ["Remember", "Predict", "Watch one", "Mark", "Compare", "Mend", "Talk", "Try it elsewhere", "Exit ticket", "Save"]



class Planned(NamedTuple):
    """What the course planned for an article; ranges take in both ends, None where nothing is planned."""

    words: tuple[int, int]
    grade: tuple[float, float]
    cues: tuple[int, int] | None = None
    look_alikes: int | None = None
    graded: tuple[int, int] | None = None  # sentences with a role that counts
    claims: int | None = None              # to be traced to their source
    origins: int | None = None
    loaded: bool = False


PLANNED = {
    "north-korea-2024": Planned((540, 580), (8.0, 9.5), cues=(14, 16)),
    "two-rivers":       Planned((540, 580), (8.0, 9.5), cues=(14, 16)),
    "sleep-study":      Planned((470, 500), (8.5, 10.0), graded=(19, 21), loaded=True),
    "transfer-rumour":  Planned((440, 460), (7.0, 8.5), claims=10),
    "singer-tour":      Planned((360, 400), (6.5, 7.5), cues=(14, 14), look_alikes=6),
    "focus-app":        Planned((399, 441), (8.0, 9.0), graded=(18, 18), loaded=True),
    "strait-collision": Planned((480, 520), (9.0, 10.5), claims=8, origins=3),
}
SCHEMES_OF_KEYS = ("cues", "roles", "sources")


def cells(path: Path) -> list[tuple[str, str]]:
    return [(cell["cell_type"], "".join(cell["source"])) for cell in json.loads(path.read_text("utf-8"))["cells"]]


def prose(path: Path) -> list[str]:
    """Return the sentences of a notebook's text cells, without the signs of Markdown."""
    lines = [re.sub(r"[*#`]|^- |^---$", "", line).strip()
             for kind, text in cells(path) if kind == "markdown" for line in text.split("\n")]
    found = [Article("prose", "", "", line) for line in lines if line]
    return [line.quote(sentence) for line in found for sentence in line.sentences]


def keys(id: str) -> dict[str, AnswerKey]:
    """Return all keys of an article, by scheme."""
    return {scheme: files.read_key(path) for scheme in SCHEMES_OF_KEYS for path in key_files(id, scheme)}


def key_files(id: str, scheme: str = "*") -> list[Path]:
    """Return the keys of a text; those of exercises lie apart, where no student's copy has them."""
    return [path for folder in ("kit/articles", "exercises/keys")
            for path in sorted((ROOT / folder).glob(f"{id}-{scheme}.key.json"))]


def notes(id: str) -> list[str]:
    """Return everything that a key of an article says for a reason."""
    return [note for key in keys(id).values() for note in
            (*(item.note for item in (*key.spans, *key.look_alikes)), *(one["note"] for one in key.responses.values()))]


by_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


@by_notebook
def test_the_ten_steps_come_in_order(path):
    headings = re.findall(r"^## \d+\. (.+)$", "\n".join(text for _, text in cells(path)), re.MULTILINE)
    assert headings == STEPS


@by_notebook
def test_code_is_short_and_follows_words(path):
    kinds = [kind for kind, _ in cells(path)]
    code = [text for kind, text in cells(path) if kind == "code"]
    assert 18 <= len(kinds) <= 26
    assert all(before == "markdown" for before, kind in zip(kinds, kinds[1:], strict=False) if kind == "code")
    assert max(text.count("\n") + 1 for text in code) <= 6
    assert sum("import" in text for text in code) == 1
    assert not [text for text in code if re.search(r"^\s*(def|class) ", text, re.MULTILINE)]


@by_notebook
def test_words_are_few_and_plain(path):
    texts = [reading.words(text) for kind, text in cells(path) if kind == "markdown"]
    assert max(map(len, texts)) <= 120
    assert 600 <= sum(map(len, texts)) <= 900
    assert max(len(reading.words(sentence)) for sentence in prose(path)) <= 25
    assert "!" not in "".join(prose(path))


@by_notebook
def test_instructions_are_easier_than_the_article(path):
    plan = json.loads((ROOT / "kit" / "articles" / f"{path.stem}.lesson.json").read_text("utf-8"))
    assert reading.grade(prose(path)) <= PLANNED[plan["article"]].grade[0] - 1


@by_notebook
def test_no_output_is_stored(path):
    stored = json.loads(path.read_text("utf-8"))
    assert [cell.get("outputs") for cell in stored["cells"] if cell.get("outputs")] == []
    assert "widgets" not in stored["metadata"]


@pytest.mark.parametrize("id", ARTICLES)
def test_articles_are_as_planned(id):
    article = files.load_article(id)
    plan, asked = PLANNED[id], keys(id)
    body = [article.quote(sentence) for number, sentence in enumerate(article.sentences)
            if number not in article.headings]
    graded = [role for role in asked["roles"].tier("core") if role.label != "furniture"]
    assert plan.words[0] <= len(reading.words(article.text)) <= plan.words[1]
    assert plan.grade[0] <= reading.grade(body) <= plan.grade[1]
    assert plan.cues is None or plan.cues[0] <= len(asked["cues"].tier("core")) <= plan.cues[1]
    assert plan.look_alikes in (None, len(asked["cues"].look_alikes))
    assert plan.graded is None or plan.graded[0] <= len(graded) <= plan.graded[1]


@pytest.mark.parametrize("id", [id for id, plan in PLANNED.items() if plan.claims])
def test_claims_to_trace_are_as_planned(id):
    key, article = keys(id)["sources"], files.load_article(id)
    asked = claims(key)
    assert len(asked) == PLANNED[id].claims
    assert PLANNED[id].origins in (None, len(origins(key)))
    assert all(any(place == sentence for sentence in article.sentences) for place in asked)
    for claim in asked.values():
        assert bool(said_by(key, claim)) == (rung(claim.label) != 0), "nobody says so on rung 0 alone"


@pytest.mark.parametrize("id", [id for id, plan in PLANNED.items() if plan.loaded])
def test_two_background_sentences_are_loaded(id):
    key, article = keys(id)["roles"], files.load_article(id)
    numbers = {f"sentence-{number}": where for number, where in zip(sentence_numbers(article), article.sentences)}
    pair = [numbers[name] for name in key.responses["loaded"]["right"]]
    assert len(set(pair)) == 2
    found = [role for role in key.tier("core") if role.extent in pair]
    assert [role.label for role in found] == ["background"] * 2


@pytest.mark.parametrize("id", ARTICLES)
def test_stored_tokens_and_sentences_are_those_of_the_text(id):
    article = files.load_article(id)
    fresh = Article(id, article.title, article.source, article.text)
    assert (article.tokens, article.sentences) == (fresh.tokens, fresh.sentences)


@pytest.mark.parametrize("id", ARTICLES)
def test_hedges_are_not_lined_up_with_roles(id):
    """Otherwise "no cue means background" would pay as a habit."""
    cues, roles = keys(id)["cues"].tier("core"), keys(id)["roles"].spans
    hedged = {role.label: 0 for role in roles}
    plain = dict(hedged)
    for role in roles:
        counted = hedged if any(role.overlap(cue.core) for cue in cues) else plain
        counted[role.label] += 1
    assert hedged["background"] >= 2
    assert plain["claim"] >= 2


@pytest.mark.parametrize("id", ARTICLES)
def test_every_item_has_a_reason_of_the_fixed_shape(id):
    for scheme, key in keys(id).items():
        for item in key.spans:
            sentences = Article("note", "", "", item.note).sentences
            assert 1 <= len(sentences) <= 2, item.note
            if item.tier == "core" and (scheme == "cues" or item.label.startswith("rung")):
                assert item.note.rstrip().endswith("?"), item.note
            if item.tier == "contested" and scheme == "cues":
                assert "For marking" in item.note and "Against marking" in item.note
        assert all(item.note for item in key.look_alikes)


@pytest.mark.parametrize("id", ARTICLES)
def test_a_key_says_how_well_its_passes_agreed(id):
    """F1 of at least .80 on core cues, kappa of at least .70 on roles: below that, no key."""
    made = {scheme: key.made for scheme, key in keys(id).items()}
    assert float(re.search(r"F1 (\d\.\d\d)", made["cues"])[1]) >= 0.8
    assert float(re.search(r"kappa (\d\.\d\d)", made["roles"])[1]) >= 0.7
    if "sources" in made:
        near, asked = re.search(r"one rung apart for (\d+).* of (\d+)", made["sources"]).groups()
        assert int(near) >= 0.8 * int(asked)


@pytest.mark.parametrize("id", ARTICLES)
def test_kit_check_finds_nothing_to_say(id):
    for path in [ROOT / "kit" / "articles" / f"{id}.json", *key_files(id)]:
        assert check_file(path).findings == (), path.name


@pytest.mark.parametrize("id", ARTICLES)
def test_no_core_cue_stands_in_a_heading(id):
    article = files.load_article(id)
    headings = [article.sentences[number] for number in article.headings]
    assert not [cue for cue in keys(id)["cues"].tier("core") if any(cue.overlap(where) for where in headings)]


@pytest.mark.parametrize("id", ARTICLES)
def test_every_sentence_has_a_role_in_the_key(id):
    article = files.load_article(id)
    roles = keys(id)["roles"].spans
    assert [(role.start, role.end) for role in roles] == [(where.start, where.end) for where in article.sentences]
    furniture = {number for number, role in enumerate(roles) if role.label == "furniture"}
    assert furniture == article.headings


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.name)
def test_each_plan_asks_what_its_key_answers(path):
    plan = json.loads(path.read_text("utf-8"))
    assert plan["scheme"] in SCHEMES
    assert cells(ROOT / "lessons" / f"{plan['id']}.ipynb")[0][1].splitlines()[0] == f"# {plan['title']}"
    if ".lesson." in path.name:
        assert len(plan["remember"]) == 3
        for question in plan["remember"]:
            assert question["why"] and question["right"] in question["choices"]
        assert_places_vary(plan["remember"], [question["right"] for question in plan["remember"]])
    for text in [plan, *([plan | plan["other_text"]] if "other_text" in plan else [])]:
        key = keys(text["article"])[text["key"]]
        asked = [*text["reasons"], *([text["origins"]] if "origins" in text else [])]
        assert len(text["reasons"]) == (3 if ".lesson." in path.name else 6)
        for question in asked:
            known = key.responses[question["id"]]
            assert known["note"] and set(known["right"]) < set(question["choices"])
        assert_places_vary(text["reasons"], [key.responses[question["id"]]["right"][0] for question in text["reasons"]])
        if "claims" in text:
            article = files.load_article(text["article"])
            assert [article.sentences[number] for number in text["claims"]] == list(claims(key))


def assert_places_vary(questions: list[dict], right: list[str]) -> None:
    places = [list(question["choices"]).index(id) for question, id in zip(questions, right)]
    assert len(set(places)) > 1, "the right answer always stands in the same place"


@pytest.mark.parametrize("id", ARTICLES)
def test_marking_without_reading_does_not_pay(id):
    """Of cues, everything marked stays under .3; one role, or one rung, for everything under .6; nothing is 0."""
    article = files.load_article(id)
    for scheme, key in keys(id).items():
        machine = as_answer(article, machine_read(article), key)
        found = {row.kind: [] for row in rows_of(article, None, key, machine)}
        for row in rows_of(article, None, key, machine):
            found[row.kind].append(row.number)
        assert min(found["blind"]) == 0
        assert max(found["blind"]) < (0.3 if scheme == "cues" else 0.6)
        assert max(found["blind"]) < found["machine"][0] <= 1


# Run All


@pytest.fixture
def student(tmp_path, monkeypatch):
    """A student's folder, and a kernel that finds this kit."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]))
    monkeypatch.delenv("KIT_TEACHER", raising=False)
    monkeypatch.setenv("JUPYTER_PATH", str(ROOT / "kit" / "places" / "jupyter"))
    return tmp_path


def run_all(path: Path, folder: Path, *before: str) -> str:
    """Run a fresh copy of a lesson; return everything it shows, widget states included."""
    book = nbformat.read(path, as_version=4)
    for number, source in enumerate(before):
        book.cells.insert(2 + number, nbformat.v4.new_code_cell(source))
    client = nbclient.NotebookClient(book, timeout=120, kernel_name="python3", store_widget_state=True,
                                     resources={"metadata": {"path": str(folder)}})
    client.execute()
    assert not [output for cell in book.cells for output in cell.get("outputs", [])
                if output["output_type"] in ("error", "stream")]
    shown = [output for cell in book.cells for output in cell.get("outputs", [])]
    return json.dumps([shown, book.metadata.get("widgets", {})], ensure_ascii=False, default=str)


def escaped(note: str) -> str:
    return json.dumps(note, ensure_ascii=False)[1:-1]


PERFECT = """
from kit.model.spans import Span
from kit.page.border import mark
key = here.key.in_scheme(here.answer.scheme)
whole = here.pen().unit == "claim"
spans = [Span(where.start, where.end, item.label, joined=item.joined) for item in key.tier("core")
         if item.label != "furniture" for where in [item if whole else item.core]]
marks = [mark(here.article, span) for span in spans]
here.pen().set_state({"marks": marks, "revision": 1, "commit": {"count": 1, "action": "check"}})
here.pen().set_state({"commit": {"count": 2, "action": "finish"}})
"""


@pytest.mark.notebook
@by_notebook
def test_run_all_on_a_fresh_lesson_shows_no_answer(path, student):
    plan = json.loads((ROOT / "kit" / "articles" / f"{path.stem}.lesson.json").read_text("utf-8"))
    shown = run_all(path, student)
    assert "Nothing leaves this computer" in shown
    assert not [note for note in notes(plan["article"]) if escaped(note) in shown]
    assert not [card for card in plan["reveal"]["paragraphs"] if card in shown]
    assert not list(student.iterdir()), "opening a lesson writes nothing"


@pytest.mark.notebook
@by_notebook
def test_run_all_with_marks_fills_itself(path, student):
    plan = json.loads((ROOT / "kit" / "articles" / f"{path.stem}.lesson.json").read_text("utf-8"))
    shown = run_all(path, student, PERFECT)
    answer = files.read_annotations(student / "answers" / f"{plan['article']}-{plan['scheme']}.json")
    article, key = files.load_article(plan["article"]), keys(plan["article"])[plan["key"]]
    result = score(article, answer, key)
    assert (result.missed, result.loose, result.extra, result.right_label) == (0, 0, 0, result.found)
    assert result.found > 7 and answer.stage == "reasons"
    assert all(escaped(item.note) in shown for item in asked_items(key))
    assert "In words" in shown and "data:image/png;base64," in shown


def asked_items(key: AnswerKey) -> list[KeySpan]:
    """Return the items of a key that get a row in the comparison."""
    return [item for item in key.tier("core") if item.label not in ("furniture", "source")]


@pytest.mark.notebook
@by_notebook
def test_the_teachers_copy_shows_reasons_and_writes_nothing(path, student, monkeypatch):
    monkeypatch.setenv("KIT_TEACHER", "1")
    plan = json.loads((ROOT / "kit" / "articles" / f"{path.stem}.lesson.json").read_text("utf-8"))
    shown = run_all(path, student)
    assert all(escaped(item.note) in shown for item in asked_items(keys(plan["article"])[plan["key"]]))
    assert not list(student.iterdir())


def test_a_lesson_that_is_not_there_names_those_that_are():
    words = subprocess.run([sys.executable, "-c", "from kit import lesson; lesson('99-none')"], cwd=ROOT,
                           capture_output=True, text=True).stderr
    assert words.rstrip().split("\n")[-1] == ("kit.errors.KitError: There is no lesson '99-none'. "
                                              "Choose one of: 01-what-do-we-know, 02-claim-or-background, "
                                              "03-who-says-so.")
