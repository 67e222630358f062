"""The pen in a bare page: drag, tap, keys and list, what is saved, the three stages, access."""

import json
import random
import shutil
import subprocess
from pathlib import Path

import pytest
from pen_page import NEWS, mark, open_pen, range_of, row, small_targets, traits_of, violations, words_in

pytestmark = pytest.mark.page

HERE = Path(__file__).parent
MIXED = [
    ["A mixed text 🌉"],
    ["The mayor 🙂 may resign, 👩‍👩‍👧 sources said on Monday, and nobody knows what the harbour 🚢🚢 will look like in May.",
     "If it rains, the extraordinarily-long-winded spokesperson could perhaps say more."],
    ["ראש העיר אולי יתפטר, אמרו מקורות.", "אם ירד גשם, ייתכן שהנמל ייסגר."],
    ["Then the word שלום stood in the middle of an English line, reportedly for the first time in a hundred years."],
]


@pytest.fixture
def news():
    return traits_of(NEWS)


def rows_of(traits):
    return [
        row(traits, "match", "may", [("may", "might")], [("may", "might")], "Only a possibility. What would make it happen?"),
        row(traits, "open", "two people", [("two people", "vague")], [], "Nobody is named. A case can be made both ways."),
        row(traits, "label", "reportedly", [("reportedly", "might")], [("reportedly", "hearsay")], "Who is reporting?"),
        row(traits, "extra", "September", [("September", "might")], [], "A month, and a fact."),
        row(traits, "missed", "Unless", [], [("Unless", "condition")], "What happens when the weather turns?"),
    ]


MEND = {"text": "Look again at sentences 1, 2 and 5.", "places": [1, 2, 5], "questions": []}
SELF_CHECK = {"text": "Read once more.", "places": [], "questions": ["Have you looked for if-words?"]}


def reasons_of(traits):
    rows = rows_of(traits)
    return {"stage": "reasons", "locked": True, "marks": [m for r in rows for m in r["mine"]],
            "feedback": {"text": "You found 1 of 3 places.", "places": [], "questions": [], "rows": rows},
            "status": {"text": "Finished.", "trouble": False}}


def no_errors(pen):
    assert pen.page.evaluate("window.errors") == []


# ---------------------------------------------------------------- pure functions

def test_pure_functions_hold_in_node():
    """Node, or the one that comes with Playwright: both are already on a machine that tests."""
    node = shutil.which("node")
    if node is None:
        from playwright._impl._driver import compute_driver_executable
        node = compute_driver_executable()[0]
    ran = subprocess.run([node, "--test", *map(str, sorted((HERE / "js").glob("*.mjs")))], capture_output=True, text=True, encoding="utf-8")
    assert ran.returncode == 0, ran.stdout + ran.stderr


# ---------------------------------------------------------------- mouse

@pytest.mark.parametrize("shadow", [False, True], ids=["light DOM", "shadow root"])
def test_sixty_random_drags_mark_exactly_those_words(page, shadow):
    """Both directions, across lines and paragraphs, from and to half words, with emoji and Hebrew."""
    traits = traits_of(MIXED)
    pen = open_pen(page, traits, shadow=shadow)
    chance = random.Random(20261)
    count = len(traits["tokens"])
    for _ in range(60):
        first = chance.randrange(count)
        last = min(count - 1, max(0, first + chance.choice([-40, -12, -3, -1, 0, 1, 2, 7, 25])))
        pen.drag(first, last, chance.uniform(0.2, 0.8), chance.uniform(0.2, 0.8))
        assert pen.marks == [(min(first, last), max(first, last) + 1, "might")], (first, last)
        pen.receive(marks=[])
    no_errors(pen)


def test_the_range_is_shown_while_the_mouse_is_down(page, news):
    pen = open_pen(page, news)
    first, stop = range_of(news["tokens"], "declined to confirm")
    page.mouse.move(*pen.at(first, 0.9))
    page.mouse.down()
    page.mouse.move(*pen.at(stop - 1, 0.1))
    assert pen.root.locator(".kit-token:has(.kit-live)").evaluate_all("e => e.map(t => t.innerText.trim())") == ["declined", "to", "confirm"]
    assert pen.marks == []
    page.mouse.up()
    assert pen.root.locator(".kit-live").count() == 0
    assert pen.marks == [(first, stop, "might")]


def test_selected_text_does_not_swallow_a_drag(page, news):
    """The browser dragged the selected text along, and the mark was lost without a word."""
    pen = open_pen(page, news)
    page.evaluate("getSelection().selectAllChildren(document.body)")
    first, stop = pen.drag_words("declined to confirm")
    assert pen.marks == [(first, stop, "might")]


def test_select_all_in_the_pen_selects_nothing(page, news):
    pen = open_pen(page, news)
    pen.root.locator(".kit-article").focus()
    page.keyboard.press("Control+a")
    assert page.evaluate("String(getSelection())") == ""


def test_a_second_tap_in_another_sentence_begins_anew(phone, news):
    """A word tapped and forgotten must not turn the next tap into half an article of mark."""
    pen = open_pen(phone, news)
    first, _ = range_of(news["tokens"], "may")
    here = next(number for number, s in enumerate(news["sentences"]) if s["first"] <= first < s["stop"])
    other = news["sentences"][here + 1]["first"]
    pen.tap(first)
    pen.tap(other)
    assert pen.marks == []
    pen.tap(other + 1)
    assert pen.marks == [(other, other + 2, "might")]


def test_a_note_is_saved_while_it_is_written(page, news):
    """Who reloaded the page before pressing Enter lost the note, and the page had said Saved."""
    page.clock.install()
    pen = open_pen(page, news)
    first, _ = pen.drag_words("may")
    pen.click(first)
    pen.action("note").click()
    page.keyboard.type("who says ")
    page.clock.run_for(500)
    assert pen.get("marks")[0]["note"] == "who says"
    page.keyboard.type("so?")
    page.clock.run_for(500)
    assert pen.get("marks")[0]["note"] == "who says so?"
    assert pen.root.locator("[data-field=note]").input_value() == "who says so?"


