"""What ``kit check exercises`` looks for: every trap by which a course leaks a key, loses work or counts wrong.

nbgrader copies every file of ``source`` to students and again into their feedback; at grading time it
writes those files over the students' own; it grades what it cannot read with full marks.  Each trap
here was seen to happen.  Nothing in a course is run, and nothing is changed.
"""

import os
import stat
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from kit.errors import FileFormatError, KitError
from kit.grading.cells import read_cells
from kit.grading.configured import about_settings
from kit.grading.delivered import HANDED, about_delivered
from kit.grading.foldernames import about_names, about_patterns
from kit.grading.graded import about_cells, answer_files
from kit.grading.keys import Keys
from kit.grading.leaks import Known
from kit.grading.naming import article_and_scheme
from kit.grading.settings import CONFIG, Settings, read_settings
from kit.grading.traps import Finding, leak, miscount, note
from kit.model.annotations import AnnotationSet
from kit.model.article import Article
from kit.model.files import load_article

OLDEST = (0, 9, 6)  # of nbgrader: the first that the kit's side of it was made for


def is_course(folder: Path) -> bool:
    """Tell whether a folder is a course: it has a configuration for nbgrader, or a folder ``source``."""
    return (folder / CONFIG).is_file() or (folder / "source").is_dir()


def examine(course: Path, *, nbgrader: str | None = "installed") -> tuple[Finding, ...]:
    """Return the traps in a course, faults first; empty if there is none.

    ``nbgrader`` is its version, None if it is not there, "installed" to look.

    Raises:
        KitError: the folder is no course.
    """
    if not is_course(course):
        raise KitError(f"{course}: neither {CONFIG} nor a folder source in it. Name the folder of a course, such as "
                       "exercises.")
    settings = read_settings(course)
    keys = _keys(course, settings)
    known = Known.of(keys or ())
    found = [*_about_keys(course, settings), *_about_source(course, settings, keys, known),
             *about_delivered(course, settings, known), *about_patterns(course, settings),
             *about_settings(course, settings), *_about_nbgrader(nbgrader), *_about_rights(course, settings)]
    unique = dict.fromkeys(found)
    return tuple(sorted(unique, key=lambda one: not one.fault))


# Keys


def keys_folder(course: Path, settings: Settings | None = None) -> Path:
    """Return the folder of keys that a course's configuration names; ``keys`` beside it if none does."""
    named = (settings or read_settings(course)).get("KIT_KEYS")
    if not isinstance(named, str):
        return course / "keys"
    absolute = os.path.abspath(course)
    inside = named.startswith(absolute + os.sep)  # then it is shown as people write it
    return course / (os.path.relpath(named, absolute) if inside else named)


def key_files(course: Path) -> list[Path]:
    """Return the keys of a course, in the order of their names."""
    folder = keys_folder(course)
    return sorted(path for path in folder.glob("*.key.json") if path.is_file() and not path.is_symlink())


def _keys(course: Path, settings: Settings) -> Keys | None:
    try:
        return Keys(keys_folder(course, settings))
    except KitError:
        return None


def _about_keys(course: Path, settings: Settings) -> Iterator[Finding]:
    folder = keys_folder(course, settings)
    inside = [name for name in HANDED if (course / name).resolve() in (folder.resolve(), *folder.resolve().parents)]
    if inside:
        yield leak(folder, f"the keys lie inside {inside[0]}, which nbgrader hands out or takes in",
                   "Move them into the folder keys beside source.")
    if folder.is_symlink():
        yield miscount(folder, "this is a link, and links to keys are not followed", "Put the folder itself here.")
        return
    try:
        keys = Keys(folder)
    except KitError as problem:
        yield miscount(folder, str(problem).removeprefix(f"{folder}: ").rstrip(".").partition(". ")[0],
                       "Put the keys of your exercises there, and look at each with kit check.")
        return
    for link in sorted(one for one in folder.glob("*.key.json") if one.is_symlink()):
        yield miscount(link, "this is a link, and links to keys are not followed", "Put the key itself here.")
    yield from _about_doubles(folder, keys)
    public = sorted(f"{key.article}-{key.scheme}" for key in keys if _is_public(key))
    if public:
        yield note(folder, f"these keys are public, as their texts are part of the kit: {', '.join(public)}",
                   "Where marks matter, make a key for a text of your own.")


