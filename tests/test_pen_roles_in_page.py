"""The pen that sorts whole sentences, in a bare page: by mouse, touch, keys and list, and the choice of pens."""

import pytest
from pen_page import (
    NEWS,
    open_pen,
    range_of,
    roles_of,
    sentence_row,
    sentence_with,
    small_targets,
    traits_of,
    violations,
    whole,
)

from kit.model.labels import ROLES, ROLES_3
from kit.page.border import pens_of

pytestmark = pytest.mark.page

BRIEF = [NEWS[0], ["The bridge may close, two people said.", "It was built in 1931."], ["Officials said nothing."], NEWS[4], ["Nobody knows what the survey found."]]
SENTENCES = {"claim": "may close", "background": "built in 1931", "reaction": "Officials said", "comment": "Nobody knows"}


@pytest.fixture
def news():
    return roles_of(NEWS)


@pytest.fixture
def brief():
    return roles_of(BRIEF)


def place(traits, words):
    sentence = traits["sentences"][sentence_with(traits, words)]
    return sentence["first"], sentence["stop"]


def labels(pen):
    """The letter in the box before each sentence, empty where there is none; headings have no box."""
    return pen.root.locator(".kit-unit.kit-asked").evaluate_all("e => e.map((u) => [...u.querySelectorAll('.kit-box')].map((b) => b.firstElementChild?.textContent ?? '').join(' '))")


def no_errors(pen):
    assert pen.page.evaluate("window.errors") == []


def reasons_of(traits):
    rows = [sentence_row(traits, "match", SENTENCES["claim"], "claim", "claim", "The main report."),
            sentence_row(traits, "label", SENTENCES["background"], "comment", "background", "Still true."),
            sentence_row(traits, "missed", SENTENCES["comment"], "", "comment", "It says how big it is.")]
    return {"stage": "reasons", "locked": True, "marks": [m for r in rows for m in r["mine"]],
            "feedback": {"text": "1 of 3 sentences has a role that the key accepts.", "places": [], "questions": [], "rows": rows},
            "status": {"text": "Finished.", "trouble": False}}


# ---------------------------------------------------------------- what is offered

def test_furniture_is_no_pen_and_headings_get_no_label(page, brief):
    pen = open_pen(page, brief)
    assert pen.root.locator("[data-label]").evaluate_all("e => e.map((b) => b.dataset.label)") == [i for i in ROLES.ids if i != "furniture"]
    pen.click(0)
    assert pen.marks == []
    pen.press("Home", "1", "7", "8", "Enter")
    assert pen.marks == [] and pen.get("pen") == "claim"
    assert labels(pen) == ["", "", "", ""]
    pen.action("list").click()
    assert pen.root.locator(".kit-item").first.locator("input").count() == 0
    assert "Furniture" not in pen.root.inner_text()


# ---------------------------------------------------------------- mouse and touch

def test_a_click_labels_the_whole_sentence_with_letter_line_and_colour(page, brief):
    pen = open_pen(page, brief)
    pen.root.locator("[data-label=background]").click()
    first, stop = place(brief, "built in 1931")
    pen.click(first + 2)
    assert pen.marks == [(first, stop, "background")]
    assert labels(pen) == ["", "B", "", ""]
    strips = pen.root.locator(".kit-mark")
    assert "".join(strips.evaluate_all("e => e.map((s) => s.textContent)")) == "It was built in 1931."
    assert set(strips.evaluate_all("e => e.map((s) => getComputedStyle(s).textDecorationStyle)")) == {"double"}


def test_a_second_click_takes_the_sentence_in_hand_and_one_more_lets_it_go(page, brief):
    pen = open_pen(page, brief)
    first, stop = place(brief, "may close")
    pen.click(first)
    assert pen.action("role").count() == 0
    pen.click(first + 3)
    assert pen.action("role").evaluate_all("e => e.map((b) => [b.dataset.role, b.ariaPressed])") == [[i, str(i == "claim").lower()] for i in ROLES.ids[:-1]]
    pen.root.locator("[data-role=comment]").click()
    assert pen.marks == [(first, stop, "comment")] and pen.get("pen") == "comment"
    pen.click(first)
    assert pen.action("role").count() == 0 and pen.marks == [(first, stop, "comment")]
    pen.click(first)
    pen.action("remove").click()
    assert pen.marks == []


