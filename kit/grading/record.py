"""What a run found, a line of JSON per student, written as it comes: an interrupted run goes on where it stopped."""

import io
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kit.errors import KitError
from kit.grading.folder import Work
from kit.grading.row import Row, fields_of, row_from

FORMAT = "kit/grades/1"
_DONE, _BEGUN, _PART = "grades-record.jsonl", "grades-record.before.jsonl", "grades-record.part.jsonl"


@dataclass(frozen=True)
class Line:
    """One student in the record: what depends on which files, and the feedback page that was written."""

    student: str
    number: str
    hash: str
    rows: tuple[Row, ...]
    passed_over: tuple[str, ...] = ()
    page: str = ""
    page_hash: str = ""


class _Lines:
    """The lines of a record; only their places are kept in memory.  A line that was cut off is none."""

    def __init__(self, path: Path) -> None:
        self.folder: str | None = None
        self.pages: dict[str, str] = {}
        self.places: dict[str, int] = {}
        self._last: tuple[int, Line | None] = (-1, None)
        self._file = open(path, "rb") if path.is_file() else io.BytesIO()  # noqa: SIM115  (closed by ``close``)
        place = 0
        for raw in self._file:
            self._take(raw, place)
            place += len(raw)

    def _take(self, raw: bytes, place: int) -> None:
        fields = _fields(raw)
        if fields and fields.get("format") == FORMAT:
            self.folder = fields.get("folder")
        elif fields and isinstance(fields.get("class_pages"), dict):
            self.pages = fields["class_pages"]
        elif fields and isinstance(fields.get("student"), str):
            self.places[f"{fields['student']}\0{fields.get('number')}"] = place

    def line(self, student: str, number: str) -> Line | None:
        place = self.places.get(f"{student}\0{number}")
        if place is None:
            return None
        if place != self._last[0]:  # asked for up to three times, one after the other
            self._file.seek(place)
            self._last = (place, _line(_fields(self._file.readline())))
        return self._last[1]

    def __iter__(self) -> Iterator[Line]:
        """Give each student once, in the order of the file."""
        for place in sorted(self.places.values()):
            self._file.seek(place)
            line = _line(_fields(self._file.readline()))
            if line:
                yield line

    def close(self) -> None:
        self._file.close()


def _fields(raw: bytes) -> dict | None:
    try:
        fields = json.loads(raw) if raw.endswith(b"\n") else None
    except ValueError:
        return None
    return fields if isinstance(fields, dict) else None


def _line(fields: dict | None) -> Line | None:
    try:
        return Line(**{**fields, "rows": tuple(row_from(row) for row in fields["rows"]),
                       "passed_over": tuple(fields["passed_over"])}) if fields else None
    except (TypeError, ValueError, KeyError, AttributeError):
        return None  # from another version of the kit: it is graded again


class Record:
    """The record in a folder of grades, of the last whole run and of one that was interrupted.

    Raises:
        KitError: the folder holds the grades of other files, or cannot be written.
    """

    def __init__(self, folder: Path, source: Path) -> None:
        self._folder = folder
        self._source = os.path.relpath(source, folder)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._keep_part()
            self._done, self._begun = _Lines(folder / _DONE), _Lines(folder / _BEGUN)
            for lines in (self._done, self._begun):
                if lines.folder is not None and os.path.normpath(lines.folder) != os.path.normpath(self._source):
                    raise KitError(f"{folder}: the grades of {lines.folder!r} are here. "
                                   "Choose another folder with --to.")
            self._file = open(folder / _PART, "xb")  # noqa: SIM115  (closed by ``close``)
            self._write({"format": FORMAT, "folder": self._source})
        except OSError as problem:
            raise KitError(f"{folder}: cannot be written ({problem.strerror}). "
                           "Choose another folder with --to.") from None
        self._seen: set[str] = set()

    @property
    def goes_on(self) -> bool:
        """Whether an earlier run was interrupted."""
        return bool(self._begun.places)

    def _keep_part(self) -> None:
        """Put the lines of an interrupted run behind those of runs that were interrupted before it."""
        part, begun = self._folder / _PART, self._folder / _BEGUN
        if part.exists():
            with open(part, "rb") as left, open(begun, "ab") as kept:
                for raw in left:
                    if raw.endswith(b"\n"):
                        kept.write(raw)
            part.unlink()

    def latest(self, student: str, number: str) -> Line | None:
        """Return what was found of a student last."""
        return self._begun.line(student, number) or self._done.line(student, number)

    def before(self, student: str, number: str) -> Line | None:
        """Return what the last whole run found of a student."""
        return self._done.line(student, number)

    def earlier(self, student: str, number: str, hash: str) -> Work | None:
        """Return the work of a student if all that it depends on is unchanged."""
        line = self.latest(student, number)
        return Work(student, number, line.rows, line.passed_over, hash, True) if line and line.hash == hash else None

    def add(self, work: Work, *, page: str = "", page_hash: str = "") -> None:
        """Write down what was found of a student."""
        self._seen.add(f"{work.student}\0{work.number}")
        self._write({"student": work.student, "number": work.number, "hash": work.hash,
                     "rows": [fields_of(row) for row in work.rows], "passed_over": work.passed_over,
                     "page": page, "page_hash": page_hash})

    def _write(self, fields: dict) -> None:
        try:
            self._file.write(json.dumps(fields, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
            self._file.flush()
        except OSError as problem:
            raise KitError(f"{self._folder}: not saved ({problem.strerror}). Make room on the disk and run the same "
                           "command again: it goes on where it stopped.") from None

    def gone(self) -> Sequence[Line]:
        """Return the students of the last whole run whose files are no longer there."""
        return [line for line in self._done if f"{line.student}\0{line.number}" not in self._seen]

    @property
    def class_pages(self) -> dict[str, str]:
        """The hashes of the class pages that the last whole run wrote, by their names."""
        return self._done.pages

    def finish(self, class_pages: dict[str, str]) -> None:
        """Let this run be the last whole one."""
        self._write({"class_pages": class_pages})
        self.close()
        os.replace(self._folder / _PART, self._folder / _DONE)
        (self._folder / _BEGUN).unlink(missing_ok=True)

    def close(self) -> None:
        """Leave off; what was written down stays for the next run."""
        for file in (self._file, self._done, self._begun):
            file.close()

    def __iter__(self) -> Iterator[Line]:
        """Give what the last whole run found, in its order."""
        lines = _Lines(self._folder / _DONE)
        try:
            yield from lines
        finally:
            lines.close()
