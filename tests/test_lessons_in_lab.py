"""Lessons 2 and 3 from the first question to the last, in a real JupyterLab: by keyboard alone, and in the list alone.

The keyboard student never touches a mouse: cells are run with Shift and Enter, everything else is
reached with Tab.  The list student never touches the text: only the numbered sentences.
"""

import json
import shutil
import time
from pathlib import Path

import pytest
from lab_server import Lab, is_word

from kit.measure.score import score
from kit.measure.sourcing import claims, origins, said_by, trace
from kit.model.files import load_article, load_key, read_annotations

ROOT = Path(__file__).parent.parent
EXIT = "It may, because nobody says so."
FOCUSED = """() => {
    let node = document.activeElement;
    while (node?.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
    return node;
}"""

pytestmark = pytest.mark.lab


class Keyboard:
    """Somebody with a keyboard only."""

    def __init__(self, page) -> None:
        self.page = page

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, words: str) -> None:
        self.page.keyboard.type(words)

    def is_at(self, selector: str, words: str = "") -> bool:
        return self.page.evaluate(f"""([selector, words]) => {{
            const node = ({FOCUSED})();
            return Boolean(node?.matches?.(selector)) && (node.innerText + (node.ariaLabel ?? "")
                + (node.closest("label")?.innerText ?? "") + (node.closest(".widget-checkbox")?.innerText ?? "")).includes(words);
        }}""", [selector, words])

    def go_to(self, selector: str, words: str = "", *, back: bool = False, most: int = 400) -> None:
        """Press Tab until the focus is on something; it must be there within so many presses."""
        for _ in range(most):
            if self.is_at(selector, words):
                return
            self.press("Shift+Tab" if back else "Tab")
        raise AssertionError(f"Tab never came to {selector} {words!r}")

    def choose(self, *starts: str) -> None:
        """Choose answers to questions, in the order they stand."""
        for start in starts:
            self.go_to("button.widget-toggle-button", start)
            self.press("Space")


@pytest.fixture
def opened(browser, server):
    """Return what opens a fresh copy of a lesson in a folder of its own."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    labs = []

    def open_lesson(name: str) -> Lab:
        folder = server.folder / f"{name[:2]}-{len(list(server.folder.iterdir()))}"
        folder.mkdir()
        shutil.copy(ROOT / "lessons" / f"{name}.ipynb", folder)
        labs.append(Lab(context.new_page(), server))
        labs[-1].open(f"{folder.name}/{name}.ipynb")
        return labs[-1]

    yield open_lesson
    assert [problem for lab in labs for problem in lab.problems] == []
    server.end_kernels()
    context.close()


def run_by_keyboard(lab: Lab) -> Keyboard:
    """Run every cell with Shift and Enter, from the first one on."""
    keys = Keyboard(lab.page)
    cells = json.loads((lab.server.folder / lab.name).read_text("utf-8"))["cells"]
    for _ in cells[1:]:
        keys.press("Shift+Enter")
    lab.page.wait_for_selector(".kit-pen .kit-article")
    lab.idle()
    return keys


def answer_of(lab: Lab):
    """Return what is in the one answer file of this lesson's folder."""
    (path,) = (lab.server.folder / lab.name).parent.glob("answers/*.json")
    return read_annotations(path)


def wait_for_response(lab: Lab, id: str) -> None:
    """Wait until an answer beside the pen is on disk; the page says so only in its own words."""
    deadline = time.monotonic() + 30
    while id not in answer_of(lab).responses or answer_of(lab).responses[id] != EXIT:
        assert time.monotonic() < deadline, f"{id} never reached the file"
        lab.page.wait_for_timeout(50)


def plan_of(lesson: str) -> dict:
    return json.loads(next((ROOT / "kit" / "articles").glob(f"{lesson}-*.lesson.json")).read_text("utf-8"))


def right_choices(plan: dict) -> list[str]:
    key = load_key(plan["article"], scheme=plan["key"])
    return [question["choices"][key.responses[question["id"]]["right"][0]] for question in plan["reasons"]]


def answer_the_beginning(keys: Keyboard, plan: dict) -> None:
    keys.choose(*(question["choices"][question["right"]] for question in plan["remember"]))
    keys.go_to(".noUi-handle")
    keys.press("ArrowRight", "ArrowRight")


