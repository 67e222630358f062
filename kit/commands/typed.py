"""`kit typed`: answers from paper, typed in, become answer files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kit.commands.output import say
from kit.model.labels import SCHEMES

if TYPE_CHECKING:
    from kit.model.annotations import AnswerKey
    from kit.model.article import Article
    from kit.model.typed import Typed


@click.command()
@click.argument("article")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--scheme", type=click.Choice(tuple(SCHEMES)), default="cues-4", show_default=True,
              help="That of the sheet.")
@click.option("--out", metavar="FOLDER", type=click.Path(path_type=Path, file_okay=False), default=Path("answers"),
              show_default=True, help="Where the answers go, each into a folder of its code.")
@click.option("--force", is_flag=True, help="Write over answers that are there already.")
def typed(article: str, file: Path, scheme: str, out: Path, force: bool) -> None:
    """Turn answers typed from paper sheets into answer files, and count them.

    FILE has one line per sentence: its number, then the words with their letters.
    `= code` begins the next student; without it, the name of the file is the code.

    \b
        = b7
        3: reportedly S, might M
        5: yet to be confirmed M
        8: may 2 M, #7-9 W        (the second "may"; words by their small numbers)
        9: if = I                 (= where a letter could be a word of the text)

    For sentences: `3: C`, or `3: claim`; for claims the rung and who says so: `3: 2, sources`;
    `c3: 2, sources` for claim 3 of the sheet.
    Without letters, only found and missed are counted.
    An answer that is there already is never written over without --force.

    \b
    Examples:
        kit typed north-korea-2024 class-7b.txt
        kit typed north-korea-2024 class-7b.txt --scheme roles-3 --out class-7b
        kit typed my-article.txt b7.txt
    """
    from kit.authoring.asked import asked_of
    from kit.authoring.inputs import find_article, find_key
    from kit.model.files import as_id, read_text, save_new
    from kit.model.formats import annotations_json
    from kit.model.typed import parse

    text = find_article(article)
    key = find_key(text, scheme)
    answers = parse(read_text(file), text, scheme, name=str(file), code=as_id(file.stem)[:40].strip("-"),
                    asked=asked_of(text, key))
    files = {_place(text, one, out): annotations_json(one.marks, text) for one in answers}
    save_new(files, force=force)
    for one, path in zip(answers, files):
        say(f"{one.marks.annotator}: {_counts(text, one, key)} Wrote {path}")
    if not key:
        say(f"The kit has no key for {text.id!r} in {scheme!r}: kit score compares with one of yours.")


def _place(text: Article, one: Typed, folder: Path) -> Path:
    """Return the file in which the pen, too, would look for these marks."""
    from kit.page.answer import AnswerFile

    answer = AnswerFile(text, one.marks.scheme, folder / f"{text.id}-{one.marks.scheme}.json")
    answer.annotator = one.marks.annotator
    return answer.path


def _counts(text: Article, one: Typed, key: AnswerKey | None) -> str:
    from kit.measure.reasons import many
    from kit.measure.score import score
    from kit.page.tally import score_line

    parts = [many(len(one.marks.spans), "mark")]
    if key:
        parts.append(score_line(score(text, one.marks, key), one.marks.scheme))
    if one.without_pen:
        lines = ", ".join(map(str, one.without_pen[:8])) + (" and more" if len(one.without_pen) > 8 else "")
        parts.append(f"labels are not scored, as none is typed in line {lines}")
    return "; ".join(parts) + "."
