"""`kit export`: marks in the format of another tool, and marked text as a key that grades."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kit.commands.output import say
from kit.model.labels import SCHEMES

if TYPE_CHECKING:
    from kit.model.annotations import AnnotationSet
    from kit.model.article import Article

_FORMATS = ("key", "webannotation", "brat", "jsonl", "conll", "csv")


@click.command()
@click.argument("article")
@click.argument("answer", type=click.Path(path_type=Path))
@click.option("--to", "format", required=True, type=click.Choice(_FORMATS), help="The format.")
@click.option("--out", metavar="PATH", type=click.Path(path_type=Path),
              help="The file to write, or a folder to put it in.  [default: the terminal]")
@click.option("--made", metavar="WORDS", default="", help="For a key: who made it, and how alike two passes were.")
@click.option("--asks", type=click.Choice(tuple(SCHEMES)),
              help="For a key: the labels that students mark with. Answers in other ones then bring no points.")
@click.option("--force", is_flag=True, help="Write over a file that is there already.")
def export(article: str, answer: Path, format: str, out: Path | None, made: str, asks: str | None, force: bool) -> None:
    """Write marks in the format of another tool.

    ANSWER is an answer, a key, or marked text. Offsets count characters (Unicode code points).
    brat takes two files, PATH.txt and PATH.ann. A file that is there already is never written
    over without --force.

    With --to key, marked text becomes a key for kit grade: --out names the folder, which gets the
    key and its article. Readers see how it was made; say so with --made.

    \b
    Examples:
        kit export my-article.txt key.txt --to jsonl > key.jsonl
        kit export my-article.txt key.txt --to key --out my-keys --made "Read twice, a week apart."
        kit export my-article.txt answers/my-article-cues.json --to brat --out for-brat
    """
    from kit.authoring.export import export as exported
    from kit.authoring.export import place
    from kit.authoring.inputs import find_article, read_marks

    if format == "brat" and out is None:
        raise click.UsageError("brat takes two files: say where they go, for example --out for-brat.")
    if format == "key" and out is None:
        raise click.UsageError("a key goes with its article: name a folder for both, for example --out my-keys.")
    if format != "key" and (made or asks):
        raise click.UsageError("--made and --asks stand in a key: add --to key.")
    text = find_article(article)
    marks = read_marks(text, answer)
    if format == "key":
        made = made or getattr(marks, "made", "") or f"Made with kit export from {answer.name}."
        _write_key(text, marks, out, made=made, asks=asks or "", force=force)
        return
    files = exported(text, marks, format)
    if out is None:
        click.echo("".join(files.values()).encode(), nl=False)
        return
    for path in place(files, out, name=f"{text.id}-{marks.scheme}", force=force):
        say(f"Wrote {path}")


def _write_key(article: Article, marks: AnnotationSet, out: Path, *, made: str, asks: str, force: bool) -> None:
    from kit.authoring.export import key_files
    from kit.model.files import save_new

    files = {out / name: content for name, content in key_files(article, marks, made=made, asks=asks).items()}
    save_new(files, force=force)
    for path in files:
        say(f"Wrote {path}")
