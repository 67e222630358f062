"""The exercises as a student meets them: what each notebook holds, and Run All with a real kernel."""

import json
import os
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import nbclient
import nbformat
import pytest
import reading
from test_lessons import PLANNED, cells, prose

from kit.model.annotations import AnnotationSet
from kit.model.files import load_article, read_annotations, read_key, save_annotations
from kit.model.handed import carried
from kit.model.labels import scheme_called
from kit.model.plans import name_of
from kit.model.spans import Span
from kit.places.bootstrap import find_checkout
from kit.places.folder import hand_out

ROOT = find_checkout()
SOURCE = ROOT / "exercises" / "source"
NOTEBOOKS = sorted(SOURCE.glob("*/*.ipynb"))
KEYS = sorted((ROOT / "exercises" / "keys").glob("*.key.json"))
STEPS = ["Mark", "Check and mend", "Choose reasons", "Write", "What became known later", "Hand in"]
NO_KEY = ("No answer key on this computer, and that is as it should be: "
          "your teacher has the key and grades with it.")

by_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def plan_of(path: Path) -> dict:
    return json.loads((ROOT / "kit" / "articles" / f"{path.stem}.exercise.json").read_text("utf-8"))


def answer_of(path: Path) -> str:
    """Return the name of the answer file that an exercise asks for."""
    plan = plan_of(path)
    return f"answers/{plan['article']}-{plan['scheme']}.json"


def test_every_plan_has_its_notebook_and_every_notebook_its_plan():
    plans = sorted(path.name.removesuffix(".exercise.json") for path in (ROOT / "kit" / "articles").glob("*.exercise.json"))
    assert [path.stem for path in NOTEBOOKS] == plans == [path.parent.name for path in NOTEBOOKS]
    assert all((ROOT / "lessons" / f"{name}.ipynb").is_file() for name in plans)


@by_notebook
def test_nothing_but_the_notebook_is_handed_out(path):
    assert list(path.parent.rglob("*")) == [path]


# What it holds


@by_notebook
def test_the_steps_come_in_order(path):
    text = "\n".join(text for _, text in cells(path))
    assert re.findall(r"^## \d+\. (.+)$", text, re.M) == STEPS
    assert re.findall(r"^## (\D.+)$", text, re.M) == ["What counts", "How you hand in"]


@by_notebook
def test_it_is_called_as_its_hand_in_page_calls_it(path):
    assert cells(path)[0][1].splitlines()[0] == f"# {name_of(plan_of(path))}"


@by_notebook
def test_code_is_short_and_follows_words(path):
    kinds = [kind for kind, _ in cells(path)]
    first, *code = [text for kind, text in cells(path) if kind == "code"]
    assert all(before == "markdown" for before, kind in zip(kinds, kinds[1:], strict=False) if kind == "code")
    assert first == ("from kit import check, exercise\nfrom kit.grading import points\n"
                     f'here = exercise("{path.stem}")\nhere')
    least = {"sentence": 9, "claim": 4, "token": 5}[scheme_called(plan_of(path)["scheme"]).unit]
    assert code == ["here.pen()", "here.reasons()", "here.write()", "here.after()", "here.save()",
                    f'check("{answer_of(path)}", at_least={least})', f'points("{answer_of(path)}", out_of=10)']


@by_notebook
def test_words_are_few_and_plain(path):
    texts = [reading.words(text) for kind, text in cells(path) if kind == "markdown"]
    assert max(map(len, texts)) <= 120
    assert 600 <= sum(map(len, texts)) <= 900
    assert max(len(reading.words(sentence)) for sentence in prose(path)) <= 25
    assert "!" not in "".join(prose(path))


@by_notebook
def test_instructions_are_easier_than_the_article(path):
    assert reading.grade(prose(path)) <= PLANNED[plan_of(path)["article"]].grade[0] - 1


@by_notebook
def test_it_says_before_the_first_cell_what_counts_and_how_to_hand_in(path):
    early = " ".join(" ".join(text.split()) for _, text in cells(path)[:3])
    for words in ("40 %** for your", "30 %** for your", "30 %** for the", "10 points", "up to 2 points more",
                  "You are not graded on how many", "Where good readers do not agree", "**Submit:**",
                  "**This notebook alone:**", "**A page:**"):
        assert words in early, words


