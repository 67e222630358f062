"""Which claims of a text are to be traced: those of its key, or of the lesson or exercise on it."""

from kit.measure.sourcing import claims
from kit.model.annotations import AnswerKey
from kit.model.article import Article
from kit.model.labels import is_by_claim
from kit.model.plans import plan_for


def asked_of(article: Article, key: AnswerKey | None) -> tuple[int, ...]:
    """Return the claims to trace, as indexes into ``article.sentences`` in reading order.

    Those of the key, if it has some; otherwise those of the kit's lesson or exercise on this
    text, an exercise's key being kept away from those who do it.  Empty where neither is known.
    """
    if key is not None and is_by_claim(key.scheme):
        key.require(article)
        places = claims(key)
        return tuple(number for number, place in enumerate(article.sentences) if place in places)
    plan = plan_for(article) or {}
    return tuple(sorted(plan.get("claims", ())))
