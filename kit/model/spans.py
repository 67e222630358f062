"""Stretches of text, counted in characters (Unicode code points)."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, order=True)
class Extent:
    """A stretch of text ``[start, end)`` in characters; never empty."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if type(self.start) is not int or type(self.end) is not int:
            raise ValueError(f"start and end are whole numbers, not {self.start!r} and {self.end!r}")
        if not 0 <= self.start < self.end:
            raise ValueError(f"start {self.start} and end {self.end}: need 0 <= start < end")

    def __len__(self) -> int:
        return self.end - self.start

    @property
    def extent(self) -> "Extent":
        """The stretch alone, without what a child of this class adds."""
        return Extent(self.start, self.end)

    def overlap(self, other: "Extent") -> int:
        """Return the number of characters that both cover; 0 if none."""
        return max(0, min(self.end, other.end) - max(self.start, other.start))


@dataclass(frozen=True, order=True)
class Span(Extent):
    """A labelled stretch of text ``[start, end)`` in characters.

    ``note`` is the annotator's own remark.  ``joined`` says which other spans of the same set
    this one leads to: each is the extent of that span with the name of the relation, "source"
    from a claim to the words for who says so, "goes-back" from a source to the one it took its
    report from.  ``other`` keeps fields of a saved file that this version does not know.  None
    of them counts when spans are compared.
    """

    label: str
    note: str = field(default="", compare=False)
    joined: "tuple[Span, ...]" = field(default=(), compare=False, kw_only=True)
    other: Mapping = field(default_factory=dict, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, order=True)
class KeySpan(Span):
    """An item of an answer key.

    ``start`` and ``end`` are the max extent, ``core`` the part that must be covered (the
    whole, unless said), ``also`` the labels that are as right as ``label``, ``note`` the
    reason.  ``tier`` is core (must be found), accepted or contested (never cost anything).
    """

    tier: str = "core"
    core: Extent | None = None
    also: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.tier not in TIERS:
            raise ValueError(f"tier is {self.tier!r}, expected one of {', '.join(TIERS)}")
        core = self.core or self.extent
        if not (self.start <= core.start and core.end <= self.end):
            raise ValueError(f"core {core.start} to {core.end} reaches beyond {self.start} to {self.end}")
        object.__setattr__(self, "core", core)

    @property
    def labels(self) -> frozenset[str]:
        """Every label that is right here."""
        return frozenset((self.label, *self.also))


TIERS = ("core", "accepted", "contested")


@dataclass(frozen=True, order=True)
class LookAlike(Extent):
    """Words that look like a cue and are none, with the reason in ``note``."""

    note: str = field(default="", compare=False)
    other: Mapping = field(default_factory=dict, compare=False, repr=False, kw_only=True)


class Row:
    """Stretches in reading order that never overlap: which of them another one touches is found by halving.

    ``starts`` and ``ends`` are plain numbers: halving a list of them calls nothing of Python's.
    """

    def __init__(self, places: Iterable) -> None:
        places = tuple(places)
        self.starts = [place.start for place in places]
        self.ends = [place.end for place in places]

    def touched_by(self, start: int, end: int) -> tuple[int, int]:
        """Return the stretches that ``[start, end)`` touches, as ``(first, stop)``; ``first == stop`` if none."""
        first = bisect_right(self.ends, start)
        return first, max(first, bisect_left(self.starts, end))
