"""What a server of a classroom does when it starts: lay lessons, and for a teacher the course, into a folder.

It is called from the server's settings, which `kit classroom` writes, and runs as the account that the server
belongs to.  Nobody writes into the folder of another, least of all the administrator: a folder that somebody else
owns can be made to lead anywhere.
"""

from __future__ import annotations

import json
from pathlib import Path

from kit.places.folder import EXERCISES, hand_out, originals
from kit.places.guide import in_folder
from kit.places.workspace import fold_file_list, views_of

COURSE = "course"
CONFIG = "nbgrader_config.py"

_ID_LINE = 'c.CourseDirectory.course_id = "media-literacy"'
_OTHERWISE = "name it in jupyter_server_config.py"


def put_lessons(folder: str) -> str:
    """Put the lessons into a student's folder, and return the folder.

    What the student changed stays as it is.  Exercises come through nbgrader, into the folder
    `exercises`, where the lessons point to: handed out here as well, they could not be fetched.

    Raises:
        KitError: the folder cannot be written.
    """
    files = {name: path for name, path in originals().items() if not name.startswith(EXERCISES)}
    handed = hand_out(Path(folder), files, otherwise=_OTHERWISE)
    (handed.folder / EXERCISES).mkdir(exist_ok=True)
    return str(handed.folder)


def put_view(folder: str) -> str:
    """Let JupyterLab open with its file list folded, and return where it finds that view.

    On a telephone the list would lie over the lesson.  A view that the student arranged stays.
    """
    fold_file_list(Path(folder))
    return str(views_of(Path(folder)))


def put_course(folder: str, *, course: str) -> str:
    """Put the lessons with their notes and an nbgrader course into the folder of the teachers, and return it.

    Keys come along if this kit has them, as a checkout does; an installed kit has none, and teachers
    lay them into `course/keys`.  What a teacher changed stays as it is.

    Args:
        folder: the teachers'.
        course: the name by which nbgrader knows the course.

    Raises:
        KitError: the folder cannot be written.
    """
    lessons = {name: file for name, file in (originals(teacher=True) | in_folder()).items()
               if not name.startswith(EXERCISES)}
    handed = hand_out(Path(folder), lessons | _course_files(course), otherwise=_OTHERWISE)
    (handed.folder / COURSE / "keys").mkdir(exist_ok=True)
    return str(handed.folder)


def _course_files(course: str) -> dict[str, Path | bytes]:
    """Return the files of a course, by their name in the folder of the teachers."""
    package = Path(__file__).parents[1]
    root = (package if (package / "exercises").is_dir() else package.parent) / "exercises"
    files: dict[str, Path | bytes] = {
        f"{COURSE}/source/{name.removeprefix(EXERCISES)}": path
        for name, path in originals().items() if name.startswith(EXERCISES)}
    files |= {f"{COURSE}/keys/{path.name}": path for path in sorted((root / "keys").glob("*.key.json"))}
    config = (root / CONFIG).read_text("utf-8")
    files[f"{COURSE}/{CONFIG}"] = config.replace(
        _ID_LINE, f"c.CourseDirectory.course_id = {json.dumps(course)}").encode("utf-8")
    files[f"{COURSE}/README.md"] = root / "README.md"
    return files
