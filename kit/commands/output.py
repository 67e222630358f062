"""How a command speaks: lines for people, JSON for programs."""

import json
import sys
from itertools import islice

import click


def say(line: str) -> None:
    """Print a line; a sign that this terminal cannot show is a question mark."""
    click.echo(printable(line))


def printable(words: str) -> str:
    """Return words in which a sign that this terminal cannot show is a question mark."""
    signs = sys.stdout.encoding or "utf-8"
    return words.encode(signs, "replace").decode(signs)


def write_json(value: object) -> None:
    """Print a value as JSON in UTF-8, whatever the terminal's own signs are."""
    pieces = json.JSONEncoder(ensure_ascii=False, indent=2).iterencode(value)
    while some := "".join(islice(pieces, 10_000)):  # the reading of a book need not be in memory twice
        click.echo(some.encode("utf-8", "replace"), nl=False)
    click.echo()
