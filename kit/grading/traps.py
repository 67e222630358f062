"""A trap in a course: what is the matter, where, and what to do about it."""

from dataclasses import dataclass

LEAK, LOSS, POINTS, NOTE = "leak", "loses work", "wrong points", "note"


@dataclass(frozen=True)
class Finding:
    """One trap in a course.

    ``level`` is ``leak`` (an answer reaches students, or somebody's marks do), ``loses work``,
    ``wrong points``, or ``note``: good to know, and no fault.  ``where`` is a file or a folder.
    """

    level: str
    where: str
    what: str
    remedy: str

    @property
    def fault(self) -> bool:
        """True unless it is only good to know."""
        return self.level != NOTE

    def __str__(self) -> str:
        return f"{self.where}: {self.what}. {self.remedy}"


def leak(where: object, what: str, remedy: str) -> Finding:
    """Return a trap by which an answer or a mark reaches students."""
    return Finding(LEAK, str(where), what, remedy)


def loss(where: object, what: str, remedy: str) -> Finding:
    """Return a trap by which work is lost."""
    return Finding(LOSS, str(where), what, remedy)


def miscount(where: object, what: str, remedy: str) -> Finding:
    """Return a trap by which somebody gets points that are not theirs, or none."""
    return Finding(POINTS, str(where), what, remedy)


def note(where: object, what: str, remedy: str) -> Finding:
    """Return what is good to know."""
    return Finding(NOTE, str(where), what, remedy)
