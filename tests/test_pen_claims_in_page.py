"""The pen that traces claims, in a bare page: rungs and source words by mouse, touch, keys and list."""

import pytest
from pen_page import (
    NEWS,
    claims_of,
    in_order,
    join,
    mark,
    open_pen,
    range_of,
    sentence_row,
    sentence_with,
    small_targets,
    violations,
    whole,
    words_in,
)

pytestmark = pytest.mark.page

BRIEF = [NEWS[0], ["The bridge may close, two people said.", "It was built in 1931."], ["“It is old,” said Ilse Brandt, the mayor."], NEWS[4],
         ["The daily Echo reported that it sank.", "Repairs would cost a million."], ["The Echo named no source, but the mayor once told it so."]]
ASKED = ["may close", "It is old", "sank", "a million"]
PEOPLE, MAYOR, ECHO = "two people", "Ilse Brandt", "The daily Echo"


@pytest.fixture
def wishes():
    return {"reduced_motion": "reduce"}


@pytest.fixture
def text():
    return claims_of(BRIEF, ASKED)


def source(traits, words, **more):
    return mark(traits, words, "source", **more)


def traced(traits):
    """The marks of a student who has done everything: what each way of working must come to."""
    people, mayor = source(traits, PEOPLE), source(traits, MAYOR)
    echo = source(traits, ECHO, joined=[join(mayor, "goes-back")])
    return in_order(people, mayor, echo, whole(traits, "may close", "rung-2", joined=[join(people)]), whole(traits, "It is old", "rung-4", joined=[join(mayor)]),
                    whole(traits, "sank", "rung-3", joined=in_order(join(mayor), join(echo))), whole(traits, "a million", "rung-0"))


def claim_button(pen, number):
    return pen.root.get_by_role("button", name=f"Claim {number}").first


def claim_of(pen, words):
    """The label of a claim's mark and the first tokens of the words it is joined to; None without a mark."""
    place = whole(pen.traits, words, "")
    found = [m for m in pen.get("marks") if (m["first"], m["stop"]) == (place["first"], place["stop"]) and m["label"] != "source"]
    return (found[0]["label"], [e["first"] for e in found[0].get("joined", [])]) if found else None


def start(traits, words):
    return range_of(traits["tokens"], words)[0]


def no_errors(pen):
    assert pen.page.evaluate("window.errors") == []


MEND = {"stage": "mend", "feedback": {"text": "Look again at sentence 3.", "places": [3], "questions": []}}


def reasons_of(traits):
    rows = [sentence_row(traits, "match", "may close", "rung-2", "rung-2", "Nobody is named.", PEOPLE, PEOPLE),
            sentence_row(traits, "label", "It is old", "rung-4", "rung-5", "She is there.", MAYOR, MAYOR),
            sentence_row(traits, "partly", "sank", "rung-3", "rung-3", "Your words pass it on.", ECHO, MAYOR),
            sentence_row(traits, "missed", "a million", "", "rung-0", "Nobody says so.", "nobody", "nobody")]
    return {"stage": "reasons", "locked": True, "marks": [m for m in traced(traits) if m["label"] != "rung-0"],
            "feedback": {"text": "2 of 4 claims stand on the key's rung or beside it.", "places": [], "questions": [], "rows": rows},
            "status": {"text": "Finished.", "trouble": False}}


# ---------------------------------------------------------------- the same by mouse, touch, keys and list

def test_everything_by_mouse(page, text):
    pen = open_pen(page, text)
    claim_button(pen, 1).click()
    pen.drag_words(PEOPLE)
    pen.root.locator("[data-role=rung-2]").click()
    pen.action("next-claim").click()
    first, stop = range_of(text["tokens"], MAYOR)
    pen.click(first)
    pen.click(stop - 1)
    pen.root.locator("[data-role=rung-4]").click()
    claim_button(pen, 3).click()
    pen.drag_words(ECHO)
    pen.click(first)  # words that are a source are joined by a click
    pen.root.locator("[data-role=rung-3]").click()
    claim_button(pen, 4).click()
    pen.root.locator("[data-role=rung-0]").click()
    pen.action("let-go").click()
    pen.click(start(text, ECHO))
    pen.root.locator("[data-field=back]").select_option(label=f"{MAYOR} (sentence 3)")
    assert pen.get("marks") == traced(text)
    no_errors(pen)


