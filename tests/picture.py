"""Make the README's picture: lesson 1 in a real JupyterLab, some cues marked.

Run it as `python tests/picture.py`; it writes `.github/pen.png`.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from conftest import FLAGS  # noqa: E402
from lab_server import Lab, LabServer  # noqa: E402

from kit import load_article, load_key  # noqa: E402
from kit.places.suite import find_browser  # noqa: E402

TARGET = ROOT / ".github" / "pen.png"
SHOWN = 6  # the first cues of the article, as many as the picture holds


def main() -> None:
    folder = Path(tempfile.mkdtemp()) / "media-literacy"
    (folder / "lessons").mkdir(parents=True)
    shutil.copy(ROOT / "lessons" / "01-what-do-we-know.ipynb", folder / "lessons")
    server = LabServer(folder)
    try:
        with sync_playwright() as play:
            browser = play.chromium.launch(executable_path=find_browser(), args=FLAGS)
            page = browser.new_page(viewport={"width": 1320, "height": 800}, device_scale_factor=1.5)
            lab = Lab(page, server)
            lab.open("lessons/01-what-do-we-know.ipynb")
            lab.run_all()
            mark_some(page)
            lab.saved()
            shoot(page)
            browser.close()
    finally:
        server.close()


def shoot(page) -> None:
    pen = page.locator(".kit-pen").first
    pen.evaluate("pen => pen.scrollIntoView({block: 'start'})")
    page.mouse.move(5, 5)
    box, notebook = pen.bounding_box(), page.locator(".jp-WindowedPanel-outer, .jp-Notebook").first.bounding_box()
    bottom = min(box["y"] + box["height"], notebook["y"] + notebook["height"])
    page.screenshot(path=TARGET, clip={"x": box["x"] - 1, "y": box["y"], "width": box["width"] + 2,
                                       "height": bottom - box["y"]})


def mark_some(page) -> None:
    article, key = load_article("north-korea-2024"), load_key("north-korea-2024").in_scheme("cues-4")
    for cue in key.tier("core")[:SHOWN]:
        first, stop = article.token_range(cue.core)
        page.locator(f".kit-pen [data-label='{cue.label}']").first.click()
        for token in (first, stop - 1):
            word = page.locator(f".kit-pen .kit-token[data-token='{token}']").first
            word.evaluate("word => word.scrollIntoView({block: 'center'})")
            word.click()


if __name__ == "__main__":
    main()
