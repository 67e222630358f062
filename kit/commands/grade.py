"""`kit grade`: a folder of answers becomes a gradebook, with feedback for every student."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kit.commands.output import say, write_json
from kit.errors import KitError

if TYPE_CHECKING:
    from kit.grading.run import Run

_PLACE = click.Path(path_type=Path)


@click.command()
@click.argument("folder", type=_PLACE)
@click.option("--keys", required=True, metavar="FOLDER_OR_FILE", type=_PLACE, help="The answer keys.")
@click.option("--articles", metavar="FOLDER", type=_PLACE,
              help="Articles of your own, if they do not lie beside the keys. Those of the kit need none.")
@click.option("--out-of", metavar="N", type=click.FloatRange(0, 10_000, min_open=True), default=10, show_default=True,
              help="What one exercise is worth.")
@click.option("--to", metavar="FOLDER", type=_PLACE, help="Where the grades go.  [default: grades, beside FOLDER]")
@click.option("--format", type=click.Choice(("csv", "canvas", "moodle")), default="csv", show_default=True,
              help="Also write a table that Canvas or Moodle imports.")
@click.option("--roster", metavar="FILE", type=_PLACE,
              help="The class list exported from Canvas or Moodle (CSV): its students, ids and order.")
@click.option("--no-pages", is_flag=True, help="No feedback pages and no class pages: only the table.")
@click.option("--names", is_flag=True, help="One more class page each, with names: who missed what.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def grade(folder: Path, keys: Path, articles: Path | None, out_of: float, to: Path | None, format: str,
          roster: Path | None, no_pages: bool, names: bool, as_json: bool) -> None:
    """Grade what students handed in, with a page of feedback for each.

    FOLDER is a folder of students, a download of Moodle, Canvas, Google Classroom, Teams,
    Blackboard or Brightspace as it is, a zip archive, or nbgrader's submitted. In it are answer
    files, notebooks or hand-in pages. No notebook is run, no archive is unpacked.

    Written are grades.csv, feedback/STUDENT.html and class/EXERCISE.html. A table or page that
    somebody changed is kept beside the new one. Run it again after a change: what is unchanged
    stays as it is, and it says whose points moved.

    \b
    Examples:
        kit grade submissions.zip --keys exercises/keys
        kit grade exercises/submitted --keys exercises/keys --out-of 10
        kit grade class-7b --keys keys --format canvas --roster gradebook.csv
    """
    from kit.grading.keys import Keys
    from kit.grading.run import Run

    if roster and format == "csv":
        raise click.UsageError("--roster fills the table of a system: add --format canvas or --format moodle.")
    place = to or Path(os.path.abspath(folder)).parent / "grades"
    run = Run(folder, Keys(keys, articles=articles), place, out_of=out_of, pages=not no_pages, names=names,
              format=format, roster=roster)
    if run.goes_on:
        click.echo("An earlier run was interrupted: this one goes on from there.", err=True)
    _go(run)
    (_tell_programs if as_json else _tell)(run)


def _go(run: Run) -> None:
    """Do the work, with a bar where somebody watches."""
    try:
        with click.progressbar(run, length=len(run), label="Grading", file=sys.stderr,
                               hidden=not sys.stderr.isatty(), update_min_steps=max(1, len(run) // 200)) as students:
            for _ in students:
                pass
    except KeyboardInterrupt:
        raise KitError("Interrupted. Nothing is lost: run the same command again, and it goes on "
                       "from there.") from None


def _tell(run: Run) -> None:
    from kit.page.terminal import safe

    for line in (*run.report.lines(), *run.written()):
        say(safe(line))


def _tell_programs(run: Run) -> None:
    unknown = sorted({name for one in run.wrote for name in one.unknown})
    write_json(run.report.as_dict() | {"wrote": [str(one.path) for one in run.wrote], "not_in_roster": unknown})
