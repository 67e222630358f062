"""Who handed in what: names of systems, folders of every kind, archives that mean no good."""

import io
import os
import stat
import struct
import zipfile
from pathlib import Path

import pytest
from answer_files import CUES
from hypothesis import given
from hypothesis import strategies as st
from test_grade_folder import HALF, NAME, PERFECT, keys, notebook, page, put, rows  # noqa: F401  (keys is a fixture)

from kit.grading.folder import Grader
from kit.grading.intake import Intake
from kit.grading.keys import Keys
from kit.grading.naming import by_system, shown
from kit.grading.places import MOST_INSIDE
from kit.model.handed import PAGES
from kit.places.bootstrap import find_checkout

NAMES = Grader(Keys(find_checkout() / "exercises" / "keys")).names
JSON = f"{NAME}.json"


def archive(files: dict[str, str | bytes]) -> bytes:
    """Return a zip archive with these files."""
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return raw.getvalue()


def people(folder: Path) -> dict[str, list[str]]:
    """Return what was handed in, by student."""
    return {one.student: [file.where for file in one.files] for one in Intake(folder, NAMES)}


def points(folder: Path, keys: Path) -> dict[str, float | None]:
    found = rows(folder, keys)
    assert len({row.student for row in found}) == len(found), found
    return {row.student: row.points for row in found}


# Names


@pytest.mark.parametrize(("name", "student", "number", "rest"), [
    ("Ana Ruiz_1234567_assignsubmission_file_", "Ana Ruiz", "1234567", ""),
    ("Ana Ruiz_1234567_assignsubmission_file", "Ana Ruiz", "1234567", ""),
    (f"Ana Ruiz_1234567_assignsubmission_file_{JSON}", "Ana Ruiz", "1234567", JSON),
    ("Group 3-Ana Ruiz_1234567_assignsubmission_file_", "Group 3-Ana Ruiz", "1234567", ""),
    ("Participant_1234567_assignsubmission_file_", "Participant", "1234567", ""),
    ("Ana Ruiz_12_assignsubmission_onlinetext_onlinetext.html", "Ana Ruiz", "12", "onlinetext.html"),
    (f"ruizana_12345_67890_{JSON}", "ruizana", "12345", JSON),
    (f"ruizana_LATE_12345_67890_{JSON}", "ruizana", "12345", JSON),
    ("łukaszewska_7_67890_answers (1).json", "łukaszewska", "7", "answers (1).json"),
    (f"anon_x7Kq2_67890_{JSON}", "anon_x7Kq2", "", JSON),
    (f"Exercise 1_aruiz_attempt_2026-05-01-10-11-12_{JSON}", "aruiz", "", JSON),
    ("Exercise 1_aruiz_attempt_2026-05-01-10-11-12.txt", "aruiz", "", ""),
    (f"271836-442356 - Ana Ruiz - Dec 5, 2026 1149 AM - {JSON}", "Ana Ruiz", "", JSON),
    ("271836-442356 - Ana Ruiz - Dec 5, 2026 1149 AM", "Ana Ruiz", "", ""),
])
def test_what_a_system_calls_a_file_tells_the_student(name, student, number, rest):
    told = by_system(name.removesuffix(".txt") if name.endswith(".txt") else name)
    assert (told.student, told.number, told.rest) == (student, number, rest)


@pytest.mark.parametrize("name", [JSON, "ana.json", f"ana_{JSON}", "01-what-do-we-know.ipynb", "Ana Ruiz", "a_1.json",
                                  f"{NAME} - Ana Ruiz.json", "IMG_20260501_101112.jpg", "Ana_12_34_x.json"])
def test_other_names_are_of_no_system(name):
    assert by_system(name) is None


@pytest.mark.parametrize(("name", "student"), [
    ("ana.json", "ana"),
    ("Ana Ruiz.ipynb", "Ana Ruiz"),
    ("ana (2).json", "ana"),
    (f"{NAME}-b7.json", "b7"),
    (f"{NAME}-b7-hand-in.html", "b7"),
    (f"{NAME}-hand-in.html", ""),
    (JSON, ""),
    (f"{NAME} (1).json", ""),
    (f"{NAME} - Ana Ruiz.json", "Ana Ruiz"),
    (f"Ana Ruiz - {JSON}", "Ana Ruiz"),
    (f"Copy of {NAME} - Ana Ruiz.json", "Ana Ruiz"),
    (f"ana_{JSON}", "ana"),
    (f"{CUES}.ipynb", ""),
    (f"{CUES} - Ana Ruiz.ipynb", "Ana Ruiz"),
    ("Homework one - Ana Ruiz.json", "Ana Ruiz"),
    ("Ana Ruiz - Homework two.json", "Ana Ruiz"),
])
def test_the_name_of_a_file_alone_tells_the_student(name, student):
    told = NAMES.student(name, os.path.splitext(name)[1], frozenset({"Homework two"}))
    assert told.student == student


