"""What is in a folder that a teacher was given: who handed in which files.

A folder for each student, nbgrader's ``submitted``, a download of Moodle, Canvas, Google Classroom,
Teams, Blackboard or Brightspace, zip archives of a class or of one student, or files alone.
"""

import os
from collections import Counter
from collections.abc import Collection, Iterator
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
            place, entry = Disk(str(path.parent)), (path.name, FILE)
            self._file(place, path.name, frozenset(), self._classes(place, [entry], alone=True))
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
        others = {name for name, _ in entries if JUNK.fullmatch(name) or self._is_without(place, name)}
        classes = self._classes(place, [one for one in entries if one[0] not in others], alone=single)
        for name, kind in entries:
            if name in others:
                self.passed_over.append(place.called(name))
            elif kind == FOLDER and depth < MOST_DEPTH and name in classes:
                self._collect(place.folder(name), depth=depth + 1, alone=single)
            elif kind == FOLDER:
                self._take(self._names.student(name, titles=sides), place, (name, kind))
            elif kind == FILE:
                self._file(place, name, sides, classes)
            else:
                self.problems.append(f"{place.called(name)}: this is a link. It was not followed: "
                                     "copy the file itself.")

    def _file(self, place: Disk | Packed, name: str, sides: frozenset[str], classes: Collection[str]) -> None:
        suffix = os.path.splitext(name)[1]
        if not _is_work(name):
            self.passed_over.append(place.called(name))
        elif name in classes:
            inside = self._inside(place, name, self._open)
            self.problems += inside.refused
            self._collect(inside)
        else:
            self._take(self._names.student(name, suffix, sides), place, (name, FILE))

    def _inside(self, place: Disk | Packed, name: str, opened: ExitStack) -> Packed:
        """Return a zip archive as a folder, and the folder in it if there is nothing beside that, which is nobody's."""
        inside = opened.enter_context(unpacked(place, name))
        while len(inside.tree) == 1 and all(isinstance(one, dict) for one in inside.tree.values()) \
                and not by_system(next(iter(inside.tree))):
            inside = _within(inside)
        return inside

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

    def _classes(self, place: Disk | Packed, entries: list[Entry], *, alone: bool) -> set[str]:
        """Return the folders and zip archives that hold the files of several students, and not of one.

        What is inside tells only if it tells so of at least half of them: students put into their
        own folder what they like, also a file with somebody else's name on it.
        """
        folders = [name for name, kind in entries if kind == FOLDER and not by_system(name)]
        known = {name for name in folders if name.lower() in _OF_A_CLASS or self._names.is_exercise(name)}
        asked = [(name, FOLDER) for name in folders if name not in known] if len(folders) <= _FEW else []
        asked += [(name, FILE) for name, kind in entries
                  if kind == FILE and name.lower().endswith(".zip") and not by_system(name)]
        held = {entry[0] for entry in asked if self._several(self._held(place, entry), alone=alone)}
        return known | (held if 2 * len(held) >= len(asked) else set())

    def _held(self, place: Disk | Packed, entry: Entry) -> list[Entry]:
        """Return what is in a folder or in a zip archive; nothing if that cannot be read: its student's row says so."""
        name, kind = entry
        if kind == FOLDER:
            return self._entries(place.folder(name))
        try:
            with ExitStack() as opened:
                return self._inside(place, name, opened).entries()
        except FileFormatError:
            return []

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
