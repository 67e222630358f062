"""Cells of a table: text that looks like a formula stays text."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.grading.table import csv_text, keep_earlier, safe_cell


@pytest.mark.parametrize("formula", [
    "=1+1", "+1+1", "-1+1", "@SUM(A1:A9)", "=HYPERLINK(\"http://x\",\"me\")", "\t=1+1", "\r=1+1", "\n=1+1",
    "＝1+1", "＋1", "－1", "＠SUM(1)", " =1+1", "\u00a0=1+1", "\ufeff=1+1", "\u200b=1+1", "=cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0", "- not a number", "+", "=", "+１", "-१",
])
def test_what_could_be_a_formula_gets_an_apostrophe(formula):
    assert safe_cell(formula) == "'" + formula


@pytest.mark.parametrize(("value", "cell"), [
    (None, ""), ("", ""), (7.5, "7.5"), (-3, "-3"), (-0.25, "-0.25"), ("-3", "-3"), ("+2.5", "+2.5"), (0, "0"), ("-", "-"),
    ("Ana Bek", "Ana Bek"), ("O'Neill", "O'Neill"), ("'quoted", "'quoted"), ("Bek, Ana", "Bek, Ana"),
    ("a=b", "a=b"), ("Jean-Luc", "Jean-Luc"), ("x@school", "x@school"), ("مريم", "مريم"), ("\U0001f600 Ana", "\U0001f600 Ana"),
])
def test_numbers_and_names_stay_as_they_are(value, cell):
    assert safe_cell(value) == cell


def test_what_no_file_can_hold_is_replaced():
    assert safe_cell("a\ud800b") == "a?b"
    assert safe_cell("\x00=1+1") == "\ufffd=1+1"


@given(st.one_of(st.text(), st.text("=+-@＝\t\r\n \u00a0\x00;\",'1a", max_size=8)))
def test_no_text_begins_as_a_formula_and_a_reader_gets_the_cell_back(text):
    cell = safe_cell(text)
    shown = cell.lstrip()
    try:
        float(cell)
    except ValueError:
        assert cell == "-" or not shown.startswith(tuple("=+-@＝＋－＠")), "a formula"
    sheet = io.StringIO()
    csv.writer(sheet, quoting=csv.QUOTE_ALL).writerow([cell, "next"])
    sheet.seek(0)
    assert next(csv.reader(sheet)) == [cell, "next"]


def test_a_table_is_quoted_so_that_no_sign_begins_a_cell_of_its_own():
    text = csv_text([("name", "points"), ('=a;"b', 7.5), ("x;=1+1,\t=2", -1), (None, "")])
    assert text == '\ufeff"name","points"\r\n"\'=a;""b",7.5\r\n"x;=1+1,\t=2",-1\r\n"",""\r\n'


def test_an_earlier_table_stays_beside_the_new_one(tmp_path):
    path = tmp_path / "grades.csv"
    assert keep_earlier(path) is None
    for content in ("first", "second"):
        path.write_text(content, "utf-8")
        kept = keep_earlier(path)
    assert kept == tmp_path / "grades-2.csv"
    assert {each.name: each.read_text("utf-8") for each in tmp_path.iterdir()} == {
        "grades-1.csv": "first", "grades-2.csv": "second"}
