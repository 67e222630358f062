"""The class page: what a class marked, missed and chose, as one file that needs nothing else."""

from collections.abc import Iterable, Sequence

from kit.grading.questions import Question, in_words, questions
from kit.grading.shell import style_of, whole_page
from kit.measure.reasons import many
from kit.measure.row import sentence_numbers
from kit.measure.tallies import Choices, Extra, Item, Tallies
from kit.model.article import Article
from kit.model.labels import word_for
from kit.model.spans import Extent
from kit.page import markup
from kit.page.classwords import (
    agreement_words,
    few_words,
    moves_words,
    number,
    passes,
    per_cent,
    points_words,
)
from kit.page.markup import escape
from kit.page.skyline import skyline, words_of

_MOST_EXTRAS = 15
_LEAD = 12   # words of a sentence that tell which one is meant
_BINS = 40   # steps of the strip of points: quarter points, of ten
_STACK = 15  # dots that stand on one another; of more people, bars
_WHY_EXTRA = {"": "The key has nothing here.", "too wide": "Over a cue, and much too wide.",
              "second mark": "One more mark on a cue that has one.", "beside": "Beside a cue, not on it."}
_SOURCES = {"right": "as in the key", "passed on": "who passes it on", "other": "other words", "missing": "none joined",
            "nobody": "nobody, as in the key"}


def page(tallies: Tallies | None, article: Article, people: int, *, least: int, names: bool) -> str:
    """Return the page; without tallies it says that the class is too small to show."""
    title = f"Class page: {article.title}"
    if tallies is None:
        return whole_page(title, _view(f"<p>{escape(few_words(people, least))}</p>"), printing=True)
    whose = ("Names are on this page: it is for the teacher alone." if names
             else "No names are on this page.")
    parts = [_glance(tallies, whose), _text(tallies), _items(tallies, names), _extras(tallies), _reasons(tallies),
             _passes(tallies), _agreement(tallies), _open(tallies)]
    return whole_page(title, _view("".join(parts)), printing=True)


def _view(inner: str) -> str:
    style = style_of("view.css", "feedback.css", "class.css")
    return f'<style>{style}</style><div class="kit-view kit-class">{inner}</div>'


# Points, and what the class did between the passes


def _glance(tallies: Tallies, whose: str) -> str:
    return (f'<p class="kit-feedback-total"><b>{tallies.people}</b> answers</p><p>{whose}</p>'
            f"<h2>Points</h2>{_strip(tallies)}<p>{escape(points_words(tallies))}</p>")


def _strip(tallies: Tallies) -> str:
    """Return the points as dots that stand on one another, or as bars in a large class."""
    bins = [0] * (_BINS + 1)
    for share, count in tallies.points:
        bins[min(_BINS, int(share * _BINS + 0.5))] += count
    highest = max(bins)
    columns = "".join(f"<span>{_column(count, highest)}</span>" for count in bins)
    out_of = tallies.out_of or 100
    ends = "".join(f"<span>{number(out_of * part / 4)}{'' if tallies.out_of else ' %'}</span>" for part in range(5))
    return (f'<div class="kit-strip" role="img" aria-label="{escape(points_words(tallies))}">'
            f'<div class="kit-strip-dots">{columns}</div><div class="kit-strip-axis">{ends}</div></div>')


def _column(count: int, highest: int) -> str:
    if highest <= _STACK:
        return "<i></i>" * count
    return f'<b style="height:{100 * count / highest:.1f}%"></b>' if count else ""


def _passes(tallies: Tallies) -> str:
    heads = ("On average", "First pass", "Mended pass")
    rows = [markup.row(heads, cells) for cells in passes(tallies)]
    return (f"<h2>First pass and mended pass</h2>{markup.table(heads, rows)}<p>{escape(moves_words(tallies))}</p>")


def _agreement(tallies: Tallies) -> str:
    return f"<h2>Agreement among students</h2><p>{escape(agreement_words(tallies))}</p>"


# The text, and the items of the key


