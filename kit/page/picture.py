"""What every figure is made of: a picture with its words, and a canvas that grows downwards.

Figures are made without pyplot, so that another thread may draw them, and with the fonts
that matplotlib brings along.  A length is a CSS pixel of the page.
"""

import base64
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from kit.model.annotations import AnnotationSet
from kit.model.article import Article
from kit.model.labels import Label
from kit.page.fitting import SMALL, drawable, font, width_of, wrapped
from kit.page.markup import escape

WIDE, NARROW = 720, 360   # widths of a figure; the narrow one is for a telephone
INK, SOFT, PAPER, SHADE = "#1d1b19", "#55524e", "#ffffff", "#e4e2de"
LEFT, RIGHT = 42, 12      # room beside a strip; the names of the lanes stand left
PITCH = 19                # distance of two markers
_NEW = "\n"               # what parts the paragraphs of a picture's words
_TITLE = 11.5             # points
_UNDRAWN = "The picture is not drawn, because matplotlib is not loaded here; this is what it shows."
_SHARP = 2                # dots per pixel
_MARKER = 17              # size of a marker
CHIP = 18                 # height of a numbered chip
MARKERS = ("o", "s", "D", "p", "h", "8", "P")
_AREAS = {"D": 0.86, "p": 1.2, "h": 1.12, "s": 0.88, "P": 1.3}  # so that all look equally large


@dataclass(frozen=True)
class Picture:
    """A figure, its narrow form, and the same in words; shown with both in a notebook.

    Each line of ``words`` is a paragraph.  Where nothing can draw, both figures are None: then
    the words are shown, and why they stand alone.
    """

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
        inner = "</p><p>".join(escape(line) for line in self.words.split("\n"))
        told = f'<figcaption style="max-width:{WIDE}px"><p><b>In words:</b> {inner}</p></figcaption></figure>'
        if self.figure is None:
            return f'<figure style="margin:0"><p><b>{escape(self.title)}.</b> {_UNDRAWN}</p>{told}'
        wide, small = (base64.b64encode(self.png(narrow=narrow)).decode() for narrow in (False, True))
        return ('<figure style="margin:0"><picture>'
                f'<source media="(max-width: {WIDE + 40}px)" srcset="data:image/png;base64,{small}" width="{NARROW}">'
                f'<img src="data:image/png;base64,{wide}" width="{WIDE}" style="max-width:100%;height:auto"'
                f' alt="{escape(self.title)}. {escape(self.words.replace(_NEW, " "))}"></picture>'
                f'{told}')

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict:
        shown = {"text/html": self._repr_html_(), "text/plain": str(self)}
        return shown if self.figure is None else shown | {"image/png": base64.b64encode(self.png()).decode()}

    def __str__(self) -> str:
        return f"{self.title}\nIn words: {self.words}"

    __repr__ = __str__


def pictured(draw: Callable[[int], object], title: str, words: str) -> Picture:
    """Return what ``draw`` makes of a width, wide and narrow; where nothing can draw, the words alone."""
    try:
        return Picture(draw(WIDE), draw(NARROW), title, words)
    except ImportError:  # a browser alone has matplotlib later, or never
        return Picture(None, None, title, words)


def require(article: Article, *sets: AnnotationSet | None) -> None:
    """Raise ``WrongArticleError`` if one of the sets was made on another text; None is nobody's."""
    for one in sets:
        if one is not None:
            one.require(article)


