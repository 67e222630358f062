"""How much memory does a student need on a classroom server, beside a bare JupyterLab?

    python tests/bench/classroom.py

Two students of a real hub run lesson 1 in a browser.  What is measured is what their servers and kernels have.
Linux alone tells it (/proc/PID/smaps_rollup).
"""

import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
os.environ["PYTHONPATH"] = str(ROOT)

import test_classroom_hub as room_test  # noqa: E402
from conftest import FLAGS  # noqa: E402
from hub_server import processes_of  # noqa: E402
from lab_server import Lab, LabServer  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

from kit.places.suite import find_browser  # noqa: E402

STUDENTS = ["ana", "ben"]
LESSON = "lessons/01-what-do-we-know.ipynb"


class Bare(LabServer):
    """JupyterLab with nothing of the kit."""

    def command(self) -> list[str]:
        options = {"ServerApp.root_dir": self.folder, "ServerApp.ip": "127.0.0.1", "ServerApp.port": self.port,
                   "ServerApp.open_browser": False, "ServerApp.allow_root": True}
        return [sys.executable, "-m", "jupyterlab", *(f"--{name}={value}" for name, value in options.items())]

    def environ(self, private: dict[str, str]) -> dict[str, str]:
        return private


def memory(pids: list[int]) -> tuple[float, float]:
    """Return what processes have alone, and their share of everything, in megabytes."""
    alone = share = 0
    for pid in pids:
        lines = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:])
        size = {name: int(words.split()[0]) for name, words in lines.items()}
        alone += size["Private_Clean"] + size["Private_Dirty"]
        share += size["Pss"]
    return alone * 1024 / 1e6, share * 1024 / 1e6


def seconds(pids: list[int]) -> float:
    """Return the processor time that processes have used."""
    ticks = [Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[11:13] for pid in pids]
    return sum(int(one) for pair in ticks for one in pair) / os.sysconf("SC_CLK_TCK")


def tell(name: str, home: Path) -> None:
    found = processes_of(home)
    kernels = [pid for pid, line in found.items() if "ipykernel_launcher" in line]
    servers = [pid for pid in found if pid not in kernels]
    for what, pids in (("server", servers), ("kernel", kernels), ("both", [*servers, *kernels])):
        alone, share = memory(pids)
        print(f"{name:24} {what:7} {alone:6.0f} MB alone, {share:6.0f} MB with its share, {seconds(pids):5.1f} s of processor")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        bare = Bare(make(Path(folder) / "bare"))
        lab = Lab(browser.new_page(), bare)
        lab.open(bare.write("one.ipynb", "1 + 1"))
        lab.command("runmenu:run-all")
        lab.idle()
        tell("bare JupyterLab", bare.home)
        bare.close()
        room_test.STUDENTS[:] = STUDENTS
        room = room_test.Class(make(Path(folder) / "hub"), browser)
        try:
            for name in STUDENTS:
                room.people[name].arrive()
                lab = Lab(room.people[name].page, room.people[name])
                lab.open(LESSON)
                lab.run_all()
            for name in STUDENTS:
                tell(f"{name}, lesson 1 run", room.people[name].home)
            hub = memory([room.hub.process.pid])
            print(f"{'hub':24} {'':7} {hub[0]:6.0f} MB alone, {hub[1]:6.0f} MB with its share")
        finally:
            room.close()
        browser.close()


def make(folder: Path) -> Path:
    folder.mkdir()
    return folder


if __name__ == "__main__":
    main()
