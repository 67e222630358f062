"""`kit check exercises`: every trap of a course, planted once, is found; a sound course has none."""

import base64
import gzip
import io
import json
import os
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from kit.cli import commands
from kit.errors import KitError
from kit.grading.doctor import examine, key_files
from kit.grading.foldernames import IGNORED
from kit.grading.settings import read_settings
from kit.model import marked
from kit.model.annotations import AnnotationSet
from kit.model.article import Article
from kit.model.files import load_article, read_key, save_annotations
from kit.model.formats import annotations_json, article_json
from kit.places.bootstrap import find_checkout

CHECKOUT = find_checkout()
KEY = CHECKOUT / "exercises" / "keys" / "singer-tour-cues.key.json"
NAME = "01-what-do-we-know"
ASKED = "answers/singer-tour-cues-4.json"
CONFIG = """
import os
c = get_config()
here = os.path.dirname(os.path.abspath(__file__))
c.CourseDirectory.course_id = "media-literacy"
os.environ.setdefault("KIT_KEYS", os.path.join(here, "keys"))
c.Autograde.autograde_preprocessors = ["kit.grading.nbgrading.GradeAnswers", "nbgrader.preprocessors.SaveAutoGrades"]
c.Autograde.sanitize_preprocessors = ["kit.grading.nbgrading.RepairCells", "nbgrader.preprocessors.OverwriteCells"]
c.Autograde.exporter_class = "kit.grading.nbgrading.SubmissionExporter"
c.GenerateFeedback.exporter_class = "kit.grading.nbgrading.FeedbackExporter"
c.FileNameCollectorPlugin.valid_ext = [".ipynb", ".json", ".html"]
c.Exchange.root = os.path.join(here, "exchange")
"""


def code(source: str, **known) -> dict:
    metadata = {"nbgrader": {"schema_version": 3, "solution": False, "task": False, **known}} if known else {}
    return {"cell_type": "code", "execution_count": None, "id": "x", "metadata": metadata, "outputs": [], "source": source}


def graded(source: str = f'points("{ASKED}", out_of=10)', **changed) -> dict:
    return code(source, **{"grade": True, "locked": True, "points": 10, "grade_id": f"kit-{NAME}"} | changed)


CELLS = (code(f'from kit import check, exercise\nfrom kit.grading import points\nhere = exercise("{NAME}")'),
         code(f'check("{ASKED}", at_least=5)'), graded())


def write(path: Path, *cells: dict) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5}), "utf-8")
    return path


@pytest.fixture
def course(tmp_path):
    """A sound course with one exercise, which nobody else on this computer can read."""
    home = tmp_path / "course"
    write(home / "source" / NAME / f"{NAME}.ipynb", *CELLS)
    (home / "keys").mkdir()
    shutil.copy(KEY, home / "keys")
    (home / "nbgrader_config.py").write_text(CONFIG, "utf-8")
    home.chmod(0o700)
    return home


def book(course: Path) -> Path:
    return course / "source" / NAME / f"{NAME}.ipynb"


def faults(course: Path) -> list[tuple[str, str]]:
    return [(one.level, one.what) for one in examine(course, nbgrader="0.9.6") if one.fault]


def only_fault(course: Path, level: str, words: str) -> None:
    found = faults(course)
    assert len(found) == 1, found
    assert found[0][0] == level
    assert words in found[0][1]


def answer(article: Article | None = None) -> AnnotationSet:
    return AnnotationSet.on(article or load_article("singer-tour"), "cues-4", "student", ())


# A sound course


def test_a_sound_course_has_no_fault(course):
    found = examine(course, nbgrader="0.9.6")
    assert [one for one in found if one.fault] == []
    assert [one.what for one in found] == ["these keys are public, as their texts are part of the kit: singer-tour-cues"]


def test_the_course_of_the_kit_has_no_fault():
    assert [str(one) for one in examine(CHECKOUT / "exercises", nbgrader="0.9.6") if one.fault] == []


