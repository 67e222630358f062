"""`kit lab`: open a lesson in JupyterLab."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from kit.places.folder import HandOut


@click.command()
@click.argument("lesson", required=False)
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False),
              help="Where your lessons and answers are kept.  [default: ~/media-literacy]")
@click.option("--teacher", is_flag=True, help="Open the teacher's copy, with notes, key and reasons; write no answers.")
@click.option("--no-browser", is_flag=True, help="Print the address, open no browser.")
@click.option("--port", type=click.IntRange(1, 65535), default=8888, show_default=True,
              help="The first port to try.")
def lab(lesson: str | None, folder: Path | None, teacher: bool, no_browser: bool,
        port: int) -> None:
    """Open a lesson or an exercise in JupyterLab.

    LESSON is its number or its file name; without it, lesson 1 opens.
    An exercise is opened as exercise-1, or by the name of its folder.
    Lessons and exercises are copied to a folder of your own. A file that you changed is never written over.
    Ctrl+C ends it.

    \b
    Examples:
        kit lab
        kit lab 1 --folder ~/class-7b
        kit lab exercise-1
        kit lab 01-what-do-we-know --teacher
    """
    from kit.places.folder import default_folder, hand_out, originals
    from kit.places.guide import copy_of, in_folder
    from kit.places.lab import find_lesson, open_lab

    files = originals(teacher=teacher) | (in_folder() if teacher else {})
    handed = hand_out(folder or default_folder(), files)
    _tell(handed)
    name = find_lesson(handed.folder, lesson, originals())
    if teacher:
        name = copy_of(name, files)
    click.echo(f"Opening {name} in JupyterLab. Ctrl+C in this window ends it.")
    open_lab(handed.folder, name, teacher=teacher, browser=not no_browser, port=port)


def _tell(handed: HandOut) -> None:
    """Say what was written, and where."""
    click.echo(f"Your lessons and answers are in {handed.folder}")
    if handed.copied:
        click.echo(f"  copied: {', '.join(handed.copied)}")
    if handed.renewed:
        click.echo(f"  renewed: {', '.join(handed.renewed)}")
    for name, other in handed.beside:
        click.echo(f"  You changed {name}, so it stays as it is. The new version is {other}")
