"""Libraries that only some teachers need."""

from kit.errors import KitError


def not_installed(name: str, library: str, what: str) -> KitError:
    """Return the error for a file that needs a library of the extra ``web``; ``name`` is the file's."""
    return KitError(f"{name}: {what} need {library}, which is not installed. Install it with "
                    'pip install "media-literacy-kit[web]", or in a checkout with .venv/bin/python -m pip install '
                    '-e ".[web]". Or save the article as plain text (.txt).')
