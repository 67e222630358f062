"""What is handed in as a page: a person can read all of it, and a program finds the answer file in it."""

import json
import re
from dataclasses import replace
from datetime import date
from html import unescape

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from static_page import NASTY, Reading
from strategies import answers, articles, marks_on

from kit.cli import commands
from kit.errors import FileFormatError, KitError, WrongArticleError
from kit.grading import check
from kit.measure.row import sentence_numbers
from kit.model.annotations import AnnotationSet
from kit.model.article import Article
from kit.model.files import load_article, save_annotations
from kit.model.formats import annotations_json
from kit.model.handed import CARRIED, carried
from kit.model.plans import plan_for
from kit.model.spans import Span
from kit.page.handin import hand_in_page, hand_in_view, missing, page_name
from kit.page.replies import replies

SINGER, FOCUS = load_article("singer-tour"), load_article("focus-app")
PLAN = plan_for(SINGER)
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 10**17) | st.floats(allow_nan=False, allow_infinity=False) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3), max_leaves=6)
CHOSEN = {"reason-1": "passes-on", "reason-2": "ahead", "reason-3": "ties", "reason-4": "seen",
          "reason-5": "came", "reason-6": "sounds", "written": "Little, because\nit is only said."}


def answer_on(article: Article, *wanted: str, scheme: str = "cues-4", **more) -> AnnotationSet:
    return replace(marks_on(article, *wanted, scheme=scheme), **more)


def finished(**more) -> AnnotationSet:
    first = marks_on(SINGER, "set to|might", "unclear|might", "sources|vague").spans
    last = answer_on(SINGER, "unclear|might", "sources|hearsay", "If|condition")
    return replace(last, first_pass=first, stage="reasons", responses=CHOSEN, **more)


def rows(page: str) -> list[list[str]]:
    """The rows of the table of marks, each cell as words."""
    found = re.findall(r"<tr role=\"row\".*?</tr>", page, re.DOTALL)
    split = [re.split(r"</t[hd]>", row)[:-1] for row in found]
    return [[" ".join(unescape(re.sub("<[^>]*>", " ", cell)).split()) for cell in row] for row in split]


def words(page: str) -> str:
    return " ".join("".join(Reading(re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)).parts).split())


# A program reads it


@given(st.data())
def test_the_answer_file_is_in_the_page_to_the_letter(data):
    article = data.draw(articles())
    answer = data.draw(answers(article))
    first = data.draw(st.none() | answers(article).map(lambda one: one.spans))
    noted = tuple(replace(span, note=data.draw(st.sampled_from(["", NASTY, "-->]]></data>"]))) for span in answer.spans)
    answer = replace(answer, spans=noted, first_pass=first, stage="mark" if first is None else "mend",
                     responses=data.draw(st.dictionaries(WORDS, ANYTHING, max_size=3)))
    page = hand_in_page(article, answer)
    assert [one.content for one in carried("x.html", page.encode())] == [annotations_json(answer, article)]


def test_a_file_that_another_program_wrote_stands_in_the_page_as_it_is():
    content = json.dumps(json.loads(annotations_json(finished(), SINGER)) | {"later": 1}) + "\r\n\n"
    assert carried("x.html", hand_in_page(SINGER, finished(), content=content).encode())[0].content == content


def test_the_page_loads_nothing_and_runs_nothing():
    read = Reading(hand_in_page(SINGER, finished(), plan=PLAN))
    assert {"script", "link", "img", "iframe", "object", "form", "base"}.isdisjoint(read.tags)
    assert not [name for _, held in read.attributes for name in held if name in ("src", "href") or name.startswith("on")]
    assert "url(" not in hand_in_page(SINGER, finished()) and "@import" not in hand_in_page(SINGER, finished())


def test_whatever_a_student_writes_stays_words():
    article = replace(SINGER, title=NASTY, source=NASTY)
    answer = finished()
    noted = tuple(replace(span, note=NASTY) for span in answer.spans)
    answer = replace(answer, spans=noted, responses={NASTY: NASTY, "reason-1": NASTY, "written": NASTY, "x": [NASTY, {NASTY: NASTY}]})
    for made in (hand_in_page(article, answer, plan=PLAN), hand_in_view(article, answer, plan=PLAN, told=NASTY)):
        assert {"script", "img"}.isdisjoint(Reading(made).tags)
        assert words(made).count(" ".join(NASTY.split())) >= 8


def test_a_page_is_named_after_article_scheme_and_code():
    assert page_name(finished()) == "singer-tour-cues-4-hand-in.html"
    assert page_name(finished(annotator="fox-7")) == "singer-tour-cues-4-fox-7-hand-in.html"


