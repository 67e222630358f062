"""A lesson where NLTK and matplotlib are not there: a browser alone begins without them."""

import subprocess
import sys

import pytest

from kit.places.bootstrap import find_checkout

# A process of its own: once imported, a library cannot be taken away again.
WITHOUT = """
import sys
for name in ("nltk", "matplotlib", "numpy", "PIL", "regex"):
    sys.modules[name] = None
from pathlib import Path
import ipywidgets
from kit import *
def texts(widget):
    for child in getattr(widget, "children", ()):
        yield from texts(child)
    if isinstance(widget, ipywidgets.HTML):
        yield widget.value
"""
WALK = """
here = lesson({name!r})
parts = [getattr(here, part)() for part in ("remember", "before", "pen", "confidence", "reasons", "partner", "after",
                                            "your_text", "exit_ticket", "save") if hasattr(here, part)]
pictures = here.pictures()
for count, action in enumerate(("check", "finish"), start=1):
    here.pen().set_state({{"commit": {{"count": count, "action": action}}}})
print(here.pen().stage)
for text in texts(pictures):
    print(text)
"""


def run(code: str, folder) -> str:
    done = subprocess.run([sys.executable, "-c", WITHOUT + code], cwd=folder, text=True, capture_output=True,
                          env={"PYTHONPATH": str(find_checkout()), "PATH": ""})
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("name", ["01-what-do-we-know", "02-claim-or-background", "03-who-says-so"])
def test_a_lesson_goes_on_to_its_end_and_its_figures_show_their_words(name, tmp_path):
    stage, *pictures = run(WALK.format(name=name), tmp_path).splitlines()
    assert stage == "reasons"
    told = "\n".join(pictures)
    assert told.count("The picture is not drawn, because matplotlib is not loaded here") == told.count("<figure") >= 2
    assert told.count("In words:") == told.count("<figure") and "could not be shown" not in told


def test_a_picture_has_words_and_no_image_in_its_bundle(tmp_path):
    code = ("from kit.page.picture import pictured\n"
            "def draw(width):\n    import matplotlib\n"
            "print(sorted(pictured(draw, 'Title', 'Words.')._repr_mimebundle_()))")
    assert run(code, tmp_path).strip() == "['text/html', 'text/plain']"


@pytest.mark.parametrize("asked", ["machine_read(load_article('north-korea-2024'))", "open_text('t.txt').tokens"])
def test_what_needs_nltk_says_so_in_a_sentence(asked, tmp_path):
    (tmp_path / "t.txt").write_text("Hello. The mayor may resign, Mr. Smith said. Then it rained.")
    told = run(f"try:\n    {asked}\nexcept KitError as problem:\n    print(problem)", tmp_path)
    assert told.startswith("NLTK is not loaded, and this needs it.") and len(told.splitlines()) == 1