def test_a_note_stays_when_the_label_changes(page, brief):
    pen = open_pen(page, {**brief, "marks": [whole(brief, "may close", "claim")]})
    first, stop = place(brief, "may close")
    pen.click(first)
    pen.action("note").click()
    pen.root.locator("[data-field=note]").fill("a draft?")
    pen.root.locator("[data-field=note]").press("Enter")
    pen.root.locator("[data-role=projection]").click()
    pen.action("cancel").click()
    pen.root.locator("[data-label=reaction]").click()
    pen.click(first)
    assert pen.get("marks") == [{"first": first, "stop": stop, "label": "reaction", "note": "a draft?"}]
    assert labels(pen)[0] == "R*"


def test_a_hand_that_trembles_within_a_sentence_never_takes_its_label_away(page, brief):
    pen = open_pen(page, {**brief, "marks": [whole(brief, "may close", "claim")]})
    first, stop = place(brief, "may close")
    pen.drag(first, first + 1)
    assert pen.marks == [(first, stop, "claim")]
    assert pen.action("role").count() == 6, "it is in hand, as after a click"


def test_a_click_on_the_letter_means_its_sentence(page, brief):
    pen = open_pen(page, brief)
    pen.root.locator(".kit-box").nth(1).click()
    assert pen.marks == [(*place(brief, "built in 1931"), "claim")]


def test_a_sentence_under_the_mouse_shows_its_extent_as_one(page, brief):
    pen = open_pen(page, brief)
    first, stop = place(brief, "built in 1931")
    unit = pen.token(first).locator("xpath=..")
    plain = unit.evaluate("e => getComputedStyle(e).backgroundColor")
    page.mouse.move(*pen.at(first + 1))
    assert unit.evaluate("e => getComputedStyle(e).backgroundColor") != plain
    assert unit.locator(".kit-token").count() == stop - first
    heading = pen.token(0).locator("xpath=..")
    page.mouse.move(*pen.at(0))
    assert heading.evaluate("e => getComputedStyle(e).backgroundColor") == plain


def test_text_does_not_move_when_a_sentence_is_labelled(page, news):
    pen = open_pen(page, news)
    last = len(news["tokens"]) - 1
    before = pen.token(last).bounding_box()
    for number in (2, 3):
        pen.click(news["sentences"][number]["first"])
    page.evaluate("scrollTo(0, 0)")
    assert pen.token(last).bounding_box() == before


def test_progress_is_told_in_words_and_leads_on(page, brief):
    pen = open_pen(page, brief)
    tray = pen.root.locator(".kit-tray")
    assert "0 of 4 sentences sorted." in tray.inner_text()
    pen.click(place(brief, "may close")[0])
    assert "1 of 4 sentences sorted." in tray.inner_text()
    for role in ("background", "reaction", "comment"):
        pen.root.get_by_role("button", name="Next without a role").click()
        pen.root.locator(f"[data-role={role}]").click()
    assert pen.marks == [(*place(brief, words), role) for role, words in SENTENCES.items()]
    assert pen.action("next-unsorted").count() == 0
    pen.action("cancel").click()
    assert "All 4 sentences are sorted." in tray.inner_text()


def test_fingers_sort_a_whole_text(phone, brief):
    pen = open_pen(phone, brief)
    for role, words in SENTENCES.items():
        pen.root.locator(f"[data-label={role}]").tap()
        pen.tap(place(brief, words)[0] + 1)
    assert pen.marks == [(*place(brief, words), role) for role, words in SENTENCES.items()]
    pen.tap(place(brief, "Nobody knows")[0])
    pen.root.locator("[data-role=claim]").tap()
    phone.evaluate("scrollTo(0, 0)")
    pen.action("undo").tap()
    assert pen.marks[-1][2] == "comment"
    no_errors(pen)


# ---------------------------------------------------------------- keys

def test_keys_alone_sort_a_whole_text(page, brief):
    """Every arrow goes by sentence, a digit labels where it is and stays, Delete takes it back."""
    pen = open_pen(page, brief)
    page.keyboard.press("Tab")
    while pen.root.locator(".kit-article").evaluate("e => document.activeElement !== e"):
        page.keyboard.press("Tab")
    for key in ("ArrowDown", "1", "ArrowRight", "2", "ArrowDown", "4", "ArrowRight", "ArrowRight", "5"):
        page.keyboard.press(key)
    assert pen.marks == [(*place(brief, words), role) for role, words in SENTENCES.items()]
    assert pen.voice == "Sentence 4: Comment"
    page.keyboard.press("3")
    assert pen.marks[-1][2] == "projection" and len(pen.marks) == 4
    page.keyboard.press("Delete")
    assert len(pen.marks) == 3
    page.keyboard.press("Control+z")
    assert pen.marks[-1][2] == "projection"
    no_errors(pen)


