"""Read and write articles, annotations and keys, safely.

Readers follow no link and stop at a size.  Writers write beside the file and then take its
place, so that it is whole at every moment.
"""

import glob
import os
import re
import secrets
import time
import unicodedata
from collections.abc import Mapping
from importlib import resources
from pathlib import Path

from kit.errors import FileFormatError, KeyNotFound, KitError
from kit.model import formats
from kit.model.annotations import AnnotationSet, AnswerKey
from kit.model.article import Article
from kit.model.labels import Scheme

MOST_BYTES = 20_000_000
_LONG_AGO = 600  # seconds; no save takes so long


# Bundled articles and texts of one's own


def load_article(id: str) -> Article:
    """Return a bundled practice text.

    Raises:
        KitError: there is none with this id; the message lists those there are.
    """
    return read_article(_bundled(f"{id}.json", id, KitError))


def load_key(id: str, *, scheme: str | Scheme = "cues") -> AnswerKey:
    """Return the practice key of a bundled text.

    Raises:
        KeyNotFound: there is none for this text and scheme.
    """
    name = scheme.id if isinstance(scheme, Scheme) else scheme
    return read_key(_bundled(f"{id}-{name}.key.json", f"{id}-{name}", KeyNotFound))


def _bundled(file: str, id: str, error: type[KitError]) -> Path:
    folder = Path(str(resources.files("kit"))) / "articles"
    if formats.is_id(id) and (folder / file).is_file():
        return folder / file
    known = sorted(path.stem for path in folder.glob("*.json") if "." not in path.stem)
    what = "article" if error is KitError else "practice key"
    raise error(f"There is no {what} {file.removesuffix('.json').removesuffix('.key')!r} in the kit. "
                f"Choose one of: {', '.join(known)}.")


def open_text(path: str | Path, *, title: str | None = None) -> Article:
    """Return a plain text file of one's own as an article.

    Line ends become ``\\n``, letters their composed form (NFC), white space at either end
    goes; nothing else changes.  The id is made from the file's name, the title is the first
    line unless given.

    Raises:
        FileFormatError: not there, not UTF-8 text, empty, or larger than 20 MB.
    """
    path = Path(path)
    content = read_text(path)
    if "\0" in content:
        raise FileFormatError(f"{path}: this is not a text file. Save it as plain text (.txt) and open that.")
    text = plain(content)
    if not text:
        raise FileFormatError(f"{path}: there is no text in it. Paste the article into the file and save it.")
    return Article(as_id(path.stem), title or text.split("\n", 1)[0][:120], path.name, text)


def plain(text: str) -> str:
    """Return a text as articles are stored: NFC, ``\\n`` line ends, stripped."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def as_id(name: str) -> str:
    """Return a name as an article id: small letters, digits and hyphens, at most 80."""
    plain_letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain_letters).strip("-")[:80].strip("-") or "text"


# Reading


def read_article(path: str | Path) -> Article:
    """Return a stored article; raises ``FileFormatError``."""
    return formats.parse_article(read_text(path), name=str(path))


def read_annotations(path: str | Path) -> AnnotationSet:
    """Return a saved answer; raises ``FileFormatError``."""
    return formats.parse_annotations(read_text(path), name=str(path))


def read_key(path: str | Path) -> AnswerKey:
    """Return an answer key; raises ``FileFormatError``."""
    return formats.parse_key(read_text(path), name=str(path))


def read_text(path: str | Path) -> str:
    """Return the content of a UTF-8 file of at most 20 MB, without a byte order mark.

    Raises:
        FileFormatError: not there, a link, too large, not to be opened, or not UTF-8.
    """
    path = Path(path)
    return decode(path, read_bytes(path))


def read_bytes(path: Path) -> bytes:
    """Return the bytes of a file of at most 20 MB; raises ``FileFormatError`` as ``read_text`` does."""
    try:
        if path.is_symlink():
            raise FileFormatError(f"{path}: this is a link to another file. Copy the file itself here.")
        if path.exists() and not path.is_file():  # a pipe would be waited for without end
            raise FileFormatError(f"{path}: this is not a file. Choose the file itself.")
        with open(path, "rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise FileFormatError(f"{path}: there is no such file. Check the name and the folder.") from None
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or problem
        raise FileFormatError(f"{path}: cannot be read ({reason}). Choose a file that you may open.") from None
    if len(raw) > MOST_BYTES:
        raise FileFormatError(f"{path}: larger than {MOST_BYTES // 1_000_000} MB. Use a shorter text.")
    return raw


def decode(path: Path, raw: bytes) -> str:
    """Return UTF-8 bytes as text, without a byte order mark; ``path`` stands in the message.

    Raises:
        FileFormatError: not UTF-8; names the line.
    """
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = raw.count(b"\n", 0, problem.start) + 1
        raise FileFormatError(f"{path} line {line}: not UTF-8 text. Save the file again as UTF-8.") from None


def holds(path: Path, text: str) -> bool:
    """Tell whether a file holds exactly this text, in UTF-8; a link to one does not."""
    try:
        return not path.is_symlink() and path.read_bytes() == text.encode("utf-8")
    except OSError:
        return False


# Writing


def save_article(article: Article, path: str | Path) -> None:
    """Write an article; raises ``KitError`` if the place cannot be written."""
    save_text(formats.article_json(article), path)


def save_annotations(annotations: AnnotationSet, article: Article, path: str | Path) -> None:
    """Write an annotation set or a key; raises ``KitError`` if the place cannot be written."""
    save_text(formats.annotations_json(annotations, article), path)


def save_text(text: str, path: str | Path) -> None:
    """Write a text file so that it is whole at every moment.

    Raises:
        KitError: the folder cannot be written; says why, and the old file is untouched.
    """
    path = Path(path)
    try:
        write_whole(path, text.encode("utf-8"))
    except OSError as problem:
        raise KitError(f"{path}: not saved ({problem.strerror or problem}). "
                       "Make room on the disk or choose a folder that you may write to.") from None


def save_new(files: Mapping[Path, str], *, force: bool = False) -> None:
    """Write text files, none of them over a file with other content unless ``force`` says so.

    Raises:
        KitError: there is such a file: nothing is written then; or a place cannot be written.
    """
    for path, content in files.items():
        if not force and (path.is_symlink() or path.exists()) and not holds(path, content):
            raise KitError(f"{path}: there is such a file already. Choose another name, or add --force "
                           "to write over it.")
    for path, content in files.items():
        save_text(content, path)


def _sweep(path: Path) -> None:
    """Take away what a process that was killed while saving this file left beside it."""
    for left in path.parent.glob(f".{glob.escape(path.name)}.*.tmp"):
        if time.time() - left.stat().st_mtime > _LONG_AGO:
            left.unlink(missing_ok=True)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file, and its folder, so that it is whole at every moment; raises ``OSError``.

    The content goes to a temporary file in the same folder, is flushed to the disk and then
    takes the file's place; until then the last good version stays where it is.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    _sweep(path)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        with open(temporary, "xb") as file:  # "x" follows no link, and the user's umask holds
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
