"""Does a file hold a key, or what stands in one?  However it is packed.

A key can reach students as a copy, inside a notebook's output or attachment, in an archive, or as
a hidden test that names its answers.  A file is looked into as data, to a depth and a size.
"""

import base64
import binascii
import html
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kit.model.annotations import AnswerKey

_DEPTH = 4                 # an archive in an archive in a notebook, and one more
_MOST = 40_000_000         # bytes looked into in one file, all that is packed in it together
_LONG_NOTE = 25            # letters; a shorter note may be said by chance
_SHARE = 0.6               # of a key's places or words: with fewer it may be chance

_KEY, _ANSWER = b"kit/key/", b"kit/annotations/"
_PACKED = re.compile(r'(?:[A-Za-z0-9+/]{60,}(?:\\n|[\s",])+)+[A-Za-z0-9+/]+={0,2}|[A-Za-z0-9+/]{100,}={0,2}')
_PAIRS = re.compile(r"(?<!\d)(\d{1,7})(?=\D{1,16}?(\d{1,7})(?!\d))")
_HIDDEN = re.compile(r"BEGIN HIDDEN TESTS?(.*?)(?:END HIDDEN TESTS?|\Z)", re.S)


class TooMuch(Exception):
    """A file that unpacks to more than is looked into."""


@dataclass(frozen=True)
class Known:
    """What is looked for: the notes, the places and the words of a course's keys."""

    notes: frozenset[str]
    places: tuple[frozenset[tuple[int, int]], ...]
    words: tuple[frozenset[str], ...]

    @classmethod
    def of(cls, keys: Iterable[AnswerKey]) -> "Known":
        """Return what is known from keys; without keys, nothing but their format can be found."""
        keys = list(keys)
        notes = [one.note for key in keys for one in (*key.spans, *key.look_alikes)]
        notes += [str(one.get("note", "")) for key in keys for one in key.responses.values() if isinstance(one, dict)]
        return cls(frozenset(bare for bare in map(_letters, notes) if len(bare) >= _LONG_NOTE),
                   tuple(frozenset((one.start, one.end) for one in key.tier("core")) for key in keys),
                   tuple(_asked(key) for key in keys))


def _asked(key: AnswerKey) -> frozenset[str]:
    """Return the right choices of a key: a test that names them all gives them away."""
    return frozenset(one for known in key.responses.values() if isinstance(known, dict)
                     for one in known.get("right", ()) if isinstance(one, str))


def holds_answer(raw: bytes) -> bool:
    """Tell whether a file is somebody's answer, or carries one."""
    return _ANSWER in raw


def given_away(raw: bytes, known: Known, *, own: bool = False) -> str:
    """Return what of a key stands in a file, in words for a message; "" if nothing does.

    With ``own`` only the course's own keys count, not what looks like a key: students' files may
    hold one that they made.

    Raises:
        TooMuch: it unpacks to more than 40 MB.
    """
    left = [_MOST]
    for part, packed in _parts(raw, _DEPTH, left):
        found = _in_part(part, known, own)
        if found:
            return f"{found}, packed inside it" if packed else found
    return ""


def _in_part(raw: bytes, known: Known, own: bool) -> str:
    text = raw.decode("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", "replace")
    letters = _letters(text)
    notes = sum(note in letters for note in known.notes)
    if _KEY.decode() in text and (notes or not own):
        return "a whole key"
    if own:
        return ""  # students read the reasons in their feedback
    if notes:
        return "the reasons of a key" if notes > 1 else "a reason of a key"
    if _ANSWER.decode() not in text and _shares(text, known):
        return "the places that a key marks"
    return ""


def _shares(text: str, known: Known) -> bool:
    pairs = {(int(first), int(second)) for first, second in _PAIRS.findall(text)}
    return any(len(places & pairs) >= max(3, _SHARE * len(places)) for places in known.places)


def hidden_tests(source: str, known: Known) -> str:
    """Return what of a key the hidden tests of a cell name; "" if nothing; "no key" if there are only tests."""
    hidden = "\n".join(_HIDDEN.findall(source))
    if not hidden.strip():
        return ""
    if _shares(hidden, known) or any(len(words) > 1 and all(word in hidden for word in words) for words in known.words):
        return "right answers"
    return _in_part(hidden.encode(), known, False) or "no key"


# What is packed in what


def _parts(raw: bytes, depth: int, left: list[int], packed: bool = False) -> Iterator[tuple[bytes, bool]]:
    """Yield a file and everything packed in it."""
    left[0] -= len(raw)
    if left[0] < 0:
        raise TooMuch
    yield raw, packed
    if depth:
        for inner in _unpacked(raw, left):
            yield from _parts(inner, depth - 1, left, True)


def _unpacked(raw: bytes, left: list[int]) -> Iterator[bytes]:
    if raw[:2] == b"PK":
        yield from _unzipped(raw, left)
        return
    if raw[:2] == b"\x1f\x8b":
        yield _inflated(raw, left)
        return
    for run in _PACKED.findall(raw.decode("utf-8", "replace")):
        try:
            yield base64.b64decode(re.sub(r'\\n|[\s",]', "", run) + "==")
        except binascii.Error:
            continue


def _unzipped(raw: bytes, left: list[int]) -> Iterator[bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            for entry in archive.infolist()[:2000]:
                with archive.open(entry) as file:
                    inner = file.read(left[0] + 1)
                yield inner
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError, EOFError, zlib.error):
        raise TooMuch from None  # it cannot be looked into: damaged, or locked with a password


def _inflated(raw: bytes, left: list[int]) -> bytes:
    try:
        return zlib.decompressobj(31).decompress(raw, left[0] + 1)
    except zlib.error:
        return b""


def _letters(text: str) -> str:
    """Return the letters and digits of a text alone, whichever way it is escaped."""
    text = re.sub(r"\\+u([0-9a-fA-F]{4})", lambda sign: chr(int(sign[1], 16)), html.unescape(text))
    return re.sub(r"[\W_]+", "", re.sub(r"\\+[nrt]", " ", text)).casefold()
