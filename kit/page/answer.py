"""The answer file behind a pen: whose marks, in which file, and what another window wrote."""

import os
from dataclasses import replace
from pathlib import Path

from kit.errors import KitError
from kit.model import formats
from kit.model.annotations import AnnotationSet
from kit.model.article import Article
from kit.model.files import read_text, save_text
from kit.model.labels import unit_of
from kit.model.spans import Span

STUDENT = "student"

_HANDED_OUT = ("source", "release")  # the folders of a course whose content goes to every student
_COURSE = ("nbgrader_config.py", "gradebook.db", "keys", "submitted")  # any of these makes a folder a course
_TRIALS = "trials"


def kept_in(home: Path) -> Path:
    """Return where a pen keeps its file: the place itself, or one for trials where a course hands out what lies there.

    While grading, nbgrader writes whatever lies in ``source/<exercise>/`` over the work of every
    student.  A teacher who tries an exercise there must leave nothing behind.
    """
    whole = Path(os.path.abspath(home))
    for folder in whole.parents:
        course = folder.parent.parent
        if folder.parent.name in _HANDED_OUT and any((course / sign).exists() for sign in _COURSE):
            trial = course / _TRIALS / folder.name / whole.relative_to(folder)
            return trial if home.is_absolute() else Path(os.path.relpath(trial))
    return home


def is_trial(path: Path) -> bool:
    """Tell whether a file was put among the trials of a course, by ``kept_in``."""
    return any(folder.name == _TRIALS and any((folder.parent / sign).exists() for sign in _COURSE)
               for folder in Path(os.path.abspath(path)).parents)


class AnswerFile:
    """The answer of whoever marks an article, kept equal to its file.

    ``answer`` is what the file holds.  ``home`` is the file of the annotator "student"; the
    marks of another code lie in a folder of that name beside it.  Opening never writes.
    """

    def __init__(self, article: Article, scheme: str, home: Path) -> None:
        self.article, self.scheme, self.home = article, scheme, home
        self.annotator = STUDENT
        self.content = ""  # the file as it was when last read or written
        self.answer = AnnotationSet.on(article, scheme, STUDENT)

    @property
    def path(self) -> Path:
        """The file of the annotator in hand."""
        return self._path_of(self.annotator)

    @property
    def last_path(self) -> Path:
        """The file of whoever marked here last."""
        return self._path_of(self._last_annotator())

    def _path_of(self, annotator: str) -> Path:
        return self.home if annotator == STUDENT else self.home.parent / annotator / self.home.name

    @property
    def name(self) -> str:
        """The name under which the file is downloaded; says whose it is."""
        return f"{self.home.stem}.json" if self.annotator == STUDENT else f"{self.home.stem}-{self.annotator}.json"

    def open(self, annotator: str | None = None) -> None:
        """Read the annotator's file; without a code, that of whoever marked here last.

        A file that is refused stays where it is; the first save puts it aside.

        Raises:
            FileFormatError: the file that is there cannot be read.
            WrongArticleError: it was made on another text.
        """
        self.annotator = annotator or self._last_annotator()
        self.content, self.answer = "", AnnotationSet.on(self.article, self.scheme, self.annotator)
        if os.path.lexists(self.path):
            self._take(read_text(self.path))

    def change_annotator(self, code: str) -> None:
        """Go on with somebody else's file; remembered for the next time the lesson opens.

        Raises:
            KitError: the code is none, or their file cannot be read.
        """
        if not formats.is_code(code):
            raise KitError("A code has letters, digits and hyphens only, at most 40. Type another one.")
        self.open(code)
        save_text(f"{code}\n", self._whose)

    def refresh(self) -> None:
        """Take over the file if another pen or window wrote it since it was last seen.

        Raises:
            KitError: a file that cannot be read could not be put aside.
        """
        if not os.path.exists(self.path):  # unlike Path's own, no error where nothing can be
            self.content = ""  # taken away: what is saved next is written, even if it is the same
            return
        try:
            content = read_text(self.path)
            if content != self.content:
                self._take(content)
        except KitError:  # broken, or of another text: kept, but out of the way
            self.put_aside()

    def save_spans(self, spans: tuple[Span, ...]) -> None:
        """Save these spans, together with what another pen or window changed meanwhile.

        Raises:
            KitError: they could not be saved; the message says why.
        """
        before = self.answer
        self.refresh()
        if self.answer.stage == "reasons":
            spans = self.answer.spans
        elif self.answer is not before:
            both = merged(before.spans, spans, self.answer.spans)
            spans = _one_label_each(self.scheme, both, self.answer.spans)
        if not self.content or _with_notes(spans) != _with_notes(self.answer.spans):
            self.save(replace(self.answer, spans=spans))

    def save(self, answer: AnnotationSet) -> None:
        """Write the file, then remember it; raises ``KitError`` if it cannot be written."""
        answer = replace(answer, annotator=self.annotator)
        content = formats.annotations_json(answer, self.article)
        save_text(content, self.path)
        self.content, self.answer = content, answer

    def parse(self, content: str, name: str) -> AnnotationSet:
        """Return the answer in a file's content, if it was made on this text with these pens.

        Raises:
            FileFormatError, WrongArticleError, KitError: says why it does not fit.
        """
        found = formats.parse_annotations(content, name=name)
        found.require(self.article)
        if found.scheme != self.scheme:
            raise KitError(f"{name}: it was marked with the pens {found.scheme!r}, here are {self.scheme!r}. "
                           "Choose the file of this lesson.")
        return found

    def put_aside(self) -> None:
        """Move the file to the folder ``old``, under the first number that is free.

        Raises:
            KitError: it cannot be moved; then it stays where it is.
        """
        old, number = self.path.parent / "old", 1
        if not os.path.exists(self.path):
            return
        while (old / f"{self.path.stem}-{number}.json").exists():
            number += 1
        try:
            old.mkdir(parents=True, exist_ok=True)
            self.path.replace(old / f"{self.path.stem}-{number}.json")
        except OSError as problem:
            raise KitError(f"{self.path}: the earlier marks could not be put aside ({problem.strerror}). "
                           "Nothing was changed: make room on the disk and try again.") from None
        self.content = ""

    def _take(self, content: str) -> None:
        self.answer, self.content = self.parse(content, str(self.path)), content

    @property
    def _whose(self) -> Path:
        return self.home.parent / "whose.txt"

    def _last_annotator(self) -> str:
        # A reopened lesson must find the marks of whoever marked last on this computer.
        try:
            code = read_text(self._whose).strip()
        except KitError:
            return STUDENT
        return code if formats.is_code(code) else STUDENT


