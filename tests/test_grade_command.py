"""`kit grade`, as a teacher types it: tables, pages, a second run, and what it says at the end."""

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from answer_files import CHOSEN, CORE, CUES, RIGHT, ROLE_OF, ROLES, answer, named, sentences, spans
from click.testing import CliRunner, Result
from test_feedback_page import words
from test_grade_folder import COURSE_KEYS, HALF, NAME, PERFECT, page, put

from kit.cli import commands
from kit.grading import folder
from kit.grading.keys import Keys
from kit.grading.pages import FileNames, title_of
from kit.grading.run import Run
from kit.model.annotations import AnnotationSet, AnswerKey
from kit.model.article import Article
from kit.model.files import load_article, open_text, read_key, save_annotations, save_article
from kit.model.formats import annotations_json
from kit.model.marked import parse
from kit.model.spans import KeySpan, Span
from kit.places.bootstrap import find_checkout

FILE = f"answers/{NAME}.json"
OTHER = answer(ROLES, sentences(ROLES, ROLE_OF), CHOSEN)


@pytest.fixture
def course(tmp_path, monkeypatch) -> Path:
    """A folder with keys and the files of two students."""
    shutil.copytree(COURSE_KEYS, tmp_path / "keys")
    put(tmp_path / "class-7b/ana" / FILE, PERFECT)
    put(tmp_path / "class-7b/Bęn Ōkoro" / FILE, HALF)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(commands, ["grade", *arguments], prog_name="kit")


def graded(*more: str) -> Result:
    result = run("class-7b", "--keys", "keys", *more)
    assert result.exit_code == 0, result.output
    return result


def table(path: Path) -> list[dict[str, str]]:
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def lists(path: Path) -> list[list[str]]:
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_a_class_becomes_a_table_and_a_page_for_each(course):
    result = graded()
    rows = table(course / "grades/grades.csv")
    assert [(row["student"], row["exercise"], row["points"]) for row in rows] == [
        ("ana", CUES, "10.0"), ("Bęn Ōkoro", CUES, "7.75")]
    # 7 of 14: F1 2 x 7 / 21; 10 x (0.7 x 2/3 + 0.3) = 7.67
    assert (rows[1]["mended_found"], rows[1]["mended_missed"], rows[1]["mended_share"]) == ("7", "7", "0.6667")
    assert sorted(path.name for path in (course / "grades/feedback").iterdir()) == ["Bęn Ōkoro.html", "ana.html"]
    assert "7.75" in (course / "grades/feedback/Bęn Ōkoro.html").read_text("utf-8")
    assert "2 students; 2 answers graded." in result.output
    assert f"  {CUES}: 2 answers, 7.75 to 10" in result.output


