"""Marked text: what is written is read back, and what cannot be read is named with its line."""

import pytest
from hypothesis import given
from strategies import NASTY, articles, keys_on, texts

from kit.errors import FileFormatError
from kit.model.annotations import AnnotationSet
from kit.model.article import Article
from kit.model.marked import parse, write
from kit.model.spans import Extent, Span


def everything(key):
    """What comparing two keys leaves out: notes and look-alikes' notes as well."""
    return ([(item, item.note) for item in key.spans], [(item, item.note) for item in key.look_alikes],
            key.article, key.fingerprint, key.scheme)


@given(articles().flatmap(lambda article: keys_on(article).map(lambda key: (article, key))))
def test_what_is_written_is_read_back_with_its_notes(pair):
    article, key = pair
    text, again = parse(write(article.text, key), article=article.id, scheme=key.scheme)
    assert text == article.text
    assert everything(again) == everything(key)


@given(texts())
def test_any_text_without_spans_is_read_back(text):
    assert parse(write(text, AnnotationSet.on(Article("text", "", "", text), "cues", "student")))[0] == text


@given(texts())
def test_any_text_is_either_read_or_refused_with_its_line(source):
    try:
        text, key = parse(source, name="key.txt")
    except FileFormatError as problem:
        assert str(problem).startswith("key.txt line ")
    except ValueError as problem:
        pytest.fail(f"not a message for a teacher: {problem}")
    else:
        assert all(item.end <= len(text) for item in (*key.spans, *key.look_alikes))


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_nasty_texts_can_be_items_and_notes(text):
    if not text:
        return
    note = text.replace("\n", "").replace("\r", "")
    _, key = parse(write(text, AnnotationSet.on(Article("text", "", "", text), "cues", "s", [Span(0, len(text), "modal", note)])))
    assert [(item.start, item.end, item.note) for item in key.spans] == [(0, len(text), note)]


def test_the_parts_of_an_item():
    text, key = parse("The mayor [may|modal: only a possibility] resign, [<sources> said|vague+hearsay?]. In [May|-: the month].")
    assert text == "The mayor may resign, sources said. In May."
    may, sources = key.spans
    assert (text[may.start:may.end], may.label, may.tier, may.note) == ("may", "modal", "core", "only a possibility")
    assert (sources.core, sources.label, sources.also, sources.tier) == (Extent(22, 29), "vague", ("hearsay",), "accepted")
    assert [(text[item.start:item.end], item.note) for item in key.look_alikes] == [("May", "the month")]


def test_two_question_marks_say_contested():
    assert parse("[worried|appearance??]")[1].spans[0].tier == "contested"


def test_brackets_of_the_text_are_doubled_and_escaped_inside_an_item():
    text, key = parse(r"A [[note]] that [may \[be\] a\|b\\c|modal: so\: \]]")
    assert text == r"A [note] that may [be] a|b\c"
    assert key.spans[0].note == "so: ]"


@pytest.mark.parametrize("source, place, remedy", [
    ("It may]", "line 1", "write ']]'"),
    ("Fine.\nIt [may|modal", "line 2", "never closed"),
    ("It [may", "line 1", r"\[words\|label\]"),
    ("\n\n[may|Modal!]", "line 3", "no label"),
    ("[may|]", "line 1", "no label"),
    ("[may|modal???]", "line 1", "no label"),
    ("[|modal]", "line 1", "no words"),
    ("[<>may|modal]", "line 1", "the core needs"),
    ("[<may|modal]", "line 1", "the core needs"),
    ("[ma>y|modal]", "line 1", "lone '>'"),
    ("[<a> <b>|modal]", "line 1", "lone '<'"),
    ("[a [b|modal] c|modal]", "line 1", r"lone '\['"),
    ("[<May>|-]", "line 1", "look-alike has no core"),
    ("[may|modal: a\nb]", "line 1", "one line"),
])
def test_what_cannot_be_read_is_named_with_its_line_and_what_to_write(source, place, remedy):
    with pytest.raises(FileFormatError, match=f"^key.txt {place}: .*{remedy}"):
        parse(source, name="key.txt")


def test_overlapping_spans_are_refused_with_the_words():
    answer = AnnotationSet.on(Article("text", "", "", "It may well rain"), "cues", "s", [Span(3, 11, "modal"), Span(7, 16, "modal")])
    with pytest.raises(FileFormatError, match="overlap at 'well rain'"):
        write("It may well rain", answer)


def test_a_note_of_two_lines_is_refused():
    answer = AnnotationSet.on(Article("text", "", "", "may"), "cues", "s", [Span(0, 3, "modal", "one\ntwo")])
    with pytest.raises(FileFormatError, match="'may' has a line end"):
        write("may", answer)


def test_long_marked_text_is_read_in_one_walk():
    text, key = parse("It [may|modal] rain. " * 20_000)
    assert (len(text), len(key.spans)) == (13 * 20_000, 20_000)
