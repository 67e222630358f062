"""The teacher's files: each lesson with notes and key in it, pages to print, and the guide itself."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from kit.authoring.keypage import texts_of
from kit.authoring.teacher import lesson_page, printable, teacher_copy
from kit.errors import KitError
from kit.places.folder import TEACHERS, originals

_GLOSSARY = "glossary.md"
_BESIDE = {f"../{_GLOSSARY}": _GLOSSARY}
_LINK = re.compile(r"\[([^]]+)\]\(((?:\.\./)*[\w-]+\.md)((?:#[\w-]+)?)\)")


def lessons_with_notes() -> tuple[str, ...]:
    """Return the lessons that a teacher's copy can be made of, in order."""
    files = originals(teacher=True)
    stems = (PurePosixPath(name).stem for name in files if name.startswith("lessons/") and name.endswith(".ipynb"))
    return tuple(sorted(stem for stem in stems if f"{TEACHERS}{stem}.md" in files))


def find_noted(wanted: str) -> str:
    """Return the name of a lesson with notes; ``wanted`` is its number or its name.

    Raises:
        KitError: there is none; the message lists those there are.
    """
    known = lessons_with_notes()
    number = int(wanted) if wanted.isdecimal() and wanted.isascii() else None
    found = [name for name in known if wanted.removesuffix(".ipynb") == name or int(name[:2]) == number]
    if found:
        return found[0]
    raise KitError(f"There are no teacher's notes for a lesson {wanted!r}. There are: {', '.join(known) or 'none'}.")


def lesson_files(name: str, links: Mapping[str, str] | None = None) -> dict[str, Path | bytes]:
    """Return the teacher's copy of a lesson, its page to print, and the glossary that both link to.

    ``links`` says where links of the notes lead in the place that the files are meant for; a
    page that is not there is named without a link.
    """
    files = originals(teacher=True)
    notes, texts = files[f"{TEACHERS}{name}.md"].read_text("utf-8"), texts_of(name)
    notebook = json.loads(files[f"lessons/{name}.ipynb"].read_text("utf-8"))
    notes = _relinked(notes, _BESIDE | (links or {}))
    copy = json.dumps(teacher_copy(notebook, notes, texts), indent=1, ensure_ascii=False) + "\n"
    return {f"{name}.ipynb": copy.encode("utf-8"), f"{name}.html": lesson_page(notes, texts).encode("utf-8"),
            _GLOSSARY: files[f"lessons/{_GLOSSARY}"]}


def whole_guide() -> dict[str, Path | bytes]:
    """Return the files of all lessons that have notes, and every general page of the guide to print."""
    lessons, sources = lessons_with_notes(), _sources()
    links = _BESIDE | {f"{stem}.md": f"{stem}.html" for stem in sources}
    pages = {f"{stem}.html": _printed(_relinked(source, links)) for stem, source in sources.items()
             if stem not in lessons}
    return pages | {file: it for name in lessons for file, it in lesson_files(name, links).items()}


def in_folder() -> dict[str, Path | bytes]:
    """Return the files of all lessons that have notes, by their name in a teacher's folder, beside the guide."""
    links = {f"{stem}.md": f"{stem}.md" for stem in _sources()}
    return {f"{TEACHERS}{file}": it for name in lessons_with_notes() for file, it in lesson_files(name, links).items()}


def copy_of(lesson: str, files: Iterable[str]) -> str:
    """Return the name of the teacher's copy of a notebook if there is one among the files, else its own name."""
    copy = f"{TEACHERS}{PurePosixPath(lesson).name}"
    return copy if lesson.startswith("lessons/") and copy in files else lesson


def _sources() -> dict[str, str]:
    """Return the pages of the guide as Markdown, by their name without its ending."""
    return {PurePosixPath(name).stem: path.read_text("utf-8") for name, path in originals(teacher=True).items()
            if name.startswith(TEACHERS) and name.endswith(".md")}


def _relinked(source: str, links: Mapping[str, str]) -> str:
    """Return Markdown in which links to other pages lead where they should, or are words alone."""
    def relinked(found: re.Match) -> str:
        words, page, place = found.groups()
        return f"[{words}]({links[page]}{place})" if page in links else words
    return _LINK.sub(relinked, source)


def _printed(source: str) -> bytes:
    title = source.split("\n", 1)[0].removeprefix("# ")
    return printable(title, "Teacher's guide of the Media Literacy Kit.", source).encode("utf-8")
