"""The keys of a course: where they lie, and which one fits an answer.

A student could hand in a "key" of their own, or a link to one.  So keys are read from one folder,
the course's own, never from inside a folder that holds what students wrote, and no link is followed.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from kit.errors import FileFormatError, KeyNotFound, KitError, WrongArticleError
from kit.measure.score import Yardstick
from kit.model.annotations import AnnotationSet, AnswerKey
from kit.model.article import Article
from kit.model.files import load_article, read_article, read_key
from kit.model.labels import mapping_between, stands_for

# Where students' work lies while it is graded, two folders above the working folder: student, exercise.
_GRADED = ("submitted", "autograded")
_NEVER = ("source", "release", *_GRADED, "feedback")
_FOLDER = "KIT_KEYS"   # an environment variable, set by the course's nbgrader_config.py
_WITH = "Your teacher grades with it."


class Keys:
    """The keys in a folder, or in one file, and the articles they belong to.

    ``articles`` is a folder of articles; those beside the keys and those of the kit need none.
    Every file is read once.

    Raises:
        KeyNotFound: there is no key in the folder.
        FileFormatError: a key or an article cannot be read; names the file.
    """

    def __init__(self, place: str | Path, *, articles: str | Path | None = None) -> None:
        self.place = Path(place)
        self._keys = [read_key(path) for path in _key_files(self.place)]
        if not self._keys:
            raise KeyNotFound(f"{self.place}: there is no answer key (a file that ends in .key.json). "
                              f"Choose the folder that holds the keys.{_make_one(self.place)}")
        home = self.place if self.place.is_dir() else self.place.parent
        self._folders = [Path(articles)] if articles is not None else [home, home.parent / "articles"]
        self._articles: dict[tuple[str, str], Article] = {}
        self._chosen: dict[tuple[str, str, str], AnswerKey] = {}
        self._yardsticks: dict[tuple[str, str, str], Yardstick] = {}

    def __iter__(self) -> Iterator[AnswerKey]:
        return iter(self._keys)

    def key_for(self, answer: AnnotationSet) -> AnswerKey:
        """Return the key for the article, text and scheme of an answer, in the coarser of both schemes.

        Raises:
            KeyNotFound: there is none for this article and scheme.
            WrongArticleError: there is one, for another text, or whose exercise asks for other labels.
        """
        asked = (answer.article, answer.fingerprint, answer.scheme)
        if asked not in self._chosen:
            self._chosen[asked] = self._choose(answer)
        return self._chosen[asked]

    def yardstick_for(self, answer: AnnotationSet) -> Yardstick:
        """Return what measures answers like this one, made once for all of them.

        Raises:
            KitError: as ``key_for`` and ``article_of`` do.
        """
        asked = (answer.article, answer.fingerprint, answer.scheme)
        if asked not in self._yardsticks:
            key = self.key_for(answer)
            self._yardsticks[asked] = Yardstick(self.article_of(key), key, scheme=answer.scheme)
        return self._yardsticks[asked]

    def _choose(self, answer: AnnotationSet) -> AnswerKey:
        same = [key for key in self._keys if key.article == answer.article
                and (mapping_between(key.scheme, answer.scheme) is not None
                     or mapping_between(answer.scheme, key.scheme) is not None)]
        if not same:
            raise KeyNotFound(f"No answer key for {answer.article!r} with the labels {answer.scheme!r} in "
                              f"{self.place}. Put it there, or choose another folder of keys.")
        fitting = [key for key in same if key.fingerprint == answer.fingerprint]
        if not fitting:
            raise WrongArticleError(f"The answer was made on text {answer.fingerprint} of {answer.article!r}, the key "
                                    f"is for text {same[0].fingerprint}.\n    Hand out the article of the key again.")
        asked = [key for key in fitting if not key.asks or stands_for(answer.scheme, key.asks)]
        if not asked:
            raise WrongArticleError(f"This is an answer for {answer.article}-{answer.scheme}, and the exercise asks "
                                    f"for {answer.article}-{fitting[0].asks}. Choose the file of this exercise.")
        key = min(asked, key=lambda key: key.scheme != answer.scheme)
        return key.in_scheme(answer.scheme) if mapping_between(key.scheme, answer.scheme) is not None else key

    def article_of(self, key: AnnotationSet) -> Article:
        """Return the article of a key (or of an answer).

        Raises:
            KeyNotFound: it is neither beside the keys nor one of the kit's, has another text, or is
                damaged: without its text a key is none, and that is no student's fault.
        """
        wanted = (key.article, key.fingerprint)
        if wanted not in self._articles:
            try:
                self._articles[wanted] = self._find(key)
            except FileFormatError as problem:
                raise KeyNotFound(str(problem)) from None
        return self._articles[wanted]

    def _find(self, key: AnnotationSet) -> Article:
        found = [read_article(path) for path in (folder / f"{key.article}.json" for folder in self._folders)
                 if path.is_file() and not path.is_symlink()]
        try:
            found.append(load_article(key.article))
        except FileFormatError:
            raise
        except KitError:
            pass  # a text of the teacher's own
        for article in found:
            if article.fingerprint == key.fingerprint:
                return article
        if found:
            places = " or ".join(map(str, self._folders))
            raise KeyNotFound(f"The key for {key.article!r} was made on text {key.fingerprint}, the article that is "
                              f"there is text {found[0].fingerprint}. Put the {key.article}.json of the key into "
                              f"{places}.")
        raise KeyNotFound(f"There is no article {key.article!r} in {' or '.join(map(str, self._folders))}. "
                       f"Put {key.article}.json there.")


def find_key(answer: AnnotationSet) -> AnswerKey:
    """Return the key that the course of the working folder has for an answer.

    Raises:
        KeyNotFound: this is not a course, or it has no such key.
    """
    return Keys(course_keys()).key_for(answer)


def course_keys(start: str | Path | None = None) -> Path:
    """Return the folder of keys of the course whose exercise is graded in ``start`` (the working folder).

    That is the folder which the course's configuration names; else ``keys`` beside the
    ``nbgrader_config.py`` of the course, in whose ``submitted`` or ``autograded`` folder the
    exercise of a student lies.

    Raises:
        KeyNotFound: there is none; on a student's computer that is as it should be.
    """
    here = Path(os.path.abspath(start or Path.cwd()))
    named = os.environ.get(_FOLDER)
    if named:
        return _trusted(Path(named), here)
    above = here.parents
    if len(above) > 2 and above[1].name in _GRADED and (above[2] / "nbgrader_config.py").is_file():
        return _trusted(above[2] / "keys", here)
    raise KeyNotFound("No answer key on this computer, and that is as it should be: your teacher has the key and "
                      "grades with it.")


def _trusted(folder: Path, here: Path) -> Path:
    """Return a folder of keys, unless it is a link or inside what students handed in."""
    if folder.is_symlink() or not folder.is_dir():
        raise KeyNotFound(f"{folder}: there is no such folder of keys. {_WITH}")
    if _is_inside(folder.resolve(), here):
        raise KeyNotFound(f"{folder}: keys cannot lie inside an exercise. Put them into a folder of the course.")
    return folder


def _is_inside(folder: Path, here: Path) -> bool:
    """Tell whether a folder lies in an exercise or in a folder that nbgrader hands out or takes in."""
    course = here.parents[2] if len(here.parents) > 2 and here.parents[1].name in _GRADED else None
    handed = [course / name for name in _NEVER] if course else []
    return any(folder == one.resolve() or one.resolve() in folder.parents for one in [here, *handed])


def _key_files(place: Path) -> list[Path]:
    if place.is_dir():
        return sorted(path for path in place.glob("*.key.json") if path.is_file() and not path.is_symlink())
    if not place.exists():
        raise KeyNotFound(f"{place}: there is no such file or folder. Choose the folder that holds the keys.")
    if place.suffix != ".json":
        raise KeyNotFound(f"{place}: this is no key that grades: such a file ends in .key.json.{_make_one(place)}")
    return [place]


def _make_one(place: Path) -> str:
    """Return how marked text becomes a key, where there may be some."""
    drafts = sorted(place.glob("*.txt")) if place.is_dir() else [place]
    if not drafts:
        return ""
    return (f"\n    If {drafts[0].name} is marked text, this makes a key of it:"
            f"\n    kit export ARTICLE {drafts[0]} --to key --out my-keys")