def answer_the_end(keys: Keyboard, plan: dict) -> None:
    keys.choose(*right_choices(plan))
    if "loaded" in plan:
        for number in (6, 17):
            keys.go_to("input[type=checkbox]", f"{number}. ")
            keys.press("Space")
        keys.go_to("button", "Keep this choice")
        keys.press("Enter")
    keys.go_to(".noUi-handle")
    keys.press("ArrowLeft")
    keys.page.wait_for_selector(".kit-card h4")
    keys.go_to("textarea[placeholder='Write here']")
    keys.type(EXIT)


def check_and_finish(keys: Keyboard, lab: Lab) -> None:
    keys.go_to("[data-action=check]")
    keys.press("Enter")
    lab.pen().in_stage("mend")
    keys.choose("Half and half")
    keys.go_to("[data-action=finish]", back=True)
    keys.press("Enter")
    lab.pen().in_stage("reasons")


def assert_all_is_answered(answer, plan: dict) -> None:
    asked = [*plan["remember"], *plan["reasons"], *(plan[one] for one in ("origins", "loaded") if one in plan)]
    assert {"before", "after", "confidence", "exit", *(question["id"] for question in asked)} == set(answer.responses)
    assert answer.responses["exit"] == EXIT


# Lesson 2


def roles_of_key(plan: dict) -> list[tuple[int, str]]:
    """Return sentences and their first role, but for headings."""
    article, key = load_article(plan["article"]), load_key(plan["article"], scheme="roles")
    return [(article.sentence_range(item)[0], item.label) for item in key.spans if item.label != "furniture"]


def test_lesson_2_by_keyboard_alone(opened):
    lab, plan = opened("02-claim-or-background"), plan_of("02")
    article = load_article(plan["article"])
    keys = run_by_keyboard(lab)
    answer_the_beginning(keys, plan)
    keys.go_to(".kit-article")
    pens = lab.page.locator(".kit-pens [data-label]").evaluate_all("pens => pens.map(pen => pen.dataset.label)")
    for sentence, label in roles_of_key(plan):
        keys.press(*["ArrowRight"] * (sentence - current_sentence(lab, article)))
        assert current_sentence(lab, article) == sentence, "an arrow key went nowhere"
        keys.press(str(pens.index(label) + 1))
    lab.saved()
    check_and_finish(keys, lab)
    answer_the_end(keys, plan)
    wait_for_response(lab, "exit")
    answer = answer_of(lab)
    assert score(article, answer, load_key("sleep-study", scheme="roles")).share == 1
    assert_all_is_answered(answer, plan)


def current_sentence(lab: Lab, article) -> int:
    return article.sentence_range(article.tokens[current_token(lab)])[0]


def current_token(lab: Lab) -> int:
    """Return the first word of what the keyboard is on, as a screen reader is told it."""
    return lab.page.evaluate("""() => {
        const article = document.querySelector(".kit-article");
        const active = article.getRootNode().getElementById(article.getAttribute("aria-activedescendant"));
        return Number((active.closest(".kit-token") ?? active.querySelector(".kit-token")).dataset.token);
    }""")


class ListStudent(Keyboard):
    """Somebody who works in the numbered sentences alone, with ordinary fields."""

    def __init__(self, lab: Lab) -> None:
        super().__init__(lab.page)
        lab.run_all()
        lab.pen().action("list").click()
        lab.page.wait_for_selector(".kit-article", state="hidden")

    def item(self, sentence: int):
        return self.page.locator(".kit-list > li").nth(sentence)

    def radio(self, sentence: int, field: str, value: str) -> None:
        self.choose_in(sentence, f"[data-field={field}][value='{value}']")

    def choose_in(self, sentence: int, field: str) -> None:
        """Choose by the space bar: what is above still grows, and a click could land elsewhere."""
        choice = self.item(sentence).locator(field)
        choice.press(" ")
        choice.and_(self.page.locator(":checked")).wait_for(state="attached")


