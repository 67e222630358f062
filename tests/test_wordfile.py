"""A Word file: its running text is the text, what stands beside it is set aside, and a hostile one is refused."""

import io
import random
import re
import socket
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from memory import MOST_MEMORY

from kit.authoring.importing import import_file, read_content
from kit.authoring.wordfile import pieces
from kit.errors import FileFormatError

ROOT = Path(__file__).parent.parent
BODY = "word/document.xml"
LINKS = "word/_rels/document.xml.rels"
TYPES = ('xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
         'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
         'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" xmlns:v="urn:schemas-microsoft-com:vml"')


@pytest.fixture(scope="module")
def saved() -> bytes:
    """A Word file as a teacher would save it."""
    document = docx.Document()
    document.add_heading("Fire at the old harbour", 0)
    line = document.add_paragraph("The mayor ")
    line.add_run("may").bold = True
    line.add_run(" resign.")
    document.add_paragraph("Share")
    document.add_paragraph("One shed", style="List Bullet")
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Sheds", "2"
    document.add_paragraph("It is not clear who lit the fire, the police said.")
    document.sections[0].header.paragraphs[0].text = "Harbour Post"
    document.sections[0].footer.paragraphs[0].text = "Page 1"
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def swapped(raw: bytes, name: str, content: str | bytes) -> bytes:
    """Return the package with another content of one part."""
    new = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(new, "w", zipfile.ZIP_DEFLATED) as package:
        for part in dict.fromkeys([*old.namelist(), name]):
            package.writestr(part, content if part == name else old.read(part))
    return new.getvalue()


def body(inner: str, before: str = "") -> str:
    return f'<?xml version="1.0"?>{before}<w:document {TYPES}><w:body>{inner}</w:body></w:document>'


