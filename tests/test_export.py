"""Every format, read back by somebody else's reader, gives the same spans."""

import csv
import io
import json
import tempfile
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nervaluate.loaders import ConllLoader
from pybrat.parser import BratParser
from spacy.tokens import Doc
from spacy.util import get_words_and_spaces
from spacy.vocab import Vocab
from strategies import texts
from web_annotation import AS, OA, SCHEMA, VALUE, triples

from kit.authoring.export import COLUMNS, FORMATS, export, place
from kit.authoring.standoff import trimmed
from kit.errors import KitError, WrongArticleError
from kit.model import marked
from kit.model.annotations import AnnotationSet
from kit.model.article import Article
from kit.model.files import plain
from kit.model.labels import CUES
from kit.model.spans import Extent, Span

WORDS = ("may", "mayor", "\U0001F600", "\U0001F468‍\U0001F469‍\U0001F467", "שלום", "עולם", "can't", '"so"', "“if”", "e\u0301",
         "naïve", "=1+1", "@all", "-", "—", "U.S.", "x.", "Why?", "<b>", "\\", "[a]", "a;b", "a\u2028b", "1,000")
GAPS = (" ", " ", " ", "  ", "\n", "\n\n", "\t", "\xa0", "")


@st.composite
def articles(draw) -> Article:
    """Words of all kinds, or a text that has broken other programs; never without a letter."""
    pieces = draw(st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(GAPS)), min_size=1, max_size=30))
    own = plain("".join(map("".join, pieces)))
    text = draw(st.one_of(st.just(own), texts(40)))
    return Article("a-1", "Title", "Source", text if text.strip() else own)


@st.composite
def notes(draw) -> str:
    return draw(st.sampled_from(("", "", "which ones?", "two\nlines", "a\ttab", "=SUM(A1)", '"quoted", and', " \n")))


@st.composite
def marked_articles(draw) -> tuple[Article, AnnotationSet]:
    """Any spans: overlapping, twice the same, cutting words, with white space at the ends."""
    article = draw(articles())
    places = st.integers(0, len(article.text) - 1)
    spans = [Span(min(pair), max(pair) + 1, draw(st.sampled_from(CUES.ids)), draw(notes()))
             for pair in draw(st.lists(st.tuples(places, places), max_size=6))]
    return article, AnnotationSet.on(article, "cues", "student", spans)


@st.composite
def articles_with_whole_words(draw) -> tuple[Article, AnnotationSet]:
    """Spans of whole words inside sentences that do not overlap."""
    article = draw(articles())
    spans, done = [], 0
    for sentence in article.sentences:
        first, stop = article.token_range(sentence)
        while first < stop and draw(st.booleans()):
            begin = draw(st.integers(first, stop - 1))
            first = draw(st.integers(begin + 1, stop))
            where = article.extent(begin, first)
            spans.append(Span(where.start, where.end, draw(st.sampled_from(CUES.ids))))
            done = where.end
    assert done <= len(article.text)
    return article, AnnotationSet.on(article, "cues", "student", spans)


def only(files: dict[str, str]) -> str:
    (content,) = files.values()
    return content


def plain_spans(spans) -> list[tuple[int, int, str]]:
    return [(span.start, span.end, span.label) for span in spans]


KEY_SOURCE = ("The \U0001F600 mayor [may|modal: Only possible. Will he?] resign,\n"
              "[<sources> said|vague+hearsay?: Who?]. The vote is in [May|-: the month]. שלום [if so|condition??].")


@pytest.fixture(scope="module")
def keyed():
    text, key = marked.parse(KEY_SOURCE, article="fire")
    return Article("fire", "Fire", "Our own", text), key


# Web Annotation


def selectors(annotation: dict) -> tuple[dict, dict]:
    (target,) = annotation[OA + "hasTarget"]
    found = {one["@type"][0]: one for one in target[OA + "hasSelector"]}
    return found[OA + "TextPositionSelector"], found[OA + "TextQuoteSelector"]


def value(node: dict, name: str):
    return node[name][0]["@value"]


def bodies(annotation: dict, purpose: str) -> list[str]:
    return [value(body, VALUE) for body in annotation.get(OA + "hasBody", ())
            if body[OA + "hasPurpose"][0]["@id"] == OA + purpose]


