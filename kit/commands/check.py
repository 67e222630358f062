"""`kit check`: look for mistakes in files, and for traps in a course."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kit.commands.output import say, write_json

if TYPE_CHECKING:
    from kit.authoring.checkup import Checkup
    from kit.grading.traps import Finding

# What stands in front of the traps of a kind.
_TITLES = {"leak": "Gives something away", "loses work": "Loses work", "wrong points": "Counts wrong",
           "note": "Good to know"}


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--article", metavar="ARTICLE", help="The text that answers and keys were made on.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def check(files: tuple[Path, ...], article: str | None, as_json: bool) -> None:
    """Look for mistakes in articles, answers, keys and marked text, and for traps in a course.

    The article of an answer or a key is looked for beside the file, one folder up, and in
    the kit; --article names another. Errors end with exit code 1, warnings do not.

    A folder is taken as a course for nbgrader, such as exercises: does anything in it give
    answers away, lose work, or count wrong? Its keys are looked at too, and nothing is run.

    \b
    Examples:
        kit check my-article.json my-article-cues.key.json
        kit check key.txt --article my-article.txt
        kit check exercises
    """
    from kit.authoring.checkup import check_file
    from kit.authoring.inputs import find_article
    from kit.grading.doctor import examine, is_course, key_files

    text = find_article(article) if article else None
    courses = {path: examine(path) for path in files if is_course(path)}
    names = [one for path in files for one in (key_files(path) if path in courses else [path])]
    found = [check_file(path, article=text) for path in names]
    (_tell_programs if as_json else _tell)(courses, found)
    if not all(one.ok for one in found) or any(trap.fault for traps in courses.values() for trap in traps):
        click.get_current_context().exit(1)


def _tell_programs(courses: dict[Path, tuple[Finding, ...]], found: list[Checkup]) -> None:
    write_json([*(_course_fields(path, traps) for path, traps in courses.items()), *map(_fields, found)])


def _fields(one: Checkup) -> dict[str, object]:
    return {"file": one.file, "kind": one.kind, "ok": one.ok, "summary": one.summary,
            "problems": [vars(finding) for finding in one.findings]}


def _course_fields(path: Path, traps: tuple[Finding, ...]) -> dict[str, object]:
    return {"file": str(path), "kind": "course", "ok": not any(trap.fault for trap in traps),
            "summary": _counted(traps), "problems": [vars(trap) for trap in traps]}


def _counted(traps: tuple[Finding, ...]) -> str:
    faults = sum(trap.fault for trap in traps)
    notes = len(traps) - faults
    said = f"{faults or 'no'} trap{'' if faults == 1 else 's'}"
    return said + (f", {notes} note{'' if notes == 1 else 's'}" if notes else "")


def _tell(courses: dict[Path, tuple[Finding, ...]], found: list[Checkup]) -> None:
    for path, traps in courses.items():
        _tell_course(path, traps)
    _tell_checkups(found)


def _tell_course(path: Path, traps: tuple[Finding, ...]) -> None:
    """Say what is the matter with a course, the worst first, each with its place and its remedy."""
    fault = any(trap.fault for trap in traps)
    word = click.style("error  ", fg="red") if fault else click.style("ok     ", fg="green")
    say(f"{word}  {path}  course, {_counted(traps)}")
    for level, title in _TITLES.items():
        of_kind = [trap for trap in traps if trap.level == level]
        if of_kind:
            say(f"\n  {click.style(title, fg='red' if of_kind[0].fault else 'yellow', bold=True)}")
        for trap in of_kind:
            say(f"    {trap.where}\n        {trap.what[:1].upper()}{trap.what[1:]}.\n        {trap.remedy}")
    say("")


def _tell_checkups(found: list[Checkup]) -> None:
    """Say one line per file, and its problems below it."""
    width = min(60, max((len(one.file) for one in found), default=0))
    for one in found:
        word, colour = ("error", "red") if not one.ok else ("warning", "yellow") if one.findings else ("ok", "green")
        what = ", ".join(part for part in (one.kind, one.summary) if part)
        say(f"{click.style(f'{word:7}', fg=colour)}  {one.file:{width}}  {what}")
        for finding in one.findings:
            say(f"         {finding.level}: {finding.message}")
