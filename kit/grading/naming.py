"""Whose file is it?  What names tell of which systems hand out what students handed in.

Sources of the patterns: Moodle's ``mod/assign`` (the downloader of an assignment), Canvas's
``content_zipper.rb``, and how Blackboard, Brightspace, Google Classroom and Teams name downloads.
"""

import os
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from kit.model.annotations import AnnotationSet
from kit.model.labels import SCHEMES, mapping_between, stands_for

# Name_1234567_assignsubmission_file_  (a folder)   Name_1234567_assignsubmission_file_answer.json
_MOODLE = re.compile(r"(?P<student>.+)_(?P<number>\d+)_assignsubmission_[a-z]+_?(?P<rest>.*)", re.DOTALL)
# ruizana_LATE_12345_67890_answer.json   (user, then file; small letters, no spaces)
_CANVAS = re.compile(r"(?P<student>\w+?)(?P<late>_LATE)?_(?P<number>\d+)_(?P<file>\d+)_(?P<rest>.+)", re.DOTALL)
# anon_x7Kq2_67890_answer.json
_CANVAS_ANONYMOUS = re.compile(r"(?P<late>LATE_)?(?P<student>anon_[A-Za-z0-9]+)_(?P<file>\d+)_(?P<rest>.+)", re.DOTALL)
# Exercise 1_aruiz_attempt_2026-05-01-10-11-12_answer.json
_BLACKBOARD = re.compile(r".+_(?P<student>[^_]+)_attempt_(?P<when>\d{4}(?:-\d\d){5})(?:_(?P<rest>.+))?", re.DOTALL)
# 271836-442356 - Ana Ruiz - Dec 5, 2026 1149 AM - answer.json
_BRIGHTSPACE = re.compile(r"\d+-\d+ - (?P<student>.+?) - (?P<when>[A-Z][a-z]+ \d{1,2}, \d{4} \d{3,4} [AP]M)"
                          r"(?: - (?P<rest>.+))?", re.DOTALL)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_COPY = re.compile(r"(?: ?\((\d{1,3})\)| - Copy(?: \((\d{1,3})\))?)$")
_COPY_OF = re.compile(r"^(?:Copy of )+")
_EDGES = " -_.,()"


@dataclass(frozen=True, slots=True)
class Named:
    """What a name tells: the student, a number that the system knows them by, and the file's own name.

    "" where it tells nothing.  ``attempt`` orders attempts and ``copy`` files of one attempt, the
    newest last; () where the name does not tell.
    """

    student: str = ""
    number: str = ""
    rest: str = ""
    attempt: tuple[int, ...] = ()
    copy: tuple[int, ...] = ()
    late: bool = False


@lru_cache(1000)  # a class's folders hold files of a few names
def by_system(name: str) -> Named | None:
    """Return what the name of a file or folder tells if a system gave it; else None."""
    if "_assignsubmission_" in name and (found := _MOODLE.fullmatch(name)):
        return Named(_tidy(found["student"]), found["number"], found["rest"])
    if "_attempt_" in name and (found := _BLACKBOARD.fullmatch(name)):
        return Named(_tidy(found["student"]), "", found["rest"] or "", _numbers(found["when"]))
    if " - " in name and (found := _BRIGHTSPACE.fullmatch(name)):
        return Named(_tidy(found["student"]), "", found["rest"] or "", _when(found["when"]))
    found = _CANVAS.fullmatch(name)
    if found and found["student"] == found["student"].lower():
        return Named(found["student"], found["number"], found["rest"], (), (int(found["file"][:18]),),
                     bool(found["late"]))
    found = _CANVAS_ANONYMOUS.fullmatch(name)
    return found and Named(found["student"], "", found["rest"], (), (int(found["file"][:18]),), bool(found["late"]))


def _numbers(when: str) -> tuple[int, ...]:
    return tuple(int(part) for part in when.split("-"))


def _when(words: str) -> tuple[int, ...]:
    """Return "Dec 5, 2026 1149 AM" as numbers that can be ordered; () for another calendar."""
    month, day, year, time, half = words.replace(",", "").split()
    if month[:3].lower() not in _MONTHS:
        return ()
    hour, minute = int(time[:-2]) % 12 + (12 if half == "PM" else 0), int(time[-2:])
    return int(year), _MONTHS.index(month[:3].lower()), int(day), hour, minute


