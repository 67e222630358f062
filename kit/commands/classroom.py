"""`kit classroom`: the settings of a classroom server."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kit.commands.output import say

if TYPE_CHECKING:
    from kit.places.folder import HandOut

_NEXT = {
    "tljh": "Then, on the machine of the hub: sudo sh {script}",
    "kubernetes": "Then go through {script}, line by line: it says what to put in first.",
}


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--for", "kind", type=click.Choice(tuple(_NEXT)), default="tljh", show_default=True,
              help="tljh: The Littlest JupyterHub, one machine. kubernetes: Zero to JupyterHub, a cluster.")
@click.option("--teacher", "teachers", metavar="NAME", multiple=True, required=True,
              help="A teacher's name on the hub; once for each.")
@click.option("--course", default="media-literacy", show_default=True, help="The course's name in nbgrader.")
@click.option("--image", metavar="NAME:TAG", default="media-literacy:1", show_default=True,
              help="kubernetes: the name of the image that you will build.")
def classroom(folder: Path, kind: str, teachers: tuple[str, ...], course: str, image: str) -> None:
    """Write the settings of a classroom server: JupyterHub with nbgrader.

    Students open an address, and lesson 1 is there; teachers hand out, collect and grade.
    For The Littlest JupyterHub, FOLDER is its place on the server, and is named in the files.
    A file in it that you changed is never written over.
    The kit itself lies among them, as a wheel, and is installed from there.
    Every step: lessons/teacher/classroom.md. What machine a class needs: machine.md beside it.

    \b
    Examples:
        kit classroom /srv/media-literacy --teacher ana
        kit classroom cluster --for kubernetes --teacher ana --teacher ben
    """
    from kit.places.classroom import write_classroom

    written = write_classroom(folder, kind=kind, course=course, teachers=teachers, image=image)
    _tell(written)
    script = shlex.quote(str(written.folder / "install.sh"))
    say("Read what was written: every file says what it does. " + _NEXT[kind].format(script=script))


def _tell(written: HandOut) -> None:
    """Say what was written, and where."""
    say(f"The settings are in {written.folder}")
    for what, names in (("new", written.copied), ("renewed", written.renewed)):
        if names:
            say(f"  {what}: {', '.join(names)}")
    for name, other in written.beside:
        say(f"  You changed {name}, so it stays as it is. The new version is {other}")
    if not (written.copied or written.renewed or written.beside):
        say("  nothing had changed")
