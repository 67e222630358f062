"""The teacher's guide: a plan of minutes that can be kept, pages that keep to their form, and `kit guide`."""

import json
import re
from pathlib import Path

import pytest
import reading
from click.testing import CliRunner

from kit.authoring.notes import MINUTE_PLAN, read_notes
from kit.cli import commands
from kit.measure.score import score
from kit.model.files import load_article, load_key
from kit.model.typed import parse
from kit.places.bootstrap import find_checkout
from kit.places.guide import lessons_with_notes

ROOT = find_checkout()
GUIDE = ROOT / "lessons" / "teacher"
LESSONS = lessons_with_notes()
PAGES = sorted(path for path in GUIDE.glob("*.md") if path.stem not in LESSONS)
SPEED = 180  # words a minute, for a reader who takes time

# What a student reads in a step besides the notebook's own words, by field of the lesson's plan.
READ = {"1. Remember": ("remember",), "2. Predict": ("before",), "5. Compare": ("confidence",),
        "6. Mend": ("reasons", "loaded", "origins"), "7. Talk": ("after", "reveal"), "9. Exit ticket": ("exit",)}

by_lesson = pytest.mark.parametrize("name", LESSONS)


def notes(name: str):
    return read_notes((GUIDE / f"{name}.md").read_text("utf-8"))


def plans(name: str) -> list[dict]:
    """Return the plan of a lesson, and the one of its other text."""
    plan = json.loads((ROOT / "kit" / "articles" / f"{name}.lesson.json").read_text("utf-8"))
    return [plan, *([plan | plan["other_text"]] if "other_text" in plan else [])]


def by_step(name: str) -> dict[str, str]:
    """Return the words of a notebook's text cells by step; "Start" is what comes before the first."""
    book = json.loads((ROOT / "lessons" / f"{name}.ipynb").read_text("utf-8"))
    found, step = {"Start": ""}, "Start"
    for cell in book["cells"]:
        source = "".join(cell["source"])
        heading = re.search(r"^## (\d+\. .+)$", source, re.M)
        step = heading[1] if heading else step
        found[step] = found.get(step, "") + "\n" + (source if cell["cell_type"] == "markdown" else "")
    return found


def count(field) -> int:
    """Return the number of words in a field of a plan, in whatever it holds."""
    if isinstance(field, dict):
        return sum(map(count, field.values()))
    return sum(map(count, field)) if isinstance(field, list) else len(reading.words(str(field)))


def to_read(plan: dict, step: str, words: str) -> int:
    """Return how many words a student reads in a step: the page, its questions, the article, the reasons."""
    article, key = load_article(plan["article"]), load_key(plan["article"], scheme=plan["key"])
    here = len(reading.words(words)) + sum(count(plan.get(field, "")) for field in READ.get(step, ()))
    here += len(reading.words(article.text)) if step == "4. Mark" else 0
    reasons = [item.note for item in key.tier("core", "contested")] + [one["note"] for one in key.responses.values()]
    return here + (count(reasons) if step == "6. Mend" else 0)


# The plan of minutes


@by_lesson
def test_the_minutes_add_up_to_a_lesson_and_name_every_step_in_order(name):
    assert sum(notes(name).minutes.values()) == 45
    assert list(notes(name).minutes) == list(by_step(name))


@by_lesson
def test_no_step_has_less_time_than_its_reading_alone_takes(name):
    for plan in plans(name):
        needed = {step: to_read(plan, step, words) / SPEED for step, words in by_step(name).items()}
        short = {step: needed[step] for step, minutes in notes(name).minutes.items() if minutes < needed[step]}
        assert short == {}


@by_lesson
def test_marking_and_talking_have_time_beyond_reading(name):
    """A plan that only fits readers who decide nothing is no plan."""
    words, minutes = by_step(name), notes(name).minutes
    for plan in plans(name):
        assert minutes["4. Mark"] >= 2 * to_read(plan, "4. Mark", words["4. Mark"]) / SPEED
        assert minutes["7. Talk"] >= 3 * to_read(plan, "7. Talk", words["7. Talk"]) / SPEED


@by_lesson
def test_two_stops_stand_where_the_student_reads_of_them(name):
    rows = re.findall(r"^\| *(.+?) *\|", notes(name).whole[MINUTE_PLAN], re.M)
    before = [rows[number - 1] for number, row in enumerate(rows) if row.startswith("*stop")]
    assert before == ["5. Compare", "7. Talk"]
    assert before == [step for step, words in by_step(name).items() if "You may stop here for today" in words]


