"""Article text out of a Word file (.docx).

Only the parts that hold words are unpacked, up to a limit; pictures, links and whatever else a
file may bring are never opened.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from kit.authoring.extras import not_installed
from kit.authoring.imported import Piece
from kit.errors import FileFormatError
from kit.model.files import MOST_BYTES

_MOST_PARTS = 5000  # files in the package; an article with its pictures has 50
_CHUNK = 65_536

_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # how .doc begins, and a file behind a password
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TEXT = (f"{_WORD}t", "{http://schemas.openxmlformats.org/officeDocument/2006/math}t")
_GONE = (f"{_WORD}delText", f"{_WORD}moveFrom")
_SILENT = (f"{_WORD}pPr",  # holds tab stops
           "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback")  # the same words, for old programs
_SIGNS = {f"{_WORD}{tag}": sign for tag, sign in
          (("tab", "\t"), ("ptab", "\t"), ("br", "\n"), ("cr", "\n"), ("noBreakHyphen", "\u2011"))}
_BESIDE = {  # parts of the package that hold words and are not the text
    "header": "the top of the pages", "footer": "the foot of the pages", "footnotes": "a footnote",
    "endnotes": "a note at the end", "comments": "a comment in the margin",
}


def pieces(raw: bytes, path: Path) -> list[Piece]:
    """Return the paragraphs of a Word file, table cells and text boxes too, in the file's order.

    Headers, footers, notes, comments in the margin and words that were deleted with Track
    Changes have a reason and are not the article.

    Raises:
        FileFormatError: not a Word file, behind a password, damaged, or larger than 20 MB
            when unpacked.
        KitError: python-docx is not installed.
    """
    try:
        import docx  # late, and an extra
        from docx.oxml import parse_xml
    except ImportError:
        raise not_installed(str(path), "python-docx", "Word files") from None
    package = _repacked(raw, path)
    try:
        part = docx.Document(package).part
        return [*_read(part.element.body), *_beside(part, parse_xml)]
    except Exception:  # a damaged file can fail anywhere in the reader
        raise FileFormatError(f"{path}: this Word file cannot be read. Open it in Word, save it again as .docx, "
                              "or save it as plain text (.txt).") from None


def _repacked(raw: bytes, path: Path) -> io.BytesIO:
    """Return the package anew, with the parts that hold words and nothing in the others.

    What is read then can be no larger than what was counted here, whatever a file says of itself.
    """
    if raw.startswith(_OLD):
        if "EncryptedPackage".encode("utf-16-le") in raw:
            raise FileFormatError(f"{path}: this file is behind a password. Open it in Word and save it without one.")
        raise FileFormatError(f"{path}: this is an old Word file (.doc). Open it in Word and save it as .docx.")
    if raw.count(b"PK\x01\x02") > _MOST_PARTS:
        raise FileFormatError(f"{path}: more than {_MOST_PARTS:,} parts. Save the text alone as a new file.")
    package, left = io.BytesIO(), MOST_BYTES
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(package, "w") as new:
            for name in dict.fromkeys(old.namelist()):
                content = _unpacked(old, name, left) if name.endswith((".xml", ".rels")) else b""
                if len(content) > left:
                    raise FileFormatError(f"{path}: larger than {MOST_BYTES // 1_000_000} MB when unpacked. "
                                          "Use a shorter text.")
                if b"<!DOCTYPE" in content:
                    raise ValueError("Word defines no words of its own")
                left -= len(content)
                new.writestr(name, content)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        raise FileFormatError(f"{path}: this is not a Word file, or it is damaged. "
                              "Open it in Word and save it as .docx, or save it as plain text (.txt).") from None
    package.seek(0)
    return package


def _unpacked(package: zipfile.ZipFile, name: str, most: int) -> bytes:
    """Return a part's content, but at most a little more than ``most`` bytes of it."""
    content = bytearray()
    with package.open(name) as part:
        while len(content) <= most and (chunk := part.read(_CHUNK)):
            content += chunk
    return bytes(content)


def _beside(part, parse_xml) -> Iterator[Piece]:
    for link in part.rels.values():
        kind = link.reltype.rpartition("/")[2]
        if link.is_external or kind not in _BESIDE:
            continue
        beside = parse_xml(link.target_part.blob)
        yield from (Piece(piece.words, _BESIDE[kind]) for piece in _read(beside))


def _read(root) -> list[Piece]:
    """Return the paragraphs below an element; a text box comes before the paragraph it hangs in."""
    done: list[Piece] = []
    _read_into(root, [], [], done)
    return done


def _read_into(node, words: list[str], gone: list[str], done: list[Piece]) -> None:
    for child in node:
        if child.tag == f"{_WORD}p":
            own: list[str] = []
            deleted: list[str] = []
            _read_into(child, own, deleted, done)
            done += [Piece("".join(own))] if own else []
            done += [Piece("".join(deleted), "deleted with Track Changes")] if deleted else []
        elif child.tag in _TEXT:
            words.append(child.text or "")
        elif child.tag in _GONE:
            gone.append(child.text or "")
            _read_into(child, gone, gone, done)
        elif child.tag in _SIGNS:
            words.append(_SIGNS[child.tag])
        elif child.tag not in _SILENT:
            _read_into(child, words, gone, done)
