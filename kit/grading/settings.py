"""What a course's nbgrader_config.py sets, read without running it.

The file is a program, and a wrong one can do anything.  So it is parsed and never executed: what
stands there as a plain value is known, the rest is named as not known.
"""

import ast
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kit.errors import KitError
from kit.model.files import read_text

CONFIG = "nbgrader_config.py"

# Settings by what they decide.
STEPS = ("Autograde.autograde_preprocessors", "Autograde.preprocessors")
READING = ("Autograde.exporter_class",)
FEEDBACK = ("GenerateFeedback.exporter_class",)
COLLECTED = ("FileNameCollectorPlugin.valid_ext",)
ROOTS = ("Exchange.root", "ExchangeReleaseAssignment.root", "ExchangeReleaseFeedback.root")

# Functions on paths that a configuration may use, by the last part of their name.
_PATHS = {"join": os.path.join, "dirname": os.path.dirname, "abspath": os.path.abspath, "realpath": os.path.abspath,
          "Path": str, "str": str}


@dataclass(frozen=True)
class Settings:
    """The settings of a course.

    ``values`` maps names such as ``CourseDirectory.course_id`` to plain values, ``lines`` every
    set name to its line, ``unknown`` are those set by a calculation.  ``ours`` is True if the file
    hands its configuration to a function of the kit.  ``problem`` says why it could not be read.
    """

    values: Mapping[str, object] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    ours: bool = False
    problem: str = ""

    def get(self, *names: str) -> object:
        """Return the first of these that is set to a plain value; None if none is."""
        return next((self.values[name] for name in names if name in self.values), None)

    def strings(self, *names: str) -> list[str] | None:
        """Return the strings in a setting that is a list, as far as they are known; None if it is not set."""
        found = self.get(*names)
        return [one for one in found if isinstance(one, str)] if isinstance(found, (list, tuple)) else None

    def known(self, *names: str) -> bool:
        """Tell whether it can be known what these are: nothing calculates them."""
        return not self.problem and not self.ours and not set(names) & set(self.unknown)


def read_settings(course: Path) -> Settings:
    """Return what the course's configuration sets; empty if it has none."""
    path = course / CONFIG
    if not path.exists() and not path.is_symlink():
        return Settings(problem="there is none")
    try:
        tree = ast.parse(read_text(path))
    except KitError as problem:
        return Settings(problem=str(problem).removeprefix(f"{path}: "))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as problem:
        line = getattr(problem, "lineno", None)
        return Settings(problem=f"it is not Python{f', see line {line}' if line else ''}")
    return _gathered(tree, path)


def _gathered(tree: ast.Module, path: Path) -> Settings:
    names = {"__file__": os.path.abspath(path)}
    values: dict[str, object] = {}
    lines: dict[str, int] = {}
    unknown: set[str] = set()
    for node in _in_order(tree):
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            names[node.targets[0].id] = _worked_out(node.value, names)
        for name, value in _set_by(node):
            if name in lines and _only_if_not_set(node):
                continue
            lines[name] = node.lineno
            values[name] = _worked_out(value, names)
            unknown.discard(name)
            if values[name] is None:
                unknown.add(name)
    return Settings({name: value for name, value in values.items() if value is not None}, lines,
                    tuple(sorted(unknown)), _hands_over(tree))


def _worked_out(node: ast.expr, names: Mapping[str, object]) -> object:
    """Return what a plain value or a path beside this file is; None if that cannot be known.

    Of a list, the parts that are known.
    """
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, (ast.List, ast.Tuple)):
        return [part for part in (_worked_out(one, names) for one in node.elts) if part is not None]
    if isinstance(node, ast.Name):
        return names.get(node.id)
    if isinstance(node, ast.Call) and not node.keywords:
        parts = [_worked_out(one, names) for one in node.args]
        known = parts and all(isinstance(part, str) for part in parts) and _last(node.func) in _PATHS
        return _PATHS[_last(node.func)](*parts) if known and (len(parts) == 1 or _last(node.func) == "join") else None
    if isinstance(node, ast.Attribute) and node.attr == "parent":
        inner = _worked_out(node.value, names)
        return os.path.dirname(inner) if isinstance(inner, str) else None
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        left, right = _worked_out(node.left, names), _worked_out(node.right, names)
        return os.path.join(left, right) if isinstance(left, str) and isinstance(right, str) else None
    return None


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _in_order(tree: ast.Module) -> list[ast.AST]:
    """Return the parts of the file as they stand in it, at any depth.

    A setting inside an ``if`` may hold, so it counts as if it stood at the margin; of two settings
    the later one counts.
    """
    return sorted((node for node in ast.walk(tree) if hasattr(node, "lineno")),
                  key=lambda node: (node.lineno, node.col_offset))


def _set_by(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """Yield what a statement or a call sets on ``c``, or for the kit."""
    if isinstance(node, ast.Assign):
        yield from ((_name(target), node.value) for target in node.targets if _name(target))
    elif isinstance(node, ast.AugAssign) and _name(node.target):
        yield _name(node.target), node.target  # what it adds to is not known
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        name, last = _name(node.func.value), node.func.attr
        if name == "KIT_KEYS" or (name and last in ("append", "extend", "insert", "update", "prepend")):
            yield name, node.func
        elif last in ("setdefault", "putenv") and len(node.args) == 2 and _constant(node.args[0]) == "KIT_KEYS":
            yield "KIT_KEYS", node.args[1]


def _only_if_not_set(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and _last(node.func) == "setdefault"


def _name(node: ast.expr) -> str:
    """Return ``Class.setting`` for ``c.Class.setting``, ``KIT_KEYS`` for that environment variable, else nothing."""
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Attribute) and node.value.attr == "environ":
        return "KIT_KEYS" if _constant(node.slice) == "KIT_KEYS" else ""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute) \
            and isinstance(node.value.value, ast.Name) and node.value.value.id == "c":
        return f"{node.value.attr}.{node.attr}"
    return ""


def _constant(node: ast.expr) -> object:
    return node.value if isinstance(node, ast.Constant) else None


def _hands_over(tree: ast.Module) -> bool:
    """Tell whether ``c`` goes to a function imported from ``kit.grading``."""
    from_kit = {alias.asname or alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)
                and (node.module or "").startswith("kit.grading") for alias in node.names}
    return any(isinstance(node, ast.Call) and _root(node.func) in from_kit
               and any(isinstance(arg, ast.Name) and arg.id == "c" for arg in node.args) for node in ast.walk(tree))


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
