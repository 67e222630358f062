"""A small rumour with its claims and sources, for tests of figures: who says so, and who took it from whom."""

from dataclasses import replace

from kit.model.annotations import AnnotationSet, as_key
from kit.model.article import Article
from kit.model.labels import SOURCES
from kit.model.relations import GOES_BACK, SOURCE, join
from kit.model.spans import Span

_TEXT = ("The club has sold Ana Bek, a blog writes. A person close to her agent told the Post that she leaves in May. "
         "The Mail, citing the Post, says the fee is high. Sources speak of five years. "
         "The register of the league shows no deal. Her coach, Ida Lund, has seen no offer. "
         "The flat in the harbour is empty. Radio Nine calls it a done deal and names the Mail.")
RUMOUR = Article("rumour", "Ana Bek to leave", "Written for a test", _TEXT)
BLOG, PERSON, POST, MAIL, FEW, REGISTER, COACH, RADIO = (
    "a blog", "A person close to her agent", "the Post", "The Mail", "Sources", "The register of the league", "Ida Lund",
    "Radio Nine")


def words(quote: str, *back: str, article: Article = RUMOUR) -> Span:
    """Return source words, which go back to other words."""
    start = article.text.index(quote)
    return Span(start, start + len(quote), SOURCE, joined=tuple(join(words(one, article=article), GOES_BACK) for one in back))


def claim(sentence: int, label: str, *said_by: str, article: Article = RUMOUR) -> Span:
    """Return the claim of a sentence, counted from 0, joined to source words."""
    where = article.sentences[sentence]
    return Span(where.start, where.end, label, joined=tuple(join(words(one, article=article), SOURCE) for one in said_by))


def traced(*spans: Span, article: Article = RUMOUR) -> AnnotationSet:
    """Return the claims and sources of a student."""
    return AnnotationSet.on(article, SOURCES, "student", spans)


_RIGHT = traced(words(BLOG, RADIO), words(PERSON), words(POST, PERSON), words(MAIL, POST), words(FEW), words(REGISTER),
                words(COACH), words(RADIO, MAIL), claim(0, "rung-1", BLOG), claim(1, "rung-2", PERSON),
                claim(2, "rung-2", PERSON), claim(3, "rung-1", FEW), claim(4, "rung-5", REGISTER),
                claim(5, "rung-4", COACH), claim(6, "rung-0"), claim(7, "rung-2", RADIO))
_ALSO = {3: {"also": ("rung-0",)}, 6: {"tier": "contested"}}


def _changed(item):
    at = RUMOUR.sentence_range(item)[0]
    return replace(item, **_ALSO[at]) if item.label != SOURCE and at in _ALSO else item


# Claims 1 to 8; claim 4 is as right on rung 0, claim 7 is contested.
KEY = replace(as_key(_RIGHT), spans=tuple(map(_changed, as_key(_RIGHT).spans)))
# Claims 1, 2 and 8 are too high by two, 6 is too low by three, 5 one off, 4 right; 7 has no rung, 3 no mark.
MINE = traced(words(BLOG), words(POST), words(MAIL, POST), words(FEW), words(COACH), words(RADIO), words(REGISTER),
              claim(0, "rung-3", BLOG), claim(1, "rung-4", POST, MAIL), claim(3, "rung-1", FEW), claim(4, "rung-4", REGISTER),
              claim(5, "rung-1"), claim(6, "claim"), claim(7, "rung-4", MAIL))


def _many() -> tuple[Article, AnnotationSet]:
    """Return a text of 40 claims, most of them on one rung, and a chain of sources with endless names."""
    names = [f"The {'very ' * (3 * number)}honourable Association number{number:02}" for number in range(9)]
    text = " ".join([*(f"{name} says so." for name in names), *(f"It is so for the time{number:02}." for number in range(31))])
    article = Article("many", "Title", "source", text)
    spans = [words(names[0], article=article)]
    spans += [words(name, before, article=article) for name, before in zip(names[1:], names)]
    spans += [claim(number, f"rung-{number % 3 if number < 9 else 3}", names[min(number, 8)], article=article)
              for number in range(40)]
    return article, traced(*spans, article=article)


MANY = _many()
