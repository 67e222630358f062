"""A real JupyterLab with a private configuration, driven in a real browser.

Nothing here sleeps: every step waits for a state that the page itself shows.
"""

import json
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from kit.places.lab import lab_command, lab_environ

FIRST_START = 120_000  # milliseconds; a cold JupyterLab on a slow machine
MODIFIER = "Control"


class LabServer:
    """One server in a folder of its own.  ``url`` opens a notebook, token included."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.token = folder, secrets.token_hex(16)
        self.home = folder.parent / f"{folder.name}-home"
        self.home.mkdir()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        command = lab_command(folder, "none.ipynb", browser=False, port=self.port)
        # Quicker saves of the notebook would only add noise; a student's clock is 2 minutes too.
        environ = lab_environ(os.environ | {
            "HOME": str(self.home), "JUPYTER_CONFIG_DIR": str(self.home / "config"),
            "JUPYTER_DATA_DIR": str(self.home / "data"), "JUPYTER_RUNTIME_DIR": str(self.home / "runtime"),
            "IPYTHONDIR": str(self.home / "ipython")}, teacher=False)
        self.log = open(self.home / "log.txt", "wb")
        self.process = subprocess.Popen([*command, f"--IdentityProvider.token={self.token}"], env=environ,
                                        stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT,
                                        start_new_session=True)
        self._wait()

    def url(self, notebook: str) -> str:
        return f"http://127.0.0.1:{self.port}/lab/tree/{notebook}?token={self.token}"

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

    def close(self) -> None:
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(20)
        self.log.close()

    def _wait(self) -> None:
        end = time.monotonic() + FIRST_START / 1000
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise AssertionError(f"JupyterLab ended: {(self.home / 'log.txt').read_text()}")
            try:
                self.api("status")
                return
            except OSError:
                self.process.poll()
        raise AssertionError("JupyterLab did not answer")


class Lab:
    """One page on the server, with what a student does in it."""

    def __init__(self, page, server: LabServer) -> None:
        self.page, self.server = page, server
        self.problems: list[str] = []
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("console", lambda message: self.problems.append(message.text)
                if "Failed to initialize model" in message.text else None)

    def open(self, notebook: str) -> None:
        self.page.goto(self.server.url(notebook))
        self.page.wait_for_selector(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook .jp-Cell", timeout=FIRST_START)
        self.idle()

    def idle(self) -> None:
        """Wait until the kernel is up: before that, Run All silently runs nothing."""
        # The indicator beside the kernel's name says idle before there is a kernel; this does not.
        self.page.locator("#jp-bottom-panel, .jp-StatusBar-Widget").get_by_text(re.compile(r"\| Idle$")).first.wait_for(timeout=FIRST_START)

    def menu(self, menu: str, entry: str) -> None:
        self.page.locator(f".lm-MenuBar-item:has-text('{menu}')").first.click()
        self.page.locator(f".lm-Menu-item:not([data-type='submenu']):has(.lm-Menu-itemLabel:text-matches('^{re.escape(entry)}'))").first.click()

    def run_all(self) -> None:
        self.menu("Run", "Run All Cells")
        self.page.wait_for_selector(".kit-pen .kit-token", timeout=30_000)
        self.idle()

    def restart(self) -> None:
        """Restart the kernel from the menu, and say yes."""
        self.menu("Kernel", "Restart Kernel…")
        self.page.locator(".jp-Dialog .jp-mod-warn, .jp-Dialog .jp-mod-accept").last.click()
        self.page.wait_for_selector(".jp-Dialog", state="detached")
        self.idle()

    def saved(self, pen: int = 0) -> None:
        self.page.locator(".kit-pen").nth(pen).and_(self.page.locator("[data-saved='true']")).wait_for(timeout=20_000)


def notebook(*cells: str) -> str:
    """Return the content of a notebook with these code cells."""
    made = [{"cell_type": "code", "id": f"c{number}", "metadata": {}, "execution_count": None, "outputs": [],
             "source": source} for number, source in enumerate(cells)]
    return json.dumps({"cells": made, "nbformat": 4, "nbformat_minor": 5, "metadata": {
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}})


if __name__ == "__main__":  # python tests/lab_server.py FOLDER: look at it by hand
    server = LabServer(Path(sys.argv[1]).resolve())
    print(server.url(sys.argv[2] if len(sys.argv) > 2 else ""))
    try:
        server.process.wait()
    finally:
        server.close()
