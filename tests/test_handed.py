"""Answers read out of whatever was handed in: an answer file, a notebook, a page.  And of what nobody should hand in."""

import base64
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.errors import FileFormatError
from kit.model.handed import CARRIED, Carried, block, carried, name_of, the_one

CONTENT = '{\n  "format": "kit/annotations/1",\n  "article": "bridges",\n  "scheme": "cues-4"\n}\n'
OTHER = CONTENT.replace("cues-4", "roles")


def notebook(*outputs, **more) -> bytes:
    """A notebook with one cell of code for each list of outputs."""
    cells = [{"cell_type": "markdown", "metadata": {}, "source": ["Aim"]},
             *({"cell_type": "code", "metadata": {}, "source": [], "execution_count": 1, "outputs": one}
               for one in outputs)]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells} | more).encode()


def output(content, kind: str = "execute_result") -> dict:
    return {"output_type": kind, "metadata": {}, "data": {"text/plain": "saved", CARRIED: content}}


def contents(name: str, raw: bytes) -> list[str]:
    return [one.content for one in carried(name, raw)]


def test_an_answer_file_is_handed_on_as_it_stands():
    assert carried("answers/bridges-cues-4.json", CONTENT.encode()) == (Carried(CONTENT, "answers/bridges-cues-4.json"),)
    assert contents("x.json", b"\xef\xbb\xbf" + CONTENT.encode()) == [CONTENT]


@pytest.mark.parametrize("content", ["", "[]", "null", "nonsense", '{"format": "kit/annotations/9"}', "{" * 100])
def test_what_is_wrong_with_an_answer_file_is_left_to_its_reader(content):
    assert contents("x.json", content.encode()) == [content]


# Notebooks


def test_a_notebook_gives_the_last_output_of_each_answer_in_their_order():
    raw = notebook([output("old" + CONTENT), output(CONTENT.replace("cues-4", "roles"))], [],
                   [output(CONTENT.replace("{\n", "{ \n"))], [output(CONTENT)])
    assert contents("a.ipynb", raw)[-2:] == [OTHER, CONTENT]


def test_the_place_names_notebook_and_cell():
    assert [one.place for one in carried("a.ipynb", notebook([], [output(CONTENT)]))] == ["a.ipynb, the output of cell 3"]


def test_a_text_that_a_notebook_holds_line_by_line_is_whole_again():
    assert contents("a.ipynb", notebook([output(CONTENT.splitlines(keepends=True), "display_data")])) == [CONTENT]


def test_what_a_notebook_program_writes_is_read(tmp_path):
    import nbformat

    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("check()", outputs=[
        nbformat.v4.new_output("execute_result", {"text/plain": "saved", CARRIED: CONTENT + "é😀\n"})])])
    nbformat.write(book, tmp_path / "a.ipynb")
    assert contents("a.ipynb", (tmp_path / "a.ipynb").read_bytes()) == [CONTENT + "é😀\n"]


def test_a_notebook_without_such_an_output_gives_nothing():
    assert carried("a.ipynb", notebook([{"output_type": "stream", "name": "stdout", "text": [CARRIED, CONTENT]}])) == ()
    assert carried("a.ipynb", notebook()) == ()


@pytest.mark.parametrize("odd", [None, 3, True, {}, {"a": CONTENT}, [1], [CONTENT, 2], [[CONTENT]]])
def test_an_output_of_another_type_is_passed_over(odd):
    assert contents("a.ipynb", notebook([output(CONTENT)], [output(odd)])) == [CONTENT]


@pytest.mark.parametrize("cells", [[1, None, "x", []], [{"outputs": 3}], [{"outputs": [1, None, {"data": []}]}],
                                   [{"outputs": [{"data": {CARRIED: None}}]}], [{"outputs": {"data": {CARRIED: "x"}}}]])
def test_cells_of_other_types_are_passed_over(cells):
    assert carried("a.ipynb", notebook(cells=cells)) == ()


@pytest.mark.parametrize("raw", [
    b"", b"{", b"not json", b"[]", b"3", b'{"nbformat": 4}', notebook(nbformat=3), notebook(nbformat=5), notebook(nbformat="4"),
    notebook(cells=None), notebook(cells={}), b'{"nbformat": 3, "worksheets": []}', b'{"nbformat": 4, "cells": [\xff]}',
    b"[" * 200_000, b'{"nbformat": 4, "cells": ' + b"[" * 200_000,
])
def test_a_broken_or_old_notebook_is_refused_with_its_name_and_a_remedy(raw):
    with pytest.raises(FileFormatError, match=r"^folder/a\.ipynb.*\. \w"):
        carried("folder/a.ipynb", raw)


def test_a_notebook_is_known_by_what_is_in_it_as_well():
    """A browser saves a notebook as a.ipynb.json or a.ipynb.txt."""
    assert contents("a.ipynb.json", notebook([output(CONTENT)])) == [CONTENT]
    assert contents("a.ipynb.txt", notebook([output(CONTENT)])) == [CONTENT]


def test_an_answer_that_speaks_of_notebooks_is_still_an_answer():
    content = '{"format": "kit/annotations/1", "responses": {"written": "\\"nbformat\\"", "\\"nbformat\\"": 1}, "nbformat": 1}'
    assert '"nbformat"' in content
    assert contents("x.json", content.encode()) == [content]


