"""An exercise on a student's computer, on a teacher's, and in the course's own copy."""

import json
from html import unescape
from pathlib import Path

import ipywidgets
import pytest

from kit.errors import CheckFailed, KeyNotFound, KitError
from kit.grading.checking import check, points
from kit.grading.grade import grade
from kit.model.annotations import AnswerKey
from kit.model.files import read_annotations, read_key
from kit.model.spans import Span
from kit.page.border import mark
from kit.page.exercise import Exercise, exercise
from kit.page.widget import Highlighter
from kit.places.bootstrap import find_checkout

ROOT = find_checkout()
NAMES = ("01-what-do-we-know", "02-claim-or-background", "03-who-says-so")
FILES = {"01-what-do-we-know": "singer-tour-cues-4", "02-claim-or-background": "focus-app-roles",
         "03-who-says-so": "strait-collision-sources"}
WORDS = "Only the whale is shown, because she stood beside it."

by_name = pytest.mark.parametrize("name", NAMES)


@pytest.fixture(autouse=True)
def student(tmp_path, monkeypatch):
    """A student's folder, without keys."""
    monkeypatch.chdir(tmp_path)
    for name in ("KIT_TEACHER", "KIT_KEYS"):
        monkeypatch.delenv(name, raising=False)
    yield
    Highlighter._open.clear()


@pytest.fixture
def teacher(monkeypatch):
    monkeypatch.setenv("KIT_TEACHER", "1")
    monkeypatch.setenv("KIT_KEYS", str(ROOT / "exercises" / "keys"))


def plan_of(name: str) -> dict:
    return json.loads((ROOT / "kit" / "articles" / f"{name}.exercise.json").read_text("utf-8"))


def key_of(name: str) -> AnswerKey:
    plan = plan_of(name)
    return read_key(ROOT / "exercises" / "keys" / f"{plan['article']}-{plan['key']}.key.json")


def saved(name: str = NAMES[0]):
    return read_annotations(Path("answers", f"{FILES[name]}.json"))


def inside(widget, kind) -> list:
    """Return all widgets of a kind in a box, in order."""
    found = [widget] if isinstance(widget, kind) else []
    return found + [each for child in getattr(widget, "children", ()) for each in inside(child, kind)]


def shown(widget) -> str:
    return unescape(" ".join(html.value for html in inside(widget, ipywidgets.HTML)))


def commit(here: Exercise, *actions: str) -> None:
    for count, action in enumerate(actions, start=1 + here.pen().commit.get("count", 0)):
        here.pen().set_state({"commit": {"count": count, "action": action}})


def mark_everything(here: Exercise, key: AnswerKey) -> None:
    """Mark as the key has it, as the browser would."""
    key, whole = key.in_scheme(here.answer.scheme), here.pen().unit == "claim"
    spans = [Span(where.start, where.end, item.label, joined=item.joined) for item in key.tier("core")
             if item.label != "furniture" for where in [item if whole else item.core]]
    here.pen().set_state({"marks": [mark(here.article, span) for span in spans], "revision": 1})


def choose_everything(here: Exercise, key: AnswerKey) -> None:
    plan, part = plan_of(here._plan["id"]), here.reasons()
    asked = [*([plan["origins"]] if "origins" in plan else []), *plan["reasons"]]
    for question, buttons in zip(asked, inside(part, ipywidgets.ToggleButtons), strict=True):
        buttons.value = question["choices"][key.responses[question["id"]]["right"][0]]
    for tick in inside(part, ipywidgets.Checkbox):
        number = tick.description.partition(".")[0]
        tick.value = f"sentence-{number}" in key.responses["loaded"]["right"]
    for button in inside(part, ipywidgets.Button):
        button.click()


def write(here: Exercise, words: str = WORDS) -> None:
    inside(here.write(), ipywidgets.Textarea)[0].value = words


# A student's computer


@by_name
def test_both_passes_reasons_and_words_are_in_the_file_and_bring_all_points(name):
    here, key = exercise(name), key_of(name)
    mark_everything(here, key)
    commit(here, "check", "finish")
    choose_everything(here, key)
    write(here)
    answer = saved(name)
    assert (answer.stage, answer.first_pass) == ("reasons", answer.spans)
    assert answer.responses["written"] == WORDS
    graded = grade(here.article, answer, key.in_scheme(answer.scheme) if key.scheme == "cues" else key)
    assert (graded.points, graded.right, dict(graded.written)) == (10.0, graded.asked, {"written": WORDS})


@by_name
def test_there_is_no_key_and_the_check_asks_questions(name):
    here = exercise(name)
    commit(here, "check")
    feedback = here.pen().feedback
    assert here.key is None
    assert "Read once more" in feedback["text"] and feedback["questions"] and "rows" not in feedback
    commit(here, "finish")
    assert here.pen().feedback["rows"] == [] and "the reasons come with the feedback" in here.pen().feedback["text"]


