"""A comparison on a page: a table that can be filtered without a script, then the text in lanes."""

from collections.abc import Iterable, Sequence
from itertools import product

from kit.measure.feedback import Row
from kit.model.labels import Label, is_by_claim, is_by_sentence
from kit.page import markup
from kit.page.markup import QUIET, Place, escape
from kit.page.sheet import Sheet

OUTCOMES = ("match", "partly", "label", "missed", "extra", "open")
_LED_TO = ":target, :focus, :focus-within"
_LONGEST = 90  # characters of a place that the table shows; the text below has the rest


def table(sheet: Sheet) -> str:
    """Return the table; a row is ``tr`` with ``data-outcome``, and links to the text."""
    if not sheet.rows:
        return "<p>There are no marks to compare.</p>"
    heads = ("Words", *sheet.heads, "Result", "Why")
    rows = [_row(sheet, number, heads) for number in range(1, len(sheet.rows) + 1)]
    scheme, others = sheet.sets[1].scheme, sheet.sets[2:]
    wide = (is_by_sentence(scheme) or is_by_claim(scheme)) and not others  # further lanes need that room
    none = '<p class="kit-view-none">No row has this result together with this label.</p>'
    return markup.table(heads, rows, sentences=wide) + none


def _row(sheet: Sheet, number: int, heads: Sequence[str]) -> str:
    row, lanes = sheet.rows[number - 1], sheet.lanes[number - 1]
    marked = [_lane(row, labels, quote, absent)
              for labels, quote, absent in zip(lanes, sheet.quotes[number - 1], sheet.absent)]
    slots = " ".join(str(slot) for slot in _slots(sheet, number))
    cells = [_words(sheet, number), *marked, result(row), _why(sheet.whys[number - 1])]
    return markup.row(heads, cells, id=f"{sheet.id}-row-{number}",
                      attributes=f'data-outcome="{row.outcome}" data-slots="{slots}"')


def alone(sheet: Sheet) -> str:
    """Return what only a further lane marked; the table has no row for it."""
    return "".join(f'<p class="kit-view-caption">Only {escape(head)}, so in no row</p><ul class="kit-view-notes">'
                   + "".join(f"<li>{markup.noted(sheet.article, scheme, span)}</li>" for span in spans) + "</ul>"
                   for head, scheme, spans in sheet.alone)


def _words(sheet: Sheet, number: int) -> str:
    row = sheet.rows[number - 1]
    return (f'<span class="kit-view-number">{number}</span> <a {QUIET} href="#{sheet.id}-text-{number}" dir="auto">'
            f"{escape(_short(row.words))}</a>{_neighbours(sheet, number)}")


def _lane(row: Row, labels: Sequence[Label], quote: str, absent: str) -> str:
    if not labels:
        return f'<span class="kit-view-absent">{escape(absent)}</span>'
    words = f' <q dir="auto">{escape(_short(quote))}</q>' if quote and quote != row.words else ""
    return " ".join(map(markup.chip, labels)) + words


def _why(parts: Sequence[str]) -> str:
    return "<br>".join(map(escape, parts))


def result(row: Row) -> str:
    """Return a result as a sign and a word, with the line of its kind."""
    alike = ' <span class="kit-view-tag">look-alike</span>' if row.look_alike else ""
    return _outcome(row) + alike


def _outcome(row: Row) -> str:
    return (f'<span class="kit-view-result" data-outcome="{row.outcome}">'
            f'<b aria-hidden="true">{escape(row.symbol)}</b> {escape(row.word)}</span>')


def _short(words: str) -> str:
    return words if len(words) <= _LONGEST else words[:_LONGEST].rsplit(" ", 1)[0] + " …"


def _slots(sheet: Sheet, number: int) -> tuple[int, ...]:
    """Return the places in ``sheet.labels`` of the labels of a row."""
    present = {label for lane in sheet.lanes[number - 1] for label in lane}
    return tuple(slot for slot, label in enumerate(sheet.labels) if label in present)


def _neighbours(sheet: Sheet, number: int) -> str:
    """Return links to the differences before and after a difference."""
    if number not in sheet.differences:
        return ""
    at = sheet.differences.index(number)
    links = [_jump(sheet, "Previous", "↑", other) for other in sheet.differences[:at][-1:]]
    links += [_jump(sheet, "Next", "↓", other) for other in sheet.differences[at + 1:at + 2]]
    return f'<span class="kit-view-jumps">{" ".join(links)}</span>' if links else ""


def _jump(sheet: Sheet, way: str, arrow: str, number: int) -> str:
    return (f'<a {QUIET} href="#{sheet.id}-row-{number}" aria-label="{way} difference: {number}">'
            f'<span aria-hidden="true">{arrow} {number}</span></a>')


def hint(sheet: Sheet) -> str:
    """Return how to go from difference to difference."""
    if not sheet.rows:
        return ""
    if not sheet.differences:
        return '<p class="kit-view-hint">There is no difference.</p>'
    first = sheet.differences[0]
    return (f'<p class="kit-view-hint"><a {QUIET} href="#{sheet.id}-row-{first}">First difference: {first}</a>. '
            "Arrows lead to the difference before (↑) and after (↓). Words lead to the text, and back.</p>")