def test_the_week_of_the_paths_page_has_the_minutes_of_lesson_1():
    minutes = list(notes("01-what-do-we-know").minutes.values())
    page = (GUIDE / "paths.md").read_text("utf-8")
    assert f"| Monday | lesson 1, to the first stop | {sum(minutes[:6])} |" in page
    assert f"| Tuesday | lesson 1, from *Mend* to the end | {sum(minutes[6:])} |" in page


# The notes and the pages


@by_lesson
def test_a_lesson_has_all_that_a_teacher_looks_for(name):
    page = notes(name)
    assert page.title.startswith(f"Lesson {int(name[:2])}: ") and "**Goal.**" in page.opening
    assert page.title.split(": ")[1] in by_step(name)["Start"]
    replies = re.findall(r"^\| \"", page.whole["Five likely sentences, and replies"], re.M)
    assert len(replies) == 5
    assert len(re.findall(r"^\d\. ", page.whole["Two questions to talk about"], re.M)) == 2
    assert all(page.whole[heading] for heading in ("Homework", "Is it true?", "Hard topic"))
    assert page.steps["4. Mark"] and page.steps["7. Talk"]


@by_lesson
def test_each_lesson_with_notes_is_on_the_map(name):
    assert f"]({name}.md)" in (GUIDE / "README.md").read_text("utf-8")


def test_every_page_is_on_the_map():
    linked = set(re.findall(r"\]\(([\w-]+)\.md\)", (GUIDE / "README.md").read_text("utf-8")))
    assert linked >= {path.stem for path in PAGES} - {"README"}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_page_has_one_topic_and_fits_two_sheets(path):
    source = path.read_text("utf-8")
    assert source.startswith("# ") and len(re.findall(r"^# ", source, re.M)) == 1
    assert len(reading.words(source)) <= 800


def test_every_finding_names_author_year_and_place():
    table = re.findall(r"^\| (.+?) \| (.+?) \| (.+?) \|$", (GUIDE / "evidence.md").read_text("utf-8"), re.M)
    findings = [row for row in table if row[0] not in ("finding", "---")]
    assert len(findings) == 11
    assert all(re.search(r"(19|20)\d\d", source) for _, source, _ in findings)


@pytest.mark.parametrize("name", ["01-what-do-we-know", "02-claim-or-background", "03-who-says-so"])
def test_the_typed_answers_on_the_page_about_paper_are_right(name):
    source, plan = (GUIDE / "no-device.md").read_text("utf-8"), plans(name)[0]
    typed = re.findall(r"^```\n(= b7\n.*?)^```$", source, re.M | re.S)[int(name[:2]) - 1]
    article, key = load_article(plan["article"]), load_key(plan["article"], scheme=plan["key"])
    (one,) = parse(typed, article, plan["scheme"], asked=plan.get("claims", ()))
    assert one.marks.annotator == "b7" and not one.without_pen
    result = score(article, one.marks, key.in_scheme(plan["scheme"]))
    assert (result.extra, result.right_label) == (0, typed.count("\n") - 1 - typed.count(": , "))


@pytest.mark.parametrize("page", ["no-device", "grading"])
def test_the_commands_for_a_lesson_name_its_text_and_pens(page):
    source = (GUIDE / f"{page}.md").read_text("utf-8")
    exercises = [json.loads(path.read_text("utf-8")) for path in (ROOT / "kit" / "articles").glob("*.exercise.json")]
    known = {plan["article"]: plan for plan in (*exercises, *(plan for name in LESSONS for plan in plans(name)))}
    named_there = re.findall(r"kit (paper|typed|score) ([\w-]+)(.*?)(?:`|$)", source, re.M)
    for command, article, more in named_there:
        plan = known[article]
        scheme = re.search(r"--scheme (\S+)", more)
        assert (scheme[1] if scheme else "cues-4") == plan["scheme"] or command == "score", (command, article)
        assert command != "score" or (f"{article}-{plan['scheme']}.json" in more and more.endswith(f" {plan['key']}"))
    assert {article for _, article, _ in named_there} >= {plans(name)[0]["article"] for name in LESSONS}


@by_lesson
def test_the_typed_answers_in_the_notes_of_a_lesson_are_right(name):
    source, plan = (GUIDE / f"{name}.md").read_text("utf-8"), plans(name)[0]
    article, key = load_article(plan["article"]), load_key(plan["article"], scheme=plan["key"])
    for typed in re.findall(r"^```\n(= b7\n.*?)^```$", source, re.M | re.S):
        (one,) = parse(typed, article, plan["scheme"], asked=plan.get("claims", ()))
        assert len(one.marks.spans) >= 3
        result = score(article, one.marks, key)
        assert (result.extra, result.right_label) == (0, typed.count("\n") - 1 - typed.count(": , "))


