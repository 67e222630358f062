"""The rules: what the words around decide, where a word alone does not.

A rule is a block of lines in ``english/rules.txt``::

    # "May" beside a number or a preposition of time is the month.
    rule may, the month
    for may
    no  in/since/until/last/next _May
    no  _May NUMBER
    because Here "May" is the month.

``for`` names entries of the lexicon, or all of a kind (``for every vague``).  ``no`` says that
the words are no cue when the pattern fits, ``yes`` that they are, and ``yes as hearsay`` that
they are one of another kind.  ``else no`` and ``else yes`` hold when nothing before them fitted.
The first line that fits decides, in the order of the file; where none fits, the entry of the
lexicon stands as it is.  ``because`` is told of what is no cue (without it, it is passed over in
silence), ``means`` of what is one (without it, the entry's own words are).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from kit.errors import FileFormatError
from kit.model.files import read_text
from kit.model.labels import CUES
from kit.reader.lexicon import Entry, english, english_groups
from kit.reader.matching import Context, Words
from kit.reader.patterns import context

_DECISION = re.compile(r"(yes|no|else yes|else no)(?: as ([a-z-]+))?(?:\s+(.*))?$")


@dataclass(frozen=True)
class Line:
    """One ``yes`` or ``no`` of a rule; without a pattern it always holds."""

    rule: str
    cue: bool
    label: str | None
    pattern: Context | None
    why: str = ""


@dataclass(frozen=True)
class Decision:
    """What the words around a cue decided: whether it is one, why, and where it reaches."""

    cue: bool
    rule: str
    why: str
    label: str
    first: int
    stop: int


@dataclass(frozen=True)
class Rule:
    """A block of the file: its name, the cues it is for, its lines, and the number of its first."""

    name: str
    cues: tuple[str, ...]
    lines: tuple[Line, ...]
    number: int


@dataclass(frozen=True)
class Rules:
    """Rules in the order in which they are asked."""

    all: tuple[Rule, ...] = ()

    def lines_for(self, entry: Entry) -> tuple[Line, ...]:
        """Return the lines that decide about an entry, in order."""
        names = {entry.cue, f"every {entry.label}"}
        return tuple(line for rule in self.all if names & set(rule.cues) for line in rule.lines)

    def require(self, entries: Iterable[Entry], name: str) -> None:
        """Raise ``FileFormatError`` if a rule is for a cue that no entry has."""
        known = {entry.cue for entry in entries} | {f"every {label}" for label in CUES.ids}
        for rule in self.all:
            for cue in rule.cues:
                if cue not in known:
                    raise FileFormatError(f"{name} line {rule.number}: rule {rule.name!r} is for {cue!r}, which the "
                                          "lexicon does not have. Write the 'cue' of a line of the lexicon.")


def decide(entry: Entry, lines: Iterable[Line], words: Words, first: int, stop: int) -> Decision:
    """Decide whether words that fit an entry are a cue here.

    ``first`` and ``stop`` are word numbers, ``stop`` exclusive.
    """
    for line in lines:
        where = (first, stop) if line.pattern is None else line.pattern.fit(words, first, stop)
        if where is not None:
            return Decision(line.cue, line.rule, line.why or (entry.why if line.cue else ""),
                            line.label or entry.label, *where)
    return Decision(True, entry.cue, entry.why, entry.label, first, stop)


@cache
def english_rules() -> Rules:
    """Return the kit's own rules."""
    return parse_rules(english("rules.txt"), "rules.txt")


def read_rules(path: str | Path) -> Rules:
    """Read rules of one's own.

    Raises:
        KitError: the file cannot be read, or a line is not as it should be; says which and
            what to write.
    """
    return parse_rules(read_text(path), str(path))


def parse_rules(source: str, name: str) -> Rules:
    """Return the rules that the text of a rules file holds.

    Raises:
        FileFormatError: names the line and the remedy; ``name`` is the file's.
    """
    blocks: list[list[tuple[int, str]]] = []
    for number, line in enumerate(source.split("\n"), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        if line.split()[0] == "rule":
            blocks.append([])
        elif not blocks:
            raise FileFormatError(f"{name} line {number}: {line!r} stands before any rule. "
                                  "Write 'rule' and a name in the line above it.")
        blocks[-1].append((number, line))
    rules = [_rule(block, name) for block in blocks]
    twice = [rule for number, rule in enumerate(rules) if rule.name in {other.name for other in rules[:number]}]
    if twice:
        raise FileFormatError(f"{name} line {twice[0].number}: a rule {twice[0].name!r} stands above already. "
                              "Give this one another name.")
    return Rules(tuple(rules))


def _rule(block: list[tuple[int, str]], name: str) -> Rule:
    number, title, cues, why = block[0][0], block[0][1][4:].strip(), (), {"because": "", "means": ""}
    lines: list[Line] = []
    for place, line in block[1:]:
        keyword, rest = (*line.split(None, 1), "")[:2]
        if keyword == "for":
            cues = tuple(cue.strip().lower() for cue in rest.split(",") if cue.strip())
        elif keyword in why:
            why[keyword] = rest.strip()
        else:
            lines.append(_line(title, line, f"{name} line {place}"))
    if not (title and cues and lines):
        missing = "name behind 'rule'" if not title else "line 'for ...'" if not cues else "line with yes or no"
        raise FileFormatError(f"{name} line {number}: this rule has no {missing}. Add it.")
    told = tuple(replace(line, why=why["means" if line.cue else "because"]) for line in lines)
    return Rule(title, cues, told, number)


def _line(rule: str, line: str, where: str) -> Line:
    found = _DECISION.match(line)
    always = bool(found) and found[1].startswith("else")
    if not found or always == bool(found[3]):
        raise FileFormatError(f"{where}: {line!r} is no line of a rule. Write 'for', 'because', 'means', 'yes' or 'no' "
                              "with a pattern, or 'else no'.")
    if found[2] and found[2] not in CUES.ids:
        raise FileFormatError(f"{where}: there is no kind {found[2]!r}. Choose one of {', '.join(CUES.ids)}.")
    try:
        pattern = None if always else context(found[3], english_groups())
    except ValueError as error:
        raise FileFormatError(f"{where}: the pattern {found[3]!r} {error}.") from None
    return Line(rule, found[1].endswith("yes"), found[2], pattern)