def test_a_course_on_a_text_of_ones_own_has_nothing_to_say(course):
    text, key = marked.parse("The mayor [may|modal: Only a possibility so far. What would make it happen?] resign.",
                             article="harbour")
    article, own = Article("harbour", "Fire", "Ours", text), replace(key, scheme="cues", made="Two passes.")
    (course / "keys" / KEY.name).unlink()
    (course / "keys" / "harbour-cues.key.json").write_text(annotations_json(own, article), "utf-8")
    (course / "articles").mkdir()
    (course / "articles" / "harbour.json").write_text(article_json(article), "utf-8")
    asked = "answers/harbour-cues-4.json"
    write(book(course), CELLS[0], code(f'check("{asked}")'), graded(f'points("{asked}", out_of=10)'))
    assert examine(course, nbgrader="0.9.6") == ()
    done = CliRunner().invoke(commands, ["check", str(course)])
    assert done.exit_code == 0, done.output


def test_nothing_in_a_course_is_run_or_changed(course, tmp_path):
    """The configuration is a program; so are the cells."""
    trace = tmp_path / "trace"
    (course / "nbgrader_config.py").write_text(CONFIG + f"\nopen({str(trace)!r}, 'w').close()\n", "utf-8")
    write(book(course), code(f"open({str(trace)!r}, 'w').close()"), *CELLS)
    before = {path: path.read_bytes() for path in course.rglob("*") if path.is_file()}
    examine(course)
    assert not trace.exists()
    assert {path: path.read_bytes() for path in course.rglob("*") if path.is_file()} == before


# What gives something away


@pytest.mark.parametrize("place", ["source/{}/answers.txt", "source/{}/keys/x.key.json", "release/{}/help.json",
                                   "exchange/media-literacy/outbound/{}/x", "feedback/ada/{}/singer.json",
                                   "autograded/ada/{}/singer.json", "exchange/media-literacy/feedback/x.html"])
def test_a_key_is_found_wherever_students_get_it(course, place):
    path = course / place.format(NAME)
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(KEY, path)
    only_fault(course, "leak", "a whole key")


def zipped(content: bytes, name: str = "x.json") -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return whole.getvalue()


@pytest.mark.parametrize("pack", [
    lambda raw: raw,
    zipped,
    lambda raw: zipped(zipped(raw, "inner.zip")),
    gzip.compress,
    base64.b64encode,
    base64.encodebytes,
    lambda raw: b"data: " + base64.b64encode(gzip.compress(raw)),
    lambda raw: raw.decode().encode("utf-16"),
    lambda raw: json.dumps({"inside": json.dumps(json.loads(raw))}).encode(),
    lambda raw: json.dumps(json.loads(raw), ensure_ascii=True, indent=None, separators=(",", ":")).encode(),
    lambda raw: "\n".join(one.note for one in read_key(KEY).spans).encode(),
    lambda raw: repr([(one.start, one.end) for one in read_key(KEY).tier("core")]).encode(),
], ids=["plain", "zip", "zip-in-zip", "gzip", "base64", "base64-lines", "base64-gzip", "utf-16", "in-a-string", "compact",
        "reasons", "places"])
def test_a_key_is_found_however_it_is_packed(course, pack):
    (book(course).parent / "material.bin").write_bytes(pack(KEY.read_bytes()))
    ((level, what),) = faults(course)
    assert level == "leak"
    assert what.endswith("every student gets it")


@pytest.mark.parametrize("cell", [
    code("1") | {"outputs": [{"output_type": "stream", "name": "stdout", "text": KEY.read_text("utf-8").splitlines(True)}]},
    code("1") | {"metadata": {"remember": json.loads(KEY.read_text("utf-8"))}},
    {"cell_type": "markdown", "id": "m", "metadata": {}, "source": "![x](attachment:x.zip)",
     "attachments": {"x.zip": {"application/zip": base64.b64encode(zipped(KEY.read_bytes())).decode()}}},
    code("key = " + repr(json.loads(KEY.read_text("utf-8")))),
], ids=["output", "metadata", "attachment", "source"])
def test_a_key_is_found_in_every_part_of_a_notebook(course, cell):
    write(book(course), cell, *CELLS)
    only_fault(course, "leak", "key")


def test_a_notebook_without_a_key_holds_none(course):
    """Pictures and long strings in base64 are looked into, and are not taken for keys."""
    picture = base64.b64encode(os.urandom(200_000)).decode()
    write(book(course), {"cell_type": "markdown", "id": "m", "metadata": {}, "source": "x",
                         "attachments": {"x.png": {"image/png": picture}}}, *CELLS)
    assert faults(course) == []


