"""nbgrader's side: grade by data alone, in place of running what students handed in.

``exercises/nbgrader_config.py`` puts these three into nbgrader's own `autograde`; its gradebook,
formgrader and feedback stay as they are.  Of a submitted notebook only words are taken; what is
asked and what it is worth is read from the gradebook, where `generate_assignment` put it.
"""

import json
import re
from collections.abc import Sequence
from functools import cached_property
from glob import escape as glob_escape
from pathlib import Path

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters.base import NbGraderException
from nbgrader.preprocessors import NbGraderPreprocessor

from kit.errors import FileFormatError, KeyNotFound, KitError
from kit.grading.cells import Asked, Cell, CourseCell, as_text, asked_in, rebuilt
from kit.grading.checking import grade_content
from kit.grading.feedback import feedback, refused
from kit.grading.finding import Found, find_handed_in
from kit.grading.grade import Grade
from kit.grading.keys import Keys, course_keys
from kit.model import formats
from kit.model.annotations import AnnotationSet
from kit.model.files import read_text
from kit.model.labels import SCHEMES

_KINDS = ("code", "markdown", "raw")
# What nbgrader writes beside a submission and needs again when feedback is given back.
_NBGRADER_FILES = {"timestamp.txt":         re.compile(r"[\w :.,+/-]{1,64}\s*"),
                   "submission_secret.txt": re.compile(r"[0-9a-f]{1,256}\s*")}


class Course:
    """One assignment of the course that is graded: its cells, from the gradebook, and its keys."""

    def __init__(self, coursedir, assignment: str) -> None:
        self.directory, self.assignment = coursedir, assignment
        self.root = Path(coursedir.root)

    def folder(self, step: str, student: str) -> Path:
        """Return a student's folder in a step such as ``submitted``."""
        return Path(self.directory.format_path(getattr(self.directory, f"{step}_directory"), student, self.assignment))

    @cached_property
    def keys(self) -> Keys:
        """The keys of the course; raises ``KeyNotFound``."""
        return Keys(course_keys(self.folder("submitted", "student")))

    @cached_property
    def notebooks(self) -> dict[str, tuple[CourseCell, ...]]:
        """The cells that nbgrader knows of every notebook of the assignment; none before it was generated."""
        with Gradebook(self.directory.db_url, self.directory.course_id) as gradebook:
            try:
                known = gradebook.find_assignment(self.assignment).notebooks
            except MissingEntry:
                return {}
            return {notebook.name: tuple(_course_cells(notebook)) for notebook in known}

    def known(self, notebook: str) -> frozenset[Cell]:
        """Return the cells of the exercise as it was written; empty if it is not there any more."""
        path = self.folder("source", ".") / f"{notebook}.ipynb"
        return frozenset(_read_cells(path)[0]) if path.is_file() else frozenset()

    def require_keys(self) -> None:
        """Raise ``KitError`` if a graded cell cannot be graded, whatever students answer."""
        for cell in (cell for cells in self.notebooks.values() for cell in cells if cell.by_machine):
            _require_key(self.keys, _asked(cell).stem)


def _course_cells(notebook) -> Sequence[CourseCell]:
    worth = {cell.name: cell.max_score for cell in [*notebook.grade_cells, *notebook.task_cells]}
    written = {cell.name for cell in notebook.solution_cells}
    tasks = {cell.name for cell in notebook.task_cells}
    return [CourseCell(cell.cell_type, cell.source, cell.name, worth.get(cell.name), cell.name in written,
                       cell.name in tasks, cell.locked, cell.checksum) for cell in notebook.source_cells]


def _asked(cell: CourseCell) -> Asked:
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


# The submitted notebook, read as data


