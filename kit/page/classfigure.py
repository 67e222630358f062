"""A class as a figure: how many marked each word, and how hard each item of the key was."""

from collections.abc import Sequence

from kit.measure.reasons import many
from kit.measure.row import sentence_numbers
from kit.measure.tallies import Item, Tallies
from kit.model.article import Article
from kit.page import strip
from kit.page.classwords import agreement_words, few_words, moves_words, per_cent, points_words
from kit.page.fitting import width_of, wrapped
from kit.page.markup import used
from kit.page.picture import INK, MARKERS, NARROW, SHADE, SOFT, WIDE, Canvas, Picture, pictured
from kit.page.skyline import words_of
from kit.page.strip import Cue, Strip

_TITLE = "What the class marked"
_AT = 6          # where what is beside a strip is named
_TALL = 46        # height of a bar for the whole class
_MARK = 20        # height of the lane of the key
_BARS = "#3b6ea5"
_ROW = 22         # height of the row of an item
_LABELS = {WIDE: 300, NARROW: 12}  # where the scale of the items begins
_MOST_ITEMS = 20
_HARDEST = 3      # that are told in words


def picture(article: Article, tallies: Tallies | None, people: int, *, least: int) -> Picture:
    """Return a class as a figure with its words; without tallies it says that the class is too small to show."""
    if tallies is None:
        words = few_words(people, least)
        return pictured(lambda width: _empty(words, width), _TITLE, words)
    return pictured(lambda width: _figure(tallies, width), _TITLE, "\n".join(_words(tallies)))


def _empty(words: str, width: int):
    return Canvas(width, _TITLE, words).done()


# In words


def _words(tallies: Tallies) -> list[str]:
    thing = "claim" if tallies.by_claim else "sentence" if tallies.by_sentence else "cue"
    hard = [f"{name_of(tallies, item)} ({per_cent(tallies.share(item))}, 95 % interval "
            f"{_ends(tallies, item)})" for item in tallies.hardest[:_HARDEST]]
    told = [f"{many(tallies.people, 'answer')} on “{tallies.article.title}”. {points_words(tallies)}"]
    if hard:
        told.append(f"The hardest {many(len(hard), thing)}: {'; '.join(hard)}.")
    if tallies.extras:
        extra = tallies.extras[0]
        told.append(f"The most common mark that is not in the key: “{_short(tallies.article.quote(extra.place))}”, "
                    f"by {extra.count} of {tallies.people}.")
    return [*told, f"{moves_words(tallies)} {agreement_words(tallies)}"]


def name_of(tallies: Tallies, item: Item) -> str:
    """Return what an item is called: its words, or the number of its sentence and how that begins."""
    article = tallies.article
    if not (tallies.by_sentence or tallies.by_claim):
        return f"“{article.quote(item.cue)}”"
    told = sentence_numbers(article)[article.sentence_range(item.cue)[0]]
    return f"{told or 'heading'}: “{_short(article.quote(item.cue))}”"


def _short(words: str) -> str:
    parts = words.split()
    return " ".join(parts[:6]) + (" …" if len(parts) > 6 else "")


def _ends(tallies: Tallies, item: Item) -> str:
    low, high = tallies.interval(item)
    return f"{100 * low:.0f} to {per_cent(high)}"


# As a figure


def _figure(tallies: Tallies, width: int):
    below = f"{many(tallies.people, 'answer')}: {tallies.article.title}"
    canvas = Canvas(width, _TITLE, below)
    if not tallies.by_sentence and tallies.article.tokens:
        _skyline(canvas, tallies, wide=width == WIDE)
    if tallies.items:
        _items(canvas, tallies)
    return canvas.done()


