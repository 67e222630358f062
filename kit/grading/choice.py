"""Which of a student's files counts: the answer file, else a notebook's copy, else a page; the newest attempt.

nbgrader by data alone and ``kit grade`` both ask here, so that they grade the same one of several files.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from os.path import splitext

from kit.errors import FileFormatError, KitError, WrongArticleError
from kit.grading.naming import Names, counts_as, in_other_pens
from kit.grading.row import digest
from kit.grading.walk import File, Handed
from kit.model import formats
from kit.model.annotations import AnnotationSet
from kit.model.handed import carried, name_of

_RANKS = {"file": 0, "coded": 1, "notebook": 2, "page": 3}
MOST_READ = 200_000_000  # bytes of one student's files: hundreds of times what anybody hands in
_OURS = "kit/annotations"   # what stands in an answer file, whatever else is the matter with it
READ_FROM = "Read from "  # so begins the remark on an answer that came without its file


@dataclass(frozen=True)
class Found:
    """A copy of an answer.  ``name`` is ``<article>-<scheme>``, "" if it cannot be told.

    Either it can be read and ``answer`` is there, or ``problem`` says what is the matter.  ``hash``
    is that of the ``content``, "" for a file in which no answer was found.
    """

    file: File
    kind: str
    name: str
    place: str
    hash: str = ""
    answer: AnnotationSet | None = None
    problem: str = ""
    content: str = field(default="", repr=False)

    @property
    def code(self) -> str:
        """The code of the folder in ``answers`` that it lies in; "" elsewhere."""
        above = self.file.place.where.split("/")
        return above[-1] if len(above) > 1 and above[-2] == "answers" and formats.is_code(above[-1]) else ""

    @property
    def order(self) -> tuple:
        """Greater for the copy that counts.

        Newest attempt, best kind, what a system got last, the file that the pen writes, the copy
        with the highest number, folder ``answers``, least deep.
        """
        file, rank = self.file, _RANKS["coded" if self.kind == "file" and self.code else self.kind]
        by_pen = file.folder == "answers" and file.name == f"{self.name}.json"
        return (file.attempt, -rank, file.copy[1:], by_pen, file.copy[:1], file.folder == "answers",
                -file.where.count("/"))


@dataclass(frozen=True)
class Chosen:
    """The copy of an answer that counts, or ``problem``: why there is none.  ``remarks`` name the other copies."""

    name: str
    found: Found | None = None
    problem: str = ""
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Choice:
    """All that was found of one student: an answer for each exercise, what was passed over, what was refused."""

    chosen: tuple[Chosen, ...]
    passed_over: tuple[str, ...]
    problems: tuple[str, ...]


def read_all(handed: Handed) -> tuple[tuple[bytes | str, ...], str]:
    """Return the bytes of a student's files, or why one cannot be read, and a hash of all of it."""
    read = tuple(_bytes_of(handed.files))
    about = ([(file.where, file.attempt) for file in handed.files], handed.passed_over, handed.problems,
             handed.remarks, handed.asked)
    return read, digest(about, *read)


def _bytes_of(files: Sequence[File]) -> Iterator[bytes | str]:
    room = MOST_READ
    for file in files:
        try:
            raw = file.read() if room > 0 else f"{file.where}: too much lies beside it, so it was not read. Hand in " \
                                               "the answer file alone."
        except FileFormatError as problem:
            raw = str(problem)
        room -= len(raw)
        yield raw


def choose(handed: Handed, read: Sequence[bytes | str], names: Names) -> Choice:
    """Return which answers count among a student's files, of which ``read`` is what ``read_all`` gave."""
    found: list[Found] = []
    passed_over = list(handed.passed_over)
    for file, raw in zip(handed.files, read):
        copies = [_unread(file, names, raw)] if isinstance(raw, str) else list(_copies(file, raw, names))
        found += copies
        if not copies:
            passed_over.append(file.where)
    return Choice(tuple(_by_exercise(handed, found, names)), tuple(passed_over), handed.problems)


def _unread(file: File, names: Names, problem: str) -> Found:
    return Found(file, file.kind, names.split(splitext(file.name)[0])[0], file.where, problem=problem)


