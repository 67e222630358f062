"""`python3 -m kit` on a machine with nothing but Python: a private environment on first use.

Standard library alone: nothing else is there yet.
"""

import contextlib
import os
import re
import subprocess
import sys
from pathlib import Path

from kit.places.environment import Environment, Problem, read_pyproject, say

_NOT_IN_A_BROWSER = '; sys_platform != "emscripten"'  # the one marker that pyproject.toml uses


def ensure(arguments):
    """Return once this interpreter has what a command needs, or go on in one that has.

    In an installed kit there is nothing to do.  In a checkout the private environment is made
    or renewed if need be, and the same command starts over in it: then this never returns.

    Raises:
        SystemExit: it cannot be had; the message says why, and what to do.
    """
    try:
        checkout = find_checkout()
        extras = [name for name in ("test", "site") if arguments[:1] == [name]]  # commands that need an extra
        if checkout is None or not lacking(checkout, extras):
            return
        private = Environment(checkout)
        if not private.is_ready(extras):
            private.make(extras)
        elif private.is_running():
            return  # what looks lacking is what the installer decided: starting over would not help
    except Problem as problem:
        raise SystemExit(f"Error: {problem}") from None
    except KeyboardInterrupt:
        say("\nStopped. The next start begins again.")
        raise SystemExit(130) from None
    become([str(private.python), "-m", "kit"] + list(arguments))


def find_checkout():
    """Return the folder that holds `kit/` and `pyproject.toml`; None in an installed kit."""
    package = Path(__file__).resolve().parents[1]
    if (package / "lessons").is_dir():  # installed, even where it lies beside somebody's pyproject.toml
        return None
    return package.parent if (package.parent / "pyproject.toml").is_file() else None


def lacking(checkout, extras):
    """Return the requirements of pyproject.toml that this interpreter does not meet."""
    project = read_pyproject(checkout)["project"]
    optional = project.get("optional-dependencies", {})
    lines = project["dependencies"] + [line for extra in extras for line in optional[extra]]
    return [line for line in lines if not is_met(line)]


def is_met(requirement):
    """Return whether a package is installed, and not older than its floor.

    Anything but `name` or `name>=1.2` counts as not met: an installer knows better, and decides.
    What a browser does without (`; sys_platform != "emscripten"`) is met in one, whatever is there.
    """
    from importlib import metadata

    if requirement.endswith(_NOT_IN_A_BROWSER):
        if sys.platform == "emscripten":
            return True
        requirement = requirement[:-len(_NOT_IN_A_BROWSER)]
    parts = re.match(r"([\w.-]+)(?:\s*>=\s*([\d.]+))?\s*$", requirement)
    if parts is None:
        return False
    try:
        installed = metadata.version(parts.group(1))
    except metadata.PackageNotFoundError:
        return False
    return _numbers(installed) >= _numbers(parts.group(2) or "0")


def become(command, environ=None):
    """Run a command in place of this process, so that Ctrl+C and signals reach it alone."""
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name != "nt":
        os.execvpe(command[0], command, os.environ if environ is None else environ)
    # Windows has no exec that keeps the console: wait, and leave Ctrl+C to the child.
    child = subprocess.Popen(command, env=environ)
    while True:
        with contextlib.suppress(KeyboardInterrupt):
            raise SystemExit(child.wait())


def _numbers(version):
    """Return the leading numbers of a version: (3, 9, 1) for 3.9.1rc2."""
    return tuple(int(part) for part in re.match(r"\d+(?:\.\d+)*", version).group().split("."))
