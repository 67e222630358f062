"""An article: a text with its tokens and sentences, and the only place that converts offsets."""

import hashlib
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import resources

from kit.model.spans import Extent

_CLOSED = re.compile(r"[.!?…:;][\"'”’»)\]]*$")
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
# An em dash or a double hyphen ends a word that a reader sees; NLTK leaves it inside.
_PIECE = re.compile(r"—|--+|(?:(?!—|--)\S)+")
_LETTER = re.compile(r"\w")
_WORD_START = re.compile(r"\w|['’]\w")
# Characters.  NLTK ends a search of some seconds with an error, so it is never given more at once;
# a "sentence" longer than this (a table, a page of code) is cut.
_WINDOW = 20_000
_SPACE = re.compile(r"\s")


@dataclass(frozen=True)
class Article:
    """A text with an id, a title and a source.

    Any ``str`` is a text and is never changed.  Offsets are characters (code points).
    ``ready_tokens`` and ``ready_sentences`` are what a stored article brings along, so that
    it can be shown without NLTK; without them both are worked out on first use.
    """

    id: str
    title: str
    source: str
    text: str
    language: str = "en"
    ready_tokens: tuple[Extent, ...] | None = field(default=None, compare=False, repr=False)
    ready_sentences: tuple[Extent, ...] | None = field(default=None, compare=False, repr=False)

    @cached_property
    def tokens(self) -> tuple[Extent, ...]:
        """Words and signs in reading order; empty for a text of white space.

        They never overlap and never hold white space.  Pieces of one written word
        ("can|not", "did|n't", "Ana|'s") are one token.
        """
        if self.ready_tokens is not None:
            return self.ready_tokens
        return tuple(token for sentence in self.sentences for token in self.tokens_in(sentence))

    @cached_property
    def sentences(self) -> tuple[Extent, ...]:
        """Sentences in reading order; none crosses a line end; every token is in one."""
        if self.ready_sentences is not None:
            return self.ready_sentences
        return tuple(sentence for line in _lines(self.text) for sentence in _split_line(self.text, line))

    def tokens_in(self, sentence: Extent) -> list[Extent]:
        """Return the tokens of one sentence, for those who read a long text without keeping all its tokens."""
        return _tokens(self.text, sentence)

    @cached_property
    def paragraphs(self) -> tuple[Extent, ...]:
        """Paragraphs in reading order: parted by blank lines, or by line ends if there are none."""
        parting = _BLANK_LINE if _BLANK_LINE.search(self.text.strip()) else re.compile("\n")
        return tuple(_stretches(self.text, parting))

    @cached_property
    def headings(self) -> frozenset[int]:
        """The numbers of the sentences that are headings.

        A heading is a paragraph of one line that does not end as a sentence does.
        """
        headings = {number for number, paragraph in enumerate(self.paragraphs) if self._is_heading(paragraph)}
        return frozenset(number for number, sentence in enumerate(self.sentences)
                         if self.paragraph_of(sentence) in headings)

    @cached_property
    def fingerprint(self) -> str:
        """What tells this text from any other: 12 hex digits."""
        return fingerprint_of(self.text)

    def quote(self, where: Extent) -> str:
        """Return the words of an extent or span."""
        return self.text[where.start:where.end]

    def token_range(self, where: Extent) -> tuple[int, int]:
        """Turn characters into tokens: those that the extent touches, as ``(first, stop)``.

        ``first == stop`` if it touches none.
        """
        return self._range(self.tokens, where)

    def sentence_range(self, where: Extent) -> tuple[int, int]:
        """Turn characters into sentences: those that the extent touches, as ``(first, stop)``.

        ``first == stop`` if it touches none.
        """
        return self._range(self.sentences, where)

    def extent(self, first: int, stop: int) -> Extent:
        """Turn tokens into characters.

        Raises:
            ValueError: unless ``0 <= first < stop <= len(tokens)``.
        """
        if not 0 <= first < stop <= len(self.tokens):
            raise ValueError(f"tokens {first} to {stop}: need 0 <= first < stop <= {len(self.tokens)}")
        return Extent(self.tokens[first].start, self.tokens[stop - 1].end)

    def paragraph_of(self, where: Extent) -> int:
        """Return the number of the paragraph that an extent begins in; -1 before the first."""
        return bisect_right(self.paragraphs, where.start, key=lambda paragraph: paragraph.start) - 1

    def _is_heading(self, paragraph: Extent) -> bool:
        words = self.quote(paragraph)
        return "\n" not in words and not _CLOSED.search(words)

    @staticmethod
    def _range(units: tuple[Extent, ...], where: Extent) -> tuple[int, int]:
        first = bisect_right(units, where.start, key=lambda unit: unit.end)
        return first, max(first, bisect_left(units, where.end, key=lambda unit: unit.start))


