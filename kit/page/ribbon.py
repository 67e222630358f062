"""The certainty ribbon: where a text is sure and where it is not."""

from collections.abc import Sequence

from kit.measure.reasons import many
from kit.model.annotations import AnnotationSet, AnswerKey, alike
from kit.model.article import Article
from kit.model.labels import Label
from kit.page import strip
from kit.page.markup import used
from kit.page.picture import (
    MARKERS,
    PAPER,
    PITCH,
    SHADE,
    SOFT,
    WIDE,
    Canvas,
    Picture,
    Sign,
    heading_sign,
    pictured,
    require,
)
from kit.page.strip import BACKGROUND, Block, Cue, Strip

_BAND = 26                # height of the ribbon
_LEVELS = 6               # so many cues stand above one another before they overlap


def ribbon(article: Article, mine: AnnotationSet | None, key: AnswerKey | None,
           roles: AnswerKey | None) -> Picture:
    """Return the certainty ribbon: the text from left to right, own cues above, the key's below.

    Background sentences are shaded.  What is None is left out.

    Raises:
        WrongArticleError: a set was made on another text.
        KitError: the schemes of marks and key do not read as one.
    """
    require(article, mine, key, roles)
    if mine is not None and key is not None:
        mine, key = alike(mine, key)
    return pictured(lambda width: _ribbon(article, mine, key, roles, width),
                    "Certainty ribbon", _words(article, mine, key, roles))


# In words


def _words(article: Article, mine: AnnotationSet | None, key: AnswerKey | None,
                 roles: AnnotationSet | None) -> str:
    """Return in words what the certainty ribbon shows."""
    shaded = {sentence for sentence, role in strip.roles_of(article, roles).items() if role.id == BACKGROUND}
    own, theirs = strip.cues(article, mine), strip.cues(article, key)
    asked = [cue for cue in theirs if not cue.open]
    parts = [_own_words(mine, own), _key_words(key, theirs)]
    if roles is not None:
        body = len(article.sentences) - len(article.headings)
        parts.append(f"{len(shaded - article.headings)} of {many(body, 'sentence')} are background.")
        inside = [f"{sum(cue.sentence in shaded for cue in held)} of {whose} cues" for whose, held, there
                  in (("your", own, mine), ("the key's", asked, key)) if there is not None]
        parts += [f"In them: {', '.join(inside)}."] if inside else []
    return " ".join(parts)


def _own_words(mine: AnnotationSet | None, own: Sequence[Cue]) -> str:
    if mine is None:
        return "Your own marks are not in this picture."
    if not own:
        return "You marked no cue."
    return f"You marked {many(len(own), 'cue')}: {strip.by_label((cue.label for cue in own), used(mine))}."


def _key_words(key: AnswerKey | None, theirs: Sequence[Cue]) -> str:
    if key is None:
        return "There is no key in this picture."
    asked = [cue.label for cue in theirs if not cue.open]
    opened = len(theirs) - len(asked)
    names = f": {strip.by_label(asked, used(key))}" if asked else ""
    more = f" {opened} more may be marked or not." if opened else ""
    return f"The key has {many(len(asked), 'cue')}{names}.{more}"


# As a figure


def _ribbon(article: Article, mine: AnnotationSet | None, key: AnswerKey | None, roles: AnswerKey | None,
            width: int):
    wide = width == WIDE
    laid = strip.strip(article, rows=strip.rows_for(article, tokens=700 if wide else 210, sentences=80))
    canvas = Canvas(width, "Where the writer is not certain", "The bar is the text, from first word to last.")
    shaded = {number for number, role in strip.roles_of(article, roles).items() if role.id == BACKGROUND}
    own, theirs = strip.cues(article, mine), strip.cues(article, key)
    labels = used(*(one for one in (mine, key) if one is not None))
    shapes = {label: MARKERS[number % len(MARKERS)] for number, label in enumerate(labels)}
    for row in range(laid.rows):
        after = _ribbon_row(canvas, laid, row, shaded, [cue for cue in own if laid.at(cue.first)[0] == row],
                            [cue for cue in theirs if laid.at(cue.first)[0] == row], shapes)
        names = [("You", -16, mine), ("Key", _BAND + 16, key)]
        canvas.names([(name, y) for name, y, one in names if one is not None])
        canvas.y = canvas.bottom = after
    canvas.legend([*[(label.name, _marker_sign(label, shape)) for label, shape in shapes.items()],
                  *[("may be marked or not", _open_sign)] * any(cue.open for cue in theirs),
                  *[("background sentence", _shade_sign)] * bool(shaded),
                  *[("heading", heading_sign)] * any(block.heading for block in laid.blocks)])
    return canvas.done()