def test_tab_leaves_a_note_for_the_next_button(page, news):
    """The field was built anew while Tab left it, and the keyboard lost its place."""
    pen = open_pen(page, news)
    first, _ = pen.drag_words("may")
    pen.click(first)
    pen.action("note").click()
    page.keyboard.type("who?")
    page.keyboard.press("Tab")
    assert pen.get("marks")[0]["note"] == "who?"
    assert page.evaluate("![document.body, document.querySelector('[data-field=note]')].includes(document.activeElement)")


def test_the_ends_are_moved_by_pressing_at_one_place(page, news):
    """The button slid away from under the mouse with every shorter quotation."""
    pen = open_pen(page, news)
    first, stop = pen.drag_words("declined to confirm")
    pen.click(first)
    before = pen.action("end-earlier").bounding_box()
    pen.action("end-earlier").click()
    assert pen.marks == [(first, stop - 1, "might")]
    assert pen.action("end-earlier").bounding_box() == before


def test_a_drag_that_ends_beside_the_text_takes_the_nearest_word(page, news):
    pen = open_pen(page, news)
    first, _ = range_of(news["tokens"], "Officials declined")
    pen.reach(first)
    x, y = pen.at(first)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(5, y - 2)
    page.mouse.up()
    assert pen.marks == [(first, first + 1, "might")]


def test_escape_during_a_drag_marks_nothing(page, news):
    pen = open_pen(page, news)
    page.mouse.move(*pen.at(20))
    page.mouse.down()
    page.mouse.move(*pen.at(24))
    pen.root.locator(".kit-article").press("Escape")
    page.mouse.up()
    assert pen.marks == []


def test_same_drag_twice_takes_the_mark_away(page, news):
    pen = open_pen(page, news)
    pen.drag_words("two people")
    pen.drag_words("two people")
    assert pen.marks == []


def test_clicks_on_the_first_and_the_last_word_mark_what_lies_between(page, news):
    pen = open_pen(page, news)
    first, stop = range_of(news["tokens"], "Sources close to the survey")
    pen.click(stop - 1)
    assert pen.root.locator(".kit-pending").inner_text() == "survey"
    pen.click(first)
    assert pen.marks == [(first, stop, "might")]
    assert pen.root.locator(".kit-pending").count() == 0


def test_the_same_word_clicked_twice_is_marked_alone_and_cancel_forgets_it(page, news):
    pen = open_pen(page, news)
    word, _ = range_of(news["tokens"], "reportedly")
    pen.click(word)
    pen.action("cancel").click()
    assert pen.root.locator(".kit-pending").count() == 0
    pen.click(word)
    pen.click(word)
    assert pen.marks == [(word, word + 1, "might")]


def test_marks_may_overlap_in_three_lanes(page, news):
    pen = open_pen(page, news)
    pen.drag_words("Sources close to the survey say")
    for label, words in [("vague", "Sources"), ("hearsay", "Sources close to the survey")]:
        pen.root.locator(f"[data-label={label}]").click()
        pen.drag_words(words)
    word = pen.token(range_of(news["tokens"], "Sources")[0])
    assert len(pen.marks) == 3
    strips = word.locator(".kit-start")
    assert strips.evaluate_all("e => e.map(s => s.dataset.letter).sort()") == ["M", "S", "W"]
    offsets = strips.evaluate_all("e => e.map(s => getComputedStyle(s).textUnderlineOffset)")
    assert len(set(offsets)) == 3


def test_undo_and_redo_walk_through_everything_that_was_done(page, news):
    pen = open_pen(page, news)
    states = [pen.marks]
    for words in ("may", "two people", "Officials"):
        pen.drag_words(words)
        states.append(pen.marks)
    for expected in reversed(states[:-1]):
        pen.action("undo").click()
        assert pen.marks == expected
    assert pen.action("undo").is_disabled()
    for expected in states[1:]:
        pen.action("redo").click()
        assert pen.marks == expected
    assert pen.action("redo").is_disabled()


def test_a_mark_shows_its_colour_its_line_and_its_letter(page, news):
    pen = open_pen(page, {**news, "marks": [mark(news, "two people", "vague")]})
    first, _ = range_of(news["tokens"], "two people")
    strip = pen.token(first).locator(".kit-mark").first
    style = strip.evaluate("e => [getComputedStyle(e).textDecorationStyle, getComputedStyle(e, '::before').content]")
    assert style == ["dotted", '"W"']


def test_the_line_joins_words_and_ends_with_the_last(page, news):
    pen = open_pen(page, {**news, "marks": [mark(news, "two people", "vague")]})
    shown = pen.root.locator(".kit-mark").evaluate_all("e => e.map(s => s.textContent)")
    assert shown == ["two ", "people"]


# ---------------------------------------------------------------- the same by touch, keys and list

def by_mouse(pen):
    class Hand:
        def choose(self, label): pen.root.locator(f"[data-label={label}]").click()
        def mark(self, first, last): pen.drag(first, last)
        def select(self, token): pen.click(token)
        def press(self, name): pen.action(name).click()
        def relabel(self, label): pen.root.locator(".kit-tray [data-field=relabel]").select_option(label)
        def write(self, text):
            pen.action("note").click()
            pen.root.locator("[data-field=note]").fill(text)
            pen.root.locator("[data-field=note]").press("Enter")
    return Hand()


def by_touch(pen):
    class Finger:
        def choose(self, label): pen.root.locator(f"[data-label={label}]").tap()
        def mark(self, first, last): pen.tap(first), pen.tap(last)
        def select(self, token): pen.tap(token)
        def press(self, name): pen.action(name).tap()
        def relabel(self, label): pen.root.locator(".kit-tray [data-field=relabel]").select_option(label)
        def write(self, text):
            pen.action("note").tap()
            pen.root.locator("[data-field=note]").fill(text)
            pen.action("cancel").tap()
    return Finger()


