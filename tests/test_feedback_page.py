"""Feedback on an answer: what a student reads, in a notebook, in a grader's page and alone."""

import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pen_page import violations
from static_page import CUT, NASTY, OUT, TALLEST, Reading, page_of
from strategies import answers, boards, marked, marks_on

from kit.grading.feedback import feedback, feedback_page, refused
from kit.grading.grade import Grade, grade
from kit.grading.passes import Changes, changes
from kit.grading.questions import questions
from kit.measure.feedback import rows
from kit.model.annotations import AnnotationSet
from kit.model.files import load_article, read_key
from kit.model.spans import Span

ROOT = Path(__file__).parent.parent
KEYS, PLANS = ROOT / "exercises" / "keys", ROOT / "kit" / "articles"
HARBOUR = ("The mayor [<may> resign|might: A guess. Who knows?], [<sources> said|vague: Nobody is named. Which?]. "
           "The vote is in [May|-: the month]. [If|condition: Only then. When?] so, [gossip|hearsay??: Both ways.] ends.")


def harbour(*final: str, first: tuple[str, ...] | None = (), reasons: dict | None = None, **more) -> Grade:
    article, key = marked(HARBOUR)
    key = replace(key, responses=reasons or {})
    answer = marks_on(article, *final)
    passed = None if first is None else marks_on(article, *first).spans
    return grade(article, replace(answer, first_pass=passed, **{"stage": "reasons"} | more), key)


@cache
def exercise(name: str) -> Grade:
    """Return the grade of somebody who did most of one of the kit's exercises, with every kind of outcome."""
    plan = json.loads((PLANS / f"{name}.exercise.json").read_text("utf-8"))
    article = load_article(plan["article"])
    key = read_key(KEYS / f"{plan['article']}-{plan['key']}.key.json").in_scheme(plan["scheme"])
    items = [cue for cue in key.tier("core") if cue.label != "furniture"]
    spans = [Span(cue.core.start, cue.core.end, cue.label, joined=cue.joined) for cue in items[:-3]]
    labels = sorted({span.label for span in spans} - {"source"})
    turn = next(number for number, span in enumerate(spans) if span.label in labels)
    spans[turn] = replace(spans[turn], label=next(label for label in labels[::-1] if label not in items[turn].labels))
    spans += [Span(item.start, item.end, labels[0]) for item in key.look_alikes[:2]]
    answer = AnnotationSet.on(article, plan["scheme"], "student", spans)
    responses = {name: known["right"] if "many" in known else known["right"][0] for name, known in key.responses.items()}
    responses |= {"reason-2": next(iter(plan["reasons"][1]["choices"])), "written": "Nobody knows, because nobody is named."}
    responses.pop("reason-3")
    return grade(article, replace(answer, first_pass=tuple(spans[1::2]), stage="reasons", responses=responses), key)


EXERCISES = ("01-what-do-we-know", "02-claim-or-background", "03-who-says-so")


def words(source: str) -> str:
    """Return what a page says, without its style."""
    return " ".join(" ".join(Reading(re.sub("<style>.*?</style>", "", source, flags=re.DOTALL)).parts).split())


# Points, with the counts they come from


def test_points_stand_with_the_counts_they_come_from():
    told = words(feedback(harbour("may|might", "sources|vague", "May|might", first=("may|might", "vote|might"))))
    assert "6.5 of 10 points" in told and "6.6 before rounding to quarter points" in told
    assert "First pass 40 % 1 found, 2 missed; 1 mark not in the key 0.40 1.6 of 4" in told
    assert "2 found, 1 missed; 1 mark not in the key 0.67 2 of 3" in told
    assert "2 × 2 ÷ (3 cues + 3 marks) = 0.67" in told
    assert "none asked nothing asked 3 of 3" in told


def test_a_cue_partly_found_is_said_to_count_half():
    told = words(feedback(harbour("may resign, sources|might", first=None)))
    assert "0 found, 1 partly, 2 missed" in told and "2 × 0.5 ÷ (3 cues + 1 mark) = 0.25" in told


def test_sentences_and_claims_have_their_own_words():
    told = words(feedback(exercise("02-claim-or-background")))
    assert "sentences as in the key" in told and "divided by all sentences asked" in told and "cue" not in told
    assert "claims on the key's rung or beside it" in words(feedback(exercise("03-who-says-so")))


