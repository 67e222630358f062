"""Text with marks as static HTML: strokes under and over the words, legend, notes."""

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import resources
from itertools import groupby

from kit.model.annotations import AnnotationSet
from kit.model.article import Article
from kit.model.labels import SCHEMES, Label
from kit.model.spans import Extent, Span

# A parser of HTML turns a carriage return into a line feed, and refuses half a surrogate pair.
_CARRIAGE, _LONE = "\r", re.compile("[\ud800-\udfff]")
_SPECIAL = re.compile("[&<>\"'\r\ud800-\udfff]")
# JupyterLab takes "d d" on a link in an output for "delete this cell", unless the link says this.
QUIET = 'data-lm-suppress-shortcuts="true"'
_LINES = ("solid", "dotted", "double", "dashed", "wavy", "thick")


@dataclass(frozen=True)
class Stroke:
    """One span as it is drawn: its line, its letter, and the lane it runs in, from 0.

    ``over`` strokes run above the words, the others below.
    """

    start: int
    end: int
    label: Label
    letter: str
    lane: int = 0
    over: bool = False


@dataclass(frozen=True)
class Place:
    """Words that link to somewhere else on the page; ``ids`` are what others link to.

    ``sign`` stands behind the words; ``outcomes`` and ``slots`` are what a filter asks for.
    """

    start: int
    end: int
    ids: tuple[str, ...]
    target: str
    sign: str = ""
    outcomes: str = ""
    slots: str = ""


def escape(text: str) -> str:
    """Return text as HTML; undoing the entities gives the text back.

    Half a surrogate pair, which no page can hold, becomes the replacement character.
    """
    if not _SPECIAL.search(text):  # most words: a page asks for hundreds
        return text
    return _LONE.sub("\ufffd", html.escape(text)).replace(_CARRIAGE, "&#13;")


def style() -> str:
    """Return the style sheet of all static views as an element."""
    return f"<style>{resources.files('kit.page').joinpath('static', 'view.css').read_text('utf-8')}</style>"


def section(name: str, inner: str, mark: str = "") -> str:
    """Return a static view, which brings its style along; ``name`` is told to screen readers."""
    return f'<section class="kit-view {mark}" aria-label="{escape(name)}">{style()}{inner}</section>'


def label_of(scheme: str, label: str) -> Label:
    """Return a label of a built-in scheme; a plain grey one for a label that is not known."""
    if scheme in SCHEMES and label in SCHEMES[scheme]:
        return SCHEMES[scheme][label]
    return Label(label, label, "", "#5f6368", "solid", "?")


def strokes(marked: AnnotationSet, *, lane: int = 0, over: bool = False, numbers: dict[Span, int] | None = None,
            ) -> tuple[Stroke, ...]:
    """Return the spans of one annotator as strokes, in as few lanes as keep them apart.

    ``numbers`` puts the number of a note behind the letter of its span.
    """
    ends: list[int] = []
    drawn = []
    for span in marked.spans:
        free = next((number for number, end in enumerate(ends) if end <= span.start), len(ends))
        ends[free:free + 1] = [span.end]
        label = label_of(marked.scheme, span.label)
        letter = f"{label.letter}{(numbers or {}).get(span, '')}"
        drawn.append(Stroke(span.start, span.end, label, letter, lane + free, over))
    return tuple(drawn)


def lanes(drawn: Iterable[Stroke]) -> int:
    """Return how many lanes below the words the strokes need; 0 if there are none."""
    return max((stroke.lane + 1 for stroke in drawn if not stroke.over), default=0)


def text(article: Article, drawn: Sequence[Stroke], places: Sequence[Place] = (), *, top: int = 3) -> str:
    """Return the article with its strokes; tags stripped and entities undone, it is the text.

    ``top`` is the level of a heading that opens the text; all others are one level lower.
    """
    headings = {article.paragraph_of(article.sentences[number]) for number in article.headings}
    parts, done = [], 0
    for number, paragraph in enumerate(article.paragraphs):
        tag = "p" if number not in headings else f"h{top + (number > 0)}"
        here = _touching(drawn, paragraph)
        room = f' style="--kit-lanes:{lanes(here)}"' if here else ""
        parts += [escape(article.text[done:paragraph.start]), f'<{tag} dir="auto"{room}>',
                  _inline(article, paragraph, here, _touching(places, paragraph)), f"</{tag}>"]
        done = paragraph.end
    return "".join((*parts, escape(article.text[done:])))


def _touching(items: Iterable, where: Extent) -> list:
    return [item for item in items if item.start < where.end and where.start < item.end]


