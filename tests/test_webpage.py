"""A saved web page: its article is the text, everything else that is to be seen is set aside, nothing is fetched."""

import socket
import subprocess
import sys
from collections import Counter
from html import escape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from memory import MOST_MEMORY
from strategies import WORDS

from kit.authoring.importing import import_file, read_content
from kit.authoring.webpage import decode, pieces
from kit.errors import FileFormatError
from kit.model.files import plain

ROOT = Path(__file__).parent.parent

PARAGRAPHS = (
    "A blaze destroyed two sheds at the harbour on Monday night, and the mayor may resign, a person close to the talks said.",
    "It is not clear who lit the fire. Police said on Tuesday that they were looking for a boat, which left at midnight & has "
    "not been seen since.",
    "The council will meet on Thursday. Nobody could say whether the sheds were insured, and two officials did not answer calls.",
    "“We lost everything that night,” said Ana Ruiz, who had owned one of the sheds for thirty years and two months.",
    "It is believed that the town would need a year to build the sheds again, if it had the money at all.",
)
TEXT = "\n\n".join(("Fire at the old harbour", *PARAGRAPHS[:2], "What happens next", *PARAGRAPHS[2:]))

PAGE = f"""<!DOCTYPE html>
<html lang="en"><head><title>Fire at the old harbour | Harbour Post</title>
<style>p {{ color: red }}</style><script>var words = "<p>not words of the page</p>";</script></head>
<body>
<header><h1 class="logo"><a href="/">Harbour Post</a></h1>
<nav><ul><li><a href="/">Home</a></li><li><a href="/n">What happens next</a></li></ul></nav></header>
<div id="cookies">We use cookies to improve your experience on this site. <button>Accept all</button></div>
<main><article>
<h1>Fire at the old harbour</h1>
<p class="byline">By <a href="/jo">Jo Marsh</a></p> <time>3 May 2025</time>
<div class="share"><button>Share</button> <a href="#">Facebook</a> <a href="#">WhatsApp</a></div>
<figure><img src="http://pictures.example/fire.jpg" alt="sheds"><figcaption>The quay on Monday. Photo: Jo Marsh</figcaption></figure>
<p>{escape(PARAGRAPHS[0])}</p><p>{escape(PARAGRAPHS[1]).replace("Tuesday", "<b>Tues<i>day</i></b>")}</p>
<h2>What happens next</h2>
<p>{escape(PARAGRAPHS[2])}</p>
<aside><p>Related: Bridge closed for a year</p></aside>
<blockquote>{escape(PARAGRAPHS[3])}</blockquote>
<p>{escape(PARAGRAPHS[4])}</p>
</article>
<section class="comments"><h3>12 comments</h3><p>I saw it all from my window and it was really awful.</p></section></main>
<div class="related"><h3>Most read</h3><ul><li><a href="/b">Bridge closed for a year</a></li></ul></div>
<footer><p>&copy; 2025 Harbour Post</p><a href="/p">Privacy</a></footer>
<div style="display:none">Words that nobody sees</div><noscript>Switch scripts on</noscript>
<select><option>Afghanistan</option></select>
</body></html>"""


class Seen(HTMLParser):
    """An independent reader: the words of a page outside scripts, styles and what is hidden."""

    def __init__(self, page: str):
        super().__init__()
        self.silent = ""
        self.words = ""
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        if not self.silent and (tag in ("script", "style", "title", "select", "noscript") or ("style", "display:none") in attributes):
            self.silent = tag

    def handle_endtag(self, tag):
        self.silent = "" if tag == self.silent else self.silent

    def handle_data(self, data):
        self.words += "" if self.silent else data


def letters(text: str) -> Counter:
    return Counter("".join(text.split()))


def page(tmp_path: Path, content: str | bytes, name: str = "page.html") -> Path:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_the_text_is_the_article_with_its_headline_and_subheads(tmp_path):
    imported = import_file(page(tmp_path, PAGE))
    assert imported.text == TEXT
    assert imported.title == "Fire at the old harbour"
    assert read_content(tmp_path / "page.html") == TEXT


