"""A teacher's notes on one lesson: a page of Markdown, told apart by its headings.

A heading that is also a step of the notebook ("## 4. Mark") holds what belongs to that step.
The part before the first heading says the goal; the table under "Minute plan" has one line per
step; every other heading is about the lesson as a whole.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from kit.errors import KitError

MINUTE_PLAN = "Minute plan"
_HEADING = re.compile(r"^## +(.+?)[ \t]*$", re.MULTILINE)
_STEP = re.compile(r"\d+\. ")


@dataclass(frozen=True)
class Notes:
    """A page of notes; ``sections`` are headings with what stands below them, in order."""

    title: str
    opening: str
    sections: tuple[tuple[str, str], ...]

    @property
    def steps(self) -> dict[str, str]:
        """The sections that belong to a step of the notebook, by its heading."""
        return {heading: body for heading, body in self.sections if _STEP.match(heading)}

    @property
    def whole(self) -> dict[str, str]:
        """The other sections, by their heading."""
        return {heading: body for heading, body in self.sections if not _STEP.match(heading)}

    @property
    def minutes(self) -> dict[str, int]:
        """The minutes of the plan by step, in order; a line without a number, as for a stop, has none.

        Empty if there is no plan.
        """
        rows = re.findall(r"^\| *(.+?) *\| *(\d+) *\|", self.whole.get(MINUTE_PLAN, ""), re.MULTILINE)
        return {step: int(number) for step, number in rows}


def read_notes(source: str) -> Notes:
    """Return the notes that a Markdown page holds.

    Raises:
        KitError: it has no title, or a heading twice.
    """
    head, *parts = _HEADING.split(source)
    title, _, opening = head.strip().partition("\n")
    if not title.startswith("# "):
        raise KitError(f"The notes begin with {title[:40]!r}. Begin them with a title: # Lesson 1: ...")
    sections = tuple(zip(parts[::2], (body.strip() for body in parts[1::2]), strict=True))
    twice = {heading for number, (heading, _) in enumerate(sections) if heading in dict(sections[:number])}
    if twice:
        raise KitError(f"The notes have the heading {min(twice)!r} twice. Put both parts under one.")
    return Notes(title[2:].strip(), opening.strip(), sections)


def require_steps(notes: Notes, steps: Iterable[str]) -> None:
    """Raise ``KitError`` if notes belong to a step that the notebook does not have."""
    known = tuple(steps)
    strange = [heading for heading in notes.steps if heading not in known]
    if strange:
        raise KitError(f"The notes have a part {strange[0]!r}, and the lesson has no such step. "
                       f"Its steps are: {', '.join(known)}.")
