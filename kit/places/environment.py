"""The private environment of a checkout: the folder `.venv`, made and filled on first use.

Standard library alone: nothing else is there yet.  Nothing outside the checkout is written.  Two
files in the folder are the kit's: `kit-building` while it is being filled, so that an interrupted
start is noticed and done over, and `kit-stamp.json` once it is whole, so that the next start is
instant.
"""

import contextlib
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

from kit.places.causes import explain

# What a user or a school has set for other installations, and what would put packages elsewhere,
# or take those that lie elsewhere for installed.
_UNWANTED = ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_REQUIRE_VIRTUALENV", "PYTHONHOME", "PYTHONPATH")
_WANTED = {
    "PIP_USER": "0",            # where pip's own configuration says `user = yes`
    "UV_SYSTEM_CERTS": "1",     # a school's network may have a certificate of its own
    "UV_NATIVE_TLS": "1",       # the same for an older uv
}

_NO_WAY = ("This Python can make no private environment: install the system's package for it "
           "(on Debian and Ubuntu: sudo apt install python3-venv), then run the same command again.")


class Problem(Exception):
    """A reason why the kit cannot start, in one sentence with its remedy."""


class Environment:
    """The private environment of a checkout."""

    def __init__(self, checkout):
        self.checkout = checkout
        self.folder = checkout / ".venv"
        self.python = self.folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        self._stamp = self.folder / "kit-stamp.json"
        self._marker = self.folder / "kit-building"
        self._log = self.folder / "kit-install.log"

    def is_running(self):
        """Return whether this process runs in it."""
        return Path(sys.prefix).resolve() == self.folder.resolve()

    def is_ready(self, extras):
        """Return whether it is whole, was made for this very checkout, and has the extras."""
        made = self._read_stamp()
        return (
            self._differences(made) == set()
            and set(extras) <= set(made.get("extras", []))
            and self.python.exists()
            and not self._marker.exists()
        )

    def make(self, extras):
        """Make it, or bring it up to date.

        Raises:
            Problem: it cannot be made.
        """
        began = time.monotonic()
        extras = sorted(set(extras) | set(self._read_stamp().get("extras", [])))
        try:
            with _alone(self.checkout / "pyproject.toml"):
                self._remove_remains()
                own = self._claim()
                if not self.python.exists():
                    self._create()
                self._install(extras)
                self._write_stamp(own, extras)
        except OSError as error:
            raise Problem(explain(str(error), self.folder)) from None
        say(f"Ready after {time.monotonic() - began:.0f} s. The next start takes no time.")

    def _remove_remains(self):
        """Remove what an interrupted start left, or what was made for another place or Python."""
        made = self._read_stamp()
        stale = made.get("own") and self._differences(made) & {"place", "python"}
        if (stale or self._marker.exists()) and not self.is_running():
            say(f"{self.folder} is not whole or was made for another place: making it anew.")
            shutil.rmtree(str(self.folder))

    def _claim(self):
        """Return whether the folder is the kit's own, and if so mark it as being filled."""
        own = self._read_stamp().get("own", False) or not self.folder.exists()
        if own:
            say(f"Filling the kit's private environment {self.folder} (once, one to three minutes).")
            self.folder.mkdir(exist_ok=True)
            self._marker.touch()
        else:  # a developer's: fill it, but never mark it for removal
            say(f"There is an environment in {self.folder} already: using it.")
        return own

    def _create(self):
        """Put a Python into the folder, by the first way that this machine offers.

        Raises:
            Problem: it offers none.
        """
        uv, folder = shutil.which("uv"), str(self.folder)
        ways = [[uv, "venv", "--allow-existing", "--python", sys.executable, folder]] if uv else []
        ways += [[sys.executable, "-m", "venv", folder],
                 [sys.executable, "-m", "venv", "--without-pip", folder]]
        if not any(self._run("a Python of its own", command) for command in ways):
            raise Problem(_NO_WAY)

    def _install(self, extras):
        """Fill the environment, by the first installer that succeeds.

        Raises:
            Problem: there is none, or none succeeds.
        """
        target = "." + ("[{}]".format(",".join(extras)) if extras else "")
        what = "JupyterLab and the rest" + (", with the tools for tests" if extras else "")
        tried = False
        for command in self._installers():
            tried = True
            if self._run(what, command + ["--editable", target]):
                return
        raise Problem(explain(self._read_log(), self._log) if tried else _NO_WAY)

    def _installers(self):
        """Yield the commands that can install into the environment."""
        uv, python = shutil.which("uv"), str(self.python)
        # To compile every module now takes longer than to compile, on use, the few that are used.
        options = ["install", "--no-compile", "--no-input", "--disable-pip-version-check"]
        if uv:
            yield [uv, "pip", "install", "--python", python]
        if _succeeds([python, "-m", "pip", "--version"]):
            yield [python, "-m", "pip"] + options
            return
        for pip in ([sys.executable, "-m", "pip"], ["pip3"]):
            if _succeeds(pip + ["--python", python, "--version"]):
                yield pip + ["--python", python] + options

    def _run(self, what, command):
        """Run one step with a line that shows it is alive; return whether it succeeded."""
        environ = {name: value for name, value in os.environ.items() if name not in _UNWANTED}
        environ.update(_WANTED)
        began = time.monotonic()
        with self._log.open("wb") as log:
            child = subprocess.Popen(command, cwd=str(self.checkout), env=environ,
                                     stdin=subprocess.DEVNULL, stdout=log, stderr=log)
            try:
                while child.poll() is None:
                    _tick(what, time.monotonic() - began, self._read_log)
                    with contextlib.suppress(subprocess.TimeoutExpired):
                        child.wait(0.5)
            finally:
                if child.poll() is None:  # Ctrl+C: nothing may go on writing behind our back
                    child.terminate()
                    child.wait()
        result = "done" if child.returncode == 0 else "not possible this way"
        _end_tick(f"  {what} ... {result} ({time.monotonic() - began:.0f} s)")
        return child.returncode == 0

    def _key(self):
        """Return what the environment depends on: where one of these changes, it is renewed."""
        pyproject = read_pyproject(self.checkout)
        tables = json.dumps([pyproject["project"], pyproject["build-system"]], sort_keys=True)
        return {
            "place": str(self.checkout),
            "python": f"{sys.implementation.cache_tag} {sys.base_prefix}",
            "pyproject": hashlib.sha256(tables.encode("utf-8")).hexdigest(),
        }

    def _differences(self, made):
        """Return in what an environment that was made differs from the one that is wanted."""
        differences = {name for name, value in self._key().items() if made.get(name) != value}
        with contextlib.suppress(OSError):
            # One folder has several names: with the other case, or an umlaut written in two ways.
            if "place" in made and os.path.samefile(made["place"], str(self.checkout)):
                differences.discard("place")
        return differences

    def _read_stamp(self):
        try:
            made = json.loads(self._stamp.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return made if isinstance(made, dict) and set(self._key()) <= set(made) else {}

    def _write_stamp(self, own, extras):
        made = dict(self._key(), own=own, extras=extras)
        self._stamp.write_text(json.dumps(made, indent=2) + "\n", encoding="utf-8")
        if self._marker.exists():
            self._marker.unlink()

    def _read_log(self):
        return self._log.read_text(encoding="utf-8", errors="replace")


def read_pyproject(checkout):
    """Return the content of a checkout's pyproject.toml."""
    import tomllib  # here, because a Python that is too old does not have it

    return tomllib.loads((checkout / "pyproject.toml").read_text(encoding="utf-8"))


def say(text):
    """Tell the person at the terminal; not on standard output, which belongs to the command."""
    print(text, file=sys.stderr, flush=True)


@contextlib.contextmanager
def _alone(path):
    """Keep other starts out; the system lets go when this process ends, however it ends.

    Raises:
        Problem: another start is at work.
    """
    with path.open("rb") as held:
        try:
            import fcntl

            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Problem("Another start is still filling the private environment. "
                          "Wait until it is ready, then run the same command again.") from None
        except (ImportError, OSError):
            pass  # Windows, and disks that know no locks: there two first starts at once may fail
        yield


def _succeeds(command):
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL)
    except OSError:
        return False
    return done.returncode == 0


def _tick(what, seconds, read_log):
    """Show on one line of a terminal that a step is alive, and which package it is at."""
    if not sys.stderr.isatty():
        return
    names = re.findall(r"(?:Collecting|Downloading|Building) ([A-Za-z][\w.-]*)", read_log())
    line = "  {} ... {:.0f} s  {}".format(what, seconds, names[-1] if names else "")
    print("\r" + line[:78].ljust(78), end="", file=sys.stderr, flush=True)


def _end_tick(line):
    say("\r" + line.ljust(78) if sys.stderr.isatty() else line)
