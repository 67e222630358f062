"""Nobody gets more, or less, than their marks are worth; nothing of theirs is run; nobody stops the others.

All of ``cheats`` hand in to one course, beside an honest student.  nbgrader grades it by its own commands, and
``kit grade`` as a folder and as a zip archive.
"""

import csv
import hashlib
import io
import os
import re
import stat
import subprocess
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import pytest
from answer_files import CUES, named
from cheats import CHEATS, FOR_KIT_GRADE, NOTEBOOK, SCRIPT, Cheat, climbing, packed_folder
from click.testing import CliRunner, Result
from conftest import QUICK
from nbcourse import NbCourse
from nbgrader.api import Gradebook

from kit.cli import commands
from kit.places.bootstrap import find_checkout

pytestmark = [pytest.mark.grading, pytest.mark.filterwarnings("ignore:Object of type")]

SOURCE = find_checkout() / "exercises" / "source" / CUES / NOTEBOOK
every_cheat = pytest.mark.parametrize("cheat", CHEATS, ids=lambda cheat: cheat.student)


def traces(folder: Path) -> dict[str, str]:
    """Return what lies in a folder: for each path what it is, and a hash of its content."""
    found = {}
    for top, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = Path(top, name)
            kind = path.lstat().st_mode
            found[str(path.relative_to(folder))] = (
                os.readlink(path) if stat.S_ISLNK(kind) else
                hashlib.sha256(path.read_bytes()).hexdigest() if stat.S_ISREG(kind) else str(stat.S_IFMT(kind)))
    return found


class Class:
    """A course in which everybody has handed in, and the traces of all that was there before it was graded.

    It is graded three folders down, with what is temporary beside it: as far up as the names in an archive climb.
    """

    def __init__(self, home: Path) -> None:
        self.home, self.canary, self.inside = home, home / "canary", home / "1" / "2" / "3"
        self.temporary = self.inside / "temporary"
        self.temporary.mkdir(parents=True)
        self.course = NbCourse(self.inside / "course", source={CUES: SOURCE.read_text("utf-8")})
        self.course.generate(CUES)
        for cheat in FOR_KIT_GRADE:
            cheat.build(self.course.hand_in(cheat.student, {named("half").path: named("half").content}), self.canary)
        packed_folder(self.course.folder / "submitted", self.inside / "class.zip")
        self.before = traces(home)

    def nbgrader(self, *arguments: str) -> subprocess.CompletedProcess:
        return self.course.command(*arguments, TMPDIR=str(self.temporary))

    def kit(self, *arguments: str) -> Result:
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(self.inside)
            patch.setattr("tempfile.tempdir", str(self.temporary))
            return CliRunner().invoke(commands, arguments)

    def changed(self) -> set[str]:
        """Return the paths, but those that grading is to write, whose content is not what it was."""
        after = traces(self.home)
        written = re.compile(r"1/2/3/(course/(autograded|feedback)(/|$)|course/gradebook\.db|course/\.nbgrader\.log|"
                             r"(folder|archive)-grades(/|$))")
        return {path for path in self.before.keys() | after.keys()
                if self.before.get(path) != after.get(path) and not written.match(path)}


@pytest.fixture(scope="module")
def everybody(tmp_path_factory):
    return Class(tmp_path_factory.mktemp("class"))


def test_there_are_at_least_twenty_five():
    assert len({cheat.student for cheat in CHEATS}) == len(CHEATS) >= 26


# nbgrader


class Graded:
    """The class, autograded and given its feedback by nbgrader's own commands."""

    def __init__(self, everybody: Class) -> None:
        self.everybody, self.course = everybody, everybody.course
        (alone,) = {cheat.student for cheat in FOR_KIT_GRADE} - {cheat.student for cheat in CHEATS}
        self.autograded = everybody.nbgrader("autograde", CUES, f"--CourseDirectory.student_id_exclude={alone}")
        self.fed_back = everybody.nbgrader("generate_feedback", CUES)
        self.grades = self.course.scores(CUES)


@pytest.fixture(scope="module")
def graded(everybody):
    return Graded(everybody)


@every_cheat
def test_nbgrader_gives_what_the_marks_are_worth(cheat: Cheat, graded):
    assert cheat.student in graded.grades, graded.autograded.stderr[-3000:]
    assert graded.grades[cheat.student] == {f"kit-{CUES}": cheat.points, f"kit-{CUES}-written": None}


def test_no_batch_of_nbgrader_is_stopped(graded):
    assert graded.autograded.returncode == 0, graded.autograded.stderr[-3000:]
    assert graded.fed_back.returncode == 0, graded.fed_back.stderr[-3000:]


def test_nbgrader_runs_nothing_and_writes_nothing_elsewhere(graded):
    assert not graded.everybody.canary.exists()
    assert not graded.everybody.changed()


def test_the_gradebook_holds_the_course_as_it_was_written(graded):
    with Gradebook(f"sqlite:///{graded.course.folder / 'gradebook.db'}") as book:
        assert {student.id for student in book.students} == {cheat.student for cheat in CHEATS}
        assignment = book.find_assignment(CUES)
        assert (assignment.max_score, assignment.max_code_score, len(assignment.notebooks)) == (12, 10, 1)
        assert all(grade.manual_score is None and not grade.extra_credit for submission in assignment.submissions
                   for notebook in submission.notebooks for grade in notebook.grades)


