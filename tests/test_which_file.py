"""Which of several files of a student counts: one rule, and every road keeps it.

nbgrader by data alone and `kit grade` look at all that was handed in; `check` on the student's computer and
nbgrader as it comes look at answer files alone, in the folder of the exercise and in its `answers`.
"""

import json
import os
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from answer_files import CORE, CUES, FILES, answer, as_carried, spans
from hypothesis import given, settings
from hypothesis import strategies as st

from kit.errors import CheckFailed, KitError
from kit.grading import choice
from kit.grading.checking import check, find_answer
from kit.grading.finding import find_handed_in
from kit.grading.folder import Grader
from kit.grading.intake import Intake
from kit.grading.keys import Keys
from kit.model.handed import block
from kit.places.bootstrap import find_checkout

NAME = FILES[CUES]
ASKED = f"answers/{NAME}.json"
GRADER = Grader(Keys(find_checkout() / "exercises" / "keys"))

# The one that counts stands before those that it wins over.
BY_NAME = (ASKED, f"answers/{NAME} (2).json", f"{NAME} (2).json", f"answers/Copy of {NAME.title()}.JSON", f"{NAME}.json",
           f"answers/kestrel-7/{NAME}.json")
COPIES = (f"{CUES}.ipynb", f"{NAME}-hand-in.html")
BY_CONTENT = ("answers/homework.json", "homework.json", "for my teacher/homework.json", f"deep/{NAME}.json")
LINK = "a link in the place of the file"


def content_of(number: int) -> str:
    """Return an answer that no other number has."""
    return answer(CUES, spans(CUES, CORE[:3]), {"before": number})


def hand_in(folder: Path, files) -> dict[str, str]:
    """Put files into a folder, each with an answer of its own; gives the answers by the place of the file."""
    held = {}
    for number, place in enumerate(files):
        path = folder / (ASKED if place == LINK else place)
        path.parent.mkdir(parents=True, exist_ok=True)
        if place == LINK:
            os.symlink(folder.parent.parent / "secret.json", path)
            (folder.parent.parent / "secret.json").write_text(content_of(99), "utf-8")
            continue
        held[place] = content_of(number)
        path.write_text(as_carried(held[place]) if place.endswith(".ipynb") else block(held[place], "")
                        if place.endswith(".html") else held[place], "utf-8")
    return held


def row_of(folder: Path):
    """Return what `kit grade` makes of one student of a class."""
    (row,) = [row for handed in Intake(folder.parent, GRADER.names) for row in GRADER.work(handed).rows
              if row.student == folder.name]
    return row


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "class" / "ana"


ORDER = [(*BY_NAME, *COPIES)[at:at + 2] for at in range(len(BY_NAME) + len(COPIES) - 1)]


@pytest.mark.parametrize(("better", "worse"), ORDER)
def test_the_order_is_the_one_that_teachers_read(better, worse, folder):
    held = hand_in(folder, (worse, better))
    assert find_handed_in(folder, ASKED).content == held[better]


@settings(max_examples=60)
@given(st.sets(st.sampled_from((*BY_NAME, f"answers/owl-3/{NAME}.json", *COPIES, *BY_CONTENT, LINK)), max_size=6))
def test_kit_grade_takes_the_file_that_nbgrader_by_data_alone_takes(files):
    if LINK in files and ASKED in files:
        files = files - {ASKED}
    with TemporaryDirectory() as place:
        folder = Path(place) / "class" / "ana"
        folder.mkdir(parents=True)
        held = hand_in(folder, sorted(files))
        hand_in(folder.parent / "ben", [ASKED])
        row = row_of(folder)
        try:
            found = find_handed_in(folder, ASKED)
        except KitError as problem:
            assert row.points == 0 and row.problem
            assert not held or "people marked" in str(problem) and "people marked" in row.problem
        else:
            assert found.content in held.values()
            assert (row.problem, row.file) == ("", f"ana/{found.name}")
            assert row.grade.answer.responses["before"] == json.loads(found.content)["responses"]["before"]


@settings(max_examples=40)
@given(st.sets(st.sampled_from((*BY_NAME, f"answers/owl-3/{NAME}.json")), min_size=1))
def test_the_check_cell_and_nbgrader_as_it_comes_take_the_file_that_the_others_take(files):
    with TemporaryDirectory() as place:
        folder = Path(place) / "class" / "ana"
        hand_in(folder, sorted(files))
        try:
            found = find_handed_in(folder, ASKED).name
        except CheckFailed:
            with pytest.raises(CheckFailed, match="2 people marked"):
                find_answer(folder / ASKED)
        else:
            assert find_answer(folder / ASKED) == folder / found


def test_the_check_cell_says_which_file_it_found(folder, monkeypatch):
    hand_in(folder, [f"answers/{NAME} (1).json"])
    monkeypatch.chdir(folder)
    assert f"saved in {Path('answers', NAME)} (1).json" in repr(check(ASKED))


@pytest.mark.parametrize(("scheme", "label", "counts"), [("cues-1", "cue", True), ("cues", "modal", False)])
def test_an_answer_in_other_pens_is_seen_beside_a_notebook_without_one(folder, scheme, label, counts):
    """A notebook whose check cell was never run hid the answer beside it."""
    marks = answer(CUES, spans(CUES, [mark.rpartition("|")[0] + f"|{label}" for mark in CORE[:1]]), first=[])
    (folder / "answers").mkdir(parents=True)
    (folder / f"answers/singer-tour-{scheme}.json").write_text(marks.replace('"cues-4"', f'"{scheme}"'), "utf-8")
    (folder / f"{CUES}.ipynb").write_text('{"nbformat": 4, "cells": []}', "utf-8")
    hand_in(folder.parent / "ben", [ASKED])
    found, row = find_handed_in(folder, ASKED), row_of(folder)
    assert f'"{scheme}"' in found.content
    assert (row.problem == "", row.points > 0) == (counts, counts)


def test_a_key_is_nobodys_renamed_answer(folder):
    (folder / "answers").mkdir(parents=True)
    shutil.copy(find_checkout() / "exercises/keys/singer-tour-cues.key.json", folder / f"answers/{NAME}.key.json")
    for find in (lambda: find_answer(folder / ASKED), lambda: find_handed_in(folder, ASKED)):
        with pytest.raises(CheckFailed, match="is not there"):
            find()


def test_a_link_is_named_and_what_lies_beside_it_counts(folder):
    held = hand_in(folder, [LINK, f"{CUES}.ipynb"])
    found = find_handed_in(folder, ASKED)
    assert found.content == held[f"{CUES}.ipynb"]
    assert [remark for remark in found.remarks if remark.startswith(f"{ASKED}: this is a link.")]


def test_who_hands_in_more_than_memory_can_hold_is_told_and_what_was_read_counts(folder, monkeypatch):
    monkeypatch.setattr(choice, "MOST_READ", 1000)
    held = hand_in(folder, [ASKED, "answers/homework.json", "homework.json"])
    found = find_handed_in(folder, ASKED)
    assert found.content in held.values() and "too much lies beside it" not in " ".join(found.remarks)
    (folder / ASKED).unlink()
    (folder / "a.json").write_text("x" * 1001, "utf-8")
    with pytest.raises(CheckFailed, match="is not there"):
        find_handed_in(folder, ASKED)
