"""The real site in a real browser, with nothing but its own folder: a lesson from the first tap to the download."""

import json
import zipfile
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from site_server import SiteServer, started

from kit.model.files import load_article, load_key
from kit.places.bootstrap import find_checkout
from kit.places.site import NOTE

pytestmark = pytest.mark.places

CHECKOUT = find_checkout()
START = 600_000  # milliseconds; a minute on a quiet machine, and many on one with more to do than cores
# When the page hands the kernel the first cell, Python is ready; when the pen's words are there, a tap can mark.
CLOCK = """
window.Worker = class extends window.Worker {
    postMessage(message, ...more) {
        if (message?.path?.[0] === "execute") window.kitPython ??= performance.now();
        super.postMessage(message, ...more);
    }
};
new MutationObserver((_, self) => {
    if (!document.querySelector(".kit-pen .kit-token")) return;
    window.kitPen = performance.now();
    self.disconnect();
}).observe(document, { subtree: true, childList: true });
"""

IN_SIGHT = """() => {
    const names = ["run", "restart-and-run", "kernelName", "executionProgress"];
    const parts = names.map((name) => document.querySelector(`.jp-NotebookPanel-toolbar [data-jp-item-name='${name}']`));
    const notebook = document.querySelector(".jp-Notebook").getBoundingClientRect();
    return notebook.left < 20 && notebook.right > innerWidth - 20 && parts.every((part) => {
        const box = part?.getBoundingClientRect();
        return box?.width > 10 && box.left >= 0 && box.right <= innerWidth;
    });
}"""


@pytest.fixture(scope="module")
def site(browser, tmp_path_factory):
    server = SiteServer(tmp_path_factory.mktemp("site"), offline=True)
    yield server
    server.close()


@pytest.fixture(scope="module")
def strangers():
    """The addresses outside the site that anything in the browser asked for."""
    return []


@pytest.fixture(scope="module")
def tablet(browser, site, strangers):
    """A finger, and no way out of the site."""
    with browser.new_context(viewport={"width": 1024, "height": 900}, has_touch=True) as context:
        context.on("request", lambda request: None if site.owns(request.url) else strangers.append(request.url))
        context.route(lambda url: not site.owns(url), lambda route: route.abort())
        context.add_init_script(CLOCK)
        context.set_default_timeout(START)
        yield context


def cues(count: int) -> list[int]:
    """Return the tokens of so many one-word cues of the key."""
    article, key = load_article("north-korea-2024"), load_key("north-korea-2024")
    places = [article.token_range(span) for span in key.tier("core")]
    return [first for first, stop in places if stop == first + 1][:count]


def test_a_lesson_from_the_first_tap_to_the_download(site, tablet, strangers):
    """One walk, because every start of Python in a browser takes its time."""
    page = tablet.new_page()
    page.goto(site.address)
    assert page.locator("#not-kept").is_hidden()
    page.get_by_role("link", name="What do we actually know?").first.tap()

    pen = started(page)
    assert page.locator(".jp-WindowedPanel-outer").evaluate("outer => outer.scrollTop") == 0, "it moved to its end"
    python, first_tap = page.evaluate("[window.kitPython, window.kitPen]")
    print(f"Python ready after {python / 1000:.1f} s, a tap can mark after {first_tap / 1000:.1f} s: "
          f"{first_tap / python:.2f} times")
    assert first_tap < 2 * python, "the bar is 1.3 times, see tests/bench; this only finds what is far off"

    tokens = cues(3)
    for token in tokens:
        pen.token(token).tap()  # which waits until the notebook has come to rest
        pen.token(token).tap()
        pen.token(token).locator(".kit-mark").first.wait_for()
        pen.saved()
    assert pen.marked == tokens
    pen.action("check").tap()
    pen.in_stage("mend")
    pen.action("finish").tap()
    pen.in_stage("reasons")
    rows = pen.root.locator("tr[data-outcome='match'], tr[data-outcome='label']")  # one pen for all of them
    rows.nth(len(tokens) - 1).wait_for(state="attached")
    assert rows.count() == len(tokens)
    assert pen.root.locator("tr[data-outcome='missed']").first.locator("td").last.inner_text().strip()

    picture = page.locator("figure", has_text="matplotlib is not loaded here").first
    picture.wait_for(state="attached")
    assert "In words:" in picture.text_content()

    page.reload()  # and nothing else: it runs by itself again
    pen = started(page)
    pen.in_stage("reasons")
    pen.root.get_by_text(f"You found {len(tokens)} of").wait_for(state="attached")
    assert rows.count() == len(tokens)

    with page.expect_download() as coming:
        pen.action("save-as").tap()
    taken = json.loads(coming.value.path().read_text("utf-8"))
    article = load_article("north-korea-2024")
    assert [span["start"] for span in taken["spans"]] == [article.tokens[token].start for token in tokens]
    assert strangers == []

    page.get_by_role("button", name="Restart the kernel and run all cells").tap()
    pen.root.evaluate("root => { root.dataset.before = 1 }")
    page.get_by_role("button", name="Confirm Kernel Restart").tap()
    page.locator(".kit-pen:not([data-before])").first.wait_for(state="attached")
    pen = started(page)
    pen.in_stage("reasons")


