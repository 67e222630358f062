"""The class page: what a class marked, missed and chose, as one file that needs nothing else."""

from collections.abc import Iterable, Sequence

from kit.grading.classitems import LEAD, bar, items, lead, open_items, quoted
from kit.grading.questions import Question, in_words, questions
from kit.grading.shell import style_of, whole_page
from kit.measure.reasons import many
from kit.measure.tallies import Choices, Extra, Tallies
from kit.model.article import Article
from kit.page import markup
from kit.page.classwords import (
    agreement_words,
    counted_lines,
    few_words,
    moves_words,
    number,
    passes,
    points_words,
)
from kit.page.markup import escape
from kit.page.skyline import skyline, words_of

_MOST_EXTRAS = 15
_BINS = 40   # steps of the strip of points: quarter points, of ten
_STACK = 15  # dots that stand on one another; of more people, bars
_WHY_EXTRA = {"": "The key has nothing here.", "too wide": "Over a cue, and much too wide.",
              "second mark": "One more mark on a cue that has one.", "beside": "Beside a cue, not on it."}


def page(tallies: Tallies | None, article: Article, people: int, *, least: int, names: bool) -> str:
    """Return the page; without tallies it says that the class is too small to show."""
    title = f"Class page: {article.title}"
    if tallies is None:
        return whole_page(title, _view(f"<p>{escape(few_words(people, least))}</p>"), printing=True)
    whose = ("Names are on this page: it is for the teacher alone." if names
             else "No names are on this page.")
    parts = [_glance(tallies, whose), _text(tallies), items(tallies, names), _extras(tallies), _reasons(tallies),
             _passes(tallies), _agreement(tallies), open_items(tallies), _counted(tallies)]
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


def _counted(tallies: Tallies) -> str:
    """Return the names of the measures, for whoever wants to look them up."""
    lines = "".join(f"<li>{escape(line)}</li>" for line in counted_lines(tallies))
    return f"<h2>How is this counted?</h2><ul>{lines}</ul>"


# The text


def _text(tallies: Tallies) -> str:
    if tallies.by_sentence:
        return ""
    what, language = "source words" if tallies.by_claim else "cues", escape(tallies.article.language)
    of = " per cent" if tallies.people > 99 else f" of {tallies.people}"
    return (f"<h2>Who marked what</h2><p>The higher the bar above a word, the more marked it. The number says how many"
            f"{of}. The lines below are the key’s {what}.</p>"
            f"{markup.legend(markup.used(words_of(tallies.key)))}"
            f'<div class="kit-view-text kit-skyline" lang="{language}">{skyline(tallies)}</div>')


# What else was marked and chosen


def _extras(tallies: Tallies) -> str:
    heading = "<h2>Marked, and not in the key</h2>"
    if not tallies.extras:
        return f"{heading}<p>Nobody marked anything that is not in the key.</p>"
    heads = ("Words", "Marked by", "As", "Why not")
    common = [extra for extra in tallies.extras if extra.count > 1]
    rows = [markup.row(heads, _extra(tallies, extra)) for extra in common[:_MOST_EXTRAS]]
    table = markup.table(heads, rows, sentences=tallies.by_sentence or tallies.by_claim) if rows else ""
    return f"{heading}{table}{_rest(tallies, common[_MOST_EXTRAS:])}"


def _rest(tallies: Tallies, common: Sequence[Extra]) -> str:
    alone = sum(extra.count == 1 for extra in tallies.extras)
    told = [f"{many(len(common), 'more place')} marked by at most {common[0].count}"] if common else []
    told += [f"{many(alone, 'place')} marked by one person"] if alone else []
    return f"<p>{'; '.join(told).capitalize()}.</p>" if told else ""


def _extra(tallies: Tallies, extra: Extra) -> tuple[str, ...]:
    kinds = "<br>".join(f"<b>{count}</b> {markup.chip(markup.label_of(tallies.key.scheme, label))}"
                        for label, count in extra.labels.items())
    words = (lead(tallies.article, extra.place) if len(tallies.article.quote(extra.place).split()) > LEAD
             else quoted(tallies, extra.place))
    alike = f'{escape(extra.note)} <span class="kit-view-tag">look-alike</span>' if extra.note else ""
    why = alike or _WHY_EXTRA.get(extra.detail, "")
    return words, f"<b>{extra.count}</b> of {tallies.people}{bar(extra.count, tallies.people)}", kinds, why


def _reasons(tallies: Tallies) -> str:
    asked = {one.id: one for one in questions(tallies.article, tallies.key)}
    parts = [_question(tallies, one, asked[one.id], turn) for turn, one in enumerate(tallies.choices, start=1)]
    return f"<h2>Chosen reasons</h2>{''.join(parts)}" if parts else ""


def _question(tallies: Tallies, held: Choices, asked: Question, turn: int) -> str:
    of = tallies.people
    counts: Iterable[tuple[str, int]] = sorted(held.counts.items(), key=lambda pair: -pair[1])
    lines = [f"<li>{bar(count, of)}<b>{count}</b> {_choice(choice, asked, tallies.article)}"
             f"{' <small>key</small>' if choice in held.right else ''}</li>" for choice, count in counts]
    if held.none:
        lines.append(f"<li>{bar(held.none, of)}<b>{held.none}</b> "
                     '<span class="kit-view-absent">not answered</span></li>')
    return (f'<h3>{turn}. {escape(asked.ask or asked.id)}</h3><ul class="kit-counts">{"".join(lines)}</ul>'
            f"<p>{held.right_people} of {of} as in the key. {escape(asked.note)}</p>")


def _choice(choice: str, asked: Question, article: Article) -> str:
    return f'<span dir="auto">{escape(in_words(choice, asked, article))}</span>' if choice else "something else"
