"""Which lines of a copied page are not its article.

A line is judged by what it is, and where it could be either, by the lines around it.  In
doubt it stays: a leftover harms less than a lost sentence.  A date and a subhead always stay.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from kit.authoring.bylines import is_role, is_time
from kit.authoring.traces import REASONS, kind_of

_CLOSED = re.compile(r"[.!?…][\"'”’»)\]]*$")
_LEAST_PROSE = 6  # words; below it, "Sold out." may be a heading
_MOST_LISTED = 8  # lines below "Related stories"
_MOST_TOLD = 20  # lines of a paragraph about an author
_LEAST_ABOVE = 3  # sentences of the article above its comments; a lead alone has the buttons below it
_NEAR = 8  # lines from one comment's "Reply" to the next

_WRITES = re.compile(r"\b(?:reporter|journalist|correspondent|columnist|staff writer|(?:covers|edits) \w+"
                     r"|(?:writes|reports) (?:about|on|for))\b", re.IGNORECASE)
_SAME = str.maketrans("’‘“”", "''\"\"")


class Line(NamedTuple):
    """A line of a text, without white space at either end; ``apart`` says that a blank line stands above it."""

    words: str
    apart: bool


def leftovers(lines: Sequence[Line]) -> dict[int, str]:
    """Return the lines that are not the article, by number, each with the reason.

    Lines taken away bring others together, so a caller asks again until there are no more.
    """
    page = _Page(lines)
    found = {number: kind for number, kind in enumerate(page.kinds) if kind in REASONS}
    for look in (_buttons, _headlines, _bylines, _times, _lists, _labels, _authors, _comments):
        for number, kind in look(page):
            found.setdefault(number, kind)
    return {number: REASONS[kind] for number, kind in found.items()}


class _Page:
    """The lines of a text, what each is, and how much of the article stands before each."""

    def __init__(self, lines: Sequence[Line]):
        self.words = [line.words for line in lines]
        self.opens = [line.apart for line in lines]
        if not any(self.opens[1:]):
            self.opens = [True] * len(lines)  # in a text without blank lines, every line is a paragraph
        self.kinds = ["" if self._goes_on(number, line) else kind_of(line.words) for number, line in enumerate(lines)]
        self.prose = [not kind and _is_prose(words) for kind, words in zip(self.kinds, self.words, strict=True)]
        self.before = [0]
        for is_prose in self.prose:
            self.before.append(self.before[-1] + is_prose)
        self.first = next((number for number, kind in enumerate(self.kinds) if kind not in REASONS), 0)

    def __len__(self) -> int:
        return len(self.words)

    def _goes_on(self, number: int, line: Line) -> bool:
        """Tell whether a line is in the middle of a sentence that was broken: "They gladly / share / it"."""
        return number > 0 and not line.apart and line.words[0].islower() and not self.closed(number - 1)

    def ends_before(self, number: int) -> bool:
        """Tell whether the article is over where a line stands."""
        return 0 < self.before[number] == self.before[-1]

    def closed(self, number: int) -> bool:
        return bool(_CLOSED.search(self.words[number]))


def _is_prose(words: str) -> bool:
    return bool(_CLOSED.search(words)) and words.count(" ") >= _LEAST_PROSE - 1


def _buttons(page: _Page) -> Iterator[tuple[int, str]]:
    """Words such as "Save" or "Facebook" beside a button, or three of them in a row."""
    start = 0
    while start < len(page):
        end = start
        while end < len(page) and (page.kinds[end] == "button" or page.kinds[end] in REASONS):
            end += 1
        weak = [number for number in range(start, end) if page.kinds[number] == "button"]
        if len(weak) >= 3 or {"share", "comments", "page", "newsletter"} & set(page.kinds[start:end]):
            yield from ((number, "share") for number in weak)
        start = end + 1


def _headlines(page: _Page) -> Iterator[tuple[int, str]]:
    """The headline again: right below, halfway down, or with the name of the site behind it."""
    first = page.first
    if not len(page) or page.kinds[first] or page.prose[first] and not page.words[first].endswith("?"):
        return
    headline = _plain(page.words[first])
    second = next((number for number in range(first + 1, len(page)) if page.kinds[number] not in REASONS), first)
    if second > first and _has_site_behind(page.words[first], page.words[second]):
        yield first, "headline"
        return
    if headline.count(" ") < 2:
        return
    is_closed = page.closed(first)  # a question that comes back later may have been asked twice
    for number in range(first + 1, second + 1 if is_closed else len(page)):
        doubled = page.before[number] == 0 and _has_site_behind(page.words[number], page.words[first])
        if _plain(page.words[number]) == headline or doubled:
            yield number, "headline"


def _plain(words: str) -> str:
    return " ".join(words.translate(_SAME).casefold().split()).rstrip(".")


def _has_site_behind(longer: str, words: str) -> bool:
    """Tell whether a line is another and a site's name: "Fire at the harbour | The Post"."""
    headline, rest = _plain(words), _plain(longer)
    behind = rest.removeprefix(headline)
    return behind != rest and headline.count(" ") >= 2 and bool(re.fullmatch(r" [|–—-] [^.!?]{1,40}", behind))


