"""Answers from paper, typed into the lesson."""

from pathlib import Path

import ipywidgets
import pytest
from test_practice import finish, inside, shown

from kit.errors import KitError
from kit.measure.score import score
from kit.model.files import read_annotations
from kit.model.typed import write
from kit.page.practice import lesson
from kit.page.widget import Highlighter


@pytest.fixture(params=["01-what-do-we-know", "02-claim-or-background", "03-who-says-so"])
def here(request, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KIT_TEACHER", raising=False)
    yield lesson(request.param)
    Highlighter._open.clear()


def type_in(part, lines: str) -> None:
    inside(part, ipywidgets.Textarea)[0].value = lines
    inside(part, ipywidgets.Button)[0].click()


def right_answers(here) -> str:
    """Return the core of the key as a student would type it."""
    key = here.key.in_scheme(here.answer.scheme)
    by_claim = here.pen().unit == "claim"
    spans = tuple(item if by_claim else type(item)(item.core.start, item.core.end, item.label)
                  for item in key.tier("core") if item.label != "furniture")
    return write(here.article, type(key)(key.article, key.fingerprint, key.scheme, spans=spans)).partition("\n")[2]


def test_what_the_key_has_can_be_typed_and_is_all_right(here):
    part = here.typed()
    type_in(part, right_answers(here))
    assert "taken over" in shown(part)
    result = score(here.article, read_annotations(here.pen().path), here.key)
    assert (result.missed, result.loose, result.extra, result.right_label) == (0, 0, 0, result.asked)
    assert len(here.pen().marks) == len(here.answer.spans) > 7


def test_claims_are_typed_by_the_number_that_the_pen_shows(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    here = lesson("03-who-says-so")
    type_in(here.typed(), "c8: 0\nc1: 2")
    places = [here.article.sentences[here.pen().asked[number - 1]] for number in (1, 8)]
    assert [(span.extent, span.label) for span in here.answer.spans] == list(zip(places, ["rung-2", "rung-0"]))
    Highlighter._open.clear()


def test_a_line_that_cannot_be_read_is_named_and_changes_nothing(here):
    part = here.typed()
    type_in(part, "999: may")
    assert "line 1" in shown(part) and "999" in shown(part)
    assert not Path("answers").exists()


def test_marks_that_were_there_are_put_aside_and_not_lost(here):
    first = here.pen().sentences[5]
    label = here.pen().labels[0]["id"]
    here.pen().set_state({"marks": [{"first": first["first"], "stop": first["stop"], "label": label}], "revision": 1})
    before = here.pen().path.read_text()
    type_in(here.typed(), right_answers(here))
    (old,) = Path("answers/old").iterdir()
    assert old.read_text() == before


def test_a_finished_article_takes_no_typed_answers(here):
    finish(here)
    part = here.typed()
    type_in(part, right_answers(here))
    assert "Start again" in shown(part)
    with pytest.raises(KitError, match="finished"):
        here.pen().replace_marks([])
