"""Marks in the formats of other tools, as text.

Every offset is a Unicode code point, ``end`` exclusive, as everywhere in the kit.  What goes
out is the final marks; the items of a key keep tier, core, other labels and reason, and its
look-alikes are told apart from its items.  The same marks give the same text.
"""

import csv
import io
import re
from bisect import bisect_left
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from kit.authoring.standoff import (
    INSTEAD,
    as_json,
    brat,
    core_of,
    items_of,
    labels_of,
    plain_text,
    tier_of,
    trimmed,
    web_annotation,
)
from kit.errors import KitError
from kit.model.annotations import AnnotationSet, AnswerKey
from kit.model.article import Article
from kit.model.files import save_new
from kit.model.formats import annotations_json, article_json, parse_key
from kit.model.spans import Extent, KeySpan, LookAlike, Span

_FORMULA = re.compile(r"\s*[=+\-@\uff0b\uff0d\uff1d\uff20]|[\t\r\n]")


def export(article: Article, marked: AnnotationSet, format: str) -> dict[str, str]:
    """Return the files that a format is made of: from the end of a file's name to its content.

    Raises:
        KitError: there is no such format, or it has no way to write these marks.
        WrongArticleError: the marks were made on another text.
    """
    if format not in FORMATS:
        raise KitError(f"There is no format {format!r}. Choose one of {', '.join(FORMATS)}.")
    marked.require(article)
    return {suffix: _whole(write(article, marked)) for suffix, write in FORMATS[format].items()}


def key_files(article: Article, key: AnnotationSet, *, made: str = "", asks: str = "") -> dict[str, str]:
    """Return the files with which `kit grade` grades a text of one's own, by their names: the key and its article.

    ``made`` says how the key was made, and ``asks`` is the scheme that students mark with; "" for
    what the key says itself.

    Raises:
        KitError: these are somebody's answers and no key, or its labels do not read as those of ``asks``.
        WrongArticleError: the key was made on another text.
    """
    key.require(article)
    if not isinstance(key, AnswerKey):
        raise KitError("These are answers of a student and no key. Choose a key, or marked text that you made one in.")
    name = f"{article.id}-{key.scheme}.key.json"
    content = annotations_json(replace(key, made=made or key.made, asks=asks or key.asks), article)
    parse_key(content, name=name)  # what could not be read again is not written
    return {name: content, f"{article.id}.json": article_json(article)}


def _whole(text: str) -> str:
    """Return the text without halves of characters, which no file in UTF-8 can hold."""
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def place(files: Mapping[str, str], out: Path, *, name: str, force: bool = False) -> tuple[Path, ...]:
    """Write the files of a format, and return where they are.

    ``out`` is the file, or a folder, in which the file gets the name ``name``.  Where a format
    takes several files, each gets its own ending in the place of the one in ``out``.

    Raises:
        KitError: a file with other content is there and ``force`` is not set: nothing is
            written then; or the place cannot be written.
    """
    stem = out / name if out.is_dir() else out
    paths = {_path(stem, suffix, only=len(files) == 1 and not out.is_dir()): _in_file(suffix, content)
             for suffix, content in files.items()}
    save_new(paths, force=force)
    return tuple(paths)


def _path(stem: Path, suffix: str, *, only: bool) -> Path:
    if only:
        return stem
    known = {ending for endings in FORMATS.values() for ending in endings}
    return stem.with_suffix(suffix) if stem.suffix in known else stem.with_name(stem.name + suffix)


def _in_file(suffix: str, content: str) -> str:
    # Without the mark at the beginning, Excel takes a file for one in an old alphabet.
    return f"\ufeff{content}" if suffix == ".csv" else content


# JSON lines


def json_lines(article: Article, marked: AnnotationSet) -> str:
    """Return one line of JSON that spaCy, Prodigy and doccano read.

    ``spans`` and ``tokens`` are as Prodigy has them (``token_end`` is the last token itself;
    both are left out where a span cuts a word), ``label`` is doccano's list of triples.
    """
    tokens = enumerate(article.tokens)
    fields = {
        "text": article.text,
        "tokens": [_token(article, number, token) for number, token in tokens],
        "spans": [_span(article, span) for span in marked.spans],
        "label": [[span.start, span.end, span.label] for span in marked.spans],
        "meta": {"article": article.id, "title": article.title, "source": article.source,
                 "fingerprint": article.fingerprint, "scheme": marked.scheme,
                 "annotator": marked.annotator},
    }
    look_alikes = getattr(marked, "look_alikes", ())
    if look_alikes:
        fields["look_alikes"] = [_span(article, item) for item in look_alikes]
    return as_json(fields) + "\n"


