"""JupyterLab as a process that ends when it is told to.

After Ctrl+C its server ends kernels, saves what there is to save, says "Shutting down...", and now and then
waits for ever for a thread of its own that nobody ends (JupyterLab's issue 10442); a second Ctrl+C changes
nothing.  By then everything is done, so this process leaves without asking its threads.
"""

import logging
import os
import sys
from typing import NoReturn


def main() -> NoReturn:
    """Be JupyterLab, with the options on the command line, and leave with its exit code."""
    from jupyterlab.labapp import main as run

    try:
        ended = run()
    except SystemExit as leaving:
        ended = leaving.code
    if isinstance(ended, str):
        print(ended, file=sys.stderr)  # noqa: T201  (as Python itself does at its end)
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(ended if isinstance(ended, int) else int(ended is not None))


if __name__ == "__main__":
    main()