@given(st.text(max_size=60))
def test_no_name_breaks_the_reading_of_names(name):
    told = NAMES.student(name, "")
    assert isinstance(told.student, str) and shown(told.student).isprintable()


# Folders


def test_a_folder_for_each_student(tmp_path):
    put(tmp_path / "in/ana/answers" / JSON, HALF)
    put(tmp_path / "in/ben/work" / JSON, HALF)
    put(tmp_path / "in/ben/work/old" / JSON, HALF)
    put(tmp_path / "in/.DS_Store", b"")
    assert people(tmp_path / "in") == {"ana": [f"ana/answers/{JSON}"], "ben": [f"ben/work/{JSON}"]}


def test_one_students_folder_is_that_student(tmp_path):
    put(tmp_path / "ana/answers" / JSON, HALF)
    put(tmp_path / "ana" / f"{CUES}.ipynb", notebook(HALF))
    assert list(people(tmp_path / "ana")) == ["ana"]


def test_the_codes_of_a_shared_tablet_are_students(tmp_path):
    put(tmp_path / "tablet/answers/b7" / JSON, HALF)
    put(tmp_path / "tablet/answers/c3" / JSON, HALF)
    assert list(people(tmp_path / "tablet")) == ["b7", "c3"] == list(people(tmp_path / "tablet/answers"))


def test_nbgraders_submitted_and_a_whole_course(tmp_path):
    put(tmp_path / "course/submitted/ana" / CUES / "answers" / JSON, HALF)
    put(tmp_path / "course/submitted/ana" / CUES / f"{CUES}.ipynb", notebook(HALF))
    put(tmp_path / "course/source" / CUES / f"{CUES}.ipynb", notebook())
    put(tmp_path / "course/nbgrader_config.py", "raise SystemExit")
    assert list(people(tmp_path / "course")) == ["ana"] == list(people(tmp_path / "course/submitted"))


def test_students_inside_a_folder_of_an_exercise_or_of_a_class(tmp_path):
    put(tmp_path / "a" / CUES / "ana/answers" / JSON, HALF)
    put(tmp_path / "a" / CUES / "ben/answers" / JSON, HALF)
    assert list(people(tmp_path / "a")) == ["ana", "ben"]
    put(tmp_path / "b/Class 7b/ana/answers" / JSON, HALF)
    put(tmp_path / "b/Class 7b/ben/answers" / JSON, HALF)
    assert list(people(tmp_path / "b")) == ["ana", "ben"]


@pytest.mark.parametrize("strange", [f"ana_77_99_{JSON}", f"Ana_77_assignsubmission_file_{JSON}", f"{NAME} Ana.json"])
def test_a_file_with_another_name_on_it_is_of_the_student_whose_folder_it_lies_in(tmp_path, strange):
    for student in ("Ana", "ben", "cem"):
        put(tmp_path / "folders" / student / "answers" / JSON, HALF)
        put(tmp_path / f"archives/{student}.zip", archive({f"answers/{JSON}": HALF}))
    put(tmp_path / "folders/cem" / strange, PERFECT)
    put(tmp_path / "archives/cem.zip", archive({f"answers/{JSON}": HALF, strange: PERFECT, f"{NAME} Ben.json": HALF}))
    assert list(people(tmp_path / "folders")) == ["Ana", "ben", "cem"] == list(people(tmp_path / "archives"))


def test_drafts_in_the_folder_of_a_student_are_no_students(tmp_path):
    put(tmp_path / "in/ana/answers" / JSON, HALF)
    put(tmp_path / "in/ben/answers" / JSON, HALF)
    put(tmp_path / f"in/cem/{NAME} first try.json", HALF)
    put(tmp_path / f"in/cem/{NAME} final.json", PERFECT)
    assert list(people(tmp_path / "in")) == ["ana", "ben", "cem"]


