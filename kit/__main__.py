"""`python3 -m kit`, and the command `kit`."""

import sys

from kit.places.oldest import refuse_old


def main():
    """Run one command, in an interpreter that has what it needs."""
    refuse_old(sys.version_info)
    from kit.places import bootstrap  # only now: an old Python cannot read it

    bootstrap.ensure(sys.argv[1:])
    from kit.cli import commands  # only now: click may have had to be installed first

    commands(prog_name="kit")


if __name__ == "__main__":
    main()
