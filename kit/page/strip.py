"""An article laid out as a strip from its first word to its last: what the pictures draw and say."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil

from kit.model.annotations import AnnotationSet
from kit.model.article import Article
from kit.model.labels import Label
from kit.model.spans import Span
from kit.page.markup import label_of

BACKGROUND = "background"
_HEADING = 3.0   # a heading is a tick, as wide as so many tokens
_BETWEEN = 3.0   # so many tokens of room between paragraphs


@dataclass(frozen=True)
class Block:
    """One sentence on a strip: tokens ``first`` to ``stop``, from ``start`` to ``end`` in its row.

    ``start`` and ``end`` are shares of the width of the strip, 0 to 1.
    """

    sentence: int
    first: int
    stop: int
    heading: bool
    row: int
    start: float
    end: float


@dataclass(frozen=True)
class Strip:
    """The sentences of an article side by side in ``rows`` rows; no block without a token."""

    blocks: tuple[Block, ...]
    rows: int

    def at(self, token: int) -> tuple[int, float]:
        """Return the row of a token and the place of its left edge in it, 0 to 1."""
        starts = [block.first for block in self.blocks]
        block = self.blocks[max(0, bisect_right(starts, token) - 1)]
        share = min(1.0, (token - block.first) / (block.stop - block.first))
        return block.row, block.start + share * (block.end - block.start)


def strip(article: Article, *, rows: int, least: float = 1) -> Strip:
    """Return the article in rows of about equal length, broken between sentences.

    ``least`` is the smallest width of a sentence, in tokens.
    """
    pieces = []
    at, paragraph = 0.0, 0
    for number, sentence in enumerate(article.sentences):
        first, stop = article.token_range(sentence)
        heading = number in article.headings
        width = _HEADING if heading else max(least, stop - first)
        if article.paragraph_of(sentence) != paragraph:
            paragraph = article.paragraph_of(sentence)
            at += _BETWEEN
        pieces.append((number, first, stop, heading, at, at + width))
        at += width
    return _in_rows([piece for piece in pieces if piece[1] < piece[2]], at, rows)


def _in_rows(pieces: Sequence[tuple], length: float, rows: int) -> Strip:
    if not pieces:
        return Strip((), 1)
    breaks = _breaks(pieces, length, rows)
    row_of = [bisect_right(breaks, piece[4]) for piece in pieces]
    names = {row: number for number, row in enumerate(dict.fromkeys(row_of))}
    begins = {row: next(piece[4] for piece, held in zip(pieces, row_of) if held == row) for row in names}
    longest = max(piece[5] - begins[row] for piece, row in zip(pieces, row_of))
    blocks = (Block(number, first, stop, heading, names[row], (start - begins[row]) / longest,
                    (end - begins[row]) / longest)
              for (number, first, stop, heading, start, end), row in zip(pieces, row_of))
    return Strip(tuple(blocks), len(names))


def _breaks(pieces: Sequence[tuple], length: float, rows: int) -> list[float]:
    """Return where rows begin: at a paragraph if one begins near, else at a sentence; with its heading."""
    starts = [piece[4] for piece in pieces]
    free = [start for start, before in zip(starts[1:], pieces) if not before[3]]
    paragraphs = [start for start, before in zip(starts[1:], pieces) if start > before[5] and not before[3]]
    found = set()
    for target in (length * row / rows for row in range(1, rows)):
        near = [start for start in paragraphs if abs(start - target) < length / rows / 4]
        found.update(sorted(near or free, key=lambda start: abs(start - target))[:1])
    return sorted(found)


def rows_for(article: Article, *, tokens: int, sentences: int, most: int = 12) -> int:
    """Return how many rows hold the article, with so many tokens and sentences in each."""
    asked = max(len(article.tokens) / tokens, len(article.sentences) / sentences)
    return max(1, min(most, ceil(asked)))


@dataclass(frozen=True)
class Cue:
    """One cue in a picture: its label, tokens, sentence (None beside all), and whether it is open.

    An open cue is an accepted or contested item of a key: it may be marked or not.
    """

    label: Label
    first: int
    stop: int
    sentence: int | None
    open: bool = False


def cues(article: Article, marked: AnnotationSet | None) -> tuple[Cue, ...]:
    """Return the spans of an annotator or a key as cues; empty for nobody, or a text without words."""
    return tuple(_cue(article, marked, span) for span in marked.spans) if marked and article.tokens else ()


def _cue(article: Article, marked: AnnotationSet, span: Span) -> Cue:
    first, stop = article.token_range(span)
    first = min(first, len(article.tokens) - 1)  # white space at the end
    sentence = article.sentence_range(article.tokens[first])[0]
    is_open = getattr(span, "tier", "core") != "core"
    return Cue(label_of(marked.scheme, span.label), first, max(stop, first + 1), sentence, is_open)


def roles_of(article: Article, roles: AnnotationSet | None) -> dict[int, Label]:
    """Return the role of each sentence that has one; the first, where there are several."""
    found: dict[int, Label] = {}
    for span in roles.spans if roles else ():
        for sentence in range(*article.sentence_range(span)):
            found.setdefault(sentence, label_of(roles.scheme, span.label))
    return found


def by_label(labels: Iterable[Label], order: Sequence[Label]) -> str:
    """Return how often each label occurs: "3 might-words (M), 1 if-words (I)"; empty for none."""
    counts = Counter(labels)
    return ", ".join(f"{counts[label]} {label.name} ({label.letter})" for label in order if counts[label])
