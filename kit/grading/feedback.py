"""Feedback that a student can read: points and how they come about, what the key says, and why.

Static HTML without a script.  Everything a student wrote is escaped.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache

from kit.grading.grade import FIRST, MENDED, REASONS, Grade, achieved
from kit.grading.passes import Changes, changes
from kit.grading.questions import Question, in_words, questions, written_question
from kit.grading.shell import style_of, whole_page
from kit.measure.reasons import many
from kit.measure.row import RESULTS
from kit.measure.score import Score
from kit.model.labels import is_by_claim, is_by_sentence
from kit.page import comparison, markup
from kit.page.markup import escape
from kit.page.sheet import Sheet, sheet

_SHOWN = 8  # places that are named; of more, the number
_MOST_MARKS, _MOST_WRITTEN = 600, 20_000  # marks, characters: a file may hold more than a page can show
_DEEPEST = 20  # marks over one another; of more, a page would hold the text hundreds of times
_TOO_DEEP = "So many marks lie over one another here that the text cannot be drawn with them. The table has them."
_REM = re.compile(r"(?<![\w.])(-?\d*\.?\d+)rem\b")
_CUT = f"Only the first {_MOST_MARKS} marks are shown on this page; all of them were counted."
_ID = re.compile(r'id="(kit-[0-9a-f]{8})-')
_HELP = ("The key is one careful reading. Where you see it in another way, say so: "
         "a good reason is worth talking about.")


def feedback(grade: Grade, *, remarks: Iterable[str] = ()) -> str:
    """Return the feedback on an answer: a part of a page, with its style and without a script.

    ``remarks`` are further sentences for whoever reads it, such as where the answer came from.
    """
    shown = replace(grade.answer, spans=grade.answer.spans[:_MOST_MARKS],
                    first_pass=grade.answer.first_pass and grade.answer.first_pass[:_MOST_MARKS])
    cut = [_CUT] * (len(shown.spans) < len(grade.answer.spans))
    here = sheet(grade.article, shown, grade.key)
    parts = (_points(grade), _remarks((*grade.remarks, *cut, *remarks)), _second_look(grade, here),
             _marks(here), _reasons(grade), _written(grade), _text(here))
    return _section(f"Feedback: {grade.article.title}",
                    f"<h3>{escape(grade.article.title)}</h3>{''.join(parts)}", here.id)


def refused(problem: str, *, out_of: float) -> str:
    """Return what stands in the place of feedback where an answer could not be graded."""
    return _section("Feedback", f'<h3>This answer could not be graded</h3>{_total(0.0, out_of)}'
                    f'<p class="kit-view-notice" dir="auto">{"<br>".join(map(escape, problem.splitlines()))}</p>'
                    "<p>Tell your teacher if you handed in something else. Your own file is not changed.</p>")


def feedback_page(student: str, parts: Sequence[tuple[str, str]]) -> str:
    """Return one page for a student that needs nothing else; each part is a title and a fragment."""
    seen: set[str] = set()
    inner = [f'<section class="kit-part"><h2 dir="auto">{escape(title)}</h2>{_alone(fragment, seen)}</section>'
             for title, fragment in parts]
    if not parts:
        inner = ["<p>There is no answer to an exercise here.</p>"]
    return whole_page(f"Feedback for {student}" if student else "Feedback", _style() + "\n".join(inner))


def _alone(fragment: str, seen: set[str]) -> str:
    """Return a fragment whose ids nobody else on the page has, without the style that all share."""
    fragment = fragment.replace(_style(), "")
    found = _ID.search(fragment)
    if found:
        name, turn = found[1], 2
        while name in seen:
            name, turn = f"{found[1]}-{turn}", turn + 1
        seen.add(name)
        fragment = fragment.replace(found[1], name) if name != found[1] else fragment
    return fragment


def _section(name: str, inner: str, mark: str = "") -> str:
    return (f'<section class="kit-view kit-feedback {mark}" aria-label="{escape(name)}">'
            f"{_style()}{inner}</section>")


@cache
def _style() -> str:
    """Return the style of a fragment; its lengths hold where a page makes its root tiny, as nbgrader's does."""
    lines = style_of("view.css", "feedback.css").split("\n")
    # What a query compares cannot be a variable, and a variable cannot be made of itself.
    own = [line if line.startswith("@") or "--kit-rem:" in line
           else _REM.sub(r"calc(\1 * var(--kit-rem, 1rem))", line) for line in lines]
    return f"<style>{chr(10).join(own)}</style>"


# Points


@dataclass(frozen=True)
class _Part:
    name: str
    weight: Fraction
    counts: str
    share: Fraction | None


def _points(grade: Grade) -> str:
    parts = _parts(grade)
    heads = ("What counts", "Counts", "Share", "Points")
    rows = [markup.row(heads, (f"{part.name} <small>{int(part.weight * 100)}&nbsp;%</small>", escape(part.counts),
                               _share(part.share), _worth(part, grade.out_of))) for part in parts]
    whole = sum((part.weight * _full(part) for part in parts), Fraction(0)) * Fraction(grade.out_of)
    rounded = "" if whole == Fraction(grade.points) else f" ({_number(whole)} before rounding to quarter points)"
    return (f"{_total(grade.points, grade.out_of)}"
            f"{markup.table(heads, rows, caption=f'How the points come about{rounded}')}"
            f'<p class="kit-view-caption">{escape(_how(grade))}</p>')


