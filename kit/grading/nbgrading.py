"""nbgrader's side: grade by data alone, in place of running what students handed in.

``exercises/nbgrader_config.py`` puts what stands here into nbgrader's own commands; its gradebook
and formgrader stay as they are.  Of a submitted notebook only words are taken; what is
asked and what it is worth is read from the gradebook, where `generate_assignment` put it.
"""

import filecmp
import os
import re
from collections.abc import Sequence
from fnmatch import fnmatch
from glob import escape, glob
from pathlib import Path

from nbconvert.exporters import HTMLExporter, NotebookExporter
from nbformat import NotebookNode, from_dict
from nbgrader.converters.base import NbGraderException
from nbgrader.preprocessors import NbGraderPreprocessor

from kit.errors import CheckFailed, FileFormatError, KeyNotFound, KitError
from kit.grading.cells import Cell, CourseCell, as_text, cell_of, read_cells, rebuilt
from kit.grading.checking import grade_content
from kit.grading.feedback import feedback, refused
from kit.grading.finding import Found, find_handed_in
from kit.grading.gradebook import Course, asked_of, keep_apart
from kit.grading.questions import written_question
from kit.model import formats
from kit.model.files import read_text

# What nbgrader writes beside a submission and needs again when feedback is given back.
_NBGRADER_FILES = {"timestamp.txt":         re.compile(r"[\w :.,+/-]{1,64}\s*"),
                   "submission_secret.txt": re.compile(r"[0-9a-f]{1,256}\s*")}
_SCRIPT = re.compile(r"<script\b.*?</script\s*>", re.IGNORECASE | re.DOTALL)
_POLICY = ("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
           "img-src data:; font-src data:\">")


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
        keep_apart(self.parent)
        self._take_everybody()
        for folder in map(Path, self.parent.assignments):
            self._keep_out(folder)

    def _take_everybody(self) -> None:
        """Grade also those whose notebook has another name, or who handed in the answer alone."""
        directory = self.course.directory
        for folder in glob(str(self.course.folder("submitted", directory.student_id))):
            if os.path.islink(folder) or not os.path.isdir(folder):
                continue
            paths = [os.path.join(folder, f"{name}.ipynb") for name in self.course.notebooks
                     if fnmatch(name, directory.notebook_id)]
            known = self.parent.assignments.get(folder, [])
            self.parent.assignments[folder] = [*known, *(path for path in paths if path not in known)]

    def _keep_out(self, folder: Path) -> None:
        """Tell nbgrader not to copy links and devices: it would copy what they lead to, a key or a disk without end."""
        for path in folder.rglob("*"):
            if path.is_symlink() or not (path.is_dir() or path.is_file()):
                self.log.warning("Left out, not a plain file: %s", path)
                pattern = escape(str(path))
                if pattern not in self.course.directory.ignore:
                    self.course.directory.ignore = [*self.course.directory.ignore, pattern]

    def from_filename(self, filename, resources=None, **options):
        path = Path(filename)
        if self.course.folder("submitted", resources["nbgrader"]["student"]) != path.parent:
            return super().from_filename(filename, resources=resources, **options)
        handed_in, cells, problem = path.with_name(self.course.file_of(path.parent, path.stem)), [], ""
        try:
            cells = read_cells(handed_in)
        except FileFormatError as found:
            problem = str(found).replace(str(handed_in), handed_in.name)  # the student reads it too
        resources["kit"] = {"problem": problem}
        resources["metadata"] = {"name": path.stem, "path": str(path.parent)}
        return self.from_notebook_node(_notebook(cells), resources=resources, **options)


def _notebook(cells: Sequence[Cell], kernel: dict | None = None) -> NotebookNode:
    about = {"language_info": {"name": "python"}} | ({"kernelspec": kernel} if kernel else {})
    return from_dict({"nbformat": 4, "nbformat_minor": 5, "metadata": about,
                      "cells": [_fields(cell, number) for number, cell in enumerate(cells, start=1)]})


