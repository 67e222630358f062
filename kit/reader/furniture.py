"""Which sentences are furniture: headlines, dates, bylines, headings, and what the page says about itself."""

import re
from collections.abc import Iterator
from functools import cache

from kit.model.article import Article
from kit.reader.lexicon import english
from kit.reader.naming import groups
from kit.reader.patterns import Phrase, Words, phrase

# How sure it is, 0 to 1, that such a line is furniture, and what a student is told.
Why = tuple[float, str]
SIGNS = (0.99, "There are no words in this line, only signs.")
PAGE = (0.9, "This line is about the page or the site, not part of the report.")
BELOW = (0.85, "This belongs to the line above it, which is about the page and not part of the report.")
DATE = (0.97, "This line is only a date or a time.")
BYLINE = (0.95, "This line says who wrote the text.")
HEADLINE = (0.97, "This is the headline.")
REPEATED = (0.97, "This is the headline or a heading once more.")
HEADING = (0.9, "This is a heading: a short paragraph of its own that does not end as a sentence does.")
QUESTION = (0.8, "This question is a heading: a paragraph of its own with the answer below it.")

_WORD = re.compile(r"\w(?:[\w'’.-]*\w)?|[^\w\s]")
_LETTER = re.compile(r"[^\W_]")
_CLOSED = re.compile(r"[.!?…:;,–—-][\"'”’»)\]]*(?:\[\w{1,3}\])*$")
_DIGIT = re.compile(r"\d")
_LONGEST = 300  # characters; no line of a page about itself is longer
_MOST_WORDS = 30  # of a heading or a caption


def furniture_in(article: Article) -> dict[int, Why]:
    """Return the numbers of the sentences that are furniture, each with how sure that is and why.

    A text of a single line has none.  In doubt a sentence is none, for furniture is not read on.
    """
    page = _Page(article)
    if len(page) < 2:
        return {}
    found: dict[int, Why] = {}
    for look in (_plain_furniture, _headings, _headline, _questions, _below, _about_the_author, _repeated):
        for line, reason in look(page, found):
            found.setdefault(line, reason)
    return {sentence: reason for line, reason in sorted(found.items()) for sentence in page.sentences_of(line)}


class _Page:
    """The lines of a text that hold sentences; the long ones are known to be text."""

    def __init__(self, article: Article) -> None:
        self.article, self.text = article, article.text
        self.first: list[int] = []  # the number of the first sentence of each line
        end = -1
        for number, sentence in enumerate(article.sentences):
            if sentence.start >= end:
                self.first.append(number)
                end = self.text.find("\n", sentence.start)
                end = len(self.text) if end < 0 else end
        self.alone = self._lines_alone()

    def __len__(self) -> int:
        return len(self.first)

    def sentences_of(self, line: int) -> range:
        stop = self.first[line + 1] if line + 1 < len(self) else len(self.article.sentences)
        return range(self.first[line], stop)

    def words(self, line: int) -> str:
        sentences = self.sentences_of(line)
        return self.text[self.article.sentences[sentences[0]].start:self.article.sentences[sentences[-1]].end]

    def size(self, line: int) -> int:
        """Return how many words a line has, as far as spaces tell."""
        return self.words(line).count(" ") + 1

    def closed(self, line: int) -> bool:
        return bool(_CLOSED.search(self.words(line)[-12:]))

    def short(self) -> Iterator[tuple[int, str]]:
        for line in range(len(self)):
            words = self.words(line)
            if len(words) <= _LONGEST:
                yield line, words

    def _lines_alone(self) -> list[bool]:
        """Tell which lines are a paragraph of their own."""
        starts = [self.article.sentences[number].start for number in self.first]
        opens = {paragraph.start for paragraph in self.article.paragraphs}
        begins = [start in opens for start in starts] + [True]
        return [begins[line] and begins[line + 1] for line in range(len(starts))]


def _plain_furniture(page: _Page, found: dict[int, Why]) -> Iterator[tuple[int, Why]]:
    """Lines that are furniture whatever stands around them."""
    for line, text in page.short():
        if not _LETTER.search(text):
            yield line, SIGNS
            continue
        words = Words(_WORD.findall(text))
        kind = _kind(words)
        if kind in ("line", "box", "links") or kind == "last" and line >= len(page) - 3:
            yield line, PAGE
        elif _is_date(words):
            yield line, DATE
        elif _is_byline(words):
            yield line, BYLINE


def _kind(words: Words) -> str:
    start = 0
    while start < len(words) - 1 and not words.raw[start][0].isalnum() and words.raw[start] != "©":
        start += 1
    for kind, pattern in _patterns().get(words.low[start], ()):
        if pattern.fit(words, start):
            return kind
    return ""


def _is_date(words: Words) -> bool:
    """Tell whether a line holds a number and nothing but words of date and time."""
    known = groups()["DATE"]
    return len(words) <= 14 and any(map(_DIGIT.search, words.low)) and all(
        word in known or _DIGIT.search(word) or not word[0].isalnum() for word in words.low)


def _is_byline(words: Words) -> bool:
    """Tell whether a line is "By" and names, with capitals but for words such as "and" or "reporter"."""
    small, dates = groups()["BYLINE"], groups()["DATE"]
    return (1 < len(words) <= 16 and words.low[0] == "by" and words.raw[1][0].isupper()
            and not (words.low[1] in dates and (len(words) == 2 or words.low[2] in dates))  # "By Friday, Jan 3"
            and not any(map(_DIGIT.search, words.low))
            and all(word[0].isupper() or not word[0].isalpha() or word in small for word in words.raw[1:]))


