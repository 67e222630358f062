"""Words that say who says it: verbs of saying with their subject, "according to", "is alleged to"."""

from collections.abc import Iterator
from dataclasses import dataclass

from kit.reader.naming import groups
from kit.reader.patterns import Words

_SIGNS = frozenset((",", ";", ":", '"', "'", "(", ")", "[", "]", "—", "–", "-", "--", "…", ".", "?", "!"))
_FAR = 30  # words to look left of a verb for its subject
_MOST = 12  # places in a sentence to look at; a "sentence" with more is a table


@dataclass(frozen=True, slots=True)
class Said:
    """Words that may credit somebody with a sentence.

    ``verb`` is what is said of them, ``first`` and ``stop`` are the word numbers of who it is,
    ``confidence``, 0 to 1, how sure the pattern is.
    """

    verb: str
    first: int
    stop: int
    confidence: float


def all_said(words: Words, inside: list[bool]) -> Iterator[Said]:
    """Yield what may credit somebody, in the order of the words.

    ``inside`` tells of each word whether it is in quotation marks; it is empty if none is.
    """
    known, low = groups(), words.low
    for place in _places(words, inside, "TRIGGERS"):
        word = low[place]
        if place == 0 and word in known["TALK"]:
            said = _talk(words)
        elif word == "according" or word in known["VIEWS"]:
            said = _according(words, place)
        elif _is_passive(words, place):
            said = _by_whom(words, place)
        else:
            said = _active(words, place, inside)
        if said and said.first < said.stop:
            yield said


def _places(words: Words, inside: list[bool], group: str) -> list[int]:
    """Return where words of a group stand outside quotation marks."""
    known = groups()[group]
    if known.isdisjoint(words.low):
        return []
    return [place for place, word in enumerate(words.low)
            if word in known and not (inside and inside[place])][:_MOST]


def _according(words: Words, place: int) -> Said | None:
    """Read "according to the ministry" and "in the view of most doctors"."""
    low = words.low
    if low[place:place + 2] == ["according", "to"]:
        return Said("according to", place + 2, _stop_of_name(words, place + 2), 0.92)
    if place and low[place - 2:place] == ["in", "the"] and low[place + 1:place + 2] == ["of"]:
        return Said(f"in the {low[place]} of", place + 2, _stop_of_name(words, place + 2), 0.7)
    return None


def _talk(words: Words) -> Said | None:
    """Read "Reports that a bridge fell" at the start of a sentence."""
    return Said(words.low[0], 0, 1, 0.7) if words.low[1:2] in (["that"], ["of"]) else None


def _is_passive(words: Words, place: int) -> bool:
    """Tell whether a form of "be" stands before a word, adverbs aside."""
    low, place = words.low, place - 1
    while place >= 0 and (low[place] in groups()["NOT_ALSO"] or low[place].endswith("ly")):
        place -= 2 if low[place] == "nor" else 1  # "neither confirmed nor denied"
    return place >= 0 and low[place] in groups()["BE"]


def _by_whom(words: Words, place: int) -> Said | None:
    """Read "was confirmed by the ministry"."""
    if words.low[place + 1:place + 2] == ["by"] and words.low[place] in groups()["DONE_BY"]:
        return Said(f"{words.low[place]} by", place + 2, _stop_of_name(words, place + 2), 0.5)
    return None


def _active(words: Words, place: int, inside: list[bool]) -> Said | None:
    known, low = groups(), words.low
    word, behind = low[place], low[place + 1] if place + 1 < len(low) else "."
    subject = _subject(words, place, inside)
    if subject is None or not _may_say(word, behind, low[place - 1] if place else ""):
        return None
    if word in known["SAID_SOMEHOW"] and not inside:
        return None
    first, stop, sure = subject
    if word in known["SHOWN"] and not known["STUDY"].isdisjoint(low[first:stop]):
        return None
    if word in known["HEARD"] and known["COURTS"].isdisjoint(low[first:stop]):
        return None
    return Said(word, first, stop, sure if word in known["SAYS"] else sure - 0.15)


