"""An article: a text with its tokens and sentences, and the only place that converts offsets."""

import hashlib
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from importlib import resources

from kit.model.spans import Extent

_CLOSED = re.compile(r"[.!?…:;][\"'”’»)\]]*$")
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
# An em dash or a double hyphen ends a word that a reader sees; NLTK leaves it inside.
_PIECE = re.compile(r"—|--+|(?:(?!—|--)\S)+")
_LETTER = re.compile(r"\w")
_WORD_START = re.compile(r"\w|['’]\w")
# Characters.  NLTK ends a search of some seconds with an error, so it is never given more at once:
# a "sentence" longer than this (a table, a page of code) is cut.
_LONG = 20_000
_SPACE = re.compile(r"\s")
_SPACES = re.compile(r"\s*")


def _one_of(words: str) -> str:
    return f"(?:{'|'.join(words.split())})"


# What may end a sentence: signs, closing quotes, notes such as [2], and white space or the end of the line.
_STOP = re.compile(r"""
    (?P<signs>[.?!…](?<![.?!…]{2})[.?!…]*+) (?P<pause>\s?(?:\.{3}|…|\[(?:\.{3}|…)\]))?+
    (?P<closed>["'“”‘’«»)\]]*+(?:\s”)?+) (?:\s?\[(?:\d[\d,\ –-]{0,12}|citation\ needed)\])*+ (?P<space>\s++|$)""", re.X)
_NEXT = re.compile(r"""(?P<dash>[-–—]+\s)?(?P<opened>["'“‘«(\[]*)(?P<word>(?:\w+(?:[-'’]\w+)*)?)""")
_LONG_WORD = re.compile(r"[a-z]{7}\.\s")  # too long for an abbreviation
_BEFORE_WORD = "\"'“‘«([-–—/"
_LETTERS = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]")  # U.S, J.T, B
# The number of an item in a list: all of a sentence so far, or the first of some behind a colon.
_ITEM = re.compile(r"^\(?(?:\d{1,2}(?:\.\d{1,2})*|[A-Za-z])$|[:;]\s\(?1$")
# These begin sentences, and with a capital hardly stand anywhere else.
_FIRST = re.compile(_one_of(r"""
    The An?(?=\s[a-z\d]) This That These Those There Then They It He She We You I(?=['’]|\s[a-z])
    Its? His Her Their Our My And But Or Nor So If When While After Before Although Though Because Since Until
    Once Whether As At In On For From By With Without During Among Between About According Despite
    However Instead Meanwhile Still Yet Also Even Only Almost Nearly Now Here Earlier Later Last
    Today Yesterday Tomorrow What Who Why Where How Which Is Are Was Were Do Does Did
    All Many Some Most Several Few Both Each Every Either Neither Another Others? Such No Not None
    Nobody Nothing Everyone Everything Anyone Someone People Officials Residents Critics Experts Analysts
    One Two Three Four Five Six Seven Eight Nine Ten""") + r"\b(?!\.)")
_PHRASE = re.compile(r"""[^"”.,?!]{1,40}(?:["”]|['’](?!\w))""")  # Dreamers” or Buy Local”: quoted, but no sentence
_PART_OF_TIME = re.compile(_one_of(r"""
    (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days? (?:Mon|Tues?|Wed|Thu(?:rs)?|Fri|Sat|Sun)\.
    January February March April May June July August September October November December
    Jan Feb Mar Apr Aug Sept? Oct Nov Dec Eastern Central Mountain Pacific Greenwich Local
    [ECMPAHKJI][SD]?T GMT UTC BST CES?T A[EWC][SD]T""") + r"(?!\w)")
_SPEAKER = re.compile(r"(?:I|[A-ZÀ-Þ][\w.'’-]+(?:\s[A-ZÀ-Þ][\w.'’-]*){0,3})\s(?:\w+ly\s)?(?:" + _one_of(r"""
    ask(?:s|ed)? wonder(?:s|ed) shout(?:s|ed) cries cried yell(?:s|ed) exclaim(?:s|ed) joke[sd] quip(?:s|ped)
    demand(?:s|ed) whisper(?:s|ed) chant(?:s|ed) snap(?:s|ped) recall(?:s|ed)""") + r"\b|" + _one_of(r"""
    sa(?:id|ys?) tells told add(?:s|ed) repli(?:es|ed) respond(?:s|ed) answer(?:s|ed) wrote tweeted insist(?:s|ed)
    explain(?:s|ed) declare[sd] warn(?:s|ed) laugh(?:s|ed)""")
    # "Is it over?" Lind said it was.
    + r"\b(?!\s(?:that|it|he|she|they|we|I|there|the|no|not|this|his|her|its)\b))")


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
        return tuple(sentence for line in _lines(self.text) for sentence in _sentences(self.text, line))

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