def test_lesson_2_in_the_list_alone(opened):
    lab, plan = opened("02-claim-or-background"), plan_of("02")
    student = ListStudent(lab)
    answer_the_beginning(student, plan)
    for sentence, label in roles_of_key(plan):
        student.radio(sentence, "role", label)
    lab.saved()
    check_and_finish(student, lab)
    answer_the_end(student, plan)
    wait_for_response(lab, "exit")
    answer = answer_of(lab)
    assert score(load_article("sleep-study"), answer, load_key("sleep-study", scheme="roles")).share == 1
    assert_all_is_answered(answer, plan)


# Lesson 3


def claims_of_key(plan: dict) -> list[tuple[int, str, list[tuple[int, int]]]]:
    """Return each claim: sentence, rung, and the tokens of its source words."""
    article, key = load_article(plan["article"]), load_key(plan["article"], scheme="sources")
    return [(article.sentence_range(place)[0], claim.label,
             [article.token_range(source) for source in said_by(key, claim)]) for place, claim in claims(key).items()]


def walk_to(keys: Keyboard, lab: Lab, token: int) -> None:
    """Go from word to word; the signs between are no stops."""
    at = current_token(lab)
    passed = lab.pen().words[token:at] if token < at else lab.pen().words[at + 1:token + 1]
    keys.press(*["ArrowRight" if token > at else "ArrowLeft"] * sum(map(is_word, passed)))
    assert current_token(lab) == token, "an arrow key went nowhere"


def all_in_reach(answer, plan: dict) -> None:
    """Rungs, source words and origins are as in the key."""
    article, key = load_article(plan["article"]), load_key(plan["article"], scheme="sources")
    assert score(article, answer, key).share == 1
    assert [one.source for one in trace(article, answer, key) if one.source not in ("right", "nobody")] == []
    assert [article.quote(place) for place in origins(answer)] == [article.quote(place) for place in origins(key)]


def test_lesson_3_by_keyboard_alone(opened):
    lab, plan = opened("03-who-says-so"), plan_of("03")
    keys = run_by_keyboard(lab)
    answer_the_beginning(keys, plan)
    keys.go_to(".kit-article")
    for sentence, rung, sources in claims_of_key(plan):
        keys.press("]")
        assert current_sentence(lab, load_article(plan["article"])) == sentence
        keys.press(rung.removeprefix("rung-"))
        for first, stop in sources:
            walk_to(keys, lab, first)
            for _ in range(first + 1, stop):
                keys.press("Shift+ArrowRight")
            keys.press("Enter")
    lab.saved()
    origin = question_of(plan["origins"])
    keys.choose(origin)
    check_and_finish(keys, lab)
    answer_the_end(keys, plan)
    wait_for_response(lab, "exit")
    answer = answer_of(lab)
    all_in_reach(answer, plan)
    assert_all_is_answered(answer, plan)


def question_of(question: dict) -> str:
    return question["choices"][load_key("transfer-rumour", scheme="sources").responses[question["id"]]["right"][0]]


def test_lesson_3_in_the_list_alone(opened):
    """Source words of another sentence are marked there, then ticked at the claim."""
    lab, plan = opened("03-who-says-so"), plan_of("03")
    article = load_article(plan["article"])
    student = ListStudent(lab)
    answer_the_beginning(student, plan)
    marked = set()
    for sentence, rung, sources in claims_of_key(plan):
        student.radio(sentence, "rung", rung)
        for first, stop in sources:
            at = article.sentence_range(article.tokens[first])[0]
            if (first, stop) not in marked:
                add_words(student, at, first, stop, join=at == sentence)
                marked.add((first, stop))
            if at != sentence:
                student.choose_in(sentence, f"[data-field=join][data-mark^='{first} {stop} ']")
    lab.saved()
    student.choose(question_of(plan["origins"]))
    check_and_finish(student, lab)
    answer_the_end(student, plan)
    wait_for_response(lab, "exit")
    answer = answer_of(lab)
    all_in_reach(answer, plan)
    assert_all_is_answered(answer, plan)


def add_words(student: ListStudent, sentence: int, first: int, stop: int, *, join: bool) -> None:
    item = student.item(sentence)
    if not item.locator("[data-field=from]").count():
        item.locator("summary").last.click()
    item.locator("[data-field=from]").select_option(str(first))
    item.locator("[data-field=to]").select_option(str(stop - 1))
    item.locator(f"[data-action={'add-join' if join else 'add'}]").click()
