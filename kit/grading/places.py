"""Where files lie that were handed in: folders of the disk and zip archives, read and never unpacked.

Nothing is believed: links are not followed, and what an archive says of itself is held against
limits before and while it is read.  An archive is read in memory, one file of it at a time.
"""

import io
import os
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from kit.errors import FileFormatError
from kit.grading.naming import shown
from kit.model.files import MOST_BYTES

MOST_INSIDE = 50_000            # files in one archive
_MOST_LIST = 6_000_000          # bytes of the list of files that an archive ends with
_MOST_PARTS = 30                # folders inside each other
_MOST_PACKED = 2                # archives inside each other
_ORDINARY = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# All that a damaged or hostile archive makes zipfile raise; an unknown way of packing is NotImplementedError.
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError,
           IndexError, OverflowError)

# What an entry of a place can be.
FOLDER, FILE, LINK, OTHER = "folder", "file", "link", "other"
Entry = tuple[str, str]


class Disk:
    """A folder on the disk; ``where`` is how messages call it, "" for the one that is graded."""

    __slots__ = ("path", "where")
    packed = 0

    def __init__(self, path: str, where: str = "") -> None:
        self.path, self.where = path, where

    def entries(self) -> list[Entry]:
        """Return names and kinds in the order of names.

        Raises:
            FileFormatError: the folder cannot be read.
        """
        try:
            with os.scandir(self.path) as found:
                return sorted([(entry.name, _kind(entry)) for entry in found])
        except OSError as problem:
            raise FileFormatError(f"{self.where or self.path}: cannot be read ({problem.strerror}). "
                                  "Choose a folder that you may open.") from None

    def folder(self, name: str) -> "Disk":
        return Disk(f"{self.path}{os.sep}{name}", self.called(name))

    def called(self, name: str) -> str:
        """Return how messages call an entry."""
        return f"{self.where}/{shown(name)}" if self.where else shown(name)

    def read(self, name: str) -> bytes:
        """Return the bytes of a file; raises ``FileFormatError``."""
        try:
            # A link or a pipe may have taken the file's place since the folder was read.
            handle = os.open(f"{self.path}{os.sep}{name}", _FLAGS)
            try:
                about = os.fstat(handle)
                if not stat.S_ISREG(about.st_mode):
                    raise FileFormatError(f"{self.called(name)}: this is not a file. Choose the file itself.")
                if about.st_size > MOST_BYTES:
                    _require_no_larger(about.st_size, self.called(name))
                return os.read(handle, about.st_size + 1)  # asked for 20 MB, Python would make room for 20 MB
            finally:
                os.close(handle)
        except (OSError, ValueError) as problem:
            reason = getattr(problem, "strerror", None) or problem
            raise FileFormatError(f"{self.called(name)}: cannot be read ({reason}). Hand in the file again.") from None


_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def _kind(entry: os.DirEntry) -> str:
    if entry.is_file(follow_symlinks=False):  # a link is none
        return FILE
    if entry.is_symlink() or (hasattr(entry, "is_junction") and entry.is_junction()):
        return LINK
    return FOLDER if entry.is_dir(follow_symlinks=False) else OTHER


def _require_no_larger(size: int, where: str) -> None:
    if size > MOST_BYTES:
        raise FileFormatError(f"{where}: larger than {MOST_BYTES // 1_000_000} MB. The kit makes no such files: "
                              "ask for the answer file.")


class Packed:
    """A folder inside a zip archive.  ``refused`` says which of its files were left alone, and why."""

    __slots__ = ("archive", "tree", "where", "packed", "refused")

    def __init__(self, archive: zipfile.ZipFile, tree: dict, where: str, packed: int, refused: tuple[str, ...] = ()):
        self.archive, self.tree, self.where, self.packed, self.refused = archive, tree, where, packed, refused

    def entries(self) -> list[Entry]:
        return sorted((name, FOLDER if isinstance(inside, dict) else FILE) for name, inside in self.tree.items())

    def folder(self, name: str) -> "Packed":
        return Packed(self.archive, self.tree[name], self.called(name), self.packed)

    def called(self, name: str) -> str:
        return f"{self.where}/{shown(name)}"

    def read(self, name: str) -> bytes:
        """Return the bytes of a file of the archive; raises ``FileFormatError``."""
        info, where = self.tree[name], self.called(name)
        _require_no_larger(info.file_size, where)
        try:
            with self.archive.open(info) as file:
                raw = file.read(MOST_BYTES + 1)  # never more, whatever the archive says of its size
        except _BROKEN as problem:
            raise FileFormatError(f"{where}: the archive is damaged here ({problem}). Pack it again.") from None
        _require_no_larger(len(raw), where)
        return raw


