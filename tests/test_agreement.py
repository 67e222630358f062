"""Kappa and alpha: published examples, NLTK as oracle, and what counts as a unit."""

from collections import Counter

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from nltk.metrics.agreement import AnnotationTask
from strategies import answers, articles, keyed, marked, marks_on

from kit.errors import KitError, WrongArticleError
from kit.measure.agreement import Agreement, agreement, alpha, cue_agreement
from kit.model.annotations import AnnotationSet
from kit.model.article import Article
from kit.model.spans import Span


def labelled(*rows, missing="."):
    """Return an article of as many words as a row is long, and one set for each row of labels."""
    article = Article("text", "", "", " ".join(["word"] * len(rows[0])))
    return article, [AnnotationSet.on(article, "mine", f"reader-{number}", [
        Span(token.start, token.end, label) for token, label in zip(article.tokens, row) if label != missing])
        for number, row in enumerate(rows)]


# Published examples


def test_kappa_of_two_radiologists():
    """Altman (1991), Practical Statistics for Medical Research, p. 403: 85 xeromammograms, read as
    normal, benign, suspected and cancer; 63.53 % agreement, 30.82 % expected, kappa 0.4728."""
    table = {"normal": (21, 12, 0, 0), "benign": (4, 17, 1, 0), "suspected": (3, 9, 15, 2), "cancer": (0, 0, 0, 1)}
    pairs = [(one, other) for one, row in table.items() for other, number in zip(table, row) for _ in range(number)]
    article, sets = labelled(*zip(*pairs))
    result = agreement(article, *sets)
    assert (round(result.observed, 4), round(result.expected, 4), result.units) == (0.6353, 0.3082, 85)
    assert round(result.kappa, 4) == 0.4728


@pytest.mark.parametrize("rows, expected", [
    (("0100000010", "1110010000"), 0.095),      # section A, binary data, two observers
    (("aabbdcccedda", "babbbccceddd"), 0.692),  # section B, nominal data, two observers
])
def test_alpha_of_two_observers(rows, expected):
    """Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, sections A and B, pp. 1 to 3."""
    article, sets = labelled(*rows)
    assert alpha(article, sets) == pytest.approx(expected, abs=0.0005)


def _alpha_by_coincidences(rows):
    """Krippendorff (2011), section C, for any number of observers: 1 - (n - 1) (n - sum of o_cc) / (n squared - sum of n_c squared)."""
    coincidences, totals = Counter(), Counter()
    for unit in zip(*rows):
        totals.update(unit)
        for one, first in enumerate(unit):
            for other, second in enumerate(unit):
                if one != other:
                    coincidences[first, second] += 1 / (len(unit) - 1)
    n = sum(totals.values())
    alike = sum(coincidences[label, label] for label in totals)
    return 1 - (n - 1) * (n - alike) / (n * n - sum(total ** 2 for total in totals.values()))


# Laws

PAIRS = articles().flatmap(lambda article: st.tuples(st.just(article), *[answers(article, most=4)] * 3))


def painted(article, answer):
    """Write the rule down once more: the label first in the alphabet, else nothing."""
    return [min((span.label for span in answer.spans if span.overlap(token)), default="nothing") for token in article.tokens]


def task(article, *sets):
    return AnnotationTask([(coder, unit, label) for coder, answer in enumerate(sets)
                           for unit, label in enumerate(painted(article, answer))])


@given(PAIRS)
def test_kappa_equals_nltks_wherever_both_exist(made):
    article, left, right, _ = made
    result = agreement(article, left, right)
    assert result.units == len(article.tokens)
    if result.kappa is None:
        same = {*painted(article, left), *painted(article, right)}
        assert len(same) <= 1
    else:
        assert result.kappa == pytest.approx(task(article, left, right).kappa())
        assert result.observed == pytest.approx(task(article, left, right).avg_Ao())


@given(PAIRS)
def test_alpha_equals_nltks_and_the_published_formula(made):
    article, *sets = made
    rows = [painted(article, answer) for answer in sets]
    result = alpha(article, sets)
    if len({label for row in rows for label in row}) < 2:
        assert result is None
    else:
        assert result == pytest.approx(task(article, *sets).alpha()) == pytest.approx(_alpha_by_coincidences(rows))


@given(PAIRS)
def test_agreement_is_the_same_from_both_sides_and_whole_with_oneself(made):
    article, left, right, _ = made
    assert agreement(article, left, right) == agreement(article, right, left)
    assert agreement(article, left, left).observed == (1 if article.tokens else None)
    assert agreement(article, left, left).kappa in (None, 1)


