"""The cues of one sentence: words of the lexicon, decided by the rules."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kit.model.spans import Extent, LookAlike, Span
from kit.reader.matching import Words
from kit.reader.profiles import Profile
from kit.reader.rules import Decision, decide


@dataclass(frozen=True, slots=True)
class Cue:
    """What the machine reader found in one place.

    ``span`` is all that may be marked, with its label and, as note, the reason; ``core`` the
    part that must be.  ``rule`` is the rule of the rules file that decided, or the entry
    itself if none did; ``entry`` is the line of the lexicon.
    """

    span: Span
    core: Extent
    rule: str
    entry: str

    @property
    def label(self) -> str:
        """The kind."""
        return self.span.label

    @property
    def reason(self) -> str:
        """The rule that fired and what it means, in a student's words."""
        return self.span.note


@dataclass(frozen=True, slots=True)
class _Candidate:
    first: int
    stop: int
    core: tuple[int, int]
    entry: str
    decision: Decision


def cues_in(words: Words, tokens: Sequence[tuple[int, int]], profile: Profile) -> tuple[list[Cue], list[LookAlike]]:
    """Return the cues of a sentence and the words that look like one, in reading order.

    ``tokens`` are where the words start and end, in characters.  Cues never overlap.
    """
    candidates = _candidates(words, profile)
    taken: set[int] = set()
    cues = _apart((one for one in candidates if one.decision.cue and one.decision.label in profile.labels), taken)
    others = _apart((one for one in candidates if not one.decision.cue and one.decision.why), taken)
    return [_cue(found, tokens) for found in cues], [_look_alike(found, tokens) for found in others]


def _candidates(words: Words, profile: Profile) -> list[_Candidate]:
    index, found = profile.index, []
    for place, word in enumerate(words.low):
        for entry, pattern, lines in index.get(word, ()):
            where = pattern.fit(words, place)
            if where is None:
                continue
            decision = decide(entry, lines, words, *where[:2])
            found.append(_Candidate(decision.first, decision.stop, where[2:], entry.cue, decision))
    return found


def _apart(candidates: Iterable[_Candidate], taken: set[int]) -> list[_Candidate]:
    """Return candidates that do not overlap: of two that do, the longer; of equal ones, the first.

    ``taken`` are the numbers of words that are not free any more; it grows.
    """
    kept: list[_Candidate] = []
    for found in sorted(candidates, key=lambda found: (found.first - found.stop, found.first)):
        words = range(found.first, found.stop)
        if taken.isdisjoint(words):
            taken.update(words)
            kept.append(found)
    return sorted(kept, key=lambda found: found.first)


def _cue(found: _Candidate, tokens: Sequence[tuple[int, int]]) -> Cue:
    start, end = tokens[found.first][0], tokens[found.stop - 1][1]
    core = Extent(tokens[found.core[0]][0], tokens[found.core[1] - 1][1])
    return Cue(Span(start, end, found.decision.label, _reason(found.decision)), core, found.decision.rule, found.entry)


def _look_alike(found: _Candidate, tokens: Sequence[tuple[int, int]]) -> LookAlike:
    return LookAlike(tokens[found.core[0]][0], tokens[found.core[1] - 1][1], _reason(found.decision))


def _reason(decision: Decision) -> str:
    return f"{decision.rule}: {decision.why}"
