"""Outcomes in words: where to look again, what to ask oneself, and the rows of a comparison."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

from kit.measure.match import Outcome, match
from kit.measure.reasons import many, why
from kit.model.annotations import AnnotationSet, AnswerKey, alike
from kit.model.article import Article
from kit.model.labels import SCHEMES, is_by_sentence
from kit.model.spans import Extent, Span

_RESULTS = {"match": ("Match", "="), "partly": ("Partly", "~"), "label": ("Different label", "≠"),
            "missed": ("Missed", "−"), "extra": ("Extra", "+"), "open": ("Open", "?")}
_WITHOUT_KEY = {"missed": "Only theirs", "extra": "Only mine"}
_LOOK_AGAIN = ("missed", "loose", "extra")


def sentence_numbers(article: Article) -> tuple[int | None, ...]:
    """Return the number of every sentence as a reader counts, from 1; None for a heading."""
    numbers, number = [], 0
    for sentence in range(len(article.sentences)):
        number += sentence not in article.headings
        numbers.append(None if sentence in article.headings else number)
    return tuple(numbers)


# Between the passes: where, and not what


def hint(article: Article, outcomes: Iterable[Outcome]) -> tuple[str, tuple[int, ...]]:
    """Return where to look again, in words and as indexes into ``article.sentences``.

    Missed, loose and extra are told alike: no counts, no labels, no direction.  Of sentences,
    of which only the label is asked, another label is one more reason to look again.
    """
    places = sorted({sentence for outcome in outcomes
                     if outcome.kind in _LOOK_AGAIN or outcome.detail == "label"
                     for sentence in _sentences_of(article, outcome.place)})
    if not places:
        return "No sentence asks for another look. Read once more, and finish when you are content.", ()
    return f"Look again at {_named(article, places)}.", tuple(places)


def self_check(article: Article, answer: AnnotationSet) -> tuple[str, tuple[int, ...], tuple[str, ...]]:
    """Return what to look for where there is no key: a text, sentences, and questions.

    The sentences are the first ones of paragraphs without any mark (or, where sentences are
    labelled, those without a label), as indexes into ``article.sentences``; the questions are
    those of the scheme's pens.

    Raises:
        WrongArticleError: the answer was made on another text.
    """
    answer.require(article)
    scheme = SCHEMES.get(answer.scheme)
    by_sentence = is_by_sentence(answer.scheme)
    marked = {sentence for span in answer.spans for sentence in range(*article.sentence_range(span))}
    groups: dict[int, list[int]] = {}
    for number, sentence in enumerate(article.sentences):
        groups.setdefault(number if by_sentence else article.paragraph_of(sentence), []).append(number)
    places = tuple(group[0] for group in groups.values()
                   if marked.isdisjoint(group) and group[0] not in article.headings)
    text = "Your first pass is saved. Read once more, then finish."
    if places:
        text += (f" There is no label yet on {_named(article, places)}." if by_sentence else
                 f" Nothing is marked in the {_paragraphs(places)} with {_named(article, places)}.")
    return text, places, tuple(label.question for label in scheme.labels if label.question) if scheme else ()


def _paragraphs(places: Sequence[int]) -> str:
    return "paragraph that begins" if len(places) == 1 else "paragraphs that begin"


def _sentences_of(article: Article, place: Extent) -> range:
    first, stop = article.sentence_range(place)
    return range(first, stop) if first < stop else range(first, min(first + 1, len(article.sentences)))


def _named(article: Article, places: Sequence[int]) -> str:
    """Return sentences as a reader finds them: "sentences 3, 5 to 8 and 12, the title and the headings"."""
    numbers = sentence_numbers(article)
    runs: list[list[int]] = []
    for number in (numbers[place] for place in places if numbers[place]):
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    shown = [str(part) for run in runs for part in (run if len(run) < 3 else [f"{run[0]} to {run[-1]}"])]
    several = len(shown) > 1 or any(len(run) > 2 for run in runs)
    parts = [f"{'sentences' if several else 'sentence'} {_listed(shown)}"] if shown else []
    headings = [place for place in places if numbers[place] is None]
    parts += ["the title"] * (0 in headings) + ["the headings"] * any(headings)
    return _listed(parts)


def _listed(parts: Sequence[str]) -> str:
    return " and ".join(part for part in (", ".join(parts[:-1]), *parts[-1:]) if part)


# After the passes: the comparison


@dataclass(frozen=True)
class Row:
    """One line of a comparison.

    ``outcome`` is match, partly, label, missed, extra or open, with its word and symbol.
    ``first`` and ``stop`` are the tokens of the whole place.  ``mine`` and ``theirs`` are marks
    ``{"first", "stop", "label"}`` in tokens; ``sentence`` is counted from 0.  ``right_label``
    is None where there is no pair.
    """

    outcome: str
    word: str
    symbol: str
    first: int
    stop: int
    mine: tuple[dict, ...]
    theirs: tuple[dict, ...]
    words: str
    mine_words: str
    theirs_words: str
    sentence: int
    why: str
    look_alike: bool = False
    right_label: bool | None = None

    def as_dict(self) -> dict:
        """Return the row as the page takes it; ``right_label`` stays behind."""
        row = {part.name: getattr(self, part.name) for part in fields(self) if part.name != "right_label"}
        return row | {"mine": [dict(mark) for mark in self.mine], "theirs": [dict(mark) for mark in self.theirs]}


def rows(article: Article, answer: AnnotationSet, key: AnnotationSet) -> tuple[Row, ...]:
    """Return the comparison of an answer with a key, or with a classmate's set, in reading order.

    A mark that counts nothing stands in the row of its cue.  Without a key the words are "Only
    mine" and "Only theirs", and there are no reasons but the notes of both.

    Raises:
        WrongArticleError: one of the two was made on another text.
        KitError: neither scheme reads as the other.
    """
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
    word, symbol = _RESULTS[kind]
    mine = [each.mark for each in group if each.mark]
    theirs = _theirs(outcome, key)
    whole = Extent(min(part.start for part in (*mine, *theirs)), max(part.end for part in (*mine, *theirs)))
    first, stop = article.token_range(whole)
    return Row(kind, word if isinstance(key, AnswerKey) else _WITHOUT_KEY.get(kind, word), symbol, first, stop,
               _marks(article, mine), _marks(article, theirs), article.quote(whole),
               _quoted(article, mine), _quoted(article, theirs), _sentences_of(article, whole).start,
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


def _marks(article: Article, spans: Sequence[Span]) -> tuple[dict, ...]:
    ranges = [(*article.token_range(span), span.label) for span in spans]
    return tuple({"first": first, "stop": stop, "label": label} for first, stop, label in ranges)


def _quoted(article: Article, spans: Sequence[Span]) -> str:
    return " … ".join(dict.fromkeys(article.quote(span) for span in spans))


def summary(compared: Sequence[Row], key: AnnotationSet) -> str:
    """Return a comparison in a few plain sentences, counts only: no praise, no rank."""
    kinds = [row.outcome for row in compared]
    both = kinds.count("match") + kinds.count("partly") + kinds.count("label")
    right = sum(row.right_label is True for row in compared)
    missed, extra, partly = kinds.count("missed"), kinds.count("extra"), kinds.count("partly")
    if not isinstance(key, AnswerKey):
        return _of_two(both, partly, missed, extra, right)
    if is_by_sentence(key.scheme):
        blank = f" {missed} {_is(missed)} without a label." if missed else ""
        return f"{right} of {many(both + missed, 'sentence')} {_has(right)} a label that the key accepts.{blank}"
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
