"""The pen in a real JupyterLab: what a bare page and a stub cannot prove."""

import os
import random
import signal
from pathlib import Path

import pytest
from lab_server import Lab, LabServer

from kit.model.article import Article
from kit.model.files import load_key, open_text, read_annotations
from kit.page.widget import Highlighter

pytestmark = pytest.mark.lab

# Emoji are two units in the browser and one in Python; Hebrew runs against the line.
MIXED = """The ferry 🚢 may stop in May

Officials 👩‍🚀 said on Tuesday that the old ferry might stop for good, unless the town finds money. \
העיר אולי תסגור את המעבורת בחורף, אם לא יימצא כסף. Nobody has confirmed it 😀😀 so far.

Captain בן־דוד, who has steered it for years, reportedly heard of the plan on the radio. “It is a rumour,” \
he said, “and a sad one.” A decision 🗳️ could come next week; some in the council believe that it is likely.
"""
PENS = "from kit import Highlighter, open_text"
PEN = "Highlighter(open_text('mixed.txt'), scheme='cues-4')"
FILE = "answers/mixed-cues-4.json"
# First and last token of marks that every way of marking makes: one word, several, over a line end.
MARKS = [(4, 4), (9, 12), (22, 36)]


@pytest.fixture(scope="module")
def server(browser, tmp_path_factory):
    folder = tmp_path_factory.mktemp("lab") / "work"
    folder.mkdir()
    server = LabServer(folder)
    yield server
    server.close()


@pytest.fixture(scope="module")
def desk(browser):
    """A mouse and a keyboard."""
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        yield context


@pytest.fixture(scope="module")
def tablet(browser):
    """A finger, and nothing else."""
    with browser.new_context(viewport={"width": 768, "height": 1024}, has_touch=True, is_mobile=True) as context:
        yield context


@pytest.fixture
def folder(server):
    """The student's folder, with a text to mark and no answers."""
    for old in sorted(server.folder.rglob("*"), reverse=True):
        if ".kit" not in old.parts:
            old.rmdir() if old.is_dir() and not old.is_symlink() else old.unlink()
    (server.folder / "mixed.txt").write_text(MIXED, "utf-8")
    return server.folder


def opened(context, server):
    lab = Lab(context.new_page(), server)
    yield lab
    problems = lab.problems
    lab.page.close()
    server.end_kernels()
    assert problems == []


@pytest.fixture
def lab(desk, server, folder):
    yield from opened(desk, server)


@pytest.fixture
def touch(tablet, server, folder):
    yield from opened(tablet, server)


def spans(path: Path) -> list[tuple[int, int, str]]:
    return [(span.start, span.end, span.label) for span in read_annotations(path).spans]


def characters(article: Article, first: int, last: int) -> tuple[int, int]:
    return article.tokens[first].start, article.tokens[last].end


def wanted(article: Article, label: str = "might") -> list[tuple[int, int, str]]:
    return [(*characters(article, first, last), label) for first, last in MARKS]


def test_sixty_drags_arrive_in_the_file_as_drawn(lab, folder):
    article = open_text(folder / "mixed.txt")
    lab.open(lab.server.write("drags.ipynb", PENS, PEN))
    lab.run_all()
    pen, chance, drawn = lab.pen(), random.Random(60), set()
    assert pen.words == [article.quote(token) for token in article.tokens]
    for _ in range(60):
        start = chance.randrange(len(article.tokens))
        end = min(max(start + chance.choice((-25, -9, -3, -1, 1, 3, 9, 25)), 0), len(article.tokens) - 1)
        if start == end:
            continue
        pen.drag(start, end)
        pen.saved()
        drawn ^= {characters(article, min(start, end), max(start, end))}  # the same drag twice takes it away
        assert {(first, last) for first, last, _ in spans(folder / FILE)} == drawn, (start, end)
