"""Roles and attribution of sentences, as proposals."""

from dataclasses import dataclass
from kit.model.article import Article
from kit.model.spans import Extent

@dataclass(frozen=True, slots=True)
class SentenceReading:
    where: Extent
    role: str
    role_confidence: float
    role_reason: str
    attribution: str
    attribution_confidence: float
    attribution_reason: str
    source: Extent | None = None

class Roles:
    def __init__(self, article: Article) -> None:
        self._furniture = article.headings if len(article.paragraphs) > 1 else frozenset()
        self.article = article
    def is_furniture(self, number: int) -> bool:
        return number in self._furniture
    def read(self, number, words, tokens, cues):
        return SentenceReading(self.article.sentences[number], "claim", .3, "", "none", .3, "")
