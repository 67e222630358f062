"""A whole page around static views: nothing from elsewhere, to be read on any screen and on paper."""

import base64
import hashlib
from functools import cache
from importlib import resources

from kit.page.markup import escape

# Works without it: only then there is no button.
_PRINT = ("document.querySelectorAll('.kit-print').forEach("
          "b => { b.hidden = false; b.onclick = () => window.print(); });")
_BUTTON = '<button type="button" class="kit-print" hidden>Print this page</button>'


def whole_page(title: str, inner: str, *, printing: bool = False) -> str:
    """Return a page that stands alone; ``inner`` is HTML.

    The page itself forbids whatever would come from elsewhere, and every script but the one
    line behind the button for printing, where that is wanted.
    """
    hashed = base64.b64encode(hashlib.sha256(_PRINT.encode()).digest()).decode()
    allowed = f" script-src 'sha256-{hashed}';" if printing else ""
    policy = ("default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none';"
              f"{allowed}")
    script = f"<script>{_PRINT}</script>" if printing else ""
    button = _BUTTON if printing else ""
    return (f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
            f'<meta name="viewport" content="width=device-width, initial-scale=1">'
            f'<title>{escape(title)}</title><style>{style_of("graded.css")}</style></head>\n'
            f'<body class="kit-graded"><main><header><h1 dir="auto">{escape(title)}</h1>{button}</header>\n'
            f"{inner}</main>{script}</body></html>\n")


@cache
def style_of(*names: str) -> str:
    """Return style sheets of the kit, one after another."""
    folder = resources.files("kit") / "page" / "static"
    return "\n".join((folder / name).read_text("utf-8") for name in names)
