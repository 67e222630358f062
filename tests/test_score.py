"""Counts and ratios: the laws, an independent oracle, and blind marking that never pays."""

import random
from dataclasses import replace
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nervaluate import Evaluator
from strategies import LABELS, WORDS, answers, boards, keyed, marked, marks_on

from kit.errors import KitError, WrongArticleError
from kit.measure.match import match
from kit.measure.score import Score, Yardstick, count, score
from kit.model.annotations import AnnotationSet
from kit.model.files import load_article, load_key
from kit.model.spans import Span

COUNTS = st.builds(Score, *[st.integers(0, 40)] * 4)


# Ratios


def test_counts_and_ratios_of_a_small_answer():
    article, key = marked("It [may|might] rain, [sources|vague] say, [if|condition] it [is unclear|might].")
    result = score(article, marks_on(article, "may|might", "sources|might", "unclear|might", "rain|vague"), key)
    assert result == Score(found=2, loose=1, missed=1, extra=1, right_label=2)
    assert (result.precision, result.recall, result.f1) == (2.5 / 4, 2.5 / 4, 5 / 8)
    assert result.label_accuracy == 2 / 3


def test_a_loose_mark_counts_one_half():
    assert (Score(loose=1).precision, Score(loose=1).recall, Score(loose=1).f1) == (0.5, 0.5, 0.5)


def test_no_number_where_there_is_no_answer():
    assert (Score().precision, Score().recall, Score().f1, Score().label_accuracy, Score().share) == (None,) * 5
    assert (Score(missed=3).precision, Score(missed=3).recall, Score(missed=3).f1) == (None, 0, 0)
    assert (Score(extra=3).precision, Score(extra=3).recall, Score(extra=3).f1) == (0, None, 0)


def test_nothing_marked_is_0_marks_without_cues_are_0_and_both_empty_is_no_number():
    article, key = marked("It [may|might] rain.")
    bare = replace(key, spans=())
    marks = marks_on(article, "rain|might")
    assert score(article, marks_on(article), key).f1 == 0
    assert score(article, marks, bare).f1 == 0
    assert score(article, marks_on(article), bare).f1 is None


@given(COUNTS)
def test_ratios_are_between_0_and_1_and_f1_is_the_harmonic_mean(result):
    ratios = [result.precision, result.recall, result.f1]
    assert all(ratio is None or 0 <= ratio <= 1 for ratio in ratios)
    if result.precision and result.recall:
        harmonic = 2 * result.precision * result.recall / (result.precision + result.recall)
        assert result.f1 == pytest.approx(harmonic)


# Laws


@given(st.lists(COUNTS, max_size=6), st.randoms(), st.integers(0, 6))
def test_scores_add_in_any_order_and_any_grouping(results, order, cut):
    whole = sum(results, Score())
    shuffled = list(results)
    order.shuffle(shuffled)
    assert sum(shuffled, Score()) == whole == sum(results[:cut], Score()) + sum(results[cut:], Score())
    assert whole.found == sum(result.found for result in results)


def test_only_scores_add_to_scores():
    with pytest.raises(TypeError):
        Score() + 1


@given(boards())
def test_a_score_counts_outcomes_and_the_free_ones_count_nothing(board):
    article, answer, key = board
    outcomes = match(article, answer, key)
    assert score(article, answer, key) == count(outcomes) == count(each for each in outcomes if each.kind != "free")


@given(keyed(), st.data())
def test_one_yardstick_measures_many_answers_as_each_would_be_alone(board, data):
    article, key = board
    yardstick = Yardstick(article, key, scheme="cues-4")
    for _ in range(3):
        first, last = data.draw(answers(article)), data.draw(answers(article))
        both = replace(last, first_pass=first.spans)
        assert yardstick.passes(both) == (score(article, first, key), score(article, last, key))
        assert yardstick.score(last) == score(article, last, key) == yardstick.passes(last)[0]


def test_a_yardstick_of_six_kinds_measures_four_pens():
    article, key = marked("It [may|modal] rain, it [seems|appearance].", scheme="cues")
    answer = marks_on(article, "may|might", "seems|vague")
    assert Yardstick(article, key, scheme="cues-4").score(answer) == Score(found=2, right_label=1)
    with pytest.raises(KitError, match="cannot be read"):
        Yardstick(article, key, scheme="roles")


@given(keyed())
def test_a_key_against_itself_is_perfect(board):
    article, key = board
    cores = [Span(cue.core.start, cue.core.end, cue.label) for cue in key.spans]
    number = len(key.tier("core"))
    for spans in (cores, key.spans):
        assert score(article, AnnotationSet.on(article, "cues-4", "s", spans), key) == Score(found=number, right_label=number)


