"""An article out of a file or a paste, and what was set aside on the way."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

from kit.authoring.leftovers import Line, leftovers
from kit.errors import KitError
from kit.model.article import Article
from kit.model.files import as_id, plain
from kit.model.formats import is_id

_LONGEST_TITLE = 120


@dataclass(frozen=True)
class SetAside:
    """Words that came along and are not the article.

    ``reason`` says in a teacher's words what they are; ``at`` is the place in the text, in
    characters, where they would stand.
    """

    words: str
    reason: str
    at: int


class Part(NamedTuple):
    """A line of what was read, or several, in characters; with a ``reason`` it is set aside."""

    start: int
    end: int
    reason: str = ""


class Piece(NamedTuple):
    """A stretch of what was read; with a ``reason`` it is not the article."""

    words: str
    reason: str = ""


@dataclass(frozen=True)
class Imported:
    """An article's text and title, and what was set aside.

    ``whole`` is all that was read, ``parts`` its lines in order.  No letter of it is lost:
    what is not in ``text`` is in ``set_aside``.
    """

    whole: str = field(repr=False)
    parts: tuple[Part, ...] = field(repr=False)
    title: str
    source: str = ""

    @property
    def text(self) -> str:
        """The article as it will be shown: NFC, ``\\n`` line ends, no white space at either end."""
        return self._parted[0]

    @property
    def set_aside(self) -> tuple[SetAside, ...]:
        """What came along and is not the article, in the order of the page; empty if there is nothing."""
        return self._parted[1]

    def keeping(self, *numbers: int) -> "Imported":
        """Return the same with some of what was set aside back in its place; without numbers, all.

        Numbers count from 1, in the order of ``set_aside``.

        Raises:
            KitError: there is no such number.
        """
        gone = [number for number, part in enumerate(self.parts) if part.reason]
        for number in numbers:
            if not 1 <= number <= len(gone):
                there_is = f"Choose from 1 to {len(gone)}" if gone else "Nothing was set aside"
                raise KitError(f"There is no number {number} among what was set aside. {there_is}.")
        back = {gone[number - 1] for number in numbers} if numbers else set(gone)
        return replace(self, parts=tuple(part._replace(reason="") if number in back else part
                                         for number, part in enumerate(self.parts)))

    def article(self, *, id: str = "", title: str = "", source: str = "") -> Article:
        """Return the text as an article of the kit; the id is made from the title unless given.

        Raises:
            KitError: the id is not made of small letters, digits and hyphens.
        """
        id, title = id or as_id(title or self.title), title or self.title
        if not is_id(id):
            raise KitError(f"{id!r} cannot be the id of an article. Use small letters, digits and hyphens, at most 80.")
        return Article(id, title, source or self.source, self.text)

    @cached_property
    def _parted(self) -> tuple[str, tuple[SetAside, ...]]:
        """The text and what was set aside: of the gaps around a run that goes, the widest stays."""
        gaps = ["", *(self.whole[left.end:right.start] for left, right in zip(self.parts, self.parts[1:])), ""]
        words, aside, length, number = [], [], 0, 0
        while number < len(self.parts):
            stop = number
            while stop < len(self.parts) and self.parts[stop].reason:
                stop += 1
            stays = _staying(gaps, number, stop)
            after = length + len(gaps[stays])
            aside += [SetAside(self._words(part), part.reason, length if each < stays else after)
                      for each, part in enumerate(self.parts[number:stop], start=number)]
            if stop < len(self.parts):
                words += [gaps[stays], self._words(self.parts[stop])]
                length = after + len(words[-1])
            number = stop + 1
        return "".join(words), tuple(aside)

    def _words(self, part: Part) -> str:
        return self.whole[part.start:part.end]


def _staying(gaps: Sequence[str], number: int, stop: int) -> int:
    """Return which gap stays of those before, inside and behind a run; at an end, the outer one."""
    if number == 0 or stop == len(gaps) - 1:
        return 0 if number == 0 else stop
    return max(range(number, stop + 1), key=lambda each: gaps[each].count("\n"))


def assemble(pieces: Iterable[Piece], *, title: str = "") -> Imported:
    """Put pieces together, one blank line between two, and set aside what is not the article.

    If nothing would be left, nothing is set aside.  Without words the text is empty.
    """
    whole, parts = _joined(pieces)
    if all(part.reason for part in parts):
        parts = [part._replace(reason="") for part in parts]
    judged, found = list(parts), True
    while found:
        found = _leftovers(whole, judged)
        for number, reason in found.items():
            judged[number] = judged[number]._replace(reason=reason)
    if all(part.reason for part in judged):
        judged = parts
    first = next((whole[part.start:part.end] for part in judged if not part.reason), "")
    return Imported(whole, tuple(judged), (" ".join(title.split()) or first.split("\n", 1)[0])[:_LONGEST_TITLE])


def _joined(pieces: Iterable[Piece]) -> tuple[str, list[Part]]:
    words, parts, length = [], [], 0
    for piece in pieces:
        text = plain(piece.words)
        if not text:
            continue
        if words:
            words.append("\n\n")
            length += 2
        words.append(text)
        parts += [Part(length, length + len(text), piece.reason)] if piece.reason else _lines(text, length)
        length += len(text)
    return "".join(words), parts


def _lines(text: str, start: int) -> list[Part]:
    parts = []
    for line in text.split("\n"):
        bare = line.strip()
        if bare:
            first = start + len(line) - len(line.lstrip())
            parts.append(Part(first, first + len(bare)))
        start += len(line) + 1
    return parts


def _leftovers(whole: str, parts: Sequence[Part]) -> dict[int, str]:
    """Return more parts to set aside, by number: the lines that are still there decide."""
    kept = [number for number, part in enumerate(parts) if not part.reason]
    breaks = [max(whole.count("\n", parts[number].end, parts[number + 1].start) for number in range(left, right))
              for left, right in zip(kept, kept[1:])]
    lines = [Line(whole[parts[number].start:parts[number].end], count > 1) for number, count in zip(kept, [2, *breaks])]
    return {kept[number]: reason for number, reason in leftovers(lines).items()}
