"""One answer, five roads, the same points: those that were worked out by hand in ``answer_files``."""

import shutil
from collections import Counter

import pytest
from answer_files import CASES, FILES, OUT_OF, Case, save_own

from kit.errors import KitError
from kit.grading.checking import grade_content
from kit.grading.keys import Keys
from kit.places.bootstrap import find_checkout


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
        points = grade_content(case.content, name="answer.json", expected=FILES[case.exercise], keys=Keys(keys),
                               out_of=OUT_OF).points
    except KitError as problem:
        assert case.why_not and case.why_not in str(problem)
    else:
        assert (points, case.why_not) == (case.points, "")
        assert type(points) is float