@by_notebook
def test_it_gives_nothing_of_the_key_away(path):
    """Not even how much there is to find."""
    text, plan = "\n".join(text for _, text in cells(path)), plan_of(path)
    key = read_key(ROOT / "exercises" / "keys" / f"{plan['article']}-{plan['key']}.key.json")
    assert not [item.note for item in (*key.spans, *key.look_alikes) if item.note in text]
    assert plan["scheme"] != "cues-4" or not re.search(rf"\b({len(key.tier('core'))}|fourteen|six)\b", text)


@by_notebook
def test_no_output_is_stored(path):
    stored = json.loads(path.read_text("utf-8"))
    assert [cell for cell in stored["cells"] if cell.get("outputs") or cell.get("execution_count")] == []
    assert set(stored["metadata"]) == {"kernelspec", "language_info"}
    assert set(stored["metadata"]["language_info"]) == {"name"}


# What nbgrader makes of it


@by_notebook
def test_nbgrader_takes_the_cells_for_what_they_are(path):
    from nbgrader.nbgraderformat import MetadataValidator
    from nbgrader.utils import is_grade, is_locked, is_solution, is_task

    book = nbformat.read(path, as_version=4)
    nbformat.validate(book)
    MetadataValidator().validate_nb(book)
    (written, graded) = [cell for cell in book.cells if "nbgrader" in cell.metadata]
    assert (written.metadata.nbgrader.grade_id, graded.metadata.nbgrader.grade_id) == (
        f"kit-{path.stem}-written", f"kit-{path.stem}")
    assert (is_task(written), is_grade(written), is_solution(written), is_locked(written)) == (True, False, False, True)
    assert (is_task(graded), is_grade(graded), is_solution(graded), is_locked(graded)) == (False, True, False, True)
    plan = plan_of(path)
    assert (graded.metadata.nbgrader.points, written.metadata.nbgrader.points) == (plan["out_of"], plan["written"]["points"])
    assert {cell.metadata.nbgrader.schema_version for cell in (written, graded)} == {3}
    assert graded.source == f'points("{answer_of(path)}", out_of={plan["out_of"]})'


@by_notebook
def test_a_written_answer_is_left_for_the_teacher_although_its_cell_stays_as_it_is(path):
    """A solution cell that nobody changed is given 0 points: students write in the field, not in the cell."""
    from nbgrader.utils import compute_checksum, determine_grade, is_grade

    book = nbformat.read(path, as_version=4)
    (written,) = [cell for cell in book.cells if cell.metadata.get("nbgrader", {}).get("task")]
    assert not is_grade(written), "nothing that nbgrader grades by itself"
    as_solution = written.copy()
    as_solution.metadata = nbformat.from_dict({"nbgrader": {**written.metadata.nbgrader, "grade": True, "solution": True,
                                                            "task": False}})
    as_solution.metadata.nbgrader.checksum = compute_checksum(as_solution)
    assert determine_grade(as_solution) == (0, 2.0), "what a task cell is for"


# Run All


@pytest.fixture
def student(tmp_path, monkeypatch):
    """What `kit lab` puts into a student's folder, and a kernel that finds this kit."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]))
    monkeypatch.setenv("JUPYTER_PATH", str(ROOT / "kit" / "places" / "jupyter"))
    for name in ("KIT_TEACHER", "KIT_KEYS"):
        monkeypatch.delenv(name, raising=False)
    return hand_out(tmp_path / "student").folder


def run_all(path: Path, folder: Path) -> tuple[list, str]:
    """Run the student's copy; return the lines under cells that failed, and all that is shown, widget states included."""
    here = folder / "exercises" / path.stem
    book = nbformat.read(here / path.name, as_version=4)
    client = nbclient.NotebookClient(book, timeout=120, kernel_name="python3", store_widget_state=True, allow_errors=True,
                                     resources={"metadata": {"path": str(here)}})
    client.execute()
    nbformat.write(book, here / path.name)
    outputs = [(cell.source, output) for cell in book.cells for output in cell.get("outputs", [])]
    assert not [output for _, output in outputs if output["output_type"] == "stream"]
    failed = [(source.partition("(")[0], *output["traceback"]) for source, output in outputs
              if output["output_type"] == "error"]
    return failed, unescape("\n".join(strings([[output for _, output in outputs], book.metadata.get("widgets", {})])))


