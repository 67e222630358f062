"""What a person names on the command line, opened: an article, somebody's marks, a key.

Nothing has to be JSON: a plain text file is an article, a text with brackets holds marks.
"""

import json
import os
import sys
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from kit.authoring.importing import read_content
from kit.errors import FileFormatError, KeyNotFound, KitError, WrongArticleError
from kit.model import formats, handed, marked
from kit.model.annotations import AnnotationSet, AnswerKey
from kit.model.article import Article
from kit.model.files import (
    MOST_BYTES,
    as_id,
    decode,
    load_article,
    load_key,
    open_text,
    read_article,
    read_bytes,
    read_text,
)
from kit.model.labels import SCHEMES, mapping_between
from kit.model.spans import Extent, KeySpan, LookAlike

_AROUND = 24


def find_article(name: str) -> Article:
    """Return the article that a name stands for: a file, or the id of a bundled text.

    A file that ends in .json is a stored article, any other a plain text.

    Raises:
        KitError: neither; the message lists the bundled texts.
    """
    path = Path(name)
    if path.suffix == ".json":
        return read_article(path)
    if path.suffix or os.path.exists(name):  # unlike Path's own, no error for a name that no file can have
        return open_text(path)
    try:
        return load_article(name)
    except FileFormatError:
        raise
    except KitError as problem:
        raise KitError(f"There is no file {name!r}. {problem}") from None


def find_text(name: str) -> Article:
    """Return a text as it stands: of a file, of standard input for ``-``, or a text of the kit.

    Nothing but line ends is changed, so that offsets point into the text as it is shown.  Of
    .html and .docx it is the text in them.  An empty file is an empty text.

    Raises:
        KitError: there is none of that name, or it cannot be read.
    """
    path = Path("standard input" if name == "-" else name)
    if name != "-" and (path.suffix == ".json" or not (path.suffix or os.path.exists(name))):
        return find_article(name)
    text = _standard_input(path) if name == "-" else read_content(path)
    title = text.strip().split("\n", 1)[0][:120] or path.stem
    return Article(as_id(path.stem), title, path.name, text)


def _standard_input(path: Path) -> str:
    raw = sys.stdin.buffer.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise FileFormatError(f"{path}: larger than {MOST_BYTES // 1_000_000} MB. Use a shorter text.")
    return decode(path, raw).replace("\r\n", "\n").replace("\r", "\n")


def is_json(path: Path, content: str) -> bool:
    """Tell whether a file claims to hold JSON, by its name or its first sign."""
    return path.suffix == ".json" or content.lstrip().startswith("{")


def format_of(content: str) -> object:
    """Return the format line of JSON; None if there is none or it cannot be read."""
    try:
        fields = json.loads(content)
    except (ValueError, RecursionError):
        return None  # the reader of the format says what is wrong
    return fields.get("format") if isinstance(fields, dict) else None


def read_marks(article: Article, name: str | Path) -> AnnotationSet:
    """Return the marks in a file on this article: an answer, a key, or marked text; a notebook or page with an answer.

    The name of a scheme, where no file is called so, stands for the kit's own key.

    Raises:
        FileFormatError: none of the three.
        WrongArticleError: they were made on another text; for marked text the message shows
            where the two texts part.
    """
    path = Path(name)
    if str(name) in SCHEMES and not path.exists():
        marks = load_key(article.id, scheme=str(name))
        marks.require(article)
        return marks
    if path.suffix.lower() in handed.HOLDERS:
        return read_answer(article, path)[0]
    content = read_text(path)
    if not is_json(path, content):
        return fit(article, content, path)
    is_key = format_of(content) == formats.KEY
    read = formats.parse_key if is_key else formats.parse_annotations
    marks = read(content, name=str(path))
    marks.require(article)
    return marks


def read_answer(article: Article, name: str | Path) -> tuple[AnnotationSet, str]:
    """Return an answer on this article and its content as it stands, out of its file, a notebook or a hand-in page.

    Raises:
        FileFormatError: there is none in it, or more than one on this article.
        WrongArticleError: it was made on another text.
    """
    path = Path(name)
    found = handed.the_one(path, read_bytes(path), article=article.id)
    answer = formats.parse_annotations(found.content, name=found.place)
    answer.require(article)
    return answer, found.content


def read_two(article: Article, left: str | Path, right: str | Path) -> tuple[AnnotationSet, AnnotationSet]:
    """Return the marks of two files; marked text is read in the other's scheme where it can be."""
    one, other = read_marks(article, left), read_marks(article, right)
    return _in_scheme_of(other, one, Path(left)), _in_scheme_of(one, other, Path(right))


def read_answer_and_key(article: Article, answer: str | Path,
                        key: str | Path) -> tuple[AnnotationSet, AnswerKey]:
    """Return an answer and the key it is judged by.

    Raises:
        FileFormatError: as for ``read_marks``, and if ``key`` holds somebody's answer.
    """
    one, other = read_two(article, answer, key)
    if not isinstance(other, AnswerKey):
        raise FileFormatError(f"{key}: format is {formats.ANNOTATIONS!r}, expected {formats.KEY!r}. "
                              "Choose the key, or compare the two answers with kit compare.")
    return one, other