def test_archives_of_two_classes_beside_each_other(tmp_path):
    for number in (1, 2):
        put(tmp_path / f"in/7{number}.zip", archive({f"ana{number}_{number}_90_{JSON}": HALF,
                                                     f"ben{number}_{number}5_91_{JSON}": HALF}))
    assert list(people(tmp_path / "in")) == ["ana1", "ana2", "ben1", "ben2"]


def test_a_download_of_moodle_in_folders_and_flat(tmp_path, keys):
    put(tmp_path / "in/Ana Ruiz_11_assignsubmission_file_" / JSON, PERFECT)
    put(tmp_path / f"in/Ben Okoro_12_assignsubmission_file_{JSON}", HALF)
    put(tmp_path / "in/Ben Okoro_12_assignsubmission_onlinetext_onlinetext.html", "<p>I did it</p>")
    found = rows(tmp_path / "in", keys)
    assert [(row.student, row.number, row.points) for row in found] == [("Ana Ruiz", "11", 10.0), ("Ben Okoro", "12", 7.75)]


def test_namesakes_in_moodle_are_two_students(tmp_path, keys):
    put(tmp_path / "in/Ana Ruiz_11_assignsubmission_file_" / JSON, PERFECT)
    put(tmp_path / "in/Ana Ruiz_12_assignsubmission_file_" / JSON, HALF)
    assert points(tmp_path / "in", keys) == {"Ana Ruiz (11)": 10.0, "Ana Ruiz (12)": 7.75}


def test_a_download_of_canvas_takes_the_newest_file(tmp_path, keys):
    put(tmp_path / f"in/ruizana_11_901_{JSON}", HALF)
    put(tmp_path / f"in/ruizana_11_902_{NAME}-1.json", PERFECT)
    put(tmp_path / f"in/okoroben_LATE_12_903_{JSON}", HALF)
    found = {row.student: row for row in rows(tmp_path / "in", keys)}
    assert found["ruizana"].points == 10.0
    assert "was graded as the newest" in found["ruizana"].remarks[0]
    assert found["okoroben"].remarks == ("Handed in late, says the name of the file.",)


def test_downloads_of_several_assignments_beside_each_other(tmp_path, keys):
    put(tmp_path / f"in/Exercise one/ruizana_11_901_{JSON}", HALF)
    put(tmp_path / f"in/Exercise one/okoroben_12_902_{JSON}", HALF)
    put(tmp_path / "in/Exercise two/ruizana_11_950_notes.pdf", b"")
    assert list(people(tmp_path / "in")) == ["okoroben", "ruizana"]


def test_google_classrooms_names_with_a_title_that_nobody_knows(tmp_path):
    put(tmp_path / "in/Who knows what - Ana Ruiz.json", HALF)
    put(tmp_path / "in/Who knows what - Ben Okoro.json", HALF)
    assert list(people(tmp_path / "in")) == ["Ana Ruiz", "Ben Okoro"]
    put(tmp_path / "out/Ana Ruiz - Who knows what.json", HALF)
    put(tmp_path / "out/Ben Okoro - Who knows what.json", HALF)
    assert list(people(tmp_path / "out")) == ["Ana Ruiz", "Ben Okoro"]


def test_the_newest_attempt_of_blackboard_and_of_teams_counts(tmp_path, keys):
    put(tmp_path / f"b/E1_aruiz_attempt_2026-05-01-10-00-00_{JSON}", PERFECT)
    put(tmp_path / f"b/E1_aruiz_attempt_2026-05-02-09-00-00_{JSON}", HALF)
    put(tmp_path / "b/E1_aruiz_attempt_2026-05-02-09-00-00.txt", "Name: Ana")
    assert points(tmp_path / "b", keys) == {"aruiz": 7.75}
    put(tmp_path / "t/Submitted files/Ana Ruiz/Exercise 1/Version 2" / JSON, HALF)
    put(tmp_path / "t/Submitted files/Ana Ruiz/Exercise 1/Version 10" / JSON, PERFECT)
    assert points(tmp_path / "t", keys) == {"Ana Ruiz": 10.0}


@pytest.mark.parametrize("suffix", PAGES)
def test_a_page_of_every_kind_is_looked_into(tmp_path, suffix):
    put(tmp_path / f"in/ana{suffix}", page(HALF))
    assert people(tmp_path / "in") == {"ana": [f"ana{suffix}"]}


def test_notebooks_and_pages_alone(tmp_path, keys):
    put(tmp_path / "in/ana.ipynb", notebook(PERFECT))
    put(tmp_path / "in/ben.html", page(HALF))
    put(tmp_path / f"in/{NAME}-c3-hand-in.html", page(HALF))
    assert points(tmp_path / "in", keys) == {"ana": 10.0, "ben": 7.75, "c3": 7.75}


