"""Markdown: the words of an article without the marks, and a page of the kit's own as HTML."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from kit.authoring.imported import Piece

_FIELD = re.compile(r"[\w.-]+ ?[:=](?: .*)?|[ \t]+.*|- .*|#.*|\[.*\]|[\]}]|")
_TITLE = re.compile(r"title ?[:=] *[\"']?(.*?)[\"']? *")
_TAG = re.compile(r"</?(?:a|abbr|b|cite|code|del|div|em|font|i|ins|kbd|mark|p|q|s|small|span|strike|strong|sub|sup|u)"
                  r"(?:\s+[\w-]+=(?:\"[^\"]*\"|'[^']*'))*\s*>", re.IGNORECASE)
_BREAK = re.compile(r"<br\s*/?>\n?", re.IGNORECASE)
_COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)

_LONGEST_FRONT = 200  # lines
_DEEPEST = 100  # quotes and lists inside each other; below, the parser gives up
_MOST_LINKS = 2000  # brackets in one paragraph; the parser's time grows with their square


def pieces(source: str) -> list[Piece]:
    """Return the paragraphs, headings and list items of Markdown as they read.

    Marks of headings, emphasis, quotes, links and pictures are gone, with the addresses that
    they hold; lines of one paragraph are joined; numbers of lists and code stay as they stand.
    Set aside are the front matter, the words that stand for a picture, and comments.
    """
    front, body = _front_matter(source)
    head = [Piece(front, "notes to a program, at the top of the file")] if front else []
    if any(paragraph.count("[") > _MOST_LINKS for paragraph in re.split(r"\n\s*\n", body)):
        return [*head, Piece(body)]
    return [*head, *_body(body)]


def title_of(source: str) -> str:
    """Return the title that the front matter names; nothing if there is none."""
    found = (_TITLE.fullmatch(line) for line in _front_matter(source)[0].split("\n"))
    return next((match[1] for match in found if match), "")


def as_html(source: str) -> str:
    """Return Markdown as HTML, tables included; HTML that stands in it is shown as words."""
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable("table").render(source)


def _front_matter(source: str) -> tuple[str, str]:
    lines = source.split("\n", _LONGEST_FRONT)
    fence = lines[0].rstrip()
    if fence not in ("---", "+++"):
        return "", source
    for number, line in enumerate(islice(lines, 1, _LONGEST_FRONT), start=1):
        if line.rstrip() in (fence, "..."):
            return "\n".join(lines[:number + 1]), "\n".join(lines[number + 1:])
        if not _FIELD.fullmatch(line):
            break
    return "", source


def _body(source: str) -> list[Piece]:
    from markdown_it import MarkdownIt  # late: a file in another format does not need it

    found: dict = {}
    tokens = MarkdownIt("commonmark", {"maxNesting": _DEEPEST}).enable("table").parse(source, found)
    if any(token.level >= _DEEPEST - 1 for token in tokens):
        return [Piece(source)]
    lines = source.split("\n")
    addresses = [*found.get("references", {}).values(), *found.get("duplicate_refs", ())]
    return [*_pieces(tokens), *(Piece("\n".join(lines[slice(*address["map"])]), "the address of a link")
                                for address in addresses)]


def _pieces(tokens: Iterable) -> Iterator[Piece]:
    number = ""  # of a list item, until its words come
    cells: list[str] | None = None  # of a table's row, until it ends
    for token in tokens:
        if token.type == "list_item_open" and token.info:
            number += f"{token.info}{token.markup} "
        elif token.type == "list_item_close" and number:
            yield Piece(number)
            number = ""
        elif token.type == "tr_open":
            cells = []
        elif token.type == "tr_close":
            yield Piece(number + "\t".join(cells or ()))
            number, cells = "", None
        for piece in _words_of(token):
            if piece.reason:
                yield piece
            elif cells is not None:
                cells.append(piece.words)
            else:
                yield Piece(number + piece.words)
                number = ""


def _words_of(token) -> Iterator[Piece]:
    if token.type == "inline":
        words, aside = _inline(token.children)
        yield from aside
        yield Piece(words)
    elif token.type in ("fence", "code_block"):
        yield Piece(token.content)
    elif token.type == "html_block":
        yield from _html(token.content)


def _inline(tokens: Iterable) -> tuple[str, list[Piece]]:
    words, aside = [], []
    for token in tokens:
        if token.type == "softbreak":
            words.append(" ")  # a sentence of an article never crosses a line end
        elif token.type == "hardbreak":
            words.append("\n")
        elif token.type == "image":
            aside.append(Piece(token.content, "words that stand for a picture"))
        elif token.type == "html_inline":
            shown = list(_html(token.content))
            words += [piece.words for piece in shown if not piece.reason]
            aside += [piece for piece in shown if piece.reason]
        else:
            words.append(token.content)
    return "".join(words), aside


def _html(source: str) -> Iterator[Piece]:
    """Take the common tags out of a stretch of HTML; the others stay, to be seen."""
    for comment in _COMMENT.findall(source):
        yield Piece(comment, "a comment that the page does not show")
    yield Piece(_TAG.sub("", _BREAK.sub("\n", _COMMENT.sub("", source))))
