"""Nothing leaves the computer while answers are graded, and whoever is deleted is in nothing that is made next."""

import csv
import io
import re
import shutil
import socket
import urllib.request
from html.parser import HTMLParser
from pathlib import Path

import pytest
from answer_files import CUES, answer, named, spans
from click.testing import CliRunner
from nbcourse import CHECKOUT, NbCourse

from kit.cli import commands

# The warnings are of nbgrader's own making: it adds a submission before the session knows it.
pytestmark = [pytest.mark.grading, pytest.mark.filterwarnings("ignore:Object of type")]

KEYS = CHECKOUT / "exercises" / "keys"
NOTEBOOK = (CHECKOUT / "exercises" / "source" / CUES / f"{CUES}.ipynb").read_text("utf-8")
NAME, WORD = "Zubeida Quast", "axolotlish"  # found nowhere else
CLASS = ("ana", "ben", "chi", "dov", "eva", "fia")


@pytest.fixture
def reached_for(monkeypatch) -> list[str]:
    """A computer without a network; every attempt to reach one fails, and is in this list."""
    attempts: list[str] = []

    def refuse(name: str):
        def refused(*where: object, **more: object):
            attempts.append(f"{name} {where[1:] or where}")
            raise OSError("there is no network")
        return refused

    for name in ("connect", "connect_ex", "sendto", "bind"):
        monkeypatch.setattr(socket.socket, name, refuse(name))
    for name in ("getaddrinfo", "gethostbyname", "create_connection"):
        monkeypatch.setattr(socket, name, refuse(name))
    return attempts


def test_an_attempt_to_reach_a_network_is_seen(reached_for):
    with pytest.raises(OSError, match="no network"):
        urllib.request.urlopen("http://127.0.0.1:9/")
    with pytest.raises(OSError, match="no network"):
        socket.socket().connect(("127.0.0.1", 9))
    assert len(reached_for) == 2


def put_class(folder: Path) -> None:
    """Write answers of a class, one student's with a word of their own in a note and in the written answer."""
    names = ("perfect", "half", "mended", "loose", "notes", "code")
    for student, name in zip(CLASS, names):
        write(folder / student / named(name).path, named(name).content)
    mine = answer(CUES, spans(CUES, ("may have|might",), note=WORD), {"written": f"{WORD} because"})
    write(folder / NAME / named("half").path, mine)


def write(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, "utf-8")


def kit_grade(folder: Path, *options: str) -> Path:
    done = CliRunner().invoke(commands, ["grade", str(folder), "--keys", str(KEYS), "--names", *options])
    assert done.exit_code == 0, done.output
    return folder.parent / "grades"


class _Fetched(HTMLParser):
    """Collects what a browser would fetch from elsewhere to show a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found += [f"{tag} {value}" for name, value in attributes
                       if name in ("src", "srcset", "data", "poster") or (name, tag) == ("href", "link")]

    def handle_data(self, data: str) -> None:
        self.found += re.findall(r"@import[^;]*|url\((?!['\"]?data:)[^)]*//[^)]*\)", data)


def fetched(page: Path) -> list[str]:
    parser = _Fetched()
    parser.feed(page.read_text("utf-8"))
    return [what for what in parser.found if " data:" not in what]


def test_kit_grade_reaches_for_nothing(tmp_path, reached_for):
    put_class(tmp_path / "class")
    made = kit_grade(tmp_path / "class")
    pages = list(made.rglob("*.html"))
    assert len(pages) == len(CLASS) + 3
    assert {page.name: fetched(page) for page in pages} == {page.name: [] for page in pages}
    assert reached_for == []


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    course = NbCourse(tmp_path_factory.mktemp("private") / "course", source={CUES: NOTEBOOK})
    course.generate(CUES)
    for student in ("ana", NAME):
        note = WORD if student == NAME else ""
        course.hand_in(student, {named("half").path: answer(CUES, spans(CUES, ("halls <might>|might",), note=note))}, CUES)
    return course


def test_nbgrader_by_data_alone_reaches_for_nothing(course, reached_for):
    for done in (course.autograde(name=CUES), course.generate_feedback(CUES)):
        assert done["success"], done
    pages = list((course.folder / "feedback").rglob("*.html"))
    assert len(pages) == 2
    assert {str(page): fetched(page) for page in pages} == {str(page): [] for page in pages}
    assert reached_for == []


def told_of(folder: Path) -> list[str]:
    """Return the files of a folder that name the student, or hold their words."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()
                  and any(word in path.name + path.read_bytes().decode("utf-8", "replace") for word in (NAME, "Quast", WORD)))


def test_who_is_deleted_is_in_nothing_that_kit_grade_makes_next(tmp_path):
    put_class(tmp_path / "class")
    made = kit_grade(tmp_path / "class")
    assert {"grades.csv", f"feedback/{NAME}.html", f"class/{CUES}-names.html"} <= set(told_of(made))
    assert f"class/{CUES}.html" not in told_of(made)
    shutil.rmtree(tmp_path / "class" / NAME)
    kit_grade(tmp_path / "class")
    left = told_of(made)
    assert [name for name in left if not re.search(r"-\d+\.(csv|html)$", name)] == []
    # What is kept of the earlier table is named in what the command says, and is the teacher's to delete.
    assert left == ["grades-1.csv"]
    kit_grade(tmp_path / "class", "--to", str(tmp_path / "anew"))
    assert told_of(tmp_path / "anew") == []


def test_who_is_removed_from_nbgrader_is_in_nothing_that_it_makes_next(course):
    if not (course.folder / "feedback").is_dir():  # when this test runs alone
        course.autograde(name=CUES), course.generate_feedback(CUES)
    for step in ("submitted", "autograded", "feedback"):
        shutil.rmtree(course.folder / step / NAME)
    course.run("db", "student", "remove", NAME, "--force")
    course.autograde(name=CUES)
    course.generate_feedback(CUES)
    assert [told_of(course.folder / step) for step in ("submitted", "autograded", "feedback")] == [[], [], []]
    course.run("export", "--exporter=kit.grading.nbexport.ExerciseExport", "--to=grades.csv")
    rows = list(csv.DictReader(io.StringIO((course.folder / "grades.csv").read_text("utf-8-sig"))))
    assert [row["student_id"] for row in rows] == ["ana"]