def test_an_answer_on_another_text_makes_no_page():
    for make in (hand_in_page, hand_in_view):
        with pytest.raises(WrongArticleError):
            make(FOCUS, finished())


# A person reads it


def headings(page: str) -> list[str]:
    return [unescape(re.sub("<[^>]*>", "", found)) for found in re.findall(r"<h[1-6][^>]*>.*?</h[1-6]>", page, re.DOTALL)]


def test_the_head_names_the_exercise_and_the_day_and_the_title_stands_once():
    page = hand_in_page(SINGER, finished(), plan=PLAN, day=date(2026, 3, 7))
    assert headings(page)[0] == "Exercise 1: What do we actually know?"
    assert "<title>Exercise 1: What do we actually know?: hand-in of student</title>" in page
    assert words(page.partition("</head>")[2]).count(SINGER.title) == 1
    assert "Page made7 March 2026Marked with" in words(page)


def test_a_text_without_an_exercise_has_its_title_once_too():
    own = Article("own", "My own text", "School paper", "Nothing is certain. It may rain.")
    for article in (own, replace(own, text=f"My own text\n\n{own.text}")):
        page = hand_in_page(article, AnnotationSet.on(article, "cues", "student"))
        assert headings(page)[0] == "Hand-in" and "<title>My own text: hand-in of student</title>" in page
        assert words(page.partition("</head>")[2]).count("My own text") == 1
    assert "Page made" not in page


def test_both_passes_stand_beside_each_other():
    assert rows(hand_in_page(SINGER, finished()))[1:] == [
        ["1 set to", "M Might-words", "not marked taken away"],
        ["5 unclear", "M Might-words", "M Might-words"],
        ["6 sources", "W Who exactly?", "S Somebody-said-so changed"],
        ["19 If", "not marked", "I If-words added"],
    ]


def test_the_columns_say_how_far_the_answer_is():
    answer = finished()
    heads = [rows(hand_in_page(SINGER, one))[0] for one in (
        answer, replace(answer, stage="mend"), replace(answer, stage="mark", first_pass=None))]
    assert heads == [["Words", "First check", "At the end"], ["Words", "First check", "Now"], ["Words", "Label"]]


def test_letters_tell_what_was_added_and_taken_away():
    letters = [held["data-letter"] for held in Reading(hand_in_page(SINGER, finished())).having("data-letter")]
    assert sorted(letters) == sorted(["M−", "M", "W−", "S+", "I+"])


def test_before_the_first_check_there_is_one_pass_without_signs():
    answer = replace(finished(), first_pass=None, stage="mark")
    page = hand_in_page(SINGER, answer)
    assert [held["data-letter"] for held in Reading(page).having("data-letter")] == ["M", "S", "I"]
    assert "after the first check" not in words(page)


def test_a_note_and_the_source_of_a_claim_stand_beside_the_mark():
    article = load_article("strait-collision")
    number = next(n for n in range(len(article.sentences)) if sentence_numbers(article)[n])
    claim = article.sentences[number]
    source = marks_on(article, "the coastguard|source", scheme="sources").spans[0]
    spans = (Span(claim.start, claim.end, "rung-3", "why?", joined=(Span(source.start, source.end, "source"),)), source)
    page = hand_in_page(article, AnnotationSet.on(article, "sources", "student", spans))
    assert [row[2] for row in rows(page)[1:]] == ["why? says so: the coastguard", ""]


def test_a_chosen_answer_stands_below_its_question():
    shown = words(hand_in_page(SINGER, finished(), plan=PLAN))
    for question in PLAN["reasons"]:
        chosen = question["choices"][CHOSEN[question["id"]]]
        others = [choice for choice in question["choices"].values() if choice != chosen]
        assert f'{question["ask"]}{chosen}' in shown
        assert not any(other in shown for other in others)
    assert "Little, because it is only said." in shown


def test_chosen_sentences_stand_with_their_words():
    plan = plan_for(FOCUS)
    answer = AnnotationSet.on(FOCUS, "roles", "student")
    given = replace(answer, responses={plan["loaded"]["id"]: ["sentence-2", "sentence-99", 3, "odd"]})
    said = next(one.said for one in replies(FOCUS, given, plan) if one.ask == plan["loaded"]["ask"])
    second = FOCUS.quote(FOCUS.sentences[sentence_numbers(FOCUS).index(2)])
    assert said == (f"2. {second}", "sentence-99", "3", "odd")


