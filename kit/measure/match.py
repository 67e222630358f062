"""The outcome of every mark and every cue: found, loose, missed, extra or free."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from kit.measure.pairing import pair
from kit.model.annotations import AnnotationSet, AnswerKey, alike, as_key
from kit.model.article import Article
from kit.model.labels import is_by_sentence
from kit.model.spans import Extent, KeySpan, LookAlike, Span

MOST_BEYOND = 3  # tokens that a loose mark may reach beyond the max, both sides together
_NOT_ASKED = "furniture"  # sentences that are shown and never asked
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
    outcomes = _Board(article, answer, key).outcomes()
    return tuple(sorted(outcomes, key=_reading_order))


def _reading_order(outcome: Outcome) -> tuple:
    place, mark = outcome.place, outcome.mark
    return place.start, place.end, _KINDS.index(outcome.kind), (mark.start, mark.end, mark.label) if mark else ()


class _Place(NamedTuple):
    """An extent without white space at its ends, in characters and in tokens."""

    start: int
    end: int
    first: int
    stop: int

    def touches(self, other: "_Place") -> bool:
        return min(self.end, other.end) > max(self.start, other.start)

    def inside(self, other: "_Place") -> bool:
        return other.start <= self.start < self.end <= other.end

    def beyond(self, other: "_Place") -> int:
        """Return how many tokens reach beyond another place, both sides together."""
        return max(0, other.first - self.first) + max(0, self.stop - other.stop)


def _place(article: Article, where: Extent | Span) -> _Place:
    first, stop = article.token_range(where)
    if first == stop:  # white space alone: touches nothing
        return _Place(where.start, where.start, first, stop)
    tokens = article.tokens
    return _Place(max(where.start, tokens[first].start), min(where.end, tokens[stop - 1].end), first, stop)


class _Row:
    """Places in reading order that do not overlap, so that touching ones are found by halving."""

    def __init__(self, places: Iterable[_Place]) -> None:
        self.places = list(places)
        self._starts = [place.start for place in self.places]
        self._ends = [place.end for place in self.places]

    def touched_by(self, place: _Place) -> range:
        first = bisect_right(self._ends, place.start)
        return range(first, max(first, bisect_left(self._starts, place.end)))


class _Board:
    """Marks and cues of one article beside each other."""

    def __init__(self, article: Article, answer: AnnotationSet, key: AnswerKey) -> None:
        spans = sorted(answer.spans, key=lambda span: (span.start, span.end, span.label, span.note))
        different = {(_place(article, span), span.label): span for span in reversed(spans)}
        self.label_alone = is_by_sentence(key.scheme)
        self.marks = sorted(different.values())
        self.places = [_place(article, mark) for mark in self.marks]
        self.cues = [cue for cue in key.tier("core") if cue.label != _NOT_ASKED]
        self.cores = _Row(_place(article, cue.core) for cue in self.cues)
        self.maxes = _Row(_place(article, cue) for cue in self.cues)
        self.open = [cue for cue in key.spans if cue.tier != "core" or cue.label == _NOT_ASKED]
        self.open_places = _Row(_place(article, cue) for cue in self.open)
        self.look_alikes = [(_place(article, item), item) for item in key.look_alikes]
        self.cores_of = [self.cores.touched_by(place) for place in self.places]
        self.candidates = [self._candidates(mark) for mark in range(len(self.marks))]
        self.free = self._free()

    def outcomes(self) -> list[Outcome]:
        mark_of = pair(self._worth())
        cue_of = {mark: cue for cue, mark in mark_of.items()}
        alone = [mark for mark in range(len(self.marks)) if mark not in cue_of]
        taken = {free.cue for mark in alone if (free := self.free[mark])}
        untouched = [Outcome("free", cue=cue, detail="open") for cue in self.open if cue not in taken]
        return [*(self._paired(cue, mark) for cue, mark in mark_of.items()),
                *self._missed(cue_of, mark_of),
                *(self.free[mark] or self._extra(mark) for mark in alone),
                *(outcome for outcome in untouched if outcome.cue.label != _NOT_ASKED)]

    def _candidates(self, mark: int) -> list[int]:
        """Return the cues that a mark may be paired with."""
        touched, place = self.cores_of[mark], self.places[mark]
        # Over more cores than this, it reaches too far beyond each of them.
        if len(touched) > MOST_BEYOND + 1:
            return []
        return [cue for cue in touched if place.beyond(self.maxes.places[cue]) <= MOST_BEYOND]

    def _free(self) -> list[Outcome | None]:
        """Return, for every mark, the outcome that costs nothing if it stays unpaired."""
        crowded = _overlapping(self.places)
        return [(None if crowded[mark] else self._inside(mark)) or self._at_open(mark)
                for mark in range(len(self.marks))]

    def _inside(self, mark: int) -> Outcome | None:
        for cue in self.maxes.touched_by(self.places[mark])[:1]:
            if self.places[mark].inside(self.maxes.places[cue]):
                return Outcome("free", self.marks[mark], self.cues[cue], detail="inside")
        return None

    def _at_open(self, mark: int) -> Outcome | None:
        place, touched = self.places[mark], self.open_places.touched_by(self.places[mark])
        for cue in touched[:MOST_BEYOND + 1]:
            if place.beyond(self.open_places.places[cue]) <= MOST_BEYOND:
                return Outcome("free", self.marks[mark], self.open[cue], detail="open")
        return None

    def _worth(self) -> list[dict[int, int]]:
        """Return what each pair is worth, so that any one earlier aim outweighs all later ones."""
        marks, cues = len(self.marks), len(self.cues)
        most = min(marks, cues) + 1
        late = marks + cues + 1
        order = late ** 3
        worth: list[dict[int, int]] = [{} for _ in self.cues]
        for mark in range(marks):
            for cue in self.candidates[mark]:
                aims = (1, self._fits(cue, mark), self.free[mark] is None, not self._right(cue, mark))
                value = 0
                for aim in aims:
                    value = value * most + aim
                early = (late - mark - cue) * order + mark * cue
                worth[cue][mark] = value * most * late * order + early
        return worth

    def _fits(self, cue: int, mark: int) -> bool:
        place = self.places[mark]
        return self.cores.places[cue].inside(place) and place.inside(self.maxes.places[cue])

    def _right(self, cue: int, mark: int) -> bool:
        return self.marks[mark].label in self.cues[cue].labels

    def _paired(self, cue: int, mark: int) -> Outcome:
        right = self._right(cue, mark)
        detail = "two cues" if len(self.cores_of[mark]) > 1 else "label" if self.label_alone and not right else ""
        return Outcome("found" if self._fits(cue, mark) else "loose", self.marks[mark], self.cues[cue], right, detail)

    def _missed(self, cue_of: dict[int, int], mark_of: dict[int, int]) -> list[Outcome]:
        paired, alone = [], []
        for mark, touched in enumerate(self.cores_of):
            (paired if mark in cue_of else alone).append(touched)
        under_paired, under_alone = _under(paired, len(self.cues)), _under(alone, len(self.cues))
        return [Outcome("missed", cue=cue, detail="two cues" if under_paired[number]
                        else "too wide" if under_alone[number] else "")
                for number, cue in enumerate(self.cues) if number not in mark_of]

    def _extra(self, mark: int) -> Outcome:
        place = self.places[mark]
        detail, look_alike = "", None
        if self.cores_of[mark]:
            detail = "second mark" if self.candidates[mark] else "too wide"
        elif self.maxes.touched_by(place):
            detail = "second mark" if self._inside(mark) else "beside"
        else:
            look_alike = next((item for where, item in self.look_alikes if where.touches(place)), None)
            detail = "too wide" if self.open_places.touched_by(place) else ""
        return Outcome("extra", self.marks[mark], detail=detail, look_alike=look_alike)


def _overlapping(places: Sequence[_Place]) -> list[bool]:
    """Tell for each place, in reading order, whether it overlaps any other."""
    overlapping = [False] * len(places)
    reach, farthest = 0, -1
    for number, place in enumerate(places):
        if place.start < min(reach, place.end):
            overlapping[number] = overlapping[farthest] = True
        if place.end > reach:
            reach, farthest = place.end, number
    return overlapping


def _under(ranges: Sequence[range], count: int) -> list[bool]:
    """Tell for each of ``count`` cues whether one of the ranges covers it."""
    steps = [0] * (count + 1)
    for touched in ranges:
        steps[touched.start] += 1
        steps[touched.stop] -= 1
    return [depth > 0 for depth in accumulate(steps[:count])]
