"""What of the course has been done: the answer files in a folder, lesson by lesson."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kit.errors import KitError
from kit.measure.score import Score, score
from kit.model.annotations import AnnotationSet, AnswerKey
from kit.model.article import Article
from kit.model.files import load_article, load_key
from kit.page.answer import STUDENT, AnswerFile

_FOREIGN = "belongs to no lesson"


@dataclass(frozen=True)
class Done:
    """One lesson's answer as far as it goes, with the plan it belongs to.

    ``first`` and ``mended`` are the counts of the passes.  Nothing that tells of the key has a
    value before the lesson is finished: they are None, and so is ``first`` without such a pass.
    """

    name: str
    plan: Mapping
    article: Article
    answer: AnnotationSet
    key: AnswerKey
    first: Score | None
    mended: Score | None

    @property
    def finished(self) -> bool:
        """Whether both passes are done."""
        return self.answer.stage == "reasons"

    @property
    def sure(self) -> str:
        """What was tapped before the check, in the words of the question; "" for nothing."""
        question = self.plan.get("confidence", {})
        return question.get("choices", {}).get(self._response(question.get("id", "")), "")

    @property
    def reasons(self) -> tuple[int, int, int]:
        """How many chosen reasons are those of the key, how many were chosen, how many asked; zeros unless finished."""
        if not self.finished:
            return 0, 0, 0
        asked = self.plan.get("reasons", [])
        chosen = [(question["id"], self._response(question["id"])) for question in asked]
        return (sum(choice in self.key.responses.get(id, {}).get("right", ()) for id, choice in chosen if choice),
                sum(bool(choice) for _, choice in chosen), len(asked))

    @property
    def remembered(self) -> tuple[int, int, int]:
        """How many questions from earlier lessons are right, how many are answered, how many were asked."""
        asked = self.plan.get("remember", [])
        chosen = [(question["right"], self._response(question["id"])) for question in asked]
        return sum(choice == right for right, choice in chosen), sum(bool(choice) for _, choice in chosen), len(asked)

    @property
    def ticket(self) -> str:
        """The exit ticket, in its own words; "" for none."""
        return " ".join(self._response(self.plan.get("exit", {}).get("id", "")).split())

    def _response(self, id: str) -> str:
        given = self.answer.responses.get(id, "")
        return given if isinstance(given, str) else ""  # a file may hold anything


def done_in(folder: Path, of: Sequence[Mapping]) -> tuple[tuple[Done, ...], tuple[str, ...], str]:
    """Return what is done of these plans, what was left out and why, and whose it is.

    The answers are those of whoever marked last on this computer.  Nothing is written.
    """
    done, left_out, known = [], [], set()
    person = STUDENT
    for plan in of:
        article = load_article(plan["article"])
        for scheme in (plan["scheme"], *plan.get("offered", ())):
            file = AnswerFile(article, scheme, folder / f"{article.id}-{scheme}.json")
            try:
                file.open()
                if os.path.lexists(file.path):
                    done.append(_done(plan, article, file.answer))
            except KitError as problem:
                left_out.append(_problem(file.path, problem))
            known.add(file.path.name)
            person = file.annotator
    return tuple(done), (*left_out, *_foreign(folder, person, known)), person


def _done(plan: Mapping, article: Article, answer: AnnotationSet) -> Done:
    """Return a lesson with its counts; raises ``KitError`` if there is no key, or a label is in no pen."""
    key = load_key(article.id, scheme=plan["key"]).in_scheme(answer.scheme)
    finished = answer.stage == "reasons"
    first = score(article, answer.first(), key) if finished and answer.first_pass is not None else None
    return Done(_name(plan), plan, article, answer, key, first, score(article, answer, key) if finished else None)


def _name(plan: Mapping) -> str:
    number = plan["id"].partition("-")[0].lstrip("0")
    return f"Lesson {number}{', the other text' if plan.get('other') else ''}"


def _problem(path: Path, problem: KitError) -> str:
    told = str(problem).split("\n")[0].removeprefix(f"{path}: ").partition(". ")[0]
    return f"{path.name}: {told.rstrip('.')}"


def _foreign(folder: Path, person: str, known: Iterable[str]) -> list[str]:
    own = folder if person == STUDENT else folder / person
    try:
        names = sorted(path.name for path in own.iterdir() if path.suffix == ".json")
    except OSError:
        return []
    return [f"{name}: {_FOREIGN}" for name in names if name not in known]