def test_the_table_for_people_opens_in_excel_with_its_letters(course):
    graded("--no-pages")
    assert (course / "grades/grades.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert not (course / "grades/feedback").exists()


def test_a_name_that_looks_like_a_formula_is_text_in_every_table(course):
    put(course / "class-7b/=1+1" / FILE, HALF)
    graded("--format", "canvas")
    assert table(course / "grades/grades.csv")[0]["student"] == "'=1+1"
    assert lists(course / "grades/grades-canvas.csv")[2][0] == "'=1+1"


def test_what_cannot_be_graded_is_told_and_stops_nobody(course):
    put(course / "class-7b/cem" / FILE, PERFECT[:300])
    put(course / "class-7b/dan/photo.jpg", b"")
    put(course / "class-7b/.DS_Store", b"")
    result = graded()
    assert "Not graded: 2\n" in result.output
    assert f"  cem, {CUES}: cem/{FILE}: the file is " in result.output
    assert "dan/photo.jpg" in result.output
    assert ".DS_Store" in result.output.split("Passed over")[1]
    assert [row["points"] for row in table(course / "grades/grades.csv")] == ["10.0", "7.75", "0.0", "0.0"]
    assert "could not be graded" in (course / "grades/feedback/cem.html").read_text("utf-8")


def page_for(course: Path, student: str) -> str:
    """Return what the feedback page of a student says."""
    return words((course / f"grades/feedback/{student}.html").read_text("utf-8"))


def test_an_answer_without_a_key_is_not_graded_yet_and_costs_nothing(course):
    """The page said that there was no answer."""
    put(course / "class-7b/ana/answers/night-market-cues-4.json", named("own-perfect").content)
    (course / "keys/focus-app-roles.key.json").unlink()
    put(course / "class-7b/cem/answers/focus-app-roles.json", OTHER)
    assert "No answer key for 'focus-app'" in graded().output
    said = page_for(course, "cem")
    assert "Exercise 2: Claim, background or comment? Not graded yet: your teacher has to add the key." in said
    assert " points" not in said and "choose another folder" not in said and "no answer" not in said
    assert "10 of 10 points" in page_for(course, "ana") and "Not graded yet" in page_for(course, "ana")


def test_an_answer_whose_text_is_not_beside_the_key_is_not_graded_yet(course):
    for changed in (False, True):
        own_class(course)
        export("harbour.txt", "draft.txt", "--to", "key", "--out", "my-keys", "--force")
        text = course / "my-keys/harbour.json"
        text.unlink()
        if changed:
            save_article(replace(open_text(course / "harbour.txt"), id="harbour", text=f"{OWN_TEXT} It rained."), text)
        result = run("own", "--keys", "my-keys")
        assert result.exit_code == 0 and "harbour.json" in result.output
        said = page_for(course, "ana")
        assert "Not graded yet: your teacher has to add the text that belongs to the key." in said and " points" not in said


def test_an_answer_that_the_kit_stumbles_over_is_not_graded_yet(course, monkeypatch):
    monkeypatch.setattr(folder, "grade_by", lambda *given, **more: 1 / 0)
    assert "Grade it by hand and report this." in graded().output
    said = page_for(course, "ana")
    assert "Not graded yet: your teacher has to look at it." in said and "ZeroDivisionError" not in said


def test_what_a_teacher_has_to_do_stays_on_the_teachers_side(course):
    put(course / "class-7b/ana" / FILE, named("other-text").content)
    put(course / "class-7b/eve/photo.jpg", b"")
    assert "Hand out the article of the key again." in graded().output
    said = page_for(course, "ana")
    assert "made on another version of the text" in said and "Ask your teacher for the text again." in said
    assert "Hand out" not in said and "Your own file is not changed." in said
    assert "eve/photo.jpg" in page_for(course, "eve") and "Your own file" not in page_for(course, "eve")


def test_a_page_calls_an_exercise_as_the_exercise_calls_itself(course):
    graded()
    assert "Exercise 1: What do we actually know?" in page_for(course, "ana")
    assert [title_of(name) for name in (CUES, "04-my-own", "night-market-cues-4")] == [
        "Exercise 1: What do we actually know?", "Exercise 4: my own", "Night market cues 4"]


def test_a_second_run_changes_nothing_and_says_so(course):
    graded()
    before = {path: path.read_bytes() for path in (course / "grades").rglob("*") if path.is_file()}
    result = graded()
    assert "2 of them unchanged since the last time" in result.output
    assert {path: path.read_bytes() for path in (course / "grades").rglob("*") if path.is_file()} == before


def test_an_unchanged_student_is_not_graded_anew(course, monkeypatch):
    graded("--no-pages")
    put(course / "class-7b/cem" / FILE, HALF)
    seen = []
    real = folder.grade_by
    monkeypatch.setattr(folder, "grade_by", lambda *a, **k: seen.append(a[1]) or real(*a, **k))
    graded("--no-pages")
    assert len(seen) == 1


def test_after_a_changed_key_it_says_whose_points_moved_and_keeps_the_old_table(course):
    graded()
    old = (course / "grades/grades.csv").read_bytes()
    path = course / "keys/singer-tour-cues.key.json"
    key = json.loads(path.read_text("utf-8"))
    core = [span for span in key["spans"] if span.get("tier", "core") == "core"]
    found = json.loads(HALF)["spans"]
    for span in core[:]:
        if not any(one["start"] < span["end"] and span["start"] < one["end"] for one in found):
            span["tier"] = "accepted"
    path.write_text(json.dumps(key), "utf-8")
    result = graded()
    assert f"  Bęn Ōkoro, {CUES}: 7.75 -> 10 (the key changed)" in result.output
    assert "Points that moved: 1" in result.output
    assert (course / "grades/grades-1.csv").read_bytes() == old
    assert "grades-1.csv" in result.output


def test_another_answer_and_another_maximum_are_told_apart(course):
    graded()
    put(course / "class-7b/ana" / FILE, HALF)
    assert f"ana, {CUES}: 10 -> 7.75 (another answer)" in graded().output
    assert f"ana, {CUES}: 7.75 -> 15.25 (now out of 20, before out of 10)" in graded("--out-of", "20").output


def test_a_page_that_a_teacher_changed_is_kept_beside_the_new_one(course):
    graded()
    page = course / "grades/feedback/ana.html"
    page.write_text("my own words", "utf-8")
    put(course / "class-7b/ana" / FILE, HALF)
    graded()
    assert (course / "grades/feedback/ana-1.html").read_text("utf-8") == "my own words"
    assert "my own words" not in page.read_text("utf-8")


def test_an_interrupted_run_loses_nothing_and_goes_on(course):
    for name in ("cem", "dan", "eva"):
        put(course / "class-7b" / name / FILE, HALF)

    def started() -> Run:
        return Run(course / "class-7b", Keys(course / "keys"), course / "grades", pages=False)

    going = iter(started())
    done = [next(going).student, next(going).student]
    going.close()
    assert not (course / "grades/grades.csv").exists()
    again = started()
    assert again.goes_on
    half = iter(again)
    assert next(half).is_reused and next(half).is_reused and not next(half).is_reused
    half.close()
    last = started()
    works = list(last)
    assert [work.is_reused for work in works] == [True, True, True, False, False]
    assert done == [work.student for work in works[:2]]
    assert [row["student"] for row in table(course / "grades/grades.csv")] == ["ana", "Bęn Ōkoro", "cem", "dan", "eva"]
    assert not started().goes_on


def test_whoever_presses_control_c_is_told_that_nothing_is_lost(course):
    for number in range(300):
        put(course / f"class-7b/s{number:03}" / FILE, HALF)
    command = [sys.executable, "-m", "kit", "grade", "class-7b", "--keys", "keys"]
    going = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                             env=os.environ | {"PYTHONPATH": str(find_checkout())})
    feedback = course / "grades/feedback"
    while going.poll() is None and not (feedback.is_dir() and len(list(feedback.iterdir())) > 3):
        pass
    going.send_signal(signal.SIGINT)
    said, _ = going.communicate(timeout=60)
    assert (going.returncode, said.splitlines()[-1]) == (
        1, "Error: Interrupted. Nothing is lost: run the same command again, and it goes on from there.")
    result = graded()
    assert "goes on from there" in result.stderr
    assert len(table(course / "grades/grades.csv")) == 302


