"""A real JupyterLab with a private configuration, driven in a real browser.

Nothing here sleeps: every step waits for a state that the page itself shows.
"""

import http.client
import json
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
import unicodedata
import urllib.request
from pathlib import Path

from kit.places.lab import lab_command, lab_environ

FIRST_START = 120_000  # milliseconds; a cold JupyterLab on a slow machine
PATIENCE = 30_000
PANEL = ".jp-NotebookPanel:not(.lm-mod-hidden)"


class LabServer:
    """One server in a folder of its own.  ``url`` opens a notebook, token included."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.token = folder, secrets.token_hex(16)
        self.home = folder.parent / f"{folder.name}-home"
        self.home.mkdir()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        command = [*self.command(), f"--IdentityProvider.token={self.token}",
                   "--LabApp.expose_app_in_browser=True"]  # so that a test can ask for the key bindings
        private = os.environ | {
            "HOME": str(self.home), "JUPYTER_CONFIG_DIR": str(self.home / "config"),
            "JUPYTER_DATA_DIR": str(self.home / "data"), "JUPYTER_RUNTIME_DIR": str(self.home / "runtime"),
            "IPYTHONDIR": str(self.home / "ipython")}
        with open(self.home / "log.txt", "wb") as log:
            self.process = subprocess.Popen(command, env=self.environ(private), cwd=folder, stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
        try:
            self._wait()
        except BaseException:
            self.close()
            raise

    def command(self) -> list[str]:
        """Return what starts the server: the student's, as `kit lab` does."""
        return lab_command(self.folder, "none.ipynb", browser=False, port=self.port)

    def environ(self, private: dict[str, str]) -> dict[str, str]:
        """Return the server's environment, from one in which nothing is this user's."""
        return lab_environ(private, teacher=False)

    def url(self, notebook: str) -> str:
        # Without a reset, tabs that an earlier page had open would come back.
        return f"http://127.0.0.1:{self.port}/lab/tree/{notebook}?reset&token={self.token}"

    def write(self, name: str, *cells: str) -> str:
        """Make a notebook with these code cells, and return its name."""
        (self.folder / name).write_text(notebook(*cells), "utf-8")
        return name

    def api(self, path: str, method: str = "GET"):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/api/{path}", method=method,
                                         headers={"Authorization": f"token {self.token}"})
        with urllib.request.urlopen(request, timeout=30) as reply:
            body = reply.read()
        return json.loads(body) if body else None

    def kernel_process(self) -> int:
        """Return the process id of the only kernel, found through its connection file."""
        (kernel,) = self.api("kernels")
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    words = (entry / "cmdline").read_bytes()
                except OSError:
                    continue
                if kernel["id"].encode() in words and str(self.home).encode() in words:
                    return int(entry.name)
        raise AssertionError("no process of the kernel")

    def end_kernels(self) -> None:
        for session in self.api("sessions"):
            self.api(f"sessions/{session['id']}", "DELETE")

    def close(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(20)

    def _wait(self) -> None:
        end = time.monotonic() + FIRST_START / 1000
        while time.monotonic() < end:
            try:
                self.api("status")
                return
            except (OSError, http.client.HTTPException):  # not yet, or another program has the port
                pass
            try:
                self.process.wait(0.1)
            except subprocess.TimeoutExpired:
                continue
            raise AssertionError(f"JupyterLab ended: {(self.home / 'log.txt').read_text()}")
        raise AssertionError("JupyterLab did not answer")


class Lab:
    """One page on the server, with what a student does in it.

    ``problems`` collects what no test may leave behind: errors of the page, and models that
    the widgets' manager could not make.
    """

    def __init__(self, page, server: LabServer) -> None:
        self.page, self.server, self.name = page, server, ""
        self.problems: list[str] = []
        self.page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: self.problems.append(f"{error}\n{error.stack}"))
        page.on("console", lambda message: self.problems.append(message.text)
                if "Failed to initialize model" in message.text else None)

    def open(self, notebook: str) -> None:
        self.name = notebook
        self.page.goto(self.server.url(notebook))
        self.page.wait_for_selector(f"{PANEL} .jp-Notebook .jp-Cell", timeout=FIRST_START)
        self.idle()

    def idle(self) -> None:
        """Wait until the kernel is up: before that, Run All silently runs nothing."""
        # The sign beside the kernel's name says idle before there is a kernel; the model does not.
        self.page.wait_for_function("""() => {
            const session = window.jupyterapp?.shell.currentWidget?.sessionContext;
            return session?.isReady && session.session?.kernel?.connectionStatus === "connected"
                && session.session.kernel.status === "idle";
        }""", timeout=FIRST_START)

    def command(self, name: str) -> None:
        """Run a command of JupyterLab by its id."""
        self.page.evaluate("name => jupyterapp.commands.execute(name)", name)

    def fold_files(self) -> None:
        """Fold the file browser away: beside it, a narrow window has no room for a notebook."""
        if self.page.locator("#jp-left-stack:visible").count():
            self.command("application:toggle-left-area")

    def menu(self, menu: str, entry: str) -> None:
        self.page.locator(f".lm-MenuBar-item:has-text('{menu}')").first.click()
        words = f".lm-Menu-itemLabel:text-matches('^{re.escape(entry)}')"
        self.page.locator(f".lm-Menu-item:not([data-type='submenu']):has({words})").first.click()

    def run_all(self, pens: int = 1) -> None:
        """Run All Cells from the menu, and wait until the pens are drawn by this run."""
        self.page.evaluate("document.querySelectorAll('.kit-pen').forEach(pen => { pen.dataset.before = 1 })")
        self.menu("Run", "Run All Cells")
        self.page.wait_for_function("""([panel, pens]) =>
            document.querySelectorAll(`${panel} .kit-pen:not([data-before]) .kit-article`).length >= pens
            && !document.querySelector(".kit-pen[data-before]")""", arg=[PANEL, pens])
        self.idle()

    def restart(self) -> None:
        """Restart the kernel from the menu, and say yes."""
        self.menu("Kernel", "Restart Kernel…")
        self.page.locator(".jp-Dialog .jp-mod-warn, .jp-Dialog .jp-mod-accept").last.click()
        self.page.wait_for_selector(".jp-Dialog", state="detached")
        self.idle()

    def save(self) -> None:
        """Save the notebook, outputs included."""
        self.command("docmanager:save")
        self.clean()

    def clean(self) -> None:
        """Wait until the notebook is on disk as it is shown."""
        self.page.wait_for_function("!jupyterapp.shell.currentWidget.context.model.dirty")

    def reload(self) -> None:
        self.page.reload()
        self.page.wait_for_selector(f"{PANEL} .jp-Notebook .jp-Cell", timeout=FIRST_START)
        self.idle()

    def reopen(self) -> None:
        """Save, leave, shut the kernel down, and come back another day."""
        self.save()
        self.page.goto("about:blank")
        self.server.end_kernels()
        self.open(self.name)

    def cells(self) -> list:
        """Return id, type and source of every cell, and which of them is the active one."""
        return self.page.evaluate("""() => {
            const notebook = jupyterapp.shell.currentWidget.content;
            const cells = notebook.model.toJSON().cells.map(c => [c.id, c.cell_type, c.source]);
            return [cells, notebook.activeCellIndex, notebook.selectedCells.length];
        }""")

    def pen(self, number: int = 0) -> "LabPen":
        return LabPen(self.page, self.page.locator(f"{PANEL} .kit-pen").nth(number))

    def saved(self, pen: int = 0) -> None:
        self.pen(pen).saved()


