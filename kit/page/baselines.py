"""Own marks beside those that need no reading, and beside the machine reader's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kit.measure.blind import ALL, EVERYTHING, NOTHING, blind_answers, number
from kit.measure.score import Score, score
from kit.model.annotations import AnnotationSet, AnswerKey
from kit.model.article import Article
from kit.model.labels import CUES_1, SCHEMES, is_by_claim, is_by_sentence
from kit.page.fitting import wrapped
from kit.page.picture import NARROW, SHADE, SOFT, WIDE, Canvas, Picture, pictured, require
from kit.page.tally import score_line

_NAMES = {"mine": "My marks", "first": "My first pass", "mended": "My mended pass", "machine": "The machine reader"}
_LEFT = {WIDE: 236, NARROW: 22}  # where 0 is
_RIGHT = 60                      # from 1 to the edge; the numbers stand there
_ROW, _HEAD = 46, 20             # height of a row; of its name where that has a line of its own


@dataclass(frozen=True)
class Row:
    """One way of marking: whose it is, its counts, and its one number, 0 to 1, None without any.

    ``kind`` is first, mended, mine, machine or blind.
    """

    name: str
    kind: str
    counts: Score
    number: float | None


def baselines(article: Article, answer: AnnotationSet | None, key: AnswerKey, machine: AnnotationSet | None) -> Picture:
    """Return what each way of marking brings: own passes, the machine reader, everything, nothing.

    What is None is left out.  Made for after the last check: it tells numbers about the key.

    Raises:
        WrongArticleError: a set was made on another text.
        KitError: the scheme of a set does not read as that of the key.
    """
    require(article, answer, key, machine)
    scheme = answer.scheme if answer is not None else key.scheme
    rows = rows_of(article, answer, key, machine)
    return pictured(lambda width: _figure(rows, scheme, width), "Reading beside guessing", _words(rows, scheme))


def rows_of(article: Article, answer: AnnotationSet | None, key: AnswerKey,
            machine: AnnotationSet | None) -> tuple[Row, ...]:
    """Return the rows of the figure, the highest number first, those without a number last."""
    scheme = answer.scheme if answer is not None else key.scheme
    rows = [_row(article, kind, _NAMES[kind], one, key) for kind, one in passes(answer).items()]
    if machine is not None:
        rows.append(_row(article, "machine", _NAMES["machine"], machine, key))
    rows += [_row(article, "blind", _blind_name(name, scheme), one, key)
             for name, one in blind_answers(article, key.in_scheme(scheme), scheme).items()]
    return tuple(sorted(rows, key=lambda row: -1 if row.number is None else row.number, reverse=True))


def passes(answer: AnnotationSet | None) -> Mapping[str, AnnotationSet]:
    """Return the passes of an answer: "first" and, once it is finished, "mended"; "mine" before any check."""
    if answer is None:
        return {}
    if answer.first_pass is None:
        return {"mine": answer}
    return {"first": answer.first()} | ({"mended": answer} if answer.stage == "reasons" else {})


def _row(article: Article, kind: str, name: str, answer: AnnotationSet, key: AnswerKey) -> Row:
    counts = score(article, answer, key)
    return Row(name, kind, counts, number(counts, answer.scheme))


def _blind_name(name: str, scheme: str) -> str:
    if name == EVERYTHING:
        return "Everything marked"
    if name == NOTHING:
        return "Nothing marked"
    label = SCHEMES[scheme][name.removeprefix(ALL)]
    return f"Every claim on rung {label.letter}" if is_by_claim(scheme) else f"Every sentence “{label.name}”"


# In words


def _words(rows: Sequence[Row], scheme: str) -> str:
    told = [f"{row.name}: {counts_line(row.counts, scheme)}; {_told(row)}." for row in rows]
    return "\n".join((" ".join(told), f"{meaning(scheme)} {_cost(scheme)}".strip()))


def counts_line(counts: Score, scheme: str) -> str:
    """Return the counts that enter the one number of a score, in half a line."""
    # The labels of cues do not enter it, so they are not told beside it.
    return score_line(counts, CUES_1.id if SCHEMES[scheme].unit == "token" else scheme)


def _told(row: Row) -> str:
    return "no number" if row.number is None else f"{row.number:.2f}"


def meaning(scheme: str) -> str:
    """Return what 1 and 0 mean in a scheme."""
    if is_by_claim(scheme):
        return "1 means: every claim is on the key's rung or one beside it. 0 means: none is."
    if is_by_sentence(scheme):
        return "1 means: every sentence has a role that is in the key. 0 means: none has."
    return "1 means: all cues found, and nothing else marked. 0 means: no cue found."


def _cost(scheme: str) -> str:
    if is_by_claim(scheme) or is_by_sentence(scheme):
        return ""
    return "A mark too many costs as much as a mark too few."


# As a figure


def _figure(rows: Sequence[Row], scheme: str, width: int):
    canvas = Canvas(width, "Reading beside guessing", meaning(scheme))
    left, right, wide = _LEFT[width], width - _RIGHT, width == WIDE
    canvas.y += 8
    top = canvas.y
    for row in rows:
        _name(canvas, row, wide)
        canvas.y += 0 if wide else _HEAD
        y = canvas.y + 14
        _mark(canvas, row, left, right, y)
        canvas.text(right + 14, y, "–" if row.number is None else f"{row.number:.2f}", weight="bold")
        counts = wrapped(counts_line(row.counts, scheme), width - left - 12)[0]
        canvas.text(left, y + 18, counts, colour=SOFT, plate=True)
        canvas.y += _ROW
    for share in (0, 0.5, 1):
        x = left + share * (right - left)
        canvas.line([x, x], [top, canvas.y], color=SHADE, gid="axis", below=True)
        canvas.text(x, canvas.y + 10, f"{share:g}", colour=SOFT, align="center")
    canvas.bottom = canvas.y + 20
    return canvas.done()


def _name(canvas: Canvas, row: Row, wide: bool) -> None:
    own = row.kind in ("mine", "first", "mended")
    lines = wrapped(row.name, _LEFT[WIDE] - 32 if wide else canvas.width - 24, lines=2 if wide else 1)
    for at, line in enumerate(lines):
        canvas.text(12, canvas.y + (14 if wide else 12) + 16 * at, line, weight="bold" if own else "normal")


def _mark(canvas: Canvas, row: Row, left: float, right: float, y: float) -> None:
    if row.number is None:
        return
    x = left + row.number * (right - left)
    canvas.line([left, x], [y, y], color=SOFT, width=2, gid="bar")
    canvas.dot(x, y, filled=row.kind not in ("first", "blind"), square=row.kind in ("machine", "blind"), gid=row.kind)
