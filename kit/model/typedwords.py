"""The plainest words that, typed, read back as a mark."""

import re
from collections.abc import Iterator

from kit.errors import KitError
from kit.model.labels import unit_of
from kit.model.numbered import Sentence
from kit.model.spans import Extent, Span
from kit.model.typedline import Lines, Mark, Problem

_PLAIN = 100  # signs of words that are typed out; of more, their numbers are typed
_COMMAS = re.compile(r"[,;>]")


class Writer(Lines):
    """Says a mark in the plainest words that read back as this mark."""

    def said(self, span: Span) -> tuple[Sentence, str]:
        """Return the sentence a mark begins in, and what is typed behind its number."""
        if span.label not in self.scheme:
            raise KitError(f"There is no label {span.label!r} in {self.scheme.id!r}, so it cannot be typed. "
                           "Choose the scheme of the answer.")
        for sentence, said in self._candidates(span):
            if self.reads(sentence, said) == [(span.extent, span.label)]:
                return sentence, said
        whole = "one whole sentence" if self._of_sentence(span) else "whole words"
        raise KitError(f"The mark on {self.article.quote(span)[:40]!r} (characters {span.start} to {span.end}) is not "
                       f"{whole}, so no typed line can say it. Mark {whole}.")

    def reads(self, sentence: Sentence, said: str) -> list[Mark]:
        """Return the marks that something typed is read as; none if it cannot be read."""
        try:
            return self.answers(sentence, said)
        except Problem:
            return []

    def numbers(self, where: Extent) -> str:
        """Return the words of a place by their numbers: "#7-9", or "#7-4#2" up to word 2 of sentence 4."""
        inside = self._inside(where)
        start, stop = self.article.token_range(where)
        begin, end = inside[0].place(start), inside[-1].place(stop - 1)
        said = f"#{_number(*begin)}"
        if stop - start == 1:
            return said
        return f"{said}-{_number(*end)}" if len(inside) == 1 else f"{said}-{inside[-1].name}#{_number(*end)}"

    def _inside(self, where: Extent) -> list[Sentence]:
        return [sentence for sentence in self.sentences.values() if sentence.extent.overlap(where)]

    def _of_sentence(self, span: Span) -> bool:
        return unit_of(self.scheme.id, span.label) == "sentence"

    def _candidates(self, span: Span) -> Iterator[tuple[Sentence, str]]:
        letter = self.scheme[span.label].letter
        for first in self._inside(span)[:1]:
            if self._of_sentence(span):
                yield first, letter
                return
            words = " ".join(self.article.quote(span).split())
            pen = "" if len(self.scheme.ids) == 1 or self.scheme.unit == "claim" else letter
            for which in ("", *(f" {number}" for number in range(1, 10))) if len(words) <= _PLAIN else ():
                for plain in dict.fromkeys((words, _COMMAS.sub("", words))):
                    yield first, f"{plain}{which} {pen}".strip()
                    yield first, f"{plain}{which} = {letter}"
            yield first, f"{self.numbers(span)} {pen}".strip()


def _number(word: int, sign: int) -> str:
    return f"{word}.{sign}" if sign else str(word)
