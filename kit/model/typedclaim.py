"""What one typed line says of one claim: ``2, a person close to her agent``.

The rung comes first, then the words for who says so.  ``5#4-9`` are words of another sentence;
``the paper > a club official`` goes back from a source to the one it took its report from.
Without a rung, ``, the paper``, they are source words that no claim of this line is joined to.
"""

import re
from collections.abc import Iterable

from kit.model.labels import unit_of
from kit.model.numbered import Sentence
from kit.model.relations import GOES_BACK, SOURCE, join
from kit.model.spans import Extent, Span
from kit.model.typedline import Lines, Mark, Problem
from kit.model.typedwords import Writer

_ELSEWHERE = re.compile(r"(h?\d{1,6})\s*(#.*)", re.IGNORECASE)
_RUNG = re.compile(r"^\s*([0-9?])\s*,")  # the comma in 2,5#4 is none of 1,000
Join = tuple[Extent, Extent, str]  # from, to, and what joins them


def claimed(lines: Lines, sentence: Sentence, rest: str) -> tuple[list[Mark], list[Join]]:
    """Return the claim and the source words in a line, and what is joined to what; raises ``Problem``."""
    if lines.is_none(sentence, rest):
        return [], []
    first, *pieces = lines.pieces(_RUNG.sub(r"\1, ", rest))
    chains = [[_place(lines, sentence, words) for words in piece.split(">")] for piece in pieces if piece]
    marks = [(extent, SOURCE) for chain in chains for extent in chain]
    joins = [(one, other, GOES_BACK) for chain in chains for one, other in zip(chain, chain[1:])]
    if any(one == other for one, other, _ in joins):
        raise Problem(f"{rest!r}: a source goes back to itself. Type two different ones around '>'.")
    if first:
        marks.insert(0, (sentence.extent, _rung(lines, first)))
        joins += [(sentence.extent, chain[0], SOURCE) for chain in chains]
    return marks, joins


def _rung(lines: Lines, word: str) -> str:
    label = lines.label(word)
    if label is None or label.unit != "sentence":
        rungs = ", ".join(f"{label.letter} ({label.name})" for label in lines.scheme.labels if label.unit == "sentence")
        raise Problem(f"{word!r} is no rung. Type the rung first, then a comma and the words: one of {rungs}.")
    return label.id


def _place(lines: Lines, sentence: Sentence, words: str) -> Extent:
    elsewhere = _ELSEWHERE.fullmatch(words.strip(" ."))
    extent, label = lines.words(lines.sentence(elsewhere[1]) if elsewhere else sentence,
                                elsewhere[2] if elsewhere else words.strip(" ."))
    if label not in ("", SOURCE):
        raise Problem(f"{words.strip()!r}: the rung comes first. Type it like '{sentence.name}: 2, sources'.")
    return extent


def spans_of(marks: Iterable[Mark], joins: Iterable[Join]) -> list[Span]:
    """Return marks as spans that hold what they are joined to."""
    ends: dict[tuple[Extent, bool], set[Span]] = {}
    for one, other, relation in joins:
        ends.setdefault((one, relation == GOES_BACK), set()).add(join(other, relation))
    return [Span(where.start, where.end, label, joined=tuple(sorted(ends.get((where, label == SOURCE), ()))))
            for where, label in marks]


class ClaimWriter(Writer):
    """Says source words as they stand behind the rung of a line."""

    def reads(self, sentence: Sentence, said: str) -> list[Mark]:
        """Return the marks that a rung, or else source words, are read as; none if they cannot be read."""
        rung = self.label(said)
        try:
            marks, joins = claimed(self, sentence, said if rung and rung.unit == "sentence" else f", {said}")
        except Problem:
            return []
        return [] if joins else marks


def lines_of(lines: ClaimWriter, spans: Iterable[Span]) -> list[str]:
    """Return claims and sources as typed lines; raises ``KitError`` for what no line can say."""
    spans = tuple(spans)
    known = {span.extent for span in spans if span.label == SOURCE}
    said, joined = [], set()
    for span in spans:
        if unit_of(lines.scheme.id, span.label) == "sentence":
            own = [end.extent for end in span.joined if end.label == SOURCE and end.extent in known]
            sentence, rung = lines.said(span)
            words = [_said(lines, sentence, where) for where in own]
            said.append(f"{sentence.name}: {', '.join([rung, *words])}\n")
            joined.update(own)
    for span in spans:
        further = [end.extent for end in span.joined if end.label == GOES_BACK and end.extent in known]
        if span.label == SOURCE and (further or span.extent not in joined):
            sentence, words = lines.said(span)
            chains = [f"{words} > {_said(lines, sentence, where)}" for where in further] or [words]
            said.append(f"{sentence.name}: , {', '.join(chains)}\n")
    return said


def _said(lines: ClaimWriter, sentence: Sentence, where: Extent) -> str:
    """Return how source words are typed in the line of a sentence."""
    home, words = lines.said(Span(where.start, where.end, SOURCE))
    return words if home == sentence else f"{home.name}{lines.numbers(where)}"
