"""A site in which lessons run in the browser alone: JupyterLite, with the kit inside.

JupyterLite is an extra and runs as a process of its own; nothing of it is imported here.  A site
is built beside its folder and moved into it file by file.  `kit-site.json` in the folder lists
what is the kit's, so that a site is renewed in place and what others put there stays.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import util
from pathlib import Path, PurePosixPath

from kit import __version__
from kit.errors import KitError
from kit.model.files import write_whole
from kit.places.folder import hand_out
from kit.places.packages import AT_ONCE, INSTALL, Packages, Runtime, put_packages, put_pyodide
from kit.places.startpage import start_page

FORMAT = "kit/site/1"
NOTE = "kit-site.json"

_BUILDERS = ("jupyterlite_core", "jupyterlite_pyodide_kernel")
_KERNEL = "@jupyterlite/pyodide-kernel-extension"
_EXTENSIONS = (_KERNEL, "@jupyter-widgets/jupyterlab-manager", "anywidget")
_PLUGIN = f"{_KERNEL}:kernel"
_PLACES = Path(__file__).parent
_OWN = _PLACES / "lite" / "extension"  # a lesson runs by itself
_SETTINGS = (_PLACES / "jupyter" / "labconfig" / "default_setting_overrides.json",
             _PLACES / "lite" / "overrides.json")  # of the buttons, those that a narrow page has room for
_ASK = """
import json
from jupyter_core.paths import jupyter_path
from jupyterlite_pyodide_kernel import constants as known
print(json.dumps({"version": known.PYODIDE_VERSION, "python": known.PYODIDE_PYTHON_VERSION,
                  "address": known.PYODIDE_CDN_URL, "extensions": jupyter_path("labextensions")}))
"""


@dataclass(frozen=True)
class Site:
    """A site that was built; ``size`` is in bytes."""

    folder: Path
    files: int
    size: int
    packages: Packages


def build_site(folder: Path, *, offline: Path | None = None, tell: Callable[[str], None] = lambda line: None) -> Site:
    """Build the site, or renew it, in a folder.

    Args:
        folder: made if it is not there; one that holds something else is refused.
        offline: a folder of downloaded packages, such as an unpacked Pyodide.  The site then
            names no address at all, and does without what is not in the folder.
        tell: is told what is being done, a line at a time.

    Raises:
        KitError: JupyterLite is not installed, something cannot be fetched, or the folder is not the kit's.
    """
    _require_builders()
    folder = folder.expanduser().absolute()
    before = _read_note(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as work:
            packages = _build(Path(work), offline and offline.expanduser().absolute(), tell)
            files, size = _move(Path(work) / "site", folder, before)
    except OSError as problem:
        raise KitError(f"{problem.filename or folder}: the site cannot be written ({problem.strerror or problem}). "
                       "Make room on the disk (300 MB), or choose another folder.") from None
    return Site(folder, files, size, packages)


def _require_builders() -> None:
    if not all(map(util.find_spec, _BUILDERS)):
        raise KitError(f"JupyterLite is not installed, which builds the site. {INSTALL}")


def _read_note(folder: Path) -> tuple[str, ...]:
    """Return which files of a folder are the kit's; raise where something else lies in it."""
    try:
        note = json.loads((folder / NOTE).read_text(encoding="utf-8"))
        if note["format"] == FORMAT:
            return tuple(map(str, note["files"]))
    except (ValueError, KeyError, TypeError):
        pass
    except OSError:
        if not folder.exists():
            return ()
    # What begins with a dot belongs to those who publish: a new, empty repository is a fine place.
    if not folder.is_dir() or any(not path.name.startswith(".") for path in folder.iterdir()):
        raise KitError(f"{folder}: there is something else there already. Choose a new folder, or an empty one.")
    return ()


def _build(work: Path, offline: Path | None, tell: Callable[[str], None]) -> Packages:
    """Build the site in `site` in an empty folder, and return what packages it has."""
    if offline is not None and not offline.is_dir():
        raise KitError(f"{offline}: there is no such folder of packages. Name one that is there: --offline PACKAGES.")
    asked = _ask()
    runtime = Runtime(asked["version"], asked["python"], asked["address"])
    extensions = [*(_extension(name, asked["extensions"]) for name in _EXTENSIONS), _OWN]
    pyodide = work / "lite" / "static" / "pyodide"
    tell(f"Pyodide {runtime.version} ...")
    put_pyodide(pyodide, runtime, offline)
    tell("Packages ...")
    packages = put_packages(pyodide, runtime, extensions[0] / "static" / "pypi", offline)
    tell("Pages ...")
    contents = hand_out(work / "contents").folder
    shutil.rmtree(contents / ".kit")
    _configure(work / "lite")
    _run_builder(work, extensions)
    site = work / "site"
    names = sorted(path.relative_to(contents).as_posix() for path in contents.rglob("*.ipynb"))
    write_whole(site / "index.html", start_page({name: _title(contents / name) for name in names}).encode("utf-8"))
    write_whole(site / ".nojekyll", b"")  # or one well-known host leaves out what begins with an underscore
    return packages