@st.composite
def graded(draw):
    """An answer with both passes on a small article, graded."""
    article, answer, key = draw(boards(items=4, most=5))
    first = draw(st.one_of(st.none(), answers(article, most=5)))
    return grade(article, replace(answer, first_pass=first and first.spans), key)


@given(graded())
def test_the_parts_add_up_to_the_points(held):
    told = words(feedback(held))
    parts = [float(one) for one in re.findall(r"([\d.]+) of [43](?: |$)", told.partition("How the points")[2])][:3]
    assert sum(parts) == pytest.approx(held.points, abs=0.125 + 0.015)
    assert f"{held.points:g} of 10 points" in told


@given(graded())
def test_the_table_has_the_rows_of_the_comparison(held):
    source = feedback(held)
    told = [part["data-outcome"] for tag, part in Reading(source).attributes if tag == "tr" and "data-outcome" in part]
    assert told == [row.outcome for row in rows(held.article, held.answer, held.key)]


@given(graded())
def test_every_link_leads_somewhere_and_no_id_stands_twice(held):
    """The same answer twice, as in a notebook with a copied cell."""
    fragment = feedback(held)
    read = Reading(feedback_page("Ada", [("One", fragment), ("Two", fragment)]))
    ids = [part["id"] for part in read.having("id")]
    assert len(ids) == len(set(ids))
    assert {part["href"][1:] for part in read.having("href")} <= set(ids)


# What a second look changed


def test_what_a_second_look_changed_is_told_in_words():
    held = harbour("may|might", "sources said.|vague", "vote|might", first=("sources|vague", "May|might"))
    told = words(feedback(held))
    assert "Found, or found better (1): may resign" in told
    assert "No longer found, or not so well (1): sources said" in told
    assert "Taken back, not in the key (1): May" in told and "New, not in the key (1): vote" in told


def test_a_second_look_that_changed_nothing_says_so():
    assert "Nothing that counts" in words(feedback(harbour("may|might", first=("may|might",))))
    told = words(feedback(harbour("may|might", "gossip|hearsay", first=("may|might",))))
    assert "Nothing that counts" in told  # it is open in the key
    assert "second look" not in words(feedback(harbour("may|might", first=None)))


@given(graded())
def test_changes_are_those_of_the_counts(held):
    found = changes(held.article, held.answer, held.key, rows(held.article, held.answer, held.key))
    places = {kind: {(row.first, row.stop) for row in rows(held.article, one, held.key) if row.outcome == "extra"}
              for kind, one in (("first", held.answer.first()), ("mended", held.answer))}
    assert len(found.new) == len(places["mended"] - places["first"])
    assert len(found.gone) == len(places["first"] - places["mended"])
    if held.first.found > held.mended.found:
        assert found.worse
    if 2 * held.mended.found + held.mended.loose > 2 * held.first.found + held.first.loose:
        assert found.better


def test_the_same_marks_change_nothing():
    held = harbour("may|might", first=("may|might",))
    assert changes(held.article, held.answer, held.key, ()) == Changes()


# Reasons and written answers

ASKED = {"one": {"right": ["yes"], "note": "Because."}, "two": {"right": ["a", "b"], "many": 2, "note": "Both."},
         "odd": {"right": "no list"}, "odder": 7}


@pytest.mark.parametrize(("given", "told"), [
    ({"one": "yes", "two": ["a", "b"]}, ["As in the key", "As in the key"]),
    ({"one": "no", "two": ["a", "z"]}, ["Not in the key", "1 of 2"]),
    ({"two": ["a", "b", "z"]}, ["Not answered", "1 of 2"]),
    ({"one": ["yes"], "two": "a"}, ["Not answered", "Not answered"]),
    ({"one": 7, "two": {"a": 1}}, ["Not answered", "Not answered"])])
def test_a_reason_stands_beside_the_key(given, told):
    held = harbour("may|might", reasons=ASKED, responses=given)
    table = feedback(held).partition("Your reasons")[2].partition("</table>")[0]
    assert re.findall(r"As in the key|Not in the key|Not answered|\d of 2", words(table)) == told
    assert "Because." in table and "Both." in table
    asked = questions(held.article, held.key)
    assert sum(one.counted(held.answer) for one in asked) == held.right
    assert sum(one.many for one in asked) == held.asked == 3


