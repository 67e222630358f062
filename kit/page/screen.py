"""The pen as the page sees it: what crosses to the browser, and what the browser is told.

What the browser asks for is answered in ``kit.page.widget``.
"""

from dataclasses import replace
from datetime import date
from pathlib import Path

import anywidget
import traitlets

from kit.errors import KitError
from kit.measure.feedback import look_again, rows, self_check, summary
from kit.measure.reasons import many
from kit.model.annotations import AnnotationSet, AnswerKey
from kit.model.article import Article
from kit.model.labels import Scheme
from kit.model.plans import plan_for
from kit.model.spans import Span
from kit.page import border
from kit.page.answer import STUDENT, AnswerFile
from kit.page.handin import hand_in_page, page_name
from kit.page.view import fallback

_STATIC = Path(__file__).parent / "static"
FINISHED_WITHOUT_KEY = ("Finished. Your first and your mended marks are saved. There is no key for this text here. "
                        "In an exercise, go on with the next step: the reasons come with the feedback of your teacher.")


class Screen(anywidget.AnyWidget):
    """An article with its pens as it stands in the browser.

    The browser is told what the answer file holds, never what is on its way there.
    """

    _esm = _STATIC / "highlight.js"
    _css = _STATIC / "highlight.css"

    article = traitlets.Dict().tag(sync=True)
    tokens = traitlets.List().tag(sync=True)
    sentences = traitlets.List().tag(sync=True)
    labels = traitlets.List().tag(sync=True)
    unit = traitlets.Unicode("token").tag(sync=True)
    asked = traitlets.List().tag(sync=True)
    schemes = traitlets.List().tag(sync=True)
    scheme = traitlets.Unicode().tag(sync=True)
    marks = traitlets.List().tag(sync=True)
    pen = traitlets.Unicode().tag(sync=True)
    revision = traitlets.Int(0).tag(sync=True)
    saved = traitlets.Int(0).tag(sync=True)
    commit = traitlets.Dict().tag(sync=True)
    opened = traitlets.Dict().tag(sync=True)
    annotator = traitlets.Unicode(STUDENT).tag(sync=True)
    download = traitlets.Dict().tag(sync=True)
    stage = traitlets.Unicode("mark").tag(sync=True)
    feedback = traitlets.Dict().tag(sync=True)
    status = traitlets.Dict().tag(sync=True)
    help = traitlets.Unicode().tag(sync=True)
    locked = traitlets.Bool(False).tag(sync=True)

    def __init__(self, article: Article, scheme: Scheme, *, key: AnswerKey | None, file: AnswerFile,
                 **traits: object) -> None:
        self._article, self._scheme, self._key, self._file = article, scheme, key, file
        self._drawing = False
        super().__init__(**border.page_of(article), **border.pens_of(scheme), **traits)

    @property
    def answer(self) -> AnnotationSet:
        """The marks and responses as they stand in the file."""
        return self._file.answer

    def _repr_mimebundle_(self, **kwargs):
        data, metadata = super()._repr_mimebundle_(**kwargs)
        # What a reader without a kernel sees: a code host, a printed page, a feedback page.
        return data | {"text/html": fallback(self._article, self.answer)}, metadata

    # What the browser is told

    def _show(self) -> None:
        self.annotator = self._file.annotator
        self._draw_marks()
        self.saved = self.revision
        self._say(f"Saved. {many(len(self.answer.spans), 'mark')}." if self._file.content else "")
        self.feedback = self._feedback()
        self.locked = self.answer.stage == "reasons"
        self.stage = self.answer.stage  # last: figures that wait for it take their time

    def _show_key(self) -> None:
        """The teacher's copy: the key as marks, each with its reason."""
        core = self._key.in_scheme(self._scheme.id).tier("core") if self._key else ()
        by_claim = self._scheme.unit == "claim"  # there the relations lead to whole items
        spans = tuple(Span(where.start, where.end, item.label, joined=item.joined) for item in core
                      if item.label != "furniture" for where in (item if by_claim else item.core,))
        self._file.save(replace(self.answer, spans=spans, first_pass=spans, stage="reasons"))
        self._show()
        self._say("The teacher's copy: key and reasons are shown, nothing is saved." if self._key
                  else "The teacher's copy: the key is not on this computer, nothing is saved.")

    def _draw_marks(self) -> None:
        marks = [border.mark(self._article, span) for span in self.answer.spans]
        self._drawing = True
        try:
            self.marks = [mark for mark in marks if mark["first"] < mark["stop"]]  # not on white space alone
        finally:
            self._drawing = False
        self.download = {"name": self._file.name, "text": self._file.content}

    def _send_page(self, count: object) -> None:
        """Send the page to hand in, once: what stays in the pen goes into a saved notebook."""
        page = hand_in_page(self._article, self.answer, plan=plan_for(self._article), content=self._file.content,
                            day=date.today())
        without = self.download
        self.download = without | {"page": {"count": count, "name": page_name(self.answer), "html": page}}
        self.download = without

    def _feedback(self) -> dict:
        answer, article, key = self.answer, self._article, self._key
        if answer.stage == "mark":
            return {}
        if answer.stage == "mend" and key is None:
            text, places, questions = self_check(article, answer.first(), asked=self.asked)
            return {"text": text, "places": list(places), "questions": list(questions)}
        if answer.stage == "mend":
            text, places = look_again(article, answer.first(), key)
            return {"text": text, "places": list(places), "questions": []}
        if key is None:
            return {"text": FINISHED_WITHOUT_KEY, "places": [], "questions": [], "rows": []}
        compared = rows(article, answer, key)
        return {"text": summary(compared, key), "places": [], "questions": [], "made": key.made,
                "rows": [row.as_dict() for row in compared]}

    def _say(self, text: str, trouble: bool = False) -> None:
        self.status = {"text": text, "trouble": trouble}


class Telling:
    """Turns an error in a handler into the status line: Jupyter would swallow it."""

    def __init__(self, screen: Screen, before: str = "") -> None:
        self.screen, self.before = screen, before

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind, problem, trace) -> bool:
        if isinstance(problem, Exception):
            text = str(problem) if isinstance(problem, KitError) else f"{kind.__name__}: {problem}"
            self.screen._say(self.before + text, trouble=True)
        return isinstance(problem, Exception)
