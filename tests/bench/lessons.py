"""How long does Run All of a lesson take, with all marks made, beside the start of an empty notebook?

    python tests/bench/lessons.py
"""

import os
import sys
import tempfile
import time
from pathlib import Path

import nbclient
import nbformat

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
os.environ["PYTHONPATH"] = str(ROOT)
os.environ["JUPYTER_PATH"] = str(ROOT / "kit" / "places" / "jupyter")

from test_lessons import NOTEBOOKS, PERFECT  # noqa: E402


def seconds(book: nbformat.NotebookNode) -> float:
    """Return how long a notebook runs, in a new folder, the start of its kernel included."""
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        nbclient.NotebookClient(book, timeout=300, kernel_name="python3",
                                resources={"metadata": {"path": folder}}).execute()
        return time.perf_counter() - begun


def empty() -> nbformat.NotebookNode:
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")])


def marked(path: Path) -> nbformat.NotebookNode:
    book = nbformat.read(path, as_version=4)
    book.cells.insert(2, nbformat.v4.new_code_cell(PERFECT))
    return book


seconds(empty())  # the first start of all reads everything from the disk
print(f"{'lesson':44}{'seconds':>9}{'times an empty one':>20}")
for path in NOTEBOOKS:
    for name, book in ((f"{path.stem}, as handed out", nbformat.read(path, as_version=4)), (f"{path.stem}, marked", marked(path))):
        alone, whole = seconds(empty()), seconds(book)
        print(f"{name:44}{whole:9.1f}{whole / alone:20.1f}")
