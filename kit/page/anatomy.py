"""The article anatomy: what each sentence does."""

from collections.abc import Sequence

from kit.model.annotations import AnnotationSet, AnswerKey, alike
from kit.model.article import Article
from kit.model.labels import Label
from kit.page import strip
from kit.page.markup import used
from kit.page.picture import (NARROW, PAPER, SOFT, WIDE, Canvas, Picture, Sign, heading_sign, require, room, tint)
from kit.page.strip import Block, Cue, Strip

_BAND = 26                # height of the bar
_BLOCK = 15               # least width of a sentence that carries a letter
_TINTS = {"claim": 0.45, "background": 0.0, "projection": 0.12, "furniture": 0.15}
_HATCHES = {"claim": "", "background": "////", "projection": "....", "reaction": "\\\\\\\\", "comment": "xxxx",
            "question": "++++", "other": "\\\\\\\\", "furniture": "|||||"}


def anatomy(article: Article, mine: AnnotationSet | None, key: AnswerKey | None,
            cues: AnnotationSet | None) -> Picture:
    """Return the article anatomy: a bar of sentences by role, own above the key's, cues on top.

    ``mine`` and ``key`` hold roles.  What is None is left out.

    Raises:
        WrongArticleError: a set was made on another text.
        KitError: the schemes of own roles and key do not read as one.
    """
    require(article, mine, key, cues)
    if mine is not None and key is not None:
        mine, key = alike(mine, key)
    figures = [_anatomy(article, mine, key, cues, width) for width in (WIDE, NARROW)]
    return Picture(*figures, "Article anatomy", strip.anatomy_words(article, mine, key, cues))


def _anatomy(article: Article, mine: AnnotationSet | None, key: AnswerKey | None, cues: AnnotationSet | None,
             width: int):
    wide = width == WIDE
    rows = strip.rows_for(article, tokens=600 if wide else 200, sentences=34 if wide else 13)
    laid = strip.strip(article, rows=rows, least=_BLOCK / room(width) * len(article.tokens) / rows * 1.25)
    canvas = Canvas(width, "What each sentence does", "The bar is the text, one block for each sentence.")
    lanes = [(name, strip.roles_of(article, one), gid) for name, one, gid
             in (("You", mine, "mine"), ("Key", key, "key")) if one is not None] or [("", {}, "none")]
    ticks = [cue for cue in strip.cues(article, cues) if not cue.open]
    for row in range(laid.rows):
        canvas.y += 14
        _ticks(canvas, laid, row, ticks)
        for name, roles, gid in lanes:
            for block in laid.blocks:
                if block.row == row:
                    _anatomy_block(canvas, block, roles.get(block.sentence), gid)
            canvas.names([(name, _BAND / 2)])
            canvas.bottom = canvas.y + _BAND + 6
            canvas.y = canvas.bottom
    present = used(*(one for one in (mine, key) if one is not None))
    canvas.legend([*[(label.name, _role_sign(label)) for label in present if label.id != "furniture"],
                  *[("cue", _tick_sign)] * bool(ticks),
                  *[("heading", heading_sign)] * any(block.heading for block in laid.blocks)])
    return canvas.done()


def _anatomy_block(canvas: Canvas, block: Block, role: Label | None, gid: str) -> None:
    left, right = canvas.x(block.start), canvas.x(block.end)
    if block.heading:
        canvas.line([(left + right) / 2] * 2, [canvas.y - 3, canvas.y + _BAND + 3], gid="heading")
        return
    _role_box(canvas, left, right, canvas.y, _BAND, role, gid)


def _role_box(canvas: Canvas, left: float, right: float, top: float, height: float, role: Label | None,
              gid: str) -> None:
    if role is None:
        canvas.box(left, top, right - left, height, facecolor=PAPER, edgecolor=SOFT, linestyle=":", linewidth=0.8,
                  gid=f"{gid}-none")
        return
    canvas.box(left, top, right - left, height, facecolor=tint(role.colour, _TINTS.get(role.id, 0.1)),
              hatch=_HATCHES.get(role.id, ""), edgecolor=role.colour, linewidth=0.8, gid=f"{gid}-{role.id}")
    canvas.text((left + right) / 2, top + height / 2, role.letter, weight="bold", align="center", plate=True)


def _ticks(canvas: Canvas, laid: Strip, row: int, ticks: Sequence[Cue]) -> None:
    for cue in ticks:
        at, x = laid.at(cue.first)
        if at == row:
            canvas.tick(canvas.x(x), canvas.y - 7, gid="cue")


def _role_sign(label: Label) -> Sign:
    return lambda canvas, x, y: _role_box(canvas, x - 11, x + 11, y - 9, 18, label, "legend")


def _tick_sign(canvas: Canvas, x: float, y: float) -> None:
    canvas.tick(x, y, gid="legend")
