"""An exercise: the pen without a key, reasons to choose and words to write, kept for whoever grades."""

import os
from collections.abc import Iterator
from html import escape
from pathlib import Path

import ipywidgets

from kit.measure.feedback import self_check
from kit.measure.reasons import many
from kit.measure.row import sentence_numbers
from kit.model.annotations import AnswerKey
from kit.model.files import read_key
from kit.model.labels import word_for
from kit.model.plans import EXERCISE, plan_called
from kit.page.answer import is_trial
from kit.page.controls import behind, box, choice, picking, telling, words, writing
from kit.page.plan import TEACHER, Planned, for_teachers

_WAIT = "The questions open here when you have pressed Finish under the article."
_SEALED = "This opens when you have pressed Finish under the article."
_KEY = " <strong>(the key)</strong>"
_NO_KEY = ("This is the teacher's copy, and the key is not on this computer: nothing is shown, nothing is saved. "
           "Put the key into the folder keys beside the course's nbgrader_config.py, or name its folder in KIT_KEYS.")
_TRIAL = ("This is the course's own copy, which is handed out as it stands. What you try here is kept outside it, "
          "in the file {path}.")


def exercise(name: str) -> "Exercise":
    """Return an exercise of the kit: its article, pen and answer file in one; the key stays with the teacher.

    Started with ``kit lab --teacher`` it shows key and reasons, where they are on the computer, and
    writes nothing.

    Raises:
        KitError: there is no exercise of that name; the message lists those there are.
    """
    plan, teacher = plan_called(name, kind=EXERCISE), for_teachers()
    return Exercise(plan, _key_here(plan) if teacher else None, teacher=teacher)


def _key_here(plan: dict) -> AnswerKey | None:
    """Return the key on a teacher's computer: where KIT_KEYS says, or in the course around the working folder."""
    here = Path.cwd()
    folders = [Path(os.environ["KIT_KEYS"])] if os.environ.get("KIT_KEYS") else []
    folders += [folder / "keys" for folder in (here, *here.parents) if (folder / "nbgrader_config.py").is_file()]
    found = [path for path in (folder / f"{plan['article']}-{plan['key']}.key.json" for folder in folders)
             if path.is_file()]
    return read_key(found[0]) if found else None


class Exercise(Planned):
    """One exercise in a notebook: what is marked, chosen and written is saved, and told neither right nor otherwise."""

    def __repr__(self) -> str:
        if self._teacher:
            return f"Ready. {TEACHER if self.key else _NO_KEY}"
        if is_trial(self._pen.path):
            return f"Ready. {_TRIAL.format(path=self._pen.path)}"
        return super().__repr__()

    def reasons(self) -> ipywidgets.Widget:
        """The questions with choices; open when the article is finished, because they name places in it."""
        if self._teacher:
            return box(*(ipywidgets.HTML(self._answered(question)) for question in self._questions()))
        return behind(self._pen, ("reasons",), _WAIT, lambda: ipywidgets.VBox([*self._asked()]))

    def write(self) -> ipywidgets.Widget:
        """A field for a few sentences, which the teacher reads."""
        if self._teacher:
            return box(ipywidgets.HTML(words(self._plan["written"]["ask"], kind="kit-ask")
                                       + words("Students write here. You read it and give the points.")))
        return box(writing(self._pen, self._plan["written"]))

    def after(self) -> ipywidgets.Widget:
        """What became known later; open when the article is finished."""
        return behind(self._pen, ("reasons",), _SEALED, lambda: ipywidgets.HTML(self._revealed()))

    def save(self) -> ipywidgets.Widget:
        """Where the work is and what is still missing; counts itself anew after every save."""
        return box(telling(self._pen, self._inventory))

    # What is asked

    def _questions(self) -> list[dict]:
        """The questions with choices: of origins where the plan counts them, the reasons, the loaded sentences."""
        return [self._plan[name] for name in ("origins",) if name in self._plan] + self._plan["reasons"] \
            + [self._plan[name] for name in ("loaded",) if name in self._plan]

    def _asked(self) -> Iterator[ipywidgets.Widget]:
        for question in self._questions():
            if "many" in question:
                yield picking(self._pen, question, self._sentences(), tell=lambda _: words("Saved."))
            else:
                yield choice(self._pen, question)

    def _sentences(self) -> dict[str, str]:
        """Every sentence but headings: id, and number with words.  Which are background is for the student to know."""
        return {f"sentence-{number}": f"{number}. {self.article.quote(where)}"
                for index, (number, where) in enumerate(zip(sentence_numbers(self.article), self.article.sentences))
                if index not in self.article.headings}

    def _answered(self, question: dict) -> str:
        """A question with the key's choice and its reason, for the teacher; as HTML."""
        known = self.key.responses.get(question["id"]) if self.key else None
        choices = question.get("choices") or self._sentences()
        shown = choices if known is None or "choices" in question else {id: choices[id] for id in known["right"]}
        lines = "".join(f"<li>{escape(text)}{_KEY if known and id in known['right'] else ''}</li>"
                        for id, text in shown.items())
        return words(question["ask"], kind="kit-ask") + f"<ul>{lines}</ul>" \
            + (words(known["note"], kind="kit-why") if known else "")

    # What is there, and what is not

    def _inventory(self) -> str:
        if self._teacher:
            return words(TEACHER if self.key else _NO_KEY)
        if not self._pen.path.exists():
            return words("Nothing is saved yet. The first mark makes the file.")
        saved = words(f"Saved in {self._pen.path}: {many(len(self.answer.spans), 'mark')}, "
                      f"{many(len(self.answer.responses), 'other answer')}. "
                      "Download a copy with Save as, under the article.")
        missing = list(self._missing())
        if not missing:
            return saved + words("Nothing is missing.")
        return saved + words("Not there yet (you may hand in all the same):") \
            + f"<ul>{''.join(f'<li>{escape(one)}</li>' for one in missing)}</ul>"

    def _missing(self) -> Iterator[str]:
        answer = self.answer
        if not answer.spans:
            yield "There is no mark yet."
        elif self._pen.unit != "token":
            blank = len(self_check(self.article, answer, asked=self._pen.asked)[1])
            if blank:
                yield f"{many(blank, self._pen.unit)} without a {word_for(answer.scheme)}."
        if answer.stage == "mark":
            yield "Your first check: press Check my marks under the article."
        if answer.stage != "reasons":
            yield "Your second reading: press Finish under the article."
        left = [question for question in self._questions() if not answer.responses.get(question["id"])]
        if left:
            yield f"{many(len(left), 'question')} to answer, under step 3."
        written = answer.responses.get(self._plan["written"]["id"])
        if not isinstance(written, str) or not written.strip():
            yield "Your written answer."
