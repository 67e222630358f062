"""The machine reader as one more annotator, whatever the pens of a lesson are."""

from collections.abc import Iterable

from kit.measure.sourcing import claims
from kit.model.annotations import AnnotationSet, AnswerKey
from kit.model.article import Article
from kit.model.labels import ROLES, SOURCES, is_by_claim, is_by_sentence
from kit.model.relations import SOURCE, join
from kit.model.spans import Extent, Span
from kit.reader.reading import Reading
from kit.reader.roles import SentenceReading

_ANNOTATOR = "machine"
# Words that tell nothing about a source, and those that may stand before them and tell no more.
_BARE = {"source", "sources", "report", "reports", "rumour", "rumours", "insider", "insiders"}
_BEFORE = {"the", "a", "some", "several", "many", "various", "other", "new", "recent", "media", "press", "news", "two",
           "three"}


def as_answer(article: Article, reading: Reading, key: AnswerKey) -> AnnotationSet:
    """Return a reading as an answer that can be held against a key: cues, roles, or rungs for its claims.

    Raises:
        WrongArticleError: reading or key was made on another text.
    """
    reading.require(article)
    key.require(article)
    if is_by_claim(key.scheme):
        return AnnotationSet.on(article, SOURCES, _ANNOTATOR, _claims(article, reading, claims(key)))
    if not is_by_sentence(key.scheme):
        return reading
    spans = [Span(one.where.start, one.where.end, one.role, one.role_reason) for one in reading.sentences]
    return AnnotationSet.on(article, ROLES, _ANNOTATOR, spans).in_scheme(key.scheme)


def rung_of(attribution: str, words: str) -> int:
    """Return the rung of the sourcing ladder for who stands behind a sentence.

    A named person is 4, a named body 3, unnamed people 2, or 1 if the words for them are only
    "sources" or "reports"; 1 where the wording hides who says so, 0 for the writer alone.  The
    machine reader does not tell documents and eyewitnesses, so it never says 5.
    """
    if attribution == "vague":
        left = set(words.lower().split()) - _BEFORE
        return 1 if left and left <= _BARE else 2
    return {"person": 4, "institution": 3, "hidden": 1}.get(attribution, 0)


def _claims(article: Article, reading: Reading, places: Iterable[Extent]) -> list[Span]:
    by_place = {one.where: one for one in reading.sentences}
    spans: dict[Extent, Span] = {}
    traced = []
    for place in places:
        one = by_place.get(place) or _first_in(reading, place)
        if one is None:
            continue
        words = article.quote(one.source) if one.source else ""
        if one.source:
            spans[one.source] = Span(one.source.start, one.source.end, SOURCE)
        ends = (join(one.source, SOURCE),) if one.source else ()
        traced.append(Span(place.start, place.end, f"rung-{rung_of(one.attribution, words)}", one.attribution_reason,
                           joined=ends))
    return [*spans.values(), *traced]


def _first_in(reading: Reading, place: Extent) -> SentenceReading | None:
    return next((one for one in reading.sentences if one.where.overlap(place)), None)
