"""The article anatomy: what each sentence does."""

from collections.abc import Mapping, Sequence

from kit.measure.reasons import many
from kit.measure.row import named, sentence_numbers
from kit.model.annotations import AnnotationSet, AnswerKey, alike
from kit.model.article import Article
from kit.model.labels import Label
from kit.page import strip
from kit.page.fitting import width_of
from kit.page.markup import used
from kit.page.picture import PAPER, SOFT, WIDE, Canvas, Picture, Sign, heading_sign, pictured, require, room, tint
from kit.page.strip import BACKGROUND, Block, Cue, Strip

_BAND = 26                # height of the bar
_BLOCK = 15               # least width of a sentence that carries a letter
SAME, OTHER, BLANK, OPEN = "", "≠", " ", "?"  # what becomes of a sentence, and the sign for it
_NOT_ASKED = "furniture"
_APART, _NUMBERS = 15, 15  # room between two lanes, and for the numbers below
_SMALLEST, _TITLE = 9, 11  # points
_TINTS = {"claim": 0.45, "background": 0.0, "projection": 0.12, "furniture": 0.15}
_HATCHES = {"claim": "", "background": "////", "projection": "....", "reaction": "\\\\\\\\", "comment": "xxxx",
            "question": "++++", "other": "\\\\\\\\", "furniture": "|||||"}


def anatomy(article: Article, mine: AnnotationSet | None, key: AnswerKey | None,
            cues: AnnotationSet | None) -> Picture:
    """Return the article anatomy: a bar of sentences by role, own above the key's, cues on top.

    ``mine`` and ``key`` hold roles.  What is None is left out.

    Raises:
        WrongArticleError: a set was made on another text.
        KitError: the schemes of own roles and key do not read as one.
    """
    require(article, mine, key, cues)
    if mine is not None and key is not None:
        mine, key = alike(mine, key)
    return pictured(lambda width: _figure(article, mine, key, cues, width),
                    "Article anatomy", _words(article, mine, key, cues))


def compared(article: Article, mine: AnnotationSet, key: AnswerKey) -> dict[int, str]:
    """Return for each sentence of the key whether the own role is in the key, another one, left out, or left open.

    Both sets have the same scheme.  Headings are not asked; a role that the key also accepts is in the key.
    """
    found = {}
    own = strip.roles_of(article, mine)
    for item in key.spans:
        for sentence in range(*article.sentence_range(item)):
            if sentence in article.headings or item.label == _NOT_ASKED:
                continue
            role = own.get(sentence)
            found[sentence] = (OPEN if item.tier != "core" else BLANK if role is None
                               else SAME if role.id in item.labels else OTHER)
    return found


# In words


def _words(article: Article, mine: AnnotationSet | None, key: AnswerKey | None, cues: AnnotationSet | None) -> str:
    own, theirs = ({sentence: role for sentence, role in strip.roles_of(article, one).items()
                    if sentence not in article.headings} for one in (mine, key))
    shown = [f"{start}{strip.by_label(held.values(), used(roles)) or 'none yet'}." for start, roles, held
             in (("Your roles: ", mine, own), ("The key's roles: ", key, theirs)) if roles is not None]
    if not shown:
        shown = ["No sentence has a role yet."]
    if mine is not None and key is not None:
        shown += _compared_words(article, mine, key)
    return " ".join((*shown, _ticks_words(article, cues, theirs or own)))


def _compared_words(article: Article, mine: AnnotationSet, key: AnswerKey) -> list[str]:
    found = compared(article, mine, key)
    where = {sign: [sentence for sentence, one in found.items() if one == sign] for sign in (SAME, OTHER, BLANK, OPEN)}
    both = len(where[SAME]) + len(where[OTHER])
    parts = [f"In {len(where[SAME])} of {many(both, 'sentence')} that both sorted, your role is in the key."]
    parts += [f"It is another one in {named(article, where[OTHER])}."] * bool(where[OTHER])
    parts += [f"You left out {named(article, where[BLANK])}."] * bool(where[BLANK])
    return parts + [f"Careful readers differ on {named(article, where[OPEN])}: not counted."] * bool(where[OPEN])


def _ticks_words(article: Article, marked: AnnotationSet | None, roles: dict[int, Label]) -> str:
    ticks = [cue for cue in strip.cues(article, marked) if not cue.open]
    if not ticks:
        return "No cue is shown."
    inside = sum(cue.sentence in roles and roles[cue.sentence].id == BACKGROUND for cue in ticks)
    return f"{many(len(ticks), 'cue')} on top, {inside} of them in background sentences."


# As a figure


