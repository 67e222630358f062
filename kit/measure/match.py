"""The outcome of every mark and every cue: found, loose, missed, extra or free."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from operator import attrgetter, itemgetter

from kit.measure.pairing import pair
from kit.measure.places import NOT_ASKED, LaidKey, Place, Spot
from kit.model.annotations import AnnotationSet, AnswerKey, alike, as_key
from kit.model.article import Article
from kit.model.spans import Extent, KeySpan, LookAlike, Span

_BY_PLACE = attrgetter("start", "end", "label", "note")
_PLACE, _CANDIDATES = (itemgetter(Spot._fields.index(name)) for name in ("place", "candidates"))
_KINDS = ("found", "loose", "missed", "extra", "free")


@dataclass(frozen=True)
class Outcome:
    """What became of one mark, of one cue, or of a pair of them.

    ``kind`` is found or loose (a pair), missed (a core cue alone), extra (a mark alone) or
    free (counts nothing: a mark with the cue it lies at, or an open cue without a mark).
    ``right_label`` is None where there is no pair.  ``detail`` says more about the place:

    - found, loose: "two cues" where the mark lies over more than one core cue, "label" where
      a sentence, of which only the label is asked, has another one;
    - missed: "two cues" under a mark that is paired elsewhere, "too wide" under one that is
      paired with nothing;
    - extra: "too wide", "second mark" (the cue has a mark already), "beside" (touches the
      allowed words of a cue, not its core);
    - free: "inside" (a core cue), "open" (an accepted or contested cue).
    """

    kind: str
    mark: Span | None = None
    cue: KeySpan | None = None
    right_label: bool | None = None
    detail: str = ""
    look_alike: LookAlike | None = None

    @property
    def place(self) -> Extent:
        """The stretch that mark and cue cover together, with the cue's max."""
        parts = [part for part in (self.mark, self.cue) if part is not None]
        return Extent(min(part.start for part in parts), max(part.end for part in parts))


def match(article: Article, answer: AnnotationSet, key: AnswerKey) -> tuple[Outcome, ...]:
    """Return the outcomes of an answer, in reading order; empty if nothing was marked or asked.

    Both sides are read in the coarser of their schemes, and a classmate's set stands as a key
    (``as_key``).  White space at the ends of a span never counts.  Marks and core cues are
    paired one to one, label ignored: most pairs, then most found, then fewest extra, then
    fewest right labels, then the earlier marks and cues, each with its like.

    Raises:
        WrongArticleError: answer or key was made on another text.
        KitError: neither scheme reads as the other.
    """
    answer.require(article)
    key.require(article)
    answer, key = alike(answer, as_key(key))
    outcomes = _Board(LaidKey(article, key), answer.spans).outcomes()
    return tuple(sorted(outcomes, key=_reading_order))


def _reading_order(outcome: Outcome) -> tuple:
    place, mark = outcome.place, outcome.mark
    return place.start, place.end, _KINDS.index(outcome.kind), (mark.start, mark.end, mark.label) if mark else ()


def outcomes_by(laid: LaidKey, marks: Sequence[Span]) -> list[Outcome]:
    """Return what ``match`` returns, in no order; the marks have labels of the key's scheme."""
    return _Board(laid, marks).outcomes()


def tally(laid: LaidKey, marks: Sequence[Span]) -> tuple[int, int, int, int, int]:
    """Return how many outcomes are found, loose, missed and extra, and how many labels are right.

    The counts of what ``match`` returns, without the outcomes.  The marks have labels of the key's scheme.
    """
    return _Board(laid, marks).counts()


