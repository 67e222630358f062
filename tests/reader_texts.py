"""Texts with keys for the machine reader, and how well a reader does on them.

A key's core cues must be found; what is accepted or contested is free, found or not.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kit.model.annotations import AnswerKey
from kit.model.article import Article
from kit.model.files import load_article, load_key
from kit.model.marked import parse
from kit.model.spans import Span
from kit.reader.reading import machine_read

HERE = Path(__file__).parent
Reader = Callable[[Article], Iterable[Span]]


@dataclass(frozen=True)
class Text:
    """An article with its keys for cues, roles and attribution."""

    article: Article
    cues: AnswerKey
    roles: AnswerKey
    attribution: AnswerKey | None


@dataclass(frozen=True)
class Counts:
    """Right, extra and missed; they add up."""

    right: int = 0
    extra: int = 0
    missed: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.right + other.right, self.extra + other.extra, self.missed + other.missed)

    @property
    def precision(self) -> float:
        """Share of what was found that is right; 1 if nothing was."""
        return self.right / (self.right + self.extra) if self.right + self.extra else 1.0

    @property
    def recall(self) -> float:
        """Share of what is there that was found; 1 if nothing is."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of the two (van Rijsbergen 1979, chapter 7)."""
        return 2 * self.right / (2 * self.right + self.extra + self.missed) if self.right else 0.0


@dataclass(frozen=True)
class Result:
    """Counts by sentence, by cue and by token, and how many found cues have the right kind."""

    sentences: Counts = Counts()
    cues: Counts = Counts()
    tokens: Counts = Counts()
    right_kind: int = 0

    def __add__(self, other: "Result") -> "Result":
        return Result(self.sentences + other.sentences, self.cues + other.cues, self.tokens + other.tokens,
                      self.right_kind + other.right_kind)

    @property
    def kind(self) -> float:
        """Share of the cues found that have the right kind."""
        return self.right_kind / self.cues.right if self.cues.right else 1.0


@cache
def texts(which: str) -> tuple[Text, ...]:
    """Return the texts of a folder: "development" or "held-out"."""
    names = sorted(path.name.removesuffix(".cues.txt") for path in (HERE / "texts" / which).glob("*.cues.txt"))
    return tuple(_text(HERE / "texts" / which, name) for name in names)


def lesson_one() -> Text:
    """Return the article of lesson 1."""
    id = "north-korea-2024"
    return Text(load_article(id), load_key(id), load_key(id, scheme="roles"), None)


def cases() -> Iterator[tuple[str, int, str]]:
    """Yield the golden cases: name of the file, number of the line, marked text."""
    for path in sorted((HERE / "cues").glob("*.txt")):
        for number, line in enumerate(path.read_text("utf-8").split("\n"), 1):
            if line.strip() and not line.startswith("#"):
                yield path.stem, number, line.strip()


def judge(text: Text, found: Iterable[Span]) -> Result:
    """Compare what a reader found with the key."""
    found = list(found)
    core, other = text.cues.tier("core"), text.cues.tier("accepted", "contested")
    rest, right, kind = list(found), 0, 0
    for item in core:
        here = [span for span in rest if span.overlap(item.core)]
        if here:
            rest.remove(here[0])
            right, kind = right + 1, kind + (here[0].label in item.labels)
    extra = [span for span in rest if not any(span.overlap(item) for item in text.cues.spans)]

    def count(units: Iterable, free: Iterable) -> Counts:
        counts = Counts()
        for unit in units:
            there, seen = any(map(unit.overlap, (i.core for i in core))), any(map(unit.overlap, found))
            forgiven = not there and any(map(unit.overlap, free))
            counts += Counts(there and seen, seen and not there and not forgiven, there and not seen)
        return counts

    return Result(count(text.article.sentences, other), Counts(right, len(extra), len(core) - right),
                  count(text.article.tokens, text.cues.spans), kind)


def measure(reader: Reader, which: Iterable[Text]) -> Result:
    """Return the counts of a reader over several texts."""
    return sum((judge(text, reader(text.article)) for text in which), Result())


def attributions(which: Iterable[Text]) -> Counts:
    """Return how often a sentence is rightly taken to credit somebody; furniture and questions count as well."""
    counts = Counts()
    for text in which:
        for there, seen in _labels(text, text.attribution, "attribution"):
            counts += Counts("none" not in there and seen != "none", there == {"none"} and seen != "none",
                             "none" not in there and seen == "none")
    return counts


FIVE_ROLES = ("claim", "background", "projection", "reaction", "comment")


def roles(which: Iterable[Text]) -> float:
    """Return macro-F1 over the five roles; a role that the key holds for as right is right."""
    counts = dict.fromkeys(FIVE_ROLES, Counts())
    for text in which:
        for there, seen in _labels(text, text.roles, "role"):
            if not there & set(FIVE_ROLES):
                continue
            if seen in there and seen in counts:
                counts[seen] += Counts(right=1)
                continue
            if seen in counts:
                counts[seen] += Counts(extra=1)
            counts[next(role for role in FIVE_ROLES if role in there)] += Counts(missed=1)
    return sum(one.f1 for one in counts.values()) / len(counts)


def _labels(text: Text, key: AnswerKey, name: str) -> Iterator[tuple[set[str], str]]:
    """Yield for each sentence of the key the labels that are right, and what the reader says of it."""
    sentences = machine_read(text.article).sentences
    for item in key.tier("core"):
        covered = max(sentences, key=lambda sentence: sentence.where.overlap(item))
        yield set(item.labels), getattr(covered, name)


def _text(folder: Path, name: str) -> Text:
    written = {kind: parse((folder / f"{name}.{kind}.txt").read_text("utf-8").rstrip("\n"), article=name, scheme=kind)
               for kind in ("cues", "roles", "attribution")}
    article = Article(name, written["cues"][0].split("\n")[0], "Written for the tests; all invented.", written["cues"][0])
    return Text(article, *(key for _, key in written.values()))