class SealedAnswer(AnswerFile):
    """An answer that is shown and never written: the teacher's copy."""

    def open(self, annotator: str | None = None) -> None:
        """Nothing to read."""

    def change_annotator(self, code: str) -> None:
        """The teacher's copy stays the teacher's."""

    def refresh(self) -> None:
        """Nothing to take over."""

    def put_aside(self) -> None:
        """Nothing to move."""

    def save(self, answer: AnnotationSet) -> None:
        """Remember the answer, write nothing."""
        self.answer = answer


def merged(base: tuple[Span, ...], mine: tuple[Span, ...], theirs: tuple[Span, ...]) -> tuple[Span, ...]:
    """Return their spans with my changes since ``base`` made on them, notes and relations included.

    A mark whose note or relations I changed is kept, even where they took the mark away.
    """
    known = {span: _beside(span) for span in base}
    changed = {span for span in mine if _beside(span) != known.get(span, ("", ()))}
    gone, new = set(base) - set(mine), set(mine) - set(base)
    # Spans that differ in their notes alone are equal, and a union keeps those on its left.
    return tuple(sorted(changed | (set(theirs) - gone) | new))


def _one_label_each(scheme: str, both: tuple[Span, ...], theirs: tuple[Span, ...]) -> tuple[Span, ...]:
    """Return merged spans in which a sentence that got a label in either window has one: not theirs, but mine."""
    held = set(theirs)
    mine = {span.extent for span in set(both) - held if unit_of(scheme, span.label) == "sentence"}
    return tuple(span for span in both if span not in held or span.extent not in mine
                 or unit_of(scheme, span.label) != "sentence")


def _beside(span: Span) -> tuple[str, tuple[Span, ...]]:
    """Return what a span carries besides its place and label."""
    return span.note, span.joined


def _with_notes(spans: tuple[Span, ...]) -> list[tuple]:
    return [(span, *_beside(span)) for span in spans]
