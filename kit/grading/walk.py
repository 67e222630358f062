"""What one student handed in, file by file: folders, archives and copies gone through, nothing read yet."""

import os
import re
from contextlib import ExitStack
from dataclasses import dataclass

from kit.errors import FileFormatError
from kit.grading.naming import Named, Names, by_system
from kit.grading.places import FILE, FOLDER, LINK, Disk, Entry, Packed, unpacked
from kit.model.handed import PAGES

KINDS = {".json": "file", ".ipynb": "notebook", **dict.fromkeys(PAGES, "page")}
MOST_FILES = 2_000   # of one student
MOST_DEPTH = 12      # folders inside each other
# What systems and programs leave behind, and what the pen put aside when somebody started again.
JUNK = re.compile(r"\..*|~\$.*|__MACOSX|__pycache__|Thumbs\.db|desktop\.ini|old", re.IGNORECASE)
_VERSION = re.compile(r"Version (\d{1,4})")


@dataclass(frozen=True, slots=True)
class File:
    """A file that may hold answers.

    ``name`` is the student's own, ``where`` how messages call it, ``kind`` what it is by its name:
    file, notebook or page.
    """

    place: Disk | Packed
    entry: str
    name: str
    where: str
    kind: str
    attempt: tuple[int, ...] = ()
    copy: tuple[int, ...] = ()

    @property
    def folder(self) -> str:
        """The name of the folder that it lies in."""
        return self.place.where.rpartition("/")[2]

    def read(self) -> bytes:
        """Return its bytes; raises ``FileFormatError``."""
        return self.place.read(self.entry)


@dataclass(frozen=True)
class Handed:
    """What one student handed in.

    ``number`` is what Canvas or Moodle knows the student by, "" if no name tells it.
    ``passed_over`` are files that hold no answers, ``problems`` sentences about what was refused.
    ``asked`` are the answers that folders of exercises call for, whether they are there or not.
    """

    student: str
    number: str = ""
    files: tuple[File, ...] = ()
    passed_over: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()


# One file or folder of a student, as a class's folder lists it.
Unit = tuple[Named, Disk | Packed, Entry]


class Walk:
    """Looks through what belongs to one student."""

    def __init__(self, names: Names, opened: ExitStack) -> None:
        self._names, self._opened = names, opened
        self._files: list[File] = []
        self._passed_over: list[str] = []
        self._problems: list[str] = []
        self._asked: dict[str, None] = {}
        self._late = False

    def handed(self, student: str, number: str, units: list[Unit]) -> Handed:
        for named, place, (name, kind) in units:
            self._late |= named.late
            self._entry(place, name, kind, named, 0)
        remarks = ("Handed in late, says the name of the file.",) if self._late else ()
        return Handed(student, number, tuple(self._files), tuple(self._passed_over), tuple(self._problems), remarks,
                      tuple(self._asked))

    def _entry(self, place: Disk | Packed, name: str, kind: str, named: Named, depth: int) -> None:
        suffix = os.path.splitext(name)[1].lower()
        if JUNK.fullmatch(name) or name.lower().endswith(".key.json"):  # a key is nobody's answer
            self._passed_over.append(place.called(name))
        elif kind == FOLDER:
            self._folder(place.folder(name), named, depth + 1)
        elif kind == LINK:
            self._problems.append(f"{place.called(name)}: this is a link. It was not followed: "
                                  "hand in the file itself.")
        elif kind == FILE and suffix == ".zip":
            self._archive(place, name, named, depth)
        elif kind == FILE and suffix in KINDS and len(self._files) < MOST_FILES:
            own = named.rest if named.rest.lower().endswith(suffix) else name
            copy = self._copy(os.path.splitext(own)[0], bool(named.number))
            self._files.append(File(place, name, own, place.called(name), KINDS[suffix], named.attempt,
                                    (copy, *named.copy)))
        else:
            self._passed_over.append(place.called(name))

    def _copy(self, stem: str, by_canvas: bool) -> int:
        """Return which copy a name says that it is; Canvas adds -1, -2 to a name that was handed in before."""
        _, rest, copy = self._names.split(stem)
        return int(rest) if by_canvas and not copy and rest.isdecimal() and len(rest) < 4 else copy

    def _folder(self, place: Disk | Packed, named: Named, depth: int) -> None:
        if depth > MOST_DEPTH:
            self._problems.append(f"{place.where}: folders too deep inside each other. Hand in the answer file itself.")
            return
        own_name = place.where.rpartition("/")[2]
        if self._names.is_exercise(own_name):
            self._asked[self._names.split(own_name)[0]] = None
        version = _VERSION.fullmatch(own_name)
        within = Named(named.student, named.number, "", (int(version[1]),) if version else named.attempt)
        try:
            for name, kind in place.entries():
                told = by_system(name)
                own = within if told is None else Named(named.student, "", told.rest, told.attempt, told.copy)
                self._late |= bool(told and told.late)
                self._entry(place, name, kind, own, depth)
        except FileFormatError as problem:
            self._problems.append(str(problem))

    def _archive(self, place: Disk | Packed, name: str, named: Named, depth: int) -> None:
        try:
            inside = self._opened.enter_context(unpacked(place, name))
            self._problems += inside.refused
            self._folder(inside, named, depth + 1)
        except FileFormatError as problem:
            self._problems.append(str(problem))
