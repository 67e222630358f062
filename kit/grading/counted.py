"""What class pages count of an answer, kept with its row: who is unchanged is counted without being graded."""

from collections.abc import Mapping, Sequence

from kit.grading.grade import Grade
from kit.grading.keys import Keys
from kit.grading.row import Row
from kit.model.annotations import AnnotationSet
from kit.model.spans import Span

_MOST_MARKS = 2_000     # of a longer answer nothing is kept: it is graded again
_MOST_SIGNS = 10_000


def kept_of(grade: Grade) -> dict | None:
    """Return what is kept of a graded answer, as plain values; None of one that is much too long to be honest.

    That is the final marks, without notes, and the choices that the key asks for.
    """
    answer = grade.answer
    chosen = {name: answer.responses[name] for name, *_ in grade.key.questions if name in answer.responses}
    if len(answer.spans) > _MOST_MARKS or len(repr(chosen)) > _MOST_SIGNS:
        return None
    kept = {"article": answer.article, "fingerprint": answer.fingerprint, "scheme": answer.scheme,
            "checked": answer.first_pass is not None,
            "marks": [_mark(span) for span in answer.spans]}
    return kept | {"chosen": chosen} if chosen else kept


def grade_of(row: Row, kept: Mapping, keys: Keys) -> Grade:
    """Return the grade that a row was made of, as far as class pages look at it; nothing is graded.

    Raises:
        KitError: there is no such key any more.
        ValueError, TypeError, KeyError: these are not what ``kept_of`` gave.
    """
    answer = AnnotationSet(kept["article"], kept["fingerprint"], kept["scheme"], "student",
                           tuple(_span(*mark) for mark in kept["marks"]), () if kept["checked"] else None,
                           kept.get("chosen", {}))
    yardstick = keys.yardstick_for(answer)
    return Grade(yardstick.article, answer, yardstick.key, row.first, row.mended, row.reasons_right,
                 row.reasons_asked, row.points, row.out_of)


def _mark(span: Span) -> tuple:
    ends = [(end.start, end.end, end.label) for end in span.joined]
    return (span.start, span.end, span.label, *([ends] if ends else []))


def _span(start: int, end: int, label: str, ends: Sequence = ()) -> Span:
    return Span(start, end, label, joined=tuple(Span(*place) for place in ends))
