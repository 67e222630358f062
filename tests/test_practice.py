"""A lesson's questions, sliders and fields, driven as ipywidgets drives them."""

import json
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import ipywidgets
import pytest

from kit.errors import KitError
from kit.model.annotations import AnnotationSet
from kit.model.files import read_annotations
from kit.model.formats import annotations_json
from kit.model.spans import Span
from kit.page.practice import lesson
from kit.page.widget import Highlighter

FILE = "answers/north-korea-2024-cues-4.json"


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KIT_TEACHER", raising=False)
    yield lesson("01-what-do-we-know")
    Highlighter._open.clear()


def inside(widget, kind) -> list:
    """Return all widgets of a kind in a box, in order."""
    found = [widget] if isinstance(widget, kind) else []
    return found + [each for child in getattr(widget, "children", ()) for each in inside(child, kind)]


def shown(widget) -> str:
    return " ".join(html.value for html in inside(widget, ipywidgets.HTML))


def choose(buttons, start: str) -> None:
    buttons.value = next(option for option in buttons.options if option.startswith(start))


def finish(lesson_) -> None:
    for count, action in enumerate(("check", "finish"), start=1):
        lesson_.pen().set_state({"commit": {"count": count, "action": action}})


def responses() -> dict:
    return dict(read_annotations(FILE).responses)


def test_a_question_replies_at_once_and_is_kept(here):
    part = here.remember()
    assert "possible" not in shown(part)
    choose(inside(part, ipywidgets.ToggleButtons)[0], "It is possible")
    assert "Yes." in shown(part)
    assert responses() == {"remember-1": "possible"}


def test_another_answer_says_look_again(here):
    part = here.remember()
    choose(inside(part, ipywidgets.ToggleButtons)[1], "Yes")
    assert "Look again." in shown(part)


def test_answers_are_there_when_the_lesson_is_opened_again(here):
    choose(inside(here.remember(), ipywidgets.ToggleButtons)[0], "It is possible")
    inside(here.before(), ipywidgets.IntSlider)[0].value = 70
    again = lesson("01-what-do-we-know")
    assert inside(again.remember(), ipywidgets.ToggleButtons)[0].value.startswith("It is possible")
    assert inside(again.before(), ipywidgets.IntSlider)[0].value == 70


def test_a_slider_that_nobody_moved_is_no_answer(here):
    part = here.before()
    assert not Path(FILE).exists()
    inside(part, ipywidgets.Button)[0].click()
    assert responses() == {"before": 50}


def test_somebody_else_starts_with_no_answers_and_saves_none(here):
    part = here.before()
    slider = inside(part, ipywidgets.IntSlider)[0]
    slider.value = 70
    here.pen().set_state({"annotator": "fox-7"})
    assert slider.value == 50
    assert not Path("answers/fox-7", Path(FILE).name).exists()
    here.pen().set_state({"annotator": "student"})
    assert slider.value == 70 and responses() == {"before": 70}


def test_starting_again_empties_sliders_and_fields(here):
    before, ticket = here.before(), here.exit_ticket()
    inside(before, ipywidgets.IntSlider)[0].value = 70
    inside(ticket, ipywidgets.Textarea)[0].value = "May."
    finish(here)
    assert (inside(before, ipywidgets.IntSlider)[0].value, inside(ticket, ipywidgets.Textarea)[0].value) == (70, "May.")
    here.pen().set_state({"commit": {"count": 3, "action": "restart"}})
    assert (inside(before, ipywidgets.IntSlider)[0].value, inside(ticket, ipywidgets.Textarea)[0].value) == (50, "")
    assert "Saved" not in shown(before) + shown(ticket)
    assert responses() == {}


def test_an_opened_file_brings_its_answers_along(here):
    part, before = here.remember(), here.before()
    choose(inside(part, ipywidgets.ToggleButtons)[0], "It is possible")
    inside(before, ipywidgets.IntSlider)[0].value = 70
    copy = dict(here.pen().download)
    here.pen().set_state({"annotator": "fox-7"})
    here.pen().set_state({"opened": {"count": 1, **copy}})
    assert inside(part, ipywidgets.ToggleButtons)[0].value.startswith("It is possible")
    assert inside(before, ipywidgets.IntSlider)[0].value == 70


