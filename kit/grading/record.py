"""What a run found, a line of JSON per student, written as it comes: an interrupted run goes on where it stopped."""

import io
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kit.errors import KitError
from kit.grading.folder import Work
from kit.grading.row import Row, fields_of, row_from

FORMAT = "kit/grades/1"
_DONE, _BEGUN, _PART = "grades-record.jsonl", "grades-record.before.jsonl", "grades-record.part.jsonl"
# A line begins with a student and a number.  No name can hold what ends that: its quotes would be escaped.
_BEGIN, _END = b'{"student": ', b', "hash": '
_AS_JSON = json.JSONEncoder(ensure_ascii=False).encode


@dataclass(frozen=True)
class Line:
    """One student in the record: what depends on which files, and the feedback page that was written.

    ``page_for`` is the hash of what the page tells of, ``counted`` what class pages need to know, a
    value for each row; () if they were not asked for.  ``raw`` is the line as it stands in the file.
    """

    student: str
    number: str
    hash: str
    rows: tuple[Row, ...]
    passed_over: tuple[str, ...] = ()
    page: str = ""
    page_hash: str = ""
    page_for: str = ""
    counted: tuple[dict | None, ...] = ()
    raw: bytes = field(default=b"", compare=False, repr=False)

    @property
    def work(self) -> Work:
        """The work of this student, as it was done."""
        return Work(self.student, self.number, self.rows, self.passed_over, self.hash, True)


class _Lines:
    """The lines of a record; only their places are kept in memory.  A line that was cut off is none."""

    def __init__(self, path: Path) -> None:
        self.folder: str | None = None
        self.pages: dict[str, str] = {}
        self.tables: list[str] = []
        self.places: dict[bytes, int] = {}
        self._last: tuple[int, Line | None] = (-1, None)
        self._file = open(path, "rb") if path.is_file() else io.BytesIO()  # noqa: SIM115  (closed by ``close``)
        place = 0
        for raw in self._file:
            self._take(raw, place)
            place += len(raw)

    def _take(self, raw: bytes, place: int) -> None:
        head, end, _ = raw.partition(_END)
        if end and head.startswith(_BEGIN) and raw.endswith(b"\n"):
            self.places[head] = place
            return
        fields = _fields(raw) or {}
        if fields.get("format") == FORMAT:
            self.folder = fields.get("folder")
        elif isinstance(fields.get("class_pages"), dict):
            self.pages = fields["class_pages"]
        elif isinstance(fields.get("tables"), list):
            self.tables = fields["tables"]

    def line(self, student: str, number: str) -> Line | None:
        place = self.places.get(_head(student, number)) if self.places else None
        if place is None:
            return None
        if place != self._last[0]:  # asked for up to three times, one after the other
            self._file.seek(place)
            self._last = (place, _line(self._file.readline()))
        return self._last[1]

    def __iter__(self) -> Iterator[Line]:
        """Give each student once, in the order of the file."""
        for place in sorted(self.places.values()):
            self._file.seek(place)
            line = _line(self._file.readline())
            if line:
                yield line

    def close(self) -> None:
        self._file.close()


def _head(student: str, number: str) -> bytes:
    """Return how the line of a student begins."""
    return _encoded({"student": student, "number": number})[:-1]


def _encoded(fields: dict) -> bytes:
    return _AS_JSON(fields).encode("utf-8", "replace")


def _about_tables(tables: list[str]) -> bytes:
    return _encoded({"tables": tables}) + b"\n" if tables else b""


def _fields(raw: bytes) -> dict | None:
    try:
        fields = json.loads(raw) if raw.endswith(b"\n") else None
    except ValueError:
        return None
    return fields if isinstance(fields, dict) else None


def _line(raw: bytes) -> Line | None:
    fields = _fields(raw)
    try:
        return Line(**{**fields, "rows": tuple(map(row_from, fields["rows"])),
                       "passed_over": tuple(fields["passed_over"]),
                       "counted": tuple(fields.get("counted", ()))}, raw=raw) if fields else None
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
            self._write(_encoded({"format": FORMAT, "folder": self._source}) + b"\n")
        except OSError as problem:
            raise KitError(f"{folder}: cannot be written ({problem.strerror}). "
                           "Choose another folder with --to.") from None
        self._seen: set[bytes] = set()

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

    def add(self, work: Work, *, page: str = "", page_hash: str = "", page_for: str = "",
            counted: Sequence[dict | None] = ()) -> None:
        """Write down what was found of a student; the fields are those of ``Line``."""
        self._put(_encoded({"student": work.student, "number": work.number, "hash": work.hash,
                            "rows": [fields_of(row) for row in work.rows], "passed_over": work.passed_over,
                            "page": page, "page_hash": page_hash, "page_for": page_for, "counted": counted}) + b"\n")
        if page:  # a page that nothing tells of would be taken for somebody else's
            self._write(b"", now=True)

    def keep(self, line: Line) -> None:
        """Write down once more what an earlier run found of a student."""
        self._put(line.raw)

    def _put(self, raw: bytes) -> None:
        if self._done.places:
            self._seen.add(raw.partition(_END)[0])
        self._write(raw)

    def _write(self, raw: bytes, *, now: bool = False) -> None:
        try:
            self._file.write(raw)
            if now:
                self._file.flush()
        except OSError as problem:
            raise KitError(f"{self._folder}: not saved ({problem.strerror}). Make room on the disk and run the same "
                           "command again: it goes on where it stopped.") from None

    def gone(self) -> Sequence[Line]:
        """Return the students of the last whole run whose files are no longer there."""
        if self._done.places.keys() <= self._seen:
            return []
        return [line for line in self._done if line.raw.partition(_END)[0] not in self._seen]

    @property
    def class_pages(self) -> dict[str, str]:
        """The hashes of the class pages that the last whole run wrote, by their names."""
        return self._done.pages

    @property
    def tables(self) -> list[str]:
        """The names of the tables for other systems that earlier runs wrote."""
        return self._done.tables

    def finish(self, class_pages: dict[str, str]) -> None:
        """Let this run be the last whole one."""
        self._write(_encoded({"class_pages": class_pages}) + b"\n" + _about_tables(self.tables))
        self.close()
        os.replace(self._folder / _PART, self._folder / _DONE)
        (self._folder / _BEGUN).unlink(missing_ok=True)

    def wrote(self, tables: list[str]) -> None:
        """Remember which tables for other systems are there, after the run was finished."""
        if tables != self.tables:
            with open(self._folder / _DONE, "ab") as file:
                file.write(_about_tables(tables))

    def close(self) -> None:
        """Leave off; what was written down stays for the next run."""
        for file in (self._file, self._done, self._begun):
            file.close()

    def __iter__(self) -> Iterator[Line]:
        """Give what the last whole run found, in its order."""
        with open(self._folder / _DONE, "rb") as file:
            for raw in file:
                line = _line(raw) if raw.startswith(_BEGIN) else None
                if line:
                    yield line