def test_a_single_file_is_graded(tmp_path, keys):
    assert points(put(tmp_path / "ana.json", HALF), keys) == {"ana": 7.75}


def test_files_that_tell_nobody_are_not_mixed_up(tmp_path, keys):
    put(tmp_path / "in" / JSON, PERFECT)
    put(tmp_path / f"in/{NAME} (1).json", HALF)
    assert points(tmp_path / "in", keys) == {NAME: 10.0, f"{NAME} (1)": 7.75}


def test_junk_is_passed_over_and_told(tmp_path):
    put(tmp_path / "in/ana/answers" / JSON, HALF)
    for name in ("ana/.ipynb_checkpoints/x.ipynb", "ana/photo.jpg", "ana/__MACOSX/x.json", "ana/old/x.json", "notes.pdf"):
        put(tmp_path / "in" / name, b"")
    intake = Intake(tmp_path / "in", NAMES)
    (one,) = intake
    assert sorted(one.passed_over) == ["ana/.ipynb_checkpoints", "ana/__MACOSX", "ana/old", "ana/photo.jpg"]
    assert intake.passed_over == ["notes.pdf"]


def test_links_are_not_followed(tmp_path, keys):
    put(tmp_path / "secret" / JSON, PERFECT)
    put(tmp_path / "in/ana/answers/note.txt", b"")
    os.symlink(tmp_path / "secret" / JSON, tmp_path / "in/ana/answers" / JSON)
    os.symlink(tmp_path / "secret", tmp_path / "in/ben")
    put(tmp_path / "in/cem" / JSON, HALF)
    os.symlink(tmp_path / "in", tmp_path / "in/cem/again")
    os.mkfifo(tmp_path / "in/cem/pipe.json")
    found = {row.student: row for row in rows(tmp_path / "in", keys)}
    assert {name: row.points for name, row in found.items()} == {"ana": 0.0, "cem": 7.75}
    assert "this is a link" in found["ana"].problem
    assert any("this is a link" in remark for remark in found["cem"].remarks)


def test_names_that_are_no_text_are_shown_and_graded(tmp_path, keys):
    folder = os.fsencode(tmp_path) + b"/in/\xff\xfeana\n\x1b[2J/"
    os.makedirs(folder)
    Path(os.fsdecode(folder + JSON.encode())).write_text(HALF, "utf-8")
    ((student, got),) = points(tmp_path / "in", keys).items()
    assert got == 7.75 and student.isprintable() and student.encode("utf-8")


# Archives


def test_an_archive_of_a_class_of_a_student_and_one_inside_the_other(tmp_path, keys):
    ana, ben = archive({f"answers/{JSON}": PERFECT}), archive({f"{CUES}/answers/{JSON}": HALF})
    whole = {"Ana Ruiz_11_assignsubmission_file_/work.zip": ana, "Ben Okoro_12_assignsubmission_file_/work.zip": ben}
    put(tmp_path / "class.zip", archive(whole))
    assert points(tmp_path / "class.zip", keys) == {"Ana Ruiz": 10.0, "Ben Okoro": 7.75}
    put(tmp_path / "in/ana.zip", ana)
    put(tmp_path / "in/ben.zip", ben)
    assert points(tmp_path / "in", keys) == {"ana": 10.0, "ben": 7.75}
    put(tmp_path / "plain.zip", archive({f"7b/{name}/answers/{JSON}": HALF for name in ("cem", "dan")}))
    assert points(tmp_path / "plain.zip", keys) == {"cem": 7.75, "dan": 7.75}
    put(tmp_path / "flat.zip", archive({"eva.json": HALF, "fay.json": PERFECT}))
    assert points(tmp_path / "flat.zip", keys) == {"eva": 7.75, "fay": 10.0}


def test_an_archive_made_on_windows_has_folders_too(tmp_path, keys):
    raw = archive({f"ana/answers/{JSON}": PERFECT, f"ben/answers/{JSON}": HALF})
    put(tmp_path / "class.zip", raw.replace(b"ana/answers/", b"ana\\answers\\").replace(b"ben/answers/", b"ben\\answers\\"))
    assert points(tmp_path / "class.zip", keys) == {"ana": 10.0, "ben": 7.75}


