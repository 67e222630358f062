"""Which claims of a text are to be traced: those of its key, or of the lesson or exercise on it."""

import json
from importlib import resources

from kit.errors import KitError
from kit.measure.sourcing import claims
from kit.model.annotations import AnswerKey
from kit.model.article import Article
from kit.model.files import load_article
from kit.model.labels import is_by_claim

_PLANS = (".lesson.json", ".exercise.json")


def asked_of(article: Article, key: AnswerKey | None) -> tuple[int, ...]:
    """Return the claims to trace, as indexes into ``article.sentences`` in reading order.

    Those of the key, if it has some; otherwise those of the kit's lesson or exercise on this
    text, an exercise's key being kept away from those who do it.  Empty where neither is known.
    """
    if key is not None and is_by_claim(key.scheme):
        key.require(article)
        places = claims(key)
        return tuple(number for number, place in enumerate(article.sentences) if place in places)
    return _planned(article)


def _planned(article: Article) -> tuple[int, ...]:
    """Return the claims that a plan asks of a text; empty for a text that is only called like one of the kit's."""
    try:
        if load_article(article.id).fingerprint != article.fingerprint:
            return ()
    except KitError:  # a text of one's own
        return ()
    for path in sorted((resources.files("kit") / "articles").iterdir(), key=lambda one: one.name):
        plan = json.loads(path.read_text("utf-8")) if path.name.endswith(_PLANS) else {}
        if plan.get("article") == article.id and "claims" in plan:
            return tuple(sorted(plan["claims"]))
    return ()