def annotations_in(content: str) -> list[dict]:
    document = json.loads(content)
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    collection = triples(document)
    (page,) = collection[AS + "first"]
    items = page[AS + "items"][0]["@list"]
    assert value(collection, AS + "totalItems") == len(items)
    return items


@settings(max_examples=60)  # the reader of JSON-LD takes its time
@given(marked_articles())
def test_web_annotation_gives_the_same_spans_to_a_reader_of_json_ld(pair):
    article, answer = pair
    found = []
    for annotation in annotations_in(only(export(article, answer, "webannotation"))):
        position, quotation = selectors(annotation)
        start, end = value(position, OA + "start"), value(position, OA + "end")
        prefix, exact, suffix = (value(quotation, OA + name) for name in ("prefix", "exact", "suffix"))
        assert article.text[start:end] == exact
        assert article.text[:start].endswith(prefix)
        assert article.text[end:].startswith(suffix)
        found.append((start, end, *bodies(annotation, "tagging"), "".join(bodies(annotation, "commenting"))))
    assert sorted(found) == sorted((span.start, span.end, span.label, span.note) for span in answer.spans)


@given(marked_articles())
def test_every_annotation_has_an_id_of_its_own_that_outlives_a_change_of_the_note(pair):
    article, answer = pair
    changed = replace(answer, spans=tuple(replace(span, note=span.note + "!") for span in answer.spans))
    ids, later = ([item["id"] for item in json.loads(only(export(article, one, "webannotation")))["first"]["items"]]
                  for one in (answer, changed))
    assert ids == later
    assert len(set(ids)) == len(ids)


def test_web_annotation_keeps_tier_core_and_other_labels_of_a_key(keyed):
    article, key = keyed
    said = {}
    for annotation in annotations_in(only(export(article, key, "webannotation"))):
        _, quotation = selectors(annotation)
        core = [(value(one, OA + "start"), value(one, OA + "end")) for one in annotation.get("urn:media-literacy-kit:core", ())]
        said[value(quotation, OA + "exact")] = (
            value(annotation, "urn:media-literacy-kit:tier"), sorted(bodies(annotation, "tagging")),
            [article.text[start:end] for start, end in core])
    assert said == {"may": ("core", ["modal"], []), "sources said": ("accepted", ["hearsay", "vague"], ["sources"]),
                    "May": ("look-alike", [], []), "if so": ("contested", ["condition"], [])}


# brat


def read_brat(files: dict[str, str]):
    with tempfile.TemporaryDirectory() as folder:
        for suffix, content in files.items():
            (Path(folder) / f"a{suffix}").write_bytes(content.encode("utf-8"))
        # Two entities on the same words are right in brat; this reader raises there unless told to go on.
        (example,) = BratParser(error="ignore").parse(folder)
    return example


def for_brat(pair) -> bool:
    """Every span has words, and Python's universal line ends leave the text as it is."""
    article, answer = pair
    return "\r" not in article.text and all(trimmed(article.text, span) for span in answer.spans)


@given(marked_articles().filter(for_brat))
def test_brat_gives_the_same_spans_to_a_brat_reader(pair):
    article, answer = pair
    example = read_brat(export(article, answer, "brat"))
    assert example.text == article.text
    found = [(entity.spans[0].start, entity.spans[-1].end, entity.type) for entity in example.entities]
    bare = [(trimmed(article.text, span), span.label) for span in answer.spans]
    assert sorted(found) == sorted((where.start, where.end, label) for where, label in bare)


@given(marked_articles().filter(for_brat))
def test_brat_quotes_its_fragments_and_no_fragment_holds_a_line_end(pair):
    article, answer = pair
    files = export(article, answer, "brat")
    for entity in read_brat(files).entities:
        fragments = [article.text[part.start:part.end] for part in entity.spans]
        assert entity.mention == " ".join(fragments)
        assert all(len(fragment.splitlines()) == 1 and "\t" not in fragment for fragment in fragments)
    notes = [line for line in files[".ann"].split("\n") if line.startswith("#")]
    assert [line.split("\t")[2] for line in notes] == [
        " ".join(span.note.split()) for span in answer.spans if span.note.strip()]


