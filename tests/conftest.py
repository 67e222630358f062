"""What all tests share: markers, the Hypothesis profile, one browser."""

import os
import shutil

import pytest
from hypothesis import settings

MARKERS = {
    "page": "the pen in a bare page, with a stub in the place of Python",
    "notebook": "whole lessons, run from the first cell to the last",
    "grading": "hand out, hand in, autograde",
    "lab": "the pen in a real JupyterLab",
}
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync"]

# The first call of NLTK takes over a second, which is no failure.
settings.register_profile("kit", deadline=None)
settings.load_profile("kit")


def pytest_configure(config):
    for name, meaning in MARKERS.items():
        config.addinivalue_line("markers", f"{name}: {meaning}")


def find_browser() -> str | None:
    """Return the path of a Chromium on this computer, or None; KIT_CHROMIUM comes first."""
    named = [os.environ["KIT_CHROMIUM"]] if os.environ.get("KIT_CHROMIUM") else []
    return next(filter(None, map(shutil.which, [*named, *BROWSERS])), None)


@pytest.fixture(scope="session")
def browser():
    """One Chromium for the session.  Missing, it skips at home and fails where CI is set."""
    path = find_browser()
    if path is None:
        say = pytest.fail if os.environ.get("CI") else pytest.skip
        say("No Chromium here: install the package chromium, or set KIT_CHROMIUM to its path.")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()
