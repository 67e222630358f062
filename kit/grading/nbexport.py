"""nbgrader's grades as a table: a row for each student and exercise, which no spreadsheet takes for formulas.

    nbgrader export --exporter=kit.grading.nbexport.ExerciseExport --to grades.csv
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from nbgrader.api import Assignment, Grade, Gradebook, Notebook, Student, SubmittedAssignment, SubmittedNotebook
from nbgrader.plugins import ExportPlugin

from kit.grading.table import write_table

# Where nbgrader's own export has a column of this name, it means the same; a notebook is an exercise.
COLUMNS = ("assignment", "notebook", "student_id", "last_name", "first_name", "email", "duedate", "timestamp", "late",
           "points", "max_points", "written_points", "max_written_points", "needs_manual_grade",
           "raw_score", "late_submission_penalty", "score", "max_score")


class ExerciseExport(ExportPlugin):
    """A row for each student and exercise: the points of the marks, those of the written answer, and their sum.

    ``--to``, ``--student`` and ``--assignment`` mean what they do in nbgrader's own export.  A table
    that is there already is kept beside the new one.  Raises ``KitError`` if it cannot be written.
    """

    def export(self, gradebook: Gradebook) -> None:
        """Write the table of a gradebook."""
        path = Path(self.to or "grades.csv")
        kept = write_table([COLUMNS, *self._rows(gradebook)], path, for_people=True)
        self.log.info("Exported grades to %s", path)
        if kept:
            self.log.info("The earlier table is kept in %s", kept)

    def _rows(self, gradebook: Gradebook) -> Iterator[tuple]:
        students = [one for one in gradebook.students if _is_among(one.id, self.student)]
        for assignment in gradebook.assignments:
            if not _is_among(assignment.name, self.assignment):
                continue
            submitted = {one.student_id: one for one in assignment.submissions}
            for notebook in assignment.notebooks:
                yield from (_row(assignment, notebook, student, submitted.get(student.id)) for student in students)


def _is_among(name: str, wanted: list) -> bool:
    """Tell whether something is to be exported; without a wish, everything is."""
    return not wanted or name in map(str, wanted)


def _row(assignment: Assignment, notebook: Notebook, student: Student, submission: SubmittedAssignment | None) -> tuple:
    written_max = notebook.max_written_score + notebook.max_task_score
    due = _due(assignment, submission)
    timestamp = submission.timestamp if submission else None
    points, written, needs, raw, penalty, score = _scores(_part(submission, notebook))
    return (assignment.name, notebook.name, student.id, student.last_name, student.first_name, student.email,
            due, timestamp, _yes(timestamp > due) if timestamp and due else "",
            points, notebook.max_code_score, written, written_max, needs, raw, penalty, score, notebook.max_score)


def _due(assignment: Assignment, submission: SubmittedAssignment | None) -> datetime | None:
    """Return when the work was due, with the time that this student was given besides."""
    if submission is None or submission.extension is None or assignment.duedate is None:
        return assignment.duedate
    return assignment.duedate + submission.extension


def _part(submission: SubmittedAssignment | None, notebook: Notebook) -> SubmittedNotebook | None:
    parts = submission.notebooks if submission else ()
    return next((part for part in parts if part.notebook_id == notebook.id), None)


def _scores(part: SubmittedNotebook | None) -> tuple:
    """Return what was reached; empty cells where nothing was handed in, or nobody has read it yet.

    nbgrader itself exports 0 there, which looks like a bad mark.
    """
    if part is None or not part.grades:
        return ("",) * 6
    points = _sum(grade for grade in part.grades if grade.cell_type == "code")
    written = _sum(grade for grade in part.grades if grade.cell_type != "code")
    penalty = part.late_submission_penalty or 0.0
    return (points, written, _yes(part.needs_manual_grade), part.score, penalty, max(0.0, part.score - penalty))


def _sum(grades: Iterable[Grade]) -> float | str:
    """Return scores added up; an empty cell while one of them is not given."""
    grades = tuple(grades)
    given = all(grade.manual_score is not None or grade.auto_score is not None for grade in grades)
    waiting = any(grade.needs_manual_grade and grade.manual_score is None for grade in grades)
    return sum(grade.score for grade in grades) if given and not waiting else ""


def _yes(it_is: bool) -> str:
    return "yes" if it_is else "no"
