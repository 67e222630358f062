"""Figures with matplotlib, each followed by "In words:" with the same numbers.

Figures are made without pyplot, so that another thread may draw them, and with the fonts
that matplotlib brings along.  A length is a CSS pixel of the page.
"""

import base64
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kit.model.annotations import AnnotationSet, AnswerKey, alike
from kit.model.article import Article
from kit.model.labels import Label
from kit.page import strip
from kit.page.markup import escape, used
from kit.page.strip import BACKGROUND, Block, Cue, Strip

WIDE, NARROW = 720, 360   # widths of a figure; the narrow one is for a telephone
_SHARP = 2                # dots per pixel
_INK, _SOFT, _PAPER, _SHADE = "#1d1b19", "#55524e", "#ffffff", "#e4e2de"
_TITLE, _SMALL = 11.5, 9.5  # points
_LEFT, _RIGHT = 42, 12    # room beside the strip; the names of the lanes stand left
_MARKERS = ("o", "s", "D", "p", "h", "8", "P")
_AREAS = {"D": 0.86, "p": 1.2, "h": 1.12, "s": 0.88, "P": 1.3}  # so that all look equally large
_MARKER, _PITCH = 17, 19  # size of a marker, distance of two
_BAND = 26                # height of the ribbon
_BLOCK = 15               # least width of a sentence that carries a letter
_LEVELS = 6               # so many cues stand above one another before they overlap
_TINTS = {"claim": 0.45, "background": 0.0, "projection": 0.12, "furniture": 0.15}
_HATCHES = {"claim": "", "background": "////", "projection": "....", "reaction": "\\\\\\\\", "comment": "xxxx",
            "question": "++++", "other": "\\\\\\\\", "furniture": "|||||"}


@dataclass(frozen=True)
class Picture:
    """A figure, its narrow form, and the same in words; shown with both in a notebook."""

    figure: object
    narrow: object
    title: str
    words: str

    def png(self, *, narrow: bool = False) -> bytes:
        """Return the figure as an image; the same data give the same bytes."""
        from matplotlib.backends.backend_agg import FigureCanvasAgg

        out = io.BytesIO()
        # Not Figure.savefig: a notebook's settings for saving would crop and rescale it.
        FigureCanvasAgg(self.narrow if narrow else self.figure).print_png(out, metadata={"Software": None})
        return out.getvalue()

    def _repr_html_(self) -> str:
        wide, small = (base64.b64encode(self.png(narrow=narrow)).decode() for narrow in (False, True))
        return ('<figure style="margin:0"><picture>'
                f'<source media="(max-width: {WIDE + 40}px)" srcset="data:image/png;base64,{small}" width="{NARROW}">'
                f'<img src="data:image/png;base64,{wide}" width="{WIDE}" style="max-width:100%;height:auto"'
                f' alt="{escape(self.title)}. {escape(self.words)}"></picture>'
                f'<figcaption style="max-width:{WIDE}px"><p><b>In words:</b> {escape(self.words)}</p>'
                "</figcaption></figure>")

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict:
        return {"text/html": self._repr_html_(), "image/png": base64.b64encode(self.png()).decode(),
                "text/plain": str(self)}

    def __str__(self) -> str:
        return f"{self.title}\nIn words: {self.words}"

    __repr__ = __str__


def ribbon(article: Article, mine: AnnotationSet | None, key: AnswerKey | None,
           roles: AnswerKey | None) -> Picture:
    """Return the certainty ribbon: the text from left to right, own cues above, the key's below.

    Background sentences are shaded.  What is None is left out.

    Raises:
        WrongArticleError: a set was made on another text.
        KitError: the schemes of marks and key do not read as one.
    """
    _require(article, mine, key, roles)
    if mine is not None and key is not None:
        mine, key = alike(mine, key)
    figures = [_ribbon(article, mine, key, roles, width) for width in (WIDE, NARROW)]
    return Picture(*figures, "Certainty ribbon", strip.ribbon_words(article, mine, key, roles))


