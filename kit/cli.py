"""The commands: what they are called, what they print. The work is done elsewhere."""

from __future__ import annotations

import json
import sys
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kit import __version__
from kit.errors import KitError
from kit.model.labels import CUES

if TYPE_CHECKING:
    from kit.authoring.checkup import Checkup
    from kit.measure.feedback import Row
    from kit.model.article import Article
    from kit.places.folder import HandOut
    from kit.reader.profiles import Profile
    from kit.reader.reading import Reading

_PROFILES = ("core", "possibility", "wide")
_MUCH = 1_000_000  # characters; from here on reading takes so long that one wonders
_FORMATS = ("webannotation", "brat", "jsonl", "conll", "csv")


class Commands(click.Group):
    """A group of commands in which a KitError is one line and exit code 1, no traceback."""

    def invoke(self, context: click.Context) -> object:
        """Run the chosen command; print a KitError as `Error: ...`."""
        try:
            return super().invoke(context)
        except KitError as error:
            raise click.ClickException(str(error)) from error

    def list_commands(self, context: click.Context) -> list[str]:
        """Return the commands in the order they stand in this file."""
        return list(self.commands)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="kit")
def commands() -> None:
    """Mark the speculative language of a news article, and compare.

    \b
    Example:
        kit lab
    """


@commands.command()
@click.argument("lesson", required=False)
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False),
              help="Where your lessons and answers are kept.  [default: ~/media-literacy]")
@click.option("--teacher", is_flag=True, help="Show key and reasons; write no answers.")
@click.option("--no-browser", is_flag=True, help="Print the address, open no browser.")
@click.option("--port", type=click.IntRange(1, 65535), default=8888, show_default=True,
              help="The first port to try.")
def lab(lesson: str | None, folder: Path | None, teacher: bool, no_browser: bool,
        port: int) -> None:
    """Open a lesson in JupyterLab.

    LESSON is its number or its file name; without it, lesson 1 opens.
    Lessons are copied to a folder of your own. A file that you changed is never written over.
    Ctrl+C ends it.

    \b
    Examples:
        kit lab
        kit lab 1 --folder ~/class-7b
        kit lab 01-what-do-we-know --teacher
    """
    from kit.places.folder import default_folder, hand_out, originals
    from kit.places.lab import find_lesson, open_lab

    handed = hand_out(folder or default_folder())
    _tell(handed)
    name = find_lesson(handed.folder, lesson, originals())
    click.echo(f"Opening {name} in JupyterLab. Ctrl+C in this window ends it.")
    open_lab(handed.folder, name, teacher=teacher, browser=not no_browser, port=port)


def _tell(handed: HandOut) -> None:
    """Say what was written, and where."""
    click.echo(f"Your lessons and answers are in {handed.folder}")
    if handed.copied:
        click.echo(f"  copied: {', '.join(handed.copied)}")
    if handed.renewed:
        click.echo(f"  renewed: {', '.join(handed.renewed)}")
    for name, other in handed.beside:
        click.echo(f"  You changed {name}, so it stays as it is. The new version is {other}")


@commands.command()
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
        _write_json(fields(article, reading))
    elif explain:
        _say(explanation(article, reading))
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
        shown.append(_printable(words), f"bold #ffffff on {label.colour}" if label else None)
    shown.rstrip()
    Console(file=sys.stdout, highlight=False).print(shown, soft_wrap=True)
    _say(f"\n{counts(reading)} {looked_for(profile)}")