def _headings(page: _Page, found: dict[int, Why]) -> Iterator[tuple[int, Why]]:
    """Short lines that do not end as a sentence does; not where half the text is written like that."""
    likely = [line for line, text in page.short() if line not in found and _may_be_heading(page, line, text)]
    endless = [line for line, _ in page.short() if page.size(line) > 8 and not page.closed(line)]
    if len(likely) + len(found) == len(page) or len(endless) > 4 and len(endless) > len(page) / 2:
        return
    for line in likely:
        yield line, HEADLINE if line == 0 else HEADING


def _may_be_heading(page: _Page, line: int, text: str) -> bool:
    size, last = page.size(line), line == len(page) - 1
    if size > (8 if last else _MOST_WORDS) or text[0].islower():
        return False
    if page.closed(line):
        return page.alone[line] and size <= 5 and text.endswith((":", "...", "…")) and not last
    return page.alone[line] or _opens_a_block(page, line)


def _opens_a_block(page: _Page, line: int) -> bool:
    """Tell whether a short line stands right above text, or with the headline, date and byline at the top."""
    if line + 1 == len(page) or page.words(line + 1)[0].islower():
        return False
    at_the_top = line < 4 and not any(page.size(above) > 20 or page.closed(above) and (above or not page.alone[0])
                                      for above in range(line + 1))
    return at_the_top or page.size(line) <= 8 and page.size(line + 1) > 16


def _headline(page: _Page, found: dict[int, Why]) -> Iterator[tuple[int, Why]]:
    """A first line that ends as a sentence does, but is written or placed as a headline."""
    if 0 in found or not page.alone[0] and 1 not in found:
        return
    words = Words(_WORD.findall(page.words(0)))
    if len(words) > 25 or len(page) < 3:
        return
    is_asked = words.raw[-1] in "?!" and len(words) <= 18
    # Below a headline stands a date or a name; a subhead may stand below a lead too.
    if is_asked or words.titled or found.get(1) in (DATE, BYLINE):
        yield 0, HEADLINE


def _questions(page: _Page, found: dict[int, Why]) -> Iterator[tuple[int, Why]]:
    """Questions that are paragraphs of their own, where a text has several or writes them as a headline."""
    asked = [line for line, text in page.short()
             if text[-1] == "?" and page.alone[line] and len(page.sentences_of(line)) == 1 and page.size(line) <= 12
             and line + 1 < len(page) and line + 1 not in found]
    for line in asked:
        if len(asked) > 1 or Words(_WORD.findall(page.words(line))).titled:
            yield line, QUESTION


def _below(page: _Page, found: dict[int, Why]) -> Iterator[tuple[int, Why]]:
    """The paragraph below "About the author", and the headlines below "Read more"."""
    for line in [line for line, reason in found.items() if reason == PAGE]:
        kind = _kind(Words(_WORD.findall(page.words(line))))
        if kind == "box" and line + 1 < len(page):
            yield line + 1, BELOW
        if kind == "links":
            for other in range(line + 1, min(line + 9, len(page))):
                if other not in found and not (page.size(other) <= 15 and page.words(other)[-1] in "?!"):
                    break
                yield other, BELOW


def _about_the_author(page: _Page, found: dict[int, Why]) -> Iterator[tuple[int, Why]]:
    """One of the last lines that begins with the name of the byline and says who that is."""
    names = [name for line in range(min(4, len(page))) if line in found for name in _names(page.words(line))]
    for line in range(max(4, len(page) - 3), len(page)):
        start = page.words(line)[:100]
        for name in names:
            if start.startswith(f"{name} ") and start[len(name) + 1:].split(" ")[0] in groups()["ABOUT"]:
                yield line, BYLINE


def _names(words: str) -> list[str]:
    """Return the names in a byline: "By Ana Ruiz and Jan Loos, Reporters" has two."""
    parts = re.split(r",| and | in ", words.removeprefix("By ").removeprefix("by "))
    return [part.strip() for part in parts
            if 1 < len(part.split()) < 5 and all(word[0].isupper() for word in part.split())]


def _repeated(page: _Page, found: dict[int, Why]) -> Iterator[tuple[int, Why]]:
    """The title, the headline or a heading again, whatever the capitals."""
    titles = {_plain(page.words(line)) for line, reason in found.items() if reason in (HEADLINE, HEADING)}
    first = _plain(page.words(0))
    # A text without a headline is given its first line as title; if that ends as a sentence does, it is one.
    if page.article.title != page.words(0) or not page.closed(0):
        titles.add(_plain(page.article.title))
    lines = [(line, _plain(text)) for line, text in page.short() if line not in found]
    again = [line for line, plain in lines if plain == first and line]
    # A first sentence that stands once more halfway is a headline, too; one that stands often is a refrain.
    if 0 not in found and len(again) == 1 and len(page) > 4 and page.alone[0] and page.size(0) > 3:
        titles.add(first)
    for line, plain in lines:
        if plain in titles and plain:
            yield line, REPEATED if line else HEADLINE


def _plain(words: str) -> str:
    return " ".join(_WORD.findall(words.casefold().replace("’", "'"))).strip(" .!?…\"'“”‘")


@cache
def _patterns() -> dict[str, list[tuple[str, Phrase]]]:
    """Return the kinds and patterns of ``english/furniture.txt`` by the word they begin with."""
    found: dict[str, list[tuple[str, Phrase]]] = {}
    for line in english("furniture.txt").split("\n"):
        if line.strip() and not line.startswith("#"):
            kind, source = line.split(None, 1)
            pattern = phrase(source, groups())
            for word in sorted(pattern.first):
                found.setdefault(word, []).append((kind, pattern))
    return found
