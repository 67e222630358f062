"""Where marks and the items of a key lie: in characters and in tokens, without white space at their ends."""

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from kit.model.annotations import AnswerKey
from kit.model.article import Article
from kit.model.labels import is_by_sentence
from kit.model.spans import Extent, Row

MOST_BEYOND = 3  # tokens that a loose mark may reach beyond the max, both sides together
NOT_ASKED = "furniture"  # sentences that are shown and never asked


class Place(NamedTuple):
    """An extent without white space at its ends, in characters and in tokens."""

    start: int
    end: int
    first: int
    stop: int

    def touches(self, other: "Place") -> bool:
        return min(self.end, other.end) > max(self.start, other.start)

    def inside(self, other: "Place") -> bool:
        return other.start <= self.start < self.end <= other.end

    def beyond(self, other: "Place") -> int:
        """Return how many tokens reach beyond another place, both sides together."""
        return max(0, other.first - self.first) + max(0, self.stop - other.stop)


class Spot(NamedTuple):
    """All that can be said of a place beside a key, whoever marked it and with which label.

    ``over`` are the core cues it touches, as ``(first, stop)``; ``candidates`` those it may be paired
    with, ``fitting`` those of them whose width it has.  ``inside`` is the core cue in whose max it lies,
    ``at_open`` the open item that makes it free; None if there is none.
    """

    place: Place
    over: tuple[int, int]
    candidates: tuple[int, ...]
    fitting: tuple[int, ...]
    inside: int | None
    at_open: int | None


class Places(Row):
    """Places in reading order that do not overlap."""

    def __init__(self, article: Article, extents: Iterable[Extent]) -> None:
        self.places = [place_of(article, where.start, where.end) for where in extents]
        super().__init__(self.places)

    def touches(self, place: Place) -> bool:
        """Tell whether another place touches any of them."""
        first, stop = self.touched_by(place.start, place.end)
        return first < stop

    def near(self, place: Place, first: int, stop: int) -> list[int]:
        """Return which of the places from ``first`` to ``stop`` another one reaches only a little beyond."""
        return [number for number in range(first, stop) if place.beyond(self.places[number]) <= MOST_BEYOND]


class LaidKey:
    """A key laid out on its article: worked out once, for all answers that are held against it.

    ``cues`` are those that must be found, with their ``labels`` and the places of their ``cores`` and
    ``maxes``; ``open`` the items that never cost anything, with their places.
    """

    def __init__(self, article: Article, key: AnswerKey) -> None:
        self.article, self.key = article, key
        self.label_alone = is_by_sentence(key.scheme)
        self.cues = [item for item in key.tier("core") if item.label != NOT_ASKED]
        self.labels = [cue.labels for cue in self.cues]
        self.cores = Places(article, (cue.core for cue in self.cues))
        self.maxes = Places(article, self.cues)
        self.open = [item for item in key.spans if item.tier != "core" or item.label == NOT_ASKED]
        self.open_places = Places(article, self.open)
        self.look_alikes = [(place_of(article, item.start, item.end), item) for item in key.look_alikes]
        # A class marks the same words again and again; whoever marks everything must not fill the memory.
        self.spot = lru_cache(maxsize=5_000)(self._spot)

    def _spot(self, start: int, end: int) -> Spot:
        """Return what can be said of the place of an extent, given in characters."""
        place = place_of(self.article, start, end)
        first, stop = over = self.cores.touched_by(place.start, place.end)
        # Over more cores than this, it reaches too far beyond each of them.
        candidates = self.maxes.near(place, first, stop) if stop - first <= MOST_BEYOND + 1 else ()
        fitting = [cue for cue in candidates
                   if self.cores.places[cue].inside(place) and place.inside(self.maxes.places[cue])]
        return Spot(place, over, tuple(candidates), tuple(fitting), self._inside(place), self._at_open(place))

    def _inside(self, place: Place) -> int | None:
        first, stop = self.maxes.touched_by(place.start, place.end)
        return first if first < stop and place.inside(self.maxes.places[first]) else None

    def _at_open(self, place: Place) -> int | None:
        first, stop = self.open_places.touched_by(place.start, place.end)
        return next(iter(self.open_places.near(place, first, min(stop, first + MOST_BEYOND + 1))), None)


def place_of(article: Article, start: int, end: int) -> Place:
    """Return the place of an extent, given in characters."""
    tokens = article.token_row
    first, stop = tokens.touched_by(start, end)
    if first == stop:  # white space alone: touches nothing
        return Place(start, start, first, stop)
    return Place(max(start, tokens.starts[first]), min(end, tokens.ends[stop - 1]), first, stop)