def _ask() -> dict:
    """Return what the installed builders know: the Pyodide they are made for, and where extensions lie."""
    done = subprocess.run([sys.executable, "-c", _ASK], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          check=False)
    if done.returncode:
        raise KitError(f"JupyterLite does not start ({_last_line(done.stderr)}). "
                       'Install it anew, in the kit\'s folder: pip install --upgrade ".[site]".')
    return json.loads(done.stdout.splitlines()[-1])


def _extension(name: str, places: list[str]) -> Path:
    """Return the folder of a page's extension.

    Raises:
        KitError: it is not installed.
    """
    for place in places:
        if (Path(place) / name / "package.json").is_file():
            return Path(place) / name
    raise KitError(f"The page's part of {name} is not installed. Install it anew, in the kit's folder: "
                   'pip install --upgrade --force-reinstall ".[site]".')


def _configure(lite: Path) -> None:
    """Write what JupyterLite is to do otherwise than it does by itself."""
    kernel = {"loadPyodideOptions": {"packages": list(AT_ONCE)}, "disablePyPIFallback": True}
    config = {"jupyter-lite-schema-version": 0, "jupyter-config-data": {
        "appName": "Media Literacy Kit",
        "litePluginSettings": {_PLUGIN: kernel},
    }}
    (lite / "jupyter-lite.json").write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")
    settings = {name: it for path in _SETTINGS for name, it in json.loads(path.read_text(encoding="utf-8")).items()}
    (lite / "overrides.json").write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")


def _run_builder(work: Path, extensions: list[Path]) -> None:
    """Run JupyterLite's own builder, with nothing of this user's settings or extensions.

    Raises:
        KitError: it failed; the message has its last line.
    """
    config = {"LiteBuildConfig": {
        "contents": [str(work / "contents")], "output_dir": str(work / "site"), "cache_dir": str(work / "cache"),
        "federated_extensions": [str(path) for path in extensions], "ignore_sys_prefix": True,
        "apps": ["lab", "notebooks", "tree", "edit"], "no_sourcemaps": True, "no_unused_shared_packages": True,
    }}
    settings = work / "lite" / "jupyter_lite_config.json"
    settings.write_text(json.dumps(config), encoding="utf-8")
    environ = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTERLITE_")}
    done = subprocess.run([sys.executable, "-m", "jupyterlite_core", "build"], cwd=settings.parent,
                          env=environ | {"JUPYTER_NO_CONFIG": "1"}, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", check=False)
    if done.returncode:
        raise KitError(f"JupyterLite could not build the site ({_last_line(done.stdout)}). "
                       "Make room on the disk (300 MB), and try again.")


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "no reason was given"


def _title(notebook: Path) -> str:
    """Return the first heading of a notebook; its name if there is none."""
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        for line in "".join(cell["source"]).splitlines():
            if cell["cell_type"] == "markdown" and line.startswith("# "):
                return line[2:].strip()
    return notebook.stem


def _move(built: Path, folder: Path, before: tuple[str, ...]) -> tuple[int, int]:
    """Move a site into its folder, take away what an older one had; return the files and bytes there are."""
    names = sorted(path.relative_to(built).as_posix() for path in built.rglob("*") if path.is_file())
    size = sum((built / name).stat().st_size for name in names)
    folder.mkdir(exist_ok=True)
    _write_note(folder, {*before, *names})  # first: whatever happens next, the files are known as the kit's
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        os.replace(built / name, folder / name)
    for name in sorted(set(before) - set(names) - {NOTE}):
        _remove(folder, PurePosixPath(name))
    _write_note(folder, set(names))
    return len(names), size


def _remove(folder: Path, name: PurePosixPath) -> None:
    """Remove a file, and the folders that are empty then; never anything outside the folder."""
    if name.is_absolute() or ".." in name.parts:
        return
    (folder / name).unlink(missing_ok=True)
    for above in (folder / name).parents:
        if above == folder or not above.is_dir() or any(above.iterdir()):
            return
        above.rmdir()


def _write_note(folder: Path, names: set[str]) -> None:
    note: Mapping = {"format": FORMAT, "kit": __version__, "files": sorted(names)}
    write_whole(folder / NOTE, (json.dumps(note, indent=0) + "\n").encode("utf-8"))
