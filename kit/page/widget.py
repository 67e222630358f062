"""The pen: an article in the page, marks in a file.

The browser counts tokens, the file counts characters; this module is where one becomes the
other.  The file is written first, then the page is told, so that "Saved" is always true.
"""

import threading
import weakref
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from kit.errors import KitError
from kit.measure.reasons import many
from kit.model import formats, handed
from kit.model.annotations import AnnotationSet, AnswerKey
from kit.model.article import Article
from kit.model.labels import CUES, Scheme, scheme_called
from kit.model.spans import Span
from kit.page import border
from kit.page.answer import AnswerFile, SealedAnswer, is_trial, kept_in
from kit.page.screen import Screen, Telling


class Highlighter(Screen):
    """Mark an article with pens, check the marks, mend them, read the reasons.

    ``key`` never reaches the browser before the first commit.  ``save_to`` is the file of the
    annotator "student"; the marks of another code lie in a folder of that name beside it.
    ``offered`` are schemes that a student may change to; each has a file of its own.
    ``asked`` are the claims to trace, as indexes into ``article.sentences``.
    ``teacher=True`` shows the key with its reasons and writes nothing.
    A file that is there and cannot be read is named in the status line, and kept.

    Raises:
        KitError: the ids of article or pens could not stand in a file and its name.
        WrongArticleError: the key was made on another text.
    """

    # Two pens on one file must agree, so each must be able to find the others.  JupyterLab
    # runs handlers on several threads, and a save may touch two pens: one lock for all.
    _open: "weakref.WeakSet[Highlighter]" = weakref.WeakSet()
    _lock = threading.RLock()

    def __init__(self, article: Article, *, scheme: Scheme | str = CUES, key: AnswerKey | None = None,
                 save_to: str | Path | None = None, offered: Iterable[Scheme | str] = (), asked: Iterable[int] = (),
                 teacher: bool = False) -> None:
        scheme = _known(scheme)
        self._offered = {one.id: one for one in (scheme, *map(_known, offered))}
        _require_ids(article, self._offered.values())
        if key is not None:
            key.require(article)
        self._article, self._kind = article, SealedAnswer if teacher else AnswerFile
        self._home = kept_in(Path(save_to or f"answers/{article.id}-{scheme.id}.json"))
        scheme = scheme if teacher else self._last_scheme(scheme)
        super().__init__(article, scheme, key=key, file=self._kind(article, scheme.id, self._file_of(scheme)),
                         asked=list(asked), schemes=[{"id": one.id, "name": one.name or one.id}
                                                     for one in self._offered.values()])
        if teacher:
            self._show_key()
        else:
            with self._lock:
                self._start()
                self._open.add(self)
        # Observed last, so that opening never saves.
        self.observe(self._on_marks, names=["marks", "revision"])
        self.observe(self._on_commit, names=["commit"])
        self.observe(self._on_opened, names=["opened"])
        self.observe(self._on_annotator, names=["annotator"])
        self.observe(self._on_scheme, names=["scheme"])

    def _file_of(self, scheme: Scheme) -> Path:
        first = next(iter(self._offered))
        if scheme.id == first:
            return self._home
        return self._home.with_name(f"{self._home.stem.removesuffix(f'-{first}')}-{scheme.id}.json")

    def _last_scheme(self, scheme: Scheme) -> Scheme:
        """Return the scheme that was marked in last; who comes back finds the marks again."""
        files = {one.id: self._kind(self._article, one.id, self._file_of(one)).last_path
                 for one in self._offered.values()}
        times = {id: path.stat().st_mtime for id, path in files.items() if path.is_file()}
        return self._offered[max(times, key=times.get)] if times else scheme

    def _start(self) -> None:
        problem = ""
        try:
            self._file.open()
        except KitError as refused:
            problem = f"{refused}\n    It will be kept in the folder 'old' when you make your first mark."
        self._show()
        if problem:
            self._say(problem, trouble=True)
        elif is_trial(self._home):
            self._say(f"A trial in the course's own copy: what you mark is kept in {self._home}.")

    @property
    def path(self) -> Path:
        """The file of whoever marks."""
        return self._file.path

    def respond(self, **responses: object) -> None:
        """Save answers that are not spans: a number, a choice, a text.

        Raises:
            KitError: they could not be saved; the message says why.
        """
        with self._lock:
            self._file.refresh()
            self._save(replace(self.answer, responses={**self.answer.responses, **responses}))

    def replace_marks(self, spans: Iterable[Span]) -> None:
        """Put these marks in the place of those that are there; the file so far is put aside.

        Raises:
            KitError: the article is finished, or they could not be saved; the message says why.
        """
        with self._lock:
            self._file.refresh()
            if self.answer.stage == "reasons":
                raise KitError("The article is finished. Press Start again under it, then type the answers.")
            self._file.put_aside()
            self._save(replace(self.answer, spans=tuple(spans)))

    def read(self, content: str, name: str) -> AnnotationSet:
        """Return an answer from the content of its file, of a hand-in page or a notebook, if it fits article and pens.

        Raises:
            FileFormatError, WrongArticleError, KitError: says why it does not fit.
        """
        raw, article, scheme = content.encode("utf-8", "replace"), self._article.id, self._scheme.id
        return self._file.parse(handed.the_one(name, raw, article=article, scheme=scheme).content, name)

    # What the browser asks for

    def set_state(self, sync_data: dict) -> None:
        """Take what the browser sends.

        Under the lock as a whole: what arrives while another thread saves would otherwise be
        written over by what that thread then shows, and still be called saved.
        """
        with self._lock:
            super().set_state(sync_data)

    def _on_marks(self, change) -> None:
        if self._drawing:
            return  # these come out of the file: to look at other pens, or somebody else's marks, writes nothing
        if change.name == "revision" and change.new == self.saved:
            return  # the marks came in the same message, and are saved
        with self._lock, Telling(self, "Not saved. "):
            self._save_marks()

    def _on_commit(self, change) -> None:
        with self._lock, Telling(self, "Not saved. "):
            action, answer = change.new.get("action"), self._save_marks()
            if action == "check" and answer.stage == "mark":
                self._save(replace(answer, first_pass=answer.spans, stage="mend"))
            elif action == "finish" and answer.stage == "mend":
                self._save(replace(answer, stage="reasons"))
            elif action == "restart":
                self._file.put_aside()
                self._save(AnnotationSet.on(self._article, self._scheme, self.annotator).after(answer))
            elif action == "page":
                self._send_page(change.new.get("count"))

    def _on_opened(self, change) -> None:
        with self._lock, Telling(self):
            name = str(change.new.get("name", "the file"))[:80]
            found = self.read(str(change.new.get("text", "")), name)
            self._file.put_aside()
            self._save(found.after(self.answer))
            self._say(f"Opened {name}. {many(len(found.spans), 'mark')}.")

    def _on_annotator(self, change) -> None:
        if change.new == self._file.annotator:
            return
        with self._lock, Telling(self):
            try:
                self._file.change_annotator(change.new)
                self._go_on_in(self._last_scheme(self._scheme))  # where this person's marks are
            finally:
                self._show()

    def _on_scheme(self, change) -> None:
        if change.new == self._scheme.id:
            return
        with self._lock, Telling(self):
            if change.new not in self._offered or self._kind is SealedAnswer:
                self.scheme = self._scheme.id
                return
            kept = self.answer.responses
            try:
                self._go_on_in(self._offered[change.new])
                if not self._file.content:  # the questions beside the pen are the same
                    self._file.answer = replace(self._file.answer, responses=kept)
            finally:
                self._show()

    def _go_on_in(self, scheme: Scheme) -> None:
        """Change to the same person's file of another scheme."""
        if scheme.id == self._scheme.id:
            return
        annotator, self._scheme = self._file.annotator, scheme
        self._file = self._kind(self._article, scheme.id, self._file_of(scheme))
        try:
            self._file.open(annotator)
        finally:
            for name, value in border.pens_of(scheme).items():
                setattr(self, name, value)

    def _save_marks(self) -> AnnotationSet:
        before = self.answer
        self._file.save_spans(self._spans())
        if self.answer is not before:
            self._tell_others()
        if self.answer.stage == before.stage:
            self._draw_marks()
            self.saved = self.revision
            self._say(f"Saved. {many(len(self.answer.spans), 'mark')}.")
        else:
            self._show()
            self._say("You went on in another window. This one now shows what is in the file.")
        return self.answer

    def _save(self, answer: AnnotationSet) -> None:
        self._file.save(answer)
        self._tell_others()
        self._show()

    def _tell_others(self) -> None:
        """Two pens on one file agree on it."""
        for other in [pen for pen in self._open if pen is not self]:
            same = other._article == self._article and other._scheme.id == self._scheme.id
            if same and other.path.absolute() == self.path.absolute():
                other._file.refresh()
                other._show()

    def _spans(self) -> tuple[Span, ...]:
        return border.spans(self._article, self._scheme, self.marks, self.answer.spans)


def _known(scheme: Scheme | str) -> Scheme:
    return scheme_called(scheme) if isinstance(scheme, str) else scheme


def _require_ids(article: Article, schemes: Iterable[Scheme]) -> None:
    """Raise ``KitError`` for an id that could not stand in a file and its name."""
    if not formats.is_id(article.id):  # it names the file, and must not lead elsewhere
        raise KitError(f"The article's id is {article.id!r}. Give it small letters, digits and hyphens alone.")
    for id in [id for one in schemes for id in (one.id, *one.ids)]:  # or no file could be read again
        if not formats.is_id(id):
            raise KitError(f"An id in the scheme is {id!r}. Give it small letters, digits and hyphens alone.")