# The traces: what would be there if something were run or unpacked


RUNS = ("patched-helper", "own-kit", "later-cells", "gradebook", "magic", "cell-of-another-language")


def test_code_that_is_run_leaves_its_trace(tmp_path):
    """nbgrader as it comes runs it; one student does it all, as each more takes seconds."""
    course = NbCourse(tmp_path / "course", stock=True, source={CUES: SOURCE.read_text("utf-8")})
    course.generate(CUES)
    folder = course.hand_in("eve", {})
    for cheat in CHEATS:
        if cheat.student in RUNS:
            cheat.build(folder, tmp_path / cheat.student)
    done = course.command("autograde", CUES, PYTHONPATH=QUICK)  # the kit in no place that comes before a student's folder
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == sorted(RUNS), done.stderr[-3000:]


def test_an_archive_that_is_unpacked_as_it_says_leaves_its_trace(tmp_path):
    folder, canary = tmp_path / "1" / "2" / "3", tmp_path / "canary"
    folder.mkdir(parents=True)
    with zipfile.ZipFile(io.BytesIO(climbing("", canary))) as archive:
        for name in archive.namelist():
            place = Path(os.path.normpath(folder / name))
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(archive.read(name))
    assert {"owned.json", "1/owned.json", "1/2/owned.json", "canary/owned.json"} <= traces(tmp_path).keys()


# kit grade


@pytest.fixture(scope="module", params=["folder", "archive"])
def graded_by_kit(request, everybody):
    """The folder with what `kit grade` wrote about the class, from a folder and from a zip archive of it."""
    handed_in = everybody.inside / "class.zip" if request.param == "archive" else everybody.course.folder / "submitted"
    to = everybody.inside / f"{request.param}-grades"
    done = everybody.kit("grade", str(handed_in), "--keys", str(everybody.course.folder / "keys"), "--to", str(to))
    assert done.exit_code == 0, done.output
    assert not everybody.canary.exists()
    assert not everybody.changed()
    return to


@pytest.fixture(scope="module")
def rows(graded_by_kit):
    table = (graded_by_kit / "grades.csv").read_text("utf-8-sig")
    return list(csv.DictReader(io.StringIO(table, newline="")))


def letters(name: str) -> str:
    """Return what tells a name apart however it is shown: without the signs that a table or a page takes out."""
    return "".join(sign for sign in name if sign.isalnum())


@pytest.mark.parametrize("cheat", FOR_KIT_GRADE, ids=lambda cheat: cheat.student)
def test_kit_grade_gives_what_the_marks_are_worth(cheat: Cheat, rows):
    mine = [row for row in rows if letters(row["student"]) == letters(cheat.student)]
    assert {row["exercise"]: float(row["points"]) for row in mine} == {CUES: cheat.points}  # and no other exercise
    assert all(row["problem"] for row in mine if not float(row["points"]) and cheat.student != "nested-marks")


def test_a_table_holds_no_formula_and_everybody_once(rows):
    cells = [cell for row in rows for cell in row.values() if cell]
    assert not [cell for cell in cells if cell.lstrip()[:1] in "=+@＝＋－＠" or re.match(r"\s*-(?!\d+(\.\d+)?$)", cell)]
    students = [letters(row["student"]) for row in rows if row["exercise"] == CUES]
    assert sorted(students) == sorted(letters(cheat.student) for cheat in FOR_KIT_GRADE)


def test_pages_of_kit_grade_hold_no_script_of_a_student(graded_by_kit):
    pages = list((graded_by_kit / "feedback").glob("*.html"))
    assert len(pages) == len(FOR_KIT_GRADE)
    assert [page.name for page in pages if scripts_in(page.read_text("utf-8"))] == []
    (page,) = (graded_by_kit / "class").glob("*.html")
    assert scripts_in(page.read_text("utf-8")) == ["script"]  # its own, for the button that prints
    assert "owned" not in page.read_text("utf-8")


class _Active(HTMLParser):
    """Collects what would run in a page: scripts that are not on the list, and attributes that hold code."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "iframe", "object", "embed", "base", "form"):
            self.found.append(tag)
        for name, value in attributes:
            if name.startswith("on") or "javascript:" in re.sub(r"\s", "", value or "").lower() or "127.0.0.1" in (value or ""):
                self.found.append(f"{tag} {name}")


def scripts_in(html: str) -> list[str]:
    """Return what would run in a page; a parser decides, not a pattern."""
    parser = _Active()
    parser.feed(html)
    parser.close()
    return parser.found


def test_the_finder_of_scripts_finds_them():
    assert scripts_in(f"<p>{SCRIPT}</p><a href='java\nscript:x'>") == ["script", "img onerror", "a href"]


@every_cheat
def test_feedback_of_nbgrader_holds_no_script(cheat: Cheat, graded):
    page = graded.course.folder / "feedback" / cheat.student / CUES / f"{CUES}.html"
    assert scripts_in(page.read_text("utf-8")) == []
