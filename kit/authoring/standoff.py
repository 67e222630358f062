"""Stand-off formats: W3C Web Annotation and brat.  The text stays apart, marks point into it."""

import json
import re
import uuid
from collections.abc import Iterator

from kit.errors import KitError
from kit.model.annotations import AnnotationSet
from kit.model.article import Article
from kit.model.spans import Extent, KeySpan, LookAlike, Span

INSTEAD = "Or choose jsonl or webannotation, which can hold it."
# Readers that go line by line take more than "\n" for a line end; a tab parts the columns.
_ONE_LINE = re.compile(r"[^\t\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_LINE_ENDS_IN_JSON = re.compile(r"[\x7f-\x9f\u2028\u2029]")
_CONTEXT = "http://www.w3.org/ns/anno.jsonld"
_OUR_TERMS = {"kit": "urn:media-literacy-kit:", "tier": "kit:tier", "core": "kit:core"}
_QUOTED_AROUND = 32


# What an item says of itself: a plain span has no tier and no core, a look-alike no label


def items_of(marked: AnnotationSet) -> list[Span | LookAlike]:
    """Return spans and look-alikes in reading order."""
    items = [*marked.spans, *getattr(marked, "look_alikes", ())]
    return sorted(items, key=lambda item: (item.start, item.end))


def labels_of(item: Span | LookAlike) -> tuple[str, ...]:
    """Return the label, then those that are as right."""
    return () if isinstance(item, LookAlike) else (item.label, *getattr(item, "also", ()))


def tier_of(item: Span | LookAlike) -> str:
    """Return the tier of a key's item, "look-alike", or "" for a plain span."""
    return "look-alike" if isinstance(item, LookAlike) else getattr(item, "tier", "")


def core_of(item: Span | LookAlike) -> Extent | None:
    """Return the core where it is smaller than the item; else None."""
    core = getattr(item, "core", None)
    return core if core and (core.start, core.end) != (item.start, item.end) else None


def trimmed(text: str, where: Extent | Span | LookAlike) -> Extent | None:
    """Return the extent without white space at either end; None if nothing is left."""
    words = text[where.start:where.end]
    if not words.strip():
        return None
    start = where.start + len(words) - len(words.lstrip())
    return Extent(start, start + len(words.strip()))


def as_json(fields: dict, indent: int | None = None) -> str:
    """Return JSON in which no sign inside a text can be taken for a line end."""
    text = json.dumps(fields, ensure_ascii=False, allow_nan=False, indent=indent)
    return _LINE_ENDS_IN_JSON.sub(lambda sign: f"\\u{ord(sign.group()):04x}", text)


# W3C Web Annotation


def web_annotation(article: Article, marked: AnnotationSet) -> str:
    """Return an AnnotationCollection in JSON-LD, with one page that holds all annotations.

    A position is given twice, by offsets in code points and by quotation.  The label, and
    each that is as right, is a body for tagging, the note a body for commenting.  Ids are
    derived from what was marked, so that a changed note keeps its id.

    Source:
        W3C (2017), "Web Annotation Data Model", sections 3.2.4, 4.2.4, 4.2.5 and 5.
    """
    items = [_annotation(article, marked, item, number) for item, number in _numbered(marked)]
    name = _urn(article.fingerprint, marked.scheme, marked.annotator)
    page = {"id": _urn(name, "page"), "type": "AnnotationPage", "startIndex": 0, "items": items}
    label = f"{article.title or article.id} ({marked.scheme}, {marked.annotator})"
    collection = {"@context": [_CONTEXT, _OUR_TERMS], "id": name, "type": "AnnotationCollection",
                  "label": label, "total": len(items), "first": page}
    return as_json(collection, indent=2) + "\n"


def _numbered(marked: AnnotationSet) -> Iterator[tuple[Span | LookAlike, int]]:
    """Return each item with the number of equal ones before it, 0 for most."""
    seen: dict[object, int] = {}
    for item in items_of(marked):
        same = (item.start, item.end, getattr(item, "label", None))
        seen[same] = seen.get(same, -1) + 1
        yield item, seen[same]


def _annotation(article: Article, marked: AnnotationSet, item: Span | LookAlike,
                number: int) -> dict:
    bodies = [_body(label, "tagging") for label in labels_of(item)]
    if item.note:
        bodies.append(_body(item.note, "commenting"))
    fields = {
        "id": _urn(article.fingerprint, marked.scheme, marked.annotator, item.start, item.end,
                   *labels_of(item)[:1], number),
        "type": "Annotation",
        "motivation": "tagging" if labels_of(item) else "commenting",
        "creator": {"nickname": marked.annotator},
        "body": bodies,
        "target": {"source": _urn(article.fingerprint), "selector": _selectors(article, item)},
    }
    if tier_of(item):
        fields["tier"] = tier_of(item)
    if core_of(item):
        fields["core"] = _position(core_of(item))
    return fields


def _body(value: str, purpose: str) -> dict:
    return {"type": "TextualBody", "value": value, "format": "text/plain", "purpose": purpose}


def _selectors(article: Article, where: Span | LookAlike) -> list[dict]:
    before, after = max(0, where.start - _QUOTED_AROUND), where.end + _QUOTED_AROUND
    quotation = {"type": "TextQuoteSelector", "exact": article.quote(where),
                 "prefix": article.text[before:where.start],
                 "suffix": article.text[where.end:after]}
    return [_position(where), quotation]


def _position(where: Extent | Span | LookAlike) -> dict:
    return {"type": "TextPositionSelector", "start": where.start, "end": where.end}


def _urn(*parts: object) -> str:
    return uuid.uuid5(uuid.NAMESPACE_OID, json.dumps(parts)).urn


# brat stand-off


def brat(article: Article, marked: AnnotationSet) -> str:
    """Return the .ann file of brat stand-off; the .txt file beside it is the text unchanged.

    A line end or a tab inside a span parts it into fragments, and white space at either end
    is left out, as brat's own files have it.  A note is an AnnotatorNotes line.  Of a key,
    tier and other labels are attributes, a core smaller than its item is a Core with a
    relation to it.

    Raises:
        KitError: a span holds nothing but white space.

    Source:
        brat (2012), "Brat standoff format".
    """
    lines, writer = [], _Brat(article.text)
    for item in items_of(marked):
        lines += writer.item(item)
    return "".join(f"{line}\n" for line in lines)


class _Brat:
    """Numbers the lines of one .ann file."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.last = dict.fromkeys("TAR#", 0)

    def item(self, item: Span | LookAlike) -> Iterator[str]:
        labels = labels_of(item) or ("LookAlike",)
        name, line = self._stretch(labels[0], item)
        yield line
        if isinstance(item, KeySpan):
            yield f"{self._next('A')}\tTier {name} {item.tier}"
        for label in labels[1:]:
            yield f"{self._next('A')}\tAlso {name} {label}"
        if core_of(item):
            core, line = self._stretch("Core", core_of(item))
            yield line
            yield f"{self._next('R')}\tCoreOf Arg1:{core} Arg2:{name}"
        if item.note.strip():
            yield f"{self._next('#')}\tAnnotatorNotes {name}\t{' '.join(item.note.split())}"

    def _next(self, kind: str) -> str:
        self.last[kind] += 1
        return f"{kind}{self.last[kind]}"

    def _stretch(self, label: str, where: Extent | Span | LookAlike) -> tuple[str, str]:
        parts = [part for line in _ONE_LINE.finditer(self.text, where.start, where.end)
                 if (part := trimmed(self.text, Extent(*line.span())))]
        if not parts:
            raise KitError(f"There are no words in characters {where.start} to {where.end}, "
                           f"and brat has no way to write that. {INSTEAD}")
        name = self._next("T")
        offsets = ";".join(f"{part.start} {part.end}" for part in parts)
        words = " ".join(self.text[part.start:part.end] for part in parts)
        return name, f"{name}\t{label} {offsets}\t{words}"


def plain_text(article: Article, marked: AnnotationSet) -> str:
    """Return the text alone, to which the offsets of a stand-off file belong."""
    return article.text
