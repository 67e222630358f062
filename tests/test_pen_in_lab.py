"""The pen in a real JupyterLab: what a bare page and a stub cannot prove."""

import os
import random
import re
import signal
from pathlib import Path

import pytest
from lab_server import Lab

from kit.model.article import Article
from kit.model.files import load_key, open_text, read_annotations
from kit.model.handed import carried

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
LESSONS = Path(__file__).parents[1] / "lessons"
SOON = 3  # seconds
FULL = """
def full(*_):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
os.fsync = full"""
# First and last token of marks that every way of marking makes: one word, several, over a line end.
MARKS = [(4, 4), (9, 12), (27, 36)]  # each within its sentence, as taps need; one from right to left


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
    pen, drawn = lab.pen(), set()
    assert pen.words == [article.quote(token) for token in article.tokens]
    for start, end in random_drags(60, len(article.tokens)):
        pen.drag(start, end)
        pen.saved()
        drawn ^= {characters(article, min(start, end), max(start, end))}  # the same drag twice takes it away
        assert {(first, last) for first, last, _ in spans(folder / FILE)} == drawn, (start, end)


def random_drags(count: int, tokens: int):
    """Both directions, within a line and across lines."""
    chance = random.Random(count)
    while count:
        start = chance.randrange(tokens)
        end = start + chance.choice((-25, -9, -3, -1, 1, 3, 9, 25))
        if 0 <= end < tokens:
            count -= 1
            yield start, end


def test_mouse_and_keyboard_make_the_same_marks(lab, folder):
    article = open_text(folder / "mixed.txt")
    lab.open(lab.server.write("ways.ipynb", PENS, pen_for("mouse.json"), pen_for("keys.json")))
    lab.run_all(pens=2)
    mouse, keys = lab.pen(0), lab.pen(1)
    for first, last in MARKS:
        mouse.drag(last, first) if first != last else lab.page.mouse.dblclick(*mouse.at(first)[0])
        mouse.saved()
        keys.walk(first, last)
        keys.saved()
    assert spans(folder / "mouse.json") == spans(folder / "keys.json") == wanted(article)
    lab.page.keyboard.press("2")  # the next pen
    keys.walk(0, 1)
    keys.saved()
    assert spans(folder / "keys.json") == [(*characters(article, 0, 1), "hearsay"), *wanted(article)]


def test_taps_alone_make_the_same_marks_and_a_swipe_makes_none(touch, folder):
    article = open_text(folder / "mixed.txt")
    touch.open(touch.server.write("taps.ipynb", PENS, PEN))
    touch.run_all()
    pen = touch.pen()
    for first, last in MARKS:
        pen.tap(last, first)
        pen.saved()
    assert spans(folder / FILE) == wanted(article)
    assert pen.marked == marked_tokens()
    swipe(touch.page, *pen.at(12, 30))
    assert pen.marked == marked_tokens()
    assert sideways(pen) == []
    pen.tap(MARKS[0][0])  # a mark in hand: no hover is needed to change it
    pen.action("remove").tap()
    pen.saved()
    assert spans(folder / FILE) == wanted(article)[1:]


def test_narrow_window_needs_no_scrolling_sideways(browser, server, folder):
    with browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True) as context:
        for lab in opened(context, server):
            lab.open(server.write("narrow.ipynb", PENS, PEN))
            lab.fold_files()
            lab.run_all()
            pen = lab.pen()
            pen.tap(9, 12)
            pen.saved()
            assert sideways(pen) == []
            pen.tap(9)
            assert sideways(pen) == []
            pen.action("list").tap()
            assert sideways(pen) == []


def pen_for(file: str, text: str = "mixed.txt") -> str:
    return f"Highlighter(open_text('{text}'), scheme='cues-4', save_to='{file}')"


def marked_tokens() -> list[int]:
    return [token for first, last in MARKS for token in range(first, last + 1)]


def sideways(pen) -> list[str]:
    """What stands out of the pen to the left or right, or can be scrolled that way."""
    return pen.root.evaluate("""root => {
        const { left, right } = root.getBoundingClientRect();
        const out = [...root.querySelectorAll("*")].filter(e => {
            const box = e.getBoundingClientRect();
            return box.width > 1 && box.height > 1 && (box.right > right + 1 || box.left < left - 1);
        });
        const wide = [root, ...root.querySelectorAll("div, table, ol")]
            .filter(e => e.clientWidth && e.scrollWidth > e.clientWidth + 1);
        return [...out, ...wide].map(e => `${e.tagName} ${e.getAttribute("class")}`);
    }""")


