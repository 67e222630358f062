"""Students who never lived: what they know is put in, so that a score can be held against it.

A student has a skill from 0 to 1: the chance to find a cue of middling difficulty (or to label such a
sentence right).  The chance at item j is that of Rasch's model, logit(skill) - difficulty[j].
All else follows from the skill by the few formulas of ``Exercise.habits``, which were set down
before any score was looked at and are not fitted to one.

Source:
    Rasch (1960), "Probabilistic Models for Some Intelligence and Attainment Tests", chapter 5.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from statistics import NormalDist

import numpy as np

from kit.model.annotations import AnnotationSet, AnswerKey
from kit.model.article import Article
from kit.model.labels import SCHEMES, is_by_claim, unit_of
from kit.model.marked import parse
from kit.model.spans import Extent, KeySpan, Span

LEAST, MOST = 0.02, 0.98  # skills beyond would find nothing, or everything, for ever
GRID = np.linspace(LEAST, MOST, 97)
SITES = 60                # words without a cue that somebody might mark
_WRONG = "wrong"          # a choice that no question has


def uniform(count: int, seed: int) -> np.ndarray:
    """Return skills of which each is as likely as any other."""
    return np.random.default_rng(seed).uniform(LEAST, MOST, count)


def normal(count: int, seed: int) -> np.ndarray:
    """Return skills around 0.6, two thirds of them within 0.15."""
    return np.clip(np.random.default_rng(seed).normal(0.6, 0.15, count), LEAST, MOST)


PRIORS = {uniform: np.ones_like(GRID), normal: np.exp(-((GRID - 0.6) / 0.15) ** 2 / 2)}


def chance(skill: np.ndarray, difficulty: Sequence[float]) -> np.ndarray:
    """Return the chance of every skill (rows) at every difficulty (columns, in logits)."""
    odds = np.asarray(skill) / (1 - np.asarray(skill))
    return odds[:, None] / (odds[:, None] + np.exp(difficulty)[None, :])


def guess(skill: np.ndarray, difficulty: Sequence[float]) -> np.ndarray:
    """Return the chance of the right one of three choices; who does not know it takes any."""
    return 1 / 3 + 2 / 3 * chance(skill, difficulty)


@dataclass(frozen=True)
class Exercise:
    """An exercise as simulated students do it; the key has the scheme of their answers."""

    article: Article
    key: AnswerKey

    @cached_property
    def items(self) -> tuple[KeySpan, ...]:
        """What must be found, or labelled: the core cues, sentences or claims."""
        unit = "token" if self.by_cue else "sentence"
        return tuple(item for item in self.key.tier("core")
                     if item.label != "furniture" and unit_of(self.key.scheme, item.label) == unit)

    @cached_property
    def by_cue(self) -> bool:
        return SCHEMES[self.key.scheme].unit == "token"

    @cached_property
    def difficulty(self) -> np.ndarray:
        """In logits: as far apart as chance would have them in a standard normal, in an order of chance."""
        return np.random.default_rng(5).permutation(_spread(len(self.items)))

    @cached_property
    def reasons(self) -> list[tuple[str, int, tuple[str, ...]]]:
        """The questions: name, how many choices are asked, the right ones."""
        return [(name, known.get("many", 1), tuple(known["right"])) for name, known in self.key.responses.items()]

    @cached_property
    def reason_difficulty(self) -> np.ndarray:
        return _spread(sum(many for _, many, _ in self.reasons))

    @cached_property
    def extras(self) -> list[Span]:
        """Marks on words that touch no item and lie beside none."""
        taken = {token for item in (*self.key.spans, *self.key.look_alikes)
                 for token in range(self.article.token_range(item)[0] - 2, self.article.token_range(item)[1] + 2)}
        free = [word for token, word in enumerate(self.article.tokens)
                if token not in taken and self.article.quote(word).isalpha()]
        places = [free[at] for at in sorted(np.random.default_rng(6).choice(len(free), SITES, replace=False))]
        return [Span(place.start, place.end, self.items[0].label) for place in places]

    def habits(self, skill: np.ndarray) -> dict[str, np.ndarray]:
        """Return the chances of what a skill does besides finding cues.

        Three in ten marks of somebody without any skill are loose and four in ten have a wrong
        label, and such a person marks two places without a cue for every five cues; all three fall to none.
        On the second look whatever is wrong with a mark is mended as often as half the skill.
        """
        wanting = 1 - skill
        return {"loose": 0.3 * wanting, "wrong": 0.4 * wanting, "mends": skill / 2,
                "extra": 0.4 * wanting * len(self.items) / SITES}

    # The answers of one student, as spans made once

    @cached_property
    def marks(self) -> dict[tuple[int, bool, bool], Span]:
        """The mark on each item, by number, whether it is loose, and whether its label is wrong."""
        return {(number, loose, wrong): self._mark(item, loose, wrong) for number, item in enumerate(self.items)
                for loose in (False, True) for wrong in (False, True)}

    def _mark(self, item: KeySpan, loose: bool, wrong: bool) -> Span:
        where = self._too_wide(item) if loose and self.by_cue else item.core
        label = next(self._wrong_labels(item)) if wrong else item.label
        return Span(where.start, where.end, label)

    def _too_wide(self, item: KeySpan) -> Extent:
        """Return the max with one word more, which touches no other item."""
        first, stop = self.article.token_range(item)
        others = [other for other in self.key.spans if other != item]
        wider = [self.article.extent(max(0, first - 1), stop), self.article.extent(first, stop + 1)]
        return next(one for one in wider if one != item.extent and not any(one.overlap(other) for other in others))

    def _wrong_labels(self, item: KeySpan) -> Iterator[str]:
        for label in SCHEMES[self.key.scheme].ids:
            if is_by_claim(self.key.scheme):
                near = [abs(int(label[-1]) - int(right[-1])) <= 1 for right in item.labels] if label[-1].isdigit() else [True]
                if not any(near):
                    yield label
            elif label not in item.labels and label != "furniture":
                yield label


def _spread(count: int) -> np.ndarray:
    return np.array([NormalDist().inv_cdf((at + 0.5) / count) for at in range(count)])


def thirty_cues() -> Exercise:
    """Return a text of thirty sentences with a cue in each, and six questions."""
    openings = ("The [mayor|-: a person]", "A bridge in Oldport", "The choir", "Her brother", "The northern line", "Our school")
    cues = ("[may|might] close", "[<reportedly>|hearsay] moved", "[could|might] win", "[is said to|hearsay] open",
            "[perhaps|might] paints", "[allegedly|hearsay] sold")
    ends = ("the long wall beside the river.", "two houses near the old station.", "a prize for the green boats.",
            "the narrow road behind our market.", "several songs about the cold winter.")
    source = " ".join(f"{openings[at % 6]} {cues[(at + at // 6) % 6]} {ends[at % 5]}" for at in range(30))
    text, key = parse(source, article="thirty-cues", scheme="cues-4")
    questions = {f"reason-{number}": {"right": ["right"]} for number in range(1, 7)}
    return Exercise(Article("thirty-cues", "Thirty cues", "Written for a test", text), replace(key, responses=questions))


@dataclass(frozen=True)
class Students:
    """What simulated students did: rows are students, columns items, sites or choices.

    ``hit`` and ``hit_again`` are the cues found at the first look, and at the second of those not
    found before; ``loose``, ``wrong`` and ``extra`` what was the matter with the first marks,
    ``loose_after`` and so on with the last; ``chosen`` the right choices.
    """

    exercise: Exercise
    skill: np.ndarray
    hit: np.ndarray
    hit_again: np.ndarray
    loose: np.ndarray
    loose_after: np.ndarray
    wrong: np.ndarray
    wrong_after: np.ndarray
    extra: np.ndarray
    extra_after: np.ndarray
    chosen: np.ndarray

    def answers(self, more: Sequence[Sequence[Span]] | None = None) -> Iterator[AnnotationSet]:
        """Yield the students' answers; ``more`` are marks that each of them adds in both passes."""
        done = self.hit | self.hit_again
        for row in range(len(self.skill)):
            added = tuple(more[row]) if more else ()
            first = self._spans(self.hit[row], self.loose[row], self.wrong[row], self.extra[row])
            last = self._spans(done[row], self.loose_after[row], self.wrong_after[row], self.extra_after[row])
            article, key = self.exercise.article, self.exercise.key
            yield AnnotationSet(article.id, article.fingerprint, key.scheme, "student", (*last, *added), (*first, *added),
                                self._responses(self.chosen[row]), "reasons")

    def _spans(self, hit: np.ndarray, loose: np.ndarray, wrong: np.ndarray, extra: np.ndarray) -> list[Span]:
        exercise = self.exercise
        if not exercise.by_cue:  # every sentence gets a label, right or wrong
            return [exercise.marks[number, False, not right] for number, right in enumerate(hit.tolist())]
        loose, wrong = loose.tolist(), wrong.tolist()
        marks = [exercise.marks[number, loose[number], wrong[number]] for number in np.flatnonzero(hit).tolist()]
        return marks + [exercise.extras[at] for at in np.flatnonzero(extra).tolist()]

    def _responses(self, chosen: np.ndarray) -> dict[str, object]:
        responses, at = {}, 0
        for name, many, right in self.exercise.reasons:
            picked = [right[number] if chosen[at + number] else f"{_WRONG}-{number}" for number in range(many)]
            responses[name] = picked if many > 1 else picked[0]
            at += many
        return responses

    def best(self, prior: np.ndarray, *, habits: bool = True, labels: bool = True, reasons: bool = True) -> np.ndarray:
        """Return the best guess of each skill, by somebody who knows every formula and difficulty.

        The mean of the skill given the data, under ``prior`` on ``GRID``; no score of the same data
        comes nearer in the mean of squares.  The data are the cues found at both looks and, unless they
        are left out, the reasons chosen, and how loose, extra and wrongly labelled the marks were.
        """
        found = chance(GRID, self.exercise.difficulty)
        hits = 1.0 * self.hit + self.hit_again
        misses = 1.0 * ~self.hit + (~self.hit & ~self.hit_again)
        log = hits @ np.log(found).T + misses @ np.log(1 - found).T
        if reasons:
            guessed = guess(GRID, self.exercise.reason_difficulty)
            log += self.chosen @ np.log(guessed).T + (~self.chosen) @ np.log(1 - guessed).T
        if habits and self.exercise.by_cue:
            log += self._habits_seen(labels)
        weights = np.exp(log - log.max(axis=1, keepdims=True)) * prior
        return weights @ GRID / weights.sum(axis=1)

    def _habits_seen(self, labels: bool) -> np.ndarray:
        """Return the logarithm of the likelihood of all habits, students by skills of the grid."""
        chances = self.exercise.habits(GRID)
        marks = (self.hit | self.hit_again).sum(axis=1)
        new = self.hit_again
        seen = [("loose", (self.loose & self.hit).sum(axis=1) + (self.loose_after & new).sum(axis=1), marks),
                ("mends", (self.loose & self.hit & ~self.loose_after).sum(axis=1), (self.loose & self.hit).sum(axis=1)),
                ("extra", self.extra.sum(axis=1), np.full(len(self.skill), SITES)),
                ("mends", (self.extra & ~self.extra_after).sum(axis=1), self.extra.sum(axis=1))]
        if labels:
            seen += [("wrong", (self.wrong & self.hit).sum(axis=1) + (self.wrong_after & new).sum(axis=1), marks),
                     ("mends", (self.wrong & self.hit & ~self.wrong_after).sum(axis=1), (self.wrong & self.hit).sum(axis=1))]
        return sum(np.outer(did, np.log(chances[name])) + np.outer(of - did, np.log(1 - chances[name]))
                   for name, did, of in seen)