def _bylines(page: _Page) -> Iterator[tuple[int, str]]:
    """A name without a date or a role, above the article or below it; the role below a name."""
    for number, kind in enumerate(page.kinds):
        at_an_end = _at_the_top(page, number) or page.ends_before(number)
        if kind != "byline" and (kind != "byline?" or not at_an_end):
            continue
        yield number, "byline"
        below = page.words[number + 1] if number + 1 < len(page) else ""
        if at_an_end and below[:1].isupper() and is_role(below):
            yield number + 1, "byline"


def _at_the_top(page: _Page, number: int) -> bool:
    """Tell whether a line stands among headline, lead and byline: a subhead has prose below it."""
    if number == page.first or page.before[number] > 1:
        return False
    return page.before[number] == 0 or number + 1 < len(page) and not page.prose[number + 1]


def _times(page: _Page) -> Iterator[tuple[int, str]]:
    """A date with a time of day above the article; "Published" with the date in the next line."""
    for number in range(len(page)):
        if page.kinds[number] == "time?" and number != page.first and page.before[number] <= 1:
            yield number, "time"
        if page.kinds[number] == "published" and number + 1 < len(page) and is_time(page.words[number + 1]):
            yield number, "time"
            yield number + 1, "time"


def _lists(page: _Page) -> Iterator[tuple[int, str]]:
    """"Related stories", and the headlines below it; the last above prose may be a subhead."""
    for number in (number for number, kind in enumerate(page.kinds) if kind == "list"):
        yield number, "more"
        stop = number + 1
        while stop < len(page) and _may_be_listed(page, stop):
            stop += 1
        if stop - number - 1 > _MOST_LISTED:
            continue
        last = stop if stop == len(page) or page.kinds[stop] in REASONS else stop - 1
        yield from ((line, "more") for line in range(number + 1, last))


def _may_be_listed(page: _Page, number: int) -> bool:
    words = page.words[number]
    return not page.kinds[number] and not page.closed(number) and words.count(" ") >= 2 and not words[0].islower()


def _labels(page: _Page) -> Iterator[tuple[int, str]]:
    """"Image caption," and, as the comma promises, the caption in the next line."""
    for number in (number for number, kind in enumerate(page.kinds) if kind == "label"):
        yield number, "picture"
        if page.words[number].endswith((",", ":")) and number + 1 < len(page) and len(page.words[number + 1]) <= 200:
            yield number + 1, "picture"


def _authors(page: _Page) -> Iterator[tuple[int, str]]:
    """"About the author" and its paragraph, if it is about a journalist or the last one."""
    end = len(page)
    for number in reversed([number for number, kind in enumerate(page.kinds) if kind == "about"]):
        stop = _end_of_paragraph(page, number + 1)
        told = range(number + 1, stop)
        if not number or told and page.kinds[number + 1] in REASONS:
            continue  # once that is gone, the paragraph comes nearer
        is_last = page.before[number] > 0 and page.before[stop] == page.before[end]
        if is_last or _WRITES.search(" ".join(page.words[number + 1:stop])):
            yield from ((line, "author") for line in range(number, stop))
            end = number if is_last else end


def _end_of_paragraph(page: _Page, number: int) -> int:
    stop = min(number + 1, len(page))
    while stop < min(len(page), number + _MOST_TOLD) and not page.opens[stop] and page.kinds[stop] != "about":
        stop += 1
    return stop


def _comments(page: _Page) -> Iterator[tuple[int, str]]:
    """Below the article and a line such as "12 comments": everything down to the last "Reply"."""
    last = None  # the last line that belongs to the comments
    for number, kind in enumerate(page.kinds):
        if last is not None and number - last > _NEAR:
            last = None
        if kind == "comments" and page.before[number] >= _LEAST_ABOVE and last is None:
            last = number
        if kind == "reply" and last is not None:
            yield from ((line, "comments") for line in range(last, number + 1))
            last = number
