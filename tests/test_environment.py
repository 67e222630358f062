"""The private environment: made once, whole or made anew, and never at the cost of another's."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path, PureWindowsPath

import pytest
from powerless import powerless

from kit.places.causes import explain
from kit.places.environment import Environment, Problem

# A checkout small enough to be installed in a moment, with nothing to fetch.
PYPROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "tiny"
version = "{version}"
dependencies = [{needs}]
[project.optional-dependencies]
test = []
"""
BACKEND = """
import os, zipfile

HEADER = "Metadata-Version: 2.1\\nName: tiny\\nVersion: 1\\nProvides-Extra: test\\n"

def build_editable(folder, config_settings=None, metadata_directory=None):
    files = {
        "tiny.pth": os.getcwd(),
        "tiny-1.dist-info/METADATA": HEADER + NEEDS,
        "tiny-1.dist-info/WHEEL": "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
        "tiny-1.dist-info/RECORD": "",
    }
    with zipfile.ZipFile(os.path.join(folder, "tiny-1-py3-none-any.whl"), "w") as wheel:
        for name, content in files.items():
            wheel.writestr(name, content)
    return "tiny-1-py3-none-any.whl"
"""


NO_ENSUREPIP = "'-m venv /'*"


def write_checkout(folder: Path, version: str = "1", needs: str = "") -> Environment:
    """Write a tiny checkout and return its environment, not made yet."""
    folder.mkdir(exist_ok=True)
    quoted = f'"{needs}"' if needs else ""
    (folder / "pyproject.toml").write_text(PYPROJECT.format(version=version, needs=quoted))
    lines = f"Requires-Dist: {needs}\n" if needs else ""
    (folder / "backend.py").write_text(BACKEND.replace("NEEDS", repr(lines)))
    (folder / "marmot.py").write_text("")
    return Environment(folder)


def wrapper(folder: Path, refused: str) -> Path:
    """Return a Python that fails where its arguments match a shell pattern."""
    path = folder / "python-like-on-a-bare-machine"
    path.write_text(f'#!/bin/sh\ncase "$*" in {refused}) exit 1;; esac\nexec "{sys.executable}" "$@"\n')
    path.chmod(0o755)
    return path


@pytest.fixture
def quickly(tmp_path, monkeypatch):
    """Take the way of a machine without ensurepip: the same result in a tenth of the time."""
    monkeypatch.setattr(sys, "executable", str(wrapper(tmp_path, NO_ENSUREPIP)))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """One environment, made the way of a usual machine."""
    private = write_checkout(tmp_path_factory.mktemp("a place") / "käse & brot")
    private.make([])
    return private


def finds_checkout(private: Environment) -> bool:
    """Return whether the private Python runs, and imports from the checkout."""
    command = [str(private.python), "-c", "import marmot, sys; print(sys.prefix)"]
    done = subprocess.run(command, text=True, capture_output=True, cwd=Path.home())
    return done.returncode == 0 and Path(done.stdout.strip()) == private.folder


def test_what_was_made_runs_and_is_ready(made):
    assert made.is_ready([])
    assert finds_checkout(made)


def test_extras_are_added_when_first_asked_for_and_kept_after(made):
    assert not made.is_ready(["test"])
    made.make(["test"])
    assert made.is_ready(["test"])
    made.make([])
    assert made.is_ready(["test"])


def test_another_pyproject_is_noticed_and_other_settings_are_not(made):
    before = (made.checkout / "pyproject.toml").read_text()
    try:
        write_checkout(made.checkout, version="2")
        assert not made.is_ready([])
        (made.checkout / "pyproject.toml").write_text(before + "\n[tool.ruff]\nline-length = 99\n")
        assert made.is_ready([])
    finally:
        (made.checkout / "pyproject.toml").write_text(before)


def test_another_python_is_noticed(made, monkeypatch):
    monkeypatch.setattr(sys, "base_prefix", "/opt/another")
    assert not made.is_ready([])


def test_an_interrupted_start_is_made_anew(made, quickly):
    left_over = made.folder / "left-over"
    left_over.touch()
    (made.folder / "kit-building").touch()
    assert not made.is_ready([])
    made.make([])
    assert made.is_ready([]) and finds_checkout(made)
    assert not left_over.exists()


