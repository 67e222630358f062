"""nbgrader grades by data alone: points and feedback in the graded cell, cells made whole, nothing run.

One course, graded once, with a student for each case; the real commands are in test_nbgrader_course.py.
"""

import html
import json
import os
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbconvert.filters import markdown2html
from nbcourse import (
    ANSWER,
    GRADED,
    NAME,
    WRITTEN,
    NbCourse,
    book,
    cell,
    exercise_one,
    singer_answer,
    singer_key,
    small_exercise,
)

from kit.errors import CheckFailed, FileFormatError, KitError
from kit.grading.cells import Cell, CourseCell, as_text, asked_in, rebuilt
from kit.grading.finding import find_handed_in, notebook_in
from kit.model.handed import CARRIED, block

pytestmark = pytest.mark.grading

# The key has 14 core cues.  First pass 7 of 14: F1 = 2*7/(14+7) = 2/3; mended 14 of 14: 1; reasons 4 of 6.
# 10 x (0.4 x 2/3 + 0.3 x 1 + 0.3 x 4/6) = 7.67, in quarter points 7.75.
HONEST, POINTS = singer_answer(7, 14, right=4, written="It is said to be so, because nobody is named."), 7.75
EVIL = '<script>document.title="run"</script><img src=x onerror="alert(1)">[a](javascript:alert(1))'
RAN = "open('ran.txt', 'w').write('x')\nwhile True: pass"


def changed(*, drop: str = "", copy: str = "", **sources: str) -> str:
    """Return exercise 1 after a student: without a graded cell, with two of one, or with other words in it."""
    notebook = json.loads(exercise_one())
    cells = []
    for one in notebook["cells"]:
        id = one["metadata"].get("nbgrader", {}).get("grade_id", "")
        part = {GRADED: "graded", WRITTEN: "written"}.get(id, "")
        if part == drop and drop:
            continue
        cells += [one | ({"source": sources[part]} if part in sources else {})] * (1 + bool(part == copy and copy))
    return json.dumps(notebook | {"cells": cells})


def carrying(content: str) -> str:
    """Return exercise 1 as the check cell leaves it: with a copy of the answer."""
    notebook = json.loads(exercise_one())
    check = next(one for one in notebook["cells"] if "".join(one["source"]).startswith("check("))
    check["outputs"] = [{"output_type": "execute_result", "execution_count": 1, "metadata": {},
                         "data": {"text/plain": "saved", CARRIED: content}}]
    return json.dumps(notebook)


def hostile() -> str:
    """Return exercise 1 with scripts wherever there is room for one, and code that never ends."""
    notebook = json.loads(exercise_one())
    notebook["metadata"] |= {"title": EVIL, "widgets": {"application/vnd.jupyter.widget-state+json": EVIL}}
    output = {"output_type": "display_data", "metadata": {}, "data": {"text/html": EVIL, "image/svg+xml": EVIL}}
    for one in notebook["cells"]:
        one["metadata"] |= {"tags": [EVIL], "name": EVIL}
        if one["cell_type"] == "code":
            one["outputs"] = [output, {"output_type": "execute_result", "execution_count": 1, "metadata": {},
                                       "data": {"text/plain": "10.0"}}]
    notebook["cells"] += [cell(EVIL, "markdown"), cell(EVIL, "raw"), cell(RAN)]
    return json.dumps(notebook)


def cheating() -> str:
    """Return exercise 1 with a graded cell of 300 points that gives them all."""
    notebook = json.loads(changed(graded=f"{RAN}\n300"))
    for one in notebook["cells"]:
        if "nbgrader" in one["metadata"]:
            one["metadata"]["nbgrader"] |= {"points": 300, "locked": False, "solution": True}
    return json.dumps(notebook)


def retyped() -> str:
    notebook = json.loads(exercise_one())
    for one in notebook["cells"]:
        one["cell_type"] = "raw" if one["cell_type"] == "code" else "code"
    return json.dumps(notebook)


