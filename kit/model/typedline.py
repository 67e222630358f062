"""What one typed line says of one sentence: ``may M, reportedly S``, ``#7-9``, ``claim``."""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from functools import cached_property

from kit.model.article import Article
from kit.model.labels import Label, Scheme
from kit.model.numbered import Sentence, numbered, spellings
from kit.model.spans import Extent

_NONE = ("", "-", "–", "—", "nothing", "none")
_COMMA = re.compile(r"[;，；、]|,(?!\d)|(?<!\d),")  # not the one in 1,000
_WORD = r"(\d{1,6})(?:\.(\d{1,6}))?"  # its number, and that of a sign behind it
_NUMBERS = re.compile(rf"#\s*{_WORD}(?:\s*[-–]\s*(?:(h?\d{{1,6}})?#)?\s*{_WORD})?\s*(.*)", re.IGNORECASE)
_CERTAIN = re.compile(r"(.*?)\s*(?:=\s*([\w-]+)|\(\s*([\w-]+)\s*\))")


Mark = tuple[Extent, str]  # a place and its label; "" where none is typed


class Problem(Exception):
    """What is wrong with a line, and what to type."""


class Lines:
    """A text under the names of its sentences, and the labels that may be typed."""

    def __init__(self, article: Article, scheme: Scheme) -> None:
        self.article, self.scheme = article, scheme

    @cached_property
    def sentences(self) -> dict[str, Sentence]:
        return {sentence.name: sentence for sentence in numbered(self.article)}

    def sentence(self, name: str) -> Sentence:
        plain = name[0].lower() + str(int(name[1:])) if name[0] in "hH" else str(int(name))
        if plain in self.sentences:
            return self.sentences[plain]
        last = sum(not sentence.is_heading for sentence in self.sentences.values())
        raise Problem(f"there is no sentence {name}; the last one is {last}. Look for its number in the margin.")

    def label(self, word: str) -> Label | None:
        """Return the label that a letter, an id or a name stands for."""
        asked = word.casefold().strip(" .=()")
        return next((label for label in self.scheme.labels
                     if asked in (label.letter.casefold(), label.id, label.name.casefold())), None)

    def answers(self, sentence: Sentence, rest: str) -> list[Mark]:
        """Return the marks that one line tells of a sentence; raises ``Problem``."""
        if self.is_none(sentence, rest):
            return []
        if self.scheme.unit == "sentence":
            return [(sentence.extent, self._role(rest.strip(" .")))]
        return [self._item(sentence, piece) for piece in self.pieces(rest) if piece]

    def is_none(self, sentence: Sentence, rest: str) -> bool:
        """Tell whether a line says that there is nothing; raises ``Problem`` if it may be a word, too."""
        plain = rest.strip(" .")
        if plain.casefold() not in _NONE:
            return False
        if sentence.where(spellings(plain)):
            raise Problem(f"sentence {sentence.name} has the word {plain!r}. "
                          f"Type '{sentence.name}: -' for no mark, or the number of the word after a '#'.")
        return True

    @staticmethod
    def pieces(rest: str) -> list[str]:
        """Return what stands between commas; a line that begins with a comma begins with nothing."""
        return [piece.strip(" .") for piece in _COMMA.split(rest)]

    def _role(self, word: str) -> str:
        label = self.label(word)
        if label is None:
            raise Problem(f"{word!r} is no label. Type one of {self._pens()}.")
        return label.id

    def _pens(self) -> str:
        return ", ".join(f"{label.letter} ({label.id})" for label in self.scheme.labels)

    def _item(self, sentence: Sentence, piece: str) -> Mark:
        certain = _CERTAIN.fullmatch(piece)
        label = self.label(certain[2] or certain[3]) if certain else None
        if label:
            return self.words(sentence, certain[1])[0], label.id
        extent, found = self.words(sentence, piece)
        return extent, found or (self.scheme.ids[0] if len(self.scheme.ids) == 1 else "")

    def words(self, sentence: Sentence, piece: str) -> tuple[Extent, str]:
        """Return where words or word numbers stand, and the label beside them or ""."""
        before, sharp, after = piece.partition("#")
        if sharp and (not before.strip() or self.label(before)):
            extent, last = self._by_number(sentence, f"#{after}")
            label = self.label(before) or self.label(last)
            if last and label is None:
                raise Problem(f"{last!r} behind a word number is no pen. Type one of {self._pens()}.")
            return extent, label.id if label else ""
        typed = spellings(piece)
        for words, which, letter in _readings(typed):
            label = self.label(letter)
            places = sentence.where(words) if label or not letter else []
            if places:
                return self._one_of(sentence, piece, places, which), label.id if label else ""
        raise Problem(self._not_there(sentence, piece, typed))

    def _one_of(self, sentence: Sentence, piece: str, places: list[tuple[int, int]], which: int | None) -> Extent:
        if which is None and len(places) > 1:
            numbers = " or ".join(f"'#{sentence.place(first)[0]}'" for first, _ in places)
            raise Problem(f"{piece!r} stands in sentence {sentence.name} {len(places)} times. "
                           f"Type which one: '{piece} 1' for the first, or {numbers}.")
        if which is not None and not 1 <= which <= len(places):
            raise Problem(f"{piece!r}: these words stand in sentence {sentence.name} "
                           f"{'once' if len(places) == 1 else f'{len(places)} times'}. Type a smaller number.")
        return self.article.extent(*places[(which or 1) - 1])

    def _by_number(self, sentence: Sentence, piece: str) -> tuple[Extent, str]:
        found = _NUMBERS.fullmatch(piece)
        if not found:
            raise Problem(f"{piece!r} is no word number. Type '#7' for word 7, '#7-9' for words 7 to 9.")
        word, sign, name, last, last_sign, rest = found.groups()
        end = self.sentence(name) if name else sentence
        first = sentence.token(int(word), int(sign or 0))
        final = end.token(int(last), int(last_sign or 0)) if last else first
        if first is None or final is None or final < first:
            raise Problem(f"{piece!r} does not lie in sentence {sentence.name}, which has "
                           f"{len(sentence.words)} words. Look for the small numbers at the words.")
        return self.article.extent(first, final + 1), rest.strip()

    def _not_there(self, sentence: Sentence, piece: str, typed: tuple[str, ...]) -> str:
        if len(typed) > 1 and sentence.where(typed[:-1]):
            return f"{piece.split()[-1]!r} behind {' '.join(typed[:-1])!r} is no pen. Type one of {self._pens()}."
        meant = [words for words, _, letter in _readings(typed) if not letter or self.label(letter)]
        elsewhere = [other.name for other in self.sentences.values() if any(map(other.where, meant))][:3]
        near = [match for word in typed if word not in sentence.spelled
                for match in get_close_matches(word, sentence.spelled, 1)]
        hint = (f"Sentence {' or '.join(elsewhere)} has it. " if elsewhere else
                f"Is it {near[0]!r}? " if near else
                f"For word number {typed[0]} type '#{typed[0]}'. " if typed and typed[0].isdecimal() else "")
        words = " ".join(self.article.quote(sentence.extent).split())
        shown = words if len(words) <= 240 else words[:237] + "..."
        return f"{piece!r} is not in sentence {sentence.name}. {hint}Its words are: {shown}"


def _readings(typed: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], int | None, str]]:
    """Yield how typed words can be meant, best first: the words, which of several, the pen or ""."""
    for words, letter in ((typed, ""), (typed[:-1], typed[-1:]), (typed[1:], typed[:1])):
        label = "".join(letter)
        yield words, None, label
        if len(words) > 1 and words[-1].isdecimal() and len(words[-1]) <= 6:
            yield words[:-1], int(words[-1]), label
