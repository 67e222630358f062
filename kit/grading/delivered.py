"""Everything that students get a copy of: does a key, an answer or a gradebook lie in it?"""

import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from kit.errors import KitError
from kit.grading.leaks import Known, TooMuch, given_away, holds_answer
from kit.grading.settings import ROOTS, Settings
from kit.grading.traps import Finding, leak, loss, note
from kit.model.files import read_bytes

# The folders of a course that nbgrader hands out from, or takes in what students wrote.
HANDED = ("source", "release", "submitted", "autograded", "feedback")
_USUAL_EXCHANGE = "/usr/local/share/nbgrader/exchange"
_MOST_SIGNS = 60  # findings about one folder; a class of hundreds repeats itself


def about_delivered(course: Path, settings: Settings, known: Known) -> Iterator[Finding]:
    """Find keys, answers, gradebooks and links in every folder that students get something from."""
    folder = {name: course / str(settings.get(f"CourseDirectory.{name}_directory") or name) for name in HANDED}
    for name in ("source", "release"):
        yield from _about_files(folder[name], known, own=False)
    for name in ("autograded", "feedback"):  # what lies in autograded is copied into feedback
        yield from _about_files(folder[name], known, own=True)
    root = settings.get(*ROOTS)
    exchange = Path(root) if isinstance(root, str) else Path(_USUAL_EXCHANGE)
    id = settings.get("CourseDirectory.course_id")
    shared = exchange / id if isinstance(id, str) and id else None
    if shared and settings.known(*ROOTS):
        yield from _about_files(shared / "outbound", known, own=False)
        yield from _about_files(shared / "feedback", known, own=True)


def _about_files(folder: Path, known: Known, *, own: bool) -> Iterator[Finding]:
    yield from islice((finding for path in _walk(folder) for finding in _about_file(path, known, own)), _MOST_SIGNS)


def _walk(folder: Path) -> Iterator[Path]:
    """Yield every file and link below a folder, in order; follows no link."""
    for here, names, files in os.walk(folder):
        names.sort()
        links = [name for name in names if os.path.islink(os.path.join(here, name))]
        yield from (Path(here, name) for name in sorted([*files, *links]))


def _about_file(path: Path, known: Known, own: bool) -> Iterator[Finding]:
    if path.is_symlink():
        yield (note if own else leak)(path, f"this is a link to {os.readlink(path)}, and nbgrader copies what it "
                                      "leads to", "Put the file itself here, or nothing.")
        return
    if path.name.startswith("gradebook.db") or path.suffix == ".db":
        yield leak(path, "this is a gradebook: names and marks of a class", "Move it out of here.")
        return
    try:
        raw = read_bytes(path)
        held = given_away(raw, known, own=own)
    except (KitError, TooMuch):
        if not own:
            yield note(path, "it is too large, locked or damaged, so it was not looked into", "Look into it yourself.")
        return
    if held:
        yield leak(path, f"it holds {held}, and every student gets it",
                   "Take it away. Keys belong into the folder keys beside source, and nowhere else."
                   + _too_late(path))
    elif not own and holds_answer(raw):
        yield _about_answer(path)


def _too_late(path: Path) -> str:
    handed = {"release", "feedback", "outbound", "autograded"} & set(path.parts)
    return " If it was handed out, students may have it: use another text." if handed else ""


def _about_answer(path: Path) -> Finding:
    if path.suffix == ".ipynb":
        return loss(path, "an output of it carries somebody's answer: every student gets it, and a notebook handed in "
                    "without running it would be graded by it", "Clear all outputs, and save.")
    return loss(path, "this is an answer. At grading time nbgrader writes it over the work of every student",
                "Move it out of the exercise. Try things out in a copy, or with kit lab --teacher.")
