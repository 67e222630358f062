"""The glossary has every word of the course once, and a lesson's link to a word finds it."""

import json
import re

import pytest
import reading

from kit.model.labels import SCHEMES
from kit.places.bootstrap import find_checkout
from kit.places.folder import originals

LESSONS = find_checkout() / "lessons"
NOTEBOOKS = sorted(LESSONS.glob("*.ipynb"))
TEXT = (LESSONS / "glossary.md").read_text("utf-8")
ENTRIES = dict(re.findall(r"^### ([^\n]+)\n\n(.*?)(?=\n##|\Z)", TEXT, re.M | re.S))

# The words of the code, which lessons and talk share.
HOUSE = ("article", "token", "extent", "span", "mark", "cue", "label", "scheme", "annotator", "annotation set", "answer",
         "key", "tier", "look-alike", "pass", "adjudication", "stand-off annotation", "fingerprint", "found", "loose",
         "missed", "extra", "match", "exact", "overlapping", "observed agreement", "expected agreement",
         "machine reader", "check", "points", "score")
LESSON_WORDS = ("claim", "background", "comment", "projection", "reaction", "still-true test", "loaded", "source", "origin",
                "rung", "core", "accepted", "contested", "mend", "agreement", "kappa", "baseline", "attribution", "hint")


def anchor(heading: str) -> str:
    """Return what a link to a heading ends with, on a code host and in JupyterLab alike."""
    assert re.fullmatch(r"[a-z0-9 -]+", heading), "other signs make an anchor that the two spell differently"
    return heading.replace(" ", "-")


ANCHORS = [anchor(heading) for heading in ENTRIES]


@pytest.mark.parametrize("word", HOUSE + LESSON_WORDS)
def test_a_word_of_the_course_is_in_it(word):
    assert word in ENTRIES


@pytest.mark.parametrize(("scheme", "name"), [(id, label.name) for id, one in SCHEMES.items() for label in one.labels])
def test_the_name_of_every_pen_is_in_it(scheme, name):
    on_the_pen = [line for body in ENTRIES.values() for line in body.split("\n") if line.startswith("- On the pen: ")]
    assert any(f"**{name}**" in line for line in on_the_pen), f"{name} of {scheme}"


def test_it_names_no_pen_that_there_is_not():
    named = {name for line in TEXT.split("\n") if line.startswith("- On the pen: ")
             for name in re.findall(r"\*\*(.+?)\*\*", line)}
    assert named <= {label.name for scheme in SCHEMES.values() for label in scheme.labels}


def test_anchors_are_unique_and_in_the_order_of_the_alphabet():
    found = re.findall(r"^### (.+)$", TEXT, re.M)
    assert found == sorted(found, key=str.lower)
    assert len(found) == len(set(found)) == len(ENTRIES)
    assert not {anchor.lower() for anchor in re.findall(r"^## (.+)$", TEXT, re.M)} & set(ANCHORS)


@pytest.mark.parametrize("word", ENTRIES)
def test_a_word_has_one_plain_sentence_an_example_and_its_name_elsewhere(word):
    first, _, rest = re.sub(r"\[([^]]+)\]\([^)]+\)", r"\1", ENTRIES[word]).partition("\n\n")
    assert first.endswith(".") and "\n" not in first and not re.search(r"[.?!] [A-Z]", first)
    assert len(reading.words(first)) <= 25
    assert [line.split(":")[0] for line in rest.strip().split("\n") if "On the pen" not in line] == ["- Example", "- Elsewhere"]


def test_its_sentences_are_for_readers_of_thirteen():
    first = [re.sub(r"\[([^]]+)\]\([^)]+\)", r"\1", body.split("\n\n")[0]) for body in ENTRIES.values()]
    assert reading.grade(first) <= 7


def test_its_own_links_lead_somewhere():
    links = re.findall(r"\]\(#([^)]+)\)", TEXT)
    assert links and set(links) <= set(ANCHORS)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_lesson_links_to_it_and_every_link_finds_its_word(path):
    words = "\n".join("".join(cell["source"]) for cell in json.loads(path.read_text("utf-8"))["cells"])
    links = re.findall(r"\]\(glossary\.md(?:#([^)]*))?\)", words)
    assert links and set(links) - {""} <= set(ANCHORS)


def test_a_students_folder_has_it_where_lessons_look_for_it():
    assert originals()["lessons/glossary.md"].read_text("utf-8") == TEXT
