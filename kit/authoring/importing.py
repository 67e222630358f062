"""Article text out of a file or a paste, for an article of one's own.

``import_file`` reads .txt, .md, .html and .docx, ``import_paste`` what was copied.  Both set
aside what copying from a news site leaves behind (the headline once more, bylines, buttons,
captions, pointers to other articles) and drop nothing:

    imported = import_file("fire.html")
    imported.text                        # the article
    for number, item in enumerate(imported.set_aside, start=1):
        ...                              # item.words, item.reason, item.at
    imported = imported.keeping(2, 5)    # these two belong to the article after all
    imported.article(id="harbour-fire", source="The Harbour Post, 3 May 2025")

``read_content`` gives a file's text as it stands, with nothing set aside but what lies outside
the article of a web page or beside the text of a Word file.
"""

import codecs
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from kit.authoring import markdown, webpage, wordfile
from kit.authoring.imported import Imported, Piece, SetAside, assemble
from kit.errors import FileFormatError, KitError
from kit.model.files import decode, plain, read_bytes

__all__ = ["Imported", "SetAside", "import_file", "import_paste", "read_content"]

_LONGEST_MARKDOWN = 1_000_000  # characters; the parser keeps a thousand bytes for some of them
_OTHERS = {
    ".doc": "an old Word file", ".odt": "an OpenDocument file", ".rtf": "an RTF file", ".pages": "a Pages file",
    ".pdf": "a PDF file", ".epub": "an e-book", ".mht": "a page archive", ".mhtml": "a page archive",
}


class _Read(NamedTuple):
    """What a file holds: a title if it names one, and its text."""

    title: str
    pieces: list[Piece]


def read_content(path: str | Path) -> str:
    """Return the text of a file as it stands, line ends as ``\\n``.

    Of a web page (.html, .htm) it is the article in it, of a Word file (.docx) the running
    text, paragraphs parted by a blank line; any other file is plain text in UTF-8, or in
    UTF-16 with a byte order mark.  Empty for a file without text.

    Raises:
        FileFormatError: not there, a link, larger than 20 MB, not to be opened, or not what
            its name says.
        KitError: what reads web pages or Word files is not installed.
    """
    path = Path(path)
    if path.suffix.lower() not in _STRUCTURED:
        return _text(path)
    words = (plain(piece.words) for piece in _STRUCTURED[path.suffix.lower()](path).pieces if not piece.reason)
    return "\n\n".join(filter(None, words))


def left_out(path: str | Path) -> tuple[str, ...]:
    """Return the words of a web page or Word file that ``read_content`` leaves out; empty for other files.

    Raises:
        FileFormatError, KitError: as for ``read_content``.
    """
    path = Path(path)
    if path.suffix.lower() not in _STRUCTURED:
        return ()
    words = (plain(piece.words) for piece in _STRUCTURED[path.suffix.lower()](path).pieces if piece.reason)
    return tuple(filter(None, words))


def import_file(path: str | Path) -> Imported:
    """Return the article in a text, Markdown, web or Word file, and what was set aside.

    Markdown loses its marks.  The title is the file's own, else the first line.

    Raises:
        FileFormatError: as for ``read_content``, and for a file without text.
        KitError: what reads web pages or Word files is not installed.
    """
    path = Path(path)
    title, pieces = _READERS.get(path.suffix.lower(), _read_plain)(path)
    imported = replace(assemble(pieces, title=title), source=path.name)
    if not imported.text:
        raise FileFormatError(f"{path}: there is no text in it. Paste the article into a text file and import that.")
    return imported


def import_paste(words: str, *, title: str = "") -> Imported:
    """Return the article in what was copied from a page, and what was set aside.

    The title is the first line unless given.

    Raises:
        KitError: there is no text.
    """
    imported = assemble([Piece(words)], title=title)
    if not imported.text:
        raise KitError("There is no text in what was pasted. Copy the article once more.")
    return imported


def _text(path: Path) -> str:
    if path.suffix.lower() in _OTHERS:
        raise FileFormatError(f"{path}: this is {_OTHERS[path.suffix.lower()]}, which the kit does not read. "
                              "Save it as .docx, .html or plain text (.txt).")
    raw = read_bytes(path)
    if not raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _unix(decode(path, raw))
    try:
        return _unix(raw.decode("utf-16"))
    except UnicodeDecodeError:
        raise FileFormatError(f"{path}: not UTF-16 text, though it begins so. Save the file again as UTF-8.") from None


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _article_text(path: Path) -> str:
    text = _text(path)
    if "\0" in text:
        raise FileFormatError(f"{path}: this is not a text file. Save it as plain text (.txt) and import that.")
    return text


def _read_plain(path: Path) -> _Read:
    return _Read("", [Piece(_article_text(path))])


def _read_markdown(path: Path) -> _Read:
    text = _article_text(path)
    if len(text) > _LONGEST_MARKDOWN:
        raise FileFormatError(f"{path}: longer than {_LONGEST_MARKDOWN:,} characters of Markdown. "
                              "Save it as plain text (.txt), or use a shorter text.")
    return _Read(markdown.title_of(text), markdown.pieces(text))


def _read_page(path: Path) -> _Read:
    return _Read(*webpage.pieces(webpage.decode(read_bytes(path)), name=str(path)))


def _read_word(path: Path) -> _Read:
    return _Read("", wordfile.pieces(read_bytes(path), path))


_STRUCTURED: dict[str, Callable[[Path], _Read]] = {
    ".html": _read_page, ".htm": _read_page, ".xhtml": _read_page, ".docx": _read_word,
}
_READERS = _STRUCTURED | {".md": _read_markdown, ".markdown": _read_markdown}
