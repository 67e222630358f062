"""The kit's own tests, run from a checkout."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from kit.errors import KitError
from kit.places.bootstrap import become, find_checkout

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


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


def find_browser() -> Path | None:
    """Return the browser that page tests use; None if this computer has none that they can drive."""
    found = (shutil.which(name) for name in _BROWSERS)
    return next((Path(path) for path in found if path), None)


def what_is_skipped() -> list[str]:
    """Return what the tests will leave out on this computer and why, one sentence each."""
    if find_browser() is not None:
        return []
    return ["Left out: the tests of the pen in a page and in JupyterLab, because there is no "
            "Chromium here. Install it to run them (Debian, Ubuntu: sudo apt install chromium)."]
