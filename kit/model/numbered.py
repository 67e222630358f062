"""Sentences and words as they are counted on paper."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from kit.model.article import Article
from kit.model.spans import Extent

_STRAIGHT = str.maketrans("‘’ʼ´“”„«»‐‑", "''''\"\"\"\"\"--")
_SIGNS_AT_ENDS = re.compile(r"^[\W_]+|[\W_]+$")


@dataclass(frozen=True)
class Sentence:
    """A sentence under the name it has on paper: "3", or "h1" for the first heading.

    ``first`` is its first token; ``words`` are the tokens that are words and no mere signs.
    ``spelled`` has a spelling for each word in which small differences are gone.
    """

    name: str
    extent: Extent
    first: int
    stop: int
    words: tuple[int, ...]
    spelled: tuple[str, ...]

    @property
    def is_heading(self) -> bool:
        """Whether readers leave this one out when they count."""
        return self.name.startswith("h")

    def token(self, word: int, sign: int = 0) -> int | None:
        """Return the token of a word, counted from 1, or of the ``sign``-th sign behind it.

        Word 0 stands before the first.  None if there is no such word or sign.
        """
        if not 0 <= word <= len(self.words) or (word == sign == 0):
            return None
        token = (self.words[word - 1] if word else self.first - 1) + sign
        following = self.words[word] if word < len(self.words) else self.stop
        return token if token < following else None

    def place(self, token: int) -> tuple[int, int]:
        """Return the word and sign that ``token`` leads back from."""
        word = sum(number <= token for number in self.words)
        return word, token - (self.words[word - 1] if word else self.first - 1)

    def where(self, spelled: tuple[str, ...]) -> list[tuple[int, int]]:
        """Return where words stand in a row, as tokens ``(first, stop)``; empty if nowhere."""
        size = len(spelled)
        return [(self.words[at], self.words[at + size - 1] + 1) for at in range(len(self.words) - size + 1)
                if size and self.spelled[at:at + size] == spelled]


def numbered(article: Article) -> tuple[Sentence, ...]:
    """Return all sentences in reading order, headings counted apart; empty for a text of white space."""
    return tuple(_numbered(article))


def _numbered(article: Article) -> Iterator[Sentence]:
    counts = {"": 0, "h": 0}
    for number, extent in enumerate(article.sentences):
        kind = "h" if number in article.headings else ""
        counts[kind] += 1
        first, stop = article.token_range(extent)
        found = [(token, spelling(article.quote(article.tokens[token]))) for token in range(first, stop)]
        words = [(token, word) for token, word in found if word]
        yield Sentence(f"{kind}{counts[kind]}", extent, first, stop,
                       tuple(token for token, _ in words), tuple(word for _, word in words))


def spelling(word: str) -> str:
    """Return a word without case, curly signs and signs at its ends; "" for what is no word."""
    plain = unicodedata.normalize("NFC", word.translate(_STRAIGHT)).casefold()
    return _SIGNS_AT_ENDS.sub("", plain)


def spellings(typed: str) -> tuple[str, ...]:
    """Return the words in something typed, each spelled as in ``Sentence.spelled``."""
    whole = Article("typed", "", "", unicodedata.normalize("NFC", typed))
    if not typed.strip():
        return ()
    pieces = whole.offsets_in(Extent(0, len(whole.text)))
    return tuple(filter(None, (spelling(whole.text[start:end]) for start, end in pieces)))
