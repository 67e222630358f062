"""Keys come from the course alone; answers are small plain files that say what they are."""

import json
import os
import re
from dataclasses import replace
from pathlib import Path

import pytest
from strategies import marked, marks_on

from kit.errors import CheckFailed, FileFormatError, KeyNotFound, KitError, WrongArticleError
from kit.grading.checking import CARRIED, check, grade_content, points
from kit.grading.keys import Keys, course_keys, find_key
from kit.model.annotations import AnnotationSet
from kit.model.files import load_article, read_key, save_annotations, save_article
from kit.model.labels import SCHEMES, mapping_between
from kit.model.plans import EXERCISE, plans

ROOT = Path(__file__).parents[1]
KEYS = ROOT / "exercises" / "keys"


@pytest.fixture
def singer():
    return load_article("singer-tour")


@pytest.fixture
def key():
    return read_key(KEYS / "singer-tour-cues.key.json")


def perfect(article, key) -> AnnotationSet:
    coarse = key.in_scheme("cues-4")
    return AnnotationSet.on(article, "cues-4", "student", [span for span in coarse.spans if span.tier == "core"])


@pytest.fixture
def course(tmp_path, singer, key):
    """A course with one student's answer, and the working folder of a grader."""
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\n")
    save_annotations(key, singer, tmp_path / "keys" / "singer-tour-cues.key.json")
    place = tmp_path / "autograded" / "ana" / "01"
    save_annotations(perfect(singer, key), singer, place / "answers" / "singer-tour-cues-4.json")
    return tmp_path


def named(id: str, text: str):
    article, key = marked(text)
    return replace(article, id=id), replace(key, article=id)


def at(monkeypatch, folder: Path) -> None:
    monkeypatch.delenv("KIT_KEYS", raising=False)
    monkeypatch.chdir(folder)


# Which folder


@pytest.mark.parametrize("stage", ["submitted", "autograded"])
def test_keys_lie_beside_the_configuration_of_the_course(course, monkeypatch, stage):
    place = course / stage / "ana" / "01"
    place.mkdir(parents=True, exist_ok=True)
    at(monkeypatch, place)
    assert course_keys() == course / "keys"


def test_the_folder_that_the_configuration_names_is_the_one(course, monkeypatch):
    at(monkeypatch, course / "autograded" / "ana" / "01")
    (course / "private").mkdir()
    monkeypatch.setenv("KIT_KEYS", str(course / "private"))
    assert course_keys() == course / "private"


@pytest.mark.parametrize("place", ["source/01", "release/01", "feedback/ana/01", "."])
def test_nowhere_else_is_there_a_key(course, monkeypatch, place):
    (course / place).mkdir(parents=True, exist_ok=True)
    at(monkeypatch, course / place)
    with pytest.raises(KeyNotFound, match="your teacher has the key and grades with it"):
        course_keys()


def test_a_course_that_a_student_hands_in_is_none(course, key, singer, monkeypatch):
    """A student's own nbgrader_config.py, keys and folders called autograded: nothing of it is believed."""
    place = course / "autograded" / "ana" / "01"
    (place / "nbgrader_config.py").write_text("")
    save_annotations(replace(key, spans=()), singer, place / "keys" / "singer-tour-cues.key.json")
    at(monkeypatch, place)
    assert course_keys() == course / "keys"
    inside = place / "autograded" / "ana" / "01"
    inside.mkdir(parents=True)
    (course / "nbgrader_config.py").unlink()
    with pytest.raises(KeyNotFound):
        course_keys()


@pytest.mark.parametrize("inside", ["autograded/ana/01/keys", "submitted/keys", "source/keys", "release/01/keys",
                                    "feedback/keys", "autograded"])
def test_a_named_folder_inside_what_is_handed_out_or_in_is_refused(course, monkeypatch, inside):
    (course / inside).mkdir(parents=True, exist_ok=True)
    at(monkeypatch, course / "autograded" / "ana" / "01")
    monkeypatch.setenv("KIT_KEYS", str(course / inside))
    with pytest.raises(KeyNotFound, match="cannot lie inside"):
        course_keys()


def test_a_link_in_place_of_the_keys_is_not_followed(course, monkeypatch):
    (course / "keys").rename(course / "elsewhere")
    (course / "keys").symlink_to(course / "elsewhere", target_is_directory=True)
    at(monkeypatch, course / "autograded" / "ana" / "01")
    with pytest.raises(KeyNotFound):
        course_keys()


# Which key


