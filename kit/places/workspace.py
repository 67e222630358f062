"""How JupyterLab looks when it is opened for the first time: as `jupyter/default-37a8.jupyterlab-workspace` says."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

_VIEW = Path(__file__).parent / "jupyter" / "default-37a8.jupyterlab-workspace"


def views_of(folder: Path) -> Path:
    """Return where JupyterLab keeps its views for a folder, if it is told so as `LabApp.workspaces_dir`."""
    return folder / ".kit" / "workspaces"


def fold_file_list(folder: Path) -> None:
    """Let the lesson be what one sees first: JupyterLab's file list, folded, is a tap away.

    On a telephone it would lie over the lesson.  A view that somebody arranged is left as it is.
    """
    view = views_of(folder) / _VIEW.name  # the name that JupyterLab gives to the view without one
    if not view.exists():
        with suppress(OSError):  # where nothing can be written, JupyterLab opens with the list
            view.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(_VIEW, view)
