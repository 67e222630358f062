"""The teacher's copy is the student's notebook with more in it, and the page to print has all of the key."""

import html
import json
import re

import nbformat
import pytest
import rumour
from hypothesis import given
from hypothesis import strategies as st

from kit.authoring.keypage import KeyedText, key_pages, texts_of
from kit.authoring.notes import read_notes
from kit.authoring.teacher import lesson_page, printable, teacher_copy
from kit.errors import KitError
from kit.model.annotations import AnswerKey, as_key
from kit.model.article import Article
from kit.model.relations import GOES_BACK, SOURCE
from kit.model.spans import KeySpan, LookAlike, Span
from kit.places.bootstrap import find_checkout
from kit.places.folder import hand_out, originals
from kit.places.guide import copy_of, find_noted, in_folder, lesson_files, lessons_with_notes, whole_guide

LESSONS = lessons_with_notes()
STEPS = ("1. Look", "2. Mark", "3. Save")
ARTICLE = Article("quay", "Fire", "", "The mayor may resign, sources said. The quay was built in 1920. The vote is in May.")
CARD = {"title": "Later", "read_on": "In June", "paragraphs": ["She stayed."], "talk": "Which word aged well?"}


def place(words: str, *, after: str = "") -> tuple[int, int]:
    start = ARTICLE.text.index(words, ARTICLE.text.index(after))
    return start, start + len(words)


def keyed(scheme: str, *spans, look_alikes=(), plan=None, **more) -> KeyedText:
    key = AnswerKey(ARTICLE.id, ARTICLE.fingerprint, scheme, spans=spans, look_alikes=look_alikes, **more)
    return KeyedText(ARTICLE, (key,), {"scheme": scheme, "key": scheme} | (plan or {}))


def notebook(*steps: str) -> dict:
    sources = ["# Title", "here"]
    for step in steps:
        sources += [f"## {step}\n\nDo it.", "here.do()", "And more."]
    cells = [{"cell_type": "code" if "here" in source else "markdown", "id": f"cell-{number}", "metadata": {},
              "source": source.splitlines(keepends=True)} for number, source in enumerate(sources)]
    return {"cells": cells, "metadata": {"kernelspec": {"name": "python3"}}, "nbformat": 4, "nbformat_minor": 5}


def source(cell: dict) -> str:
    return "".join(cell["source"])


# The copy


@given(st.sets(st.sampled_from(STEPS)), st.sets(st.sampled_from(STEPS), min_size=1))
def test_the_students_cells_stay_as_they_are_in_their_order(noted, steps):
    steps = sorted(steps)
    page = "# Lesson\n\nGoal.\n\n" + "".join(f"## {step}\n\nNote on {step}\n\n" for step in sorted(noted & set(steps)))
    book = notebook(*steps)
    before = json.dumps(book)
    made = teacher_copy(book, page, [keyed("cues")])
    assert [cell for cell in made["cells"] if cell["metadata"] == {}] == book["cells"]
    assert {name: made[name] for name in made if name != "cells"} == {name: book[name] for name in book if name != "cells"}
    assert json.dumps(book) == before
    ids = [cell["id"] for cell in made["cells"]]
    assert len(ids) == len(set(ids))


def test_a_note_follows_the_last_cell_of_its_step():
    made = teacher_copy(notebook(*STEPS), "# Lesson\n\n## 2. Mark\n\nWalk round.", [keyed("cues")])
    words = [source(cell) for cell in made["cells"]]
    number = next(number for number, each in enumerate(words) if "Walk round." in each)
    assert words[number - 1] == "And more." and words[number + 1].startswith("## 3. Save")
    assert all(line.startswith(">") for line in words[number].split("\n"))


def test_what_is_about_the_whole_lesson_comes_before_the_first_step_and_the_key_at_the_end():
    made = teacher_copy(notebook(*STEPS), "# Lesson 7\n\nThe goal.\n\n## Homework\n\nRead.", [keyed("cues", made="Two passes.")])
    words = [source(cell) for cell in made["cells"]]
    assert "The goal." in words[2] and "### Homework" in words[2] and words[3].startswith("## 1. Look")
    assert words[-2].startswith("### Key of cues: Fire") and "Two passes." in words[-2]