def test_a_link_to_a_key_is_no_key(tmp_path, course):
    (tmp_path / "links").mkdir()
    (tmp_path / "links" / "a.key.json").symlink_to(course / "keys" / "singer-tour-cues.key.json")
    with pytest.raises(KeyNotFound, match="no answer key"):
        Keys(tmp_path / "links")


def test_the_key_of_the_scheme_is_taken_and_a_fine_one_read_in_a_coarse_one():
    """A key that does not say what its exercise asks takes all labels that it can be read in."""
    keys, app, key = Keys(KEYS), load_article("focus-app"), read_key(KEYS / "focus-app-cues.key.json")
    fine = keys.key_for(AnnotationSet.on(app, "cues", "student"))
    coarse = keys.key_for(AnnotationSet.on(app, "cues-4", "student"))
    assert fine == key and fine.scheme == "cues"
    assert coarse == key.in_scheme("cues-4")
    assert keys.key_for(AnnotationSet.on(app, "roles", "student")).scheme == "roles"


@pytest.mark.parametrize("plan", plans(EXERCISE), ids=lambda plan: plan["id"])
def test_a_key_that_says_what_its_exercise_asks_takes_that_and_marks_without_pens(plan):
    """Coarser labels are easier, so they are another exercise; from paper, cues come without labels."""
    keys, article = Keys(KEYS), load_article(plan["article"])
    taken = set()
    for scheme in SCHEMES:
        try:
            keys.key_for(AnnotationSet.on(article, scheme, "student"))
            taken.add(scheme)
        except WrongArticleError as problem:
            assert f"an answer for {article.id}-{scheme}, and the exercise asks for {article.id}-" in str(problem)
        except KeyNotFound:
            pass
    of_this = {scheme for scheme in SCHEMES if mapping_between(plan["key"], scheme) is not None}
    assert taken & of_this == {plan["scheme"]} | ({"cues-1"} & of_this)


@pytest.mark.parametrize("scheme", sorted(SCHEMES))
def test_every_key_of_the_exercises_has_its_article(scheme):
    for key in Keys(KEYS):
        assert Keys(KEYS).article_of(key).fingerprint == key.fingerprint


def test_of_two_keys_for_one_article_the_one_for_this_text_is_taken(tmp_path):
    old, old_key = named("rain", "It [may|might] rain.")
    new, new_key = named("rain", "It [might|might] rain today.")
    for number, (article, key) in enumerate([(old, old_key), (new, new_key)]):
        save_annotations(key, article, tmp_path / f"{number}.key.json")
    save_article(new, tmp_path / "rain.json")
    keys = Keys(tmp_path)
    assert keys.key_for(marks_on(new)) == new_key
    assert keys.article_of(new_key) == new
    with pytest.raises(KitError, match="Put the rain.json of the key into"):
        keys.article_of(old_key)


def test_an_answer_for_a_text_that_no_key_has_is_told_apart_from_one_without_a_key(singer):
    keys = Keys(KEYS / "singer-tour-cues.key.json")
    with pytest.raises(WrongArticleError, match="made on text 000000000000"):
        keys.key_for(replace(AnnotationSet.on(singer, "cues", "student"), fingerprint="0" * 12))
    with pytest.raises(KeyNotFound, match="'sources'"):
        keys.key_for(AnnotationSet.on(singer, "sources", "student"))


def test_keys_that_are_not_there_or_broken_are_named(tmp_path):
    with pytest.raises(KeyNotFound, match="nowhere"):
        Keys(tmp_path / "nowhere")
    (tmp_path / "bad.key.json").write_text("{")
    with pytest.raises(FileFormatError, match="bad.key.json"):
        Keys(tmp_path)


def test_an_article_of_ones_own_is_found_beside_the_keys_or_in_a_folder_that_is_named(tmp_path):
    article, key = named("own", "It [may|might] rain.")
    save_annotations(key, article, tmp_path / "keys" / "own-cues-4.key.json")
    with pytest.raises(KitError, match=r"own\.json"):
        Keys(tmp_path / "keys").article_of(key)
    save_article(article, tmp_path / "articles" / "own.json")
    assert Keys(tmp_path / "keys").article_of(key) == article
    save_article(article, tmp_path / "texts" / "own.json")
    assert Keys(tmp_path / "keys", articles=tmp_path / "texts").article_of(key) == article


# The two cells


def test_points_are_a_plain_float(course, monkeypatch):
    at(monkeypatch, course / "autograded" / "ana" / "01")
    value = points("answers/singer-tour-cues-4.json", out_of=10)
    assert type(value) is float and value == 7.0   # all cues, none of the six reasons
    assert find_key(AnnotationSet.on(load_article("singer-tour"), "cues-4", "student")).scheme == "cues-4"


