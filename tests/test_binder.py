"""Binder, without Binder: what it makes of this folder, and the lessons in the versions that it brings.

repo2docker is the program by which Binder turns a repository into a container.  Here it writes
its instructions and starts nothing.  The versions of its base lie in the package itself, as a
list of Conda's; the same versions are installed from the Python package index.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib import resources
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qs, quote, urlsplit

import nbformat
import pytest
from repo2docker.app import Repo2Docker
from test_lessons import NOTEBOOKS, PERFECT

import kit
from kit.model.files import read_annotations
from kit.model.plans import LESSON, plan_called
from kit.places.bootstrap import find_checkout

CHECKOUT = find_checkout()
MOST = 20  # packages that a container gets besides the kit and what Binder has
# What Conda calls otherwise, or cuts in two.
NAMES = {"brotli-python": "brotli", "python-fastjsonschema": "fastjsonschema", "jupyterhub-base": "jupyterhub",
         "nbconvert-core": "nbconvert"}


class Build(NamedTuple):
    """What Binder would do."""

    python: str
    dockerfile: str
    base: list[str]  # "name==version"


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A copy of this folder, as Binder has one."""
    copy = tmp_path_factory.mktemp("binder") / "jovyan"
    shutil.copytree(CHECKOUT, copy, symlinks=True, ignore=shutil.ignore_patterns(
        ".git", ".venv", ".*_cache", "__pycache__", "node_modules", "answers", "build", "dist"))
    return copy


@pytest.fixture(scope="module")
def build(checkout):
    """The instructions that repo2docker writes for this folder."""
    app = Repo2Docker()
    with pytest.MonkeyPatch.context() as here:
        here.chdir(checkout)
        pack = next(pack for pack in (kind(app.base_image) for kind in app.buildpacks) if pack.detect())
        pack.platform = "linux/amd64"
        return Build(pack.python_version, pack.render({}), list(base(pack.python_version)))


def base(python: str):
    """Yield the Python packages of Binder's base; a build string that begins with "py" tells them from others."""
    lock = resources.files("repo2docker") / "buildpacks" / "conda" / f"environment.py-{python}-linux-64.lock"
    for name, version in re.findall(r"/([^/]+)-([^-/]+)-py[^-/]+\.(?:conda|tar\.bz2)#", lock.read_text("utf-8")):
        yield f"{NAMES.get(name, name)}=={version}"


def test_binder_takes_a_python_that_the_kit_runs_on_and_the_one_of_these_tests(build):
    assert tuple(map(int, build.python.split("."))) >= (3, 11)
    assert (CHECKOUT / ".binder" / "runtime.txt").read_text("utf-8") == f"python-{build.python}\n"


def test_the_kit_is_installed_when_the_whole_folder_is_there(build):
    copied = build.dockerfile.index("COPY --chown=1000:1000 src/ ${REPO_DIR}/")
    assert copied < build.dockerfile.index(install_line(build))


def install_line(build: Build) -> str:
    """Return the one line that installs from this folder."""
    (line,) = re.findall(r"^RUN (\$\{KERNEL_PYTHON_PREFIX\}/bin/pip install .*)$", build.dockerfile, re.M)
    return line


def test_the_lesson_has_the_whole_screen_and_a_view_that_somebody_arranged_stays(checkout):
    """JupyterLab's file list would lie over the lesson on a telephone."""
    def start() -> Path:
        ours = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")}
        done = subprocess.run([checkout / ".binder" / "start", "printenv", "JUPYTERLAB_WORKSPACES_DIR"], env=ours,
                              text=True, capture_output=True, check=True)
        (view,) = Path(done.stdout.rstrip("\n")).iterdir()
        return view

    view = start()
    assert view.read_bytes() == (CHECKOUT / "kit" / "places" / "jupyter" / view.name).read_bytes()
    view.write_text("mine", "utf-8")
    assert start().read_text("utf-8") == "mine"


# Binder's base, and the kit in it


class Room(NamedTuple):
    """An environment with Binder's versions, before and after the kit came in."""

    python: Path
    before: dict[str, str]
    after: dict[str, str]


@pytest.fixture(scope="module")
def room(build, checkout, tmp_path_factory):
    prefix = tmp_path_factory.mktemp("base") / "room"
    python = prefix / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(prefix)], check=True)
    uv("install", "--quiet", "--no-deps", *build.base, python=python)
    before = packages(python)
    done = subprocess.run(["bash", "-c", install_line(build)], cwd=checkout, capture_output=True, text=True,
                          env=os.environ | {"KERNEL_PYTHON_PREFIX": str(prefix), "PIP_NO_COMPILE": "1"})
    assert done.returncode == 0, done.stderr
    return Room(python, before, packages(python))


def uv(command: str, *arguments: str, python: Path) -> str:
    done = subprocess.run([sys.executable, "-m", "uv", "pip", command, "--python", str(python), *arguments],
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def packages(python: Path) -> dict[str, str]:
    return {one["name"]: one["version"] for one in json.loads(uv("list", "--format=json", python=python))}


def test_little_is_added_and_nothing_of_binders_own_is_changed(room):
    assert {"jupyterlab", "ipywidgets", "notebook", "jupyterhub", "ipykernel"} <= set(room.before)
    assert {name: room.after.get(name) for name in room.before} == room.before
    added = set(room.after) - set(room.before) - {"media-literacy-kit"}
    assert len(added) <= MOST, sorted(added)


@pytest.mark.notebook
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_lesson_runs_in_binders_versions_and_keeps_its_marks(path, room, checkout):
    book = nbformat.read(path, as_version=4)
    book.cells.insert(2, nbformat.v4.new_code_cell(PERFECT))
    nbformat.write(book, checkout / "lessons" / "marked.ipynb")
    done = subprocess.run([checkout / ".binder" / "start", room.python, "-m", "nbconvert", "--to=notebook", "--execute",
                           "--output=run.ipynb", "lessons/marked.ipynb"], cwd=checkout, env=environ(room),
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    run = nbformat.read(checkout / "lessons" / "run.ipynb", as_version=4)
    shown = [output for cell in run.cells for output in cell.get("outputs", [])]
    assert len(shown) >= 10 and not [output for output in shown if output["output_type"] in ("error", "stream")]
    plan = plan_called(path.stem, kind=LESSON)
    answer = read_annotations(checkout / "lessons" / "answers" / f"{plan['article']}-{plan['scheme']}.json")
    assert answer.stage == "reasons" and len(answer.spans) > 7


def environ(room: Room) -> dict[str, str]:
    """Return the environment of Binder's processes: its own Python comes first, and nothing of this computer's Jupyter."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "PYTHON", "KIT_"))}
    return ours | {"PATH": f"{room.python.parent}{os.pathsep}{os.environ['PATH']}"}


# The link


def test_the_link_of_the_readme_opens_lesson_1_of_this_version_in_jupyterlab():
    (address,) = re.findall(r"\]\((https://mybinder\.org/[^)\s]+)\)", (CHECKOUT / "README.md").read_text("utf-8"))
    repository = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))["project"]["urls"]["Repository"]
    found = urlsplit(address)
    assert found.path == f"/v2/gh{urlsplit(repository).path}/{quote('v' + kit.__version__)}"
    assert set(parse_qs(found.query)) == {"labpath"}
    (lesson,) = parse_qs(found.query)["labpath"]
    assert (CHECKOUT / lesson).samefile(NOTEBOOKS[0])
