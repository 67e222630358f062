"""The settings of a classroom server: JupyterHub with nbgrader, for a class that installs nothing.

The files are written from those beside this one, in the folder `hub`, in which a word in double braces
stands for what was asked for.  Each says in its own comments what it does; somebody who runs a server has to
be able to read all of it.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

from kit.errors import KitError
from kit.places.folder import HandOut, hand_out
from kit.places.wheel import FILE, whole_wheel

GROUP = "media-literacy-teachers"
LITTLEST, KUBERNETES = "tljh", "kubernetes"

_TEMPLATES = Path(__file__).parent / "hub"
_MARK = ".in"  # what is filled in; without it, neither Python's tools nor a shell take the file for one of theirs
_WORD = re.compile(r"\{\{(\w+)\}\}")
_USER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]*")
_COURSE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_IMAGE = re.compile(r"[a-z0-9][a-z0-9._/:-]*:[A-Za-z0-9_][A-Za-z0-9._-]*")  # the tag last: a port comes before a name


def write_classroom(folder: Path, *, kind: str, course: str, teachers: Sequence[str],
                    image: str = "media-literacy:1") -> HandOut:
    """Write the settings of a classroom into a folder, and the kit itself, as a wheel to be installed there.

    Written again, with other teachers say, files are renewed that nobody changed; of the others
    the new version is put beside.

    Args:
        folder: on The Littlest JupyterHub its place on the server: the files name it.
        kind: `tljh` or `kubernetes`.
        course: the name by which nbgrader knows the course.
        teachers: their names on the hub; at least one.
        image: for Kubernetes, name and tag under which the image of the servers will be found.

    Raises:
        KitError: a name that cannot be one; the folder cannot be written.
    """
    _refuse_names(kind, course, teachers, image)
    folder = folder.expanduser().absolute()
    words = _words(folder, kind, course, sorted({name.lower() for name in teachers}), image)  # as the hub has them
    return hand_out(folder, _filled(kind, words) | {FILE: whole_wheel()}, otherwise="kit classroom FOLDER")


def _words(folder: Path, kind: str, course: str, teachers: list[str], image: str) -> dict[str, object]:
    """Return what the words in double braces stand for."""
    shared = str(folder / "teachers") if kind == LITTLEST else "~/media-literacy"
    name, _, tag = image.rpartition(":")
    return {"folder": str(folder), "course": course, "teachers": teachers, "group": GROUP,
            "exchange": str(folder / "exchange"), "teachers_folder": shared, "course_folder": f"{shared}/course",
            "full_image": image, "image": name, "tag": tag, "ngshare_image": f"{name}-ngshare:{tag}",
            "admins": ",".join(teachers), "wheel": FILE}


def _filled(kind: str, words: Mapping[str, object]) -> dict[str, bytes]:
    """Return the files of one kind of server by name, with nothing left to fill in."""
    files = {}
    for root in (_TEMPLATES / "both", _TEMPLATES / kind):
        for path in sorted(one for one in root.rglob("*") if one.is_file()):
            name, content = path.relative_to(root).as_posix(), path.read_text("utf-8")
            if name.endswith(_MARK):
                name = name.removesuffix(_MARK)
                content = _fill(name, content, words)
            files[name] = content.encode("utf-8")
    return files


def _fill(name: str, content: str, words: Mapping[str, object]) -> str:
    """Return a file's content with every word in double braces written as the file's own language writes it."""
    write = _LANGUAGES.get(PurePosixPath(name).suffix, str)
    return _WORD.sub(lambda found: write(words[found[1]]), content)


def _python(value: object) -> str:
    """Return a value as Python writes it; a list as a set, in the order it came."""
    if isinstance(value, list):
        return "{" + ", ".join(map(_python, value)) + "}"
    return json.dumps(value, ensure_ascii=False)


def _yaml(value: object) -> str:
    """Return a value as YAML writes it, which reads JSON."""
    return json.dumps(value, ensure_ascii=False)


def _shell(value: object) -> str:
    """Return a value as a shell takes it for one word; a list as one word for each."""
    return " ".join(map(_shell, value)) if isinstance(value, list) else shlex.quote(str(value))


_LANGUAGES = {".py": _python, ".sh": _shell, ".yaml": _yaml}


def _refuse_names(kind: str, course: str, teachers: Sequence[str], image: str) -> None:
    if not _COURSE.fullmatch(course):
        raise KitError(f"{course!r} cannot be the name of a course. Use letters, digits, '-', '_' and '.' only.")
    if not teachers:
        raise KitError("Nobody would see the teachers' menus. Name at least one teacher: --teacher NAME")
    for name in teachers:
        if not _USER.fullmatch(name):
            raise KitError(f"{name!r} cannot be a name on the hub. Use letters, digits, '-', '_', '.' and '@' only.")
        if kind == LITTLEST and "@" in name:  # as `useradd` of Debian 13 does, which that hub calls with `jupyter-NAME`
            raise KitError(f"{name!r} cannot be a name on The Littlest JupyterHub: it becomes an account of the "
                           "machine, and not every system takes '@' there. Use letters, digits, '-', '_' and '.' only.")
    if not _IMAGE.fullmatch(image):
        raise KitError(f"{image!r} cannot be the name of an image. Write name and tag, as in school/media-literacy:1")
