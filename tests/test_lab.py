"""JupyterLab opens with the lesson, for this user alone, and changes nothing of theirs."""

import json
import os
import re
import sys
import urllib.request

import pytest
from kit_lab import KitLab
from lab_server import FIRST_START

from kit.errors import KitError
from kit.places.bootstrap import find_checkout
from kit.places.lab import find_lesson, lab_command, lab_environ
from kit.places.workspace import fold_file_list

EXERCISE = "exercises/01-what-do-we-know/01-what-do-we-know.ipynb"
NAMES = ("lessons/01-what-do-we-know.ipynb", "lessons/02-claim.ipynb", "lessons/README.md", EXERCISE)


@pytest.fixture
def folder(tmp_path):
    """A user's folder, with a copy and a notebook of their own."""
    own = ("lessons/01-what-do-we-know-Copy1.ipynb", "lessons/01-what-do-we-know.new.ipynb", "mine.ipynb")
    for name in (*NAMES, *own):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


@pytest.mark.parametrize(("wanted", "name"), [
    (None, "lessons/01-what-do-we-know.ipynb"),
    ("1", "lessons/01-what-do-we-know.ipynb"),
    ("01", "lessons/01-what-do-we-know.ipynb"),
    ("2", "lessons/02-claim.ipynb"),
    ("02-claim", "lessons/02-claim.ipynb"),
    ("02-claim.ipynb", "lessons/02-claim.ipynb"),
    ("lessons/02-claim.ipynb", "lessons/02-claim.ipynb"),
    ("01-what-do-we-know-Copy1", "lessons/01-what-do-we-know-Copy1.ipynb"),
    ("mine.ipynb", "mine.ipynb"),
    ("01-what-do-we-know", "lessons/01-what-do-we-know.ipynb"),
    ("exercise-1", EXERCISE),
    ("exercise-01", EXERCISE),
    ("exercises/01-what-do-we-know", EXERCISE),
    ("exercises/01-what-do-we-know/", EXERCISE),
    (EXERCISE, EXERCISE),
])
def test_a_lesson_is_found_by_number_and_by_name(folder, wanted, name):
    assert find_lesson(folder, wanted, NAMES) == name


@pytest.mark.parametrize("wanted", ["3", "0", "", "²", "README.md", "../mine", "/etc/passwd", "nothing",
                                    "exercise-2", "exercise", "lesson-3", "-1"])
def test_what_is_no_lesson_is_refused_with_those_there_are(folder, wanted):
    with pytest.raises(KitError, match="There are: 01-what-do-we-know, 02-claim, exercise-1"):
        find_lesson(folder / "lessons", wanted, NAMES)


def test_a_notebook_outside_the_folder_is_refused(folder, tmp_path_factory):
    outside = tmp_path_factory.mktemp("elsewhere") / "secret.ipynb"
    outside.touch()
    (folder / "lessons/link.ipynb").symlink_to(outside)
    for wanted in (str(outside), "link"):
        with pytest.raises(KitError):
            find_lesson(folder, wanted, NAMES)


def test_only_the_option_makes_a_teacher():
    assert lab_environ({"KIT_TEACHER": "1"}, teacher=False).get("KIT_TEACHER") is None
    assert lab_environ({}, teacher=True)["KIT_TEACHER"] == "1"


def test_only_a_teacher_is_told_where_the_keys_are():
    assert "KIT_KEYS" not in lab_environ({}, teacher=False)
    assert lab_environ({}, teacher=True)["KIT_KEYS"] == str(find_checkout() / "exercises" / "keys")
    assert lab_environ({"KIT_KEYS": "/my/keys"}, teacher=True)["KIT_KEYS"] == "/my/keys"


def test_paths_of_the_user_still_count_after_those_of_the_kit():
    environ = lab_environ({"JUPYTER_PATH": "/mine", "PYTHONPATH": "/also"}, teacher=False)
    assert environ["JUPYTER_PATH"].endswith(f"{os.pathsep}/mine")
    assert environ["PYTHONPATH"] == f"{find_checkout()}{os.pathsep}/also"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """`kit lab` on a computer where "python3" is the name of another, broken kernel."""
    home = tmp_path_factory.mktemp("home ü #1 50% ~x")
    wrong = home / ".local/share/jupyter/kernels/python3/kernel.json"
    wrong.parent.mkdir(parents=True)
    wrong.write_text('{"argv": ["/nowhere/python"], "display_name": "Python 3", "language": "python"}')
    running = KitLab(home)
    yield running
    if running.process.poll() is None:
        running.stop()


