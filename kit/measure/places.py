"""Where marks and the items of a key lie: in characters and in tokens, without white space at their ends."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from typing import NamedTuple

from kit.model.annotations import AnswerKey
from kit.model.article import Article
from kit.model.labels import is_by_sentence
from kit.model.spans import Extent, KeySpan, Row

_NOT_ASKED = "furniture"  # sentences that are shown and never asked


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


def places_of(article: Article, extents: Iterable[Extent]) -> list[Place]:
    """Return the places of extents, all in one go, since a class makes hundreds of thousands of marks."""
    starts, ends = article.token_row.starts, article.token_row.ends
    places = []
    for where in extents:
        start, end = where.start, where.end
        first, stop = bisect_right(ends, start), bisect_left(starts, end)
        if first >= stop:  # white space alone: touches nothing
            places.append(Place(start, start, first, first))
        else:
            places.append(Place(max(start, starts[first]), min(end, ends[stop - 1]), first, stop))
    return places


class Places(Row):
    """Places in reading order that do not overlap."""

    def __init__(self, article: Article, extents: Iterable[Extent]) -> None:
        self.places = places_of(article, extents)
        super().__init__(self.places)


class LaidKey:
    """A key laid out on its article: worked out once, for all answers that are held against it.

    ``cues`` are those that must be found, with their ``labels``, the places of their ``cores`` and
    ``maxes``; ``open`` the items that never cost anything, with their places.
    """

    def __init__(self, article: Article, key: AnswerKey) -> None:
        self.article, self.key = article, key
        self.label_alone = is_by_sentence(key.scheme)
        self.cues = [item for item in key.tier("core") if item.label != _NOT_ASKED]
        self.labels = [cue.labels for cue in self.cues]
        self.cores = Places(article, (cue.core for cue in self.cues))
        self.maxes = Places(article, self.cues)
        self.open = [item for item in key.spans if item.tier != "core" or item.label == _NOT_ASKED]
        self.open_places = Places(article, self.open)
        self.look_alikes = list(zip(places_of(article, key.look_alikes), key.look_alikes))

    def asks(self, item: KeySpan) -> bool:
        """Tell whether an item is shown and judged: all but furniture."""
        return item.label != _NOT_ASKED
