"""The commands: what they are called, what they print. The work is done elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kit import __version__
from kit.errors import KitError

if TYPE_CHECKING:
    from kit.places.folder import HandOut


class Commands(click.Group):
    """A group of commands in which a KitError is one line and exit code 1, no traceback."""

    def invoke(self, context: click.Context) -> object:
        """Run the chosen command; print a KitError as `Error: ...`."""
        try:
            return super().invoke(context)
        except KitError as error:
            raise click.ClickException(str(error)) from error

    def list_commands(self, context: click.Context) -> list[str]:
        """Return the commands in the order they stand in this file."""
        return list(self.commands)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="kit")
def commands() -> None:
    """Mark the speculative language of a news article, and compare.

    \b
    Example:
        kit lab
    """


@commands.command()
@click.argument("lesson", required=False)
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False),
              help="Where your lessons and answers are kept.  [default: ~/media-literacy]")
@click.option("--teacher", is_flag=True, help="Show key and reasons; write no answers.")
@click.option("--no-browser", is_flag=True, help="Print the address, open no browser.")
@click.option("--port", type=click.IntRange(1, 65535), default=8888, show_default=True,
              help="The first port to try.")
def lab(lesson: str | None, folder: Path | None, teacher: bool, no_browser: bool,
        port: int) -> None:
    """Open a lesson in JupyterLab.

    LESSON is its number or its file name; without it, lesson 1 opens.
    Lessons are copied to a folder of your own. A file that you changed is never written over.
    Ctrl+C ends it.

    \b
    Examples:
        kit lab
        kit lab 1 --folder ~/class-7b
        kit lab 01-what-do-we-know --teacher
    """
    from kit.places.folder import default_folder, hand_out, originals
    from kit.places.lab import find_lesson, open_lab

    handed = hand_out(folder or default_folder())
    _tell(handed)
    name = find_lesson(handed.folder, lesson, originals())
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


@commands.command(context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]})
@click.argument("arguments", metavar="[PYTEST ARGUMENTS]...", nargs=-1, type=click.UNPROCESSED)
def test(arguments: tuple[str, ...]) -> None:
    """Run the kit's own tests, from a checkout.

    Whatever follows goes to pytest.

    \b
    Examples:
        kit test
        kit test -m "not lab"
        kit test tests/test_cli.py -x
    """
    from kit.places.suite import run_suite, what_is_skipped

    for sentence in what_is_skipped():
        click.echo(sentence)
    run_suite(arguments)
