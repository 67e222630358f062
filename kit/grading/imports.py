"""Rows as tables: for people, and with the columns that Canvas and Moodle import.

Sources: Canvas's ``lib/gradebook_importer.rb`` (it finds a student by ID, then by SIS id or login,
then by name; an assignment by the number in brackets, then by its title) and Moodle's
``mod/assign/feedback/offline/importgradeslib.php`` (Identifier, Grade and Last modified (grade)).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kit.errors import KitError
from kit.grading.record import Line
from kit.grading.roster import Roster
from kit.grading.row import Row
from kit.grading.table import write_table
from kit.measure.score import Score
from kit.model.files import as_id

_COUNTS = ("found", "loose", "missed", "extra", "right_label")
HEADER = ("student", "number", "exercise", "points", "out_of",
          "first_share", *(f"first_{name}" for name in _COUNTS),
          "mended_share", *(f"mended_{name}" for name in _COUNTS),
          "reasons_right", "reasons_asked", "written", "problem", "remarks", "file", "answer_hash", "key_hash")
_STUDENT_COLUMNS = {"student", "lastname", "firstname", "id", "sis user id", "sis login id", "section",
                    "integration id", "root account"}
# The column of a grading worksheet that takes the grade, in languages that Moodle is often used in.
_GRADE = ("grade", "bewertung", "note", "calificación", "nota", "valutazione", "cijfer", "karakter", "betyg", "ocena")
Lines = Callable[[], Iterable[Line]]


@dataclass(frozen=True)
class Written:
    """A table that was written, where one of that name is kept now, and whom the class list did not have."""

    path: Path
    kept: Path | None = None
    unknown: tuple[str, ...] = ()


def write_grades(lines: Lines, folder: Path) -> Written:
    """Write ``grades.csv``, a row per student and exercise."""
    rows = (cells for line in lines() for cells in map(_cells, line.rows))
    path = folder / "grades.csv"
    return Written(path, write_table(_after(HEADER, rows), path, for_people=True))


def _after(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[Sequence[object]]:
    yield header
    yield from rows


def _cells(row: Row) -> list[object]:
    return [row.student, row.number, row.exercise, row.points, row.out_of, row.first_share, *_counts(row.first),
            row.mended_share, *_counts(row.mended), row.reasons_right, row.reasons_asked, row.written, row.problem,
            " ".join(row.remarks), row.file, row.answer, row.key]


def _counts(score: Score | None) -> list[object]:
    return [getattr(score, name) if score else None for name in _COUNTS]


# Canvas


def write_canvas(lines: Lines, folder: Path, roster: Roster | None) -> Written:
    """Write ``grades-canvas.csv``: a row per student, a column per exercise, as Canvas's gradebook imports it."""
    out_of = _exercises(lines)
    path = folder / "grades-canvas.csv"
    if roster is None:
        head = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
        points = ["    Points Possible", "", "", "", ""]
        rows = ([line.student, line.number, "", "" if line.number else line.student, "", *_points(line, out_of)]
                for line in lines())
        return Written(path, write_table([[*head, *out_of], [*points, *out_of.values()], *rows], path))
    if roster.column("section") is None or roster.column("id") is None:
        raise KitError(f"{roster.path}: no columns ID and Section. "
                       "Export the gradebook of Canvas, and choose that file.")
    kept = [place for place, name in enumerate(roster.header) if name.strip().lower() in _STUDENT_COLUMNS]
    taken = {exercise: _column_of(exercise, roster.header) for exercise in out_of}
    titles = [exercise if taken[exercise] is None else roster.header[taken[exercise]] for exercise in out_of]
    found, unknown = _match(lines(), roster)
    rows = [[*(roster.header[place] for place in kept), *titles],
            ["    Points Possible", *[""] * (len(kept) - 1), *out_of.values()]]
    for place in sorted(found):
        old = roster.rows[place]
        before = ["" if taken[exercise] is None else old[taken[exercise]] for exercise in out_of]
        rows.append([*(old[column] for column in kept), *_points(found[place], out_of, before)])
    return Written(path, write_table(rows, path), unknown)


