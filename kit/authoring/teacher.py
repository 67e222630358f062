"""What a teacher gets for a lesson: the student's notebook with notes and key in it, and a page to print.

Neither is written by hand.  Both come out of the student's notebook, one page of notes and the
key files, so that they cannot say something else than what students see.
"""

import re
from collections.abc import Iterable, Sequence
from copy import deepcopy
from dataclasses import replace
from importlib import resources

from kit.authoring.keypage import KeyedText, key_pages
from kit.authoring.markdown import as_html
from kit.authoring.notes import MINUTE_PLAN, Notes, read_notes, require_steps
from kit.page.markup import escape

_STEP = re.compile(r"^## +(\d+\. .+?)[ \t]*$", re.MULTILINE)
_COPY = ("This is the teacher's copy. The student's cells stand here unchanged. "
         "What has a line at its left, and the key at the end, is for you alone.")
_PAGE = "Teacher's page. Made from the lesson, its notes and its key."


def teacher_copy(notebook: dict, notes: str, texts: Sequence[KeyedText]) -> dict:
    """Return the student's notebook with a teacher's notes in it, and all keys at its end.

    The student's cells stay as they are, in their order.  The opening of the notes and what is
    about the whole lesson follow the cells before the first step; what belongs to a step
    follows its last cell.

    Args:
        notebook: the student's, as read from its file; is not changed.
        notes: the page of notes, as Markdown.
        texts: the lesson's texts with their keys.

    Raises:
        KitError: a part of the notes belongs to a step that the notebook does not have.
    """
    page, cells = read_notes(notes), notebook["cells"]
    steps = _steps(cells)
    require_steps(page, steps.values())
    made: list[dict] = []
    for start, stop in zip([0, *steps], [*steps, len(cells)], strict=True):
        made += [*deepcopy(cells[start:stop]), *_notes_after(page, steps.get(start))]
    keys = [_cell(f"key-{number}", content) for number, content in enumerate(_keys(texts), start=1)]
    return deepcopy(notebook) | {"cells": [*made, *keys]}


def lesson_page(notes: str, texts: Sequence[KeyedText]) -> str:
    """Return a page to print, as HTML that needs nothing else: notes first, then the keys that the lesson asks."""
    page = read_notes(notes)
    parts = [f"## {MINUTE_PLAN}\n\n{page.whole[MINUTE_PLAN]}"] if MINUTE_PLAN in page.whole else []
    parts += [f"## {heading}\n\n{body}" for heading, body in page.sections if heading != MINUTE_PLAN]
    return printable(page.title, _PAGE, "\n\n".join([f"# {page.title}", page.opening, *parts]),
                     "\n\n".join(_keys(map(_asked_alone, texts))))


def _asked_alone(text: KeyedText) -> KeyedText:
    """Leave out what the lesson does not ask: on paper it is pages that nobody reads."""
    return replace(text, keys=tuple(key for key in text.keys if key.scheme == text.plan["key"]))


def printable(title: str, foot: str, *parts: str) -> str:
    """Return parts in Markdown as an HTML page with its style in it; in print each begins a sheet."""
    style = (resources.files("kit") / "page" / "static" / "guide.css").read_text("utf-8")
    body = "".join(f"<section>\n{as_html(part)}</section>\n" for part in parts)
    return (f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>{escape(title)}</title>\n<style>\n{style}</style>\n</head>\n"
            f'<body class="kit-guide">\n<main>\n{body}</main>\n<footer>{escape(foot)}</footer>\n</body>\n</html>\n')


def _steps(cells: Iterable[dict]) -> dict[int, str]:
    """Return where each step of a notebook begins: the number of its first cell, and its heading."""
    found = {}
    for number, cell in enumerate(cells):
        heading = cell["cell_type"] == "markdown" and _STEP.search("".join(cell["source"]))
        if heading:
            found[number] = heading[1]
    return found


def _notes_after(page: Notes, step: str | None) -> list[dict]:
    """Return the cell of notes that follows a step; None stands for what comes before the first."""
    if step is None:
        return [_note("note-lesson", page.title, _about(page))]
    return [_note(f"note-{step.split('.')[0]}", step, page.steps[step])] if step in page.steps else []


def _about(page: Notes) -> str:
    return "\n\n".join([_COPY, page.opening, *(f"### {heading}\n\n{body}" for heading, body in page.whole.items())])


def _keys(texts: Iterable[KeyedText]) -> list[str]:
    return [page for text in texts for page in key_pages(text)]


def _note(id: str, heading: str, body: str) -> dict:
    lines = f"**For the teacher: {heading}**\n\n{body}".split("\n")
    return _cell(id, "\n".join(f"> {line}".rstrip() for line in lines))


def _cell(id: str, source: str) -> dict:
    return {"cell_type": "markdown", "id": id, "metadata": {"tags": ["teacher"]},
            "source": source.splitlines(keepends=True)}