def test_a_line_that_was_cut_off_is_graded_again(course):
    graded("--no-pages")
    record = course / "grades/grades-record.jsonl"
    record.write_bytes(record.read_bytes()[:-200])
    graded("--no-pages")
    assert len(table(course / "grades/grades.csv")) == 2


def test_a_deleted_folder_deletes_the_student(course):
    graded()
    shutil.rmtree(course / "class-7b/ana")
    result = graded()
    assert "No longer there, and no longer in the table\n  ana" in result.output
    assert [row["student"] for row in table(course / "grades/grades.csv")] == ["Bęn Ōkoro"]
    assert not (course / "grades/feedback/ana.html").exists()
    assert b'"ana"' not in (course / "grades/grades-record.jsonl").read_bytes()


def test_the_grades_of_another_class_are_not_written_over(course):
    graded()
    put(course / "class-7c/zoe" / FILE, HALF)
    result = run("class-7c", "--keys", "keys")
    assert result.exit_code == 1 and "Choose another folder with --to" in result.output
    assert run("class-7c", "--keys", "keys", "--to", "grades-7c").exit_code == 0


def test_alike_files_are_pointed_out_without_accusing(course):
    worded = answer(CUES, spans(CUES, CORE[:7], note="who says so?"), RIGHT)
    for name in ("cem", "dan"):
        put(course / "class-7b" / name / FILE, worded)
    put(course / "class-7b/eva" / FILE, PERFECT)
    for name in ("fay", "gil"):
        put(course / "class-7b" / name / FILE, answer(CUES, [], {}))
    for name in ("hal", "ida"):
        put(course / "class-7b" / name / FILE, answer(CUES, spans(CUES, CORE[:2]), {}))
    for name in ("jo", "kim"):
        put(course / "class-7b" / name / FILE, PERFECT[:400])
    said = graded().output.split("Alike, which can have many reasons: ask them\n")[1].split("Wrote")[0].splitlines()
    assert said == [
        f"  ana and eva, {CUES}: The same marks and choices, all of them as in the key, and no words of their own.",
        f"  cem and dan, {CUES}: The same marks, choices and words of their own.",
        f"  hal and ida, {CUES}: The same choices and 2 marks: so few can be alike by chance.",
        f"  jo and kim, {CUES}: The same file, which cannot be graded."]


