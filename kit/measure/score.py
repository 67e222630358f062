"""Counts of outcomes, and the ratios worked out from them."""

from collections.abc import Iterable
from dataclasses import astuple, dataclass

from kit.measure.match import Outcome, match
from kit.measure.sourcing import Traced, trace
from kit.model.annotations import AnnotationSet, AnswerKey
from kit.model.article import Article
from kit.model.labels import is_by_claim


@dataclass(frozen=True)
class Score:
    """Outcomes, counted; scores add up, ratios are worked out from the counts.

    ``right_label`` counts the found and loose marks whose label is right.  A ratio is 0 to 1,
    or None where there is nothing to divide by.  Works for sentences and claims as well: there
    the ``share`` is what counts.
    """

    found: int = 0
    loose: int = 0
    missed: int = 0
    extra: int = 0
    right_label: int = 0

    def __add__(self, other: "Score") -> "Score":
        if not isinstance(other, Score):
            return NotImplemented
        return Score(*(mine + theirs for mine, theirs in zip(astuple(self), astuple(other))))

    @property
    def asked(self) -> int:
        """How many core cues (or graded sentences) the key has."""
        return self.found + self.loose + self.missed

    @property
    def counted(self) -> int:
        """How many marks count: all but the free ones."""
        return self.found + self.loose + self.extra

    @property
    def precision(self) -> float | None:
        """Share of the marks that are in the key, a loose one half; None without marks."""
        return _ratio(2 * self.found + self.loose, 2 * self.counted)

    @property
    def recall(self) -> float | None:
        """Share of the key that was found, a loose mark half; None if the key is empty."""
        return _ratio(2 * self.found + self.loose, 2 * self.asked)

    @property
    def f1(self) -> float | None:
        """Balance of precision and recall; None if nothing was marked and nothing asked.

        Source:
            The F measure with beta = 1: van Rijsbergen (1979), "Information Retrieval",
            chapter 7; partial credit of one half as in MUC-5: Chinchor and Sundheim (1993).
        """
        return _ratio(2 * self.found + self.loose, self.asked + self.counted)

    @property
    def label_accuracy(self) -> float | None:
        """Share of the found and loose marks with a right label; None if there are none."""
        return _ratio(self.right_label, self.found + self.loose)

    @property
    def share(self) -> float | None:
        """For sentences: right ones / graded ones, a blank counting as wrong; None without any."""
        return _ratio(self.right_label, self.asked)


def score(article: Article, answer: AnnotationSet, key: AnswerKey) -> Score:
    """Return the score of an answer against a key.

    Raises:
        WrongArticleError: answer or key was made on another text.
        KitError: neither scheme reads as the other.
    """
    if is_by_claim(answer.scheme) and answer.scheme == key.scheme:
        return count_claims(trace(article, answer, key))
    return count(match(article, answer, key))


def count(outcomes: Iterable[Outcome]) -> Score:
    """Return outcomes, counted; free ones count nothing."""
    outcomes = tuple(outcomes)
    kinds = [outcome.kind for outcome in outcomes]
    return Score(kinds.count("found"), kinds.count("loose"), kinds.count("missed"), kinds.count("extra"),
                 sum(outcome.right_label is True for outcome in outcomes))


def count_claims(traced: Iterable[Traced]) -> Score:
    """Return claims, counted: one with a rung is found, and its label is right up to one rung off."""
    asked = [one for one in traced if one.asked]
    found = sum(one.off is not None for one in asked)
    return Score(found=found, missed=len(asked) - found, right_label=sum(one.fits for one in asked))


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None
