"""Wheels, as a site in the browser needs them: the kit's own, and what a wheel says of itself."""

from __future__ import annotations

import base64
import hashlib
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from kit import __version__

NAME = "media-literacy-kit"

_PACKAGE = Path(__file__).parents[1]
_LEFT_OUT = {"lessons", "exercises", "answers", "keys", "__pycache__"}  # the site has these as files, or not at all
_MADE = (1980, 1, 1, 0, 0, 0)  # the same files give the same wheel
_INFO = f"media_literacy_kit-{__version__}.dist-info"
_NOTES = {
    "METADATA": f"Metadata-Version: 2.1\nName: {NAME}\nVersion: {__version__}\n",
    "WHEEL": "Wheel-Version: 1.0\nGenerator: kit site\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
}


@dataclass(frozen=True)
class Wheel:
    """A package in one file; ``imports`` are the names that Python code imports it by."""

    path: Path
    name: str
    version: str
    imports: tuple[str, ...]

    @property
    def sha256(self) -> str:
        """The hash of the file."""
        return hashlib.sha256(self.path.read_bytes()).hexdigest()


def normal(name: str) -> str:
    """Return a package's name as all indexes write it: small letters, single hyphens."""
    return re.sub(r"[-_.]+", "-", name).lower()


def read_wheel(path: Path) -> Wheel:
    """Return what a wheel says of itself.

    Raises:
        OSError, zipfile.BadZipFile: the file cannot be read, or is none.
    """
    name, version = path.name.split("-")[:2]
    with zipfile.ZipFile(path) as archive:
        tops = {_top(PurePosixPath(file)) for file in archive.namelist()}
    return Wheel(path, normal(name), version, tuple(sorted(tops - {""})))


def make_own(folder: Path) -> Wheel:
    """Write the wheel of the running kit into a folder, from its files as they are here.

    An installed kit has no source to build from, and a folder of programs may not be written to:
    so the package itself is what goes in.  Lessons are not part of it, nor is any answer.
    """
    path = folder / f"media_literacy_kit-{__version__}-py3-none-any.whl"
    record = []
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _contents():
            archive.writestr(zipfile.ZipInfo(name, _MADE), content, zipfile.ZIP_DEFLATED)
            record.append(f"{name},sha256={_digest(content)},{len(content)}\n")
        record.append(f"{_INFO}/RECORD,,\n")
        archive.writestr(zipfile.ZipInfo(f"{_INFO}/RECORD", _MADE), "".join(record), zipfile.ZIP_DEFLATED)
    return read_wheel(path)


def _contents() -> Iterator[tuple[str, bytes]]:
    for path in sorted(_PACKAGE.rglob("*")):
        inside = path.relative_to(_PACKAGE)
        hidden = any(part.startswith(".") for part in inside.parts)
        if path.is_file() and not hidden and not _LEFT_OUT & set(inside.parts):
            yield f"kit/{inside.as_posix()}", path.read_bytes()
    for name, text in _NOTES.items():
        yield f"{_INFO}/{name}", text.encode("ascii")


def _top(file: PurePosixPath) -> str:
    """Return the name by which a file of a wheel is imported; empty if it is not."""
    top = file.parts[0]
    if top.endswith((".dist-info", ".data", ".libs")):
        return ""
    if len(file.parts) > 1:
        return top if file.suffix in (".py", ".so") else ""
    return file.name.partition(".")[0] if file.suffix in (".py", ".so") else ""


def _digest(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode("ascii")
