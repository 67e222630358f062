"""`kit check`: look for mistakes in files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kit.commands.output import say, write_json

if TYPE_CHECKING:
    from kit.authoring.checkup import Checkup


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--article", metavar="ARTICLE", help="The text that answers and keys were made on.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def check(files: tuple[Path, ...], article: str | None, as_json: bool) -> None:
    """Look for mistakes in articles, answers, keys and marked text.

    The article of an answer or a key is looked for beside the file, one folder up, and in
    the kit; --article names another. Errors end with exit code 1, warnings do not.

    \b
    Examples:
        kit check my-article.json my-article-cues.key.json
        kit check key.txt --article my-article.txt
    """
    from kit.authoring.checkup import check_file
    from kit.authoring.inputs import find_article

    text = find_article(article) if article else None
    found = [check_file(path, article=text) for path in files]
    if as_json:
        write_json([{"file": one.file, "kind": one.kind, "ok": one.ok, "summary": one.summary,
                      "problems": [vars(finding) for finding in one.findings]} for one in found])
    else:
        _tell_checkups(found)
    if not all(one.ok for one in found):
        click.get_current_context().exit(1)


def _tell_checkups(found: list[Checkup]) -> None:
    """Say one line per file, and its problems below it."""
    width = min(60, max(len(one.file) for one in found))
    for one in found:
        word, colour = ("error", "red") if not one.ok else ("warning", "yellow") if one.findings else ("ok", "green")
        what = ", ".join(part for part in (one.kind, one.summary) if part)
        say(f"{click.style(f'{word:7}', fg=colour)}  {one.file:{width}}  {what}")
        for finding in one.findings:
            say(f"         {finding.level}: {finding.message}")
