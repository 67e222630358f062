"""Feedback pages in a folder: a file for each student, under a name that every system takes."""

import os
import re
import secrets
from pathlib import Path

from kit.errors import KitError
from kit.grading.feedback import feedback, feedback_page, not_yet, refused
from kit.grading.folder import Work
from kit.grading.naming import shown
from kit.grading.row import Row, digest
from kit.grading.table import keep_earlier
from kit.model.plans import EXERCISE, name_of, plans

_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
_LONGEST = 180  # bytes; file systems take 255


class FileNames:
    """Names of files for names of people: safe everywhere, and no two alike, not even in small letters."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def name(self, person: str) -> str:
        """Return a name without a suffix."""
        plain = " ".join(_FORBIDDEN.sub("-", shown(person).replace("\ufffd", "-")).split()).strip(" .") or "student"
        plain = plain.encode("utf-8")[:_LONGEST].decode("utf-8", "ignore").strip(" .")
        if _RESERVED.fullmatch(plain):
            plain = f"_{plain}"
        name, number = plain, 2
        while name.casefold() in self._taken:
            name, number = f"{plain}-{number}", number + 1
        self._taken.add(name.casefold())
        return name

    def __len__(self) -> int:
        return len(self._taken)

    def is_taken(self, name: str) -> bool:
        """Tell whether a name was given."""
        return name.casefold() in self._taken


def page_of(work: Work) -> str:
    """Return the feedback page of a student: a part for each exercise."""
    parts = [(title_of(row.exercise), _part(row)) for row in work.rows]
    return feedback_page(work.student, parts)


def title_of(exercise: str) -> str:
    """Return the name of an exercise as the exercise itself has it; of one that is not the kit's, made of its name.

    "04-my-own" is "Exercise 4: my own".
    """
    for plan in plans(EXERCISE):
        if plan["id"] == exercise:
            return name_of(plan)
    found = re.fullmatch(r"0*(\d+)-(.+)", exercise)
    return f"Exercise {found[1]}: {found[2].replace('-', ' ')}" if found else exercise.replace("-", " ").capitalize()


def _part(row: Row) -> str:
    if row.points is None:
        return not_yet(row.problem)
    if row.grade is None:
        return refused(row.problem, out_of=row.out_of, is_there=bool(row.file))
    return feedback(row.grade, remarks=[one for one in row.remarks if one not in row.grade.remarks])


def put_page(page: str, path: Path, *, ours: str) -> str:
    """Write a page, unless it is there as it is, and return its hash.

    A page that is there and is not the one we wrote (whose hash is ``ours``) was changed by
    somebody: it is kept beside the new one, with a number.

    Raises:
        KitError: the folder cannot be written.
    """
    content = page.encode("utf-8", "replace")
    hash, there = digest(content), hash_of(path)
    if hash == there:
        return hash
    if there and there != ours:
        keep_earlier(path)
    new = path.with_name(f".{secrets.token_hex(6)}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        new.write_bytes(content)
        os.replace(new, path)
    except OSError as problem:
        new.unlink(missing_ok=True)
        raise KitError(f"{path}: not saved ({problem.strerror or problem}). "
                       "Make room on the disk or choose another folder with --to.") from None
    return hash


def hash_of(path: Path) -> str:
    """Return the hash of a file; "" if it is not there."""
    try:
        return digest(path.read_bytes())
    except OSError:
        return ""
