"""A class on one exercise: answers go in one by one, and only counts stay."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

from kit.grading.classpage import page
from kit.grading.grade import Grade, achieved
from kit.grading.questions import questions
from kit.grading.sample import Sample
from kit.measure.agreement import alpha
from kit.measure.match import Outcome, outcomes_by
from kit.measure.places import LaidKey
from kit.measure.score import Score
from kit.measure.sourcing import Traced, trace
from kit.measure.tallies import FEWEST, Choices, Extra, Item, Tallies
from kit.model.annotations import AnnotationSet, AnswerKey
from kit.model.article import Article
from kit.model.labels import is_by_claim, is_by_sentence, unit_of
from kit.model.spans import Extent, KeySpan, Span
from kit.page.classfigure import picture
from kit.page.picture import Picture

MOST_NAMED = 400   # people; of more, nobody is named
OTHER = ""         # stands for whatever was not among the choices
_LONGEST = 12      # tokens; an extra mark of more is counted at its first sentence


class Crowd:
    """A class on one exercise, in counts; memory does not grow with the class.

    The order of adding changes nothing, and two crowds add up to the crowd of both.
    """

    def __init__(self, article: Article, key: AnswerKey) -> None:
        key.require(article)
        self.article, self.key = article, key
        self.people = 0
        self._by_sentence, self._by_claim = is_by_sentence(key.scheme), is_by_claim(key.scheme)
        self._marked = [0] * len(article.tokens)
        self._items: dict[tuple[int, int], Counter] = {}
        self._extras: dict[tuple[int, int], Counter] = {}
        self._passes = [Score(), Score()]
        self._moves: Counter = Counter()
        self._laid = LaidKey(article, key)
        self._questions = questions(article, key)
        self._choices: dict[str, Counter] = {asked.id: Counter() for asked in self._questions}
        self._points: Counter = Counter()
        self._sample = Sample()
        self._missed_by: dict[tuple[int, int], Counter] | None = {}
        self._ranges: dict[tuple[int, int], tuple[int, int]] = {}

    def add(self, grade: Grade, *, name: str = "") -> None:
        """Count one graded answer; ``name`` is for a page that is asked to name people.

        Raises:
            WrongArticleError: it was graded on another text.
            ValueError: it was graded by another key.
        """
        grade.answer.require(self.article)
        if grade.key.scheme != self.key.scheme or grade.key.spans != self.key.spans:
            raise ValueError("the grade comes from another key than that of the class")
        answer = grade.answer.in_scheme(self.key.scheme)
        # Worked out before anything is counted: whoever fails here is not counted at all.
        outcomes = trace(self.article, answer, self.key) if self._by_claim else outcomes_by(self._laid, answer.spans)
        self.people += 1
        self._note(self._count_claims(outcomes) if self._by_claim else self._count_marks(outcomes), name)
        self._count_words(answer)
        self._count_passes(grade)
        self._count_choices(grade)
        self._points[Fraction(grade.points), Fraction(grade.out_of)] += 1
        self._sample.add(answer, name)

    def __add__(self, other: "Crowd") -> "Crowd":
        """Return the crowd of both classes."""
        if not isinstance(other, Crowd):
            return NotImplemented
        both = Crowd(self.article, self.key)
        for one in (self, other):
            both._take(one)
        return both

    def tallies(self) -> Tallies:
        """Return the counts as they stand."""
        items = {tier: tuple(self._item(cue) for cue in self._asked(tier)) for tier in (True, False)}
        outs = {out for _, out in self._points}
        shares = Counter()
        for (points, out_of), count in self._points.items():
            shares[float(points / out_of)] += count
        first, mended = self._passes
        moves = self._moves
        return Tallies(self.article, self.key, self.people, tuple(self._marked), items[True], items[False],
                       self._extra(), first, mended, moves["up"], moves["same"], moves["down"], moves["unchecked"],
                       self._chosen(), tuple(sorted(shares.items())), float(outs.pop()) if len(outs) == 1 else 0.0,
                       self._alpha(), len(self._sample))

    def page(self, *, least: int = FEWEST, names: bool = False) -> str:
        """Return the class page: one file that needs nothing else.

        Of fewer than ``least`` people it shows nothing.  With ``names`` it tells who missed what.
        """
        return page(self.tallies() if self.people >= least else None, self.article, self.people,
                    least=least, names=names)

    def figure(self, *, least: int = FEWEST) -> Picture:
        """Return the class as a figure for a notebook; of fewer than ``least`` people, a figure that says so."""
        return picture(self.article, self.tallies() if self.people >= least else None, self.people, least=least)

    # Counting one answer

    def _count_marks(self, outcomes: Iterable[Outcome]) -> list[tuple[int, int]]:
        missed, seen = [], set()
        for outcome in outcomes:
            kind, mark, cue = outcome.kind, outcome.mark, outcome.cue
            if kind == "extra":
                self._count_extra(mark, outcome.detail, seen)
                continue
            if kind == "free" and (mark is None or outcome.detail != "open" or (cue.start, cue.end) in seen):
                continue
            place = (cue.start, cue.end)
            seen.add(place)
            counts = self._items.setdefault(place, Counter())
            counts[kind] += 1
            if mark is not None:
                counts["label", mark.label] += 1
                counts["right"] += bool(outcome.right_label)
            if kind == "missed" or self._by_sentence and kind != "free" and not outcome.right_label:
                missed.append(place)
        return missed

    def _count_claims(self, traced: Iterable[Traced]) -> list[tuple[int, int]]:
        missed, seen = [], set()
        for one in traced:
            if one.claim is None:
                self._count_extra(one.mine, "", seen)
                continue
            place = (one.claim.start, one.claim.end)
            counts = self._items.setdefault(place, Counter())
            if one.asked:
                counts["missed" if one.off is None else "found"] += 1
            counts["right"] += one.fits
            counts["source", one.source] += 1
            if one.mine is not None:
                counts["label", one.mine.label] += 1
            if one.asked and not one.fits:
                missed.append(place)
        return missed

    def _count_extra(self, mark: Span, detail: str, seen: set) -> None:
        """Count an extra mark at its place; of one person each place once."""
        first, stop = self._range(mark)
        if first == stop:
            return
        if self._by_sentence or self._by_claim or stop - first > _LONGEST:
            first, stop = self._range(self.article.sentences[self.article.sentence_range(mark)[0]])
        if (first, stop, "extra") not in seen:
            seen.add((first, stop, "extra"))
            counts = self._extras.setdefault((first, stop), Counter())
            counts["people"] += 1
            counts["label", mark.label] += 1
            counts["detail", detail] += 1

    def _count_words(self, answer: AnnotationSet) -> None:
        if self._by_sentence:
            return
        words = {token for span in answer.spans if unit_of(answer.scheme, span.label) == "token"
                 for token in range(*self._range(span))}
        for token in words:
            self._marked[token] += 1

    def _count_passes(self, grade: Grade) -> None:
        first, mended = grade.first, grade.mended
        self._passes = [self._passes[0] + first, self._passes[1] + mended]
        before, after = (achieved(one, self.key.scheme) or 0 for one in (first, mended))
        self._moves["up" if after > before else "down" if after < before else "same"] += 1
        self._moves["unchecked"] += grade.answer.first_pass is None

    def _count_choices(self, grade: Grade) -> None:
        for asked in self._questions:
            counts = self._choices[asked.id]
            chosen = asked.chosen(grade.answer)
            known = {one for one in chosen if one in asked.choices or one in asked.right}
            counts.update(("choice", one) for one in known)
            counts["choice", OTHER] += len(known) < len(chosen)
            counts["none"] += not chosen
            counts["right"] += asked.counted(grade.answer) == asked.many

    def _note(self, missed: Iterable[tuple[int, int]], name: str) -> None:
        if self.people > MOST_NAMED:
            self._missed_by = None
        if self._missed_by is not None and name:
            for place in missed:
                self._missed_by.setdefault(place, Counter())[name] += 1

    def _range(self, span: Extent) -> tuple[int, int]:
        place = (span.start, span.end)
        if place not in self._ranges:
            if len(self._ranges) > 20_000:
                self._ranges.clear()
            self._ranges[place] = self.article.token_range(span)
        return self._ranges[place]

    def _take(self, other: "Crowd") -> None:
        if other.key != self.key or other.article.fingerprint != self.article.fingerprint:
            raise ValueError("two classes add up only on the same article and key")
        self.people += other.people
        self._marked = [mine + more for mine, more in zip(self._marked, other._marked)]
        self._passes = [mine + more for mine, more in zip(self._passes, other._passes)]
        for mine, more in ((self._items, other._items), (self._extras, other._extras), (self._choices, other._choices)):
            for name, counts in more.items():
                mine.setdefault(name, Counter()).update(counts)
        self._moves.update(other._moves)
        self._points.update(other._points)
        self._sample.add_all(other._sample)
        if self._missed_by is None or other._missed_by is None or self.people > MOST_NAMED:
            self._missed_by = None
            return
        for place, names in other._missed_by.items():
            self._missed_by.setdefault(place, Counter()).update(names)

    # Counts as they stand

    def _asked(self, asked: bool) -> list[KeySpan]:
        spans = [cue for cue in self.key.spans
                 if not self._by_claim or unit_of(self.key.scheme, cue.label) == "sentence"]
        return [cue for cue in spans if cue.label != "furniture" and (cue.tier == "core") is asked]

    def _item(self, cue: KeySpan) -> Item:
        counts = self._items.get((cue.start, cue.end), Counter())
        named = (self._missed_by or {}).get((cue.start, cue.end), {})
        return Item(cue, self.people, counts["found"], counts["loose"], counts["missed"], counts["right"],
                    _second(counts, "label"), _second(counts, "source"), tuple(sorted(Counter(named).elements())))

    def _extra(self) -> tuple[Extra, ...]:
        found = []
        for (first, stop), counts in self._extras.items():
            place = self.article.extent(first, stop)
            note = next((item.note for item in self.key.look_alikes if item.overlap(place)), "")
            found.append(Extra(place, counts["people"], _second(counts, "label"), note,
                               next(iter(_second(counts, "detail")))))
        return tuple(sorted(found, key=lambda extra: (-extra.count, extra.place)))

    def _chosen(self) -> tuple[Choices, ...]:
        found = []
        for asked in self._questions:
            counts = self._choices[asked.id]
            names = [*dict.fromkeys((*asked.choices, *asked.right)), *[OTHER] * bool(counts["choice", OTHER])]
            found.append(Choices(asked.id, {one: counts["choice", one] for one in names}, asked.right,
                                 counts["right"], counts["none"]))
        return tuple(found)

    def _alpha(self) -> float | None:
        return alpha(self.article, [replace(one, annotator=str(number)) for number, one in enumerate(self._sample)])


def _second(counts: Counter, kind: str) -> dict[str, int]:
    """Return the counts whose name is a pair that begins so, the most common first."""
    held = {name[1]: count for name, count in counts.items() if isinstance(name, tuple) and name[0] == kind and count}
    return dict(sorted(held.items(), key=lambda pair: (-pair[1], pair[0])))


def class_figure(grades: "Crowd | Iterable[Grade]", *, least: int = FEWEST) -> Picture:
    """Return a class on one exercise as a figure for a notebook.

    Takes a crowd, or the grades of one exercise.

    Raises:
        ValueError: there are no grades, or they come from different keys.
    """
    if isinstance(grades, Crowd):
        return grades.figure(least=least)
    crowd: Crowd | None = None
    for grade in grades:
        crowd = crowd or Crowd(grade.article, grade.key)
        crowd.add(grade)
    if crowd is None:
        raise ValueError("there are no grades to show")
    return crowd.figure(least=least)