def test_the_same_digit_twice_changes_nothing(page, brief):
    pen = open_pen(page, brief)
    pen.press("Home", "ArrowDown", "2", "2")
    assert pen.marks == [(*place(brief, "may close"), "background")]
    pen.press("Control+z")
    assert pen.marks == [], "one thing was done, and one is undone"


def test_the_cursor_is_the_whole_sentence_and_is_read_out(page, brief):
    pen = open_pen(page, {**brief, "marks": [whole(brief, "may close", "claim")]})
    pen.press("Home")
    assert pen.voice == "Heading: Two bridges, one rumour"
    pen.press("ArrowDown")
    assert pen.voice == "Sentence 1, Claim: The bridge may close, two people said."
    at = pen.root.locator(".kit-at")
    assert at.inner_text().strip().endswith("The bridge may close, two people said.")
    assert pen.root.locator(".kit-article").get_attribute("aria-activedescendant") == at.get_attribute("id")
    pen.press("ArrowUp", "ArrowLeft", "ArrowUp")
    assert pen.voice.startswith("Heading")
    pen.press("End")
    assert pen.voice == "Sentence 4, not sorted: Nobody knows what the survey found."
    pen.press("End", "ArrowDown", "Home", "ArrowRight", "ArrowRight")
    assert pen.voice == "Sentence 2, not sorted: It was built in 1931."


def test_brackets_go_to_sentences_without_a_label(page, brief):
    pen = open_pen(page, {**brief, "marks": [whole(brief, "built in 1931", "background")]})
    seen = []
    for key in ("]", "]", "]", "]", "["):
        pen.press(key)
        seen.append(pen.voice.split(",")[0])
    assert seen == ["Sentence 1", "Sentence 3", "Sentence 4", "Sentence 1", "Sentence 4"]


def test_enter_labels_then_opens_the_bar_and_goes_into_it(page, brief):
    pen = open_pen(page, brief)
    pen.press("Home", "ArrowDown", "Enter")
    assert pen.marks == [(*place(brief, "may close"), "claim")]
    pen.press("Enter")
    assert pen.root.locator(".kit-tray").get_by_text("Sentence 1").is_visible()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.dataset.role") == "claim"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert pen.marks[0][2] == "background"
    assert page.evaluate("document.activeElement.dataset.role") == "background"
    page.keyboard.press("Escape")
    assert pen.root.locator(".kit-article").evaluate("e => document.activeElement === e")
    assert pen.action("role").count() == 0


def test_several_sentences_are_sorted_alike_with_shift(page, brief):
    pen = open_pen(page, brief)
    pen.press("Home", "ArrowDown", "Shift+ArrowDown", "Shift+ArrowDown", "2")
    assert [label for *_, label in pen.marks] == ["background"] * 3
    assert pen.voice == "Sentences 1 to 3: Background"


def test_a_digit_after_a_click_is_the_next_pen_and_changes_no_sentence(page, brief):
    """Who clicks sentences and chooses pens by digits must not change the sentence before."""
    pen = open_pen(page, brief)
    pen.click(place(brief, "may close")[0])
    page.keyboard.press("2")
    assert pen.marks == [(*place(brief, "may close"), "claim")] and pen.get("pen") == "background"
    pen.click(place(brief, "built in 1931")[0])
    assert pen.marks[1][2] == "background"


# ---------------------------------------------------------------- the list

def test_the_list_alone_sorts_a_whole_text(page, brief):
    pen = open_pen(page, brief, answers={"check": {"stage": "mend", "feedback": {"text": "Look again at sentence 2.", "places": [2], "questions": []}}, "finish": reasons_of(brief)})
    pen.action("list").click()
    for role, words in SENTENCES.items():
        pen.root.locator(".kit-item", has_text=words).get_by_label(next(x.name for x in ROLES.labels if x.id == role)).check()
    assert pen.marks == [(*place(brief, words), role) for role, words in SENTENCES.items()]
    item = pen.root.locator(".kit-item", has_text="built in 1931")
    item.locator("input:checked").focus()
    page.keyboard.press("ArrowRight")
    assert pen.marks[1][2] == "projection", "arrows choose, as in every form"
    page.keyboard.press("ArrowRight")
    assert pen.marks[1][2] == "reaction", "and the place in the form is kept"
    item.locator("[data-action=note]").click()
    item.locator("[data-field=note]").fill("why?")
    item.locator("[data-field=note]").press("Enter")
    assert pen.get("marks")[1]["note"] == "why?"
    item.get_by_label("None").check()
    assert len(pen.marks) == 3
    assert "3 of 4 sentences sorted." in pen.root.locator(".kit-tray").inner_text()
    pen.action("next-unsorted").click()
    assert item.locator("input").first.evaluate("e => document.activeElement === e")
    pen.action("check").click()
    assert item.get_by_text("Look again at this sentence.").is_visible()
    pen.action("finish").click()
    assert item.get_by_text("Mine: Comment. Key: Background. Different label.").is_visible()
    no_errors(pen)


