"""The round trip with nbgrader's real commands, a real JupyterLab and a real formgrader: three students, one exercise.

The steps are tests in their order, each on what the one before left.
"""

import csv
import html
import json
import shutil
import sys
import urllib.error
import urllib.request
import zipfile

import pytest
from lab_server import Lab, LabServer
from nbcourse import ANSWER, FINDS_KIT, GRADED, NAME, WRITTEN, NbCourse, exercise_one, singer_answer

from kit.model.handed import CARRIED

pytestmark = [pytest.mark.grading, pytest.mark.lab]

BOOK = f"{NAME}.ipynb"
COURSE = ("--course", "media-literacy")
# The key has 14 core cues and 6 reasons.  By hand, 10 x (0.4 first + 0.3 mended + 0.3 reasons), in quarter points:
POINTS = {
    "ana": 4.25,   # in the browser: 5 cues in both passes, F1 2x5/(14+5) = 10/19; 1 reason of 6; 4.18
    "ben": 7.75,   # 7 cues, F1 2/3, then all, F1 1; 4 reasons; 7.67
    "cleo": 10.0,  # everything
}
WORDS = {"ana": "It is only said, because nobody <b>stands</b> behind it.", "ben": "Nothing, because it is $5."}


class TeacherServer(LabServer):
    """JupyterLab as a teacher starts it in the folder of the course: nbgrader's menus are there."""

    def command(self) -> list[str]:
        options = {"ServerApp.root_dir": self.folder, "ServerApp.ip": "127.0.0.1", "ServerApp.port": self.port,
                   "ServerApp.open_browser": False, "ServerApp.allow_root": True, "Application.log_level": "ERROR"}
        return [sys.executable, "-m", "jupyterlab", *(f"--{name}={value}" for name, value in options.items())]

    def environ(self, private: dict[str, str]) -> dict[str, str]:
        return private | {"PYTHONPATH": FINDS_KIT}

    def page(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}/{path}?token={self.token}"


class Trip:
    """A course, and a folder for each student with what they fetched."""

    def __init__(self, folder) -> None:
        self.course = NbCourse(folder / "course")
        self.exchange = f"--Exchange.root={self.course.home / 'exchange'}"
        self.folders = {name: folder / name for name in POINTS}
        for made in self.folders.values():
            made.mkdir()

    def teacher(self, *arguments: str) -> str:
        return self.course.run(*arguments)

    def student(self, name: str, *arguments: str) -> str:
        data = str(self.course.home / f"data-{name}")
        return self.course.run(*arguments, *COURSE, self.exchange, where=self.folders[name], JUPYTER_DATA_DIR=data)


@pytest.fixture(scope="module")
def trip(tmp_path_factory):
    return Trip(tmp_path_factory.mktemp("trip"))


def test_1_the_teacher_hands_out_and_students_fetch(trip):
    trip.teacher("generate_assignment", NAME)
    trip.teacher("release_assignment", NAME)
    assert NAME in trip.student("ana", "list")
    trip.student("ana", "fetch_assignment", NAME)
    assert [path.name for path in (trip.folders["ana"] / NAME).iterdir()] == [BOOK]
    for name in ("ben", "cleo"):
        shutil.copytree(trip.folders["ana"] / NAME, trip.folders[name] / NAME)


def test_2_a_student_marks_in_jupyterlab_where_no_teacher_s_menu_is(trip, browser):
    server = LabServer(trip.folders["ana"])
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    try:
        lab = Lab(page, server)
        lab.open(f"{NAME}/{BOOK}")
        assert not page.locator(".lm-MenuBar-item:has-text('Nbgrader')").count()
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"http://127.0.0.1:{server.port}/formgrader?token={server.token}", timeout=30)
        mark(lab)
        lab.run_all()
        page.locator("text=Your answers are saved in").first.wait_for()
        lab.save()
        assert not lab.problems
    finally:
        page.close()
        server.close()
    saved = (trip.folders["ana"] / NAME / ANSWER).read_text("utf-8")
    assert WORDS["ana"] in saved
    outputs = [output for one in json.loads((trip.folders["ana"] / NAME / BOOK).read_text("utf-8"))["cells"]
               for output in one.get("outputs", [])]
    assert saved in ["".join(output.get("data", {}).get(CARRIED, "")) for output in outputs]
    assert [output["ename"] for output in outputs if output["output_type"] == "error"] == ["KeyNotFound"]


def mark(lab: Lab) -> None:
    """Go through the exercise: five cues, check, finish, one reason, some words."""
    lab.run_all()
    pen = lab.pen()
    for words in ("may", "might", "allegedly", "unclear", "Reports"):
        pen.drag_words(words)
    pen.action("check").click()
    pen.in_stage("mend")
    pen.action("finish").click()
    pen.in_stage("reasons")
    lab.page.locator("button", has_text="They pass the reason on and hide who gave it.").click()
    field = lab.page.locator("textarea[placeholder='Write here']")
    field.fill(WORDS["ana"])
    lab.page.locator(".widget-vbox", has=field).last.get_by_text("Saved.", exact=True).wait_for()


def test_3_students_submit_and_the_teacher_collects(trip):
    for name, content in {"ben": singer_answer(7, 14, right=4, written=WORDS["ben"]),
                          "cleo": singer_answer(14, 14, right=6)}.items():
        place = trip.folders[name] / NAME / ANSWER
        place.parent.mkdir()
        place.write_text(content, "utf-8")
    for name in POINTS:
        trip.student(name, "submit", NAME, "--student", name)
    trip.teacher("collect", NAME)
    assert all((trip.course.folder / "submitted" / name / NAME / ANSWER).is_file() for name in POINTS)


