"""The two cells that end an exercise: is my work saved, and what is it worth?"""

from dataclasses import dataclass
from html import escape
from pathlib import Path

from kit.errors import CheckFailed, FileFormatError, KitError, WrongArticleError
from kit.grading.grade import Grade, grade_by
from kit.grading.keys import Keys, course_keys
from kit.grading.naming import Names, article_and_scheme, counts_as
from kit.measure.reasons import many
from kit.model import formats
from kit.model.annotations import AnnotationSet
from kit.model.article import Article
from kit.model.files import load_article, read_text
from kit.model.handed import CARRIED
from kit.model.labels import stands_for, word_for
from kit.model.plans import plan_for
from kit.page.answer import kept_in
from kit.page.handin import hand_in_view


@dataclass(frozen=True)
class HandIn:
    """A saved answer; a notebook's output of it carries the whole file.

    ``not_yet`` says what is to be done before it is handed in; "" if nothing is.  The file is carried
    all the same: who hands in a notebook alone hands in what is there.
    """

    answer: AnnotationSet
    content: str
    path: str
    article: Article | None
    not_yet: str = ""

    def __repr__(self) -> str:
        first = "checked once" if self.answer.first_pass is not None else "not checked yet: press Check my marks"
        finished = "finished" if self.answer.stage == "reasons" else "not finished yet: press Finish"
        saved = (f"Your answers are saved in {self.path}: {many(len(self.answer.spans), 'mark')}, "
                 f"{many(len(self.answer.responses), 'other answer')}; {first}; {finished}.")
        return f"{self.not_yet}\n{saved}" if self.not_yet else saved

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": self._html(), CARRIED: self.content}

    def _html(self) -> str:
        """Return what is saved, for whoever opens the notebook without a kernel: a teacher in formgrader."""
        if self.article is None:
            return f'<p role="status">{escape(repr(self))}</p>'
        return hand_in_view(self.article, self.answer, plan=plan_for(self.article), told=repr(self))


def check(path: str | Path, *, at_least: int = 1) -> HandIn:
    """Tell whether an answer can be handed in: saved, readable, with enough marks.  Never whether it is right.

    ``at_least`` is a number of marks (of sentences or claims with a label, where those are asked).
    Fewer are no error: Run All would stop there, and a notebook handed in alone would hold no answer.

    Raises:
        CheckFailed: nothing is saved yet, or two codes have an answer.
        KitError: the file cannot be read, or belongs to another exercise.
    """
    path = Path(path)
    answer, content, where = _read(path)
    not_yet, article = _too_few(answer, at_least), None
    try:
        article = load_article(answer.article)
        answer.require(article)
    except WrongArticleError as problem:
        not_yet, article = " ".join(str(problem).split()), None
    except KitError:
        pass  # a text of the teacher's own: its words are not here
    return HandIn(answer, content, str(where), article, not_yet)


def _too_few(answer: AnnotationSet, least: int) -> str:
    number, word = len(answer.spans), word_for(answer.scheme)
    if number >= least:
        return ""
    done = {"role": f"gave a role to {number} of at least {many(least, 'sentence')}",
            "rung": f"have {number} of at least {many(least, 'rung')} or marks"}.get(
                word, f"marked {number} of at least {many(least, 'place')}")
    return f"Not ready to hand in: you {done}. Go back to the text, do more, then run this cell again."


def points(path: str | Path, *, out_of: float = 10) -> float:
    """Return the points of a saved answer: a plain float from 0 to ``out_of``, in quarter points.

    The key is that of the course in whose ``submitted`` or ``autograded`` folder this runs.

    Raises:
        KeyNotFound: there is no key on this computer; a student's has none.
        CheckFailed: there is no answer.
        KitError: the answer cannot be graded; says why.
    """
    return grade_file(path, keys=Keys(course_keys()), out_of=out_of).points


def grade_file(path: str | Path, *, keys: Keys, out_of: float = 10) -> Grade:
    """Return the grade of a saved answer; raises as ``points`` does."""
    answer = _read(Path(path))[0]
    return grade_by(keys.yardstick_for(answer), answer, out_of=out_of)


def grade_content(content: str, *, name: str, expected: str = "", keys: Keys, out_of: float = 10) -> Grade:
    """Return the grade of an answer file's content; ``name`` stands in messages.

    ``expected`` is the name of the answer file that the exercise asks for, without ``.json``;
    "" where any will do.  Raises as ``points`` does.
    """
    answer = _parse(content, name, expected)
    return grade_by(keys.yardstick_for(answer), answer, out_of=out_of)


def _read(path: Path) -> tuple[AnnotationSet, str, Path]:
    where = find_answer(kept_in(path))
    content = read_text(where)
    return _parse(content, str(where), path.stem), content, where


def _parse(content: str, name: str, expected: str) -> AnnotationSet:
    answer = formats.parse_annotations(content, name=name)
    if expected and not counts_as(answer, expected):
        raise WrongArticleError(f"{name}: it holds an answer for {answer.article}-{answer.scheme}, expected "
                                f"{expected}. Choose the file of this exercise.")
    return answer


def find_answer(path: Path) -> Path:
    """Return where an answer was saved: the file itself, else one that was renamed, else that of a single code.

    Browsers and people rename what they download.  A file whose name still tells the answer counts in
    the folder itself and, where that is ``answers``, beside it; of several the one with the highest
    number, as in "answer (2).json".  What a code has lies in a folder of its name.

    Raises:
        CheckFailed: it is not there yet, or two codes have one.
        FileFormatError: a link stands in its place.
    """
    for place in (path, path.parent):
        if place.is_symlink():
            raise FileFormatError(f"{place}: this is a link. Copy the file itself here.")
    if path.exists():
        return path
    renamed = _renamed(path)
    if renamed:
        return renamed
    coded = [each / path.name for each in sorted(path.parent.glob("*"))
             if each.name != "old" and formats.is_code(each.name) and not each.is_symlink()
             and (each / path.name).is_file()] if path.parent.is_dir() else []
    if len(coded) > 1:
        raise CheckFailed(f"{path}: {len(coded)} people marked on this computer "
                          f"({', '.join(one.parent.name for one in coded)}). Hand in the file of one of them.")
    if not coded:
        raise CheckFailed(f"{path} is not there yet: mark something in the text above, "
                          "then run this cell again.")
    return coded[0]


def _renamed(path: Path) -> Path | None:
    article, scheme = article_and_scheme(path.stem)
    names = Names({}, [article])
    folders = [path.parent, path.parent.parent] if path.parent.name == "answers" else [path.parent]
    found = []
    for folder in folders:
        for each in sorted(folder.glob("*")):
            is_answer = each.suffix.lower() == ".json" and not each.name.endswith(".key.json")
            told, _, copy = names.split(each.stem) if scheme and is_answer else ("", "", 0)
            same = told == path.stem
            if (same or stands_for(article_and_scheme(told)[1], scheme)) and each.is_file() and not each.is_symlink():
                found.append((same, copy, folder == path.parent, each))
    return max(found, key=lambda one: one[:3])[-1] if found else None
