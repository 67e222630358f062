"""What a second look changed: cues found and lost, marks taken back, from one pass to the next."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kit.measure.feedback import Row, rows
from kit.measure.row import sentence_numbers
from kit.model.annotations import AnnotationSet, AnswerKey, alike
from kit.model.article import Article
from kit.model.labels import is_by_claim, is_by_sentence

_WHOLE = {"match": 2, "label": 2, "partly": 1}


@dataclass(frozen=True)
class Changes:
    """The places that count more after the second look, and those that count less, in words.

    ``better`` and ``worse`` are items of the key, ``gone`` and ``new`` marks that are not in it.
    """

    better: tuple[str, ...] = ()
    worse: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    new: tuple[str, ...] = ()

    @property
    def any(self) -> bool:
        """Whether anything that counts is different."""
        return bool(self.better or self.worse or self.gone or self.new)


def changes(article: Article, answer: AnnotationSet, key: AnswerKey, mended: Iterable[Row]) -> Changes:
    """Return what changed from the first pass to ``mended``, the rows of the final marks; nothing without a first pass.

    Raises:
        WrongArticleError: answer or key was made on another text.
        KitError: neither scheme reads as the other.
    """
    if answer.first_pass is None or answer.first_pass == answer.spans:
        return Changes()
    first = _credits(article, rows(article, *alike(answer.first(), key)), key.scheme)
    last = _credits(article, mended, key.scheme)
    moved = [(words, last.get(place, (words, 0))[1] - credit) for place, (words, credit) in first.items()]
    moved += [(words, credit) for place, (words, credit) in last.items() if place not in first and place[0] == "key"]
    before, after = _extra(first), _extra(last)
    return Changes(tuple(words for words, step in moved if step > 0),
                   tuple(words for words, step in moved if step < 0),
                   tuple(words for place, words in before.items() if place not in after),
                   tuple(words for place, words in after.items() if place not in before))


def _extra(held: Mapping) -> dict:
    return {place: words for place, (words, _) in held.items() if place[0] == "mine"}


def _credits(article: Article, compared: Iterable[Row], scheme: str) -> dict[tuple, tuple[str, int]]:
    """Return for every item of the key its words and what it counts, 0 to 2; for an extra mark, 0."""
    by_sentence = is_by_sentence(scheme) or is_by_claim(scheme)
    numbers = sentence_numbers(article) if by_sentence else ()
    held = {}
    for row in compared:
        if row.outcome == "open":
            continue
        whose, marks = ("mine", row.mine) if row.outcome == "extra" else ("key", row.theirs)
        words = f"sentence {numbers[row.sentence]}" if by_sentence and numbers[row.sentence] else (
            row.theirs_words or row.words)
        credit = 2 * bool(row.right_label) if by_sentence else _WHOLE.get(row.outcome, 0)
        held[whose, marks[0]["first"], marks[0]["stop"]] = (words, credit)
    return held
