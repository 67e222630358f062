"""`kit compare`: what two people marked alike."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kit.commands.output import say, write_json

if TYPE_CHECKING:
    from kit.measure.feedback import Row
    from kit.model.article import Article


@click.command()
@click.argument("article")
@click.argument("left", type=click.Path(path_type=Path))
@click.argument("right", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="For programs; offsets are characters.")
def compare(article: str, left: Path, right: Path, as_json: bool) -> None:
    """Show what two people marked alike, and what only one of them marked.

    ARTICLE is a stored article, a plain text file, or the id of one of the kit's texts.
    LEFT and RIGHT are answers, keys, or marked text.

    \b
    Examples:
        kit compare my-article.txt answers/ana.json answers/ben.json
        kit compare my-article.txt answers/my-article-cues.json key.txt
    """
    from kit.authoring.inputs import find_article, read_two
    from kit.measure.agreement import agreement
    from kit.measure.feedback import rows, summary
    from kit.page.tally import agreement_line
    from kit.page.view import compare as compared

    text = find_article(article)
    mine, theirs = read_two(text, left, right)
    lines, agreed = rows(text, mine, theirs), agreement(text, mine, theirs)
    if as_json:
        shown = [row.as_dict() | _characters(text, row) for row in lines]
        write_json({"article": text.id, "left": mine.annotator, "right": theirs.annotator, "rows": shown,
                     "observed": agreed.observed, "expected": agreed.expected, "kappa": agreed.kappa,
                     "units": agreed.units})
        return
    if sys.stdout.isatty():
        say(summary(lines, theirs))
        _draw_rows(lines, mine.annotator, theirs.annotator)
    else:
        say(str(compared(text, mine, theirs)))
    say("")
    say(agreement_line(agreed, theirs.scheme))


def _characters(article: Article, row: Row) -> dict[str, int | None]:
    """Return the place of a row in characters; None for a mark on white space alone."""
    if row.first == row.stop:
        return {"start": None, "end": None}
    where = article.extent(row.first, row.stop)
    return {"start": where.start, "end": where.end}


def _draw_rows(lines: tuple[Row, ...], mine: str, theirs: str) -> None:
    """Draw the comparison as a table with colours, for a terminal."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from kit.page.terminal import safe

    colours = {"match": "green", "partly": "yellow", "label": "yellow", "missed": "red", "extra": "magenta"}
    table = Table("Result", "Words", safe(mine), safe(theirs), "Why", box=box.SIMPLE_HEAD)
    for row in lines:
        labels = [", ".join(dict.fromkeys(mark["label"] for mark in marks)) for marks in (row.mine, row.theirs)]
        table.add_row(Text(f"{row.symbol} {row.word}", style=colours.get(row.outcome, "")),
                      *(Text(safe(" ".join(cell.split()))) for cell in (row.words, *labels, row.why)))
    Console(file=sys.stdout).print(table)
