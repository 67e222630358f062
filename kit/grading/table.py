"""Tables for spreadsheets: what students wrote stays text and never becomes a formula."""

import csv
import filecmp
import io
import os
import re
import secrets
from collections.abc import Iterable, Sequence
from itertools import count
from pathlib import Path

from kit.errors import KitError

# What a spreadsheet takes for the beginning of a formula, and the full-width forms that some turn into it.
_STARTS = tuple("=+-@\t\r\n＝＋－＠")
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
# White space, and signs without width, that a spreadsheet drops before it looks for a formula.
_UNSEEN = " \u00a0\u200b\u200c\u200d\u2060\ufeff\x00"


def safe_cell(value: object) -> str:
    """Return a value as the text of one cell: "" for None, a number as it is, no formula.

    Text that a spreadsheet could take for a formula gets an apostrophe in front, which shows that
    it is text.  What cannot be written at all, half a character or the sign numbered 0, is replaced.
    A writer of CSV must still quote the cell: a semicolon in it may separate cells elsewhere.

    Source:
        OWASP, "CSV Injection" (owasp.org/www-community/attacks/CSV_Injection): the signs
        = + - @, tab, carriage return, line feed and the full-width forms at the start of a cell.
    """
    if value is None or value == "":
        return ""
    if type(value) is str and value[0].isalnum() and value.isascii() and value.isprintable():
        return value  # nearly always
    text = str(value).encode("utf-8", "replace").decode("utf-8").replace("\x00", "\ufffd")
    if text == "-" or _NUMBER.fullmatch(text):  # a dash alone is how systems write "nothing"
        return text
    return "'" + text if text.lstrip(_UNSEEN).startswith(_STARTS) else text


def csv_text(rows: Iterable[Sequence[object]]) -> str:
    """Return rows as the content of a CSV file: text safe and quoted, numbers as they are, lines with CR and LF.

    Begins with a byte order mark, without which Excel takes the letters of names for others.
    """
    sheet = io.StringIO()
    writer = csv.writer(sheet, quoting=csv.QUOTE_NONNUMERIC)
    for row in rows:
        writer.writerow([cell if type(cell) in (int, float) else safe_cell(cell) for cell in row])
    return "\ufeff" + sheet.getvalue()


def keep_earlier(path: Path) -> Path | None:
    """Give the file at ``path`` a new name beside it, with the first number that is free; None if there is none.

    Raises:
        KitError: the folder cannot be written.
    """
    if not path.is_symlink() and not path.exists():
        return None
    free = next(place for number in count(1)
                if not (place := path.with_name(f"{path.stem}-{number}{path.suffix}")).exists())
    try:
        return path.rename(free)
    except OSError as problem:
        raise KitError(f"{path}: cannot be kept as {free.name} ({problem.strerror or problem}). "
                       "Close it where it is open, or choose another place.") from None


def write_table(rows: Iterable[Sequence[object]], path: Path, *, for_people: bool = False) -> Path | None:
    """Write rows as CSV, one at a time, and return where a file that was there is kept now; None if there was none.

    The cells are those of ``csv_text``.  A byte order mark is written only ``for_people``, who
    open the file in Excel: a system that imports it could take the mark for part of a name.

    Raises:
        KitError: the folder cannot be written.
    """
    new = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        with open(new, "x", encoding="utf-8-sig" if for_people else "utf-8", newline="") as file:
            writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)
            for row in rows:
                writer.writerow([cell if type(cell) in (int, float) else safe_cell(cell) for cell in row])
        if path.is_file() and filecmp.cmp(path, new, shallow=False):
            return None
        kept = keep_earlier(path)
        os.replace(new, path)
        return kept
    except OSError as problem:
        raise KitError(f"{path}: not saved ({problem.strerror or problem}). "
                       "Close it where it is open, or choose another place.") from None
    finally:
        new.unlink(missing_ok=True)
