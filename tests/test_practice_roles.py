"""Lesson 2's own parts: six roles or three, the loaded pair, a scale that is not 0 to 100."""

from html import unescape

import ipywidgets
import pytest
from test_practice import check, choose, finish, inside, shown

from kit.errors import KitError
from kit.model.files import read_annotations
from kit.page.practice import lesson
from kit.page.widget import Highlighter

FILE = "answers/sleep-study-roles.json"


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KIT_TEACHER", raising=False)
    yield lesson("02-claim-or-background")
    Highlighter._open.clear()


def give(lesson_, **roles: str) -> None:
    """Give sentences a role: s3="claim" is the sentence that a reader counts as 3."""
    numbers = [i for i, sentence in enumerate(lesson_.pen().sentences) if not sentence["heading"]]
    wanted = {int(name[1:]): label for name, label in roles.items()}
    marks = [{"first": lesson_.pen().sentences[i]["first"], "stop": lesson_.pen().sentences[i]["stop"], "label": wanted[n]}
             for n, i in enumerate(numbers, start=1) if n in wanted]
    lesson_.pen().set_state({"marks": marks, "revision": lesson_.pen().revision + 1})


def test_the_scale_is_as_long_as_the_plan_says(here):
    slider = inside(here.before(), ipywidgets.IntSlider)[0]
    slider.value = 21
    assert slider.max == 21 and read_annotations(FILE).responses == {"before": 21}
    check(here)
    part = here.after()
    inside(part, ipywidgets.IntSlider)[0].value = 8
    assert "Before: 21 of 21. Now: 8 of 21." in shown(part)


def test_the_loaded_pair_is_asked_for_after_finish_alone(here):
    part = here.reasons()
    assert inside(part, ipywidgets.Checkbox) == [] and "thoughtless" not in shown(part)
    check(here)
    assert inside(part, ipywidgets.Checkbox) == []
    finish(here)
    texts = [tick.description for tick in inside(part, ipywidgets.Checkbox)]
    assert any("thoughtless" in text for text in texts)
    assert not [text for text in texts if "34 minutes more" in text], "claims are not among them"


def tick(part, *numbers: int) -> None:
    for box in inside(part, ipywidgets.Checkbox):
        box.value = int(box.description.split(".")[0]) in numbers
    inside(part, ipywidgets.Button)[0].click()


def test_two_are_chosen_kept_and_explained(here):
    finish(here)
    part = here.reasons()
    tick(part, 6, 17)
    assert "You and the key agree on 2 of 2." in shown(part)
    assert read_annotations(FILE).responses == {"loaded": ["sentence-6", "sentence-17"]}
    tick(part, 6, 15)
    assert "You and the key agree on 1 of 2." in shown(part)


@pytest.mark.parametrize("chosen", [(), (6,), (6, 15, 17)])
def test_one_or_three_are_no_choice_and_tell_nothing(here, chosen):
    finish(here)
    part = here.reasons()
    tick(part, *chosen)
    assert f"You have chosen {len(chosen)}. Choose 2" in shown(part)
    assert "shamefully underpaid\"" not in shown(part) and "loaded" not in read_annotations(FILE).responses


def test_the_choice_is_there_the_next_time(here):
    finish(here)
    tick(here.reasons(), 6, 17)
    again = lesson("02-claim-or-background").reasons()
    assert [box.value for box in inside(again, ipywidgets.Checkbox)].count(True) == 2


def test_the_anatomy_shows_own_roles_above_the_keys(here):
    part = here.pictures()
    give(here, s1="claim", s4="background")
    assert "data:image" not in shown(part)
    finish(here)
    assert "Your roles: 1 Claim (C), 1 Background (B)." in shown(part)
    assert "The key's roles:" in unescape(shown(part))


def test_three_roles_are_judged_by_the_same_key(here):
    here.pen().set_state({"scheme": "roles-3"})
    give(here, s1="claim", s4="background", s17="other")
    finish(here)
    outcomes = {row["sentence"]: row["outcome"] for row in here.pen().feedback["rows"]}
    assert sorted(outcomes.values()).count("match") == 3
    assert "In words" in shown(here.pictures())


def test_questions_answered_before_a_change_of_roles_stay_answered(here):
    part = here.remember()
    choose(inside(part, ipywidgets.ToggleButtons)[0], "said to")
    here.pen().set_state({"scheme": "roles-3"})
    assert inside(part, ipywidgets.ToggleButtons)[0].value == "said to"


def test_a_lesson_with_one_text_has_no_other():
    with pytest.raises(KitError, match="one text only"):
        lesson("02-claim-or-background", other_text=True)


@pytest.mark.parametrize("held", [[{}], [["a"]], ["sentence-999"], "sentence-1", 7, {}])
def test_whatever_a_file_holds_for_the_loaded_pair_the_questions_open(here, held):
    here.pen().respond(loaded=held)
    check(here)
    finish(here)
    part = lesson("02-claim-or-background").reasons()
    boxes = inside(part, ipywidgets.Checkbox)
    assert boxes and not any(box.value for box in boxes)
