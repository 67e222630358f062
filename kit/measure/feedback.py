"""Outcomes in words: where to look again, what to ask oneself, and the rows of a comparison."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

from kit.measure import traced
from kit.measure.match import Outcome, match
from kit.measure.reasons import many, why
from kit.measure.row import RESULTS, WITHOUT_KEY, Row, marks, named, numbered, quoted, sentences_of
from kit.measure.sourcing import rung, trace
from kit.model.annotations import AnnotationSet, AnswerKey, alike
from kit.model.article import Article
from kit.model.labels import SCHEMES, is_by_claim, is_by_sentence, word_for
from kit.model.spans import Extent, Span

_LOOK_AGAIN = ("missed", "loose", "extra")


# Between the passes: where, and not what


def look_again(article: Article, answer: AnnotationSet, key: AnswerKey) -> tuple[str, tuple[int, ...]]:
    """Return where an answer asks for another look, as ``hint`` says it.

    Raises:
        WrongArticleError: answer or key was made on another text.
        KitError: neither scheme reads as the other.
    """
    if is_by_claim(answer.scheme):
        return traced.look_again(article, trace(article, answer, key))
    return hint(article, match(article, answer, key))


def hint(article: Article, outcomes: Iterable[Outcome]) -> tuple[str, tuple[int, ...]]:
    """Return where to look again, in words and as indexes into ``article.sentences``.

    Missed, loose and extra are told alike: no counts, no labels, no direction.  Of sentences,
    of which only the label is asked, another label is one more reason to look again.
    """
    places = sorted({sentence for outcome in outcomes
                     if outcome.kind in _LOOK_AGAIN or outcome.detail == "label"
                     for sentence in sentences_of(article, outcome.place)})
    if not places:
        return "No sentence asks for another look. Read once more, and finish when you are content.", ()
    return f"Look again at {named(article, places)}.", tuple(places)


def self_check(article: Article, answer: AnnotationSet, *,
               asked: Sequence[int] = ()) -> tuple[str, tuple[int, ...], tuple[str, ...]]:
    """Return what to look for where there is no key: a text, sentences, and questions.

    The sentences are the first ones of paragraphs without any mark, or, where sentences are
    labelled, those without a label, as indexes into ``article.sentences``; in a scheme of claims
    those of ``asked`` without a rung.  The questions are those of the scheme's pens.

    Raises:
        WrongArticleError: the answer was made on another text.
    """
    answer.require(article)
    scheme = SCHEMES.get(answer.scheme)
    places = tuple(place for place in _without_mark(article, answer, asked) if place not in article.headings)
    text = "Your first pass is saved. Read once more, then finish."
    if places and is_by_claim(answer.scheme):
        text += f" There is no rung yet on {numbered('claim', [list(asked).index(place) + 1 for place in places])}."
    elif places and is_by_sentence(answer.scheme):
        text += f" There is no {word_for(answer.scheme)} yet on {named(article, places)}."
    elif places:
        text += f" Nothing is marked in the {_paragraphs(places)} with {named(article, places)}."
    return text, places, tuple(label.question for label in scheme.labels if label.question) if scheme else ()


def _by_sentence(scheme: str) -> bool:
    return is_by_sentence(scheme) or is_by_claim(scheme)


def _without_mark(article: Article, answer: AnnotationSet, asked: Sequence[int]) -> Iterator[int]:
    """Yield the first sentence of every group (a paragraph, or a sentence alone) without any mark."""
    marked = {sentence for span in answer.spans if not is_by_claim(answer.scheme) or rung(span.label) is not None
              for sentence in range(*article.sentence_range(span))}
    groups: dict[int, list[int]] = {}
    for number, sentence in enumerate(article.sentences):
        if not is_by_claim(answer.scheme) or number in asked:
            group = number if _by_sentence(answer.scheme) else article.paragraph_of(sentence)
            groups.setdefault(group, []).append(number)
    return (group[0] for group in groups.values() if marked.isdisjoint(group))


def _paragraphs(places: Sequence[int]) -> str:
    return "paragraph that begins" if len(places) == 1 else "paragraphs that begin"


# After the passes: the comparison


def rows(article: Article, answer: AnnotationSet, key: AnnotationSet) -> tuple[Row, ...]:
    """Return the comparison of an answer with a key, or with a classmate's set, in reading order.

    A mark that counts nothing stands in the row of its cue.  Without a key the words are "Only
    mine" and "Only theirs", and there are no reasons but the notes of both.

    Raises:
        WrongArticleError: one of the two was made on another text.
        KitError: neither scheme reads as the other.
    """
    if is_by_claim(answer.scheme) and is_by_claim(key.scheme):
        return traced.rows(article, answer, key)
    outcomes = match(article, answer, key)
    theirs = alike(answer, key)[1]
    groups: dict[object, list[Outcome]] = {}
    for number, outcome in enumerate(outcomes):
        groups.setdefault(outcome.cue or number, []).append(outcome)
    shown = [_row(article, group, theirs) for group in groups.values() if not _is_shown_only(group[0])]
    return tuple(sorted(shown, key=lambda row: (row.first, row.stop)))


def _is_shown_only(outcome: Outcome) -> bool:
    return outcome.kind == "free" and outcome.cue.tier == "core" and outcome.detail == "open"


def _row(article: Article, group: Sequence[Outcome], key: AnnotationSet) -> Row:
    outcome = next((each for each in group if each.kind != "free"), group[0])
    kind = _result(outcome)
    word, symbol = RESULTS[kind]
    word = f"Different {word_for(key.scheme)}" if kind == "label" else word
    mine = [each.mark for each in group if each.mark]
    theirs = _theirs(outcome, key)
    whole = Extent(min(part.start for part in (*mine, *theirs)), max(part.end for part in (*mine, *theirs)))
    first, stop = article.token_range(whole)
    return Row(kind, word if isinstance(key, AnswerKey) else WITHOUT_KEY.get(kind, word), symbol, first, stop,
               marks(article, mine), marks(article, theirs), article.quote(whole),
               quoted(article, mine), quoted(article, theirs), sentences_of(article, whole).start,
               why(article, outcome, key), outcome.look_alike is not None, outcome.right_label)


def _result(outcome: Outcome) -> str:
    if outcome.kind == "loose":
        return "partly"
    if outcome.kind == "found":
        return "match" if outcome.right_label else "label"
    return "open" if outcome.kind == "free" else outcome.kind


def _theirs(outcome: Outcome, key: AnnotationSet) -> list[Span]:
    """Return the marks of the other side here; of a classmate, also those that ``as_key`` put aside."""
    if outcome.cue is None:
        return []
    if isinstance(key, AnswerKey):
        return [outcome.cue]
    first, stop = (bisect_left(key.spans, end, key=lambda span: span.start)
                   for end in (outcome.cue.start, outcome.cue.end))
    return list(key.spans[first:stop])


def summary(compared: Sequence[Row], key: AnnotationSet) -> str:
    """Return a comparison in a few plain sentences, counts only: no praise, no rank."""
    if is_by_claim(key.scheme):
        return traced.summary(compared, key)
    kinds = [row.outcome for row in compared]
    both = kinds.count("match") + kinds.count("partly") + kinds.count("label")
    right = sum(row.right_label is True for row in compared)
    missed, extra, partly = kinds.count("missed"), kinds.count("extra"), kinds.count("partly")
    if not isinstance(key, AnswerKey):
        return _of_two(both, partly, missed, extra, right)
    if is_by_sentence(key.scheme):
        label = word_for(key.scheme)
        blank = f" {missed} {_is(missed)} without a {label}." if missed else ""
        return f"{right} of {many(both + missed, 'sentence')} {_has(right)} a {label} that the key accepts.{blank}"
    if not both + missed:
        return f"The key asks for no cue in this text. {_not_in_key(extra)}".strip()
    width = f", {partly} of them a little too wide or narrow" if partly else ""
    labels = f"The label is right on {right} of {both}." if both else ""
    return " ".join(part for part in (f"You found {both} of {many(both + missed, 'cue')}{width}.",
                                      _not_in_key(extra), labels) if part)


def _of_two(both: int, partly: int, missed: int, extra: int, right: int) -> str:
    width = f", {partly} of them not with the same words" if partly else ""
    labels = f" The label is the same on {right} of {both}." if both else ""
    return f"You both marked {many(both, 'place')}{width}. {extra} only you, {missed} only they.{labels}"


def _not_in_key(extra: int) -> str:
    return f"{extra} of your marks {_is(extra)} not in the key." if extra else ""


def _is(number: int) -> str:
    return "is" if number == 1 else "are"


def _has(number: int) -> str:
    return "has" if number == 1 else "have"
