"""Extents and spans."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.model.spans import Extent, KeySpan, LookAlike, Row, Span

RANGES = st.tuples(st.integers(0, 30), st.integers(1, 10)).map(lambda pair: (pair[0], pair[0] + pair[1]))


@given(RANGES, RANGES)
def test_overlap_is_the_number_of_shared_characters(left, right):
    shared = len(set(range(*left)) & set(range(*right)))
    assert Extent(*left).overlap(Extent(*right)) == shared
    assert Span(*left, "modal").overlap(LookAlike(*right)) == LookAlike(*right).overlap(Span(*left, "modal")) == shared


@given(RANGES)
def test_length_is_counted_in_characters(where):
    assert len(Extent(*where)) == len(range(*where))


@pytest.mark.parametrize("start, end", [(-1, 2), (3, 3), (4, 2), (0.0, 1), ("0", 1), (None, 1), (True, 2), (0, float("nan"))])
@pytest.mark.parametrize("make", [Extent, lambda start, end: Span(start, end, "modal"),
                                  lambda start, end: KeySpan(start, end, "modal"), LookAlike])
def test_a_stretch_that_is_empty_negative_or_no_number_is_refused(make, start, end):
    with pytest.raises(ValueError, match="start"):
        make(start, end)


def test_the_note_is_not_compared():
    assert Span(0, 3, "modal", "a note") == Span(0, 3, "modal")
    assert Span(0, 3, "modal") != Span(0, 3, "vague")


def test_the_core_is_the_whole_unless_said():
    assert KeySpan(2, 9, "modal").core == Extent(2, 9)
    assert KeySpan(2, 9, "modal", core=Extent(4, 6)).core == Extent(4, 6)


@pytest.mark.parametrize("core", [(1, 4), (4, 10), (0, 20)])
def test_a_core_beyond_the_max_is_refused(core):
    with pytest.raises(ValueError, match="beyond 2 to 9"):
        KeySpan(2, 9, "modal", core=Extent(*core))


def test_an_unknown_tier_is_refused():
    with pytest.raises(ValueError, match="core, accepted, contested"):
        KeySpan(0, 3, "modal", tier="gold")


def test_other_labels_are_as_right_as_the_first():
    assert KeySpan(0, 3, "vague", also=("hearsay",)).labels == {"vague", "hearsay"}


@given(st.sets(st.integers(0, 40)), st.integers(0, 40), st.integers(1, 40))
def test_a_row_finds_what_looking_at_every_stretch_finds(points, start, length):
    ordered = sorted(points)
    row = [Extent(*pair) for pair in zip(ordered[::2], ordered[1::2])] + [Extent(50, 51), Extent(51, 55)]
    first, stop = Row(row).touched_by(start, start + length)
    assert row[first:stop] == [one for one in row if one.overlap(Extent(start, start + length))]
