"""Traced claims in words: where to look again, the rows of a comparison, the counts."""

from collections.abc import Iterable, Sequence

from kit.measure.reasons import many, said
from kit.measure.row import RESULTS, WITHOUT_KEY, Row, marks, numbered, quoted, sentences_of
from kit.measure.sourcing import Traced, rung, trace
from kit.model.annotations import AnnotationSet, AnswerKey
from kit.model.article import Article
from kit.model.labels import SOURCES
from kit.model.spans import Span

_NOBODY, _NOTHING = "nobody", "no words joined"


def look_again(article: Article, traced: Iterable[Traced]) -> tuple[str, tuple[int, ...]]:
    """Return which claims ask for another look, in words and as indexes into ``article.sentences``.

    Claims have the numbers of the pen: from 1, in reading order, open ones too.
    """
    known = [one for one in traced if one.claim is not None]
    again = {number: sentences_of(article, one.place).start for number, one in enumerate(known, start=1)
             if one.asked and not (one.fits and _joined_well(one))}
    if not again:
        return "No claim asks for another look. Read once more, and finish when you are content.", ()
    return f"Look again at {numbered('claim', list(again))}.", tuple(again.values())


def rows(article: Article, answer: AnnotationSet, key: AnnotationSet) -> tuple[Row, ...]:
    """Return one row per claim, in reading order; the words are those for who says so.

    Raises:
        WrongArticleError: one of the two was made on another text.
    """
    return tuple(_row(article, one, key) for one in trace(article, answer, key))


def summary(compared: Sequence[Row], key: AnnotationSet) -> str:
    """Return the comparison in a few plain sentences, counts only."""
    asked = [row for row in compared if row.outcome not in ("open", "extra")]
    exact = sum(row.outcome == "match" for row in asked)
    fits = sum(row.right_label is True for row in asked)
    blank = sum(row.right_label is None for row in asked)
    if not isinstance(key, AnswerKey):
        return f"You both traced {many(len(asked) - blank, 'claim')}. Rung and source are the same on {exact}."
    left = f" {blank} {'has' if blank == 1 else 'have'} no rung." if blank else ""
    return (f"{fits} of {many(len(asked), 'claim')} stand on the key's rung or beside it. "
            f"Rung and source words are both as in the key on {exact}.{left}")


def _joined_well(one: Traced) -> bool:
    return one.source in ("right", "nobody")


def _result(one: Traced, with_key: bool) -> str:
    if one.claim is None:
        return "extra"
    if one.claim.tier != "core":
        return "open"
    if one.off is None:
        alike = not with_key and one.mine is not None and _joined_well(one)  # neither of two has a rung yet
        return "match" if alike else "missed"
    if one.off == 0 and _joined_well(one):
        return "match"
    return "partly" if one.fits or (with_key is False and one.off == 0) else "label"


def _row(article: Article, one: Traced, key: AnnotationSet) -> Row:
    with_key = isinstance(key, AnswerKey)
    kind = _result(one, with_key)
    word, symbol = RESULTS[kind]
    word = {"label": "Different rung"}.get(kind, word) if with_key else WITHOUT_KEY.get(kind, word)
    first, stop = article.token_range(one.place)
    return Row(kind, word, symbol, first, stop, marks(article, [one.mine] if one.mine else []),
               marks(article, [one.claim] if one.claim else []), article.quote(one.place),
               _words(article, one.said_by, one.mine), _words(article, one.theirs, one.claim),
               sentences_of(article, one.place).start, _why(article, one, with_key),
               right_label=None if one.off is None else one.fits)


def _words(article: Article, spans: Sequence[Span], claim: Span | None) -> str:
    if spans or claim is None:
        return quoted(article, spans)
    return _NOBODY if rung(claim.label) == 0 else _NOTHING


def _why(article: Article, one: Traced, with_key: bool) -> str:
    if not with_key:
        notes = [said(whose, span.note) for whose, span in (("My note", one.mine), ("Their note", one.claim)) if span]
        return " ".join(note for note in notes if note)
    return " ".join(part for part in (_about_rung(one), _about_source(article, one), one.claim.note if one.claim
                                      else "The key does not ask about this sentence.") if part)


def _about_rung(one: Traced) -> str:
    if one.claim is None or not one.off:
        return ""
    theirs = " or ".join(f"“{SOURCES[label].name}”" for label in (one.claim.label, *one.claim.also))
    near = " One rung off still counts." if one.fits else ""
    return f"You chose “{SOURCES[one.mine.label].name}”, the key has {theirs}.{near}"


def _about_source(article: Article, one: Traced) -> str:
    if one.claim is None or one.mine is None:
        return ""
    if one.source == "passed on":
        return f"Your words pass it on. It begins with {_quotes(article, one.theirs)}."
    if one.source == "missing":
        return f"Not joined: who says so is {_quotes(article, one.theirs)}."
    if one.source == "other":
        theirs = f"joins it to {_quotes(article, one.theirs)}" if one.theirs else "finds nobody who says so"
        return f"The key {theirs}."
    return ""


def _quotes(article: Article, spans: Sequence[Span]) -> str:
    return " and ".join(f"“{article.quote(getattr(span, 'core', span))}”" for span in spans)
