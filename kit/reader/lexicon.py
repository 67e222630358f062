"""The lexicon: which words can be cues, of which kind, and what a student is told about them."""

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

from kit.errors import FileFormatError
from kit.model.files import read_text
from kit.model.labels import CUES
from kit.reader.matching import Phrase
from kit.reader.patterns import phrase

FORMAT = "kit/lexicon/1"
_NEXT = re.compile(r"[\s,]*")
LEVELS = ("core", "possibility", "wide")
_FIELDS = ("cue", "forms", "label", "why", "example", "level")
_REMEDY = ('Write it like this, in one line: {"cue": "perhaps", "label": "likelihood", '
           '"why": "\\"Perhaps\\" leaves it open.", "example": "Perhaps it rains."}')


@dataclass(frozen=True)
class Entry:
    """One line of the lexicon.

    ``cue`` is its name; ``phrases`` are the patterns of its forms.  ``label`` is the kind;
    ``why`` is told to students.  ``level`` is the first profile that looks for it: core,
    possibility or wide.
    """

    cue: str
    label: str
    why: str
    example: str
    level: str
    phrases: tuple[Phrase, ...]


@cache
def english_groups() -> dict[str, frozenset[str]]:
    """Return the groups of words that patterns may name, from ``english/groups.txt``."""
    return parse_groups(english("groups.txt"), "groups.txt")


@cache
def english_lexicon() -> tuple[Entry, ...]:
    """Return the kit's own lexicon."""
    return parse_lexicon(english("lexicon.json"), "lexicon.json")


def read_lexicon(path: str | Path) -> tuple[Entry, ...]:
    """Read a lexicon of one's own.

    Raises:
        KitError: it cannot be read, or a line of it is not as it should be; says which line
            and what to write.
    """
    return parse_lexicon(read_text(path), str(path))


def parse_lexicon(source: str, name: str) -> tuple[Entry, ...]:
    """Return the entries that the text of a lexicon file holds.

    Raises:
        FileFormatError: names the line and the remedy; ``name`` is the file's.
    """
    try:
        data = json.loads(source)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        reason = getattr(error, "msg", "nested too deep, or a number too long")
        raise FileFormatError(f"{name} line {line}: not JSON ({reason}). "
                              "Look for a missing comma or quotation mark there or in the line before.") from None
    if not isinstance(data, dict) or data.get("format") != FORMAT or not isinstance(data.get("entries"), list):
        raise FileFormatError(f'{name} line 1: not a lexicon. It begins {{"format": "{FORMAT}", "entries": [ '
                              "and then has one entry in each line.")
    entries: dict[str, Entry] = {}
    for number, fields in enumerate(data["entries"], 1):
        try:
            entry = _entry(fields)
            if entry.cue in entries:
                raise ValueError("stands here twice; take one of the two lines away")
        except ValueError as error:
            cue = fields.get("cue") if isinstance(fields, dict) else None
            raise FileFormatError(f"{name} line {_line_of(source, number)}: entry {number} "
                                  f"{'' if cue is None else f'({cue!r}) '}{error}.") from None
        entries[entry.cue] = entry
    return tuple(entries.values())


def parse_groups(source: str, name: str) -> dict[str, frozenset[str]]:
    """Return the groups of a groups file: ``NAME = words``; a line that begins with a space goes on.

    Raises:
        FileFormatError: names the line and the remedy.
    """
    groups: dict[str, set[str]] = {}
    current = None
    for number, line in enumerate(source.split("\n"), 1):
        if not line.strip() or line.startswith("#"):
            continue
        head, equals, words = line.partition("=")
        if equals and not line.startswith(" "):
            current, line = head.strip(), words
            groups[current] = set()
        elif current is None or not line.startswith(" "):
            raise FileFormatError(f"{name} line {number}: {line.strip()!r} belongs to no group. Write 'NAME = words'.")
        for word in line.split():
            groups[current] |= groups[word] if word in groups else {word.lower()}
    return {group: frozenset(words) for group, words in groups.items()}


def english(name: str) -> str:
    """Return the content of one of the files that the kit's reader is made of."""
    return resources.files("kit.reader").joinpath("english", name).read_text("utf-8")


def _entry(fields: object) -> Entry:
    if not isinstance(fields, dict) or not all(isinstance(value, str) for value in fields.values()):
        raise ValueError(f"is not a line of words. {_REMEDY}")
    unknown = [field for field in fields if field not in _FIELDS]
    missing = [field for field in ("cue", "label", "why", "example") if not fields.get(field, "").strip()]
    if unknown or missing:
        raise ValueError(f"has an unknown field {unknown[0]!r}; there are {', '.join(_FIELDS)}" if unknown
                         else f"has no {missing[0]!r}. {_REMEDY}")
    label, level = fields["label"], fields.get("level", "core")
    if label not in CUES.ids:
        raise ValueError(f"has the label {label!r}; choose one of {', '.join(CUES.ids)}")
    if level not in LEVELS:
        raise ValueError(f"has the level {level!r}; choose one of {', '.join(LEVELS)}")
    forms = fields.get("forms", fields["cue"]).split(", ")
    return Entry(fields["cue"].lower().replace("’", "'"), label, fields["why"], fields["example"], level,
                 tuple(phrase(form, english_groups()) for form in forms))


def _line_of(source: str, number: int) -> int:
    """Return the line that an entry begins in; entries are numbered from 1."""
    found = source.find('"entries"')
    if found < 0:  # written with an escape
        return 1
    decoder, place = json.JSONDecoder(), source.index("[", found) + 1
    for left in range(number, 0, -1):
        place = _NEXT.match(source, place).end()
        if left > 1:
            place = decoder.raw_decode(source, place)[1]
    return source.count("\n", 0, place) + 1
