"""The outcome of every mark and every cue, rule by rule, and against a brute-force oracle."""

import time
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import boards, keyed, marked, marks_on

from kit.errors import KitError, WrongArticleError
from kit.measure import match as match_module
from kit.measure.match import match
from kit.measure.pairing import pair
from kit.measure.places import LaidKey
from kit.model.annotations import AnnotationSet, AnswerKey
from kit.model.article import Article
from kit.model.spans import KeySpan, Span


def outcomes(source, *wanted):
    """Return each outcome as (kind, words of the mark, words of the cue, detail)."""
    article, key = marked(source)
    return [(each.kind, each.mark and article.quote(each.mark), each.cue and article.quote(each.cue), each.detail)
            for each in match(article, marks_on(article, *wanted), key)]


def kinds(source, *wanted):
    return [outcome[0] for outcome in outcomes(source, *wanted)]


# Width


@pytest.mark.parametrize("words", ["may", "may well", "so may", "so may well"])
def test_any_boundary_between_core_and_max_is_found(words):
    assert kinds("They [so <may> well|might] resign.", f"{words}|might") == ["found"]


@pytest.mark.parametrize("words, kind", [
    ("cannot", "loose"),
    ("be ruled out", "loose"),
    ("It cannot be ruled out", "loose"),
    ("cannot be ruled out for now at", "loose"),
    ("cannot be ruled out for now at all", "missed"),
    (". It cannot be ruled out for", "loose"),
    ("again . It cannot be ruled out for", "missed"),
])
def test_too_narrow_or_up_to_three_tokens_too_wide_is_loose(words, kind):
    """Both sides are counted together, and a sign is a token."""
    source = "Once again . It [cannot be ruled out|might] for now at all."
    assert sorted(kinds(source, f"{words}|might")) == (["loose"] if kind == "loose" else ["extra", "missed"])


def test_much_too_wide_is_extra_and_the_cue_missed():
    assert outcomes("They all say it [may|might] rain.", "They all say it may|might") == [
        ("extra", "They all say it may", None, "too wide"), ("missed", None, "may", "too wide")]


def test_white_space_at_the_ends_of_a_mark_never_counts():
    article, key = marked("It [may|might] rain.")
    where = key.spans[0]
    answer = AnnotationSet.on(article, "cues-4", "s", [Span(where.start - 1, where.end + 1, "might")])
    assert [outcome.kind for outcome in match(article, answer, key)] == ["found"]


def test_a_mark_of_white_space_alone_is_extra():
    article, key = marked("It [may|might] rain.")
    answer = AnnotationSet.on(article, "cues-4", "s", [Span(2, 3, "might")])
    assert [outcome.kind for outcome in match(article, answer, key)] == ["extra", "missed"]


# Labels


def test_the_label_is_told_apart_from_the_width():
    article, key = marked("It [may|might], [<sources> say|vague+hearsay].")
    answer = marks_on(article, "may|condition", "sources|hearsay")
    assert [(each.kind, each.right_label) for each in match(article, answer, key)] == [("found", False), ("found", True)]


def test_there_is_no_right_label_without_a_pair():
    article, key = marked("It [may|might] rain, [perhaps|might?].")
    assert [each.right_label for each in match(article, marks_on(article, "rain|might"), key)] == [None] * 3


def test_a_cue_marked_with_every_label_is_paired_with_a_wrong_one():
    article, key = marked("It [may|might] rain.")
    pens = ("might", "hearsay", "condition", "vague")
    found = match(article, marks_on(article, *(f"may|{pen}" for pen in pens)), key)
    assert sorted((each.kind, each.right_label) for each in found if each.kind == "found") == [("found", False)]
    assert [each.detail for each in found if each.kind == "extra"] == ["second mark"] * 3


def test_six_kinds_are_judged_with_four_pens():
    article, key = marked("It [may|modal] rain, it [seems|appearance].", scheme="cues")
    answer = marks_on(article, "may|might", "seems|might")
    assert [(each.kind, each.right_label, each.cue.label) for each in match(article, answer, key)] == [
        ("found", True, "might")] * 2
    with pytest.raises(KitError, match="cannot be read"):
        match(article, AnnotationSet.on(article, "roles", "s"), key)


# Pairing


