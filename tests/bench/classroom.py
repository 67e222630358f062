"""How much memory does a student need on a classroom server, beside a bare JupyterLab?

    python tests/bench/classroom.py

Two students of a real hub run lesson 1 in a browser.  What is measured is what their servers and kernels have.
Beside them stands a bare JupyterLab three times: with an empty kernel; with one that has imported what a lesson
imports; and the same where the server, too, has imported what a hub with nbgrader imports, without which nobody has a
classroom.  Linux alone tells it (/proc/PID/smaps_rollup).
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
IMPORTS = "import anywidget, ipywidgets"  # what lesson 1 has loaded besides the kit, when its pen is drawn
OF_THE_HUB = "import jupyterhub.singleuser.extension, nbgrader.server_extensions.assignment_list"
BAR = 1.1


class Bare(LabServer):
    """JupyterLab with nothing of the kit; ``first`` is what its server runs before it starts."""

    def __init__(self, folder: Path, first: str) -> None:
        self.first = first
        super().__init__(folder)

    def command(self) -> list[str]:
        options = {"ServerApp.root_dir": self.folder, "ServerApp.ip": "127.0.0.1", "ServerApp.port": self.port,
                   "ServerApp.open_browser": False, "ServerApp.allow_root": True}
        start = f"{self.first}\nfrom jupyterlab.labapp import main; main()"
        return [sys.executable, "-c", start, *(f"--{name}={value}" for name, value in options.items())]

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


def tell(name: str, home: Path) -> tuple[float, float]:
    """Print what somebody's processes have, and return what both have together."""
    found = processes_of(home)
    kernels = [pid for pid, line in found.items() if "ipykernel_launcher" in line]
    servers = [pid for pid in found if pid not in kernels]
    for what, pids in (("server", servers), ("kernel", kernels), ("both", [*servers, *kernels])):
        alone, share = memory(pids)
        print(f"{name:30} {what:7} {alone:6.0f} MB alone, {share:6.0f} MB with its share, {seconds(pids):5.1f} s of processor")
    return alone, share


def run_bare(browser, folder: Path, name: str, cell: str, first: str = "") -> tuple[float, float]:
    """Run one cell in a bare JupyterLab, and return what it has then."""
    bare = Bare(make(folder), first)
    try:
        page = browser.new_page()
        lab = Lab(page, bare)
        lab.open(bare.write("one.ipynb", cell))
        lab.command("runmenu:run-all")
        page.wait_for_function("jupyterapp.shell.currentWidget.content.widgets[0].model.executionCount !== null")
        lab.idle()
        found = tell(name, bare.home)
        page.close()
        return found
    finally:
        bare.close()


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        run_bare(browser, Path(folder) / "bare", "bare JupyterLab", "1 + 1")
        beside = {name: run_bare(browser, Path(folder) / name, f"bare, imports of {name}", IMPORTS, first)
                  for name, first in (("lesson", ""), ("lesson and hub", OF_THE_HUB))}
        room_test.STUDENTS[:] = STUDENTS
        room = room_test.Class(make(Path(folder) / "hub"), browser)
        try:
            for name in STUDENTS:
                room.people[name].arrive()
                lab = Lab(room.people[name].page, room.people[name])
                lab.open(LESSON)
                lab.run_all()
            for name in STUDENTS:
                found = tell(f"{name}, lesson 1 run", room.people[name].home)
                for other, bare in beside.items():
                    alone, share = (one / least for one, least in zip(found, bare, strict=True))
                    print(f"{name} : bare, imports of {other}: {alone:.2f} alone, {share:.2f} with the share; bar {BAR}")
            hub = memory([room.hub.process.pid])
            print(f"{'hub':30} {'':7} {hub[0]:6.0f} MB alone, {hub[1]:6.0f} MB with its share")
        finally:
            room.close()
        browser.close()


def make(folder: Path) -> Path:
    folder.mkdir()
    return folder


if __name__ == "__main__":
    main()
