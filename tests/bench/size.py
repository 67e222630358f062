"""How much room does the kit take?  Prints the table of README.md.

    python tests/bench/size.py

The wheel, and what is added to Binder's base: pip decides what that is, and installs it, compiled as in a container.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1])]

from test_binder import base  # noqa: E402

CHECKOUT = Path(__file__).parents[2]
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"


def wheel(place: Path) -> Path:
    subprocess.run([sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", place], cwd=CHECKOUT, check=True,
                   capture_output=True)
    (made,) = place.glob("*.whl")
    return made


def added_to(there: list[str], made: Path, place: Path) -> list[str]:
    """Return what pip would install besides what is there, the kit too, each as something that pip can install."""
    constraints = place / "base.txt"
    constraints.write_text("\n".join(there), "utf-8")
    done = subprocess.run([sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet", "--report", "-",
                           "--constraint", constraints, made], check=True, capture_output=True, text=True)
    known = {normal(name.partition("==")[0]) for name in there} | {"media-literacy-kit"}
    told = (one["metadata"] for one in json.loads(done.stdout)["install"])
    return [str(made), *(f"{one['name']}=={one['version']}" for one in told if normal(one["name"]) not in known)]


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def megabytes(packages: list[str], place: Path) -> tuple[float, float]:
    """Install packages alone into a folder; return what their files take, in millions of bytes, and what they take compiled."""
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--compile", "--target", place, *packages],
                   check=True)
    files = [path for path in place.rglob("*") if path.is_file()]
    return tuple(sum(path.stat().st_size for path in some) / 1e6
                 for some in ([path for path in files if path.suffix != ".pyc"], files))


def main() -> None:
    print("| what | measured | bar |\n|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        made = wheel(place)
        print(f"| the wheel | {made.stat().st_size / 1e6:.2f} MB | 2 MB |", flush=True)
        added = added_to(list(base(PYTHON)), made, place)
        sizes = {name: megabytes([name], place / str(number)) for number, name in enumerate(added)}
        as_they_come, compiled = map(sum, zip(*sizes.values()))
        print(f"| added to Binder's base: the kit and {len(added) - 1} packages | {as_they_come:.0f} MB | 160 MB |")
        print(f"| the same with what Python compiles | {compiled:.0f} MB | |")
        largest = sorted(sizes, key=sizes.__getitem__, reverse=True)[:5]
        print("\nThe largest: " + ", ".join(f"{name} {sizes[name][0]:.0f} MB" for name in largest))


if __name__ == "__main__":
    main()