def _copies(file: File, raw: bytes, names: Names) -> Iterator[Found]:
    """Yield the copies of answers in a file; none if it holds nothing of the kind, as one that calls itself a key."""
    if file.name.endswith(".key.json"):
        return
    told = names.split(splitext(file.name)[0])[0]
    try:
        copies = carried(file.where, raw)
    except FileFormatError as problem:
        yield Found(file, file.kind, told, file.where, problem=str(problem))
        return
    if file.kind == "file":
        if told or _OURS in copies[0].content:
            yield _read(file, "file", copies[0].content, file.where, told, names)
        return
    inside = [name_of(copy.content) for copy in copies]
    for copy, name in zip(copies, inside):
        # A notebook of one exercise that holds another's answer holds the wrong one; among several it is an extra.
        yield _read(file, file.kind, copy.content, copy.place, told if len(copies) == 1 or name == told else "",
                    names)
    if told and not copies:
        yield Found(file, file.kind, told, file.where,
                    problem=f"{file.where}: there is no answer in it. Hand in the answer file, or run the check cell, "
                            "save, and hand in again.")


def _read(file: File, kind: str, content: str, place: str, expected: str, names: Names) -> Found:
    hash = digest(content)
    try:
        answer = formats.parse_annotations(content, name=place)
    except KitError as problem:
        said = name_of(content)  # a file that cannot be read may say anything: believed is only what is known
        known = said if said and names.split(said)[:2] == (said, "") else ""
        return Found(file, kind, expected or known, place, hash, problem=str(problem), content=content)
    name = f"{answer.article}-{answer.scheme}"
    if expected and not counts_as(answer, expected):
        problem = WrongArticleError(f"{place}: it holds an answer for {name}, expected {expected}. "
                                    "Choose the file of this exercise.")
        return Found(file, kind, expected, place, hash, problem=str(problem), content=content)
    return Found(file, kind, expected or name, place, hash, answer, content=content)


def _by_exercise(handed: Handed, found: Sequence[Found], names: Names) -> Iterator[Chosen]:
    groups: dict[str, list[Found]] = {name: [] for name in handed.asked}
    for one in found:
        groups.setdefault(one.name, []).append(one)
    for name, copies in groups.items():
        there = any(one.hash or one.kind == "file" for one in copies)  # not a notebook with nothing in it
        if not there and any(one.answer and in_other_pens(one.answer, name) for one in found):
            continue  # it is there in other pens: that row has the points, or says what is the matter
        if name or len(groups) == 1:
            yield _chosen(name, copies)
        elif copies:
            yield Chosen("", None, "", tuple(one.problem for one in copies))


def _chosen(name: str, copies: Sequence[Found]) -> Chosen:
    if not copies:
        return Chosen(name, None, f"An answer for {name} is not there: no answer file, no notebook with one, "
                                  "no hand-in page.")
    if len(copies) == 1:
        (one,) = copies
        return Chosen(name, one, one.problem, tuple(_remarks(one, ())) if one.kind != "file" else ())
    several = _several_people(copies)
    left = [one for one in copies if not (several and one.kind == "file")]
    # A notebook whose check cell was never run says nothing against the copies that are there.
    left = [one for one in left if one.hash or one.kind == "file"] or left
    if not left:
        return Chosen(name, None, f"{len(several)} people marked on this computer ({', '.join(several)}). "
                                  "Hand in the file of one of them.")
    best = max(left, key=lambda one: one.order)
    return Chosen(name, best, best.problem, tuple(_remarks(best, copies)))


def _several_people(copies: Sequence[Found]) -> list[str]:
    """Return the codes of those whose files lie beside each other; nothing if there is a file without a code."""
    files = [one for one in copies if one.kind == "file"]
    codes = sorted({one.code for one in files})
    return codes if len(codes) > 1 and "" not in codes else []


def _remarks(best: Found, copies: Sequence[Found]) -> Iterator[str]:
    if best.kind != "file" and not best.problem:
        yield f"{READ_FROM}{best.place}."
    others = [one for one in copies if one is not best and one.hash and one.hash != best.hash]
    if others:
        listed = ", ".join(one.place for one in others[:3]) + (" and more" if len(others) > 3 else "")
        newest = " as the newest" if _is_newest(best, others) else ""
        yield f"Other answers are in {listed}. {best.place} was graded{newest}."


def _is_newest(best: Found, others: Sequence[Found]) -> bool:
    return all((best.file.attempt, best.file.copy) > (one.file.attempt, one.file.copy) for one in others)
