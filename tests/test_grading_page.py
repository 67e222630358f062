"""What the guide says of points is what the kit gives: the example by hand, and what guessing brings."""

import re
from fractions import Fraction
from pathlib import Path

import pytest

from kit.grading import Keys
from kit.grading.grade import FIRST, MENDED, REASONS, achieved, grade, worth
from kit.measure.score import Score
from kit.model.annotations import AnnotationSet
from kit.model.files import load_article
from kit.model.spans import Span
from kit.places.bootstrap import find_checkout

CHECKOUT = find_checkout()
PAGE, READING = ((CHECKOUT / "lessons" / "teacher" / f"{name}.md").read_text("utf-8") for name in ("grading", "reading-grades"))
COURSE = CHECKOUT / "exercises"
KEYS = Keys(COURSE / "keys")


def counts(name: str) -> Score:
    """Return the counts in the row of this name of the example."""
    found, loose, missed, extra = map(int, re.search(rf"\| {name} \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|", PAGE).groups())
    return Score(found=found, loose=loose, missed=missed, extra=extra)


def test_the_example_by_hand_is_what_the_formula_gives():
    first, mended = (achieved(counts(name), "cues-4") for name in ("first pass", "mended pass"))
    right, asked = map(int, re.search(r"Reasons: (\d) of (\d) fit", PAGE).groups())
    points = worth(first, mended, Fraction(right, asked), out_of=10)
    assert f"Of 10 points that is {points:g}." in PAGE
    for share in (first, mended, Fraction(right, asked)):
        assert f"= {float(share):.2f}." in PAGE
    whole = FIRST * first + MENDED * mended + REASONS * Fraction(right, asked)
    assert f"= {float(whole):.2f}. Of 10" in PAGE


def test_the_shares_in_the_table_are_those_of_the_formula():
    shares = dict(re.findall(r"^\| ([\w ]+) \| (\d+) % \|", PAGE, re.M))
    assert shares == {"first pass": str(int(100 * FIRST)), "mended pass": str(int(100 * MENDED)),
                      "reasons": str(int(100 * REASONS))}


def test_the_example_has_as_many_cues_as_the_key():
    (key,) = [key for key in KEYS if (key.article, key.scheme) == ("singer-tour", "cues")]
    for name in ("first pass", "mended pass"):
        score = counts(name)
        assert score.found + score.loose + score.missed == len(key.tier("core"))
    assert f"has {len(key.tier('core'))} cues" in PAGE


@pytest.mark.parametrize(("article", "scheme", "words", "most"), [
    ("focus-app", "roles", "One role for every sentence brings up to two fifths", Fraction(2, 5)),
    ("strait-collision", "sources", "One rung for every claim brings up to half", Fraction(1, 2))])
def test_what_one_label_for_everything_brings_is_as_the_page_says(article, scheme, words, most):
    assert words in READING
    text = load_article(article)
    (key,) = [key for key in KEYS if (key.article, key.scheme) == (article, scheme)]
    asked = [span for span in key.spans if span.label not in ("furniture", "source")]
    reached = []
    for label in {span.label for span in asked}:
        marks = [Span(span.start, span.end, label) for span in asked]
        reached.append(achieved(grade(text, AnnotationSet.on(text, scheme, "student", marks), key).mended, scheme))
    assert most - Fraction(1, 20) < max(reached) <= most


def test_every_exercise_is_on_the_page_for_teachers():
    page = (COURSE / "README.md").read_text("utf-8")
    named = re.findall(r"^\| `([\w-]+)` \|", page, re.M)
    assert named == sorted(path.name for path in (COURSE / "source").iterdir() if path.is_dir())
    assert [Path(CHECKOUT / "kit" / "articles" / f"{name}.exercise.json").is_file() for name in named] == [True] * len(named)