def swipe(page, start: list[float], end: list[float]) -> None:
    """Put a finger down on the text, move it, lift it."""
    touches = page.context.new_cdp_session(page)
    way = (("touchStart", [start]), ("touchMove", [[start[0], start[1] - 30]]), ("touchMove", [end]), ("touchEnd", []))
    for kind, points in way:
        touches.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})
    touches.detach()


# Nothing is lost


def test_marks_survive_reload_restart_run_all_and_another_day(lab, folder):
    article = open_text(folder / "mixed.txt")
    lab.open(lab.server.write("again.ipynb", PENS, PEN))
    lab.run_all()
    pen = lab.pen()
    for first, last in MARKS:
        pen.drag(first, last) if first != last else pen.walk(first, last)
        pen.saved()
    lab.save()

    lab.reload()  # the kernel goes on, and so does the pen
    pen.root.wait_for()
    assert pen.marked == marked_tokens()
    pen.drag(0, 1)
    pen.saved()
    assert spans(folder / FILE) == sorted([(*characters(article, 0, 1), "might"), *wanted(article)])

    lab.restart()  # and the cell is not run: nobody is there to save
    saying, seconds = pen.answer_to(lambda: pen.drag(14, 15))
    assert saying.startswith("Not saved: ") and seconds < SOON, (saying, seconds)
    before = spans(folder / FILE)
    lab.run_all()
    assert spans(folder / FILE) == before
    lab.pen().action("put-back").click()  # what did not reach the disk is still in the window
    lab.saved()
    everything = sorted([*before, (*characters(article, 14, 15), "might")])
    assert spans(folder / FILE) == everything

    content = (folder / FILE).read_bytes()
    lab.reopen()
    lab.run_all()
    lab.run_all()
    assert lab.pen().marked == sorted([0, 1, 14, 15, *marked_tokens()])
    assert (folder / FILE).read_bytes() == content  # opening writes nothing


def test_a_page_to_hand_in_leaves_one_lab_and_is_opened_in_another(lab, folder, tmp_path):
    lab.open(lab.server.write("leave.ipynb", PENS, PEN))
    lab.run_all()
    pen = lab.pen()
    for first, last in MARKS:
        pen.drag(first, last)
        pen.saved()
    content = (folder / FILE).read_text("utf-8")
    with lab.page.expect_download() as waiting:
        pen.action("save-page").click()
    page = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(page)
    assert page.name == "mixed-cues-4-hand-in.html"
    assert [one.content for one in carried(page.name, page.read_bytes())] == [content]
    pen.says(f"{page.name} is in your downloads")
    lab.save()
    assert "<!doctype" not in (folder / "leave.ipynb").read_text("utf-8")

    (folder / FILE).unlink()  # another computer
    lab.restart()
    lab.run_all()
    assert lab.pen().marked == []
    with lab.page.expect_file_chooser() as chooser:
        lab.pen().action("open").click()
    chooser.value.set_files(page)
    lab.pen().says(f"Opened {page.name}. 3 marks.")
    assert lab.pen().marked == marked_tokens()
    assert (folder / FILE).read_text("utf-8") == content


def test_kernel_killed_after_saved_has_saved(lab, folder):
    article = open_text(folder / "mixed.txt")
    lab.open(lab.server.write("killed.ipynb", PENS, PEN))
    lab.run_all()
    pen, killed = lab.pen(), lab.server.kernel_process()
    pen.drag(9, 12)
    pen.saved()
    os.kill(killed, signal.SIGKILL)
    assert spans(folder / FILE) == [(*characters(article, 9, 12), "might")]
    lab.page.locator(".jp-Dialog").get_by_text("appears to have died").wait_for()
    lab.page.locator(".jp-Dialog .jp-mod-accept").click()
    saying, seconds = pen.answer_to(lambda: pen.drag(14, 15))
    assert saying.startswith("Not saved: ") and seconds < SOON, (saying, seconds)
    lab.idle()
    lab.run_all()
    assert lab.pen().marked == [9, 10, 11, 12]


@pytest.mark.parametrize("trouble, reason", [
    ("Path('answers').write_text('in the way')", "File exists"),
    (FULL, "No space left on device")], ids=["closed", "full"])
