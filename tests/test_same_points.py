"""One answer, five roads, the same points: those that were worked out by hand in ``answer_files``.

All answers take every road.  On one of them, nbgrader as it comes, each student costs a kernel: there a choice, a few of
every exercise and of every kind of trouble, goes the whole way, and for all of them the graded cell's one call is made
where nbgrader makes it, in the student's folder of ``autograded``.
"""

import csv
import json
import shutil
from collections import Counter
from collections.abc import Callable
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from answer_files import CASES, FILES, OUT_OF, Case, as_carried, named, save_own, text_of
from click.testing import CliRunner
from nbcourse import FINDS_KIT, STOCK, NbCourse, small_exercise

from kit.cli import commands
from kit.errors import KitError
from kit.grading.checking import check, grade_content, points
from kit.grading.keys import Keys
from kit.model.formats import parse_annotations
from kit.model.handed import block
from kit.page.handin import hand_in_page
from kit.places.bootstrap import find_checkout

# The warnings are of nbgrader's own making: it adds a submission before the session knows it.
pytestmark = [pytest.mark.grading, pytest.mark.filterwarnings("ignore:Object of type")]

SOURCE = find_checkout() / "exercises" / "source"
BY_RUNNING = [named(name) for name in (
    "perfect", "missing", "mended", "loose", "every-word", "notes", "code", "wrong-types-chosen", "not-finished",
    "other-text", "future-format", "damaged", "renamed-by-a-browser", "renamed-with-capitals", "without-pens", "roles-part", "sources-nobody", "own-loose", "own-emoji")]
every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    """A folder of keys: those of the course, and that of a text of the teacher's own."""
    folder = tmp_path_factory.mktemp("course") / "keys"
    shutil.copytree(find_checkout() / "exercises" / "keys", folder)
    save_own(folder)
    return folder


def test_there_are_at_least_forty_answers_of_every_kind():
    assert len({case.name for case in CASES}) == len(CASES) >= 40
    assert len({case.points for case in CASES}) > 20
    assert all(count >= 4 for count in Counter(case.exercise for case in CASES).values())


@pytest.mark.parametrize("case", [case for case in CASES if case.content is not None], ids=lambda case: case.name)
def test_the_formula_gives_the_points_of_the_hand_made_sum(case: Case, keys):
    try:
        reached = grade_content(case.content, name="answer.json", expected=FILES[case.exercise], keys=Keys(keys),
                                out_of=OUT_OF).points
    except KitError as problem:
        assert case.why_not and case.why_not in str(problem)
    else:
        assert (reached, case.why_not) == (case.points, "")
        assert type(reached) is float


# nbgrader


def course_of(folder: Path, cases: list[Case], *, stock: bool) -> NbCourse:
    """Return a course in which every case is a student's, handed in and autograded."""
    source = {exercise: small_exercise(f"answers/{FILES[exercise]}.json", name=exercise) for exercise in FILES}
    source |= {path.stem: path.read_text("utf-8") for path in SOURCE.glob("*/*.ipynb") if path.stem in source}
    course = NbCourse(folder, stock=stock, source=source)
    save_own(folder / "keys")
    for exercise in FILES:
        course.generate(exercise)
    for case in cases:
        course.hand_in(case.name, {} if case.content is None else {case.path: case.content}, case.exercise)
    for exercise in FILES:
        done = course.autograde(name=exercise)
        assert done["success"], done
    return course


def points_in(course: NbCourse) -> dict[str, float]:
    """Return what nbgrader's gradebook holds for the graded cell, by case."""
    return {student: grades[f"kit-{exercise}"]
            for exercise in FILES for student, grades in course.scores(exercise).items()}


def shown_in(course: NbCourse, case: Case) -> str:
    """Return what the graded cell shows in the autograded notebook."""
    outputs = [output for cell in course.graded(case.name, case.exercise)["cells"]
               if cell["metadata"].get("nbgrader", {}).get("grade_id") == f"kit-{case.exercise}"
               for output in cell["outputs"]]
    (output,) = outputs
    return unescape("".join(output.get("data", {}).get("text/html", output.get("evalue", ""))))


@pytest.fixture(scope="module")
def data_only(tmp_path_factory):
    return course_of(tmp_path_factory.mktemp("data") / "course", CASES, stock=False)


