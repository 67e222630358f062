"""A lesson: the pen, and what fills itself after a commit."""

from collections.abc import Mapping
from html import escape
from pathlib import Path

import ipywidgets

from kit.errors import KitError
from kit.measure.reasons import many
from kit.model.annotations import AnswerKey
from kit.model.files import load_key, read_annotations
from kit.model.labels import scheme_called
from kit.model.plans import LESSON, plan_called
from kit.page import own
from kit.page.anatomy import anatomy
from kit.page.answer import STUDENT
from kit.page.baselines import baselines
from kit.page.controls import behind, box, choice, filling, picking, scale, telling, words, writing
from kit.page.ladder import ladder
from kit.page.machine import as_answer
from kit.page.plan import TEACHER, Planned, for_teachers
from kit.page.progress import progress
from kit.page.ribbon import ribbon
from kit.page.tree import source_tree
from kit.page.view import compare
from kit.reader.reading import machine_read

_WAIT = "This fills itself when you have pressed Finish under the article."
_LATER = "Saved. When you have pressed Finish, you read here what the key says."


def lesson(name: str, *, other_text: bool = False) -> "Lesson":
    """Return a lesson of the kit: its article, key, pens and answer file in one.

    ``other_text`` takes the lesson's second text, an invented one.  Started with
    ``kit lab --teacher`` it shows key and reasons and writes nothing.

    Raises:
        KitError: there is no lesson of that name, or it has no other text; the message lists
            those there are.
    """
    return Lesson(plan_called(name, kind=LESSON, other_text=other_text), teacher=for_teachers())