def test_a_reason_that_concerns_many_is_told_once(course):
    for name in ("cem", "dan", "eva"):
        put(course / "class-7b" / name / "focus-app-roles.json", OTHER)
    said = run("class-7b", "--keys", "keys/singer-tour-cues.key.json", "--no-pages").output
    (line,) = (line for line in said.splitlines() if "No answer key" in line)
    assert line.startswith("  cem, dan and eva, 02-claim-or-background: No answer key for 'focus-app'")


def test_a_key_without_its_article_is_no_students_fault(course):
    """A teacher who forgot the article gave a whole class 0, in the table for Canvas too."""
    text, key = parse("The mayor [may|modal: only possible. Who decides?] resign.", article="town", scheme="cues")
    article = {"format": "kit/article/1", "id": "town", "title": "Town", "source": "Invented", "language": "en", "text": text}
    town = Article("town", "Town", "Invented", text)
    put(course / "own/town.key.json", annotations_json(key, town))
    for name in ("ana", "ben"):
        mine = AnnotationSet.on(town, "cues", "student", [Span(10, 13, "modal")])
        put(course / "class-7c" / name / "town-cues.json", annotations_json(mine, town))
    result = run("class-7c", "--keys", "own", "--format", "canvas")
    assert [row["points"] for row in table(course / "grades/grades.csv")] == ["", ""]
    assert "There is no article 'town' in" in result.output and "Put town.json there." in result.output
    assert "0.0" not in (course / "grades/grades-canvas.csv").read_text("utf-8")
    put(course / "own/town.json", json.dumps(article | {"text": "The mayor might resign."}))
    assert "Put the town.json of the key into" in run("class-7c", "--keys", "own").output
    put(course / "own/town.json", "{")
    assert "town.json" in run("class-7c", "--keys", "own").output
    assert [row["points"] for row in table(course / "grades/grades.csv")] == ["", ""]
    put(course / "own/town.json", json.dumps(article))
    run("class-7c", "--keys", "own")
    assert [row["points"] for row in table(course / "grades/grades.csv")] == ["10.0", "10.0"]


def test_who_imports_a_table_is_told_of_zeros_that_have_a_reason(course):
    put(course / "class-7b/cem" / FILE, "nothing that can be read")
    assert "1 answer that could not be graded count 0 in it" not in graded().output
    assert "1 answer that could not be graded count" in graded("--format", "canvas").output


def test_what_still_tells_of_a_deleted_student_is_named(course):
    graded()
    put(course / "class-7b/cem" / FILE, HALF)
    graded()
    shutil.rmtree(course / "class-7b/ana")
    assert "delete them if nobody needs them: grades-1.csv, grades-2.csv." in graded().output