def _may_say(word: str, behind: str, before: str) -> bool:
    """Tell by the words next to it whether a word is a verb of saying here."""
    known = groups()
    if before in known["ARTICLES"] or before in known["PREPOSITIONS"] and word not in known["SAYS"]:
        return False
    clause = behind in known["CLAUSE_START"] or behind in _SIGNS
    if word in ("called", "calls"):
        return behind in known["CALLED_WHAT"]
    if word in ("asked", "asks", "appealed", "appeals"):
        return behind not in ("about", "against") and (behind not in ("to", "for") or word[1] == "p")
    if word in known["SAYS_WITH"] and (behind in known["SAID_WHAT"] or word not in known["FOUND"]):
        return behind in known["SAID_WHAT"]
    if word in known["ARGUED"] and behind in known["OVER"]:
        return False
    if word in known["STRICT"]:
        return behind in _SIGNS or behind in known["THAT"] or before in ('"', "'")
    if word in known["HOLDS"]:
        return behind not in known["NOT_HELD"]
    if word in known["FOUND"]:
        return behind in known["THAT"]
    if word in known["PROMISE"] and behind == "to":
        return True
    return clause or word in known["SAYS"] or word in known["SAY"]


def _subject(words: Words, place: int, inside: list[bool]) -> tuple[int, int, float] | None:
    """Return who does what a verb says, as word numbers, and how sure that is; ``None`` if it is not the main verb."""
    known, low = groups(), words.low
    left = place - 1
    while left >= 0 and (low[left] in known["ALSO"] or low[left].endswith("ly")
                         or low[place] in known["HOLDS"] and low[left] in known["DO_NOT"]):
        left -= 1
    if left < 0:
        stop = _stop_of_name(words, place + 1)
        return (place + 1, stop, 0.8) if low[stop:stop + 1] == [":"] else None  # "Said Ruiz: ..."
    if low[left] in known["NO_SUBJECT"]:
        return None
    if low[left] in known["JOINS"]:
        return _first_noun(words, left)
    if low[left] in _SIGNS or inside and inside[left]:
        return _around_a_sign(words, place, left, inside)
    return _stretch(words, left + 1, inside)


def _stretch(words: Words, stop: int, inside: list[bool]) -> tuple[int, int, float] | None:
    """Return the words before ``stop`` up to a sign, if they can be the subject of a main clause."""
    if stop < 1:
        return None
    known, low = groups(), words.low
    first = stop - 1
    while first > 0 and stop - first < _FAR and low[first - 1] not in _SIGNS and not (inside and inside[first - 1]):
        first -= 1
    if low[first] in known["JOINS"]:
        first += 1
    if first < stop and low[first] in known["LEADING"]:
        times = [place for place in range(first, stop - 1) if low[place] in known["TIMES"] or low[place].isdigit()]
        first = max(times) + 1 if times else first + (low[first] in known["ALSO"] or low[first] in ("but", "however"))
    for place in range(first, stop):
        if low[place] in known["CLAUSES"] or low[place] in known["BE_HAVE_DO"]:
            return None
        if low[place] in known["RELATIVES"]:
            is_object = low[place + 1] in known["DETERMINERS"] or low[place + 1] in known["ONE_WORD"]
            return None if place == first or is_object else (first, place, 0.8)  # "people who", "the man that he"
    return (first, stop, 0.93) if first < stop else None


def _around_a_sign(words: Words, place: int, left: int, inside: list[bool]) -> tuple[int, int, float] | None:
    """Find the subject of a verb right behind a comma or a quotation mark.

    It stands behind in '"...," said the mayor', before in "Ana Ruiz, the mayor, said".
    """
    stop = _stop_of_name(words, place + 1)
    is_name = stop > place + 1 and words.low[place] != "told" and (
        words.raw[place + 1][0].isupper() or words.low[place + 1] in groups()["DETERMINERS"]
        or words.low[place + 1] in groups()["HE"] or words.low[place + 1] in groups()["OFFICE"])
    behind = stop == len(words) or words.low[stop] in _SIGNS or words.low[stop] in groups()["BEHIND_A_NAME"]
    quoted = words.low[left] in "\"'" or left > 0 and words.low[left] == "," and words.low[left - 1] in "\"'"
    before = None if quoted else _before_an_aside(words, left, inside)
    if is_name and behind and (before is None or before[2] < 0.8):
        return place + 1, stop, 0.93 if quoted else 0.85
    return before


