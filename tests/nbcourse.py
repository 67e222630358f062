"""A course of nbgrader in a folder of its own, with the kit's configuration: in this process, or by command.

Nothing outside the folder is read or written: home, configuration and exchange lie beside it.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from kit.model.annotations import AnnotationSet, AnswerKey
from kit.model.article import Article
from kit.model.files import load_article, read_key
from kit.model.formats import annotations_json
from kit.model.spans import Span
from kit.places.bootstrap import find_checkout

CHECKOUT = find_checkout()
# For what is started: this kit, and what conftest puts there.
FINDS_KIT = os.pathsep.join(filter(None, [str(CHECKOUT), os.environ.get("PYTHONPATH")]))
_KEEPER = TemporaryDirectory()
_KEPT = Path(_KEEPER.name)
NAME, ANSWER = "01-what-do-we-know", "answers/singer-tour-cues-4.json"
GRADED, WRITTEN = f"kit-{NAME}", f"kit-{NAME}-written"
STOCK = '''
import os, sys
os.environ["PATH"] = os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])
c = get_config()
here = os.path.dirname(os.path.abspath(__file__))
c.CourseDirectory.course_id = "media-literacy"
c.CourseDirectory.root = here
c.ClearSolutions.enforce_metadata = False
'''


def cell(source: str, kind: str = "code", *, id: str = "", points: float | None = None, solution: bool = False,
         task: bool = False, locked: bool = False) -> dict:
    """Return a cell of a notebook; with ``id``, one that nbgrader knows."""
    about = {"schema_version": 3, "grade_id": id, "grade": points is not None and not task, "solution": solution,
             "task": task, "locked": locked} | ({} if points is None else {"points": points})
    code = {"execution_count": None, "outputs": []} if kind == "code" else {}
    return {"cell_type": kind, "id": f"c{abs(hash((source, id))) % 10**8}", "source": source,
            "metadata": {"nbgrader": about} if id else {}} | code


def book(*cells: dict) -> str:
    """Return a notebook's content."""
    return json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5, "metadata": {
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}})


def small_exercise(answer: str = ANSWER, *, out_of: float = 10, name: str = NAME) -> str:
    """Return an exercise with nothing in it but what is graded."""
    return book(cell("# What do we know?\n\nMark the text.", "markdown"),
                cell("from kit import check\nfrom kit.grading import points"),
                cell("Your teacher reads what you wrote.", "markdown", id=f"kit-{name}-written", points=2, solution=True),
                cell(f'points("{answer}", out_of={out_of:g})', id=f"kit-{name}", points=out_of, locked=True))


def exercise_one() -> str:
    """Return exercise 1 as the kit has it."""
    return (CHECKOUT / "exercises" / "source" / NAME / f"{NAME}.ipynb").read_text("utf-8")


def ask_once_for_the_version() -> None:
    """Let nbgrader start its program for the version of gradebooks once, not for every new gradebook."""
    from nbgrader import api

    if not hasattr(api.get_alembic_version, "cache_info"):
        api.get_alembic_version = cache(api.get_alembic_version)


