"""Wheels: the kit's own, for a site in the browser and for a classroom server, and what a wheel says of itself.

An installed kit has no source to build from, and a folder of programs may not be written to: so the files of the
running kit, as they are here, are what goes in.  Nobody's answers do, and no key of a graded exercise.
"""

from __future__ import annotations

import base64
import hashlib
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path, PurePosixPath
from typing import IO

from kit import __version__
from kit.places.bootstrap import find_checkout
from kit.places.environment import read_pyproject
from kit.places.folder import HELP, originals

NAME = "media-literacy-kit"
FILE = f"media_literacy_kit-{__version__}-py3-none-any.whl"

_PACKAGE = Path(__file__).parents[1]
_LEFT_OUT = {"lessons", "exercises", "answers", "keys", "__pycache__"}  # these are apart, or in no wheel at all
_MADE = (1980, 1, 1, 0, 0, 0)  # the same files give the same wheel
_INFO = f"media_literacy_kit-{__version__}.dist-info"
_METADATA = f"Metadata-Version: 2.1\nName: {NAME}\nVersion: {__version__}\n"
_TAGS = "Wheel-Version: 1.0\nGenerator: kit\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
_OF_AN_INSTALLED = ("METADATA", "entry_points.txt", "licenses/LICENSE")


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
    """Write the wheel that a site has into a folder: the package alone; lessons are files of the site."""
    _write(folder / FILE, [*_package(), *_notes({"METADATA": _METADATA})])
    return read_wheel(folder / FILE)


def whole_wheel() -> bytes:
    """Return the wheel that a server has, to be kept under the name `FILE`: what is installed where the kit is.

    It carries lessons and exercises, and says what it needs, so that an installer can fetch that.
    """
    made = io.BytesIO()
    checkout = find_checkout()
    notes = _notes_of_installed() if checkout is None else _notes_of_checkout(checkout)
    _write(made, [*_package(), *_lessons(), *_notes(notes)])
    return made.getvalue()


def _write(target: Path | IO[bytes], contents: Iterable[tuple[str, bytes]]) -> None:
    record = []
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in contents:
            _add(archive, name, content)
            record.append(f"{name},sha256={_digest(content)},{len(content)}\n")
        record.append(f"{_INFO}/RECORD,,\n")
        _add(archive, f"{_INFO}/RECORD", "".join(record).encode("utf-8"))


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, _MADE)
    entry.external_attr = 0o100644 << 16  # a file that everybody may read
    archive.writestr(entry, content, zipfile.ZIP_DEFLATED)


def _package() -> Iterator[tuple[str, bytes]]:
    for path in sorted(_PACKAGE.rglob("*")):
        inside = path.relative_to(_PACKAGE)
        hidden = any(part.startswith(".") for part in inside.parts) or path.suffix == ".pyc"
        if path.is_file() and not hidden and not _LEFT_OUT & set(inside.parts):
            yield f"kit/{inside.as_posix()}", path.read_bytes()


def _lessons() -> Iterator[tuple[str, bytes]]:
    """Yield lessons and exercises, which lie beside the package in a checkout, and in it where it is installed."""
    root = _PACKAGE if (_PACKAGE / "lessons").is_dir() else _PACKAGE.parent
    paths = [path for name, path in originals(teacher=True).items() if name != HELP]  # that page is the package's own
    for path in sorted([*paths, root / "exercises" / "nbgrader_config.py"]):
        yield f"kit/{path.relative_to(root).as_posix()}", path.read_bytes()


def _notes(notes: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    for name, text in {**notes, "WHEEL": _TAGS}.items():
        yield f"{_INFO}/{name}", text.encode("utf-8")


def _notes_of_installed() -> dict[str, str]:
    """Return what an installed kit says of itself, word for word."""
    installed = metadata.distribution(NAME)
    found = {name: installed.read_text(name) for name in _OF_AN_INSTALLED}
    return {name: text for name, text in found.items() if text is not None}


def _notes_of_checkout(checkout: Path) -> dict[str, str]:
    """Return what a checkout says of itself: what it needs, its command, its licence."""
    project = read_pyproject(checkout)["project"]
    lines = [f"Summary: {project['description']}", f"Requires-Python: {project['requires-python']}"]
    lines += [f"Requires-Dist: {need}" for need in project["dependencies"]]
    for extra, needs in project["optional-dependencies"].items():
        lines.append(f"Provides-Extra: {extra}")
        lines += [f"Requires-Dist: {need}{' and' if ';' in need else ';'} extra == '{extra}'" for need in needs]
    scripts = [f"{name} = {target}" for name, target in project["scripts"].items()]
    return {"METADATA": _METADATA + "".join(f"{line}\n" for line in lines),
            "entry_points.txt": "[console_scripts]\n" + "".join(f"{line}\n" for line in scripts),
            "licenses/LICENSE": (checkout / "LICENSE").read_text("utf-8")}


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
