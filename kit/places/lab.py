"""JupyterLab with a lesson open, on this computer and for this user alone.

The user's own Jupyter configuration is left as it is: what lessons need comes in from the
folder `jupyter` beside this file, through the environment of the one process that is started.

- `labconfig/`: JupyterLab asks nothing about news, and looks nothing up.  These are defaults:
  what a user has set otherwise still holds.
- `kernels/python3/`: "python3" is the interpreter that runs the server, and so has the kit,
  whatever else is registered under that name on this computer.
- `default-37a8.jupyterlab-workspace`: how JupyterLab looks when it is opened for the first time.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from fnmatch import fnmatch
from pathlib import Path, PurePath
from urllib.parse import quote

from kit.errors import KitError
from kit.places.bootstrap import become, find_checkout
from kit.places.workspace import fold_file_list, views_of

_JUPYTER = Path(__file__).parent / "jupyter"


def open_lab(folder: Path, lesson: str, *, teacher: bool, browser: bool, port: int) -> None:
    """Become JupyterLab, with a lesson open; never returns.

    Args:
        folder: what JupyterLab shows.
        lesson: the notebook to open, by its name in the folder.
        teacher: show key and reasons, write no answers.
        browser: open one; if not, the address is printed alone.
        port: the first to try; if it is taken, one of the next.
    """
    fold_file_list(folder)
    become(lab_command(folder, lesson, browser=browser, port=port), lab_environ(teacher=teacher))


def find_lesson(folder: Path, wanted: str | None, names: Iterable[str]) -> str:
    """Return the name, in the folder, of the notebook to open.

    Args:
        folder: the user's.
        wanted: a lesson's number (`1`, `01`), an exercise's (`exercise-1`), the name of any notebook
            or of an exercise's folder in the folder, or None for the first lesson.
        names: what the kit handed out; only these have a number, copies of them have none.

    Raises:
        KitError: there is no such notebook in the folder.
    """
    numbered = _numbered(names)
    wanted = "1" if wanted is None else wanted
    kind, dash, number = wanted.rpartition("-")
    if number.isdecimal() and (kind if dash else "lesson", int(number)) in numbered:
        return numbered[kind if dash else "lesson", int(number)]
    file, inside = wanted if wanted.endswith(".ipynb") else f"{wanted}.ipynb", folder.resolve()
    of_folder = folder / wanted / f"{PurePath(wanted).name}.ipynb"  # an exercise lies in a folder of its name
    for candidate in ((folder / "lessons" / file).resolve(), (folder / file).resolve(), of_folder.resolve()):
        if candidate.is_file() and candidate.is_relative_to(inside):
            return candidate.relative_to(inside).as_posix()
    known = [PurePath(name).stem if kind == "lesson" else f"{kind}-{number}"
             for (kind, number), name in numbered.items()]
    raise KitError(f"There is no lesson or exercise {wanted!r} in {folder}. There are: {', '.join(known) or 'none'}.")


def _numbered(names: Iterable[str]) -> dict[tuple[str, int], str]:
    """Return the lessons, then the exercises, by kind and number."""
    patterns = {"lesson": "lessons/[0-9][0-9]-*.ipynb", "exercise": "exercises/[0-9][0-9]-*/[0-9][0-9]-*.ipynb"}
    return {(kind, int(PurePath(name).name[:2])): name for kind, pattern in patterns.items() for name in names
            if fnmatch(name, pattern)}


def lab_command(folder: Path, lesson: str, *, browser: bool, port: int) -> list[str]:
    """Return the command that starts JupyterLab."""
    options = {
        "ServerApp.root_dir": folder,
        "ServerApp.ip": "127.0.0.1",  # nobody else on the network
        "ServerApp.port": port,
        "ServerApp.open_browser": browser,
        "ServerApp.answer_yes": True,  # Ctrl+C ends it, without asking once more
        "LabApp.default_url": f"/lab/tree/{quote(lesson)}",  # the printed address opens it too
        "LabApp.workspaces_dir": views_of(folder),  # no tabs from elsewhere
        "Application.log_level": "ERROR",
    }
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options["ServerApp.allow_root"] = True  # in a container there is nobody else
    # -P: a folder called `kit` where somebody happens to stand is not this one.
    return [sys.executable, "-P", "-m", "kit.places.labserver", *(f"--{name}={it}" for name, it in options.items())]


def lab_environ(environ: Mapping[str, str] = os.environ, *, teacher: bool) -> dict[str, str]:
    """Return the environment for JupyterLab and its kernels."""
    changed = {name: value for name, value in environ.items() if name != "KIT_TEACHER"}
    _put_first(changed, "JUPYTER_PATH", _JUPYTER)
    _put_first(changed, "JUPYTER_CONFIG_PATH", _JUPYTER)
    if teacher:
        changed["KIT_TEACHER"] = "1"
    checkout = find_checkout()
    if checkout is not None:  # a kernel starts in the user's folder, and finds the kit there too
        _put_first(changed, "PYTHONPATH", checkout)
        if teacher:  # the keys of the exercises lie in a checkout alone
            changed.setdefault("KIT_KEYS", str(checkout / "exercises" / "keys"))
    return changed


def _put_first(environ: dict[str, str], name: str, path: Path) -> None:
    rest = environ.get(name)
    environ[name] = f"{path}{os.pathsep}{rest}" if rest else str(path)