HANDED_IN = {
    "honest":    ({ANSWER: HONEST}, POINTS),
    "copied":    ({ANSWER: HONEST, f"{NAME}.ipynb": changed(copy="graded")}, POINTS),
    "copied-2":  ({ANSWER: HONEST, f"{NAME}.ipynb": changed(copy="written", written="mine")}, POINTS),
    "deleted":   ({ANSWER: HONEST, f"{NAME}.ipynb": changed(drop="graded")}, POINTS),
    "deleted-2": ({ANSWER: HONEST, f"{NAME}.ipynb": changed(drop="written")}, POINTS),
    "edited":    ({ANSWER: HONEST, f"{NAME}.ipynb": changed(graded="10.0")}, POINTS),
    "cheating":  ({ANSWER: HONEST, f"{NAME}.ipynb": cheating()}, POINTS),
    "retyped":   ({ANSWER: HONEST, f"{NAME}.ipynb": retyped()}, POINTS),
    "hostile":   ({ANSWER: HONEST, f"{NAME}.ipynb": hostile(), "page.html": EVIL, "answers/x.svg": EVIL}, POINTS),
    "empty":     ({ANSWER: HONEST, f"{NAME}.ipynb": book()}, POINTS),
    "broken":    ({ANSWER: HONEST, f"{NAME}.ipynb": "not a notebook"}, POINTS),
    "deep":      ({ANSWER: HONEST, f"{NAME}.ipynb": "[" * 200_000}, POINTS),
    "with-code": ({f"answers/b7/{ANSWER[8:]}": HONEST}, POINTS),
    "carried":   ({f"{NAME}.ipynb": carrying(HONEST)}, POINTS),
    "on-a-page": ({"singer-tour-cues-4-hand-in.html": f"<p>{block(HONEST, 'kept here')}"}, POINTS),
    "the-file":  ({ANSWER: HONEST, f"{NAME}.ipynb": carrying(singer_answer(0, 0))}, POINTS),
    "[a-z]*?":   ({ANSWER: singer_answer(14, 14)}, 7.0),  # nbgrader takes the name for a pattern
    "nothing":   ({}, 0.0),
    "damaged":   ({ANSWER: HONEST[:200]}, 0.0),
    "a-key":     ({ANSWER: (Path(__file__).parents[1] / "exercises/keys/singer-tour-cues.key.json").read_bytes()}, 0.0),
    "other":     ({ANSWER: HONEST.replace(singer_key()[1].fingerprint, "0" * 12)}, 0.0),
    "own-keys":  ({ANSWER: singer_answer(0, 0), "keys/singer-tour-cues.key.json": "{}",
                   "nbgrader_config.py": RAN, "kit.py": RAN, "sitecustomize.py": RAN}, 0.0),
}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    course = NbCourse(tmp_path_factory.mktemp("nbgrading") / "course")
    trial = course.folder / "source" / NAME / "answers" / "singer-tour-cues-4.json"
    trial.parent.mkdir()
    trial.write_text(singer_answer(0, 0), "utf-8")
    course.generate()
    for student, (files, _) in HANDED_IN.items():
        course.hand_in(student, files)
    renamed = course.hand_in("renamed", {ANSWER: HONEST})
    (renamed / f"{NAME}.ipynb").rename(renamed / f"{NAME} (1).ipynb")
    (course.hand_in("alone", {ANSWER: HONEST}) / f"{NAME}.ipynb").unlink()
    linked = course.hand_in("linked", {})
    (linked / "answers").mkdir()
    (linked / ANSWER).symlink_to(course.folder / "keys" / "singer-tour-cues.key.json")
    (linked / "all").symlink_to(course.folder / "keys")
    os.mkfifo(linked / "pipe")
    result = course.autograde()
    assert result["success"], result
    assert course.generate_feedback()["success"]
    return course


def shown(course: NbCourse, student: str) -> str:
    """Return the feedback in the graded cell."""
    (graded,) = [one for one in course.graded(student)["cells"] if id_of(one) == GRADED]
    (output,) = graded["outputs"]
    return "".join(output["data"]["text/html"])


def id_of(one: dict) -> str:
    return one["metadata"].get("nbgrader", {}).get("grade_id", "")


def everything(*folders: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for folder in folders for path in folder.rglob("*") if path.is_file()}


# Points


@pytest.mark.parametrize("student", [*HANDED_IN, "renamed", "alone", "linked"])
def test_points_are_those_of_the_answer_whatever_became_of_the_notebook(course, student):
    expected = {"renamed": POINTS, "alone": POINTS, "linked": 0.0}
    expected |= {name: points for name, (_, points) in HANDED_IN.items()}
    assert course.scores()[student][GRADED] == expected[student]


def test_no_code_of_a_student_was_run(course):
    assert not list(course.folder.rglob("ran.txt")) and not Path("ran.txt").exists()


