"""Plain text for terminals: safe to print, and readable in 80 columns without colour."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from kit.errors import FileFormatError
from kit.measure.reasons import many
from kit.model.annotations import AnnotationSet
from kit.model.article import Article
from kit.model.marked import write
from kit.model.spans import Span
from kit.page.markup import label_of
from kit.page.sheet import Sheet

WIDTH = 80
_NUMBER, _RESULT, _LEAST = 3, 17, 8
# A text may carry signs that a terminal obeys, or that turn the direction of a line.
_COMMANDS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def safe(text: str) -> str:
    """Return text without signs that a terminal would obey; each becomes the replacement character."""
    return _COMMANDS.sub("\ufffd", text)


def columns(text: str) -> int:
    """Return how many columns of a terminal the text fills."""
    if text.isascii():  # nearly always, and much quicker
        return len(text)
    return sum(0 if unicodedata.combining(sign) else 1 + (unicodedata.east_asian_width(sign) in "WF")
               for sign in text)


def wrap(text: str, width: int, indent: str = "") -> list[str]:
    """Return the text in lines of at most ``width`` columns; an endless word is cut."""
    lines, line = [], ""
    for word in (part for long in safe(text).split() for part in _cut(long, width - len(indent))):
        longer = f"{line} {word}" if line else word
        if line and columns(longer) > width - len(indent):
            lines.append(line)
            longer = word
        line = longer
    return [indent + done for done in (*lines, line) if done]


def _cut(word: str, width: int) -> Iterable[str]:
    before, bar, after = word.rpartition("|")
    # Between the words and the label is where a cut is least missed.
    for piece in (before + bar, after) if columns(word) > width else (word,):
        part = ""
        for sign in piece:
            if part and columns(part + sign) > width:
                yield part
                part = ""
            part += sign
        yield part


def row(cells: Sequence[str], widths: Sequence[int]) -> list[str]:
    """Return one row of a table as lines, each cell wrapped to its width in columns."""
    wrapped = [wrap(cell, width) for cell, width in zip(cells, widths)]
    height = max(map(len, wrapped), default=0)
    padded = [lines + [""] * (height - len(lines)) for lines in wrapped]
    return ["  ".join(part + " " * (width - columns(part)) for part, width in zip(parts, widths)).rstrip()
            for parts in zip(*padded)]


def bracketed(words: str, labels: Iterable[str]) -> str:
    """Return words in marked text: ``[may|might]``; nothing where there is no label."""
    label = "+".join(dict.fromkeys(labels))
    marked = AnnotationSet("", "", "", "", (Span(0, len(words), label),)) if words and label else None
    return write(words, marked) if marked else ""


def article_text(article: Article, marked: Sequence[AnnotationSet]) -> str:
    """Return the article as marked text; spans that overlap, or of many annotators, as a list below."""
    head = [safe(article.title), ""]
    if len(marked) == 1:
        try:
            return "\n".join((*head, safe(write(article.text, marked[0]))))
        except FileFormatError:
            pass  # brackets cannot overlap
    lists = [line for one in marked for line in
             ("", f"{safe(one.annotator)}: {many(len(one.spans), 'mark')}", *_listed(article, one.scheme, one.spans))]
    return "\n".join((*head, safe(article.text), *lists))


def _listed(article: Article, scheme: str, spans: Sequence[Span]) -> list[str]:
    lines = []
    for number, span in enumerate(spans, start=1):
        note = f": {span.note}" if span.note else ""
        words = f"{article.quote(span)} ({label_of(scheme, span.label).name}){note}"
        lines += [f"{number:3}  {lines_of}" if not at else f"     {lines_of}"
                  for at, lines_of in enumerate(wrap(words, WIDTH - 5))]
    return lines


def comparison_text(sheet: Sheet, summary: str) -> str:
    """Return a comparison as a table in 80 columns: what each lane marked in brackets, then why."""
    lanes = len(sheet.heads)
    rest = WIDTH - _NUMBER - _RESULT - 2 * (lanes + 1)
    widths = (_NUMBER, _RESULT, *[max(_LEAST, rest // lanes)] * lanes)  # many lanes make it wider
    rule = "-" * WIDTH
    lines = [*wrap(sheet.article.title, WIDTH), *wrap(summary, WIDTH), ""]
    if sheet.rows:
        lines += [*row(("", "Result", *sheet.heads), widths), rule]
    for number in range(1, len(sheet.rows) + 1):
        whys = [line for why in sheet.whys[number - 1] for line in wrap(why, WIDTH, "     ")]
        lines += [*row(_cells(sheet, number), widths), *whys, ""]
    for head, scheme, spans in sheet.alone:
        lines += [*wrap(f"Only {head}, so in no row:", WIDTH), *_listed(sheet.article, scheme, spans), ""]
    return "\n".join(lines).rstrip()


def _cells(sheet: Sheet, number: int) -> tuple[str, ...]:
    here = sheet.rows[number - 1]
    marked = [bracketed(words, (label.id for label in labels)) or f"({absent})" for words, labels, absent
              in zip(sheet.quotes[number - 1], sheet.lanes[number - 1], sheet.absent)]
    return (str(number), f"{here.symbol} {here.word}", *marked)
