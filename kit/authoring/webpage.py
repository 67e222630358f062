"""Article text out of a saved web page.

Trafilatura says which blocks of the page are its article; the words are the page's own.
Nothing is fetched: the file's content is all there is.
"""

import codecs
import logging
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator

from kit.authoring.blocks import Block, blocks_of, letters_of, parse
from kit.authoring.extras import not_installed
from kit.authoring.imported import Piece
from kit.authoring.traces import REASONS, kind_of

_LONG = 25  # letters: a block that long stands in one place of a page
_WINDOW = 50_000  # letters
_OUTSIDE = "beside the article on the page"
_LINKS = "links of the page"

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_DECLARED = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
# On the web both names of Latin-1 mean the Windows alphabet; and what is not UTF-8 only says it is.
_NOT_MEANT = ("", "utf-8", "utf8", "iso-8859-1", "latin1", "latin-1", "us-ascii", "utf-16", "utf-7")


def decode(raw: bytes) -> str:
    """Return a page's bytes as text, in the encoding that browsers would take; fails at no byte."""
    for mark, name in _MARKS:
        if raw.startswith(mark):
            return raw[len(mark):].decode(name, "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        declared = _DECLARED.search(raw, 0, 4096)
    name = declared[1].decode("ascii", "replace").lower() if declared else ""
    try:
        return raw.decode("cp1252" if name in _NOT_MEANT else name, "replace")
    except (LookupError, ValueError):
        return raw.decode("cp1252", "replace")


def pieces(page: str, *, name: str) -> tuple[str, list[Piece]]:
    """Return the title of a page, and its blocks in order; what is not the article has a reason.

    Scripts, the choices of forms and what the page hides are no words of it.  Where no article
    can be made out, all blocks but menus are.  ``name`` stands in messages.

    Raises:
        FileFormatError: more tags, or deeper ones, than in a page that people read.
        KitError: trafilatura is not installed.
    """
    try:
        import trafilatura  # late: half a second, and an extra
    except ImportError:
        raise not_installed(name, "trafilatura", "web pages") from None
    tree = parse(page, name=name)
    if tree is None:
        return "", []
    title = " ".join((tree.findtext(".//title") or "").split())
    blocks = list(blocks_of(tree, name=name))
    _match(blocks, _extracted(trafilatura, tree))
    return _headline(blocks, title), list(_pieces(blocks))


def _extracted(trafilatura, tree) -> str:
    # It logs what it makes of a page; on a terminal that would look like a failure.
    logger = logging.getLogger("trafilatura")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
    try:
        return trafilatura.extract(tree, include_comments=False, include_tables=True, output_format="txt") or ""
    except Exception:  # whatever a strange page does to it, the page's words are still there
        return ""


# Which blocks are the article


def _match(blocks: list[Block], extracted: str) -> None:
    """Note which blocks stand in what was extracted; all but menus, if none does.

    Long blocks are looked up by their letters.  Short ones must stand between the same long
    ones as on the page: "Politics" may be a subhead, and a link of the menu.
    """
    lines = [letters_of(line) for line in extracted.split("\n")]
    places = _match_long(blocks, lines)
    _match_short(blocks, lines, places)
    shown = [block for block in blocks if not block.is_hidden]
    for instead in ([block for block in shown if not block.is_menu], shown):
        if not any(block.is_article for block in blocks):
            for block in instead:
                block.is_article = True


def _match_long(blocks: list[Block], lines: list[str]) -> dict[int, int]:
    """Return where in the letters of all lines a block stands, by its number."""
    joined, left = "".join(lines), Counter(lines)
    places, reached = {}, 0
    for number in sorted(range(len(blocks)), key=lambda each: blocks[each].is_hidden):  # hidden copies come last
        letters = blocks[number].letters
        if len(letters) < _LONG or left.get(letters, 1) < 1 or blocks[number].is_menu:
            continue
        # A window, because a search through all letters for every block would take hours.
        place = joined.find(letters, max(0, reached - _WINDOW), reached + _WINDOW + len(letters))
        if place >= 0:
            left.subtract([letters] if letters in left else [])
            places[number] = place
            reached = place + len(letters)
            blocks[number].is_article = True
    return places


def _match_short(blocks: list[Block], lines: list[str], places: dict[int, int]) -> None:
    joined, starts, at = "".join(lines), {}, 0
    for line in lines:
        starts.setdefault(line, []).append(at)
        at += len(line)
    reached, before = 0, False
    following = _following(len(blocks), places, len(joined))
    for number, block in enumerate(blocks):
        if number in places:
            reached = places[number] + len(block.letters)
        elif not block.letters:
            block.is_article = before
        elif len(block.letters) < _LONG and not block.is_hidden and not block.is_menu:
            found = starts.get(block.letters, [])
            turn = bisect_left(found, reached)
            place = found[turn] if turn < len(found) else -1
            if joined.startswith(block.letters, reached):
                place = reached
            block.is_article = reached <= place < following[number]
            reached = place + len(block.letters) if block.is_article else reached
        before = block.is_article


def _following(count: int, places: dict[int, int], end: int) -> list[int]:
    """Return for every block where the next long one begins."""
    starts = [end] * count
    for number in range(count - 2, -1, -1):
        starts[number] = places.get(number + 1, starts[number + 1])
    return starts


def _headline(blocks: list[Block], title: str) -> str:
    """Return the headline; one that stands above the article becomes its first line."""
    first = next((number for number, block in enumerate(blocks) if block.is_article), 0)
    for block in blocks[first:]:
        if block.is_headline and block.is_article:
            return block.words
    above = [block for block in blocks[:first] if block.is_headline and not block.is_hidden]
    letters = letters_of(title)
    named = [block for block in above if block.letters in letters and 2 * len(block.letters) > len(letters)]
    for block in named[-1:] or [block for block in above if block.words.count(" ") >= 2][-1:]:
        block.is_article = True
        return block.words
    return title


def _pieces(blocks: list[Block]) -> Iterator[Piece]:
    aside: list[str] = []
    reason = ""
    for block in blocks:
        if block.is_hidden and not block.is_article:
            continue
        now = "" if block.is_article else _reason(block)
        if aside and now != reason:
            yield Piece("\n".join(aside), reason)
            aside = []
        reason = now
        if now:
            aside.append(block.words)
        else:
            yield Piece(block.words)
    if aside:
        yield Piece("\n".join(aside), reason)


def _reason(block: Block) -> str:
    return REASONS.get(kind_of(block.words)) or (_LINKS if block.is_links or block.is_menu else _OUTSIDE)