def _sentences(text: str, line: Extent) -> Iterator[Extent]:
    """Yield the sentences of a line."""
    first = line.start
    for stop in _STOP.finditer(text, line.start, line.end):
        if stop.end() < line.end and _ends(text, first, stop, line.end):
            yield from _cut(text, first, stop.start("space"))
            first = stop.end()
    yield from _cut(text, first, line.end)


def _ends(text: str, first: int, stop: re.Match, end: int) -> bool:
    """Return whether the sentence that begins at ``first`` ends at a stop in a line up to ``end``."""
    following, signs = _NEXT.match(text, stop.end(), end), stop["signs"]
    word = following["word"]
    if word[:1].islower() and word.islower() and following["opened"][:1] not in ("(", "["):
        # iPhone and al-Noor begin sentences all the same, and so does any word of who writes without capitals.
        return bool(_LONG_WORD.match(text, max(first, stop.start() - 7)))
    if not word and (following.end() == end or text[stop.end()] in ".?!…"):
        return False
    before = text[max(first, stop.start() - 20):stop.start()]
    asks = "?" in signs or "!" in signs
    pauses = "…" in signs or "..." in signs or before.rstrip()[-1:] in ("", ".", "…")
    if (asks or pauses) and stop["closed"].strip(")]"):
        return not _SPEAKER.match(text, following.start("word"))  # "Why?" Lind asked.
    if asks or stop["pause"] or "...." in signs:
        return True
    if pauses:
        return word[:2] not in ("I", "I'", "I’") and _begins(text, following)
    return _ends_after(before, text, following)


def _ends_after(before: str, text: str, following: re.Match) -> bool:
    """Return whether a full stop after some words ends a sentence: as Punkt says, but for what it cannot know."""
    word, short = following["word"], before.split()[-1]
    if not short.isalpha():
        short = short.lstrip(_BEFORE_WORD).rpartition("-")[2]
    kind = _abbreviations().get(short.lower(), "")
    if kind == "number":
        kind = "never" if word[:1].isdigit() else ""
    if not kind and _LETTERS.fullmatch(short):
        kind = "other"
    if kind == "never" or kind and following["dash"] or len(short) < 6 and _ITEM.search(before):
        return False
    if not kind:
        return _punkt_parts(short, text[following.start()])
    if not word[:1].isupper():
        return False
    if kind == "time":
        return not _PART_OF_TIME.match(text, following.start("word"))
    return _begins(text, following)


def _begins(text: str, following: re.Match) -> bool:
    """Return whether words most likely begin a sentence, whatever stands before them."""
    at = following.start("word")
    return bool(_FIRST.match(text, at) or following["opened"].strip("([") and not _PHRASE.match(text, at))


def _cut(text: str, start: int, end: int) -> Iterator[Extent]:
    """Yield a sentence, in pieces if it is too long: cut before white space, unless that makes one 50 times as long."""
    while end - start > _LONG:
        far = min(end, start + 50 * _LONG)
        stop = text.rfind(" ", start + _LONG // 2, start + _LONG)
        if stop < 0:
            space = _SPACE.search(text, start + _LONG, far)
            stop = space.start() if space else far
        yield Extent(start, start + len(text[start:stop].rstrip()))
        start = _SPACES.match(text, stop).end()
    if start < end:
        yield Extent(start, end)


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
    try:
        pieces = list(_word_tokenizer().span_tokenize(straight))
    except ValueError:  # NLTK loses its place in some mixtures of quotation marks
        pieces = [match.span() for match in re.finditer(r"\w+(?:['-]\w+)*|[^\w\s]", straight)]
    if "—" not in words and "--" not in words:
        return pieces
    return [(start + match.start(), start + match.end())
            for start, end in pieces for match in _PIECE.finditer(words[start:end])]


@cache
def _abbreviations() -> dict[str, str]:
    """Return the listed abbreviations, each with the heading that it stands under."""
    listed, heading = {}, ""
    for line in resources.files("kit.model").joinpath("abbreviations.txt").read_text("utf-8").split("\n"):
        if line.startswith("["):
            heading = line.strip("[]")
        elif line and not line.startswith("#"):
            listed[line] = heading
    return listed


@lru_cache(maxsize=10_000)
def _punkt_parts(word: str, sign: str) -> bool:
    """Return whether Punkt ends a sentence between a word with a full stop and a word that begins with a sign."""
    return _punkt().text_contains_sentbreak(f"{word}. {sign}")


@cache
def _punkt():
    # NLTK takes longer to import than everything else together, so only who needs it waits.
    from nltk.tokenize.punkt import PunktParameters, PunktSentenceTokenizer

    parameters = PunktParameters()
    parameters.abbrev_types = {word for word, kind in _abbreviations().items() if kind != "number"}
    return PunktSentenceTokenizer(parameters)


@cache
def _word_tokenizer():
    from nltk.tokenize import NLTKWordTokenizer  # late, for the same reason

    return NLTKWordTokenizer()
