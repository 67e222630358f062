"""The command `kit`: which commands there are, in the order `kit --help` shows them."""

import click

from kit import __version__
from kit.commands.check import check
from kit.commands.classroom import classroom
from kit.commands.compare import compare
from kit.commands.export import export
from kit.commands.grade import grade
from kit.commands.guide import guide
from kit.commands.handin import handin
from kit.commands.lab import lab
from kit.commands.paper import paper
from kit.commands.read import read
from kit.commands.score import score
from kit.commands.site import site
from kit.commands.test import test
from kit.commands.typed import typed
from kit.errors import KitError


class Commands(click.Group):
    """A group of commands in which a KitError is one line and exit code 1, no traceback."""

    def invoke(self, context: click.Context) -> object:
        """Run the chosen command; print a KitError as `Error: ...`."""
        try:
            return super().invoke(context)
        except KitError as error:
            raise click.ClickException(str(error)) from error

    def list_commands(self, context: click.Context) -> list[str]:
        """Return the commands in the order they were added."""
        return list(self.commands)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="kit")
def commands() -> None:
    """Mark the speculative language of a news article, and compare.

    \b
    Example:
        kit lab
    """


for _command in (lab, read, check, compare, score, handin, export, paper, typed, grade, guide, site, classroom, test):
    commands.add_command(_command)
