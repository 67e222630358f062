"""The user's copy of lessons and exercises.

A file that the user changed is never written over.  Which files those are is known from a
small hidden file in the folder, `.kit/handed-out.json`, with the hash of each file as it was
handed out.  JupyterLab changes every notebook that is opened (outputs, metadata), so that of a
notebook only what a person writes counts: the cells' text.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

from kit.errors import KitError
from kit.model.files import write_whole

FORMAT = "kit/folder/1"
HELP = "lessons/what-if-it-does-not-work.md"
TEACHERS = "lessons/teacher/"
EXERCISES = "exercises/"

_SOURCE = "exercises/source"  # all of the course that a student gets; keys and the gradebook lie beside it
_FOR_TEACHERS = "exercises/README.md"
# Where the page of help and an exercise lie seen from a lesson: in the checkout, and in a user's folder.
_LINKS = {b"](../kit/page/static/help.md)": f"]({PurePosixPath(HELP).name})".encode("ascii"),
          b"](../exercises/source/": b"](../exercises/"}
_PRIVATE = {"answers", "keys", "trials", "__pycache__"}  # students' work, graded keys, and what Python leaves
_PRIVATE_NAMES = ("nbgrader_config.py", "gradebook.db*", "*.key.json")


@dataclass(frozen=True)
class HandOut:
    """What was written into a user's folder; names are relative to it, with `/` between."""

    folder: Path
    copied: tuple[str, ...] = ()   # were not there
    renewed: tuple[str, ...] = ()  # were there, as an older kit had handed them out
    beside: tuple[tuple[str, str], ...] = ()  # changed by the user, and where the new version is


def default_folder() -> Path:
    """Return where the user's copy is unless another place is named: `~/media-literacy`.

    Raises:
        KitError: the user has no home folder, as in some containers.
    """
    try:
        return Path.home() / "media-literacy"
    except RuntimeError:
        raise KitError("There is no home folder for your lessons. Name another: kit lab --folder FOLDER") from None


def originals(*, teacher: bool = False) -> dict[str, Path]:
    """Return the files that a user gets, by their name in the user's folder.

    In a checkout they lie beside the package, in an installed kit inside it.  The pages of the
    teacher's guide and of the course are for a teacher alone.  Of the course, only the exercises
    themselves leave the kit: each in a folder of its own, where its answers will lie too.
    """
    package = Path(__file__).parents[1]
    root = package if (package / "lessons").is_dir() else package.parent
    found = {name: root / name for name in _names(root, "lessons") if teacher or not name.startswith(TEACHERS)}
    found |= {EXERCISES + name.removeprefix(f"{_SOURCE}/"): root / name for name in _names(root, _SOURCE)}
    if teacher:
        found[_FOR_TEACHERS] = root / _FOR_TEACHERS
    return {HELP: package / "page" / "static" / "help.md", **found}


def hand_out(folder: Path, files: Mapping[str, Path | bytes] | None = None, *, force: bool = False,
             otherwise: str = "kit lab --folder FOLDER") -> HandOut:
    """Copy what is missing, renew what the user never touched, leave the rest alone.

    Where the user changed a file of which there is a new version, that version is put beside
    it: `01-what.ipynb` stays, `01-what.new.ipynb` is the new one.  Every file is whole at
    every moment.  Nothing is written where nothing is to do.

    Args:
        folder: made if it is not there.
        files: what to hand out, by name, each a file or its content; the kit's own lessons and
            exercises if not given.
        force: write over files that the user changed.
        otherwise: the command that names another folder, for a message.

    Raises:
        KitError: the folder cannot be written, or is the kit's own.
    """
    files = originals() if files is None else files
    try:
        folder = folder.expanduser().absolute()
        _refuse_own(folder, files, otherwise)
        return _hand_out(folder, {name: _relinked(name, it if isinstance(it, bytes) else it.read_bytes())
                                  for name, it in files.items()}, force=force)
    except OSError as problem:
        raise KitError(f"{problem.filename or folder}: the lessons cannot be put there "
                       f"({problem.strerror or problem}). Choose another folder: {otherwise}") from None
    except RuntimeError:  # "~" of nobody
        raise KitError(f"{folder}: there is no such home folder. Choose another folder: {otherwise}") from None


