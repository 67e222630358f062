"""The rules for articles, answers and keys, and what a file has against them.

An error is what makes the kit go wrong, or leaves a student without a reason; a warning is
what a careful author would mend.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from kit.model.annotations import AnnotationSet, AnswerKey
from kit.model.article import Article
from kit.model.files import plain
from kit.model.labels import is_by_claim, is_by_sentence, unit_of
from kit.model.spans import Extent, KeySpan, LookAlike, Span

_SENTENCE_END = re.compile(r"[.!?…][\"'”’»)\]]*(?=\s|$)")
_QUESTION = re.compile(r"\?[\"'”’»)\]]*$")


@dataclass(frozen=True)
class Finding:
    """One problem and what to do about it; ``level`` is ``"error"`` or ``"warning"``."""

    level: str
    message: str


def error(message: str) -> Finding:
    """Return a problem that must be mended."""
    return Finding("error", message)


def warning(message: str) -> Finding:
    """Return a problem that may stay."""
    return Finding("warning", message)


def in_article(article: Article, stem: str) -> Iterator[Finding]:
    """Find what is wrong with a stored article; ``stem`` is its file's name without .json."""
    if not article.text.strip():
        yield error("there is no text in it. Make the article again.")
    elif article.text != plain(article.text):
        yield error(f"the text {_unlike_plain(article.text)}. Make the article again from its text.")
    for name in ("tokens", "sentences"):
        stored = getattr(article, f"ready_{name}")
        fresh = getattr(replace(article, ready_tokens=None, ready_sentences=None), name)
        if stored is not None and stored != fresh:
            yield error(f"the stored {name} are not those of the text{_first_unlike(stored, fresh)}. "
                        "Make the article again.")
    if article.id != stem:
        yield warning(f"the id is {article.id!r}. Call the file {article.id}.json, or nobody finds it.")
    for name in ("title", "source"):
        if not getattr(article, name).strip():
            yield warning(f"the {name} is empty. Write one.")


def _unlike_plain(text: str) -> str:
    if "\r" in text:
        return "has line ends other than '\\n'"
    return "begins or ends with white space" if text != text.strip() else "is not in composed form (NFC)"


def _first_unlike(stored: Iterable[Extent], fresh: Iterable[Extent]) -> str:
    for number, (mine, right) in enumerate(zip(stored, fresh, strict=False)):
        if mine != right:
            return f", from number {number} on ({mine.start} to {mine.end}, not {right.start} to {right.end})"
    return " (their number differs)"


def in_key(article: Article, key: AnswerKey, *, draft: bool = False) -> Iterator[Finding]:
    """Find what is wrong with a key on its own article.

    In a ``draft``, marked text that is still being written, missing reasons are one warning.
    """
    asks = not is_by_claim(key.scheme)  # there the note of a claim asks, not that of its source
    for item in (*key.spans, *key.look_alikes):
        unit = unit_of(key.scheme, getattr(item, "label", ""))
        named = quoted(article, item)
        if not item.note.strip():
            if not draft:
                yield error(f"{named}: there is no note. {_what_to_write(item)}")
        elif _sentences_in(item.note) > 2:
            yield warning(f"{named}: the note has more than two sentences. Shorten it.")
        elif asks and unit == "token" and _is_core(item) and not _QUESTION.search(item.note.rstrip()):
            yield warning(f"{named}: the note does not end with a question. Add what a reader should ask next.")
        yield from (_about_words(article, item) if unit == "token" else _about_sentence(article, item))
    yield from _both_ways(article, key)
    if is_by_sentence(key.scheme):
        yield from _without_role(article, key)
    if draft:
        yield from _without_note(article, key)
    elif not key.made.strip():
        yield warning("field 'made' is empty. Say who made the key, and how well the passes agreed.")


def quoted(article: Article, where: Span | LookAlike | Extent) -> str:
    """Return the words of a place and where they stand, for a message."""
    words = article.quote(where)
    shown = words if len(words) <= 40 else words[:37] + "..."
    return f"{shown!r} ({where.start} to {where.end})"


def _is_core(item: KeySpan | LookAlike) -> bool:
    return isinstance(item, KeySpan) and item.tier == "core"


def _without_note(article: Article, key: AnswerKey) -> Iterator[Finding]:
    bare = [item for item in (*key.spans, *key.look_alikes) if not item.note.strip()]
    if bare:
        several = f"{len(bare)} items have no note, the first is " if len(bare) > 1 else "there is no note on "
        yield warning(f"{several}{quoted(article, bare[0])}. A student gets no reason there.")


def _what_to_write(item: KeySpan | LookAlike) -> str:
    if isinstance(item, LookAlike):
        return "Say why this is no cue."
    if item.tier == "contested":
        return "Make both cases."
    return "Say what the words do to the claim, and what a reader should ask."


def _sentences_in(note: str) -> int:
    """Return how many sentences a note has; asks NLTK only where it could be more than two."""
    if len(_SENTENCE_END.findall(note)) <= 2:
        return min(2, len(note))
    return len(Article("note", "", "", " ".join(note.split())).sentences)


def _about_words(article: Article, item: KeySpan | LookAlike) -> Iterator[Finding]:
    for where in (item, item.core) if isinstance(item, KeySpan) and item.core != item.extent else (item,):
        first, stop = article.token_range(where)
        if first == stop:
            yield error(f"{quoted(article, where)}: there are no words in it. Take it away.")
            return
        whole = article.extent(first, stop)
        if whole.start < where.start or whole.end > where.end:
            yield error(f"{quoted(article, where)}: cuts a word in {article.quote(whole)!r}. Take the whole word.")
    if getattr(item, "tier", "") == "core" and article.sentence_range(item)[0] in article.headings:
        yield warning(f"{quoted(article, item)}: stands in a heading, where no cue is core. Make it accepted.")


def _about_sentence(article: Article, item: KeySpan | LookAlike) -> Iterator[Finding]:
    if isinstance(item, KeySpan) and item.extent not in article.sentences:
        yield error(f"{quoted(article, item)}: is not one sentence. Take the whole sentence and no more.")


def _both_ways(article: Article, key: AnswerKey) -> Iterator[Finding]:
    """Find look-alikes on the words of an item, or of each other; both lists are in order."""
    words = [item for item in key.spans if unit_of(key.scheme, item.label) == "token"] or key.spans
    places = sorted((*words, *key.look_alikes), key=lambda item: (item.start, item.end))
    for left, right in pairwise(places):
        if left.overlap(right):
            yield error(f"{quoted(article, left)} and {quoted(article, right)} overlap. Take one of them away.")


def _without_role(article: Article, key: AnswerKey) -> Iterator[Finding]:
    labelled = {item.extent for item in key.spans}
    for number, sentence in enumerate(article.sentences, start=1):
        if sentence not in labelled:
            yield warning(f"sentence {number}, {quoted(article, sentence)}: has no label. Give it one.")


def in_quotes(article: Article, marks: AnnotationSet, fields: dict) -> Iterator[Finding]:
    """Find quotes in a file's own ``fields`` that are not the words at their offsets."""
    for name in ("spans", "first_pass", "look_alikes"):
        for number, value in enumerate(fields.get(name) or (), start=1):
            quote, where = value.get("quote"), Extent(value["start"], value["end"])
            if quote is not None and quote != article.quote(where):
                shown = str(quote) if len(str(quote)) <= 40 else f"{str(quote)[:37]}..."
                yield error(f"{name} item {number}: quote is {shown!r}, but the text has {quoted(article, where)}. "
                            "The offsets are what counts: mend one of the two.")
