"""What a lesson and an exercise share: a plan, the article with its pen, and the card that comes at the end."""

import os
from collections.abc import Mapping
from html import escape

from kit.measure.reasons import many
from kit.model.annotations import AnnotationSet, AnswerKey
from kit.model.files import load_article
from kit.page.controls import words
from kit.page.widget import Highlighter

TEACHER = "This is the teacher's copy: key and reasons are shown, nothing is saved."


def for_teachers() -> bool:
    """Tell whether this is a teacher's session: `kit lab --teacher` says so to the kernels it starts."""
    return os.environ.get("KIT_TEACHER") == "1"


class Planned:
    """An article with its pen, as a plan has it.  Every part may be shown in any order and more than once."""

    def __init__(self, plan: Mapping, key: AnswerKey | None, *, teacher: bool = False) -> None:
        self._plan, self._teacher, self.key = plan, teacher, key
        self.article = load_article(plan["article"])
        self._pen = Highlighter(self.article, scheme=plan["scheme"], key=key, offered=plan.get("offered", ()),
                                asked=plan.get("claims", ()), teacher=teacher)

    def _repr_html_(self) -> str:
        return words(str(self))

    def __repr__(self) -> str:
        marked = len(self._pen.answer.spans)
        kept = marked and self._pen.path.exists()
        again = f" What you did last time is here: {many(marked, 'mark')}." if kept else ""
        return (f"Ready. Your work is kept in the file {self._pen.path}. "
                f"Nothing leaves this computer.{again}")

    @property
    def answer(self) -> AnnotationSet:
        """The marks and responses as they stand in the file."""
        return self._pen.answer

    def pen(self) -> Highlighter:
        """The article with its pens."""
        return self._pen

    def _revealed(self) -> str:
        """The card that tells what became known later, as HTML."""
        card = self._plan["reveal"]
        body = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in card["paragraphs"])
        sources = f'<p class="kit-wait">Sources: {escape(card["sources"])}</p>' if card.get("sources") else ""
        return (f'<div class="kit-card"><h4>{escape(card["title"])}</h4>{words(card["read_on"])}'
                f'{body}<p><strong>{escape(card["talk"])}</strong></p>{sources}</div>')