def _inline(article: Article, where: Extent, drawn: Sequence[Stroke], places: Sequence[Place]) -> str:
    bounds = {where.start, where.end}
    bounds.update(bound for item in (*drawn, *places) for bound in (item.start, item.end))
    cuts = sorted(bound for bound in bounds if where.start <= bound <= where.end)
    pieces = [Extent(start, end) for start, end in zip(cuts, cuts[1:])]
    at = {piece: next(iter(_touching(places, piece)), None) for piece in pieces}
    return "".join(_linked(place, "".join(_piece(article, piece, drawn) for piece in group), where)
                   for place, group in groupby(pieces, at.get))


def _piece(article: Article, piece: Extent, drawn: Sequence[Stroke]) -> str:
    marked = escape(article.quote(piece))
    for stroke in _touching(drawn, piece):
        marked = f"{opening(stroke, first=stroke.start == piece.start)}{marked}</mark>"
    return marked


def opening(stroke: Stroke, *, first: bool) -> str:
    """Return the tag that opens a stroke; at its first piece it bears the letter."""
    side = "kit-view-over" if stroke.over else "kit-view-under"
    letter = f' data-letter="{escape(stroke.letter)}"' if first else ""
    return (f'<mark class="kit-view-stroke {side}"{letter} data-label="{escape(stroke.label.id)}"'
            f" {_look(stroke.label, lane=stroke.lane)}>")


def _look(label: Label, *, lane: int = 0) -> str:
    line = label.line if label.line in _LINES else "solid"
    return f'data-line="{line}" style="--kit-colour:{escape(label.colour)};--kit-lane:{lane}"'


def _linked(place: Place | None, inner: str, where: Extent) -> str:
    if place is None:
        return inner
    ids = place.ids if place.start >= where.start else ()  # once, where words run on into another paragraph
    others = "".join(f'<span id="{name}"></span>' for name in ids[1:])
    own = f' id="{ids[0]}"' if ids else ""
    sign = f' data-sign="{escape(place.sign)}"' if place.sign else ""
    return (f'{others}<a {QUIET}{own} class="kit-view-place" href="#{place.target}" data-outcome="{place.outcomes}"'
            f' data-slots="{place.slots}"{sign}>{inner}</a>')


def table(heads: Sequence[str], rows: Iterable[str], *, caption: str = "", sentences: bool = False) -> str:
    """Return a table that becomes a list of cards on a narrow page; the first column heads the rows.

    With ``sentences``, which may be questions, the first column is wide where there is room.
    """
    # Such a list has no roles of a table left unless they are said.
    head = "".join(f'<th scope="col" role="columnheader">{escape(name)}</th>' for name in heads)
    named = f"<caption>{escape(caption)}</caption>" if caption else ""
    long = " kit-view-sentences" * sentences
    return (f'<table class="kit-view-table{long}" role="table">{named}'
            f'<thead role="rowgroup"><tr role="row">{head}</tr></thead>'
            f'<tbody role="rowgroup">{"".join(rows)}</tbody></table>')


def row(heads: Sequence[str], cells: Sequence[str], *, id: str = "", attributes: str = "") -> str:
    """Return a row of a table: HTML for each cell, the first of which heads the row; with an id, links lead to it."""
    # JupyterLab forgets at once which row a link led to; the focus stays there.
    led_to = f' {QUIET} tabindex="-1" id="{id}"' if id else ""
    first, *others = cells
    rest = "".join(f'<td role="cell" data-head="{escape(head)}"><div>{inner}</div></td>'
                   for head, inner in zip(heads[1:], others, strict=True))
    return (f'<tr role="row"{led_to} {attributes}>'
            f'<th scope="row" role="rowheader"><div>{first}</div></th>{rest}</tr>')


def chip(label: Label) -> str:
    """Return letter, line and name of a label."""
    return (f'<span class="kit-view-chip" {_look(label)}><b class="kit-view-letter">{escape(label.letter)}</b>&nbsp;'
            f'<span class="kit-view-sample">{escape(label.name)}</span></span>')


def noted(article: Article, scheme: str, span: Span) -> str:
    """Return a mark with its words and its note."""
    return (f'{chip(label_of(scheme, span.label))} <q dir="auto">{escape(article.quote(span))}</q> '
            f'<span dir="auto">{escape(span.note)}</span>')


def legend(labels: Iterable[Label]) -> str:
    """Return the labels with their meanings as a list; nothing if there are none."""
    items = "".join(f"<li>{chip(label)}{': ' if label.meaning else ''}{escape(label.meaning)}</li>" for label in labels)
    return f'<ul class="kit-view-legend" aria-label="Labels">{items}</ul>' if items else ""


def used(*marked: AnnotationSet) -> tuple[Label, ...]:
    """Return the labels that occur, each once, in the order of their schemes."""
    found = {(one.scheme, span.label) for one in marked for span in one.spans}
    known = [(scheme.id, label) for scheme in SCHEMES.values() for label in scheme.ids]
    rest = sorted(found.difference(known))
    return tuple(dict.fromkeys(label_of(*pair) for pair in (*known, *rest) if pair in found))
