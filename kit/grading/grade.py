"""From an answer and a key to points, by one formula.

Nothing here reads a file: what is graded is data, and grading it runs nobody's code.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from kit.measure.score import Score, Yardstick
from kit.model.annotations import AnnotationSet, AnswerKey
from kit.model.article import Article
from kit.model.labels import is_by_claim, is_by_sentence

# What a grade is made of.  They add up to one.
FIRST, MENDED, REASONS = Fraction(4, 10), Fraction(3, 10), Fraction(3, 10)


@dataclass(frozen=True)
class Grade:
    """What an answer is worth, with the counts behind it.

    ``first`` and ``mended`` count the two passes; without a first commit both are the marks as
    they stand.  ``right`` of ``asked`` chosen reasons fit the key.  ``points`` is a plain float
    from 0 to ``out_of``, in quarter points.  ``remarks`` say what a teacher should know, such as
    a missing first pass; empty if there is nothing.
    """

    article: Article
    answer: AnnotationSet
    key: AnswerKey
    first: Score
    mended: Score
    right: int
    asked: int
    points: float
    out_of: float
    remarks: tuple[str, ...] = ()

    @property
    def written(self) -> Mapping[str, str]:
        """The answers in a student's own words, by their ids: for the teacher to read, outside ``out_of``."""
        return {name: text for name, text in self.answer.responses.items()
                if name.startswith("written") and isinstance(text, str) and text.strip()}


def grade(article: Article, answer: AnnotationSet, key: AnswerKey, *, out_of: float = 10) -> Grade:
    """Return the grade of an answer against a key.

    Raises:
        WrongArticleError: answer or key was made on another text.
        KitError: neither scheme reads as the other.
        ValueError: ``out_of`` is not a number above 0.
    """
    answer.require(article)
    return grade_by(Yardstick(article, key, scheme=answer.scheme), answer, out_of=out_of)


def grade_by(yardstick: Yardstick, answer: AnnotationSet, *, out_of: float = 10) -> Grade:
    """Return the grade of one of many answers; raises as ``grade`` does."""
    article, key = yardstick.article, yardstick.key
    first, mended = yardstick.passes(answer)
    right, asked = right_choices(answer, key)
    points = worth(achieved(first, key.scheme), achieved(mended, key.scheme),
                   Fraction(right, asked) if asked else None, out_of=out_of)
    return Grade(article, answer, key, first, mended, right, asked, points, float(out_of), tuple(_remarks(answer)))


def achieved(counts: Score, scheme: str) -> Fraction | None:
    """Return what one pass reached, 0 to 1, as an exact fraction; None where nothing was asked or marked.

    F1 on core cues, or the share of right sentences or claims; see ``Score`` for the sources.
    """
    if is_by_sentence(scheme) or is_by_claim(scheme):
        return Fraction(counts.right_label, counts.asked) if counts.asked else None
    whole = counts.asked + counts.counted
    return Fraction(2 * counts.found + counts.loose, whole) if whole else None


def share(counts: Score, scheme: str) -> float | None:
    """Return what ``achieved`` does, as the nearest float."""
    return counts.share if is_by_sentence(scheme) or is_by_claim(scheme) else counts.f1


def worth(first: Fraction | None, mended: Fraction | None, reasons: Fraction | None, *, out_of: float) -> float:
    """Return points: 40 % the first pass, 30 % the mended one, 30 % the reasons.

    Each is a share from 0 to 1; None, where nothing was asked, counts as all of it.  The result
    lies between 0 and ``out_of`` and is a whole number of quarter points, halves rounded up.

    Raises:
        ValueError: ``out_of`` is not a number above 0.
    """
    if isinstance(out_of, bool) or not isinstance(out_of, (int, float)) or not 0 < out_of <= 10_000:
        raise ValueError(f"out_of is {out_of!r}, expected a number above 0, at most 10000")
    # Added up as whole numbers over one denominator: as exact as fractions, in a fifth of the time.
    over, under = 0, 1
    for weight, share in zip((FIRST, MENDED, REASONS), (first, mended, reasons)):
        reached = 1 if share is None else share
        part, whole = weight.numerator * reached.numerator, weight.denominator * reached.denominator
        over, under = over * whole + part * under, under * whole
    most, parts = float(out_of).as_integer_ratio()
    quarters = (8 * most * over + parts * under) // (2 * parts * under)  # 4 times the points, and one half
    return min(quarters / 4, float(out_of))


def right_choices(answer: AnnotationSet, key: AnswerKey) -> tuple[int, int]:
    """Return how many chosen reasons fit the key, and how many the key asks for.

    A question of the key counts 1 and takes one of its ``right`` choices.  One with ``many``
    counts as many as that and takes a list: each right choice counts, and each one chosen beyond
    ``many`` takes one back, so that choosing everything brings nothing.
    """
    right = asked = 0
    for name, choices, many in key.questions:
        chosen = answer.responses.get(name)
        asked += many or 1
        if not many:
            right += isinstance(chosen, str) and chosen in choices
        elif isinstance(chosen, list):
            picked = {one for one in chosen if isinstance(one, str)}
            right += min(many, max(0, len(picked & choices) - max(0, len(chosen) - many)))
    return right, asked


def _remarks(answer: AnnotationSet):
    if answer.first_pass is None:
        yield "Never checked: the final marks count as both passes."
    elif answer.stage == "mend":
        yield "Not finished: the marks as they stand count as the mended pass."
    if answer.started_again == "reasons":
        yield ("Started again after Finish: the questions, which name places in the text, had been open before this "
               "first pass. On a shared device that may have been somebody else's work.")
    elif answer.started_again:
        yield "Started again after a first check: this first pass is not the first one."