def test_brat_keeps_tier_core_and_other_labels_of_a_key(keyed):
    article, key = keyed
    files = export(article, key, "brat")
    example = read_brat(files)
    assert [(entity.type, entity.mention) for entity in example.entities] == [
        ("modal", "may"), ("vague", "sources said"), ("Core", "sources"), ("LookAlike", "May"), ("condition", "if so")]
    (relation,) = example.relations
    assert (relation.type, relation.arg1.mention, relation.arg2.mention) == ("CoreOf", "sources", "sources said")
    assert [line for line in files[".ann"].split("\n") if line.startswith("A")] == [
        "A1\tTier T1 core", "A2\tTier T2 accepted", "A3\tAlso T2 hearsay", "A4\tTier T5 contested"]


def test_brat_refuses_a_span_without_words():
    article = Article("a", "", "", "may  be")
    answer = AnnotationSet.on(article, "cues", "student", [Span(3, 5, "modal")])
    with pytest.raises(KitError) as caught:
        export(article, answer, "brat")
    assert str(caught.value) == ("There are no words in characters 3 to 5, and brat has no way to write that. "
                                 "Or choose jsonl or webannotation, which can hold it.")


# JSON lines


def doc_of(record: dict) -> Doc:
    words, spaces = get_words_and_spaces([token["text"] for token in record["tokens"]], record["text"])
    return Doc(Vocab(), words=words, spaces=spaces)


@given(articles_with_whole_words())
def test_jsonl_gives_the_same_spans_to_spacy(pair):
    article, answer = pair
    record = json.loads(only(export(article, answer, "jsonl")))
    doc = doc_of(record)
    assert doc.text == article.text
    spans = [doc.char_span(span["start"], span["end"], label=span["label"]) for span in record["spans"]]
    assert None not in spans
    assert [(span.start_char, span.end_char, span.label_) for span in spans] == plain_spans(answer.spans)
    assert [span.text for span in spans] == [article.quote(span) for span in answer.spans]
    for span, written in zip(spans, record["spans"], strict=True):
        tokens = record["tokens"]
        assert (tokens[written["token_start"]]["start"], tokens[written["token_end"]]["end"]) == (
            span.start_char, span.end_char)


@given(marked_articles())
def test_jsonl_is_one_line_with_all_spans_and_numbers_tokens_only_where_words_are_whole(pair):
    article, answer = pair
    content = only(export(article, answer, "jsonl"))
    assert content.splitlines() == [content.removesuffix("\n")]
    record = json.loads(content)
    assert [tuple(triple) for triple in record["label"]] == plain_spans(answer.spans)
    starts = {token["start"] for token in record["tokens"]}
    ends = {token["end"] for token in record["tokens"]}
    for span in record["spans"]:
        assert ("token_start" in span) == (span["start"] in starts and span["end"] in ends)


def test_jsonl_keeps_tier_core_other_labels_and_look_alikes_of_a_key(keyed):
    article, key = keyed
    record = json.loads(only(export(article, key, "jsonl")))
    assert [(span["tier"], article.text[slice(*span["core"])], span["also"]) for span in record["spans"]] == [
        ("core", "may", []), ("accepted", "sources", ["hearsay"]), ("contested", "if so", [])]
    assert [article.text[item["start"]:item["end"]] for item in record["look_alikes"]] == ["May"]
    assert record["meta"] == {"article": "fire", "title": "Fire", "source": "Our own", "scheme": "cues",
                              "fingerprint": article.fingerprint, "annotator": "key"}


# CoNLL


@given(articles_with_whole_words())
def test_conll_gives_the_same_spans_to_a_conll_reader(pair):
    article, answer = pair
    content = only(export(article, answer, "conll"))
    blocks = [[line.split("\t")[0] for line in block.split("\n")] for block in content.rstrip("\n").split("\n\n")]
    assert blocks == [[article.quote(token) for token in article.tokens[slice(*article.token_range(sentence))]]
                      for sentence in article.sentences]
    found = []
    for sentence, entities in zip(article.sentences, ConllLoader().load(content), strict=True):
        first = article.token_range(sentence)[0]
        for entity in entities:
            where = article.extent(first + entity.start, first + entity.end + 1)
            found.append((where.start, where.end, entity.label))
    assert found == plain_spans(answer.spans)