def test_the_class_page_shows_counts_from_five_on_and_names_only_if_asked(course):
    graded()
    page = course / f"grades/class/{CUES}.html"
    small = page.read_text("utf-8")
    for name in ("cem", "dan", "evangeline"):
        put(course / "class-7b" / name / FILE, HALF)
    result = graded()
    assert "Wrote 5 feedback pages in" in result.output and "1 class page in" in result.output
    assert len(page.read_text("utf-8")) > len(small) and "evangeline" not in page.read_text("utf-8")
    assert not page.with_name(f"{CUES}-1.html").exists()
    nameless, named_page = page.read_bytes(), page.with_name(f"{CUES}-names.html")
    assert "2 class pages in" in graded("--names").output
    assert "evangeline" in named_page.read_text("utf-8") and page.read_bytes() == nameless
    graded()  # a page with names is there only after a run that asked for it
    assert not named_page.exists() and page.read_bytes() == nameless


def test_an_answer_from_paper_without_pens_has_a_class_page_of_its_own(course):
    paper = json.loads(HALF) | {"scheme": "cues-1"}
    for name in ("spans", "first_pass"):
        paper[name] = [span | {"label": "cue"} for span in paper[name]]
    put(course / "class-7b/cem/mine.json", json.dumps(paper))
    graded()
    assert sorted(path.name for path in (course / "grades/class").iterdir()) == [f"{CUES}-cues-1.html", f"{CUES}.html"]


def test_two_texts_of_one_name_stop_nobody_and_have_class_pages_of_their_own(course):
    kits = load_article("singer-tour")
    own = replace(kits, text=f"{kits.text} It might rain.", ready_tokens=None, ready_sentences=None)
    start = own.text.index("might rain")
    key = AnswerKey.on(own, "cues-4", "teacher", (KeySpan(start, start + 5, "might", "a possibility"),))
    save_article(own, course / "keys/singer-tour.json")
    save_annotations(key, own, course / "keys/own.key.json")
    theirs = AnnotationSet.on(own, "cues-4", "student", (Span(start, start + 5, "might"),))
    save_annotations(theirs, own, course / "class-7b/dan" / FILE)
    graded()
    points = {row["student"]: row["points"] for row in table(course / "grades/grades.csv")}
    assert points == {"ana": "10.0", "Bęn Ōkoro": "7.75", "dan": "10.0"}
    assert sorted(path.name for path in (course / "grades/class").iterdir()) == [f"{CUES}-cues-4.html", f"{CUES}.html"]


def test_what_a_damaged_file_calls_itself_is_not_believed(course):
    put(course / "class-7b/cem/mine.json", '{"format": "kit/annotations/1", "article": "../../evil", "scheme": "x"}')
    graded("--format", "canvas")
    assert lists(course / "grades/grades-canvas.csv")[0][5:] == [CUES]
    assert table(course / "grades/grades.csv")[2]["exercise"] == ""


def test_who_handed_in_one_exercise_and_not_the_other_is_named(course):
    put(course / "class-7b/ana/answers/focus-app-roles.json", OTHER)
    put(course / "class-7b/dan/photo.jpg", b"")
    result = graded()
    assert f"Not handed in for {ROLES}: 1 (Bęn Ōkoro)" in result.output
    assert f"Not handed in for {CUES}" not in result.output
    assert [row["exercise"] for row in table(course / "grades/grades.csv")] == [CUES, ROLES, CUES, ""]


def test_keys_and_grades_in_the_folder_itself_are_no_students(course):
    shutil.copytree(course / "keys", course / "class-7b/keys")
    for _ in range(2):
        assert run("class-7b", "--keys", "class-7b/keys", "--to", "class-7b/grades").exit_code == 0
    assert [row["student"] for row in table(course / "class-7b/grades/grades.csv")] == ["ana", "Bęn Ōkoro"]


def test_for_programs_everything_is_one_object(course):
    put(course / "class-7b/cem" / FILE, PERFECT[:300])
    told = json.loads(graded("--json").output)
    assert (told["students"], told["graded"], told["unchanged"]) == (3, 2, 0)
    assert told["not_graded"][0]["student"] == "cem"
    assert [Path(path).name for path in told["wrote"]] == ["grades.csv"]