class SubmissionExporter(NotebookExporter):
    """Read submitted notebooks as data, whatever is in them, after making sure that there is a key."""

    def __init__(self, **options) -> None:
        super().__init__(**options)
        self.course = Course(self.parent.coursedir, self.parent.coursedir.assignment_id)
        try:
            self.course.require_keys()
        except KitError as problem:
            self.log.error("%s", problem)
            raise NbGraderException(str(problem)) from None
        for folder in map(Path, list(self.parent.assignments)):
            self._keep_out(folder)

    def _keep_out(self, folder: Path) -> None:
        """Tell nbgrader not to copy links and devices: it would copy what they lead to, a key or a disk without end."""
        for path in folder.rglob("*"):
            if path.is_symlink() or not (path.is_dir() or path.is_file()):
                self.log.warning("Left out, not a plain file: %s", path)
                pattern = glob_escape(str(path))
                if pattern not in self.course.directory.ignore:
                    self.course.directory.ignore = [*self.course.directory.ignore, pattern]

    def from_filename(self, filename, resources=None, **options):
        path = Path(filename)
        if self.course.folder("submitted", resources["nbgrader"]["student"]) != path.parent:
            return super().from_filename(filename, resources=resources, **options)
        cells, problem = _read_cells(path)
        resources["kit"] = {"problem": problem}
        resources["metadata"] = {"name": path.stem, "path": str(path.parent)}
        return self.from_notebook_node(_notebook(cells), resources=resources, **options)


def _read_cells(path: Path) -> tuple[list[Cell], str]:
    """Return the cells of a notebook, and what is wrong with it, "" for nothing.  Nothing else is taken from it."""
    try:
        fields = json.loads(read_text(path))
        return [_cell(cell) for cell in fields["cells"] if isinstance(cell, dict) and cell.get("cell_type") in _KINDS], ""
    except FileFormatError as problem:
        return [], str(problem).replace(str(path), path.name)
    except (ValueError, TypeError, KeyError, RecursionError):
        return [], f"{path.name}: not readable as a notebook."


def _cell(fields: dict) -> Cell:
    source = fields.get("source")
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    nbgrader = fields.get("metadata")
    for name in ("nbgrader", "grade_id"):
        nbgrader = nbgrader.get(name) if isinstance(nbgrader, dict) else None
    return Cell(fields["cell_type"], source if isinstance(source, str) else "", nbgrader if isinstance(nbgrader, str) else "")


def _notebook(cells: Sequence[Cell]) -> NotebookNode:
    return new_notebook(cells=[_node(cell) for cell in cells], metadata={"language_info": {"name": "python"}})


def _node(cell: Cell) -> NotebookNode:
    make = new_code_cell if cell.kind == "code" else new_markdown_cell
    node = make(cell.source, metadata=_metadata(cell))
    if cell.kind == "raw":
        node.cell_type = "raw"
    return node


def _metadata(cell: Cell) -> dict:
    if not cell.id:
        return {}
    if not isinstance(cell, CourseCell):
        return {"nbgrader": {"grade_id": cell.id}}
    about = {"grade_id": cell.id, "grade": cell.points is not None and not cell.task, "solution": cell.solution,
             "task": cell.task, "locked": cell.locked, "cell_type": cell.kind, "schema_version": 3}
    if cell.points is not None:
        about["points"] = cell.points
    if cell.checksum:
        about["checksum"] = cell.checksum
    return {"nbgrader": about} | ({"editable": False, "deletable": False} if cell.locked else {})


class _OfTheCourse(NbGraderPreprocessor):
    """A preprocessor that knows the course; nbgrader makes one for every notebook."""

    def _course(self, resources) -> Course:
        course = getattr(self.parent, "course", None)
        return course or Course(self.parent.parent.coursedir, resources["nbgrader"]["assignment"])