def _skyline(canvas: Canvas, tallies: Tallies, *, wide: bool) -> None:
    article = tallies.article
    laid = strip.strip(article, rows=strip.rows_for(article, tokens=240 if wide else 110, sentences=40))
    key = words_of(tallies.key)
    cues, labels = strip.cues(article, key), used(key)
    shapes = {label: MARKERS[number % len(MARKERS)] for number, label in enumerate(labels)}
    for row in range(laid.rows):
        top = canvas.y + 10
        base = top + _TALL
        for share, name in ((0, "0"), (1, str(tallies.people))):
            canvas.line([canvas.x(0), canvas.x(1)], [base - share * _TALL] * 2, color=SHADE, width=0.8, gid="axis",
                        below=True)
            canvas.text(_AT, base - share * _TALL, name, colour=SOFT)
        _bars(canvas, tallies, laid, row, base)
        _key_lane(canvas, laid, row, [cue for cue in cues if laid.at(cue.first)[0] == row], base, shapes)
        canvas.text(_AT, base + _MARK * 0.75, "Key", weight="bold")
        canvas.y = canvas.bottom = base + _MARK + 12
    canvas.legend([(label.name, lambda canvas, x, y, label=label, shape=shape:
                    canvas.marker(x, y, label, shape, gid="legend")) for label, shape in shapes.items()])
    canvas.y = canvas.bottom = canvas.bottom + 10


def _bars(canvas: Canvas, tallies: Tallies, laid: Strip, row: int, base: float) -> None:
    for block in laid.blocks:
        if block.row != row:
            continue
        step = (block.end - block.start) / (block.stop - block.first)
        for token in range(block.first, block.stop):
            high = _TALL * tallies.marked[token] / max(1, tallies.people)
            if high:
                left = canvas.x(block.start + (token - block.first) * step)
                canvas.box(left, base - high, max(1.0, step * canvas.room), high, facecolor=_BARS, linewidth=0,
                           gid="bar")


def _key_lane(canvas: Canvas, laid: Strip, row: int, cues: Sequence[Cue], base: float, shapes: dict) -> None:
    end = float("-inf")
    for cue in cues:
        x = max(canvas.x(laid.at(cue.first)[1]) + 4, end + 16)
        end = x
        canvas.line([x, x], [base, base + _MARK * 0.5], color=cue.label.colour, width=1.6, gid="stem")
        canvas.marker(x, base + _MARK * 0.75, cue.label, shapes[cue.label], open=cue.open, gid="key")


def _items(canvas: Canvas, tallies: Tallies) -> None:
    """Draw the share of each item with its interval, the hardest first."""
    wide = canvas.width == WIDE
    left, right = _LABELS[canvas.width], canvas.width - 70
    thing = "claims" if tallies.by_claim else "sentences" if tallies.by_sentence else "cues"
    canvas.y += 14
    canvas.text(12, canvas.y, f"The {thing}, the hardest first: share of the class, and how sure it is (95 %)",
                weight="bold") if wide else _two_lines(canvas, thing)
    canvas.y += 18
    for item in tallies.hardest[:_MOST_ITEMS]:
        name = wrapped(name_of(tallies, item), (left - 24) if wide else canvas.width - 24)[0]
        canvas.text(12, canvas.y, name)
        if not wide:
            canvas.y += 15
        _interval(canvas, tallies, item, left, right)
        canvas.y += _ROW
    more = len(tallies.items) - _MOST_ITEMS
    if more > 0:
        canvas.text(12, canvas.y, f"and {more} more", colour=SOFT)
        canvas.y += _ROW
    canvas.bottom = canvas.y


def _two_lines(canvas: Canvas, thing: str) -> None:
    canvas.text(12, canvas.y, f"The {thing}, the hardest first:", weight="bold")
    canvas.y += 16
    canvas.text(12, canvas.y, "share of the class, and how sure it is (95 %)", colour=SOFT)


def _interval(canvas: Canvas, tallies: Tallies, item: Item, left: float, right: float) -> None:
    share = tallies.share(item) or 0.0
    low, high = tallies.interval(item)
    at = [left + part * (right - left) for part in (low, share, high)]
    canvas.line([left, right], [canvas.y] * 2, color=SHADE, width=1, gid="axis", below=True)
    canvas.line([at[0], at[2]], [canvas.y] * 2, color=_BARS, width=4, gid="interval")
    canvas.dot(at[1], canvas.y, filled=True, size=34, gid="share")
    canvas.text(canvas.width - 12 - width_of(per_cent(share), weight="bold"), canvas.y, per_cent(share), weight="bold",
                colour=INK)
