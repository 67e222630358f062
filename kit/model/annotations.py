"""All spans of one annotator on one article, and the keys they are judged by."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from operator import attrgetter

from kit.errors import KitError, WrongArticleError
from kit.model.article import Article
from kit.model.labels import Scheme, mapping_between, unit_of
from kit.model.spans import KeySpan, LookAlike, Span

STAGES = ("mark", "mend", "reasons")
_READING_ORDER = attrgetter("start", "end", "label")


@dataclass(frozen=True)
class AnnotationSet:
    """All spans of one annotator on one article; one file.

    ``spans`` are kept in reading order.  ``first_pass`` holds the spans at the first commit;
    ``None`` before it, empty if nothing was marked then.  ``responses`` holds answers that
    are not spans.  ``stage`` is mark, mend or reasons.  ``other`` keeps fields of a saved
    file that this version does not know.  ``started_again`` is the furthest stage that work
    put aside before the first pass had reached; "" where nothing had been checked before.
    """

    article: str
    fingerprint: str
    scheme: str
    annotator: str
    spans: tuple[Span, ...] = ()
    first_pass: tuple[Span, ...] | None = None
    responses: Mapping = field(default_factory=dict)
    stage: str = "mark"
    other: Mapping = field(default_factory=dict, repr=False)
    started_again: str = ""

    _called, _instead = "answer", "Load the article again and mark it once more."

    def __post_init__(self) -> None:
        object.__setattr__(self, "spans", _in_reading_order(self.spans))
        if self.first_pass is not None:
            object.__setattr__(self, "first_pass", _in_reading_order(self.first_pass))
        if self.stage not in STAGES:
            raise ValueError(f"stage is {self.stage!r}, expected one of {', '.join(STAGES)}")
        if self.started_again not in ("", *STAGES[1:]):
            raise ValueError(f"started_again is {self.started_again!r}, expected one of {', '.join(STAGES[1:])}")

    @classmethod
    def on(cls, article: Article, scheme: str | Scheme, annotator: str, spans: Iterable[Span] = ()):
        """Return a set on this article, with its id and fingerprint."""
        name = scheme.id if isinstance(scheme, Scheme) else scheme
        return cls(article.id, article.fingerprint, name, annotator, tuple(spans))

    def first(self) -> "AnnotationSet":
        """Return the first pass alone; all spans, if none was committed."""
        return self if self.first_pass is None else replace(self, spans=self.first_pass)

    def after(self, earlier: "AnnotationSet") -> "AnnotationSet":
        """Return this set as it takes the place of an earlier one, whose stage it keeps in mind.

        A first pass that is there already was not made after it, so then nothing changes.
        """
        if self.first_pass is not None:
            return self
        reached = max(earlier.stage, earlier.started_again, self.started_again, key=("", *STAGES).index)
        return replace(self, started_again="" if reached == STAGES[0] else reached)

    def labelled(self, label: str) -> tuple[Span, ...]:
        """Return the spans with this label, in reading order."""
        return tuple(span for span in self.spans if span.label == label)

    def require(self, article: Article) -> None:
        """Raise ``WrongArticleError`` unless the spans were made on exactly this text."""
        if self.fingerprint != article.fingerprint:
            raise WrongArticleError(
                f"The {self._called} was made on text {self.fingerprint} of {self.article!r}, "
                f"this is text {article.fingerprint} of {article.id!r}.\n"
                f"    {self._instead}")
        last = len(article.text)
        beyond = [span for span in self._everything() if span.end > last]
        if beyond:
            raise WrongArticleError(
                f"The {self._called} of {self.annotator!r} marks characters {beyond[0].start} to {beyond[0].end}, "
                f"but {article.id!r} ends at {len(article.text)}.\n"
                "    The file was changed by hand: open an older copy of it.")

    def _everything(self) -> tuple:
        return (*self.spans, *(self.first_pass or ()))

    def in_scheme(self, scheme: str) -> "AnnotationSet":
        """Return the same spans with the labels of a coarser scheme.

        Raises:
            KitError: this scheme does not read as that one, or a label is in neither.
        """
        if scheme == self.scheme:
            return self
        mapping = mapping_between(self.scheme, scheme)
        if mapping is None:
            raise KitError(f"Labels of {self.scheme!r} cannot be read as {scheme!r}. "
                           "Mark the article with the same pens as the key.")
        first = self.first_pass and tuple(_mapped(span, mapping) for span in self.first_pass)
        return replace(self, scheme=scheme, spans=tuple(_mapped(span, mapping) for span in self.spans),
                       first_pass=first)


@dataclass(frozen=True)
class AnswerKey(AnnotationSet):
    """The annotation set that others are judged by; its spans are ``KeySpan``.

    ``look_alikes`` are words that look like a cue and are none.  ``made`` says how the key
    was made and how well its annotators agreed.  ``asks`` is the scheme that its exercise asks
    for; "" where any that it reads as will do.  The max extents of two items never overlap;
    in a scheme of claims, those of two claims and those of two sources.

    Raises:
        ValueError: two of them do.
    """

    spans: tuple[KeySpan, ...] = ()
    annotator: str = "key"
    look_alikes: tuple[LookAlike, ...] = ()
    made: str = ""
    asks: str = ""

    _called, _instead = "key", "Choose the key of this text, or make it anew."

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "look_alikes", tuple(sorted(self.look_alikes)))
        for unit in ("token", "sentence"):
            items = [span for span in self.spans if unit_of(self.scheme, span.label) == unit]
            for left, right in zip(items, items[1:]):
                if left.overlap(right):
                    raise ValueError(f"items at {left.start} to {left.end} and {right.start} to {right.end} overlap")

    def _everything(self) -> tuple:
        return (*super()._everything(), *self.look_alikes)

    @cached_property
    def questions(self) -> tuple[tuple[str, frozenset[str], int], ...]:
        """What is asked beside the marks: the id, the right choices, and how many are chosen together, 0 for one alone.

        Of ``responses`` these are the entries that name something right; empty if there are none.
        """
        asked = ((name, *_right_choices(known)) for name, known in self.responses.items())
        return tuple(one for one in asked if one[1])

    def tier(self, *tiers: str) -> tuple[KeySpan, ...]:
        """Return the items of these tiers, in reading order."""
        return tuple(span for span in self.spans if span.tier in tiers)


def _right_choices(known: object) -> tuple[frozenset[str], int]:
    if not isinstance(known, Mapping) or not isinstance(known.get("right"), list):
        return frozenset(), 0
    many = known.get("many")
    return (frozenset(one for one in known["right"] if isinstance(one, str)),
            many if isinstance(many, int) and not isinstance(many, bool) and many > 1 else 0)


def as_key(annotations: AnnotationSet) -> AnswerKey:
    """Return the set as a key: a classmate's spans become core items with core = max.

    Where spans of one annotator overlap, the first in reading order stands for the others,
    since items of a key never overlap.
    """
    if isinstance(annotations, AnswerKey):
        return annotations
    kept: dict[str, list[Span]] = {"token": [], "sentence": []}
    for span in annotations.spans:
        before = kept[unit_of(annotations.scheme, span.label)]
        if not before or not before[-1].overlap(span):
            before.append(span)
    items = tuple(KeySpan(span.start, span.end, span.label, span.note, joined=span.joined)
                  for spans in kept.values() for span in spans)
    return AnswerKey(annotations.article, annotations.fingerprint, annotations.scheme,
                     annotations.annotator, items)


def alike(left: AnnotationSet, right: AnnotationSet) -> tuple[AnnotationSet, AnnotationSet]:
    """Return both sets in the coarser of their two schemes.

    Raises:
        KitError: neither scheme reads as the other.
    """
    if left.scheme == right.scheme:
        return left, right
    if mapping_between(left.scheme, right.scheme) is not None:
        return left.in_scheme(right.scheme), right
    return left, right.in_scheme(left.scheme)


def _in_reading_order(spans: Iterable[Span]) -> tuple[Span, ...]:
    return tuple(sorted(spans, key=_READING_ORDER))


def _mapped(span: Span, mapping: Mapping[str, str]) -> Span:
    for name in (span.label, *getattr(span, "also", ())):
        if name not in mapping:
            raise KitError(f"There is no label {name!r} here. Choose one of {', '.join(mapping)}.")
    label = mapping[span.label]
    if not isinstance(span, KeySpan):
        return Span(span.start, span.end, label, span.note, joined=span.joined, other=span.other)
    also = tuple(dict.fromkeys(mapping[name] for name in span.also if mapping[name] != label))
    return replace(span, label=label, also=also)
