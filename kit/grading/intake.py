"""What is in a folder that a teacher was given: who handed in which files.

A folder for each student, nbgrader's ``submitted``, a download of Moodle, Canvas, Google Classroom,
Teams, Blackboard or Brightspace, zip archives of a class or of one student, or files alone.
"""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from kit.errors import FileFormatError, KitError
from kit.grading.naming import Named, Names, by_system, shown, titles
from kit.grading.places import FILE, FOLDER, Disk, Entry, Packed, unpacked
from kit.grading.walk import JUNK, KINDS, MOST_DEPTH, Handed, Unit, Walk

_FEW = 200                      # so many folders are looked into, to see if each is a class of its own
_OF_A_CLASS = {"answers", "submitted", "submitted files", "submissions"}
_OF_ONE = {"answers", "old", "lessons", "exercises", "keys", "teacher"}


class Intake:
    """Everybody's files in a folder, or in one zip archive or file.

    Iterating gives one ``Handed`` per student, in the order of names, and reads each folder only
    when its turn comes.  ``passed_over`` and ``problems`` are those that belong to no student.

    Raises:
        KitError: there is no such folder, or it cannot be read.
    """

    def __init__(self, folder: str | Path, names: Names, *, without: tuple[Path, ...] = ()) -> None:
        self._names = names
        self._without = {os.path.abspath(path) for path in without}
        self._open = ExitStack()
        self._units: dict[str, list[Unit]] = {}
        self.passed_over: list[str] = []
        self.problems: list[str] = []
        path = Path(os.path.abspath(folder))
        if not path.exists():
            raise KitError(f"{folder}: there is no such folder. Check the name.")
        self._home = path.stem if path.is_file() else path.name
        if path.is_dir():
            course = _submitted(Disk(str(path)))
            self._collect(course, alone=os.path.basename(course.path) != "submitted")
        else:
            self._file(Disk(str(path.parent)), path.name, frozenset(), alone=True)
        self._name_the_nameless()
        self._order = sorted(self._units, key=lambda key: (self._units[key][0][0].student.casefold(), key))

    def __len__(self) -> int:
        return len(self._order)

    def __iter__(self) -> Iterator[Handed]:
        namesakes = Counter(self._units[key][0][0].student.casefold() for key in self._order)
        with self._open:  # archives of a class stay open until everybody had a turn
            for key in self._order:
                units = self._units[key]
                named = units[0][0]
                name = named.student
                if namesakes[name.casefold()] > 1 and named.number:
                    name = f"{name} ({named.number})"
                with ExitStack() as opened:
                    yield Walk(self._names, opened).handed(name, named.number, units)

    def _collect(self, place: Disk | Packed, *, alone: bool = False, depth: int = 0) -> None:
        """Take up a folder in which each entry is somebody's."""
        entries = self._entries(place)
        sides = titles(name for name, _ in entries)
        folders = [name for name, kind in entries if kind == FOLDER and not JUNK.fullmatch(name)]
        single = alone and len(folders) + sum(kind == FILE and _is_work(name) for name, kind in entries) == 1
        for name, kind in entries:
            if JUNK.fullmatch(name) or self._is_without(place, name):
                self.passed_over.append(place.called(name))
            elif kind == FOLDER and depth < MOST_DEPTH and self._is_class(
                    place, name, alone=single, peek=len(folders) <= _FEW):
                self._collect(place.folder(name), depth=depth + 1, alone=single)
            elif kind == FOLDER:
                self._take(self._names.student(name, titles=sides), place, (name, kind))
            elif kind == FILE:
                self._file(place, name, sides, alone=single)
            else:
                self.problems.append(f"{place.called(name)}: this is a link. It was not followed: "
                                     "copy the file itself.")

    def _file(self, place: Disk | Packed, name: str, sides: frozenset[str], *, alone: bool) -> None:
        suffix = os.path.splitext(name)[1]
        if not _is_work(name):
            self.passed_over.append(place.called(name))
        elif suffix.lower() != ".zip" or by_system(name) or not self._class_archive(place, name, alone=alone):
            self._take(self._names.student(name, suffix, sides), place, (name, FILE))

    def _class_archive(self, place: Disk | Packed, name: str, *, alone: bool) -> bool:
        """Take up a zip archive if it holds the files of several students; tell whether it does."""
        try:
            with ExitStack() as opened:
                inside = opened.enter_context(unpacked(place, name))
                while len(inside.tree) == 1 and all(isinstance(one, dict) for one in inside.tree.values()) \
                        and not self._is_somebody(next(iter(inside.tree))):
                    inside = _within(inside)
                if not self._several(inside.entries(), alone=alone):
                    return False
                self.problems += inside.refused
                self._collect(inside)
                self._open.push(opened.pop_all())
                return True
        except FileFormatError:
            return False  # its student's row will say so

    def _entries(self, place: Disk | Packed) -> list[Entry]:
        try:
            return place.entries()
        except FileFormatError as problem:
            if not place.where:
                raise
            self.problems.append(str(problem))
            return []

    def _is_without(self, place: Disk | Packed, name: str) -> bool:
        return bool(self._without) and isinstance(place, Disk) and f"{place.path}{os.sep}{name}" in self._without

    def _is_somebody(self, folder: str) -> bool:
        return bool(by_system(folder))

    def _is_class(self, place: Disk | Packed, name: str, *, alone: bool, peek: bool) -> bool:
        """Tell whether a folder holds the files of several students, and not of one."""
        if self._is_somebody(name):
            return False
        if name.lower() in _OF_A_CLASS or self._names.is_exercise(name):
            return True
        return peek and self._several(self._entries(place.folder(name)), alone=alone)

    def _several(self, entries: list[Entry], *, alone: bool) -> bool:
        """Tell whether these are the files and folders of several students.

        ``alone``: there is nothing else, so that they may be told apart by their names only.
        """
        if any(by_system(name) for name, _ in entries):
            return True
        stems = [os.path.splitext(name)[0] for name, kind in entries if kind == FILE and _is_work(name)]
        split = [self._names.split(stem) for stem in stems]
        if len({rest for answer, rest, _ in split if answer and rest}) > 1:
            return True
        folders = [name for name, kind in entries if kind == FOLDER and not JUNK.fullmatch(name)
                   and name.lower() not in _OF_ONE and not self._names.is_exercise(name)]
        return alone and (len(folders) > 1 if not stems else sum(not answer for answer, _, _ in split) > 1)

    def _take(self, named: Named, place: Disk | Packed, entry: Entry) -> None:
        key = f"{named.number}\0{'' if named.number else named.student.casefold()}"
        self._units.setdefault(key, []).append((named, place, entry))

    def _name_the_nameless(self) -> None:
        """Give files whose names tell nobody to the person of the folder, or, if they cannot be one person's, apart."""
        units = self._units.pop("\0", [])
        stems = [os.path.splitext(entry[0]) for _, _, entry in units]
        answers = Counter((self._names.split(stem)[0], suffix.lower()) for stem, suffix in stems)
        one = not self._units and all(times == 1 for times in answers.values())
        for named, place, entry in units:
            name = shown(self._home if one else os.path.splitext(entry[0])[0])
            self._take(Named(name, "", named.rest, named.attempt, named.copy), place, entry)


def _is_work(name: str) -> bool:
    return os.path.splitext(name)[1].lower() in (*KINDS, ".zip")


def _submitted(place: Disk) -> Disk:
    """Return what was handed in, if the folder is a whole nbgrader course."""
    kinds = dict(place.entries())
    is_course = kinds.get("submitted") == FOLDER and ("source" in kinds or "nbgrader_config.py" in kinds)
    return place.folder("submitted") if is_course else place


def _within(place: Packed) -> Packed:
    inside = place.folder(next(iter(place.tree)))
    return Packed(inside.archive, inside.tree, inside.where, inside.packed, place.refused)