def test_disk_that_refuses_says_not_saved_and_why(lab, folder, trouble, reason):
    lab.open(lab.server.write("disk.ipynb", f"{PENS}\nfrom pathlib import Path\nimport errno, os\n{trouble}", PEN))
    lab.run_all()
    pen = lab.pen()
    saying, _ = pen.answer_to(lambda: pen.drag(9, 12))
    assert saying.startswith("Not saved. answers") and reason in saying
    assert pen.root.get_attribute("data-saved") == "false"
    assert not (folder / FILE).exists()
    pen.action("help").filter(has_text="What if").click()
    pen.root.get_by_role("dialog").get_by_text("Not saved").first.wait_for()


# What JupyterLab does, and the pen does not


def test_no_key_pressed_inside_changes_the_notebook(lab, folder):
    start = f"import ipywidgets\n{PENS}\nfrom kit.page.controls import box"
    lab.open(lab.server.write("keys.ipynb", start, PEN, BOX, "ipywidgets.IntSlider()"))
    lab.run_all()
    keys = notebook_keys(lab.page)
    assert {"d d", "a", "b", "m", "y", "r", "x", "c", "v", "z", "0 0", "ArrowDown", "Enter", "Shift+L"} <= set(keys)
    pen = lab.pen()
    pen.drag(9, 12)
    pen.saved()
    lab.page.locator(".kit-practice .noUi-handle").wait_for()
    watch(lab.page)
    for place, (reach, focus) in PLACES.items():
        assert {key: done for key in keys if (done := pressed(lab, key, reach, focus))} == {}, place
        still_works(lab, place, reach, focus)
    # What would have been seen: a slider outside of a box loses its cell.
    lab.page.locator(".jp-Cell").last.locator(".noUi-handle").focus()
    before = len(lab.cells()[0])
    lab.page.keyboard.press("d")
    lab.page.keyboard.press("d")
    assert len(lab.cells()[0]) == before - 1


BOX = "box(ipywidgets.IntSlider(), ipywidgets.ToggleButtons(options=['yes', 'no']), ipywidgets.Textarea())"
MARKED = ".kit-pen [data-token='10']"
# Where the focus is: what has to be there (if not, how to get it), and what takes the focus.
PLACES = {
    "the article": ([], ".kit-pen .kit-article"),
    "a pen": ([], ".kit-pen [data-label='might']"),
    "a button": ([], ".kit-pen .kit-tools [data-action='help']"),
    "the note": ([MARKED, ".kit-pen .kit-tray [data-action='note']"],
                 ".kit-pen [data-field='note']"),
    "a label in the tray": ([MARKED], ".kit-pen .kit-tray [data-field='relabel']"),
    "a slider": ([], ".kit-practice .noUi-handle"),
    "a choice": ([], ".kit-practice .widget-toggle-button:nth-of-type(2)"),
    "a text field": ([], ".kit-practice textarea"),
    "the sentence list": ([".kit-pen .kit-tools [data-action='list']", ".kit-pen summary >> nth=2"],
                          ".kit-pen [data-field='from']"),
}
PRESSED = {"Accel": "Control", "Ctrl": "Control", "Space": " "}


def notebook_keys(page) -> list[str]:
    """Every key of JupyterLab's that does something with a notebook, as the running JupyterLab says."""
    bindings = page.evaluate("jupyterapp.commands.keyBindings.map(b => [b.selector, b.keys])")
    meant = ("jp-Notebook", "data-jp-kernel-user", "data-jp-undoer", ".jp-Activity")
    found = {" ".join(map(chord, keys)) for selector, keys in bindings if any(part in selector for part in meant)}
    # These run a cell, and are tried one by one; Tab leaves.
    return sorted(found - {"Shift+Enter", "Control+Enter", "Tab", "Shift+Tab"})


def chord(keys: str) -> str:
    *held, key = keys.split(" ")
    letter = key.lower() if len(key) == 1 and "Shift" not in held else PRESSED.get(key, key)
    return "+".join([*(PRESSED.get(name, name) for name in held), letter])


def watch(page) -> None:
    """Write down whatever changes in the notebook: its cells, the active one, a dialog."""
    page.evaluate("""() => {
        const notebook = jupyterapp.shell.currentWidget.content;
        window.kitTouched = [];
        const told = name => () => window.kitTouched.push(name);
        notebook.model.cells.changed.connect(told("cells"));
        notebook.model.contentChanged.connect(told("content"));
        notebook.activeCellChanged.connect(told("active cell"));
        notebook.selectionChanged.connect(told("selected cells"));
        jupyterapp.shell.currentChanged.connect(told("notebook left"));
        new MutationObserver(all => all.flatMap(one => [...one.addedNodes])
            .filter(node => node.classList?.contains("jp-Dialog")).forEach(told("dialog")))
            .observe(document.body, { childList: true });
    }""")