@given(boards(), st.data())
def test_a_mark_inside_an_accepted_or_contested_item_never_changes_the_score(board, data):
    article, answer, key = board
    items = key.tier("accepted", "contested")
    if not items:
        return
    item = data.draw(st.sampled_from(items))
    first, stop = article.token_range(item)
    begin = data.draw(st.integers(first, stop - 1))
    where = article.extent(begin, data.draw(st.integers(begin + 1, stop)))
    more = replace(answer, spans=(*answer.spans, Span(where.start, where.end, data.draw(st.sampled_from(LABELS)))))
    assert score(article, more, key) == score(article, answer, key)


@given(keyed(tiers=("",)), st.data())
def test_marking_every_cue_with_every_label_lowers_f1_and_never_raises_label_accuracy(board, data):
    article, key = board
    if not key.spans:
        return
    once = [Span(cue.core.start, cue.core.end, data.draw(st.sampled_from(LABELS))) for cue in key.spans]
    every = [replace(span, label=label) for span in once for label in LABELS]
    one = score(article, AnnotationSet.on(article, "cues-4", "s", once), key)
    all_of_them = score(article, AnnotationSet.on(article, "cues-4", "s", every), key)
    assert all_of_them.f1 < one.f1
    assert all_of_them.label_accuracy <= one.label_accuracy


@given(boards(tiers=("",)))
def test_adding_every_label_to_any_answer_never_raises_label_accuracy(board):
    article, answer, key = board
    every = [Span(cue.core.start, cue.core.end, label) for cue in key.spans for label in LABELS]
    before, after = score(article, answer, key), score(article, replace(answer, spans=(*answer.spans, *every)), key)
    assert (after.label_accuracy or 0) <= (before.label_accuracy or 0)


@given(keyed(items=6, tiers=("",), wide=False).flatmap(lambda board: st.tuples(st.just(board), answers(board[0], most=8, longest=4))))
def test_counts_equal_those_of_nervaluate(made):
    """Where it is sound: core = max, at most one mark per cue, no mark over two cues or too wide.

    It compares in the order of the lists, and knows neither open cues nor a limit of width.
    """
    (article, key), answer = made
    single = replace(key, spans=tuple(replace(cue, also=()) for cue in key.spans))
    marks = _one_to_one(answer.spans, single.spans)
    ours = score(article, replace(answer, spans=tuple(marks)), single)
    if not (marks and single.spans):
        assert ours == Score(missed=len(single.spans), extra=len(marks))
        return
    theirs = Evaluator(true=[_entities(article, single.spans)], pred=[_entities(article, marks)], tags=list(LABELS)).evaluate()["overall"]
    partial, kind = theirs["partial"], theirs["ent_type"]
    assert (ours.found, ours.loose, ours.missed, ours.extra) == (partial.correct, partial.partial, partial.missed, partial.spurious)
    assert ours.right_label == kind.correct
    assert (ours.precision, ours.recall, ours.f1) == pytest.approx((partial.precision, partial.recall, partial.f1))


def _one_to_one(marks, cues):
    """Keep marks that touch at most one cue, one for each cue; marks between cues, once each."""
    kept, taken = [], set()
    for mark in dict.fromkeys(marks):
        touched = [cue for cue in cues if cue.overlap(mark)]
        if len(touched) > 1 or taken & set(touched) or any(mark.extent == other.extent for other in kept):
            continue
        taken.update(touched)
        kept.append(mark)
    return kept


def _entities(article, spans):
    ranges = [(*article.token_range(span), span.label) for span in spans]
    return [{"start": first, "end": stop - 1, "label": label} for first, stop, label in ranges]


# Sentences


def test_of_sentences_the_share_counts_a_blank_as_wrong_and_leaves_out_what_is_contested():
    article, key = marked("[The title|furniture]\n\n[It may rain.|claim] [It rained.|background+comment] [Is it bad?|question] "
                          "[So they say.|claim??] [It is bad.|comment]", scheme="roles")
    chosen = {1: "claim", 2: "comment", 3: "claim", 4: "background"}
    answer = AnnotationSet.on(article, "roles", "s", [Span(*_range(article, at), label) for at, label in chosen.items()])
    result = score(article, answer, key)
    assert (result.right_label, result.asked, result.share, result.extra) == (2, 4, 0.5, 0)


def test_a_sentence_with_two_labels_is_not_right():
    article, key = marked("[It may rain.|claim]", scheme="roles")
    both = AnnotationSet.on(article, "roles", "s", [Span(*_range(article, 0), label) for label in ("claim", "background")])
    assert score(article, both, key).share == 0


def test_one_label_over_the_whole_text_is_not_a_label_on_every_sentence():
    article, key = marked("[It may rain.|claim] [It may not.|claim]", scheme="roles")
    assert score(article, AnnotationSet.on(article, "roles", "s", [Span(0, len(article.text), "claim")]), key).share == 0


