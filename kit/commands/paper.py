"""`kit paper`: a sheet to print, with a key to fold under."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kit.commands.output import say
from kit.model.labels import SCHEMES

if TYPE_CHECKING:
    from kit.model.annotations import AnswerKey
    from kit.model.article import Article


@click.command()
@click.argument("article")
@click.option("--scheme", type=click.Choice(tuple(SCHEMES)), default="cues-4", show_default=True,
              help="What is asked. cues-1: one pen, no letters. roles-3: what each sentence does.")
@click.option("--key", "key_name", metavar="auto|none|FILE", default="auto", show_default=True,
              help="auto: the kit's own key, if it has one. none: a sheet without key.")
@click.option("--size", type=click.IntRange(8, 28), default=12, show_default=True, help="Of the text, in points.")
@click.option("--out", metavar="FILE.html", type=click.Path(path_type=Path, dir_okay=False),
              help="The file to write.  [default: ARTICLE-SCHEME-paper.html, in this folder]")
@click.option("--force", is_flag=True, help="Write over a file that is there already.")
def paper(article: str, scheme: str, key_name: str, size: int, out: Path | None, force: bool) -> None:
    """Make a sheet to print: the text with numbers, room to write, and a key to fold under.

    ARTICLE is a stored article, a plain text file, or the id of one of the kit's texts.
    Open the file in a browser and print it, on A4 or Letter; black and white will do.
    What students wrote is typed in with `kit typed`.
    With --scheme sources, the claims of the kit's own texts are marked, also without the key.

    \b
    Examples:
        kit paper north-korea-2024
        kit paper north-korea-2024 --scheme roles-3 --key none
        kit paper transfer-rumour --scheme sources --key none
        kit paper my-article.txt --key key.txt --size 14
    """
    from kit.authoring.asked import asked_of
    from kit.authoring.inputs import find_article, find_key
    from kit.authoring.paper import sheet
    from kit.model.files import save_new

    text = find_article(article)
    key = _key(text, scheme, key_name)
    asked = asked_of(text, key or find_key(text, scheme))
    path = out or Path(f"{text.id}-{scheme}-paper.html")
    save_new({path: sheet(text, scheme, key=key, asked=asked, points=size)}, force=force)
    below = "with the key below the fold line" if key else "without a key"
    say(f"Wrote {path}, {below}. Open it in a browser and print it.")


def _key(text: Article, scheme: str, name: str) -> AnswerKey | None:
    from kit.authoring.inputs import find_key, read_key_in

    if name == "none":
        return None
    return find_key(text, scheme) if name == "auto" else read_key_in(text, name, scheme)