# No number where there is no answer


def test_there_is_no_kappa_where_chance_agrees_on_everything():
    article, sets = labelled("aaaa", "aaaa")
    assert agreement(article, *sets) == Agreement(1, 1, 4)
    assert agreement(article, *sets).kappa is None and alpha(article, sets) is None


def test_there_is_no_agreement_without_units_and_no_alpha_of_one():
    empty = Article("text", "", "", "")
    nobody = AnnotationSet.on(empty, "cues", "s")
    assert agreement(empty, nobody, nobody) == Agreement(None, None, 0)
    assert agreement(empty, nobody, nobody).kappa is None and alpha(empty, [nobody, nobody]) is None
    article, sets = labelled("ab")
    assert alpha(article, sets) is None and alpha(article, []) is None


def test_agreement_below_chance_is_below_0():
    article, sets = labelled("ab", "ba")
    assert agreement(article, *sets).kappa == -1


# Units


def test_a_token_outside_every_span_counts_as_nothing():
    article, _ = marked("It may rain.")
    result = agreement(article, marks_on(article, "may|might"), marks_on(article))
    assert (result.observed, result.units) == (3 / 4, 4)


def test_where_spans_overlap_the_label_first_in_the_alphabet_wins():
    article, _ = marked("It may rain.")
    both = marks_on(article, "may rain|might", "may|condition")
    assert agreement(article, both, marks_on(article, "may|condition", "rain|might")).observed == 1


def test_what_a_key_leaves_open_is_left_out():
    article, key = marked("It [<may> well|might] rain, [officials|vague?] say [so|hearsay??].")
    result = agreement(article, marks_on(article, "may|might", "well|might", "officials|vague"), key)
    assert (result.observed, result.units) == (1, 6)


def test_both_are_read_in_the_coarser_scheme():
    article, key = marked("It [may|modal] rain, it [seems|appearance].", scheme="cues")
    assert agreement(article, key, marks_on(article, "may|might", "seems|might")).observed == 1
    mixed = [marks_on(article, "may|modal", scheme="cues"), marks_on(article, "may|might"), key]
    assert alpha(article, mixed) == alpha(article, mixed[::-1])
    with pytest.raises(KitError, match="cannot be read"):
        agreement(article, key, AnnotationSet.on(article, "roles", "s"))


SENTENCES = "[The title|furniture]\n\n[It may rain.|claim] [It rained.|background] [Is it bad?|question??]\n\n[All rights reserved.|furniture]"


def test_of_sentences_headings_furniture_and_open_ones_are_left_out():
    article, key = marked(SENTENCES, scheme="roles")
    sentences = [(sentence.start, sentence.end) for sentence in article.sentences]
    answer = AnnotationSet.on(article, "roles", "s", [Span(*sentences[1], "claim")])
    result = agreement(article, answer, key)
    assert (result.observed, result.units) == (0.5, 2)


def test_a_heading_that_nobody_labels_is_left_out():
    article, key = marked("The title\n\n[It may rain.|claim]", scheme="roles")
    assert agreement(article, key, key).units == 1


def test_a_sentence_that_only_one_calls_furniture_is_a_difference():
    article, key = marked(SENTENCES, scheme="roles")
    sentences = [(sentence.start, sentence.end) for sentence in article.sentences]
    answer = AnnotationSet.on(article, "roles", "s", [Span(*sentences[at], "claim") for at in (1, 2, 4)])
    assert (agreement(article, answer, key).observed, agreement(article, answer, key).units) == (1 / 3, 3)


def test_sets_on_another_text_are_refused():
    article, _ = marked("It may rain.")
    other, _ = marked("It may snow.")
    with pytest.raises(WrongArticleError):
        agreement(article, marks_on(article), marks_on(other))
    with pytest.raises(WrongArticleError):
        alpha(article, [marks_on(other), marks_on(article)])


# Keys among themselves


def test_two_keys_find_each_others_core_cues():
    article, left = marked("It [may|might] rain, [<sources> say|vague], [so|hearsay?].")
    again, right = marked("It [may|might] [rain|vague], [sources say|vague], so.")
    result = cue_agreement(article, left, right)
    assert (result.found, result.loose, result.missed, result.extra) == (3, 1, 1, 1)
    assert result.f1 == 7 / 10
    assert result == cue_agreement(again, right, left)


@given(keyed())
def test_a_key_finds_itself(board):
    article, key = board
    assume(key.tier("core"))
    assert cue_agreement(article, key, key).f1 == 1
