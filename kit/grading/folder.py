"""A folder of what students handed in becomes rows of a gradebook.  Nothing is run, nothing is written."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from kit import __version__
from kit.errors import KeyNotFound, KitError
from kit.grading.choice import Choice, Chosen, choose, read_all
from kit.grading.grade import grade_by
from kit.grading.intake import Intake
from kit.grading.keys import Keys
from kit.grading.naming import Names
from kit.grading.row import Row, digest, row_of
from kit.grading.walk import Handed
from kit.model.annotations import AnnotationSet
from kit.model.labels import SCHEMES, mapping_between
from kit.model.plans import EXERCISE, LESSON, plans

_NOTHING = "An answer is not there: no answer file, no notebook with answers, no hand-in page."


@dataclass(frozen=True)
class Work:
    """All of one student: the rows, what was passed over, and a hash of everything the rows depend on."""

    student: str
    number: str
    rows: tuple[Row, ...]
    passed_over: tuple[str, ...] = ()
    hash: str = ""
    is_reused: bool = False


# Gives what an earlier run made of a student, for a name, a number and a hash; None if there is nothing.
Earlier = Callable[[str, str, str], Work | None]


def grade_folder(folder: str | Path, keys: Keys, *, out_of: float = 10,
                 earlier: Earlier | None = None) -> Iterator[Row]:
    """Yield a row per student and exercise, students in the order of their names.

    ``earlier`` gives the work of a student whose files, keys and kit are unchanged.

    Raises:
        KitError: there is no such folder.
    """
    grader = Grader(keys, out_of=out_of)
    for handed in Intake(folder, grader.names):
        yield from grader.work(handed, earlier=earlier).rows


class Grader:
    """Grades what one student after the other handed in.

    Exercises have the name of their plan where its article and key fit, else that of the answer file.
    """

    def __init__(self, keys: Keys, *, out_of: float = 10) -> None:
        self.keys, self.out_of = keys, float(out_of)
        exercises = plans(EXERCISE)
        self._exercises = {f"{plan['article']}-{plan['scheme']}": plan["id"] for plan in exercises}
        # Who marked with finer or coarser pens than the exercise asks for did that exercise all the same.
        self._named = {f"{plan['article']}-{scheme}": plan["id"] for plan in exercises for scheme in SCHEMES
                       if mapping_between(plan["key"], scheme) is not None} | self._exercises
        self.names = Names(self._exercises, {key.article for key in keys} | {plan["article"] for plan in exercises})
        self._key_hashes: dict[tuple[str, str, str], str] = {}
        self._all = digest(__version__, self.out_of, sorted(map(repr, keys)), sorted(self._exercises.items()))
        # A lesson's answer, which nobody grades unless its key is among those given.
        self._practice = {plan["article"] for plan in plans(LESSON)} - {key.article for key in keys}
        self._known = {self.exercise(f"{key.article}-{key.scheme}") for key in keys}

    def work(self, handed: Handed, *, earlier: Earlier | None = None) -> Work:
        """Return the rows of one student; never raises for what a student handed in."""
        read, files = read_all(handed)
        hash = digest(self._all, files)
        before = earlier(handed.student, handed.number, hash) if earlier else None
        # What had no key, or no article, is looked at again: the teacher may have put it there since.
        if before is not None and all(row.points is not None for row in before.rows):
            return before
        choice = choose(handed, read, self.names)
        rows, passed_over = self._rows(handed, choice)
        return Work(handed.student, handed.number, rows, (*choice.passed_over, *passed_over), hash)

    def _rows(self, handed: Handed, choice: Choice) -> tuple[tuple[Row, ...], tuple[str, ...]]:
        practice = [one for one in choice.chosen if one.found and one.found.answer
                    and one.found.answer.article in self._practice]
        nameless = [one for one in choice.chosen if not (one.name or one.found or one.problem)]
        loose = tuple(remark for one in nameless for remark in one.remarks)
        rows: dict[str, Row] = {}
        twice = []
        # The file that an exercise asks for comes before one in other pens, and that before what has no name.
        for one in sorted(choice.chosen, key=lambda one: (one.name not in self._exercises, not one.name)):
            if one not in practice and one not in nameless:
                row = self._row(handed, one)
                if rows.setdefault(row.exercise, row) is not row:
                    twice.append(f"{row.file or one.name} was not graded: {rows[row.exercise].file} was.")
        remarks = (*handed.remarks, *loose, *choice.problems, *twice)
        if not rows:
            rows[""] = self._nothing(handed, (*choice.passed_over, *(one.found.place for one in practice)),
                                     (*loose, *choice.problems))
            remarks = handed.remarks
        done = (row for _, row in sorted(rows.items()))
        if remarks:
            done = (replace(row, remarks=(*row.remarks, *remarks)) for row in done)
        return tuple(done), tuple(f"{one.found.place}: practice of a lesson" for one in practice)

    def _nothing(self, handed: Handed, passed_over: tuple[str, ...], problems: tuple[str, ...]) -> Row:
        """Return the row of a student of whom nothing could be graded."""
        why = list(problems)
        if passed_over:
            there = ", ".join(passed_over[:3]) + (" and more" if len(passed_over) > 3 else "")
            why.append(f"What is there: {there}.")
        exercise = next(iter(self._known)) if len(self._known) == 1 else ""
        return Row(handed.student, exercise, 0.0, self.out_of, handed.number, problem=_line(" ".join([_NOTHING, *why])))

    def _row(self, handed: Handed, chosen: Chosen) -> Row:
        found = chosen.found
        about = {"student": handed.student, "number": handed.number, "remarks": chosen.remarks,
                 "file": found.place if found else "", "answer": found.hash if found else ""}
        exercise = self.exercise(chosen.name)
        if found is None or found.answer is None:
            exercise = exercise or (next(iter(self._known)) if len(self._known) == 1 else "")
            return Row(exercise=exercise, points=0.0, out_of=self.out_of, problem=_line(chosen.problem), **about)
        try:
            key = self.keys.key_for(found.answer)
            graded = grade_by(self.keys.yardstick_for(found.answer), found.answer, out_of=self.out_of)
        except KeyNotFound as problem:  # nothing that a student could mend
            return Row(exercise=exercise, out_of=self.out_of, problem=_line(str(problem)), **about)
        except KitError as problem:
            words = _line(f"{found.place}: {problem}")
            return Row(exercise=exercise, points=0.0, out_of=self.out_of, problem=words, **about)
        except Exception as problem:  # one file that nobody thought of must not stop a class
            words = (f"{found.place}: the kit failed ({type(problem).__name__}: {problem}). "
                     "Grade it by hand and report this.")
            return Row(exercise=exercise, out_of=self.out_of, problem=_line(words), **about)
        about["remarks"] = (*graded.remarks, *chosen.remarks)
        return row_of(graded, exercise=exercise, key=self._key_hash(key), **about)

    def exercise(self, answer: str) -> str:
        """Return the exercise that an answer named ``<article>-<scheme>`` belongs to."""
        return self._named.get(answer, answer)

    def _key_hash(self, key: AnnotationSet) -> str:
        name = (key.article, key.fingerprint, key.scheme)
        if name not in self._key_hashes:
            self._key_hashes[name] = digest(key)
        return self._key_hashes[name]


def _line(words: str) -> str:
    return " ".join(words.split())
