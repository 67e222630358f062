"""What a reader of W3C Web Annotation knows: a context for JSON-LD, and the shape of a collection.

Both are written from the W3C recommendations of 2017 (data model and vocabulary) and hold only
the terms that the kit uses; so no test needs the network.
"""

from pyld import jsonld

OA = "http://www.w3.org/ns/oa#"
AS = "http://www.w3.org/ns/activitystreams#"
VALUE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#value"
_INTEGER = "http://www.w3.org/2001/XMLSchema#nonNegativeInteger"


def _link(term: str, *, type: str = "@id", **more: str) -> dict:
    return {"@id": term, "@type": type, **more}


CONTEXT = {"@context": {
    "id": "@id",
    "type": "@type",
    **{name: OA + name for name in (
        "Annotation", "TextualBody", "TextPositionSelector", "TextQuoteSelector", "tagging", "commenting",
        "exact", "prefix", "suffix")},
    "AnnotationCollection": AS + "OrderedCollection",
    "AnnotationPage": AS + "OrderedCollectionPage",
    "body": _link(OA + "hasBody"),
    "target": _link(OA + "hasTarget"),
    "source": _link(OA + "hasSource"),
    "selector": _link(OA + "hasSelector"),
    "purpose": _link(OA + "hasPurpose", type="@vocab"),
    "motivation": _link(OA + "motivatedBy", type="@vocab"),
    "start": _link(OA + "start", type=_INTEGER),
    "end": _link(OA + "end", type=_INTEGER),
    "value": VALUE,
    "format": "http://purl.org/dc/elements/1.1/format",
    "creator": _link("http://purl.org/dc/terms/creator"),
    "nickname": "http://xmlns.com/foaf/0.1/nick",
    "label": "http://www.w3.org/2000/01/rdf-schema#label",
    "total": _link(AS + "totalItems", type=_INTEGER),
    "startIndex": _link(AS + "startIndex", type=_INTEGER),
    "first": _link(AS + "first"),
    "items": _link(AS + "items", **{"@container": "@list"}),
}}

_URI = {"type": "string", "pattern": "^urn:uuid:[0-9a-f-]{36}$"}
_POSITION = {
    "type": "object", "additionalProperties": False, "required": ["type", "start", "end"],
    "properties": {"type": {"const": "TextPositionSelector"}, "start": {"type": "integer", "minimum": 0},
                   "end": {"type": "integer", "minimum": 1}}}
_QUOTE = {
    "type": "object", "additionalProperties": False, "required": ["type", "exact", "prefix", "suffix"],
    "properties": {"type": {"const": "TextQuoteSelector"}, "exact": {"type": "string", "minLength": 1},
                   "prefix": {"type": "string", "maxLength": 32}, "suffix": {"type": "string", "maxLength": 32}}}
_BODY = {
    "type": "object", "additionalProperties": False, "required": ["type", "value", "purpose"],
    "properties": {"type": {"const": "TextualBody"}, "value": {"type": "string", "minLength": 1},
                   "format": {"const": "text/plain"}, "purpose": {"enum": ["tagging", "commenting"]}}}
_ANNOTATION = {
    "type": "object", "additionalProperties": False, "required": ["id", "type", "target"],
    "properties": {
        "id": _URI, "type": {"const": "Annotation"}, "motivation": {"enum": ["tagging", "commenting"]},
        "creator": {"type": "object", "required": ["nickname"]},
        "body": {"type": "array", "items": _BODY},
        "target": {"type": "object", "additionalProperties": False, "required": ["source", "selector"],
                   "properties": {"source": _URI, "selector": {
                       "type": "array", "prefixItems": [_POSITION, _QUOTE], "minItems": 2, "maxItems": 2}}},
        "tier": {"enum": ["core", "accepted", "contested", "look-alike"]}, "core": _POSITION}}
SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object", "additionalProperties": False,
    "required": ["@context", "id", "type", "label", "total", "first"],
    "properties": {
        "@context": {"type": "array", "contains": {"const": "http://www.w3.org/ns/anno.jsonld"}},
        "id": _URI, "type": {"const": "AnnotationCollection"}, "label": {"type": "string"},
        "total": {"type": "integer", "minimum": 0},
        "first": {"type": "object", "additionalProperties": False, "required": ["id", "type", "items"],
                  "properties": {"id": _URI, "type": {"const": "AnnotationPage"}, "startIndex": {"const": 0},
                                 "items": {"type": "array", "items": _ANNOTATION}}}}}


def triples(document: dict) -> dict:
    """Return the collection as JSON-LD sees it, every name written in full."""
    return jsonld.expand(document, {"documentLoader": _load})[0]


def _load(url: str, options: dict) -> dict:
    if url != "http://www.w3.org/ns/anno.jsonld":
        raise ValueError(f"{url} is asked for, and a collection needs no other context")
    return {"contextUrl": None, "documentUrl": url, "document": CONTEXT}
