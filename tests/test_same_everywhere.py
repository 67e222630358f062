"""Lesson 1 is the same wherever it is opened: one walk, with mouse, finger and keyboard, in each place.

What must come out is worked out without any page: by the pen's Python side alone.
"""

import pytest
from lab_server import FIRST_START
from places import ANSWER, LabPlace, NotebookPlace, SitePlace, VoilaPlace, expected, passes, walk

from kit import lesson
from kit.page.border import mark

pytestmark = pytest.mark.lab

PLACES = {"lab": LabPlace, "notebook": NotebookPlace, "voila": VoilaPlace, "site": SitePlace}


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What the check asks to read once more, and the rows after Finish, from a pen that no page shows."""
    with pytest.MonkeyPatch.context() as here:
        here.chdir(tmp_path_factory.mktemp("told"))
        here = lesson("01-what-do-we-know")
        pen, (first, last) = here.pen(), ([mark(here.article, span) for span in spans] for spans in passes(here.article))
        pen.set_state({"marks": first, "revision": 1, "commit": {"count": 1, "action": "check"}})
        hint = pen.feedback["text"]
        pen.set_state({"marks": last, "revision": 2, "commit": {"count": 2, "action": "finish"}})
        return hint, [(row["words"], row["outcome"]) for row in pen.feedback["rows"]]


@pytest.fixture
def page(browser):
    """A laptop with a touch screen."""
    with browser.new_context(viewport={"width": 1280, "height": 900}, has_touch=True) as context:
        context.set_default_timeout(FIRST_START)
        yield context.new_page()


@pytest.mark.parametrize("place", PLACES)
def test_one_walk_shows_the_same_and_leaves_the_same_file(place, page, told, tmp_path):
    folder = tmp_path / "work"
    folder.mkdir()
    server = PLACES[place](folder)
    try:
        seen = walk(page, server.opener(page))
    finally:
        server.close()
    assert (seen.hint, seen.outcomes) == told
    assert seen.taken_home == expected(tmp_path)
    if place != "site":  # there the file is in the browser
        assert (folder / ANSWER).read_bytes() == seen.taken_home