@pytest.mark.parametrize("width", [360, 390, 768, 1280])
def test_a_lesson_has_the_whole_width_and_its_buttons_are_in_sight(site, browser, width):
    """What a finger needs: run one cell, run all, and whether the kernel is at work."""
    with browser.new_context(viewport={"width": width, "height": 740}, has_touch=True, is_mobile=width < 800) as context:
        context.set_default_timeout(START)
        page = context.new_page()
        page.goto(site.address)
        page.get_by_role("link", name="What do we actually know?").first.tap()
        page.locator(".jp-Notebook .jp-Cell").first.wait_for()
        page.wait_for_function(IN_SIGHT)
        assert "Jupyter" not in page.title()  # it is the lesson's name, then the kit's


def test_a_word_of_the_lesson_leads_to_the_glossary(site, tablet):
    page = tablet.new_page()
    page.goto(site.address)
    page.get_by_role("link", name="What do we actually know?").first.tap()
    with tablet.expect_page() as coming:
        page.locator(".jp-Notebook").get_by_role("link", name="cue", exact=True).first.tap()
    coming.value.get_by_text("The words of the lessons, each explained once.").wait_for()


def notes_of(key: Path) -> set[str]:
    return {item["note"] for item in json.loads(key.read_text("utf-8"))["spans"] if item["note"]}


def test_the_site_holds_no_key_of_an_exercise_and_no_page_for_teachers(site):
    folder = site.built.folder
    names = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    assert {"files/lessons/01-what-do-we-know.ipynb", "files/lessons/what-if-it-does-not-work.md",
            "files/exercises/01-what-do-we-know/01-what-do-we-know.ipynb"} <= set(names)
    assert not [name for name in names if "teacher" in name or name.endswith((".key.json", ".db"))
                or {".ipynb_checkpoints", "keys", "answers"} & set(name.split("/"))]
    own_wheel = zipfile.ZipFile(next(folder.glob("static/pyodide/media_literacy_kit-*.whl")))
    contents = [*(path.read_bytes() for path in folder.glob("files/**/*") if path.is_file()),
                *(own_wheel.read(name) for name in own_wheel.namelist())]
    common = {note for path in (CHECKOUT / "kit" / "articles").glob("*.key.json") for note in notes_of(path)}
    for path in (CHECKOUT / "exercises" / "keys").glob("*.key.json"):
        notes = notes_of(path) - common  # "This is a heading": any key says that
        told = [note for note in notes if any(note.encode("utf-8") in content for content in contents)]
        assert notes and not told, path.name


def test_the_site_lists_every_file_as_the_kits(site):
    """So the next `kit site` can renew it, and take away what is no longer part of it."""
    folder = site.built.folder
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - {NOTE}
    assert set(json.loads((folder / NOTE).read_text("utf-8"))["files"]) == there


def test_who_opens_it_at_an_unsafe_address_is_warned_before_the_first_mark(site, tablet):
    page = tablet.new_page()
    page.add_init_script("Object.defineProperty(window, 'isSecureContext', { value: false })")
    page.goto(site.address)
    assert page.get_by_role("alert").is_visible() and "will not be kept" in page.get_by_role("alert").inner_text()


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_everybody_can_use_the_first_page(site, tablet, colours):
    page = tablet.new_page()
    page.emulate_media(color_scheme=colours)
    page.goto(site.address)
    report = Axe().run(page).response
    assert report["violations"] == []
    assert any(rule["id"] == "color-contrast" and rule["nodes"] for rule in report["passes"])