def test_without_keys_or_files_it_says_what_to_do(course):
    result = run("class-7b", "--keys", "nowhere")
    assert result.exit_code == 1 and result.output.startswith("Error: nowhere: there is no such file or folder.")
    (course / "empty").mkdir()
    assert "nothing that a student handed in" in run("empty", "--keys", "keys").output
    assert not (course / "grades").exists()


# Canvas and Moodle


def test_canvas_gets_its_columns_from_the_names_of_its_files(course):
    shutil.rmtree(course / "class-7b")
    put(course / f"class-7b/ruizana_12345_67890_{NAME}.json", PERFECT)
    put(course / f"class-7b/okoroben_LATE_12346_67891_{NAME}-1.json", HALF)
    result = graded("--format", "canvas")
    assert lists(course / "grades/grades-canvas.csv") == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", CUES],
        ["    Points Possible", "", "", "", "", "10.0"],
        ["okoroben", "12346", "", "", "", "7.75"],
        ["ruizana", "12345", "", "", "", "10.0"]]
    assert "Handed in late" in result.output


def test_a_roster_of_canvas_gives_ids_order_and_the_column_of_the_assignment(course):
    put(course / "roster.csv", "Student,ID,SIS User ID,SIS Login ID,Section,01 What do we know (4711),Essay (9)\n"
                               "    Points Possible,,,,,10,5\n"
                               '"Zed, Uma",3,s3,uzed,7b,1,\n"Ōkoro, Bęn",2,s2,bokoro,7b,,4\n"Ruiz, Ana",1,s1,ana,7b,,\n')
    put(course / "class-7b/Nobody Known" / FILE, HALF)
    result = graded("--format", "canvas", "--roster", "roster.csv")
    assert lists(course / "grades/grades-canvas.csv") == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "01 What do we know (4711)"],
        ["    Points Possible", "", "", "", "", "10.0"],
        ["Ōkoro, Bęn", "2", "s2", "bokoro", "7b", "7.75"],
        ["Ruiz, Ana", "1", "s1", "ana", "7b", "10.0"]]
    assert "Nobody Known" in result.output.split("does not tell who they are")[1]


def test_moodle_gets_a_worksheet_for_each_exercise(course):
    shutil.rmtree(course / "class-7b")
    put(course / f"class-7b/Ana Ruiz_101_assignsubmission_file_/{NAME}.json", PERFECT)
    put(course / "class-7b/Ben Okoro_102_assignsubmission_file_/focus-app-roles.json", OTHER)
    graded("--format", "moodle")
    assert lists(course / f"grades/grades-moodle-{CUES}.csv") == [
        ["Identifier", "Full name", "Grade", "Maximum Grade", "Last modified (grade)"],
        ["Participant 101", "Ana Ruiz", "10.0", "10.0", "-"]]
    assert lists(course / f"grades/grades-moodle-{ROLES}.csv")[1][:3] == ["Participant 102", "Ben Okoro", "10.0"]


def test_moodles_own_worksheet_is_filled_and_keeps_its_columns_and_order(course):
    shutil.rmtree(course / "class-7b")
    put(course / f"class-7b/Ana Ruiz_101_assignsubmission_file_/{NAME}.json", PERFECT)
    put(course / f"class-7b/Ben Okoro_102_assignsubmission_file_/{NAME}.json", HALF)
    head = "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,Last modified (grade),Feedback comments"
    put(course / "sheet.csv", f"\ufeff{head}\nParticipant 102,Ben Okoro,b@x.org,Submitted,,10.00,Yes,-,\n"
                              "Participant 103,Cy Dee,c@x.org,,,10.00,Yes,-,\n"
                              'Participant 101,Ana Ruiz,a@x.org,Submitted,,10.00,Yes,-,"well, yes"\n')
    graded("--format", "moodle", "--roster", "sheet.csv")
    assert lists(course / f"grades/grades-moodle-{CUES}.csv") == [
        head.split(","),
        ["Participant 102", "Ben Okoro", "b@x.org", "Submitted", "7.75", "10.00", "Yes", "-", ""],
        ["Participant 101", "Ana Ruiz", "a@x.org", "Submitted", "10.0", "10.00", "Yes", "-", "well, yes"]]


