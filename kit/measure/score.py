"""Counts of outcomes, and the ratios worked out from them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from kit.measure.match import Outcome, tally
from kit.measure.places import LaidKey
from kit.measure.sourcing import NEAR, Traced, asked_rungs, rungs_off
from kit.model.annotations import AnnotationSet, AnswerKey, alike, as_key
from kit.model.article import Article
from kit.model.labels import is_by_claim
from kit.model.spans import Span


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
        return Score(self.found + other.found, self.loose + other.loose, self.missed + other.missed,
                     self.extra + other.extra, self.right_label + other.right_label)

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


class Yardstick:
    """A key, ready to measure any number of answers: what hangs on the key alone is worked out once.

    ``scheme`` is that of the answers.  Both sides are read in the coarser of their schemes, and a
    classmate's set stands as a key.

    Raises:
        WrongArticleError: the key was made on another text.
        KitError: neither scheme reads as the other.
    """

    def __init__(self, article: Article, key: AnnotationSet, *, scheme: str) -> None:
        key.require(article)
        self.article, self.key = article, key
        self._key = alike(AnnotationSet.on(article, scheme, "student"), as_key(key))[1]

    def score(self, answer: AnnotationSet) -> Score:
        """Return the score of the marks as they stand.

        Raises:
            WrongArticleError: the answer was made on another text.
            KitError: it has a scheme that does not read as the key's.
        """
        answer.require(self.article)
        return self._measured(answer.in_scheme(self._key.scheme).spans)

    def passes(self, answer: AnnotationSet) -> tuple[Score, Score]:
        """Return the scores of the first pass and of the marks as they stand, which are one without a first pass.

        Raises:
            WrongArticleError, KitError: as ``score`` does.
        """
        answer.require(self.article)
        answer = answer.in_scheme(self._key.scheme)
        mended = self._measured(answer.spans)
        same = answer.first_pass is None or answer.first_pass == answer.spans
        return mended if same else self._measured(answer.first_pass), mended

    def _measured(self, spans: tuple[Span, ...]) -> Score:
        if is_by_claim(self._key.scheme):
            return _count_rungs(rungs_off(self._rungs, spans))
        return Score(*tally(self._laid, spans))

    @cached_property
    def _laid(self) -> LaidKey:
        return LaidKey(self.article, self._key)

    @cached_property
    def _rungs(self) -> Mapping[tuple[int, int], tuple[int, ...]]:
        return asked_rungs(self._key)


def score(article: Article, answer: AnnotationSet, key: AnswerKey) -> Score:
    """Return the score of an answer against a key; a ``Yardstick`` measures many of them.

    Raises:
        WrongArticleError: answer or key was made on another text.
        KitError: neither scheme reads as the other.
    """
    answer.require(article)
    return Yardstick(article, key, scheme=answer.scheme).score(answer)


def count(outcomes: Iterable[Outcome]) -> Score:
    """Return outcomes, counted; free ones count nothing."""
    outcomes = tuple(outcomes)
    kinds = [outcome.kind for outcome in outcomes]
    return Score(kinds.count("found"), kinds.count("loose"), kinds.count("missed"), kinds.count("extra"),
                 sum(outcome.right_label is True for outcome in outcomes))


def count_claims(traced: Iterable[Traced]) -> Score:
    """Return claims, counted: one with a rung is found, and its label is right up to one rung off."""
    return _count_rungs([one.off for one in traced if one.asked])


def _count_rungs(off: Sequence[int | None]) -> Score:
    """Return claims, counted, of which each has its distance in rungs from the key; None without a rung."""
    found = [steps for steps in off if steps is not None]
    return Score(found=len(found), missed=len(off) - len(found), right_label=sum(steps <= NEAR for steps in found))


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None