def test_a_mark_over_two_cues_is_paired_with_one_and_the_reason_says_two():
    assert outcomes("It [may|might], [officials|vague] say.", "may , officials|hearsay") == [
        ("loose", "may, officials", "may", "two cues"), ("missed", None, "officials", "two cues")]


@pytest.mark.parametrize("pen, cue", [("might", "officials"), ("vague", "may")])
def test_of_two_equal_pairings_the_one_with_fewer_right_labels_is_taken(pen, cue):
    """So that nobody gains by one wide mark over cues of many kinds."""
    assert (("loose", "may, officials", cue, "two cues")
            in outcomes("It [may|might], [officials|vague] say.", f"may , officials|{pen}"))


def test_most_pairs_come_before_most_found():
    """The exact mark on "may" gives way, so that both cues have a mark."""
    source = "It [may|might] [perhaps|might] rain."
    assert kinds(source, "may|might", "may perhaps|might") == ["found", "loose"]
    assert kinds(source, "may perhaps|might", "It may perhaps|might") == ["loose", "loose"]


def test_most_found_come_before_fewest_extra():
    assert outcomes("It [may|might] [soon|might?] rain.", "may|might", "It may|might") == [
        ("extra", "It may", None, "second mark"), ("found", "may", "may", ""), ("free", None, "soon", "open")]


def test_of_two_equal_pairings_the_one_that_leaves_no_extra_is_taken():
    """Alone, "soon may" is free beside an open cue and "may it" is extra: so "may it" is the pair."""
    assert outcomes("[soon|might?] [may|might] it rain.", "soon may|might", "may it|might") == [
        ("free", "soon may", "soon", "open"), ("loose", "may it", "may", "")]


def test_a_mark_over_four_cues_of_one_word_is_still_loose_and_over_five_too_wide():
    source = "[may|might] [perhaps|might] [soon|might] [likely|might] [seem|might]"
    assert kinds(source, "may perhaps soon likely|vague") == ["loose", "missed", "missed", "missed", "missed"]
    assert kinds(source, "may perhaps soon likely seem|vague") == ["missed", "extra", "missed", "missed", "missed", "missed"]


def test_crossing_pairs_are_uncrossed_in_reading_order():
    assert outcomes("[may|might] [perhaps|might]", "may perhaps|might", "may perhaps|vague") == [
        ("loose", "may perhaps", "may", "two cues"), ("loose", "may perhaps", "perhaps", "two cues")]


def test_core_cues_come_first():
    """A mark over a core and an accepted cue belongs to the core."""
    assert kinds("It [may|might] [soon|might?] rain.", "may soon|might") == ["loose", "free"]


def test_identical_marks_with_the_same_label_are_one_mark():
    assert outcomes("It [may|might] rain.", "may|might", "may|might") == [("found", "may", "may", "")]


# Free and extra marks


def test_a_second_mark_inside_the_max_that_overlaps_no_other_is_free():
    assert outcomes("It [<may> well|might] rain.", "may|might", "well|might") == [
        ("found", "may", "may well", ""), ("free", "well", "may well", "inside")]
    assert outcomes("It [<may> well|might] rain.", "well|might") == [
        ("missed", None, "may well", ""), ("free", "well", "may well", "inside")]


def test_a_second_mark_inside_the_max_that_overlaps_another_is_extra():
    assert sorted(kinds("It [<may> well|might] rain.", "may|might", "may well|might")) == ["extra", "found"]
    assert outcomes("It [<may> well|might] rain.", "may well|might", "well|might")[1] == ("extra", "well", None, "second mark")


def test_a_mark_beside_the_core_that_leaves_the_max_is_extra():
    assert ("extra", "well rain", None, "beside") in outcomes("It [<may> well|might] rain.", "well rain|might")


@pytest.mark.parametrize("tier", ["?", "??"])
def test_marks_at_an_open_cue_are_free_up_to_three_tokens_beyond(tier):
    source = f"So it [is unclear|might{tier}] now and then."
    assert outcomes(source, "is|vague", "unclear now and then|might") == [
        ("free", "is", "is unclear", "open"), ("free", "unclear now and then", "is unclear", "open")]
    assert outcomes(source, "it is unclear now and then|might") == [
        ("extra", "it is unclear now and then", None, "too wide"), ("free", None, "is unclear", "open")]


def test_any_other_mark_is_extra():
    assert outcomes("It [may|might] rain.", "rain|might") == [("missed", None, "may", ""), ("extra", "rain", None, "")]


