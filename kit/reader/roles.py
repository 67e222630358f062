"""Roles and attribution of sentences: proposals, each with a reason and how sure it is.

A role is chosen by points.  Each sign that a sentence shows gives points to some roles
(``english/signs.txt``), and the role with most points wins.  How sure that is follows from how
far it is ahead.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import exp, fsum

from kit.model.article import Article
from kit.model.spans import Extent
from kit.reader.cues import Cue
from kit.reader.furniture import furniture_in
from kit.reader.patterns import Words
from kit.reader.signs import Signs, signs
from kit.reader.sources import Offsets, Source, Speakers, paragraph_numbers

ROLES = ("claim", "background", "projection", "reaction", "comment")
_QUESTION = "It ends with a question mark, and the text itself asks."
_NO_SPEAKER = "Furniture is not asked who stands behind it."
# In tenths of a point.  The larger, the less a lead counts: of ten sentences given 0.8 eight shall be right.
_DOUBT = 10
# Two careful readers differ on one role in ten, and on texts it was not fitted to the reader is never surer than this.
_SUREST = 0.85
_NOTHING = (0,) * len(ROLES)


@dataclass(frozen=True, slots=True)
class SentenceReading:
    """What a sentence may be for and who may stand behind it.

    ``role`` is one of claim, background, projection, reaction, comment, question, furniture;
    ``attribution`` one of person, institution, vague, hidden, none.  Confidences go from 0
    to 1: of sentences given 0.8, about eight in ten are right.  ``source`` are the words that
    name the source; for a quotation that goes on they stand in another sentence.
    """

    where: Extent
    role: str
    role_confidence: float
    role_reason: str
    attribution: str
    attribution_confidence: float
    attribution_reason: str
    source: Extent | None = None


class Roles:
    """Reads the sentences of an article one after the other, each once, in their order."""

    def __init__(self, article: Article) -> None:
        self._article = article
        self._furniture = furniture_in(article)
        paragraphs = paragraph_numbers(article)
        self._speakers = Speakers(article, paragraphs)
        self._signs = Signs(article, self._furniture, paragraphs)

    def is_furniture(self, number: int) -> bool:
        """Tell whether a sentence is a headline, a date, a heading or a line about the page."""
        return number in self._furniture

    def read(self, number: int, words: Words, tokens: Offsets, cues: Sequence[Cue]) -> SentenceReading:
        """Propose role and attribution of a sentence; ``tokens`` are where its ``words`` start and end."""
        where = self._article.sentences[number]
        if number in self._furniture:
            return SentenceReading(where, "furniture", *self._furniture[number], "none", 0.95, _NO_SPEAKER)
        source = self._speakers.read(number, words, tokens)
        role = self._role(number, words, cues, source)
        self._signs.remember(role[0])
        return SentenceReading(where, *role, source.label, source.confidence, source.reason, source.where)

    def _role(self, number: int, words: Words, cues: Sequence[Cue], source: Source) -> tuple[str, float, str]:
        found = self._signs.find(number, words, cues, source)
        if "?" in words.raw[-3:] and words.raw[-1] in "?\"')" and source.quoted < 0.6:
            return "question", 0.9, _QUESTION
        given = [_table().get(sign, _NOTHING) for sign in found]
        totals = list(map(sum, zip(*given, strict=True)))
        most = max(totals)
        best = totals.index(most)
        sure = 1 / fsum([exp((total - most) / _DOUBT) for total in totals])
        why = _reason(ROLES[best], *_strongest(found, [points[best] for points in given]))
        return ROLES[best], min(_SUREST, round(sure, 2)), why


def _strongest(found: Sequence[str], points: list[int]) -> list[str]:
    """Return the two signs that gave most points; fewer if there are no more that gave any."""
    strongest = []
    for _ in range(2):
        most = max(points)
        if most > 0:
            strongest.append(found[points.index(most)])
            points[points.index(most)] = 0
    return strongest


@cache
def _table() -> dict[str, tuple[int, ...]]:
    """Return the points of each sign, in tenths and in the order of ``ROLES``."""
    return {name: tuple(dict(sign.points).get(role, 0) for role in ROLES) for name, sign in signs().items()}


@cache
def _reason(role: str, *names: str) -> str:
    """Return why, in a student's words; sentences with the same signs share it."""
    if not names:
        return f"No sign points anywhere else: perhaps {role}."
    return f"Signs of {role}: " + "; ".join(f"{signs()[name].why} ({name})" for name in names) + "."
