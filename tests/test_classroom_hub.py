"""A class on a real JupyterHub: one teacher and three students, with the settings that `kit classroom` writes.

The steps are tests in their order, each on what the one before left.  What comes on top of the settings, and why,
stands in `hub_server.py`; the folders that `install.sh` makes as the system's administrator are made by `install.sh`,
with stand-ins for the commands that need one.
"""

import json

import pytest
from classroom_folder import install
from click.testing import CliRunner
from hub_server import Hub, Person, connections, processes_of
from lab_server import Lab
from nbcourse import ANSWER, CHECKOUT, GRADED, NAME, singer_answer

from kit.cli import commands

pytestmark = [pytest.mark.grading, pytest.mark.lab]

BOOK = f"{NAME}.ipynb"
TEACHER, STUDENTS = "tara", ["ana", "ben", "cleo"]
# The key has 14 core cues and 6 reasons.  By hand, 10 x (0.4 first + 0.3 mended + 0.3 reasons), in quarter points:
POINTS = {
    "ana": 4.25,   # in the browser: 5 cues in both passes, F1 2x5/(14+5) = 10/19; 1 reason of 6; 4.18
    "ben": 7.75,   # 7 cues, F1 2/3, then all, F1 1; 4 reasons; 7.67
    "cleo": 10.0,  # everything
}
COURSE = {"course_id": "media-literacy", "assignment_id": NAME}


class Class:
    """The hub and the people in it."""

    def __init__(self, folder, browser) -> None:
        self.folder = folder / "classroom"
        made = CliRunner().invoke(commands, ["classroom", str(self.folder), "--teacher", TEACHER])
        assert made.exit_code == 0, made.output
        self.installed = install(self.folder, folder / "tljh")
        self.hub = Hub(folder, self.folder, STUDENTS)
        self.people = {name: Person(self.hub, browser, name) for name in (TEACHER, *STUDENTS)}
        for person in self.people.values():
            person.log_in()

    def close(self) -> None:
        for person in self.people.values():
            person.leave()
        self.hub.close()

    @property
    def course(self):
        return self.folder / "teachers" / "course"

    def scores(self) -> dict[str, float]:
        from nbgrader.api import Gradebook

        with Gradebook(f"sqlite:///{self.course / 'gradebook.db'}") as gradebook:
            return {one.student.id: grade.auto_score for one in gradebook.find_assignment(NAME).submissions
                    for notebook in one.notebooks for grade in notebook.grades if grade.name == GRADED}


@pytest.fixture(scope="module")
def room(tmp_path_factory, browser):
    room = Class(tmp_path_factory.mktemp("hub"), browser)
    yield room
    room.close()


def test_1_a_teacher_finds_course_and_formgrader_and_hands_out(room):
    assert room.installed.returncode == 0, room.installed.stderr
    teacher = room.people[TEACHER]
    teacher.arrive()
    assert (room.course / "source" / NAME / BOOK).is_file()
    status, page = teacher.ask("formgrader/manage_assignments")
    assert status == 200 and "Manage Assignments" in page
    teacher.done(f"formgrader/api/assignment/{NAME}/assign")
    teacher.done(f"formgrader/api/assignment/{NAME}/release")


def test_2_a_student_lands_in_lesson_1_and_sees_no_teachers_menu(room):
    """On a telephone too: the file list is folded, and leaves the lesson the width of the screen."""
    ana = room.people["ana"]
    wide = ana.page.viewport_size
    ana.page.set_viewport_size({"width": 390, "height": 844})
    ana.arrive()
    ana.page.wait_for_url("**/user/ana/lab/tree/lessons/01-what-do-we-know.ipynb")
    lesson = ana.page.locator(".jp-NotebookPanel .jp-Cell", has_text="What do we").first
    lesson.wait_for()
    assert not ana.page.locator("#jp-left-stack").is_visible() and lesson.bounding_box()["width"] > 300
    ana.page.set_viewport_size(wide)
    assert sorted(path.name for path in (ana.home / "media-literacy").iterdir()) == [".kit", "exercises", "lessons"]
    assert not (ana.home / "media-literacy" / "lessons" / "teacher").exists()
    known = set(ana.page.evaluate("() => jupyterapp.commands.listCommands()"))
    nbgrader = {name for name in known if name.startswith("nbgrader:")}
    assert nbgrader == {"nbgrader:open-assignment-list"}
    for path in ("formgrader", "formgrader/api/assignments", "formgraders"):
        assert ana.ask(path)[0] == 404


