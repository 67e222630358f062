"""Matching: patterns against the words of one sentence.

What a pattern looks at has an upper limit, so that reading takes time in proportion to the text.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

# Patterns know one kind of quotation mark and one apostrophe; the letters keep their places.
STRAIGHT = str.maketrans("“”„«»‘’", "\"\"\"\"\"''")


class Words:
    """The words of one sentence: ``low`` in small letters, ``raw`` as written."""

    def __init__(self, raw: list[str]) -> None:
        self.raw = raw
        self.low = [word.lower() for word in raw]

    def __len__(self) -> int:
        return len(self.raw)

    @cached_property
    def titled(self) -> bool:
        """Whether nearly every word has a capital, as in a headline; then capitals tell nothing."""
        long = [word for word in self.raw if len(word) > 3 and word[0].isalpha()]
        return len(long) > 2 and sum(word[0].isupper() for word in long) > 0.8 * len(long)

    @cached_property
    def present(self) -> frozenset[str]:
        """Every word, in small letters, once."""
        return frozenset(self.low)

    def ends_at(self, place: int, step: int) -> bool:
        """Tell whether no word is left from this place on, going forwards (1) or backwards (-1)."""
        while 0 <= place < len(self.raw):
            if is_word(self, place):
                return False
            place += step
        return True


Test = Callable[[Words, int], bool]


def is_word(words: Words, place: int) -> bool:
    """Tell a word or a number from a sign."""
    word = words.raw[place]
    return word[0].isalnum() or word[-1].isalnum()


def is_name(words: Words, place: int) -> bool:
    """Tell whether a word has a capital that its place in the sentence does not explain."""
    word = words.raw[place]
    return word[0].isupper() and not words.titled and word not in _NO_NAMES and not words.ends_at(place - 1, -1)


_NO_NAMES = frozenset((
    "I", "I'm", "I'd", "I've", "I'll",
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
    "January", "February", "March", "April", "June", "July", "August", "September", "October", "November", "December",
    "Jan.", "Feb.", "Aug.", "Sept.", "Oct.", "Nov.", "Dec."))


@dataclass(frozen=True)
class Item:
    """One place of a pattern: a test for a word and how often it may hold; or a mark, or an edge."""

    test: Test | None = None
    words: frozenset[str] = frozenset()  # all that can stand here, if that is a plain list
    least: int = 1
    most: int = 1
    mark: str = ""
    edge: bool = False

    @cached_property
    def single(self) -> bool:
        """Whether exactly one word stands here."""
        return self.test is not None and self.least == self.most == 1


@dataclass(frozen=True)
class Phrase:
    """A pattern of a lexicon entry: read from its first word on.

    ``first`` are the words it can begin with.  ``items`` are all its places, the first too.
    """

    first: frozenset[str]
    items: tuple[Item, ...]
    alone: bool = False  # one word and nothing else

    def fit(self, words: Words, place: int) -> tuple[int, int, int, int] | None:
        """Return start, stop, core start and core stop as word numbers, or ``None``."""
        if self.alone:
            return place, place + 1, place, place + 1
        found = _fit(self.items, 0, words, place, 1, set())
        if found is None:
            return None
        marks, stop = dict(found[1]), found[0]
        first, stop = marks.get("[", place), marks.get("]", stop)
        return first, stop, marks.get("<", first), marks.get(">", stop)


@dataclass(frozen=True)
class Context:
    """A pattern of a rule: what stands before the cue (read backwards) and after it."""

    before: tuple[Item, ...]
    after: tuple[Item, ...]
    exactly: str = ""

    @cached_property
    def needs(self) -> tuple[frozenset[str], ...]:
        """Lists of words of each of which one must be in the sentence."""
        return tuple(item.words for item in (*self.before, *self.after) if item.words and item.single)

    def fit(self, words: Words, first: int, stop: int) -> tuple[int, int] | None:
        """Return the extent to mark, in words; ``None`` if the words around do not fit."""
        if self.exactly and not self._is_exact(words, first):
            return None
        present = words.present
        for needed in self.needs:
            if needed.isdisjoint(present):
                return None
        if _hopeless(self.before, words, first - 1) or _hopeless(self.after, words, stop):
            return None
        left = _fit(self.before, 0, words, first - 1, -1, set())
        if left is None:
            return None
        right = _fit(self.after, 0, words, stop, 1, set())
        if right is None:
            return None
        return dict(left[1]).get("[", first - 1) + 1, dict(right[1]).get("]", stop)

    def _is_exact(self, words: Words, first: int) -> bool:
        if self.exactly == "NAME":
            return is_name(words, first)
        return not words.titled and words.raw[first] == self.exactly


def _hopeless(items: tuple[Item, ...], words: Words, place: int) -> bool:
    """Tell at a glance, as most patterns fail at the first word."""
    return bool(items) and items[0].single and not (0 <= place < len(words.raw) and items[0].test(words, place))


def _fit(items: tuple[Item, ...], number: int, words: Words, place: int, step: int, failed: set[tuple[int, int]]):
    """Return where the items end and where their marks are, or ``None``.

    ``failed`` holds what did not fit from where: nothing is tried twice, however many gaps a pattern has.
    """
    while number < len(items):
        item = items[number]
        if item.mark:
            rest = _fit(items, number + 1, words, place, step, failed)
            return rest and (rest[0], ((item.mark, place), *rest[1]))
        if item.edge:
            if not words.ends_at(place, step):
                return None
        elif item.single:
            if not (0 <= place < len(words.raw) and item.test(words, place)):
                return None
            place += step
        else:
            return _fit_some(items, number, words, place, step, failed)
        number += 1
    return place, ()


def _fit_some(items: tuple[Item, ...], number: int, words: Words, place: int, step: int, failed: set[tuple[int, int]]):
    if (number, place) in failed:
        return None
    item = items[number]
    reach = 0
    while reach < item.most and 0 <= place + reach * step < len(words.raw) and item.test(words, place + reach * step):
        reach += 1
    # A word that may be there is taken if it is; a gap stays as short as it can.
    for taken in range(reach, -1, -1) if item.most == 1 else range(reach + 1):
        rest = _fit(items, number + 1, words, place + taken * step, step, failed)
        if rest is not None:
            return rest
    failed.add((number, place))
    return None
