"""What lies below the fold line of a sheet to print: every item of the key, with its reason."""

from collections.abc import Iterable, Mapping, Sequence

from kit.model.annotations import AnswerKey
from kit.model.article import Article
from kit.model.labels import Scheme, unit_of
from kit.model.numbered import Sentence
from kit.model.relations import GOES_BACK, SOURCE
from kit.model.spans import Extent, KeySpan, LookAlike
from kit.page.markup import escape, label_of

NOT_ASKED = "furniture"
_TIERS = {
    "core": "To be found",
    "accepted": "Fair to mark, but not asked: costs nothing",
    "contested": "Careful readers differ: counts neither way",
}
_HEADS = {
    "token": ("No.", "Words", "Pen", "Why"),
    "sentence": ("No.", "Letter", "Why"),
    "claim": ("No.", "Claim", "Who says so", "Rung", "Why"),
}
_PASSING = ("No.", "Words", "Goes back to", "Why")


def below_the_fold(article: Article, sentences: Sequence[Sentence], scheme: Scheme, key: AnswerKey,
                   claims: Mapping[Extent, str]) -> str:
    """Return the part of a sheet that tells the key, which is in the sheet's scheme, as HTML.

    ``claims`` are the numbers that claims have on the sheet; empty in other schemes.
    """
    asked = [span for span in key.spans if span.label != NOT_ASKED
             and (scheme.unit != "claim" or unit_of(scheme.id, span.label) == "sentence")]
    names = _TIERS if scheme.unit == "token" else _TIERS | {"core": "Asked"}
    heads = _HEADS[scheme.unit]
    groups = [(name, [span for span in asked if span.tier == tier]) for tier, name in names.items()]
    tables = "".join(_table(f"{name} ({len(items)})", (_item(article, sentences, scheme, key, item, claims)
                                                         for item in items), heads) for name, items in groups if items)
    if passed := [span for span in key.spans if any(end.label == GOES_BACK for end in span.joined)]:
        tables += _table(f"Who only passed it on ({len(passed)})",
                         (_passing(article, sentences, key, item) for item in passed), _PASSING)
    if key.look_alikes:
        rows = (_look_alike(article, sentences, item) for item in key.look_alikes)
        tables += _table(f"Look-alikes, not to be marked ({len(key.look_alikes)})", rows, heads)
    made = f'<p class="made">How this key was made: {escape(key.made)}</p>\n' if key.made else ""
    return ('<section class="key" aria-label="Key">\n'
            '<p class="fold">Fold back here, or keep what follows until everybody has finished</p>\n'
            f"<h2>Key: {escape(article.title)}</h2>\n{tables}{made}</section>\n")


def _table(caption: str, rows: Iterable[str], heads: Sequence[str]) -> str:
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    return (f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead>"
            f'<tbody>{"".join(rows)}</tbody></table>\n')


def _item(article: Article, sentences: Sequence[Sentence], scheme: Scheme, key: AnswerKey, item: KeySpan,
          claims: Mapping[Extent, str]) -> str:
    letters = " or ".join(label_of(scheme.id, label).letter for label in (item.label, *item.also))
    pen = f'<td class="pen">{escape(letters)}</td>'
    if scheme.unit == "sentence":
        return _row(sentences, item, pen, item.note)
    if scheme.unit == "claim":
        number = f'<td class="pen">{claims.get(item.extent, "")}</td>'
        return _row(sentences, item, number + _cell(_sources(article, sentences, key, item)) + pen, item.note)
    return _row(sentences, item, _cell(_quoted(article, sentences, item, item.core)) + pen, item.note)


def _look_alike(article: Article, sentences: Sequence[Sentence], item: LookAlike) -> str:
    return _row(sentences, item, f'{_cell(_quoted(article, sentences, item, item))}<td class="pen">–</td>', item.note)


def _row(sentences: Sequence[Sentence], where: Extent, cells: str, note: str) -> str:
    first = _sentences_of(sentences, where)[:1]
    name = first[0].name if first else ""
    return f'<tr><th scope="row">{name}</th>{cells}<td dir="auto">{escape(note)}</td></tr>'


def _sentences_of(sentences: Sequence[Sentence], where: Extent) -> list[Sentence]:
    return [sentence for sentence in sentences if sentence.extent.overlap(where)]


def _quoted(article: Article, sentences: Sequence[Sentence], where: Extent, core: Extent, name: str = "") -> str:
    """Return the words of an item, its core in bold, and their numbers on the sheet."""
    text = article.text
    words = (f"{escape(text[where.start:core.start])}<b>{escape(text[core.start:core.end])}</b>"
             f"{escape(text[core.end:where.end])}")
    return f"{words} <small>{name}{_numbers(article, sentences, where)}</small>"


def _cell(quoted: str) -> str:
    return f'<td class="quote" dir="auto">{quoted}</td>'


def _sources(article: Article, sentences: Sequence[Sentence], key: AnswerKey, claim: KeySpan) -> str:
    """Return the words for who says so, and whom they go back to."""
    known = {span.extent: span for span in key.spans if span.label == SOURCE}

    def told(where: Extent, passed: frozenset[Extent]) -> str:
        source = known[where]
        name = _place(sentences, where, claim)
        further = [told(end.extent, passed | {where}) for end in source.joined
                   if end.label == GOES_BACK and end.extent in known and end.extent not in passed | {where}]
        return " &gt; ".join([_quoted(article, sentences, source, source.core, name), *further])

    return "; ".join(told(end.extent, frozenset()) for end in claim.joined if end.extent in known)


def _passing(article: Article, sentences: Sequence[Sentence], key: AnswerKey, item: KeySpan) -> str:
    """Return the line of source words that took their report from others."""
    known = {span.extent: span for span in key.spans if span.label == SOURCE}
    ends = [known[end.extent] for end in item.joined if end.label == GOES_BACK and end.extent in known]
    told = "; ".join(_quoted(article, sentences, end, end.core, _place(sentences, end, item)) for end in ends)
    return _row(sentences, item, _cell(_quoted(article, sentences, item, item.core)) + _cell(told), item.note)


def _place(sentences: Sequence[Sentence], where: Extent, home: Extent) -> str:
    """Return the number of the sentence that words stand in; "" if it is that of ``home``."""
    there = _sentences_of(sentences, where)[:1]
    return there[0].name if there and there != _sentences_of(sentences, home)[:1] else ""


def _numbers(article: Article, sentences: Sequence[Sentence], where: Extent) -> str:
    first, stop = article.token_range(where)
    for sentence in _sentences_of(sentences, where)[:1]:
        held = [number for number, token in enumerate(sentence.words, start=1) if first <= token < stop]
        if held:
            return f"#{held[0]}" if len(held) == 1 else f"#{held[0]}-{held[-1]}"
    return ""
