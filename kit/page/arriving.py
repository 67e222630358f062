"""Large libraries in a browser alone: they are asked for once the lesson is there, not before.

Everywhere else they are installed, and nothing here does anything.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

_SECONDS = 5  # the first marks come first: to unpack a library takes the kernel's time
_ASKED: set = set()  # the event loop itself would let go of a task that nobody holds


def arriving(library: str, then: Callable[[], None] = lambda: None) -> None:
    """Ask for a library in the background, and call ``then`` once it is there.

    Args:
        library: its name in the site's list of packages.
        then: not called where it is there from the start, or never comes.
    """
    if sys.platform != "emscripten":
        return
    from asyncio import ensure_future

    task = ensure_future(_arrive(library, then))
    _ASKED.add(task)
    task.add_done_callback(_ASKED.discard)


async def _arrive(library: str, then: Callable[[], None]) -> None:
    from asyncio import sleep
    from importlib import import_module, invalidate_caches

    pyodide = import_module("pyodide_js")  # the browser's own; no package brings it
    if library in pyodide.loadedPackages.to_py():
        return
    await sleep(_SECONDS)
    try:
        await pyodide.loadPackage(library)
        invalidate_caches()
        import_module(library)
    except Exception:  # not in the list, no network, not whole: the page goes on without, and says so where it matters
        return
    then()