def test_everything_by_touch(phone, text):
    pen = open_pen(phone, text)
    for number, words, rung in ((1, PEOPLE, 2), (2, MAYOR, 4), (3, ECHO, 3)):
        claim_button(pen, number).tap()
        first, stop = range_of(text["tokens"], words)
        pen.tap(first)
        pen.tap(stop - 1)
        pen.root.locator(f"[data-role=rung-{rung}]").tap()
    pen.root.locator(".kit-chip", has_text=MAYOR).tap()
    pen.action("next-claim").tap()
    pen.root.locator("[data-role=rung-0]").tap()
    pen.action("let-go").tap()
    pen.tap(start(text, ECHO))
    pen.root.locator("[data-field=back]").select_option(label=f"{MAYOR} (sentence 3)")
    assert pen.get("marks") == traced(text)
    no_errors(pen)


def test_everything_by_keys(page, text):
    """From Tab to the last source, and nothing but keys."""
    pen = open_pen(page, text)
    press = page.keyboard.press

    def go(words, stop=False):
        press("Control+Home")
        first, end = range_of(text["tokens"], words)
        for sentence in text["sentences"]:
            if sentence["stop"] <= first:
                press("Control+ArrowRight")
        for _ in words_in(text["tokens"][text["sentences"][sentence_with(text, words)]["first"] + 1:first + 1]):
            press("ArrowRight")
        for _ in range(end - 1 - first if stop else 0):
            press("Shift+ArrowRight")

    for _ in range(12):
        press("Tab")
        if pen.root.locator(".kit-article").evaluate("e => document.activeElement === e"):
            break
    press("]")
    assert pen.voice == "Claim 1. No rung yet. In hand: mark who says so."
    go(PEOPLE, stop=True)
    press("Enter")
    assert pen.voice == f"Claim 1 joined to “{PEOPLE}”. No rung yet."
    press("2")
    assert pen.voice == f"Claim 1 joined to “{PEOPLE}”. Rung 2, Unnamed, but described."
    press("]")
    go(MAYOR, stop=True)
    press("Enter")
    press("4")
    press("Escape")
    go("sank")
    press("c")
    go(ECHO, stop=True)
    press("Enter")
    press("Shift+S")
    press("Shift+S")
    assert pen.voice.startswith(f"{MAYOR}, stands behind claim 2.")
    press("Enter")
    press("3")
    press("Escape")
    go("a million")
    press("0")
    assert pen.voice == "Claim 4. Rung 0, Nobody."
    go(ECHO)
    press("Enter")
    press("Enter")
    for _ in range(15):
        if page.evaluate("document.activeElement.dataset.field") == "back":
            break
        press("Tab")
    page.keyboard.type(MAYOR[:3])
    press("Escape")
    assert pen.get("marks") == traced(text)
    assert pen.root.locator(".kit-article").evaluate("e => document.activeElement === e")
    no_errors(pen)


def test_everything_in_the_list(page, text):
    pen = open_pen(page, text)
    pen.action("list").click()
    for claim, words, rung in (("may close", PEOPLE, "Unnamed, but described"), ("It is old", MAYOR, "Named person"), ("sank", ECHO, "Named body")):
        item = pen.root.locator(".kit-item").nth(sentence_with(text, claim))
        first, stop = range_of(text["tokens"], words)
        item.locator("summary").click()
        item.locator("[data-field=to]").select_option(str(stop - 1))
        item.locator("[data-field=from]").select_option(str(first))
        item.locator("[data-action=add-join]").click()
        item.get_by_label(rung).check()
    item = pen.root.locator(".kit-item").nth(sentence_with(text, "sank"))
    item.get_by_role("checkbox", name=f"“{MAYOR}”, sentence 3").check()
    item.locator("[data-field=back]").select_option(label=f"{MAYOR} (sentence 3)")
    pen.root.locator(".kit-item").nth(sentence_with(text, "a million")).get_by_label("Nobody").check()
    assert pen.get("marks") == traced(text)
    assert pen.root.locator(".kit-item").nth(sentence_with(text, "It is old")).get_by_text("Stands behind claims 2, 3.").is_visible()
    no_errors(pen)


