"""What the words of a source name: a person, a body or somebody without a name."""

from functools import cache

from kit.model.article import Article
from kit.reader.lexicon import english, english_groups, parse_groups
from kit.reader.patterns import Words

_FAR = 20_000  # characters to look back for the first full name of somebody
_LOOKS = 8  # places there to look at


class Names:
    """Tells what a source is called, and remembers whom "she", "it" and "they" would mean.

    A single name ("Tolland said") is a person's if a first name or a role stood with it before.
    """

    def __init__(self, article: Article) -> None:
        self._text = article.text.replace("’", "'")  # as the words are, letter for letter
        self._people: dict[str, bool] = {}
        self._human, self._many = "person", "vague"

    def kind(self, words: Words, first: int, stop: int, start: int) -> tuple[str, float] | None:
        """Return the label of a source and how sure it is, 0 to 1; ``None`` if the words name no source.

        ``first`` and ``stop`` are word numbers; ``start`` is where the words stand in the text.
        """
        while first < stop and not words.raw[first][0].isalnum():
            first += 1
        if first == stop:
            return None
        head = _head_stop(words, first, stop)
        found = self._pronoun(words.low[first]) if stop == first + 1 else None
        found = found or self._noun(words, first, head, stop, start)
        if found and found[0] != "institution" and _has_name_behind(words, head, stop):
            found = "person", 0.9  # "her agent, Dom Frye,"
        elif found and found[0] == "vague" and "and" in words.low[first:head]:  # "Ruiz and her colleagues"
            one = self._noun(words, first, words.low.index("and", first), stop, start)
            found = one if one and one[0] == "person" else found
        if found:
            self._remember(words, first, stop, found[0])
        return found

    def _remember(self, words: Words, first: int, stop: int, label: str) -> None:
        if label == "person":
            for place in range(first + 1, stop):
                if _is_capital(words, place) and _is_capital(words, place - 1):
                    self._people[words.raw[place].removesuffix("'s")] = True
        if label == "person" or label == "vague" and words.low[first] in groups()["SINGLE"]:
            self._human = label
        if words.low[first] not in ("he", "she", "it"):
            self._many = "institution" if label == "institution" else "vague"

    def _pronoun(self, word: str) -> tuple[str, float] | None:
        if word in groups()["HE"]:
            return self._human, 0.9
        if word == "it":
            return "institution", 0.85
        if word in ("they", "both"):
            return self._many, 0.7
        return None

    def _noun(self, words: Words, first: int, head: int, stop: int, start: int) -> tuple[str, float] | None:
        low, known = words.low, groups()
        if low[first] in known["NOBODY"] and (stop == first + 1 or low[first] in known["ME"]):
            return None
        if any(low[place] in known["TITLES"] and place + 1 < stop and words.raw[place + 1][0].isupper()
               for place in range(first, head)):
            return "person", 0.95
        named = _name_at_the_end(words, first, head)
        if named is not None:
            return self._named(words, first, head, named, start)
        last = low[head - 1].removesuffix("'")
        if last in known["SPOKESPERSON"]:
            has_body = "for" in low[head:stop] or any(word in known["BODY"] for word in low[first:head])
            return ("institution", 0.6) if has_body else (self._human if low[first] == "the" else "vague", 0.6)
        return self._common(words, first, head, last) or _inside(words, first, head, stop)

    def _named(self, words: Words, first: int, head: int, name: int, start: int) -> tuple[str, float]:
        """Judge a source whose head is a name that begins with the word ``name``."""
        known, low = groups(), words.low
        before = low[name - 1] if name > first else ""
        if any(word in known["BODY"] or word == "&" for word in low[name:head]):
            return "institution", 0.9
        if before in known["OFFICE"] or before in _unnamed():
            return "person", 0.9
        if before in known["BODY"]:
            return "institution", 0.8
        if head - name > 1:
            is_place = before == "the" or low[name] in known["PLACES"] or low[name] == "the"
            return ("institution", 0.8) if is_place else ("person", 0.85)
        return ("person", 0.9) if self._is_surname(words.raw[name], start) else ("institution", 0.8)

    def _common(self, words: Words, first: int, head: int, last: str) -> tuple[str, float] | None:
        """Judge a source whose head is a common noun."""
        known, low = groups(), words.low
        single = low[first] in known["SINGLE"]
        if last in known["PAPERS"] or single and last in known["PAPER"]:
            return "vague", 0.8
        if last in known["BODY"]:
            return "institution", 0.85
        if last.removesuffix("s") in known["BODY"]:
            return ("institution", 0.7) if low[first] in ("the", "both") else ("vague", 0.7)
        if last in known["OFFICE"] and not single and low[first] not in known["COUNTS"]:
            return self._human if last in _unnamed() else "person", 0.7
        if last in _unnamed():
            definite = low[first] in ("the", "that") and not last.endswith("s")
            return self._human if definite else "vague", 0.85
        if last in known["OFFICE"] or low[first] in known["COUNTS"]:
            return "vague", 0.7
        return None

    def _is_surname(self, name: str, start: int) -> bool:
        name = name.removesuffix("'s")
        if name not in self._people:
            self._people[name] = self._stands_behind_a_first_name(name, start)
        return self._people[name]

    def _stands_behind_a_first_name(self, name: str, start: int) -> bool:
        place = max(0, start - _FAR)
        for _ in range(_LOOKS):
            place = self._text.find(name, place, start)
            if place < 0:
                return False
            before = self._text[max(0, place - 30):place]
            behind = self._text[place + len(name):place + len(name) + 20].split(None, 1)
            if before[-1:] == " " and _is_first_name(before.split()[-1:]) and not (
                    behind and behind[0].lower() in groups()["BODY"]):
                return True
            place += len(name)
        return False