def test_a_class_list_of_moodle_gets_a_column_for_each_exercise(course):
    put(course / "list.csv", "First name;Last name;Email address\nBęn;Ōkoro;b@x.org\nAna;Ruiz;ana@x.org\n")
    graded("--format", "moodle", "--roster", "list.csv")
    assert lists(course / "grades/grades-moodle.csv") == [
        ["First name", "Last name", "Email address", CUES],
        ["Bęn", "Ōkoro", "b@x.org", "7.75"], ["Ana", "Ruiz", "ana@x.org", "10.0"]]


def test_a_roster_that_names_nobody_is_refused(course):
    put(course / "list.csv", "Colour,Size\nred,2\n")
    result = run("class-7b", "--keys", "keys", "--format", "moodle", "--roster", "list.csv")
    assert result.exit_code == 1 and "no column names a student" in result.output


# Names of pages


def test_names_of_pages_are_safe_and_no_two_are_alike():
    names = FileNames()
    given = ["ana", "Ana", "../../etc/passwd", "CON", "con.txt", "a<b>:c", "...", "", "x" * 500, "\u202eevil", "ana-2"]
    made = [names.name(one) for one in given]
    assert len({one.casefold() for one in made}) == len(given)
    for one in made:
        assert one and not set('<>:"/\\|?*') & set(one) and one.strip(" .") == one and len(one.encode()) < 200
        assert one.split(".")[0].lower() not in ("con", "nul", "aux", "prn") and one.isprintable()


OWN_TEXT = "The harbour may close in June, sources said. The bridge was built in May."
OWN_DRAFT = "The harbour [may|modal: only possible] close in June, [<sources> said|vague: who?]. The bridge was built in May."


def export(*arguments: str) -> Result:
    return CliRunner().invoke(commands, ["export", *arguments], prog_name="kit")


def own_class(folder: Path) -> None:
    """Two students and a text of their teacher's own: Ana found both cues, Ben one of the two."""
    (folder / "harbour.txt").write_text(OWN_TEXT, "utf-8")
    (folder / "draft.txt").write_text(OWN_DRAFT, "utf-8")
    text = open_text(folder / "harbour.txt")
    for student, found in (("ana", ("may", "sources")), ("ben", ("may",))):
        marks = [Span(text.text.index(word), text.text.index(word) + len(word), "might") for word in found]
        put(folder / f"own/{student}/answers/harbour-cues-4.json",
            annotations_json(AnnotationSet.on(text, "cues-4", "student", marks), text))


def test_marked_text_becomes_a_key_that_grades_a_class(course):
    own_class(course)
    result = export("harbour.txt", "draft.txt", "--to", "key", "--out", "my-keys")
    assert result.exit_code == 0, result.output
    assert sorted(path.name for path in (course / "my-keys").iterdir()) == ["harbour-cues.key.json", "harbour.json"]
    assert run("own", "--keys", "my-keys").exit_code == 0
    # F1 = 1 and 2/3, no reasons asked, which count as all: q = 40 and 28 x 2/3 + 12 = 30.67 -> 31
    assert {row["student"]: float(row["points"]) for row in table(course / "grades/grades.csv")} == {
        "ana": 10.0, "ben": 7.75}


def test_a_key_says_how_it_was_made_and_kit_check_finds_it_in_order(course):
    own_class(course)
    for more, made in (((), "Made with kit export from draft.txt."), (("--made", "Read twice."), "Read twice.")):
        export("harbour.txt", "draft.txt", "--to", "key", "--out", "my-keys", "--force", *more)
        assert read_key(course / "my-keys/harbour-cues.key.json").made == made
        checked = CliRunner().invoke(commands, ["check", "my-keys/harbour-cues.key.json"])
        assert checked.exit_code == 0 and "made" not in checked.output
    export("harbour.txt", "my-keys/harbour-cues.key.json", "--to", "key", "--out", "again")
    assert read_key(course / "again/harbour-cues.key.json").made == "Read twice."