def by_keys(pen):
    press, article = pen.page.keyboard.press, pen.root.locator(".kit-article")
    labels = [label["id"] for label in pen.traits["labels"]]

    class Keys:
        def go(self, token):
            article.focus()
            press("Control+Home")
            for sentence in pen.traits["sentences"]:
                if sentence["stop"] <= token:
                    press("Control+ArrowRight")
            start = next(s["first"] for s in pen.traits["sentences"] if s["first"] <= token < s["stop"])
            for _ in words_in(pen.traits["tokens"][start + 1:token + 1]):
                press("ArrowRight")

        def choose(self, label):
            article.focus()
            press(str(labels.index(label) + 1))

        def mark(self, first, last):
            self.go(first)
            for _ in range(abs(last - first)):
                press("Shift+ArrowRight" if last > first else "Shift+ArrowLeft")
            press("Enter")

        def select(self, token):
            self.go(token)
            press("ArrowLeft")
            press("]")

        def tab_to(self, css):
            """Enter goes from the mark to its bar; Tab and Shift+Tab go on from there."""
            if article.evaluate("e => e.getRootNode().activeElement === e"):
                press("Enter")
            for _ in range(12):
                if pen.root.locator(css).evaluate("e => e.getRootNode().activeElement === e"):
                    return
                press("Tab")
            raise AssertionError(f"{css} cannot be reached by Tab")

        def press(self, name):
            if name == "remove":
                press("Delete")
                return
            self.tab_to(f".kit-tray [data-action='{name}']")
            press("Enter")
            press("Escape")
            self.select(self.held)

        def relabel(self, label):
            self.tab_to(".kit-tray [data-field=relabel]")
            pen.page.keyboard.type(next(x["name"] for x in pen.traits["labels"] if x["id"] == label))
            press("Escape")

        def write(self, text):
            self.tab_to(".kit-tray [data-action=note]")
            press("Enter")
            pen.page.keyboard.type(text)
            press("Enter")
    return Keys()


def everything(pen, hand):
    """Make, overlap, relabel, stretch, shrink, annotate and remove marks; return what is left."""
    tokens = pen.traits["tokens"]
    first, stop = range_of(tokens, "Sources close to the survey")
    hand.choose("vague")
    hand.mark(first, stop - 1)
    word, _ = range_of(tokens, "reportedly")
    hand.choose("hearsay")
    hand.mark(word, word)
    hand.held = word
    hand.select(word)
    hand.relabel("might")
    if not pen.root.locator(".kit-tray [data-field=relabel]").count():
        hand.select(word)
    hand.press("end-later")
    hand.press("end-later")
    hand.press("end-earlier")
    hand.held = word - 1
    hand.press("start-earlier")
    hand.write("who?")
    gone, _ = range_of(tokens, "Unless")
    hand.choose("condition")
    hand.mark(gone, gone)
    hand.select(gone)
    hand.press("remove")
    return [(first, stop, "vague"), (word - 1, word + 2, "might")], "who?"


@pytest.mark.parametrize("hand", [by_mouse, by_touch, by_keys])
def test_every_change_to_a_mark_by(browser, news, hand):
    context = browser.new_context(viewport={"width": 900, "height": 700}, has_touch=hand is by_touch)
    pen = open_pen(context.new_page(), news)
    expected, note = everything(pen, hand(pen))
    assert pen.marks == sorted(expected)
    assert [m["note"] for m in pen.get("marks") if "note" in m] == [note]
    no_errors(pen)
    context.close()


def test_the_sentence_list_alone_does_everything(page, news):
    places = {**MEND, "places": [12]}
    pen = open_pen(page, news, answers={"check": {"stage": "mend", "feedback": places}, "finish": reasons_of(news)})
    pen.action("list").click()
    assert not pen.root.locator(".kit-article").is_visible()
    first, stop = range_of(news["tokens"], "Sources close to the survey")
    item = pen.root.locator(".kit-item", has_text="Sources close to the survey")
    item.locator("summary").click()
    item.locator("[data-field=to]").select_option(str(stop - 1))
    item.locator("[data-field=from]").select_option(str(first))
    item.locator("[data-field=label]").select_option("vague")
    item.locator("[data-action=add]").click()
    assert pen.marks == [(first, stop, "vague")]
    item.locator("[data-action=change]").click()
    item.locator("[data-field=relabel]").select_option("hearsay")
    item.locator("[data-action=end-later]").click()
    item.locator("[data-action=start-later]").click()
    item.locator("[data-action=note]").click()
    item.locator("[data-field=note]").fill("which?")
    item.locator("[data-field=note]").press("Enter")
    assert pen.get("marks") == [{"first": first + 1, "stop": stop + 1, "label": "hearsay", "note": "which?"}]
    item.locator("[data-action=remove]").click()
    assert pen.marks == []
    pen.action("check").click()
    assert item.get_by_text("Look again at this sentence.").is_visible()
    pen.action("finish").click()
    assert pen.root.get_attribute("data-stage") == "reasons"
    assert pen.root.locator("tr[data-outcome]").count() == 5
    no_errors(pen)


def test_the_last_word_of_the_form_is_never_before_the_first(page, news):
    pen = open_pen(page, news)
    pen.action("list").click()
    item = pen.root.locator(".kit-item").nth(1)
    item.locator("summary").click()
    first = news["sentences"][1]["first"]
    item.locator("[data-field=from]").select_option(str(first + 4))
    assert item.locator("[data-field=to]").input_value() == str(first + 4)
    item.locator("[data-field=to]").select_option(str(first + 2))
    assert item.locator("[data-field=from]").input_value() == str(first + 2)


def test_sentences_take_one_label_each_by_tap_key_drag_and_list(page, news):
    pen = open_pen(page, {**news, "unit": "sentence"})
    whole = [(s["first"], s["stop"]) for s in news["sentences"]]
    pen.click(whole[1][0] + 3)
    assert pen.marks == [(*whole[1], "might")]
    pen.root.locator("[data-label=vague]").click()
    pen.click(whole[1][0] + 8)
    assert pen.marks == [(*whole[1], "vague")]
    pen.drag(whole[1][0] + 2, whole[3][0] + 1)
    assert pen.marks == [(*whole[n], "vague") for n in (1, 2, 3)]
    pen.root.locator(".kit-article").focus()
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    assert len(pen.marks) == 3 and "might" in {label for *_, label in pen.marks}
    pen.action("list").click()
    pen.root.locator(".kit-item").nth(4).get_by_label("If-words").check()
    assert (*whole[4], "condition") in pen.marks
    pen.root.locator(".kit-item").nth(4).get_by_label("None").check()
    assert (*whole[4], "condition") not in pen.marks


