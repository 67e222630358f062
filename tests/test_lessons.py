"""Lessons as a student meets them: the plan they keep to, and Run All with a real kernel."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import nbclient
import nbformat
import pytest
import reading

from kit.measure.match import match
from kit.model import files
from kit.model.article import Article
from kit.model.labels import SCHEMES

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted((ROOT / "lessons").glob("*.ipynb"))
PLANS = sorted((ROOT / "kit" / "articles").glob("*.lesson.json"))
ARTICLES = sorted(path.stem for path in (ROOT / "kit" / "articles").glob("*.json") if "." not in path.stem)
STEPS = ["Remember", "Predict", "Watch one", "Mark", "Compare", "Mend", "Talk", "Try it elsewhere", "Exit ticket", "Save"]

# What the course planned for each article: words, grade, core cues.
PLANNED = {"north-korea-2024": ((540, 580), (8.0, 9.5), (14, 16))}


def cells(path: Path) -> list[tuple[str, str]]:
    return [(cell["cell_type"], "".join(cell["source"])) for cell in json.loads(path.read_text("utf-8"))["cells"]]


def prose(path: Path) -> list[str]:
    """Return the sentences of a notebook's text cells, without the signs of Markdown."""
    lines = [re.sub(r"[*#`]|^- |^---$", "", line).strip()
             for kind, text in cells(path) if kind == "markdown" for line in text.split("\n")]
    found = [Article("prose", "", "", line) for line in lines if line]
    return [line.quote(sentence) for line in found for sentence in line.sentences]


def notes(id: str, scheme: str) -> list[str]:
    key = files.load_key(id, scheme=scheme)
    return [item.note for item in (*key.spans, *key.look_alikes)]


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
    (_, (low, _), _) = PLANNED[plan["article"]]
    assert reading.grade(prose(path)) <= low - 1


@by_notebook
def test_no_output_is_stored(path):
    stored = json.loads(path.read_text("utf-8"))
    assert [cell.get("outputs") for cell in stored["cells"] if cell.get("outputs")] == []
    assert "widgets" not in stored["metadata"]


@pytest.mark.parametrize("id", ARTICLES)
def test_articles_are_as_planned(id):
    article = files.load_article(id)
    words, grades, core = PLANNED[id]
    body = [article.quote(sentence) for number, sentence in enumerate(article.sentences)
            if number not in article.headings]
    assert words[0] <= len(reading.words(article.text)) <= words[1]
    assert grades[0] <= reading.grade(body) <= grades[1]
    assert core[0] <= len(files.load_key(id).tier("core")) <= core[1]


@pytest.mark.parametrize("id", ARTICLES)
def test_stored_tokens_and_sentences_are_those_of_the_text(id):
    article = files.load_article(id)
    fresh = Article(id, article.title, article.source, article.text)
    assert (article.tokens, article.sentences) == (fresh.tokens, fresh.sentences)


@pytest.mark.parametrize("id", ARTICLES)
def test_hedges_are_not_lined_up_with_roles(id):
    """Otherwise "no cue means background" would pay as a habit."""
    cues, roles = files.load_key(id).tier("core"), files.load_key(id, scheme="roles").spans
    hedged = {role.label: 0 for role in roles}
    plain = dict(hedged)
    for role in roles:
        counted = hedged if any(role.overlap(cue.core) for cue in cues) else plain
        counted[role.label] += 1
    assert hedged["background"] >= 2
    assert plain["claim"] >= 2


@pytest.mark.parametrize("id", ARTICLES)
def test_every_item_has_a_reason_of_the_fixed_shape(id):
    key = files.load_key(id)
    for item in key.spans:
        sentences = Article("note", "", "", item.note).sentences
        assert 1 <= len(sentences) <= 2, item.note
        if item.tier == "core":
            assert item.note.rstrip().endswith("?"), item.note
        if item.tier == "contested":
            assert "For marking" in item.note and "Against marking" in item.note
    assert all(item.note for item in (*key.look_alikes, *files.load_key(id, scheme="roles").spans))


