"""A lesson: the pen, and what fills itself after a commit."""

import json
import os
from dataclasses import replace
from html import escape
from importlib import resources
from pathlib import Path

import ipywidgets

from kit.errors import KitError
from kit.measure.reasons import many
from kit.model.annotations import AnswerKey
from kit.model.files import holds, load_article, load_key, open_text, plain, read_annotations, save_text
from kit.model.labels import scheme_called
from kit.page.controls import behind, box, choice, filling, scale, words, writing
from kit.page.plots import anatomy, ribbon
from kit.page.view import compare
from kit.page.widget import Highlighter

_WAIT = "This fills itself when you have pressed Finish under the article."
_TEACHER = "This is the teacher's copy: key and reasons are shown, nothing is saved."


def lesson(name: str) -> "Lesson":
    """Return a lesson of the kit: its article, key, pens and answer file in one.

    Started with ``kit lab --teacher`` it shows key and reasons and writes nothing.

    Raises:
        KitError: there is no lesson of that name; the message lists those there are.
    """
    folder = resources.files("kit") / "articles"
    known = {path.name.removesuffix(".lesson.json"): path for path in folder.iterdir()
             if path.name.endswith(".lesson.json")}
    if name not in known:
        raise KitError(f"There is no lesson {name!r}. Choose one of: {', '.join(sorted(known))}.")
    return Lesson(json.loads(known[name].read_text("utf-8")), teacher=os.environ.get("KIT_TEACHER") == "1")


