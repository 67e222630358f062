"""One walk through lesson 1, and the places in which it is walked: what is one and the same, and what is each place's own."""

import os
import shutil
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from operator import attrgetter
from pathlib import Path

from lab_server import FIRST_START, Lab, LabPen, LabServer
from site_server import SiteServer, started

from kit.model.annotations import AnnotationSet
from kit.model.article import Article
from kit.model.files import load_article, load_key, save_annotations
from kit.model.plans import LESSON, plan_called
from kit.model.spans import Span
from kit.places.bootstrap import find_checkout

PLAN = plan_called("01-what-do-we-know", kind=LESSON)
LESSON_1 = "lessons/01-what-do-we-know.ipynb"
ANSWER = "lessons/answers/north-korea-2024-cues-4.json"

# What the walk marks, with which pen, and which of the ways of marking.  "growing" is no cue, and is taken away again.
FIRST_PASS = (("reportedly", "hearsay", "mouse"), ("could", "might", "finger"), ("growing", "vague", "keyboard"))
MENDED = ("depends on", "condition")


def passes(article: Article) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """Return what the walk has marked when it checks, and when it finishes."""
    def span(words: str, label: str) -> Span:
        start = next(token.start for token in article.tokens if article.text.startswith(words, token.start))
        return Span(start, start + len(words), label)

    first = [span(words, label) for words, label, _ in FIRST_PASS]
    last = [*(one for one in first if one.label != "vague"), span(*MENDED)]
    return tuple(sorted(first, key=attrgetter("start"))), tuple(sorted(last, key=attrgetter("start")))


def expected(folder: Path) -> bytes:
    """Return the answer file that the walk must leave behind, written without pen, page or browser."""
    article = load_article(PLAN["article"])
    first, last = passes(article)
    answer = replace(AnnotationSet.on(article, PLAN["scheme"], "student", last), first_pass=first, stage="reasons",
                     responses={"reason-1": "passes-on"})
    save_annotations(answer, article, folder / "expected.json")
    return (folder / "expected.json").read_bytes()


@dataclass(frozen=True)
class Seen:
    """What somebody who walked saw, and took home."""

    hint: str
    outcomes: list[tuple[str, str]]
    taken_home: bytes


def walk(page, open_lesson: Callable[[], LabPen]) -> Seen:
    """Mark, check, mend, finish, choose a reason, save, and come back: as a student, with mouse, finger and keyboard.

    Args:
        page: of a browser that has a finger too.
        open_lesson: opens lesson 1 anew, runs it if that must be done, and returns its pen.
    """
    pen = open_lesson()
    for words, label, way in FIRST_PASS:
        mark(pen, words, label, way)
    pen.action("check").click()
    pen.in_stage("mend")
    hint = pen.root.locator(".kit-feedback > p").first.inner_text()
    settle(pen)
    pen.tap(pen.find("growing")[0])
    pen.action("remove").first.tap()
    pen.saved()
    mark(pen, *MENDED, "mouse")
    pen.action("finish").click()
    pen.in_stage("reasons")
    found = outcomes(pen)
    choose_a_reason(page)
    while b"reason-1" not in (taken_home := save_as(page, pen)):
        pass  # the choice is on disk; the page hears of it a moment later
    again = open_lesson()
    again.in_stage("reasons")
    assert outcomes(again) == found and save_as(page, again) == taken_home, "something was lost on the way back"
    return Seen(hint, found, taken_home)


def mark(pen: LabPen, words: str, label: str, way: str) -> None:
    settle(pen)
    first, last = pen.find(words)
    pen.root.locator(f".kit-pens [data-label='{label}']").click()
    if way == "finger":
        pen.tap(first, last)
    elif way == "keyboard":
        pen.walk(first, last)
    elif first == last:
        pen.page.mouse.dblclick(*pen.at(first)[0])
    else:
        pen.drag(first, last)
    pen.saved()


def settle(pen: LabPen) -> None:
    """Wait until the text stands still: cells around the pen get their height one after the other."""
    pen.root.evaluate("""root => new Promise((done) => {
        const article = root.querySelector(".kit-article");
        let [before, same] = [NaN, 0];
        const look = () => {
            const { top } = article.getBoundingClientRect();
            same = top === before ? same + 1 : 0;
            before = top;
            same < 10 ? requestAnimationFrame(look) : done();
        };
        look();
    })""")