def test_up_and_down_keys_go_to_the_word_above_and_below(page, news):
    pen = open_pen(page, news)
    pen.root.locator(".kit-article").focus()
    middle = range_of(news["tokens"], "carries about four thousand")[0]
    pen.click(middle)
    page.keyboard.press("Escape")
    start = pen.token(middle).bounding_box()
    page.keyboard.press("ArrowUp")
    above = pen.root.locator(".kit-token:has(.kit-cursor)").bounding_box()
    assert above["y"] < start["y"] and abs(above["x"] - start["x"]) < 120
    page.keyboard.press("ArrowDown")
    assert pen.root.locator(".kit-token:has(.kit-cursor)").bounding_box()["y"] == pytest.approx(start["y"], abs=3)


def test_arrows_go_from_word_to_word_and_shift_ends_where_it_must(page):
    text = traits_of([["He said: “Perhaps 5 % , or not.”"]])
    pen, press = open_pen(page, text), page.keyboard.press

    def cursor() -> str:
        return pen.root.locator(".kit-token:has(.kit-cursor)").inner_text().strip()

    pen.root.locator(".kit-article").focus()
    gone = [cursor()]
    for _ in range(6):
        press("ArrowRight")
        gone.append(cursor())
    assert gone == ["He", "said", "Perhaps", "5", "or", "not", "not"]
    press("ArrowLeft")
    press("ArrowLeft")
    press("Shift+ArrowRight")
    press("Enter")
    assert pen.get("marks") == [mark(text, "5 %", "might")], "a sign can still be marked"


def test_arrows_follow_the_direction_of_the_writing(page):
    traits = traits_of(MIXED)
    pen = open_pen(page, traits)
    hebrew = traits["sentences"][3]["first"]
    pen.click(hebrew)
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowLeft")
    assert pen.root.locator("[aria-activedescendant]").get_attribute("aria-activedescendant").endswith(f"-{hebrew + 1}")
    assert pen.token(hebrew).evaluate("e => getComputedStyle(e).direction") == "rtl"


# ---------------------------------------------------------------- saved, and not saved

def test_a_mark_is_saved_when_python_says_so(page, news):
    pen = open_pen(page, news)
    pen.kernel(alive=False)
    pen.drag_words("may")
    assert pen.root.get_attribute("data-saved") == "false"
    pen.receive(saved=pen.get("revision"), status={"text": "Saved. 1 mark.", "trouble": False})
    assert pen.root.get_attribute("data-saved") == "true"
    assert pen.root.locator(".kit-status").inner_text().strip() == "Saved. 1 mark."


def test_without_an_echo_for_three_seconds_the_page_says_not_saved(page, news):
    page.clock.install()
    pen = open_pen(page, news)
    status = pen.root.locator(".kit-status")
    pen.kernel(alive=False)
    pen.drag_words("may")
    page.clock.run_for(2500)
    assert "Not saved" not in status.inner_text()
    page.clock.run_for(200)
    assert "Not saved: press ▶▶ at the top (restart and run all)." in status.inner_text()
    pen.action("help").last.click()
    assert pen.root.get_by_role("dialog", name="Help").get_by_text("Run the cell again with").is_visible()
    pen.receive(saved=pen.get("revision"), status={"text": "Saved. 1 mark.", "trouble": False})
    assert pen.root.get_attribute("data-saved") == "true"
    assert "Not saved" not in status.inner_text()


def test_a_check_without_an_answer_says_so(page, news):
    page.clock.install()
    pen = open_pen(page, news)
    pen.kernel(alive=False)
    pen.action("check").click()
    page.clock.run_for(3100)
    assert "restart and run all" in pen.root.locator(".kit-status").inner_text()


def test_every_change_is_sent_with_the_next_revision(page, news):
    pen = open_pen(page, {**news, "revision": 3, "saved": 8})
    pen.drag_words("may")
    pen.action("undo").click()
    assert [(s["revision"], len(s["marks"])) for s in pen.sent if "revision" in s] == [(9, 1), (10, 0)]


def test_unsaved_changes_are_offered_when_the_cell_runs_again(page, news):
    pen = open_pen(page, news)
    pen.drag_words("may")
    on_disk = pen.get("marks")
    pen.kernel(alive=False)
    for words in ("two people", "Officials", "reportedly"):
        pen.drag_words(words)
    lost = pen.marks
    pen.end()
    again = open_pen(page, {**news, "marks": on_disk}, name="pen")
    again.root.get_by_role("button", name="Put back 3 unsaved changes").click()
    assert again.marks == lost
    assert again.root.get_attribute("data-saved") == "true"
    again.end()
    once_more = open_pen(page, {**news, "marks": again.get("marks")}, name="pen")
    assert once_more.action("put-back").count() == 0


def test_unsaved_changes_of_somebody_else_are_not_offered(page, news):
    pen = open_pen(page, news)
    pen.kernel(alive=False)
    pen.drag_words("may")
    pen.end()
    other = open_pen(page, {**news, "annotator": "k7"}, name="pen")
    assert other.action("put-back").count() == 0


def test_marks_from_python_replace_those_on_the_page(page, news):
    pen = open_pen(page, news)
    pen.drag_words("may")
    pen.receive(marks=[mark(news, "Officials", "vague")])
    assert pen.root.locator(".kit-mark").all_inner_texts() == ["Officials"]
    assert pen.action("undo").is_disabled()


def test_without_storage_the_pen_works_as_well(page, news):
    page.add_init_script("for (const s of ['localStorage', 'sessionStorage']) Object.defineProperty(window, s, { get() { throw new Error('no') } })")
    pen = open_pen(page, news)
    pen.drag_words("may")
    pen.action("settings").click()
    pen.root.locator("[data-field=size][value='3']").check()
    assert pen.root.get_attribute("data-size") == "3"
    assert len(pen.marks) == 1
    no_errors(pen)