def _ribbon_row(canvas: Canvas, laid: Strip, row: int, shaded: set[int], own: Sequence[Cue],
                theirs: Sequence[Cue], shapes: dict[Label, str]) -> float:
    """Draw one row, and return where the next may begin."""
    above, below = _levels(canvas, laid, own), _levels(canvas, laid, theirs)
    canvas.y += 8 + PITCH * (max(above, default=0) + 1)
    for block in laid.blocks:
        if block.row == row:
            _ribbon_block(canvas, block, block.sentence in shaded)
    for held, levels, side, gid in ((own, above, -1, "mine"), (theirs, below, 1, "key")):
        for cue, level in zip(held, levels):
            _ribbon_cue(canvas, laid, cue, level, side, gid, shapes[cue.label])
    depth = PITCH * (max(below) + 1) + 6 if below else 0
    return canvas.y + _BAND + depth + 8


def _ribbon_block(canvas: Canvas, block: Block, shaded: bool) -> None:
    left, right = canvas.x(block.start), canvas.x(block.end)
    if block.heading:
        canvas.line([(left + right) / 2] * 2, [canvas.y - 6, canvas.y + _BAND + 6], gid="heading")
        return
    canvas.box(left, canvas.y, right - left, _BAND, edgecolor=SOFT, linewidth=0.7,
              facecolor=SHADE if shaded else PAPER, hatch="////" if shaded else None,
              gid="background" if shaded else "sentence")


def _levels(canvas: Canvas, laid: Strip, held: Sequence[Cue]) -> list[int]:
    """Return how high each cue stands, so that no two markers overlap; 0 is next to the bar."""
    ends = [float("-inf")] * _LEVELS
    levels = []
    for cue in held:
        x = canvas.x(laid.at(cue.first)[1])
        free = next((level for level, end in enumerate(ends) if end + PITCH <= x), _LEVELS - 1)
        ends[free] = x
        levels.append(free)
    return levels


def _ribbon_cue(canvas: Canvas, laid: Strip, cue: Cue, level: int, side: int, gid: str, shape: str) -> None:
    x = canvas.x(laid.at(cue.first)[1])
    edge = canvas.y if side < 0 else canvas.y + _BAND
    y = edge + side * (PITCH * (level + 0.5) + 6)
    # The stem runs into the bar: where own and key meet, the line goes through.
    canvas.line([x, x], [y, canvas.y + _BAND / 2], color=cue.label.colour, width=2.2, gid=f"{gid}-stem")
    canvas.marker(x, y, cue.label, shape, open=cue.open, gid=f"{gid}-open" if cue.open else gid)


def _marker_sign(label: Label, shape: str) -> Sign:
    return lambda canvas, x, y: canvas.marker(x, y, label, shape, gid="legend")


def _open_sign(canvas: Canvas, x: float, y: float) -> None:
    canvas.marker(x, y, Label("", "", "", SOFT, "solid", " "), "o", open=True, gid="legend")


def _shade_sign(canvas: Canvas, x: float, y: float) -> None:
    canvas.box(x - 9, y - 7, 18, 14, facecolor=SHADE, hatch="////", edgecolor=SOFT, linewidth=0.7, gid="legend")