@pytest.mark.parametrize(("source", "more", "message"), [
    ("[may well|modal] resign", "well",
     "'may well' (modal, characters 0 to 8) and 'well' (modal, characters 4 to 8) overlap, "
     "and CoNLL has no way to write that. Take one away."),
    ("[may|modal]or", None,
     "'may' (modal, characters 0 to 3) is not made of whole words, and CoNLL has no way to write that. "
     "Mark whole words."),
    ("He [may. She|modal] will.", None,
     "'may. She' (modal, characters 3 to 11) goes on beyond the end of a sentence, "
     "and CoNLL has no way to write that. Mark each sentence apart."),
])
def test_conll_refuses_what_it_cannot_hold_and_says_where(source, more, message):
    text, key = marked.parse(source)
    article = Article("a", "", "", text)
    extra = [Span(text.index(more), text.index(more) + len(more), "modal")] if more else []
    answer = AnnotationSet.on(article, "cues", "student", [*map(bare, key.spans), *extra])
    with pytest.raises(KitError) as caught:
        export(article, answer, "conll")
    assert str(caught.value) == f"{message} Or choose jsonl or webannotation, which can hold it."


def bare(span: Span) -> Span:
    return Span(span.start, span.end, span.label, span.note)


def test_conll_finds_an_overlap_behind_a_short_span():
    """The long span overlaps the last one; the short one between them does not."""
    article = Article("a", "", "", "one two three four")
    spans = [Span(0, 18, "modal"), Span(4, 7, "modal"), Span(8, 13, "vague")]
    with pytest.raises(KitError, match="'one two three four' .* and 'two'"):
        export(article, AnnotationSet.on(article, "cues", "student", spans), "conll")


# CSV


def defused(cell: str) -> str:
    return f"'{cell}" if cell[:1] in ("\t", "\r", "\n") or cell.lstrip()[:1] in tuple("=+-@") and cell.strip() else cell


@given(marked_articles())
def test_csv_gives_the_same_spans_and_runs_no_formula(pair):
    article, answer = pair
    rows = list(csv.DictReader(io.StringIO(only(export(article, answer, "csv")), newline="")))
    assert [(int(row["start"]), int(row["end"]), row["label"]) for row in rows] == plain_spans(answer.spans)
    assert [row["quote"] for row in rows] == [defused(article.quote(span)) for span in answer.spans]
    assert [row["note"] for row in rows] == [defused(span.note) for span in answer.spans]
    assert all(cell[:1] not in tuple("=+-@\t\r") for row in rows for cell in row.values() if cell)


def test_csv_keeps_tier_core_and_other_labels_of_a_key(keyed):
    article, key = keyed
    table = list(csv.reader(io.StringIO(only(export(article, key, "csv")), newline="")))
    assert tuple(table[0]) == COLUMNS
    cores = [article.text[int(row[6]):int(row[7])] if row[6] else "" for row in table[1:]]
    assert [(*row[2:6], core, row[8]) for row, core in zip(table[1:], cores, strict=True)] == [
        ("modal", "may", "Only possible. Will he?", "core", "may", ""),
        ("vague", "sources said", "Who?", "accepted", "sources", "hearsay"),
        ("", "May", "the month", "look-alike", "", ""),
        ("condition", "if so", "", "contested", "if so", "")]


# All formats


@pytest.mark.parametrize("format", FORMATS)
def test_nothing_marked_is_written_as_nothing_marked(format):
    article = Article("a", "", "", "The mayor resigned.")
    content = list(export(article, AnnotationSet.on(article, "cues", "student"), format).values())[-1]
    expected = {
        "webannotation": lambda: annotations_in(content) == [],
        "brat": lambda: content == "",
        "jsonl": lambda: json.loads(content)["spans"] == [],
        "conll": lambda: content == "The\tO\nmayor\tO\nresigned\tO\n.\tO\n\n",
        "csv": lambda: list(csv.reader([content])) == [list(COLUMNS)],
    }
    assert expected[format]()


