"""`python3 -m kit` builds an environment only where it has to, and says why where it cannot."""

import ast
import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from kit.places import bootstrap
from kit.places.environment import Environment, Problem
from kit.places.oldest import refuse_old

CHECKOUT = bootstrap.find_checkout()


class Became(Exception):
    """Stands for the process that would have taken over."""


@pytest.fixture
def start(tmp_path, monkeypatch):
    """Return a function that starts the kit in a checkout which needs the given packages."""
    def run(*arguments: str, needs: str = "", test_needs: str = "") -> None:
        (tmp_path / "pyproject.toml").write_text(
            '[build-system]\nrequires = []\n[project]\nname = "tiny"\n'
            f'dependencies = [{needs!r}]\noptional-dependencies.test = [{test_needs!r}]\n'
            .replace("['']", "[]"))
        bootstrap.ensure(list(arguments))

    def become(command, environ=None):
        raise Became(command)

    def make(self, extras):
        made.append(extras)

    made = run.made = []
    monkeypatch.setattr(bootstrap, "find_checkout", lambda: tmp_path)
    monkeypatch.setattr(bootstrap, "become", become)
    monkeypatch.setattr(Environment, "make", make)
    run.python = str(Environment(tmp_path).python)
    return run


def test_nothing_is_built_where_everything_is_there(start):
    start("lab", needs="click>=8.1", test_needs="a-package-that-is-not-there")
    assert start.made == []


def test_what_is_lacking_is_made_and_the_same_command_goes_on_in_it(start):
    with pytest.raises(Became) as became:
        start("lab", "1", "--no-browser", needs="a-package-that-is-not-there")
    assert start.made == [[]]
    assert became.value.args[0] == [start.python, "-m", "kit", "lab", "1", "--no-browser"]


def test_the_tests_need_their_own_tools_as_well(start):
    with pytest.raises(Became):
        start("test", "-x", needs="click", test_needs="a-package-that-is-not-there")
    assert start.made == [["test"]]


def test_what_is_ready_is_used_without_being_made_again(start, monkeypatch):
    monkeypatch.setattr(Environment, "is_ready", lambda self, extras: True)
    with pytest.raises(Became):
        start("check", "my.json", needs="a-package-that-is-not-there")
    assert start.made == []


def test_inside_a_ready_environment_nothing_starts_over_for_ever(start, monkeypatch):
    monkeypatch.setattr(Environment, "is_ready", lambda self, extras: True)
    monkeypatch.setattr(Environment, "is_running", lambda self: True)
    start("lab", needs="strange-requirement @ file:///nowhere")
    assert start.made == []


def test_an_installed_kit_builds_nothing(start, monkeypatch):
    monkeypatch.setattr(bootstrap, "find_checkout", lambda: None)
    start("lab", needs="a-package-that-is-not-there")
    assert start.made == []


def test_a_problem_is_one_sentence_without_a_traceback(start, monkeypatch):
    def make(self, extras):
        raise Problem("The disk is full.")

    monkeypatch.setattr(Environment, "make", make)
    with pytest.raises(SystemExit) as ended:
        start("lab", needs="a-package-that-is-not-there")
    assert ended.value.code == "Error: The disk is full."


def test_ctrl_c_ends_it_quietly(start, monkeypatch, capsys):
    def make(self, extras):
        raise KeyboardInterrupt

    monkeypatch.setattr(Environment, "make", make)
    with pytest.raises(SystemExit) as ended:
        start("lab", needs="a-package-that-is-not-there")
    assert ended.value.code == 130
    assert "Stopped" in capsys.readouterr().err


def test_an_installed_kit_is_no_checkout_even_in_the_folder_of_a_project(tmp_path, monkeypatch):
    """Put there by `pip install --target .`, it would have built an environment for that project."""
    here = tmp_path / "kit" / "places" / "bootstrap.py"
    (tmp_path / "kit" / "lessons").mkdir(parents=True)
    (tmp_path / "pyproject.toml").touch()
    monkeypatch.setattr(bootstrap, "__file__", str(here))
    assert bootstrap.find_checkout() is None
    (tmp_path / "kit" / "lessons").rmdir()
    assert bootstrap.find_checkout() == tmp_path


@pytest.mark.parametrize("version", [(3, 6, 15), (3, 10, 0), (2, 7, 18)])
def test_an_old_python_is_refused_in_one_sentence(version):
    number = f"{version[0]}.{version[1]}"
    with pytest.raises(SystemExit, match=f"^Error: The kit needs Python 3.11 or newer and this is Python {number}: .*it.$"):
        refuse_old(version)


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 14, 1), (4, 0, 0)])
def test_a_new_python_is_welcome(version):
    assert refuse_old(version) is None