def _column_of(exercise: str, header: Sequence[str]) -> int | None:
    """Return the column of a gradebook that has the title of an exercise, before the number in brackets."""
    return next((place for place, title in enumerate(header)
                 if as_id(re.sub(r" \(\d+\)$", "", title)) == as_id(exercise)), None)


# Moodle


def write_moodle(lines: Lines, folder: Path, roster: Roster | None) -> list[Written]:
    """Write what Moodle imports: for each exercise an offline grading worksheet, if students' numbers are known.

    Else ``grades-moodle.csv``, for Grades, Import, CSV file: a row per student, a column per exercise.
    """
    out_of = _exercises(lines)
    if roster and (roster.column("identifier") is not None or _is_worksheet(roster)):
        return [_fill_worksheet(lines, exercise, folder, roster, out_of) for exercise in out_of]
    if roster is None and any(line.number for line in lines()):
        return [_new_worksheet(lines, exercise, folder, out_of[exercise]) for exercise in out_of]
    path = folder / "grades-moodle.csv"
    if roster is None:
        rows = ([line.student, *_points(line, out_of)] for line in lines())
        return [Written(path, write_table(_after(["Username", *out_of], rows), path))]
    found, unknown = _match(lines(), roster)
    rows = ([*roster.rows[place], *_points(found[place], out_of)] for place in sorted(found))
    return [Written(path, write_table(_after([*roster.header, *out_of], rows), path), unknown)]


def _is_worksheet(roster: Roster) -> bool:
    """Tell whether the first column holds "Participant 123", in whatever language."""
    return bool(roster.rows) and all(re.fullmatch(r"\D+ ?\d+", row[0].strip()) for row in roster.rows)


def _new_worksheet(lines: Lines, exercise: str, folder: Path, out_of: float) -> Written:
    header = ["Identifier", "Full name", "Grade", "Maximum Grade", "Last modified (grade)"]
    graded = [(line, row) for line in lines() for row in line.rows if row.exercise == exercise]
    rows = ([f"Participant {line.number}", line.student, row.points, out_of, "-"]
            for line, row in graded if line.number and row.points is not None)
    unknown = tuple(line.student for line, _ in graded if not line.number)
    path = folder / f"grades-moodle-{as_id(exercise)}.csv"
    return Written(path, write_table(_after(header, rows), path), unknown)


def _fill_worksheet(lines: Lines, exercise: str, folder: Path, roster: Roster, out_of: dict[str, float]) -> Written:
    grade = roster.column(*_GRADE)
    if grade is None:
        raise KitError(f"{roster.path}: no column for the grade; there are {', '.join(roster.header[:10])}. "
                       "Download the grading worksheet of the assignment, with Moodle in English.")
    found, unknown = _match(lines(), roster)
    rows = [roster.header]
    for place in sorted(found):
        (points,) = _points(found[place], {exercise: out_of[exercise]})
        if points != "":
            cells: list[object] = list(roster.rows[place])
            cells[grade] = points
            rows.append(cells)
    path = folder / f"grades-moodle-{as_id(exercise)}.csv"
    return Written(path, write_table(rows, path), unknown)


# Both


def _exercises(lines: Lines) -> dict[str, float]:
    """Return the exercises that somebody has points in, and what each is worth."""
    return dict(sorted({row.exercise: row.out_of for line in lines() for row in line.rows
                        if row.exercise and row.points is not None}.items()))


def _points(line: Line, exercises: Iterable[str], before: Sequence[object] = ()) -> list[object]:
    """Return the points of each exercise; where there are none, what was there before, or an empty cell."""
    points = {row.exercise: row.points for row in line.rows if row.points is not None}
    return [points.get(exercise, before[place] if before else "") for place, exercise in enumerate(exercises)]


def _match(lines: Iterable[Line], roster: Roster) -> tuple[dict[int, Line], tuple[str, ...]]:
    """Return students by their row in the class list, and those who are not in it or could be several."""
    found: dict[int, Line] = {}
    unknown = []
    for line in lines:
        place = roster.find(line.student, line.number)
        if place is None or place in found:
            unknown.append(line.student)
        else:
            found[place] = line
    return found, tuple(unknown)
