"""Patterns over the words of one sentence, as the lexicon and the rules write them.

===============  =====================================================================
``may/might``    one of these words, whatever the capitals
``May``          this word with exactly these capitals
``SAY``          a word of this group (``english/groups.txt``)
``*ing``         a word that ends so; ``re*`` begins so
``NUMBER``       a word with a digit in it; so do ``NAME`` (a capital inside a sentence), ``WORD``
                 (a letter or digit) and ``SIGN`` (neither)
``*er!ITEMS``    ends so and is none of this group
``that?``        may be there or not
``!to``          a word, but not this one
``..3``          up to three words, and no sign such as a comma between them
``..3!STOP``     the same, and none of this group between them
``~3``           up to three words or signs
``START END``    where the sentence starts or ends, quotation marks and stops aside
``_``            the cue that a rule is about; ``_May`` the cue with exactly these capitals,
                 ``_NAME`` the cue with a capital inside a sentence
``[ ]``          around what may be marked; ``< >`` around what must be
===============  =====================================================================

A gap takes as few words as it can and has an upper limit, so that no pattern looks at more
than a fixed number of words, whatever the text.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

_GAP = re.compile(r"(\.\.|~)(\d{1,2})(?:!(.+))?$")
_GROUP = re.compile(r"[A-Z][A-Z_]+$")
_MARKS = frozenset("[]<>")


class Words:
    """The words of one sentence: ``low`` in small letters, ``raw`` as written."""

    __slots__ = ("raw", "low", "_titled", "_present")

    def __init__(self, raw: list[str]) -> None:
        self.raw = raw
        self.low = [word.lower() for word in raw]
        self._titled: bool | None = None
        self._present: frozenset[str] | None = None

    def __len__(self) -> int:
        return len(self.raw)

    @property
    def titled(self) -> bool:
        """Whether nearly every word has a capital, as in a headline; then capitals tell nothing."""
        if self._titled is None:
            long = [word for word in self.raw if len(word) > 3 and word[0].isalpha()]
            self._titled = len(long) > 2 and sum(word[0].isupper() for word in long) > 0.8 * len(long)
        return self._titled

    @property
    def present(self) -> frozenset[str]:
        """Every word, in small letters, once."""
        if self._present is None:
            self._present = frozenset(self.low)
        return self._present

    def ends_at(self, place: int, step: int) -> bool:
        """Tell whether no word is left from this place on, going forwards (1) or backwards (-1)."""
        while 0 <= place < len(self.raw):
            if _is_word(self, place):
                return False
            place += step
        return True


Test = Callable[[Words, int], bool]


def _is_word(words: Words, place: int) -> bool:
    word = words.raw[place]
    return word[0].isalnum() or word[-1].isalnum()


def _is_name(words: Words, place: int) -> bool:
    word = words.raw[place]
    return word[0].isupper() and not words.titled and word not in _NO_NAMES and not words.ends_at(place - 1, -1)


_NO_NAMES = frozenset("""I I'm I'd I've I'll
    Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April June July
    August September October November December Jan. Feb. Aug. Sept. Oct. Nov. Dec.""".split())
_BUILT_IN: dict[str, Test] = {
    "NUMBER": lambda words, place: any(sign.isdigit() for sign in words.raw[place]),
    "NAME": _is_name,
    "WORD": _is_word,
    "SIGN": lambda words, place: not _is_word(words, place),
}


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
        found = _fit(self.items, 0, words, place, 1)
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
        if _hopeless(self.before, words, first - 1) or _hopeless(self.after, words, stop):
            return None
        for needed in self.needs:
            if needed.isdisjoint(words.present):
                return None
        left = _fit(self.before, 0, words, first - 1, -1)
        if left is None:
            return None
        right = _fit(self.after, 0, words, stop, 1)
        if right is None:
            return None
        return dict(left[1]).get("[", first - 1) + 1, dict(right[1]).get("]", stop)

    def _is_exact(self, words: Words, first: int) -> bool:
        if self.exactly == "NAME":
            return _is_name(words, first)
        return not words.titled and words.raw[first] == self.exactly


def _hopeless(items: tuple[Item, ...], words: Words, place: int) -> bool:
    """Tell at a glance, as most patterns fail at the first word."""
    return bool(items) and items[0].single and not (0 <= place < len(words.raw) and items[0].test(words, place))


def _fit(items: tuple[Item, ...], number: int, words: Words, place: int, step: int):
    """Return where the items end and where their marks are, or ``None``."""
    while number < len(items):
        item = items[number]
        if item.mark:
            rest = _fit(items, number + 1, words, place, step)
            return rest and (rest[0], ((item.mark, place), *rest[1]))
        if item.edge:
            if not words.ends_at(place, step):
                return None
        elif item.single:
            if not (0 <= place < len(words.raw) and item.test(words, place)):
                return None
            place += step
        else:
            return _fit_some(items, number, words, place, step)
        number += 1
    return place, ()


def _fit_some(items: tuple[Item, ...], number: int, words: Words, place: int, step: int):
    item = items[number]
    reach = 0
    while reach < item.most and 0 <= place + reach * step < len(words.raw) and item.test(words, place + reach * step):
        reach += 1
    # A word that may be there is taken if it is; a gap stays as short as it can.
    for taken in range(reach, -1, -1) if item.most == 1 else range(reach + 1):
        rest = _fit(items, number + 1, words, place + taken * step, step)
        if rest is not None:
            return rest
    return None


def phrase(source: str, groups: Mapping[str, frozenset[str]]) -> Phrase:
    """Return the pattern that a lexicon entry writes.

    Raises:
        ValueError: says what is wrong with it and what to write.
    """
    parts = _parts(source)
    if any(part.startswith("_") for part in parts):
        raise ValueError("has a '_'; that is for rules")
    head = next((part for part in parts if part not in _MARKS), "")
    first = _plain_words(head, groups)
    if not first:
        raise ValueError(f"begins with {head!r}; begin with a plain word, such as 'yet' or 'is/was'")
    return Phrase(first, tuple(_item(part, groups) for part in parts), alone=len(parts) == 1)


def context(source: str, groups: Mapping[str, frozenset[str]]) -> Context:
    """Return the pattern that a rule writes.

    Raises:
        ValueError: says what is wrong with it and what to write.
    """
    parts = _parts(source)
    anchors = [number for number, part in enumerate(parts) if part.startswith("_")]
    if len(anchors) != 1:
        raise ValueError(f"has {len(anchors)} '_'; write it once, where the cue stands")
    before = [_item(part, groups) for part in parts[:anchors[0]]]
    after = [_item(part, groups) for part in parts[anchors[0] + 1:]]
    return Context(tuple(reversed(before)), tuple(after), parts[anchors[0]][1:])


def _parts(source: str) -> list[str]:
    parts = re.sub(r"([\[\]<>])", r" \1 ", source).split()
    if not parts:
        raise ValueError("is empty; write at least one word")
    for opening, closing in ("[]", "<>"):
        found = [part for part in parts if part in (opening, closing)]
        if found not in ([], [opening, closing]):
            raise ValueError(f"has {' '.join(found)}; write one {opening} and one {closing} after it, or neither")
    return parts


def _item(part: str, groups: Mapping[str, frozenset[str]]) -> Item:
    if part in _MARKS:
        return Item(mark=part)
    if part in ("START", "END"):
        return Item(edge=True)
    gap = _GAP.match(part)
    if gap:
        return _gap(gap, groups)
    least = 0 if part.endswith("?") and len(part) > 1 else 1
    word = part.removesuffix("?") or part
    if word.startswith("!") and len(word) > 1:
        other = _test(word[1:], groups)[0]
        return Item(lambda words, place: not other(words, place), least=least)
    return Item(*_test(word, groups), least=least)


def _gap(gap: re.Match, groups: Mapping[str, frozenset[str]]) -> Item:
    inside = _is_inside if gap[1] == ".." else _is_any
    if not gap[3]:
        return Item(inside, least=0, most=int(gap[2]))
    barred = _test(gap[3], groups)[0]
    return Item(lambda words, place: inside(words, place) and not barred(words, place), least=0, most=int(gap[2]))


def _is_any(words: Words, place: int) -> bool:
    return True


def _is_inside(words: Words, place: int) -> bool:
    return _is_word(words, place) or words.raw[place] in _QUOTATION_MARKS


_QUOTATION_MARKS = frozenset("\" ' “ ” ‘ ’ « » `` ''".split())


def _test(part: str, groups: Mapping[str, frozenset[str]]) -> tuple[Test, frozenset[str]]:
    """Return a test for a word and, if it only compares with a list, the list."""
    part, but, barred = part.partition("!")
    if but:
        test, other = _test(part, groups)[0], _test(barred, groups)[0]
        return lambda words, place: test(words, place) and not other(words, place), frozenset()
    tests = [_one_test(word, groups) for word in _alternatives(part)]
    small = frozenset().union(*(test for test in tests if isinstance(test, frozenset)))
    others = tuple(test for test in tests if not isinstance(test, frozenset))
    if not others:
        return lambda words, place: words.low[place] in small, small
    if not small and len(others) == 1:
        return others[0], frozenset()
    return lambda words, place: words.low[place] in small or any(test(words, place) for test in others), frozenset()


def _alternatives(part: str) -> list[str]:
    return [part] if part == "/" else [word for word in part.split("/") if word]


def _one_test(word: str, groups: Mapping[str, frozenset[str]]) -> Test | frozenset[str]:
    if word in _BUILT_IN:
        return _BUILT_IN[word]
    if _GROUP.match(word):
        if word not in groups:
            raise ValueError(f"names a group {word!r} that does not exist; there are {', '.join(sorted(groups))}")
        return groups[word]
    if word.startswith("*") and len(word) > 1:
        return lambda words, place: words.low[place].endswith(word[1:])
    if word.endswith("*") and len(word) > 1:
        return lambda words, place: words.low[place].startswith(word[:-1])
    if word != word.lower():
        return lambda words, place: words.raw[place] == word
    return frozenset((word,))


def _plain_words(part: str, groups: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Return the words that a pattern can begin with; none if it does not begin with words."""
    if part.startswith("!") or part.endswith("?") or _GAP.match(part):
        return frozenset()
    found = [_one_test(word, groups) for word in _alternatives(part)]
    return frozenset().union(*found) if found and all(isinstance(test, frozenset) for test in found) else frozenset()