@pytest.mark.parametrize(("student", "words"), [
    ("honest", "7.75"), ("nothing", "is not there"), ("damaged", "the file is cut off in line "),
    ("a-key", "expected &#x27;kit/annotations/1&#x27;"), ("other", "made on another version of the text"),
    ("linked", "this is a link"), ("carried", "the output of cell"), ("on-a-page", "the answer in the page"),
])
def test_the_graded_cell_says_how_many_points_and_why(course, student, words):
    assert words in html.unescape(shown(course, student)).replace("'", "&#x27;")
    assert str(course.folder) not in shown(course, student), "places on the teacher's computer are nobody's business"


def test_every_graded_cell_is_there_once_and_as_in_the_course(course):
    calls = {"".join(one["source"]) for student in course.scores() for one in course.graded(student)["cells"]
             if id_of(one) == GRADED}
    assert calls == {f'points("{ANSWER}", out_of=10)'}
    for student in course.scores():
        ids = [id_of(one) for one in course.graded(student)["cells"] if id_of(one)]
        assert sorted(ids) == [GRADED, WRITTEN], student
        assert course.graded(student)["metadata"]["kernelspec"]["name"] == "python3"


# The written answer


def test_the_written_answer_waits_for_the_teacher_with_the_words_beside_it(course):
    for student in ("honest", "deleted-2", "carried", "alone"):
        (item,) = [one for one in course.graded(student)["cells"] if id_of(one) == WRITTEN]
        assert "because nobody is named" in html.unescape("".join(item["source"]))
        assert "Answer in your own words" in "".join(item["source"])
        asked = "what does the text really show, and what is only said?"
        assert asked in html.unescape("".join(item["source"])).replace("\n", " ")
        assert course.scores()[student][WRITTEN] is None
        assert student in course.for_the_teacher()
    (item,) = [one for one in course.graded("nothing")["cells"] if id_of(one) == WRITTEN]
    assert "Nothing was written" in "".join(item["source"])


# Nothing hostile, nothing secret


