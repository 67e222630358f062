"""The JSON formats: from a file's content to articles, annotations and keys, and back.

Stand-off JSON: the text stays untouched, spans point into it.  Nothing is believed, and an
unknown field is kept and written back.
"""

import json
import re
from collections.abc import Callable
from functools import lru_cache

from kit.errors import FileFormatError
from kit.model.annotations import STAGES, AnnotationSet, AnswerKey
from kit.model.article import Article
from kit.model.fields import checked, read_fields, rest, short, take, word
from kit.model.labels import SCHEMES, mapping_between
from kit.model.relations import joined, relations
from kit.model.spans import TIERS, Extent, KeySpan, LookAlike, Span

ARTICLE, ANNOTATIONS, KEY = "kit/article/1", "kit/annotations/1", "kit/key/1"
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
_FINGERPRINT = re.compile("[0-9a-f]{12}")
_SURROGATE = re.compile("[\ud800-\udfff]")
_INNER = {"tokens": re.compile(r"\s"), "sentences": re.compile("\n")}  # what no unit holds

# The fields that are known; others are kept as they are.
_IN_BOTH = frozenset(["format", "article", "fingerprint", "scheme", "annotator", "spans", "relations", "responses"])
_IN_ANNOTATIONS = _IN_BOTH | {"first_pass", "first_relations", "stage", "started_again"}
_IN_KEY = _IN_BOTH | {"asks", "made", "look_alikes"}
_IN_SPAN = frozenset(["start", "end", "label", "quote", "note"])
_IN_KEY_SPAN = _IN_SPAN | {"tier", "core", "also"}
_IN_LOOK_ALIKE = _IN_SPAN - {"label"}


def parse_article(content: str, *, name: str) -> Article:
    """Return the article in a file's content; ``name`` stands in messages.

    Raises:
        FileFormatError: names the field and what to do; so do the next two.
    """
    return checked(name, read_fields(name, content, ARTICLE), _article)


def parse_annotations(content: str, *, name: str) -> AnnotationSet:
    """Return the annotation set in a file's content."""
    return checked(name, read_fields(name, content, ANNOTATIONS), _annotations)


def parse_key(content: str, *, name: str) -> AnswerKey:
    """Return the answer key in a file's content."""
    return checked(name, read_fields(name, content, KEY), _key)


def is_id(word: object) -> bool:
    """Tell whether a word may be the id of an article: small letters, digits, hyphens."""
    return isinstance(word, str) and bool(_ID.fullmatch(word))


def is_code(word: object) -> bool:
    """Tell whether a word may stand for an annotator: letters, digits, hyphens, at most 40."""
    return isinstance(word, str) and bool(_CODE.fullmatch(word))


def _article(fields: dict) -> Article:
    text = take(fields, "text", str)
    _require_whole_characters(text)
    return Article(word(fields, "id", _ID), take(fields, "title", str), take(fields, "source", str), text,
                   take(fields, "language", str, "en"),
                   _offsets(fields, "tokens", text), _offsets(fields, "sentences", text))


def _require_whole_characters(text: str) -> None:
    if _SURROGATE.search(text):
        raise FileFormatError("the text holds half a character (a lone surrogate). Paste the article again.")


def _offsets(fields: dict, name: str, text: str) -> tuple[Extent, ...] | None:
    if name not in fields:
        return None
    units = tuple(Extent(*_pair(pair)) for pair in take(fields, name, list))
    ordered = all(left.end <= right.start for left, right in zip(units, units[1:]))
    if not ordered or (units and units[-1].end > len(text)) or not _they_fit(units, text, _INNER[name]):
        raise FileFormatError(f"{name!r} do not fit the text. Make the article again.")
    return units


def _they_fit(units: tuple[Extent, ...], text: str, inner: re.Pattern) -> bool:
    """Tell whether units leave out white space alone, and hold nothing that parts them."""
    ends = [0, *(unit.end for unit in units)]
    starts = [*(unit.start for unit in units), len(text)]
    pieces = [text[unit.start:unit.end] for unit in units]
    return (all(not text[end:start].strip() for end, start in zip(ends, starts))
            and all(piece == piece.strip() and not inner.search(piece) for piece in pieces))


