"""One row of a gradebook: a student and an exercise."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from marshal import dumps
from operator import attrgetter

from kit.grading.grade import Grade, share
from kit.measure.score import Score
from kit.model.annotations import AnnotationSet

_DECIDED, _NOTE = attrgetter("start", "end", "label", "note"), attrgetter("note")


@dataclass(frozen=True)
class Row:
    """What one student's answer to one exercise is worth, with the counts behind it.

    ``points`` is None where it could not be told, because key or article are missing; ``problem`` says why
    there are none, or only zero.  ``first`` and ``mended`` count the two passes, None if nothing
    was graded; the shares are 0 to 1, None where nothing was asked.  ``written`` is what the student
    wrote in words, for the teacher.  ``file`` is where the answer was found.  ``answer`` and
    ``key`` are hashes, and so is ``alike``: of marks, notes, choices and words, "" if there are none.
    ``marks`` is how many marks there are, ``in_words`` whether there are notes or written answers.
    """

    student: str
    exercise: str
    points: float | None = None
    out_of: float = 0.0
    number: str = ""
    file: str = ""
    first: Score | None = None
    mended: Score | None = None
    first_share: float | None = None
    mended_share: float | None = None
    reasons_right: int = 0
    reasons_asked: int = 0
    written: str = ""
    remarks: tuple[str, ...] = ()
    problem: str = ""
    answer: str = ""
    key: str = ""
    alike: str = ""
    marks: int = 0
    in_words: bool = False
    grade: Grade | None = field(default=None, compare=False, repr=False)

    @property
    def is_graded(self) -> bool:
        """Whether an answer was graded, not a problem written down."""
        return self.mended is not None


def row_of(grade: Grade, **more) -> Row:
    """Return the row of a grade; ``more`` are the fields that a grade does not know."""
    scheme, marks, written = grade.key.scheme, grade.answer.spans, grade.written
    first, mended = share(grade.first, scheme), share(grade.mended, scheme)
    return Row(points=grade.points, out_of=grade.out_of, first=grade.first, mended=grade.mended,
               first_share=None if first is None else round(first, 4),
               mended_share=None if mended is None else round(mended, 4),
               reasons_right=grade.right, reasons_asked=grade.asked,
               written=" / ".join(" ".join(text.split()) for text in written.values()),
               alike=_alike(grade.answer), marks=len(marks),
               in_words=bool(written) or any(map(_NOTE, marks)), grade=grade, **more)


_EMPTY = {one.name: one.default for one in fields(Row)}


def fields_of(row: Row) -> dict:
    """Return a row as fields for JSON, without those that say nothing; the grade itself stays behind."""
    return {name: vars(value) if type(value) is Score else value for name, value in vars(row).items()
            if value != _EMPTY[name] and name != "grade"}


def row_from(fields: Mapping) -> Row:
    """Return the row that these fields were made of; raises ``TypeError`` or ``ValueError`` for any other."""
    scores = {name: Score(**fields[name]) for name in ("first", "mended") if fields.get(name)}
    return Row(**{**fields, **scores, "remarks": tuple(fields.get("remarks", ()))})


def digest(*parts: object) -> str:
    """Return a short hash of text, bytes or plain values."""
    whole = hashlib.sha256()
    for part in parts:
        if not isinstance(part, bytes):
            part = (part if isinstance(part, str) else repr(part)).encode("utf-8", "surrogatepass")
        whole.update(part)
        whole.update(b"\0")
    return whole.hexdigest()[:16]


def _alike(answer: AnnotationSet) -> str:
    """Return a hash of all that a student decided; the code on the file and unknown fields are none of it."""
    marks = [*map(_DECIDED, answer.spans)]
    first = answer.first_pass and [*map(_DECIDED, answer.first_pass)]
    said = sorted((str(name), value) for name, value in answer.responses.items()) if answer.responses else ()
    # Of all that writes values down the quickest; in its version 0 the same values give the same bytes.
    return digest(dumps((answer.article, answer.scheme, marks, first, said), 0)) if marks or first or said else ""