# ---------------------------------------------------------------- stages

def test_hinted_sentences_are_shown_by_their_numbers(page, brief):
    pen = open_pen(page, {**brief, "stage": "mend", "feedback": {"text": "Look again at sentence 2.", "places": [2], "questions": []}})
    wanted = pen.root.locator(".kit-wanted")
    assert wanted.locator(".kit-count").all_inner_texts() == ["2"]
    number, other = (locator.first.evaluate("e => getComputedStyle(e).backgroundColor") for locator in (wanted.locator(".kit-count"), pen.root.locator(".kit-count")))
    assert number != other


def test_in_the_last_stage_letters_of_both_stand_before_each_sentence(page, brief):
    pen = open_pen(page, {**brief, **reasons_of(brief)})
    assert labels(pen) == ["C C", "O B", "", " O"]
    first, _ = place(brief, "built in 1931")
    assert pen.token(first).locator(".kit-mine, .kit-theirs").evaluate_all("e => e.map((s) => getComputedStyle(s).textDecorationLine)") == ["overline", "underline"]
    kinds = pen.token(first).locator("xpath=..").locator(".kit-box").evaluate_all("e => e.map((b) => [b.innerText.split('\\n').join(' '), getComputedStyle(b).borderStyle])")
    assert [style for _, style in kinds] == ["solid", "double"]
    assert ["Mine: Comment" in kinds[0][0], "Key: Background" in kinds[1][0]] == [True, True]
    assert pen.root.locator("tr[data-outcome]").nth(1).locator("td").evaluate_all("e => e.slice(0, 2).map((c) => c.innerText.replace(/\\s+/g, ' ').trim())") == ["O Comment", "B Background"]
    assert pen.root.locator("[data-field=label-filter] option").evaluate_all("e => e.map((o) => o.value)") == ["", "claim", "background", "comment"]
    pen.click(first)
    assert "Still true." in pen.root.locator(".kit-tray").inner_text()
    assert len(pen.marks) == 2


# ---------------------------------------------------------------- which pens

def answers_for(traits):
    three = {**pens_of(ROLES_3), "marks": [whole(traits, "built in 1931", "background")]}
    return {"scheme": {"roles-3": three, "roles": {**pens_of(ROLES), "marks": []}}}


def test_other_pens_bring_their_own_marks_and_no_undo(page, brief):
    pen = open_pen(page, brief, answers=answers_for(brief))
    pen.click(place(brief, "may close")[0])
    pen.root.get_by_role("button", name="Three roles").click()
    assert pen.get("scheme") == "roles-3"
    assert pen.root.locator("[data-label]").evaluate_all("e => e.map((b) => b.dataset.label)") == ["claim", "background", "other"]
    assert labels(pen) == ["", "B", "", ""]
    assert pen.action("undo").is_disabled()
    pen.press("End", "3")
    assert pen.marks[-1] == (*place(brief, "Nobody knows"), "other")
    pen.action("list").click()
    assert pen.root.locator(".kit-item").last.get_by_label("Something else").is_checked()
    no_errors(pen)


def test_nothing_is_marked_until_the_other_pens_are_there(page, brief):
    page.clock.install()
    pen = open_pen(page, brief)
    pen.kernel(alive=False)
    pen.root.get_by_role("button", name="Three roles").click()
    pen.click(place(brief, "may close")[0])
    assert pen.marks == []
    page.clock.run_for(3100)
    assert "restart and run all" in pen.root.locator(".kit-status").inner_text()
    pen.receive(**pens_of(ROLES_3))
    pen.click(place(brief, "may close")[0])
    assert pen.marks == [(*place(brief, "may close"), "claim")]


def test_a_choice_that_python_takes_back_locks_nobody_out(page, brief):
    pen = open_pen(page, brief)
    pen.root.get_by_role("button", name="Three roles").click()
    pen.receive(scheme="roles")
    pen.click(place(brief, "may close")[0])
    assert len(pen.marks) == 1
    assert pen.root.get_by_role("button", name="Six roles").get_attribute("aria-pressed") == "true"


