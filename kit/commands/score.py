"""`kit score`: what an answer found."""

from __future__ import annotations

from pathlib import Path

import click

from kit.commands.output import say, write_json


@click.command()
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
        write_json({"article": text.id, "annotator": marks.annotator, "scheme": scheme, "first": None}
                    | {name: score_fields(one, scheme) for name, one in passes.items()})
        return
    say(f"{text.id}: {marks.annotator} against {key.name}, labels of {scheme!r}")
    for line in score_lines(passes, scheme):
        say(line)
