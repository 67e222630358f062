"""Fields of a JSON file that nobody vouches for: size, depth and every type are checked."""

import json
import math
import re
from collections.abc import Callable
from itertools import chain

from kit.errors import FileFormatError

MOST_DEPTH = 50  # levels in one file; one of the kit's own has five
_NESTED = frozenset([dict, list])
_KINDS = {str: "text", int: "a whole number", list: "a list", dict: "an object"}


class NoFields(FileFormatError):
    """A file in which there is nothing to look at: no JSON, nested too deeply, or of another format."""


def read_fields(name: str, text: str, format: str) -> dict:
    """Return the fields of a file's content that says it has this format.

    Raises:
        NoFields: it is no JSON, nested too deeply, or of another format.
    """
    try:
        fields = _decoded(text)
    except RecursionError:
        raise NoFields(f"{name}: nested too deeply. This file was not made by the kit.") from None
    except ValueError as problem:
        raise NoFields(f"{name}: {_damage(text, problem)}. "
                       "Choose a file that was saved with Save as, or an older copy of it.") from None
    found = fields.get("format") if isinstance(fields, dict) else None
    if found != format:
        raise NoFields(f"{name}: format is {short(found)}, expected {format!r}.{_remedy(found, format)}")
    return fields


def _damage(text: str, problem: ValueError) -> str:
    """Say what is the matter with text that is no JSON, in words for whoever handed it in."""
    if not text.strip():
        return "the file is empty"
    if not isinstance(problem, json.JSONDecodeError):
        return f"the file was changed after it was saved: {problem}"
    if text.lstrip()[0] not in "{[":
        return "this is not a file that the kit saved"
    end = problem.msg.startswith("Unterminated") or not text[problem.pos:].strip()
    return f"the file is {'cut off' if end else 'damaged'} in line {problem.lineno}"


def _decoded(text: str) -> object:
    """Return what a text holds as JSON, read without a look at each field and number where that changes nothing."""
    try:
        fields = _QUICK.decode(text)
        # Each field has a colon: if there are no others, none stands twice and was overwritten.
        # And a number that is too large needs many digits.
        digits = text.encode("utf-8", "replace").translate(_DIGITS)
        if _fields_in(fields) == text.count(":") and _TOO_MANY not in digits:
            return fields
    except ValueError:
        pass  # told below, and in better words
    fields = _CAREFUL.decode(text)
    _fields_in(fields)
    return fields


def _fields_in(fields: object) -> int:
    """Return the number of fields, those inside others too.

    Raises:
        RecursionError: it could be read, but, as an unknown field, not be written back.
    """
    level = [fields] if isinstance(fields, (dict, list)) else []
    count = 0
    for _ in range(MOST_DEPTH - 1):
        count += sum([len(value) for value in level if type(value) is dict])
        inside = [value.values() if type(value) is dict else value for value in level]
        if _NESTED.isdisjoint(map(type, chain.from_iterable(inside))):
            return count
        level = [child for values in inside for child in values if type(child) in _NESTED]
    if any(level):
        raise RecursionError
    return count


def _remedy(found: object, format: str) -> str:
    if isinstance(found, str) and found.rpartition("/")[0] == format.rpartition("/")[0]:
        return " It comes from another version of the kit: update the kit."
    return " Choose another file."


def _no_doubles(pairs: list[tuple[str, object]]) -> dict:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise ValueError("the same field stands twice in one place")
    return fields


def _no_constant(word: str):
    raise ValueError(f"{word} is not a number")


def _small_int(digits: str) -> int:
    if len(digits) > 18 and len(digits.lstrip("-")) > 18:
        raise ValueError(f"the number {digits[:12]}... is too large")
    return int(digits)


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(f"the number {digits[:12]} is too large")
    return number


_DIGITS = bytes.maketrans(b"123456789", b"000000000")
_TOO_MANY = b"0" * 19
# Made once: json.loads would make one for every file.
_QUICK = json.JSONDecoder(parse_constant=_no_constant, parse_float=_finite)
_CAREFUL = json.JSONDecoder(object_pairs_hook=_no_doubles, parse_constant=_no_constant, parse_int=_small_int,
                            parse_float=_finite)


def checked(name: str, fields: dict, build: Callable[[dict], object]):
    """Return what ``build`` makes of the fields; whatever is the matter with them is told with the file's name."""
    try:
        return build(fields)
    except FileFormatError as problem:
        raise FileFormatError(f"{name}: {problem}") from None
    except ValueError as problem:
        raise FileFormatError(f"{name}: {problem}. Open an older copy of it.") from None


def take(fields: dict, name: str, kind: type | tuple[type, ...], default: object = ...):
    """Return a field of one of these kinds; ``default``, if it is missing and one is given."""
    if name not in fields and default is not ...:
        return default
    value = fields.get(name)
    if type(value) is kind:  # nearly always; the rest tells what is the matter
        return value
    wrong_bool = isinstance(value, bool) and bool not in (kind if isinstance(kind, tuple) else (kind,))
    if not isinstance(value, kind) or wrong_bool:
        words = "missing" if name not in fields else f"{short(value)}"
        raise FileFormatError(f"field {name!r} is {words}, expected {_KINDS[kind]}. Open an older copy of it.")
    return value


def short(value: object) -> str:
    """Return a value as a message shows it."""
    shown = repr(value)
    return shown if len(shown) <= 60 else shown[:57] + "..."


def word(fields: dict, name: str, allowed: re.Pattern) -> str:
    """Return a field that is one word of letters, digits and hyphens."""
    value = take(fields, name, str)
    if not allowed.fullmatch(value):
        raise FileFormatError(f"field {name!r} is {short(value)}; only letters, digits and hyphens may stand there.")
    return value


def rest(fields: dict, known: frozenset[str]) -> dict:
    """Return the fields that are not among the known ones."""
    return {} if known.issuperset(fields) else {name: value for name, value in fields.items() if name not in known}
