"""From an answer to points: the formula against exact decimals, choices, passes, and what is free."""

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import boards, marked, marks_on

import kit.grading
from kit.errors import KitError, WrongArticleError
from kit.grading.grade import FIRST, MENDED, REASONS, achieved, grade, right_choices, worth
from kit.measure.score import Score
from kit.model.annotations import AnnotationSet, AnswerKey
from kit.model.article import Article
from kit.model.spans import KeySpan, Span

SHARES = st.one_of(st.none(), st.fractions(0, 1, max_denominator=60))
TEXT = "It [may|might] rain, [sources|vague] say. [If|condition] it [rains|hearsay??], we [stay|-]."


def decimal_points(first, mended, reasons, out_of) -> float:
    """The formula once more, in decimals of 60 digits: an oracle that shares no line with the kit."""
    with localcontext(prec=60):
        parts = [Decimal(1) if share is None else Decimal(share.numerator) / Decimal(share.denominator)
                 for share in (first, mended, reasons)]
        whole = Decimal("0.4") * parts[0] + Decimal("0.3") * parts[1] + Decimal("0.3") * parts[2]
        # Thirds have no end in decimals: what is a hair's breadth from half a quarter is that half.
        quarters = (4 * Decimal(str(out_of)) * whole).quantize(Decimal("1e-40"))
        return float(quarters.quantize(Decimal(1), ROUND_HALF_UP) / 4)


def test_the_three_parts_are_a_whole():
    assert FIRST + MENDED + REASONS == 1


@given(SHARES, SHARES, SHARES, st.integers(1, 400).map(lambda quarters: quarters / 4))
def test_points_are_the_formula_in_quarters(first, mended, reasons, out_of):
    points = worth(first, mended, reasons, out_of=out_of)
    assert points == decimal_points(first, mended, reasons, out_of)
    assert type(points) is float and 0 <= points <= out_of and (4 * points).is_integer()


@given(SHARES, SHARES, SHARES, st.sampled_from([0.1, 0.3, 1 / 3, 7.7]))
def test_points_stay_inside_what_an_odd_number_of_points_allows(first, mended, reasons, out_of):
    assert 0 <= worth(first, mended, reasons, out_of=out_of) <= out_of


@pytest.mark.parametrize(("first", "mended", "reasons", "out_of", "points"), [
    (Fraction(1), Fraction(1), Fraction(1), 10, 10.0),
    (Fraction(0), Fraction(0), Fraction(0), 10, 0.0),
    (None, None, None, 10, 10.0),
    (Fraction(1, 2), Fraction(3, 4), Fraction(2, 3), 10, 6.25),   # 2 + 2.25 + 2 = 6.25
    (Fraction(1, 2), Fraction(1, 2), Fraction(1, 3), 1, 0.5),     # .2 + .15 + .1 = .45, the nearest quarter
    (Fraction(5, 16), Fraction(0), Fraction(0), 1, 0.25),         # .125 is half a quarter: up
    (Fraction(31, 100), Fraction(0), Fraction(0), 1, 0.0),        # .124 is less: down
])
def test_points_worked_out_by_hand(first, mended, reasons, out_of, points):
    assert worth(first, mended, reasons, out_of=out_of) == points


@pytest.mark.parametrize("out_of", [0, -1, float("nan"), float("inf"), True, "10", None, 10_001])
def test_points_need_a_number_of_points(out_of):
    with pytest.raises(ValueError, match="out_of"):
        worth(None, None, None, out_of=out_of)


@given(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))
def test_what_a_pass_reached_is_its_f1_exactly(found, loose, missed, extra):
    counts = Score(found, loose, missed, extra)
    share = achieved(counts, "cues")
    assert (share is None) == (counts.f1 is None)
    assert share is None or float(share) == pytest.approx(counts.f1, abs=1e-12)


def test_of_sentences_and_claims_the_share_of_right_labels_counts():
    counts = Score(found=8, missed=2, extra=3, right_label=5)
    assert achieved(counts, "roles") == achieved(counts, "sources") == Fraction(1, 2)
    assert achieved(Score(extra=2), "roles") is None


def test_both_passes_count_and_say_where_they_come_from():
    article, key = marked(TEXT)
    answer = replace(marks_on(article, "may|might", "sources|vague", "If|condition"), stage="reasons",
                     first_pass=marks_on(article, "may|might").spans)
    result = grade(article, answer, key, out_of=10)
    assert (result.first, result.mended) == (Score(1, 0, 2, 0, 1), Score(3, 0, 0, 0, 3))
    assert result.points == 8.0   # 4 x 1/2 + 3 + 3: no reason is asked
    assert result.remarks == ()


def test_without_a_first_pass_the_final_marks_are_both_and_it_is_said():
    article, key = marked(TEXT)
    result = grade(article, marks_on(article, "may|might"), key, out_of=10)
    assert result.first == result.mended == Score(1, 0, 2, 0, 1)
    assert result.points == 6.5   # .5 x 7 + 3
    assert ["Never checked" in remark for remark in result.remarks] == [True]


def test_a_pass_that_was_not_finished_counts_as_it_stands_and_it_is_said():
    article, key = marked(TEXT)
    answer = replace(marks_on(article, "may|might"), first_pass=(), stage="mend")
    result = grade(article, answer, key, out_of=10)
    assert result.points == 4.5   # 0 + 3 x 1/2 + 3
    assert ["Not finished" in remark for remark in result.remarks] == [True]


