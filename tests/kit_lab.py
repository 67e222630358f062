"""`kit lab` as a student starts it: in a terminal, to be read and to be interrupted."""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

from kit.places.bootstrap import find_checkout


class KitLab:
    """A running `kit lab`, as a student starts it, with a home of its own."""

    def __init__(self, home: Path, *arguments: str, prefix: tuple[str, ...] = (), **environ: str) -> None:
        """Start it, and wait until it answers.

        Args:
            home: the student's home folder.
            arguments: of the command.
            prefix: a command that runs the start in some other way.
            environ: what is set besides, such as PYTHONPATH; then it starts at home, away from any checkout.
        """
        import pty

        self.home = home
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "KIT"))}
        terminal, inside = pty.openpty()
        self.process = subprocess.Popen(
            [*prefix, sys.executable, "-m", "kit", "lab", "--no-browser", *arguments],
            cwd=home if environ else find_checkout(),
            env=kept | {"HOME": str(home)} | environ, stdin=inside, stdout=inside, stderr=inside, start_new_session=True)
        os.close(inside)
        self.said, self._terminal = "", terminal
        while not (found := re.search(r"(http://127\S+?)/lab/tree/(\S+)\?token=(\w+)\s", self.said)):
            self.said += self._read()
        self.base, self.lesson, self.token = found.groups()
        self.address = found.group().strip()
        self._wait()

    def _wait(self) -> None:
        """Wait for an answer: on a busy computer the address is printed before anybody listens there."""
        for _ in range(600):
            try:
                self.get("/api/status")
                return
            except OSError:
                try:
                    self.process.wait(0.1)
                except subprocess.TimeoutExpired:
                    continue
                break
        raise AssertionError(f"no answer from {self.base}: {self.said}")

    def _read(self) -> str:
        return os.read(self._terminal, 4096).decode("utf-8", "replace")

    def get(self, path: str) -> dict:
        """Return what an address of the server answers."""
        request = urllib.request.Request(self.base + path, headers={"Authorization": f"token {self.token}"})
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def stop(self) -> int:
        """Press Ctrl+C once, as in a terminal, and return the exit code."""
        os.killpg(self.process.pid, signal.SIGINT)
        code = self.process.wait(30)
        os.close(self._terminal)
        return code
