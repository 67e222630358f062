"""`kit guide`: the teacher's copy of a lesson, and pages to print."""

from __future__ import annotations

from pathlib import Path

import click

from kit.commands.output import say


@click.command()
@click.argument("lesson", required=False)
@click.option("--out", metavar="FOLDER", type=click.Path(path_type=Path, file_okay=False), default=Path("teacher"),
              help="Where the files go.  [default: teacher, in this folder]")
@click.option("--force", is_flag=True, help="Write over files that you changed.")
def guide(lesson: str | None, out: Path, force: bool) -> None:
    """Write the teacher's copy of a lesson, and its page to print.

    LESSON is its number or its name; without it, every lesson and the whole guide are written.
    The copy is the student's notebook with notes between the steps and the full key at its end.
    The page (.html) has the minute plan, the notes and the key: open it in a browser and print it.
    A file that you changed is never written over without --force.

    \b
    Examples:
        kit guide
        kit guide 1 --out for-monday
    """
    from kit.places.folder import hand_out
    from kit.places.guide import find_noted, lesson_files, whole_guide

    files = lesson_files(find_noted(lesson)) if lesson else whole_guide()
    handed = hand_out(out, files, force=force, otherwise="kit guide --out FOLDER")
    for name in (*handed.copied, *handed.renewed):
        say(f"Wrote {out / name}")
    for name, other in handed.beside:
        say(f"You changed {out / name}, so it stays as it is. The new version is {out / other}")
    if not (handed.copied or handed.renewed or handed.beside):
        say(f"Nothing to write: what is in {out} is up to date, or yours.")
