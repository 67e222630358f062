"""`kit read`: let the machine reader mark a text."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kit.commands.output import printable, say, write_json
from kit.model.labels import CUES

if TYPE_CHECKING:
    from kit.model.article import Article
    from kit.reader.profiles import Profile
    from kit.reader.reading import Reading

_PROFILES = ("core", "possibility", "wide")
_MUCH = 1_000_000  # characters; from here on reading takes so long that one wonders


@click.command()
@click.argument("text")
@click.option("--json", "as_json", is_flag=True, help="For programs; offsets are characters of the text.")
@click.option("--explain", is_flag=True, help="Rule and reason of every cue, what was passed over, and what each "
                                              "sentence may be.")
@click.option("--profile", "level", type=click.Choice(_PROFILES), default="core", show_default=True,
              help="possibility: also can, will, would. wide: also weasel words and vague amounts.")
@click.option("--only", multiple=True, type=click.Choice(CUES.ids), help="Look for this kind alone. May be repeated.")
@click.option("--without", multiple=True, type=click.Choice(CUES.ids), help="Leave this kind out. May be repeated.")
@click.option("--lexicon", metavar="FILE", type=click.Path(path_type=Path), help="Words of your own, beside the kit's.")
@click.option("--rules", metavar="FILE", type=click.Path(path_type=Path), help="Rules of your own, asked first.")
@click.option("--replace", is_flag=True, help="Your own files take the place of the kit's.")
def read(text: str, as_json: bool, explain: bool, **how) -> None:
    """Let the machine reader mark the speculative language of a text.

    TEXT is a file (.txt, .md, .html, .docx), the id of one of the kit's texts, or - for
    standard input. The reader is a word list and rules. What it prints is marked text, with
    the reason for each mark: the beginning of an answer key.

    \b
    Examples:
        kit read my-article.txt
        kit read my-article.txt --explain
        kit read my-article.txt > draft.txt
        kit read - --json --profile possibility --without vague < my-article.txt
    """
    from kit.authoring.inputs import find_text
    from kit.model.marked import write
    from kit.page.explained import doubt, explanation
    from kit.reader.reading import as_json as fields
    from kit.reader.reading import machine_read

    if as_json and explain:
        raise click.UsageError("--json and --explain are two answers: choose one. --json has all reasons, too.")
    profile = _profile(**how)
    article = find_text(text)
    if len(article.text) > _MUCH and sys.stderr.isatty():
        click.echo(f"Reading {len(article.text):,} characters. This can take minutes.", err=True)
    reading = machine_read(article, profile=profile)
    if doubt(reading):
        click.echo(doubt(reading), err=True)
    _tell_left_out(text)
    if as_json:
        write_json(fields(article, reading))
    elif explain:
        say(explanation(article, reading))
    elif sys.stdout.isatty():
        _draw_text(article, reading, profile)
    else:
        click.echo(write(article.text, reading).encode("utf-8", "replace"), nl=False)


def _tell_left_out(name: str) -> None:
    """Say what of a web page is not the article, so that nothing goes silently."""
    from kit.authoring.importing import left_out
    from kit.page.terminal import safe

    parts = left_out(name) if name != "-" and Path(name).is_file() else ()
    if not parts:
        return
    some = ", ".join(f"“{safe(' '.join(part.split()))[:50]}”" for part in parts[:3])
    click.echo(f"Left out, as no part of the article: {some}{' and more' if len(parts) > 3 else ''}. "
               "kit.authoring.importing.import_file can keep them.", err=True)


def _profile(*, level: str, only: tuple[str, ...], without: tuple[str, ...], lexicon: Path | None, rules: Path | None,
             replace: bool) -> Profile:
    """Return the profile that the options describe."""
    from kit.reader.profiles import PROFILES

    profile = PROFILES[level]
    if replace and not (lexicon or rules):
        raise click.UsageError("--replace needs what takes the place: add --lexicon FILE or --rules FILE.")
    if lexicon or rules:
        profile = (profile.replaced if replace else profile.extended)(lexicon=lexicon, rules=rules)
    profile = profile.only(*only).without(*without) if only else profile.without(*without)
    if not profile.labels:
        raise click.UsageError("No kind is left to look for: take --only or --without away.")
    return profile


def _draw_text(article: Article, reading: Reading, profile: Profile) -> None:
    """Draw the text with its cues in colour, for a terminal, and say what was looked for."""
    from rich.console import Console
    from rich.text import Text

    from kit.page.explained import colouring, counts, looked_for

    shown = Text()
    for words, label in colouring(article, reading):
        # White on a label's colour can be read whatever the terminal's own background.
        shown.append(printable(words), f"bold #ffffff on {label.colour}" if label else None)
    shown.rstrip()
    Console(file=sys.stdout, highlight=False).print(shown, soft_wrap=True)
    say(f"\n{counts(reading)} {looked_for(profile)}")