def focused(lab, reach: list[str], focus: str):
    """Put the focus in a place; what leads there is clicked, from the last step that is there."""
    pen, page = lab.pen(), lab.page
    if page.evaluate("""focus => {
        const place = document.querySelector(focus);
        place?.focus();
        window.kitTouched.length = 0;  // getting here is no key
        return place && document.activeElement === place;
    }""", focus):
        return page.locator(focus).first
    if reach[:1] == [MARKED] and 10 not in pen.marked:  # a key has undone or removed it
        pen.action("cancel").or_(pen.root.locator(".kit-article")).first.focus()
        page.keyboard.press("Escape")
        pen.drag(9, 12)
        pen.saved()
    steps = [*reach, focus]
    there = max((n for n, step in enumerate(steps) if page.locator(step).first.is_visible()), default=0)
    for step in steps[there:-1]:
        page.locator(step).first.click()
    page.locator(focus).first.focus()
    page.evaluate("window.kitTouched.length = 0")
    return page.locator(focus).first


def pressed(lab, keys: str, reach: list[str], focus: str) -> list[str]:
    """Press keys in a place, and return what that did to the notebook."""
    focused(lab, reach, focus)
    for key in keys.split(" "):
        lab.page.keyboard.press(key)
    return lab.page.evaluate("window.kitTouched.splice(0)")


def still_works(lab, place: str, reach: list[str], focus: str) -> None:
    """Ctrl+S, Tab and Shift+Enter do in this place what they do in any other."""
    page = lab.page
    page.evaluate("jupyterapp.shell.currentWidget.context.model.dirty = true")
    focused(lab, reach, focus)
    page.keyboard.press("Control+s")
    lab.clean()
    here = focused(lab, reach, focus).element_handle()
    page.keyboard.press("Tab")
    assert page.evaluate("here => ![here, document.body].includes(document.activeElement)", here), place
    focused(lab, reach, focus)
    number = lab.cells()[1]
    count = f"jupyterapp.shell.currentWidget.content.widgets[{number}].model.executionCount"
    before = page.evaluate(count)
    page.evaluate("document.activeElement.closest('.jp-OutputArea-child').dataset.before = 1")
    page.keyboard.press("Shift+Enter")
    page.wait_for_function(f"before => {count} > before && !document.querySelector('[data-before]')", arg=before)
    page.locator([*reach, focus][0]).first.wait_for()
    assert lab.cells()[1] == number + 1, place


def test_slow_computer_shows_the_pen_and_saves(lab, folder):
    lab.open(lab.server.write("slow.ipynb", PENS, PEN))
    brake = lab.page.context.new_cdp_session(lab.page)
    brake.send("Emulation.setCPUThrottlingRate", {"rate": 12})
    lab.run_all()
    lab.pen().drag(9, 12)
    lab.saved()
    assert len(spans(folder / FILE)) == 1
    brake.send("Emulation.setCPUThrottlingRate", {"rate": 1})


def test_pens_of_two_articles_and_two_pens_of_one_file(lab, folder):
    (folder / "other.txt").write_text("Snow\n\nIt may snow, they say.\n", "utf-8")
    lab.open(lab.server.write("pens.ipynb", PENS, PEN, "Highlighter(open_text('other.txt'), scheme='cues-4')", PEN))
    lab.run_all(pens=3)
    first, other, second = (lab.pen(number) for number in range(3))
    first.drag_words("may stop")
    second.root.locator(".kit-article .kit-mark").first.wait_for()
    other.drag_words("may snow")
    second.drag_words("next week")
    first.root.locator(".kit-article .kit-start").nth(1).wait_for()
    assert first.marked == second.marked != other.marked
    assert len(spans(folder / FILE)) == 2 and len(spans(folder / "answers" / "other-cues-4.json")) == 1
    first.root.locator(".kit-article").focus()
    lab.page.keyboard.press("2")
    in_hand = "[data-label][aria-pressed='true']"
    assert first.root.locator(in_hand).get_attribute("data-label") == "hearsay"
    assert other.root.locator(in_hand).get_attribute("data-label") == "might"


def test_pen_is_dark_where_jupyterlab_is(lab, folder):
    lab.open(lab.server.write("dark.ipynb", PENS, PEN))
    lab.run_all()
    pen = lab.pen()
    pen.drag(9, 12)
    pen.saved()
    light = paper(pen)
    theme(lab, "JupyterLab Dark")
    pen.root.and_(lab.page.locator("[data-theme='dark']")).wait_for()
    assert light[0] > 200 and paper(pen)[0] < 60
    theme(lab, "JupyterLab Light")
    pen.root.and_(lab.page.locator("[data-theme='light']")).wait_for()
    assert paper(pen) == light