@by_name
def test_only_the_pens_of_the_plan_are_there(name):
    """A second scheme would be a second file, and a grader looks for one."""
    here = exercise(name)
    assert [one["id"] for one in here.pen().schemes] == [plan_of(name)["scheme"]]
    mark_everything(here, key_of(name))
    assert [path.name for path in Path("answers").iterdir()] == [f"{FILES[name]}.json"]


@by_name
def test_opening_and_looking_writes_nothing(name):
    here = exercise(name)
    for part in (here.reasons, here.write, here.after, here.save):
        part()
    assert list(Path().iterdir()) == []


@by_name
def test_the_questions_open_after_finish_because_they_name_places(name):
    here = exercise(name)
    part = here.reasons()
    for action in ("check", "finish"):
        assert "press" in shown(part).replace("pressed", "press") and inside(part, ipywidgets.ToggleButtons) == []
        commit(here, action)
    assert len(inside(part, ipywidgets.ToggleButtons)) == len(plan_of(name)["reasons"]) + ("origins" in plan_of(name))


@by_name
def test_no_reply_depends_on_the_choice(name):
    here = exercise(name)
    commit(here, "check", "finish")
    part = here.reasons()
    for number, buttons in enumerate(inside(part, ipywidgets.ToggleButtons)):
        replies = set()
        for option in buttons.options:
            buttons.value = option
            replies.add(shown(part))
        assert len(replies) == 1 and replies.pop().count("Saved.") == number + 1


def test_any_two_sentences_get_the_same_reply_and_headings_are_not_offered():
    here = exercise("02-claim-or-background")
    commit(here, "check", "finish")
    part = here.reasons()
    boxes, (button,) = inside(part, ipywidgets.Checkbox), inside(part, ipywidgets.Button)
    assert len(boxes) == len(here.article.sentences) - len(here.article.headings) == 18
    boxes[0].value = True
    button.click()
    assert "You have chosen 1. Choose 2" in shown(part) and "loaded" not in saved("02-claim-or-background").responses
    boxes[1].value = True
    button.click()
    some = shown(part)
    assert saved("02-claim-or-background").responses["loaded"] == ["sentence-1", "sentence-2"]
    boxes[0].value = boxes[1].value = False
    boxes[3].value = boxes[10].value = True
    button.click()
    assert shown(part) == some
    assert saved("02-claim-or-background").responses["loaded"] == key_of("02-claim-or-background").responses["loaded"]["right"]


def test_the_number_of_origins_is_asked_first():
    here = exercise("03-who-says-so")
    commit(here, "check", "finish")
    inside(here.reasons(), ipywidgets.ToggleButtons)[0].value = "Three"
    assert saved("03-who-says-so").responses == {"origins": "3"}


def test_words_are_kept_from_the_first_minute_on_and_are_there_the_next_time():
    write(exercise(NAMES[0]), "<b>only</b>")
    assert saved().responses == {"written": "<b>only</b>"}
    assert inside(exercise(NAMES[0]).write(), ipywidgets.Textarea)[0].value == "<b>only</b>"


@by_name
def test_what_became_known_later_is_sealed_until_finish(name):
    here, card = exercise(name), plan_of(name)["reveal"]["paragraphs"]
    part = here.after()
    commit(here, "check")
    assert not [paragraph for paragraph in card if paragraph in shown(part)]
    commit(here, "finish")
    assert all(paragraph in shown(part) for paragraph in card)


def test_the_last_part_tells_where_the_work_is_and_what_is_not_there_yet():
    here = exercise(NAMES[0])
    part = here.save()
    assert "Nothing is saved yet" in shown(part)
    write(here)
    said = shown(part)
    assert "answers/singer-tour-cues-4.json: 0 marks, 1 other answer." in said and "no mark yet" in said
    mark_everything(here, key_of(NAMES[0]))
    said = shown(part)
    assert "no mark yet" not in said and "Check my marks" in said and "press Finish" in said and "written" not in said
    commit(here, "check")
    assert "first check" not in shown(part) and "press Finish" in shown(part)
    commit(here, "finish")
    assert "6 questions to answer" in shown(part) and "press Finish" not in shown(part)
    choose_everything(here, key_of(NAMES[0]))
    assert "Nothing is missing." in shown(part) and "Not there yet" not in shown(part)


@pytest.mark.parametrize(("name", "words"), [("02-claim-or-background", "17 sentences without a role."),
                                             ("03-who-says-so", "7 claims without a rung.")])
def test_what_has_no_label_yet_is_counted(name, words):
    here, part = exercise(name), exercise(name).save()
    mark_everything(here, key_of(name))
    first = next(one for one in here.pen().marks if one["label"] != "source")
    here.pen().set_state({"marks": [first | {"joined": []} if "joined" in first else first], "revision": 2})
    assert words in shown(here.save())
    assert "Nothing is missing" not in shown(part)