class _Board:
    """Marks and cues of one article beside each other; both are told by their numbers."""

    def __init__(self, laid: LaidKey, marks: Iterable[Span]) -> None:
        self.laid = laid
        self.marks = sorted(marks, key=_BY_PLACE)
        self.spots = [laid.spot(mark.start, mark.end) for mark in self.marks]
        if len({*map(_PLACE, self.spots)}) < len(self.spots):
            self._drop_doubles()

    def outcomes(self) -> list[Outcome]:
        mark_of = self._pairs()
        cue_of = {mark: cue for cue, mark in mark_of.items()}
        free = {mark: self._free(mark) for mark in range(len(self.marks)) if mark not in cue_of}
        taken = {outcome.cue for outcome in free.values() if outcome}
        untouched = [item for item in self.laid.open if item not in taken and item.label != NOT_ASKED]
        return [*(self._paired(cue, mark) for cue, mark in mark_of.items()),
                *self._missed(cue_of, mark_of),
                *(outcome or self._extra(mark) for mark, outcome in free.items()),
                *(Outcome("free", cue=item, detail="open") for item in untouched)]

    def counts(self) -> tuple[int, int, int, int, int]:
        mark_of, labels, marks, spots = self._pairs(), self.laid.labels, self.marks, self.spots
        found = sum([cue in spots[mark].fitting for cue, mark in mark_of.items()])
        right = sum([marks[mark].label in labels[cue] for cue, mark in mark_of.items()])
        alone = set(range(len(self.marks))).difference(mark_of.values())
        extra = len([mark for mark in alone if not self._is_free(mark)])
        return found, len(mark_of) - found, len(self.laid.cues) - len(mark_of), extra, right

    def _drop_doubles(self) -> None:
        """Keep the first of the marks that have one place, white space aside, and one label."""
        first: dict[tuple[Place, str], tuple[Span, Spot]] = {}
        for mark, spot in zip(self.marks, self.spots):
            first.setdefault((spot.place, mark.label), (mark, spot))
        self.marks, self.spots = [mark for mark, _ in first.values()], [spot for _, spot in first.values()]

    @cached_property
    def _crowded(self) -> list[bool]:
        return _overlapping([spot.place for spot in self.spots])

    def _is_free(self, mark: int) -> bool:
        """Tell whether a mark costs nothing if it stays unpaired; it is extra then, if not."""
        spot = self.spots[mark]
        return spot.at_open is not None or spot.inside is not None and not self._crowded[mark]

    def _free(self, mark: int) -> Outcome | None:
        spot, laid = self.spots[mark], self.laid
        if not self._is_free(mark):
            return None
        if spot.inside is not None and not self._crowded[mark]:
            return Outcome("free", self.marks[mark], laid.cues[spot.inside], detail="inside")
        return Outcome("free", self.marks[mark], laid.open[spot.at_open], detail="open")

    def _pairs(self) -> dict[int, int]:
        """Return the mark of every cue that has one."""
        touching = [*filter(_CANDIDATES, self.spots)]
        mark_of = {spot.candidates[0]: mark for mark, spot in enumerate(self.spots) if len(spot.candidates) == 1}
        # Nearly always a mark and a cue have nobody but each other, and there is nothing to weigh.
        return mark_of if len(mark_of) == len(touching) else self._weighed()

    def _weighed(self) -> dict[int, int]:
        marks_at: dict[int, list[int]] = {}
        for mark, spot in enumerate(self.spots):
            for cue in spot.candidates:
                marks_at.setdefault(cue, []).append(mark)
        alone = {cue: marks[0] for cue, marks in marks_at.items()
                 if len(marks) == 1 and len(self.spots[marks[0]].candidates) == 1}
        rest = sorted(marks_at.keys() - alone.keys())
        paired = pair([{mark: self._worth(cue, mark) for mark in marks_at[cue]} for cue in rest])
        return alone | {rest[number]: mark for number, mark in paired.items()}

    def _worth(self, cue: int, mark: int) -> int:
        """Return what a pair is worth, so that any one earlier aim outweighs all later ones."""
        marks, cues = len(self.marks), len(self.laid.cues)
        most = min(marks, cues) + 1
        late = marks + cues + 1
        order = late ** 3
        value = 0
        for aim in (1, cue in self.spots[mark].fitting, not self._is_free(mark), not self._right(cue, mark)):
            value = value * most + aim
        return value * most * late * order + (late - mark - cue) * order + mark * cue

    def _right(self, cue: int, mark: int) -> bool:
        return self.marks[mark].label in self.laid.labels[cue]

    def _paired(self, cue: int, mark: int) -> Outcome:
        right, spot = self._right(cue, mark), self.spots[mark]
        first, stop = spot.over
        detail = "two cues" if stop - first > 1 else "label" if self.laid.label_alone and not right else ""
        kind = "found" if cue in spot.fitting else "loose"
        return Outcome(kind, self.marks[mark], self.laid.cues[cue], right, detail)

    def _missed(self, cue_of: dict[int, int], mark_of: dict[int, int]) -> list[Outcome]:
        paired, alone = [], []
        for mark, spot in enumerate(self.spots):
            (paired if mark in cue_of else alone).append(spot.over)
        cues = self.laid.cues
        under_paired, under_alone = _under(paired, len(cues)), _under(alone, len(cues))
        return [Outcome("missed", cue=cue, detail="two cues" if under_paired[number]
                        else "too wide" if under_alone[number] else "")
                for number, cue in enumerate(cues) if number not in mark_of]

    def _extra(self, mark: int) -> Outcome:
        spot, laid = self.spots[mark], self.laid
        place, detail, look_alike = spot.place, "", None
        if spot.over[0] < spot.over[1]:
            detail = "second mark" if spot.candidates else "too wide"
        elif laid.maxes.touches(place):
            detail = "second mark" if spot.inside is not None else "beside"
        else:
            look_alike = next((item for where, item in laid.look_alikes if where.touches(place)), None)
            detail = "too wide" if laid.open_places.touches(place) else ""
        return Outcome("extra", self.marks[mark], detail=detail, look_alike=look_alike)


def _overlapping(places: Sequence[Place]) -> list[bool]:
    """Tell for each place, in reading order, whether it overlaps any other."""
    overlapping = [False] * len(places)
    reach, farthest = 0, -1
    for number, place in enumerate(places):
        if place.start < min(reach, place.end):
            overlapping[number] = overlapping[farthest] = True
        if place.end > reach:
            reach, farthest = place.end, number
    return overlapping


def _under(ranges: Iterable[tuple[int, int]], count: int) -> list[bool]:
    """Tell for each of ``count`` cues whether one of the ranges covers it."""
    steps = [0] * (count + 1)
    for first, stop in ranges:
        steps[first] += 1
        steps[stop] -= 1
    return [depth > 0 for depth in accumulate(steps[:count])]
