"""Feedback that a student can read: points and how they come about, what the key says, and why.

Static HTML without a script.  Everything a student wrote is escaped.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache

from kit.grading import told
from kit.grading.grade import Grade
from kit.grading.passes import Changes, changes
from kit.grading.questions import Question, in_words, questions, written_question
from kit.grading.shell import style_of, whole_page
from kit.grading.sums import how_points, total
from kit.measure.reasons import many
from kit.measure.row import RESULTS
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
    parts = (how_points(grade), _remarks((*grade.remarks, *cut, *remarks)), _second_look(grade, here),
             _marks(here), _reasons(grade), _written(grade), _text(here))
    return _section(f"Feedback: {grade.article.title}",
                    f"<h3>{escape(grade.article.title)}</h3>{''.join(parts)}", here.id)


def refused(problem: str, *, out_of: float, is_there: bool = True) -> str:
    """Return what stands in the place of feedback where an answer could not be graded, or is not there."""
    heading, kept = (("This answer could not be graded", " Your own file is not changed.") if is_there
                     else ("There is no answer here", ""))
    lines = "<br>".join(map(escape, told.problem(problem).splitlines()))
    return _section("Feedback", f"<h3>{heading}</h3>{total(0.0, out_of)}"
                    f'<p class="kit-view-notice" dir="auto">{lines}</p>'
                    f"<p>Tell your teacher if you handed in something else.{kept}</p>")


def not_yet(problem: str) -> str:
    """Return what stands in the place of feedback where the teacher has to do something first; it names no points."""
    return _section("Feedback", f"<h3>{escape(told.not_yet(problem))}</h3>"
                    "<p>Your answer is there. There is nothing for you to do.</p>")


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


def _remarks(remarks: Iterable[str]) -> str:
    return "".join(f'<p class="kit-view-notice" dir="auto">{escape(told.remark(one))}</p>' for one in remarks)


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
    return (f"<h4>Your marks beside the key</h4>{comparison.hint(here)}{comparison.table(here)}"
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
    return f"<h4>Your reasons</h4>{markup.table(heads, rows, sentences=True)}"


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
