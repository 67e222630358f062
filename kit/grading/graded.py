"""The cells of an exercise as nbgrader will take them, and what is the matter with them."""

import ast
from collections.abc import Iterator

from kit.errors import FileFormatError
from kit.grading.cells import Asked, Cell, asked_in
from kit.grading.leaks import Known, hidden_tests
from kit.grading.traps import Finding, leak, loss, miscount, note

_MAKE = "Hand out the exercise of the kit again, or write the cell anew: points(\"answers/NAME.json\", out_of=10)."


def is_test(cell: Cell) -> bool:
    """Tell whether nbgrader grades a cell by itself: a graded one in which nobody writes."""
    return cell.known.get("grade") is True and not cell.known.get("solution") and not cell.known.get("task")


def calls(cell: Cell, name: str) -> list[ast.Call]:
    """Return the calls of a function in the code of a cell; none if it is not Python, or not code."""
    try:
        tree = ast.parse(cell.source) if cell.kind == "code" else ast.Module(body=[], type_ignores=[])
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _called(node) == name]


def _called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


def asked(cell: Cell) -> Asked | None:
    """Return what a graded cell asks for; None if it is anything but one call of ``points`` with plain values."""
    try:
        return asked_in(cell.source, name="")
    except FileFormatError:
        return None


def answer_files(cells: list[Cell]) -> list[str]:
    """Return the answer files that graded cells name, in their order."""
    return [call.path for cell in cells if is_test(cell) for call in [asked(cell)] if call]


def about_cells(where: str, cells: list[Cell], known: Known) -> Iterator[Finding]:
    """Find what is the matter with the cells of the exercise ``where``."""
    scoring = [cell for cell in cells if calls(cell, "points")]
    if not scoring:
        yield miscount(where, "no cell calls points(...), so nobody gets any", _MAKE)
    for cell in scoring:
        yield from _about_scoring(f"{where} cell {cell.number}", cell)
    yield from _about_others(where, cells, scoring)
    yield from _about_ids(where, cells)
    yield from _about_checks(where, cells, scoring)
    yield from _about_hidden(where, cells, known)
    shown = [cell.number for cell in cells if cell.shown]
    if shown:
        yield note(where, f"outputs are stored in {_cells(shown)}: every student gets them",
                   "Clear all outputs, and save.")


def _about_scoring(where: str, cell: Cell) -> Iterator[Finding]:
    call = asked(cell)
    if call is None:
        yield miscount(where, "the graded cell is more, or something else, than one call of points(...) with plain "
                       "values, and no code of an exercise is run to find out", _MAKE)
    if not is_test(cell):
        yield miscount(where, "the cell with points(...) is not a test cell for nbgrader: it is graded by hand, or not "
                       "at all", "In Create Assignment, choose Autograder tests for it.")
        return
    if cell.known.get("locked") is not True:
        yield miscount(where, "the graded cell is not locked, so a student's own version of it counts",
                       "In Create Assignment, choose Autograder tests for it again: that locks it.")
    points = cell.known.get("points")
    if isinstance(points, bool) or not isinstance(points, (int, float)) or not points > 0:
        yield miscount(where, f"nbgrader has {points!r} as the points of this cell",
                       "Write the same number as in out_of.")
    elif call and call.out_of != points:
        yield miscount(where, f"the cell gives up to {call.out_of:g} points, and nbgrader expects {points:g}: more "
                       "stops the grading, fewer can never be full", "Make both numbers the same.")


def _about_others(where: str, cells: list[Cell], scoring: list[Cell]) -> Iterator[Finding]:
    for cell in cells:
        if is_test(cell) and cell not in scoring:
            yield miscount(f"{where} cell {cell.number}", "it is graded by running it, and no code of students is run",
                           "Make it a manually graded cell, or take it out.")
    files = answer_files(cells)
    for path in sorted({one for one in files if files.count(one) > 1}):
        yield miscount(where, f"{files.count(path)} graded cells grade {path}: it counts {files.count(path)} times",
                       "Keep one of them.")


def _about_ids(where: str, cells: list[Cell]) -> Iterator[Finding]:
    seen: dict[str, int] = {}
    for cell in cells:
        if not any(cell.known.get(name) for name in ("grade", "solution", "locked", "task")):
            continue
        name = cell.known.get("grade_id")
        if not isinstance(name, str) or not name:
            yield miscount(f"{where} cell {cell.number}", "nbgrader's cell has no id, so its points belong to nothing",
                           "Give it one in Create Assignment.")
        elif name in seen:
            yield miscount(f"{where} cell {cell.number}", f"the id {name!r} is also that of cell {seen[name]}: "
                           "nbgrader stops at it", "Give each cell an id of its own in Create Assignment.")
        else:
            seen[name] = cell.number


def _about_checks(where: str, cells: list[Cell], scoring: list[Cell]) -> Iterator[Finding]:
    named = {}
    for cell in cells:
        for call in calls(cell, "check"):
            if call.args and isinstance(call.args[0], ast.Constant):
                named[str(call.args[0].value)] = cell.number
    graded = [call.path for cell in scoring for call in [asked(cell)] if call]
    if not named:
        path = (graded or ["answers/NAME.json"])[0]
        yield note(where, "no cell calls check(...): a student cannot see that the work is saved, and a notebook "
                   "handed in alone holds no answer", f"Write a cell before the graded one: check({path!r}).")
    for path, number in named.items():
        if graded and path not in graded:
            yield loss(f"{where} cell {number}", f"check(...) looks at {path}, and points(...) at {graded[0]}: a "
                       "student is told that the work is there, and it is not what is graded",
                       "Write the same file into both.")


def _about_hidden(where: str, cells: list[Cell], known: Known) -> Iterator[Finding]:
    for cell in cells:
        found = hidden_tests(cell.source, known)
        place = f"{where} cell {cell.number}"
        if found == "no key":
            yield note(place, "there are hidden tests: nbgrader prints them in the feedback",
                       "Write no answer into them.")
        elif found:
            yield leak(place, f"the hidden tests hold {found}: nbgrader prints them in the feedback of every student",
                       "Take them out. points(...) needs none: the key stays in the folder keys.")


def _cells(numbers: list[int]) -> str:
    shown = ", ".join(map(str, numbers[:6])) + (" and more" if len(numbers) > 6 else "")
    return f"cell{'s' if len(numbers) > 1 else ''} {shown}"
