"""A classroom's folder, put in its place by its own `install.sh`, without the administrator of a system.

Stand-ins take the place of the commands that need one, and of the hub's Python: each writes down how it was called, and
does nothing.
"""

import os
import subprocess
from pathlib import Path

PYTHON = "python-of-the-hub"
STAND_INS = ("getent", "groupadd", "chgrp", "tljh-config", PYTHON)
_STAND_IN = '#!/bin/sh\necho "$(basename "$0") $*" >> "{calls}"\n[ "$(basename "$0")" != getent ]\n'


def install(classroom: Path, tljh: Path) -> subprocess.CompletedProcess:
    """Run `install.sh` of a classroom, for a Littlest JupyterHub in a folder of the test's own."""
    commands = tljh / "bin"
    commands.mkdir(parents=True, exist_ok=True)
    (tljh / "config").mkdir(exist_ok=True)
    for name in STAND_INS:
        (commands / name).write_text(_STAND_IN.format(calls=tljh / "calls.txt"), "utf-8")
        (commands / name).chmod(0o755)
    environ = os.environ | {"TLJH_CONFIG": str(tljh / "config"), "TLJH_PYTHON": str(commands / PYTHON),
                            "PATH": os.pathsep.join([str(commands), os.environ["PATH"]])}
    return subprocess.run(["sh", str(classroom / "install.sh")], env=environ, text=True, capture_output=True, check=False)


def calls(tljh: Path) -> list[str]:
    """Return how the stand-ins were called."""
    return (tljh / "calls.txt").read_text("utf-8").splitlines()
