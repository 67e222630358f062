"""Spans joined to spans: a list of relations in a file, ``Span.joined`` in memory.

A file counts: ``{"from": 0, "to": 3, "label": "source"}`` joins the first of its spans to the
fourth.  In memory a span names the other end itself, so that a relation stays what it is when
spans are added, taken away, or put in order.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from kit.model.spans import Extent, Span

SOURCE, GOES_BACK = "source", "goes-back"


def joined(spans: Sequence[Span], relations: Iterable[tuple[int, int, str]]) -> tuple[Span, ...]:
    """Return the spans with their relations, given as indexes into them.

    Raises:
        ValueError: an index has no span, or a span is joined to itself.
    """
    ends: dict[int, list[Span]] = {}
    for start, end, label in relations:
        if not (0 <= start < len(spans) and 0 <= end < len(spans)) or start == end:
            raise ValueError(f"a relation joins span {start} to span {end}; there are spans 0 to {len(spans) - 1}, "
                             "and none is joined to itself")
        ends.setdefault(start, []).append(join(spans[end], label))
    return tuple(_with(span, tuple(sorted(ends.get(number, ())))) for number, span in enumerate(spans))


def _with(span: Span, joined: tuple[Span, ...]) -> Span:
    if joined == span.joined == ():
        return span
    if type(span) is Span:  # a student's: three times as fast as ``replace``
        return Span(span.start, span.end, span.label, span.note, joined=joined, other=span.other)
    return replace(span, joined=joined)


def join(other: Span | Extent, label: str) -> Span:
    """Return what a span holds in ``joined`` for another one."""
    return Span(other.start, other.end, label)


def relations(spans: Sequence[Span]) -> list[dict]:
    """Return the relations of spans as indexes into them; of what is not among them, none."""
    places: dict[Extent, int] = {}
    for number, span in enumerate(spans):
        places.setdefault(span.extent, number)
        if span.label == SOURCE:  # a sentence that is nothing but source words is both
            places[span.extent] = number
    return [{"from": number, "to": places[end.extent], "label": end.label}
            for number, span in enumerate(spans) for end in span.joined
            if places.get(end.extent, number) != number]
