"""The items of a key on the class page: what a class found, chose and left, the hardest first."""

from kit.measure.row import sentence_numbers
from kit.measure.tallies import Item, Tallies
from kit.model.article import Article
from kit.model.labels import word_for
from kit.model.spans import Extent
from kit.page import markup
from kit.page.classwords import per_cent
from kit.page.markup import escape

LEAD = 12  # words of a sentence that tell which one is meant
_SOURCES = {"right": "joined the words of the key", "passed on": "joined words for who only passes it on",
            "other": "joined other words", "missing": "joined no words", "nobody": "joined no words, as in the key"}


def items(tallies: Tallies, names: bool) -> str:
    """Return a table of the key's items with what the class made of them; with names, who missed each.  "" without."""
    if not tallies.items:
        return ""
    if tallies.by_sentence or tallies.by_claim:
        return _sentences(tallies, names)
    heads = ("Cue", "Kind", "Found", "Share", "Why it counts")
    rows = [markup.row(heads, (quoted(tallies, item.cue), _kind(tallies, item), _found(item), _share(tallies, item),
                               _why(item, names))) for item in tallies.hardest]
    return (f"<h2>Cues, the hardest first</h2>"
            f"{markup.table(heads, rows, caption=_share_caption('A cue that was partly found counts half.'))}")


def _sentences(tallies: Tallies, names: bool) -> str:
    thing = "claim" if tallies.by_claim else "sentence"
    label = word_for(tallies.key.scheme)
    heads = (thing.capitalize(), f"{label.capitalize()}s chosen", "As in the key", "Why")
    rows = [markup.row(heads, (lead(tallies.article, item.cue), _chosen(tallies, item), _share(tallies, item),
                               _why(item, names))) for item in tallies.hardest]
    beside = ("One rung beside the key’s counts as well." if tallies.by_claim
              else "Who chose none counts as not in the key.")
    return (f"<h2>{thing.capitalize()}s, the hardest first</h2>"
            f"{markup.table(heads, rows, caption=_share_caption(beside), sentences=True)}")


def _share_caption(more: str) -> str:
    return ("Share of the class. The brackets tell how far chance may have moved it: call two shares different only "
            f"where their brackets lie apart. {more}")


def _kind(tallies: Tallies, item: Item) -> str:
    labels = [markup.chip(markup.label_of(tallies.key.scheme, label)) for label in (item.cue.label, *item.cue.also)]
    marked = item.found + item.loose
    pen = "this pen" if len(labels) == 1 else "one of these pens"
    right = f'<br><small class="kit-whole">{item.right} of {marked} took {pen}</small>' if marked else ""
    return " ".join(labels) + right


def _found(item: Item) -> str:
    partly = f"<br>{item.loose} partly" if item.loose else ""
    return f'<span class="kit-whole"><b>{item.found}</b> of {item.of}{partly}<br>{item.missed} missed</span>'


def _share(tallies: Tallies, item: Item) -> str:
    share = tallies.share(item) or 0.0
    low, high = tallies.interval(item)
    bar = (f'<span class="kit-share" aria-hidden="true" style="--kit-share:{share:.3f};--kit-low:{low:.3f};'
           f'--kit-high:{high:.3f}"></span>')
    counted = f"{item.right} of {item.of}<br>" if tallies.by_sentence or tallies.by_claim else ""
    ends = f"({low * 100:.0f} to {per_cent(high)})"
    return f'<span class="kit-whole">{counted}<b>{per_cent(share)}</b> {ends}</span>{bar}'


def _chosen(tallies: Tallies, item: Item) -> str:
    """Return how often each label was chosen for a sentence; those of the key are underlined by a word."""
    held = {label: item.labels.get(label, 0) for label in (item.cue.label, *item.cue.also)}
    held = dict(sorted((held | dict(item.labels)).items(), key=lambda pair: -pair[1]))
    lines = [f"<li>{bar(count, item.of)}<b>{count}</b> {markup.chip(markup.label_of(tallies.key.scheme, label))}"
             f"{' <small>key</small>' if label in item.cue.labels else ''}</li>" for label, count in held.items()]
    blank = item.of - item.marked
    lines += [f"<li>{bar(blank, item.of)}<b>{blank}</b> none</li>"] * bool(blank > 0)
    sources = "; ".join(f"{count} {_SOURCES.get(name, name)}" for name, count in item.sources.items())
    more = f"<small>Asked who says so, {escape(sources)}.</small>" if tallies.by_claim and sources else ""
    return f'<ul class="kit-counts">{"".join(lines)}</ul>{more}'


def bar(count: int, of: int) -> str:
    """Return a bar as long as a share; whoever hears the page hears the number beside it."""
    return f'<span class="kit-count" aria-hidden="true" style="--kit-share:{count / max(1, of):.3f}"></span>'


def _why(item: Item, names: bool) -> str:
    if not (names and item.missed_by):
        return escape(item.cue.note)
    return f'{escape(item.cue.note)}<br><small dir="auto">Not with: {escape(", ".join(item.missed_by))}</small>'


def open_items(tallies: Tallies) -> str:
    """Return a table of what the key leaves open and somebody marked; "" if nobody did."""
    if not any(item.marked for item in tallies.open):
        return ""
    heads = ("Words", "Marked by", "Why it is open")
    places = [lead(tallies.article, item.cue) if tallies.by_sentence else quoted(tallies, item.cue)
              for item in tallies.open]
    rows = [markup.row(heads, (words, _open_counts(tallies, item), escape(item.cue.note)))
            for words, item in zip(places, tallies.open)]
    table = markup.table(heads, rows, caption="These cost nobody anything: good to talk about.",
                         sentences=tallies.by_sentence)
    return f"<h2>Open in the key</h2>{table}"


def _open_counts(tallies: Tallies, item: Item) -> str:
    if tallies.by_sentence or tallies.by_claim:
        return _chosen(tallies, item)
    return f"<b>{item.marked}</b> of {item.of}"


def quoted(tallies: Tallies, where: Extent) -> str:
    """Return words of the text, with the number of their sentence."""
    article = tallies.article
    sentence = article.sentence_range(where)[0]
    told = sentence_numbers(article)[sentence] if sentence < len(article.sentences) else None
    at = f"sentence {told}" if told else "a heading"
    return f'<q dir="auto">{escape(article.quote(where))}</q><small>{at}</small>'


def lead(article: Article, where: Extent) -> str:
    """Return the number of a sentence and the words that it begins with."""
    words = article.quote(where).split()
    told = sentence_numbers(article)[article.sentence_range(where)[0]]
    return (f'<span class="kit-view-number">{told or ""}</span> <span dir="auto">{escape(" ".join(words[:LEAD]))}'
            f"{' …' if len(words) > LEAD else ''}</span>")