# ---------------------------------------------------------------- claims

def test_claims_are_numbered_in_reading_order_and_given_from_the_start(page):
    text = claims_of(BRIEF, ["sank", "may close", "a million"])
    pen = open_pen(page, text)
    shown = pen.root.locator(".kit-claim").evaluate_all("e => e.map((b) => [b.querySelector('.kit-claim-name').textContent, b.closest('.kit-unit').dataset.unit])")
    assert shown == [[f"Claim {n}", str(sentence_with(text, words))] for n, words in enumerate(["may close", "sank", "a million"], start=1)]
    assert pen.marks == []
    assert pen.root.locator("[data-label]").evaluate_all("e => e.map((b) => b.dataset.label)") == ["source"]


def test_a_rung_is_chosen_changed_and_taken_back(page, text):
    pen = open_pen(page, text)
    claim_button(pen, 1).click()
    pen.root.locator("[data-role=rung-5]").click()
    pen.root.locator("[data-role=rung-1]").click()
    assert claim_of(pen, "may close") == ("rung-1", [])
    assert claim_button(pen, 1).locator(".kit-box").inner_text().startswith("1")
    pen.root.locator("[data-role=rung-1]").click()
    assert pen.marks == [], "neither rung nor source: no mark"
    pen.action("undo").click()
    assert claim_of(pen, "may close") == ("rung-1", [])


def test_words_are_joined_before_a_rung_is_chosen(page, text):
    pen = open_pen(page, text)
    claim_button(pen, 2).click()
    pen.drag_words(MAYOR)
    assert claim_of(pen, "It is old") == ("claim", [start(text, MAYOR)])
    assert claim_button(pen, 2).locator(".kit-box").inner_text().startswith("?")
    pen.root.locator(".kit-chip", has_text=MAYOR).click()
    assert claim_of(pen, "It is old") is None
    assert pen.marks == [(*range_of(text["tokens"], MAYOR), "source")]


def test_the_same_words_marked_for_another_claim_are_one_source(page, text):
    pen = open_pen(page, text)
    for number in (1, 2):
        claim_button(pen, number).click()
        pen.drag_words(MAYOR)
        pen.drag_words(MAYOR)
    first = start(text, MAYOR)
    assert [label for *_, label in pen.marks].count("source") == 1
    assert claim_of(pen, "may close") == claim_of(pen, "It is old") == ("claim", [first])
    assert pen.token(first).locator(".kit-mark.kit-start").get_attribute("data-letter") == "1 2"


def test_a_word_of_a_claim_can_be_marked_with_no_claim_in_hand(page, text):
    """Only the number takes a claim in hand; words are always words."""
    pen = open_pen(page, text)
    word = start(text, "bridge")
    pen.click(word)
    assert pen.action("rung").count() == 0
    pen.click(word)
    assert pen.marks == [(word, word + 1, "source")]
    pen.drag(word, word)
    assert pen.marks == [], "the same words twice, and the mark is gone"


def test_escape_forgets_what_is_begun_first_and_then_lets_the_claim_go(page, text):
    pen = open_pen(page, text)
    claim_button(pen, 1).click()
    pen.click(start(text, "two"))
    assert "to which word?" in pen.root.locator(".kit-tray").inner_text()
    page.keyboard.press("Escape")
    assert pen.root.locator(".kit-pending").count() == 0
    assert pen.action("rung").count() == 6
    page.keyboard.press("Escape")
    assert pen.action("rung").count() == 0


