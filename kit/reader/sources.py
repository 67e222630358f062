"""Who stands behind a sentence: a person, an institution, somebody unnamed, nobody mentioned, or the writer."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from kit.model.article import Article
from kit.model.spans import Extent
from kit.reader.matching import STRAIGHT, Words
from kit.reader.naming import Names, groups
from kit.reader.saying import Said, all_said, hidden

Offsets = Sequence[tuple[int, int]]
_WHO = {"person": "a named person", "institution": "a named body or state", "vague": "somebody who is not named",
        "hidden": "somebody who is not mentioned"}
_WORD = re.compile(r"\w+(?:['.-]\w+)*|[^\w\s]")
_AHEAD = 3  # sentences to look ahead for the speaker of a quotation
_MOST_WORDS = 300  # of a sentence that is looked at ahead
_MOSTLY, _PARTLY = 0.6, 0.3  # shares of a sentence that are in quotation marks


@dataclass(frozen=True, slots=True)
class Source:
    """Who stands behind a sentence, how sure that is, 0 to 1, and why.

    ``where`` are the words that name the source; they may stand in another sentence of the
    paragraph.  ``verb`` is the word of saying; ``quoted`` the share of the sentence, 0 to 1,
    that is in quotation marks.
    """

    label: str
    confidence: float
    reason: str
    where: Extent | None = None
    verb: str = ""
    quoted: float = 0.0


class Speakers:
    """Reads the sentences of an article in order, and remembers who spoke last.

    ``paragraphs`` has the number of the paragraph of each sentence.
    """

    def __init__(self, article: Article, paragraphs: Sequence[int]) -> None:
        self._article, self._paragraphs = article, paragraphs
        self._names = Names(article)
        self._paragraph = -2
        self._open = ""  # the quotation mark that the sentence before has left open
        self._here: Source | None = None  # who spoke in this paragraph
        self._last: Source | None = None  # who spoke in this text

    def read(self, number: int, words: Words, tokens: Offsets) -> Source:
        """Tell who stands behind a sentence; sentences come in the order of the text."""
        if self._paragraphs[number] != self._paragraph:
            self._paragraph, self._open, self._here = self._paragraphs[number], "", None
        inside, self._open = _quoted(words, tokens, self._open)
        share = round(sum(inside) / len(inside), 2) if inside else 0.0
        source = self._credited(words, tokens, inside, share)
        if source:
            self._here = self._last = source
            return source
        if share >= _MOSTLY or share > _PARTLY and self._open:
            return self._going_on(number, share)
        verb, sure = hidden(words, inside) or ("", 0.0)
        if verb:
            return Source("hidden", sure, _why("hidden", verb), None, verb, share)
        return _own_voice(share, not groups()["TRIGGERS"].isdisjoint(words.low))

    def _credited(self, words: Words, tokens: Offsets, inside: list[bool], share: float) -> Source | None:
        """Return the first who is credited with the sentence, outside quotation marks."""
        for said in all_said(words, inside):
            start, end = tokens[said.first][0], tokens[said.stop - 1][1]
            kind = self._names.kind(words, said.first, said.stop, start)
            if kind:
                where = Extent(start, end)
                return Source(kind[0], _sure(said, kind[1]), _why(kind[0], said.verb), where, said.verb, share)
        return None

    def _going_on(self, number: int, share: float) -> Source:
        """Return the speaker of a quotation that has no word of saying beside it."""
        if self._here is None:
            self._here = self._ahead(number)
        speaker, sure = (self._here, 0.9) if self._here else (self._last, 0.6)
        if speaker is None:
            return Source("none", 0.5, "Words in quotation marks, and nobody who says them.", quoted=share)
        return Source(speaker.label, round(sure * speaker.confidence, 2), _goes_on(speaker.label, bool(self._here)),
                      speaker.where, speaker.verb, share)

    def _ahead(self, number: int) -> Source | None:
        """Return who is named as the speaker in one of the next sentences of the paragraph."""
        opened = self._open
        for other in range(number + 1, min(number + 1 + _AHEAD, len(self._paragraphs))):
            if self._paragraphs[other] != self._paragraph or not opened:
                return None
            where = self._article.sentences[other]
            found = list(_WORD.finditer(self._article.quote(where).translate(STRAIGHT)))[:_MOST_WORDS]
            words = Words([match[0] for match in found])
            tokens = [(where.start + match.start(), where.start + match.end()) for match in found]
            inside, opened = _quoted(words, tokens, opened)
            source = self._credited(words, tokens, inside, 0.0)
            if source:
                return source
        return None


def paragraph_numbers(article: Article) -> list[int]:
    """Return the number of the paragraph of each sentence; -1 before the first."""
    starts = [paragraph.start for paragraph in article.paragraphs]
    numbers, number = [], -1
    for sentence in article.sentences:
        while number + 1 < len(starts) and starts[number + 1] <= sentence.start:
            number += 1
        numbers.append(number)
    return numbers


def _sure(said: Said, kind: float) -> float:
    # That somebody is credited is surer than who it is, so the second counts less.
    return round(said.confidence * kind ** 0.3, 2)


@cache
def _why(label: str, verb: str) -> str:
    return f'"{verb.capitalize()}" hands this sentence to {_WHO[label]}.'


@cache
def _goes_on(label: str, here: bool) -> str:
    return f"A quotation goes on: it is still {_WHO[label]} who speaks." if here else (
        f"A quotation without a word of saying: the last to speak was {_WHO[label]}.")


@cache
def _own_voice(share: float, has_word: bool) -> Source:
    if has_word:
        return Source("none", 0.8, "A word of saying, but the main statement is the writer's own.", quoted=share)
    sure = 0.95 if share < 0.1 else 0.8
    return Source("none", sure, "No word of saying: this is the writer's own voice.", quoted=share)


def _quoted(words: Words, tokens: Offsets, opened: str) -> tuple[list[bool], str]:
    """Return for every word whether it is in quotation marks, and the mark that stays open.

    The list is empty where there are none.  A single mark opens only where a word begins.
    """
    low = words.low
    if not opened and '"' not in low and "'" not in low:
        return [], ""
    inside, done = [False] * len(low), 0
    for place in [place for place, word in enumerate(low) if word == '"' or word == "'"]:
        left = place > 0 and tokens[place - 1][1] == tokens[place][0]
        right = place + 1 < len(low) and tokens[place + 1][0] == tokens[place][1]
        if not opened and (low[place] == '"' or right and not left):
            opened, done = low[place], place
        elif low[place] == opened and (left or not right):
            inside[done:place + 1] = [True] * (place + 1 - done)
            opened, done = "", place + 1
    if opened:
        inside[done:] = [True] * (len(low) - done)
    return inside, opened
