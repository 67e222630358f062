"""The kit's own tests, run from a checkout."""

from __future__ import annotations

import os
import shutil
import sys

from kit.errors import KitError
from kit.places.bootstrap import become, find_checkout

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def run_suite(arguments: tuple[str, ...]) -> None:
    """Become pytest, in the checkout; never returns.

    Raises:
        KitError: this kit is installed, and so has no tests.
    """
    checkout = find_checkout()
    if checkout is None:
        raise KitError("The tests are not part of the installed kit: they lie in a checkout. "
                       "Run python3 -m kit test there.")
    os.chdir(checkout)
    become([sys.executable, "-m", "pytest", *arguments])


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