@pytest.mark.parametrize("test", [
    "assert marks == " + repr([(one.start, one.end) for one in read_key(KEY).tier("core")]),
    "assert [chosen[n] for n in names] == " + repr([one["right"][0] for one in read_key(KEY).responses.values()]),
    "# " + read_key(KEY).spans[0].note,
], ids=["places", "choices", "reason"])
def test_answers_in_hidden_tests_are_found(course, test):
    hidden = f"x = 1\n### BEGIN HIDDEN TESTS\n{test}\n### END HIDDEN TESTS"
    write(book(course), code(hidden), *CELLS)
    found = faults(course)
    assert any(level == "leak" and "hidden tests hold" in what for level, what in found)
    assert {level for level, _ in found} == {"leak"}


def test_hidden_tests_without_answers_are_a_note(course):
    write(book(course), code("### BEGIN HIDDEN TESTS\nassert 1\n### END HIDDEN TESTS"), *CELLS)
    assert faults(course) == []
    assert any("hidden tests" in one.what for one in examine(course))


@pytest.mark.parametrize("place", ["source/{}/gradebook.db", "release/{}/gradebook.db", "release/{}/old.db"])
def test_a_gradebook_that_students_get_is_found(course, place):
    path = course / place.format(NAME)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"SQLite format 3\0")
    only_fault(course, "leak", "gradebook")


@pytest.mark.parametrize("folder", [False, True])
def test_a_link_that_nbgrader_would_follow_is_found(course, folder):
    (book(course).parent / "material").symlink_to(course / "keys" if folder else KEY, target_is_directory=folder)
    only_fault(course, "leak", "this is a link")


@pytest.mark.parametrize("name", ["source", "release", "submitted", "feedback"])
def test_a_folder_of_keys_that_is_handed_out_is_found(course, name):
    (course / name).mkdir(exist_ok=True)
    (course / "keys").rename(course / name / "keys")
    (course / "nbgrader_config.py").write_text(CONFIG.replace('(here, "keys")', f'(here, "{name}", "keys")'), "utf-8")
    assert ("leak", f"the keys lie inside {name}, which nbgrader hands out or takes in") in faults(course)


def test_reasons_in_feedback_are_no_leak(course):
    """Students read the reasons there, once their work is graded."""
    page = course / "feedback" / "ada" / NAME / f"{NAME}.html"
    page.parent.mkdir(parents=True)
    page.write_text("".join(f"<p>{one.note}</p>" for one in read_key(KEY).spans), "utf-8")
    assert faults(course) == []


def test_a_key_that_a_student_made_up_is_no_leak(course):
    path = course / "autograded" / "eve" / NAME / "keys" / "mine.key.json"
    path.parent.mkdir(parents=True)
    path.write_text('{"format": "kit/key/1", "spans": [{"note": "mine"}]}', "utf-8")
    assert faults(course) == []


def test_what_unpacks_without_end_is_not_looked_into_and_named(course):
    (book(course).parent / "bomb.zip").write_bytes(zipped(b"0" * 60_000_000))
    assert faults(course) == []
    assert any("was not looked into" in one.what for one in examine(course))


# What loses work


@pytest.mark.parametrize("place", ["answers/singer-tour-cues-4.json", "answers/fox-7/singer-tour-cues-4.json", "mine.json",
                                   "trials/x.json"])
def test_a_trial_answer_in_an_exercise_is_found(course, place):
    save_annotations(answer(), load_article("singer-tour"), book(course).parent / place)
    only_fault(course, "loses work", "writes it over the work of every student")


def test_an_answer_in_a_stored_output_is_found(course):
    carried = {"output_type": "execute_result", "execution_count": 1, "metadata": {},
               "data": {"application/x-kit-answer": annotations_json(answer(), load_article("singer-tour"))}}
    write(book(course), CELLS[0], CELLS[1] | {"outputs": [carried]}, CELLS[2])
    only_fault(course, "loses work", "carries somebody's answer")


@pytest.mark.parametrize(("name", "words"), [
    ("lesson.ipynb", "ends in .ipynb"), ("feedback", "vanishes"), ("one+two", "plus sign"), (" lesson", "space")])
def test_a_name_that_nbgrader_loses_is_found(course, name, words):
    book(course).parent.rename(course / "source" / name)
    only_fault(course, "loses work", words)


@pytest.mark.parametrize(("place", "line"), [
    ("feedback", ""), ("pictures/old/feedback", ""), ("feedback/inside/feedback", ""),
    ("material", "c.CourseDirectory.ignore = ['feed*', 'mat*']")])
