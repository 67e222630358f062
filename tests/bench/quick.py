"""How quick is the pen?  Prints the table of README.md.

    python tests/bench/quick.py

Everything is measured in one run, in one JupyterLab, in one browser: on a busy computer all
of it is slower, and the ratios stay.
"""

import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1])]

from conftest import FLAGS, find_browser  # noqa: E402
from lab_server import PANEL, Lab, LabServer  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

TEXT = "The council may close the old bridge soon , officials say , if the survey shows what they fear ."
START = """import os, time
import ipywidgets
from kit import Article, Highlighter
from kit.page import widget
stamps = []
saves = widget.Highlighter._on_marks
def stamped(self, change):
    stamps.append(time.time())
    saves(self, change)
widget.Highlighter._on_marks = stamped
def article(count):
    words = {words!r}
    text = " ".join(words[n % len(words)] + ("\\n\\n" if n % 95 == 94 else "") for n in range(count)).replace("\\n ", "\\n")
    made = Article(f"bench-{{count}}-{{time.time_ns()}}", "Bench", "invented", text.rstrip() + "\\n")
    assert len(made.tokens) == count, len(made.tokens)
    return made
def pen(count):
    return Highlighter(article(count), scheme="cues-4")
def buttons(count):
    return ipywidgets.HBox([ipywidgets.Button(description=article_words[n % len(article_words)], layout={{"width": "auto"}})
                            for n in range(count)], layout={{"flex_flow": "row wrap"}})
article_words = {words!r}
"""
ENOUGH = "(root, count) => root.querySelectorAll('.kit-token').length === count"
ENOUGH_BUTTONS = "(root, count) => root.querySelectorAll('button.jupyter-button').length === count"


def main() -> None:
    rows = [*imports()]
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        work = Path(folder) / "work"
        work.mkdir()
        server = LabServer(work)
        browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        try:
            lab = Lab(browser.new_page(viewport={"width": 1280, "height": 900}), server)
            rows += in_lab(lab)
            assert lab.problems == [], lab.problems
        finally:
            browser.close()
            server.close()
    print("| what | measured | bar |\n|---|---|---|")
    for row in rows:
        print("| " + " | ".join(row) + " |")


def imports(times: int = 9):
    """Fresh interpreters, in turn, so that both meet the same computer."""
    def seconds(module: str) -> float:
        code = f"import time; t = time.perf_counter(); import {module}; print(time.perf_counter() - t)"
        root = Path(__file__).parents[2]
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
        return float(done.stdout)

    pairs = [(seconds("kit"), seconds("nltk")) for _ in range(times)]
    ours, theirs = (statistics.median(values) for values in zip(*pairs, strict=True))
    yield "`import kit`", f"{ours * 1000:.1f} ms", ""
    yield "`import nltk`", f"{theirs * 1000:.0f} ms", ""
    yield "`import kit` : `import nltk`", f"1 : {theirs / ours:.0f}", "1 : 10"


def in_lab(lab: Lab):
    lab.server.write("bench.ipynb", START.format(words=TEXT.split()), "pen(800)", "pen(5000)", "buttons(800)", "print(*stamps)")
    lab.open("bench.ipynb")
    first = {}
    for count, cell in ((800, 1), (5000, 2)):
        run(lab, 0, "() => true", 0)
        first[count] = run(lab, cell, ENOUGH, count)
        lab.restart()
    run(lab, 0, "() => true", 0)
    run(lab, 1, ENOUGH, 800)
    again = {count: statistics.median(run(lab, cell, ENOUGH, count) for _ in range(5))
             for count, cell in ((800, 1), (5000, 2))}
    buttons = statistics.median(run(lab, 3, ENOUGH_BUTTONS, 800) for _ in range(3))
    for count, bar in ((800, "0.6 s"), (5000, "1.0 s")):
        yield f"Run to visible, {count} tokens", f"{again[count]:.2f} s", bar
        yield "the same, first pen of a kernel (reads NLTK)", f"{first[count]:.2f} s", bar
    yield "800 buttons of ipywidgets instead", f"{buttons:.2f} s", ""
    yield "pen : buttons, 800 tokens", f"1 : {buttons / again[800]:.1f}", "1 : 8"
    run(lab, 3, "() => true", 0, clear=True)
    for count, cell in ((800, 1), (5000, 2)):
        yield from marking(lab, count, cell)


