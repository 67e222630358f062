"""A real site for the browser alone, built once and shown on this computer, for tests."""

import functools
import http.server
import threading
import zipfile
from pathlib import Path

from lab_server import LabPen

from kit.places.site import build_site

# A STAND-IN, FOR TESTS ALONE.  The real `regex` is compiled, and only Pyodide's own address has it
# for the browser.  What of NLTK runs in a lesson asks it for nothing that `re` does not have.
STAND_IN = "from re import *\nfrom re import compile, sub, findall, split, UNICODE, VERBOSE, MULTILINE, DOTALL, IGNORECASE\n"


def stand_in(folder: Path) -> Path:
    """Write a folder of packages that has nothing but the stand-in for `regex`; return it."""
    folder.mkdir(parents=True)
    info = "regex-0-py3-none-any.whl", "regex-0.dist-info"
    with zipfile.ZipFile(folder / info[0], "w") as wheel:
        wheel.writestr("regex/__init__.py", STAND_IN)
        wheel.writestr(f"{info[1]}/METADATA", "Metadata-Version: 2.1\nName: regex\nVersion: 0\n")
        wheel.writestr(f"{info[1]}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info[1]}/RECORD", "")
    return folder


def started(page) -> LabPen:
    """Press nothing, wait for the last cell of lesson 1, and return its pen: on the site a lesson runs by itself."""
    page.locator(".jp-Notebook .jp-Cell").first.wait_for()
    page.get_by_role("button", name="Show all my lessons").wait_for()  # until then the page grows
    return LabPen(page, page.locator(".kit-pen").first)


class SiteServer:
    """A site in a folder with spaces and umlauts, and a plain server of files that shows it.

    ``offline`` makes it one that names no address, and has the stand-in.
    """

    def __init__(self, work: Path, *, offline: bool) -> None:
        packages = stand_in(work / "packages") if offline else None
        self.built = build_site(work / "Meine Schüler" / "site", offline=packages)
        handler = functools.partial(_Quiet, directory=str(self.built.folder))
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.address = f"http://127.0.0.1:{self._server.server_port}/"

    def owns(self, url: str) -> bool:
        """Tell whether something comes from the site, or was made in the page."""
        return url.startswith((self.address, "blob:", "data:", "about:"))

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_) -> None:
        pass