@pytest.mark.parametrize("more", [{"schemes": []}, {"schemes": [{"id": "roles", "name": "Six roles"}]}, {"stage": "mend"}], ids=["none", "one", "checked"])
def test_where_there_is_nothing_to_choose_no_choice_is_shown(page, brief, more):
    pen = open_pen(page, {**brief, **more})
    assert pen.root.locator("[data-scheme]").count() == 0


def test_words_take_another_set_of_pens_as_well(page):
    """The same label in other colours, and from words to sentences: all is drawn anew."""
    news = traits_of(BRIEF)
    pen = open_pen(page, news)
    pen.drag_words("may close")
    first, stop = place(news, "may close")
    pen.receive(**pens_of(ROLES), marks=[{"first": first, "stop": stop, "label": "claim"}])
    assert labels(pen)[0] == "C"
    pen.receive(labels=news["labels"], unit="token", pen="might", marks=[])
    assert pen.root.locator(".kit-box").count() == 0
    pen.drag_words("may")
    assert pen.marks == [(*range_of(news["tokens"], "may"), "might")]
    no_errors(pen)


# ---------------------------------------------------------------- narrow, and for everybody

def test_a_phone_needs_no_sideways_scrolling_and_no_small_targets(phone, brief):
    pen = open_pen(phone, brief, answers={"finish": reasons_of(brief), "check": {"stage": "mend", "feedback": {"text": "Look again at sentence 2.", "places": [2], "questions": []}}})

    def look():
        assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert small_targets(pen) == []
    look()
    first, _ = place(brief, "may close")
    pen.tap(first)
    pen.tap(first)
    look()
    tray = pen.root.locator(".kit-tray").bounding_box()
    sentence = pen.token(first).bounding_box()
    assert tray["height"] < 300 and sentence["y"] + sentence["height"] <= tray["y"]
    pen.action("list").tap()
    look()
    pen.action("list").tap()
    pen.action("check").tap()
    look()
    pen.action("finish").tap()
    look()


STATES = {
    "mark": ({}, lambda pen: None),
    "sorted": ({"marks": True}, lambda pen: pen.page.mouse.move(*pen.at(pen.traits["sentences"][2]["first"]))),
    "bar": ({"marks": True}, lambda pen: pen.click(pen.traits["sentences"][1]["first"])),
    "note": ({"marks": True}, lambda pen: (pen.click(pen.traits["sentences"][1]["first"]), pen.action("note").click())),
    "keys": ({"marks": True}, lambda pen: pen.press("ArrowDown")),
    "mend": ({"marks": True, "stage": "mend", "feedback": {"text": "Look again at sentence 2.", "places": [2], "questions": []}}, lambda pen: None),
    "list": ({"marks": True}, lambda pen: pen.action("list").click()),
    "help": ({}, lambda pen: pen.action("help").click()),
    "reasons": (reasons_of, lambda pen: pen.action("next-difference").click()),
    "list of reasons": (reasons_of, lambda pen: pen.action("list").click()),
}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_any_state(browser, brief, theme):
    context = browser.new_context(viewport={"width": 900, "height": 700}, color_scheme=theme, reduced_motion="reduce")
    page = context.new_page()
    for name, (more, reach) in STATES.items():
        more = more(brief) if callable(more) else more
        marks = [whole(brief, words, role, note="why?") for role, words in SENTENCES.items()]
        pen = open_pen(page, {**brief, **more, **({"marks": marks} if more.get("marks") is True else {})})
        assert pen.root.get_attribute("data-theme") == theme
        reach(pen)
        assert violations(page) == [], name
        pen.end()
    context.close()


@pytest.mark.parametrize("width", [260, 300, 360])
def test_no_name_of_a_pen_runs_into_the_next(phone, news, width):
    """JupyterLab's own bars leave 244 of a telephone's 360 pixels; this page has a margin of 8."""
    phone.set_viewport_size({"width": width, "height": 740})
    open_pen(phone, news)
    names = phone.locator(".kit-pens .kit-label").evaluate_all("""pens => pens.map(pen => {
        const range = document.createRange();
        range.selectNodeContents(pen);
        return [pen.innerText, range.getBoundingClientRect().right - pen.getBoundingClientRect().right] })""")
    assert len(names) == 6
    assert [name for name, over in names if over > 0] == []