@pytest.mark.parametrize("name", EXERCISES)
def test_questions_of_an_exercise_stand_in_its_own_words(name):
    plan = json.loads((PLANS / f"{name}.exercise.json").read_text("utf-8"))
    told = words(feedback(exercise(name)))
    assert all(" ".join(one["ask"].split()) in told for one in (*plan["reasons"], plan["written"]))
    chosen = plan["reasons"][1]["choices"]
    assert next(iter(chosen.values())) in told and "reason-1" not in told and "sentence-" not in told
    assert "Nobody knows, because nobody is named." in told and "Your teacher reads this." in told
    held = exercise(name)
    assert sum(one.counted(held.answer) for one in questions(held.article, held.key)) == held.right


def test_what_was_not_written_is_said():
    held = exercise(EXERCISES[0])
    without = replace(held, answer=replace(held.answer, responses={}))
    assert "You wrote nothing here." in words(feedback(without))


# Remarks, refusals, hostile words


def test_remarks_are_told():
    told = words(feedback(harbour("may|might", first=None, stage="mark"), remarks=["It came from a notebook."]))
    assert "Never checked: the final marks count as both passes." in told and "It came from a notebook." in told
    assert "Not finished" in words(feedback(harbour("may|might", stage="mend")))


@pytest.mark.parametrize("stage", ["mend", "reasons"])
def test_who_started_again_is_told_what_it_means_for_them_and_no_more(stage):
    held = harbour("may|might", started_again=stage)
    (for_teachers,) = held.remarks
    said = words(feedback(held))
    assert "Started again after" in for_teachers and for_teachers not in said and "somebody else" not in said
    assert "You started again after a check; your points stay as they are." in said


def test_a_refusal_says_why_and_what_it_is_worth():
    told = words(refused("a.json: format is 'x'.\n    Save it again.", out_of=7.5))
    assert "0 of 7.5 points" in told and "a.json: format is 'x'. Save it again." in told
    assert "could not be graded" in told and "Your own file is not changed." in told


def test_who_handed_in_nothing_reads_of_no_file_of_theirs():
    told = words(refused("An answer is not there.", out_of=10, is_there=False))
    assert "There is no answer here" in told and "0 of 10 points" in told and "Tell your teacher" in told
    assert "Your own file" not in told and "could not be graded" not in told


def test_hostile_words_stay_words():
    held = harbour("may|might", responses={"written": NASTY, "reason-1": NASTY},
                   reasons={"reason-1": {"right": [NASTY], "note": NASTY}})
    spans = (Span(0, 9, NASTY, NASTY),)
    held = replace(held, answer=replace(held.answer, spans=spans, first_pass=spans[:0], annotator=NASTY))
    for source in (feedback(held, remarks=[NASTY]), refused(NASTY, out_of=10),
                   feedback_page(NASTY, [(NASTY, feedback(held)), (NASTY, refused(NASTY, out_of=2))])):
        read = Reading(source)
        assert not {"script", "img"} & set(read.tags)
        assert not [name for _, part in read.attributes for name in part if name.startswith("on")]
        assert NASTY in read.text


def test_thousands_of_marks_and_a_book_of_words_do_not_fill_the_page():
    held = harbour("may|might", responses={"written": "word " * 50_000})
    spans = tuple(Span(start, end, label) for start in range(60) for end in range(start + 1, 70)
                  for label in ("might", "vague"))
    source = feedback(replace(held, answer=replace(held.answer, spans=spans)))
    assert len(source) < 1_000_000 and "cannot be drawn with them" in words(source)
    assert "Only the first 600 marks are shown" in words(source) and "more characters in the answer file" in words(source)


@pytest.mark.parametrize("name", EXERCISES)
def test_feedback_neither_praises_nor_blames(name):
    held = exercise(name)
    article, key = held.article, held.key
    told = words(feedback(held))
    for own in (article.text, *(one.note for one in (*key.spans, *key.look_alikes))):
        told = told.replace(" ".join(own.split()), "")  # not ours to judge
    told = told.partition("In the text")[0].partition("Your marks beside")[0] + told.partition("Your reasons")[2][:40]
    assert "points" in told and not re.search(r"\b(wrong|incorrect|error|mistakes?|failed|bad|great|well done|excellent|rank|best)\b", told,
                         re.IGNORECASE)


# The page


def test_a_page_needs_nothing_else_and_its_headings_are_in_order():
    source = feedback_page("Ada Möller", [(name, feedback(exercise(name))) for name in EXERCISES])
    read = Reading(source)
    assert not read.having("src") and "@import" not in source and "url(" not in source and "script" not in read.tags
    assert all(part["href"].startswith("#") for part in read.having("href"))
    levels = [int(tag[1]) for tag in read.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1 and levels.count(2) == 3
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:]))
    assert source.count(".kit-feedback-total b {") == 1
    assert "Feedback for Ada Möller" in read.text


