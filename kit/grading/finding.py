"""Where a student's answer is: the file, alone or under a code, a copy in the notebook, a hand-in page."""

import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from kit.errors import CheckFailed, FileFormatError, KitError
from kit.grading.checking import find_answer
from kit.model.files import read_bytes, read_text
from kit.model.handed import PAGES, Carried, carried, name_of

_MOST_PAGES = 50  # that are looked into; whoever hands in more hides something


@dataclass(frozen=True)
class Found:
    """The content of an answer file.

    ``name`` stands in messages; ``remark`` says where the content came from, "" if from the file itself.
    """

    content: str
    name: str
    remark: str = ""


def find_handed_in(folder: Path, asked: str, *, notebook: str = "") -> Found:
    """Return the answer in what one student handed in.

    ``asked`` is the place of the answer file in ``folder``; who hands in the file alone may have
    left out its folder ``answers``.  Without that file, the answer is taken from the copy that the
    check cell left in ``notebook``, else from a hand-in page.

    Raises:
        CheckFailed: there is none, or two codes have one.
        FileFormatError: it cannot be read, or a link stands in its place.
    """
    _refuse_links(folder, asked)
    try:
        alone = folder / Path(asked).name
        is_alone = alone.is_file() and not alone.is_symlink() and not os.path.lexists(folder / asked)
        path = alone if is_alone else find_answer(folder / asked)
        return Found(read_text(path), path.relative_to(folder).as_posix())
    except CheckFailed as missing:
        found = _copies(folder, Path(asked).stem, notebook)
        if found is None:
            raise _named(missing, folder) from None
        return found
    except FileFormatError as problem:
        raise _named(problem, folder) from None


def _refuse_links(folder: Path, asked: str) -> None:
    for place in (folder.parent, folder, *(folder / part for part in Path(asked).parents if part.name)):
        if place.is_symlink():
            raise FileFormatError(f"{place.name}: this is a link. Copy the folder itself here.")


def _named(problem: KitError, folder: Path) -> KitError:
    """Return a problem without the place of the folder: the student reads it too."""
    return type(problem)(str(problem).replace(f"{folder}/", "").replace(f"{folder}\\", ""))


def _copies(folder: Path, stem: str, notebook: str) -> Found | None:
    """Return the copy of an answer in a notebook or a page: the one that is asked, else any, else None."""
    places = [folder / notebook] if notebook else []
    copies = [one for path in [*places, *_pages(folder, stem)] for one in reversed(_inside(path))]
    one = next((one for one in copies if name_of(one.content) == stem), next(iter(copies), None))
    return one and Found(one.content, one.place, f"Taken from {one.place}: the answer file was not handed in.")


def _pages(folder: Path, stem: str) -> list[Path]:
    """Return the pages in a folder, whatever they are called now; those with the name of the answer come first."""
    pages = (path for path in folder.glob("*") if path.suffix.lower() in PAGES)
    return sorted(pages, key=lambda path: (path.name != f"{stem}-hand-in.html", stem not in path.name, path.name)
                  )[:_MOST_PAGES]


def _inside(path: Path) -> tuple[Carried, ...]:
    try:
        return carried(path.name, read_bytes(path))
    except FileFormatError:
        return ()


def notebook_in(folder: Path, name: str, known: Collection[str]) -> str:
    """Return the name of the file that is a student's notebook: ``name``, or the only one with a name not ``known``.

    Browsers and people rename what they download: "exercise (1).ipynb".
    """
    strange = [path.name for path in folder.glob("*.ipynb") if path.name not in known]
    return strange[0] if len(strange) == 1 and not (folder / name).is_file() else name
