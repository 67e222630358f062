"""What ``kit check`` finds in a file: every problem, not only the first."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kit.authoring.findings import Finding, error, in_article, in_key, in_quotes, warning
from kit.authoring.inputs import fit, format_of, is_json, scheme_for
from kit.errors import FileFormatError, KitError
from kit.measure.reasons import many
from kit.model import formats, handed, marked
from kit.model.annotations import AnnotationSet, AnswerKey
from kit.model.article import Article
from kit.model.fields import NoFields
from kit.model.files import load_article, open_text, plain, read_article, read_bytes, read_text
from kit.model.labels import SCHEMES

_LISTS = ("spans", "first_pass", "look_alikes")
_LEFT_OUT = ("responses", "relations", "first_relations")  # relations count spans, some of which are missing then
_MOST_ITEMS = 2000  # of a file that cannot be read whole; a hostile one may hold millions


@dataclass(frozen=True)
class Checkup:
    """What was found in one file.

    ``kind`` is article, annotations, key, marked text or file; ``summary`` says how much is
    in it, or nothing.
    """

    file: str
    kind: str
    summary: str
    findings: tuple[Finding, ...] = ()

    @property
    def ok(self) -> bool:
        """True if there is no error; warnings are allowed."""
        return not any(finding.level == "error" for finding in self.findings)


def check_file(path: Path, *, article: Article | None = None) -> Checkup:
    """Return what is wrong with an article, an answer, a key, or marked text; an answer may be in a notebook or page.

    The article of an answer or a key is the one given, else ``<id>.json`` or ``<id>.txt``
    beside the file, one or two folders up, or in ``articles`` beside its folder, else a bundled
    one.  A file that cannot be read is a finding, not an error.
    """
    try:
        if path.suffix.lower() in handed.HOLDERS:
            return _json(path, handed.the_one(path, read_bytes(path)).content, article)
        content = read_text(path)
        if not is_json(path, content):
            return _marked_text(path, content, article)
        return _json(path, content, article)
    except KitError as problem:
        return _unreadable(path, str(problem))


def _unreadable(path: Path, *problems: str, kind: str = "file") -> Checkup:
    return Checkup(str(path), kind, "", tuple(error(problem.removeprefix(f"{path}: ")) for problem in problems))


def _json(path: Path, content: str, article: Article | None) -> Checkup:
    found = format_of(content)
    family = found.rpartition("/")[0] if isinstance(found, str) else "kit/annotations"
    if family == "kit/article":
        stored = formats.parse_article(content, name=str(path))
        return Checkup(str(path), "article", f"{len(stored.tokens)} tokens", tuple(in_article(stored, path.stem)))
    if family == "kit/key":
        return _marks(path, content, article, formats.parse_key, "key")
    if family == "kit/annotations":
        return _marks(path, content, article, formats.parse_annotations, "annotations")
    known = ", ".join(map(repr, (formats.ARTICLE, formats.ANNOTATIONS, formats.KEY)))
    raise FileFormatError(f"{path}: format is {found[:60]!r}, expected one of {known}. Choose another file.")


# Answers and keys


def _marks(path: Path, content: str, article: Article | None, parse: Callable, kind: str) -> Checkup:
    try:
        marks, problems = parse(content, name=str(path)), []
    except NoFields:
        raise  # there are no items to look at one by one
    except FileFormatError as whole:
        marks, problems = _what_can_be_read(content, parse)
        problems = problems or [str(whole)]
        if marks is None:
            return _unreadable(path, *problems, kind=kind)
    findings = [error(problem.removeprefix(f"{path}: ")) for problem in problems]
    if marks.scheme not in SCHEMES:
        findings.append(warning(f"scheme {marks.scheme!r} is not built in, so its labels were not looked at."))
    try:
        own = _article_of(marks, path, article)
        marks.require(own)
        findings += [] if problems else in_quotes(own, marks, json.loads(content))
        findings += in_key(own, marks) if isinstance(marks, AnswerKey) else []
    except KitError as problem:
        findings.append(error(str(problem)))
    return Checkup(str(path), kind, _counted(marks), tuple(findings))


def _counted(marks: AnnotationSet) -> str:
    if not isinstance(marks, AnswerKey):
        return f"{many(len(marks.spans), 'mark')} on {marks.article}"
    counts = [f"{len(marks.tier(tier))} {tier}" for tier in ("core", "accepted", "contested")]
    return f"{', '.join(counts)}, {len(marks.look_alikes)} look-alike on {marks.article}"


def _what_can_be_read(content: str, parse: Callable) -> tuple[AnnotationSet | None, list[str]]:
    """Return the sound items of a file that cannot be read whole, and all its problems."""
    fields = json.loads(content)
    head = {name: value for name, value in fields.items() if name not in (*_LEFT_OUT, *_LISTS)} | {"spans": []}
    if fields.get("stage", "mark") != "mark" and isinstance(fields.get("first_pass"), list):
        head["first_pass"] = []
    problem = _problem(parse, head)
    problems = [problem] if problem else []
    sound = dict(head)
    for name in _LISTS:
        if name in fields and isinstance(fields[name], list):
            sound[name] = list(_sound_items(fields, name, parse, problems))
    if problem or _problem(parse, sound):
        return None, problems or [_problem(parse, sound)]
    return parse(json.dumps(sound), name=""), problems


def _sound_items(fields: dict, name: str, parse: Callable, problems: list[str]) -> Iterator[dict]:
    """Yield the items of a list that are right alone and, in a key, overlap no earlier one."""
    scheme = fields.get("scheme") if formats.is_id(fields.get("scheme")) else "unknown"
    anywhere = {"format": fields["format"], "article": "any", "fingerprint": "0" * 12, "scheme": scheme,
                "annotator": "any", "spans": []}
    last: dict = {}
    for number, item in enumerate(fields[name][:_MOST_ITEMS], start=1):
        problem = _problem(parse, anywhere | {name: [item]})
        if problem:
            problems.append(problem.replace(f"{name} item 1", f"{name} item {number}", 1))
        elif last and _problem(parse, anywhere | {name: [last, item]}):
            problems.append(f"{name} item {number}: overlaps the item at {last['start']} to {last['end']}. "
                            "Items of a key never overlap: take one away, or make them narrower.")
        else:
            last = item
            yield item


def _problem(parse: Callable, fields: dict) -> str:
    try:
        parse(json.dumps(fields), name="")
    except FileFormatError as problem:
        return str(problem).removeprefix(": ")
    except RecursionError:
        return "nested too deeply. This file was not made by the kit."
    return ""


def _article_of(marks: AnnotationSet, path: Path, given: Article | None) -> Article:
    """Return the article that marks were made on, or the nearest thing to it."""
    if given:
        return given
    found = list(_articles_near(marks.article, path))
    for article in found:
        if article.fingerprint == marks.fingerprint:
            return article
    if found:
        return found[0]
    raise KitError(f"the article {marks.article!r} is not here, so the words were not looked at. "
                   "Name it with --article FILE.")


def _articles_near(id: str, path: Path) -> Iterator[Article]:
    around = tuple(path.absolute().parents)[:3]  # answers/fox-7/x.json lies beside x.txt two folders up
    for folder in (*around, *(one / "articles" for one in around[1:2])):  # a course keeps keys/ beside articles/
        if (folder / f"{id}.json").is_file():
            yield read_article(folder / f"{id}.json")
        if (folder / f"{id}.txt").is_file():
            yield open_text(folder / f"{id}.txt")
    try:
        yield load_article(id)
    except FileFormatError:
        raise
    except KitError:
        return  # not one of the kit's


# Marked text


def _marked_text(path: Path, content: str, article: Article | None) -> Checkup:
    if article:
        key = fit(article, content, path)
    else:
        text, key = marked.parse(plain(content), name=str(path))
        scheme_for(text, key, str(path))
        article = Article("text", "", "", text)
    counts = _counted(key).rpartition(" on ")[0]
    if not key.spans and not key.look_alikes:
        counts = "no marks in it"
    return Checkup(str(path), "marked text", counts, tuple(in_key(article, key, draft=True)))