def test_a_note_on_a_step_that_there_is_not_is_refused_with_those_there_are():
    with pytest.raises(KitError, match="a part '2. Marks'.*1. Look, 2. Mark, 3. Save"):
        teacher_copy(notebook(*STEPS), "# Lesson\n\n## 2. Marks\n\nNote.", [keyed("cues")])


@pytest.mark.parametrize(("page", "message"), [
    ("Lesson", "Begin them with a title"), ("# Lesson\n\n## Homework\n\na\n\n## Homework\n\nb", "'Homework' twice")])
def test_notes_that_cannot_be_read_say_what_to_do(page, message):
    with pytest.raises(KitError, match=message):
        read_notes(page)


def test_the_minutes_of_a_plan_are_read_without_its_stops():
    page = "# L\n\n## Minute plan\n\n| step | minutes |\n|---|---|\n| Start | 2 |\n| *stop* | |\n| 1. Look | 43 |\n"
    assert read_notes(page).minutes == {"Start": 2, "1. Look": 43}
    assert read_notes("# L").minutes == {}


@pytest.mark.parametrize("name", LESSONS)
def test_the_copy_of_a_lesson_is_a_sound_notebook_with_every_reason_in_it(name):
    copy = lesson_files(name)[f"{name}.ipynb"].decode("utf-8")
    nbformat.validate(nbformat.reads(copy, as_version=4))
    student = json.loads(originals()[f"lessons/{name}.ipynb"].read_text("utf-8"))
    cells = json.loads(copy)["cells"]
    assert [cell for cell in cells if "teacher" not in cell["metadata"].get("tags", ())] == student["cells"]
    shown = plain("\n".join(source(cell) for cell in cells if cell not in student["cells"]))
    for text in texts_of(name):
        for key in text.keys:
            notes = [item.note for item in (*key.spans, *key.look_alikes) if getattr(item, "label", "") != "furniture"]
            assert not [note for note in notes if " ".join(note.split()) not in shown]


def plain(markdown: str) -> str:
    return re.sub(r"\\(.)", r"\1", markdown)


# The key


def test_items_stand_under_their_tier_with_core_in_bold_and_the_names_of_the_pens():
    cues = keyed("cues", KeySpan(*place("may"), "modal", "Only possible. What next?"),
                 KeySpan(*place("sources said"), "vague", "Fair.", tier="accepted", core=Span(*place("sources"), "x").extent),
                 KeySpan(*place("quay"), "hearsay", "For marking, yes. Against marking, no.", tier="contested", also=("vague",)),
                 look_alikes=(LookAlike(*place("May", after="vote"), "The month."),), plan={"scheme": "cues-4"})
    page = key_pages(cues)[0]
    assert "**To be found** (core): 1" in page and "| 1 | **may** | Might-words | Only possible. What next? |" in page
    assert "| 1 | **sources** said | Who exactly? | Fair. |" in page
    assert "| 2 | **quay** | Somebody-said-so or Who exactly? | For marking, yes. Against marking, no. |" in page
    assert "**Look-alikes**: 1" in page and "| 3 | **May** | The month. |" in page


def test_roles_are_told_by_the_beginning_of_their_sentence_and_read_with_three_pens_too():
    first, second, _ = ARTICLE.sentences
    roles = keyed("roles", KeySpan(first.start, first.end, "claim", "The report."),
                  KeySpan(second.start, second.end, "background", "A fact.", also=("comment",)),
                  plan={"offered": ["roles-3"]})
    page = key_pages(roles)[0]
    assert "| 2 | The quay was built in 1920. | Background or Comment | A fact. |" in page
    assert "With three roles: Claim is Claim or What may follow" in page