def shown(name: str) -> str:
    """Return a name as it can be written anywhere: whole characters, composed, without controls."""
    clean = name if name.isascii() else unicodedata.normalize(
        "NFC", name.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))
    return clean if clean.isprintable() else "".join(sign if sign.isprintable() else "\ufffd" for sign in clean)


def _tidy(name: str) -> str:
    return " ".join(shown(name).split()).strip(" -_")


def article_and_scheme(name: str) -> tuple[str, str]:
    """Return the parts of an answer's name, ``<article>-<scheme>``; scheme "" if it ends in none."""
    scheme = next((id for id in sorted(SCHEMES, key=len, reverse=True) if name.endswith(f"-{id}")), "")
    return (name.removesuffix(f"-{scheme}"), scheme) if scheme else (name, "")


def counts_as(answer: AnnotationSet, name: str) -> bool:
    """Tell whether an answer counts where the one called ``name`` is asked for."""
    article, scheme = article_and_scheme(name)
    return f"{answer.article}-{answer.scheme}" == name or (answer.article == article
                                                           and stands_for(answer.scheme, scheme))


def in_other_pens(answer: AnnotationSet, name: str) -> bool:
    """Tell whether an answer is one to the same question, with the same labels or with finer or coarser ones."""
    article, scheme = article_and_scheme(name)
    return answer.article == article and (mapping_between(answer.scheme, scheme) is not None
                                          or mapping_between(scheme, answer.scheme) is not None)


class Names:
    """The names that an answer can have: of its file, and of its exercise.

    ``exercises`` maps the name of an answer file without ``.json`` to that of its exercise;
    ``articles`` are the ids of articles that keys are for.
    """

    def __init__(self, exercises: Mapping[str, str], articles: Iterable[str]) -> None:
        self.exercises = dict(exercises)
        self.answers = {exercise: answer for answer, exercise in exercises.items()}
        ids = sorted(set(articles), key=len, reverse=True)
        schemes = sorted(SCHEMES, key=len, reverse=True)
        either = "|".join(map(re.escape, ids)) or "(?!)"
        self._answer = re.compile(rf"(?<![a-z0-9])(?:{either})-(?:{'|'.join(map(re.escape, schemes))})(?![a-z0-9])",
                                  re.IGNORECASE)
        # A class hands in files of a few names, again and again.
        self.split: Callable[[str], tuple[str, str, int]] = lru_cache(1000)(self._split)

    def _split(self, stem: str) -> tuple[str, str, int]:
        """Return the answer or exercise that a name without its suffix tells, what else stands in it, and which copy.

        The answer is ``<article>-<scheme>``; "" if the name tells none.
        """
        stem, copy = _COPY_OF.sub("", stem), 0
        if found := _COPY.search(stem):
            copy, stem = int(found[1] or found[2] or 1), stem[:found.start()]
        if found := self._answer.search(stem):
            answer = found[0].lower()
        elif exercise := next((exercise for exercise in self.answers if exercise in stem), ""):
            found, answer = re.search(re.escape(exercise), stem), self.answers[exercise]
        else:
            return "", stem, copy
        before, after = stem[:found.start()], stem[found.end():]
        after = re.sub(r"^-?hand-in\b", "", after.removesuffix("-hand-in"))
        rest = f"{before.strip(_EDGES)} {after.strip(_EDGES)}".strip()
        return answer, rest, copy

    def is_exercise(self, folder: str) -> bool:
        """Tell whether a folder has the name of an exercise or of an answer, and of nobody."""
        answer, rest, _ = self.split(folder)
        return bool(answer) and not rest

    def student(self, name: str, suffix: str = "", titles: frozenset[str] = frozenset()) -> Named:
        """Return whose a file or folder is that lies among those of a class; student "" if the name tells nobody.

        ``suffix`` ends the name of a file; ``titles`` are those of exercises, which name no student.
        """
        told = by_system(name)
        if told:
            return told
        answer, rest, copy = self.split(name.removesuffix(suffix))
        if not answer and " - " in rest:
            left, _, right = rest.rpartition(" - ")
            rest = left if right in titles and left not in titles else right
        return Named(_tidy(rest), "", name, (), (copy,) if copy else ())


def titles(names: Iterable[str]) -> frozenset[str]:
    """Return what stands on one side of " - " in several of these names: the title of the exercise, not a student."""
    halves = (os.path.splitext(name)[0].rpartition(" - ") for name in names if " - " in name)
    sides = Counter(side for left, _, right in halves for side in {left, right})
    return frozenset(side for side, times in sides.items() if times > 1)
