"""`kit grade` a second time: what is unchanged is not graded anew, what fails or is left behind stops nobody."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from answer_files import CASES, CHOSEN, CORE, CUES, FILES, OWN, PERFECT, RIGHT, ROLE_OF, ROLES, answer, sentences, spans
from test_grade_command import FILE, course, graded, run, table  # noqa: F401  (a fixture)
from test_grade_folder import COURSE_KEYS, HALF, NAME, put

from kit.grading import crowd, folder
from kit.grading import run as run_module
from kit.grading.keys import Keys
from kit.grading.run import Run
from kit.model.annotations import AnnotationSet
from kit.model.formats import annotations_json
from kit.model.spans import Span

# Unchanged, with pages


def pages_of(course: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for kind in ("class", "feedback") for path in (course / "grades" / kind).iterdir()}


@pytest.fixture
def gradings(monkeypatch) -> list[AnnotationSet]:
    """The answers that are graded from here on."""
    seen: list[AnnotationSet] = []
    real = folder.grade_by
    monkeypatch.setattr(folder, "grade_by", lambda *a, **k: seen.append(a[1]) or real(*a, **k))
    return seen


@pytest.fixture
def whole_class(course) -> Path:
    """A class with cues, roles and sources, notes, wide marks, choices, an empty answer and a damaged one."""
    put(course / "class-7b/cem" / FILE, answer(CUES, spans(CUES, CORE[:5], note="who says so?"), RIGHT))
    put(course / "class-7b/dan" / FILE, answer(CUES, [], {}))
    put(course / "class-7b/eva" / FILE, "{ not JSON")
    wide = json.loads(HALF)
    wide["spans"][0]["start"] = 0
    put(course / "class-7b/fay" / FILE, json.dumps(wide))
    for number, name in enumerate(("ana", "cem", "gil", "hal", "ida")):
        put(course / "class-7b" / name / "answers/focus-app-roles.json",
            answer(ROLES, sentences(ROLES, ROLE_OF)[number:], CHOSEN if number % 2 else {}))
    put(course / "class-7b/hal/answers/strait-collision-sources.json", traced(2))
    put(course / "class-7b/ida/answers/strait-collision-sources.json", traced(5))
    return course


def traced(without: int) -> str:
    """Return an answer to exercise 3 that is the key, sources joined to their claims, without one of its items."""
    keys = Keys(COURSE_KEYS)
    (key,) = (key for key in keys if key.scheme == "sources")
    marks = [Span(span.start, span.end, span.label, joined=span.joined)
             for number, span in enumerate(key.spans) if number != without]
    assert any(mark.joined for mark in marks)
    article = keys.article_of(key)
    done = replace(AnnotationSet.on(article, "sources", "student", marks), first_pass=(), stage="reasons")
    return annotations_json(done, article)


def test_an_unchanged_class_is_not_graded_and_its_pages_are_the_same_bytes(whole_class, gradings):
    graded()
    before, first = pages_of(whole_class), len(gradings)
    shutil.rmtree(whole_class / "grades/class")
    graded()
    assert (len(gradings), pages_of(whole_class)) == (first, before)


def test_class_pages_of_every_kind_of_answer_are_the_same_bytes_from_the_record(course, gradings):
    for case in CASES:
        if case.exercise != OWN and case.content is not None:
            put(course / "class-7b" / case.name / "answers" / f"{FILES[case.exercise]}.json", case.content)
    graded()
    before = pages_of(course)
    assert len(gradings) > 30
    gradings.clear()
    graded()
    assert not gradings
    assert pages_of(course) == before


def test_class_pages_with_names_are_the_same_bytes_after_a_second_run(whole_class, gradings):
    graded("--names", "--to", "new")
    graded()
    gradings.clear()
    graded("--names")
    assert not gradings
    assert [path.read_bytes() for path in sorted((whole_class / "grades/class").iterdir())] == \
        [path.read_bytes() for path in sorted((whole_class / "new/class").iterdir())]


def test_only_the_one_who_changed_is_graded_and_the_class_page_counts_the_change(whole_class, gradings):
    graded()
    put(whole_class / "class-7b/dan" / FILE, PERFECT)
    gradings.clear()
    graded()
    assert len(gradings) == 1
    after = pages_of(whole_class)
    graded("--to", "new")
    assert after[f"{CUES}.html"] == (whole_class / f"new/class/{CUES}.html").read_bytes()
    assert after["dan.html"] == (whole_class / "new/feedback/dan.html").read_bytes()


def test_a_changed_key_and_another_version_grade_everybody_anew(whole_class, gradings, monkeypatch):
    graded()
    everybody = len(gradings)
    path = whole_class / "keys/singer-tour-cues.key.json"
    path.write_text(path.read_text("utf-8").replace('"made": "', '"made": "Looked through again. '), "utf-8")
    graded()
    assert len(gradings) == 2 * everybody
    monkeypatch.setattr(folder, "__version__", "99")
    graded()
    assert len(gradings) == 3 * everybody


def test_a_page_that_was_deleted_is_written_again(whole_class, gradings):
    graded()
    before = pages_of(whole_class)
    (whole_class / "grades/feedback/cem.html").unlink()
    gradings.clear()
    graded()
    assert pages_of(whole_class) == before
    assert len(gradings) == 2  # the two answers of one student


def test_pages_that_a_run_without_pages_left_behind_are_made_anew(course):
    graded()
    put(course / "class-7b/ana" / FILE, HALF)
    graded("--no-pages")
    assert "7.75" not in (course / "grades/feedback/ana.html").read_text("utf-8")
    graded()
    assert "7.75" in (course / "grades/feedback/ana.html").read_text("utf-8")
    assert not (course / "grades/feedback/ana-1.html").exists()


def test_an_interrupted_run_with_pages_grades_the_rest_alone(whole_class, gradings):
    going = iter(Run(whole_class / "class-7b", Keys(whole_class / "keys"), whole_class / "grades"))
    done = [next(going), next(going)]
    going.close()
    before = len(gradings)
    graded()
    again = len(gradings) - before
    shutil.rmtree(whole_class / "grades")
    gradings.clear()
    graded("--to", "new")
    assert again == len(gradings) - before > 0 and not any(work.is_reused for work in done)


def test_an_answer_of_thousands_of_marks_is_not_kept_in_the_record(course, gradings):
    many = json.loads(HALF)
    many["spans"] = many["first_pass"] = [{"start": n, "end": n + wide, "label": "might"}
                                            for n in range(1_100) for wide in (1, 2)]
    put(course / "class-7b/zoe" / FILE, json.dumps(many))
    graded()
    pages = pages_of(course)
    gradings.clear()
    graded()
    assert [len(one.spans) for one in gradings] == [2_200]
    assert pages_of(course) == pages


# Pages that fail


def test_a_page_that_fails_stops_nobody_and_is_told(course, monkeypatch):
    real = run_module.page_of

    def fails(work):
        if work.student == "ana":
            raise ZeroDivisionError("nobody thought of this")
        return real(work)

    monkeypatch.setattr(run_module, "page_of", fails)
    result = graded()
    assert ("  no page for ana: the kit failed (ZeroDivisionError: nobody thought of this). Report this."
            in result.output.splitlines())
    assert [row["points"] for row in table(course / "grades/grades.csv")] == ["10.0", "7.75"]
    assert [path.name for path in (course / "grades/feedback").iterdir()] == ["Bęn Ōkoro.html"]
    monkeypatch.setattr(run_module, "page_of", real)
    assert "no page" not in graded().output
    assert (course / "grades/feedback/ana.html").exists()


def test_a_page_that_fails_once_is_no_page_that_somebody_changed(course, monkeypatch):
    graded()
    put(course / "class-7b/ana" / FILE, HALF)
    with monkeypatch.context() as broken:
        broken.setattr(run_module, "page_of", lambda work: 1 // 0)
        assert "no page for ana" in graded().output
    graded()
    assert "7.75" in (course / "grades/feedback/ana.html").read_text("utf-8")
    assert sorted(path.name for path in (course / "grades/feedback").iterdir()) == ["Bęn Ōkoro.html", "ana.html"]


def test_a_folder_in_the_place_of_a_page_stops_nobody(course):
    (course / "grades/feedback/ana.html").mkdir(parents=True)
    (course / "grades/feedback/ana.html/mine.txt").write_text("mine", "utf-8")
    graded()
    assert len(table(course / "grades/grades.csv")) == 2
    kept = list((course / "grades/feedback").rglob("mine.txt"))
    assert [path.read_text("utf-8") for path in kept] == ["mine"]


def test_whoever_cannot_be_counted_is_missing_on_the_class_page_alone(whole_class, monkeypatch):
    real = crowd.outcomes_by

    def fails(laid, marks):
        if len(marks) == 5:
            raise RuntimeError("cem's marks")
        return real(laid, marks)

    monkeypatch.setattr(crowd, "outcomes_by", fails)
    result = graded()
    assert f"no page for the class of {CUES}, with cem on it: the kit failed (RuntimeError: cem's marks)" in result.output
    assert {row["student"] for row in table(whole_class / "grades/grades.csv")} == {
        "ana", "Bęn Ōkoro", "cem", "dan", "eva", "fay", "gil", "hal", "ida"}
    shutil.rmtree(whole_class / "class-7b/cem")
    monkeypatch.setattr(crowd, "outcomes_by", real)
    without = (whole_class / f"grades/class/{CUES}.html").read_bytes()
    graded("--to", "new")
    assert (whole_class / f"new/class/{CUES}.html").read_bytes() == without


def test_a_class_page_that_fails_leaves_the_table(course, monkeypatch):
    monkeypatch.setattr(crowd.Crowd, "page", lambda self, **more: 1 // 0)
    result = graded()
    assert f"  no page for the class of {CUES}: the kit failed" in result.output
    assert len(table(course / "grades/grades.csv")) == 2
    told = json.loads(run("class-7b", "--keys", "keys", "--json").stdout)
    assert [one["page"] for one in told["no_page"]] == [f"the class of {CUES}"]


# What an earlier run left behind


def test_worksheets_of_an_earlier_class_list_are_put_aside(course):
    shutil.rmtree(course / "class-7b")
    put(course / f"class-7b/Ana Ruiz_101_assignsubmission_file_/{NAME}.json", PERFECT)
    graded("--format", "moodle")
    sheet = course / f"grades/grades-moodle-{CUES}.csv"
    before = sheet.read_bytes()
    put(course / "list.csv", "First name,Last name,Email address\nAna,Ruiz,ana@x.org\n")
    result = graded("--format", "moodle", "--roster", "list.csv")
    assert not sheet.exists()
    assert sheet.with_name(f"grades-moodle-{CUES}-1.csv").read_bytes() == before
    assert f"grades-moodle-{CUES}.csv is of an earlier run, and was not written this time" in result.output
    graded("--format", "moodle", "--roster", "list.csv")
    assert sorted(path.name for path in (course / "grades").glob("*.csv")) == [
        "grades-moodle-01-what-do-we-know-1.csv", "grades-moodle.csv", "grades.csv"]


def test_tables_for_another_system_stay_and_so_does_a_file_of_somebody_else(course):
    mine = course / "grades/grades-moodle-mine.csv"
    put(mine, "mine")
    graded("--format", "moodle")
    graded("--format", "canvas")
    graded()
    assert sorted(path.name for path in (course / "grades").glob("*.csv")) == [
        "grades-canvas.csv", "grades-moodle-mine.csv", "grades-moodle.csv", "grades.csv"]


def test_the_class_page_of_an_exercise_that_nobody_has_any_more_is_taken_away(whole_class):
    graded()
    assert len(list((whole_class / "grades/class").iterdir())) == 3
    for path in (whole_class / "class-7b").glob("*/answers/focus-app-roles.json"):
        path.unlink()
    graded()
    assert sorted(path.name for path in (whole_class / "grades/class").iterdir()) == [
        f"{CUES}.html", "03-who-says-so.html"]
