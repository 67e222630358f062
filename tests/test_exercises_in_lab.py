"""Exercise 1 from the first mark to the file that is handed in, in a real JupyterLab, by mouse and by keyboard."""

import json
import shutil
import time
from pathlib import Path

import pytest
from lab_server import PANEL, Lab
from test_lessons_in_lab import Keyboard

from kit.grading.grade import grade
from kit.model.files import load_article, read_annotations, read_key
from kit.model.handed import carried
from kit.places.bootstrap import find_checkout

ROOT = find_checkout()
NAME = "01-what-do-we-know"
FILE = "answers/singer-tour-cues-4.json"
WRITTEN = "Only the whale is shown, because the rest is said by nobody with a name."

# The first pass: four cues, and a plain word too much.  The second: that word away, and two cues more.
BY_MOUSE = ("set to", "said to be", "mechanical", "unclear")
BY_KEYBOARD = (("rumoured", "2"), ("If", "3"))

NO_KEY = "No answer key on this computer, and that is as it should be: your teacher has the key and grades with it."

pytestmark = pytest.mark.lab


@pytest.fixture
def lab(browser, server):
    """A fresh copy of exercise 1, open at the width of a laptop."""
    folder = server.folder / f"{NAME}-{len(list(server.folder.iterdir()))}"
    folder.mkdir()
    shutil.copy(ROOT / "exercises" / "source" / NAME / f"{NAME}.ipynb", folder)
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    lab = Lab(context.new_page(), server)
    lab.open(f"{folder.name}/{NAME}.ipynb")
    yield lab
    assert lab.problems == []
    server.end_kernels()
    context.close()


def folder_of(lab: Lab) -> Path:
    return (lab.server.folder / lab.name).parent


def answer_of(lab: Lab):
    return read_annotations(folder_of(lab) / FILE)


def wait_for(lab: Lab, true, what: str) -> None:
    """Wait until something is so on disk; the page says it only in its own words."""
    deadline = time.monotonic() + 30
    while not true():
        assert time.monotonic() < deadline, what
        lab.page.wait_for_timeout(50)


def key():
    return read_key(ROOT / "exercises" / "keys" / "singer-tour-cues.key.json")


def run_all(lab: Lab) -> None:
    """Run every cell, and wait until nothing moves: cells around the pen get their height one after the other."""
    lab.run_all()
    lab.page.locator(".kit-practice").nth(3).wait_for()
    lab.page.evaluate("""() => new Promise((done) => {
        const article = document.querySelector(".kit-article");
        article.scrollIntoView({ block: "center", behavior: "instant" });
        let [before, same] = [NaN, 0];
        const look = () => {
            const { top } = article.getBoundingClientRect();
            same = top === before ? same + 1 : 0;
            before = top;
            same < 20 ? requestAnimationFrame(look) : done();
        };
        look();
    })""")


def run_cell(lab: Lab, source: str) -> str:
    """Click into a code cell, run it with Shift and Enter, and return what stands below it."""
    cell = lab.page.locator(f"{PANEL} .jp-CodeCell", has=lab.page.locator(f".cm-content:has-text('{source}')"))
    cell.locator(".cm-content").click()
    lab.page.keyboard.press("Shift+Enter")
    cell.locator(".jp-OutputArea-output").first.wait_for()
    lab.idle()
    return cell.locator(".jp-OutputArea-output").first.inner_text()


def test_exercise_1_is_marked_checked_mended_finished_chosen_written_and_handed_in(lab):
    run_all(lab)
    pen, keys = lab.pen(), Keyboard(lab.page)
    assert lab.page.locator(".kit-practice", has_text="The questions open here").is_visible()
    for words in BY_MOUSE:
        pen.drag_words(words)
    pen.action("check").click()
    pen.in_stage("mend")
    check_asks_and_tells_nothing(lab)
    mend_by_keyboard(lab, keys)
    pen.action("finish").click()
    pen.in_stage("reasons")
    choose_reasons(lab, keys)
    write(lab, keys)
    wait_for(lab, lambda: answer_of(lab).responses.get("written") == WRITTEN, "the words never reached the file")
    lab.page.locator(".kit-practice", has_text="Nothing is missing.").wait_for()
    assert_all_is_in_the_file(lab)
    hand_in(lab)


def check_asks_and_tells_nothing(lab: Lab) -> None:
    """The check asks one question for each pen, and names parts without a mark; it has no key to tell from."""
    shown = lab.pen().root.inner_text()
    assert "Have you looked for if-words?" in shown and "Have you looked for sources without a name?" in shown
    assert "Nothing is marked in the paragraphs that begin with sentences" in " ".join(shown.split())
    assert not [item.note for item in key().spans if item.note in shown]
    assert lab.page.locator(".kit-card").count() == 0 and "whale too heavy" not in lab.page.content()


def mend_by_keyboard(lab: Lab, keys: Keyboard) -> None:
    pen = lab.pen()
    pen.drag_words("mechanical")  # the same drag once more takes the mark away
    for words, digit in BY_KEYBOARD:
        pen.root.locator(".kit-article").focus()
        keys.press(digit)
        pen.walk(*pen.find(words))
        pen.saved()