def test_all_else_that_is_to_be_seen_is_set_aside_with_a_reason(tmp_path):
    imported = import_file(page(tmp_path, PAGE))
    found = [(item.words, item.reason) for item in imported.set_aside]
    assert found == [
        ("Harbour Post\nHome\nWhat happens next", "links of the page"),
        ("We use cookies to improve your experience on this site. Accept all", "a notice about cookies"),
        ("By Jo Marsh\n3 May 2025", "beside the article on the page"),
        ("Share Facebook WhatsApp", "a button for sharing or following"),
        ("The quay on Monday. Photo: Jo Marsh", "beside the article on the page"),
        ("Related: Bridge closed for a year", "points to other articles"),
        ("12 comments", "readers' comments"),
        ("I saw it all from my window and it was really awful.\nMost read", "beside the article on the page"),
        ("Bridge closed for a year", "links of the page"),
        ("© 2025 Harbour Post", "a copyright line"),
        ("Privacy", "links of the page"),
    ]
    assert letters(imported.keeping().text) == letters(Seen(PAGE).words)


def test_one_of_them_is_kept_where_the_page_has_it(tmp_path):
    kept = import_file(page(tmp_path, PAGE)).keeping(5)
    assert kept.text == TEXT.replace("harbour\n\nA blaze", "harbour\n\nThe quay on Monday. Photo: Jo Marsh\n\nA blaze")


def test_what_the_page_repeats_is_not_lost(tmp_path):
    """Newer versions of trafilatura drop the second copy; it must not vanish."""
    twice = PAGE.replace("</article>", f"<p>{escape(PARAGRAPHS[4])}</p></article>")
    imported = import_file(page(tmp_path, twice))
    assert imported.text.startswith(TEXT)
    assert letters(imported.keeping().text) == letters(Seen(twice).words)


BLOCKS = st.lists(st.tuples(
    st.sampled_from(["p", "div", "h2", "li", "blockquote", "span", "td", "figcaption", "aside", "nav", "a", "button", "pre", "article"]),
    st.one_of(st.sampled_from([*PARAGRAPHS, "Share", "Politics", "***", "3 May 2025", "1", ""]),
              st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map(" ".join)),
    st.sampled_from(["", " ", "\n", "<br>", "</div>", "<div>", "<hr>"])), max_size=12)


@settings(max_examples=60)
@given(BLOCKS)
def test_no_letter_of_a_page_is_lost(blocks):
    content = "<html><body>" + "".join(f"<{tag}>{escape(words)}</{tag}>{after}" for tag, words, after in blocks)
    title, found = pieces(content, name="page")
    assert letters("".join(piece.words for piece in found)) == letters(Seen(content).words)
    assert not found or not all(piece.reason for piece in found)


@pytest.mark.parametrize(("content", "text"), [
    ("<p>One</p><p>Two</p>", "One\n\nTwo"),
    ("Just words", "Just words"),
    ("<p>One<br>two<br><br>three</p>", "One\ntwo\n\nthree"),
    ("<p>Two  <b>words</b>\n here</p>", "Two words here"),
    ("<p>half<b>word</b></p>", "halfword"),
    ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a\tb\n\nc"),
    ("<p>&lt;may&gt; &amp; &#8220;so&#8221;&nbsp;on</p>", "<may> & “so” on"),
    ("<p>Cafe\u0301</p>", "Café"),
    ("<pre>one\n<b>two</b>\nthree</pre>", "one\ntwo\nthree"),
    ("<p>half<noscript><img src='x'></noscript>word <noscript>Turn on</noscript></p>", "halfword"),
    ("<?xml version='1.0' encoding='utf-16'?><html xmlns='http://www.w3.org/1999/xhtml'><body><p>It may rain</p></body></html>",
     "It may rain"),
    ("<p>a\0b</p>", "ab"),
    ("<svg><text>drawn</text></svg><p>One</p>", "One"),
    ("https://example.org/article", "https://example.org/article"),
    ("<p hidden>No</p><p>Yes</p>", "Yes"),
])
def test_a_page_without_an_article_is_all_its_words(tmp_path, content, text):
    assert read_content(page(tmp_path, content)) == text
    assert import_file(tmp_path / "page.html").text == plain(text)


def test_a_menu_is_no_article_however_short_the_page_is(tmp_path):
    imported = import_file(page(tmp_path, "<nav><a>Home</a> <a>Rain</a></nav><h1>Rain</h1><p>It may rain.</p>"))
    assert imported.text == "Rain\n\nIt may rain."
    assert [(item.words, item.reason) for item in imported.set_aside] == [("Home Rain", "links of the page")]
    assert import_file(page(tmp_path, "<nav>Only a menu</nav>")).text == read_content(tmp_path / "page.html") == "Only a menu"