# ---------------------------------------------------------------- whose work, and files

def test_somebody_else_gets_a_clean_page_and_a_code_that_names_nobody(page, news):
    pen = open_pen(page, news)
    pen.drag_words("may")
    pen.action("someone-else").click()
    field = pen.root.locator("[data-field=code]")
    assert field.input_value() not in ("", "student")
    field.fill("Blue Fox 7")
    pen.action("set-code").click()
    assert pen.get("annotator") == "blue-fox-7"
    assert pen.marks == []
    assert pen.action("undo").is_disabled()
    assert "blue-fox-7" in pen.root.locator(".kit-foot").inner_text()


def test_save_as_offers_the_saved_file_and_says_what_is_not_in_it(page, news):
    pen = open_pen(page, {**news, "download": {"name": "bridges-cues-4-student.json", "text": '{"marks": "ü"}\n'}})
    with page.expect_download() as waiting:
        pen.action("save-as").click()
    assert waiting.value.suggested_filename == "bridges-cues-4-student.json"
    assert Path(waiting.value.path()).read_text("utf-8") == '{"marks": "ü"}\n'
    pen.kernel(alive=False)
    pen.drag_words("may")
    with page.expect_download():
        pen.action("save-as").click()
    assert "1 unsaved change not in it" in pen.root.locator(".kit-status").inner_text()


