"""The sourcing ladder: which claims stand on which rung, own and the key's."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from kit.errors import KitError
from kit.measure.reasons import many
from kit.measure.sourcing import Traced, claims, rung, trace
from kit.model.annotations import AnnotationSet, AnswerKey
from kit.model.article import Article
from kit.model.labels import SOURCES, is_by_claim
from kit.model.spans import Extent
from kit.page.fitting import wrapped
from kit.page.picture import NARROW, SHADE, SOFT, WIDE, Canvas, Picture, Sign, chip_width, pictured, require

RUNGS = (5, 4, 3, 2, 1, 0)
_RAILS = (14, 38)    # the uprights of the ladder
_CHIPS = {WIDE: 232, NARROW: 164}  # where chips begin
_LINE, _GAP = 23, 5  # height of a line of chips; distance of two chips
_LEAST = 38          # height of a rung with one line
_ARROW = 12          # width of the arrow behind a chip
OTHER = "+"          # the number of a claim that the key does not have


@dataclass(frozen=True)
class Chip:
    """One claim on a rung: its number, and of which kind it is.

    ``kind`` is "mine", "key", "key-also" (a rung as right as the key's own) or "key-open" (not
    counted).  ``off`` is 1 where the key's rung is two or more higher, -1 where it is lower.
    """

    number: str
    kind: str
    off: int = 0


def ladder(article: Article, mine: AnnotationSet | None, key: AnswerKey | None) -> Picture:
    """Return the sourcing ladder: on each rung the numbers of its claims, own above the key's.

    Claims are numbered in reading order, by the key, or by one's own marks where there is none.
    What is None is left out.

    Raises:
        WrongArticleError: a set was made on another text.
        KitError: a set has no claims with rungs, but other labels.
    """
    require_claims(article, mine, key)
    numbers = numbered(mine, key)
    own, theirs = _own_chips(article, mine, key, numbers), _key_chips(key, numbers)
    return pictured(lambda width: _ladder(own, theirs, mine is not None, key is not None, width),
                    "Sourcing ladder", _words(article, mine, key, own, theirs))


def require_claims(article: Article, *sets: AnnotationSet | None) -> None:
    """Raise ``KitError`` if a set was made on another text, or has no claims."""
    require(article, *sets)
    for one in sets:
        if one is not None and not is_by_claim(one.scheme):
            raise KitError(f"The marks of {one.annotator!r} have the labels {one.scheme!r}, which are no rungs. "
                           f"Choose marks made with {SOURCES.id!r}.")


def numbered(mine: AnnotationSet | None, key: AnswerKey | None) -> Mapping[Extent, str]:
    """Return the number of each claim, from 1; a plus for an own claim that the key does not have."""
    counted = claims(key) if key is not None else claims(mine) if mine is not None else {}
    numbers = {place: str(number) for number, place in enumerate(counted, 1)}
    return numbers | {place: OTHER for place in claims(mine) if place not in numbers} if mine is not None else numbers


def _own_chips(article: Article, mine: AnnotationSet | None, key: AnswerKey | None,
               numbers: Mapping[Extent, str]) -> dict[int | None, list[Chip]]:
    chips: dict[int | None, list[Chip]] = {}
    if mine is None:
        return chips
    held = claims(mine)
    far = {one.place: _direction(one) for one in trace(article, mine, key)} if key is not None else {}
    for place in numbers:
        at = rung(held[place].label) if place in held else None
        chips.setdefault(at, []).append(Chip(numbers[place], "mine", far.get(place, 0)))
    return chips


def _direction(one: Traced) -> int:
    """Return where the nearest right rung is, if it is not this one or beside it: 1 above, -1 below."""
    if not one.asked or one.off is None or one.fits:
        return 0
    here = rung(one.mine.label)
    nearest = min((rung(label) for label in one.claim.labels if rung(label) is not None), key=lambda at: abs(at - here))
    return 1 if nearest > here else -1


def _key_chips(key: AnswerKey | None, numbers: Mapping[Extent, str]) -> dict[int | None, list[Chip]]:
    chips: dict[int | None, list[Chip]] = {}
    for place, item in claims(key).items() if key is not None else ():
        kind = "key" if item.tier == "core" else "key-open"
        chips.setdefault(rung(item.label), []).append(Chip(numbers[place], kind))
        for label in item.also:
            chips.setdefault(rung(label), []).append(Chip(numbers[place], "key-also"))
    return chips


# In words


def _words(article: Article, mine: AnnotationSet | None, key: AnswerKey | None, own: Mapping, theirs: Mapping) -> str:
    if not own and not theirs:
        return "There is no claim in this picture."
    lines = [_rung_words(at, mine, key, own.get(at, ()), theirs.get(at, ())) for at in RUNGS]
    if None in own:
        lines.append(f"You gave no rung to {_counted(own[None])}.")
    if mine is not None and key is not None:
        asked = [one for one in trace(article, mine, key) if one.asked]
        lines.append(f"You and the key put {sum(one.fits for one in asked)} of {many(len(asked), 'claim')} "
                     f"on the same rung or one rung apart.")
    return "\n".join((" ".join(lines[:len(RUNGS)]), *lines[len(RUNGS):], *_more_words(own, theirs)))


def _rung_words(at: int, mine: AnnotationSet | None, key: AnswerKey | None, own: Sequence[Chip],
                theirs: Sequence[Chip]) -> str:
    asked = [chip for chip in theirs if chip.kind != "key-also"]
    both = [f"you {_counted(own)}"] * (mine is not None) + [f"the key {_counted(asked)}"] * (key is not None)
    return f"Rung {at}, {SOURCES[f'rung-{at}'].name.lower()}: {', '.join(both)}."


def _counted(chips: Sequence[Chip]) -> str:
    return f"{many(len(chips), 'claim')} ({', '.join(chip.number for chip in chips)})" if chips else "none"


def _more_words(own: Mapping, theirs: Mapping) -> list[str]:
    also = [f"Claim {chip.number} is as right on rung {at}." for at in RUNGS for chip in theirs.get(at, ())
            if chip.kind == "key-also"]
    opened = [chip.number for at in RUNGS for chip in theirs.get(at, ()) if chip.kind == "key-open"]
    parts = [*also, *[f"Not counted: {', '.join(opened)}. Careful readers differ there."] * bool(opened)]
    parts += ["A plus is a claim that the key does not ask about."] * any(
        chip.number == OTHER for held in own.values() for chip in held)
    return [" ".join(parts)] * bool(parts)


# As a figure


def _ladder(own: Mapping, theirs: Mapping, has_own: bool, has_key: bool, width: int):
    canvas = Canvas(width, "Who says so", "Each number is a claim, in the order of the text.")
    canvas.y += 6
    begin, top = _CHIPS[width], canvas.y
    for at in (*RUNGS, None):
        if at is None and None not in own:
            continue
        lanes = [own.get(at, ())] * has_own + [theirs.get(at, ())] * (has_key and at is not None) or [()]
        lines = [line for lane in lanes for line in _lines(lane, width - begin - 10)]
        height = max(_LINE * len(lines) + 8, _LEAST)
        _name(canvas, at, height, begin - 60)
        for number, line in enumerate(lines):
            _draw_line(canvas, line, begin, canvas.y + height / 2 + _LINE * (number - (len(lines) - 1) / 2))
        _draw_rungs(canvas, at, height)
        canvas.y += height
    if has_own or has_key:
        canvas.line([begin - 12] * 2, [top, canvas.y], color=SHADE, gid="axis")
    canvas.bottom = canvas.y
    canvas.legend(_legend(own, theirs))
    return canvas.done()


def _lines(chips: Sequence[Chip], width: float) -> list[list[Chip]]:
    """Return chips in as many lines as they need; one empty line for none."""
    lines: list[list[Chip]] = [[]]
    for chip in chips:
        if lines[-1] and sum(map(_wide, (*lines[-1], chip))) > width:
            lines.append([])
        lines[-1].append(chip)
    return lines


def _wide(chip: Chip) -> float:
    return chip_width(_shown(chip)) + _GAP + _ARROW * bool(chip.off)


def _shown(chip: Chip) -> str:
    return f"{chip.number}?" if chip.kind == "key-open" else chip.number


def _draw_line(canvas: Canvas, chips: Sequence[Chip], begin: float, y: float) -> None:
    for chip, after in zip(chips, accumulate(map(_wide, chips))):
        x = begin + after - _wide(chip)
        wide = chip_width(_shown(chip))
        _draw_chip(canvas, x + wide / 2, y, _shown(chip), chip.kind)
        if chip.off:
            canvas.arrow(x + wide + 7, y, up=chip.off > 0, gid="far")


def _draw_chip(canvas: Canvas, x: float, y: float, words: str, kind: str, *, gid: str = "") -> None:
    own = kind == "mine"
    canvas.chip(x, y, words, round=own, filled=own, dashed=kind in ("key-also", "key-open"), gid=gid or kind)


def _name(canvas: Canvas, at: int | None, height: float, width: float) -> None:
    lines = wrapped(SOURCES["claim" if at is None else f"rung-{at}"].name, width, lines=2)
    for number, line in enumerate(lines):
        canvas.text(46, canvas.y + height / 2 + 16 * (number - (len(lines) - 1) / 2), line)


def _draw_rungs(canvas: Canvas, at: int | None, height: float) -> None:
    bottom = canvas.y + height
    canvas.line([8, canvas.width - 8], [bottom] * 2, color=SOFT if at == 0 else SHADE, gid="row")
    if at is None:
        return
    for rail in _RAILS:
        canvas.line([rail] * 2, [canvas.y, bottom], color=SOFT, width=2, gid="rail")
    canvas.line(_RAILS, [bottom] * 2, color=SOFT, width=2, gid="rung")
    canvas.text(sum(_RAILS) / 2, canvas.y + height / 2, str(at), weight="bold", align="center")


def _legend(own: Mapping, theirs: Mapping) -> Iterable[tuple[str, Sign]]:
    kinds = {chip.kind for held in (own, theirs) for chips in held.values() for chip in chips}
    names = {"mine": ("You", "1"), "key": ("Key", "1"), "key-also": ("as right", "1"), "key-open": ("not counted", "?")}
    yield from ((names[kind][0], _chip_sign(kind, names[kind][1])) for kind in names if kind in kinds)
    if any(chip.off for held in own.values() for chip in held):
        yield "key: two or more rungs up, down", _arrow_sign


def _chip_sign(kind: str, words: str) -> Sign:
    return lambda canvas, x, y: _draw_chip(canvas, x, y, words, kind, gid="legend")


def _arrow_sign(canvas: Canvas, x: float, y: float) -> None:
    canvas.arrow(x - 6, y, up=True, gid="legend")
    canvas.arrow(x + 5, y, up=False, gid="legend")