def theme(lab, name: str) -> None:
    """Change it, and wait until JupyterLab's splash screen is gone: two changes at once take it away twice, an error."""
    lab.page.evaluate("theme => jupyterapp.commands.execute('apputils:change-theme', { theme })", name)
    lab.page.wait_for_selector("#jupyterlab-splash", state="detached")


def paper(pen) -> list[int]:
    return pen.root.evaluate("root => getComputedStyle(root).backgroundColor.match(/\\d+/g).map(Number)")


# The whole way: mark, check, mend, finish, read the reasons


LESSON_FILE = "answers/north-korea-2024-cues-4.json"


def test_first_lesson_from_run_all_to_the_next_day(lab, folder):
    key = load_key("north-korea-2024")
    notes = [item.note[:40] for item in (*key.spans, *key.look_alikes)]
    (folder / "lesson.ipynb").write_bytes((LESSONS / "01-what-do-we-know.ipynb").read_bytes())
    told = listen(lab.page)
    lab.open("lesson.ipynb")
    lab.run_all()
    pen, page = lab.pen(), lab.page
    assert len(notes) > 20 and [note for note in notes if note in "".join(told)] == []
    assert page.locator("[data-mime-type*='stderr'], [data-mime-type*='error']").count() == 0
    assert page.locator(".kit-practice img").count() == 0

    pen.drag_words("reportedly")  # somebody said so, marked as a might-word
    pen.drag_words("might be political")  # too wide
    pen.drag_words("next May")  # a month
    before = notebook_numbers(page)
    pen.action("check").click()
    pen.in_stage("mend")
    led_to_feedback(page)
    hint = pen.root.locator(".kit-feedback")
    assert "sentence" in hint.inner_text().lower()
    assert [note for note in notes if note in "".join(told)] == []

    pen.action("to-sentence").first.click()
    pen.drag_words("next May")
    pen.drag_words("cannot be ruled out")
    pen.action("finish").click()
    pen.in_stage("reasons")
    led_to_feedback(page)
    rows = pen.root.locator("tr[data-outcome]")
    assert rows.count() >= 16
    assert pen.root.locator("tr[data-outcome='match']").count() == 1  # cannot be ruled out
    assert pen.root.locator("tr[data-outcome='partly']").count() == 1  # might be political
    assert any(note in rows.all_inner_texts()[0] for note in notes)
    ribbon = page.locator(".kit-practice figure img").first
    ribbon.wait_for(state="attached")
    assert ribbon.evaluate("async e => { await e.decode(); return e.naturalWidth }") > 300
    assert notebook_numbers(page) == before  # nothing was run again: it filled itself

    # Typed, and run at once: the field is drawn anew, and the sentence was lost.
    page.locator(".kit-practice textarea").last.click()
    page.keyboard.type("The words leave it open.")
    page.keyboard.press("Shift+Enter")
    page.wait_for_function("[...document.querySelectorAll('.kit-practice textarea')].at(-1)?.value.includes('open')")
    assert "The words leave it open." in read_annotations(folder / LESSON_FILE).responses.values()

    told = rows.all_text_contents()
    lab.reopen()
    lab.run_all()
    lab.pen().in_stage("reasons")
    assert lab.pen().root.locator("tr[data-outcome]").all_text_contents() == told
    lab.page.locator(".kit-practice figure img").first.wait_for(state="attached")
    assert lab.page.locator("[data-mime-type*='stderr'], [data-mime-type*='error']").count() == 0


SHORT = """from kit import Highlighter, Article
from kit.model import marked
text, key = marked.parse('''A rumour\\n\\nThe bridge [may|might: "May" makes it possible only.] close. \\
[Officials|vague: Who are they?] say so.''', article='bridge', scheme='cues-4')
pen = Highlighter(Article('bridge', 'A rumour', 'invented', text), scheme='cues-4', key=key)"""
SHORT_FILE = "answers/bridge-cues-4.json"


