"""Names of folders that nbgrader stumbles over: those it leaves out, does not take, or takes for a pattern."""

import os
from collections.abc import Iterator
from fnmatch import fnmatch
from glob import has_magic
from pathlib import Path

from kit.grading.settings import Settings
from kit.grading.traps import Finding, loss, miscount

# What nbgrader copies nowhere, unless it is told otherwise.
IGNORED = (".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback")
_LEFT_BY_PROGRAMS = (".", "__")  # how names begin of folders that nobody misses


def about_names(exercise: Path, settings: Settings) -> Iterator[Finding]:
    """Find whether an exercise, or a folder in it, gets lost on its way to students by its name."""
    name, ignored = exercise.name, settings.strings("CourseDirectory.ignore")
    patterns = IGNORED if ignored is None else tuple(ignored)
    if name.endswith(".ipynb"):
        yield loss(exercise, "an exercise whose name ends in .ipynb loses the files that come with its notebook",
                   "Take the ending off the folder's name.")
    elif _is_left_out(name, patterns):
        yield loss(exercise, f"nbgrader leaves out every folder called {name!r}, so this exercise vanishes on its way",
                   "Give it another name.")
    if "+" in name or name != name.strip():
        yield loss(exercise, "nbgrader does not take a name with a plus sign, or with a space at either end",
                   "Use small letters, digits and hyphens.")
    yield from _about_inside(exercise, patterns)


def _about_inside(exercise: Path, patterns: tuple[str, ...]) -> Iterator[Finding]:
    for here, folders, _ in os.walk(exercise):
        left_out = sorted(name for name in folders if _is_left_out(name, patterns))
        folders[:] = sorted(set(folders) - set(left_out))  # what lies inside goes with it, and is not told again
        for name in left_out:
            if not name.startswith(_LEFT_BY_PROGRAMS) and _holds_a_file(Path(here, name)):
                yield loss(Path(here, name), f"nbgrader leaves out every folder called {name!r}, so no student gets "
                           "what lies in it", "Give it another name, or move it out of the exercise.")


def _is_left_out(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch(name, pattern) for pattern in patterns)


def _holds_a_file(folder: Path) -> bool:
    return any(files for _, _, files in os.walk(folder))


def about_patterns(course: Path, settings: Settings) -> Iterator[Finding]:
    """Find folders whose names nbgrader takes for a pattern: it would look into those of others."""
    if has_magic(os.path.abspath(course)):
        yield miscount(course, "nbgrader takes the signs * ? [ in the name of a folder for a pattern, and finds no "
                       "notebook here", "Rename the folder, or the one above it, without these signs.")
    handed_in = course / str(settings.get("CourseDirectory.submitted_directory") or "submitted")
    for folder in sorted(handed_in.glob("*")) if handed_in.is_dir() else ():
        if has_magic(folder.name):
            yield miscount(folder, "nbgrader takes the signs * ? [ in a student's name for a pattern, and may open the "
                           "work of others in their place", "Rename the folder, without these signs, before you grade.")