@pytest.mark.parametrize("window", ["page", "phone"])
def test_ones_work_can_be_taken_along_from_every_line_of_the_text(window, request, news):
    """On Binder and in the browser alone nothing is kept: the button stood below the text, out of sight."""
    window = request.getfixturevalue(window)
    pen = open_pen(window, {**news, "download": {"name": "bridges-cues-4-student.json", "text": "{}"}})
    words = pen.root.locator(".kit-article .kit-token")
    for at in (0, words.count() // 2, words.count() - 1):
        words.nth(at).evaluate("word => word.scrollIntoView({ block: 'center', behavior: 'instant' })")
        box = pen.action("download").bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= window.viewport_size["height"]
        with window.expect_download() as waiting:
            pen.action("download").click()
        assert waiting.value.suggested_filename == "bridges-cues-4-student.json"
    assert "bridges-cues-4-student.json is in your downloads" in pen.root.locator(".kit-status").inner_text()


def test_a_file_is_handed_to_python_as_it_is(page, news, tmp_path):
    pen = open_pen(page, news)
    path = tmp_path / "mine.json"
    for count, text in enumerate(['{"a": "ü"}', "not even JSON"], start=1):
        path.write_text(text, "utf-8")
        with page.expect_file_chooser() as chooser:
            pen.action("open").click()
        chooser.value.set_files(path)
        page.wait_for_function("n => models.pen.get('opened').count === n", arg=count)
        assert pen.get("opened") == {"count": count, "name": "mine.json", "text": text}


def test_start_again_asks_first(page, news):
    pen = open_pen(page, news, answers={"restart": {"marks": [], "stage": "mark", "feedback": {}}})
    pen.drag_words("may")
    pen.action("restart").click()
    assert pen.get("commit") == {}
    pen.action("cancel-ask").click()
    assert len(pen.marks) == 1
    pen.action("restart").click()
    pen.action("restart-yes").click()
    assert pen.get("commit") == {"count": 1, "action": "restart"}
    assert pen.marks == []


# ---------------------------------------------------------------- several pens, settings, leaving

def test_two_pens_on_one_page_do_not_disturb_each_other(page, news):
    left = open_pen(page, news, name="left")
    right = open_pen(page, {**news, "article": {**news["article"], "fingerprint": "other"}}, name="right")
    left.root.locator("[data-label=vague]").click()
    left.drag_words("Officials")
    right.drag_words("may")
    first, stop = range_of(news["tokens"], "Officials")
    assert left.marks == [(first, stop, "vague")]
    assert right.marks == [(*range_of(news["tokens"], "may"), "might")]
    right.action("undo").click()
    assert right.marks == [] and len(left.marks) == 1
    left.end()
    right.drag_words("Officials")
    assert right.marks == [(first, stop, "might")]
    no_errors(right)


def test_reading_settings_are_remembered(page, news):
    pen = open_pen(page, news)
    size = pen.root.locator(".kit-article").evaluate("e => parseFloat(getComputedStyle(e).fontSize)")
    pen.action("settings").click()
    for field, value in [("size", "4"), ("spacing", "2"), ("font", "sans"), ("paper", "sepia")]:
        pen.root.locator(f"[data-field={field}][value='{value}']").check()
    page.keyboard.press("Escape")
    assert pen.root.locator(".kit-panel").is_hidden()
    pen.end()
    again = open_pen(page, news, name="pen")
    article = again.root.locator(".kit-article")
    assert article.evaluate("e => parseFloat(getComputedStyle(e).fontSize)") == pytest.approx(size * 1.6, rel=0.01)
    assert again.root.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(247, 238, 221)"


def test_the_pen_follows_the_theme_of_jupyterlab(page, news):
    """Its variables win over what the system prefers, and a change of theme needs no new run."""
    pen = open_pen(page, {**news, "marks": [mark(news, "may", "might")]})
    letter = pen.root.locator(".kit-label").nth(1).locator(".kit-letter")
    light = letter.evaluate("e => getComputedStyle(e).color")
    page.add_style_tag(content=".dark { --jp-layout-color0: #111; --jp-content-font-color0: #fff }")
    page.evaluate("document.body.className = 'dark'")
    page.wait_for_function("document.querySelector('.kit-pen').dataset.theme === 'dark'")
    assert pen.root.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(17, 17, 17)"
    assert letter.evaluate("e => getComputedStyle(e).color") != light


def test_a_click_beside_every_control_keeps_the_keys_in_the_pen(page, news):
    """Else the next key would go to the notebook, where x cuts a cell."""
    pen = open_pen(page, news)
    for part in (".kit-deck", ".kit-foot", ".kit-status"):
        box = pen.root.locator(part).bounding_box()
        page.evaluate("document.activeElement.blur()")
        pen.root.locator(part).click(position={"x": box["width"] / 2, "y": box["height"] - 2})
        assert pen.root.evaluate("e => e.contains(document.activeElement)"), part


def test_the_keyboard_cursor_is_never_under_the_deck_or_the_tray(page, news):
    pen = open_pen(page, news)
    pen.root.locator(".kit-article").focus()
    low, high = pen.root.locator(".kit-tray"), pen.root.locator(".kit-deck")
    for key in ["ArrowDown"] * 20 + ["ArrowUp"] * 20:
        page.keyboard.press(key)
        word = pen.root.locator(".kit-token:has(.kit-cursor)").bounding_box()
        assert word["y"] >= high.bounding_box()["y"] + high.bounding_box()["height"]
        assert word["y"] + word["height"] <= low.bounding_box()["y"]


def test_a_pen_that_goes_leaves_nothing_behind(page, news):
    page.add_init_script("""window.held = 0;
      for (const name of ['add', 'remove']) {
        const old = window[name + 'EventListener'];
        window[name + 'EventListener'] = function (type, ...rest) { if (type === 'keydown') { window.held += name === 'add' ? 1 : -1;
          rest[1]?.signal?.addEventListener('abort', () => { window.held -= 1 }); } return old.call(this, type, ...rest) };
      }""")
    pen = open_pen(page, news)
    assert page.evaluate("held") == 1
    assert page.evaluate("models.pen.listeners()") > 5
    pen.drag_words("may")
    page.evaluate("cleanups.pen()")
    assert page.evaluate("models.pen.listeners()") == 0
    assert page.evaluate("held") == 0
    assert page.locator("#pen").evaluate("e => e.childElementCount") == 0
    pen.receive(marks=[], stage="mend", saved=99)
    no_errors(pen)


# ---------------------------------------------------------------- the three stages

def test_three_stages_from_marking_to_reasons(page, news):
    pen = open_pen(page, news, answers={"check": {"stage": "mend", "feedback": MEND}, "finish": reasons_of(news)})
    pen.drag_words("may")
    pen.action("check").click()
    assert pen.root.get_attribute("data-stage") == "mend"
    assert pen.sent[-1]["commit"] == {"count": 1, "action": "check"}
    assert pen.root.locator(".kit-feedback").get_by_text(MEND["text"]).is_visible()
    looked = pen.root.locator(".kit-look").evaluate_all("e => e.map(t => [Number(t.dataset.token), getComputedStyle(t, '::before').content])")
    assert looked == [[news["sentences"][n]["first"], f'"{n}"'] for n in MEND["places"]], "the heading before them has no number"
    pen.action("to-sentence").first.click()
    page.keyboard.press("Enter")
    assert len(pen.marks) == 2
    pen.action("finish").click()
    assert pen.root.get_attribute("data-stage") == "reasons"
    assert pen.root.locator(".kit-look").count() == 0
    assert pen.root.locator("tr[data-outcome]").evaluate_all("e => e.map(r => r.dataset.outcome)") == ["match", "open", "label", "extra", "missed"]
    before = pen.marks
    pen.drag_words("Critics of the council")
    assert pen.marks == before
    no_errors(pen)


def test_check_and_finish_lead_to_what_came_of_it_though_python_says_it_piece_by_piece(page, news):
    """Real Python sends each trait as a message of its own; the reader was left where the button had been."""
    pen = open_pen(page, news)
    here = "e => e === document.activeElement"
    for action, parts in (("check", [{"feedback": MEND}, {"stage": "mend"}]),
                          ("finish", [{name: value} for name, value in reversed(reasons_of(news).items())])):
        pen.action(action).click()
        for part in parts:
            assert not pen.root.locator(".kit-feedback").evaluate(here)
            pen.receive(**part)
        assert pen.root.locator(".kit-feedback").evaluate(here), action


def test_a_self_check_asks_its_questions(page, news):
    pen = open_pen(page, news, answers={"check": {"stage": "mend", "feedback": SELF_CHECK}})
    pen.action("check").click()
    assert pen.root.get_by_text("Have you looked for if-words?").is_visible()


def test_on_a_telephone_the_self_check_begins_below_the_deck_and_is_told_once(phone, news):
    """It is longer than the window: shown in the middle, its heading lay under the pens; told twice, it filled the tray."""
    long = {**SELF_CHECK, "text": "Nothing is marked in the paragraphs. " * 6, "questions": ["Have you looked for if-words? " * 5] * 4}
    phone.emulate_media(reduced_motion="reduce")
    pen = open_pen(phone, news, answers={"check": {"stage": "mend", "feedback": long}})
    pen.action("check").scroll_into_view_if_needed()
    pen.action("check").tap()
    heading, deck, tray = (pen.root.locator(it).bounding_box() for it in (".kit-feedback h2", ".kit-deck", ".kit-tray"))
    assert deck["y"] + deck["height"] <= heading["y"] and heading["y"] + heading["height"] <= tray["y"]
    assert pen.root.locator(".kit-tray .kit-message").inner_text() == "Read once more, then press Finish."


def test_nothing_of_the_key_is_on_the_page_before_the_last_stage(page, news):
    open_pen(page, {**news, "stage": "mend", "feedback": {**MEND, "rows": rows_of(news)}})
    html = page.content()
    assert "Who is reporting?" not in html and "data-outcome" not in html


def test_both_lanes_are_in_the_text_and_rows_lead_there_and_back(page, news):
    pen = open_pen(page, {**news, **reasons_of(news)})
    first, _ = range_of(news["tokens"], "reportedly")
    strips = pen.token(first).locator(".kit-mine, .kit-theirs")
    assert strips.evaluate_all("e => e.map(s => [s.dataset.letter, getComputedStyle(s).textDecorationLine])") == [["M", "overline"], ["S", "underline"]]
    pen.root.get_by_role("button", name="reportedly").click()
    page.wait_for_function("t => { const r = document.querySelector(`[data-token='${t}']`).getBoundingClientRect(); return r.top > 0 && r.bottom < innerHeight }", arg=first)
    assert "Who is reporting?" in pen.root.locator(".kit-tray").inner_text()
    assert pen.root.locator(".kit-place").inner_text() == "reportedly"
    pen.action("to-table").click()
    assert pen.root.get_by_role("button", name="reportedly").evaluate("e => e === document.activeElement")


def test_next_and_previous_go_through_the_differences_only(page, news):
    pen = open_pen(page, {**news, **reasons_of(news)})
    current = pen.root.locator("tr[aria-current=true]")
    seen = []
    for _ in range(4):
        pen.action("next-difference").click()
        seen.append(current.get_attribute("data-outcome"))
    assert seen == ["label", "extra", "missed", "label"]
    pen.action("previous-difference").click()
    assert current.get_attribute("data-outcome") == "missed"


def test_where_a_filter_leaves_no_difference_there_is_no_next_one(page, news):
    pen = open_pen(page, {**news, **reasons_of(news)})
    pen.root.locator("[data-field=outcome]").select_option("match")
    assert pen.action("next-difference").is_disabled() and pen.action("previous-difference").is_disabled()


def test_rows_are_filtered_by_result_and_by_label(page, news):
    pen = open_pen(page, {**news, **reasons_of(news)})
    rows = pen.root.locator("tr[data-outcome]")
    pen.root.locator("[data-field=outcome]").select_option("missed")
    assert rows.count() == 1
    pen.root.locator("[data-field=outcome]").select_option("")
    pen.root.locator("[data-field=label-filter]").select_option("might")
    assert rows.evaluate_all("e => e.map(r => r.dataset.outcome)") == ["match", "label", "extra"]


# ---------------------------------------------------------------- safe, quick, kind

def test_hostile_text_stays_text(page):
    nasty = "<img src=x onerror=alert(1)> </span><script>window.errors.push('ran')</script> & {{x}} \u202eevil\u202c"
    traits = traits_of([[nasty], [nasty + "."]])
    labels = [{**label, "name": nasty, "meaning": nasty, "colour": "red;background:url(//x)"} for label in traits["labels"]]
    everywhere = {**traits, "labels": labels, "help": nasty, "status": {"text": nasty, "trouble": True}, "stage": "mend",
                  "article": {**traits["article"], "title": nasty, "source": nasty}, "annotator": nasty,
                  "feedback": {"text": nasty, "places": [0], "questions": [nasty]}, "marks": [{"first": 1, "stop": 4, "label": "might", "note": nasty}]}
    pen = open_pen(page, everywhere)
    pen.action("help").first.click()
    pen.action("help").first.click()
    pen.action("list").click()
    assert page.evaluate("document.querySelectorAll('.kit-pen img, .kit-pen script').length") == 0
    no_errors(pen)


@pytest.mark.parametrize("paragraphs", [[], [["x" * 4000]], [["🙂 " * 5000]]], ids=["empty", "one endless word", "5,000 emoji"])
def test_odd_texts_are_shown(page, paragraphs):
    traits = traits_of(paragraphs or [["x"]])
    if not paragraphs:
        traits = {**traits, "tokens": [], "sentences": []}
    pen = open_pen(page, traits)
    assert pen.root.locator(".kit-token").count() == len(traits["tokens"])
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    pen.root.locator(".kit-article").press("Enter") if paragraphs else None
    pen.action("list").click()
    no_errors(pen)


KEYS = [*"abcdefghijklmnopqrstuvwxyz0", "Enter", "Escape", "Delete", "Backspace", "ArrowUp", "ArrowDown", "Space", "Home", "End", "Control+z", "Control+Shift+z"]


@pytest.mark.parametrize("place", [".kit-article", "[data-action=settings]", "[data-label=might]"])
def test_keys_pressed_in_the_pen_stay_in_it_and_the_host_keys_get_out(page, news, place):
    pen = open_pen(page, news)
    page.evaluate("""() => { window.heard = []; window.open_ = [];
      document.addEventListener('keydown', (e) => window.heard.push(e.key));
      document.addEventListener('keydown', (e) => window.open_.push([e.key, !e.target.closest('[data-lm-suppress-shortcuts]')]), true) }""")
    for key in KEYS:
        pen.root.locator(place).first.press(key)
    assert page.evaluate("heard.filter((k) => !['Control', 'Shift'].includes(k))") == []
    assert page.evaluate("open_.filter(([k, free]) => free)") == []
    closed = "document.querySelectorAll('.kit-article[data-lm-suppress-shortcuts]').length === 1"
    for key in ("Shift+Enter", "Control+s"):
        page.wait_for_function(closed)  # the way out closes a moment after each key
        pen.root.locator(place).first.press(key)
    assert page.evaluate("heard.filter((k) => !['Control', 'Shift'].includes(k))") == ["Enter", "s"]
    assert page.evaluate("open_.filter(([k, free]) => free).map(([k]) => k)") == ["Enter", "s"]
    page.wait_for_function(closed)


def test_every_control_tells_jupyterlab_to_keep_off(page, news):
    pen = open_pen(page, {**news, "marks": [mark(news, "may", "might")]})
    pen.action("settings").click()
    pen.action("list").click()
    pen.root.locator("summary").first.click()
    loose = pen.root.locator("button, input, select, summary, [tabindex]").evaluate_all("e => e.filter((n) => !n.hasAttribute('data-lm-suppress-shortcuts')).map((n) => n.outerHTML)")
    assert loose == []


def test_a_phone_needs_no_sideways_scrolling_and_no_small_targets(phone, news):
    pen = open_pen(phone, {**news, "marks": [mark(news, "reportedly", "hearsay")], "stage": "mend", "feedback": MEND}, answers={"finish": reasons_of(news)})

    def look():
        assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert small_targets(pen) == []
    look()
    pen.tap(range_of(news["tokens"], "reportedly")[0])
    pen.action("note").tap()
    look()
    for name in ("settings", "help", "list"):
        pen.action(name).first.tap()
        look()
        pen.action(name).first.tap()
    for name in ("someone-else", "cancel-ask", "restart", "cancel-ask"):
        pen.action(name).tap()
        look()
    pen.action("finish").tap()
    look()


def test_touching_and_scrolling_marks_nothing(phone, news):
    pen = open_pen(phone, news)
    client = phone.context.new_cdp_session(phone)
    x, y = pen.at(30)
    client.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in range(1, 8):
        client.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x, "y": y - 12 * step}]})
    client.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert pen.marks == [] and pen.root.locator(".kit-pending").count() == 0
    assert pen.root.locator(".kit-article").evaluate("e => getComputedStyle(e).touchAction") == "pan-y"