def test_a_folder_in_an_exercise_that_nbgrader_loses_is_found(course, place, line):
    (course / "nbgrader_config.py").write_text(f"{CONFIG}\n{line}\n", "utf-8")
    folder = book(course).parent / place
    folder.mkdir(parents=True)
    assert faults(course) == []  # an empty one
    (folder / "note.txt").write_text("Read this.", "utf-8")
    only_fault(course, "loses work", "no student gets what lies in it")
    (found,) = [one for one in examine(course) if one.fault]
    assert found.where == str(book(course).parent / place.removesuffix("/inside/feedback"))


@pytest.mark.parametrize(("place", "line"), [
    (".ipynb_checkpoints", ""), ("__pycache__", ""), ("feedbacks", ""), ("feedback", "c.CourseDirectory.ignore = []")])
def test_a_folder_in_an_exercise_that_is_handed_out_or_missed_by_nobody_is_no_trap(course, place, line):
    (course / "nbgrader_config.py").write_text(f"{CONFIG}\n{line}\n", "utf-8")
    (book(course).parent / place).mkdir()
    (book(course).parent / place / "note.txt").write_text("Read this.", "utf-8")
    assert faults(course) == []


@pytest.mark.grading
def test_nbgrader_leaves_out_what_the_doctor_says():
    from nbgrader.coursedir import CourseDirectory

    assert sorted(CourseDirectory.ignore.default_args[0]) == sorted(IGNORED)


def test_a_check_of_another_file_than_the_graded_one_is_found(course):
    write(book(course), CELLS[0], code('check("answers/singer-tour-cues.json")'), CELLS[2])
    only_fault(course, "loses work", "looks at answers/singer-tour-cues.json, and points(...) at answers/singer-tour-cues-4.json")


def test_no_check_at_all_is_a_note(course):
    write(book(course), CELLS[0], CELLS[2])
    assert faults(course) == []
    assert any("no cell calls check" in one.what for one in examine(course))


@pytest.mark.parametrize(("line", "words"), [
    ("c.FileNameCollectorPlugin.valid_ext = ['.ipynb']", "zip_collect drops"),
    ("c.CourseDirectory.ignore = ['feedback', 'answers']", "ignore leaves out 'answers'"),
    ("c.CourseDirectory.ignore = ['*.json']", "ignore leaves out 'singer-tour-cues-4.json'"),
    ("c.CourseDirectory.include = ['*.ipynb']", "include leaves out"),
    ("c.CourseDirectory.max_file_size = 10", "larger files are left out of what students hand in"),
    ("c.CourseDirectory.max_file_size = 20_000\nif True:\n    c.CourseDirectory.max_file_size = 100", "max_file_size is 100"),
    ("c.Autograde.sanitize_preprocessors = ['nbgrader.preprocessors.OverwriteCells']", "stops the grading of the whole class"),
])
def test_a_setting_that_drops_answers_is_found(course, line, words):
    (course / "nbgrader_config.py").write_text(f"{CONFIG}\n{line}\n", "utf-8")
    found = faults(course)
    assert found and {level for level, _ in found} == {"loses work"}
    assert words in found[0][1]


@pytest.mark.parametrize("most", ["0", "200", "20_000"])
def test_a_size_that_leaves_room_for_answers_is_no_trap(course, most):
    """0 is any size, for nbgrader."""
    (course / "nbgrader_config.py").write_text(f"{CONFIG}\nc.CourseDirectory.max_file_size = {most}\n", "utf-8")
    assert faults(course) == []


@pytest.mark.grading
def test_nbgrader_counts_sizes_as_the_doctor_takes_them(tmp_path):
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.utils import ignore_patterns

    for size in (10_000, 10_001):
        (tmp_path / f"{size}.json").write_bytes(bytes(size))
    names = sorted(path.name for path in tmp_path.iterdir())
    assert ignore_patterns(max_file_size=10)(str(tmp_path), names) == ["10001.json"]
    assert ignore_patterns(max_file_size=0)(str(tmp_path), names) == []
    assert CourseDirectory.max_file_size.default_value > 200


def without(line: str, instead: str = "") -> str:
    """Return the configuration with another line in the place of the one that begins so."""
    (found,) = [one for one in CONFIG.splitlines() if one.startswith(line)]
    return CONFIG.replace(found, instead)


STOCK_READING = 'c.Autograde.exporter_class = "nbconvert.exporters.NotebookExporter"'