def test_the_refusal_comes_before_anything_that_an_old_python_could_not_read():
    code = ("import runpy, sys; sys.version_info = (3, 10, 13, 'final', 0); sys.argv[1:] = ['lab']\n"
            "try: runpy.run_module('kit', run_name='__main__')\n"
            "finally: print(sorted(name for name in sys.modules if name.split('.')[0] == 'kit'))")
    done = subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, text=True, capture_output=True)
    assert done.returncode == 1
    assert done.stderr.startswith("Error: The kit needs Python 3.11") and done.stderr.count("\n") == 1
    assert done.stdout == "['kit', 'kit.places', 'kit.places.oldest']\n"


NEWER_THAN_2 = (ast.JoinedStr, ast.AnnAssign, ast.Nonlocal, ast.AsyncFunctionDef, ast.YieldFrom)


@pytest.mark.parametrize("file", ["__init__.py", "__main__.py", "places/__init__.py", "places/oldest.py"])
def test_an_old_python_can_read_as_far_as_the_refusal(file):
    """Nothing that is an error of syntax in Python 2.7, which some computers still call `python`."""
    source = (CHECKOUT / "kit" / file).read_text("utf-8")
    nodes = list(ast.walk(ast.parse(source, feature_version=(3, 4))))
    newer = [node for node in nodes if isinstance(node, NEWER_THAN_2)
             or isinstance(node, ast.Raise) and node.cause
             or isinstance(node, ast.ImportFrom) and node.module == "__future__"
             or isinstance(node, ast.FunctionDef) and (node.returns or node.args.kwonlyargs)
             or isinstance(node, ast.arg) and node.annotation
             or isinstance(node, ast.ClassDef) and node.keywords]
    assert newer == []
    assert source.isascii(), "Python 2 reads ASCII alone"


def test_on_windows_the_command_is_waited_for_and_its_exit_code_is_ours(monkeypatch):
    monkeypatch.setattr(os, "name", "nt")
    with pytest.raises(SystemExit) as ended:
        bootstrap.become([sys.executable, "-c", "raise SystemExit(7)"])
    assert ended.value.code == 7


def test_on_windows_ctrl_c_is_left_to_the_command(monkeypatch):
    class Child:
        """A server that asks for a second Ctrl+C before it ends."""
        presses = 2

        def wait(self):
            self.presses -= 1
            if self.presses >= 0:
                raise KeyboardInterrupt
            return 0

    monkeypatch.setattr(os, "name", "nt")
    monkeypatch.setattr(subprocess, "Popen", lambda command, env: Child())
    with pytest.raises(SystemExit) as ended:
        bootstrap.become(["jupyter"])
    assert ended.value.code == 0


@pytest.mark.parametrize(("floor", "met"), [
    ("click", True), ("click>=1", True), ("click >= 8.1", True), ("click>=999", False),
    ("Click>=8", True), ("a-package-that-is-not-there", False),
    ("click<999", False),  # anything but a floor is left to an installer
    ('click; sys_platform != "emscripten"', True), ('click>=8.1; sys_platform != "emscripten"', True),
    ('click>=999; sys_platform != "emscripten"', False), ('click<999; sys_platform != "emscripten"', False),
    ('a-package-that-is-not-there; sys_platform != "emscripten"', False),
    ('click; sys_platform == "emscripten"', False), ('click; python_version >= "3.11"', False),
    ('click; sys_platform != "emscripten" and python_version >= "3.11"', False),
])
def test_a_requirement_is_met_by_what_is_installed(floor, met):
    assert bootstrap.is_met(floor) is met


@pytest.mark.parametrize(("floor", "met"), [
    ('a-package-that-is-not-there>=1; sys_platform != "emscripten"', True),
    ("a-package-that-is-not-there>=1", False), ("click>=8.1", True),
])
def test_a_browser_does_without_what_makes_no_sense_there(monkeypatch, floor, met):
    monkeypatch.setattr(sys, "platform", "emscripten")
    assert bootstrap.is_met(floor) is met


@pytest.mark.parametrize(("installed", "floor", "met"), [
    ("3.9.1", "3.9.1", True), ("3.10", "3.9.1", True), ("3.9", "3.9.1", False),
    ("8.1.0rc2", "8.1", True), ("10", "9", True),
])
def test_versions_are_compared_as_numbers(monkeypatch, installed, floor, met):
    monkeypatch.setattr(metadata, "version", lambda name: installed)
    assert bootstrap.is_met(f"some-package>={floor}") is met


def test_nothing_is_lacking_here():
    """What pyproject.toml says and what these tests run with are the same."""
    assert bootstrap.lacking(CHECKOUT, ["test"]) == []
    assert Path(sys.modules["kit"].__file__).is_relative_to(CHECKOUT)