def test_3_a_student_can_open_nobody_elses_server_and_no_formgrader(room):
    ana = room.people["ana"]
    for owner, path in ((TEACHER, "formgrader"), (TEACHER, "lab"), (TEACHER, "api/contents"), ("ben", "lab"),
                        ("ben", "api/contents")):
        assert ana.ask(path, owner=owner)[0] in (403, 404), (owner, path)
    reply = ana.page.request.get(room.hub.address(f"user/{TEACHER}/formgrader/manage_assignments"))
    assert reply.status in (403, 404)
    assert ana.page.request.get(room.hub.address("hub/admin")).status == 403


def test_4_students_fetch_mark_and_hand_in(room):
    ana = room.people["ana"]
    ana.done("assignments/fetch", **COURSE)
    lab = Lab(ana.page, ana)
    lab.open(f"exercises/{NAME}/{BOOK}")
    mark(lab)
    lab.run_all()
    ana.page.locator("text=Your answers are saved in").first.wait_for()
    lab.save()
    assert not lab.problems
    ana.done("assignments/submit", **COURSE)
    for name, content in {"ben": singer_answer(7, 14, right=4), "cleo": singer_answer(14, 14, right=6)}.items():
        student = room.people[name]
        student.arrive()
        student.done("assignments/fetch", **COURSE)
        place = student.home / "media-literacy" / "exercises" / NAME / ANSWER
        place.parent.mkdir()
        place.write_text(content, "utf-8")
        student.done("assignments/submit", **COURSE)


def mark(lab: Lab) -> None:
    """Go through the exercise: five cues, check, finish, one reason."""
    lab.run_all()
    pen = lab.pen()
    for words in ("may", "might", "allegedly", "unclear", "Reports"):
        pen.drag_words(words)
    pen.action("check").click()
    pen.in_stage("mend")
    pen.action("finish").click()
    pen.in_stage("reasons")
    lab.page.locator("button", has_text="They pass the reason on and hide who gave it.").click()
    pen.saved()


def test_5_a_kernel_opens_no_port(room):
    lines = processes_of(room.people["ana"].home)
    kernels = {pid: line for pid, line in lines.items() if "ipykernel_launcher" in line}
    assert kernels
    for pid, line in kernels.items():
        assert connections(pid, line)["transport"] == "ipc"


def test_6_the_teacher_collects_and_grades_and_points_are_as_worked_out_by_hand(room):
    teacher = room.people[TEACHER]
    teacher.done(f"formgrader/api/assignment/{NAME}/collect")
    for name in STUDENTS:
        teacher.done(f"formgrader/api/submission/{NAME}/{name}/autograde")
    assert room.scores() == POINTS


def test_7_feedback_comes_back_to_the_student_it_is_for(room):
    teacher, ben = room.people[TEACHER], room.people["ben"]
    teacher.done(f"formgrader/api/assignment/{NAME}/generate_feedback")
    teacher.done(f"formgrader/api/assignment/{NAME}/release_feedback")
    ben.done("assignments/fetch_feedback", **COURSE)
    (place,) = (ben.home / "media-literacy" / "exercises" / NAME / "feedback").rglob("*.html")
    words = place.read_text("utf-8")
    assert "7.75" in words and "4.75" not in words


def test_8_no_key_came_to_a_student_or_into_the_exchange(room):
    made = {json.loads(path.read_bytes())["made"] for path in (CHECKOUT / "exercises" / "keys").iterdir()}
    for place in (room.folder / "exchange", *(room.people[name].home for name in STUDENTS)):
        for path in (one for one in place.rglob("*") if one.is_file()):
            content = path.read_text("utf-8", "replace")
            assert '"kit/key/1"' not in content and not any(one in content for one in made), path