def test_the_deck_and_the_tray_stay_in_sight(page, news):
    pen = open_pen(page, news)
    pen.token(len(news["tokens"]) // 2).evaluate("e => e.scrollIntoView({ block: 'center' })")
    for part in ("[data-label=might]", ".kit-status"):
        box = pen.root.locator(part).bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= 700


# ---------------------------------------------------------------- axe

def brief():
    """The same cues in fewer words: axe looks at every one of them."""
    return traits_of([NEWS[0], ["The bridge may close, two people said.", "“If the survey shows it,” she said."], ["Shops reportedly lost trade."], NEWS[4],
                      ["Sources close to the survey say that it sank in September."], ["Unless the weather turns, it stays."], ["Lorries wait.", "Cars do not."], ["It rained."]])


def marked(news):
    return [mark(news, "may", "might"), mark(news, "two people", "vague"), mark(news, "If", "condition"), mark(news, "reportedly", "hearsay", note="who?"),
            mark(news, "Sources close to the survey", "vague"), mark(news, "Sources close to the survey say", "hearsay")]


STATES = {
    "mark": ({}, lambda pen: None),
    "pending": ({}, lambda pen: pen.click(range_of(pen.traits["tokens"], "weather")[0])),
    "selected": ({}, lambda pen: (pen.click(range_of(pen.traits["tokens"], "reportedly")[0]), pen.action("note").click())),
    "keys": ({}, lambda pen: (pen.root.locator(".kit-article").focus(), pen.page.keyboard.press("ArrowDown"))),
    "trouble": ({"status": {"text": "Not saved: the disk is full.", "trouble": True}}, lambda pen: None),
    "mend": ({"stage": "mend", "feedback": MEND}, lambda pen: None),
    "reasons": (reasons_of, lambda pen: pen.action("next-difference").click()),
    "list": ({"stage": "mend", "feedback": MEND}, lambda pen: (pen.action("list").click(), pen.root.locator("summary").nth(1).click(), pen.action("change").first.click())),
    "roles": ({"unit": "sentence", "marks": []}, lambda pen: pen.action("list").click()),
    "settings": ({}, lambda pen: pen.action("settings").click()),
    "help": ({}, lambda pen: pen.action("help").click()),
    "someone else": ({}, lambda pen: pen.action("someone-else").click()),
}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_any_state(browser, theme):
    news = brief()
    context = browser.new_context(viewport={"width": 900, "height": 700}, color_scheme=theme, reduced_motion="reduce")
    page = context.new_page()
    for name, (more, reach) in STATES.items():
        more = more(news) if callable(more) else more
        pen = open_pen(page, {**news, "marks": marked(news), **more})
        assert pen.root.get_attribute("data-theme") == theme
        reach(pen)
        assert violations(page) == [], name
        pen.end()
    context.close()


def contrast(one, other):
    def light(colour):
        linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in (c / 255 for c in colour)]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("paper", ["page", "sepia", "grey", "night"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_pen_can_be_read_on_every_paper(browser, news, theme, paper):
    """Also black and the palest colours that reach 4.5:1 on white; measured on pixels that the browser paints."""
    colours = ["#b35806", "#1b7837", "#542788", "#b2182b", "#6a3d9a", "#0b64a0", "#5b5b1f", "#000000", "#767676", "#0000ff", "#d7191c"]
    labels = [{"id": f"l{i}", "name": f"Label {i}", "meaning": "", "colour": c, "line": "solid", "letter": "ABCDEFGHIJK"[i]} for i, c in enumerate(colours)]
    context = browser.new_context(color_scheme=theme)
    page = context.new_page()
    page.add_init_script(f"localStorage.setItem('kit-pen-settings', {json.dumps(json.dumps({'paper': paper}))})")
    pen = open_pen(page, {**news, "labels": labels, "pen": "l0"})
    shown = page.evaluate("""() => { const paint = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
      const seen = (css) => { paint.fillStyle = css; paint.fillRect(0, 0, 1, 1); return [...paint.getImageData(0, 0, 1, 1).data].slice(0, 3) };
      return { paper: seen(getComputedStyle(document.querySelector('.kit-pen')).backgroundColor),
               inks: [...document.querySelectorAll('.kit-label:not([aria-pressed=true]) .kit-letter')].map((e) => seen(getComputedStyle(e).color)) } }""")
    assert len(shown["inks"]) == len(colours) - 1
    assert pen.root.get_attribute("data-theme") == ("dark" if paper == "night" or (paper == "page" and theme == "dark") else "light")
    for colour, ink in zip(colours[1:], shown["inks"], strict=True):
        assert contrast(ink, shown["paper"]) >= 4.5, (colour, ink, shown["paper"])
    context.close()


def test_five_thousand_words_are_there_quickly_and_a_mark_touches_few_of_them(page, news):
    """The number that matters is the amount of work: elements changed by one mark."""
    long = traits_of([[sentence for paragraph in NEWS[1:] for sentence in paragraph]] * 16)
    assert len(long["tokens"]) > 5000
    pen = open_pen(page, long)
    page.evaluate("""() => { window.changed = 0; new MutationObserver((l) => { window.changed += l.length })
      .observe(document.querySelector('.kit-article'), { childList: true, subtree: true, attributes: true }) }""")
    pen.drag(2000, 2003)
    assert pen.marks == [(2000, 2004, "might")]
    assert 0 < page.evaluate("changed") < 60
