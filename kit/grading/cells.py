"""The cells of an exercise: what a graded one asks for, and a student's notebook made whole again.

A submitted notebook is believed in nothing but its words.  What is asked, what it is worth and
which cells are graded comes from the course; what a student wrote is shown as text.
"""

import ast
import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from kit.errors import FileFormatError
from kit.grading.checking import points
from kit.model.files import read_text

_DEFAULT = points.__kwdefaults__["out_of"]
_KINDS = ("code", "markdown", "raw")
_MOST_CELLS = 500
_MOST_LETTERS = 20_000  # of one cell: more than anybody writes by hand
# Signs that a page cannot show, or that turn the order of the others around.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(frozen=True)
class Asked:
    """What a graded cell asks for: an answer file, by its place in the exercise, and what it is out of."""

    path: str
    out_of: float

    @property
    def stem(self) -> str:
        """The name of the answer: ``<article>-<scheme>``."""
        return PurePosixPath(self.path).stem


@dataclass(frozen=True)
class Cell:
    """A cell of a notebook; ``id`` is its grade id, "" for an ordinary one.

    ``number`` counts from 1, ``known`` is what nbgrader wrote into it, ``shown`` whether it was run
    and has outputs.  Cells are alike if kind, words and id are.
    """

    kind: str
    source: str
    id: str = ""
    number: int = field(default=0, kw_only=True, compare=False)
    known: Mapping = field(default_factory=dict, kw_only=True, compare=False, repr=False)
    shown: bool = field(default=False, kw_only=True, compare=False)


@dataclass(frozen=True)
class CourseCell(Cell):
    """A cell as the course has it.  ``points`` is what it is worth, None where it is not graded.

    Exactly one of ``solution`` (students write in it) and ``task`` (they answer elsewhere) may
    hold; with ``points``, a person grades those.
    """

    points: float | None = None
    solution: bool = False
    task: bool = False
    locked: bool = False
    checksum: str | None = None

    @property
    def by_machine(self) -> bool:
        """Whether the program grades it: a graded cell in which nobody writes."""
        return self.points is not None and not self.solution and not self.task

    @property
    def by_hand(self) -> bool:
        """Whether a person grades it."""
        return self.points is not None and not self.by_machine


def read_cells(path: Path, *, strictly: bool = False) -> list[Cell]:
    """Return the cells of a notebook, and nothing else of it.  What is no cell is passed over, unless ``strictly``.

    Raises:
        FileFormatError: it cannot be read, or is no notebook.
    """
    try:
        cells = list(enumerate(json.loads(read_text(path))["cells"], start=1))
        there = [(number, cell) for number, cell in cells if isinstance(cell, dict) and cell.get("cell_type") in _KINDS]
        if strictly and (len(there) < len(cells) or not all("source" in cell for _, cell in there)):
            raise ValueError
        return [cell_of(cell, number) for number, cell in there]
    except FileFormatError:
        raise
    except (ValueError, TypeError, KeyError, RecursionError):
        raise FileFormatError(f"{path}: this is not a notebook that can be read. Open it in JupyterLab, save it, and "
                              "hand it in again.") from None


def cell_of(fields: Mapping, number: int = 0) -> Cell:
    """Return a cell of a notebook by its fields, whatever stands in them; ``cell_type`` is known to be there."""
    source, about = fields.get("source"), fields.get("metadata")
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    known = about.get("nbgrader") if isinstance(about, dict) else None
    known = known if isinstance(known, dict) else {}
    id = known.get("grade_id")
    return Cell(fields["cell_type"], source if isinstance(source, str) else "", id if isinstance(id, str) else "",
                number=number, known=known, shown=bool(fields.get("outputs") or fields.get("execution_count")))


