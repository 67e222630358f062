"""What can go wrong, in words for the person who meets it.

A message says what happened, where, and what to do, in this order.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

_HOW_TO_GET = ("In this browser it comes a little after the article: wait a minute, then try again."
               if sys.platform == "emscripten" else "Start the kit with python3 -m kit, or install it: "
               'pip install "media-literacy-kit".')


class KitError(Exception):
    """A problem that the reader of the message can mend."""

    def _render_traceback_(self) -> list[str]:
        """Return what a notebook shows of it: the message alone, which says what to do."""
        return str(self).splitlines() or [type(self).__name__]


class FileFormatError(KitError):
    """A file that is not what it says it is."""


class WrongArticleError(KitError):
    """Spans made on one text that meet another text."""


class KeyNotFound(KitError):
    """An answer key that is not on this computer."""


class CheckFailed(KitError, AssertionError):
    """An answer that is not ready to hand in.

    Also an ``AssertionError``, so that a notebook check shows it as a plain failed check.
    """


@contextmanager
def needs(library: str) -> Iterator[None]:
    """Say in one sentence that a library is not here: a browser alone begins without the large ones.

    Raises:
        KitError: an import in the block failed.
    """
    try:
        yield
    except ImportError:
        raise KitError(f"{library} is not loaded, and this needs it. {_HOW_TO_GET}") from None