def test_a_claim_in_hand_is_shown_with_its_sources_and_let_go_by_its_number(page, text):
    pen = open_pen(page, {**text, "marks": traced(text)})
    assert pen.root.locator(".kit-links path").count() == 0
    claim_button(pen, 3).click()
    assert pen.root.locator(".kit-selected").evaluate_all("e => e.map((s) => s.textContent).join('|')") == "Ilse |Brandt|The |daily |Echo"
    assert pen.root.locator(".kit-links path").count() == 2
    assert pen.root.locator(".kit-links").get_attribute("aria-hidden") == "true"
    assert claim_button(pen, 3).get_attribute("aria-pressed") == "true"
    pressed = pen.root.locator(".kit-tray [aria-pressed=true]").evaluate_all("e => e.map((b) => b.innerText.replace(/\\s+/g, ' ').trim())")
    assert pressed == [f"“{MAYOR}”", f"“{ECHO}”", "3 Named body"]
    claim_button(pen, 3).click()
    assert pen.root.locator(".kit-selected, .kit-links path").count() == 0


def test_lines_follow_the_text_when_it_flows_anew(page, text):
    pen = open_pen(page, {**text, "marks": traced(text)})
    claim_button(pen, 3).click()
    before = pen.root.locator(".kit-links path").first.get_attribute("d")
    page.set_viewport_size({"width": 420, "height": 700})
    page.wait_for_function("d => document.querySelector('.kit-links path').getAttribute('d') !== d", arg=before)
    ends = pen.root.locator(".kit-links path").evaluate_all("e => e.map((p) => { const b = p.getBoundingClientRect(); return [b.right, b.bottom] })")
    frame = pen.root.locator(".kit-article").bounding_box()
    assert all(frame["x"] <= x <= frame["x"] + frame["width"] and y <= frame["y"] + frame["height"] for x, y in ends)


def test_the_sentence_of_a_claim_in_hand_is_never_under_the_tray(phone):
    text = claims_of(NEWS, ["may close the old", "If the survey", "reportedly lost", "one of them appears", "might be cheaper"])
    pen = open_pen(phone, text)
    claim_button(pen, 1).tap()
    for _ in range(5):
        tray = pen.root.locator(".kit-tray").bounding_box()
        taken = pen.root.locator(".kit-claim[aria-pressed=true]").bounding_box()
        deck = pen.root.locator(".kit-deck").bounding_box()
        assert deck["y"] + deck["height"] <= taken["y"] + 8 and taken["y"] + taken["height"] - 8 <= tray["y"]
        assert tray["height"] < 300
        pen.action("next-claim").tap()


def test_digits_set_the_rung_of_the_claim_under_the_cursor_and_nothing_elsewhere(page, text):
    pen = open_pen(page, text)
    pen.press("Control+Home", "Control+ArrowRight", "ArrowRight", "5", "7", "9")
    assert claim_of(pen, "may close") == ("rung-5", [])
    pen.press("Control+ArrowRight", "1")
    assert len(pen.marks) == 1
    assert "no claim here" in pen.voice
    pen.press("Control+ArrowLeft", "0")
    assert claim_of(pen, "may close") == ("rung-0", [])
    pen.press("Delete")
    assert pen.marks == [] and pen.voice == "Claim 1. No rung yet."


def test_the_claim_in_hand_comes_before_the_one_under_the_cursor(page, text):
    pen = open_pen(page, text)
    pen.press("]", "Control+ArrowRight", "Control+ArrowRight", "3")
    assert claim_of(pen, "may close") == ("rung-3", []) and claim_of(pen, "It is old") is None
    pen.press("Delete")
    assert pen.marks == []


def test_brackets_go_round_the_claims(page, text):
    pen = open_pen(page, text)
    seen = []
    for key in ("]", "]", "[", "[", "]"):
        pen.press(key)
        seen.append(pen.voice[:7])
    assert seen == ["Claim 1", "Claim 2", "Claim 1", "Claim 4", "Claim 1"]


def test_progress_is_told_in_words_and_leads_to_claims_without_a_rung(page, text):
    pen = open_pen(page, {**text, "marks": [m for m in traced(text) if m["label"] in ("source", "rung-2", "rung-4")]})
    assert "2 of 4 claims have a rung." in pen.root.locator(".kit-tray").inner_text()
    pen.action("next-open").click()
    assert claim_button(pen, 3).get_attribute("aria-pressed") == "true"
    pen.root.locator("[data-role=rung-1]").click()
    pen.action("let-go").click()
    pen.action("next-open").click()
    pen.root.locator("[data-role=rung-0]").click()
    pen.action("let-go").click()
    assert "All 4 claims have a rung." in pen.root.locator(".kit-tray").inner_text()
    assert pen.action("next-open").count() == 0


