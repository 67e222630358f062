"""The paragraphs, headings, list items and table rows of a web page, as a reader sees them."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from kit.errors import FileFormatError

_MOST_TAGS = 100_000  # opened and closed; a long news page has 10,000, and time grows with them
_DEEPEST = 500  # tags inside each other; a news page has 60
_BY_HAND = "Copy the article out of the browser into a text file (.txt) and import that."

_BLOCKS = frozenset(re.findall(r"\w+", """
    address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure footer
    form h1 h2 h3 h4 h5 h6 header hr legend li main menu nav ol p pre section summary table tbody tfoot thead tr ul
"""))
_SILENT = frozenset(re.findall(r"\w+", """
    script style template head title meta link iframe object embed svg canvas audio video select datalist textarea
"""))
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_SPACES, _BLANKS = re.compile(r"\s+"), re.compile(" +")
_NO_LETTER = re.compile(r"[\W_]+")


@dataclass
class Block:
    """A stretch of a page that stands by itself; ``letters`` are its words without signs and spaces.

    Whoever finds out that it belongs to the article sets ``is_article``.
    """

    words: str
    is_headline: bool = False
    is_links: bool = False
    is_hidden: bool = False
    is_menu: bool = False
    is_article: bool = False
    letters: str = field(init=False)

    def __post_init__(self):
        self.letters = letters_of(self.words)


def letters_of(words: str) -> str:
    """Return letters and digits alone, in composed form."""
    return _NO_LETTER.sub("", unicodedata.normalize("NFC", words))


def parse(page: str, *, name: str):
    """Return the tree of a page; None if there is nothing in it.  ``name`` stands in messages.

    Raises:
        FileFormatError: more tags, or deeper ones, than in a page that people read.
        ImportError: lxml is not installed.
    """
    from lxml import html  # late, and an extra
    from lxml.etree import LxmlError

    if page.count("<") > _MOST_TAGS:
        raise FileFormatError(f"{name}: more than {_MOST_TAGS:,} tags. {_BY_HAND}")
    parser = html.HTMLParser(huge_tree=True, remove_comments=True, remove_pis=True, collect_ids=False, encoding="utf-8")
    try:
        tree = html.document_fromstring(page.replace("\0", "").encode("utf-8", "replace"), parser=parser)
    except (LxmlError, ValueError):  # not a word and not a tag
        return None
    if any("depth" in entry.message for entry in parser.error_log):
        raise _too_deep(name)
    return tree


def _too_deep(name: str) -> FileFormatError:
    return FileFormatError(f"{name}: its tags are nested too deeply. {_BY_HAND}")


def blocks_of(tree, *, name: str) -> Iterator[Block]:
    """Yield the blocks of a page in order, without scripts and the choices of forms.

    Raises:
        FileFormatError: the tags are nested too deeply.
    """
    from lxml.etree import iterwalk

    body = tree.find("body")
    reader = _Reader()
    walker = iterwalk(tree if body is None else body, events=("start", "end"))
    for event, node in walker:
        if event == "end":
            yield from reader.end(node)
            continue
        if len(reader.open) > _DEEPEST:
            raise _too_deep(name)
        if node.tag in _SILENT:
            walker.skip_subtree()
        yield from reader.start(node)
    yield from reader.flush()


class _Inside(NamedTuple):
    """What the tags that are open say about the words."""

    headline: bool = False
    link: bool = False
    hidden: bool = False
    menu: bool = False
    lines: bool = False  # line ends are meant


class _Reader:
    """The words since the last block ended, and the tags that are open."""

    def __init__(self):
        self.open: list[_Inside] = []
        self.inside = _Inside()
        self.words: list[str] = []
        self.linked = 0  # characters of links among them

    def start(self, node) -> Iterator[Block]:
        if _stands_apart(node):
            yield from self.flush()
        self.open.append(self.inside)
        self.inside = _Inside(self.inside.headline or node.tag == "h1",
                              self.inside.link or node.tag in ("a", "button"),
                              self.inside.hidden or _is_hidden(node),
                              self.inside.menu or node.tag in ("nav", "menu"),
                              self.inside.lines or node.tag == "pre")
        if node.tag in ("td", "th", "br"):
            self.words.append("\n" if node.tag == "br" else "\t")
        if node.tag not in _SILENT:
            self._add(node.text)

    def end(self, node) -> Iterator[Block]:
        if _stands_apart(node):
            yield from self.flush()
        self.inside = self.open.pop()
        self._add(node.tail)

    def _add(self, text: str | None) -> None:
        if text:
            self.words.append(text if self.inside.lines else _SPACES.sub(" ", text))
            self.linked += len("".join(text.split())) if self.inside.link else 0

    def flush(self) -> Iterator[Block]:
        lines = [_BLANKS.sub(" ", line).strip() for line in "".join(self.words).split("\n")]
        is_links = self.linked >= len("".join("".join(self.words).split()))
        for words in re.split(r"\n\n+", "\n".join(lines)):
            if words.strip():
                yield Block(words.strip(), self.inside.headline, is_links, self.inside.hidden, self.inside.menu)
        self.words, self.linked = [], 0


def _stands_apart(node) -> bool:
    # Pages put a <noscript> with a picture into the middle of a sentence.
    return node.tag in _BLOCKS or node.tag == "noscript" and bool(node.text_content().strip())


def _is_hidden(node) -> bool:
    return (node.tag == "noscript" or node.get("hidden") is not None
            or bool(_HIDDEN.search(node.get("style") or "")))
