"""Where sentences end: as Punkt says, but for what it cannot know."""

import re
from collections.abc import Iterator
from functools import cache
from importlib import resources

from kit.errors import needs
from kit.model.spans import Extent

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


def sentences_in(text: str, line: Extent) -> Iterator[Extent]:
    """Yield the sentences of a line; together they hold all of it but white space."""
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


def _punkt_parts(word: str, sign: str) -> bool:
    """Return whether Punkt ends a sentence between a word with a full stop and a word that begins with a sign."""
    return _punkt().text_contains_sentbreak(f"{word}. {sign}")


@cache
def _punkt():
    # NLTK takes longer to import than everything else together, so only who needs it waits.
    with needs("NLTK"):
        from nltk.tokenize.punkt import PunktParameters, PunktSentenceTokenizer

    parameters = PunktParameters()
    parameters.abbrev_types = {word for word, kind in _abbreviations().items() if kind != "number"}
    return PunktSentenceTokenizer(parameters)
