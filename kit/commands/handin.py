"""`kit handin`: an answer as a page to hand in."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from kit.commands.output import say


@click.command()
@click.argument("article")
@click.argument("answer", type=click.Path(path_type=Path))
@click.option("--to", "to", metavar="FILE.html", type=click.Path(path_type=Path),
              help="The file to write, or a folder to put it in.  [default: ARTICLE-SCHEME-hand-in.html]")
@click.option("--force", is_flag=True, help="Write over a file that is there already.")
def handin(article: str, answer: Path, to: Path | None, force: bool) -> None:
    """Make a page to hand in: a person reads it, a grading program finds the answer file in it.

    ARTICLE is a stored article, a plain text file, or the id of one of the kit's texts.
    ANSWER is an answer file, or a notebook or hand-in page with one in it.
    The page is one file, loads nothing, and prints well.

    \b
    Examples:
        kit handin singer-tour answers/singer-tour-cues-4.json
        kit handin my-article.txt answers/my-article-cues.json --to for-my-teacher
    """
    from kit.authoring.inputs import find_article, read_answer
    from kit.model.files import save_new
    from kit.model.plans import plan_for
    from kit.page.handin import hand_in_page, page_name

    text = find_article(article)
    marks, content = read_answer(text, answer)
    page = hand_in_page(text, marks, plan=plan_for(text), content=content, day=date.today())
    path = Path(page_name(marks)) if to is None else to
    if to is not None and (to.is_dir() or not to.suffix):
        path = to / page_name(marks)
    save_new({path: page}, force=force)
    say(f"Wrote {path}. Open it in a browser to see what you hand in.")
