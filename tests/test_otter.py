"""The page on Otter says what to write and to type; written and typed so, it gives the points of `kit.grading`."""

import json
import os
import re
import shlex
import subprocess
import sys
import zipfile
from contextlib import chdir
from pathlib import Path

import pytest
from nbcourse import FINDS_KIT
from otter.test_files import ExceptionTestFile

from kit.errors import KeyNotFound
from kit.grading import Keys
from kit.grading.checking import grade_file
from kit.model.annotations import AnnotationSet
from kit.model.files import load_article, read_key, save_annotations
from kit.model.spans import Span
from kit.places.bootstrap import find_checkout

pytestmark = pytest.mark.grading

CHECKOUT = find_checkout()
PAGE = (CHECKOUT / "lessons" / "teacher" / "otter.md").read_text("utf-8")
FENCES = re.findall(r"^```(\w*)\n(.*?)^```$", PAGE, re.M | re.S)
NAME, KEY = "01-what-do-we-know", "singer-tour-cues.key.json"
ANSWER = "answers/singer-tour-cues-4.json"
ORIGINAL = CHECKOUT / "exercises" / "keys" / KEY

# A cell that would give every answer ten points, if it were run.
CHEAT = "import kit.grading.checking as c\nc.grade_content = lambda *a, **k: type('G', (), {'points': 10.0})\nopen('ran', 'w')"


def fence(tag: str, number: int = 0) -> str:
    return [text for kind, text in FENCES if kind == tag][number]


def typed(line: str, folder: Path) -> subprocess.CompletedProcess:
    """Run a line of the page in a folder, with nothing of this machine's settings."""
    command = shlex.split(line)
    if command[0] == "otter":
        command[:1] = [sys.executable, "-m", "otter"]
    home = {"HOME": str(folder), "IPYTHONDIR": str(folder / ".ipython"), "JUPYTER_CONFIG_DIR": str(folder / ".jupyter")}
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300,
                          env=os.environ | home | {"PYTHONPATH": FINDS_KIT, "PYTHONUTF8": "1"})


def lines() -> list[str]:
    return [line for kind, text in FENCES if not kind for line in text.splitlines()]


def answer(found: int, first: int | None = None, chosen: int = 0) -> AnnotationSet:
    """Return an answer with so many cues, so many of them in the first pass, and so many right reasons."""
    article, key = load_article("singer-tour"), read_key(ORIGINAL).in_scheme("cues-4")
    spans = [Span(one.core.start, one.core.end, one.label) for one in key.tier("core")]
    right = {name: known["right"][0] for name, known in list(key.responses.items())[:chosen]}
    return AnnotationSet(article.id, article.fingerprint, "cues-4", "student", tuple(spans[:found]),
                         first_pass=None if first is None else tuple(spans[:first]), responses=right,
                         stage="mark" if first is None else "reasons")