def is_word(token: str) -> bool:
    """Tell whether an arrow key stops there: not at commas, brackets and quotation marks."""
    return any(unicodedata.category(sign)[0] in "LNS" for sign in token)


class LabPen:
    """One pen in the notebook."""

    def __init__(self, page, root) -> None:
        self.page, self.root = page, root

    def token(self, number: int):
        return self.root.locator(f".kit-article [data-token='{number}']")

    def action(self, name: str):
        return self.root.locator(f"[data-action='{name}']")

    @property
    def words(self) -> list[str]:
        """The text of every token, the gap after it left out."""
        return self.root.locator(".kit-token").evaluate_all("all => all.map(e => e.textContent.trim())")

    @property
    def marked(self) -> list[int]:
        """The tokens that are shown as marked."""
        shown = self.root.locator(".kit-article .kit-token:has(.kit-mark)")
        return shown.evaluate_all("all => all.map(e => Number(e.dataset.token))")

    @property
    def status(self) -> str:
        return self.root.locator(".kit-state").inner_text()

    @property
    def stage(self) -> str:
        return self.root.get_attribute("data-stage")

    def find(self, words: str) -> tuple[int, int]:
        """Return the first and the last token of the first place where ``words`` stand."""
        wanted, found = words.split(), self.words
        at = next(i for i in range(len(found)) if found[i:i + len(wanted)] == wanted)
        return at, at + len(wanted) - 1

    def at(self, *numbers: int) -> list[list[float]]:
        """Bring the first token into the middle of the window; return the middle of each word."""
        return self.root.evaluate("""(root, numbers) => {
            const spans = numbers.map(n => root.querySelector(`.kit-article [data-token="${n}"]`));
            spans[0].scrollIntoView({ block: "center", behavior: "instant" });
            return spans.map(span => {
                const text = document.createTreeWalker(span, 4).nextNode();
                const range = document.createRange();
                range.setStart(text, 0);
                range.setEnd(text, text.data.trimEnd().length);
                const { left, top, width, height } = range.getClientRects()[0];
                return [left + width / 2, top + height / 2];
            });
        }""", list(numbers))

    def drag(self, start: int, end: int) -> None:
        """Press on one token, let go on another."""
        (x, y), (to_x, to_y) = self.at(start, end)
        self.page.mouse.move(x - 5, y)
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move((x + to_x) / 2 + 5, (y + to_y) / 2)
        self.page.mouse.move(to_x, to_y)
        self.page.mouse.up()

    def drag_words(self, words: str) -> None:
        self.drag(*self.find(words))
        self.saved()

    def tap(self, *numbers: int) -> None:
        for number in numbers:
            self.page.touchscreen.tap(*self.at(number)[0])

    def walk(self, start: int, end: int) -> None:
        """Mark by keyboard: from the beginning of the text to a word, take more, Enter."""
        self.root.locator(".kit-article").focus()
        words = sum(map(is_word, self.words[1:start + 1]))
        for key in ["Control+Home", *["ArrowRight"] * words, *["Shift+ArrowRight"] * (end - start), "Enter"]:
            self.page.keyboard.press(key)

    def saved(self) -> None:
        self.root.and_(self.page.locator("[data-saved='true'][data-trouble='false']")).wait_for()

    def says(self, words: str) -> None:
        self.root.locator(".kit-state", has_text=words).wait_for()

    def in_stage(self, stage: str) -> None:
        self.root.and_(self.page.locator(f"[data-stage='{stage}']")).wait_for()

    def answer_to(self, mark) -> tuple[str, float]:
        """Make a mark; return what the pen says in the end, and after how many seconds.

        The clock is the page's: it begins when the button is let go.
        """
        self.root.evaluate("""root => {
            window.kitAnswer = new Promise(done => {
                let since = null;
                let unsaved = false;
                root.addEventListener("pointerup", () => { since = performance.now(); }, { capture: true, once: true });
                new MutationObserver((_, self) => {
                    if (since === null) return;
                    unsaved ||= root.dataset.saved === "false";
                    const words = root.querySelector(".kit-status").textContent;
                    if (!words.startsWith("Not saved") && !(unsaved && root.dataset.saved === "true")) return;
                    self.disconnect();
                    done([words, (performance.now() - since) / 1000]);
                }).observe(root, { subtree: true, childList: true, characterData: true, attributes: true });
            });
        }""")
        mark()
        return tuple(self.page.evaluate("() => window.kitAnswer"))


def notebook(*cells: str) -> str:
    """Return the content of a notebook with these code cells."""
    made = [{"cell_type": "code", "id": f"c{number}", "metadata": {}, "execution_count": None, "outputs": [],
             "source": source} for number, source in enumerate(cells)]
    return json.dumps({"cells": made, "nbformat": 4, "nbformat_minor": 5, "metadata": {
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}})


if __name__ == "__main__":  # python tests/lab_server.py FOLDER NOTEBOOK: look at it by hand
    server = LabServer(Path(sys.argv[1]).resolve())
    print(server.url(sys.argv[2] if len(sys.argv) > 2 else ""))
    try:
        server.process.wait()
    finally:
        server.close()