def _total(points: float, out_of: float) -> str:
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


def _remarks(remarks: Iterable[str]) -> str:
    told = "".join(f'<p class="kit-view-notice" dir="auto">{escape(remark)}</p>' for remark in remarks)
    return told


# Between the passes


def _second_look(grade: Grade, here: Sheet) -> str:
    if grade.answer.first_pass is None:
        return ""
    held = changes(grade.article, here.sets[0], here.sets[1], here.rows)
    return f"<h4>What your second look changed</h4>{_changed(held, grade.key.scheme)}"


def _changed(held: Changes, scheme: str) -> str:
    if not held.any:
        return "<p>Nothing that counts: both passes have the same marks where the key asks.</p>"
    by_sentence = is_by_sentence(scheme) or is_by_claim(scheme)
    better = "Now as in the key" if by_sentence else "Found, or found better"
    worse = "No longer as in the key" if by_sentence else "No longer found, or not so well"
    lines = [_places(better, held.better, "+"), _places("Taken back, not in the key", held.gone, "+"),
             _places(worse, held.worse, "−"), _places("New, not in the key", held.new, "−")]
    return f'<ul class="kit-feedback-changes">{"".join(lines)}</ul>'


def _places(name: str, words: Sequence[str], sign: str) -> str:
    if not words:
        return ""
    named = ", ".join(f'<q dir="auto">{escape(_cut(one))}</q>' if not one.startswith("sentence ") else escape(one)
                      for one in words[:_SHOWN])
    more = f" and {len(words) - _SHOWN} more" if len(words) > _SHOWN else ""
    return f'<li><b aria-hidden="true">{sign}</b>{name} ({len(words)}): {named}{more}</li>'


def _cut(words: str) -> str:
    return words if len(words) <= 60 else words[:60].rsplit(" ", 1)[0] + " …"


# Beside the key


def _marks(here: Sheet) -> str:
    return (f"<h4>Your marks beside the key</h4>{comparison.table(here)}"
            f'<p class="kit-view-caption">{_HELP}</p>')


def _text(here: Sheet) -> str:
    if not here.rows:
        return ""
    deepest = max((stroke.lane + 1 for stroke in markup.strokes(here.sets[0])), default=0)
    drawn = comparison.lanes(here) if deepest <= _DEEPEST else f"<p>{_TOO_DEEP}</p>"
    return f"<h4>In the text</h4>{drawn}"


def _reasons(grade: Grade) -> str:
    asked = questions(grade.article, grade.key)
    if not asked:
        return ""
    heads = ("Question", "You chose", "In the key", "Result", "Why")
    rows = [markup.row(heads, _reason(grade, one, number)) for number, one in enumerate(asked, start=1)]
    return f"<h4>Your reasons</h4>{markup.table(heads, rows)}"


def _reason(grade: Grade, asked: Question, number: int) -> tuple[str, ...]:
    chosen = asked.chosen(grade.answer)
    right = asked.counted(grade.answer)
    said = [_choices(grade, asked, ids) for ids in (chosen, asked.right)]
    outcome = "match" if right == asked.many else "missed" if not chosen else "partly" if right else "label"
    word = ("As in the key" if outcome == "match" else "Not answered" if not chosen
            else f"{right} of {asked.many}" if asked.many > 1 else "Not in the key")
    return (f'<span class="kit-view-number">{number}</span> {escape(asked.ask or asked.id)}',
            said[0] or '<span class="kit-view-absent">not answered</span>', said[1],
            _result(outcome, word), escape(asked.note))


def _choices(grade: Grade, asked: Question, ids: Sequence[str]) -> str:
    more = f"<br>and {len(ids) - _SHOWN} more" if len(ids) > _SHOWN else ""
    return "<br>".join(f'<span dir="auto">{escape(in_words(one, asked, grade.article))}</span>'
                       for one in ids[:_SHOWN]) + more


def _result(outcome: str, word: str) -> str:
    return (f'<span class="kit-view-result" data-outcome="{outcome}"><b aria-hidden="true">{RESULTS[outcome][1]}</b> '
            f"{escape(word)}</span>")


def _written(grade: Grade) -> str:
    ask = written_question(grade.article.id, grade.key.scheme)
    if not ask and not grade.written:
        return ""
    question = f'<p class="kit-feedback-ask">{escape(ask)}</p>' if ask else ""
    said = "".join(f'<blockquote class="kit-feedback-said" dir="auto">{escape(_shown(text))}</blockquote>'
                   for text in grade.written.values()) or '<p class="kit-view-absent">You wrote nothing here.</p>'
    teacher = "<p>Your teacher reads this. Its points are apart from those above.</p>" if grade.written else ""
    return f"<h4>In your own words</h4>{question}{said}{teacher}"


def _shown(text: str) -> str:
    left = len(text) - _MOST_WRITTEN
    return text if left <= 0 else f"{text[:_MOST_WRITTEN]} … ({many(left, 'more character')} in the answer file)"