def run(lab: Lab, cell: int, ready: str, count: int, clear: bool = False) -> float:
    """Run a cell; return the seconds until what it shows is painted."""
    lab.idle()
    seconds = lab.page.evaluate("""async ([cell, ready, count, clear]) => {
        const notebook = jupyterapp.shell.currentWidget.content;
        notebook.activeCellIndex = cell;
        await jupyterapp.commands.execute("notebook:clear-cell-output");
        if (clear) return 0;
        const frame = () => new Promise(requestAnimationFrame);
        const root = notebook.widgets[cell].node;
        await frame();
        const start = performance.now();
        const done = jupyterapp.commands.execute("notebook:run-cell");
        if (!count) await done;
        const enough = eval(ready);
        while (!enough(root, count)) await frame();
        await frame();  // in this one it is laid out, after it painted
        await new Promise(then => { const c = new MessageChannel(); c.port1.onmessage = then; c.port2.postMessage(0); });
        return (performance.now() - start) / 1000;
    }""", [cell, ready, count, clear])
    lab.idle()
    return seconds


def marking(lab: Lab, count: int, cell: int, marks: int = 40):
    """Drag forty times: from the release of the button to the next frame, to Python, to the echo."""
    run(lab, cell, ENOUGH, count)
    number = lab.page.evaluate("""([panel, cell]) => [...document.querySelectorAll(`${panel} .kit-pen`)].findIndex(
        pen => jupyterapp.shell.currentWidget.content.widgets[cell].node.contains(pen))""", [PANEL, cell])
    pen = lab.pen(number)
    pen.root.evaluate("""root => {
        window.kitBench = [];
        root.addEventListener("pointerup", event => {
            const shown = () => root.querySelectorAll(".kit-article .kit-mark").length;
            const one = { released: performance.timeOrigin + event.timeStamp };
            const before = shown();
            window.kitBench.push(one);
            requestAnimationFrame(() => { one.frame = shown() !== before; });
        }, { capture: true });
        root.addEventListener("pointerup", event => { window.kitBench.at(-1).script = performance.now() - event.timeStamp; });
        new MutationObserver(() => {
            const one = window.kitBench.at(-1);
            if (one && !one.echo && root.dataset.saved === "true") one.echo = performance.timeOrigin + performance.now();
        }).observe(root, { attributes: true, attributeFilter: ["data-saved"] });
        window.kitSlow?.observer.disconnect();
        const observer = new PerformanceObserver(list => window.kitSlow.durations.push(
            ...list.getEntries().filter(e => e.name === "pointerup").map(e => e.duration)));
        window.kitSlow = { observer, durations: [] };
        observer.observe({ type: "event", durationThreshold: 16 });
    }""")
    for n in range(marks):
        pen.drag(30 + 5 * n, 32 + 5 * n)
        pen.saved()
    found = lab.page.evaluate("window.kitBench")
    slow = lab.page.evaluate("window.kitSlow.durations")
    painted = statistics.median([*slow, *[8] * (marks - len(slow))])  # under 16 ms the browser tells none
    run(lab, 4, "root => root.querySelector('.jp-OutputArea-output')", 1)
    printed = lab.page.locator(f"{PANEL} .jp-Cell").nth(4).locator(".jp-OutputArea-output").inner_text()
    stamps = [float(stamp) * 1000 for stamp in printed.split()]
    arrived = [min(s for s in stamps if s >= one["released"]) - one["released"] for one in found]
    median = statistics.median
    echoes = [one["echo"] - one["released"] for one in found]
    yield f"{count} tokens: release of the mouse to Python, median of {marks}", f"{median(arrived):.0f} ms", "30 ms"
    yield "release to Saved shown, median", f"{median(echoes):.0f} ms", ""
    yield "mark drawn when the next frame begins", f"{sum(one['frame'] for one in found)} of {marks}", f"{marks} of {marks}"
    yield "the pen's own work at release, median", f"{median(one['script'] for one in found):.1f} ms", "16 ms"
    yield "release to paint, by the browser's own clock (steps of 8 ms), median", f"{painted:.0f} ms", ""


if __name__ == "__main__":
    main()
