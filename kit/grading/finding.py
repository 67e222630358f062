"""Where a student's answer is: the file, alone or under a code, a copy in the notebook, a hand-in page."""

from collections.abc import Collection
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from kit.errors import CheckFailed, FileFormatError
from kit.grading import choice
from kit.grading.naming import Named, Names, article_and_scheme, counts_as, in_other_pens
from kit.grading.places import Disk
from kit.grading.walk import Walk
from kit.model.annotations import AnnotationSet
from kit.model.plans import EXERCISE, plans


@dataclass(frozen=True)
class Found:
    """The content of an answer file.

    ``name`` stands in messages; ``remarks`` say where the content came from, if not from the file
    itself, and what was refused or left aside.
    """

    content: str
    name: str
    remarks: tuple[str, ...] = ()


def find_handed_in(folder: Path, asked: str) -> Found:
    """Return the answer in what one student handed in, the same one that ``kit grade`` would grade.

    ``asked`` is the place of the answer file in ``folder``.  Who handed in something else may have
    renamed the file, left out its folder, or handed in a notebook or a page with a copy of it.

    Raises:
        CheckFailed: there is none, or two codes have one.
        FileFormatError: it cannot be read, or the folder is a link.
    """
    for place in (folder.parent, folder):
        if place.is_symlink():
            raise FileFormatError(f"{place.name}: this is a link. Copy the folder itself here.")
    stem = Path(asked).stem
    chosen, problems = _chosen(folder, stem)
    found = chosen and chosen.found
    if found and found.hash:
        return Found(found.content, found.place, (*chosen.remarks, *problems))
    if found and found.kind == "file":
        raise FileFormatError(found.problem)
    if chosen and not found:
        raise CheckFailed(chosen.problem)
    raise CheckFailed(" ".join([f"{asked} is not there, and no notebook or page with a copy of it.",
                                *([chosen.problem] if chosen else []), *problems]))


def _chosen(folder: Path, stem: str) -> tuple[choice.Chosen | None, tuple[str, ...]]:
    """Return which file counts for an answer, and what was refused; None where there is nothing of the kind."""
    exercises = plans(EXERCISE)
    names = Names({f"{plan['article']}-{plan['scheme']}": plan["id"] for plan in exercises},
                  {article_and_scheme(stem)[0], *(plan["article"] for plan in exercises)})
    place = Disk(str(folder))
    with ExitStack() as opened:
        entries = place.entries() if folder.is_dir() else []
        handed = Walk(names, opened).handed("", "", [(Named(), place, entry) for entry in entries])
        read, _ = choice.read_all(handed)
    made = choice.choose(handed, read, names)
    # The one that is asked for, else one in pens that count as well, else one in others: that tells why not.
    for fits in (lambda one: one.name == stem, lambda one: _answer(one) and counts_as(_answer(one), stem),
                 lambda one: _answer(one) and in_other_pens(_answer(one), stem)):
        fitting = next(filter(fits, made.chosen), None)
        if fitting:
            return fitting, made.problems
    return None, made.problems


def _answer(chosen: choice.Chosen) -> AnnotationSet | None:
    return chosen.found and chosen.found.answer


def notebook_in(folder: Path, name: str, known: Collection[str]) -> str:
    """Return the name of the file that is a student's notebook: ``name``, or the only one with a name not ``known``.

    Browsers and people rename what they download: "exercise (1).ipynb".
    """
    strange = [path.name for path in folder.glob("*.ipynb") if path.name not in known]
    return strange[0] if len(strange) == 1 and not (folder / name).is_file() else name