class Lesson:
    """One lesson in a notebook.  Every part may be shown in any order and more than once."""

    def __init__(self, plan: dict, *, teacher: bool = False) -> None:
        self._plan, self._teacher = plan, teacher
        self.article = load_article(plan["article"])
        self.key: AnswerKey = load_key(plan["article"])
        self._scheme = scheme_called(plan["scheme"])
        self._pen = Highlighter(self.article, scheme=self._scheme, key=self.key, teacher=teacher)

    def _repr_html_(self) -> str:
        return words(str(self))

    def __repr__(self) -> str:
        if self._teacher:
            return f"Ready. {_TEACHER}"
        marked = len(self._pen.answer.spans)
        kept = marked and self._pen.path.exists()
        again = f" What you did last time is here: {many(marked, 'mark')}." if kept else ""
        return (f"Ready. Your work is kept in the file {self._pen.path}. "
                f"Nothing leaves this computer.{again}")

    @property
    def answer(self):
        """The marks and responses as they stand in the file."""
        return self._pen.answer

    def pen(self) -> Highlighter:
        """The article with its pens."""
        return self._pen

    def remember(self) -> ipywidgets.Widget:
        """Three questions, each answered at once."""
        return box(*(choice(self._pen, question, tell=self._told(question)) for question in self._plan["remember"]))

    def before(self) -> ipywidgets.Widget:
        """How sure a reader is from the headline alone, 0 to 100."""
        title = ipywidgets.HTML(f'<div class="kit-card"><strong>{escape(self.article.title)}</strong></div>')
        return box(title, scale(self._pen, "before", self._plan["before"],
                                then=lambda value: words(f"Saved: {value} of 100. You are asked again later.")))

    def confidence(self) -> ipywidgets.Widget:
        """One tap before the check: how sure a reader is of the marks."""
        return box(choice(self._pen, self._plan["confidence"]))

    def reasons(self) -> ipywidgets.Widget:
        """Three reasons to choose, each explained at once; open when the article is finished."""
        return behind(self._pen, ("reasons",), "Three questions open here when you have pressed Finish.",
                      lambda: ipywidgets.VBox([choice(self._pen, question, tell=self._reason(question))
                                               for question in self._plan["reasons"]]))

    def ribbon(self) -> ipywidgets.Widget:
        """The certainty ribbon: own cues above the line, the key's below."""
        return filling(self._pen, _WAIT, lambda: ribbon(
            self.article, self.answer, self._own_key(), load_key(self.article.id, scheme="roles"))._repr_html_())

    def anatomy(self) -> ipywidgets.Widget:
        """The article's sentences by role, with the cues on top."""
        return filling(self._pen, _WAIT, lambda: anatomy(
            self.article, None, load_key(self.article.id, scheme="roles"), self._own_key())._repr_html_())

    def partner(self) -> ipywidgets.Widget:
        """A classmate's downloaded file, compared with one's own marks."""
        upload = ipywidgets.FileUpload(accept=".json", description="Open a partner's file", layout={"width": "240px"})
        place = ipywidgets.HTML()

        def show(change) -> None:
            if not upload.value:
                return
            file = upload.value[0]
            try:
                theirs = self._pen.read(bytes(file["content"]).decode("utf-8", "replace"), file["name"])
                place.value = compare(self.article, self.answer, theirs)._repr_html_()
            except KitError as problem:
                place.value = words(str(problem), kind="kit-why")

        upload.observe(show, names=["value"])
        return box(upload, place)

    def compare_with(self, path: str | Path):
        """Compare one's own marks with a classmate's file on this computer."""
        return compare(self.article, self.answer, read_annotations(path))

    def after(self) -> ipywidgets.Widget:
        """How sure a reader is now, and then what became known later; open after the first check."""
        return behind(self._pen, ("mend", "reasons"), "This opens when you have pressed Check my marks.",
                      lambda: scale(self._pen, "after", self._plan["after"], then=self._before_and_after))

    def your_text(self) -> ipywidgets.Widget:
        """A field for any text: it becomes an article with the same pens and no key."""
        if self._teacher:
            return box(ipywidgets.HTML(words("Students paste their own text here. The teacher's copy keeps none.")))
        field = ipywidgets.Textarea(placeholder="Paste a news text here", continuous_update=True)
        button = ipywidgets.Button(description="Mark this text")
        message, place = ipywidgets.HTML(), ipywidgets.VBox()
        path = Path("my-article.txt")

        def open_it(_=None) -> None:
            text = plain(field.value)
            if not text and not path.exists():
                message.value = words("There is no text yet. Paste a text into the field, then press the button.")
                return
            try:
                if text:
                    _keep_text(text + "\n", path)
                article = open_text(path)  # each text has answers of its own
                article = replace(article, id=f"{article.id}-{article.fingerprint[:6]}")
                place.children = [Highlighter(article, scheme=self._scheme)]
                message.value = words(f"The text is in the file {path}, your marks are in the folder answers.")
            except (KitError, OSError) as problem:
                message.value = words(str(problem), kind="kit-why")

        button.on_click(open_it)
        if path.exists():
            open_it()
        return ipywidgets.VBox([box(field, button, message), place])

    def exit_ticket(self) -> ipywidgets.Widget:
        """One sentence to finish."""
        return box(writing(self._pen, self._plan["exit"]))

    def save(self) -> ipywidgets.Widget:
        """Where the work is, and what is in it; counts itself anew after every save."""
        place = ipywidgets.HTML()

        def tell(change=None) -> None:
            place.value = self._inventory()

        tell()
        self._pen.observe(tell, names=["download", "stage"])
        return box(place)

    def _own_key(self) -> AnswerKey:
        return self.key.in_scheme(self._scheme.id)

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

    def _before_and_after(self, after: int) -> str:
        before = self.answer.responses.get("before")
        known = isinstance(before, int)
        text = f"Before: {before} of 100. Now: {after} of 100." if known else f"Saved: {after} of 100."
        return words(text, kind="kit-ask") + self._revealed()

    def _revealed(self) -> str:
        card = self._plan["reveal"]
        body = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in card["paragraphs"])
        return (f'<div class="kit-card"><h4>{escape(card["title"])}</h4>{words(card["read_on"])}'
                f'{body}<p><strong>{escape(card["talk"])}</strong></p>'
                f'<p class="kit-wait">Sources: {escape(card["sources"])}</p></div>')

    def _inventory(self) -> str:
        if self._teacher:
            return words(_TEACHER)
        answer = self.answer
        if not self._pen.path.exists():
            return words("Nothing is saved yet. The first mark makes the file.")
        first = ("not checked yet" if answer.first_pass is None
                 else f"{many(len(answer.first_pass), 'mark')} at the first check")
        return words(f"Saved in {self._pen.path}: {many(len(answer.spans), 'mark')}, {first}, "
                     f"{many(len(answer.responses), 'other answer')}. Download a copy with Save as, under the article.")


def _keep_text(content: str, path: Path) -> None:
    """Write the pasted text; one that is there already and differs gets a number."""
    number, old = 1, path
    while old.exists() and not holds(old, content):
        number, old = number + 1, path.with_stem(f"{path.stem}-{number + 1}")
    if old != path:
        path.replace(old)
    save_text(content, path)
