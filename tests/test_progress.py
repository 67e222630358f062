"""One's own progress: told from the answer files alone, and nothing of a key before a lesson is finished."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from answered import RESPONSES, TICKET, answered, course, save

from kit import progress
from kit.measure.score import score
from kit.model.files import load_key
from kit.model.plans import LESSON, plans

NUMBER = r"\d\.\d\d"


def lesson_1(**changes):
    return answered("north-korea-2024", "cues-4", key="cues", **changes)


def dots(figure, gid: str) -> list[float]:
    """Return where the dots of a kind stand, as shares of the scale."""
    axes = figure.axes[0]
    scale = next(line.get_xdata() for line in axes.lines if line.get_gid() == "axis")
    return [(mark.get_offsets()[0][0] - scale[0]) / (scale[1] - scale[0]) for mark in axes.collections
            if mark.get_gid() == gid]


def everything(folder: Path) -> dict:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# Numbers


def test_both_passes_are_told_in_counts_and_then_in_one_number(tmp_path):
    article, answer = lesson_1()
    save(tmp_path, article, answer)
    key = load_key(article.id).in_scheme("cues-4")
    first, mended = score(article, answer.first(), key), score(article, answer, key)
    picture = progress(tmp_path)
    assert f"First pass: found 4, loose 0, missed {first.missed}, extra 0; {first.f1:.2f}." in picture.words
    assert f"Mended pass: found 7, loose 0, missed {mended.missed}, extra 0; {mended.f1:.2f}." in picture.words
    for figure in (picture.figure, picture.narrow):
        assert dots(figure, "first") == pytest.approx([first.f1])
        assert dots(figure, "mended") == pytest.approx([mended.f1])
        assert f"{first.f1:.2f} → {mended.f1:.2f}" in [text.get_text() for text in figure.axes[0].texts]


def test_a_line_for_every_lesson_in_the_order_of_the_course():
    picture = progress(course())
    names = [line.partition(",")[0] for line in picture.words.split("\n")[:4]]
    assert names == ["Lesson 1", "Lesson 1", "Lesson 2", "Lesson 3"]
    assert "the other text, “" in picture.words.split("\n")[1]
    for figure in (picture.figure, picture.narrow):
        assert (len(dots(figure, "first")), len(dots(figure, "mended"))) == (3, 3)
        arrows = [mark for mark in figure.axes[0].collections if mark.get_gid() == "move"]
        assert len(arrows) == sum(abs(one - other) > 0.12 for one, other in zip(dots(figure, "first"), dots(figure, "mended")))


def test_sentences_and_claims_are_told_as_right_other_and_blank():
    _, _, lesson_2, lesson_3 = progress(course()).words.split("\n")[:4]
    asked = len([item for item in load_key("sleep-study", scheme="roles").tier("core") if item.label != "furniture"])
    right = int(re.search(r"First pass: right (\d+), other 0", lesson_2).group(1))
    assert f"First pass: right {right}, other 0, blank {asked - right}; {right / asked:.2f}." in lesson_2
    assert f"you chose “Half and half”; {right} of {asked} sentences were right then." in lesson_2
    assert re.search(r"Mended pass: right \d+, other 0, blank \d+; 0\.\d\d\.", lesson_3)


def test_questions_reasons_and_the_exit_ticket_are_counted_and_quoted(tmp_path):
    save(tmp_path, *lesson_1())
    told = progress(tmp_path).words
    assert "Before the check you chose “Half and half”; 4 of 16 cues were found then." in told
    assert "Reasons as in the key: 2 of 3." in told
    assert "Questions from earlier: 1 of 3, 1 not answered." in told
    assert f"Exit ticket: “{TICKET}”" in told


@pytest.mark.parametrize("plan", plans(LESSON), ids=lambda plan: plan["article"])
def test_every_lesson_of_the_course_is_told_with_all_reasons_right(plan, tmp_path):
    key = load_key(plan["article"], scheme=plan["key"])
    right = {question["id"]: key.responses[question["id"]]["right"][0] for question in plan["reasons"]}
    right |= {question["id"]: question["right"] for question in plan["remember"]}
    save(tmp_path, *answered(plan["article"], plan["scheme"], key=plan["key"], responses=right))
    told = progress(tmp_path).words
    assert "Reasons as in the key: 3 of 3." in told and "Questions from earlier: 3 of 3." in told


def test_a_lesson_in_the_beginners_roles_is_found_and_told(tmp_path):
    save(tmp_path, *answered("sleep-study", "roles-3", key="roles", first=21, mended=21))
    assert "Lesson 2" in progress(tmp_path).words and "Left out" not in progress(tmp_path).words


def test_two_passes_alike_are_a_dot_in_a_ring():
    figure = progress(course()).figure
    sizes = {mark.get_gid(): mark.get_sizes()[0] for mark in figure.axes[0].collections}
    assert sizes["first"] > 2 * sizes["mended"]


# Nothing before its time


@pytest.mark.parametrize(("stage", "first"), [("mark", None), ("mend", 4)])
def test_nothing_of_the_key_is_told_before_the_lesson_is_finished(tmp_path, stage, first):
    """The same words, whatever the marks are."""
    told = set()
    for start in (0, 60):
        article, answer = lesson_1(stage=stage, first=first)
        spans = tuple(replace(span, start=span.start + start, end=span.end + start) for span in answer.spans)
        save(tmp_path, article, replace(answer, spans=spans, first_pass=spans[:first] if first else answer.first_pass))
        picture = progress(tmp_path)
        told.add(picture.words)
        assert dots_in(picture) == 0
    assert len(told) == 1
    words = told.pop()
    assert "not finished, 7 marks so far." in words
    assert "key" not in words and "found" not in words and not re.search(NUMBER, words)
    assert "Questions from earlier: 1 of 3" in words  # these were answered and told at the start


def dots_in(picture) -> int:
    return sum(mark.get_gid() in ("first", "mended") for figure in (picture.figure, picture.narrow)
               for mark in figure.axes[0].collections)


# Files


def test_without_answers_it_says_what_to_do(tmp_path):
    told = progress(tmp_path / "answers").words
    assert told == (f"There is no answer of a lesson in the folder {tmp_path / 'answers'} yet. "
                    "Open a lesson and mark its text first.")
    assert not (tmp_path / "answers").exists()


def test_the_answers_are_those_of_whoever_marked_last(tmp_path):
    save(tmp_path, *lesson_1(mended=5))
    save(tmp_path, *lesson_1(mended=9), code="fox-7")
    assert "Mended pass: found 5," in progress(tmp_path).words
    (tmp_path / "whose.txt").write_text("fox-7\n")
    picture = progress(tmp_path)
    assert "Mended pass: found 9," in picture.words and picture.title == "My lessons (fox-7)"
    (tmp_path / "whose.txt").write_text("../../etc\n")
    assert "Mended pass: found 5," in progress(tmp_path).words


def test_what_cannot_be_read_or_belongs_to_no_lesson_is_named_and_left_out(tmp_path):
    article, answer = lesson_1()
    save(tmp_path, article, answer)
    (tmp_path / "my-article-5f0c12-cues.json").write_text("{}")
    (tmp_path / "sleep-study-roles.json").write_text("{ not json")
    changed = save(tmp_path, *answered("two-rivers", "cues-4", key="cues"))
    changed.write_text(re.sub('"fingerprint": "[0-9a-f]+"', '"fingerprint": "0123456789ab"', changed.read_text()))
    left_out = progress(tmp_path).words.split("\n")[-1]
    assert left_out.count("Left out: ") == 3
    for part in ("two-rivers-cues-4.json: The answer was made on text 0123456789ab", "sleep-study-roles.json: the file is damaged in line 1",
                 "my-article-5f0c12-cues.json: belongs to no lesson"):
        assert part in left_out
    assert "Lesson 1, “" in progress(tmp_path).words and "Lesson 2" not in progress(tmp_path).words


def test_a_folder_of_other_files_is_not_listed_to_the_end(tmp_path):
    save(tmp_path, *lesson_1())
    for number in range(30):
        (tmp_path / f"other-{number:02}.json").write_text("{}")
    left_out = progress(tmp_path).words.split("\n")[-1]
    assert left_out.count("belongs to no lesson") == 8 and left_out.endswith("Left out: 22 other files.")


def test_a_label_that_no_pen_has_does_not_stop_the_others(tmp_path):
    save(tmp_path, *lesson_1())
    article, answer = answered("transfer-rumour", "sources")
    path = save(tmp_path, article, answer)
    path.write_text(path.read_text().replace('"label": "rung-5"', '"label": "nonsense"'))
    assert "Lesson 1" in progress(tmp_path).words


@pytest.mark.parametrize("value", [None, 7, [], {"a": 1}, "no such choice", True])
def test_answers_to_questions_may_be_anything(tmp_path, value):
    save(tmp_path, *lesson_1(responses=dict.fromkeys(RESPONSES, value)))
    told = progress(tmp_path).words
    assert "Reasons as in the key: 0 of 3" in told and "you chose" not in told


def test_looking_changes_no_file():
    before = everything(course())
    progress(course())._repr_html_()
    assert everything(course()) == before


# Words for people


def test_there_is_no_praise_and_no_comparison_between_lessons():
    told = progress(course()).words
    assert "the dots of two lessons are not compared" in told
    assert not re.search(r"\b(well done|great|good|excellent|better|best|worse|average|rank|improved|congrat\w*|bravo)\b|!",
                         told.replace(TICKET, ""), re.I)


@pytest.mark.page
def test_it_prints_on_one_page(browser):
    page = browser.new_page()
    page.set_content(f"<body>{progress(course())._repr_html_()}</body>")
    page.wait_for_function("document.images[0].complete && document.images[0].naturalWidth")
    printed = page.pdf(format="A4", margin=dict.fromkeys(("top", "bottom", "left", "right"), "15mm"))
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