def run(words: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{words}</w:t></w:r>'


def read(raw: bytes) -> list[str]:
    """Return the words of what is the article."""
    return [piece.words for piece in pieces(raw, Path("a.docx")) if not piece.reason]


def test_the_running_text_is_the_article_and_the_edges_of_the_pages_are_not(saved, tmp_path):
    path = tmp_path / "fire.docx"
    path.write_bytes(saved)
    imported = import_file(path)
    text = "Fire at the old harbour\n\nThe mayor may resign.\n\n{}One shed\n\nSheds\n\n2\n\nIt is not clear who lit the fire, the police said."
    assert imported.text == text.format("")
    assert imported.title == "Fire at the old harbour"
    assert [(item.words, item.reason) for item in imported.set_aside] == [
        ("Share", "a button for sharing or following"), ("Harbour Post", "the top of the pages"), ("Page 1", "the foot of the pages")]
    assert read_content(path) == text.format("Share\n\n")


@pytest.mark.parametrize(("inner", "words"), [
    (f"<w:p>{run('The mayor ')}{run('may')}{run(' resign.')}</w:p>", ["The mayor may resign."]),
    (f"<w:p>{run('one')}<w:r><w:br/></w:r>{run('two')}<w:r><w:tab/></w:r>{run('three')}</w:p>", ["one\ntwo\tthree"]),
    (f"<w:p><w:pPr><w:tabs><w:tab w:val='left' w:pos='1'/></w:tabs></w:pPr>{run('one')}</w:p>", ["one"]),
    (f"<w:p><w:hyperlink>{run('a link')}</w:hyperlink>{run(' and text')}</w:p>", ["a link and text"]),
    (f"<w:p>{run('The mayor ')}<w:ins>{run('may ')}</w:ins>{run('resign.')}</w:p>", ["The mayor may resign."]),
    (f"<w:sdt><w:sdtContent><w:p>{run('in a field')}</w:p></w:sdtContent></w:sdt>", ["in a field"]),
    (f"<w:p>{run('x ')}<w:smartTag>{run('Selby')}</w:smartTag></w:p>", ["x Selby"]),
    ("<w:p><m:oMath><m:r><m:t>a+b</m:t></m:r></m:oMath></w:p>", ["a+b"]),
    ("<w:p><w:r><w:t>non</w:t><w:noBreakHyphen/><w:t>fiction</w:t></w:r></w:p>", ["non\u2011fiction"]),
    (f"<w:p>{run('out')}<w:r><mc:AlternateContent><mc:Choice><w:txbxContent><w:p>{run('box')}</w:p></w:txbxContent></mc:Choice>"
     f"<mc:Fallback><w:pict><w:txbxContent><w:p>{run('box')}</w:p></w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
     f"{run('side')}</w:p>", ["box", "outside"]),
    ("<w:p><w:r><w:instrText>PAGE</w:instrText></w:r></w:p>", []),
    ("<w:p/><w:p><w:r/></w:p>", []),
    (f"<w:p>{run('a &lt; b &amp; c')}</w:p>", ["a < b & c"]),
])
def test_words_are_found_wherever_word_puts_them(saved, inner, words):
    assert read(swapped(saved, BODY, body(inner))) == words


@pytest.mark.parametrize("inner", [
    f"<w:p>{run('The mayor ')}<w:del><w:r><w:delText>will</w:delText></w:r></w:del><w:ins>{run('may')}</w:ins>{run(' go.')}</w:p>",
    f"<w:p>{run('The mayor ')}<w:moveFrom>{run('will')}</w:moveFrom><w:moveTo>{run('may')}</w:moveTo>{run(' go.')}</w:p>",
])
def test_words_that_were_deleted_are_set_aside(saved, inner):
    found = pieces(swapped(saved, BODY, body(inner)), Path("a.docx"))
    assert found[:2] == [("The mayor may go.", ""), ("will", "deleted with Track Changes")]


@pytest.mark.parametrize(("kind", "reason"), [
    ("footnotes", "a footnote"), ("endnotes", "a note at the end"), ("comments", "a comment in the margin")])
def test_notes_are_set_aside(saved, kind, reason):
    link = f'<Relationship Id="n1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="own.xml"/>'
    with zipfile.ZipFile(io.BytesIO(saved)) as package:
        links = package.read(LINKS).decode().replace("</Relationships>", link + "</Relationships>")
        types = package.read("[Content_Types].xml").decode()
    raw = swapped(swapped(saved, LINKS, links), "word/own.xml", f"<w:{kind} {TYPES}><w:p>{run('Who says so?')}</w:p></w:{kind}>")
    assert 'Extension="xml"' in types
    assert ("Who says so?", reason) in pieces(raw, Path("a.docx"))


@settings(max_examples=40)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30), max_size=6))
def test_what_python_docx_writes_is_read_word_for_word(paragraphs):
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    file = io.BytesIO()
    document.save(file)
    assert read(file.getvalue()) == [paragraph for paragraph in paragraphs if paragraph]


# Hostile files

LAUGHS = "<!DOCTYPE l [<!ENTITY l0 'lol'>" + "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 10)) + "]>"
READS_A_FILE = f"<!DOCTYPE l [<!ENTITY l9 SYSTEM 'file://{Path(__file__)}'>]>"


def refusal(raw: bytes) -> str:
    with pytest.raises(FileFormatError) as problem:
        pieces(raw, Path("a.docx"))
    return str(problem.value)


@pytest.mark.parametrize("before", [LAUGHS, READS_A_FILE])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_file_that_defines_words_of_its_own_is_refused(saved, before, encoding):
    inner = body(f"<w:p>{run('x &l9; y')}</w:p>", before).replace('"1.0"', f'"1.0" encoding="{encoding}"')
    raw = swapped(saved, BODY, inner.encode(encoding))
    if encoding == "utf-8":
        assert "damaged" in refusal(raw)
    else:  # the parser leaves such words out
        assert not {"lol", "LAUGHS"} & set(re.findall(r"\w+", " ".join(_or_refused(raw))))


def _or_refused(raw: bytes) -> list[str]:
    try:
        return read(raw)
    except FileFormatError:
        return []


def test_a_bomb_is_refused_before_it_is_unpacked(saved):
    assert refusal(swapped(saved, BODY, b"<w:p/>" * 10_000_000)) == "a.docx: larger than 20 MB when unpacked. Use a shorter text."
    assert "larger than 20 MB" in refusal(swapped(saved, "word/other.xml", b" " * 30_000_000))