@pytest.mark.parametrize("instead", ["", STOCK_READING, "c.Autograde.exporter_class = 'kit.grading.nbgrading.FeedbackExporter'"],
                         ids=["none", "stock", "another"])
def test_notebooks_that_are_not_read_by_the_kit_are_found(course, instead):
    """Who handed in a damaged notebook and a perfect answer would get no grade."""
    (course / "nbgrader_config.py").write_text(without("c.Autograde.exporter_class", instead), "utf-8")
    only_fault(course, "loses work", "gets no grade")


def test_who_lets_nbgrader_run_notebooks_is_told_that_alone(course):
    config = without("c.Autograde.exporter_class").replace("kit.grading.nbgrading.GradeAnswers", "nbgrader.preprocessors.Execute")
    (course / "nbgrader_config.py").write_text(config, "utf-8")
    only_fault(course, "wrong points", "would run what students hand in")


def test_feedback_pages_that_are_nbgraders_own_are_a_note(course):
    (course / "nbgrader_config.py").write_text(without("c.GenerateFeedback.exporter_class"), "utf-8")
    assert faults(course) == []
    assert any("feedback pages are nbgrader's own" in one.what for one in examine(course))


@pytest.mark.parametrize("step", ["Autograde", "GenerateFeedback"])
def test_a_reader_that_is_worked_out_is_a_note(course, step):
    (course / "nbgrader_config.py").write_text(without(f"c.{step}.exporter", f"c.{step}.exporter_class = mine()"), "utf-8")
    assert faults(course) == []
    assert [one.what for one in examine(course, nbgrader="0.9.6") if "worked out" in one.what]
    assert not any("feedback pages" in one.what for one in examine(course))


# What counts wrong


@pytest.mark.parametrize(("cells", "words"), [
    ([CELLS[0], CELLS[1]], "no cell calls points"),
    ([*CELLS[:2], graded(f'points("{ASKED}", out_of=10) + 1')], "more, or something else"),
    ([*CELLS[:2], graded(f'x = 1\npoints("{ASKED}", out_of=10)')], "more, or something else"),
    ([*CELLS[:2], graded("points(name, out_of=10)")], "more, or something else"),
    ([*CELLS[:2], graded(f'points("{ASKED}", out_of=5)')], "up to 5 points, and nbgrader expects 10"),
    ([*CELLS[:2], graded(points=None)], "None as the points"),
    ([*CELLS[:2], graded(points=0)], "0 as the points"),
    ([*CELLS[:2], graded(locked=False)], "not locked"),
    ([*CELLS[:2], graded(grade_id="")], "has no id"),
    ([*CELLS[:2], graded(solution=True)], "not a test cell"),
    ([*CELLS[:2], code(f'points("{ASKED}", out_of=10)')], "not a test cell"),
    ([*CELLS, graded("1", grade_id="x")], "graded by running it"),
    ([*CELLS, code("1", grade=False, locked=True, grade_id=f"kit-{NAME}")], "is also that of cell 3"),
    ([*CELLS, graded(grade_id="again")], "it counts 2 times"),
    ([*CELLS[:1], graded('points("answers/mine.json", out_of=10)')], "no file that a pen saves"),
    ([*CELLS[:1], graded('points("singer-tour-cues-4.json", out_of=10)')], "no file that a pen saves"),
    ([*CELLS[:1], graded('points("answers/singer-tour-roles.json", out_of=10)')], "No answer key for 'singer-tour'"),
    ([*CELLS[:1], graded('points("answers/nowhere-cues.json", out_of=10)')], "there is no text 'nowhere'"),
])
def test_a_cell_that_counts_wrong_is_found(course, cells, words):
    write(book(course), *cells)
    only_fault(course, "wrong points", words)


@pytest.mark.parametrize("content", ["{}", "[1]", "{\"cells\": [1]}", "not json", '{"cells": [{"cell_type": "code"}]}'])
def test_a_notebook_that_cannot_be_read_is_found(course, content):
    book(course).write_text(content, "utf-8")
    only_fault(course, "wrong points", "not a notebook")


def test_an_exercise_without_a_notebook_is_found(course):
    book(course).rename(course / "elsewhere.ipynb")
    only_fault(course, "wrong points", "there is no notebook in it")


def test_a_course_without_exercises_is_found(course):
    shutil.rmtree(course / "source")
    only_fault(course, "wrong points", "there is no exercise in it")


def test_missing_keys_are_found(course):
    shutil.rmtree(course / "keys")
    only_fault(course, "wrong points", "there is no such file or folder")