@commands.command()
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
        _write_json([{"file": one.file, "kind": one.kind, "ok": one.ok, "summary": one.summary,
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
        _say(f"{click.style(f'{word:7}', fg=colour)}  {one.file:{width}}  {what}")
        for finding in one.findings:
            _say(f"         {finding.level}: {finding.message}")


@commands.command()
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
        _write_json({"article": text.id, "left": mine.annotator, "right": theirs.annotator, "rows": shown,
                     "observed": agreed.observed, "expected": agreed.expected, "kappa": agreed.kappa,
                     "units": agreed.units})
        return
    if sys.stdout.isatty():
        _say(summary(lines, theirs))
        _draw_rows(lines, mine.annotator, theirs.annotator)
    else:
        _say(str(compared(text, mine, theirs)))
    _say("")
    _say(agreement_line(agreed, theirs.scheme))


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


@commands.command()
@click.argument("article")
@click.argument("answer", type=click.Path(path_type=Path))
@click.argument("key", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def score(article: str, answer: Path, key: Path, as_json: bool) -> None:
    """Count what an answer found, and work out precision, recall and F1.

    ARTICLE is a stored article, a plain text file, or the id of one of the kit's texts.
    KEY is an answer key, marked text, or the scheme of a key that the kit has for this text.
    The label is scored apart. With a first pass in the answer, both passes are shown.

    \b
    Examples:
        kit score my-article.txt answers/my-article-cues.json key.txt
        kit score north-korea-2024 answers/north-korea-2024-cues-4.json cues --json
    """
    from kit.authoring.inputs import find_article, read_answer_and_key
    from kit.measure.score import score as scored
    from kit.model.annotations import alike
    from kit.page.tally import score_fields, score_lines

    text = find_article(article)
    marks, right = read_answer_and_key(text, answer, key)
    passes = {"mended": scored(text, marks, right)}
    if marks.first_pass is not None:
        passes = {"first": scored(text, marks.first(), right), **passes}
    scheme = alike(marks, right)[1].scheme
    if as_json:
        _write_json({"article": text.id, "annotator": marks.annotator, "scheme": scheme, "first": None}
                    | {name: score_fields(one, scheme) for name, one in passes.items()})
        return
    _say(f"{text.id}: {marks.annotator} against {key.name}, labels of {scheme!r}")
    for line in score_lines(passes, scheme):
        _say(line)


@commands.command()
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

    \b
    Examples:
        kit export my-article.txt key.txt --to jsonl > key.jsonl
        kit export my-article.txt answers/my-article-cues.json --to brat --out for-brat
    """
    from kit.authoring.export import export as exported
    from kit.authoring.export import place
    from kit.authoring.inputs import find_article, read_marks

    if format == "brat" and out is None:
        raise click.UsageError("brat takes two files: say where they go, for example --out for-brat.")
    text = find_article(article)
    marks = read_marks(text, answer)
    files = exported(text, marks, format)
    if out is None:
        click.echo("".join(files.values()).encode(), nl=False)
        return
    for path in place(files, out, name=f"{text.id}-{marks.scheme}", force=force):
        _say(f"Wrote {path}")


def _say(line: str) -> None:
    click.echo(_printable(line))


def _printable(words: str) -> str:
    """Return words in which a sign that this terminal cannot show is a question mark."""
    signs = sys.stdout.encoding or "utf-8"
    return words.encode(signs, "replace").decode(signs)


def _write_json(value: object) -> None:
    pieces = json.JSONEncoder(ensure_ascii=False, indent=2).iterencode(value)
    while some := "".join(islice(pieces, 10_000)):  # the reading of a book need not be in memory twice
        click.echo(some.encode("utf-8", "replace"), nl=False)
    click.echo()


@commands.command(context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]})
@click.argument("arguments", metavar="[PYTEST ARGUMENTS]...", nargs=-1, type=click.UNPROCESSED)
def test(arguments: tuple[str, ...]) -> None:
    """Run the kit's own tests, from a checkout.

    Whatever follows goes to pytest.

    \b
    Examples:
        kit test
        kit test -m "not lab"
        kit test tests/test_cli.py -x
    """
    from kit.places.suite import run_suite, what_is_skipped

    for sentence in what_is_skipped():
        click.echo(sentence)
    run_suite(arguments)