class Canvas:
    """A figure that grows downwards; ``y`` is where the next thing is drawn."""

    def __init__(self, width: int, title: str, below: str) -> None:
        from matplotlib.figure import Figure

        self.width, self.y, self.bottom = width, 0.0, 0.0
        self.figure = Figure(figsize=(width / 96, 1), dpi=96 * _SHARP, facecolor=PAPER)
        self.axes = self.figure.add_axes((0, 0, 1, 1))
        self.axes.set_axis_off()
        self.text(12, 18, title, size=_TITLE, weight="bold")
        lines = wrapped(below, width - 24, lines=2)
        for number, line in enumerate(lines):
            self.text(12, 38 + 17 * number, line, colour=SOFT)
        self.y = self.bottom = 31 + 17 * len(lines)

    @property
    def room(self) -> float:
        """The width of a strip."""
        return room(self.width)

    def x(self, share: float) -> float:
        """Return the place of a share of the strip."""
        return LEFT + share * self.room

    def text(self, x: float, y: float, words: str, *, size: float = SMALL, weight: str = "normal",
             colour: str = INK, align: str = "left", plate: bool = False) -> None:
        box = {"boxstyle": "round,pad=0.12", "facecolor": PAPER, "edgecolor": "none"} if plate else None
        middle = "center_baseline" if align == "center" else "center"
        self.axes.text(x, y, drawable(words), color=colour, ha=align, va=middle,
                       parse_math=False, bbox=box, fontproperties=font(size, weight), zorder=5)

    def names(self, names: Iterable[tuple[str, float]]) -> None:
        """Name lanes at the left, each so far below ``y``."""
        for name, below in names:
            self.text(6, self.y + below, name, weight="bold")

    def box(self, x: float, y: float, width: float, height: float, **look) -> None:
        from matplotlib.patches import Rectangle

        self.axes.add_patch(Rectangle((x, y), width, height, zorder=2, **look))

    def line(self, x: Sequence[float], y: Sequence[float], *, color: str = INK, width: float = 1.2, gid: str,
             below: bool = False) -> None:
        self.axes.plot(x, y, color=color, linewidth=width, solid_capstyle="butt", zorder=1 if below else 3, gid=gid)

    def marker(self, x: float, y: float, label: Label, shape: str, *, open: bool = False, gid: str) -> None:
        fill, ink = (PAPER, label.colour) if open else (label.colour, PAPER)
        self.axes.scatter([x], [y], s=(_MARKER * 0.75) ** 2 * _AREAS.get(shape, 1), marker=shape, facecolor=fill,
                          edgecolor=label.colour, linewidth=1.4, zorder=4, gid=gid)
        self.text(x, y, label.letter, weight="bold", colour=ink, align="center")

    def chip(self, x: float, y: float, words: str, *, round: bool, filled: bool, dashed: bool = False,
             gid: str) -> None:
        """Draw a number in a circle or a square, around a point; white on dark if it is filled."""
        from matplotlib.patches import Ellipse, Rectangle

        wide = chip_width(words)
        look = {"facecolor": INK if filled else PAPER, "edgecolor": INK, "linewidth": 1.3, "zorder": 4, "gid": gid,
                "linestyle": (0, (2, 1.5)) if dashed else "solid"}
        self.axes.add_patch(Ellipse((x, y), wide, CHIP, **look) if round
                            else Rectangle((x - wide / 2, y - CHIP / 2), wide, CHIP, **look))
        self.text(x, y, words, weight="bold", colour=PAPER if filled else INK, align="center")

    def tick(self, x: float, y: float, *, gid: str) -> None:
        self.axes.scatter([x], [y], s=44, marker="v", facecolor=INK, edgecolor=PAPER, linewidth=0.6, zorder=4,
                          gid=gid)

    def dot(self, x: float, y: float, *, filled: bool, square: bool = False, size: float = 50,
            gid: str) -> None:
        """Draw a small dot or ring, or a square instead; ``size`` is its area in square points."""
        self.axes.scatter([x], [y], s=size, marker="s" if square else "o",
                          facecolor=INK if filled else PAPER, edgecolor=INK, linewidth=1.5, zorder=4, gid=gid)

    def arrow(self, x: float, y: float, *, up: bool, gid: str) -> None:
        """Draw a slim arrow that points up or down."""
        end = -6 if up else 6
        self.line([x, x], [y - end, y + end * 0.4], width=1.6, gid=f"{gid}-stem")
        self.axes.scatter([x], [y + end * 0.6], s=20, marker="^" if up else "v", facecolor=INK, edgecolor="none",
                          zorder=4, gid=gid)

    def move(self, start: float, end: float, y: float, *, gid: str) -> None:
        """Draw an arrow from one dot to another on a line; none where they are too close."""
        if abs(end - start) < 22:
            return
        ahead = 1 if end > start else -1
        self.line([start + 9 * ahead, end - 10 * ahead], [y, y], width=1.6, gid=f"{gid}-stem")
        self.axes.scatter([end - 9 * ahead], [y], s=26, marker=">" if ahead > 0 else "<", facecolor=INK,
                          edgecolor="none", zorder=4, gid=gid)

    def legend(self, entries: "Iterable[tuple[str, Sign]]") -> None:
        """Put signs with their names in as many lines as they need."""
        x, self.y = 22.0, self.bottom + 22
        for name, sign in entries:
            wide = width_of(name)
            if x > 22 and x + 14 + wide > self.width - 8:
                x, self.y = 22.0, self.y + 23
            sign(self, x, self.y)
            self.text(x + 15, self.y, name)
            x += wide + 42
        self.bottom = self.y + 10

    def done(self):
        """Return the figure, as high as what it holds."""
        height = self.bottom + 6
        self.figure.set_size_inches(self.width / 96, height / 96)
        self.axes.set(xlim=(0, self.width), ylim=(height, 0))
        return self.figure


Sign = Callable[[Canvas, float, float], None]  # draws an entry of a legend around a point


def heading_sign(canvas: Canvas, x: float, y: float) -> None:
    """Draw what stands for a heading."""
    canvas.line([x, x], [y - 8, y + 8], gid="legend")


def room(width: int) -> float:
    """Return the width of a strip in a figure."""
    return width - LEFT - RIGHT


def chip_width(words: str) -> float:
    """Return how wide a chip is; never less than high."""
    return max(CHIP, width_of(words, weight="bold") + 8)


def tint(colour: str, share: float) -> tuple[float, ...]:
    """Return a colour mixed with white; ``share`` of it, 0 to 1."""
    return tuple(1 - share * (1 - int(colour[at:at + 2], 16) / 255) for at in (1, 3, 5))