def test_an_answer_that_is_no_text_is_not_taken_for_one():
    """A file may hold anything: a number where words should be must not close the list."""
    here = exercise(NAMES[0])
    here.pen().respond(written=3)
    assert "Your written answer." in shown(here.save())


def test_it_says_what_is_there_from_last_time():
    here = exercise(NAMES[0])
    assert "Nothing leaves this computer." in repr(here) and "last time" not in repr(here)
    mark_everything(here, key_of(NAMES[0]))
    assert "last time is here: 14 marks." in repr(exercise(NAMES[0]))


def test_an_exercise_that_is_none_is_refused_with_those_there_are():
    with pytest.raises(KitError, match="There is no exercise '../x'. Choose one of: 01-what-do-we-know, 02"):
        exercise("../x")


def test_the_last_cell_says_in_one_line_that_the_teacher_has_the_key():
    mark_everything(exercise(NAMES[0]), key_of(NAMES[0]))
    with pytest.raises(KeyNotFound) as told:
        points("answers/singer-tour-cues-4.json")
    assert told.value._render_traceback_() == [
        "No answer key on this computer, and that is as it should be: your teacher has the key and grades with it."]


# A teacher's computer


@by_name
def test_the_teachers_copy_shows_key_and_reasons_and_writes_nothing(name, teacher):
    here, key, plan = exercise(name), key_of(name), plan_of(name)
    assert here.pen().stage == "reasons" and len(here.pen().feedback["rows"]) > 7
    said = shown(here.reasons())
    for question in [*plan["reasons"], *([plan["origins"]] if "origins" in plan else [])]:
        known = key.responses[question["id"]]
        assert f"{question['choices'][known['right'][0]]} <strong>(the key)</strong>" in said and known["note"] in said
    assert inside(here.write(), ipywidgets.Textarea) == []
    assert plan["reveal"]["paragraphs"][0] in shown(here.after())
    assert "nothing is saved" in shown(here.save()) and "teacher's copy" in repr(here)
    commit(here, "restart")
    assert list(Path().iterdir()) == []


def test_the_teacher_reads_which_sentences_are_loaded(teacher):
    said = shown(exercise("02-claim-or-background").reasons())
    assert said.count("(the key)") == 8 and "4. Its maker" in said and "11. The toothless" in said
    assert "1. The popular" not in said


def test_the_key_is_found_in_the_course_around_the_working_folder(tmp_path, monkeypatch, teacher):
    monkeypatch.delenv("KIT_KEYS")
    course(tmp_path)
    assert exercise(NAMES[0]).key is None
    monkeypatch.chdir(tmp_path / "course" / "source" / NAMES[0])
    assert exercise(NAMES[0]).key == key_of(NAMES[0])


@by_name
def test_without_the_key_the_teachers_copy_says_so(name, monkeypatch):
    monkeypatch.setenv("KIT_TEACHER", "1")
    here = exercise(name)
    said = repr(here) + shown(here.save()) + here.pen().status["text"]
    assert said.count("the key is not on this computer") == 3 and "are shown" not in said
    assert "(the key)" not in shown(here.reasons())
    assert list(Path().iterdir()) == []


# The course's own copy


def course(folder: Path) -> Path:
    """Make a course, and return the folder of its first exercise."""
    source = folder / "course" / "source" / NAMES[0]
    source.mkdir(parents=True)
    (folder / "course" / "nbgrader_config.py").touch()
    (folder / "course" / "keys").symlink_to(ROOT / "exercises" / "keys")
    return source


def test_what_is_tried_in_the_courses_own_copy_is_kept_outside_it(tmp_path, monkeypatch):
    """A trial answer that was left in source/ was written over every student's work."""
    source = course(tmp_path)
    monkeypatch.chdir(source)
    here = exercise(NAMES[0])
    kept = Path("../../trials", NAMES[0], "answers", "singer-tour-cues-4.json")
    assert "course's own copy" in repr(here) and str(kept) in repr(here)
    assert str(kept) in here.pen().status["text"] and not here.pen().status["trouble"]
    mark_everything(here, key_of(NAMES[0]))
    here.pen().set_state({"annotator": "fox-7"})
    mark_everything(here, key_of(NAMES[0]))
    commit(here, "restart")
    assert list(source.iterdir()) == []
    assert kept.is_file() and (kept.parent / "fox-7" / kept.name).is_file()
    assert f"Saved in {kept.parent / 'fox-7' / kept.name}" in shown(here.save())


def test_the_check_cell_finds_a_trial(tmp_path, monkeypatch):
    monkeypatch.chdir(course(tmp_path))
    with pytest.raises(CheckFailed, match="is not there yet"):
        check("answers/singer-tour-cues-4.json")
    mark_everything(exercise(NAMES[0]), key_of(NAMES[0]))
    assert check("answers/singer-tour-cues-4.json", at_least=5).answer == read_annotations(
        tmp_path / "course" / "trials" / NAMES[0] / "answers" / "singer-tour-cues-4.json")
