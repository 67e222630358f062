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
from collections.abc import Mapping

from kit.reader.matching import Context, Item, Phrase, Test, Words, is_name, is_word

_GAP = re.compile(r"(\.\.|~)(\d{1,2})(?:!(.+))?$")
_GROUP = re.compile(r"[A-Z][A-Z_]+$")
_MARKS = frozenset("[]<>")
_BUILT_IN: dict[str, Test] = {
    "NUMBER": lambda words, place: any(sign.isdigit() for sign in words.raw[place]),
    "NAME": is_name,
    "WORD": is_word,
    "SIGN": lambda words, place: not is_word(words, place),
}


def phrase(source: str, groups: Mapping[str, frozenset[str]]) -> Phrase:
    """Return the pattern that a lexicon entry writes.

    Raises:
        ValueError: says what is wrong with it and what to write.
    """
    parts = _parts(source)
    if any(part.startswith("_") for part in parts):
        raise ValueError("has a '_'; that is for rules")
    order = [part for part in parts if part in _MARKS]
    if len(order) == 4 and order != ["[", "<", ">", "]"]:
        raise ValueError("has < > outside [ ]; what must be marked lies inside what may be")
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
    if "<" in parts:
        raise ValueError("has < >; those are for the lexicon, a rule has [ ]")
    if len(anchors) != 1:
        raise ValueError(f"has {len(anchors)} '_'; write it once, where the cue stands")
    before = [_item(part, groups) for part in parts[:anchors[0]]]
    after = [_item(part, groups) for part in parts[anchors[0] + 1:]]
    return Context(tuple(reversed(before)), tuple(after), parts[anchors[0]][1:])


def _parts(source: str) -> list[str]:
    parts = re.sub(r"([\[\]<>])", r" \1 ", source.replace("’", "'")).split()
    if not parts:
        raise ValueError("is empty; write at least one word")
    for opening, closing in ("[]", "<>"):
        found = [part for part in parts if part in (opening, closing)]
        if found not in ([], [opening, closing]):
            raise ValueError(f"has {' '.join(found)}; write one {opening} and one {closing} after it, or neither")
    for part, following in zip(parts, parts[1:]):
        if part + following in ("[]", "<>"):
            raise ValueError(f"has nothing between {part} and {following}; write the words there")
    for part in parts:
        if part.startswith(("..", "~")) and len(part) > 2 and not _GAP.match(part):
            raise ValueError(f"has {part!r}; a gap is '..3' or '~3', of at most 99 words")
        if len(part) > 1 and not part.strip("/!?"):
            raise ValueError(f"has {part!r}, in which no word is named")
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
    return is_word(words, place) or words.raw[place] in _QUOTATION_MARKS


_QUOTATION_MARKS = frozenset(('"', "'", "``", "''"))


def _test(part: str, groups: Mapping[str, frozenset[str]]) -> tuple[Test, frozenset[str]]:
    """Return a test for a word and, if it only compares with a list, the list."""
    part, but, barred = (part, "", "") if part == "!" else part.partition("!")
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