def test_4_autograde_gives_the_points_worked_out_by_hand(trip):
    trip.teacher("autograde", NAME)
    assert {name: grades[GRADED] for name, grades in trip.course.scores().items()} == POINTS
    assert trip.course.for_the_teacher() == set(POINTS)


def test_5_formgrader_shows_feedback_and_takes_the_points_for_the_written_answer(trip, browser):
    server = TeacherServer(trip.course.folder)
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(60_000)
    problems = []
    page.on("dialog", lambda dialog: problems.append(dialog.message))
    try:
        page.goto(server.page("login"))  # from here on, the browser is known
        autograde_again(page, server)
        open_submission(page, server, "Nothing, because")
        page.wait_for_load_state("networkidle")  # the page fills its fields itself when the points have come
        with page.expect_response(lambda one: one.request.method == "PUT" and "/api/grade/" in one.url) as saved:
            page.locator(f"[id='{WRITTEN}']").fill("1.5")
            page.locator(f"[id='{WRITTEN}']").press("Tab")
        assert saved.value.ok
        assert "7.75" in page.locator(".kit-feedback").first.inner_text().replace("\n", " ")
    finally:
        page.close()
        server.close()
    assert not problems
    assert {name: grades[GRADED] for name, grades in trip.course.scores().items()} == POINTS


def autograde_again(page, server: TeacherServer) -> None:
    """Press the button for one student, and wait for nbgrader's word that it worked."""
    page.goto(server.page(f"formgrader/manage_submissions/{NAME}"))
    page.locator("tr", has_text="ben").locator("td.autograde a").click()
    page.locator(".modal-dialog", has_text="Successfully autograded").wait_for()


def open_submission(page, server: TeacherServer, words: str) -> None:
    """Open the page on which the teacher grades, of the student who wrote these words."""
    page.goto(server.page(f"formgrader/gradebook/{NAME}/{NAME}"))
    page.locator("a", has_text="Submission #").first.wait_for()
    links = page.locator("a", has_text="Submission #").evaluate_all("all => all.map(a => a.href)")
    for link in links:
        page.goto(link)
        page.locator(f"[id='{WRITTEN}']").wait_for()
        if page.locator(".kit-words", has_text=words).count():
            return
    raise AssertionError(f"nobody wrote {words!r}")


def test_6_feedback_is_made_and_fetched_and_runs_nothing(trip, browser):
    trip.teacher("generate_feedback", NAME)
    trip.teacher("release_feedback", NAME)
    trip.student("ben", "fetch_feedback", NAME, "--student", "ben")
    (place,) = (trip.folders["ben"] / NAME / "feedback").rglob("*.html")
    page, fetched = browser.new_page(), []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto(place.as_uri())
    shown = page.locator("body").inner_text()
    assert "7.75" in shown and "Score: 9.25 / 12.0" in shown and WORDS["ben"] in shown
    assert not page.locator("script").count()
    assert [url for url in fetched if not url.startswith("file:")] == []
    page.close()


def test_7_the_table_has_a_row_for_each_student(trip):
    trip.teacher("export", "--exporter=kit.grading.nbexport.ExerciseExport", "--to", "grades.csv")
    with open(trip.course.folder / "grades.csv", encoding="utf-8-sig", newline="") as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    assert {name: float(row["points"]) for name, row in rows.items()} == POINTS
    assert float(rows["ben"]["written_points"]) == 1.5


def test_8_no_key_went_anywhere(trip):
    keys = [path.read_bytes() for path in (trip.course.folder / "keys").iterdir()]
    made = {json.loads(key)["made"] for key in keys}
    handed = [trip.course.folder / name for name in ("release", "autograded", "feedback")]
    handed += [trip.course.home / "exchange", *trip.folders.values()]
    for path in (path for folder in handed for path in folder.rglob("*") if path.is_file()):
        content = html.unescape(path.read_text("utf-8", "replace"))
        assert '"format": "kit/key/1"' not in content and not any(one in content for one in made), path


# Beside the round trip


def test_stock_nbgrader_runs_the_cells_and_gives_the_same_points(trip):
    course = NbCourse(trip.course.folder.parent / "stock", stock=True)
    course.generate()
    for name in POINTS:
        answer = trip.course.folder / "submitted" / name / NAME / ANSWER
        course.hand_in(name, {ANSWER: answer.read_bytes()})
    course.run("autograde", NAME)
    assert {name: grades[GRADED] for name, grades in course.scores().items()} == POINTS


def test_zip_collect_takes_the_answers_along(tmp_path):
    course = NbCourse(tmp_path / "course")
    course.generate()
    archive = course.folder / "downloaded" / NAME / "archive"
    archive.mkdir(parents=True)
    for name, inside in (("dora", f"{NAME}/"), ("emil", "")):
        with zipfile.ZipFile(archive / f"{name}.zip", "w") as made:
            made.writestr(f"{inside}{BOOK}", exercise_one())
            made.writestr(f"{inside}{ANSWER}", singer_answer(7, 14, right=4))
    course.run("zip_collect", NAME)
    course.run("autograde", NAME)
    assert {name: grades[GRADED] for name, grades in course.scores().items()} == {"dora": 7.75, "emil": 7.75}