def fingerprint_of(text: str) -> str:
    """Return the first 12 hex digits of the SHA-256 of a text in UTF-8."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _stretches(text: str, parting: re.Pattern) -> list[Extent]:
    """Return what lies between partings, without white space at either end."""
    found, start = [], 0
    for end, following in [match.span() for match in parting.finditer(text)] + [(len(text), len(text))]:
        part = text[start:end]
        if part.strip():
            lead = len(part) - len(part.lstrip())
            found.append(Extent(start + lead, start + lead + len(part.strip())))
        start = following
    return found


def _lines(text: str) -> list[Extent]:
    return _stretches(text, re.compile("\n"))


def _split_line(text: str, line: Extent) -> Iterator[Extent]:
    """Yield the sentences of a line, which Punkt is given a window at a time."""
    start = line.start
    while start < line.end:
        stop = _window_end(text, start, line.end)
        found = [(start + first, start + last) for first, last in _punkt().span_tokenize(text[start:stop])]
        # The last sentence of a window may go on behind it, so it is read again with what follows.
        whole = found[:-1] if stop < line.end and len(found) > 1 else found
        yield from (Extent(first, last) for first, last in whole if text[first:last].strip())
        start = found[-1][0] if len(whole) < len(found) else stop


def _window_end(text: str, start: int, end: int) -> int:
    """Return where a window ends: before white space, unless that makes it 50 times as long."""
    if end - start <= _WINDOW:
        return end
    before = max(text.rfind(" ", start + _WINDOW // 2, start + _WINDOW), start)
    if before > start:
        return before
    behind = _SPACE.search(text, start + _WINDOW, min(end, start + 50 * _WINDOW))
    return behind.start() if behind else min(end, start + 50 * _WINDOW)


def _tokens(text: str, sentence: Extent) -> list[Extent]:
    words = text[sentence.start:sentence.end]
    joined: list[tuple[int, int]] = []
    for start, end in _pieces(words):
        if joined and joined[-1][1] == start and _LETTER.match(words, start - 1) \
                and _WORD_START.match(words, start):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return [Extent(sentence.start + start, sentence.start + end) for start, end in joined]


def _pieces(words: str) -> list[tuple[int, int]]:
    """Return NLTK's tokens as offsets, parted once more at dashes."""
    # NLTK tears a curly apostrophe off its word; the straight one has the same length.
    straight = words.replace("’", "'")
    try:
        pieces = list(_word_tokenizer().span_tokenize(straight))
    except ValueError:  # NLTK loses its place in some mixtures of quotation marks
        pieces = [match.span() for match in re.finditer(r"\w+(?:['-]\w+)*|[^\w\s]", straight)]
    return [(start + match.start(), start + match.end())
            for start, end in pieces for match in _PIECE.finditer(words[start:end])]


@cache
def _punkt():
    # NLTK takes longer to import than everything else together, so only who needs it waits.
    from nltk.tokenize.punkt import PunktParameters, PunktSentenceTokenizer

    parameters = PunktParameters()
    listed = resources.files("kit.model").joinpath("abbreviations.txt").read_text("utf-8").split("\n")
    parameters.abbrev_types = {line.strip() for line in listed if line.strip() and not line.startswith("#")}
    return PunktSentenceTokenizer(parameters)


@cache
def _word_tokenizer():
    from nltk.tokenize import NLTKWordTokenizer  # late, for the same reason

    return NLTKWordTokenizer()