def test_words_that_could_not_be_saved_stay_in_the_field(here):
    Path("answers").write_text("in the way")
    part = here.exit_ticket()
    inside(part, ipywidgets.Textarea)[0].value = "words"
    Path("answers").unlink()
    here.pen().set_state({"marks": [{"first": 3, "stop": 4, "label": "might"}], "revision": 1})
    finish(here)
    assert inside(part, ipywidgets.Textarea)[0].value == "words"


def check(lesson_) -> None:
    lesson_.pen().set_state({"commit": {"count": 1, "action": "check"}})


def test_what_became_known_later_comes_after_the_check_and_the_second_answer(here):
    inside(here.before(), ipywidgets.IntSlider)[0].value = 70
    part = here.after()
    assert inside(part, ipywidgets.IntSlider) == []
    check(here)
    assert "Kursk" not in shown(part)
    inside(part, ipywidgets.IntSlider)[0].value = 40
    assert "Before: 70 of 100. Now: 40 of 100." in shown(part)
    assert "Kursk" in shown(part) and "26 April 2025" in shown(part)


def test_the_reasons_open_after_finish_because_they_name_cues(here):
    part = here.reasons()
    assert "reportedly" not in shown(part) and inside(part, ipywidgets.ToggleButtons) == []
    check(here)
    assert "reportedly" not in shown(part)
    finish(here)
    assert len(inside(part, ipywidgets.ToggleButtons)) == 3 and "The key says" not in shown(part)


def test_a_chosen_reason_is_explained_and_the_others_are_not_given_away(here):
    finish(here)
    part = here.reasons()
    choose(inside(part, ipywidgets.ToggleButtons)[0], "It passes")
    assert "The key says the same." in shown(part) and "does not say who" in shown(part)
    assert here.key.responses["reason-2"]["note"] not in unescape(shown(part))
    choose(inside(part, ipywidgets.ToggleButtons)[1], "A mixture is likely")
    assert "The key says: Nobody can exclude a mixture" in shown(part)
    assert responses() == {"reason-1": "passes-on", "reason-2": "likely"}


def test_the_ribbon_waits_for_finish_and_goes_when_one_starts_again(here):
    part = here.ribbon()
    assert "fills itself" in shown(part)
    finish(here)
    assert "data:image/png;base64," in shown(part) and "In words" in shown(part)
    here.pen().set_state({"commit": {"count": 3, "action": "restart"}})
    assert "fills itself" in shown(part) and "data:image" not in shown(part)


def partner_file(here, **change) -> dict:
    word = here.article.text.index("reportedly")
    theirs = AnnotationSet.on(here.article, "cues-4", "fox-7", [Span(word, word + len("reportedly"), "hearsay")])
    fields = json.loads(annotations_json(theirs, here.article)) | change
    return {"name": "partner.json", "type": "application/json", "size": 1, "last_modified": datetime.now(UTC),
            "content": memoryview(json.dumps(fields).encode())}


def test_a_partners_file_is_compared(here):
    part = here.partner()
    inside(part, ipywidgets.FileUpload)[0].value = (partner_file(here),)
    assert "Only theirs" in shown(part) and "reportedly" in shown(part)


def test_a_partners_file_of_another_text_is_refused_in_words(here):
    part = here.partner()
    inside(part, ipywidgets.FileUpload)[0].value = (partner_file(here, fingerprint="0" * 12),)
    assert "Load the article again" in shown(part)


def test_a_text_of_ones_own_opens_with_the_same_pens(here):
    part = here.your_text()
    assert inside(part, Highlighter) == []
    inside(part, ipywidgets.Textarea)[0].value = "  The mayor may resign.\r\nShe said so.  "
    inside(part, ipywidgets.Button)[0].click()
    (pen,) = inside(part, Highlighter)
    assert [label["id"] for label in pen.labels] == ["might", "hearsay", "condition", "vague"]
    assert Path("my-article.txt").read_text() == "The mayor may resign.\nShe said so.\n"
    assert inside(lesson("01-what-do-we-know").your_text(), Highlighter), "it is there the next time"