def _figure(article: Article, mine: AnnotationSet | None, key: AnswerKey | None, cues: AnnotationSet | None,
             width: int):
    wide = width == WIDE
    rows = strip.rows_for(article, tokens=600 if wide else 200, sentences=34 if wide else 13)
    laid = strip.strip(article, rows=rows, least=_BLOCK / room(width) * len(article.tokens) / rows * 1.25)
    canvas = Canvas(width, "What each sentence does", "The bar is the text, one block for each sentence.")
    lanes = [(name, strip.roles_of(article, one), gid) for name, one, gid
             in (("You", mine, "mine"), ("Key", key, "key")) if one is not None] or [("", {}, "none")]
    ticks = [cue for cue in strip.cues(article, cues) if not cue.open]
    signs = compared(article, mine, key) if mine is not None and key is not None else {}
    for row in range(laid.rows):
        blocks = [block for block in laid.blocks if block.row == row]
        canvas.y += 14
        _ticks(canvas, laid, row, ticks)
        for number, (name, roles, gid) in enumerate(lanes):
            if number:
                _signs(canvas, blocks, signs)
            for block in blocks:
                _block(canvas, block, roles.get(block.sentence), gid)
            canvas.names([(name, _BAND / 2)])
            canvas.y += _BAND
        _numbers(canvas, blocks, sentence_numbers(article))
        canvas.bottom = canvas.y = canvas.y + 6
    present = used(*(one for one in (mine, key) if one is not None))
    canvas.legend([*[(label.name, _role_sign(label)) for label in present if label.id != "furniture"],
                  *[("no role yet", _blank_sign)] * (BLANK in signs.values()),
                  *[("another role", _letter_sign(OTHER))] * (OTHER in signs.values()),
                  *[("not counted", _letter_sign(OPEN))] * (OPEN in signs.values()),
                  *[("cue", _tick_sign)] * bool(ticks),
                  *[("heading", heading_sign)] * any(block.heading for block in laid.blocks)])
    return canvas.done()


def _block(canvas: Canvas, block: Block, role: Label | None, gid: str) -> None:
    left, right = canvas.x(block.start), canvas.x(block.end)
    if block.heading:
        canvas.line([(left + right) / 2] * 2, [canvas.y - 3, canvas.y + _BAND + 3], gid="heading")
        return
    _role_box(canvas, left, right, canvas.y, _BAND, role, gid)


def _role_box(canvas: Canvas, left: float, right: float, top: float, height: float, role: Label | None,
              gid: str) -> None:
    if role is None:
        canvas.box(left, top, right - left, height, facecolor=PAPER, edgecolor=SOFT, linestyle=":", linewidth=0.8,
                  gid=f"{gid}-none")
        return
    canvas.box(left, top, right - left, height, facecolor=tint(role.colour, _TINTS.get(role.id, 0.1)),
              hatch=_HATCHES.get(role.id, ""), edgecolor=role.colour, linewidth=0.8, gid=f"{gid}-{role.id}")
    canvas.text((left + right) / 2, top + height / 2, role.letter, weight="bold", align="center", plate=True)


def _signs(canvas: Canvas, blocks: Sequence[Block], signs: Mapping[int, str]) -> None:
    """Put signs between two lanes, where they differ."""
    for block in blocks:
        if signs.get(block.sentence, SAME).strip():
            middle = (canvas.x(block.start) + canvas.x(block.end)) / 2
            canvas.text(middle, canvas.y + _APART / 2, signs[block.sentence], size=_TITLE, weight="bold",
                        align="center")
    canvas.y += _APART


def _numbers(canvas: Canvas, blocks: Sequence[Block], numbers: Sequence[int | None]) -> None:
    """Write the numbers of the sentences below the bar, as many as there is room for."""
    end = 0.0
    for block in blocks:
        words = str(numbers[block.sentence] or "")
        wide = width_of(words, size=_SMALLEST) if words else 0
        middle = (canvas.x(block.start) + canvas.x(block.end)) / 2
        if words and middle - wide / 2 > end:
            canvas.text(middle, canvas.y + _NUMBERS / 2 + 1, words, size=_SMALLEST, colour=SOFT, align="center")
            end = middle + wide / 2 + 3
    canvas.y += _NUMBERS


def _ticks(canvas: Canvas, laid: Strip, row: int, ticks: Sequence[Cue]) -> None:
    for cue in ticks:
        at, x = laid.at(cue.first)
        if at == row:
            canvas.tick(canvas.x(x), canvas.y - 7, gid="cue")


def _role_sign(label: Label) -> Sign:
    return lambda canvas, x, y: _role_box(canvas, x - 11, x + 11, y - 9, 18, label, "legend")


def _blank_sign(canvas: Canvas, x: float, y: float) -> None:
    _role_box(canvas, x - 11, x + 11, y - 9, 18, None, "legend")


def _letter_sign(words: str) -> Sign:
    return lambda canvas, x, y: canvas.text(x, y, words, size=_TITLE, weight="bold", align="center")


def _tick_sign(canvas: Canvas, x: float, y: float) -> None:
    canvas.tick(x, y, gid="legend")