def _hand_out(folder: Path, contents: dict[str, bytes], *, force: bool) -> HandOut:
    copied, renewed, beside = [], [], []
    before = _read_handed(folder)
    handed = dict(before)
    for name, content in contents.items():
        target, new = folder / name, _hash(name, content)
        here = _hash(name, target.read_bytes()) if target.exists() else None
        if here is None:
            write_whole(target, content)
            copied.append(name)
        elif here != new and (force or here == before.get(name)):
            write_whole(target, content)
            renewed.append(name)
        elif here != new and before.get(name) != new:
            other = _name_beside(folder, name, before, new)
            write_whole(folder / other, content)
            beside.append((name, other))
            handed[other] = new
        handed[name] = new
    if handed != before:
        _write_handed(folder, handed)
    return HandOut(folder, tuple(copied), tuple(renewed), tuple(beside))


def _relinked(name: str, content: bytes) -> bytes:
    """Return a page whose links lead to where things lie in a user's folder, and anything else as it is."""
    if not name.endswith((".md", ".ipynb")):
        return content
    for here, there in _LINKS.items():
        content = content.replace(here, there)
    return content


def _names(root: Path, room: str) -> list[str]:
    """Return the files of a room that may leave the kit, sorted."""
    paths = (path.relative_to(root) for path in (root / room).rglob("*") if path.is_file())
    return sorted(path.as_posix() for path in paths if not any(
        part in _PRIVATE or part.startswith(".") for part in path.parts)
        and not any(fnmatch(path.name, private) for private in _PRIVATE_NAMES))


def _refuse_own(folder: Path, files: Mapping[str, Path | bytes], otherwise: str) -> None:
    """Refuse to hand out files onto themselves: a user would then change the kit's own copy."""
    for name, path in files.items():
        if isinstance(path, Path) and (folder / name).exists() and (folder / name).samefile(path):
            raise KitError(f"{folder}: these are the kit's own lessons. Choose another folder: {otherwise}")


def _name_beside(folder: Path, name: str, handed: dict[str, str], new: str) -> str:
    """Return the first `.new` name that is free, or holds what the user never touched."""
    path = PurePosixPath(name)
    number = 1
    while True:
        ending = ".new" if number == 1 else f".new-{number}"
        other = str(path.with_name(f"{path.stem}{ending}{path.suffix}"))
        target = folder / other
        if not target.exists() or _hash(other, target.read_bytes()) in (handed.get(other), new):
            return other
        number += 1


def _hash(name: str, content: bytes) -> str:
    """Return the hash of what a person can change in a file."""
    written = _cells(content) if name.endswith(".ipynb") else None
    if written is not None:
        content = json.dumps(written, sort_keys=True).encode("ascii")
    return hashlib.sha256(content).hexdigest()


def _cells(content: bytes) -> list | None:
    """Return what is written in a notebook's cells, pasted pictures too; None if it is none."""
    try:
        cells = json.loads(content)["cells"]
        return [[cell["cell_type"], "".join(cell["source"]), cell.get("attachments", {})] for cell in cells]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _read_handed(folder: Path) -> dict[str, str]:
    """Return the hashes of what was handed out; empty if unknown, which loses nothing."""
    try:
        note = json.loads((folder / ".kit" / "handed-out.json").read_text(encoding="utf-8"))
        return dict(note["files"]) if note["format"] == FORMAT else {}
    except (OSError, ValueError, TypeError, KeyError):
        return {}


def _write_handed(folder: Path, handed: dict[str, str]) -> None:
    note = {"format": FORMAT, "files": dict(sorted(handed.items()))}
    text = json.dumps(note, indent=2, ensure_ascii=False) + "\n"
    write_whole(folder / ".kit" / "handed-out.json", text.encode("utf-8"))