class Lesson(Planned):
    """One lesson in a notebook."""

    key: AnswerKey

    def __init__(self, plan: Mapping, *, teacher: bool = False) -> None:
        super().__init__(plan, load_key(plan["article"], scheme=plan["key"]), teacher=teacher)

    def __repr__(self) -> str:
        return f"Ready. {TEACHER}" if self._teacher else super().__repr__()

    # Before the article

    def remember(self) -> ipywidgets.Widget:
        """Three questions, each answered at once."""
        return box(*(choice(self._pen, question, tell=self._told(question)) for question in self._plan["remember"]))

    def before(self) -> ipywidgets.Widget:
        """What a reader expects from the headline alone, as a number on a scale."""
        title = ipywidgets.HTML(f'<div class="kit-card"><strong>{escape(self.article.title)}</strong></div>')
        return box(title, scale(self._pen, "before", self._plan["before"],
                                then=lambda value: words(f"Saved: {value} of {self._most}. "
                                                         "You are asked again later.")))

    # The article

    def confidence(self) -> ipywidgets.Widget:
        """One tap before the check: how sure a reader is; and where the plan asks it, how many origins there are.

        Answered at once, explained after Finish.
        """
        asked = [choice(self._pen, self._plan["origins"], tell=self._later(self._plan["origins"]))] \
            if "origins" in self._plan else []
        return box(*asked, choice(self._pen, self._plan["confidence"]))

    # After the article

    def reasons(self) -> ipywidgets.Widget:
        """Reasons to choose, each explained at once; open when the article is finished.

        Where the plan asks for loaded background, its sentences follow, to find the two that judge.
        """
        return behind(self._pen, ("reasons",), "The questions open here when you have pressed Finish.",
                      lambda: ipywidgets.VBox([*(choice(self._pen, question, tell=self._reason(question))
                                                 for question in self._plan["reasons"]), *self._loaded()]))

    def _loaded(self) -> list[ipywidgets.Widget]:
        if "loaded" not in self._plan:
            return []
        return [picking(self._pen, self._plan["loaded"], own.background(self.article, self.key),
                        tell=self._found_loaded)]

    def pictures(self) -> ipywidgets.Widget:
        """All pictures of the lesson, one below the other; each fills itself after Finish."""
        return ipywidgets.VBox([getattr(self, name)() for name in self._plan["pictures"]])

    def ribbon(self) -> ipywidgets.Widget:
        """The certainty ribbon: own cues above the line, the key's below."""
        return self._picture(lambda: ribbon(self.article, self.answer, self._own_key(), self._key("roles")))

    def anatomy(self) -> ipywidgets.Widget:
        """The article's sentences by role, own above the key's, with the cues on top."""
        by_sentence = self.answer.scheme.startswith("roles")
        return self._picture(lambda: anatomy(
            self.article, self.answer if by_sentence else None,
            self._own_key() if by_sentence else self._key("roles"), self._key("cues")))

    def ladder(self) -> ipywidgets.Widget:
        """The claims on the rungs of the sourcing ladder, own beside the key's."""
        return self._picture(lambda: ladder(self.article, self.answer, self._own_key()))

    def tree(self) -> ipywidgets.Widget:
        """Who took the report from whom, own tree beside the key's."""
        return self._picture(lambda: source_tree(self.article, self.answer, self._own_key()))

    def baselines(self) -> ipywidgets.Widget:
        """What marking without reading would bring, beside one's own two passes and the machine reader."""
        def draw():
            try:
                machine = as_answer(self.article, machine_read(self.article), self.key)
            except KitError:  # in a browser alone, where NLTK is not there yet: its row comes with it
                machine = None
            return baselines(self.article, None if self._teacher else self.answer, self._own_key(), machine)

        return self._picture(draw)

    def partner(self) -> ipywidgets.Widget:
        """A classmate's downloaded file, compared with one's own marks."""
        return own.partner(self._pen, self.article)

    def compare_with(self, path: str | Path):
        """Compare one's own marks with a classmate's file on this computer."""
        return compare(self.article, self.answer, read_annotations(path))

    def after(self) -> ipywidgets.Widget:
        """The number of the beginning once more, and then what became known later; open after the first check."""
        return behind(self._pen, ("mend", "reasons"), "This opens when you have pressed Check my marks.",
                      lambda: scale(self._pen, "after", self._plan["after"], then=self._before_and_after))

    # Beyond the article

    def your_text(self) -> ipywidgets.Widget:
        """A field for any text: it becomes an article with the same pens and no key."""
        if self._teacher:
            return box(ipywidgets.HTML(words("Students paste their own text here. The teacher's copy keeps none.")))
        return own.text(scheme_called(self._plan["scheme"]), self._plan.get("offered", ()))

    def typed(self) -> ipywidgets.Widget:
        """A field for answers from a paper sheet, one line per sentence: they become marks in the pen."""
        return own.typed(self._pen, self.article)

    def exit_ticket(self) -> ipywidgets.Widget:
        """One sentence to finish."""
        return box(writing(self._pen, self._plan["exit"]))

    def save(self) -> ipywidgets.Widget:
        """Where the work is, and what is in it; counts itself anew after every save."""
        button, page = ipywidgets.Button(description="Show all my lessons"), ipywidgets.HTML()
        button.on_click(lambda _: setattr(page, "value", self._all_lessons()))
        return box(telling(self._pen, self._inventory), button, page)

    def _all_lessons(self) -> str:
        if self._teacher:
            return words(TEACHER)
        home = self._pen.path.parent if self._pen.annotator == STUDENT else self._pen.path.parent.parent
        return progress(home)._repr_html_()

    # What they say

    @property
    def _finished(self) -> bool:
        return self.answer.stage == "reasons"

    @property
    def _most(self) -> int:
        return self._plan["before"].get("most", 100)

    def _own_key(self) -> AnswerKey:
        return self.key.in_scheme(self.answer.scheme)

    def _key(self, scheme: str) -> AnswerKey:
        return load_key(self.article.id, scheme=scheme)

    def _picture(self, draw) -> ipywidgets.Widget:
        return filling(self._pen, _WAIT, lambda: draw()._repr_html_())

    def _later(self, question: dict):
        explain = self._reason(question)
        return lambda chosen: explain(chosen) if self._finished else words(_LATER)

    def _told(self, question: dict):
        def tell(chosen: str) -> str:
            opening = "Yes." if chosen == question["right"] else "Look again."
            return words(f"{opening} {question['why']}", kind="kit-why")
        return tell

    def _reason(self, question: dict):
        known = self.key.responses[question["id"]]

        def tell(chosen: str) -> str:
            right = question["choices"][known["right"][0]]
            opening = "The key says the same." if chosen in known["right"] else f"The key says: {right}"
            return words(f"{opening} {known['note']}", kind="kit-why")
        return tell

    def _found_loaded(self, chosen: list[str]) -> str:
        known = self.key.responses[self._plan["loaded"]["id"]]
        found = len(set(chosen) & set(known["right"]))
        return words(f"You and the key agree on {found} of {len(known['right'])}. {known['note']}", kind="kit-why")

    def _before_and_after(self, after: int) -> str:
        before = self.answer.responses.get("before")
        known = isinstance(before, int)
        text = (f"Before: {before} of {self._most}. Now: {after} of {self._most}." if known
                else f"Saved: {after} of {self._most}.")
        return words(text, kind="kit-ask") + self._revealed()

    def _inventory(self) -> str:
        if self._teacher:
            return words(TEACHER)
        answer = self.answer
        if not self._pen.path.exists():
            return words("Nothing is saved yet. The first mark makes the file.")
        first = ("not checked yet" if answer.first_pass is None
                 else f"{many(len(answer.first_pass), 'mark')} at the first check")
        return words(f"Saved in {self._pen.path}: {many(len(answer.spans), 'mark')}, {first}, "
                     f"{many(len(answer.responses), 'other answer')}. Download a copy with Save as, under the article.")
