"""The page to hand in, in a real browser: read, saved again, printed, previewed; and how the pen comes by it."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pen_page import NEWS, open_pen, traits_of, violations
from static_page import NASTY
from strategies import answers, articles, marks_on

from kit.model.annotations import AnnotationSet
from kit.model.files import load_article
from kit.model.formats import annotations_json
from kit.model.handed import carried
from kit.model.plans import plan_for
from kit.model.spans import Span
from kit.page.handin import hand_in_page

pytestmark = pytest.mark.page

SINGER = load_article("singer-tour")
PAGE = {"name": "bridges-cues-4-hand-in.html", "html": "<!doctype html><p>ü"}


def finished():
    first = marks_on(SINGER, "set to|might", "unclear|might", "sources|vague").spans
    last = marks_on(SINGER, "unclear|might", "sources|hearsay", "If|condition")
    return replace(last, spans=tuple(replace(span, note=NASTY) for span in last.spans), first_pass=first, stage="reasons",
                   responses={"reason-1": "passes-on", "written": f"{NASTY}\n\r\t </data> --> ü 😀 \u2028", "odd": [1, {}]})


def made() -> str:
    return hand_in_page(SINGER, finished(), plan=plan_for(SINGER))


@pytest.fixture
def news():
    return traits_of(NEWS)


def saved_again(page) -> dict[str, tuple[str, bytes]]:
    """The open page as a browser, a telephone and a program would save it."""
    whole = page.context.new_cdp_session(page).send("Page.captureSnapshot", {"format": "mhtml"})["data"]
    xml = page.evaluate("new XMLSerializer().serializeToString(document)")
    copy = page.evaluate("document.documentElement.cloneNode(true).outerHTML")
    return {"browser": ("a.html", page.content().encode()), "copy": ("a.htm", copy.encode()), "xml": ("a.xhtml", xml.encode("utf-8", "replace")),
            "utf-16": ("a.html", page.content().encode("utf-16")), "latin": ("a.html", page.content().encode("latin-1", "xmlcharrefreplace")),
            "telephone": ("a.mhtml", whole.encode())}


# ---------------------------------------------------------------- the page itself

def test_a_page_saved_again_by_a_browser_holds_the_same_answer(page, tmp_path):
    path = tmp_path / "a.html"
    path.write_text(made(), "utf-8")
    page.goto(path.as_uri())
    for _ in range(3):
        for way, (name, raw) in saved_again(page).items():
            assert [one.content for one in carried(name, raw)] == [annotations_json(finished(), SINGER)], way
        path.write_bytes(page.content().encode())
        page.reload()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_whatever_the_answer_a_browser_changes_nothing_about_it(page, data):
    article = data.draw(articles())
    answer = replace(data.draw(answers(article)), responses={"written": data.draw(st.text(st.characters(exclude_categories=["Cs"])))})
    page.set_content(hand_in_page(article, answer))
    assert [one.content for one in carried("a.html", page.content().encode("utf-8", "replace"))] == [annotations_json(answer, article)]


def test_a_preview_that_locks_everything_shows_the_page_and_holds_the_answer(page):
    page.set_content("<iframe sandbox='allow-same-origin' style='width:800px;height:600px'></iframe>")
    page.evaluate("h => { document.querySelector('iframe').srcdoc = h }", made())
    frame = page.frame_locator("iframe")
    frame.get_by_role("heading", name=SINGER.title).first.wait_for()
    source = page.frames[1].evaluate("document.documentElement.outerHTML")
    assert carried("a.html", source.encode())[0].content == annotations_json(finished(), SINGER)


def test_the_page_asks_nobody_for_anything(page, tmp_path):
    (tmp_path / "a.html").write_text(made(), "utf-8")
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto((tmp_path / "a.html").as_uri())
    assert asked == [(tmp_path / "a.html").as_uri()] and said == []
    assert page.evaluate("document.scripts.length + document.images.length") == 0
    assert page.title() == "Exercise 1: What do we actually know?: hand-in of student"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1000, 360])
def test_everybody_can_read_the_page(browser, scheme, width):
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    page.set_content(made())
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("[...document.querySelectorAll('h1, h2, h3, h4, h5')].map((h) => h.tagName).join(' ')").startswith("H1 H2 H2 H3 H4")
    context.close()


@pytest.mark.parametrize("id", ["focus-app", "strait-collision"])
def test_roles_and_sources_fit_a_phone(phone, id):
    article = load_article(id)
    spans = [(where, number) for number, where in enumerate(article.sentences) if number not in article.headings]
    scheme, labels = {"focus-app": ("roles", ("claim", "background")), "strait-collision": ("sources", ("rung-3", "rung-0"))}[id]
    answer = AnnotationSet.on(article, scheme, "student", [Span(where.start, where.end, labels[number % 2]) for where, number in spans])
    phone.set_content(hand_in_page(article, replace(answer, first_pass=answer.spans[1:], stage="mend"), plan=plan_for(article)))
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert phone.locator("tbody tr").count() == len(spans)


def test_the_page_prints_black_on_white_also_for_whoever_reads_in_the_dark(browser):
    context = browser.new_context(color_scheme="dark")
    page = context.new_page()
    page.set_content(made())
    page.emulate_media(media="print")
    main = page.locator("main")
    assert main.evaluate("m => getComputedStyle(m).color") == "rgb(0, 0, 0)"
    assert main.evaluate("m => getComputedStyle(m).backgroundColor") == "rgb(255, 255, 255)"
    page.set_viewport_size({"width": 690, "height": 980})  # paper, A4
    assert page.locator("tbody tr").first.evaluate("r => getComputedStyle(r).display") == "table-row"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.pdf().startswith(b"%PDF")
    context.close()


# ---------------------------------------------------------------- the pen

def test_save_as_a_page_asks_python_and_gives_the_page(page, news):
    sent = {**news["download"], "page": {"count": 1, **PAGE}}
    pen = open_pen(page, news, answers={"page": {"download": sent}})
    with page.expect_download() as waiting:
        pen.action("save-page").click()
    assert waiting.value.suggested_filename == PAGE["name"]
    assert Path(waiting.value.path()).read_text("utf-8") == PAGE["html"]
    assert pen.get("commit") == {"count": 1, "action": "page"}
    assert f"{PAGE['name']} is in your downloads. Hand in that file" in pen.root.locator(".kit-status").inner_text()
    assert pen.root.get_attribute("data-trouble") == "false" and PAGE["name"] in pen.voice


def test_a_page_that_is_no_longer_the_work_is_not_called_the_one_to_hand_in(page, news):
    """Start again, or an answer beside the pen: the page in the downloads is an old one."""
    pen = open_pen(page, news, answers={"page": {"download": {**news["download"], "page": {"count": 1, **PAGE}}},
                                        "restart": {"marks": [], "stage": "mark", "feedback": {}}})
    status = pen.root.locator(".kit-status")
    with page.expect_download():
        pen.action("save-page").click()
    pen.receive(download=news["download"])  # Python lets go of the page: the work is still the same
    assert "Hand in that file" in status.inner_text()
    pen.receive(download={**news["download"], "text": '{"responses": {"written": "Because."}}'})
    assert "Hand in that file" not in status.inner_text()

    pen.receive(download=news["download"])
    with page.expect_download():
        pen.action("save-as").click()
    assert "is in your downloads" in status.inner_text()
    pen.action("restart").click()
    pen.action("restart-yes").click()
    assert "is in your downloads" not in status.inner_text()


def test_a_page_that_somebody_else_asked_for_is_left_alone(page, news):
    left, right = open_pen(page, news, name="left"), open_pen(page, news, name="right")
    fetched = []
    page.on("download", lambda one: fetched.append(one.suggested_filename))
    right.receive(download={**news["download"], "page": {"count": 1, **PAGE}})
    right.receive(download={**news["download"], "page": {"count": 0, **PAGE}})
    with page.expect_download():
        left.action("save-as").click()
    assert fetched == [news["download"]["name"]]


def test_without_a_kernel_the_answer_file_comes_instead_and_the_status_says_so(page, news):
    page.clock.install()
    pen = open_pen(page, news)
    pen.kernel(alive=False)
    pen.drag_words("may")
    with page.expect_download() as waiting:
        pen.action("save-page").click()
        page.clock.run_for(3100)
    assert waiting.value.suggested_filename == news["download"]["name"]
    assert Path(waiting.value.path()).read_text("utf-8") == news["download"]["text"]
    told = pen.root.locator(".kit-status").inner_text()
    assert "The page could not be made" in told and "with 1 unsaved change not in it" in told and "Not saved" in told
    assert pen.root.get_attribute("data-trouble") == "true"
    pen.kernel(alive=True)
    pen.drag_words("reportedly")
    pen.root.locator(".kit-status", has_text="Saved. 2 marks.").wait_for()
    assert "could not be made" not in pen.root.locator(".kit-status").inner_text()


def test_nothing_saved_means_no_page(page, news):
    pen = open_pen(page, {**news, "download": {"name": "a.json", "text": ""}})
    assert pen.action("save-page").is_disabled()


def test_a_page_to_open_may_be_larger_than_an_answer(page, news, tmp_path):
    pen = open_pen(page, news)
    for name, size, comes in (("a.html", 2, True), ("a.json", 2, False), ("a.html", 7, False)):
        path = tmp_path / name
        path.write_text("x" * (size * 2**20), "utf-8")
        before = (pen.get("opened") or {}).get("count", 0)
        with page.expect_file_chooser() as chooser:
            pen.action("open").click()
        chooser.value.set_files(path)
        if comes:
            page.wait_for_function("n => models.pen.get('opened').count === n", arg=before + 1)
        else:
            pen.root.locator(".kit-status", has_text=f"{name} is too large").wait_for()
            assert pen.get("opened").get("count", 0) == before


def test_save_as_a_page_is_reached_and_pressed_with_keys(page, news):
    pen = open_pen(page, news, answers={"page": {"download": {**news["download"], "page": {"count": 1, **PAGE}}}})
    pen.action("save-as").focus()
    page.keyboard.press("Tab")
    with page.expect_download() as waiting:
        page.keyboard.press("Enter")
    assert waiting.value.suggested_filename == PAGE["name"]
    assert json.dumps(pen.sent).count('"page"') == 1