def _text(tallies: Tallies) -> str:
    if tallies.by_sentence:
        return ""
    what, language = "source words" if tallies.by_claim else "cues", escape(tallies.article.language)
    of = " per cent" if tallies.people > 99 else f" of {tallies.people}"
    return (f"<h2>Who marked what</h2><p>The higher the bar above a word, the more marked it. The number says how many"
            f"{of}. The lines below are the key’s {what}.</p>"
            f"{markup.legend(markup.used(words_of(tallies.key)))}"
            f'<div class="kit-view-text kit-skyline" lang="{language}">{skyline(tallies)}</div>')


def _items(tallies: Tallies, names: bool) -> str:
    if not tallies.items:
        return ""
    if tallies.by_sentence or tallies.by_claim:
        return _sentences(tallies, names)
    heads = ("Cue", "Kind", "Found", "Share", "Why it counts")
    rows = [markup.row(heads, (_quoted(tallies, item.cue), _kind(tallies, item), _found(item), _share(tallies, item),
                               _why(item, names))) for item in tallies.hardest]
    return (f"<h2>Cues, the hardest first</h2>"
            f"{markup.table(heads, rows, caption=_share_caption('A cue that was partly found counts half.'))}")


def _sentences(tallies: Tallies, names: bool) -> str:
    thing = "claim" if tallies.by_claim else "sentence"
    label = word_for(tallies.key.scheme)
    heads = (thing.capitalize(), f"{label.capitalize()}s chosen", "As in the key", "Why")
    rows = [markup.row(heads, (_lead(tallies.article, item.cue), _chosen(tallies, item), _share(tallies, item),
                               _why(item, names))) for item in tallies.hardest]
    beside = ("One rung beside the key’s counts as well." if tallies.by_claim
              else "Who chose none counts as not in the key.")
    return (f"<h2>{thing.capitalize()}s, the hardest first</h2>"
            f"{markup.table(heads, rows, caption=_share_caption(beside))}")


def _share_caption(more: str) -> str:
    return ("Share of the class, and in brackets how sure it is: the 95 % interval for classes like this one "
            f"(Wilson 1927). {more}")


def _kind(tallies: Tallies, item: Item) -> str:
    labels = [markup.chip(markup.label_of(tallies.key.scheme, label)) for label in (item.cue.label, *item.cue.also)]
    marked = item.found + item.loose
    right = f"<br><small>chosen by {item.right} of {marked}</small>" if marked else ""
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
    lines = [f"<li>{_bar(count, item.of)}<b>{count}</b> {markup.chip(markup.label_of(tallies.key.scheme, label))}"
             f"{' <small>key</small>' if label in item.cue.labels else ''}</li>" for label, count in held.items()]
    blank = item.of - item.marked
    lines += [f"<li>{_bar(blank, item.of)}<b>{blank}</b> none</li>"] * bool(blank > 0)
    sources = ", ".join(f"{count} {_SOURCES.get(name, name)}" for name, count in item.sources.items())
    more = f"<small>Who says so: {escape(sources)}</small>" if tallies.by_claim and sources else ""
    return f'<ul class="kit-counts">{"".join(lines)}</ul>{more}'


def _bar(count: int, of: int) -> str:
    return f'<span class="kit-count" aria-hidden="true" style="--kit-share:{count / max(1, of):.3f}"></span>'


def _why(item: Item, names: bool) -> str:
    if not (names and item.missed_by):
        return escape(item.cue.note)
    return f'{escape(item.cue.note)}<br><small dir="auto">Not with: {escape(", ".join(item.missed_by))}</small>'


def _open(tallies: Tallies) -> str:
    if not any(item.marked for item in tallies.open):
        return ""
    heads = ("Words", "Marked by", "Why it is open")
    lead = [_lead(tallies.article, item.cue) if tallies.by_sentence else _quoted(tallies, item.cue)
            for item in tallies.open]
    rows = [markup.row(heads, (words, _open_counts(tallies, item), escape(item.cue.note)))
            for words, item in zip(lead, tallies.open)]
    table = markup.table(heads, rows, caption="These cost nobody anything: good to talk about.")
    return f"<h2>Open in the key</h2>{table}"


