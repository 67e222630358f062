"""What nbgrader's gradebook knows of an assignment, and the keys that grade it."""

import json
import os
from collections.abc import Sequence
from fnmatch import fnmatch
from functools import cached_property
from glob import has_magic
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry

from kit.errors import FileFormatError, KeyNotFound, KitError
from kit.grading.cells import Asked, Cell, CourseCell, asked_in, read_cells
from kit.grading.finding import notebook_in
from kit.grading.keys import Keys, course_keys
from kit.model.annotations import AnnotationSet
from kit.model.labels import SCHEMES


class Course:
    """One assignment of the course that is graded: its cells, from the gradebook, and its keys."""

    def __init__(self, coursedir, assignment: str) -> None:
        self.directory, self.assignment = coursedir, assignment
        self._known: dict[str, frozenset[Cell]] = {}

    def folder(self, step: str, student: str) -> Path:
        """Return a student's folder in a step such as ``submitted``."""
        return Path(self.directory.format_path(getattr(self.directory, f"{step}_directory"), student, self.assignment))

    @cached_property
    def keys(self) -> Keys:
        """The keys of the course; raises ``KeyNotFound``."""
        return Keys(course_keys(self.folder("submitted", "student")))

    @property
    def notebooks(self) -> dict[str, tuple[CourseCell, ...]]:
        """The cells that nbgrader knows of every notebook of the assignment; none before it was generated."""
        return self._read[0]

    @property
    def kernels(self) -> dict[str, dict]:
        """What every notebook of the assignment is run with, as it was handed out."""
        return self._read[1]

    @cached_property
    def _read(self) -> tuple[dict[str, tuple[CourseCell, ...]], dict[str, dict]]:
        with Gradebook(self.directory.db_url, self.directory.course_id) as gradebook:
            try:
                known = gradebook.find_assignment(self.assignment).notebooks
            except MissingEntry:
                return {}, {}
            return ({one.name: tuple(_course_cells(one)) for one in known},
                    {one.name: json.loads(one.kernelspec or "{}") for one in known})

    def file_of(self, folder: Path, notebook: str) -> str:
        """Return the name under which a student handed in a notebook of the assignment."""
        return notebook_in(folder, f"{notebook}.ipynb", [f"{name}.ipynb" for name in self.notebooks])

    def known(self, notebook: str) -> frozenset[Cell]:
        """Return the cells of the exercise as it was written; empty if it cannot be read any more."""
        if notebook not in self._known:
            path = self.folder("source", ".") / f"{notebook}.ipynb"
            try:
                self._known[notebook] = frozenset(read_cells(path))
            except FileFormatError:
                self._known[notebook] = frozenset()
        return self._known[notebook]

    def ask_teacher(self, notebook: str, student: str) -> None:
        """Leave to the teacher what a teacher grades: nbgrader gives it 0 where the notebook itself is missing."""
        with Gradebook(self.directory.db_url, self.directory.course_id) as gradebook:
            for cell in self.notebooks[notebook]:
                if cell.task:
                    grade = gradebook.find_grade(cell.id, notebook, self.assignment, student)
                    grade.auto_score, grade.needs_manual_grade = None, True
            gradebook.db.commit()

    def require_keys(self) -> None:
        """Raise ``KitError`` if a graded cell cannot be graded, whatever students answer."""
        for cell in (cell for cells in self.notebooks.values() for cell in cells if cell.by_machine):
            _require_key(self.keys, asked_of(cell).stem)


def _course_cells(notebook) -> Sequence[CourseCell]:
    worth = {cell.name: cell.max_score for cell in [*notebook.grade_cells, *notebook.task_cells]}
    written = {cell.name for cell in notebook.solution_cells}
    tasks = {cell.name for cell in notebook.task_cells}
    return [CourseCell(cell.cell_type, cell.source, cell.name, worth.get(cell.name), cell.name in written,
                       cell.name in tasks, cell.locked, cell.checksum) for cell in notebook.source_cells]


def asked_of(cell: CourseCell) -> Asked:
    """Return what a graded cell asks for.

    Raises:
        FileFormatError: it cannot be graded by data, or gives more than nbgrader would take.
    """
    asked = asked_in(cell.source, name=cell.id)
    if asked.out_of > cell.points:
        raise FileFormatError(f"The graded cell {cell.id!r} gives up to {asked.out_of:g} points, and nbgrader knows "
                              f"{cell.points:g}. Write the same number in both, and generate the assignment again.")
    return asked


def _require_key(keys: Keys, stem: str) -> None:
    """Raise ``KitError`` if there is no key, with its article, for an answer of this name: ``<article>-<scheme>``."""
    problem = KeyNotFound(f"No answer key for {stem!r} in {keys.place}. Put it there and autograde again: "
                          "nobody was graded.")
    for key in keys:
        for scheme in SCHEMES:
            if f"{key.article}-{scheme}" != stem:
                continue
            try:
                keys.article_of(keys.key_for(AnnotationSet(key.article, key.fingerprint, scheme, "key", ())))
                return
            except KitError as found:
                problem = found
    raise problem


def keep_apart(converter) -> None:
    """Convert in each folder its own notebooks alone: nbgrader takes ``[a-z]*`` in its name for a pattern."""
    for folder in filter(has_magic, getattr(converter, "assignments", ())):
        names = sorted(os.listdir(folder))
        converter.assignments[folder] = [os.path.join(folder, name) for name in names if name.endswith(".ipynb")
                                         and fnmatch(name, f"{converter.coursedir.notebook_id}.ipynb")]
