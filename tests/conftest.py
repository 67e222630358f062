"""What all tests share: the Hypothesis profile, one browser, its windows, and which files begin."""

import os
import sys
from pathlib import Path

import pytest
from hypothesis import settings

from kit.places.suite import find_browser

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync"]

# What slows each start down and changes nothing: left out here, and in all that tests start.
QUICK = str(Path(__file__).with_name("quick"))
sys.modules["rfc3987_syntax"] = None
if QUICK not in os.environ.get("PYTHONPATH", "").split(os.pathsep):
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [QUICK, os.environ.get("PYTHONPATH")]))

# With several workers, a long file that begins last keeps all others waiting: what waits for servers and pages
# begins first, then what calculates long.
SLOW = ("lab", "places", "grading", "notebook", "page")
LONG = ("test_plots.py", "test_reader.py", "test_many_hands.py", "test_environment.py", "test_read_command.py", "test_docs.py")

# The first call of NLTK takes over a second, which is no failure.
settings.register_profile("kit", deadline=None)
settings.load_profile("kit")


def pytest_collection_modifyitems(items):
    """Order files, and leave the order within each as it is."""
    turn = {}
    for item in items:
        marked = [number for number, name in enumerate(SLOW) if item.get_closest_marker(name)]
        alone = len(SLOW) + (item.path.name not in LONG)
        turn[item.path] = min(*marked, alone, turn.get(item.path, alone))
    items.sort(key=lambda item: turn[item.path])


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


@pytest.fixture
def wishes() -> dict:
    """What a file's windows have besides, such as ``reduced_motion``."""
    return {}


@pytest.fixture
def page(browser, wishes):
    """A window with a mouse and a keyboard."""
    with browser.new_context(viewport={"width": 900, "height": 700}, **wishes) as context:
        yield context.new_page()


@pytest.fixture
def phone(browser, wishes):
    """A narrow window with a finger."""
    with browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True, **wishes) as context:
        yield context.new_page()


@pytest.fixture(scope="module")
def server(browser, tmp_path_factory):
    """A student's JupyterLab in an empty folder, one for each file that asks."""
    from lab_server import LabServer

    folder = tmp_path_factory.mktemp("lab") / "work"
    folder.mkdir()
    server = LabServer(folder)
    yield server
    server.close()