def test_a_note_on_a_claim_is_kept_with_its_joins(page, text):
    pen = open_pen(page, {**text, "marks": traced(text)})
    claim_button(pen, 3).click()
    pen.action("note").click()
    pen.root.locator("[data-field=note]").fill("Who measured it?")
    pen.root.locator("[data-field=note]").press("Enter")
    noted = next(m for m in pen.get("marks") if m.get("note"))
    assert noted["label"] == "rung-3" and len(noted["joined"]) == 2
    pen.root.locator("[data-role=rung-2]").click()
    assert next(m for m in pen.get("marks") if m.get("note"))["label"] == "rung-2"


# ---------------------------------------------------------------- sources

def test_a_source_in_hand_shows_its_claims_and_joins_others(page, text):
    pen = open_pen(page, {**text, "marks": traced(text)})
    pen.click(start(text, MAYOR))
    chips = pen.root.locator(".kit-behind .kit-chip")
    assert chips.evaluate_all("e => e.map((b) => [b.textContent, b.ariaPressed])") == [["1", "false"], ["2", "true"], ["3", "true"], ["4", "false"]]
    chips.nth(0).click()
    chips.nth(1).click()
    assert claim_of(pen, "may close") == ("rung-2", [start(text, PEOPLE), start(text, MAYOR)])
    assert claim_of(pen, "It is old") == ("rung-4", [])
    assert pen.root.locator(".kit-links path").count() == 2


def test_what_is_joined_goes_along_when_a_source_grows_and_away_when_it_goes(page, text):
    pen = open_pen(page, {**text, "marks": traced(text)})
    pen.click(start(text, MAYOR))
    for name in ("end-later", "end-later", "end-later"):
        pen.action(name).click()
    first, stop = range_of(text["tokens"], MAYOR)
    ends = [e for m in pen.get("marks") for e in m.get("joined", []) if e["first"] == first]
    assert {e["stop"] for e in ends} == {stop + 3}
    assert sorted(e["label"] for e in ends) == ["goes-back", "source", "source"]
    pen.action("remove").click()
    assert [e for m in pen.get("marks") for e in m.get("joined", []) if e["first"] == first] == []
    for _ in range(4):
        pen.action("undo").click()
    assert pen.get("marks") == traced(text)


def test_only_sources_that_make_no_circle_are_offered(page, text):
    pen = open_pen(page, {**text, "marks": traced(text)})

    def offered(words):
        pen.click(start(text, words))
        options = pen.root.locator("[data-field=back] option").all_inner_texts()
        pen.action("cancel").click()
        return options
    assert offered(MAYOR) == ["nobody else", f"{PEOPLE} (sentence 1)"]
    assert offered(ECHO) == ["nobody else", f"{PEOPLE} (sentence 1)", f"{MAYOR} (sentence 3)"]
    assert pen.token(start(text, ECHO)).locator(".kit-mark.kit-start").get_attribute("data-letter") == "3 ↩"
    pen.click(start(text, ECHO))
    pen.root.locator("[data-field=back]").select_option("")
    assert pen.token(start(text, ECHO)).locator(".kit-mark.kit-start").get_attribute("data-letter") == "3"


def test_a_source_inside_another_is_reached_by_clicking_again(page, text):
    outer = source(text, "Ilse Brandt, the mayor")
    pen = open_pen(page, {**text, "marks": in_order(source(text, MAYOR), outer)})
    pen.click(start(text, MAYOR))
    pen.click(start(text, MAYOR))
    assert pen.root.locator(".kit-tray .kit-quote").inner_text() == "“Ilse Brandt, the mayor”"
    pen.action("remove").click()
    assert pen.get("marks") == [source(text, MAYOR)]


