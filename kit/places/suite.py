"""The kit's own tests, run from a checkout."""

from __future__ import annotations

import os
import shutil
import sys

from kit.errors import KitError
from kit.places.bootstrap import become, find_checkout

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# All tests, a file at a time.  One file more than there are cores, as much of their time goes into
# waiting for servers and pages; more than four browsers and servers at once help nobody.
_MOST_AT_ONCE = 4
# Files begin in the order that tests/conftest.py gives them, not by how many tests they have.
_IN_ORDER = ("--dist", "loadfile", "--no-loadscope-reorder")


def run_suite(arguments: tuple[str, ...]) -> None:
    """Become pytest, in the checkout; never returns.

    Without arguments all tests run, on several cores at once.

    Raises:
        KitError: this kit is installed, and so has no tests.
    """
    checkout = find_checkout()
    if checkout is None:
        raise KitError("The tests are not part of the installed kit: they lie in a checkout. "
                       "Run python3 -m kit test there.")
    os.chdir(checkout)
    become([sys.executable, "-m", "pytest", *(arguments or _at_once())])


def _at_once() -> tuple[str, ...]:
    return "-n", str(min((os.cpu_count() or 1) + 1, _MOST_AT_ONCE)), *_IN_ORDER


def find_browser() -> str | None:
    """Return the path of the browser that tests drive, KIT_CHROMIUM first; None if there is none."""
    names = (os.environ.get("KIT_CHROMIUM"), *_BROWSERS)
    return next((path for name in names if name and (path := shutil.which(name))), None)


def what_is_skipped() -> list[str]:
    """Return what the tests will leave out on this computer and why, one sentence each."""
    if find_browser() is not None:
        return []
    return ["Left out: the tests of the pen in a page and in JupyterLab, because there is no "
            "Chromium here. Install it (Debian, Ubuntu: sudo apt install chromium), or set "
            "KIT_CHROMIUM to its path."]
