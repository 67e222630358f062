"""A pen that is killed: what said Saved is in the file, and the file is whole."""

import multiprocessing
import os
import random
import sys
from pathlib import Path

from kit.model.article import Article
from kit.model.files import read_annotations

ARTICLE = Article("long", "Long", "invented", " ".join(f"word{number}" for number in range(300)) + "\n")
FILE = Path("answers/long-cues.json")
RUNS = 60


def test_pen_killed_at_any_moment_has_kept_what_said_saved(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    # One process imports the kit, and the pens are its forks: a run takes milliseconds.
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["kit.page.widget", "nltk.tokenize.punkt", __name__])
    chance = random.Random(RUNS)
    for run in range(RUNS):
        said = killed(context, after=chance.randrange(1, 4), wait=chance.random() / 100)
        found = [span.start for span in read_annotations(FILE).spans]
        assert found == [token.start for token in ARTICLE.tokens[:len(found)]]
        # One more may be on disk: killed before anybody was told.
        assert said <= len(found) <= said + 1, run


def killed(context, *, after: int, wait: float) -> int:
    """Kill a pen some seconds after it has said Saved so many times; return how often it said it."""
    hear, talk = context.Pipe(duplex=False)
    pen = context.Process(target=mark_on, args=(os.getcwd(), talk))
    pen.start()
    talk.close()
    said = 0
    while said < after:
        said = hear.recv()
    pen.join(wait)
    pen.kill()
    pen.join()
    try:
        while True:
            said = hear.recv()
    except EOFError:
        return said


def mark_on(folder: str, talk) -> None:
    """Mark one word after the other, and pass on every echo."""
    from kit.page.widget import Highlighter

    os.chdir(folder)
    FILE.unlink(missing_ok=True)
    pen = Highlighter(ARTICLE)
    pen.observe(lambda change: talk.send(change.new), names=["saved"])  # what the browser is told, when it is told
    for number in range(1, len(ARTICLE.tokens)):
        pen.set_state({"marks": [{"first": n, "stop": n + 1, "label": "modal"} for n in range(number)],
                       "revision": number})