@pytest.mark.parametrize(("reached", "words"), [("mend", "after a first check"), ("reasons", "the questions")])
def test_a_second_start_costs_nothing_and_the_teacher_is_told(reached, words):
    article, key = marked(TEXT)
    answer = replace(marks_on(article, "may|might"), first_pass=(), stage="reasons")
    once, again = grade(article, answer, key), grade(article, replace(answer, started_again=reached), key)
    assert (again.points, once.remarks) == (once.points, ())
    assert [words in remark for remark in again.remarks] == [True]


@given(boards(), st.data())
def test_contested_and_accepted_items_never_cost(board, data):
    article, answer, key = board
    free = [span for span in key.spans if span.tier != "core"]
    if not free:
        return
    item = data.draw(st.sampled_from(free))
    more = replace(answer, spans=(*answer.spans, Span(item.start, item.end, item.label)))
    touched = any(span.overlap(item) for span in answer.spans)
    if not touched:
        assert grade(article, more, key).points == grade(article, answer, key).points


# Chosen reasons


KEY = {"reason-1": {"right": ["a"]}, "reason-2": {"right": ["b", "c"]},
       "pair": {"right": ["s-4", "s-11"], "many": 2}, "aside": {"note": "no question"}, "odd": "text"}


def choices(**responses) -> tuple[int, int]:
    article, key = marked(TEXT)
    answer = replace(marks_on(article), responses={name.replace("_", "-"): value for name, value in responses.items()})
    return right_choices(answer, replace(key, responses=KEY))


@pytest.mark.parametrize(("responses", "right"), [
    ({}, 0),
    ({"reason_1": "a"}, 1),
    ({"reason_1": "b"}, 0),
    ({"reason_2": "b"}, 1),
    ({"reason_2": "c"}, 1),
    ({"reason_2": ["b", "c"]}, 0),          # a list where one choice is asked
    ({"pair": ["s-4"]}, 1),
    ({"pair": ["s-11", "s-4"]}, 2),
    ({"pair": ["s-4", "s-5"]}, 1),
    ({"pair": ["s-4", "s-5", "s-11"]}, 1),  # one too many takes one back
    ({"pair": ["s-4", "s-4", "s-4"]}, 0),
    ({"pair": [f"s-{number}" for number in range(30)]}, 0),
    ({"pair": "s-4"}, 0),
    ({"pair": [4, None, ["s-4"], {"s-4": 1}]}, 0),
    ({"reason_1": None, "reason_2": 3, "pair": {}}, 0),
    ({"reason_1": "a", "reason_2": "b", "pair": ["s-4", "s-11"], "extra": "a"}, 4),
])
def test_right_choices_are_counted(responses, right):
    assert choices(**responses) == (right, 4)


@given(st.dictionaries(st.sampled_from(["reason_1", "reason_2", "pair"]), st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.sampled_from(["a", "b", "s-4", "s-11"])),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=3), inner, max_size=3), max_leaves=8)))
def test_no_response_whatever_breaks_a_grade_or_leaves_its_bounds(responses):
    right, asked = choices(**responses)
    assert asked == 4 and 0 <= right <= asked


def test_written_answers_stay_outside_the_points_and_are_there_to_read():
    article, key = marked(TEXT)
    answer = marks_on(article, "may|might")
    wrote = replace(answer, responses={"written": "Because nobody is named.", "written-2": " ", "written-3": 7})
    assert grade(article, wrote, key).points == grade(article, answer, key).points
    assert dict(grade(article, wrote, key).written) == {"written": "Because nobody is named."}


def test_an_answer_for_another_text_or_with_other_pens_has_no_grade():
    article, key = marked(TEXT)
    with pytest.raises(WrongArticleError):
        grade(article, replace(marks_on(article), fingerprint="0" * 12), key)
    with pytest.raises(KitError, match="cannot be read as"):
        grade(article, replace(marks_on(article), scheme="roles"), key)


def test_an_empty_answer_gets_nothing_where_cues_are_asked_and_all_where_none_is():
    article, key = marked(TEXT)
    asked = replace(key, responses={"reason-1": {"right": ["a"]}})
    assert grade(article, marks_on(article), asked).points == 0
    assert grade(article, marks_on(article), replace(key, spans=())).points == 10
    assert grade(article, marks_on(article, "rain|might"), replace(key, spans=())).points == 3.0


@given(boards())
def test_points_lie_inside_their_bounds_for_any_answer(board):
    article, answer, key = board
    result = grade(article, answer, key, out_of=7)
    assert 0 <= result.points <= 7 and result.out_of == 7


def test_roles_and_claims_are_graded_by_their_share():
    text = "It rained. It may rain."
    article = Article("text", "", "", text)
    first, second = article.sentences
    key = AnswerKey("text", article.fingerprint, "roles", spans=(
        KeySpan(first.start, first.end, "background"), KeySpan(second.start, second.end, "projection", also=("claim",))))
    answer = AnnotationSet.on(article, "roles", "student", (Span(second.start, second.end, "claim"),))
    assert grade(article, answer, key).points == 6.5   # half of 7, and no reason is asked


@pytest.mark.parametrize("name", kit.grading.__all__)
def test_a_name_of_the_room_is_not_that_of_a_file(name):
    """It would be the function at first, and the module from then on."""
    assert callable(getattr(kit.grading, name))
    assert not (Path(kit.grading.__file__).parent / f"{name}.py").exists()
