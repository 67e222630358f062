"""Signs of what a sentence is for: where it stands, who speaks, which words and cues are in it."""

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from kit.model.article import Article
from kit.model.spans import Extent
from kit.reader.cues import Cue
from kit.reader.lexicon import english, english_groups
from kit.reader.naming import groups
from kit.reader.patterns import Phrase, Words, phrase
from kit.reader.sources import Source

_YEAR = re.compile(r"(?:1[0-9]|20)\d\ds?$")
_LONG_WORD = re.compile(r"[^\W_]{4,}")
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_END = re.compile(r"\n|[.!?]\s")
_STEM = 5  # letters by which words are compared: "resign" and "resigned"
_BEHIND = 50  # characters behind a source that tell who it is: ", an analyst at ..."
_FAR = 2_000  # characters to look back for an open quotation mark
_MOST = 200  # places to look at for an "I" of the writer
_THIRDS = ("first-third", "middle-third", "last-third")
_BELOW = (("BELOW_NEXT", "below-next"), ("BELOW_ANSWERS", "below-answers"), ("BELOW_HISTORY", "below-history"),
          ("BELOW_CLAIM", "below-claim"))
_AFTER = {role: f"after-{role}" for role in ("claim", "background", "projection", "reaction", "comment", "question")}
_FROM = {label: f"from-{label}" for label in ("person", "institution", "vague", "hidden")}
_SPEAKERS = (("EXPERTS", "expert"), ("PARTIES", "party"), ("INSIDERS", "insider"))


@dataclass(frozen=True, slots=True)
class Sign:
    """A line of ``english/signs.txt``: its name, the points it gives to roles, and what a student is told.

    Points are counted in tenths, as whole numbers, so that they add up alike everywhere.
    """

    name: str
    points: tuple[tuple[str, int], ...]
    why: str


