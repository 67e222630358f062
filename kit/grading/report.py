"""What a teacher should know after grading: what could not be graded, what moved, whose answers are alike."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from kit.errors import KitError
from kit.grading.choice import READ_FROM
from kit.grading.folder import Work
from kit.grading.row import Row
from kit.measure.reasons import many

_SHOWN = 12          # of a list, for people
_KEPT = 1_000        # of a list, for programs
_FEW_MARKS = 3       # so few can be the same by chance


@dataclass(frozen=True)
class Moved:
    """Points that are others than in the last whole run, and why; None where there were or are none."""

    student: str
    exercise: str
    before: float | None
    now: float | None
    why: str


@dataclass
class Report:
    """Counts and lists, filled student by student.  Lists keep their first thousand entries."""

    students: int = 0
    graded: int = 0
    unchanged: int = 0
    points: dict[str, Counter] = field(default_factory=dict)
    out_of: float = 0.0
    not_graded: list[tuple[str, str, str]] = field(default_factory=list)
    not_graded_count: int = 0
    remarks: list[tuple[str, str, str]] = field(default_factory=list)
    remarks_count: int = 0
    copies: int = 0
    moved: list[Moved] = field(default_factory=list)
    moved_count: int = 0
    passed_over: Counter = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    no_page: list[tuple[str, str]] = field(default_factory=list)
    no_page_count: int = 0
    zeros: int = 0
    missing: dict[str, list[str]] = field(default_factory=dict)
    missing_count: Counter = field(default_factory=Counter)
    _alike: dict[str, list[str]] = field(default_factory=dict)
    _about: dict[str, tuple[str, str]] = field(default_factory=dict)

    def add(self, work: Work, before: Sequence[Row] | None = None, *, is_same: bool = False) -> None:
        """Take up one student; ``before`` are the rows of the last whole run, ``is_same`` if nothing changed since."""
        self.students += 1
        self.unchanged += is_same
        self.pass_over(work.passed_over)
        for row in work.rows:
            self._take(row)
        if before is not None:
            self._compare(work, before)

    def _take(self, row: Row) -> None:
        self.out_of = row.out_of
        if row.is_graded:
            self.graded += 1
            self.points.setdefault(row.exercise, Counter())[row.points] += 1
        else:
            self.not_graded_count += 1
            self.zeros += row.points == 0
            self._keep(self.not_graded, (row.student, row.exercise, row.problem))
        # A class may hand in nothing but pages: one line tells of them all.
        remarks = [remark for remark in row.remarks if not remark.startswith(READ_FROM)]
        self.copies += len(remarks) < len(row.remarks)
        if remarks:
            self.remarks_count += 1
            self._keep(self.remarks, (row.student, row.exercise, " ".join(remarks)))
        same = row.alike or (row.problem and row.answer)  # of what cannot be graded, the file as it is
        if same:
            self._alike.setdefault(same, []).append(row.student)
            if len(self._alike[same]) == 2:
                self._about[same] = (row.exercise, _how_alike(row))

    def _compare(self, work: Work, before: Sequence[Row]) -> None:
        known = {row.exercise: row for row in before}
        now = {row.exercise: row for row in work.rows}
        for exercise in sorted(known.keys() | now.keys()):
            old, new = known.get(exercise), now.get(exercise)
            if (old and old.points) != (new and new.points) or (old is None) != (new is None):
                self.moved_count += 1
                self._keep(self.moved, Moved(work.student, exercise, old and old.points, new and new.points,
                                             _why(old, new)))

    @staticmethod
    def _keep(entries: list, entry: object) -> None:
        if len(entries) < _KEPT:
            entries.append(entry)

    def pass_over(self, places: Iterable[str]) -> None:
        """Count files that hold no answers, by their kind."""
        for place in places:
            kind = _kind(place)
            self.passed_over[kind] += 1
            self.examples.setdefault(kind, place)

    def look_for_missing(self, student: str, rows: Sequence[Row]) -> None:
        """Note, after all were taken up, who handed in something, but nothing for an exercise that others did."""
        done = {row.exercise for row in rows}
        for exercise in sorted(self.points.keys() - done) if done != {""} else ():
            self.missing_count[exercise] += 1
            self._keep(self.missing.setdefault(exercise, []), student)

    def fail(self, whose: str, problem: Exception) -> None:
        """Note a page that could not be made; nothing else depends on it."""
        self.no_page_count += 1
        words = str(problem) if isinstance(problem, KitError) else \
            f"the kit failed ({type(problem).__name__}: {problem}). Report this."
        self._keep(self.no_page, (whose, " ".join(words.split())))

    @property
    def alike(self) -> list[tuple[tuple[str, ...], str, str]]:
        """Students whose answers are the same, the exercise, and what to think of it."""
        return sorted((tuple(self._alike[key]), *about) for key, about in self._about.items())

    def as_dict(self) -> dict:
        """Return it for programs."""
        return {"students": self.students, "graded": self.graded, "unchanged": self.unchanged, "out_of": self.out_of,
                "copies": self.copies,
                "not_graded": [dict(zip(("student", "exercise", "problem"), one)) for one in self.not_graded],
                "remarks": [dict(zip(("student", "exercise", "remark"), one)) for one in self.remarks],
                "moved": [vars(one) for one in self.moved], "gone": self.gone, "missing": self.missing,
                "alike": [{"students": names, "exercise": exercise, "note": note}
                          for names, exercise, note in self.alike],
                "no_page": [dict(zip(("page", "problem"), one)) for one in self.no_page],
                "passed_over": dict(self.passed_over), "refused": self.refused}

    def lines(self) -> Iterator[str]:
        """Give it in lines for people."""
        again = f", {self.unchanged} of them unchanged since the last time" if self.unchanged else ""
        yield f"{many(self.students, 'student')}{again}; {many(self.graded, 'answer')} graded."
        for exercise, points in sorted(self.points.items()):
            yield f"  {exercise}: {_spread(points)} of {self.out_of:g} points"
        if self.copies:
            yield (f"  {many(self.copies, 'answer')} read from notebooks or hand-in pages, as the answer file "
                   "was not handed in: they count the same.")
        yield from self._lines_not_graded()
        for exercise, students in sorted(self.missing.items()):
            count = self.missing_count[exercise]
            some = ", ".join(students[:_SHOWN]) + (f" and {count - _SHOWN} more" if count > _SHOWN else "")
            yield f"Not handed in for {exercise}: {count} ({some})"
        yield from _listed(f"Points that moved: {self.moved_count}", self.moved_count, (
            f"{_whose(one.student, one.exercise)}: {_shown(one.before)} -> {_shown(one.now)} ({one.why})"
            for one in self.moved))
        yield from _listed(f"Good to know: {self.remarks_count}", self.remarks_count, (
            f"{_whose(student, exercise)}: {remark}" for student, exercise, remark in self.remarks))
        yield from _listed("Alike, which can have many reasons: ask them", len(self.alike), (
            f"{_whose(_and(names), exercise)}: {note}" for names, exercise, note in self.alike))
        yield from _listed(f"Pages that could not be made, though the points stand: {self.no_page_count}",
                           self.no_page_count, (f"no page for {whose}: {why}" for whose, why in self.no_page), "")
        yield from _listed("Refused", len(self.refused), iter(self.refused))
        yield from _listed("No longer there, and no longer in the table", len(self.gone), iter(self.gone))
        if self.passed_over:
            kinds = (f"{times} {kind} (such as {self.examples[kind]})"
                     for kind, times in self.passed_over.most_common(_SHOWN))
            yield f"Passed over, as they hold no answers: {', '.join(kinds)}."

    def _lines_not_graded(self) -> Iterator[str]:
        """Give each reason once, with everybody whom it concerns: a key that is missing concerns a whole class."""
        students: dict[tuple[str, str], list[str]] = {}
        for student, exercise, problem in self.not_graded:
            students.setdefault((exercise, problem), []).append(student)
        left = self.not_graded_count - len(self.not_graded)
        yield from _listed(f"Not graded: {self.not_graded_count}", len(students) + left, (
            f"{_whose(_and(names), exercise)}: {problem}" for (exercise, problem), names in students.items()))


def _kind(place: str) -> str:
    if ": practice of a lesson" in place:
        return "practice of lessons"
    name = place.rpartition("/")[2]
    if name.startswith(".") or "." not in name:
        return name[:40]
    return f"*.{name.rpartition('.')[2].lower()[:20]}"


def _how_alike(row: Row) -> str:
    if not row.alike:
        return "The same file, which cannot be graded."
    if row.in_words:
        return "The same marks, choices and words of their own."
    if row.points == row.out_of:
        return "The same marks and choices, all of them as in the key, and no words of their own."
    if row.marks <= _FEW_MARKS:
        return f"The same choices and {many(row.marks, 'mark')}: so few can be alike by chance."
    return "The same marks and choices, and no words of their own."


def _why(old: Row | None, new: Row | None) -> str:
    if old is None or new is None:
        return "not handed in before" if old is None else "no longer handed in"
    if old.answer != new.answer:
        return "another answer"
    if old.out_of != new.out_of:
        return f"now out of {new.out_of:g}, before out of {old.out_of:g}"
    return "the key changed" if old.key != new.key else "another version of the kit"


def _listed(title: str, count: int, entries: Iterator[str], rest: str = ": the table has them all") -> Iterator[str]:
    if not count:
        return
    yield title
    yield from (f"  {entry}" for entry in islice(entries, _SHOWN))
    if count > _SHOWN:
        yield f"  and {count - _SHOWN} more{rest}"


def _spread(points: Counter) -> str:
    values = sorted(points)
    total, seen = points.total(), 0
    if total == 1:
        return f"1 answer, {values[0]:g}"
    for middle in values:
        seen += points[middle]
        if seen > total // 2:  # of an even number the upper one, as on the class page
            break
    return f"{many(total, 'answer')}, {values[0]:g} to {values[-1]:g}, in the middle {middle:g}"


def _whose(student: str, exercise: str) -> str:
    return f"{student}, {exercise}" if exercise else student


def _shown(points: float | None) -> str:
    return "none" if points is None else f"{points:g}"


def _and(names: Sequence[str]) -> str:
    if len(names) == 1:
        return names[0]
    some = [*names[:6], f"{len(names) - 6} more"] if len(names) > 7 else list(names)
    return f"{', '.join(some[:-1])} and {some[-1]}"
