"""An article of one's own: nothing is lost, everything can be kept, and every kind of file is read or refused in words."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from strategies import texts

from kit.authoring.imported import Piece, assemble
from kit.authoring.importing import import_file, import_paste, read_content
from kit.errors import FileFormatError, KitError
from kit.model.article import Article
from kit.model.files import MOST_BYTES, plain
from kit.places.bootstrap import find_checkout
from kit.places.environment import read_pyproject

ROOT = Path(__file__).parent.parent

PASTE = """\
Fire at the old harbour
By Jo Marsh, 3 May 2025
Share

A blaze destroyed two sheds at the harbour on Monday night.
Advertisement

The mayor may resign, a person close to the talks said.

Related: Bridge closed for a year
© 2025 Harbour Post
"""
TEXT = """\
Fire at the old harbour

A blaze destroyed two sheds at the harbour on Monday night.

The mayor may resign, a person close to the talks said."""

TRACES = ("Share", "Save", "By Jo Marsh", "Published", "3 May 2025", "3 May 2025, 12:40", "Related:", "About the author",
          "Image caption,", "12 comments", "Reply", "Fire at the old harbour", "Fire at the old harbour | The Post",
          "It rained on the town all day long.", "A subhead here", "and so on it went", "X", "Health correspondent")
PAGES = st.lists(st.tuples(st.sampled_from(TRACES), st.sampled_from(["\n", "\n\n", "\n \n\n", "\r\n", " \n"])),
                 max_size=14).map(lambda lines: "".join(line + gap for line, gap in lines))
ANYTHING = st.one_of(PAGES, texts(), st.lists(st.one_of(PAGES, texts(30)), max_size=4).map("".join))


def letters(text: str) -> list[str]:
    """Return all signs but white space, in the order of the alphabet."""
    return sorted("".join(text.split()))


# Laws


@given(ANYTHING)
@example("Share\n\nTwo\nAdvertisement\n\nThree")
def test_no_letter_is_lost_and_keeping_all_gives_the_whole_text_back(text):
    imported = assemble([Piece(text)])
    assert letters(imported.text + "".join(item.words for item in imported.set_aside)) == letters(plain(text))
    assert imported.keeping().text == imported.whole == plain(text)
    assert imported.keeping().set_aside == ()


@given(ANYTHING)
def test_importing_again_sets_nothing_aside(text):
    imported = assemble([Piece(text)])
    assert imported.text == plain(imported.text)
    again = assemble([Piece(imported.text)])
    assert again.text == imported.text and again.set_aside == ()


@given(ANYTHING, st.data())
def test_what_is_kept_stands_where_it_stood(text, data):
    imported = assemble([Piece(text)])
    count = len(imported.set_aside)
    numbers = data.draw(st.sets(st.integers(1, count), min_size=1)) if count else set()
    kept = imported.keeping(*numbers) if numbers else imported
    assert [item.words for item in kept.set_aside] == [item.words for number, item in enumerate(imported.set_aside, start=1)
                                                       if number not in numbers]
    assert kept.keeping().text == imported.whole
    lines = iter(line.strip() for line in imported.whole.split("\n"))
    assert all(line in lines for line in map(str.strip, kept.text.split("\n"))), "the lines are in the order of the page"


@given(ANYTHING)
def test_a_place_lies_between_the_lines_that_stay(text):
    imported = assemble([Piece(text)])
    for item in imported.set_aside:
        around = imported.text[:item.at], imported.text[item.at:]
        assert not around[0] or not around[1] or "\n" in (around[0][-1], around[1][0])


@given(st.lists(st.tuples(texts(30), st.sampled_from(["", "a footnote", "links of the page"])), max_size=5))
def test_pieces_that_come_with_a_reason_are_set_aside_unless_nothing_would_be_left(pieces):
    imported = assemble(Piece(*piece) for piece in pieces)
    wanted = [(plain(words), reason) for words, reason in pieces if plain(words)]
    assert imported.whole == "\n\n".join(words for words, _ in wanted)
    if any(not reason for _, reason in wanted):
        assert {words for words, reason in wanted if reason} <= {item.words for item in imported.set_aside}
    else:
        assert not {"a footnote", "links of the page"} & {item.reason for item in imported.set_aside}


# A paste


def test_what_was_set_aside_says_words_reason_and_place():
    imported = import_paste(PASTE)
    assert imported.text == TEXT and imported.title == "Fire at the old harbour"
    assert [(item.words, item.reason, imported.text[item.at:].lstrip()[:8]) for item in imported.set_aside] == [
        ("By Jo Marsh, 3 May 2025", "who wrote it", "A blaze "),
        ("Share", "a button for sharing or following", "A blaze "),
        ("Advertisement", "an advertisement, or a line about one", "The mayo"),
        ("Related: Bridge closed for a year", "points to other articles", ""),
        ("© 2025 Harbour Post", "a copyright line", ""),
    ]


def test_one_is_kept_by_its_number_and_paragraphs_stay_apart():
    kept = import_paste(PASTE).keeping(1)
    assert kept.text == TEXT.replace("harbour\n\n", "harbour\nBy Jo Marsh, 3 May 2025\n\n", 1)
    assert [item.words for item in kept.set_aside][0] == "Share"
    assert import_paste(PASTE).keeping(4, 1).set_aside == kept.keeping(3).set_aside


@pytest.mark.parametrize(("text", "number", "told"), [
    (PASTE, 6, "There is no number 6 among what was set aside. Choose from 1 to 5."),
    (PASTE, 0, "There is no number 0 among what was set aside. Choose from 1 to 5."),
    (TEXT, 1, "There is no number 1 among what was set aside. Nothing was set aside."),
])
def test_a_number_that_is_not_there_is_said(text, number, told):
    with pytest.raises(KitError) as problem:
        import_paste(text).keeping(number)
    assert str(problem.value) == told


def test_an_article_is_made_of_the_text_as_it_is_shown():
    imported = import_paste("  Cafe\u0301 news\r\n\r\nShare\r\nIt may rain.\r\n")
    article = imported.article(id="rain", source="The Post")
    assert article == Article("rain", "Café news", "The Post", "Café news\n\nIt may rain.")
    assert imported.article().id == "cafe-news" and imported.article(title="Rain").title == "Rain"
    with pytest.raises(KitError, match="'Rain!' cannot be the id of an article. Use small letters"):
        imported.article(id="Rain!")


@pytest.mark.parametrize("text", ["", " \n\r\n\t", "\ufeff".strip("\ufeff")])
def test_a_paste_without_text_is_refused(text):
    with pytest.raises(KitError, match="^There is no text in what was pasted. Copy the article once more.$"):
        import_paste(text)


def test_where_all_would_be_set_aside_nothing_is():
    assert import_paste("Share\n\nAdvertisement").text == "Share\n\nAdvertisement"


# Text files


def written(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_text_file_is_read_in_the_encodings_that_word_processors_write(tmp_path, encoding):
    text = "Caf\u00e9 \u201cnews\u201d 😀\r\n\r\nIt may rain.\rOr not.\n"
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    path = written(tmp_path, "news.txt", mark + text.encode(encoding))
    assert read_content(path) == "Caf\u00e9 \u201cnews\u201d 😀\n\nIt may rain.\nOr not.\n"
    imported = import_file(path)
    assert imported.text == "Caf\u00e9 \u201cnews\u201d 😀\n\nIt may rain.\nOr not."
    assert (imported.title, imported.article().source) == ("Caf\u00e9 \u201cnews\u201d 😀", "news.txt")


@given(texts())
def test_the_content_of_a_text_file_is_all_of_it(tmp_path_factory, text):
    path = written(tmp_path_factory.getbasetemp(), "any.txt", text.encode())
    assert read_content(path) == text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def test_a_text_file_loses_what_a_paste_loses(tmp_path):
    path = written(tmp_path, "fire", PASTE.encode())
    assert import_file(path).set_aside == import_paste(PASTE).set_aside
    assert read_content(path) == PASTE


@pytest.mark.parametrize(("name", "content", "told"), [
    ("a.txt", b"caf\xe9", "a.txt line 1: not UTF-8 text"),
    ("a.txt", b"\xff\xfea", "a.txt: not UTF-16 text, though it begins so"),
    ("a.txt", b"a\0b", "a.txt: this is not a text file"),
    ("a.txt", b" \n\r\n", "a.txt: there is no text in it"),
    ("a.md", b"***\n", "a.md: there is no text in it"),
    ("a.md", b"word " * 200_001, "a.md: longer than 1,000,000 characters of Markdown"),
    ("a.html", b"", "a.html: there is no text in it"),
    ("a.html", b"<p>\0</p><script>var a</script>", "a.html: there is no text in it"),
    ("a.docx", b"", "a.docx: this is not a Word file, or it is damaged"),
    ("a.pdf", b"%PDF", "a.pdf: this is a PDF file, which the kit does not read"),
    ("a.DOC", b"\xd0\xcf", "a.DOC: this is an old Word file, which the kit does not read"),
    ("a.odt", b"PK", "a.odt: this is an OpenDocument file"),
    ("a.txt", b"a" * (MOST_BYTES + 1), "a.txt: larger than 20 MB"),
    ("a.html", b"a" * (MOST_BYTES + 1), "a.html: larger than 20 MB"),
    ("a.docx", b"a" * (MOST_BYTES + 1), "a.docx: larger than 20 MB"),
])
def test_a_file_that_cannot_be_read_is_refused_with_name_and_remedy(tmp_path, name, content, told):
    with pytest.raises(FileFormatError) as problem:
        import_file(written(tmp_path, name, content))
    assert str(problem.value).startswith(f"{tmp_path}/{told}")
    assert any(word in str(problem.value) for word in ("Save", "Paste", "Use", "Open"))


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html", "a.docx"])
def test_files_that_are_not_there_and_links_are_refused(tmp_path, name):
    with pytest.raises(FileFormatError, match="there is no such file"):
        import_file(tmp_path / name)
    (tmp_path / name).symlink_to("/etc/hostname")
    for read in (import_file, read_content):
        with pytest.raises(FileFormatError, match="this is a link"):
            read(tmp_path / name)


# Extras


@pytest.mark.parametrize(("library", "name", "what"), [("trafilatura", "a.html", "web pages"), ("docx", "a.docx", "Word files")])
def test_without_the_extra_it_is_said_what_to_install(tmp_path, monkeypatch, library, name, what):
    monkeypatch.setitem(sys.modules, library, None)
    for read in (import_file, read_content):
        with pytest.raises(KitError) as problem:
            read(written(tmp_path, name, b"<p>Words</p>"))
        assert f"{name}: {what} need " in str(problem.value)
        assert 'pip install "media-literacy-kit[web]"' in str(problem.value)
        assert '.venv/bin/python -m pip install -e ".[web]"' in str(problem.value)


def test_importing_the_module_loads_no_library_and_text_needs_none(tmp_path):
    path = written(tmp_path, "a.txt", PASTE.encode())
    code = ("import sys; from kit.authoring.importing import import_file\n"
            f"import_file({str(path)!r})\n"
            "print({'trafilatura', 'lxml', 'docx', 'markdown_it', 'nltk'} & set(sys.modules))")
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, text=True, capture_output=True)
    assert done.stdout == "set()\n", done.stderr


def test_the_tests_install_the_extra_word_for_word():
    """The kit's first start reads lines of the form name>=1.2 alone, so the list cannot name itself."""
    extras = read_pyproject(find_checkout())["project"]["optional-dependencies"]
    assert set(extras["web"]) <= set(extras["test"])