def test_a_bomb_that_lies_about_its_size_is_refused(saved):
    raw = bytearray(swapped(saved, BODY, b"<w:p/>" * 10_000_000))
    place = raw.rfind(BODY.encode()) - 46
    assert raw[place:place + 4] == b"PK\x01\x02"
    struct.pack_into("<I", raw, place + 24, 1000)
    assert "not a Word file, or it is damaged" in refusal(bytes(raw))


def test_pictures_are_never_unpacked(saved):
    assert read(swapped(saved, "word/media/image1.png", b"\0" * 60_000_000)) == read(saved)


def test_too_many_parts_are_refused():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        for number in range(6000):
            package.writestr(str(number), b"")
    assert refusal(file.getvalue()).startswith("a.docx: more than 5,000 parts.")


@pytest.mark.parametrize("depth", [300, 100_000])
def test_endless_nesting_is_refused(saved, depth):
    assert "this Word file cannot be read" in refusal(swapped(saved, BODY, body("<w:p>" * depth + "</w:p>" * depth)))


@pytest.mark.parametrize("links", [
    '<Relationship Id="r1" Type="x/header" Target="http://127.0.0.1:9/x" TargetMode="External"/>',
    '<Relationship Id="r1" Type="x/header" Target="file://SECRET" TargetMode="External"/>',
    '<Relationship Id="r1" Type="x/header" Target="../../../../../../../..SECRET"/>',
    '<Relationship Id="r1" Type="x/header" Target="document.xml"/>',
])
def test_links_lead_nowhere_outside_the_file(saved, links, monkeypatch, tmp_path):
    called = []
    monkeypatch.setattr(socket.socket, "connect", lambda *to: called.append(to))
    secret = tmp_path / "secret.xml"
    secret.write_text(f"<w:hdr {TYPES}><w:p>{run('a secret')}</w:p></w:hdr>")
    whole = (f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
             f'{links.replace("SECRET", str(secret))}</Relationships>')
    raw = swapped(saved, LINKS, whole)
    try:
        words = " ".join(piece.words for piece in pieces(raw, Path("a.docx")))
    except FileFormatError:
        words = ""
    assert "secret" not in words and called == []


@pytest.mark.parametrize(("raw", "told"), [
    (b"", "this is not a Word file, or it is damaged"),
    (b"Just words", "this is not a Word file, or it is damaged"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and more", "this is an old Word file (.doc). Open it in Word and save it as .docx."),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
     "this file is behind a password. Open it in Word and save it without one."),
])
def test_what_is_no_word_file_is_told_apart(raw, told):
    assert refusal(raw).startswith(f"a.docx: {told}")


def test_another_kind_of_package_is_refused(saved):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        package.writestr("content.xml", "<a/>")
    assert "this Word file cannot be read" in refusal(file.getvalue())
    assert "this Word file cannot be read" in refusal(swapped(saved, BODY, "not xml"))


@settings(max_examples=200)
@given(st.integers(0, 2**32))
def test_a_damaged_file_is_read_or_refused(saved, seed):
    dice = random.Random(seed)
    raw = bytearray(saved)
    for _ in range(dice.randint(1, 5)):
        raw[dice.randrange(len(raw))] = dice.randrange(256)
    _or_refused(bytes(raw[:dice.choice([len(raw), dice.randrange(len(raw))])]))
    with zipfile.ZipFile(io.BytesIO(saved)) as package:
        part = bytearray(package.read(name := dice.choice([BODY, LINKS, "[Content_Types].xml", "word/styles.xml"])))
    part[dice.randrange(len(part))] = dice.randrange(256)
    assert all(isinstance(words, str) for words in _or_refused(swapped(saved, name, bytes(part))))


HOSTILE = MOST_MEMORY + """
from kit.authoring.wordfile import pieces
print(len(pieces(Path(sys.argv[1]).read_bytes(), Path("a.docx"))), most_memory())
"""


@pytest.mark.parametrize("inner", ["<w:p/>" * 3_000_000, f"<w:p>{run('hi')}</w:p>" * 300_000])
def test_the_largest_file_fits_into_memory(saved, tmp_path, inner):
    path = tmp_path / "a.docx"
    path.write_bytes(swapped(saved, BODY, body(inner)))
    done = subprocess.run([sys.executable, "-c", HOSTILE, path], cwd=ROOT, text=True, capture_output=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.split()[1]) < 1000, "MB"
