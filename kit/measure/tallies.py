"""What a class marked, in plain counts: who draws or prints it needs no answer of anybody."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kit.measure.interval import wilson
from kit.measure.score import Score
from kit.model.annotations import AnswerKey
from kit.model.article import Article
from kit.model.labels import is_by_claim, is_by_sentence
from kit.model.spans import Extent, KeySpan

FEWEST = 5  # people; what fewer have done would tell about each of them


@dataclass(frozen=True)
class Item:
    """One item of the key, with how many of ``of`` people did what there.

    ``found``, ``loose`` and ``missed`` add up to ``of`` for an item that is asked; for an open one they are
    0.  ``right`` counts the right labels (for sentences and claims: what is right), ``labels`` the
    labels at this place; whoever has none there is not in it.  ``sources`` counts, for claims,
    what the words for who says so are: right, passed on, other, missing, nobody.
    """

    cue: KeySpan
    of: int
    found: int = 0
    loose: int = 0
    missed: int = 0
    right: int = 0
    labels: Mapping[str, int] = field(default_factory=dict)
    sources: Mapping[str, int] = field(default_factory=dict)
    missed_by: tuple[str, ...] = ()

    @property
    def marked(self) -> int:
        """How many marked it."""
        return sum(self.labels.values())


@dataclass(frozen=True)
class Extra:
    """Words (or a sentence) that are not in the key, and how many people marked them.

    ``note`` is that of a look-alike here.  ``detail`` is what most often was the matter: "",
    too wide, second mark, beside.
    """

    place: Extent
    count: int
    labels: Mapping[str, int]
    note: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Choices:
    """A question with chosen answers: how often each choice was made, and how many made none."""

    id: str
    counts: Mapping[str, int]
    right: tuple[str, ...]
    right_people: int
    none: int


@dataclass(frozen=True)
class Tallies:
    """A class on one exercise, in plain counts.

    ``marked`` counts, for every token, who marked it.  ``first`` and ``mended`` are the scores of
    all, added up; ``up``, ``same`` and ``down`` count those whose mended pass is worth more, as
    much, or less, ``unchecked`` those without a first pass of their own.  ``points`` is how many
    reached which share of the points, 0 to 1, in order; ``out_of`` is 0 where it was not the same
    for all.  ``alpha`` was worked out on ``sampled`` answers; None where there is none.
    """

    article: Article
    key: AnswerKey
    people: int
    marked: tuple[int, ...]
    items: tuple[Item, ...]
    open: tuple[Item, ...]
    extras: tuple[Extra, ...]
    first: Score
    mended: Score
    up: int
    same: int
    down: int
    unchecked: int
    choices: tuple[Choices, ...]
    points: tuple[tuple[float, int], ...]
    out_of: float
    alpha: float | None
    sampled: int

    @property
    def by_sentence(self) -> bool:
        """Whether sentences were labelled."""
        return is_by_sentence(self.key.scheme)

    @property
    def by_claim(self) -> bool:
        """Whether claims were traced to their sources."""
        return is_by_claim(self.key.scheme)

    def credit(self, item: Item) -> float:
        """Return how many people's worth of credit an item has: a loose mark counts half."""
        return item.right if self.by_sentence or self.by_claim else item.found + item.loose / 2

    def share(self, item: Item) -> float | None:
        """Return how much of the class has an item, 0 to 1; the lower, the harder.  None for nobody."""
        return self.credit(item) / item.of if item.of else None

    def interval(self, item: Item) -> tuple[float, float]:
        """Return the 95 % interval of ``share``; see ``wilson``."""
        return wilson(self.credit(item), item.of)

    @property
    def hardest(self) -> tuple[Item, ...]:
        """The items that are asked, the hardest first; of equally hard ones, the earlier."""
        return tuple(sorted(self.items, key=lambda item: (self.share(item) or 0.0, item.cue.start)))
