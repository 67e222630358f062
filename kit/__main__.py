"""`python3 -m kit`, and the command `kit`."""

import sys

from kit.places import bootstrap


def main():
    """Run one command, in an interpreter that has what it needs."""
    bootstrap.ensure(sys.argv[1:])
    from kit.cli import commands  # only now: click may have had to be installed first

    commands(prog_name="kit")


if __name__ == "__main__":
    main()
