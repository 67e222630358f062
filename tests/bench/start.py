"""How long until the lesson is there?  Prints the table of README.md.

    python3 tests/bench/start.py                    # with a new environment: many minutes of fetching
    python3 tests/bench/start.py --second FOLDER    # the second start alone, in a checkout that was started before

The first start in a new clone beside the bare installation of the same packages by pip, and the
second start beside bare JupyterLab, in turn and in the same run.  Processor time is that of all
processes of a start until the lesson can be fetched from the server; it includes the end of the server.
"""

import argparse
import os
import re
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from kit.places.environment import Environment, read_pyproject

CHECKOUT = Path(__file__).parents[2]
LESSON = "lessons/01-what-do-we-know.ipynb"
WITHOUT = {"PYTHONPATH", "VIRTUAL_ENV", "JUPYTER_PATH", "JUPYTER_CONFIG_PATH"}


def timed(work: Callable[[], None]) -> tuple[float, float]:
    """Return the seconds on the clock and of the processor, children included, that a piece of work takes."""
    begun, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    until = work() or time.monotonic()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return until - begun, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def started(command: list[str], cwd: Path, home: Path) -> float:
    """Start a server, fetch the lesson as soon as it can be had, end the server; return when it was had."""
    kept = {name: value for name, value in os.environ.items() if name not in WITHOUT}
    log = home / "log.txt"
    with log.open("wb") as said:
        process = subprocess.Popen(command, cwd=cwd, env=kept | {"HOME": str(home)}, stdin=subprocess.DEVNULL, stdout=said,
                                   stderr=said, start_new_session=True)
    try:
        while process.poll() is None:
            found = re.search(r"(http://127\S+?)/lab(?:/\S*)?\?token=(\w+)", log.read_text("utf-8", "replace"))
            if found and fetched(*found.groups()):
                return time.monotonic()
            time.sleep(0.02)
        raise SystemExit(log.read_text("utf-8", "replace"))
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def fetched(base: str, token: str) -> bool:
    request = urllib.request.Request(f"{base}/api/contents/{LESSON}", headers={"Authorization": f"token {token}"})
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status == 200
    except OSError:
        return False


def by_the_kit(checkout: Path, home: Path) -> float:
    return started([sys.executable, "-m", "kit", "lab", "--no-browser"], checkout, home)


def bare(checkout: Path, home: Path) -> float:
    """Start JupyterLab as it comes, where the kit has put the lessons."""
    command = [str(Environment(checkout).python), "-m", "jupyterlab", "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1"]
    return started(command, home / "media-literacy", home)


def install(folder: Path) -> None:
    """Make an environment and let pip fill it with the packages that the kit asks for, and with nothing else."""
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    subprocess.run([folder / "bin" / "python", "-m", "pip", "install", "-q", *read_pyproject(CHECKOUT)["project"]["dependencies"]],
                   check=True)


def first(place: Path, home: Path):
    """Yield the table's line for a first start; whoever is second finds some of the packages fetched, and that is pip alone."""
    checkout = place / "kit"
    subprocess.run(["git", "clone", "-q", CHECKOUT, checkout], check=True)
    kit_clock, kit_processor = timed(lambda: by_the_kit(checkout, home))
    clock, processor = timed(lambda: install(place / "bare"))
    yield ("a new clone, to the lesson : bare installation", f"{kit_clock:.0f} : {clock:.0f} s", kit_clock / clock,
           kit_processor / processor, 1.5)


def second(checkout: Path, home: Path, times: int):
    """Yield the table's line for a second start: medians, in turn."""
    by_the_kit(checkout, home)
    bare(checkout, home)
    kit, lab = zip(*((timed(lambda: by_the_kit(checkout, home)), timed(lambda: bare(checkout, home))) for _ in range(times)))
    (kit_clock, kit_processor), (clock, processor) = (map(statistics.median, zip(*some)) for some in (kit, lab))
    yield ("second start : bare JupyterLab", f"{kit_clock:.1f} : {clock:.1f} s", kit_clock / clock, kit_processor / processor, 1.2)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--second", type=Path, metavar="FOLDER", help="the second start alone, in this checkout")
    asked.add_argument("--times", type=int, default=5, help="how often each is started")
    given = asked.parse_args()
    print("| what | clock | ratio by the clock | ratio of processor time | bar |\n|---|---|---|---|---|", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        home = place / "home"
        home.mkdir()
        if given.second is None:
            show(first(place, home))
        show(second(given.second or place / "kit", home, given.times))


def show(lines) -> None:
    for what, clock, ratio, processor, bar in lines:
        print(f"| {what} | {clock} | {ratio:.2f} | {processor:.2f} | {bar} |", flush=True)


if __name__ == "__main__":
    main()