def test_a_key_may_say_which_labels_its_exercise_asks_for(course):
    own_class(course)
    export("harbour.txt", "draft.txt", "--to", "key", "--out", "my-keys", "--asks", "cues")
    assert run("own", "--keys", "my-keys").exit_code == 0
    found = table(course / "grades/grades.csv")
    assert {float(row["points"]) for row in found} == {0.0}
    assert all("an answer for harbour-cues-4, and the exercise asks for harbour-cues." in row["problem"] for row in found)
    refused = export("harbour.txt", "draft.txt", "--to", "key", "--out", "other", "--asks", "roles")
    assert refused.exit_code == 1 and "does not read as 'cues'" in refused.output and not (course / "other").exists()
    assert "add --to key" in export("harbour.txt", "draft.txt", "--to", "csv", "--asks", "cues").output


def test_a_key_that_somebody_changed_is_not_written_over(course):
    own_class(course)
    export("harbour.txt", "draft.txt", "--to", "key", "--out", "my-keys")
    changed = course / "my-keys/harbour-cues.key.json"
    changed.write_text("mine", "utf-8")
    refused = export("harbour.txt", "draft.txt", "--to", "key", "--out", "my-keys")
    assert refused.exit_code == 1 and "harbour-cues.key.json" in refused.output and changed.read_text("utf-8") == "mine"


def test_an_answer_is_no_key_and_a_key_needs_a_folder(course):
    own_class(course)
    refused = export("harbour.txt", "own/ana/answers/harbour-cues-4.json", "--to", "key", "--out", "my-keys")
    assert refused.exit_code == 1 and "no key" in refused.output and not (course / "my-keys").exists()
    assert "--out my-keys" in export("harbour.txt", "draft.txt", "--to", "key").output


@pytest.mark.parametrize("place", ["draft.txt", "drafts"])
def test_who_names_marked_text_as_the_key_is_told_how_to_make_one(course, place):
    own_class(course)
    (course / "drafts").mkdir()
    shutil.copy(course / "draft.txt", course / "drafts/draft.txt")
    refused = run("own", "--keys", place)
    assert refused.exit_code == 1
    assert "--to key --out my-keys" in refused.output and "draft.txt" in refused.output


def test_a_class_that_hands_in_pages_is_told_once(course):
    for student in ("ana", "Bęn Ōkoro"):
        shutil.rmtree(course / "class-7b" / student)
        put(course / "class-7b" / student / f"{NAME}-hand-in.html", page(HALF))
    said = graded().output
    assert "2 answers read from notebooks or hand-in pages" in said and "Good to know" not in said
    assert all(row["remarks"].startswith("Read from ") for row in table(course / "grades/grades.csv"))


def test_the_middle_at_the_end_is_the_middle_on_the_class_page(course):
    for number, case in enumerate(("mended", "half-with-reasons", "loose", "no-first-pass")):
        put(course / f"class-7b/s{number}" / FILE, named(case).content)
    # 3.75, 6.75, 7.25, 7.75 (Ben), 9, 10 (Ana): of six, the upper of the two in the middle
    assert "3.75 to 10, in the middle 7.75 of 10 points" in graded().output
    assert "the middle is 7.75." in (course / f"grades/class/{CUES}.html").read_text("utf-8")


def test_grades_of_the_folder_above_lie_beside_it(course, monkeypatch):
    monkeypatch.chdir(course / "class-7b/ana")
    result = run("..", "--keys", str(course / "keys"))
    assert result.exit_code == 0 and str(course / "grades/grades.csv") in result.output.replace("\n", "")
    assert (course / "grades/grades.csv").is_file()


def test_a_table_for_canvas_without_its_class_list_says_how_to_get_one(course):
    assert "--roster" in graded("--format", "canvas").output
    (course / "list.csv").write_text('Student,ID,Section\n"ana",1,7b\n', "utf-8")
    assert "--roster" not in graded("--format", "canvas", "--roster", "list.csv").output