class RepairCells(_OfTheCourse):
    """Put the cells of the course back as they were, show the rest as text, and copy no file but answers."""

    def preprocess(self, nb, resources):
        course, about = self._course(resources), resources["nbgrader"]
        handed_in = [_cell(cell) for cell in nb.cells]
        cells = rebuilt(handed_in, course.notebooks.get(about["notebook"], ()), course.known(about["notebook"]))
        problem = resources.get("kit", {}).get("problem")
        if problem:
            cells.insert(0, Cell("markdown", as_text(problem, title="The notebook could not be read")))
        self._keep_answers_alone(course, about["student"])
        return _notebook(cells), resources

    def _keep_answers_alone(self, course: Course, student: str) -> None:
        """Take away what nbgrader copied: what stays here goes into the feedback folder next."""
        folder, source = course.folder("autograded", student), course.folder("source", ".")
        for path in sorted(folder.rglob("*"), reverse=True):
            inside = path.relative_to(folder)
            if path.is_dir() and not path.is_symlink():
                if not any(path.iterdir()):
                    path.rmdir()
            elif not (source / inside).is_file() and not _is_wanted(path, inside, course):
                path.unlink()


def _is_wanted(path: Path, inside: Path, course: Course) -> bool:
    """Tell whether a file is a notebook that was graded, an answer, or one of nbgrader's own."""
    if str(inside) in {f"{notebook}.ipynb" for notebook in course.notebooks}:
        return True
    try:
        content = read_text(path)
        if str(inside) in _NBGRADER_FILES:
            return bool(_NBGRADER_FILES[str(inside)].fullmatch(content))
        return inside.parts[0] == "answers" and bool(formats.parse_annotations(content, name=path.name))
    except FileFormatError:
        return False


# Points and feedback


class GradeAnswers(_OfTheCourse):
    """Grade the answer files, and show points and feedback as the output of the graded cells."""

    def preprocess(self, nb, resources):
        course, about = self._course(resources), resources["nbgrader"]
        ours = {cell.id: cell for cell in course.notebooks.get(about["notebook"], ())}
        folder = course.folder("submitted", about["student"])
        words: dict[str, str] = {}
        for node in nb.cells:
            if node.cell_type == "code":
                node.outputs, node.execution_count = [], None
            cell = ours.get(_cell(node).id)
            if cell is not None and cell.by_machine:
                node.outputs = [self._graded(course, cell, folder, f"{about['notebook']}.ipynb", words)]
        for node in nb.cells:
            cell = ours.get(_cell(node).id)
            if cell is not None and cell.by_hand and cell.kind == "markdown" and cell.id in words:
                node.source = f"{node.source}\n\n{as_text(words[cell.id], title='Written in the exercise')}"
        return nb, resources

    def _graded(self, course: Course, cell: CourseCell, folder: Path, notebook: str, words: dict) -> NotebookNode:
        """Return the output of a graded cell; puts what the student wrote into ``words``, by grade id."""
        asked = _asked(cell)
        try:
            found = find_handed_in(folder, asked.path, notebook=notebook)
        except KeyNotFound:
            raise
        except KitError as problem:
            return _output(0.0, refused(str(problem), out_of=asked.out_of))
        words.update(_written(cell.id, found))
        try:
            grade = grade_content(found.content, name=found.name, expected=asked.stem, keys=course.keys,
                                  out_of=asked.out_of)
        except KeyNotFound:
            raise
        except KitError as problem:
            return _output(0.0, refused(str(problem), out_of=asked.out_of))
        return _output(grade.points, feedback(grade, remarks=[found.remark] if found.remark else ()))


def _written(id: str, found: Found) -> dict[str, str]:
    """Return what was written in the exercise, by the grade id of the cell in which a teacher grades it."""
    try:
        responses = formats.parse_annotations(found.content, name=found.name).responses
    except KitError:
        return {}
    return {f"{id}-{name}": text for name, text in responses.items()
            if name.startswith("written") and isinstance(text, str) and text.strip()}


def _output(points: float, fragment: str) -> NotebookNode:
    """Return points and feedback as what a cell returns: nbgrader reads the number, people see the page.

    The two names of a class keep MathJax from reading dollar signs in what students wrote.
    """
    page = f'<div class="tex2jax_ignore mathjax_ignore">{fragment}</div>'
    return new_output("execute_result", {"text/plain": repr(float(points)), "text/html": page})