def test_what_was_not_asked_is_shown_under_its_own_name():
    given = replace(finished(), responses={"before": 0, "odd": {"a": [1]}, "written-2": "More.", "empty": "", "none": None})
    found = {one.ask: (one.said, one.own_words, one.asked) for one in replies(SINGER, given, PLAN) if one.said}
    assert found == {"before": (("0",), False, False), "odd": (('{"a": [1]}',), False, False),
                     "written-2": (("More.",), True, False)}


def test_a_number_on_a_scale_says_of_how_many():
    article = load_article("sleep-study")
    given = replace(AnnotationSet.on(article, "roles", "student"), responses={"before": 0, "after": True})
    said = {one.ask: one.said for one in replies(article, given, plan_for(article))}
    assert ("0 of 21",) in said.values() and ("true",) in said.values()


@given(st.dictionaries(st.sampled_from(["reason-1", "written", "loaded", "before", "x"]), ANYTHING, max_size=4))
def test_no_odd_answer_keeps_the_page_from_being_made(responses):
    for article in (SINGER, FOCUS, load_article("sleep-study")):
        answer = replace(AnnotationSet.on(article, "roles", "student"), responses=responses)
        plan = plan_for(article)
        asked = [one.ask for one in replies(article, answer, plan) if one.asked]
        assert asked == [one.ask for one in replies(article, AnnotationSet.on(article, "roles", "student"), plan)]
        assert hand_in_page(article, answer, plan=plan).endswith("</html>\n")


def test_every_text_of_a_lesson_or_exercise_has_its_questions():
    for id in ("singer-tour", "focus-app", "strait-collision", "north-korea-2024", "sleep-study", "transfer-rumour", "two-rivers"):
        assert plan_for(load_article(id))["article"] == id
    assert plan_for(Article("singer-tour", "T", "s", "Another text, called like one of the kit's.")) is None
    assert plan_for(Article("my-text", "T", "s", "Another text.")) is None


def test_what_is_missing_is_said():
    nothing = AnnotationSet.on(SINGER, "cues-4", "student")
    assert missing(SINGER, nothing, PLAN) == (
        "Nothing is marked.", "Not checked yet: press Check my marks under the text.", "6 questions not answered.",
        "Nothing is written in the field for your own words.")
    assert missing(SINGER, replace(finished(), stage="mend"), PLAN) == ("Not finished yet: press Finish under the text.",)
    assert missing(SINGER, finished(), PLAN) == ()
    assert "Still missing" not in hand_in_page(SINGER, finished(), plan=PLAN)
    assert "Still missing" in hand_in_page(SINGER, nothing, plan=PLAN)


def test_more_marks_than_a_page_can_draw_are_cut_and_told():
    spans = [Span(at, at + 1 + number % 7, "might") for number, at in enumerate(range(1500))]
    answer = AnnotationSet.on(SINGER, "cues-4", "student", spans)
    page = hand_in_page(SINGER, answer)
    assert len(rows(page)) == 601 and "Only the first 600 marks are drawn" in words(page)
    assert carried("x.html", page.encode())[0].content == annotations_json(answer, SINGER)


# Below the check cell


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    save_annotations(finished(), SINGER, tmp_path / "answers" / "singer-tour-cues-4.json")
    return tmp_path


def test_the_output_of_the_check_shows_what_is_saved_and_carries_it(folder):
    bundle = check("answers/singer-tour-cues-4.json")._repr_mimebundle_()
    assert "\n" not in bundle["text/plain"]
    shown = words(bundle["text/html"])
    assert "Little, because it is only said." in shown and "set to" in shown
    assert rows(bundle["text/html"]) == rows(hand_in_page(SINGER, finished()))
    assert "script" not in Reading(bundle["text/html"]).tags and "data" not in Reading(bundle["text/html"]).tags
    assert bundle[CARRIED] == (folder / "answers" / "singer-tour-cues-4.json").read_text("utf-8")


def test_the_output_of_the_check_says_what_is_missing(folder):
    save_annotations(replace(finished(), first_pass=None, stage="mark", responses={}), SINGER, folder / "answers" / "singer-tour-cues-4.json")
    shown = words(check("answers/singer-tour-cues-4.json")._repr_mimebundle_()["text/html"])
    assert "Not checked yet: press Check my marks" in shown and "6 questions not answered." in shown


# kit handin


def run(*arguments: str) -> Result:
    return CliRunner().invoke(commands, list(arguments), prog_name="kit")


