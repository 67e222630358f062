"""`kit export`: marks in the format of another tool, and marked text as a key that grades."""

from __future__ import annotations

from pathlib import Path

import click

from kit.commands.output import say

_FORMATS = ("key", "webannotation", "brat", "jsonl", "conll", "csv")


@click.command()
@click.argument("article")
@click.argument("answer", type=click.Path(path_type=Path))
@click.option("--to", "format", required=True, type=click.Choice(_FORMATS), help="The format.")
@click.option("--out", metavar="PATH", type=click.Path(path_type=Path),
              help="The file to write, or a folder to put it in.  [default: the terminal]")
@click.option("--force", is_flag=True, help="Write over a file that is there already.")
def export(article: str, answer: Path, format: str, out: Path | None, force: bool) -> None:
    """Write marks in the format of another tool.

    ANSWER is an answer, a key, or marked text. Offsets count characters (Unicode code points).
    brat takes two files, PATH.txt and PATH.ann. A file that is there already is never written
    over without --force.

    With --to key, marked text becomes a key for kit grade: --out names the folder, which gets the
    key and its article.

    \b
    Examples:
        kit export my-article.txt key.txt --to jsonl > key.jsonl
        kit export my-article.txt key.txt --to key --out my-keys
        kit export my-article.txt answers/my-article-cues.json --to brat --out for-brat
    """
    from kit.authoring.export import export as exported
    from kit.authoring.export import key_files, place
    from kit.authoring.inputs import find_article, read_marks

    if format == "brat" and out is None:
        raise click.UsageError("brat takes two files: say where they go, for example --out for-brat.")
    if format == "key" and out is None:
        raise click.UsageError("a key goes with its article: name a folder for both, for example --out my-keys.")
    text = find_article(article)
    marks = read_marks(text, answer)
    if format == "key":
        from kit.model.files import save_new

        files = {out / name: content for name, content in key_files(text, marks).items()}
        save_new(files, force=force)
        for path in files:
            say(f"Wrote {path}")
        return
    files = exported(text, marks, format)
    if out is None:
        click.echo("".join(files.values()).encode(), nl=False)
        return
    for path in place(files, out, name=f"{text.id}-{marks.scheme}", force=force):
        say(f"Wrote {path}")
