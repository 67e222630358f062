"""Three promises of the pen: nothing beside an offer is lost, a tap after the check looks first, one notice at a time."""

import pytest
from pen_page import (
    NEWS,
    claims_of,
    mark,
    open_pen,
    range_of,
    roles_of,
    sentence_with,
    traits_of,
    whole,
)

pytestmark = pytest.mark.page

MEND = {"check": {"stage": "mend", "feedback": {"text": "Look again at sentence 2.", "places": [2], "questions": []}}}


@pytest.fixture
def wishes():
    return {"reduced_motion": "reduce"}


def with_an_offer(page, news, **more):
    """A pen that offers two unsaved changes, made while nobody was there to save them."""
    pen = open_pen(page, news)
    pen.kernel(alive=False)
    pen.drag_words("may")
    pen.drag_words("two people")
    pen.end()
    again = open_pen(page, {**news, **more}, name="pen")
    assert again.action("put-back").inner_text() == "Put back 2 unsaved changes"
    return again


def words_of(pen) -> list[str]:
    tokens = pen.traits["tokens"]
    return [" ".join(word for word, _ in tokens[first:stop]) for first, stop, _ in pen.marks]


def test_a_change_made_beside_an_open_offer_is_not_lost_without_a_kernel(page):
    pen = with_an_offer(page, traits_of(NEWS))
    pen.kernel(alive=False)
    pen.drag_words("reportedly")
    assert pen.action("put-back").inner_text() == "Put back 3 unsaved changes"
    pen.end()
    again = open_pen(page, traits_of(NEWS), name="pen")
    again.root.get_by_role("button", name="Put back 3 unsaved changes").click()
    assert words_of(again) == ["may", "two people", "reportedly"]
    assert again.root.get_attribute("data-saved") == "true"


def test_a_mark_taken_away_beside_an_open_offer_stays_away(page):
    news = traits_of(NEWS)
    known = mark(news, "Officials", "vague")
    pen = open_pen(page, {**news, "marks": [known]})
    pen.kernel(alive=False)
    pen.drag_words("may")
    pen.end()
    again = open_pen(page, {**news, "marks": [known]}, name="pen")
    again.kernel(alive=False)
    again.click(known["first"])
    again.press("Delete")
    assert again.marks == []
    again.root.get_by_role("button", name="Put back 2 unsaved changes").click()
    assert words_of(again) == ["may"]


def test_a_change_that_was_saved_beside_an_open_offer_is_kept_with_it(page):
    pen = with_an_offer(page, traits_of(NEWS))
    pen.drag_words("reportedly")
    pen.root.locator(".kit-status", has_text="Saved. 1 mark.").wait_for()
    assert words_of(pen) == ["reportedly"]
    pen.action("put-back").click()
    assert words_of(pen) == ["may", "two people", "reportedly"]


def test_after_the_check_a_tap_looks_first(page):
    traits = roles_of(NEWS)
    sorted_ = whole(traits, "may close", "claim")
    pen = open_pen(page, {**traits, "marks": [sorted_]}, answers=MEND)
    pen.action("check").click()
    pen.root.locator("[data-label=background]").click()
    pen.click(sorted_["first"] + 1)
    assert pen.marks == [(sorted_["first"], sorted_["stop"], "claim")]
    assert pen.action("role").count() > 0
    pen.click(sorted_["first"] + 1)
    assert pen.marks == [(sorted_["first"], sorted_["stop"], "background")]


def test_before_the_check_a_tap_gives_the_label_at_once(page):
    traits = roles_of(NEWS)
    sorted_ = whole(traits, "may close", "claim")
    pen = open_pen(page, {**traits, "marks": [sorted_]})
    pen.root.locator("[data-label=background]").click()
    pen.click(sorted_["first"] + 1)
    assert pen.marks == [(sorted_["first"], sorted_["stop"], "background")]


def test_after_the_check_a_sentence_without_a_label_gets_it_at_once(page):
    traits = roles_of(NEWS)
    pen = open_pen(page, traits, answers=MEND)
    pen.action("check").click()
    place = whole(traits, "may close", "claim")
    pen.root.locator("[data-label=claim]").click()
    pen.click(place["first"] + 1)
    assert pen.marks == [(place["first"], place["stop"], "claim")]


def test_on_a_phone_a_word_that_waits_for_its_end_has_the_tray_to_itself(phone):
    """Under the bar of a claim, four lines high, the next word could not be seen."""
    traits = claims_of(NEWS, ["may close the old", "reportedly lost"])
    pen = open_pen(phone, traits)
    pen.root.get_by_role("button", name="Claim 1").first.tap()
    tray = pen.root.locator(".kit-tray")
    assert pen.action("rung").count() > 0
    first, stop = range_of(traits["tokens"], "two people")
    pen.tap(first)
    assert "to which word?" in tray.inner_text()
    assert pen.action("rung").count() == 0 and pen.action("join").count() == 0
    assert tray.bounding_box()["height"] < 150
    pen.tap(stop - 1)
    assert (first, stop, "source") in pen.marks
    assert pen.action("rung").count() > 0 and "to which word?" not in tray.inner_text()
    claim = next(m for m in pen.get("marks") if m["label"] != "source")
    assert claim["first"] == traits["sentences"][sentence_with(traits, "may close the old")]["first"]