@pytest.fixture(scope="module")
def by_running(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", FINDS_KIT)  # the kit need not be installed where tests run
        yield course_of(tmp_path_factory.mktemp("stock") / "course", BY_RUNNING, stock=True)


@every_case
def test_nbgrader_by_data_alone(case: Case, data_only):
    assert points_in(data_only)[case.name] == case.points
    assert case.why_not in shown_in(data_only, case)


@pytest.mark.parametrize("case", BY_RUNNING, ids=lambda case: case.name)
def test_nbgrader_as_it_comes(case: Case, by_running):
    assert points_in(by_running)[case.name] == case.points
    assert case.why_not in shown_in(by_running, case)


@every_case
def test_the_call_that_nbgrader_runs_as_it_comes(case: Case, keys, tmp_path, monkeypatch):
    """What its kernel would run; that an error there is 0 points is nbgrader's doing, and held by the test above."""
    shutil.copytree(keys, tmp_path / "keys")
    (tmp_path / "nbgrader_config.py").write_text(STOCK, "utf-8")
    for step in ("submitted", "autograded"):
        folder = tmp_path / step / case.name / case.exercise
        folder.mkdir(parents=True)
        if case.content is not None:
            (folder / case.path).parent.mkdir(parents=True, exist_ok=True)
            (folder / case.path).write_bytes(case.content.encode("utf-8"))
    monkeypatch.chdir(folder)
    monkeypatch.delenv("KIT_KEYS", raising=False)
    notebook = json.loads(small_exercise(f"answers/{FILES[case.exercise]}.json", name=case.exercise))
    try:
        reached = eval(notebook["cells"][-1]["source"], {"points": points})
    except KitError as problem:
        assert case.why_not and case.points == 0
        assert case.why_not in str(problem) or "is not there yet" in str(problem)  # under another exercise's name
    else:
        assert (reached, case.why_not) == (case.points, "")
        assert type(reached) is float


# kit grade


def as_file(case: Case) -> dict[str, str]:
    """The answer file in its folder; who has none handed in something else."""
    return {"homework.txt": "I was ill."} if case.content is None else {case.path: case.content}


def as_notebook(case: Case) -> dict[str, str]:
    """The notebook alone, as it was saved after a check cell that asked for more marks than anybody makes."""
    notebook = small_exercise(case.path, name=case.exercise)
    return {f"{case.exercise}.ipynb": notebook if case.content is None else as_carried(checked(case), notebook)}


def checked(case: Case) -> dict[str, str] | str:
    """What the check cell shows; of a file that it refuses, the file, as an output of another day holds it."""
    with TemporaryDirectory() as folder:
        (saved := Path(folder, case.path)).parent.mkdir(parents=True, exist_ok=True)
        saved.write_bytes(case.content.encode("utf-8"))
        try:
            shown = check(Path(folder, "answers", f"{FILES[case.exercise]}.json"), at_least=1000)
        except KitError:
            return case.content
        assert shown.not_yet
        return shown._repr_mimebundle_()


def as_page(case: Case) -> dict[str, str]:
    """The hand-in page alone; where no page could be made of an answer, one with the answer in it."""
    if case.content is None:
        return {f"{FILES[case.exercise]}-hand-in.html": "<!doctype html><title>empty</title>"}
    try:
        page = hand_in_page(text_of(case.exercise), parse_annotations(case.content, name="answer"), content=case.content)
    except KitError:
        page = f"<!doctype html><title>answer</title>{block(case.content, '')}"
    code = f"-{case.code}" if case.code else ""
    return {f"{FILES[case.exercise]}{code}-hand-in.html": page}


@pytest.fixture(scope="module")
def kit_grade(tmp_path_factory, keys) -> Callable[[Callable], dict[str, dict]]:
    """Grade all cases by command, once for each way to hand in; gives the rows of the table by case."""
    done: dict[str, dict[str, dict]] = {}

    def rows(form: Callable[[Case], dict[str, str]]) -> dict[str, dict]:
        if form.__name__ not in done:
            place = tmp_path_factory.mktemp(form.__name__)
            for case in CASES:
                for name, content in form(case).items():
                    path = place / "class" / case.name / name
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(content.encode("utf-8"))
            ran = CliRunner().invoke(commands, ["grade", str(place / "class"), "--keys", str(keys), "--out-of", str(OUT_OF)])
            assert ran.exit_code == 0, ran.output
            table = (place / "grades" / "grades.csv").read_text("utf-8-sig").splitlines()
            found = list(csv.DictReader(table))
            done[form.__name__] = {row["student"]: row for row in found}
            assert len(done[form.__name__]) == len(found) == len(CASES)  # one row each
        return done[form.__name__]

    return rows


@pytest.mark.parametrize("form", [as_file, as_notebook, as_page], ids=lambda form: form.__name__)
@every_case
def test_kit_grade(case: Case, form, kit_grade):
    row = kit_grade(form)[case.name]
    assert float(row["points"]) == case.points
    assert bool(row["problem"]) == bool(case.why_not)
    if case.content is None:
        assert "is not there" in row["problem"] or "there is no answer in it" in row["problem"]
    else:
        assert case.why_not in row["problem"]
        assert row["exercise"] == case.exercise.replace("night-market", FILES["night-market"])