def test_an_extra_mark_on_a_look_alike_carries_its_reason():
    article, key = marked("The vote is in [May|-: the month].")
    extra, = match(article, marks_on(article, "in May|might"), key)
    assert (extra.kind, extra.look_alike.note) == ("extra", "the month")


def test_an_outcome_points_at_mark_and_cue_together():
    article, key = marked("It [<may> well|might] rain.")
    loose, = match(article, marks_on(article, "It may|might"), key)
    assert article.quote(loose.place) == "It may well"


def test_nothing_marked_and_nothing_asked_is_no_outcome():
    article, key = marked("It rains.")
    assert match(article, marks_on(article), key) == ()
    empty = Article("text", "", "", "")
    assert match(empty, AnnotationSet.on(empty, "cues", "s"), AnswerKey.on(empty, "cues", "key")) == ()


def test_answers_and_keys_on_another_text_are_refused():
    article, key = marked("It [may|might] rain.")
    other, other_key = marked("It [may|might] snow.")
    for pair_of in ((marks_on(other, "may|might"), key), (marks_on(article, "may|might"), other_key)):
        with pytest.raises(WrongArticleError):
            match(article, *pair_of)


# Sentences


def test_of_sentences_the_label_alone_is_asked_and_furniture_not_at_all():
    article, key = marked("[A title|furniture]\n\n[It may rain.|claim] [It rained.|background] [Is it bad?|question??]", scheme="roles")
    answer = AnnotationSet.on(article, "roles-3", "s", [
        Span(sentence.start, sentence.end, label)
        for sentence, label in zip(article.sentences, ["claim", "claim", "other", "claim"])])
    assert [(each.kind, each.right_label, each.detail) for each in match(article, answer, key)] == [
        ("free", None, "open"), ("found", True, ""), ("found", False, "label"), ("free", None, "open")]
    assert [each.kind for each in match(article, AnnotationSet.on(article, "roles-3", "s"), key)] == ["missed", "missed", "free"]


# Laws


@given(boards(), st.randoms())
def test_the_order_of_marks_and_items_never_changes_the_outcome(board, random):
    article, answer, key = board
    spans, items = list(answer.spans), list(key.spans)
    random.shuffle(spans)
    random.shuffle(items)
    again = AnnotationSet.on(article, "cues-4", "student", [*spans, *spans[:2]])
    turned = AnswerKey(key.article, key.fingerprint, key.scheme, spans=tuple(items), look_alikes=key.look_alikes)
    assert match(article, again, turned) == match(article, answer, key)


@given(boards())
def test_every_mark_and_every_core_cue_has_exactly_one_outcome(board):
    article, answer, key = board
    found = match(article, answer, key)
    assert sorted(each.mark for each in found if each.mark) == sorted(set(answer.spans))
    assert sorted(each.cue for each in found if each.kind in ("found", "loose", "missed")) == sorted(key.tier("core"))
    assert {each.cue for each in found} - {None} == set(key.spans)
    assert list(found) == sorted(found, key=lambda each: (each.place.start, each.place.end)) or not found


@given(boards(items=4, most=5))
@settings(max_examples=300)
def test_the_pairing_is_the_best_of_all_pairings(board):
    """An oracle that tries every pairing, with the rules written down once more."""
    article, answer, key = board
    found = match(article, answer, key)
    kinds = [each.kind for each in found]
    pairs, right = kinds.count("found") + kinds.count("loose"), sum(each.right_label is True for each in found)
    assert (pairs, kinds.count("found"), -kinds.count("extra"), -right) == best_by_trying_all(article, answer, key)


def best_by_trying_all(article, answer, key):
    marks, cues = sorted(set(answer.spans)), key.tier("core")
    opens = [set(range(*article.token_range(cue))) for cue in key.tier("accepted", "contested")]
    cores = [set(range(*article.token_range(cue.core))) for cue in cues]
    maxes = [set(range(*article.token_range(cue))) for cue in cues]
    tokens = [set(range(*article.token_range(mark))) for mark in marks]
    extra = [not (any(mine <= most for most in maxes) and not any(mine & tokens[other] for other in range(len(marks)) if other != mark)
                  or any(mine & place and len(mine - place) <= 3 for place in opens)) for mark, mine in enumerate(tokens)]
    choices = [[None, *(cue for cue in range(len(cues)) if mine & cores[cue] and len(mine - maxes[cue]) <= 3)] for mine in tokens]
    best = None
    for choice in product(*choices):
        pairs = [(mark, cue) for mark, cue in enumerate(choice) if cue is not None]
        if len({cue for _, cue in pairs}) < len(pairs):
            continue
        fits = sum(cores[cue] <= tokens[mark] <= maxes[cue] for mark, cue in pairs)
        left = sum(extra[mark] for mark, cue in enumerate(choice) if cue is None)
        right = sum(marks[mark].label in cues[cue].labels for mark, cue in pairs)
        value = (len(pairs), fits, -left, -right)
        best = value if best is None else max(best, value)
    return best


