"""The rows of a comparison, and how sentences and words are named in them."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

from kit.model.article import Article
from kit.model.spans import Extent, Span

RESULTS = {"match": ("Match", "="), "partly": ("Partly", "~"), "label": ("Different label", "≠"),
           "missed": ("Missed", "−"), "extra": ("Extra", "+"), "open": ("Open", "?")}
WITHOUT_KEY = {"missed": "Only theirs", "extra": "Only mine"}


@dataclass(frozen=True)
class Row:
    """One line of a comparison.

    ``outcome`` is match, partly, label, missed, extra or open, with its word and symbol.
    ``first`` and ``stop`` are the tokens of the whole place.  ``mine`` and ``theirs`` are marks
    ``{"first", "stop", "label"}`` in tokens; ``sentence`` is counted from 0.  ``right_label``
    is None where there is no pair.
    """

    outcome: str
    word: str
    symbol: str
    first: int
    stop: int
    mine: tuple[dict, ...]
    theirs: tuple[dict, ...]
    words: str
    mine_words: str
    theirs_words: str
    sentence: int
    why: str
    look_alike: bool = False
    right_label: bool | None = None

    def as_dict(self) -> dict:
        """Return the row as the page takes it; ``right_label`` stays behind."""
        row = {part.name: getattr(self, part.name) for part in fields(self) if part.name != "right_label"}
        return row | {"mine": [dict(mark) for mark in self.mine], "theirs": [dict(mark) for mark in self.theirs]}


def sentence_numbers(article: Article) -> tuple[int | None, ...]:
    """Return the number of every sentence as a reader counts, from 1; None for a heading."""
    numbers, number = [], 0
    for sentence in range(len(article.sentences)):
        number += sentence not in article.headings
        numbers.append(None if sentence in article.headings else number)
    return tuple(numbers)


def sentences_of(article: Article, place: Extent) -> range:
    first, stop = article.sentence_range(place)
    return range(first, stop) if first < stop else range(first, min(first + 1, len(article.sentences)))


def named(article: Article, places: Sequence[int]) -> str:
    """Return sentences as a reader finds them: "sentences 3, 5 to 8 and 12, the title and the headings"."""
    numbers = sentence_numbers(article)
    counted = [numbers[place] for place in places if numbers[place]]
    parts = [numbered("sentence", counted)] if counted else []
    headings = [place for place in places if numbers[place] is None]
    parts += ["the title"] * (0 in headings) + ["the headings"] * any(headings)
    return listed(parts)


def numbered(thing: str, numbers: Sequence[int]) -> str:
    """Return numbered things in words: "claim 3", "claims 1, 4 to 6 and 9"."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    shown = [str(part) for run in runs for part in (run if len(run) < 3 else [f"{run[0]} to {run[-1]}"])]
    return f"{thing if len(numbers) == 1 else f'{thing}s'} {listed(shown)}"


def listed(parts: Sequence[str]) -> str:
    return " and ".join(part for part in (", ".join(parts[:-1]), *parts[-1:]) if part)


def marks(article: Article, spans: Sequence[Span]) -> tuple[dict, ...]:
    ranges = [(*article.token_range(span), span.label) for span in spans]
    return tuple({"first": first, "stop": stop, "label": label} for first, stop, label in ranges)


def quoted(article: Article, spans: Sequence[Span]) -> str:
    return " … ".join(dict.fromkeys(article.quote(span) for span in spans))
