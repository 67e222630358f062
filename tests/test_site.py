"""The site for the browser alone, as far as it can be seen without building one."""

import json
import subprocess
import sys
import zipfile
from importlib import util
from pathlib import Path

import pytest
from click.testing import CliRunner

import kit
from kit.cli import commands
from kit.errors import KitError
from kit.places import packages, site
from kit.places.packages import AT_ONCE, LATER, Runtime, put_packages, put_pyodide
from kit.places.site import NOTE, build_site
from kit.places.startpage import start_page
from kit.places.wheel import NAME, make_own, read_wheel

PACKAGE = Path(kit.__file__).parent
RUNTIME = Runtime("314.0.6", "3.14", "https://example.org/pyodide")
WASM = "cp314-cp314-pyemscripten_2026_0_wasm32.whl"
CORE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")


def wheel(folder: Path, name: str, version: str = "1", tags: str = "py3-none-any.whl") -> str:
    """Write a wheel of one empty module, and return its file name."""
    file = f"{name.replace('-', '_')}-{version}-{tags}"
    with zipfile.ZipFile(folder / file, "w") as archive:
        archive.writestr(f"{name.replace('-', '_')}/__init__.py", "")
        archive.writestr(f"{name.replace('-', '_')}-{version}.dist-info/METADATA", "")
    return file


@pytest.fixture
def unpacked(tmp_path):
    """An unpacked Pyodide: the core, its list, and the packages that are written in Python alone."""
    folder = tmp_path / "Pyodide ausgepackt"
    folder.mkdir()
    for name in CORE:
        (folder / name).write_text(name)
    listed = {"nltk": ["regex"], "matplotlib": ["numpy", "Pillow", "six"], "ipython": ["traitlets", "prompt_toolkit"],
              "jedi": [], "micropip": [], "traitlets": [], "six": [], "wcwidth": [], "typing-extensions": [],
              "numpy": [], "pillow": [], "regex": [], "pandas": ["numpy"]}
    compiled = {"matplotlib", "numpy", "pillow", "regex", "pandas"}
    entries = {name: {"name": name, "version": "1", "depends": depends, "imports": [name], "sha256": "0" * 64,
                      "file_name": f"{name.replace('-', '_')}-1-{WASM if name in compiled else 'py3-none-any.whl'}"}
               for name, depends in listed.items()}
    (folder / "pyodide-lock.json").write_text(json.dumps({"info": {"python": "3.14.2"}, "packages": entries}))
    for name in (set(listed) - compiled) | set(packages._BESIDE) - {NAME}:
        wheel(folder, name)
    return folder


@pytest.fixture
def put(unpacked, tmp_path, monkeypatch):
    """Put packages into a folder without any index; return them and the list that was written."""
    def run(given: Path | None):
        folder = tmp_path / "site"
        put_pyodide(folder, RUNTIME, unpacked)
        done = put_packages(folder, RUNTIME, unpacked, given)
        return done, json.loads((folder / "pyodide-lock.json").read_text("utf-8"))["packages"], folder

    monkeypatch.setattr(packages, "_fetch_pure", lambda folder, names, *_: [
        wheel(folder, *name.split("==")) for name in names])
    monkeypatch.setattr(packages, "_fetch_compiled", lambda *_: None)
    return run


# The kit's own wheel


def test_the_wheel_holds_the_package_and_nothing_that_a_student_must_not_have(tmp_path):
    own = make_own(tmp_path)
    names = set(zipfile.ZipFile(own.path).namelist())
    assert {f"kit/{path.relative_to(PACKAGE).as_posix()}" for path in PACKAGE.rglob("*.py")} <= names
    keys = {name for name in names if name.endswith(".key.json")}
    assert keys == {f"kit/articles/{path.name}" for path in (PACKAGE / "articles").glob("*.key.json")}
    assert not [name for name in names if "__pycache__" in name or ".ipynb" in name or "/exercises/keys" in name]


def test_the_kit_runs_out_of_its_wheel(tmp_path):
    own = make_own(tmp_path)
    code = "import kit; print(kit.__file__); print(len(kit.load_article('north-korea-2024').tokens))"
    target = tmp_path / "unpacked"
    zipfile.ZipFile(own.path).extractall(target)
    done = subprocess.run([sys.executable, "-P", "-c", f"import sys; sys.path.insert(0, {str(target)!r}); {code}"],
                          text=True, capture_output=True, cwd=tmp_path)
    place, count = done.stdout.splitlines()
    assert place.startswith(str(target)) and int(count) == len(kit.load_article("north-korea-2024").tokens)


def test_the_same_kit_makes_the_same_wheel(tmp_path):
    (tmp_path / "again").mkdir()
    assert make_own(tmp_path).path.read_bytes() == make_own(tmp_path / "again").path.read_bytes()


def test_a_wheel_tells_what_it_is_imported_by(tmp_path):
    own = make_own(tmp_path)
    assert (own.name, own.version, own.imports) == ("media-literacy-kit", kit.__version__, ("kit",))
    assert read_wheel(tmp_path / wheel(tmp_path, "prompt_toolkit")).name == "prompt-toolkit"


# The list of packages


def test_import_kit_needs_no_cell_before_it(put):
    _, listed, folder = put(None)
    entry = listed[NAME]
    assert entry["imports"] == ["kit"] and (folder / entry["file_name"]).is_file()
    assert {"ipywidgets", "anywidget"} <= set(entry["depends"]) and not set(LATER) & set(entry["depends"])
    assert set(AT_ONCE) <= set(listed)