def test_whole_way_by_keyboard_alone(lab, folder):
    lab.open(lab.server.write("byhand.ipynb", SHORT, "pen"))
    keys, pen = lab.page.keyboard, lab.pen()
    lab.page.evaluate("jupyterapp.shell.currentWidget.content.activeCell.node.focus()")
    keys.press("Shift+Enter")
    keys.press("Shift+Enter")
    pen.root.wait_for()
    keys.press("Escape")  # a new cell below is waiting for text
    tab_to(lab.page, ".kit-article", back=True)
    for key in ["Control+Home", *["ArrowRight"] * pen.find("may")[0], "Enter"]:
        keys.press(key)
    pen.saved()
    tab_to(lab.page, "[data-action='check']")
    keys.press("Enter")
    pen.in_stage("mend")
    led_to_feedback(lab.page)
    tab_to(lab.page, ".kit-article")
    keys.press("4")
    for key in ["Control+Home", *["ArrowRight"] * pen.find("Officials")[0], "Shift+ArrowRight", "Enter", "]", "["]:
        keys.press(key)
    keys.press("Control+z")
    pen.saved()
    assert pen.marked == [pen.find("may")[0]]
    keys.press("Control+Shift+z")
    pen.saved()
    tab_to(lab.page, "[data-action='finish']")
    keys.press("Space")
    pen.in_stage("reasons")
    led_to_feedback(lab.page)
    tab_to(lab.page, "[data-field='outcome']")
    for key in ("ArrowDown", "ArrowDown"):  # all results, match, partly
        keys.press(key)
    tab_to(lab.page, "[data-action='next-difference']")
    keys.press("Enter")
    assert "Who are they?" in pen.root.locator(".kit-tray").inner_text()
    assert [label for _, _, label in spans(folder / SHORT_FILE)] == ["might", "vague"]


def test_whole_way_in_the_sentence_list_alone(lab, folder):
    lab.open(lab.server.write("list.ipynb", SHORT, "pen"))
    lab.run_all()
    pen = lab.pen()
    pen.action("list").click()
    pen.root.locator(".kit-article").wait_for(state="hidden")
    add_in_list(pen, 1, "may", "may", "might")
    pen.action("check").click()
    pen.in_stage("mend")
    assert "Look again at this sentence." in pen.root.locator(".kit-item").nth(2).inner_text()
    add_in_list(pen, 2, "Officials", "say", "vague")
    pen.root.locator(".kit-item").nth(2).get_by_role("button", name="Change").click()
    pen.root.locator(".kit-item").nth(2).locator("[data-action='end-earlier']").click()
    pen.saved()
    pen.action("finish").click()
    pen.in_stage("reasons")
    assert pen.root.locator("tr[data-outcome='match']").count() == 2
    assert [label for _, _, label in spans(folder / SHORT_FILE)] == ["might", "vague"]


def add_in_list(pen, sentence: int, first: str, last: str, label: str) -> None:
    item = pen.root.locator(".kit-item").nth(sentence)
    if not item.locator("[data-field='from']").is_visible():
        item.locator("summary").click()
    item.locator("[data-field='from']").wait_for()
    options = item.locator("[data-field='from'] option").all_text_contents()
    number = {text.split(" ", 1)[1]: text for text in options}
    item.locator("[data-field='from']").select_option(label=number[first])
    item.locator("[data-field='to']").select_option(label=number[last])
    item.locator("[data-field='label']").select_option(value=label)
    item.locator("[data-action='add']").click()
    pen.saved()


def tab_to(page, wanted: str, *, back: bool = False) -> None:
    """Press Tab until something has the focus; the pen has no more than 60 places to stop at."""
    for _ in range(60):
        if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            return
        page.keyboard.press("Shift+Tab" if back else "Tab")
    raise AssertionError(f"Tab does not lead to {wanted}")


def led_to_feedback(page) -> None:
    """After Check and Finish the reader is taken to what came of it, with the eyes and with the keyboard."""
    page.wait_for_function("""() => {
        const { top } = document.querySelector(".kit-feedback").getBoundingClientRect();
        return document.activeElement.matches(".kit-feedback") && top > 0 && top < innerHeight;
    }""")


def listen(page) -> list[str]:
    """Everything that comes from the kernel from now on."""
    told: list[str] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda payload: told.append(unescaped(payload))))
    return told


def unescaped(payload: str | bytes) -> str:
    """Undo JSON's escapes of letters and quotation marks, so that a note reads as it is written."""
    text = payload if isinstance(payload, str) else payload.decode("utf-8", "replace")
    return re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), text).replace('\\"', '"')


def notebook_numbers(page) -> list:
    """How often each cell was run."""
    return page.evaluate("jupyterapp.shell.currentWidget.content.widgets.map(c => c.model.executionCount ?? null)")