def outcomes(pen: LabPen) -> list[tuple[str, str]]:
    """Return the words and the outcome of every row of the comparison."""
    rows = pen.root.locator("tr[data-outcome]")
    rows.first.wait_for()
    rows = rows.evaluate_all("rows => rows.map(row => [row.querySelector('th').textContent, row.dataset.outcome])")
    return [tuple(row) for row in rows]


def choose_a_reason(page) -> None:
    """Choose a right answer beside the pen, and read what the key says to it."""
    question, *_ = PLAN["reasons"]
    known = load_key(PLAN["article"]).responses[question["id"]]
    page.get_by_role("button", name=question["choices"][known["right"][0]]).click()
    page.get_by_text(known["note"]).first.wait_for()


def save_as(page, pen: LabPen) -> bytes:
    with page.expect_download() as waiting:
        pen.action("save-as").click()
    return Path(waiting.value.path()).read_bytes()


# The places


class LabPlace(LabServer):
    """A server whose folder has the lessons as a student gets them."""

    def __init__(self, folder: Path) -> None:
        shutil.copytree(find_checkout() / "lessons", folder / "lessons")
        super().__init__(folder)

    def opener(self, page) -> Callable[[], LabPen]:
        lab = Lab(page, self)

        def open_lesson() -> LabPen:
            lab.open(LESSON_1)
            lab.run_all()
            return lab.pen()

        return open_lesson


class NotebookPlace(LabPlace):
    """Notebook 7, as `jupyter notebook` starts it: with nothing of the kit's own settings."""

    def command(self) -> list[str]:
        root = ["--allow-root"] if os.geteuid() == 0 else []
        return [sys.executable, "-m", "notebook", "--no-browser", f"--port={self.port}", "--ip=127.0.0.1",
                f"--ServerApp.root_dir={self.folder}", "--JupyterNotebookApp.expose_app_in_browser=True", *root]

    def environ(self, private: dict[str, str]) -> dict[str, str]:
        return private | {"PYTHONPATH": str(find_checkout())}

    def url(self, notebook: str) -> str:
        return f"http://127.0.0.1:{self.port}/notebooks/{notebook}?token={self.token}"


class VoilaPlace(LabPlace):
    """One lesson without its code, as `voila lessons/01-what-do-we-know.ipynb` shows it."""

    def command(self) -> list[str]:
        return [sys.executable, "-m", "voila", LESSON_1, "--no-browser", f"--port={self.port}"]

    def environ(self, private: dict[str, str]) -> dict[str, str]:
        return private | {"PYTHONPATH": str(find_checkout())}

    def api(self, path: str, method: str = "GET") -> None:
        """Ask whether it is there at all; this server answers nothing else without running the lesson."""
        with socket.create_connection(("127.0.0.1", self.port), 5):
            pass

    def opener(self, page) -> Callable[[], LabPen]:
        def open_lesson() -> LabPen:
            page.goto(f"http://127.0.0.1:{self.port}/", timeout=FIRST_START)
            page.locator(".kit-pen .kit-article").first.wait_for(timeout=FIRST_START)
            return LabPen(page, page.locator(".kit-pen").first)

        return open_lesson


class SitePlace:
    """The browser alone: a site as most make it, in a folder of its own.  Its work is in the browser, and in no folder.

    It names Pyodide's own address for what is compiled, which nobody reaches here.
    """

    def __init__(self, folder: Path) -> None:
        self._site = SiteServer(folder / "site", offline=False)
        assert {"matplotlib", "regex"} <= set(self._site.built.packages.elsewhere)

    def opener(self, page) -> Callable[[], LabPen]:
        page.context.route(lambda url: not self._site.owns(url), lambda route: route.abort())

        def open_lesson() -> LabPen:
            page.goto(self._site.address)
            page.get_by_role("link", name="What do we actually know?").first.click()
            return started(page)

        return open_lesson

    def close(self) -> None:
        self._site.close()