def _pair(value: object) -> tuple[int, int]:
    if isinstance(value, list) and len(value) == 2 and all(type(number) is int for number in value):
        return value[0], value[1]
    raise FileFormatError(f"{short(value)} stands where two whole numbers belong. Open an older copy of it.")


def _annotations(fields: dict) -> AnnotationSet:
    first = take(fields, "first_pass", list, None)
    stage = take(fields, "stage", str, "mark")
    if stage not in STAGES or (stage != "mark" and first is None):
        raise FileFormatError(f"field 'stage' is {short(stage)}; expected one of {', '.join(STAGES)}, "
                              "and 'first_pass' from the second on. Open an older copy of it.")
    again = take(fields, "started_again", str, "")
    if again not in ("", *STAGES[1:]):
        raise FileFormatError(f"field 'started_again' is {short(again)}; expected one of {', '.join(STAGES[1:])}. "
                              "Open an older copy of it.")
    return AnnotationSet(*_head(fields), _spans(fields, "spans", _span),
                         None if first is None else _spans(fields, "first_pass", _span, "first_relations"),
                         take(fields, "responses", dict, {}), stage, rest(fields, _IN_ANNOTATIONS), again)


def _key(fields: dict) -> AnswerKey:
    article, fingerprint, scheme, annotator = _head(fields)
    return AnswerKey(article, fingerprint, scheme, annotator=annotator, spans=_spans(fields, "spans", _key_span),
                     look_alikes=_spans(fields, "look_alikes", _look_alike) if "look_alikes" in fields else (),
                     made=take(fields, "made", str, ""), responses=take(fields, "responses", dict, {}),
                     other=rest(fields, _IN_KEY), asks=_asks(fields))


def _asks(fields: dict) -> str:
    """Return the scheme that a key's exercise asks for: one that reads as the key's, or the other way round."""
    key, asks = fields["scheme"], take(fields, "asks", str, "")
    if asks and mapping_between(key, asks) is None and mapping_between(asks, key) is None:
        raise FileFormatError(f"field 'asks' is {short(asks)}, which does not read as {short(key)}. Write the labels "
                              "that students mark with, or take the field out.")
    return asks


def _head(fields: dict) -> tuple[str, str, str, str]:
    return (word(fields, "article", _ID), word(fields, "fingerprint", _FINGERPRINT),
            word(fields, "scheme", _ID), word(fields, "annotator", _CODE))


def _spans(fields: dict, name: str, build: Callable[[dict, tuple[str, ...]], object],
           relations_name: str = "relations") -> tuple:
    scheme = SCHEMES.get(fields["scheme"])
    labels = scheme.ids if scheme else ()
    built = []
    for number, value in enumerate(take(fields, name, list), start=1):
        try:
            if not isinstance(value, dict):
                raise FileFormatError(f"is {short(value)}, expected an object. Open an older copy of it.")
            built.append(build(value, labels))
        except ValueError as problem:
            raise FileFormatError(f"{name} item {number}: {problem}. Open an older copy of it.") from None
        except FileFormatError as problem:
            raise FileFormatError(f"{name} item {number}: {problem}") from None
    if name == "look_alikes" or relations_name not in fields:
        return tuple(built)
    return joined(built, [_relation(value) for value in take(fields, relations_name, list)])


def _relation(value: object) -> tuple[int, int, str]:
    if not isinstance(value, dict):
        raise FileFormatError(f"a relation is {short(value)}, expected an object. Open an older copy of it.")
    return take(value, "from", int), take(value, "to", int), word(value, "label", _ID)


def _label(label: object, labels: tuple[str, ...]) -> str:
    if isinstance(label, str) and (label in labels or (not labels and _ID.fullmatch(label))):
        return label
    raise FileFormatError(f"label is {short(label)}, expected one of {', '.join(labels) or 'small letters'}.")


# Most marks of a class have a place and a label alone, and most of them are those of others, too: made once, they
# save a third of the time of reading.
_plain_span = lru_cache(maxsize=5_000)(Span)


