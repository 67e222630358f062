"""How far annotators agree, beyond what chance alone would bring."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from kit.errors import needs
from kit.measure.score import Score, score
from kit.model.annotations import AnnotationSet, AnswerKey, alike
from kit.model.article import Article
from kit.model.labels import is_by_claim, is_by_sentence, unit_of
from kit.model.spans import Span

NOTHING = "nothing"  # the label of a unit outside every span
_OPEN = None         # a unit that a key leaves open
_FURNITURE = "furniture"


@dataclass(frozen=True)
class Agreement:
    """Observed and expected agreement, both 0 to 1 (None without units), and how many units."""

    observed: float | None
    expected: float | None
    units: int

    @property
    def kappa(self) -> float | None:
        """Agreement beyond chance, at most 1; None where chance alone agrees on everything.

        Source:
            Cohen (1960), "A coefficient of agreement for nominal scales", formula (1).
        """
        if self.expected is None or self.expected == 1:
            return None
        return (self.observed - self.expected) / (1 - self.expected)


def agreement(article: Article, left: AnnotationSet, right: AnnotationSet) -> Agreement:
    """Compare two annotators on every token, or on every sentence where the scheme is about them.

    A unit outside every span counts as labelled "nothing".  Where spans of one annotator
    overlap, the label first in the alphabet wins.  Of a key, the cores of its core items
    count; what it leaves open (accepted and contested items, words around a core) is left
    out.  Of sentences, headings and furniture are left out; of claims, the rungs count, on every
    sentence that anybody gave one.  Both sides are read in the coarser of their schemes.

    Raises:
        WrongArticleError: one of the sets was made on another text.
        KitError: neither scheme reads as the other.

    Source:
        Cohen (1960), "A coefficient of agreement for nominal scales".
    """
    pairs = list(zip(*_labels(article, (left, right))))
    if not pairs:
        return Agreement(None, None, 0)
    ours, theirs = Counter(mine for mine, _ in pairs), Counter(other for _, other in pairs)
    alike_by_chance = sum(ours[label] * theirs[label] for label in ours)
    same = sum(mine == other for mine, other in pairs)
    return Agreement(same / len(pairs), alike_by_chance / len(pairs) ** 2, len(pairs))


def alpha(article: Article, sets: Iterable[AnnotationSet]) -> float | None:
    """Return Krippendorff's alpha of two or more annotators, at most 1, on the units of ``agreement``.

    None for fewer than two annotators, without units, and where everybody used one label.

    Raises:
        WrongArticleError: one of the sets was made on another text.
        KitError: no scheme of theirs reads as all others.

    Source:
        Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", section C, as in NLTK.
    """
    labels = _labels(article, tuple(sets))
    if len(labels) < 2 or len({label for row in labels for label in row}) < 2:
        return None
    # NLTK takes long to import; `nltk.metrics` itself would bring the module of another name.
    with needs("NLTK"):
        from nltk.metrics.agreement import AnnotationTask

    return AnnotationTask([(coder, unit, label) for coder, row in enumerate(labels)
                           for unit, label in enumerate(row)]).alpha()


def cue_agreement(article: Article, left: AnswerKey, right: AnswerKey) -> Score:
    """Return how two keys find each other's core cues; its F1 is what a key states as made.

    Each one's cores are scored against the other, and the counts added, so that the order
    does not matter.

    Raises:
        WrongArticleError: one of the keys was made on another text.
        KitError: neither scheme reads as the other.
    """
    return score(article, _cores(left), right) + score(article, _cores(right), left)


def _cores(annotations: AnnotationSet) -> AnnotationSet:
    if not isinstance(annotations, AnswerKey):
        return annotations
    spans = tuple(Span(cue.core.start, cue.core.end, cue.label) for cue in annotations.tier("core"))
    return AnnotationSet(annotations.article, annotations.fingerprint, annotations.scheme,
                         annotations.annotator, spans)


def _labels(article: Article, sets: Sequence[AnnotationSet]) -> list[list[str]]:
    """Return one row of labels per annotator, over the units that count for all of them."""
    for annotations in sets:
        annotations.require(article)
    if len(sets) > 1:
        coarse = sets[0]
        for annotations in sets[1:]:
            coarse = alike(annotations, coarse)[1]
        sets = [annotations.in_scheme(coarse.scheme) for annotations in sets]
    by_claim = bool(sets) and is_by_claim(sets[0].scheme)
    sets = [_claims_alone(annotations) for annotations in sets] if by_claim else sets
    by_sentence = by_claim or bool(sets) and is_by_sentence(sets[0].scheme)
    rows = [_painted(article, annotations, by_sentence) for annotations in sets]
    counted = [column for number, column in enumerate(zip(*rows))
               if _OPEN not in column and not (by_sentence and _is_furniture(article, number, column))
               and not (by_claim and set(column) == {NOTHING})]
    return [list(row) for row in zip(*counted)] or [[] for _ in sets]


def _claims_alone(annotations: AnnotationSet) -> AnnotationSet:
    return replace(annotations, spans=tuple(span for span in annotations.spans
                                            if unit_of(annotations.scheme, span.label) == "sentence"))


def _is_furniture(article: Article, sentence: int, column: Sequence[str]) -> bool:
    return sentence in article.headings or (_FURNITURE in column and set(column) <= {_FURNITURE, NOTHING})


def _painted(article: Article, annotations: AnnotationSet, by_sentence: bool) -> list[str | None]:
    """Return the label of every unit: painted from the last letter on, so that the first stays."""
    find = article.sentence_range if by_sentence else article.token_range
    labels: list[str | None] = [NOTHING] * len(article.sentences if by_sentence else article.tokens)
    if isinstance(annotations, AnswerKey):
        for item in annotations.spans:
            _paint(labels, find(item), _OPEN)
    for span in sorted(_cores(annotations).spans, key=lambda span: span.label, reverse=True):
        _paint(labels, find(span), span.label)
    return labels


def _paint(labels: list[str | None], where: tuple[int, int], label: str | None) -> None:
    first, stop = where
    labels[first:stop] = [label] * (stop - first)
