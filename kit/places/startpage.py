"""The first page of a site in the browser: which lessons there are, and where one's work is kept."""

from __future__ import annotations

import html
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from urllib.parse import quote

_PAGE = Path(__file__).parent / "start.html"


def start_page(notebooks: Mapping[str, str]) -> str:
    """Return the page; ``notebooks`` are titles by name, as `lessons/01-what.ipynb`."""
    exercises = {name: title for name, title in notebooks.items() if name.startswith("exercises/")}
    lessons = {name: _numbered(name, title) for name, title in notebooks.items() if name not in exercises}
    page = _PAGE.read_text(encoding="utf-8")
    return page.replace("@LESSONS@", _rows(lessons)).replace("@EXERCISES@", _rows(exercises))


def _numbered(name: str, title: str) -> str:
    """Return the title with the number that the file's name begins with, if it does."""
    number = PurePosixPath(name).name[:2]
    return f"{int(number)}. {title}" if number.isdecimal() else title


def _rows(notebooks: Mapping[str, str]) -> str:
    return "\n".join(f'<li><a href="{address(name)}">{html.escape(title)}</a></li>'
                     for name, title in sorted(notebooks.items()))


def address(name: str) -> str:
    """Return where a notebook opens, seen from the first page: in the view that has room for it on a telephone."""
    return f"notebooks/index.html?path={quote(name)}"
