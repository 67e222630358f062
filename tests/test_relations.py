"""Spans joined to spans: what stands in memory, and what stands in the file."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.errors import FileFormatError
from kit.model.annotations import AnnotationSet, as_key
from kit.model.article import Article
from kit.model.formats import annotations_json, parse_annotations, parse_key
from kit.model.labels import SOURCES
from kit.model.relations import join, joined, relations
from kit.model.spans import Span

ARTICLE = Article("text", "Title", "source", "One two three four. Five six seven eight. Nine ten.")
PLACES = [token for token in ARTICLE.tokens if len(token) > 1]


@st.composite
def joined_sets(draw) -> AnnotationSet:
    """Source words anywhere, each joined to some of the others."""
    places = draw(st.lists(st.sampled_from(PLACES), unique=True, max_size=6))
    spans = [Span(place.start, place.end, "source") for place in places]
    ends = st.lists(st.sampled_from(spans), unique=True, max_size=3) if spans else st.just([])
    full = [replace(span, joined=tuple(sorted(join(end, "goes-back") for end in draw(ends) if end != span)))
            for span in spans]
    return AnnotationSet.on(ARTICLE, SOURCES, "student", full)


@given(joined_sets(), joined_sets())
def test_relations_come_back_the_same_in_both_passes(now, first):
    answer = replace(now, first_pass=first.spans, stage="mend")
    content = annotations_json(answer, ARTICLE)
    again = parse_annotations(content, name="f")
    for mine, theirs in zip((*answer.spans, *answer.first_pass), (*again.spans, *again.first_pass), strict=True):
        assert (mine, mine.joined) == (theirs, theirs.joined)
    assert annotations_json(again, ARTICLE) == content


@given(joined_sets())
def test_a_key_carries_relations_as_well(now):
    content = annotations_json(as_key(now), ARTICLE)
    assert [span.joined for span in parse_key(content, name="f").spans] == [span.joined for span in now.spans]


@given(joined_sets())
def test_indexes_point_into_the_spans_of_the_file(now):
    fields = json.loads(annotations_json(now, ARTICLE))
    for relation in fields.get("relations", []):
        start, end = fields["spans"][relation["from"]], fields["spans"][relation["to"]]
        held = next(span for span in now.spans if span.start == start["start"])
        assert (end["start"], end["end"], relation["label"]) in {(one.start, one.end, one.label) for one in held.joined}
    assert len(fields.get("relations", [])) == sum(len(span.joined) for span in now.spans)


def test_without_relations_the_file_is_as_it_always_was():
    assert "relations" not in annotations_json(AnnotationSet.on(ARTICLE, "cues", "student", [Span(0, 3, "modal")]), ARTICLE)


def test_what_is_joined_to_a_span_that_is_gone_is_not_written():
    alone = Span(0, 3, "source", joined=(Span(4, 7, "goes-back"),))
    assert relations([alone]) == []


def test_a_sentence_of_nothing_but_source_words_is_joined_as_the_words():
    claim, source = Span(0, 3, "rung-1", joined=(Span(0, 3, "source"),)), Span(0, 3, "source")
    assert relations([claim, source]) == [{"from": 0, "to": 1, "label": "source"}]


@pytest.mark.parametrize(("relation", "words"), [
    ({"from": 0, "to": 9, "label": "source"}, "joins span 0 to span 9; there are spans 0 to 1"),
    ({"from": -1, "to": 0, "label": "source"}, "joins span -1"),
    ({"from": 0, "to": 0, "label": "source"}, "none is joined to itself"),
    ({"from": True, "to": 0, "label": "source"}, "expected a whole number"),
    ({"from": 0, "to": 1, "label": "../x"}, "only letters, digits and hyphens"),
    ("source", "expected an object"),
])
def test_a_broken_relation_is_named_with_its_file(relation, words):
    content = annotations_json(AnnotationSet.on(ARTICLE, SOURCES, "student", [Span(0, 3, "source"), Span(4, 7, "source")]), ARTICLE)
    with pytest.raises(FileFormatError, match="answers.json: ") as refused:
        parse_annotations(json.dumps(json.loads(content) | {"relations": [relation]}), name="answers.json")
    assert words in str(refused.value)


def test_relations_are_numbers_until_they_meet_their_spans():
    one, two = Span(0, 3, "source"), Span(4, 7, "source")
    assert [span.joined for span in joined([one, two], [(0, 1, "goes-back")])] == [(Span(4, 7, "goes-back"),), ()]