def test_claims_are_told_with_their_rung_their_source_and_where_it_goes_back_to():
    first, second, _ = ARTICLE.sentences
    said, quay = place("sources"), place("quay")
    sources = keyed("sources", KeySpan(first.start, first.end, "rung-1", "Who?", joined=(Span(*said, SOURCE),)),
                    KeySpan(second.start, second.end, "rung-0", "Nobody says so."),
                    KeySpan(*said, "source", "Unnamed.", joined=(Span(*quay, GOES_BACK),)), KeySpan(*quay, "source", "First."))
    page = key_pages(sources)[0]
    assert "| 1 | 1 | The mayor may resign, sources said. | 1: Only “sources” | sources | Who? |" in page
    assert "| 2 | 2 | The quay was built in 1920. | 0: Nobody | none | Nobody says so. |" in page
    assert "| 1 | **sources** | quay | Unnamed. |" in page and "| 2 | **quay** | an origin | First. |" in page


def origins_in(key: AnswerKey) -> list[str]:
    page = key_pages(KeyedText(rumour.RUMOUR, (key,), {"scheme": "sources", "key": "sources"}))[0]
    return re.findall(r"^- (.+)$", page, re.M)


def test_the_source_tree_is_told_in_words_from_its_origins_on():
    assert origins_in(rumour.KEY) == [
        "“A person close to her agent”, behind claims 1, 2, 3 and 8. "
        "Passed on by “the Post”, then “The Mail”, then “Radio Nine”, then “a blog”.",
        "“Sources”, behind claim 4.", "“The register of the league”, behind claim 5.", "“Ida Lund”, behind claim 6.",
        "Nobody, behind claim 7."]


def test_two_who_pass_the_same_report_on_are_told_apart():
    words, claim = rumour.words, rumour.claim
    forked = rumour.traced(words("the Post", "A person close to her agent"), words("The Mail", "the Post"),
                           words("Radio Nine", "the Post"), words("A person close to her agent"),
                           claim(0, "rung-2", "The Mail"))
    assert origins_in(as_key(forked)) == [
        "“A person close to her agent”, behind claim 1. Passed on by “the Post”, then “The Mail”. "
        "Passed on by “the Post”, then “Radio Nine”."]


def test_a_key_that_the_lesson_does_not_ask_says_so_and_comes_last():
    text = KeyedText(ARTICLE, (keyed("roles").keys[0], keyed("cues").keys[0]), {"scheme": "roles", "key": "roles", "reveal": CARD})
    asked, questions, other = key_pages(text)
    assert asked.startswith("### Key of roles") and "does not ask" not in asked
    assert "**Card: Later**" in questions
    assert other.startswith("### Key of cues") and "does not ask this key" in other


def test_no_space_comes_into_the_words_of_an_item():
    start, end = place("The mayor may resign, sources said.")
    core = Span(*place("resign"), "x").extent
    page = key_pages(keyed("cues", KeySpan(start, end, "modal", "Why?", core=core)))[0]
    assert "| The mayor may **resign**, sources said. |" in page


def test_questions_loaded_sentences_and_the_card_are_in_it():
    question = {"id": "reason-1", "ask": "What does it do?", "choices": {"a": "Passes on", "b": "Proves"}}
    right = {"reason-1": {"right": ["a"], "note": "It hides who."}, "loaded": {"right": ["sentence-2"], "note": "A judgement."}}
    text = keyed("roles", responses=right, plan={"reasons": [question], "loaded": {"id": "loaded"}, "reveal": CARD})
    page = key_pages(text)[-1]
    assert "| What does it do? | Passes on | It hides who. |" in page
    assert "- Sentence 2: The quay was built in 1920." in page and "A judgement." in page
    assert "**Card: Later** (In June)\n\nShe stayed.\n\n*Which word aged well?*" in page


@given(st.text("a|*_`<>[]#\\ \n", min_size=1, max_size=12))
def test_signs_of_markdown_in_a_reason_are_shown_as_they_are(note):
    text = keyed("cues", KeySpan(*place("may"), "modal", f"x{note}x"))
    shown = printable("", "", key_pages(text)[0])
    cell = re.search(r"<td>Might-words</td>\n<td>(.*?)</td>", shown, re.S)
    assert html.unescape(cell[1]) == " ".join(f"x{note}x".split())


