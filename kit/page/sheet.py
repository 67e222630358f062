"""What a comparison holds before it is drawn: sets in one scheme, rows, names of the lanes."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from kit.measure.feedback import Row, rows
from kit.measure.reasons import said
from kit.model.annotations import AnnotationSet, AnswerKey, alike
from kit.model.article import Article
from kit.model.labels import Label
from kit.model.spans import Extent, Span
from kit.page.markup import label_of, used

_SAME = ("match", "open")


@dataclass(frozen=True)
class Sheet:
    """A comparison of ``sets`` (mine, the other one's, further lanes), all in one scheme.

    ``heads`` are the names of the lanes, ``absent`` says what stands where one has no mark.
    """

    article: Article
    sets: tuple[AnnotationSet, ...]
    heads: tuple[str, ...]
    absent: tuple[str, ...]
    rows: tuple[Row, ...]

    @cached_property
    def id(self) -> str:
        """A name that begins every id on the page; the same sets give the same name."""
        held = repr([(one.fingerprint, one.scheme, one.annotator, one.spans) for one in self.sets])
        return "kit-" + hashlib.sha256(held.encode("utf-8", "surrogatepass")).hexdigest()[:8]

    @cached_property
    def differences(self) -> tuple[int, ...]:
        """The numbers of the rows that are neither a match nor open, from 1."""
        return tuple(number for number, row in enumerate(self.rows, start=1) if row.outcome not in _SAME)

    @cached_property
    def labels(self) -> tuple[Label, ...]:
        """The labels that occur in the rows, in the order of the scheme."""
        present = {label for lanes in self.lanes for lane in lanes for label in lane}
        return tuple(label for label in used(*self.sets) if label in present)

    @cached_property
    def lanes(self) -> tuple[tuple[tuple[Label, ...], ...], ...]:
        """For every row, the labels of each lane at its place; empty where a lane has none."""
        return tuple(self._lanes(row) for row in self.rows)

    @cached_property
    def quotes(self) -> tuple[tuple[str, ...], ...]:
        """For every row, the words that each lane marked at its place; empty where it has none."""
        return tuple((row.mine_words, row.theirs_words,
                      *(self._quote(self._touching(row, more)) for more in self.sets[2:])) for row in self.rows)

    @cached_property
    def whys(self) -> tuple[tuple[str, ...], ...]:
        """For every row, its reason, and what the others noted on its place or on passing it over."""
        return tuple(tuple(filter(None, (row.why, *self._noted(row), *self._passed_over(row)))) for row in self.rows)

    @cached_property
    def alone(self) -> tuple[tuple[str, str, tuple[Span, ...]], ...]:
        """For every further lane that marked a place of no row: its name, its scheme, and those marks."""
        places = [place for place in map(self.place, self.rows) if place]
        found = [(head, more.scheme, tuple(span for span in more.spans if not any(map(span.overlap, places))))
                 for head, more in self._further]
        return tuple((head, scheme, spans) for head, scheme, spans in found if spans)

    @property
    def _further(self) -> tuple[tuple[str, AnnotationSet], ...]:
        return tuple(zip(self.heads[2:], self.sets[2:]))

    def place(self, row: Row) -> Extent | None:
        """Return the words of a row, in characters; None for white space alone."""
        return self.article.extent(row.first, row.stop) if row.first < row.stop else None

    def _noted(self, row: Row) -> list[str]:
        return [said(head, span.note) for head, more in self._further for span in self._touching(row, more)]

    def _passed_over(self, row: Row) -> list[str]:
        """Return why the machine did not mark what I marked, if it looked at it."""
        place = self.place(row)
        readers = [(head, one) for head, one in zip(self.heads[1:], self.sets[1:])
                   if row.mine and place and not isinstance(one, AnswerKey) and not self._touching(row, one)]
        return [said(f"{head} passed over “{self.article.quote(item)}”", item.note) for head, one in readers
                for item in getattr(one, "look_alikes", ()) if item.overlap(place)]

    def _lanes(self, row: Row) -> tuple[tuple[Label, ...], ...]:
        known = [[mark["label"] for mark in marks] for marks in (row.mine, row.theirs)]
        known += [[span.label for span in self._touching(row, more)] for more in self.sets[2:]]
        return tuple(tuple(label_of(one.scheme, label) for label in dict.fromkeys(lane))
                     for one, lane in zip(self.sets, known))

    def _touching(self, row: Row, one: AnnotationSet) -> list[Span]:
        place = self.place(row)
        return [span for span in one.spans if place and span.overlap(place)]

    def _quote(self, spans: Sequence[Span]) -> str:
        return " … ".join(dict.fromkeys(map(self.article.quote, spans)))


def sheet(article: Article, left: AnnotationSet, right: AnnotationSet, more: Sequence[AnnotationSet] = ()) -> Sheet:
    """Return what a comparison of these sets shows; ``left`` is mine.

    Raises:
        WrongArticleError: a set was made on another text.
        KitError: the schemes do not read as one.
    """
    for one in (left, right, *more):
        one.require(article)
    sets = (left, right, *more)
    for one in sets:  # the coarsest scheme wins
        sets = tuple(alike(each, one)[0] for each in sets)
    heads = ("Mine", *(_head(one, left) for one in sets[1:]))
    absent = ("not marked", *("not in the key" if isinstance(one, AnswerKey) else "not marked" for one in sets[1:]))
    return Sheet(article, sets, heads, absent, rows(article, sets[0], sets[1]))


def _head(one: AnnotationSet, mine: AnnotationSet) -> str:
    if isinstance(one, AnswerKey):
        return "Key"
    # Everybody's pen begins as "student": the name then tells nobody apart.
    return "Theirs" if one.annotator == mine.annotator else one.annotator.capitalize()