# Pages


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_page_gives_back_the_content_to_the_letter(content):
    page = f"<!doctype html><p>words</p>{block(content, 'words')}".encode()
    assert contents("p.html", page) == [content]


def test_the_element_stands_in_no_danger_from_what_the_answer_says():
    hostile = '</data></script><!-- --> <data data-format="kit/hand-in/1" value="AAAA"> &quot; ]]>' + CONTENT
    assert contents("p.html", block(hostile, "words").encode()) == [hostile]
    assert block(hostile, "words").count("<") == 2


@pytest.mark.parametrize("change", [
    str.upper, lambda page: page.replace('"', "'"), lambda page: page.replace(" data-format", "\n\tdata-format"),
    lambda page: page.replace("<data ", '<data class="x" hidden="" '), lambda page: page.replace("\n", "\r\n"),
], ids=["capitals", "quotes", "white space", "more attributes", "line ends"])
def test_a_page_written_anew_by_another_program_gives_the_same(change):
    value = base64.b64encode(CONTENT.encode()).decode()
    changed = change(block(CONTENT, "\nwords\n").replace(value, "@")).replace("@", value)
    assert contents("p.HTM", f"<HTML>{changed}".encode()) == [CONTENT]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
def test_a_page_in_another_encoding_gives_the_same(encoding):
    assert contents("p.html", f"<html>é{block(CONTENT, 'words')}".encode(encoding)) == [CONTENT]


def test_base64_that_was_broken_into_lines_is_read():
    broken = block(CONTENT, "words").replace('value="', 'value="\r\n').replace("b3JtYXQ", "b3Jt\r\n YXQ", 1)
    assert broken.count("\r\n") == 2
    assert contents("p.html", b"<html>" + broken.encode()) == [CONTENT]


def test_a_page_without_an_answer_gives_nothing():
    assert carried("p.html", b"<html><data value='AAAA'>x</data>") == ()
    assert carried("p.html", b"") == ()


@pytest.mark.parametrize(("element", "words"), [
    ('<data data-format="kit/hand-in/2" value="AAAA">', "update the kit"),
    ('<data data-format="kit/hand-in/1" value="A">', "damaged"), ('<data data-format="kit/hand-in/1">', "damaged"),
    ('<data data-format="kit/hand-in/1" value="/w==">', "damaged"), ('<data data-format="kit/hand-in/1" value="A*AA">', "damaged"),
])
def test_a_page_that_cannot_be_read_says_so(element, words):
    with pytest.raises(FileFormatError, match=rf"^p\.html: .*{words}"):
        carried("p.html", element.encode())


# Which one


def test_the_one_answer_is_the_expected_one_where_there_are_several():
    raw = notebook([output(CONTENT)], [output(OTHER)])
    assert the_one("a.ipynb", raw, article="bridges", scheme="roles").content == OTHER
    with pytest.raises(FileFormatError, match="2 answers in it .*bridges-cues-4, bridges-roles"):
        the_one("a.ipynb", raw, article="bridges", scheme="sources")
    with pytest.raises(FileFormatError, match="no answer in it"):
        the_one("a.ipynb", notebook())


def test_an_answer_is_named_by_article_and_scheme():
    assert name_of(CONTENT) == "bridges-cues-4"
    assert [name_of(odd) for odd in ("", "[]", "{}", '{"article": 1, "scheme": "x"}', "[" * 100_000)] == [""] * 5


# Hostile files


@given(st.binary(max_size=300), st.sampled_from(["x.json", "x.ipynb", "x.html", "x", "x.mhtml", "x.webarchive"]))
def test_no_bytes_lead_to_anything_but_a_refusal(raw, name):
    try:
        found = carried(name, raw)
    except FileFormatError as refused:
        assert str(refused).startswith(name)
    else:
        assert all(isinstance(one.content, str) and one.place.startswith(name) for one in found)


@pytest.mark.parametrize(("name", "raw"), [
    ("p.html", b"<data " * 3_000_000), ("p.html", b"<data " + b"data-format " * 1_500_000), ("p.html", b"<data " + b" " * 15_000_000 + b">"),
    ("p.html", b'<data data-format="kit/hand-in/1" value="">' * 400_000),
    ("p.html", b"<data data-format=" + b"kit/hand-in/" * 1_000_000 + b">"),
    ("a.ipynb", notebook([output("{}")] * 100_000)), ("a.ipynb", notebook(*[[output("x")]] * 50_000)),
    ("a.ipynb", notebook([output(["a"] * 2_000_000)])), ("x.mhtml", b"multipart/related" + b"=\r\n" * 5_000_000),
], ids=range(9))
def test_a_large_hostile_file_is_done_with_in_seconds(name, raw):
    start = time.process_time()
    found = carried(name, raw)
    assert len(found) <= 1
    assert time.process_time() - start < 8


def test_a_file_of_more_than_twenty_megabytes_is_refused():
    for name in ("x.json", "x.ipynb", "x.html"):
        with pytest.raises(FileFormatError, match="larger than 20 MB"):
            carried(name, b" " * 20_000_001)