@pytest.mark.parametrize("name", sorted(path.name.removesuffix(".lesson.json") for path in
                                        (find_checkout() / "kit/articles").glob("*.lesson.json")))
def test_the_key_that_a_lesson_asks_comes_first(name):
    for text in texts_of(name):
        assert key_pages(text)[0].startswith(f"### Key of {text.plan['key']}: ")


# The page


@pytest.mark.parametrize("name", LESSONS)
def test_the_page_of_a_lesson_needs_nothing_else_and_has_notes_and_key(name):
    page = lesson_files(name)[f"{name}.html"].decode("utf-8")
    assert not re.search(r"<script|<link|<img|url\(|@import|https?://", page)
    heads = re.findall(r"<h2>(.+?)</h2>", page)
    assert heads[0] == "Minute plan" and "Homework" in heads
    for text in texts_of(name):
        title = html.escape(text.article.title, quote=False)
        assert [key.scheme for key in text.keys if f"Key of {key.scheme}: {title}" in page] == [text.plan["key"]]
        core = [item for item in text.keys[0].tier("core") if item.label != "furniture"]
        assert all(html.escape(" ".join(item.note.split()), quote=False).replace('"', "&quot;") in page for item in core)


def test_html_in_notes_is_shown_and_not_run():
    page = lesson_page("# A <b>\n\n<script>alert(1)</script>", [keyed("cues")])
    assert "<script>" not in page and "&lt;script&gt;" in page and "<title>A &lt;b&gt;</title>" in page


# Where they go


def links_of(content: bytes) -> list[str]:
    words = content.decode("utf-8")
    return re.findall(r'(?:\]\(|href=\\?")([^)"#\\]+)', words)


def test_every_link_of_the_whole_guide_leads_to_a_file_beside_it():
    files = whole_guide()
    for name, it in files.items():
        if isinstance(it, bytes):
            assert set(links_of(it)) <= set(files), name


def test_every_link_of_one_lessons_files_leads_to_a_file_beside_it():
    for lesson in LESSONS:
        files = lesson_files(lesson)
        assert all(set(links_of(it)) <= set(files) for it in files.values() if isinstance(it, bytes))


@pytest.mark.parametrize("teacher", [False, True])
def test_every_link_in_a_folder_handed_out_leads_to_a_file_in_it(tmp_path, teacher):
    handed = hand_out(tmp_path, originals(teacher=teacher) | (in_folder() if teacher else {}))
    pages = [tmp_path / name for name in handed.copied if name.endswith((".md", ".ipynb", ".html"))]
    links = [(page, link) for page in pages for link in links_of(page.read_bytes()) if not link.startswith("http")]
    assert (tmp_path / "lessons/README.md", "what-if-it-does-not-work.md") in links
    assert [link for link in links if not (link[0].parent / link[1]).is_file()] == []


def test_a_student_gets_no_page_of_the_guide():
    assert not [name for name in originals() if "teacher" in name]
    assert "lessons/teacher/README.md" in originals(teacher=True)


def test_a_lesson_with_notes_is_found_by_number_and_by_name():
    assert find_noted("1") == find_noted("01") == find_noted("01-what-do-we-know") == LESSONS[0]
    for wanted in ("99", "", "²", "README", "../x"):
        with pytest.raises(KitError, match="There are: 01-what-do-we-know"):
            find_noted(wanted)


def test_a_notebook_without_a_copy_is_opened_itself():
    files = in_folder()
    assert copy_of("lessons/01-what-do-we-know.ipynb", files) == "lessons/teacher/01-what-do-we-know.ipynb"
    assert copy_of("lessons/mine.ipynb", files) == "lessons/mine.ipynb"
    assert copy_of("01-what-do-we-know.ipynb", files) == "01-what-do-we-know.ipynb"