def _about_doubles(folder: Path, keys: Keys) -> Iterator[Finding]:
    seen = set()
    for key in keys:
        for_what = (key.article, key.fingerprint, key.scheme)
        if for_what in seen:
            yield miscount(folder, f"two keys are for {key.article!r} and {key.scheme!r}: which one counts is chance",
                           "Take one of them out.")
        seen.add(for_what)


def _is_public(key: AnnotationSet) -> bool:
    try:
        return load_article(key.article).fingerprint == key.fingerprint
    except KitError:
        return False


# What students get: source, and what nbgrader made of it


def _about_source(course: Path, settings: Settings, keys: Keys | None, known: Known) -> Iterator[Finding]:
    source = course / str(settings.get("CourseDirectory.source_directory") or "source")
    exercises = sorted(one for one in source.glob("*") if one.is_dir() and not one.name.startswith(".")) \
        if source.is_dir() else []
    if not exercises:
        yield miscount(source, "there is no exercise in it",
                       "Copy an exercise of the kit there, in a folder of its name.")
    for exercise in exercises:
        yield from about_names(exercise, settings)
        yield from _about_notebooks(exercise, keys, known)


def _about_notebooks(exercise: Path, keys: Keys | None, known: Known) -> Iterator[Finding]:
    books = sorted(one for one in exercise.glob("*.ipynb") if one.is_file())
    if not books:
        yield miscount(exercise, "there is no notebook in it", f"Put {exercise.name}.ipynb there.")
    for book in books:
        try:
            cells = read_cells(book, strictly=True)
        except FileFormatError as problem:
            yield miscount(book, str(problem).removeprefix(f"{book}: ").partition(". ")[0].rstrip("."),
                           "Put the exercise there again.")
            continue
        yield from about_cells(str(book), cells, known)
        for path in dict.fromkeys(answer_files(cells)):
            yield from _about_answer_file(book, path, keys)


def _about_answer_file(book: Path, path: str, keys: Keys | None) -> Iterator[Finding]:
    """Find whether there is a key for what an exercise asks for: ``answers/<article>-<scheme>.json``."""
    name = Path(path).name.removesuffix(".json")
    article, scheme = article_and_scheme(name)
    if not scheme or path != f"answers/{name}.json":
        yield miscount(book, f"the graded cell names {path!r}, which is no file that a pen saves",
                       "Write answers/<article>-<scheme>.json, such as answers/singer-tour-cues-4.json.")
        return
    if keys is None:
        return  # said once, of the folder
    try:
        keys.key_for(AnnotationSet.on(_text_of(article, keys), scheme, "student"))
    except KitError as problem:
        yield miscount(book, f"{path} cannot be graded: {str(problem).splitlines()[0].rstrip('.')}",
                       "Put the key for exactly this text and these labels into the folder of keys.")


def _text_of(id: str, keys: Keys) -> Article:
    """Return the text that students mark: the kit's own, else the one beside the keys."""
    try:
        return load_article(id)
    except FileFormatError:
        raise
    except KitError:
        for key in keys:
            if key.article == id:
                return keys.article_of(key)
        raise KitError(f"there is no text {id!r} in the kit, and none that a key belongs to") from None


# nbgrader, and who can read what


def _about_nbgrader(version: str | None) -> Iterator[Finding]:
    if version == "installed":
        try:
            version = metadata.version("nbgrader")
        except metadata.PackageNotFoundError:
            version = None
    if version is None:
        yield note("nbgrader", "it is not installed here", "Grade with kit grade, which needs none; or install the kit "
                   'with its extra: pip install ".[grade]".')
    elif tuple(int(part) for part in version.split(".")[:3] if part.isdigit()) < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        yield miscount("nbgrader", f"it is version {version}, older than {oldest}, for which the kit's side of it was "
                       "made", f'Update it: pip install --upgrade "nbgrader>={oldest}".')


def _about_rights(course: Path, settings: Settings) -> Iterator[Finding]:
    """Find what everybody on this computer can read: on a server that the class shares, that is the class."""
    for path in (keys_folder(course, settings), course / "gradebook.db"):
        if os.name == "posix" and path.exists() and _open_to_all(path.resolve()):
            yield note(path, "everybody with an account on this computer can read it",
                       f"On a computer that students use too: chmod -R go-rwx {path}")


def _open_to_all(path: Path) -> bool:
    read = stat.S_IROTH | (stat.S_IXOTH if path.is_dir() else 0)
    return path.stat().st_mode & read == read and all(above.stat().st_mode & stat.S_IXOTH for above in path.parents)