def test_a_student_without_answers_has_a_page_all_the_same():
    assert "There is no answer to an exercise here." in words(feedback_page("", []))


# in a browser


@pytest.mark.page
@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (900, "light"), (900, "dark")])
def test_nothing_sticks_out_and_axe_finds_nothing(browser, width, scheme):
    parts = [(name, feedback(exercise(name), remarks=["From a notebook."])) for name in EXERCISES]
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    page.set_content(feedback_page("Ada", [*parts, ("Other", refused("x.json: not there.", out_of=10))]))
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert violations(page) == []
    context.close()


@pytest.mark.page
@pytest.mark.parametrize("name", EXERCISES)
def test_no_word_of_a_table_is_cut_and_questions_and_sentences_have_room(browser, name):
    """Questions were eleven lines tall beside a reason of two, and "independent" ended in the next line."""
    page = browser.new_page()
    page.set_content(feedback_page("Ada", [(name, feedback(exercise(name)))]))
    for width in (1280, 1024, 900, 840, 780, 390):
        page.set_viewport_size({"width": width, "height": 800})
        assert (width, page.evaluate(CUT), page.evaluate(OUT)) == (width, [], 0)
    page.set_viewport_size({"width": 1280, "height": 800})
    assert page.evaluate(TALLEST) <= 6
    page.close()


@pytest.mark.page
def test_what_has_no_end_is_cut_and_widens_no_page(browser):
    endless = "x" * 290
    held = harbour("may|might", reasons=ASKED, responses={"one": endless})
    article, key = marked(f"The mayor {endless} [may|might: {endless}] resign.")
    other = grade(article, marks_on(article, f"{endless} may|might"), key)
    page = browser.new_page()
    page.set_content(feedback_page("Ada", [("One", feedback(held)), ("Two", feedback(other))]))
    for width in (1280, 900, 390):
        page.set_viewport_size({"width": width, "height": 800})
        assert (width, page.evaluate("document.documentElement.scrollWidth")) == (width, width)
    page.close()


SIZES = """() => [...document.querySelectorAll('.kit-feedback :is(p, td > div, th > div, li)')]
  .filter(part => part.innerText.trim()).map(part => parseFloat(getComputedStyle(part).fontSize))"""


@pytest.mark.page
def test_in_a_page_with_a_tiny_root_words_are_as_large_as_elsewhere(browser):
    """The style of nbgrader's feedback page sets its root to 10 pixels."""
    tiny = "<style>html { font-size: 10px; }</style>"
    source = feedback(exercise(EXERCISES[0]))
    sizes = []
    for before in ("", tiny):
        page = page_of(browser, before + source)
        sizes.append(page.evaluate(SIZES))
        page.context.close()
    assert sizes[0] == sizes[1] and min(sizes[0]) >= 13


INK = "getComputedStyle(document.querySelector('.kit-feedback')).color"
PAPER = "getComputedStyle(document.querySelector('.kit-feedback')).backgroundColor"


@pytest.mark.page
def test_on_paper_and_in_a_page_of_somebody_else_it_is_dark_on_light(browser):
    source = feedback(exercise(EXERCISES[0]))
    page = page_of(browser, source, scheme="dark")
    assert page.evaluate(PAPER) == "rgb(255, 254, 251)"
    page.context.close()
    page = page_of(browser, "", scheme="dark")
    page.set_content(feedback_page("Ada", [("One", source)]))
    assert page.evaluate(PAPER) == "rgb(27, 26, 24)"
    page.emulate_media(media="print", color_scheme="dark")
    assert (page.evaluate(INK), page.evaluate(PAPER)) == ("rgb(0, 0, 0)", "rgb(255, 255, 255)")
    page.context.close()


@pytest.mark.page
def test_words_lead_to_the_text_and_back(browser):
    page = page_of(browser, "")
    page.set_content(feedback_page("Ada", [(name, feedback(exercise(name))) for name in EXERCISES[:2]]))
    row = page.locator("tr[data-outcome]").nth(2)
    row.locator("a").first.click()
    assert page.evaluate("document.activeElement.id").endswith("-text-3")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == row.get_attribute("id")
    page.context.close()