def strings(field: object) -> Iterator[str]:
    """Yield every string in a piece of a notebook, at any depth."""
    if isinstance(field, str):
        yield field
    for each in field.values() if isinstance(field, dict) else field if isinstance(field, list) else ():
        yield from strings(each)


@pytest.mark.notebook
@by_notebook
def test_run_all_on_a_fresh_copy_says_in_one_line_what_is_not_there(path, student):
    before = sorted(student.rglob("*"))
    failed, shown = run_all(path, student)
    assert failed == [("check", f"{answer_of(path)} is not there yet: mark something in the text above, then run this cell again."),
                      ("points", NO_KEY)]
    assert "Nothing leaves this computer" in shown
    assert sorted(student.rglob("*")) == before, "opening an exercise writes nothing"


@pytest.mark.notebook
@by_notebook
def test_run_all_with_work_fails_at_the_teachers_cell_alone_and_shows_no_answer(path, student):
    plan = plan_of(path)
    answer = finished(plan)
    place = student / "exercises" / path.stem / answer_of(path)
    place.parent.mkdir()
    save_annotations(answer, load_article(plan["article"]), place)
    failed, shown = run_all(path, student)
    assert failed == [("points", NO_KEY)]
    (copy,) = carried(path.name, (student / "exercises" / path.stem / path.name).read_bytes())
    assert copy.content == place.read_text("utf-8") and read_annotations(place) == answer
    assert plan["reveal"]["paragraphs"][0] in shown and "Nothing is missing." in shown
    key = read_key(ROOT / "exercises" / "keys" / f"{plan['article']}-{plan['key']}.key.json")
    notes = [item.note for item in (*key.spans, *key.look_alikes)] + [one["note"] for one in key.responses.values()]
    assert len(notes) > 15 and not [note for note in notes if note in shown]


def finished(plan: dict) -> AnnotationSet:
    """Return an answer in which everything is done, and much of it not as the key has it."""
    article, scheme = load_article(plan["article"]), scheme_called(plan["scheme"])
    if scheme.unit == "token":
        spans = [Span(where.start, where.end, "might") for where in article.tokens[20:26]]
    else:
        asked = plan.get("claims") or [n for n in range(len(article.sentences)) if n not in article.headings]
        label = "rung-0" if scheme.unit == "claim" else "claim"
        spans = [Span(article.sentences[n].start, article.sentences[n].end, label) for n in asked]
    questions = [*plan["reasons"], *([plan["origins"]] if "origins" in plan else [])]
    responses = {question["id"]: next(iter(question["choices"])) for question in questions}
    responses |= {"loaded": ["sentence-1", "sentence-2"]} if "loaded" in plan else {}
    made = AnnotationSet.on(article, scheme.id, "student", tuple(spans))
    return AnnotationSet(made.article, made.fingerprint, made.scheme, made.annotator, made.spans, first_pass=made.spans[:3],
                         responses={**responses, "written": "Little is shown, because nobody is named."}, stage="reasons")


@pytest.mark.notebook
def test_no_byte_of_a_key_is_on_the_students_side(student):
    """Not the files, and not one of their notes, in whatever the kit hands out."""
    handed = b"\n".join(path.read_bytes() for path in student.rglob("*") if path.is_file())
    assert KEYS
    for path in KEYS:
        key = read_key(path)
        for note in {item.note for item in (*key.spans, *key.look_alikes)} | {one["note"] for one in key.responses.values()}:
            assert json.dumps(note, ensure_ascii=False)[1:-1].encode() not in handed
    assert not [path for path in student.rglob("*") if path.name in ("keys", "nbgrader_config.py") or path.suffix == ".db"
                or path.name.endswith(".key.json")]
