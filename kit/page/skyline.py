"""A text with how many of a class marked each word: a bar above it, and the number; the key below."""

from itertools import pairwise

from kit.measure.tallies import Tallies
from kit.model.annotations import AnswerKey
from kit.model.article import Article
from kit.model.labels import unit_of
from kit.model.spans import Extent
from kit.page import markup
from kit.page.markup import Stroke, escape

_TOLD = 0.1       # share of the class; below, a bar stands without its number
_MOST_COUNTED = 99  # people; of more, the number is per cent


def skyline(tallies: Tallies, *, top: int = 3) -> str:
    """Return the text with bars; tags stripped and entities undone, it is the text.

    ``top`` is the level of its first heading.
    """
    article, key = tallies.article, tallies.key
    drawn = markup.strokes(words_of(key))
    signs = signs_of(tallies)
    headings = {article.paragraph_of(article.sentences[number]) for number in article.headings}
    parts, done = [], 0
    for number, paragraph in enumerate(article.paragraphs):
        tag = "p" if number not in headings else f"h{top + (number > 0)}"
        parts += [escape(article.text[done:paragraph.start]), f'<{tag} dir="auto">',
                  _inline(tallies, paragraph, drawn, signs), f"</{tag}>"]
        done = paragraph.end
    return "".join((*parts, escape(article.text[done:])))


def signs_of(tallies: Tallies) -> dict[int, str]:
    """Return the numbers that stand above words, by their token: at the first of equal ones side by side.

    A word of the key always has one, and any other that a tenth of the class marked.
    """
    asked = _cue_of(tallies.article, tallies.key)
    signs, before, cue = {}, "", None
    for token, count in enumerate(tallies.marked):
        told = count >= _TOLD * tallies.people if count else False
        here = sign_of(count, tallies.people) if told or token in asked else ""
        next_cue = asked.get(token, cue if here and here == before else None)
        if here and (here != before or (cue is not None and next_cue != cue)):
            signs[token] = here
        before, cue = here, next_cue
    return signs


def sign_of(count: int, people: int) -> str:
    """Return how many of a class: the number itself, or per cent of a large class, without the sign."""
    return str(count) if people <= _MOST_COUNTED else f"{100 * count / people:.0f}"


def _cue_of(article: Article, key: AnswerKey) -> dict[int, int]:
    """Return for each token of a cue (or of source words) which one it belongs to."""
    return {token: number for number, cue in enumerate(words_of(key).spans)
            for token in range(*article.token_range(cue.core))}


def words_of(key: AnswerKey) -> AnswerKey:
    """Return a key with nothing but its words: cues, or source words."""
    spans = tuple(cue for cue in key.spans if unit_of(key.scheme, cue.label) == "token")
    return AnswerKey(key.article, key.fingerprint, key.scheme, spans=spans)


def _inline(tallies: Tallies, where: Extent, drawn: tuple[Stroke, ...], signs: dict[int, str]) -> str:
    article = tallies.article
    first, stop = article.token_range(where)
    bounds = {where.start, where.end}
    bounds.update(bound for token in article.tokens[first:stop] for bound in (token.start, token.end))
    here = [stroke for stroke in drawn if stroke.start < where.end and where.start < stroke.end]
    bounds.update(bound for stroke in here for bound in (stroke.start, stroke.end))
    cuts = sorted(bound for bound in bounds if where.start <= bound <= where.end)
    return "".join(_piece(tallies, Extent(*pair), here, signs) for pair in pairwise(cuts))


def _piece(tallies: Tallies, piece: Extent, drawn: list[Stroke], signs: dict[int, str]) -> str:
    words = escape(tallies.article.quote(piece))
    first, stop = tallies.article.token_range(piece)
    if first < stop:
        words = _bar(words, tallies, first, signs if tallies.article.tokens[first].start == piece.start else {})
    for stroke in drawn:
        if stroke.start < piece.end and piece.start < stroke.end:
            words = f"{markup.opening(stroke, first=stroke.start == piece.start)}{words}</mark>"
    return words


def _bar(words: str, tallies: Tallies, token: int, signs: dict[int, str]) -> str:
    count = tallies.marked[token]
    sign = f' data-count="{signs[token]}"' if token in signs else ""
    if not count and not sign:
        return words
    return f'<span class="kit-bar"{sign} style="--kit-share:{count / max(1, tallies.people):.3f}">{words}</span>'
