"""The list of a class that a teacher exported from Canvas or Moodle: who is who there, in which order."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

from kit.errors import FileFormatError
from kit.model.files import read_bytes

# Columns that name a student, by what they hold, in small letters.
_NUMBERS = {"id", "identifier"}
_ACCOUNTS = {"sis user id", "sis login id", "login id", "username", "id number", "email address", "email", "user id",
             "student id", "identifier", "code"}
_NAMES = {"student", "full name", "name", "student name"}
_FIRST, _LAST = {"first name", "firstname", "given name"}, {"last name", "lastname", "surname", "family name"}


class Roster:
    """The header and the rows of a class list.

    Raises:
        FileFormatError: it is no table with a header, or no column of it names a student.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        table = _table(self.path)
        self.header, self.rows = table[0], [row for row in table[1:] if any(cell.strip() for cell in row)]
        self.rows = [row + [""] * (len(self.header) - len(row)) for row in self.rows]
        self._small = [name.strip().lower() for name in self.header]
        known = _NUMBERS | _ACCOUNTS | _NAMES | _FIRST | _LAST
        if not known & set(self._small):
            raise FileFormatError(f"{path}: no column names a student (such as Student, ID, Full name, Email address); "
                                  f"there are {', '.join(self.header[:8])}. Export the list again, in English.")

    def column(self, *names: str) -> int | None:
        """Return the first column with one of these names, in small letters; None if there is none."""
        return next((place for place, name in enumerate(self._small) if name in names), None)

    def find(self, student: str, number: str) -> int | None:
        """Return the row of a student; None if there is none, or more than one could be meant."""
        wanted = [f"number {number}"] if number else []
        for key in (*wanted, f"account {student.strip().casefold()}", f"name {_letters(student)}"):
            places = self._known.get(key)
            if places:
                return next(iter(places)) if len(places) == 1 else None
        return None

    @cached_property
    def _known(self) -> dict[str, set[int]]:
        known: dict[str, set[int]] = {}
        for place, row in enumerate(self.rows):
            for key in self._keys(row):
                known.setdefault(key, set()).add(place)
        return known

    def _keys(self, row: list[str]) -> Iterable[str]:
        cells = dict(zip(self._small, (cell.strip() for cell in row)))
        for name, cell in cells.items():
            if name in _NUMBERS and (digits := re.search(r"\d+$", cell)):
                yield f"number {digits[0]}"
            if name in _ACCOUNTS and cell:
                yield from (f"account {cell.casefold()}", f"account {cell.casefold().partition('@')[0]}")
            if name in _NAMES and cell:
                yield from (f"name {_letters(turned)}" for turned in _turned(cell))
        first, last = (next((cells[name] for name in some if name in cells), "") for some in (_FIRST, _LAST))
        if first and last:
            yield from (f"name {_letters(first + last)}", f"name {_letters(last + first)}")


def _turned(name: str) -> Iterable[str]:
    """Give a name in both orders: "Ruiz, Ana" and "Ana Ruiz" are one."""
    yield name
    if "," in name:
        last, _, first = name.partition(",")
        yield first + last
    else:
        first, _, last = name.rpartition(" ")
        yield last + first


def _letters(name: str) -> str:
    """Return a name as letters and digits alone: case, accents and signs differ from system to system."""
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss")).casefold()
    return "".join(sign for sign in plain if sign.isalnum())


def _table(path: Path) -> list[list[str]]:
    raw = read_bytes(path)
    encoding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        text = raw.decode("cp1252", "replace")  # what Excel saves as plain CSV on Windows
    first = text.split("\n", 1)[0]
    between = max(",;\t", key=first.count)
    try:
        table = list(csv.reader(io.StringIO(text, newline=""), delimiter=between))
    except csv.Error as problem:
        raise FileFormatError(f"{path}: not a table ({problem}). Export it again as CSV.") from None
    if not table or len(table[0]) < 2:
        raise FileFormatError(f"{path}: not a table with columns. Export it again as CSV.")
    return table