@given(marked_articles(), st.sampled_from([name for name in FORMATS if name not in ("conll", "brat")]))
def test_the_order_of_marking_changes_nothing(pair, format):
    article, answer = pair
    noted = {(span.start, span.end, span.label): span for span in answer.spans}
    once = replace(answer, spans=tuple(noted.values()))
    turned = replace(answer, spans=tuple(reversed(noted.values())))
    assert export(article, once, format) == export(article, turned, format)


@pytest.mark.parametrize("format", FORMATS)
def test_half_a_character_in_a_note_stops_no_export(format, tmp_path):
    """JSON can say \\ud800, and no file in UTF-8 can hold it."""
    article = Article("a", "", "", "He may.")
    answer = AnnotationSet.on(article, "cues", "student", [Span(3, 6, "modal", "x\ud800y")])
    for path in place(export(article, answer, format), tmp_path / "out", name="a"):
        assert "\ud800" not in path.read_text("utf-8")


def test_marks_on_another_text_are_refused(keyed):
    article, key = keyed
    with pytest.raises(WrongArticleError):
        export(replace(article, text=article.text + "!"), key, "csv")


def test_an_unknown_format_is_named_with_those_there_are(keyed):
    with pytest.raises(KitError) as caught:
        export(*keyed, "xml")
    assert str(caught.value) == ("There is no format 'xml'. Choose one of webannotation, brat, jsonl, conll, csv.")


# Where the files go


def test_files_get_the_names_of_their_format(tmp_path):
    two = {".txt": "text", ".ann": "marks"}
    assert place(two, tmp_path / "fire", name="n") == (tmp_path / "fire.txt", tmp_path / "fire.ann")
    assert place(two, tmp_path / "fire.v1", name="n") == (tmp_path / "fire.v1.txt", tmp_path / "fire.v1.ann")
    assert place(two, tmp_path / "ice.ann", name="n") == (tmp_path / "ice.txt", tmp_path / "ice.ann")
    assert place({".csv": "x"}, tmp_path, name="fire-cues") == (tmp_path / "fire-cues.csv",)
    assert place({".csv": "x"}, tmp_path / "a.tab", name="n") == (tmp_path / "a.tab",)
    assert (tmp_path / "fire.ann").read_text("utf-8") == "marks"


def test_a_csv_file_begins_with_the_mark_that_spreadsheets_need(tmp_path):
    (path,) = place({".csv": "“may”\n"}, tmp_path / "a.csv", name="n")
    assert path.read_bytes() == "\ufeff“may”\n".encode()


def test_nothing_is_written_over_and_nothing_is_half_written(tmp_path):
    """Of two files one is there: the other must not be written either."""
    (tmp_path / "fire.ann").write_text("mine")
    with pytest.raises(KitError) as caught:
        place({".txt": "text", ".ann": "marks"}, tmp_path / "fire", name="n")
    assert str(caught.value) == (f"{tmp_path / 'fire.ann'}: there is such a file already. "
                                 "Choose another name, or add --force to write over it.")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["fire.ann"]
    place({".txt": "text", ".ann": "marks"}, tmp_path / "fire", name="n", force=True)
    assert (tmp_path / "fire.ann").read_text() == "marks"


def test_the_same_content_may_be_written_again(tmp_path):
    for _ in range(2):
        assert place({".csv": "x"}, tmp_path / "a.csv", name="n") == (tmp_path / "a.csv",)


def test_a_link_is_never_written_through(tmp_path):
    (tmp_path / "target").write_text("mine")
    (tmp_path / "a.csv").symlink_to(tmp_path / "target")
    with pytest.raises(KitError):
        place({".csv": "x"}, tmp_path / "a.csv", name="n")
    place({".csv": "x"}, tmp_path / "a.csv", name="n", force=True)
    assert (tmp_path / "target").read_text() == "mine"


def test_white_space_at_the_ends_of_a_place_is_taken_off():
    assert trimmed(" \nmay ", Extent(0, 6)) == Extent(2, 5)
    assert trimmed(" \nmay ", Extent(0, 2)) is None
