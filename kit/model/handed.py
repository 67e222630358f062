"""The answers in what was handed in: an answer file, a notebook, a hand-in page.

Nothing is run and nothing is believed: a notebook is read as data, a page is searched for one
element.  In a page the answer file stands in Base64, in an attribute: no browser that saves the
page again, no filter for scripts, no translation and no change of encoding alters that.
"""

import base64
import binascii
import json
import quopri
import re
from dataclasses import dataclass
from os.path import splitext
from pathlib import PurePath

from kit.errors import FileFormatError
from kit.model.files import MOST_BYTES, decode

# The kind of content under which a notebook's output carries an answer file, as it stands.
CARRIED = "application/x-kit-answer"
PAGE = "kit/hand-in/1"

_MOST = 1000  # copies that are looked at, the last ones; a hostile file may hold a million
PAGES = (".html", ".htm", ".xhtml", ".mhtml", ".mht", ".webarchive")
HOLDERS = (".ipynb", *PAGES)  # what holds an answer file besides other things
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
# No sign of a tag can stand inside these, so that each is found in one go, however long the page is.
_BLOCK = re.compile(rb"<[Dd][Aa][Tt][Aa]\s[^<>]*>")
_FORMAT = re.compile(rb"""\sdata-format\s*=\s*["']?(kit/hand-in/[0-9]{1,6})""", re.IGNORECASE)
_VALUE = re.compile(rb"""\svalue\s*=\s*["']?([A-Za-z0-9+/=\s]*)""", re.IGNORECASE)
_AGAIN = "Hand in the answer file itself: Save as, under the article."


@dataclass(frozen=True)
class Carried:
    """The content of an answer file, as it stood, and where it was found: words for a person."""

    content: str
    place: str


def carried(name: str | PurePath, raw: bytes) -> tuple[Carried, ...]:
    """Return the answers in a file; ``name`` stands in messages, and tells the kind where the content does not.

    An answer file holds one.  Of a notebook these are the outputs of check cells, of each answer
    the last, in their order; of a page the answer that it was made of.  Empty where none is
    carried.  An answer itself is not looked into: its reader says what is wrong with it.

    Raises:
        FileFormatError: larger than 20 MB, not text, or a notebook or page that cannot be read.
    """
    if len(raw) > MOST_BYTES:
        raise FileFormatError(f"{name}: larger than {MOST_BYTES // 1_000_000} MB. {_AGAIN}")
    begin = raw[:100].removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    suffix = splitext(name)[1].lower()
    if begin != b"{" and (begin == b"<" or suffix in PAGES):
        return _last_of_each(_in_page(name, raw))
    notebook = _notebook(name, raw) if b'"nbformat"' in raw or suffix == ".ipynb" else None
    if notebook is not None:
        return _last_of_each(_in_notebook(name, notebook))
    return (Carried(decode(name, raw), str(name)),)


def the_one(name: str | PurePath, raw: bytes, *, article: str = "", scheme: str = "") -> Carried:
    """Return the one answer in a file; of several, that on this article, or with this scheme.

    Raises:
        FileFormatError: as for ``carried``, and where there is none, or still more than one.
    """
    found = carried(name, raw)
    for part, wanted in (("article", article), ("scheme", scheme)):
        fitting = [one for one in found if wanted and _head(one.content).get(part) == wanted]
        found = fitting or found
    if not found:
        raise FileFormatError(f"{name}: there is no answer in it. {_AGAIN}")
    if len(found) > 1:
        names = ", ".join(name_of(one.content) or "one that cannot be read" for one in found[:5])
        raise FileFormatError(f"{name}: there are {len(found)} answers in it ({names}). {_AGAIN}")
    return found[0]


def name_of(content: str) -> str:
    """Return the name of an answer file's content, without ``.json``: article and scheme; "" if it cannot be read."""
    parts = list(_head(content).values())
    return "-".join(parts) if len(parts) == 2 else ""


def _head(content: str) -> dict[str, str]:
    """Return article and scheme of an answer file's content, as far as they can be read."""
    try:
        fields = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(fields, dict):
        return {}
    return {name: fields[name] for name in ("article", "scheme") if isinstance(fields.get(name), str)}


def block(content: str, words: str) -> str:
    """Return the element of a page that carries an answer file; ``words`` is HTML that stands in its place."""
    value = base64.b64encode(content.encode("utf-8")).decode("ascii")
    return f'<data data-format="{PAGE}" value="{value}">{words}</data>'


# Pages


def _in_page(name: str | PurePath, raw: bytes) -> list[Carried]:
    if raw.startswith(_UTF_16):
        raw = raw.decode("utf-16", "replace").encode("ascii", "replace")
    elif b"multipart/related" in raw[:2000]:  # a page that a telephone saved, with all that belongs to it
        raw = quopri.decodestring(raw)
    blocks = [(found, _FORMAT.search(found)) for found in _BLOCK.findall(raw)]
    ours = [(found, format[1].decode().lower()) for found, format in blocks if format][-_MOST:]
    return [Carried(_content(name, found, format), f"{name}, the answer in the page") for found, format in ours]


def _content(name: str | PurePath, found: bytes, format: str) -> str:
    if format != PAGE:
        raise FileFormatError(f"{name}: format is {format!r}, expected {PAGE!r}. "
                              "It comes from another version of the kit: update the kit.")
    value = _VALUE.search(found)
    try:
        return base64.b64decode(b"".join(value[1].split()) if value else b"?", validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        raise FileFormatError(f"{name}: the answer in the page is damaged. {_AGAIN}") from None


# Notebooks


def _notebook(name: str | PurePath, raw: bytes) -> dict | None:
    """Return a notebook's fields; None if it is none, but another file that holds JSON."""
    is_named = PurePath(name).suffix.lower() == ".ipynb"
    try:
        fields = json.loads(decode(name, raw))
    except (ValueError, RecursionError):
        if not is_named:
            return None
        raise FileFormatError(f"{name}: this notebook cannot be read. {_AGAIN}") from None
    if not is_named and not (isinstance(fields, dict) and ("cells" in fields or "worksheets" in fields)):
        return None
    version = fields.get("nbformat") if isinstance(fields, dict) else None
    if version != 4 or not isinstance(fields.get("cells"), list):
        raise FileFormatError(f"{name}: not a notebook of format 4. Open it in JupyterLab, save it, and hand it in "
                              "again.")
    return fields


def _in_notebook(name: str | PurePath, notebook: dict) -> list[Carried]:
    found = []
    for number, cell in enumerate(notebook["cells"], start=1):
        outputs = cell.get("outputs") if isinstance(cell, dict) else None
        for output in outputs if isinstance(outputs, list) else ():
            data = output.get("data") if isinstance(output, dict) else None
            content = _text(data.get(CARRIED)) if isinstance(data, dict) else None
            if content is not None:
                found.append(Carried(content, f"{name}, the output of cell {number}"))
    return found[-_MOST:]


def _text(value: object) -> str | None:
    """Return what an output holds; a notebook may hold a text as a list of lines."""
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        return "".join(value)
    return value if isinstance(value, str) else None


def _last_of_each(found: list[Carried]) -> tuple[Carried, ...]:
    last: dict[str, Carried] = {}
    for one in found:
        key = name_of(one.content)
        last.pop(key, None)  # what is written last stands last
        last[key] = one
    return tuple(last.values())