def test_without_a_key_there_are_no_points_and_the_message_says_who_has_it(course, monkeypatch, tmp_path_factory):
    away = tmp_path_factory.mktemp("student")
    os.rename(course / "autograded" / "ana" / "01" / "answers", away / "answers")
    at(monkeypatch, away)
    with pytest.raises(KeyNotFound, match="No answer key on this computer"):
        points("answers/singer-tour-cues-4.json")


def test_the_check_says_what_is_saved_and_never_what_is_right(course, monkeypatch, singer):
    at(monkeypatch, course / "autograded" / "ana" / "01")
    shown = check("answers/singer-tour-cues-4.json", at_least=5)
    content = Path("answers/singer-tour-cues-4.json").read_text("utf-8")
    assert shown._repr_mimebundle_()[CARRIED] == content
    assert "14 marks" in repr(shown) and "not checked yet" in repr(shown)


def test_the_check_asks_for_more_marks_first_and_carries_those_that_are_there(course, monkeypatch):
    at(monkeypatch, course / "autograded" / "ana" / "01")
    enough, fewer = (check("answers/singer-tour-cues-4.json", at_least=least) for least in (14, 15))
    shown = fewer._repr_mimebundle_()
    for text in (shown["text/plain"], re.sub("<style>.*?</style>|<[^>]*>", "", shown["text/html"], flags=re.DOTALL)):
        assert text.startswith("Not ready to hand in: you marked 14 of at least 15 places.")
    assert "Not ready" not in repr(enough)
    assert shown[CARRIED] == enough._repr_mimebundle_()[CARRIED]


def test_the_check_asks_for_a_first_mark(course, monkeypatch):
    at(monkeypatch, course / "autograded" / "ana" / "01")
    with pytest.raises(CheckFailed, match="is not there yet"):
        check("answers/singer-tour-cues.json")
    assert issubclass(CheckFailed, AssertionError)


def test_the_marks_of_a_code_are_found_and_those_of_two_are_asked_about(course, monkeypatch):
    place = course / "autograded" / "ana" / "01"
    at(monkeypatch, place)
    (place / "answers" / "K7").mkdir()
    (place / "answers" / "old").mkdir()
    (place / "answers" / "singer-tour-cues-4.json").rename(place / "answers" / "K7" / "singer-tour-cues-4.json")
    (place / "answers" / "old" / "singer-tour-cues-4.json").write_text("{}")
    assert points("answers/singer-tour-cues-4.json") == 7.0
    (place / "answers" / "M2").mkdir()
    (place / "answers" / "M2" / "singer-tour-cues-4.json").write_text("{}")
    with pytest.raises(CheckFailed, match="K7, M2"):
        points("answers/singer-tour-cues-4.json")


@pytest.mark.parametrize("link", ["answers/singer-tour-cues-4.json", "answers"])
def test_a_link_in_place_of_an_answer_is_not_followed(course, monkeypatch, link):
    place = course / "autograded" / "ana" / "01"
    at(monkeypatch, place)
    real = course / "real"
    (place / link).rename(real)
    (place / link).symlink_to(real)
    with pytest.raises(FileFormatError, match="link"):
        points("answers/singer-tour-cues-4.json")


def test_an_answer_to_an_easier_exercise_under_the_name_of_this_one_is_refused(course, monkeypatch, singer):
    place = course / "autograded" / "ana" / "01"
    at(monkeypatch, place)
    other = AnnotationSet.on(singer, "cues", "student")
    save_annotations(other, singer, place / "answers" / "singer-tour-cues-4.json")
    with pytest.raises(WrongArticleError, match="expected singer-tour-cues-4"):
        points("answers/singer-tour-cues-4.json")


@pytest.mark.parametrize(("change", "error"), [
    (lambda fields: fields | {"format": "kit/annotations/9"}, "kit/annotations/9"),
    (lambda fields: fields | {"format": "kit/key/1"}, "kit/key/1"),
    (lambda fields: fields | {"fingerprint": "0" * 12}, "made on text"),
    (lambda fields: fields | {"spans": 7}, "spans"),
    (lambda fields: fields | {"stage": "won"}, "stage"),
])
def test_what_is_no_answer_to_this_exercise_is_named(course, change, error):
    path = course / "autograded" / "ana" / "01" / "answers" / "singer-tour-cues-4.json"
    content = json.dumps(change(json.loads(path.read_text("utf-8"))))
    with pytest.raises(KitError, match=error):
        grade_content(content, name="ana.json", expected=path.stem, keys=Keys(course / "keys"))
