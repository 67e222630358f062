"""One page on one's own way through the lessons, from the answer files alone."""

from collections.abc import Sequence
from pathlib import Path

from kit.measure.blind import number
from kit.measure.reasons import many
from kit.measure.score import Score
from kit.model.labels import is_by_claim, is_by_sentence
from kit.model.plans import LESSON, plans
from kit.page.answer import STUDENT
from kit.page.baselines import counts_line, meaning
from kit.page.course import Done, done_in
from kit.page.fitting import wrapped
from kit.page.picture import INK, SHADE, SOFT, Canvas, Picture, pictured

_APART = "Texts and tasks differ, so the dots of two lessons are not compared."
_MOST_FILES = 8  # that are named when they are left out
_MARGIN, _RIGHT = 22, 136  # where a scale begins; from its end to the edge, where the numbers stand
_LINE, _SCALE = 17, 26     # height of a line of words, of a scale
_RING, _DOT = 110, 34      # so that a dot is seen inside a ring


def progress(folder: str | Path = "answers") -> Picture:
    """Return one page on the lessons that have an answer file: both passes, reasons, the exit ticket.

    Numbers that tell of the key are left out until a lesson is finished.  Files that cannot be
    read, or that belong to no lesson, are named and left out; nothing is written.
    """
    done, left_out, person = done_in(Path(folder), plans(LESSON))
    title = "My lessons" if person == STUDENT else f"My lessons ({person})"
    return pictured(lambda width: _figure(done, title, width), title, "\n".join(_words(done, left_out, folder)))


# In words


def _words(done: Sequence[Done], left_out: Sequence[str], folder: str | Path) -> list[str]:
    if not done:
        told = [f"There is no answer of a lesson in the folder {folder} yet. Open a lesson and mark its text first."]
    else:
        told = [*(" ".join(_lesson_words(one)) for one in done), " ".join([*_meanings(done), _APART])]
    named = [f"Left out: {file}." for file in left_out[:_MOST_FILES]]
    named += [f"Left out: {many(len(left_out) - _MOST_FILES, 'other file')}."] * (len(left_out) > _MOST_FILES)
    return [*told, *[" ".join(named)] * bool(named)]


def _lesson_words(one: Done) -> list[str]:
    heading = f"{one.name}, “{one.article.title}”:"
    if not one.finished:
        return [heading, _unfinished(one), *_asked_words(one)]
    scheme = one.answer.scheme
    passes = [f"{name}: {counts_line(counts, scheme)}; {_told(one, counts)}." for name, counts in _passes(one)]
    return [heading, *passes, *_sure_words(one), *_asked_words(one)]


def _unfinished(one: Done) -> str:
    return f"not finished, {many(len(one.answer.spans), 'mark')} so far."


def _passes(one: Done) -> list[tuple[str, Score]]:
    return [(name, counts) for name, counts in (("First pass", one.first), ("Mended pass", one.mended)) if counts]


def _told(one: Done, counts: Score) -> str:
    found = number(counts, one.answer.scheme)
    return "no number" if found is None else f"{found:.2f}"


def _sure_words(one: Done) -> list[str]:
    counts = one.first or one.mended
    if not one.sure:
        return []
    scheme = one.answer.scheme
    by_sentence, by_claim = is_by_sentence(scheme), is_by_claim(scheme)
    right = counts.right_label if by_sentence or by_claim else counts.found
    thing = "claim" if by_claim else "sentence" if by_sentence else "cue"
    verb = "were right" if by_sentence or by_claim else "were found"
    return [f"Before the check you chose “{one.sure}”; {right} of {many(counts.asked, thing)} {verb} then."]


def _asked_words(one: Done) -> list[str]:
    parts = [f"{name}: {right} of {asked}{f', {asked - given} not answered' if given < asked else ''}."
             for name, (right, given, asked) in (("Reasons as in the key", one.reasons),
                                                 ("Questions from earlier", one.remembered)) if asked]
    return parts + [f"Exit ticket: “{one.ticket}”"] * bool(one.ticket)


def _meanings(done: Sequence[Done]) -> list[str]:
    return list(dict.fromkeys(f"In {one.name.lower()}, a {meaning(one.answer.scheme)}" for one in done if one.finished))


# As a figure


def _figure(done: Sequence[Done], title: str, width: int):
    canvas = Canvas(width, title, _APART)
    for one in done:
        canvas.y += 8
        canvas.line([12, width - 12], [canvas.y] * 2, color=SHADE, gid="row")
        canvas.y += 6
        _lesson(canvas, one)
    if not done:
        _write(canvas, "No lesson has an answer yet.")
    canvas.bottom = canvas.y
    if any(one.finished for one in done):
        canvas.legend([("first pass", lambda canvas, x, y: canvas.dot(x, y, filled=False, size=_RING, gid="legend")),
                       ("mended pass", lambda canvas, x, y: canvas.dot(x, y, filled=True, size=_DOT, gid="legend"))])
    return canvas.done()


def _lesson(canvas: Canvas, one: Done) -> None:
    _write(canvas, f"{one.name}: {one.article.title}", weight="bold")
    if not one.finished:
        _write(canvas, _unfinished(one).capitalize(), colour=SOFT)
        return
    for name, counts in _passes(one):
        _write(canvas, f"{name}: {counts_line(counts, one.answer.scheme)}", colour=SOFT)
    _scale(canvas, one)


def _write(canvas: Canvas, words: str, *, weight: str = "normal", colour: str = INK) -> None:
    line = wrapped(words, canvas.width - 24, weight=weight)[0]
    canvas.text(12, canvas.y + _LINE / 2, line, weight=weight, colour=colour)
    canvas.y += _LINE


def _scale(canvas: Canvas, one: Done) -> None:
    """Draw both passes between 0 and 1, with an arrow from the first to the mended one."""
    left, right, y = _MARGIN + 8, canvas.width - _RIGHT, canvas.y + _SCALE / 2
    canvas.line([left, right], [y, y], color=SOFT, width=0.8, gid="axis")
    canvas.text(left - 14, y, "0", colour=SOFT, align="center")
    canvas.text(right + 14, y, "1", colour=SOFT, align="center")
    places = []
    for _, counts in _passes(one):
        share = number(counts, one.answer.scheme)
        if share is not None:
            places.append(left + share * (right - left))
            if counts is one.first:
                canvas.dot(places[-1], y, filled=False, size=_RING, gid="first")
            else:
                canvas.dot(places[-1], y, filled=True, size=_DOT, gid="mended")
    if len(places) == 2:
        canvas.move(*places, y, gid="move")
    told = " → ".join(_told(one, counts) for _, counts in _passes(one))
    canvas.text(right + 38, y, told.replace("no number", "–"), weight="bold")
    canvas.y += _SCALE
