"""An article: a text with its tokens and sentences, and the only place that converts offsets."""

import hashlib
import re
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cache, cached_property

from kit.errors import needs
from kit.model.sentences import sentences_in
from kit.model.spans import Extent, Row

_CLOSED = re.compile(r"[.!?…:;][\"'”’»)\]]*$")
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
# An em dash, a double hyphen or an ellipsis ends a word that a reader sees; NLTK leaves it inside.
_PIECE = re.compile(r"—|--+|…+|(?:(?!—|--|…)\S)+")
_LONGEST_HEADING = 25  # words
# Most sentences hold only words, numbers and the usual signs.  What NLTK makes of those is known without
# its thirty searches, which take most of the time; a test holds the two against each other.
_PLAIN_WORD = r"£?+[^\W_]++(?:[-'][^\W_]++)*+(?:[.,:]\d++)*+"
_PLAIN = re.compile(rf"""(?!.*\b(?:cannot|d'ye|gimme|gonna|gotta|lemme|more'n|wanna)\b)
                         (?:[“"($#&]*+{_PLAIN_WORD}\.?+[,;:?!)”"%]*+[ ])*+
                         [“"($#&]*+{_PLAIN_WORD}%?+[.?!]?+[”)"]*+""", re.VERBOSE | re.IGNORECASE)
_PLAIN_PIECE = re.compile(rf"""{_PLAIN_WORD}(?:\.(?=[,;:?!)”"%]*[ ]))?|[^\w\s]""", re.VERBOSE)
_LETTER = re.compile(r"\w")
_WORD_START = re.compile(r"\w|['’]\w")


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
        return tuple(Extent(*token) for sentence in self.sentences for token in _tokens(self.text, sentence))

    @cached_property
    def sentences(self) -> tuple[Extent, ...]:
        """Sentences in reading order; none crosses a line end; every token is in one."""
        if self.ready_sentences is not None:
            return self.ready_sentences
        return tuple(sentence for line in _lines(self.text) for sentence in sentences_in(self.text, line))

    def offsets_in(self, sentence: Extent) -> list[tuple[int, int]]:
        """Return where the tokens of one sentence start and end, for those who read a long text and keep none."""
        return _tokens(self.text, sentence)

    @cached_property
    def paragraphs(self) -> tuple[Extent, ...]:
        """Paragraphs in reading order: parted by blank lines, or by line ends if there are none."""
        parting = _BLANK_LINE if _BLANK_LINE.search(self.text.strip()) else re.compile("\n")
        return tuple(_stretches(self.text, parting))

    @cached_property
    def headings(self) -> frozenset[int]:
        """The numbers of the sentences that are headings.

        A heading is a paragraph of one line, of at most 25 words, that does not end as a sentence does.
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
        return self.token_row.touched_by(where.start, where.end)

    def sentence_range(self, where: Extent) -> tuple[int, int]:
        """Turn characters into sentences: those that the extent touches, as ``(first, stop)``.

        ``first == stop`` if it touches none.
        """
        return self._sentence_row.touched_by(where.start, where.end)

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
        return "\n" not in words and not _CLOSED.search(words) and len(words.split()) <= _LONGEST_HEADING

    @cached_property
    def token_row(self) -> Row:
        """The tokens, ready to be searched."""
        return Row(self.tokens)

    @cached_property
    def _sentence_row(self) -> Row:
        return Row(self.sentences)


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


def _tokens(text: str, sentence: Extent) -> list[tuple[int, int]]:
    """Return where the tokens of a sentence start and end."""
    words, before, last = text[sentence.start:sentence.end], sentence.start, -1
    joined: list[tuple[int, int]] = []
    for start, end in _pieces(words):
        if start == last and _LETTER.match(words, start - 1) and _WORD_START.match(words, start):
            joined[-1] = (joined[-1][0], before + end)
        else:
            joined.append((before + start, before + end))
        last = end
    return joined


def _pieces(words: str) -> list[tuple[int, int]]:
    """Return NLTK's tokens as offsets, parted once more at dashes."""
    # NLTK tears a curly apostrophe off its word; the straight one has the same length.
    straight = words.replace("’", "'")
    if _PLAIN.fullmatch(straight):
        return [piece.span() for piece in _PLAIN_PIECE.finditer(straight)]
    return _nltk_pieces(words, straight)


def _nltk_pieces(words: str, straight: str) -> list[tuple[int, int]]:
    try:
        pieces = list(_word_tokenizer().span_tokenize(straight))
    except ValueError:  # NLTK loses its place in some mixtures of quotation marks
        pieces = [match.span() for match in re.finditer(r"\w+(?:['-]\w+)*|[^\w\s]", straight)]
    if "—" not in words and "--" not in words and "…" not in words:
        return pieces
    return [(start + match.start(), start + match.end())
            for start, end in pieces for match in _PIECE.finditer(words[start:end])]


@cache
def _word_tokenizer():
    with needs("NLTK"):
        from nltk.tokenize import NLTKWordTokenizer  # late, for the same reason

    return NLTKWordTokenizer()