class NbCourse:
    """A course with one exercise.  ``stock`` is nbgrader as it comes, with nothing of the kit in its configuration."""

    def __init__(self, folder: Path, *, stock: bool = False, source: Mapping[str, str] | None = None,
                 keys: bool = True) -> None:
        self.folder, self.home = folder, folder.parent / f"{folder.name}-nbgrader"
        for made in (folder, self.home, self.home / "exchange"):
            made.mkdir()
        (self.home / "exchange").chmod(0o777)
        config = STOCK if stock else (CHECKOUT / "exercises" / "nbgrader_config.py").read_text("utf-8")
        exchange = f'\nc.Exchange.root = {str(self.home / "exchange")!r}\n'
        (folder / "nbgrader_config.py").write_text(config + exchange, "utf-8")
        if keys:
            shutil.copytree(CHECKOUT / "exercises" / "keys", folder / "keys")
        for name, content in (source or {NAME: exercise_one()}).items():
            (folder / "source" / name).mkdir(parents=True)
            (folder / "source" / name / f"{name}.ipynb").write_text(content, "utf-8")

    # By command

    def environ(self, **changed: str) -> dict[str, str]:
        """Return an environment in which nothing of this user's is seen, and nothing outside this computer."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "KIT_"))}
        blocked = {f"{kind}_{ends}": "http://127.0.0.1:9" for kind in ("http", "https") for ends in ("proxy",)}
        return kept | blocked | {
            "HOME": str(self.home), "JUPYTER_CONFIG_DIR": str(self.home / "config"), "PYTHONPATH": FINDS_KIT,
            "JUPYTER_DATA_DIR": str(self.home / "data"), "JUPYTER_RUNTIME_DIR": str(self.home / "runtime"),
            "IPYTHONDIR": str(self.home / "ipython"), "no_proxy": "127.0.0.1,localhost"} | changed

    def run(self, *arguments: str, where: Path | None = None, **changed: str) -> str:
        """Run a command of nbgrader, and return what it said; fails if it failed."""
        done = self.command(*arguments, where=where, **changed)
        assert done.returncode == 0, done.stderr
        return done.stderr + done.stdout

    def command(self, *arguments: str, where: Path | None = None, **changed: str) -> subprocess.CompletedProcess:
        return subprocess.run([sys.executable, "-m", "nbgrader", *arguments], cwd=where or self.folder, text=True,
                              env=self.environ(**changed), capture_output=True, timeout=300, check=False)

    # In this process

    @contextmanager
    def api(self) -> Iterator:
        """Give nbgrader's own interface, with this course's configuration."""
        from nbgrader.apps import NbGraderAPI
        from traitlets.config import PyFileConfigLoader

        ask_once_for_the_version()

        before = dict(os.environ)
        try:
            config = PyFileConfigLoader("nbgrader_config.py", path=str(self.folder)).load_config()
            config.CourseDirectory.root = str(self.folder)
            yield NbGraderAPI(config=config)
        finally:
            os.environ.clear()
            os.environ.update(before)

    def generate(self, name: str = NAME) -> None:
        """Generate an assignment.  A first one like it is kept: nbgrader takes seconds for a new gradebook."""
        same = "".join(path.read_text("utf-8") for path in sorted(self.folder.rglob("source/*/*")) if path.is_file())
        kept = _KEPT / hashlib.sha256((name + same).encode()).hexdigest()
        if kept.is_dir() and not (self.folder / "gradebook.db").exists():
            shutil.copytree(kept, self.folder, dirs_exist_ok=True)
            return
        with self.api() as api:
            done = api.generate_assignment(name)
        assert done["success"], done
        shutil.copytree(self.folder / "release", kept / "release", dirs_exist_ok=True)
        shutil.copy(self.folder / "gradebook.db", kept)

    def hand_in(self, student: str, files: Mapping[str, str | bytes], name: str = NAME) -> Path:
        """Put files where nbgrader collects them: the notebook as it was handed out, and over it these."""
        folder = self.folder / "submitted" / student / name
        shutil.copytree(self.folder / "release" / name, folder)
        for place, content in files.items():
            (folder / place).parent.mkdir(parents=True, exist_ok=True)
            (folder / place).write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        return folder

    def autograde(self, student: str = "*", name: str = NAME) -> dict:
        """Autograde, and return nbgrader's result: `success`, `log` and perhaps `error`."""
        with self.api() as api:
            return api.autograde(name, student)

    def generate_feedback(self, name: str = NAME) -> dict:
        with self.api() as api:
            return api.generate_feedback(name)

    def scores(self, name: str = NAME) -> dict[str, dict[str, float | None]]:
        """Return the automatic points by student and grade id; None where a person grades."""
        from nbgrader.api import Gradebook

        with Gradebook(f"sqlite:///{self.folder / 'gradebook.db'}") as gradebook:
            return {submission.student.id: {grade.name: grade.auto_score for notebook in submission.notebooks
                                            for grade in notebook.grades}
                    for submission in gradebook.find_assignment(name).submissions}

    def for_the_teacher(self, name: str = NAME) -> set[str]:
        """Return the students of whose work nbgrader asks a person to grade something."""
        from nbgrader.api import Gradebook

        with Gradebook(f"sqlite:///{self.folder / 'gradebook.db'}") as gradebook:
            return {one.student.id for one in gradebook.find_assignment(name).submissions if one.needs_manual_grade}

    def graded(self, student: str, name: str = NAME) -> dict:
        """Return the autograded notebook."""
        return json.loads((self.folder / "autograded" / student / name / f"{name}.ipynb").read_text("utf-8"))


def singer_answer(first: int, mended: int, *, right: int = 0, stage: str = "reasons", written: str = "") -> str:
    """Return an answer file for exercise 1: the first so many cues of the key, word for word, in each pass.

    ``right`` of the six reasons are those of the key.
    """
    key, article = singer_key()
    marks = [Span(item.core.start, item.core.end, item.label) for item in key.in_scheme("cues-4").tier("core")]
    reasons = {name: known["right"][0] for name, known in list(key.responses.items())[:right]}
    answer = AnnotationSet.on(article, "cues-4", "student", marks[:mended])
    responses = reasons | ({"written": written} if written else {})
    return annotations_json(replace(answer, first_pass=tuple(marks[:first]), stage=stage, responses=responses), article)


@cache
def singer_key() -> tuple[AnswerKey, Article]:
    """Return the key of exercise 1 and its article."""
    return read_key(CHECKOUT / "exercises" / "keys" / "singer-tour-cues.key.json"), load_article("singer-tour")