def test_a_damaged_key_is_found(course):
    (course / "keys" / KEY.name).write_text(KEY.read_text("utf-8").replace('"core"', '"sure"', 1), "utf-8")
    only_fault(course, "wrong points", KEY.name)


def test_a_key_for_another_text_is_found(course):
    text = KEY.read_text("utf-8").replace(read_key(KEY).fingerprint, "0123456789ab")
    (course / "keys" / KEY.name).write_text(text, "utf-8")
    only_fault(course, "wrong points", "the key is for text 0123456789ab")


def test_two_keys_for_one_exercise_are_found(course):
    shutil.copy(KEY, course / "keys" / "another.key.json")
    only_fault(course, "wrong points", "two keys are for 'singer-tour' and 'cues'")


def test_a_linked_key_and_a_linked_folder_are_found(course):
    (course / "keys" / "x.key.json").symlink_to(KEY)
    only_fault(course, "wrong points", "this is a link")
    (course / "keys").rename(course / "real")
    (course / "keys").symlink_to(course / "real", target_is_directory=True)
    assert ("wrong points", "this is a link, and links to keys are not followed") in faults(course)


@pytest.mark.parametrize(("config", "words"), [
    (None, "there is none"),
    ("c = (", "it is not Python, see line 1"),
    (CONFIG.replace("kit.grading.nbgrading.GradeAnswers", "nbgrader.preprocessors.Execute"), "would run what students hand in"),
    (CONFIG.replace('["kit', '["nbgrader.preprocessors.Execute", "kit'), "Execute is still among"),
])
def test_a_configuration_that_counts_wrong_is_found(course, config, words):
    path = course / "nbgrader_config.py"
    path.unlink() if config is None else path.write_text(config, "utf-8")
    only_fault(course, "wrong points", words)


@pytest.mark.parametrize(("version", "level", "words"), [("0.9.5", "wrong points", "older than 0.9.6"), ("0.6", "wrong points", "older"),
                                                         (None, "note", "not installed"), ("0.10.0", None, ""), ("1.0.0.dev3", None, "")])
def test_the_version_of_nbgrader_is_looked_at(course, version, level, words):
    found = [one for one in examine(course, nbgrader=version) if one.where == "nbgrader"]
    assert [one.level for one in found] == ([level] if level else [])
    assert all(words in one.what for one in found)


# Good to know


def test_what_a_configuration_works_out_is_said_to_be_unknown(course):
    (course / "nbgrader_config.py").write_text(CONFIG + "\nc.CourseDirectory.ignore += list(names())\n", "utf-8")
    assert faults(course) == []
    assert any("CourseDirectory.ignore (line 14) is worked out" in one.what for one in examine(course))


def test_stored_outputs_are_a_note(course):
    write(book(course), CELLS[0] | {"execution_count": 3}, *CELLS[1:])
    assert faults(course) == []
    assert any("outputs are stored in cell 1" in one.what for one in examine(course))


@pytest.mark.skipif(os.name != "posix", reason="rights as on Unix")
def test_keys_that_everybody_can_read_are_a_note_unless_a_folder_above_is_shut(course):
    (course / "keys").chmod(0o755)
    course.chmod(0o755)
    open_above = all(folder.stat().st_mode & 0o001 for folder in course.parents)
    seen = any("everybody with an account" in one.what for one in examine(course))
    assert seen is open_above
    course.chmod(0o700)
    assert not any("everybody with an account" in one.what for one in examine(course))


# The configuration


def test_settings_are_read_without_running_the_file(course):
    (course / "nbgrader_config.py").write_text(
        "from pathlib import Path\nhome = Path(__file__).parent\nc.A.one = [1, 2]\nc.A.two = home / 'x'\nc.A.three = secret()\n"
        "c.A.four = [*secret(), 'last']\nif True:\n    c.A.five = None or 3\nc.A.six.append(4)\n", "utf-8")
    settings = read_settings(course)
    assert settings.get("A.one") == [1, 2]
    assert settings.get("A.two") == str(course / "x")
    assert settings.strings("A.four") == ["last"]
    assert settings.unknown == ("A.five", "A.six", "A.three")
    assert settings.lines["A.three"] == 5


