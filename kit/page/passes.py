"""The two passes of an answer beside each other: drawn in the text, and mark by mark in a table."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from kit.measure.row import sentence_numbers, sentences_of
from kit.model.annotations import AnnotationSet
from kit.model.article import Article
from kit.model.labels import unit_of
from kit.model.relations import GOES_BACK
from kit.model.spans import Span
from kit.page import markup
from kit.page.markup import Stroke, escape

_LONGEST = 240  # characters of a place that the table shows; the text has the rest
_NOTHING = '<span class="kit-view-absent">not marked</span>'


@dataclass(frozen=True)
class Passes:
    """An answer seen as two passes.

    ``most`` is how many marks are shown; a hostile file may hold more than any page can draw.
    """

    answer: AnnotationSet
    most: int = 600

    @cached_property
    def last(self) -> tuple[Span, ...]:
        """The marks as they stand, the first ``most``."""
        return self.answer.spans[:self.most]

    @cached_property
    def first(self) -> tuple[Span, ...] | None:
        """Those of the first check; None before it."""
        return None if self.answer.first_pass is None else self.answer.first_pass[:self.most]

    @property
    def cut(self) -> bool:
        """Whether there are more than are shown."""
        return max(len(self.answer.spans), len(self.answer.first_pass or ())) > self.most

    @cached_property
    def added(self) -> frozenset[Span]:
        """Marks that came after the first check; none before it."""
        return frozenset() if self.first is None else frozenset(self.last) - frozenset(self.first)

    @cached_property
    def gone(self) -> frozenset[Span]:
        """Marks of the first check that were taken away, or changed, after it."""
        return frozenset(self.first or ()) - frozenset(self.last)

    @property
    def sets(self) -> tuple[AnnotationSet, AnnotationSet]:
        """The marks as they stand and those taken away, each as a set."""
        return replace(self.answer, spans=self.last), replace(self.answer, spans=tuple(self.gone))

    @property
    def strokes(self) -> tuple[Stroke, ...]:
        """Lines below the words for the marks as they stand, above them for those taken away."""
        now, before = self.sets
        added = {(span.start, span.end, span.label) for span in self.added}
        below = [replace(one, letter=f"{one.letter}+") if (one.start, one.end, one.label.id) in added else one
                 for one in markup.strokes(now)]
        taken = {one.start for one in below}  # there a letter stands already
        above = [replace(one, letter=f"{one.letter}−", lane=one.lane + (one.start in taken))
                 for one in markup.strokes(before, over=True)]
        return (*below, *above)


@dataclass(frozen=True)
class _Place:
    """All marks on the same words, in both passes; a claim and its source stay apart."""

    first: tuple[Span, ...]
    last: tuple[Span, ...]

    @property
    def any(self) -> Span:
        return (self.last or self.first)[0]


def marks_table(article: Article, passes: Passes) -> str:
    """Return a row for all words that are marked, with the label in both passes, note and source; "" without marks."""
    places = _places(passes)
    if not places:
        return ""
    remarks = [_remark(article, place) for place in places]
    now = "At the end" if passes.answer.stage == "reasons" else "Now"
    labels = ("Label",) if passes.first is None else ("First check", now)
    heads = ("Words", *labels, "Note") if any(remarks) else ("Words", *labels)
    numbers = sentence_numbers(article)
    rows = [markup.row(heads, [_words(article, numbers, place), *_labels(passes, place), *[remark] * any(remarks)],
                       attributes=f'data-change="{_change(passes, place)}"')
            for place, remark in zip(places, remarks)]
    return markup.table(heads, rows, caption="The small number is that of the sentence.")


def _places(passes: Passes) -> list[_Place]:
    scheme, found = passes.answer.scheme, {}
    for which, spans in enumerate((passes.first or (), passes.last)):
        for span in spans:
            key = (span.start, span.end, unit_of(scheme, span.label))
            found.setdefault(key, ([], []))[which].append(span)
    return [_Place(tuple(first), tuple(last)) for _, (first, last) in sorted(found.items())]


def _words(article: Article, numbers: Sequence[int | None], place: _Place) -> str:
    sentence = next(iter(sentences_of(article, place.any)), None)
    number = numbers[sentence] if sentence is not None and sentence < len(numbers) else None
    words = article.quote(place.any)
    shown = words if len(words) <= _LONGEST else f"{words[:_LONGEST]}…"
    return f'<span class="kit-view-number">{number or "–"}</span> <span dir="auto">{escape(shown)}</span>'


def _labels(passes: Passes, place: _Place) -> list[str]:
    if passes.first is None:
        return [_chips(passes, place.last)]
    change = _change(passes, place)
    tag = f'<span class="kit-view-tag">{change}</span>' if change else ""
    return [_chips(passes, place.first), _chips(passes, place.last) + tag]


def _chips(passes: Passes, spans: Iterable[Span]) -> str:
    labels = dict.fromkeys(span.label for span in spans)
    return " ".join(markup.chip(markup.label_of(passes.answer.scheme, label)) for label in labels) or _NOTHING


def _change(passes: Passes, place: _Place) -> str:
    """Return what happened to a place after the first check, in a word; "" for nothing."""
    if passes.first is None or set(place.first) == set(place.last):
        return ""
    return "changed" if place.first and place.last else "added" if place.last else "taken away"


def _remark(article: Article, place: _Place) -> str:
    """Return the note of a mark as it stands, and the marks that it leads to."""
    parts = [escape(span.note) for span in place.last or place.first if span.note]
    for span in place.last or place.first:
        parts += [f'{"goes back to" if end.label == GOES_BACK else "says so:"} <q dir="auto">'
                  f"{escape(article.quote(end)[:_LONGEST])}</q>" for end in span.joined]
    return "<br>".join(f'<span dir="auto">{part}</span>' for part in dict.fromkeys(parts))
