"""What all tests share: the Hypothesis profile, one browser."""

import os

import pytest
from hypothesis import settings

from kit.places.suite import find_browser

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync"]

# The first call of NLTK takes over a second, which is no failure.
settings.register_profile("kit", deadline=None)
settings.load_profile("kit")


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