def anatomy(article: Article, mine: AnnotationSet | None, key: AnswerKey | None,
            cues: AnnotationSet | None) -> Picture:
    """Return the article anatomy: a bar of sentences by role, own above the key's, cues on top.

    ``mine`` and ``key`` hold roles.  What is None is left out.

    Raises:
        WrongArticleError: a set was made on another text.
        KitError: the schemes of own roles and key do not read as one.
    """
    _require(article, mine, key, cues)
    if mine is not None and key is not None:
        mine, key = alike(mine, key)
    figures = [_anatomy(article, mine, key, cues, width) for width in (WIDE, NARROW)]
    return Picture(*figures, "Article anatomy", strip.anatomy_words(article, mine, key, cues))


def _require(article: Article, *sets: AnnotationSet | None) -> None:
    for one in sets:
        if one is not None:
            one.require(article)


def _ribbon(article: Article, mine: AnnotationSet | None, key: AnswerKey | None, roles: AnswerKey | None,
            width: int):
    wide = width == WIDE
    laid = strip.strip(article, rows=strip.rows_for(article, tokens=700 if wide else 210, sentences=80))
    sheet = _Sheet(width, "Where the writer is not certain", "The bar is the text, from first word to last.")
    shaded = {number for number, role in strip.roles_of(article, roles).items() if role.id == BACKGROUND}
    own, theirs = strip.cues(article, mine), strip.cues(article, key)
    labels = used(*(one for one in (mine, key) if one is not None))
    shapes = {label: _MARKERS[number % len(_MARKERS)] for number, label in enumerate(labels)}
    for row in range(laid.rows):
        after = _ribbon_row(sheet, laid, row, shaded, [cue for cue in own if laid.at(cue.first)[0] == row],
                            [cue for cue in theirs if laid.at(cue.first)[0] == row], shapes)
        names = [("You", -16, mine), ("Key", _BAND + 16, key)]
        sheet.names([(name, y) for name, y, one in names if one is not None])
        sheet.y = sheet.bottom = after
    sheet.legend([*[(label.name, _marker_sign(label, shape)) for label, shape in shapes.items()],
                  *[("may be marked or not", _open_sign)] * any(cue.open for cue in theirs),
                  *[("background sentence", _shade_sign)] * bool(shaded),
                  *[("heading", _heading_sign)] * any(block.heading for block in laid.blocks)])
    return sheet.done()


def _ribbon_row(sheet: "_Sheet", laid: Strip, row: int, shaded: set[int], own: Sequence[Cue],
                theirs: Sequence[Cue], shapes: dict[Label, str]) -> float:
    """Draw one row, and return where the next may begin."""
    above, below = _levels(sheet, laid, own), _levels(sheet, laid, theirs)
    sheet.y += 8 + _PITCH * (max(above, default=0) + 1)
    for block in laid.blocks:
        if block.row == row:
            _ribbon_block(sheet, block, block.sentence in shaded)
    for held, levels, side, gid in ((own, above, -1, "mine"), (theirs, below, 1, "key")):
        for cue, level in zip(held, levels):
            _ribbon_cue(sheet, laid, cue, level, side, gid, shapes[cue.label])
    depth = _PITCH * (max(below) + 1) + 6 if below else 0
    return sheet.y + _BAND + depth + 8


def _ribbon_block(sheet: "_Sheet", block: Block, shaded: bool) -> None:
    left, right = sheet.x(block.start), sheet.x(block.end)
    if block.heading:
        sheet.line([(left + right) / 2] * 2, [sheet.y - 6, sheet.y + _BAND + 6], gid="heading")
        return
    sheet.box(left, sheet.y, right - left, _BAND, edgecolor=_SOFT, linewidth=0.7,
              facecolor=_SHADE if shaded else _PAPER, hatch="////" if shaded else None,
              gid="background" if shaded else "sentence")


def _levels(sheet: "_Sheet", laid: Strip, held: Sequence[Cue]) -> list[int]:
    """Return how high each cue stands, so that no two markers overlap; 0 is next to the bar."""
    ends = [float("-inf")] * _LEVELS
    levels = []
    for cue in held:
        x = sheet.x(laid.at(cue.first)[1])
        free = next((level for level, end in enumerate(ends) if end + _PITCH <= x), _LEVELS - 1)
        ends[free] = x
        levels.append(free)
    return levels