def test_kit_handin_writes_the_page_and_never_over_another(folder):
    today = date.today()
    done = run("handin", "singer-tour", "answers/singer-tour-cues-4.json")
    assert done.stdout.startswith("Wrote singer-tour-cues-4-hand-in.html.")
    made = (folder / "singer-tour-cues-4-hand-in.html").read_text("utf-8")
    assert made == hand_in_page(SINGER, finished(), plan=PLAN, day=today)
    (folder / "singer-tour-cues-4-hand-in.html").write_text("mine", "utf-8")
    refused = run("handin", "singer-tour", "answers/singer-tour-cues-4.json")
    assert refused.exit_code == 1 and "there is such a file already" in refused.output
    assert (folder / "singer-tour-cues-4-hand-in.html").read_text("utf-8") == "mine"
    assert run("handin", "singer-tour", "answers/singer-tour-cues-4.json", "--force").exit_code == 0


def test_kit_handin_writes_where_it_is_told(folder):
    run("handin", "singer-tour", "answers/singer-tour-cues-4.json", "--to", "for-my-teacher")
    run("handin", "singer-tour", "answers/singer-tour-cues-4.json", "--to", "a.html")
    made = hand_in_page(SINGER, finished(), plan=PLAN, day=date.today())
    assert (folder / "for-my-teacher" / "singer-tour-cues-4-hand-in.html").read_text("utf-8") == made
    assert (folder / "a.html").read_text("utf-8") == made


@pytest.fixture
def three_ways(folder) -> list[str]:
    """The same answer as its file, in a page and in a notebook."""
    content = (folder / "answers" / "singer-tour-cues-4.json").read_text("utf-8")
    (folder / "page.html").write_text(hand_in_page(SINGER, finished(), plan=PLAN), "utf-8")
    other = annotations_json(AnnotationSet.on(FOCUS, "roles", "student"), FOCUS)
    outputs = [{"output_type": "execute_result", "metadata": {}, "execution_count": 1, "data": {CARRIED: one.splitlines(keepends=True)}}
               for one in (content, other)]
    (folder / "book.ipynb").write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [
        {"cell_type": "code", "metadata": {}, "source": [], "execution_count": 1, "outputs": outputs}]}), "utf-8")
    save_annotations(finished(), SINGER, folder / "other.json")
    return ["answers/singer-tour-cues-4.json", "page.html", "book.ipynb"]


def test_a_page_and_a_notebook_are_read_as_the_answer_in_them(three_ways):
    said = [run("compare", "singer-tour", one, "other.json").stdout for one in three_ways]
    assert said[0] == said[1] == said[2] and "alike on 100%" in said[0]
    said = [run("export", "singer-tour", one, "--to", "jsonl").stdout for one in three_ways]
    assert said[0] == said[1] == said[2] and "unclear" in said[0]
    pages = [run("handin", "singer-tour", one, "--to", f"{number}.html").exit_code for number, one in enumerate(three_ways)]
    assert pages == [0, 0, 0]


def test_kit_check_looks_into_a_page(three_ways):
    done = run("check", "page.html")
    assert done.exit_code == 0 and re.search(r"^ok +page\.html +annotations, 3 marks on singer-tour$", done.stdout, re.MULTILINE)


def test_a_page_without_an_answer_is_refused_in_words(folder):
    (folder / "p.html").write_text("<html><p>Hello</p></html>", "utf-8")
    for command in (["handin", "singer-tour", "p.html"], ["score", "singer-tour", "p.html", "cues"]):
        done = run(*command)
        assert done.exit_code == 1 and done.output.startswith("Error: p.html: there is no answer in it.")


# In a notebook's kernel


def test_a_problem_is_one_plain_line_in_a_notebook():
    from jupyter_client.manager import start_new_kernel

    manager, client = start_new_kernel(kernel_name="python3")
    try:
        seen = []
        client.execute_interactive("from kit.errors import CheckFailed\nraise CheckFailed('You marked 2 of at least 5 places.')",
                                   timeout=60, output_hook=lambda message: seen.append(message))
        told = [message["content"] for message in seen if message["msg_type"] == "error"]
        assert [(one["ename"], one["evalue"], one["traceback"]) for one in told] == [
            ("CheckFailed", "You marked 2 of at least 5 places.", ["You marked 2 of at least 5 places."])]
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


@pytest.mark.parametrize(("error", "lines"), [
    (KitError("One.\n    Two."), ["One.", "    Two."]), (FileFormatError(), ["FileFormatError"])])
def test_every_line_of_a_problem_is_shown(error, lines):
    assert error._render_traceback_() == lines