@pytest.mark.parametrize("id", ARTICLES)
def test_no_core_cue_stands_in_a_heading(id):
    article = files.load_article(id)
    headings = [article.sentences[number] for number in article.headings]
    assert not [cue for cue in files.load_key(id).tier("core") if any(cue.overlap(where) for where in headings)]


@pytest.mark.parametrize("id", ARTICLES)
def test_every_sentence_has_a_role_in_the_key(id):
    article = files.load_article(id)
    roles = files.load_key(id, scheme="roles").spans
    assert [(role.start, role.end) for role in roles] == [(where.start, where.end) for where in article.sentences]
    furniture = {number for number, role in enumerate(roles) if role.label == "furniture"}
    assert furniture == article.headings


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.name)
def test_each_plan_asks_what_its_key_answers(path):
    plan = json.loads(path.read_text("utf-8"))
    key = files.load_key(plan["article"])
    assert plan["scheme"] in SCHEMES and (ROOT / "lessons" / f"{plan['id']}.ipynb").is_file()
    assert len(plan["remember"]) == len(plan["reasons"]) == 3
    for question in plan["reasons"]:
        known = key.responses[question["id"]]
        assert known["note"] and set(known["right"]) < set(question["choices"])
    for question in plan["remember"]:
        assert question["why"] and question["right"] in question["choices"]
    places = [list(question["choices"]).index(question["right"]) for question in plan["remember"]]
    assert len(set(places)) > 1, "the right answer always stands in the same place"


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
key = here.key.in_scheme("cues-4")
tokens = [here.article.token_range(item.core) for item in key.tier("core")]
marks = [{"first": first, "stop": stop, "label": item.label} for (first, stop), item in zip(tokens, key.tier("core"))]
here.pen().set_state({"marks": marks, "revision": 1, "commit": {"count": 1, "action": "check"}})
here.pen().set_state({"commit": {"count": 2, "action": "finish"}})
"""


@pytest.mark.notebook
@by_notebook
def test_run_all_on_a_fresh_lesson_shows_no_answer(path, student):
    plan = json.loads((ROOT / "kit" / "articles" / f"{path.stem}.lesson.json").read_text("utf-8"))
    shown = run_all(path, student)
    assert "Nothing leaves this computer" in shown
    assert not [note for scheme in ("cues", "roles") for note in notes(plan["article"], scheme) if escaped(note) in shown]
    assert not [card for card in plan["reveal"]["paragraphs"] if card in shown]
    assert not list(student.iterdir()), "opening a lesson writes nothing"


@pytest.mark.notebook
@by_notebook
def test_run_all_with_marks_fills_itself(path, student):
    plan = json.loads((ROOT / "kit" / "articles" / f"{path.stem}.lesson.json").read_text("utf-8"))
    shown = run_all(path, student, PERFECT)
    answer = files.read_annotations(student / "answers" / f"{plan['article']}-{plan['scheme']}.json")
    article, key = files.load_article(plan["article"]), files.load_key(plan["article"])
    kinds = [outcome.kind for outcome in match(article, answer, key)]
    assert kinds.count("found") == len(key.tier("core")) and "extra" not in kinds
    assert answer.stage == "reasons"
    assert all(escaped(item.note) in shown for item in key.tier("core"))
    assert "In words" in shown and "data:image/png;base64," in shown


@pytest.mark.notebook
@by_notebook
def test_the_teachers_copy_shows_reasons_and_writes_nothing(path, student, monkeypatch):
    monkeypatch.setenv("KIT_TEACHER", "1")
    plan = json.loads((ROOT / "kit" / "articles" / f"{path.stem}.lesson.json").read_text("utf-8"))
    shown = run_all(path, student)
    assert all(escaped(item.note) in shown for item in files.load_key(plan["article"]).tier("core"))
    assert not list(student.iterdir())


def test_a_lesson_that_is_not_there_names_those_that_are():
    words = subprocess.run([sys.executable, "-c", "from kit import lesson; lesson('99-none')"], cwd=ROOT,
                           capture_output=True, text=True).stderr
    assert words.rstrip().split("\n")[-1] == ("kit.errors.KitError: There is no lesson '99-none'. "
                                              "Choose one of: 01-what-do-we-know.")