def test_the_printed_address_opens_lesson_1(server):
    assert server.lesson == "lessons/01-what-do-we-know.ipynb"
    with urllib.request.urlopen(server.address) as page:
        config = re.search(r'<script id="jupyter-config-data".*?>(.*?)</script>', page.read().decode(), re.S)
    assert json.loads(config.group(1))["treePath"] == server.lesson
    assert server.get(f"/api/contents/{server.lesson}")["type"] == "notebook"


@pytest.mark.lab
@pytest.mark.parametrize("width", [360, 1280])
def test_the_lesson_is_what_one_sees_first_and_the_file_list_is_a_tap_away(server, browser, width):
    page = browser.new_page(viewport={"width": width, "height": 740})
    page.goto(server.address)
    page.get_by_text(re.compile(r"Python 3.* \| Idle")).wait_for(timeout=FIRST_START)  # the view is settled by then
    left, right = page.locator(".jp-Notebook").evaluate("e => [e.getBoundingClientRect()].map((e) => [e.left, e.right])[0]")
    assert left < 50 and right > width - 20
    files = page.locator(".jp-DirListing-content").first
    assert not files.is_visible()
    page.locator(".lm-TabBar-tab[data-id='filebrowser']").click()
    files.wait_for()
    page.locator(".lm-TabBar-tab[data-id='filebrowser']").click()
    files.wait_for(state="hidden")
    page.close()


@pytest.mark.lab
def test_no_question_and_no_message_lies_over_the_first_lesson(server, browser):
    """JupyterLab would ask about news, in a message that stays until it is answered."""
    page = browser.new_page()
    page.goto(server.address)
    page.get_by_text(re.compile(r"Python 3.* \| Idle")).wait_for(timeout=FIRST_START)
    assert page.locator(".jp-Notification-Status-Text").inner_text() == "0"
    assert page.locator(".jp-Dialog, .Toastify__toast").count() == 0
    page.close()


def test_a_view_that_somebody_arranged_is_left_as_it_is(tmp_path):
    fold_file_list(tmp_path)
    (view,) = (tmp_path / ".kit" / "workspaces").iterdir()
    view.write_text("mine", "utf-8")
    fold_file_list(tmp_path)
    assert view.read_text("utf-8") == "mine"


def test_where_nothing_can_be_written_it_opens_all_the_same(tmp_path):
    (tmp_path / ".kit").write_text("a file where a folder should be", "utf-8")
    fold_file_list(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [".kit"]


def test_jupyterlab_asks_nothing_about_news(server):
    settings = server.get("/lab/api/settings/@jupyterlab/apputils-extension:notification")
    defaults = {name: it["default"] for name, it in settings["schema"]["properties"].items()}
    assert (defaults["fetchNews"], defaults["checkForUpdates"]) == ("false", False)


def test_the_kernel_is_the_python_that_has_the_kit(server):
    assert "/nowhere/python" not in str(server.get("/api/kernelspecs"))
    assert server.get("/api/kernelspecs")["default"] == "python3"


def test_the_users_own_configuration_is_left_alone(server):
    assert f"Your lessons and answers are in {server.home / 'media-literacy'}" in server.said
    assert not (server.home / ".jupyter").exists()


def test_ctrl_c_ends_it_at_once_and_without_a_question(server):
    assert server.stop() == 0
    assert server.process.poll() == 0


def test_the_command_listens_to_this_computer_alone(folder):
    command = lab_command(folder, NAMES[0], browser=False, port=8901)
    assert command[:4] == [sys.executable, "-P", "-m", "kit.places.labserver"]
    assert {"--ServerApp.ip=127.0.0.1", "--ServerApp.port=8901", "--ServerApp.open_browser=False"} <= set(command)
