"""`kit site`: lessons in the browser alone, as a folder that any web space can show."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kit.commands.output import say

if TYPE_CHECKING:
    from kit.places.site import Site


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--offline", metavar="PACKAGES", type=click.Path(path_type=Path, exists=True, file_okay=False),
              help="A folder of downloaded packages, such as an unpacked Pyodide: the site needs no network then.")
def site(folder: Path, offline: Path | None) -> None:
    """Build a site in which lessons run in the browser alone.

    For Chromebooks and other computers on which nothing can be installed: Python itself runs in the
    student's browser. FOLDER gets lessons, exercises and everything they need; put it on any web space.
    A site that is there already is renewed. No key of an exercise and no teacher's page is in it.

    \b
    Examples:
        kit site my-site
        kit site my-site --offline ~/pyodide
    """
    from kit.places.site import build_site

    _tell(build_site(folder, offline=offline, tell=say))


def _tell(built: Site) -> None:
    """Say what there is now, and what to do with it."""
    say(f"The site is in {built.folder}: {built.files} files, {built.size / 1e6:.0f} MB.")
    packages = built.packages
    if packages.elsewhere:
        say(f"From Pyodide's own address come {', '.join(packages.elsewhere)}, when a figure or the machine reader "
            "asks for them. To have them in the site as well: --offline PACKAGES.")
    if packages.lacking:
        say(f"Not in your packages: {', '.join(packages.lacking)}. Without them figures show their words, "
            "and texts of one's own cannot be opened.")
    say("\nTo look at it here:")
    say(f'  python3 -m http.server --bind 127.0.0.1 --directory "{built.folder}"')
    say("  and open http://127.0.0.1:8000 in a browser.")
    say("To give it to students: put the folder on a web space whose address begins with https.")