def _range(article, number):
    return article.sentences[number].start, article.sentences[number].end


# Blind marking


def random_key(seed):
    """About 630 tokens in five paragraphs: 15 core cues, 4 accepted, 3 contested."""
    chance = random.Random(seed)
    tiers = [""] * 15 + ["?"] * 4 + ["??"] * 3
    chance.shuffle(tiers)
    words = [chance.choice(WORDS) for _ in range(560)]
    for place, tier in zip(sorted(chance.sample(range(560), len(tiers))), tiers):
        core = " ".join(chance.choices(WORDS, k=chance.choice((1, 1, 1, 2, 4))))
        core = f"<{core}> {chance.choice(WORDS)}" if chance.random() < 0.3 else core
        words[place] = f"[{core}|{chance.choice(LABELS)}{tier}]"
    for end in range(17, 560, 18):
        words[end] += "."
    for end in range(107, 560, 108):
        words[end] += "\n\n"
    return marked(" ".join(words).replace("\n\n ", "\n\n") + ".")


def bundled():
    """Every cue key of the kit, read with the six kinds and with the four pens."""
    names = sorted(path.name for path in (resources.files("kit") / "articles").iterdir())
    for name in names:
        if name.endswith("-cues.key.json"):
            id = name.removesuffix("-cues.key.json")
            yield pytest.param(lambda id=id: (load_article(id), load_key(id).in_scheme("cues-4")), id=id)


def shapes(article):
    """Every way of marking without reading, as lists of token ranges."""
    end = len(article.tokens)
    for size in (1, 2, 3, 4, 5, 6, 8, 10, 15, 25, 50, 100, 200, 400, end):
        blocks = [(first, min(end, first + size)) for first in range(0, end, size)]
        yield f"blocks of {size}", blocks
        yield f"every other block of {size}", blocks[::2]
        yield f"blocks of {size} and the same shifted", blocks + [(first, min(end, first + size)) for first in range(size // 2, end, size)]
    for size in (1, 2, 3, 4, 5):
        yield f"each stretch of {size}", [(first, first + size) for first in range(end - size + 1)]
        yield f"each stretch up to {size}", [(first, first + wide) for wide in range(1, size + 1) for first in range(end - wide + 1)]
    yield "sentences", [article.token_range(sentence) for sentence in article.sentences]
    yield "paragraphs", [article.token_range(paragraph) for paragraph in article.paragraphs]
    yield "ends of sentences", [(max(0, stop - 4), stop) for _, stop in map(article.token_range, article.sentences)]
    yield "nested, near the whole text", [(inset, end - inset) for inset in range(40)]
    yield "nested, to the middle", [(inset, end - inset) for inset in range(end // 2)]
    yield "growing from the start", [(0, stop) for stop in range(1, end + 1)]
    yield "shifted copies of the whole text", [(inset, end) for inset in range(end)]


BOARDS = [*(pytest.param(lambda seed=seed: random_key(seed), id=f"random key {seed}") for seed in range(3)), *bundled()]


@pytest.mark.parametrize("board", BOARDS)
def test_blind_marking_never_pays(board):
    article, key = board()
    assert 400 <= len(article.tokens) <= 800 and 8 <= len(key.tier("core")) <= 18
    best = {}
    for name, ranges in shapes(article):
        for labels in (LABELS[:1], LABELS):
            if len(ranges) * len(labels) > 5000:
                continue
            spans = [Span(where.start, where.end, label) for where in (article.extent(*each) for each in ranges) for label in labels]
            best[name, len(labels)] = score(article, AnnotationSet.on(article, "cues-4", "s", spans), key).f1
    assert len(best) > 60
    assert max(best.values()) < 0.3, max(best, key=best.get)
    assert score(article, AnnotationSet.on(article, "cues-4", "s"), key).f1 == 0


@pytest.mark.parametrize("board", [*bundled()])
def test_a_careful_reader_of_a_bundled_text_gets_full_marks(board):
    article, key = board()
    cores = [Span(cue.core.start, cue.core.end, cue.label) for cue in key.tier("core")]
    assert score(article, AnnotationSet.on(article, "cues-4", "s", cores), key).f1 == 1


# What does not fit is said


def test_schemes_and_texts_that_do_not_fit_are_refused():
    article, key = marked("It [may|might] rain.")
    other, _ = marked("It may snow.")
    with pytest.raises(KitError, match="cannot be read"):
        score(article, AnnotationSet.on(article, "roles", "s"), key)
    with pytest.raises(WrongArticleError):
        score(other, AnnotationSet.on(other, "cues-4", "s"), key)