def handed_in(folder: Path, name: str, work: AnnotationSet | None, *, cell: str = "1", more: dict[str, str] | None = None) -> Path:
    """Return a student's zip: a notebook, the answer if there is one, and what else somebody sends."""
    book = {"cells": [{"cell_type": "code", "execution_count": None, "id": "a", "metadata": {}, "outputs": [], "source": cell}],
            "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    path = folder / f"{name}.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{NAME}.ipynb", json.dumps(book))
        if work:
            save_annotations(work, load_article("singer-tour"), folder / name / ANSWER)
            archive.write(folder / name / ANSWER, ANSWER)
        for inside, content in (more or {}).items():
            archive.writestr(inside, content)
    return path


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """The folder of a teacher who did what the page says, up to the autograder."""
    folder = tmp_path_factory.mktemp("otter")
    (folder / "tests").mkdir()
    (folder / "tests" / "points.py").write_text(fence("python"), "utf-8")
    (folder / "otter_config.json").write_text(fence("json", 0), "utf-8")
    (folder / f"{NAME}.ipynb").write_text(fence("json", 1), "utf-8")
    (folder / KEY).write_bytes(ORIGINAL.read_bytes())
    done = typed(lines()[0], folder)
    assert done.returncode == 0, done.stderr
    assert typed(lines()[1], folder).returncode == 0
    return folder


def result(desk: Path, name: str) -> dict:
    """Grade somebody's zip with the line of the page; return what Otter wrote."""
    done = typed(lines()[2].replace("ada.zip", f"{name}.zip"), desk)
    assert done.returncode == 0, done.stderr
    return json.loads((desk / "results" / "results.json").read_text("utf-8"))


def test_otter_gives_the_points_of_grade(desk):
    work = answer(found=11, first=7, chosen=1)
    handed_in(desk, "ada", work)
    (test,) = result(desk, "ada")["tests"]
    expected = grade_file(desk / "ada" / ANSWER, keys=Keys(ORIGINAL)).points
    assert 0 < expected < 10
    assert (test["score"], test["max_score"]) == (expected, 10)


def test_a_notebook_a_key_and_tests_of_a_students_own_change_nothing(desk):
    """Their notebook is not run; their key and tests are written over."""
    fake = json.loads(ORIGINAL.read_text("utf-8"))
    fake["spans"] = [one for one in fake["spans"] if one["tier"] == "core"][:1]
    more = {KEY: json.dumps(fake), "tests/points.py": "OK_FORMAT = False\nname = 'x'\npoints = 1000",
            "tests/more.py": "OK_FORMAT = False\nname = 'x'\npoints = 1000"}
    handed_in(desk, "eve", answer(found=1), cell=CHEAT, more=more)
    (test,) = result(desk, "eve")["tests"]
    assert test["score"] == grade_file(desk / "eve" / ANSWER, keys=Keys(ORIGINAL)).points < 2


def test_who_hands_in_no_answer_gets_no_points_and_a_reason(desk, tmp_path):
    (tmp_path / KEY).write_bytes(ORIGINAL.read_bytes())
    with chdir(tmp_path):
        cases = ExceptionTestFile.from_file(str(desk / "tests" / "points.py"))
        cases.run({})
    assert (cases.score, cases.possible) == (0, 10)
    assert "singer-tour-cues-4.json is not there" in cases.summary()


def test_without_a_key_there_are_no_points_at_all(desk, tmp_path):
    save_annotations(answer(found=14, first=14, chosen=6), load_article("singer-tour"), tmp_path / ANSWER)
    with chdir(tmp_path), pytest.raises(KeyNotFound, match=KEY):
        ExceptionTestFile.from_file(str(desk / "tests" / "points.py"))


def test_otter_assign_keeps_autograder_files_from_students(tmp_path):
    """What the page says of the two lists."""
    (tmp_path / KEY).write_bytes(ORIGINAL.read_bytes())
    (tmp_path / "sheet.txt").write_text("for all", "utf-8")
    config = f"# ASSIGNMENT CONFIG\nrun_tests: false\ninit_cell: false\nexport_cell: false\nfiles:\n- sheet.txt\nautograder_files:\n- {KEY}\n"
    book = {"cells": [{"cell_type": "raw", "id": "a", "metadata": {}, "source": config},
                      {"cell_type": "markdown", "id": "b", "metadata": {}, "source": "Read."}],
            "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
            "nbformat": 4, "nbformat_minor": 5}
    (tmp_path / "x.ipynb").write_text(json.dumps(book), "utf-8")
    done = typed("otter assign x.ipynb dist", tmp_path)
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in (tmp_path / "dist" / "student").iterdir()) == ["sheet.txt", "x.ipynb"]
    (archive,) = (tmp_path / "dist" / "autograder").glob("*.zip")
    with zipfile.ZipFile(archive) as inside:
        assert {f"files/{KEY}", "files/sheet.txt"} <= set(inside.namelist())
