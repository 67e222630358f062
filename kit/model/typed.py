"""Typed answers: what students wrote on paper, one line per sentence.

``3: may M, reportedly S`` marks two words of sentence 3 with the pens M and S; ``3: C`` gives
a sentence its label.  Words are found as they are spelled, whatever their case; of two alike
``may 2`` is the second, and ``#7`` or ``#7-9`` are words by their small numbers on the sheet.
Words win over letters: where "if I" stands in the sentence, ``if = I`` says that I is the pen.
``= code`` begins somebody's answer, ``#`` a remark.  In a scheme of claims, ``3: 2, sources``
is the rung of sentence 3 and the words for who says so (``kit.model.typedclaim``); ``c3: 2,
sources`` says the same of claim 3, where it is known which claims were to be traced.

Marks without a pen are kept in the one-pen scheme ``cues-1``: a label made up for them would
now and then be right, and a score would count it.  Found, missed and extra are the same.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from kit.errors import FileFormatError
from kit.model.annotations import AnnotationSet
from kit.model.article import Article
from kit.model.formats import is_code
from kit.model.labels import CUES_1, Scheme, scheme_called, unit_of
from kit.model.numbered import Sentence
from kit.model.spans import Extent
from kit.model.typedclaim import ClaimWriter, Join, claimed, lines_of, spans_of
from kit.model.typedline import Lines, Mark, Problem
from kit.model.typedwords import Writer

_MOST = 20  # problems told at once
_LONGEST = 2000  # signs of a line
_LINE = re.compile(r"(h?\d{1,6}|c(?:laim)?\s*\d{1,6})\s*[:.)：]?\s*(.*)", re.IGNORECASE)


@dataclass(frozen=True)
class Typed:
    """One answer out of typed lines.

    ``without_pen`` are the lines in which a mark has no pen; then all marks are in the scheme
    with one pen.
    """

    marks: AnnotationSet
    without_pen: tuple[int, ...] = ()


def parse(content: str, article: Article, scheme: str, *, name: str = "typed answers",
          code: str = "student", asked: Collection[int] = ()) -> tuple[Typed, ...]:
    """Return the answers in typed lines, in their order; ``code`` is whose lines have no ``= code`` before them.

    ``asked`` are the claims to trace, as indexes into ``article.sentences``: they have numbers.

    Raises:
        FileFormatError: lines that cannot be read, up to 20 of them, each with its number and
            with what to type; ``name`` is the file's.
        KitError: there is no such scheme.
    """
    reader = _Reader(article, scheme_called(scheme), asked)
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
    scheme = scheme_called(answer.scheme)
    if scheme.unit == "claim":
        return "".join((f"= {answer.annotator}\n", *lines_of(ClaimWriter(article, scheme), answer.spans)))
    writer = Writer(article, scheme)
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
    found: dict[Mark, int] = field(default_factory=dict)  # in which line
    joins: list[Join] = field(default_factory=list)


class _Reader(Lines):
    """Walks through typed lines once; collects answers and problems."""

    def __init__(self, article: Article, scheme: Scheme, asked: Collection[int]) -> None:
        super().__init__(article, scheme)
        self.asked = sorted(set(asked))
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
        if not found or (found[1][0] in "cC" and self.scheme.unit != "claim"):
            raise Problem(f"{line[:60]!r} does not begin with the number of a sentence. "
                          "Type it like '3: may, reportedly'.")
        sentence = self._claim(found[1]) if found[1][0] in "cC" else self.sentence(found[1])
        if self.scheme.unit == "claim":
            marks, joins = claimed(self, sentence, found[2])
        else:
            marks, joins = self.answers(sentence, found[2]), []
        for extent, label in marks:
            self._keep(number, sentence, extent, label)
        self.people[-1].joins += joins

    def _claim(self, name: str) -> Sentence:
        """Return the sentence of a claim that is typed by its own number."""
        number = int(name.lstrip("claimCLAIM "))
        if not self.asked:
            raise Problem(f"it is not known which sentence is claim {number}. Type the number of the sentence instead.")
        if not 1 <= number <= len(self.asked):
            raise Problem(f"there is no claim {number}; the last one is {len(self.asked)}. "
                          "Look for its number before the sentence.")
        return list(self.sentences.values())[self.asked[number - 1]]

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
        if unit_of(self.scheme.id, label) == "sentence":
            other = next((before for before in found.items() if before[0][0] == extent
                          and unit_of(self.scheme.id, before[0][1]) == "sentence"), None)
            if other and other[0][1] != label:
                raise Problem(f"sentence {sentence.name} is {label!r} here and {other[0][1]!r} in line {other[1]}. "
                               "Keep one of the two lines.")
        found.setdefault((extent, label), number)

    def _answer(self, answer: _Answer) -> Typed:
        without = tuple(dict.fromkeys(number for (_, label), number in answer.found.items() if not label))
        scheme = CUES_1 if without else self.scheme
        pairs = {(extent, CUES_1.ids[0] if without else label) for extent, label in answer.found}
        return Typed(AnnotationSet.on(self.article, scheme, answer.code, spans_of(pairs, answer.joins)), without)