def _token(article: Article, number: int, token: Extent) -> dict:
    return {"text": article.quote(token), "start": token.start, "end": token.end, "id": number,
            "ws": article.text[token.end:token.end + 1] == " "}


def _span(article: Article, item: Span | LookAlike) -> dict:
    fields: dict = {"start": item.start, "end": item.end}
    if isinstance(item, Span):
        fields["label"] = item.label
    whole = _whole_tokens(article, item)
    if whole:
        fields |= {"token_start": whole[0], "token_end": whole[1] - 1}
    if isinstance(item, KeySpan):
        fields |= {"tier": item.tier, "core": [item.core.start, item.core.end],
                   "also": list(item.also)}
    return fields | ({"note": item.note} if item.note else {})


def _whole_tokens(article: Article, where: Span | LookAlike) -> tuple[int, int] | None:
    first, stop = article.token_range(where)
    return (first, stop) if first < stop and article.extent(first, stop) == where.extent else None


# CoNLL


def conll(article: Article, marked: AnnotationSet) -> str:
    """Return one token and its IOB2 tag per line, parted by a tab; a blank line ends a sentence.

    White space at either end of a span is left out.  Of a key, the items are written with
    their first label; tier, core and look-alikes have no place in this format.

    Raises:
        KitError: spans overlap, cut a word, or cross the end of a sentence: IOB2 has no way
            to write that.  Names the words.
    """
    tags = ["O"] * len(article.tokens)
    before: Span | None = None
    for span in marked.spans:
        first, stop = _tagged(article, span, before)
        tags[first:stop] = [f"B-{span.label}", *[f"I-{span.label}"] * (stop - first - 1)]
        before = span if before is None or span.end > before.end else before
    ends = [sentence.end for sentence in article.sentences]
    return "".join(_conll_line(article, number, tag, ends) for number, tag in enumerate(tags))


def _conll_line(article: Article, number: int, tag: str, ends: list[int]) -> str:
    token = article.tokens[number]
    following = article.tokens[number + 1:number + 2]
    last = not following or bisect_left(ends, token.end) != bisect_left(ends, following[0].end)
    return f"{article.quote(token)}\t{tag}\n" + ("\n" if last else "")


def _tagged(article: Article, span: Span, before: Span | None) -> tuple[int, int]:
    """Return the tokens of a span that IOB2 can write."""
    where = trimmed(article.text, span)
    if before and before.overlap(span):
        raise KitError(f"{_named(article, before)} and {_named(article, span)} overlap, "
                       f"and CoNLL has no way to write that. Take one away. {INSTEAD}")
    first, stop = article.token_range(where) if where else (0, 0)
    if first == stop or article.extent(first, stop) != where:
        raise KitError(f"{_named(article, span)} is not made of whole words, and CoNLL has no way "
                       f"to write that. Mark whole words. {INSTEAD}")
    begin, end = article.sentence_range(where)
    if end - begin > 1:
        raise KitError(f"{_named(article, span)} goes on beyond the end of a sentence, and CoNLL "
                       f"has no way to write that. Mark each sentence apart. {INSTEAD}")
    return first, stop


def _named(article: Article, span: Span) -> str:
    words = article.quote(span)
    shown = words if len(words) <= 40 else words[:37] + "..."
    return f"{shown!r} ({span.label}, characters {span.start} to {span.end})"


# CSV


COLUMNS = ("start", "end", "label", "quote", "note", "tier", "core_start", "core_end", "also",
           "article", "scheme", "annotator")


def comma_separated(article: Article, marked: AnnotationSet) -> str:
    """Return a table with one line per mark, and a line of names above them.

    A text that a spreadsheet would run as a formula gets a straight apostrophe in front.
    """
    table = io.StringIO()
    writer = csv.writer(table, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    writer.writerow(COLUMNS)
    for item in items_of(marked):
        core = core_of(item) or (item if isinstance(item, KeySpan) else None)
        label, *also = labels_of(item) or ("",)
        row = (item.start, item.end, label, article.quote(item), item.note, tier_of(item),
               *((core.start, core.end) if core else ("", "")), " ".join(also),
               article.id, marked.scheme, marked.annotator)
        writer.writerow([_harmless(cell) for cell in row])
    return table.getvalue()


def _harmless(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell


FORMATS: Mapping[str, Mapping[str, Callable[[Article, AnnotationSet], str]]] = {
    "webannotation": {".jsonld": web_annotation},
    "brat":          {".txt": plain_text, ".ann": brat},
    "jsonl":         {".jsonl": json_lines},
    "conll":         {".conll": conll},
    "csv":           {".csv": comma_separated},
}