def read_key_in(article: Article, name: str | Path, scheme: str) -> AnswerKey:
    """Return the key in a file, in this scheme.

    Raises:
        FileFormatError: as for ``read_marks``, and if the file holds somebody's answer.
        KitError: the key does not read as the scheme.
    """
    key = read_marks(article, name)
    if not isinstance(key, AnswerKey):
        raise FileFormatError(f"{name}: format is {formats.ANNOTATIONS!r}, expected {formats.KEY!r}. Choose the key.")
    return _in_scheme_of(AnnotationSet.on(article, scheme, "sheet"), key, Path(name)).in_scheme(scheme)


def find_key(article: Article, scheme: str) -> AnswerKey | None:
    """Return the key that the kit has for a text, in this scheme; None if it has none.

    The key of a finer scheme is read in this one.
    """
    for finer in SCHEMES:
        if mapping_between(finer, scheme) is None:
            continue
        try:
            key = load_key(article.id, scheme=finer)
            key.require(article)
        except (KeyNotFound, WrongArticleError):  # a text of one's own may be called like one of the kit's
            continue
        return key.in_scheme(scheme)
    return None


def _in_scheme_of(other: AnnotationSet, marks: AnnotationSet, path: Path) -> AnnotationSet:
    """Return marks in the other's scheme, if they are marked text that says no scheme itself."""
    scheme = SCHEMES.get(other.scheme)
    says_it_itself = path.suffix.lower() in (".json", *handed.HOLDERS) or not path.exists()
    if says_it_itself or scheme is None or not _labels(marks.spans) <= set(scheme.ids):
        return marks
    return replace(marks, scheme=scheme.id)


# Marked text


def fit(article: Article, source: str, path: Path) -> AnswerKey:
    """Return the key in marked text, on an article whose text it repeats.

    Line ends and white space at either end of the text may differ.

    Raises:
        FileFormatError: the brackets are wrong, or a label belongs to no scheme.
        WrongArticleError: the texts differ otherwise; shows the first place.
    """
    if unicodedata.is_normalized("NFC", article.text):
        source = unicodedata.normalize("NFC", source)
    text, key = marked.parse(source, article=article.id, name=str(path))
    key = replace(key, scheme=scheme_for(text, key, str(path)), fingerprint=article.fingerprint,
                  annotator=as_id(path.stem)[:40].strip("-"))
    return key if text == article.text else _moved(article, text, key, path)


def scheme_for(text: str, key: AnswerKey, name: str) -> str:
    """Return the first scheme that has all labels of a key.

    Raises:
        FileFormatError: there is none; names the line of the first label that is in the way.
    """
    used = _labels(key.spans)
    for scheme in SCHEMES.values():
        if used <= set(scheme.ids):
            return scheme.id
    nearest = max(SCHEMES.values(), key=lambda scheme: len(used & set(scheme.ids)))
    item = next(span for span in key.spans if not span.labels <= set(nearest.ids))
    label = next(label for label in (item.label, *item.also) if label not in nearest)
    line = text.count("\n", 0, item.start) + 1
    raise FileFormatError(f"{name} line {line}: label is {label!r}, expected one of {', '.join(nearest.ids)}.")


def _labels(spans: Iterable) -> set[str]:
    return {label for span in spans for label in (span.label, *getattr(span, "also", ()))}


def _moved(article: Article, text: str, key: AnswerKey, path: Path) -> AnswerKey:
    """Return the key with its offsets moved from its own text to the article's."""
    (from_signs, from_places), (to_signs, to_places) = _bare(text), _bare(article.text)
    if from_signs != to_signs:
        raise WrongArticleError(_parting(article, to_signs, from_signs, path))

    def moved(where: Extent | KeySpan | LookAlike) -> dict[str, int]:
        first, stop = bisect_left(from_places, where.start), bisect_left(from_places, where.end)
        if first == stop:
            raise FileFormatError(f"{path}: there are no words in the brackets before or after the text. "
                                  "Take them away.")
        return {"start": to_places[first], "end": to_places[stop - 1] + 1}

    spans = [replace(span, **moved(span), core=Extent(**moved(span.core))) for span in key.spans]
    return replace(key, spans=tuple(spans),
                   look_alikes=tuple(replace(item, **moved(item)) for item in key.look_alikes))


def _bare(text: str) -> tuple[str, list[int]]:
    """Return the text with plain line ends and no outer white space, and where each sign stood."""
    lead, end = len(text) - len(text.lstrip()), len(text.rstrip())
    places = [at for at in range(lead, end) if not text.startswith("\r\n", at)]
    return "".join("\n" if text[at] == "\r" else text[at] for at in places), places


def _parting(article: Article, wanted: str, found: str, path: Path) -> str:
    at = len(os.path.commonprefix([wanted, found]))
    name = path.name
    width = max(len(name), len(article.id))
    return (f"{path}: its text is not that of {article.id!r}. They part in line {wanted.count(chr(10), 0, at) + 1}:\n"
            f"    {article.id:{width}}  {_excerpt(wanted, at)}\n"
            f"    {name:{width}}  {_excerpt(found, at)}\n"
            f"    Copy the text of the article into {name} once more, and put the brackets in again.")


def _excerpt(text: str, at: int) -> str:
    start = max(text.rfind("\n", 0, at) + 1, at - _AROUND)
    if at == len(text):
        return f"{text[start:at]!r} and there it ends"
    return repr(text[start:at + _AROUND])