def test_two_downloads_lie_in_one_folder(tmp_path, keys):
    put(tmp_path / "in/one.zip", archive({f"ruizana_1_2_{JSON}": HALF}))
    put(tmp_path / "in/two.zip", archive({f"okoroben_3_4_{JSON}": PERFECT}))
    put(tmp_path / "in/list.csv", b"")
    assert points(tmp_path / "in", keys) == {"okoroben": 10.0, "ruizana": 7.75}


def test_an_archive_three_deep_is_told(tmp_path, keys):
    inner = archive({"c.zip": archive({JSON: PERFECT})})
    put(tmp_path / "in/ana/a.zip", archive({"b.zip": inner}))
    (row,) = rows(tmp_path / "in", keys)
    assert row.points == 0.0 and "archive inside an archive inside an archive" in row.problem


@pytest.mark.parametrize("name", ["../../evil.json", "/etc/evil.json", "C:/evil.json", "a/../../evil.json", "..\\evil.json",
                                  "a//b.json", "./" + JSON])
def test_a_path_out_of_an_archive_is_refused_and_nothing_is_written(name, tmp_path, keys):
    put(tmp_path / "in/ana.zip", archive({name: PERFECT, f"answers/{JSON}": HALF}))
    before = sorted(tmp_path.rglob("*"))
    (row,) = rows(tmp_path / "in", keys)
    assert row.points == 7.75
    assert "leads out of the archive" in " ".join(row.remarks)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_link_in_an_archive_is_refused(tmp_path, keys):
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as made:
        link = zipfile.ZipInfo(f"answers/{JSON}")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        made.writestr(link, "/etc/passwd")
    put(tmp_path / "in/ana.zip", raw.getvalue())
    (row,) = rows(tmp_path / "in", keys)
    assert row.points == 0.0 and "a link or another thing that is no file" in row.problem


def test_a_locked_archive_is_told(tmp_path, keys):
    raw = bytearray(archive({f"answers/{JSON}": PERFECT}))
    for sign, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.index(sign) + place] |= 1
    put(tmp_path / "in/ana.zip", bytes(raw))
    (row,) = rows(tmp_path / "in", keys)
    assert row.points == 0.0 and "locked with a password" in row.problem


def test_a_bomb_is_refused_without_being_unpacked(tmp_path, keys):
    put(tmp_path / "in/ana.zip", archive({JSON: b" " * 60_000_000}))
    lying = bytearray(archive({JSON: b" " * 60_000_000}))
    place = lying.index(b"PK\x01\x02") + 24
    lying[place:place + 4] = struct.pack("<I", 1000)  # it says that it is small
    put(tmp_path / "in/ben.zip", bytes(lying))
    put(tmp_path / "in/cem.zip", archive({JSON: HALF}))
    found = {row.student: row for row in rows(tmp_path / "in", keys)}
    assert {name: row.points for name, row in found.items()} == {"ana": 0.0, "ben": 0.0, "cem": 7.75}
    assert "larger than 20 MB" in found["ana"].problem


def test_thousands_of_entries_are_refused(tmp_path, keys):
    put(tmp_path / "in/ana.zip", archive({f"{number}.txt": b"" for number in range(MOST_INSIDE + 1)}))
    put(tmp_path / "in/ben.zip", archive({JSON: HALF}))
    found = {row.student: row for row in rows(tmp_path / "in", keys)}
    assert found["ana"].points == 0.0 and "50,000 files" in found["ana"].problem
    assert found["ben"].points == 7.75


@given(data=st.data())
def test_a_damaged_archive_stops_nobody(data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("in")
    raw = bytearray(archive({f"answers/{JSON}": PERFECT, "x/y.json": "{}"}))
    for place in data.draw(st.lists(st.integers(0, len(raw) - 1), max_size=6)):
        raw[place] = data.draw(st.integers(0, 255))
    put(folder / "in/ana.zip", bytes(raw[:data.draw(st.integers(0, len(raw)))]))
    put(folder / "in/ben.json", HALF)
    found = {row.student: row for row in rows(folder / "in", find_checkout() / "exercises" / "keys")}
    assert found["ben"].points == 7.75
    assert all(0.0 <= row.points <= 10.0 for row in found.values())


def test_not_a_zip_is_told(tmp_path, keys):
    put(tmp_path / "in/ana.zip", b"Rar!\x1a\x07" + b"x" * 100)
    (row,) = rows(tmp_path / "in", keys)
    assert row.student == "ana" and row.points == 0.0 and "not a zip archive that can be read" in row.problem