def test_a_moved_checkout_gets_a_new_one(made, tmp_path, quickly):
    moved = Environment(tmp_path / "moved")
    shutil.copytree(made.checkout, moved.checkout, symlinks=True)
    assert not moved.is_ready([])
    moved.make([])
    assert moved.is_ready([]) and finds_checkout(moved)


def test_a_developers_own_environment_is_filled_and_never_removed(tmp_path, quickly):
    private = write_checkout(tmp_path / "checkout")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(private.folder)], check=True)
    own = private.folder / "my-notes"
    own.touch()
    private.make([])
    assert private.is_ready([]) and finds_checkout(private)
    stamp = json.loads((private.folder / "kit-stamp.json").read_text())
    (private.folder / "kit-stamp.json").write_text(json.dumps(dict(stamp, place="elsewhere")))
    private.make([])
    assert own.exists()


def test_two_starts_at_once_do_not_disturb_each_other(tmp_path):
    private = write_checkout(tmp_path / "checkout")
    hold = ("import sys; from pathlib import Path; from kit.places.environment import _alone\n"
            "with _alone(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()")
    with subprocess.Popen([sys.executable, "-c", hold, str(tmp_path / "checkout/pyproject.toml")],
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                          cwd=Path(__file__).parents[1]) as other:
        assert other.stdout.readline() == "held\n"
        with pytest.raises(Problem, match="Another start"):
            private.make([])
        other.stdin.close()
    assert not private.folder.exists()


def test_without_ensurepip_the_systems_pip_fills_it(tmp_path, quickly):
    private = write_checkout(tmp_path / "checkout")
    private.make([])
    assert finds_checkout(private)
    assert not list(private.folder.glob("bin/pip*"))


def test_without_any_way_one_sentence_names_the_package(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "executable", str(wrapper(tmp_path, "*'-m venv'*")))
    with pytest.raises(Problem, match="python3-venv"):
        write_checkout(tmp_path / "checkout").make([])


UV = """#!/bin/sh
# Does what uv does, and writes down that it was asked.
echo "$*" >> "{log}"
case "$1 $2" in
  "venv --allow-existing") exec "{python}" -m venv --without-pip "$5";;
  "pip install") python="$4"; shift 4; exec "{python}" -m pip --python "$python" install --no-build-isolation "$@";;
esac
exit 1
"""


def test_uv_is_used_where_it_is_there_and_no_pip_is_put_in(tmp_path, monkeypatch):
    log = tmp_path / "asked"
    uv = tmp_path / "uv"
    uv.write_text(UV.format(log=log, python=sys.executable))
    uv.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    private = write_checkout(tmp_path / "checkout")
    monkeypatch.setattr(sys, "executable", str(wrapper(tmp_path, "*")))  # a Python that can do nothing itself
    private.make([])
    assert finds_checkout(private)
    assert log.read_text().splitlines() == [
        f"venv --allow-existing --python {sys.executable} {private.folder}",
        f"pip install --python {private.python} --editable ."]


def test_nothing_is_installed_anywhere_but_in_the_private_environment(tmp_path, monkeypatch):
    """As on a Debian whose Python refuses everything else, and as it should be everywhere."""
    log = tmp_path / "asked"
    python = wrapper(tmp_path, NO_ENSUREPIP)
    python.write_text(python.read_text().replace("#!/bin/sh", f'#!/bin/sh\necho "$*" >> "{log}"'))
    monkeypatch.setattr(sys, "executable", str(python))
    private = write_checkout(tmp_path / "checkout")
    private.make([])
    installed = [line for line in log.read_text().splitlines() if " install " in line]
    assert [line.split(" install ")[0] for line in installed] == [f"-m pip --python {private.python}"]