def choose_reasons(lab: Lab, keys: Keyboard) -> None:
    """Four right ones and two others: the page says the same to all six."""
    keys.choose("They pass the reason on", "The step lies ahead", "It hides who spoke", "Others make the claim",
                "Because the month is given", "That the writer sounds sure")
    wait_for(lab, lambda: len(answer_of(lab).responses) == 6, "a choice never reached the file")
    box = lab.page.locator(".kit-practice", has=lab.page.locator("button.widget-toggle-button"))
    box.locator("[role=status]").nth(5).wait_for()
    assert box.locator("[role=status]").all_inner_texts() == ["Saved."] * 6


def write(lab: Lab, keys: Keyboard) -> None:
    keys.go_to("textarea[placeholder='Write here']")
    keys.type(WRITTEN)


def assert_all_is_in_the_file(lab: Lab) -> None:
    answer, article = answer_of(lab), load_article("singer-tour")
    assert sorted(article.quote(span) for span in answer.first_pass) == sorted(BY_MOUSE)
    assert sorted((article.quote(span), span.label) for span in answer.spans) == sorted(
        [(words, "might") for words in BY_MOUSE if words != "mechanical"]
        + [("rumoured", "hearsay"), ("If", "condition")])
    assert answer.stage == "reasons"
    assert answer.responses == {"reason-1": "passes-on", "reason-2": "ahead", "reason-3": "hides", "reason-4": "others",
                                "reason-5": "month", "reason-6": "sounds", "written": WRITTEN}
    # By hand: of 14 cues 3 with 1 extra, F1 6/18; then 5 without extra, 10/19; 4 reasons of 6.
    # 10 x (.4 x 6/18 + .3 x 10/19 + .3 x 4/6) = 4.91, to the quarter 5.0.
    assert grade(article, answer, key().in_scheme("cues-4")).points == 5.0


def hand_in(lab: Lab) -> None:
    """The check cell carries the file as it is; the last cell says in one line who has the key."""
    assert "Your answers are saved in answers/singer-tour-cues-4.json: 5 marks" in run_cell(lab, "check(")
    assert run_cell(lab, "points(").strip() == NO_KEY
    lab.save()
    path = lab.server.folder / lab.name
    (copy,) = carried(path.name, path.read_bytes())
    assert copy.content == (folder_of(lab) / FILE).read_text("utf-8")
    assert [cell["metadata"] for cell in json.loads(path.read_text("utf-8"))["cells"] if "nbgrader" in cell["metadata"]] \
        == [cell["metadata"] for cell in json.loads((ROOT / "exercises/source" / NAME / f"{NAME}.ipynb").read_text("utf-8"))["cells"]
            if "nbgrader" in cell["metadata"]]


def test_work_is_there_another_day_and_the_questions_are_still_open(lab):
    run_all(lab)
    pen = lab.pen()
    for words in BY_MOUSE[:2]:
        pen.drag_words(words)
    pen.action("check").click()
    pen.in_stage("mend")
    pen.action("finish").click()
    pen.in_stage("reasons")
    Keyboard(lab.page).choose("They pass the reason on")
    wait_for(lab, lambda: answer_of(lab).responses, "a choice never reached the file")
    lab.reopen()
    run_all(lab)
    lab.pen().in_stage("reasons")
    pressed = lab.page.locator("button.widget-toggle-button.mod-active")
    pressed.first.wait_for()
    assert pressed.all_inner_texts() == ["They pass the reason on and hide who gave it."]
    lab.page.locator(".kit-practice", has_text="5 questions to answer, under step 3.").wait_for()


def test_on_a_telephone_nothing_is_cut_off_and_the_last_line_breaks_between_words(lab):
    lab.page.set_viewport_size({"width": 360, "height": 740})
    lab.fold_files()
    run_all(lab)
    pen = lab.pen()
    pen.drag_words("unclear")
    pen.action("check").click()
    pen.in_stage("mend")
    pen.action("finish").click()
    pen.in_stage("reasons")
    lab.page.locator("button.widget-toggle-button").nth(17).wait_for()
    cut = lab.page.locator(".kit-practice").evaluate_all("""boxes => boxes.flatMap(box => [...box.querySelectorAll("textarea, button")]
        .filter(e => e.getBoundingClientRect().right > box.getBoundingClientRect().right).map(e => e.outerHTML))""")
    assert cut == []
    tops = lab.page.locator("button.widget-toggle-button").evaluate_all(
        "all => all.slice(0, 3).map(e => e.getBoundingClientRect()).map(({top, bottom}) => [top, bottom])")
    assert all(below[0] >= above[1] + 4 for above, below in zip(tops, tops[1:])), "choices that touch look like one"
    assert run_cell(lab, "points(").strip() == NO_KEY
    assert lab.page.locator(f"{PANEL} .jp-RenderedText pre").last.evaluate("e => getComputedStyle(e).wordBreak") == "normal"
