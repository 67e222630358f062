"""Run a program as somebody to whom the permissions of files apply."""

import os
import subprocess


def powerless(command: list[str], **options) -> subprocess.CompletedProcess:
    """Run a program and return what it said."""
    return subprocess.run([*powers_given_up(), *command], text=True, capture_output=True, **options)


def powers_given_up() -> tuple[str, ...]:
    """Return what stands before a command so that root, who may write everywhere, gives up that right."""
    return ("setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all") if os.geteuid() == 0 else ()
