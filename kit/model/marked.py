"""Marked text: one notation for a text with spans in it.

``The mayor [may|modal: only a possibility] resign, [<sources> said|vague+hearsay].``

``[words|label]`` is a core item, ``[words|label?]`` accepted, ``[words|label??]`` contested,
``[words|-]`` a look-alike.  ``<...>`` is the core inside the max extent, ``+`` adds labels that
are as right, ``: note`` ends the item.  A bracket of the text is doubled; inside an item a
backslash takes the meaning from ``[ ] < > | : + ? \\``.
"""

import re

from kit.errors import FileFormatError
from kit.model.annotations import AnnotationSet, AnswerKey
from kit.model.article import fingerprint_of
from kit.model.spans import Extent, KeySpan, LookAlike, Span

_SPECIAL = re.compile(r"[\[\]<>|:+?\\]")
_BRACKET = re.compile(r"[\[\]]")
_LABEL = re.compile(r"[a-z0-9][a-z0-9_-]*")
_TIER_SIGNS = {"core": "", "accepted": "?", "contested": "??"}


def parse(source: str, *, article: str = "text", scheme: str = "cues",
          name: str = "marked text") -> tuple[str, AnswerKey]:
    """Return the plain text and the key that marked text holds.

    Raises:
        FileFormatError: names the line and what to write instead; ``name`` is the file's.
    """
    reader = _Reader(source, name)
    text = reader.read()
    return text, AnswerKey(article, fingerprint_of(text), scheme, spans=tuple(reader.items),
                           look_alikes=tuple(reader.look_alikes))


def write(text: str, marked: AnnotationSet) -> str:
    """Return the text with the spans of a key, or of any annotation set, in brackets.

    Raises:
        FileFormatError: spans overlap, or a note holds a line end.
    """
    items = sorted([*marked.spans, *getattr(marked, "look_alikes", ())], key=lambda item: (item.start, item.end))
    parts, done = [], 0
    for item in items:
        if item.start < done:
            raise FileFormatError(f"Two spans overlap at {text[item.start:item.end]!r} (characters {item.start} "
                                  f"to {item.end}). Marked text has no way to write that: take one away.")
        parts += [_double(text[done:item.start]), _bracket(text, item)]
        done = item.end
    return "".join((*parts, _double(text[done:])))


def _double(text: str) -> str:
    return text.replace("[", "[[").replace("]", "]]")


def _escape(text: str) -> str:
    return _SPECIAL.sub(lambda match: "\\" + match.group(), text)


def _bracket(text: str, item: Span | LookAlike) -> str:
    if "\n" in item.note or "\r" in item.note:
        raise FileFormatError(f"The note on {text[item.start:item.end]!r} has a line end in it. Write it in one line.")
    words, core = text[item.start:item.end], getattr(item, "core", None)
    shown = _escape(words)
    if core and (core.start, core.end) != (item.start, item.end):
        first, stop = core.start - item.start, core.end - item.start
        shown = f"{_escape(words[:first])}<{_escape(words[first:stop])}>{_escape(words[stop:])}"
    note = f": {_escape(item.note)}" if item.note else ""
    return f"[{shown}|{_label_part(item)}{note}]"


def _label_part(item: Span | LookAlike) -> str:
    if isinstance(item, LookAlike):
        return "-"
    return "+".join((item.label, *getattr(item, "also", ()))) + _TIER_SIGNS[getattr(item, "tier", "core")]


class _Reader:
    """Walks through marked text once; collects plain text, items and look-alikes."""

    def __init__(self, source: str, name: str) -> None:
        self.source, self.name, self.at = source, name, 0
        self.plain: list[str] = []
        self.length = 0
        self.items: list[KeySpan] = []
        self.look_alikes: list[LookAlike] = []

    def read(self) -> str:
        while self.at < len(self.source):
            sign = self.source[self.at]
            if sign in "[]" and self.source.startswith(sign * 2, self.at):
                self._keep(sign)
                self.at += 2
            elif sign == "]":
                self._fail(self.at, "lone ']'; write ']]' for a bracket.")
            elif sign == "[":
                self._item()
            else:
                bracket = _BRACKET.search(self.source, self.at)
                stop = bracket.start() if bracket else len(self.source)
                self._keep(self.source[self.at:stop])
                self.at = stop
        return "".join(self.plain)

    def _keep(self, text: str) -> None:
        self.plain.append(text)
        self.length += len(text)

    def _fail(self, at: int, problem: str) -> None:
        raise FileFormatError(f"{self.name} line {self.source.count(chr(10), 0, at) + 1}: {problem}")

    def _item(self) -> None:
        begin, start = self.at, self.length
        self.at += 1
        words, bounds = self._words(begin)
        label = self._until(":]", begin)
        note = ""
        if self.source[self.at - 1] == ":":
            note = self._until("]", begin).removeprefix(" ")
        if not words:
            self._fail(begin, "there are no words before '|'; write '[words|label]'.")
        if "\n" in note:
            self._fail(begin, "a note has a line end in it; write it in one line.")
        self._keep(words)
        self._add(begin, start, bounds, label.strip(), note)

    def _words(self, begin: int) -> tuple[str, list[int]]:
        """Return the words before '|' and the bounds of the core, counted from their start."""
        kept, bounds = [], []
        while True:
            sign = self._next(begin)
            if sign == "|":
                break
            if sign == ("<", ">")[len(bounds) % 2] and len(bounds) < 2:
                bounds.append(len(kept))
            elif sign in ("[", "]", "<", ">"):
                self._fail(begin, f"lone {sign!r} inside an item; write '\\{sign}', or '[[' for a bracket of the text.")
            else:
                kept.append(sign[-1])
        if len(bounds) == 1 or (bounds and bounds[0] == bounds[1]):
            self._fail(begin, "the core needs '<' and '>' around at least one word.")
        return "".join(kept), bounds

    def _until(self, stops: str, begin: int) -> str:
        kept = []
        while (sign := self._next(begin)) not in tuple(stops):
            kept.append(sign[-1])
        return "".join(kept)

    def _next(self, begin: int) -> str:
        """Return the next sign; an escaped one comes with its backslash, so that it means nothing."""
        if self.at >= len(self.source):
            self._fail(begin, "'[' is never closed; write '[words|label]', or '[[' for a bracket.")
        width = 2 if self.source[self.at] == "\\" and self.at + 1 < len(self.source) else 1
        self.at += width
        return self.source[self.at - width:self.at]

    def _add(self, begin: int, start: int, bounds: list[int], label: str, note: str) -> None:
        if label == "-":
            if bounds:
                self._fail(begin, "a look-alike has no core; take '<' and '>' away.")
            self.look_alikes.append(LookAlike(start, self.length, note))
            return
        bare = label.rstrip("?")
        signs = {sign: tier for tier, sign in _TIER_SIGNS.items()}
        labels = [part.strip() for part in bare.split("+")]
        if label[len(bare):] not in signs or not all(map(_LABEL.fullmatch, labels)):
            self._fail(begin, f"{label!r} is no label; write 'modal', 'modal+hearsay', 'modal?' or 'modal??'.")
        core = Extent(start + bounds[0], start + bounds[1]) if bounds else None
        self.items.append(KeySpan(start, self.length, labels[0], note, tier=signs[label[len(bare):]],
                                  core=core, also=tuple(labels[1:])))