def _ribbon_cue(sheet: "_Sheet", laid: Strip, cue: Cue, level: int, side: int, gid: str, shape: str) -> None:
    x = sheet.x(laid.at(cue.first)[1])
    edge = sheet.y if side < 0 else sheet.y + _BAND
    y = edge + side * (_PITCH * (level + 0.5) + 6)
    # The stem runs into the bar: where own and key meet, the line goes through.
    sheet.line([x, x], [y, sheet.y + _BAND / 2], color=cue.label.colour, width=2.2, gid=f"{gid}-stem")
    sheet.marker(x, y, cue.label, shape, open=cue.open, gid=f"{gid}-open" if cue.open else gid)


def _marker_sign(label: Label, shape: str):
    return lambda sheet, x, y: sheet.marker(x, y, label, shape, gid="legend")


def _open_sign(sheet: "_Sheet", x: float, y: float) -> None:
    sheet.marker(x, y, Label("", "", "", _SOFT, "solid", " "), "o", open=True, gid="legend")


def _shade_sign(sheet: "_Sheet", x: float, y: float) -> None:
    sheet.box(x - 9, y - 7, 18, 14, facecolor=_SHADE, hatch="////", edgecolor=_SOFT, linewidth=0.7, gid="legend")


def _heading_sign(sheet: "_Sheet", x: float, y: float) -> None:
    sheet.line([x, x], [y - 8, y + 8], gid="legend")


def _anatomy(article: Article, mine: AnnotationSet | None, key: AnswerKey | None, cues: AnnotationSet | None,
             width: int):
    wide = width == WIDE
    rows = strip.rows_for(article, tokens=600 if wide else 200, sentences=34 if wide else 13)
    laid = strip.strip(article, rows=rows, least=_BLOCK / _room(width) * len(article.tokens) / rows * 1.25)
    sheet = _Sheet(width, "What each sentence does", "The bar is the text, one block for each sentence.")
    lanes = [(name, strip.roles_of(article, one), gid) for name, one, gid
             in (("You", mine, "mine"), ("Key", key, "key")) if one is not None] or [("", {}, "none")]
    ticks = [cue for cue in strip.cues(article, cues) if not cue.open]
    for row in range(laid.rows):
        sheet.y += 14
        _ticks(sheet, laid, row, ticks)
        for name, roles, gid in lanes:
            for block in laid.blocks:
                if block.row == row:
                    _anatomy_block(sheet, block, roles.get(block.sentence), gid)
            sheet.names([(name, _BAND / 2)])
            sheet.bottom = sheet.y + _BAND + 6
            sheet.y = sheet.bottom
    present = used(*(one for one in (mine, key) if one is not None))
    sheet.legend([*[(label.name, _role_sign(label)) for label in present if label.id != "furniture"],
                  *[("cue", _tick_sign)] * bool(ticks),
                  *[("heading", _heading_sign)] * any(block.heading for block in laid.blocks)])
    return sheet.done()


def _anatomy_block(sheet: "_Sheet", block: Block, role: Label | None, gid: str) -> None:
    left, right = sheet.x(block.start), sheet.x(block.end)
    if block.heading:
        sheet.line([(left + right) / 2] * 2, [sheet.y - 3, sheet.y + _BAND + 3], gid="heading")
        return
    _role_box(sheet, left, right, sheet.y, _BAND, role, gid)


def _role_box(sheet: "_Sheet", left: float, right: float, top: float, height: float, role: Label | None,
              gid: str) -> None:
    if role is None:
        sheet.box(left, top, right - left, height, facecolor=_PAPER, edgecolor=_SOFT, linestyle=":", linewidth=0.8,
                  gid=f"{gid}-none")
        return
    sheet.box(left, top, right - left, height, facecolor=_tint(role.colour, _TINTS.get(role.id, 0.1)),
              hatch=_HATCHES.get(role.id, ""), edgecolor=role.colour, linewidth=0.8, gid=f"{gid}-{role.id}")
    sheet.text((left + right) / 2, top + height / 2, role.letter, weight="bold", align="center", plate=True)


def _ticks(sheet: "_Sheet", laid: Strip, row: int, ticks: Sequence[Cue]) -> None:
    for cue in ticks:
        at, x = laid.at(cue.first)
        if at == row:
            sheet.tick(sheet.x(x), sheet.y - 7, gid="cue")


def _role_sign(label: Label):
    return lambda sheet, x, y: _role_box(sheet, x - 11, x + 11, y - 9, 18, label, "legend")