def _before_an_aside(words: Words, comma: int, inside: list[bool]) -> tuple[int, int, float] | None:
    """Return the subject that an aside between commas stands behind; the aside is part of it if it is a name."""
    known, low = groups(), words.low
    signs = [place for place in range(max(0, comma - 2 * _FAR), comma - 1)
             if low[place] in _SIGNS and not (inside and inside[place])]
    for opening in reversed(signs):
        found = _stretch(words, opening, inside)
        if found is None:
            return None
        first, stop, _ = found
        is_subject = stop - first <= 12 and known["BE_HAVE_DO"].isdisjoint(low[first:stop])
        is_aside = low[first] in known["ASIDES"] or low[first].isdigit()
        if is_subject and (opening == signs[0] or not is_aside):
            is_name = words.raw[opening + 1][0].isupper() and not words.raw[stop - 1][0].isupper()
            return first, comma if is_name else stop, 0.85
    return None


def _first_noun(words: Words, stop: int) -> tuple[int, int, float] | None:
    """Return what a sentence is about, for a second verb: "The minister resigned and said"."""
    known, low = groups(), words.low
    first = 0
    while first < stop and not low[first][0].isalnum():
        first += 1
    if first < stop and (low[first] in known["LEADING"] or low[first] in known["CLAUSES"]
                         or low[first].endswith(("ed", "ing"))):
        comma = next((place for place in range(first, stop) if low[place] == ","), None)
        first = first + 1 if comma is None else comma + 1
    end = first
    while end < stop and end - first < 8 and low[end] not in _SIGNS and not _is_verb(words, end, first):
        end += 1
    if any(low[place] in known["CLAUSES"] or low[place] in known["RELATIVES"] for place in range(end, stop)):
        return None
    if end + 1 < stop and low[end] == "," and words.raw[end + 1][0].isupper():
        comma = next((place for place in range(end + 1, stop) if low[place] == ","), end)
        end = comma
    return (first, end, 0.8) if first < end else None


def _is_verb(words: Words, place: int, first: int) -> bool:
    word = words.low[place]
    return place > first and words.raw[place][0].islower() and (word.endswith("ed") or word in groups()["NO_NAMES"])


def _stop_of_name(words: Words, first: int) -> int:
    """Return where a source that begins at ``first`` ends: at a sign, a verb, or a word of time."""
    known, low = groups(), words.low
    stop = first
    while stop < len(low) and stop - first < 14:
        word = low[stop]
        if stop > first and (word in known["ENDS_A_NAME"] or _is_verb(words, stop, first)):
            break
        if word in _SIGNS and (word != "'" or stop == first):
            break
        stop += 1
    return stop


def hidden(words: Words, inside: list[bool]) -> tuple[str, float] | None:
    """Return the words that say that somebody said it without a mention of who, and how sure that is, 0 to 1."""
    low = words.low
    for place in _places(words, inside, "HIDING"):
        word, behind = low[place], low[place + 1] if place + 1 < len(low) else "."
        found = _hiding(words, place, word, behind)
        if found:
            return found
    return None


def _hiding(words: Words, place: int, word: str, behind: str) -> tuple[str, float] | None:
    known, low = groups(), words.low
    before = low[max(0, place - 4):place]
    if word in known["HIDDEN"]:
        is_name = before and before[-1] in known["DETERMINERS"]  # "the reportedly haunted inn"
        return None if is_name or _in_relative(words, place) else (word, 0.75)
    if word in known["TALK"] and behind in known["ABOUT_WHAT"] and "there" in before:
        return f"there are {word}", 0.6
    if word == "emerged" and before[-1:] == ["it"] or word == "reaches" and before == ["word"]:
        return word, 0.6
    if not _is_passive(words, place) or _in_relative(words, place):
        return None
    if word in known["HIDDEN_TO"] and behind == "to":
        return f"{word} to", 0.75
    if word in known["HIDDEN_OF"] and behind in known["OF"]:
        return f"{word} {behind}", 0.5
    return (f"it is {word}", 0.7) if word in known["HIDDEN_THAT"] and "it" in before else None


def _in_relative(words: Words, place: int) -> bool:
    """Tell whether a place lies in a clause with "who", "which", "after" and the like."""
    known, low = groups(), words.low
    while place > 0 and low[place - 1] not in _SIGNS:
        place -= 1
        if low[place] in known["RELATIVES"] or low[place] in known["CLAUSES"] and low[place + 1] not in known["THEN"]:
            return True
    return False