@given(st.lists(st.dictionaries(st.integers(0, 6), st.integers(1, 60), max_size=6), max_size=9))
@settings(max_examples=400)
def test_the_pairing_of_greatest_worth_is_found(worth):
    """An oracle that goes on, row by row, with every set of columns that may be taken by then."""
    best = {frozenset(): 0}
    for gains in worth:
        for taken, value in list(best.items()):
            for column in gains.keys() - taken:
                more = taken | {column}
                best[more] = max(best.get(more, 0), value + gains[column])
    paired = pair(worth)
    assert len(set(paired.values())) == len(paired)
    assert sum(worth[row][column] for row, column in paired.items()) == max(best.values())


@given(boards(most=12, longest=4))
@settings(max_examples=300)
def test_weighing_what_is_in_doubt_gives_the_pairing_that_weighing_everything_gives(board):
    """The short way: a mark and a cue that touch nothing else are a pair without weighing."""
    article, answer, key = board
    laid = LaidKey(article, key)
    marks = match_module._Board(laid, answer.spans)
    everything = [{mark: marks._worth(cue, mark) for mark, spot in enumerate(marks.spots) if cue in spot.candidates}
                  for cue in range(len(laid.cues))]
    assert marks._pairs() == pair(everything)


@given(keyed(tiers=("",)))
def test_a_keys_cores_against_itself_are_all_found(board):
    article, key = board
    cores = AnnotationSet.on(article, key.scheme, "s", [Span(cue.core.start, cue.core.end, cue.label) for cue in key.spans])
    assert [(each.kind, each.right_label) for each in match(article, cores, key)] == [("found", True)] * len(key.spans)


@given(st.integers(2, 9))
def test_cues_inside_one_word_find_themselves(number):
    """Keys of other tools may be finer than words."""
    article = Article("text", "", "", "ab" * number)
    items = tuple(KeySpan(2 * at, 2 * at + 1, "might") for at in range(number))
    key = AnswerKey(article.id, article.fingerprint, "cues-4", spans=items)
    answer = AnnotationSet.on(article, "cues-4", "s", [Span(item.start, item.end, "might") for item in items])
    assert [each.kind for each in match(article, answer, key)] == ["found"] * number


# Hostile input: bounded work

LONG = Article("text", "", "", "word " * 2500)


def spans(*ranges):
    places = (LONG.extent(first, stop) for first, stop in ranges)
    return [Span(place.start, place.end, ("might", "vague", "hearsay")[number % 3]) for number, place in enumerate(places)]


HOSTILE = {
    "everything over everything": [(at // 2, 2500 - at % 2 - at // 2) for at in range(2400)] + [(0, 2500 - at) for at in range(2400)],
    "all around one word": [(1200 - at % 70, 1201 + at // 70) for at in range(4900)],
    "chains of two": [(at, at + 2) for at in range(2498)] * 2,
    "up to four words everywhere": [(at // 4, at // 4 + at % 4 + 1) for at in range(4 * 1249)],
    "chains of four": [(at * 3, at * 3 + 4) for at in range(832)],
}


@pytest.mark.parametrize("ranges", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("items", [range(0, 2500, 160), range(2500)], ids=["15 cues", "a cue on every word"])
def test_thousands_of_marks_are_matched_in_seconds(ranges, items):
    key = AnswerKey.on(LONG, "cues-4", "key", [KeySpan(5 * at, 5 * at + 4, "might") for at in items])
    answer = AnnotationSet.on(LONG, "cues-4", "s", spans(*ranges))
    start = time.process_time()
    found = match(LONG, answer, key)
    assert time.process_time() - start < 20
    assert sum(each.mark is not None for each in found) == len(set(answer.spans))