def test_each_text_of_ones_own_keeps_its_marks(here):
    """A second text met the answers of the first, with a red alarm for doing nothing wrong."""
    marked_ = {}
    for text in ("The first may stay.", "The second might go.", "The first may stay."):
        part = here.your_text()
        inside(part, ipywidgets.Textarea)[0].value = text
        inside(part, ipywidgets.Button)[0].click()
        (pen,) = inside(part, Highlighter)
        assert pen.status["trouble"] is False
        assert pen.marks == marked_.get(text, [])
        marked_[text] = [{"first": 1, "stop": 2, "label": "might"}]
        pen.set_state({"marks": marked_[text], "revision": 1})
    texts = {path.name: path.read_text().strip() for path in Path().glob("my-article*.txt")}
    assert texts["my-article.txt"] == "The first may stay."
    assert "The second might go." in texts.values()


def test_an_empty_field_says_what_to_do(here):
    part = here.your_text()
    inside(part, ipywidgets.Button)[0].click()
    assert "Paste a text" in shown(part) and inside(part, Highlighter) == []


def test_an_earlier_text_that_cannot_be_read_is_kept_all_the_same(here):
    Path("my-article.txt").write_bytes(b"caf\xe9 may close")
    part = here.your_text()
    assert "not UTF-8" in shown(part)
    inside(part, ipywidgets.Textarea)[0].value = "The mayor may resign."
    inside(part, ipywidgets.Button)[0].click()
    assert inside(part, Highlighter)
    assert Path("my-article-2.txt").read_bytes() == b"caf\xe9 may close"


def test_the_exit_ticket_is_kept(here):
    part = here.exit_ticket()
    inside(part, ipywidgets.Textarea)[0].value = "<b>may</b> made it less sure"
    assert responses() == {"exit": "<b>may</b> made it less sure"}
    assert inside(lesson("01-what-do-we-know").exit_ticket(), ipywidgets.Textarea)[0].value.startswith("<b>may")


def test_saving_that_fails_is_said_beside_the_question(here):
    Path("answers").write_text("in the way")
    part = here.exit_ticket()
    inside(part, ipywidgets.Textarea)[0].value = "words"
    assert "Not saved." in shown(part)


def test_the_last_cell_counts_what_is_in_the_file(here):
    part = here.save()
    assert "Nothing is saved yet" in shown(part)
    here.pen().set_state({"marks": [{"first": 3, "stop": 4, "label": "might"}], "revision": 1})
    inside(here.before(), ipywidgets.IntSlider)[0].value = 70
    assert "1 mark, not checked yet, 1 other answer." in shown(part)
    finish(here)
    assert "at the first check" in shown(part)


def test_the_lesson_says_what_it_has_from_last_time(here):
    assert "Nothing leaves this computer." in repr(here) and "last time" not in repr(here)
    here.pen().set_state({"marks": [{"first": 3, "stop": 4, "label": "might"}], "revision": 1})
    assert "last time is here: 1 mark." in repr(lesson("01-what-do-we-know"))


def test_the_teachers_copy_says_that_nothing_is_kept(here, monkeypatch):
    here.pen().set_state({"marks": [{"first": 3, "stop": 4, "label": "might"}], "revision": 1})
    monkeypatch.setenv("KIT_TEACHER", "1")
    teachers = lesson("01-what-do-we-know")
    for words in (repr(teachers), shown(teachers.save())):
        assert "teacher's copy" in words.replace("&#x27;", "'") and "answers" not in words


def test_a_lesson_that_is_none_is_named():
    with pytest.raises(KitError, match="There is no lesson '../x'"):
        lesson("../x")


def test_the_teachers_copy_keeps_no_text(here, monkeypatch):
    monkeypatch.setenv("KIT_TEACHER", "1")
    part = lesson("01-what-do-we-know").your_text()
    assert inside(part, ipywidgets.Textarea) == [] and "keeps none" in shown(part)


def test_the_last_cell_shows_all_lessons_on_one_page(here):
    finish(here)
    part = here.save()
    assert "My lessons" not in shown(part)
    inside(part, ipywidgets.Button)[0].click()
    assert "My lessons" in shown(part) and "In words" in shown(part)


def test_somebody_elses_page_is_made_of_their_own_files(here):
    here.pen().set_state({"annotator": "fox-7"})
    finish(here)
    part = here.save()
    inside(part, ipywidgets.Button)[0].click()
    assert "My lessons (fox-7)" in shown(part) and "There is no answer" not in shown(part)
