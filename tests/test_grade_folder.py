"""A folder of what students handed in becomes rows: the same points on every road, a reason where something is wrong."""

import json
import shutil
from pathlib import Path

import pytest
from answer_files import CASES, CORE, CUES, OWN, RIGHT, ROLES, answer, save_own, spans

from kit.errors import KitError
from kit.grading import grade_folder
from kit.grading.folder import Grader
from kit.grading.intake import Intake
from kit.grading.keys import Keys
from kit.model.handed import CARRIED, block
from kit.places.bootstrap import find_checkout

COURSE_KEYS = find_checkout() / "exercises" / "keys"
PERFECT = answer(CUES, spans(CUES, CORE), RIGHT)
HALF = answer(CUES, spans(CUES, CORE[:7]), RIGHT)
NAME = "singer-tour-cues-4"


@pytest.fixture(scope="session")
def keys(tmp_path_factory) -> Path:
    """A folder of keys: those of the course, and that of a text of the teacher's own."""
    folder = tmp_path_factory.mktemp("course") / "keys"
    shutil.copytree(COURSE_KEYS, folder)
    save_own(folder)
    return folder


def put(path: Path, content: str | bytes) -> Path:
    """Write a file, with the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
    return path


def notebook(*contents: str) -> str:
    """Return a notebook whose check cells carry these answers."""
    cells = [{"cell_type": "code", "source": "check()", "metadata": {}, "execution_count": 1,
              "outputs": [{"output_type": "execute_result", "execution_count": 1, "metadata": {},
                           "data": {"text/plain": "saved", CARRIED: content}}]} for content in contents]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells})


def page(content: str) -> str:
    return f"<!doctype html><title>Hand-in</title><p>Read me</p>{block(content, 'data')}"


def rows(folder: Path, keys: Path, **more) -> list:
    return list(grade_folder(folder, Keys(keys), **more))


def only(folder: Path, keys: Path, **more):
    found = rows(folder, keys, **more)
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize("road", ["file", "notebook", "page"])
def test_every_answer_gets_the_points_of_the_hand_made_sum_on_every_road(road, tmp_path, keys):
    for number, case in enumerate(CASES):
        folder = tmp_path / "class" / f"s{number:02}"
        folder.mkdir(parents=True)
        if case.content is None:
            continue
        if road == "file":
            put(folder / case.path, case.content)
        elif road == "notebook":
            name = case.exercise if case.exercise != OWN else "night-market-cues-4"
            put(folder / f"{name}.ipynb", notebook(case.content))
        else:
            put(folder / f"{Path(case.path).stem}-hand-in.html", page(case.content))
    found = {row.student: row for row in rows(tmp_path / "class", keys)}
    assert {name: row.points for name, row in found.items()} == {
        f"s{number:02}": case.points for number, case in enumerate(CASES)}
    for number, case in enumerate(CASES):
        assert bool(found[f"s{number:02}"].problem) == bool(case.why_not), case.name
        assert type(found[f"s{number:02}"].points) is float


def test_a_row_has_the_counts_and_the_words_behind_the_points(tmp_path, keys):
    mended = answer(CUES, spans(CUES, CORE[:10]), RIGHT | {"written": "Because  nobody\nis named."},
                    first=spans(CUES, CORE[:4]))
    put(tmp_path / "in/ana/answers" / f"{NAME}.json", mended)
    row = only(tmp_path / "in", keys, out_of=20)
    assert (row.student, row.exercise, row.out_of) == ("ana", CUES, 20.0)
    assert (row.first.found, row.first.missed, row.mended.found, row.mended.missed) == (4, 10, 10, 4)
    assert (row.first_share, row.mended_share) == (round(8 / 18, 4), round(20 / 24, 4))
    assert (row.reasons_right, row.reasons_asked, row.written) == (6, 6, "Because nobody is named.")
    # 20 x (0.4 x 8/18 + 0.3 x 20/24 + 0.3) = 3.56 + 5 + 6
    assert row.points == 14.5


def test_the_answer_file_wins_over_the_notebook_and_the_notebook_over_the_page(tmp_path, keys):
    put(tmp_path / "in/ana" / f"{NAME}-hand-in.html", page(HALF))
    assert only(tmp_path / "in", keys).remarks == (
        f"Read from ana/{NAME}-hand-in.html, the answer in the page.",)
    put(tmp_path / "in/ana" / f"{CUES}.ipynb", notebook(PERFECT))
    row = only(tmp_path / "in", keys)
    assert row.points == 10.0
    assert "the output of cell 1" in row.remarks[0] and "hand-in.html" in row.remarks[1]
    put(tmp_path / "in/ana/answers" / f"{NAME}.json", HALF)
    row = only(tmp_path / "in", keys)
    assert row.points < 10 and row.file == f"ana/answers/{NAME}.json"


def test_the_same_answers_in_three_files_are_no_remark(tmp_path, keys):
    put(tmp_path / "in/ana/answers" / f"{NAME}.json", HALF)
    put(tmp_path / "in/ana" / f"{CUES}.ipynb", notebook(HALF))
    put(tmp_path / "in/ana" / f"{NAME}-hand-in.html", page(HALF))
    assert only(tmp_path / "in", keys).remarks == ()


def test_a_notebook_whose_check_cell_never_ran_says_nothing_against_the_page_beside_it(tmp_path, keys):
    put(tmp_path / "in/ana" / f"{CUES}.ipynb", notebook())
    row = only(tmp_path / "in", keys)
    assert (row.exercise, row.points) == (CUES, 0.0) and "run the check cell" in row.problem
    put(tmp_path / "in/ana" / f"{NAME}-hand-in.html", page(PERFECT))
    assert (only(tmp_path / "in", keys).points, only(tmp_path / "in", keys).problem) == (10.0, "")


def test_two_people_on_one_computer_are_told_and_one_is_graded(tmp_path, keys):
    put(tmp_path / "in/ana/answers/b7" / f"{NAME}.json", PERFECT)
    assert only(tmp_path / "in", keys).points == 10.0
    put(tmp_path / "in/ana/answers/c3" / f"{NAME}.json", HALF)
    row = only(tmp_path / "in", keys)
    assert row.points == 0.0 and "2 people marked on this computer (b7, c3)" in row.problem


def test_the_file_of_the_exercise_wins_over_one_in_other_pens(tmp_path, keys):
    finer = json.loads(HALF) | {"scheme": "cues"}
    for name in ("spans", "first_pass"):
        finer[name] = [span | {"label": "modal"} for span in finer[name]]
    put(tmp_path / "in/ana/answers/singer-tour-cues.json", json.dumps(finer))
    row = only(tmp_path / "in", keys)
    assert (row.exercise, row.points) == (CUES, 0.0) and "the exercise asks for singer-tour-cues-4" in row.problem
    put(tmp_path / "in/ana/answers" / f"{NAME}.json", PERFECT)
    row = only(tmp_path / "in", keys)
    assert row.points == 10.0
    assert row.remarks == (f"ana/answers/singer-tour-cues.json was not graded: ana/answers/{NAME}.json was.",)


def test_a_key_that_a_student_hands_in_is_nobodys_answer(tmp_path, keys):
    shutil.copytree(keys, tmp_path / "in/ana/keys")
    put(tmp_path / "in/ana/answers" / f"{NAME}.json", HALF)
    row = only(tmp_path / "in", keys)
    assert (row.points, row.problem, row.remarks) == (7.75, "", ())


def test_a_missing_key_is_never_a_number(tmp_path, keys):
    alone = shutil.copytree(keys, tmp_path / "alone", ignore=shutil.ignore_patterns("singer*"))
    put(tmp_path / "in/ana/answers" / f"{NAME}.json", PERFECT)
    row = only(tmp_path / "in", alone)
    assert row.points is None and "No answer key" in row.problem


def test_lessons_that_were_handed_in_too_are_passed_over(tmp_path, keys):
    practice = PERFECT.replace('"singer-tour"', '"north-korea-2024"')
    put(tmp_path / "in/ana/answers/north-korea-2024-cues-4.json", practice)
    put(tmp_path / "in/ana/answers" / f"{NAME}.json", PERFECT)
    grader = Grader(Keys(keys))
    (handed,) = Intake(tmp_path / "in", grader.names)
    work = grader.work(handed)
    assert [row.exercise for row in work.rows] == [CUES]
    assert work.passed_over == ("ana/answers/north-korea-2024-cues-4.json: practice of a lesson",)


def test_a_student_of_whom_nothing_can_be_graded_has_a_row_that_says_what_is_there(tmp_path, keys):
    put(tmp_path / "in/ben/photo.jpg", b"\xff\xd8")
    put(tmp_path / "in/cem/essay.pdf", b"%PDF")
    found = rows(tmp_path / "in", keys)
    assert [(row.student, row.points) for row in found] == [("ben", 0.0), ("cem", 0.0)]
    assert "ben/photo.jpg" in found[0].problem


def test_an_exercise_folder_without_an_answer_is_a_row_of_zero(tmp_path, keys):
    put(tmp_path / "submitted/ana" / CUES / "answers" / f"{NAME}.json", PERFECT)
    put(tmp_path / "submitted/ana" / ROLES / "timestamp.txt", "2026-05-01")
    found = rows(tmp_path / "submitted", keys)
    assert [(row.exercise, row.points) for row in found] == [(CUES, 10.0), (ROLES, 0.0)]
    assert "not there" in found[1].problem


def test_a_damaged_file_stops_nobody(tmp_path, keys):
    put(tmp_path / "in/ana/answers" / f"{NAME}.json", PERFECT[:-40])
    put(tmp_path / "in/ben/answers" / f"{NAME}.json", PERFECT)
    put(tmp_path / "in/cem.json", b"\x00\xff" * 50)
    put(tmp_path / "in/dan/answers" / f"{NAME}.json", "[" * 100_000)
    found = {row.student: row for row in rows(tmp_path / "in", keys)}
    assert {name: row.points for name, row in found.items()} == {"ana": 0.0, "ben": 10.0, "cem": 0.0, "dan": 0.0}
    assert "the file is cut off in line" in found["ana"].problem and found["ana"].exercise == CUES


def test_a_folder_that_is_not_there_is_told(keys, tmp_path):
    with pytest.raises(KitError, match="there is no such folder"):
        rows(tmp_path / "nowhere", keys)


def test_order_and_rows_do_not_depend_on_the_order_of_the_disk(tmp_path, keys, monkeypatch):
    for name in ("zoe", "Ana", "ben", "ànna"):
        put(tmp_path / "in" / name / "answers" / f"{NAME}.json", HALF)
    names = [row.student for row in rows(tmp_path / "in", keys)]
    assert names == sorted(names, key=str.casefold)
