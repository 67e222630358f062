"""Who says so: what became of every claim that was to be traced to its source.

A claim is a sentence with a rung of the sourcing ladder, joined to the words for who stands
behind it.  A source may go back to another one, from which it took its report; the one that
goes back to nobody is an origin.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kit.model.annotations import AnnotationSet, as_key
from kit.model.article import Article
from kit.model.labels import unit_of
from kit.model.relations import GOES_BACK, SOURCE
from kit.model.spans import Extent, KeySpan, Span

NEAR = 1  # a rung so far from the key's still counts as right
_RUNG = "rung-"


@dataclass(frozen=True)
class Traced:
    """What became of one claim.

    ``claim`` is the key's item (None where only I have the claim), ``mine`` my label of the
    sentence (None without any).  ``said_by`` are the source words I joined to it, ``theirs`` those of
    the key.  ``off`` is how many rungs mine is from the nearest right one, None without a rung
    on either side.  ``source`` is "right", "passed on" (my words only pass on what the key's
    source said), "other", "missing", or "nobody" where both have none.
    """

    claim: KeySpan | None
    mine: Span | None
    said_by: tuple[Span, ...]
    theirs: tuple[Span, ...]
    off: int | None
    source: str

    @property
    def place(self) -> Extent:
        """The sentence of the claim."""
        return (self.claim or self.mine).extent

    @property
    def fits(self) -> bool:
        """Whether the rung is right, or one beside it."""
        return self.off is not None and self.off <= NEAR

    @property
    def asked(self) -> bool:
        """Whether the claim counts: it is in the key and not left open."""
        return self.claim is not None and self.claim.tier == "core"


def trace(article: Article, answer: AnnotationSet, key: AnnotationSet) -> tuple[Traced, ...]:
    """Return what became of each claim, in reading order; a classmate's set stands as a key.

    Raises:
        WrongArticleError: answer or key was made on another text.
    """
    answer.require(article)
    key.require(article)
    mine, items = claims(answer), claims(as_key(key))
    words, known = sources(answer), sources(key)  # all of a classmate's, those inside others too
    root = origins_of(key.spans)
    return tuple(_traced(items.get(place), mine.get(place), words, known, root)
                 for place in sorted(mine.keys() | items.keys()))


def claims(annotations: AnnotationSet) -> dict[Extent, Span]:
    """Return the claims of a set by their place, in reading order."""
    return {span.extent: span for span in annotations.spans if unit_of(annotations.scheme, span.label) == "sentence"}


def sources(annotations: AnnotationSet) -> dict[Extent, Span]:
    """Return the source words of a set by their place, in reading order."""
    return {span.extent: span for span in annotations.spans if span.label == SOURCE}


def said_by(annotations: AnnotationSet, claim: Span) -> tuple[Span, ...]:
    """Return the source words that a claim is joined to, in reading order."""
    return joined_among(sources(annotations), claim)


def joined_among(known: Mapping[Extent, Span], claim: Span) -> tuple[Span, ...]:
    """Return those of the source words, known by their place, that a claim is joined to, in reading order."""
    return tuple(sorted({known[end.extent] for end in claim.joined if end.label == SOURCE and end.extent in known}))


def rung(label: str) -> int | None:
    """Return the number of a rung, 0 (nobody) to 5 (a document or an eyewitness); None for other labels."""
    return int(label.removeprefix(_RUNG)) if label.startswith(_RUNG) else None


def origins_of(spans: Iterable[Span]) -> Mapping[Extent, Extent]:
    """Return for each of the source words where their report begins; themselves, if they go back to nobody."""
    ahead = {span.extent: next((end.extent for end in span.joined if end.label == GOES_BACK), None)
             for span in spans if span.label == SOURCE}
    root: dict[Extent, Extent] = {}
    for place in ahead:
        root |= _followed(place, ahead, root)
    return root


def _followed(place: Extent, ahead: Mapping[Extent, Extent | None],
              root: Mapping[Extent, Extent]) -> dict[Extent, Extent]:
    """Return the root of a place and of all on its way; a step is taken once, however long a chain a file holds."""
    way = {place: 0}
    while place not in root and (following := ahead[place]) in ahead:
        if following in way:  # a circle, which no pen makes: its first mention stands for it
            return dict.fromkeys(way, min(list(way)[way[following]:]))
        way[following] = len(way)
        place = following
    return dict.fromkeys(way, root.get(place, place))


def origins(annotations: AnnotationSet) -> tuple[Extent, ...]:
    """Return the independent origins that the claims of a set go back to; empty if nothing is joined."""
    root = origins_of(annotations.spans)
    known = sources(annotations)
    joined = [one.extent for claim in claims(annotations).values() for one in joined_among(known, claim)]
    return tuple(sorted({root[place] for place in joined}))


def _traced(item: KeySpan | None, mine: Span | None, words: Mapping[Extent, Span], known: Mapping[Extent, Span],
            root: Mapping[Extent, Extent]) -> Traced:
    own = joined_among(words, mine) if mine else ()
    theirs = joined_among(known, item) if item else ()
    off = _off(_rungs(item), rung(mine.label)) if item and mine else None
    return Traced(item, mine, own, theirs, off, _source(own, theirs, known, root))


def asked_rungs(key: AnnotationSet) -> dict[tuple[int, int], tuple[int, ...]]:
    """Return the right rungs of each claim that counts, by the start and end of its sentence."""
    return {(item.start, item.end): _rungs(item) for item in claims(key).values() if item.tier == "core"}


def rungs_off(asked: Mapping[tuple[int, int], tuple[int, ...]], spans: Iterable[Span]) -> list[int | None]:
    """Return how many rungs each claim that counts is off, as ``Traced.off``, without tracing its source."""
    # In reading order a rung comes after "no rung yet" on the same sentence, and stands for it.
    mine = {(span.start, span.end): number for span in spans if (number := rung(span.label)) is not None}
    return [_off(right, mine.get(place)) for place, right in asked.items()]


def _rungs(item: KeySpan) -> tuple[int, ...]:
    return tuple(number for label in item.labels if (number := rung(label)) is not None)


def _off(right: Sequence[int], mine: int | None) -> int | None:
    return None if mine is None else min((abs(mine - one) for one in right), default=None)


def _source(own: tuple[Span, ...], theirs: tuple[Span, ...], known: Mapping[Extent, Span],
            root: Mapping[Extent, Extent]) -> str:
    if not own or not theirs:
        return "other" if own else "missing" if theirs else "nobody"
    if any(_touch(mine, one) for mine in own for one in theirs):
        return "right"
    begins = {root[one.extent] for one in theirs}
    passing = [one for one in known.values() if root[one.extent] in begins]
    return "passed on" if any(_touch(mine, one) for mine in own for one in passing) else "other"


def _touch(mine: Span, theirs: Span) -> bool:
    return bool(mine.overlap(getattr(theirs, "core", theirs)))