class _Measured(io.BufferedIOBase):
    """A file of which nobody reads too much at once: the list at an archive's end is read as a whole."""

    def __init__(self, file: io.BufferedIOBase) -> None:
        self._file = file
        self._size = file.seek(0, os.SEEK_END)

    def read(self, size: int | None = -1) -> bytes:
        left = self._size - self._file.tell()
        wanted = left if size is None or size < 0 else min(size, left)
        if wanted > _MOST_LIST:
            raise FileFormatError(f"it lists more than {MOST_INSIDE:,} files")
        return self._file.read(max(0, wanted))

    def seek(self, place: int, start: int = 0) -> int:
        return self._file.seek(place, start)

    def tell(self) -> int:
        return self._file.tell()

    def seekable(self) -> bool:
        return True


@contextmanager
def unpacked(place: Disk | Packed, name: str) -> Iterator[Packed]:
    """Give a zip archive as a folder.

    Raises:
        FileFormatError: it cannot be read, holds too many files, or lies too deep in others.
    """
    where = place.called(name)
    if place.packed >= _MOST_PACKED:
        raise FileFormatError(f"{where}: an archive inside an archive inside an archive. Unpack it first.")
    if place.packed:
        yield _opened(io.BytesIO(place.read(name)), where, place.packed + 1)
        return
    try:
        handle = os.open(f"{place.path}{os.sep}{name}", _FLAGS)
    except OSError as problem:
        raise FileFormatError(f"{where}: cannot be read ({problem.strerror}). "
                              "Choose a file that you may open.") from None
    with open(handle, "rb") as file:
        yield _opened(file, where, 1)


def _opened(file, where: str, packed: int) -> Packed:
    try:
        archive = zipfile.ZipFile(_Measured(file))
    except FileFormatError as problem:
        raise FileFormatError(f"{where}: {problem}. Pack the answers of fewer students together.") from None
    except _BROKEN as problem:
        raise FileFormatError(f"{where}: not a zip archive that can be read ({problem}). Pack it again.") from None
    if len(archive.infolist()) > MOST_INSIDE:
        raise FileFormatError(f"{where}: it lists more than {MOST_INSIDE:,} files. "
                              "Pack the answers of fewer students together.")
    tree, refused = _tree(archive)
    return Packed(archive, tree, where, packed, tuple(f"{where}/{problem}" for problem in refused))


def _tree(archive: zipfile.ZipFile) -> tuple[dict, list[str]]:
    """Return the files of an archive as folders inside each other, and what was refused."""
    tree: dict = {}
    refused = []
    for info in archive.infolist():
        problem = _problem(info)
        if problem:
            refused.append(f"{shown(info.filename)[:200]}: {problem}")
            continue
        folders = _parts(info)
        name = "" if info.filename.endswith(("/", "\\")) else folders.pop()
        inside = tree
        for folder in folders:
            inside = inside.setdefault(folder, {}) if isinstance(inside, dict) else inside
        if not isinstance(inside, dict) or (name and name in inside):
            refused.append(f"{shown(info.filename)[:200]}: the archive has this name twice. "
                           "The first one was read.")
        elif name:
            inside[name] = info
    return tree, refused


def _parts(info: zipfile.ZipInfo) -> list[str]:
    """Return the folders and the name of a file; archives made on Windows may part them with a backslash."""
    return info.filename.replace("\\", "/").rstrip("/").split("/")


def _problem(info: zipfile.ZipInfo) -> str:
    """Return why a file of an archive is left alone; "" if it is not."""
    parts = _parts(info)
    if any(part in ("", ".", "..") for part in parts) or parts[0][1:2] == ":" or len(parts) > _MOST_PARTS:
        return "a path that leads out of the archive. It was not touched."
    if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "a link or another thing that is no file. Put the file itself into the archive."
    if info.flag_bits & 0x1:
        return "locked with a password. Pack it again without one."
    if info.compress_type not in _ORDINARY:
        return "packed in an unusual way. Pack it again as an ordinary zip archive."
    return ""