def asked_in(source: str, *, name: str) -> Asked:
    """Return what a graded cell of the course asks for; it is read, never run.

    Raises:
        FileFormatError: it is not one call of ``points`` with the name of an answer file; ``name``
            is the cell's grade id.
    """
    try:
        body = [line for line in ast.parse(source).body if not isinstance(line, (ast.Import, ast.ImportFrom))]
        (line,) = body
        call = line.value
        (path,) = [each.value for each in call.args]
        options = {option.arg: option.value.value for option in call.keywords}
        out_of = options.pop("out_of", _DEFAULT)
        fits = (isinstance(line, ast.Expr) and call.func.id == "points" and not options
                and _is_place(path) and _is_worth(out_of))
    except (SyntaxError, ValueError, AttributeError, TypeError, RecursionError):
        fits = False
    if not fits:
        raise FileFormatError(f"The graded cell {name!r} is not one call like points(\"answers/text-cues.json\", "
                              "out_of=10), so it cannot be graded without running code. Write it like this, or "
                              "grade this assignment in a course of its own.")
    return Asked(path, float(out_of))


def _is_place(path: object) -> bool:
    return (isinstance(path, str) and path.endswith(".json") and "\\" not in path and ":" not in path
            and not path.startswith("/") and ".." not in PurePosixPath(path).parts)


def _is_worth(number: object) -> bool:
    return isinstance(number, (int, float)) and not isinstance(number, bool) and 0 < number <= 10_000


def rebuilt(handed_in: Sequence[Cell], course: Sequence[CourseCell], known: Collection[Cell] = ()) -> list[Cell]:
    """Return a student's cells with those of the course whole and in it once.

    A course cell that was copied stands once, one that was changed is as the course has it, one
    that is missing comes back at the end, if it is graded.  Where students write, their words
    stay; everything else they wrote in text cells is shown as text, except cells that are
    ``known`` from the exercise, word for word.
    """
    by_id = {cell.id: cell for cell in course}
    chosen = {id: _choose([cell for cell in handed_in if cell.id == id], by_id[id]) for id in by_id}
    cells = list(_in_order(handed_in[:_MOST_CELLS], by_id, chosen, frozenset(known)))
    there = {cell.id for cell in cells}
    return cells + [cell for cell in course if cell.points is not None and cell.id not in there]


def _choose(copies: Sequence[Cell], cell: CourseCell) -> Cell | None:
    """Return the copy that counts: the first in which something was written, else the first."""
    return next((copy for copy in copies if _is_answered(copy, cell)), next(iter(copies), None))


def _is_answered(copy: Cell, cell: CourseCell) -> bool:
    """Tell whether a student wrote something in a cell of the course that is meant for it."""
    return cell.solution and copy.source != cell.source and bool(copy.source.strip())


def _in_order(handed_in: Sequence[Cell], by_id: dict[str, CourseCell], chosen: dict[str, Cell | None],
              known: Collection[Cell]) -> Iterator[Cell]:
    placed = set()
    for cell in handed_in:
        if cell.id in by_id and cell is chosen[cell.id] and cell.id not in placed:
            placed.add(cell.id)
            yield _written(cell, by_id[cell.id])
        elif cell.id not in by_id:
            yield _ordinary(cell, known)
        elif _is_answered(cell, by_id[cell.id]):
            yield Cell("markdown", as_text(cell.source))  # words in a copy are not lost


def _written(cell: Cell, ours: CourseCell) -> CourseCell:
    if not _is_answered(cell, ours):
        return ours
    if ours.kind == "code":
        return replace(ours, source=cell.source[:_MOST_LETTERS])
    return replace(ours, source=as_text(cell.source, title="Written in this cell"))


def _ordinary(cell: Cell, known: Collection[Cell]) -> Cell:
    if cell.kind == "code":
        return Cell("code", cell.source[:_MOST_LETTERS])
    plain = Cell(cell.kind, cell.source)
    return plain if plain in known else Cell("markdown", as_text(cell.source))


def as_text(words: str, *, title: str = "") -> str:
    """Return words as Markdown that shows them as they are, whatever they hold: no markup, no link, no formula."""
    if len(words) > _MOST_LETTERS:
        words = words[:_MOST_LETTERS] + f"\n(cut here: {len(words)} letters were handed in)"
    shown = "".join(map(_harmless, _UNSEEN.sub("\ufffd", words)))
    head = "".join(map(_harmless, title))
    head = f"**{head}**\n\n" if head else ""
    # One line, every sign spelled by its number: there is nothing in it for Markdown, HTML or MathJax to read.
    return f'{head}<pre class="kit-words" style="white-space: pre-wrap">{shown}</pre>'


def _harmless(sign: str) -> str:
    return sign if sign.isalnum() or sign == " " else f"&#{ord(sign)};"
