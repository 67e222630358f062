"""The command line itself, and the commands that start something: `kit lab`, `kit test`."""

import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import kit
from kit.cli import commands
from kit.errors import CheckFailed, KitError
from kit.places.bootstrap import find_checkout


def run(*arguments: str):
    """Run one command in this process."""
    return CliRunner().invoke(commands, list(arguments))


@pytest.fixture
def opened(monkeypatch):
    """Record how JupyterLab would be opened, instead of becoming it."""
    calls = []
    monkeypatch.setattr("kit.places.lab.open_lab", lambda *which, **how: calls.append((which, how)))
    return calls


def test_lab_opens_lesson_1_in_the_users_folder(tmp_path, opened):
    result = run("lab", "--folder", str(tmp_path / "my class"), "--no-browser", "--port", "8901")
    assert result.exit_code == 0, result.output
    assert opened == [((tmp_path / "my class", "lessons/01-what-do-we-know.ipynb"),
                       {"teacher": False, "browser": False, "port": 8901})]
    assert str(tmp_path / "my class") in result.output


def test_lab_puts_its_folder_into_the_users_home(tmp_path, opened, monkeypatch):
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert run("lab", "1").exit_code == 0
    assert opened[0][0][0] == tmp_path / "media-literacy"


def test_lab_passes_on_that_a_teacher_looks(tmp_path, opened):
    run("lab", "--teacher", "--folder", str(tmp_path))
    assert opened[0][1] == {"teacher": True, "browser": True, "port": 8888}


def test_lab_says_what_it_wrote_once_and_what_it_left(tmp_path, opened):
    first = run("lab", "--folder", str(tmp_path)).output
    assert "copied: " in first and "lessons/README.md" in first
    assert "copied" not in run("lab", "--folder", str(tmp_path)).output
    (tmp_path / ".kit/handed-out.json").unlink()
    (tmp_path / "lessons/README.md").write_text("mine")
    third = run("lab", "--folder", str(tmp_path)).output
    assert "You changed lessons/README.md, so it stays as it is. The new version is lessons/README.new.md" in third


def test_a_lesson_that_is_not_there_is_an_error_with_a_remedy(tmp_path, opened):
    result = run("lab", "99", "--folder", str(tmp_path))
    assert (result.exit_code, opened) == (1, [])
    assert result.stderr.startswith("Error: There is no lesson or exercise '99'")
    assert "01-what-do-we-know" in result.stderr


def test_version_is_the_packages():
    result = run("--version")
    assert (result.exit_code, result.output) == (0, f"kit, version {kit.__version__}\n")


@pytest.mark.parametrize("arguments", [["nonsense"], ["lab", "--nonsense"], ["lab", "1", "2"],
                                       ["lab", "--port", "0"], ["lab", "--port", "http"]])
def test_wrong_usage_is_2_and_opens_nothing(arguments, opened):
    result = run(*arguments)
    assert (result.exit_code, opened) == (2, [])
    assert "Usage:" in result.stderr


@pytest.mark.parametrize("error", [KitError("a.json: not so. Do this."), CheckFailed("Mark more.")])
def test_a_problem_is_one_line_without_a_traceback(error, monkeypatch):
    def fail():
        raise error

    monkeypatch.setitem(commands.commands, "fail", click.Command("fail", callback=fail))
    result = run("fail")
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", f"Error: {error}\n")


def test_a_mistake_of_ours_is_not_dressed_up_as_the_users(monkeypatch):
    def fail():
        raise ZeroDivisionError

    monkeypatch.setitem(commands.commands, "fail", click.Command("fail", callback=fail))
    assert isinstance(run("fail").exception, ZeroDivisionError)


def test_the_module_and_the_command_say_the_same():
    done = subprocess.run([sys.executable, "-m", "kit", "--help"], cwd=find_checkout(), text=True,
                          capture_output=True, check=True)
    assert done.stdout.splitlines()[0] == "Usage: kit [OPTIONS] COMMAND [ARGS]..."
    assert all(f"\n  {name} " in done.stdout for name in commands.commands)


def test_test_hands_everything_to_pytest_and_says_what_it_leaves_out(monkeypatch):
    calls = []
    monkeypatch.setattr("kit.places.suite.become", calls.append)
    monkeypatch.setattr("kit.places.suite.find_browser", lambda: None)
    monkeypatch.chdir(find_checkout())
    result = run("test", "-m", "not lab", "tests/test_cli.py", "-h")
    assert calls == [[sys.executable, "-m", "pytest", "-m", "not lab", "tests/test_cli.py", "-h"]]
    assert result.output.startswith("Left out: the tests of the pen")


def test_all_tests_run_on_several_cores_and_chosen_ones_as_they_are(monkeypatch):
    calls = []
    monkeypatch.setattr("kit.places.suite.become", calls.append)
    monkeypatch.setattr("kit.places.suite.os.cpu_count", lambda: 64)
    monkeypatch.chdir(find_checkout())
    run("test")
    run("test", "tests/test_cli.py")
    assert calls == [[sys.executable, "-m", "pytest", "-n", "4", "--dist", "loadfile", "--no-loadscope-reorder"],
                     [sys.executable, "-m", "pytest", "tests/test_cli.py"]]


def test_test_leaves_nothing_out_where_there_is_a_browser(monkeypatch):
    monkeypatch.setattr("kit.places.suite.become", lambda command: None)
    monkeypatch.setattr("kit.places.suite.find_browser", lambda: "/usr/bin/chromium")
    monkeypatch.chdir(find_checkout())
    assert "Left out" not in run("test").output
