"""Profiles: which cues the machine reader looks for, and with whose lexicon and rules."""

from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from kit.errors import KitError
from kit.model.labels import CUES
from kit.reader.lexicon import LEVELS, Entry, english_lexicon, read_lexicon
from kit.reader.matching import Phrase
from kit.reader.rules import Line, Rules, english_rules, read_rules


@dataclass(frozen=True)
class Profile:
    """What to look for.  Read-only; every change gives a new one.

    ``level`` is core, possibility or wide; ``labels`` are the kinds that are switched on.
    ``lexicon`` and ``rules`` are one's own; ``None`` stands for the kit's.
    """

    level: str = "core"
    labels: frozenset[str] = frozenset(CUES.ids)
    lexicon: tuple[Entry, ...] | None = field(default=None, repr=False)
    rules: Rules | None = field(default=None, repr=False)

    def only(self, *labels: str) -> "Profile":
        """Return a profile that looks for these kinds alone."""
        return replace(self, labels=frozenset(map(_known, labels)))

    def without(self, *labels: str) -> "Profile":
        """Return a profile that does not look for these kinds."""
        return replace(self, labels=self.labels - frozenset(map(_known, labels)))

    def extended(self, *, lexicon: str | Path | None = None, rules: str | Path | None = None) -> "Profile":
        """Return a profile with the lines of one's own files before the kit's.

        An entry with the name of one of the kit's takes its place; own rules are asked first.

        Raises:
            KitError: a file cannot be used; says which line and what to write.
        """
        own = () if lexicon is None else read_lexicon(lexicon)
        first = Rules() if rules is None else read_rules(rules)
        names = {entry.cue for entry in own}
        entries = (*own, *(entry for entry in self.entries if entry.cue not in names))
        first.require(entries, str(rules))
        return replace(self, lexicon=entries, rules=Rules((*first.all, *self.all_rules.all)))

    def replaced(self, *, lexicon: str | Path | None = None, rules: str | Path | None = None) -> "Profile":
        """Return a profile with one's own files in place of the kit's.

        Raises:
            KitError: a file cannot be used; says which line and what to write.
        """
        entries = self.entries if lexicon is None else read_lexicon(lexicon)
        own = self.all_rules if rules is None else read_rules(rules)
        if rules is not None:
            own.require(entries, str(rules))
        return replace(self, lexicon=entries, rules=own)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All entries, whatever their level and kind."""
        return english_lexicon() if self.lexicon is None else self.lexicon

    @property
    def all_rules(self) -> Rules:
        """All rules, in the order in which they are asked."""
        return english_rules() if self.rules is None else self.rules

    @cached_property
    def index(self) -> dict[str, list[tuple[Entry, Phrase, tuple[Line, ...]]]]:
        """For every word that a cue can begin with: the entries, their patterns and their rules."""
        found: dict[str, list[tuple[Entry, Phrase, tuple[Line, ...]]]] = {}
        for entry in self.entries:
            if LEVELS.index(entry.level) > LEVELS.index(self.level):
                continue
            lines = self.all_rules.lines_for(entry)
            for pattern in entry.phrases:
                for word in pattern.first:
                    found.setdefault(word, []).append((entry, pattern, lines))
        return found


def _known(label: str) -> str:
    if label not in CUES:
        raise KitError(f"There is no kind of cue {label!r}. Choose one of {', '.join(CUES.ids)}.")
    return label


CORE = Profile()
POSSIBILITY = Profile("possibility")
WIDE = Profile("wide")
PROFILES = {"core": CORE, "possibility": POSSIBILITY, "wide": WIDE}