def _has_name_behind(words: Words, head: int, stop: int) -> bool:
    """Tell whether a comma and a first and last name stand behind the head of a source."""
    raw = words.raw
    return (head + 2 < stop and raw[head] == "," and raw[head + 1][0].isupper() and raw[head + 2][0].isupper()
            and words.low[head + 2] not in groups()["BODY"])


def _is_first_name(words: list[str]) -> bool:
    word = words[0].strip("\"'“‘(") if words else ""
    small = word.lower().rstrip(".")
    known = groups()
    return word[:1].isupper() and not word.endswith(("'s", "’s", ",", ":", ";", "!", "?")) and (
        small in known["TITLES"] or small in known["OFFICE"]
        or not any(small in known[group] for group in ("PLACES", "LEADING", "CLAUSES", "DETERMINERS", "PREPOSITIONS",
                                                       "BODY", "JOINS", "UNREAL", "ALSO", "TIMES"))
        and (len(small) > 1 or word.endswith(".")) and not (word.endswith(".") and len(small) > 1))


def _head_stop(words: Words, first: int, stop: int) -> int:
    """Return where the head of a source ends: before "of the ministry", "who saw it" or a sign."""
    for place in range(first + 1, stop):
        if words.low[place] in groups()["PREPOSITIONS"] or not _has_letter(words.raw[place]):
            return place
    return stop


def _has_letter(word: str) -> bool:
    return word[0].isalnum() or word == "&" or word[-1].isalnum()


def _is_capital(words: Words, place: int) -> bool:
    """Tell whether a word is written as a name; a first word is, if no group knows it."""
    word = words.raw[place]
    if not word[0].isupper():
        return False
    small = words.low[place]
    return not (small in _small() and (place == 0 or not words.raw[place - 1][0].isalnum()))


def _name_at_the_end(words: Words, first: int, head: int) -> int | None:
    """Return the number of the word that the name at the end begins with."""
    place, particles = head, groups()["PARTICLES"]
    while place > first and (_is_capital(words, place - 1) or place < head and words.low[place - 1] in particles):
        place -= 1
        if words.raw[place].endswith("'s") and place < head - 1:
            place += 1
            break
    while place < head - 1 and words.low[place] in groups()["OFFICE"]:
        place += 1  # "Chief Executive Officer Dana Whitlow"
    return place if place < head else None


def _inside(words: Words, first: int, head: int, stop: int) -> tuple[str, float] | None:
    """Judge a source by any word in it that is known: the head said nothing."""
    known = groups()
    if words.raw[first].endswith("'s") and _is_capital(words, first):
        return "person", 0.5  # "Ruiz's book"
    for place in range(first, stop):
        if words.low[place] in _unnamed():
            return "vague", 0.6
        if words.low[place] in known["BODY"]:
            return "institution", 0.5
    if words.low[first] in known["DETERMINERS"] or words.low[head - 1].endswith("s"):
        return "vague", 0.4
    return None


@cache
def groups() -> dict[str, frozenset[str]]:
    """Return the groups of ``english/roles.txt``."""
    return parse_groups(english("roles.txt"), "roles.txt")


@cache
def _unnamed() -> frozenset[str]:
    return groups()["UNNAMED"] | english_groups()["PERSONS"]


@cache
def _small() -> frozenset[str]:
    """Return the words that are no names although a sentence begins with them."""
    known = groups()
    return frozenset().union(*(known[group] for group in (
        "UNNAMED", "OFFICE", "BODY", "PAPERS", "STUDY", "DETERMINERS", "COUNTS", "LEADING", "CLAUSES", "PREPOSITIONS",
        "HE", "JOINS", "ALSO", "TIMES", "NOBODY")), english_groups()["PERSONS"], english_groups()["COMMON"])