def _span(value: dict, labels: tuple[str, ...]) -> Span:
    start, end, label = value.get("start"), value.get("end"), value.get("label")
    if type(start) is int and type(end) is int and label in labels and len(value) == 3 + ("quote" in value):
        return _plain_span(start, end, label)
    return Span(take(value, "start", int), take(value, "end", int), _label(value.get("label"), labels),
                take(value, "note", str, ""), other=rest(value, _IN_SPAN))


def _key_span(value: dict, labels: tuple[str, ...]) -> KeySpan:
    tier = take(value, "tier", str, "core")
    if tier not in TIERS:
        raise FileFormatError(f"tier is {short(tier)}, expected one of {', '.join(TIERS)}.")
    core = Extent(*_pair(value["core"])) if "core" in value else None
    also = tuple(_label(name, labels) for name in take(value, "also", list, []))
    return KeySpan(take(value, "start", int), take(value, "end", int), _label(value.get("label"), labels),
                   take(value, "note", str, ""), tier=tier, core=core, also=also,
                   other=rest(value, _IN_KEY_SPAN))


def _look_alike(value: dict, labels: tuple[str, ...]) -> LookAlike:
    return LookAlike(take(value, "start", int), take(value, "end", int), take(value, "note", str, ""),
                     other=rest(value, _IN_LOOK_ALIKE))


def article_json(article: Article) -> str:
    """Return an article as the content of its file, with its tokens and sentences.

    Raises:
        FileFormatError: the text holds half a character, which no file can carry.
    """
    _require_whole_characters(article.text)
    return _as_json({"format": ARTICLE, "id": article.id, "title": article.title, "source": article.source,
                     "language": article.language, "text": article.text,
                     "tokens": [[token.start, token.end] for token in article.tokens],
                     "sentences": [[sentence.start, sentence.end] for sentence in article.sentences]})


def annotations_json(annotations: AnnotationSet, article: Article) -> str:
    """Return an annotation set or a key as the content of its file.

    Raises:
        WrongArticleError: the spans were made on another text.
    """
    annotations.require(article)
    is_key = isinstance(annotations, AnswerKey)
    fields = {"format": KEY if is_key else ANNOTATIONS, "article": annotations.article,
              "fingerprint": annotations.fingerprint, "scheme": annotations.scheme, "annotator": annotations.annotator}
    if is_key:
        fields |= {"asks": annotations.asks} if annotations.asks else {}
        fields["made"] = annotations.made
    fields["spans"] = [_span_fields(span, article) for span in annotations.spans]
    fields |= _relation_fields("relations", annotations.spans)
    if is_key:
        fields["look_alikes"] = [_span_fields(item, article) for item in annotations.look_alikes]
        return _as_json(fields | {"responses": dict(annotations.responses)} | dict(annotations.other))
    if annotations.first_pass is not None:
        fields["first_pass"] = [_span_fields(span, article) for span in annotations.first_pass]
        fields |= _relation_fields("first_relations", annotations.first_pass)
    fields["stage"] = annotations.stage
    if annotations.started_again:
        fields["started_again"] = annotations.started_again
    return _as_json(fields | {"responses": dict(annotations.responses)} | dict(annotations.other))


def _relation_fields(name: str, spans: tuple[Span, ...]) -> dict:
    found = relations(spans)
    return {name: found} if found else {}


def _span_fields(span: Span | LookAlike, article: Article) -> dict:
    fields = {"start": span.start, "end": span.end}
    if isinstance(span, Span):
        fields["label"] = span.label
    fields["quote"] = article.quote(span)
    if isinstance(span, KeySpan):
        fields["tier"] = span.tier
        if span.core != span.extent:
            fields["core"] = [span.core.start, span.core.end]
        if span.also:
            fields["also"] = list(span.also)
    if span.note:
        fields["note"] = span.note
    return fields | dict(span.other)


def _as_json(fields: dict) -> str:
    """Two-space indent; a pair of numbers stays on one line.  A line end inside text is never raw."""
    text = json.dumps(fields, ensure_ascii=False, indent=2, allow_nan=False)
    text = re.sub(r"\[\n\s+(\d+),\n\s+(\d+)\n\s+\]", r"[\1, \2]", text)
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace") + "\n"