class Active(HTMLParser):
    """Collects what would run or be fetched on a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        if tag in ("script", "img", "iframe", "object", "embed", "link", "base", "form", "svg", "math"):
            self.found.append(tag)
        self.found += [f"{name}={value}" for name, value in attributes
                       if name.startswith("on") or "javascript:" in (value or "").lower()]


def test_no_script_of_a_student_reaches_formgrader_or_feedback(course):
    pages = {path: path.read_text("utf-8") for path in course.folder.glob("feedback/**/*.html")}
    assert len(pages) == len(course.scores())
    for student in course.scores():
        for number, one in enumerate(course.graded(student)["cells"]):
            source = "".join(one["source"])
            pages[student, number] = markdown2html(source) if one["cell_type"] == "markdown" else ""
            pages[student, number, "output"] = shown(course, student) if one.get("outputs") else ""
    assert not {place: Active(page).found for place, page in pages.items() if Active(page).found}
    assert Active(EVIL).found == ["script", "img", "onerror=alert(1)"], "the test sees what it looks for"


def test_what_a_student_wrote_in_text_cells_is_still_there_to_read(course):
    cells = ["".join(one["source"]) for one in course.graded("hostile")["cells"]]
    assert sum(EVIL in html.unescape(source) for source in cells) == 2
    assert RAN in cells


def test_only_answers_and_notebooks_are_copied_on(course):
    names = {path.name for path in everything(course.folder / "autograded", course.folder / "feedback")}
    assert names == {f"{NAME}.ipynb", f"{NAME}.html", "singer-tour-cues-4.json"}


def test_no_key_reaches_what_students_see(course):
    notes = [item.note for item in singer_key()[0].spans]
    made = singer_key()[0].made
    for path, content in everything(course.folder / "release", course.folder / "autograded",
                                    course.folder / "feedback").items():
        assert b'"format": "kit/key/1"' not in content and made.encode() not in content, path
        assert path.suffix != ".json" or not any(note.encode() in content for note in notes), path


def test_a_trial_answer_of_the_teacher_is_not_handed_out_and_wipes_nothing(course):
    assert not list(course.folder.rglob("release/**/answers"))
    kept = course.folder / "autograded" / "honest" / NAME / ANSWER
    assert kept.read_text("utf-8") == HONEST


def test_feedback_pages_fetch_nothing(course):
    page = (course.folder / "feedback" / "honest" / NAME / f"{NAME}.html").read_text("utf-8")
    assert page.index("Content-Security-Policy") < page.index("<title>")
    assert "default-src 'none'" in page and "7.75" in page and "Said-so" not in page


# What the teacher has to mend


def test_a_missing_key_stops_with_one_sentence_and_grades_nobody(tmp_path):
    course = NbCourse(tmp_path / "course")
    course.generate()
    course.hand_in("ana", {ANSWER: HONEST})
    for key in (course.folder / "keys").glob("singer-tour-*"):
        key.unlink()
    done = course.command("autograde", NAME)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    (line,) = [line for line in done.stderr.splitlines() if "ERROR" in line]
    assert "No answer key for 'singer-tour-cues-4'" in line and "nobody was graded" in line
    assert course.scores() == {} and not (course.folder / "autograded").exists()


def test_a_graded_cell_that_would_have_to_be_run_is_refused_before_anybody_is_graded(tmp_path):
    source = book(cell("assert True", id=GRADED, points=1, locked=True))
    course = NbCourse(tmp_path / "course", source={NAME: source})
    course.generate()
    course.hand_in("ana", {ANSWER: HONEST})
    result = course.autograde()
    assert not result["success"] and "is not one call like points(" in result["log"]
    assert course.scores() == {}


def test_more_points_than_nbgrader_knows_are_refused_before_anybody_is_graded(tmp_path):
    course = NbCourse(tmp_path / "course", source={NAME: small_exercise().replace('"points": 10', '"points": 5')})
    course.generate()
    course.hand_in("ana", {ANSWER: HONEST})
    assert "gives up to 10 points, and nbgrader knows 5" in course.autograde()["log"]
    assert course.scores() == {}


# What a graded cell asks


@pytest.mark.parametrize(("source", "path", "out_of"), [
    ('points("answers/a-cues.json", out_of=4.5)', "answers/a-cues.json", 4.5),
    ("points('answers/a-cues.json')", "answers/a-cues.json", 10.0),
    ('from kit.grading import points\n# the graded cell\npoints("a-cues.json", out_of=2)', "a-cues.json", 2.0),
])
def test_a_graded_cell_is_read(source, path, out_of):
    asked = asked_in(source, name="g")
    assert (asked.path, asked.out_of, asked.stem) == (path, out_of, "a-cues")


@pytest.mark.parametrize("source", [
    "", "points", "points()", "points(x)", "points('a.json', 1, 2)", "points('a.json', out_of='3')", "points('a.json', x=1)",
    "points('../a.json')", "points('/a.json')", "points('a.txt')", "points('a.json', out_of=0)", "points('a.json', out_of=-1)",
    "points('a.json', out_of=True)", "points('a.json', **{})", "points(*['a.json'])", "x = points('a.json')", "os.points('a.json')",
    "points('a.json')\npoints('b.json')", "points('a.json') + 1", "check('a.json')", "def f(): pass", "points('a.json'", "(" * 5000,
    "points('C:\\\\a.json')", "points(f'a.json')", "10.0",
])
def test_anything_but_one_plain_call_is_refused(source):
    with pytest.raises(FileFormatError, match="'g' is not one call"):
        asked_in(source, name="g")


# Words as words


@given(st.text() | st.text("<>&[](){}!$`*_#~\\\"' \n\tax:/.-|=", max_size=60))
def test_words_are_shown_as_they_are_and_as_nothing_else(words):
    page = markdown2html(as_text(words))
    found = re.fullmatch(r'\s*(<p>)?<pre class="kit-words" style="white-space: pre-wrap">([^<>]*)</pre>(</p>)?\s*', page)
    assert found, page
    kept = "".join(sign if sign.isprintable() or sign in "\n\t" else "\ufffd" for sign in html.unescape(found[2]))
    assert kept == "".join(sign if sign.isprintable() or sign in "\n\t" else "\ufffd" for sign in words)


def test_very_long_words_are_cut_and_say_so():
    page = html.unescape(as_text("word " * 10_000))
    assert len(page) < 21_000 and "50000 letters were handed in" in page


# Cells


COURSE = (CourseCell("markdown", "Write.", "w", points=2, solution=True), CourseCell("markdown", "Read.", "r", locked=True),
          CourseCell("code", "points('a.json')", "g", points=10, locked=True))
handed_in_cells = st.lists(st.builds(Cell, st.sampled_from(["code", "markdown", "raw"]), st.text(max_size=8) | st.just("Read."),
                                     st.sampled_from(["", "w", "r", "g", "x"])), max_size=8)


@given(handed_in_cells)
def test_graded_cells_stand_once_and_locked_ones_are_the_course_s(handed_in):
    cells = rebuilt(handed_in, COURSE)
    assert sorted(one.id for one in cells if one.id in "wg" and one.id) == ["g", "w"]
    assert all(one in COURSE for one in cells if one.id and one.id != "w")
    assert all(isinstance(one, CourseCell) for one in cells if one.id)
    assert all(one.kind != "raw" for one in cells)


@given(handed_in_cells)
def test_no_words_in_text_cells_are_lost(handed_in):
    shown_at_all = html.unescape("\n".join(one.source for one in rebuilt(handed_in, COURSE)))
    for one in handed_in:
        if one.id in ("", "x", "w") and one.source.isprintable() and one.source.strip():
            assert one.source in shown_at_all


@given(handed_in_cells)
def test_what_is_whole_stays_as_it_is(handed_in):
    once = rebuilt(handed_in, COURSE)
    known = frozenset(Cell(one.kind, one.source) for one in once if not one.id)
    twice = rebuilt([Cell(one.kind, one.source, one.id) for one in once if one.id != "w"], COURSE, known)
    assert [one for one in twice if one.id != "w"] == [one for one in once if one.id != "w"]


# Where the answer is


def test_the_file_wins_and_the_reason_names_it_without_its_folder(tmp_path):
    folder = tmp_path / "ana" / NAME
    (folder / "answers").mkdir(parents=True)
    (folder / f"{NAME}.ipynb").write_text(carrying(HONEST), "utf-8")
    assert find_handed_in(folder, ANSWER).content == HONEST
    (folder / ANSWER).write_text("{", "utf-8")
    assert find_handed_in(folder, ANSWER).content == "{"
    (folder / ANSWER).write_bytes(b"\xff")
    with pytest.raises(FileFormatError, match=f"^{ANSWER} line 1: not UTF-8"):
        find_handed_in(folder, ANSWER)


@pytest.mark.parametrize("link", ["ana", f"ana/{NAME}", f"ana/{NAME}/answers", f"ana/{NAME}/{ANSWER}"])
def test_links_are_not_followed(tmp_path, link):
    real = tmp_path / "real" / NAME
    (real / "answers").mkdir(parents=True)
    (real / ANSWER).write_text(HONEST, "utf-8")
    place = tmp_path / link
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to(tmp_path / link.replace("ana", "real", 1))
    with pytest.raises(KitError, match="this is a link"):
        find_handed_in(tmp_path / "ana" / NAME, ANSWER)


def test_the_answer_file_alone_counts_unless_there_is_one_in_its_folder(tmp_path):
    alone, inside = tmp_path / Path(ANSWER).name, tmp_path / ANSWER
    alone.write_text(HONEST, "utf-8")
    found = find_handed_in(tmp_path, ANSWER)
    assert (found.content, found.name, found.remarks) == (HONEST, alone.name, ())
    inside.parent.mkdir()
    inside.write_text("{", "utf-8")
    assert find_handed_in(tmp_path, ANSWER).content == "{"
    inside.unlink()
    inside.symlink_to(alone)
    found = find_handed_in(tmp_path, ANSWER)
    assert (found.content, found.name) == (HONEST, alone.name) and "this is a link" in " ".join(found.remarks)


@pytest.mark.parametrize("name", ["{}-hand-in.html", "{}-b7-hand-in.html", "{}-hand-in (1).html", "ana.HTM"])
def test_a_hand_in_page_is_found_whatever_a_browser_called_it(tmp_path, name):
    (tmp_path / "a-first.html").write_text("<p>I was ill.</p>", "utf-8")
    (tmp_path / name.format(Path(ANSWER).stem)).write_text(block(HONEST, ""), "utf-8")
    found = find_handed_in(tmp_path, ANSWER)
    assert found.content == HONEST
    assert name.format(Path(ANSWER).stem) in " ".join(found.remarks)


def test_two_codes_and_no_copy_are_one_sentence(tmp_path):
    for code in ("a1", "b2"):
        (tmp_path / "answers" / code).mkdir(parents=True)
        (tmp_path / "answers" / code / Path(ANSWER).name).write_text(HONEST, "utf-8")
    with pytest.raises(CheckFailed, match=r"^2 people marked on this computer \(a1, b2\)"):
        find_handed_in(tmp_path, ANSWER)


def test_a_renamed_notebook_is_found_if_it_is_the_only_one(tmp_path):
    (tmp_path / "a (1).ipynb").touch()
    assert notebook_in(tmp_path, "a.ipynb", ["a.ipynb"]) == "a (1).ipynb"
    (tmp_path / "a (2).ipynb").touch()
    assert notebook_in(tmp_path, "a.ipynb", ["a.ipynb"]) == "a.ipynb"
    (tmp_path / "a.ipynb").touch()
    assert notebook_in(tmp_path, "a.ipynb", ["a.ipynb"]) == "a.ipynb"
