"""The export plugin of nbgrader: a row for each student and exercise, quoted, without formulas."""

import csv
import io
import os
import shutil
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from nbcourse import FINDS_KIT
from nbgrader.api import Gradebook

from kit.grading.nbexport import COLUMNS, ExerciseExport

# The warnings are of nbgrader's own making: it adds a submission before the session knows it.
pytestmark = [pytest.mark.grading, pytest.mark.filterwarnings("ignore:Object of type")]

DUE = datetime(2031, 5, 2, 12, 0)
FORMULA = "=HYPERLINK(\"http://127.0.0.1/?\"&A1,\"me\")"


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """An empty gradebook; nbgrader makes one by a command of this environment, which takes its time."""
    path = tmp_path_factory.mktemp("empty") / "gradebook.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
        Gradebook(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def gradebook(tmp_path, empty):
    """Two exercises with 10 points for the marks and 2 for the written answer, and five students."""
    shutil.copy(empty, tmp_path / "gradebook.db")
    with Gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}") as book:
        for name, due in (("01-what-do-we-know", DUE), ("02-claim-or-background", None)):
            book.add_assignment(name, duedate=due)
            book.add_notebook(name, name)
            book.add_grade_cell(f"kit-{name}", name, name, max_score=10, cell_type="code")
            book.add_task_cell(f"kit-{name}-written", name, name, max_score=2, cell_type="markdown")
        book.add_student("ana", first_name="Ana, \"la\" reina", last_name=FORMULA, email="@SUM(A1:A9)")
        for student in ("=1+1", "-2+3;cmd", "late", "none"):
            book.add_student(student)
        yield book


def hand_in(book: Gradebook, student: str, points: float | None, written: float | None, *, late: int = -1,
            exercise: str = "01-what-do-we-know") -> None:
    """Enter a submission with its points; ``late`` in hours, ``written`` None while nobody has read it."""
    book.add_submission(exercise, student, timestamp=DUE + timedelta(hours=late))
    for name, score in ((f"kit-{exercise}", points), (f"kit-{exercise}-written", written)):
        grade = book.find_grade(name, exercise, exercise, student)
        if name.endswith("written"):
            grade.manual_score, grade.needs_manual_grade = score, score is None
        else:
            grade.auto_score, grade.needs_manual_grade = score, score is None
    book.db.commit()


def export(book: Gradebook, path, **wishes) -> list[dict]:
    """Return the rows of the exported table."""
    ExerciseExport(to=str(path), **wishes).export(book)
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))


def row_of(book: Gradebook, folder: Path, student: str) -> dict:
    """Return the row of a student in the first exercise."""
    return next(row for row in export(book, folder / "grades.csv")
                if (row["student_id"], row["assignment"]) == (student, "01-what-do-we-know"))


def test_a_row_tells_points_and_written_points_apart(gradebook, tmp_path):
    hand_in(gradebook, "ana", 7.25, 1.5)
    row = row_of(gradebook, tmp_path, "ana")
    assert row["assignment"] == row["notebook"] == "01-what-do-we-know"
    assert [row[name] for name in COLUMNS[8:]] == ["no", "7.25", "10.0", "1.5", "2.0", "no", "8.75", "0.0", "8.75", "12.0"]


def test_what_nobody_has_read_has_no_points_yet(gradebook, tmp_path):
    hand_in(gradebook, "ana", 7.25, None)
    row = row_of(gradebook, tmp_path, "ana")
    assert (row["points"], row["written_points"], row["needs_manual_grade"]) == ("7.25", "", "yes")


def test_a_grade_without_points_is_no_zero(gradebook, tmp_path):
    hand_in(gradebook, "ana", None, 2)
    row = row_of(gradebook, tmp_path, "ana")
    assert (row["points"], row["needs_manual_grade"]) == ("", "yes")


def test_who_handed_in_nothing_has_a_row_without_numbers(gradebook, tmp_path):
    rows = [row for row in export(gradebook, tmp_path / "grades.csv") if row["student_id"] == "none"]
    assert sorted(row["assignment"] for row in rows) == ["01-what-do-we-know", "02-claim-or-background"]
    assert all((row["points"], row["score"], row["late"], row["max_score"]) == ("", "", "", "12.0") for row in rows)


def test_late_work_is_named_and_an_extension_counts(gradebook, tmp_path):
    hand_in(gradebook, "late", 5, 0, late=1)
    hand_in(gradebook, "ana", 5, 0, late=1)
    gradebook.grant_extension("01-what-do-we-know", "ana", hours=2)
    # Without a due date there is no extension of it; nbgrader's own sum of the two fails.
    hand_in(gradebook, "ana", 5, 0, exercise="02-claim-or-background")
    gradebook.find_submission("02-claim-or-background", "ana").extension = timedelta(hours=1)
    gradebook.find_submission_notebook("01-what-do-we-know", "01-what-do-we-know", "late").late_submission_penalty = 6
    rows = {(row["student_id"], row["assignment"][:2]): row for row in export(gradebook, tmp_path / "grades.csv")}
    assert {place: row["late"] for place, row in rows.items() if row["late"]} == {("late", "01"): "yes", ("ana", "01"): "no"}
    assert rows["ana", "01"]["duedate"] == "2031-05-02 14:00:00"
    assert (rows["late", "01"]["score"], rows["late", "01"]["raw_score"]) == ("0.0", "5.0")


def test_names_that_look_like_formulas_stay_text(gradebook, tmp_path):
    hand_in(gradebook, "=1+1", 5, 0)
    rows = export(gradebook, tmp_path / "grades.csv")
    cells = {cell for row in rows for cell in row.values()}
    assert {"'=1+1", "'-2+3;cmd", "'" + FORMULA, "'@SUM(A1:A9)", "Ana, \"la\" reina"} <= cells
    assert not [cell for cell in cells if cell[:1] in "=+-@\t\r" and cell[:1]]


def test_only_what_was_asked_for_is_exported(gradebook, tmp_path):
    rows = export(gradebook, tmp_path / "grades.csv", student=["ana", "late"], assignment=["02-claim-or-background"])
    assert {(row["student_id"], row["assignment"]) for row in rows} == {
        ("ana", "02-claim-or-background"), ("late", "02-claim-or-background")}


def test_an_earlier_table_is_kept(gradebook, tmp_path):
    (tmp_path / "grades.csv").write_text("by hand", "utf-8")
    export(gradebook, tmp_path / "grades.csv")
    assert (tmp_path / "grades-1.csv").read_text("utf-8") == "by hand"


def test_the_command_of_nbgrader_finds_the_plugin(gradebook, tmp_path):
    hand_in(gradebook, "ana", 7.25, 1.5)
    done = subprocess.run([sys.executable, "-m", "nbgrader", "export", "--to=out.csv",
                           "--exporter=kit.grading.nbexport.ExerciseExport", f"--db=sqlite:///{tmp_path / 'gradebook.db'}",
                           "--assignment=['01-what-do-we-know']"], cwd=tmp_path, capture_output=True, text=True,
                          env=os.environ | {"PYTHONPATH": FINDS_KIT})
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader(io.StringIO((tmp_path / "out.csv").read_text("utf-8-sig"))))
    assert sorted(row["points"] for row in rows) == ["", "", "", "", "7.25"]