class Signs:
    """Finds the signs of the sentences of an article, in the order of the text.

    ``furniture`` are the numbers of the sentences that are not asked about; ``paragraphs`` has
    the number of the paragraph of each sentence.
    """

    def __init__(self, article: Article, furniture: Container[int], paragraphs: Sequence[int]) -> None:
        self._article, self._furniture, self._paragraphs = article, furniture, paragraphs
        sentences = article.sentences
        graded = [number for number in range(len(sentences)) if number not in furniture]
        self._count, self._seen = max(1, len(graded)), 0
        self._places = dict(zip(graded, ("lead", "second", "early", "early", "early"), strict=False))
        self._last_paragraph = paragraphs[graded[-1]] if graded else -2
        self._topic = frozenset(_stems(article.quote(sentences[0]))) if sentences else frozenset()
        self._is_essay = _is_essay(article.text)
        self._paragraph, self._before, self._section = -2, "", ""
        self._speaker, self._speakers = "", {}

    def find(self, number: int, words: Words, cues: Sequence[Cue], source: Source) -> list[str]:
        """Return the names of the signs of a sentence."""
        found = _of_words(words, bool(source.quoted))
        self._of_place(number, found)
        self._of_source(source, found)
        if cues:
            found += sorted({f"cue-{cue.label}" for cue in cues})
        if len(self._topic.intersection([word[:_STEM] for word in words.low])) >= 2:
            found.append("topic")
        return found

    def remember(self, role: str) -> None:
        """Take note of the role that the sentence was given; the next one may go on with it."""
        self._before = role

    def _of_place(self, number: int, found: list[str]) -> None:
        paragraph = self._paragraphs[number]
        if number in self._places:
            found.append(self._places[number])
        if paragraph == self._last_paragraph:
            found.append("end")
        found.append(_THIRDS[min(2, 3 * self._seen // self._count)])
        if self._seen and number - 1 in self._furniture:
            self._section = self._section_below(number - 1)
        self._seen += 1
        if self._section:
            found.append(self._section)
        if paragraph == self._paragraph and self._before:
            found.append(_AFTER[self._before])
        self._paragraph = paragraph

    def _section_below(self, heading: int) -> str:
        """Return what a heading promises; nothing if it does not say."""
        words = _WORD.findall(self._article.quote(self._article.sentences[heading]).lower())
        return next((sign for group, sign in _BELOW if not groups()[group].isdisjoint(words)), "")

    def _of_source(self, source: Source, found: list[str]) -> None:
        if source.label == "none":
            found.append("own-voice")
            if self._is_essay:
                found.append("essay")
            return
        found.append(_FROM[source.label])
        if source.quoted >= 0.6:
            found.append("quotation")
        elif source.quoted > 0.15:
            found.append("quoted-words")
        if source.verb in groups()["ANSWERS"]:
            found.append("answer-verb")
        if source.where and self._kind_of_speaker(source.where):
            found.append(self._speaker)

    def _kind_of_speaker(self, where: Extent) -> str:
        """Return what kind of speaker a source is: expert, party, insider, or nothing that is known."""
        said = self._article.text[where.start:where.end]
        if said.lower() not in groups()["HE"]:
            behind = _END.split(self._article.text[where.end:where.end + _BEHIND], 1)[0]
            kinds, name = _speakers(), said.split()[-1]
            known = [kinds[word] for word in _WORD.findall(f"{said}{behind}".lower()) if word in kinds]
            self._speaker = _SPEAKERS[min(known)][1] if known else self._speakers.get(name, "")
            if self._speaker:
                self._speakers[name] = self._speaker
        return self._speaker


def _stems(words: str) -> Iterator[str]:
    return (word[:_STEM] for word in _LONG_WORD.findall(words.lower()) if word not in english_groups()["COMMON"])


def _of_words(words: Words, quoted: bool) -> list[str]:
    low, known = words.low, _word_signs()
    found: dict[str, None] = {}
    for place in [place for place, word in enumerate(low) if word in known]:
        for sign, pattern in known[low[place]]:
            if pattern is None or sign not in found and pattern.fit(words, place):
                found[sign] = None
    if len(low) <= 8:
        found["short"] = None
    elif len(low) > 30:
        found["long"] = None
    digits = [word for word in low if word[0] in "0123456789"]
    if digits:
        found["year" if any(map(_YEAR.match, digits)) else "number"] = None
    if quoted and "me" in found:
        del found["me"]
        found["me-quoted"] = None
    return list(found)


def _is_essay(text: str) -> bool:
    """Tell whether the writer says "I", outside quotation marks, twice or more."""
    place, seen, looks = text.find(" I "), 0, 0
    while place >= 0 and seen < 2 and looks < _MOST:
        looks += 1
        start = max(0, place - _FAR)
        before = text[max(text.rfind("\n", start, place), start):place]
        curly = before.count("“") > before.count("”") or before.count("‘") > before.count("’")
        seen += not curly and before.count('"') % 2 == 0
        place = text.find(" I ", place + 3)
    return seen >= 2


@cache
def signs() -> dict[str, Sign]:
    """Return the signs of ``english/signs.txt`` by name."""
    return {name: Sign(name, points, why) for name, _, points, why in _lines()}


@cache
def _word_signs() -> dict[str, list[tuple[str, Phrase | None]]]:
    """Return the signs that are words, by the word they begin with; phrases have a pattern, too."""
    found: dict[str, list[tuple[str, Phrase | None]]] = {}
    for name, source, _, _ in _lines():
        for part in filter(None, source.split(",")):
            pattern = None if part in groups() else phrase(part.strip(), groups())
            for word in sorted(groups()[part] if pattern is None else pattern.first):
                found.setdefault(word, []).append((name, pattern))
    return found


@cache
def _speakers() -> dict[str, int]:
    """Return the number of the kind of speaker that a word tells of; the lowest number counts."""
    return {word: number for number, (group, _) in reversed(list(enumerate(_SPEAKERS))) for word in groups()[group]}


@cache
def _lines() -> tuple[tuple[str, str, tuple[tuple[str, int], ...], str], ...]:
    found = []
    for line in english("signs.txt").split("\n"):
        if line.strip() and not line.startswith("#"):
            name, words, points, why = (cell.strip() for cell in line.split("|"))
            pairs = (pair.split() for pair in points.split(","))
            found.append((name, words, tuple((role, round(10 * float(number))) for role, number in pairs), why))
    return tuple(found)
