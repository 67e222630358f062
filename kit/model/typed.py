"""Typed answers: what students wrote on paper, one line per sentence.

``3: may M, reportedly S`` marks two words of sentence 3 with the pens M and S; ``3: C`` gives
a sentence its label.  Words are found as they are spelled, whatever their case; of two alike
``may 2`` is the second, and ``#7`` or ``#7-9`` are words by their small numbers on the sheet.
Words win over letters: where "if I" stands in the sentence, ``if = I`` says that I is the pen.
``= code`` begins somebody's answer, ``#`` a remark.

Marks without a pen are kept in the one-pen scheme ``cues-1``: a label made up for them would
now and then be right, and a score would count it.  Found, missed and extra are the same.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from kit.errors import FileFormatError, KitError
from kit.model.annotations import AnnotationSet
from kit.model.article import Article
from kit.model.formats import is_code
from kit.model.labels import CUES_1, Scheme, scheme_called
from kit.model.numbered import Sentence
from kit.model.spans import Extent, Span
from kit.model.typedline import Lines, Problem

_MOST = 20  # problems told at once
_LONGEST = 2000  # signs of a line
_PLAIN = 100  # signs of words that are typed out; of more, their numbers are typed
_LINE = re.compile(r"(h?\d{1,6})\s*[:.)：]?\s*(.*)", re.IGNORECASE)


@dataclass(frozen=True)
class Typed:
    """One answer out of typed lines.

    ``without_pen`` are the lines in which a mark has no pen; then all marks are in the scheme
    with one pen.
    """

    marks: AnnotationSet
    without_pen: tuple[int, ...] = ()


def parse(content: str, article: Article, scheme: str, *, name: str = "typed answers",
          code: str = "student") -> tuple[Typed, ...]:
    """Return the answers in typed lines, in their order; ``code`` is whose lines have no ``= code`` before them.

    Raises:
        FileFormatError: lines that cannot be read, up to 20 of them, each with its number and
            with what to type; ``name`` is the file's.
        KitError: there is no such scheme, or none that can be typed.
    """
    reader = _Reader(article, _typable(scheme))
    answers = reader.read(content, code)
    if reader.problems:
        raise FileFormatError(_told(name, reader.problems))
    if not answers:
        raise FileFormatError(f"{name}: there is no answer in it. "
                              "Type one line per sentence, like '3: may, reportedly'.")
    return answers


def write(article: Article, answer: AnnotationSet) -> str:
    """Return an answer as typed lines; notes are left out, and of equal marks one is kept.

    Raises:
        KitError: a mark that no line can say: half a word, or not one sentence where sentences
            are labelled.
        WrongArticleError: the marks were made on another text.
    """
    answer.require(article)
    writer = _Writer(article, _typable(answer.scheme))
    said: dict[str, list[str]] = {}
    for span in sorted(set(answer.spans)):
        sentence, words = writer.said(span)
        said.setdefault(sentence.name, []).append(words)
    lines = [f"{name}: {line}\n" for name, words in said.items() for line in _lines(words)]
    return "".join((f"= {answer.annotator}\n", *lines))


def _lines(words: list[str]) -> list[str]:
    """Return what is said of one sentence in one line, or in one for each mark where it would be too long."""
    line = ", ".join(words)
    return [line] if len(line) < _LONGEST - 20 else words


def _typable(scheme: str) -> Scheme:
    found = scheme_called(scheme)
    if found.unit not in ("token", "sentence"):
        raise KitError(f"Answers in the scheme {scheme!r} join marks, and no typed line can say that. "
                       "Mark the text with the pen.")
    return found


def _told(name: str, problems: list[tuple[int, str]]) -> str:
    if len(problems) == 1:
        return f"{name} line {problems[0][0]}: {problems[0][1]}"
    shown = "".join(f"\n    line {line}: {what}" for line, what in problems[:_MOST])
    more = len(problems) - _MOST
    return f"{name}: {len(problems)} lines cannot be read.{shown}" + (f"\n    and {more} more." if more > 0 else "")


@dataclass
class _Answer:
    """The lines of one person, as far as they are read."""

    code: str
    line: int
    found: dict[tuple[Extent, str], int] = field(default_factory=dict)  # with "" for no label: in which line


class _Reader(Lines):
    """Walks through typed lines once; collects answers and problems."""

    def __init__(self, article: Article, scheme: Scheme) -> None:
        super().__init__(article, scheme)
        self.people: list[_Answer] = []
        self.problems: list[tuple[int, str]] = []

    def read(self, content: str, code: str) -> tuple[Typed, ...]:
        lines = content.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
        for number, line in enumerate(lines, start=1):
            try:
                self._line(number, line.strip(), code)
            except Problem as problem:
                self.problems.append((number, str(problem)))
        return () if self.problems else tuple(map(self._answer, self.people))

    def _line(self, number: int, line: str, code: str) -> None:
        if not line or line.startswith("#"):
            return
        if len(line) > _LONGEST:
            raise Problem(f"{len(line):,} signs in one line. Type one line per sentence, like '3: may, reportedly'.")
        if line.startswith(("=", "＝")):
            self._begin(number, line[1:].strip(" ="))
            return
        if not self.people:
            self.people.append(_Answer(code, 0))
        found = _LINE.fullmatch(line)
        if not found:
            raise Problem(f"{line[:60]!r} does not begin with the number of a sentence. "
                          "Type it like '3: may, reportedly'.")
        sentence = self.sentence(found[1])
        for extent, label in self.answers(sentence, found[2]):
            self._keep(number, sentence, extent, label)

    def _begin(self, number: int, code: str) -> None:
        if not is_code(code):
            raise Problem(f"{code[:60]!r} is no code. Type letters, digits and hyphens only, at most 40, and no name.")
        before = next((answer for answer in self.people if answer.code.casefold() == code.casefold()), None)
        self.people.append(_Answer(code, number))
        if before:
            begun = f"line {before.line}" if before.line else "the first line"
            raise Problem(f"the answer of {code!r} begins in {begun} already. "
                          "Put the lines together, or choose another code.")

    def _keep(self, number: int, sentence: Sentence, extent: Extent, label: str) -> None:
        found = self.people[-1].found
        if self.scheme.unit == "sentence":
            other = next((before for before in found.items() if before[0][0] == extent), None)
            if other and other[0][1] != label:
                raise Problem(f"sentence {sentence.name} is {label!r} here and {other[0][1]!r} in line {other[1]}. "
                               "Keep one of the two lines.")
        found.setdefault((extent, label), number)

    def _answer(self, answer: _Answer) -> Typed:
        without = tuple(dict.fromkeys(number for (_, label), number in answer.found.items() if not label))
        scheme = CUES_1 if without else self.scheme
        pairs = {(extent, CUES_1.ids[0] if without else label) for extent, label in answer.found}
        spans = [Span(extent.start, extent.end, label) for extent, label in pairs]
        return Typed(AnnotationSet.on(self.article, scheme, answer.code, spans), without)


class _Writer(Lines):
    """Says a mark in the plainest words that read back as this mark."""

    def said(self, span: Span) -> tuple[Sentence, str]:
        """Return the sentence a mark begins in, and what is typed behind its number."""
        if span.label not in self.scheme:
            raise KitError(f"There is no label {span.label!r} in {self.scheme.id!r}, so it cannot be typed. "
                           "Choose the scheme of the answer.")
        for sentence, said in self._candidates(span):
            if self._reads(sentence, said) == [(span.extent, span.label)]:
                return sentence, said
        whole = "one whole sentence" if self.scheme.unit == "sentence" else "whole words"
        raise KitError(f"The mark on {self.article.quote(span)[:40]!r} (characters {span.start} to {span.end}) is not "
                       f"{whole}, so no typed line can say it. Mark {whole}.")

    def _reads(self, sentence: Sentence, said: str) -> list[tuple[Extent, str]]:
        try:
            return self.answers(sentence, said)
        except Problem:
            return []

    def _candidates(self, span: Span) -> Iterator[tuple[Sentence, str]]:
        inside = [sentence for sentence in self.sentences.values() if sentence.extent.overlap(span)]
        letter = self.scheme[span.label].letter
        if not inside:
            return
        first, last = inside[0], inside[-1]
        if self.scheme.unit == "sentence":
            yield first, letter
            return
        words = " ".join(self.article.quote(span).split())
        pen = "" if len(self.scheme.ids) == 1 else letter
        for which in ("", *(f" {number}" for number in range(1, 10))) if len(words) <= _PLAIN else ():
            yield first, f"{words}{which} {pen}".strip()
            yield first, f"{words}{which} = {letter}"
        yield first, f"{self._numbers(first, last, span)} {pen}".strip()

    def _numbers(self, first: Sentence, last: Sentence, span: Span) -> str:
        start, stop = self.article.token_range(span)
        begin, end = first.place(start), last.place(stop - 1)
        said = f"#{_number(*begin)}"
        if (first, begin) == (last, end):
            return said
        return f"{said}-{_number(*end)}" if first is last else f"{said}-{last.name}#{_number(*end)}"


def _number(word: int, sign: int) -> str:
    return f"{word}.{sign}" if sign else str(word)