def students(exercise: Exercise, skill: np.ndarray, seed: int) -> Students:
    """Return what students of these skills do."""
    random = np.random.default_rng(seed)
    count, items = len(skill), len(exercise.items)
    found, habits = chance(skill, exercise.difficulty), {name: of[:, None] for name, of in exercise.habits(skill).items()}

    def happens(likely: np.ndarray, columns: int) -> np.ndarray:
        return random.random((count, columns)) < likely

    hit = happens(found, items)
    again = ~hit & happens(found, items)
    matter = {}
    for name in ("loose", "wrong"):
        first = happens(habits[name], items)
        kept = np.where(hit, first & ~happens(habits["mends"], items), happens(habits[name], items))
        matter |= {name: first, f"{name}_after": kept}
    extra = happens(habits["extra"], SITES)
    guessed = guess(skill, exercise.reason_difficulty)
    return Students(exercise, skill, hit, again, extra=extra, extra_after=extra & ~happens(habits["mends"], SITES),
                    chosen=happens(guessed, guessed.shape[1]), **matter)


def spearman(left: Sequence[float], right: Sequence[float]) -> float:
    """Return the rank correlation of two lists, -1 to 1; equal values share the mean of their ranks.

    Source:
        Spearman (1904), "The Proof and Measurement of Association between Two Things".
    """
    return float(np.corrcoef(_ranks(left), _ranks(right))[0, 1])


def _ranks(values: Sequence[float]) -> np.ndarray:
    _, place, counts = np.unique(np.asarray(values), return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[place]
