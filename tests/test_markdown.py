"""Markdown loses its marks and no words."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import WORDS

from kit.authoring.importing import import_file, read_content
from kit.authoring.markdown import pieces, title_of

ROOT = Path(__file__).parent.parent


def read(source: str) -> list[str]:
    """Return the words of what is the article."""
    return [piece.words for piece in pieces(source) if not piece.reason and piece.words.strip()]


@pytest.mark.parametrize(("source", "words"), [
    ("# Fire at the *old* harbour #", ["Fire at the old harbour"]),
    ("Fire\n====\n\nSheds\n-----", ["Fire", "Sheds"]),
    ("The mayor **may** _resign_, ***they*** said.", ["The mayor may resign, they said."]),
    ("a [person](http://x.example/a_(b) \"t\") close to [the talks][1]\n\n[1]: http://y.example", ["a person close to the talks"]),
    ("one line\nof a paragraph  \nand a new line", ["one line of a paragraph\nand a new line"]),
    ("> A quote\n> goes on\n\nText", ["A quote goes on", "Text"]),
    ("- one\n- two\n  - three\n\n2025. A year\n2026. Another", ["one", "two", "three", "2025. A year", "2026. Another"]),
    ("`may` stays\n\n    code *stays*\n\n```py\nso does _this_\n```", ["may stays", "code *stays*\n", "so does _this_\n"]),
    ("| a | b |\n|---|---|\n| c *d* | e |", ["a\tb", "c d\te"]),
    ("3 * 4 = 12, a_b_c, 5 > 3, R&amp;D, \\*so\\*", ["3 * 4 = 12, a_b_c, 5 > 3, R&D, *so*"]),
    ("One<br>two <b class=\"x\">three</b> a <b and c> d", ["One\ntwo three a <b and c> d"]),
    ("<div>\nA block\n</div>", ["\nA block\n"]),
    ("One\n\n***\n\nTwo", ["One", "Two"]),
    ("<https://x.example> and https://y.example", ["https://x.example and https://y.example"]),
    ("A footnote[^1].\n\n[^1]: The note.", ["A footnote[^1].", "[^1]: The note."]),
])
def test_marks_go_and_words_stay(source, words):
    assert read(source) == words


@pytest.mark.parametrize(("source", "words", "reason"), [
    ("![A burnt shed](shed.jpg) Text", "A burnt shed", "words that stand for a picture"),
    ("Text <!-- not yet --> more", " not yet ", "a comment that the page does not show"),
    ("<!-- more -->\n\nText", " more ", "a comment that the page does not show"),
    ("Text [here]\n\n[here]: http://x.example", "[here]: http://x.example", "the address of a link"),
    ("---\ntitle: Fire\ntags: [a, b]\n---\nText", "---\ntitle: Fire\ntags: [a, b]\n---", "notes to a program, at the top of the file"),
    ("+++\ntitle = \"Fire\"\n+++\nText", "+++\ntitle = \"Fire\"\n+++", "notes to a program, at the top of the file"),
])
def test_what_a_reader_does_not_see_is_set_aside(source, words, reason):
    assert (words, reason) in pieces(source)


@pytest.mark.parametrize("source", ["---\nNot a field\n---\nText", "---\n\nText\n\n---", "title: Fire\n---\nText"])
def test_lines_between_rules_are_no_front_matter(source):
    assert not [piece for piece in pieces(source) if piece.reason]


@pytest.mark.parametrize(("source", "title"), [
    ("---\ntitle: \"Fire: the night\"\n---\nText", "Fire: the night"), ("+++\ntitle = 'Fire'\n+++\nText", "Fire"),
    ("---\ndate: 2025\n---\n", ""), ("title: Fire\n\nText", ""), ("", "")])
def test_the_front_matter_names_the_title(source, title):
    assert title_of(source) == title


@given(st.lists(st.lists(st.sampled_from([*WORDS, "may", "2025.", "1.", "(so)", "\"so\"", "mayor's"]), min_size=1, max_size=8).map(" ".join),
                max_size=5))
def test_plain_paragraphs_stay_word_for_word(paragraphs):
    assert " ".join(read("\n\n".join(paragraphs))).split() == " ".join(paragraphs).split()


MARKS = st.lists(st.sampled_from(["*", "**", "_", "`", "# ", "> ", "- ", "1. ", "\n", "\n\n", "    ", "[", "](", ")", "![", "<b>",
                                  "<!--", "-->", "---\n", "|", "|-|\n", "river", "storm", "vote", " ", "\\"]), max_size=30)


@given(MARKS.map("".join))
def test_words_come_through_any_marks(source):
    """Addresses of inline links go with the marks: they stand in round brackets behind square ones."""
    shown = "".join(piece.words for piece in pieces(source))
    for word in ("river", "storm", "vote"):
        lost = source.count(word) - shown.count(word)
        assert lost <= source.count("](") or lost <= source.count("```")


def test_a_markdown_file_is_imported_without_its_marks_and_read_with_them(tmp_path):
    source = "---\ntitle: Fire\n---\n# Fire at the harbour\n\nIt *may* rain.\n\nShare\n"
    path = tmp_path / "fire.md"
    path.write_text(source)
    imported = import_file(path)
    assert (imported.text, imported.title) == ("Fire at the harbour\n\nIt may rain.", "Fire")
    assert [item.words for item in imported.set_aside] == ["---\ntitle: Fire\n---", "Share"]
    assert read_content(path) == source


HOSTILE = """
from kit.authoring.markdown import pieces
for source in (">" * 100_000, "[" * 100_000, "![" * 50_000, "*a " * 50_000, "**a " * 50_000, "`" * 100_000, "- " * 50_000,
               "".join("  " * depth + "- a\\\\n" for depth in range(300)), "a](b) " * 50_000, "<" * 100_000, "&#" * 100_000,
               "[a]: b\\\\n" * 100_000, "|a" * 3000 + "\\\\n" + "|-" * 3000 + "\\\\n" + "|a" * 3000, "---\\\\n" + "a: b\\\\n" * 50_000):
    assert sum(piece.words.count("a") for piece in pieces(source)) >= min(source.count("a"), 1), source[:20]
print("done")
"""


def test_hostile_markdown_comes_back():
    done = subprocess.run([sys.executable, "-c", HOSTILE], cwd=ROOT, text=True, capture_output=True, timeout=400)
    assert done.stdout == "done\n", done.stderr