def _open_counts(tallies: Tallies, item: Item) -> str:
    if tallies.by_sentence or tallies.by_claim:
        return _chosen(tallies, item)
    return f"<b>{item.marked}</b> of {item.of}"


def _quoted(tallies: Tallies, where: Extent) -> str:
    article = tallies.article
    sentence = article.sentence_range(where)[0]
    told = sentence_numbers(article)[sentence] if sentence < len(article.sentences) else None
    at = f"sentence {told}" if told else "a heading"
    return f'<q dir="auto">{escape(article.quote(where))}</q><small>{at}</small>'


def _lead(article: Article, where: Extent) -> str:
    words = article.quote(where).split()
    told = sentence_numbers(article)[article.sentence_range(where)[0]]
    return (f'<span class="kit-view-number">{told or ""}</span> <span dir="auto">{escape(" ".join(words[:_LEAD]))}'
            f"{' …' if len(words) > _LEAD else ''}</span>")


# What else was marked and chosen


def _extras(tallies: Tallies) -> str:
    heading = "<h2>Marked, and not in the key</h2>"
    if not tallies.extras:
        return f"{heading}<p>Nobody marked anything that is not in the key.</p>"
    heads = ("Words", "Marked by", "As", "Why not")
    common = [extra for extra in tallies.extras if extra.count > 1]
    rows = [markup.row(heads, _extra(tallies, extra)) for extra in common[:_MOST_EXTRAS]]
    table = markup.table(heads, rows) if rows else ""
    return f"{heading}{table}{_rest(tallies, common[_MOST_EXTRAS:])}"


def _rest(tallies: Tallies, common: Sequence[Extra]) -> str:
    alone = sum(extra.count == 1 for extra in tallies.extras)
    told = [f"{many(len(common), 'more place')} marked by at most {common[0].count}"] if common else []
    told += [f"{many(alone, 'place')} marked by one person"] if alone else []
    return f"<p>{'; '.join(told).capitalize()}.</p>" if told else ""


def _extra(tallies: Tallies, extra: Extra) -> tuple[str, ...]:
    kinds = "<br>".join(f"{count} {markup.chip(markup.label_of(tallies.key.scheme, label))}"
                        for label, count in extra.labels.items())
    words = (_lead(tallies.article, extra.place) if len(tallies.article.quote(extra.place).split()) > _LEAD
             else _quoted(tallies, extra.place))
    alike = f'{escape(extra.note)} <span class="kit-view-tag">look-alike</span>' if extra.note else ""
    why = alike or _WHY_EXTRA.get(extra.detail, "")
    return words, f"<b>{extra.count}</b> of {tallies.people}{_bar(extra.count, tallies.people)}", kinds, why


def _reasons(tallies: Tallies) -> str:
    asked = {one.id: one for one in questions(tallies.article, tallies.key)}
    parts = [_question(tallies, one, asked[one.id], turn) for turn, one in enumerate(tallies.choices, start=1)]
    return f"<h2>Chosen reasons</h2>{''.join(parts)}" if parts else ""


def _question(tallies: Tallies, held: Choices, asked: Question, turn: int) -> str:
    of = tallies.people
    counts: Iterable[tuple[str, int]] = sorted(held.counts.items(), key=lambda pair: -pair[1])
    lines = [f"<li>{_bar(count, of)}<b>{count}</b> {_choice(choice, asked, tallies.article)}"
             f"{' <small>key</small>' if choice in held.right else ''}</li>" for choice, count in counts]
    if held.none:
        lines.append(f"<li>{_bar(held.none, of)}<b>{held.none}</b> "
                     '<span class="kit-view-absent">not answered</span></li>')
    return (f'<h3>{turn}. {escape(asked.ask or asked.id)}</h3><ul class="kit-counts">{"".join(lines)}</ul>'
            f"<p>{held.right_people} of {of} as in the key. {escape(asked.note)}</p>")


def _choice(choice: str, asked: Question, article: Article) -> str:
    return f'<span dir="auto">{escape(in_words(choice, asked, article))}</span>' if choice else "something else"