def _fields(cell: Cell, number: int) -> dict:
    fields = {"id": f"cell-{number}", "cell_type": cell.kind, "metadata": _metadata(cell), "source": cell.source}
    return fields | ({"execution_count": None, "outputs": []} if cell.kind == "code" else {})


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
        handed_in = [cell_of(cell) for cell in nb.cells]
        cells = rebuilt(handed_in, course.notebooks.get(about["notebook"], ()), course.known(about["notebook"]))
        problem = resources.get("kit", {}).get("problem")
        if problem:
            cells.insert(0, Cell("markdown", as_text(problem, title="The notebook could not be read")))
        self._keep_answers_alone(course, about["student"])
        return _notebook(cells, course.kernels.get(about["notebook"])), resources

    def _keep_answers_alone(self, course: Course, student: str) -> None:
        """Take away what nbgrader copied: what stays here goes into the feedback folder next."""
        folder, source = course.folder("autograded", student), course.folder("source", ".")
        for path in sorted(folder.rglob("*"), reverse=True):
            inside = path.relative_to(folder)
            if path.is_dir() and not path.is_symlink():
                if not any(path.iterdir()):
                    path.rmdir()
            elif not _is_of_course(path, source / inside) and not _is_wanted(path, inside, course):
                path.unlink()


def _is_of_course(path: Path, original: Path) -> bool:
    """Tell whether nbgrader put a file here from the course's own exercise."""
    return original.is_file() and filecmp.cmp(path, original, shallow=False)


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
            cell = ours.get(cell_of(node).id)
            if cell is not None and cell.by_machine:
                node.outputs = [self._graded(course, cell, folder, words)]
        for node in nb.cells:
            cell = ours.get(cell_of(node).id)
            if cell is not None and cell.by_hand and cell.kind == "markdown":
                node.source += _beside(cell, words)
        if not (folder / f"{about['notebook']}.ipynb").is_file():
            course.ask_teacher(about["notebook"], about["student"])
        return nb, resources

    def _graded(self, course: Course, cell: CourseCell, folder: Path, words: dict) -> NotebookNode:
        """Return the output of a graded cell; puts what the student wrote into ``words``, by grade id."""
        asked = asked_of(cell)
        try:
            found = find_handed_in(folder, asked.path)
            words.update(_written(cell.id, found, asked.stem))
            grade = grade_content(found.content, name=found.name, expected=asked.stem, keys=course.keys,
                                  out_of=asked.out_of)
        except KeyNotFound:
            raise  # the teacher's to mend: nobody gets points for it
        except KitError as problem:
            is_there = not isinstance(problem, CheckFailed)
            return _output(0.0, refused(str(problem), out_of=asked.out_of, is_there=is_there))
        return _output(grade.points, feedback(grade, remarks=found.remarks))


def _beside(cell: CourseCell, words: dict[str, str]) -> str:
    """Return what stands under an item that a teacher grades: the student's words for it."""
    if cell.id in words:
        return "\n\n" + words[cell.id]
    return "\n\n*Nothing was written in the exercise.*" if cell.task else ""


def _written(id: str, found: Found, asked: str) -> dict[str, str]:
    """Return what was written in the exercise, as Markdown, by the grade id of the cell in which a teacher grades it.

    The question stands above it: a teacher should not have to look for what was asked.
    """
    try:
        answer = formats.parse_annotations(found.content, name=found.name)
    except KitError:
        return {}
    fits = f"{answer.article}-{answer.scheme}" == asked
    question = written_question(answer.article, answer.scheme) if fits else ""
    titles = {"written": question}
    return {f"{id}-{name}": as_text(text, title=titles.get(name) or "Written in the exercise")
            for name, text in answer.responses.items()
            if name.startswith("written") and isinstance(text, str) and text.strip()}


def _output(points: float, fragment: str) -> NotebookNode:
    """Return points and feedback as what a cell returns: nbgrader reads the number, people see the page.

    The two names of a class keep MathJax from reading dollar signs in what students wrote.
    """
    page = f'<div class="tex2jax_ignore mathjax_ignore">{fragment}</div>'
    return from_dict({"output_type": "execute_result", "execution_count": None, "metadata": {},
                      "data": {"text/plain": repr(float(points)), "text/html": page}})


class FeedbackExporter(HTMLExporter):
    """nbgrader's feedback page, without a script, and told to fetch nothing: its own would come from elsewhere."""

    def __init__(self, **options) -> None:
        super().__init__(**options)
        keep_apart(self.parent)

    def from_notebook_node(self, nb, resources=None, **options):
        page, resources = super().from_notebook_node(nb, resources=resources, **options)
        return _SCRIPT.sub("", page).replace("<head>", f"<head>\n{_POLICY}", 1), resources