def test_what_is_set_for_other_installations_does_not_count(tmp_path, monkeypatch, quickly):
    """Packages elsewhere would be taken for installed, or go where nobody looks."""
    elsewhere = tmp_path / "elsewhere" / "other-1.dist-info"
    elsewhere.mkdir(parents=True)
    (elsewhere / "METADATA").write_text("Metadata-Version: 2.1\nName: other\nVersion: 1\n")
    (tmp_path / "pip.conf").write_text("[install]\nuser = yes\n")
    for name, value in (("PIP_CONFIG_FILE", tmp_path / "pip.conf"), ("PYTHONPATH", elsewhere.parent), ("PIP_NO_INDEX", "1"),
                        ("PIP_TARGET", tmp_path / "target"), ("PIP_REQUIRE_VIRTUALENV", "1"), ("PIP_USER", "1")):
        monkeypatch.setenv(name, str(value))
    private = write_checkout(tmp_path / "checkout")
    private.make([])
    assert finds_checkout(private) and not (tmp_path / "target").exists()
    with pytest.raises(Problem, match="could not be fetched"):
        write_checkout(tmp_path / "checkout", needs="other").make([])


def test_a_folder_by_another_of_its_names_is_the_same(made, tmp_path):
    """As on a disk that takes Kit and kit for one, or an umlaut in one letter and in two."""
    other = tmp_path / "another name"
    other.symlink_to(made.checkout, target_is_directory=True)
    assert Environment(other).is_ready([])


def test_a_checkout_that_cannot_be_written_to_says_what_to_do(tmp_path):
    private = write_checkout(tmp_path / "checkout")
    private.checkout.chmod(0o555)
    code = ("import sys; from pathlib import Path; from kit.places.environment import Environment\n"
            "Environment(Path(sys.argv[1])).make([])")
    done = powerless([sys.executable, "-c", code, str(private.checkout)], cwd=Path(__file__).parents[1])
    private.checkout.chmod(0o755)
    assert done.returncode == 1
    assert "Problem: The kit's folder cannot be written to. Copy it to a place of your own, then run" in done.stderr
    assert not private.folder.exists()


def test_on_windows_its_python_lies_elsewhere(monkeypatch):
    checkout = PureWindowsPath(r"C:\Users\Jörg Müller\kit")
    monkeypatch.setattr(os, "name", "nt")
    assert str(Environment(checkout).python) == r"C:\Users\Jörg Müller\kit\.venv\Scripts\python.exe"


def test_a_broken_uv_is_passed_over(tmp_path, monkeypatch, quickly):
    uv = tmp_path / "uv"
    uv.write_text("#!/bin/sh\nexit 1\n")
    uv.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    private = write_checkout(tmp_path / "checkout")
    private.make([])
    assert finds_checkout(private)


def test_packages_that_cannot_be_had_are_a_sentence(tmp_path, monkeypatch, quickly):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("UV_OFFLINE", "1")
    private = write_checkout(tmp_path / "checkout", needs="no-such-package-of-the-media-literacy-kit")
    with pytest.raises(Problem, match="could not be fetched.*Connect to the network"):
        private.make([])
    assert not private.is_ready([])


@pytest.mark.parametrize(("reported", "meant"), [
    ("OSError: [Errno 28] No space left on device", "disk is full"),
    ("ERROR: Could not find a version that satisfies the requirement click>=8.1 (from versions: none)",
     "could not be fetched"),
    ("<pip._vendor.urllib3.connection.HTTPSConnection object>: Failed to establish a new connection: "
     "[Errno -3] Temporary failure in name resolution", "could not be fetched"),
    ("error: Failed to fetch: `simple/click/`\n  Caused by: dns error", "could not be fetched"),
    ("SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] self-signed'))", "trusted"),
    ("error: Failed to fetch: `simple/click/`\n  Caused by: invalid peer certificate: UnknownIssuer", "trusted"),
    ("ERROR: Could not install packages due to an OSError: [Errno 2] No such file or directory: 'C:\\\\Users\\\\...'\n"
     "HINT: This error might have occurred since this system does not have Windows Long Path support enabled.",
     "shorter one"),
    ("[WinError 206] The filename or extension is too long: 'C:\\\\Users'", "shorter one"),
    ("[Errno 30] Read-only file system: '/media/usb/kit/.venv'", "cannot be written"),
    ("Collecting x\nERROR: the moon is full\nnotice: new pip", "ERROR: the moon is full"),
    ("", "no reason was given"),
])
def test_what_an_installer_reports_becomes_one_sentence(reported, meant):
    sentence = explain(reported, "log.txt")
    assert meant in sentence and sentence.endswith("(log.txt)") and "\n" not in sentence