@pytest.mark.parametrize(("raw", "text"), [
    ("Café “so”".encode(), "Café “so”"),
    ("Café “so”".encode("utf-8-sig"), "Café “so”"),
    ("Café “so”".encode("utf-16"), "Café “so”"),
    ("Café “so”".encode("cp1252"), "Café “so”"),
    (b'<meta charset="iso-8859-1">' + "Café “so”".encode("cp1252"), '<meta charset="iso-8859-1">Café “so”'),
    (b'<meta http-equiv=x content="text/html; charset=windows-1251">' + "Пожар".encode("cp1251"),
     '<meta http-equiv=x content="text/html; charset=windows-1251">Пожар'),
    (b"<meta charset=utf-8>caf\xe9", "<meta charset=utf-8>café"),
    (b"<meta charset=no-such-thing>caf\xe9", "<meta charset=no-such-thing>café"),
    (b"<meta charset=rot13>caf\xe9", "<meta charset=rot13>café"),
    (b"<meta charset=zlib>caf\xe9", "<meta charset=zlib>café"),
    (b"\x81\xff", "\ufffdÿ"),
    (b"", ""),
])
def test_a_page_is_decoded_as_browsers_do(raw, text):
    assert decode(raw) == text


@given(st.binary(max_size=200))
def test_any_bytes_make_a_page(raw):
    assert isinstance(decode(b"<meta charset=" + raw), str)
    title, found = pieces(decode(raw), name="page")
    assert not found or not all(piece.reason for piece in found)


def test_nothing_is_fetched(tmp_path, monkeypatch):
    called = []
    monkeypatch.setattr(socket.socket, "connect", lambda *to: called.append(to))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *to, **_: called.append(to))
    for content in (PAGE, "http://127.0.0.1:9/article", PAGE.replace("<head>", """<head><base href="http://127.0.0.1:9/">
            <meta http-equiv="refresh" content="0; url=http://127.0.0.1:9/"><link rel="canonical" href="http://127.0.0.1:9/">
            <!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><iframe src="http://127.0.0.1:9/"></iframe>""")):
        import_file(page(tmp_path, content))
    assert called == []


def test_nothing_is_said_on_the_way(tmp_path):
    """Trafilatura's log on a teacher's terminal looked as if the import had failed."""
    code = f"from kit.authoring.importing import read_content; print(read_content({str(page(tmp_path, '<p>One</p>'))!r}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, text=True, capture_output=True)
    assert (done.stdout, done.stderr) == ("One\n", "")


@pytest.mark.parametrize(("content", "told"), [
    ("<div>" * 100_000 + "words", "its tags are nested too deeply"),
    ("<div>" * 600 + "words", "its tags are nested too deeply"),
    ("<ul><li>" * 20_000 + "words", "its tags are nested too deeply"),
    ("<p>a</p>" * 60_000, "more than 100,000 tags"),
    ("<" * 1_000_000, "more than 100,000 tags"),
    ("<!--" * 200_000, "more than 100,000 tags"),
])
def test_a_page_that_no_person_made_is_refused_with_a_way_out(tmp_path, content, told):
    with pytest.raises(FileFormatError) as problem:
        import_file(page(tmp_path, content))
    assert f"page.html: {told}" in str(problem.value)
    assert str(problem.value).endswith("Copy the article out of the browser into a text file (.txt) and import that.")


HOSTILE = MOST_MEMORY + """
from kit.authoring.importing import import_file
paragraph = "<p>The mayor may resign after the fire, a person close to the talks said on Monday evening.</p>"
for content in (
    paragraph * 20_000,
    "<p>" + "word " * 3_000_000,
    "<p class='" + "share comment " * 500_000 + "'>word</p>",
    "<a " + "x=1 " * 1_000_000 + ">word</a>",
    "<body>" + "<b>" * 400 + paragraph * 2_000,
    "<table><tr>" + "<td>word " * 40_000,
    "<p>" + "word<br>" * 40_000,
    "<!DOCTYPE html [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]><p>word " + "&b;&#0;&#xD800;&#x110000;&amp" * 50_000,
):
    Path("page.html").write_text(content)
    imported = import_file("page.html")
    assert "word" in imported.whole or "mayor" in imported.whole, content[:40]
print(most_memory())
"""


def test_hostile_pages_come_back_in_bounded_memory(tmp_path):
    done = subprocess.run([sys.executable, "-c", HOSTILE], cwd=tmp_path, text=True, capture_output=True, timeout=500,
                          env={"PYTHONPATH": str(ROOT)})
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 1000, "MB"