def _tick_sign(sheet: "_Sheet", x: float, y: float) -> None:
    sheet.tick(x, y, gid="legend")


def _tint(colour: str, share: float) -> tuple[float, ...]:
    """Return a colour mixed with white; ``share`` of it, 0 to 1."""
    return tuple(1 - share * (1 - int(colour[at:at + 2], 16) / 255) for at in (1, 3, 5))


def _room(width: int) -> float:
    return width - _LEFT - _RIGHT


class _Sheet:
    """A figure that grows downwards; ``y`` is where the next thing is drawn."""

    def __init__(self, width: int, title: str, below: str) -> None:
        from matplotlib.figure import Figure

        self.width, self.y, self.bottom = width, 0.0, 0.0
        self.figure = Figure(figsize=(width / 96, 1), dpi=96 * _SHARP, facecolor=_PAPER)
        self.axes = self.figure.add_axes((0, 0, 1, 1))
        self.axes.set_axis_off()
        self.text(12, 18, title, size=_TITLE, weight="bold")
        self.text(12, 38, below, colour=_SOFT)
        self.y = self.bottom = 48

    def x(self, share: float) -> float:
        """Return the place of a share of the strip."""
        return _LEFT + share * _room(self.width)

    def text(self, x: float, y: float, words: str, *, size: float = _SMALL, weight: str = "normal",
             colour: str = _INK, align: str = "left", plate: bool = False) -> None:
        box = {"boxstyle": "round,pad=0.12", "facecolor": _PAPER, "edgecolor": "none"} if plate else None
        self.axes.text(x, y, words, color=colour, ha=align, va="center_baseline" if align == "center" else "center",
                       parse_math=False, bbox=box, fontproperties=_font(size, weight), zorder=5)

    def names(self, names: Iterable[tuple[str, float]]) -> None:
        """Name lanes at the left, each so far below ``y``."""
        for name, below in names:
            self.text(6, self.y + below, name, weight="bold")

    def box(self, x: float, y: float, width: float, height: float, **look) -> None:
        from matplotlib.patches import Rectangle

        self.axes.add_patch(Rectangle((x, y), width, height, zorder=2, **look))

    def line(self, x: Sequence[float], y: Sequence[float], *, color: str = _INK, width: float = 1.2, gid: str) -> None:
        self.axes.plot(x, y, color=color, linewidth=width, solid_capstyle="butt", zorder=3, gid=gid)

    def marker(self, x: float, y: float, label: Label, shape: str, *, open: bool = False, gid: str) -> None:
        fill, ink = (_PAPER, label.colour) if open else (label.colour, _PAPER)
        self.axes.scatter([x], [y], s=(_MARKER * 0.75) ** 2 * _AREAS.get(shape, 1), marker=shape, facecolor=fill,
                          edgecolor=label.colour, linewidth=1.4, zorder=4, gid=gid)
        self.text(x, y, label.letter, weight="bold", colour=ink, align="center")

    def tick(self, x: float, y: float, *, gid: str) -> None:
        self.axes.scatter([x], [y], s=44, marker="v", facecolor=_INK, edgecolor=_PAPER, linewidth=0.6, zorder=4,
                          gid=gid)

    def legend(self, entries: Iterable[tuple[str, object]]) -> None:
        """Put signs with their names in as many lines as they need."""
        from matplotlib.textpath import text_to_path

        x, self.y = 22.0, self.bottom + 22
        for name, sign in entries:
            wide = text_to_path.get_text_width_height_descent(name, _font(_SMALL, "normal"), ismath=False)[0] * 96 / 72
            if x > 22 and x + 14 + wide > self.width - 8:
                x, self.y = 22.0, self.y + 23
            sign(self, x, self.y)
            self.text(x + 15, self.y, name)
            x += wide + 46
        self.bottom = self.y + 10

    def done(self):
        """Return the figure, as high as what it holds."""
        height = self.bottom + 6
        self.figure.set_size_inches(self.width / 96, height / 96)
        self.axes.set(xlim=(0, self.width), ylim=(height, 0))
        return self.figure


def _font(size: float, weight: str):
    from matplotlib.font_manager import FontProperties

    return FontProperties(family="DejaVu Sans", size=size, weight=weight)  # comes with matplotlib