def test_the_list_changes_a_source_and_where_it_goes_back_to(page, text):
    pen = open_pen(page, {**text, "marks": traced(text)})
    pen.action("list").click()
    item = pen.root.locator(".kit-item").nth(sentence_with(text, "sank"))
    item.locator("[data-field=back]").focus()
    page.keyboard.press("Home")
    assert page.evaluate("document.activeElement.dataset.field") == "back", "who chooses by keys stays in the field"
    assert not any(e["label"] == "goes-back" for m in pen.get("marks") for e in m.get("joined", []))
    item.locator("[data-action=change]").click()
    item.locator("[data-action=end-later]").click()
    item.locator(".kit-behind .kit-chip").first.click()
    assert claim_of(pen, "may close") == ("rung-2", [start(text, PEOPLE), start(text, ECHO)])
    item.locator("[data-action=remove]").click()
    assert claim_of(pen, "sank") == ("rung-3", [start(text, MAYOR)])
    item.get_by_label("No rung yet").check()
    item.get_by_role("checkbox").nth(1).uncheck()
    assert claim_of(pen, "sank") is None
    no_errors(pen)


def test_keys_in_the_list_keep_their_place(page, text):
    pen = open_pen(page, {**text, "marks": traced(text)})
    pen.action("list").click()
    item = pen.root.locator(".kit-item").nth(sentence_with(text, "may close"))
    item.locator("[data-field=rung]:checked").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert claim_of(pen, "may close")[0] == "rung-0"
    boxes = item.get_by_role("checkbox")
    boxes.nth(1).focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert claim_of(pen, "may close") == ("rung-0", [start(text, w) for w in (PEOPLE, MAYOR, ECHO)])


# ---------------------------------------------------------------- saved, and stages

def test_unsaved_joins_are_offered_when_the_cell_runs_again(page, text):
    pen = open_pen(page, text)
    pen.kernel(alive=False)
    claim_button(pen, 1).click()
    pen.drag_words(PEOPLE)
    pen.root.locator("[data-role=rung-2]").click()
    lost = pen.get("marks")
    pen.end()
    again = open_pen(page, text, name="pen")
    again.action("put-back").click()
    assert again.get("marks") == lost
    again.end()
    in_python_order = [dict(reversed(m.items())) for m in lost]
    once_more = open_pen(page, {**text, "marks": in_python_order}, name="pen")
    assert once_more.action("put-back").count() == 0


def test_in_the_last_stage_both_rungs_stand_at_each_claim(page, text):
    pen = open_pen(page, {**text, **reasons_of(text)})
    shown = pen.root.locator(".kit-claim").evaluate_all("e => e.map((b) => [...b.querySelectorAll('.kit-box')].map((x) => [x.firstElementChild?.textContent ?? '', getComputedStyle(x).borderStyle]))")
    assert shown == [[["2", "solid"], ["2", "double"]], [["4", "solid"], ["5", "double"]], [["3", "solid"], ["3", "double"]], [["", "dashed"], ["0", "double"]]]
    assert pen.root.locator(".kit-mine, .kit-theirs").count() == 0
    assert pen.token(start(text, PEOPLE)).locator(".kit-mark").count() == 1
    claim_button(pen, 2).click()
    assert "She is there." in pen.root.locator(".kit-tray").inner_text()
    assert pen.action("rung").count() == 0
    assert pen.root.locator("[data-field=label-filter] option").evaluate_all("e => e.map((o) => o.value)") == ["", "rung-5", "rung-4", "rung-3", "rung-2", "rung-0"]
    cells = pen.root.locator("tr[data-outcome]").nth(2).locator("td").evaluate_all("e => e.slice(0, 2).map((c) => c.innerText.replace(/\\s+/g, ' ').trim())")
    assert cells == [f"{ECHO} 3 Named body", f"{MAYOR} 3 Named body"]
    pen.action("list").click()
    item = pen.root.locator(".kit-item").nth(sentence_with(text, "sank"))
    assert "Goes back to “Ilse Brandt”." in item.inner_text() and "Mine: Named body. Key: Named body. Partly." in item.inner_text()
    assert item.locator("input, select").count() == 0
    no_errors(pen)


