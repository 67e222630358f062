"""How points come about, in a table and a line of words: a part of the feedback."""

from dataclasses import dataclass
from fractions import Fraction

from kit.grading.grade import FIRST, MENDED, REASONS, Grade, achieved
from kit.measure.reasons import many
from kit.measure.score import Score
from kit.model.labels import is_by_claim, is_by_sentence
from kit.page import markup
from kit.page.markup import escape


@dataclass(frozen=True)
class _Part:
    name: str
    weight: Fraction
    counts: str
    share: Fraction | None


def how_points(grade: Grade) -> str:
    """Return points and the table of what they are made of, with a line that works one share out; HTML."""
    parts = _parts(grade)
    heads = ("What counts", "Counts", "Share", "Points")
    rows = [markup.row(heads, (f"{part.name} <small>{int(part.weight * 100)}&nbsp;%</small>", escape(part.counts),
                               _share(part.share), _worth(part, grade.out_of))) for part in parts]
    whole = sum((part.weight * _full(part) for part in parts), Fraction(0)) * Fraction(grade.out_of)
    rounded = "" if whole == Fraction(grade.points) else f" ({_number(whole)} before rounding to quarter points)"
    return (f"{total(grade.points, grade.out_of)}"
            f"{markup.table(heads, rows, caption=f'How the points come about{rounded}')}"
            f'<p class="kit-view-caption">{escape(_how(grade))}</p>')


def total(points: float, out_of: float) -> str:
    """Return points as they stand at the top of feedback."""
    return (f'<p class="kit-feedback-total"><b>{_number(Fraction(points))}</b> of {_number(Fraction(out_of))} '
            "points</p>")


def _parts(grade: Grade) -> list[_Part]:
    scheme = grade.key.scheme
    reasons = Fraction(grade.right, grade.asked) if grade.asked else None
    chosen = f"{grade.right} of {grade.asked} as in the key" if grade.asked else "none asked"
    return [_Part("First pass", FIRST, _counts(grade.first, scheme), achieved(grade.first, scheme)),
            _Part("Mended pass", MENDED, _counts(grade.mended, scheme), achieved(grade.mended, scheme)),
            _Part("Reasons", REASONS, chosen, reasons)]


def _counts(counts: Score, scheme: str) -> str:
    if is_by_claim(scheme):
        return (f"{counts.right_label} of {many(counts.asked, 'claim')} on the key's rung or beside it"
                + (f", {counts.missed} without a rung" if counts.missed else ""))
    if is_by_sentence(scheme):
        return (f"{counts.right_label} of {many(counts.asked, 'sentence')} as in the key"
                + (f", {counts.missed} without a label" if counts.missed else ""))
    partly = f", {counts.loose} partly" if counts.loose else ""
    return (f"{counts.found} found{partly}, {counts.missed} missed; "
            f"{many(counts.extra, 'mark')} not in the key")


def _share(share: Fraction | None) -> str:
    return "nothing asked" if share is None else f"{float(share):.2f}"


def _full(part: _Part) -> Fraction:
    return Fraction(1) if part.share is None else part.share


def _worth(part: _Part, out_of: float) -> str:
    most = part.weight * Fraction(out_of)
    return f"<b>{_number(most * _full(part))}</b> of {_number(most)}"


def _number(number: Fraction) -> str:
    """Return a number with at most two decimals, and none that say nothing."""
    return f"{float(number):.2f}".rstrip("0").rstrip(".")


def _how(grade: Grade) -> str:
    """Say how the share of the two passes is worked out, with the numbers of this answer."""
    scheme, counts = grade.key.scheme, grade.mended
    free = " What is open in the key costs nothing."
    if is_by_claim(scheme):
        return "A share is the claims on the key's rung, or one beside it, divided by all claims asked." + free
    if is_by_sentence(scheme):
        return "A share is the sentences with a role of the key, divided by all sentences asked." + free
    example = ""
    if counts.asked + counts.counted:
        credit = Fraction(2 * counts.found + counts.loose, 2)
        example = (f" For the mended pass: 2 × {_number(credit)} ÷ ({many(counts.asked, 'cue')} + "
                   f"{many(counts.counted, 'mark')}) = {_share(achieved(counts, scheme))}.")
    return (f"A share weighs what was found against what was missed and what is not in the key; "
            f"a cue that was partly found counts half.{example}{free}")
