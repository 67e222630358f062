"""What marking without reading would bring: answers that a reader should leave behind."""

from collections.abc import Iterable

from kit.measure.score import Score, score
from kit.measure.sourcing import claims
from kit.model.annotations import AnnotationSet, AnswerKey
from kit.model.article import Article
from kit.model.labels import SCHEMES, is_by_claim, is_by_sentence, scheme_called
from kit.model.spans import Extent, Span

EVERYTHING, NOTHING, ALL = "everything", "nothing", "all-"
_FIRST_ROLE, _NOT_ASKED = "claim", "furniture"


def blind_answers(article: Article, key: AnswerKey, scheme: str) -> dict[str, AnnotationSet]:
    """Return answers that need no reading, by name.

    For cues: "everything" (each token for itself or each sentence as a whole, whichever the key
    likes better) and "nothing".  For roles: "all-claim", the best single role under a name of
    the same kind, and "nothing".  For claims: the best single rung, and "nothing".

    Raises:
        WrongArticleError: the key was made on another text.
        KitError: the scheme is none, or the key does not read as it.
    """
    key.require(article)
    known = scheme_called(scheme)
    if is_by_claim(scheme):
        places = list(claims(key))
        best = _best(article, key, {label: _labelled(article, scheme, places, label) for label in known.ids
                                    if label.startswith("rung-")})
        answers = {f"{ALL}{best[0]}": best[1]}
    elif is_by_sentence(scheme):
        answers = _single_roles(article, key, scheme)
    else:
        label = known.ids[0]
        answers = {EVERYTHING: _best(article, key, {
            "tokens": _labelled(article, scheme, article.tokens, label),
            "sentences": _labelled(article, scheme, article.sentences, label)})[1]}
    return answers | {NOTHING: AnnotationSet.on(article, scheme, NOTHING)}


def worth(article: Article, answer: AnnotationSet, key: AnswerKey) -> float | None:
    """Return the one number of an answer, 0 to 1; None where the key asks nothing and nothing was marked.

    F1 for cues, the share that is right for sentences and claims.
    """
    return number(score(article, answer, key), answer.scheme)


def number(counts: Score, scheme: str) -> float | None:
    """Return the one number of a score: F1 for cues, the share for sentences and claims; None without any."""
    return counts.f1 if scheme in SCHEMES and SCHEMES[scheme].unit == "token" else counts.share


def _single_roles(article: Article, key: AnswerKey, scheme: str) -> dict[str, AnnotationSet]:
    places = [sentence for at, sentence in enumerate(article.sentences) if at not in article.headings]
    single = {label: _labelled(article, scheme, places, label) for label in SCHEMES[scheme].ids if label != _NOT_ASKED}
    best, answer = _best(article, key, single)
    first = {f"{ALL}{_FIRST_ROLE}": single[_FIRST_ROLE]} if _FIRST_ROLE in single else {}
    return first | {f"{ALL}{best}": answer}


def _best(article: Article, key: AnswerKey, answers: dict[str, AnnotationSet]) -> tuple[str, AnnotationSet]:
    """Return the answer that scores best, with its name; the first of several."""
    return max(answers.items(), key=lambda named: worth(article, named[1], key) or 0.0)


def _labelled(article: Article, scheme: str, places: Iterable[Extent], label: str) -> AnnotationSet:
    return AnnotationSet.on(article, scheme, "blind", [Span(place.start, place.end, label) for place in places])