def test_a_teachers_copy_without_a_list_of_claims_shows_those_of_its_marks(page, text):
    pen = open_pen(page, {**text, **reasons_of(text), "asked": []})
    assert pen.root.locator(".kit-claim-name").all_inner_texts() == ["Claim 1", "Claim 2", "Claim 3"]


# ---------------------------------------------------------------- narrow, and for everybody

def test_a_phone_needs_no_sideways_scrolling_and_no_small_targets(phone, text):
    pen = open_pen(phone, {**text, "marks": traced(text)}, answers={"check": MEND, "finish": reasons_of(text)})

    def look():
        assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert small_targets(pen) == []
    look()
    claim_button(pen, 3).tap()
    look()
    pen.tap(start(text, "Repairs"))
    look()
    pen.action("cancel").tap()
    pen.action("let-go").tap()
    pen.tap(start(text, ECHO))
    look()
    pen.action("list").tap()
    pen.root.locator("summary").nth(1).tap()
    pen.action("change").first.tap()
    look()
    pen.action("list").tap()
    for action in ("check", "finish"):
        pen.action(action).tap()
        look()


def test_beside_jupyterlabs_bars_no_source_is_cut_off_at_the_side_and_the_cross_stays_in_its_corner(phone, text):
    phone.set_viewport_size({"width": 292, "height": 700})
    long = source(text, "The daily Echo reported that it sank")
    pen = open_pen(phone, {**text, "marks": in_order(*traced(text), long)})
    corners = []
    for number in range(1, 5):
        (claim_button(pen, 1) if number == 1 else pen.action("next-claim")).tap()
        box, *chips = pen.root.locator(".kit-who, .kit-who .kit-chip").evaluate_all("""all => all.map((e) => {
            const { left, right } = e.getBoundingClientRect();
            return { left, right, cut: e.matches(".kit-who") && e.scrollWidth > e.clientWidth, height: e.clientHeight };
        })""")
        assert len(chips) == 4 and not box["cut"]
        assert all(box["left"] <= chip["left"] and chip["right"] <= box["right"] for chip in chips)
        assert box["height"] >= 88, "two rows are in sight"
        corners.append(pen.action("let-go").evaluate("""e => [e.getBoundingClientRect(), e.closest(".kit-notice").getBoundingClientRect()]
            .map(({ right, top }) => [right, top]).reduce(([r, t], [right, top]) => [right - r, t - top])"""))
    assert all(side < 24 and down < 24 for side, down in corners)
    assert small_targets(pen) == []


STATES = {
    "mark": ({}, lambda pen: None),
    "claim": ({"marks": True}, lambda pen: (claim_button(pen, 3).click(), pen.action("note").click())),
    "pending": ({"marks": True}, lambda pen: (claim_button(pen, 3).click(), pen.click(start(pen.traits, "Repairs")))),
    "source": ({"marks": True}, lambda pen: pen.click(start(pen.traits, ECHO))),
    "keys": ({"marks": True}, lambda pen: pen.press("]", "ArrowRight")),
    "mend": ({"marks": True, **MEND}, lambda pen: None),
    "list": ({"marks": True}, lambda pen: (pen.action("list").click(), pen.root.locator("summary").nth(1).click(), pen.action("change").first.click())),
    "help": ({}, lambda pen: pen.action("help").click()),
    "reasons": (reasons_of, lambda pen: pen.action("next-difference").click()),
    "list of reasons": (reasons_of, lambda pen: pen.action("list").click()),
}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_any_state(browser, text, theme):
    context = browser.new_context(viewport={"width": 900, "height": 700}, color_scheme=theme, reduced_motion="reduce")
    page = context.new_page()
    for name, (more, reach) in STATES.items():
        more = more(text) if callable(more) else more
        pen = open_pen(page, {**text, **more, **({"marks": traced(text)} if more.get("marks") is True else {})})
        assert pen.root.get_attribute("data-theme") == theme
        reach(pen)
        assert violations(page) == [], name
        pen.end()
    context.close()