def filters(sheet: Sheet) -> str:
    """Return the choice of a result and of a label, with how many rows each has; and its rules."""
    if not sheet.rows:
        return ""
    kinds = [row.outcome for row in sheet.rows]
    results = [(outcome, _outcome(sheet.rows[kinds.index(outcome)]), kinds.count(outcome))
               for outcome in OUTCOMES if outcome in kinds]
    slots = [_slots(sheet, number) for number in range(1, len(sheet.rows) + 1)]
    labels = [(str(slot), markup.chip(label), sum(slot in held for held in slots))
              for slot, label in enumerate(sheet.labels)]
    never = set(product(dict.fromkeys(kinds), range(len(labels)))).difference(
        (kind, slot) for kind, held in zip(kinds, slots) for slot in held)
    # A form keeps the buttons of two comparisons apart; the method "dialog" sends nothing anywhere.
    return (f'<style>{_rules(sheet.id, [value for value, _, _ in results], len(labels), sorted(never))}</style>'
            f'<form method="dialog" class="kit-view-filters">{_choices("result", "Show results", len(kinds), results)}'
            f'{_choices("label", "Show labels", len(kinds), labels)}</form>')


def _choices(name: str, legend: str, count: int, choices: Iterable[tuple[str, str, int]]) -> str:
    inputs = " ".join(f'<label><input {QUIET} type="radio" name="{name}" value="{name}-{value}"'
                      f'{" checked" if value == "all" else ""}> {inner} ({number})</label>'
                      for value, inner, number in [("all", "All", count), *choices])
    return f"<fieldset><legend>{legend}</legend>{inputs}</fieldset>"


def _rules(id: str, results: Sequence[str], labels: int, never: Sequence[tuple[str, int]]) -> str:
    """Return the rules that hide rows and unmark their words; a row that a link leads to is shown all the same."""
    wanted = [(_chosen(id, "result", one), f'[data-outcome~="{one}"]') for one in results]
    wanted += [(_chosen(id, "label", one), f'[data-slots~="{one}"]') for one in range(labels)]
    rules = [f"{chosen} tbody tr:not({held}, {_LED_TO}) {{ display: none; }}\n"
             f"{chosen} .kit-view-place:not({held}) {{ --kit-off: transparent; pointer-events: none; }}"
             for chosen, held in wanted]
    rules += [f'{_chosen(id, "result", kind)}{_has("label", slot)} .kit-view-none {{ display: block; }}'
              for kind, slot in never]
    return "\n".join(rules)


def _chosen(id: str, name: str, value: object) -> str:
    return f".{id}{_has(name, value)}"


def _has(name: str, value: object) -> str:
    return f':has(input[value="{name}-{value}"]:checked)'


def lanes(sheet: Sheet) -> str:
    """Return the text in lanes: mine above the words, the others below, each place a link to its row."""
    drawn = markup.strokes(sheet.sets[0], over=True)
    for one in sheet.sets[1:]:
        drawn += markup.strokes(one, lane=markup.lanes(drawn))
    text = markup.text(sheet.article, drawn, _places(sheet), top=4)
    return (f'<p class="kit-view-caption">{escape(_whose(sheet.heads[1:]))}</p>'
            f"{markup.legend(markup.used(*sheet.sets))}"
            f'<div class="kit-view-text kit-view-lanes" lang="{escape(sheet.article.language)}">{text}</div>')


def _whose(heads: Sequence[str]) -> str:
    """Say whose marks stand where; ``heads`` are the names of the lanes below the words."""
    *others, last = ({"Key": "the key's", "Theirs": "theirs"}.get(head, f"{head}'s") for head in heads)
    if not others:
        return f"Your marks stand above the words, {last} below."
    return f"Your marks stand above the words. Below, from the top: {', '.join(others)} and {last}."


def _places(sheet: Sheet) -> tuple[Place, ...]:
    """Return the places of the rows; those that overlap are one place that leads to the first row."""
    groups: list[tuple[int, int, list[int]]] = []
    for number, row in enumerate(sheet.rows, start=1):
        place = sheet.place(row)
        if place is None:
            continue
        if groups and place.start < groups[-1][1]:
            start, end, numbers = groups.pop()
            groups.append((start, max(end, place.end), [*numbers, number]))
        else:
            groups.append((place.start, place.end, [number]))
    return tuple(_place(sheet, *group) for group in groups)


def _place(sheet: Sheet, start: int, end: int, numbers: Sequence[int]) -> Place:
    rows = [sheet.rows[number - 1] for number in numbers]
    sign = " ".join(f"{row.symbol}{number}" for number, row in zip(numbers, rows))
    return Place(start, end, tuple(f"{sheet.id}-text-{number}" for number in numbers),
                 f"{sheet.id}-row-{numbers[0]}", sign, " ".join(dict.fromkeys(row.outcome for row in rows)),
                 " ".join(dict.fromkeys(str(slot) for number in numbers for slot in _slots(sheet, number))))
