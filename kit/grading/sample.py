"""A fixed sample of answers, so that a large class needs no more room than a small one."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from kit.model.annotations import AnnotationSet
from kit.model.spans import Span

MOST = 200            # answers
_MOST_MARKS = 5_000   # of one answer; who marks more did not read, and would fill the memory


@dataclass
class Sample:
    """At most ``MOST`` answers, spread evenly: those whose name and content have the smallest hashes.

    Which ones they are depends neither on the order of adding nor on how a class was cut up.
    Equal answers under the same name count as often as they were added.
    """

    held: dict[bytes, tuple[AnnotationSet, int]] = field(default_factory=dict)
    total: int = 0
    _last: bytes = b"\xff" * 33  # from here on, nothing is kept any more

    def add(self, answer: AnnotationSet, name: str, count: int = 1) -> None:
        """Take an answer into account, ``count`` times; one with thousands of marks is left out."""
        if len(answer.spans) > _MOST_MARKS:
            return
        spans = [(span.start, span.end, span.label, span.joined) for span in answer.spans]
        content = repr((name, answer.scheme, spans))
        self._put(hashlib.sha256(content.encode("utf-8", "surrogatepass")).digest(), answer, count)

    def __iter__(self) -> Iterator[AnnotationSet]:
        """Yield the answers of the sample, one that was added twice twice."""
        left = MOST
        for name in sorted(self.held):
            answer, count = self.held[name]
            yield from [answer] * min(count, left)
            left -= min(count, left)

    def __len__(self) -> int:
        return min(MOST, self.total)

    def add_all(self, other: "Sample") -> None:
        """Take everything into account that another sample did."""
        for name, (answer, count) in other.held.items():
            self._put(name, answer, count)
        self.total += other.total - sum(count for _, count in other.held.values())

    def _put(self, name: bytes, answer: AnnotationSet, count: int) -> None:
        self.total += count
        if name >= self._last:
            return
        held, before = self.held.get(name) or (_marks_alone(answer), 0)
        self.held[name] = (held, before + count)
        if len(self.held) > 2 * MOST:
            self._trim()

    def _trim(self) -> None:
        """Forget what can never be in the sample: whatever stands behind enough others."""
        kept, before = {}, 0
        for name in sorted(self.held):
            if before >= MOST:
                self._last = name
                break
            kept[name] = self.held[name]
            before += kept[name][1]
        self.held = kept


def _marks_alone(answer: AnnotationSet) -> AnnotationSet:
    """Return the final marks without notes and other answers, which may be long."""
    spans = tuple(Span(span.start, span.end, span.label, joined=span.joined) for span in answer.spans)
    return AnnotationSet(answer.article, answer.fingerprint, answer.scheme, answer.annotator, spans)