def test_every_package_that_is_needed_is_in_the_list(put):
    _, listed, folder = put(None)
    for name, entry in listed.items():
        assert {need.lower().replace("_", "-") for need in entry["depends"]} <= set(listed), name
    assert "pandas" not in listed


def test_only_what_is_compiled_is_named_by_pyodides_own_address(put):
    done, listed, folder = put(None)
    away = {name for name, entry in listed.items() if not (folder / entry["file_name"]).is_file()}
    assert away == set(done.elsewhere) == {"matplotlib", "numpy", "pillow", "regex"}
    assert all(listed[name]["file_name"].startswith(f"{RUNTIME.address}/{name}-1-") for name in away)


def test_a_site_for_no_network_names_no_address_and_says_what_it_lacks(put, unpacked):
    wheel(unpacked, "numpy", tags=WASM)
    done, listed, folder = put(unpacked)
    assert all((folder / entry["file_name"]).is_file() for entry in listed.values())
    assert done.elsewhere == () and done.lacking == ("matplotlib", "pillow", "regex")
    assert "numpy" in listed


def test_a_compiled_package_for_another_machine_is_not_taken(put, unpacked):
    wheel(unpacked, "numpy", tags="cp314-cp314-manylinux_2_28_x86_64.whl")
    assert "numpy" in put(unpacked)[0].lacking


def test_a_damaged_package_is_named(put, unpacked):
    (unpacked / f"numpy-1-{WASM}").write_bytes(b"half a downl")
    with pytest.raises(KitError, match=r"numpy-1-.*damaged. Download it again"):
        put(unpacked)


def test_a_pyodide_for_another_kernel_is_refused(unpacked, tmp_path):
    with pytest.raises(KitError, match=r"Python 3.14.2, and the installed kernel is made for Pyodide 400 with"):
        put_pyodide(tmp_path / "site", Runtime("400", "3.15", ""), unpacked)


def test_half_a_pyodide_is_refused(unpacked, tmp_path):
    (unpacked / "python_stdlib.zip").unlink()
    with pytest.raises(KitError, match=r"python_stdlib.zip is not there.*Unpack it again"):
        put_pyodide(tmp_path / "site", RUNTIME, unpacked)


# The pages


def test_what_a_finger_needs_stays_among_the_buttons_and_what_runs_a_lesson_is_there(tmp_path):
    site._configure(tmp_path)
    settings = json.loads((tmp_path / "overrides.json").read_text("utf-8"))
    off = {item["name"] for item in settings["@jupyterlab/notebook-extension:panel"]["toolbar"] if item["disabled"]}
    assert off and not off & {"save", "run", "restart-and-run", "kernelName", "executionProgress"}
    assert settings["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"
    package = json.loads((site._OWN / "package.json").read_text("utf-8"))
    assert (site._OWN / package["jupyterlab"]["_build"]["load"]).is_file()


# The folder


def built_as(monkeypatch, **files: str) -> None:
    """Let the builder make these files, in place of a whole site."""
    def build(work: Path, *_):
        for name, content in files.items():
            path = work / "site" / name.replace("__", "/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
        return packages.Packages(0, (), ())

    monkeypatch.setattr(site, "_build", build)


def test_a_folder_with_something_else_is_refused_and_left_alone(tmp_path, monkeypatch):
    built_as(monkeypatch, index="new")
    (tmp_path / "thesis.docx").write_text("mine")
    with pytest.raises(KitError, match="there is something else there already. Choose a new folder"):
        build_site(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.docx"]


def test_a_site_is_renewed_in_place_and_what_others_put_there_stays(tmp_path, monkeypatch):
    folder = tmp_path / "Meine Säite"
    (folder / ".git").mkdir(parents=True)
    built_as(monkeypatch, index="old", lab__old="old")
    build_site(folder)
    (folder / "CNAME").write_text("school")
    built_as(monkeypatch, index="new", lab2__new="new")
    assert build_site(folder).files == 2
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*")}
    assert there == {".git", "CNAME", "index", "lab2", "lab2/new", NOTE}
    assert (folder / "index").read_text() == "new"


def test_a_list_of_files_that_somebody_changed_removes_nothing_outside(tmp_path, monkeypatch):
    built_as(monkeypatch, index="new")
    (tmp_path / "other").write_text("mine")
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / NOTE).write_text(json.dumps({"format": site.FORMAT, "files": ["../other", str(tmp_path / "other")]}))
    build_site(folder)
    assert (tmp_path / "other").read_text() == "mine"


def test_a_full_disk_is_one_sentence_and_leaves_nothing(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device", str(tmp_path / "site" / "big"))

    monkeypatch.setattr(site, "_build", full)
    with pytest.raises(KitError, match=r"big: the site cannot be written \(No space left on device\). Make room"):
        build_site(tmp_path / "site")
    assert list(tmp_path.iterdir()) == []


def test_without_jupyterlite_the_command_says_how_to_install_it(tmp_path, monkeypatch):
    monkeypatch.setattr(util, "find_spec", lambda name: None)
    done = CliRunner().invoke(commands, ["site", str(tmp_path / "site")])
    assert done.exit_code == 1
    assert 'python3 -m kit site' in done.stderr and 'pip install ".[site]"' in done.stderr and "Traceback" not in done.stderr


# The first page


def test_the_first_page_leads_to_every_notebook_by_its_title():
    page = start_page({"lessons/01 what & why.ipynb": "What <really>?", "exercises/01/01.ipynb": "Now you"})
    assert '<a href="notebooks/index.html?path=lessons/01%20what%20%26%20why.ipynb">1. What &lt;really&gt;?</a>' in page
    assert page.index("Lessons</h2>") < page.index("1. What &lt;") < page.index("Exercises</h2>") < page.index("Now you")