@by_lesson
def test_a_command_in_the_notes_of_a_lesson_is_about_its_own_text_and_pens(name):
    words, plan = (GUIDE / f"{name}.md").read_text("utf-8"), plans(name)[0]
    for article, scheme in re.findall(r"`kit (?:paper|typed) (\S+).*?--scheme (\S+)`", words):
        assert article == plan["article"] and scheme in (plan["scheme"], *plan.get("offered", ()))


# The command


def run(*arguments: str, folder: Path):
    return CliRunner().invoke(commands, ["guide", *arguments, "--out", str(folder)])


def test_one_lesson_is_written_and_said_where(tmp_path):
    result = run("1", folder=tmp_path / "mine")
    assert result.exit_code == 0, result.output
    written = {path.name for path in (tmp_path / "mine").iterdir() if path.name != ".kit"}
    assert written == {"01-what-do-we-know.ipynb", "01-what-do-we-know.html", "glossary.md"}
    assert all(f"Wrote {tmp_path / 'mine' / name}" in result.output for name in written)


def test_without_a_lesson_everything_is_written(tmp_path):
    result = run(folder=tmp_path)
    assert result.exit_code == 0, result.output
    assert {path.name for path in tmp_path.glob("*.html")} == {f"{path.stem}.html" for path in (*PAGES, *map(Path, LESSONS))}
    assert {path.stem for path in tmp_path.glob("*.ipynb")} == set(LESSONS)


def test_a_page_that_a_teacher_changed_stays_without_force(tmp_path):
    run("1", folder=tmp_path)
    page = tmp_path / "01-what-do-we-know.html"
    fresh = page.read_text("utf-8")
    assert "Nothing to write" in run("1", folder=tmp_path).output
    page.write_text("mine")
    (tmp_path / ".kit/handed-out.json").unlink()
    said = run("1", folder=tmp_path).output
    assert page.read_text("utf-8") == "mine"
    assert f"You changed {page}, so it stays as it is. The new version is {tmp_path / '01-what-do-we-know.new.html'}" in said
    assert f"Wrote {page}" in run("1", "--force", folder=tmp_path).output
    assert page.read_text("utf-8") == fresh


def test_a_lesson_without_notes_is_an_error_with_a_remedy(tmp_path):
    result = run("99", folder=tmp_path / "mine")
    assert result.exit_code == 1
    assert result.output.startswith("Error: There are no teacher's notes for a lesson '99'. There are: 01-what")
    assert not (tmp_path / "mine").exists()


def test_the_kits_own_lessons_are_not_written_over(tmp_path):
    result = run("1", "--force", folder=ROOT / "lessons")
    assert result.exit_code == 1 and "Choose another folder: kit guide --out FOLDER" in result.output


def test_lab_opens_the_teachers_copy_beside_the_guide(tmp_path, monkeypatch):
    calls = []
    monkeypatch.setattr("kit.places.lab.open_lab", lambda *which, **how: calls.append(which))
    arguments = ["lab", "1", "--folder", str(tmp_path)]
    CliRunner().invoke(commands, arguments)
    assert not (tmp_path / "lessons/teacher").exists()
    CliRunner().invoke(commands, [*arguments, "--teacher"])
    assert [name for _, name in calls] == ["lessons/01-what-do-we-know.ipynb", "lessons/teacher/01-what-do-we-know.ipynb"]
    assert (tmp_path / "lessons/teacher/01-what-do-we-know.ipynb").is_file()
    assert (tmp_path / "lessons/teacher/hard-topics.md").is_file()


def test_a_copy_that_a_teacher_changed_is_opened_as_it_is(tmp_path, monkeypatch):
    monkeypatch.setattr("kit.places.lab.open_lab", lambda *which, **how: None)
    arguments = ["lab", "1", "--teacher", "--folder", str(tmp_path)]
    CliRunner().invoke(commands, arguments)
    copy = tmp_path / "lessons/teacher/01-what-do-we-know.ipynb"
    changed = json.loads(copy.read_text("utf-8"))
    changed["cells"][2]["source"] = ["My own note."]
    copy.write_text(json.dumps(changed))
    CliRunner().invoke(commands, arguments)
    assert json.loads(copy.read_text("utf-8")) == changed