KIT_STEPS = 'c.Autograde.autograde_preprocessors = ["kit.grading.nbgrading.GradeAnswers"]'
STOCK_STEPS = 'c.Autograde.autograde_preprocessors = ["nbgrader.preprocessors.Execute"]'
NO_ANSWERS, ANSWERS = (f"c.FileNameCollectorPlugin.valid_ext = {endings}" for endings in (['.ipynb'], ['.ipynb', '.json']))


@pytest.mark.parametrize(("lines", "words"), [
    ('os.environ["KIT_KEYS"] = os.path.join(here, "elsewhere")', "there is no such file or folder"),
    (f"try:\n    {KIT_STEPS}\nexcept ImportError:\n    pass\n{STOCK_STEPS}", "would run what students hand in"),
    (f"if True:\n    {ANSWERS}\n{NO_ANSWERS}", "zip_collect drops"),
    (f"steps = ['kit.grading.x']\nif True:\n    steps = ['x.Execute']\n{STOCK_STEPS.partition(' = ')[0]} = steps",
     "would run what students hand in"),
], ids=["keys", "steps", "collected", "by-name"])
def test_of_two_settings_the_later_one_counts(course, lines, words):
    """However deep the first one stands."""
    (course / "nbgrader_config.py").write_text(f"{CONFIG}\n{lines}\n", "utf-8")
    found = faults(course)
    assert [what for _, what in found if words in what], found


def test_a_default_for_the_keys_counts_where_nothing_is_set_before(course):
    """As in Python: the kit's own line leaves what a teacher set above it."""
    set_before = 'os.environ["KIT_KEYS"] = os.path.join(here, "mine")\n'
    (course / "nbgrader_config.py").write_text(CONFIG.replace("os.environ.set", f"{set_before}os.environ.set"), "utf-8")
    assert read_settings(course).get("KIT_KEYS") == str(course / "mine")
    (course / "nbgrader_config.py").write_text(CONFIG.replace("os.environ.set", f"if secret():\n    {set_before}os.environ.set"
                                                              ).replace('here, "mine"', "secret()"), "utf-8")
    assert read_settings(course).unknown == ("KIT_KEYS",)


# The command


def test_the_command_names_place_and_remedy_and_ends_with_one(course):
    shutil.copy(KEY, book(course).parent)
    done = CliRunner().invoke(commands, ["check", str(course)])
    assert done.exit_code == 1
    assert "Gives something away" in done.output
    assert str(book(course).parent / KEY.name) in done.output
    assert "Take it away." in done.output


def test_the_command_checks_the_keys_too(course):
    text = KEY.read_text("utf-8")
    first = read_key(KEY).spans[0].note
    (course / "keys" / KEY.name).write_text(text.replace(json.dumps(first, ensure_ascii=False), '""', 1), "utf-8")
    done = CliRunner().invoke(commands, ["check", str(course)])
    assert done.exit_code == 1
    assert "there is no note" in done.output
    assert [path.name for path in key_files(course)] == [KEY.name]


def test_a_sound_course_ends_with_zero_and_programs_can_read_it(course):
    assert CliRunner().invoke(commands, ["check", str(course)]).exit_code == 0
    done = CliRunner().invoke(commands, ["check", str(course), "--json"])
    first, second = json.loads(done.output)
    assert (first["kind"], first["ok"], second["kind"], second["ok"]) == ("course", True, "key", True)
    assert {"level", "where", "what", "remedy"} == set(first["problems"][0])


def test_a_folder_that_is_no_course_is_refused_and_the_others_are_checked(course, tmp_path):
    with pytest.raises(KitError, match="neither nbgrader_config.py nor a folder source"):
        examine(tmp_path)
    done = CliRunner().invoke(commands, ["check", str(tmp_path), str(course)])
    assert done.exit_code == 1
    assert "not a file" in done.output
    assert f"{course}  course, no traps" in done.output


@pytest.mark.parametrize("name", ["[a-z]*?", "*", "who?", "[ana]"])
def test_a_students_folder_that_nbgrader_takes_for_a_pattern_is_named(course, name):
    (course / "submitted" / name / "01-what-do-we-know").mkdir(parents=True)
    (course / "submitted" / "ana (1)").mkdir()
    only_fault(course, "wrong points", "in a student's name for a pattern")


def test_a_course_below_a_folder_that_nbgrader_takes_for_a_pattern_is_named(course):
    odd = course.parent / "class [7b]"
    odd.mkdir()
    course.rename(odd / "course")
    found = {what for _, what in faults(odd / "course")}
    assert any("finds no notebook here" in what for what in found)
