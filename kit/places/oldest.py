"""The oldest Python that the kit runs on.

Read before anything else, and by any Python: whoever starts the kit with an old one is told so, in
place of a syntax error from further down.
"""

import sys

OLDEST = (3, 11)


def refuse_old(version):
    """Leave with one sentence if a Python is older than the kit can run on.

    Raises:
        SystemExit: it is too old.
    """
    if tuple(version[:2]) < OLDEST:
        sys.exit("Error: The kit needs Python {}.{} or newer and this is Python {}.{}: install a newer one, "
                 "and start the kit with it.".format(*(OLDEST + tuple(version[:2]))))
