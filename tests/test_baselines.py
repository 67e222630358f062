"""What marking without reading brings, and the picture that puts it beside reading."""

import re
from collections import Counter
from dataclasses import replace
from importlib import resources

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rumour import KEY as CLAIMS_KEY
from rumour import MINE as MY_CLAIMS
from rumour import RUMOUR
from strategies import keyed, marked, marks_on

from kit.errors import KitError, WrongArticleError
from kit.measure.blind import blind_answers, worth
from kit.measure.score import score
from kit.model.annotations import AnnotationSet
from kit.model.files import load_article, load_key
from kit.model.labels import ROLES, SOURCES
from kit.model.spans import Span
from kit.page.baselines import baselines, passes, rows_of
from kit.page.machine import as_answer, rung_of
from kit.reader.reading import machine_read


def keys(scheme: str) -> list[str]:
    names = [path.name for path in (resources.files("kit") / "articles").iterdir()]
    return sorted(name.removesuffix(f"-{scheme}.key.json") for name in names if name.endswith(f"-{scheme}.key.json"))


# Numbers


def test_marking_every_word_of_a_short_text_is_worked_out_by_hand():
    article, key = marked("It [may|might] rain, [sources|vague] say.")
    everything = blind_answers(article, key, "cues-4")["everything"]
    assert [article.quote(span) for span in everything.spans] == ["It", "may", "rain", ",", "sources", "say", "."]
    assert worth(article, everything, key) == 2 * 2 / (2 + 2 + 5)  # two found, five extra


def test_whole_sentences_are_taken_where_they_bring_more():
    article, key = marked("It [may not|might]. So they [say it|hearsay].")
    everything = blind_answers(article, key, "cues-4")["everything"]
    assert len(everything.spans) == 2
    assert worth(article, everything, key) == 2 * 0.5 * 2 / 4  # two loose ones


def test_one_role_for_every_sentence_is_right_as_often_as_it_is_in_the_key():
    article, key = marked("[A title|furniture]\n\n[It may rain.|claim] [It rained.|background] [It snowed.|background+comment] "
                          "[It is bad.|comment] [They left.|comment??]", scheme="roles")
    found = blind_answers(article, key, "roles")
    assert {name: worth(article, one, key) for name, one in found.items()} == {
        "all-claim": 1 / 4, "all-background": 2 / 4, "nothing": 0}


def test_one_rung_for_every_claim_is_the_best_there_is():
    found = blind_answers(RUMOUR, CLAIMS_KEY, "sources")
    assert set(found) == {"all-rung-2", "nothing"}
    # Right within one of rung 2: claims 1, 2, 3, 4 and 8 of the seven that count.
    assert worth(RUMOUR, found["all-rung-2"], CLAIMS_KEY) == 5 / 7
    for label in SOURCES.ids[1:-1]:
        one = AnnotationSet.on(RUMOUR, SOURCES, "s", [Span(item.start, item.end, label) for item in CLAIMS_KEY.spans
                                                      if item.label != "source"])
        assert worth(RUMOUR, one, CLAIMS_KEY) <= 5 / 7


@pytest.mark.parametrize("id", keys("cues"))
def test_blind_marking_of_a_bundled_text_stays_far_below_a_reader(id):
    article, key = load_article(id), load_key(id)
    for scheme in ("cues", "cues-4"):
        found = blind_answers(article, key.in_scheme(scheme), scheme)
        assert worth(article, found["everything"], key) < 0.3 and worth(article, found["nothing"], key) == 0
    assert worth(article, machine_read(article), key) > 2 * worth(article, found["everything"], key)


@pytest.mark.parametrize("id", keys("roles"))
def test_one_role_for_all_leaves_half_of_a_bundled_text_wrong(id):
    article, key = load_article(id), load_key(id, scheme="roles")
    for scheme in ("roles", "roles-3"):
        found = {name: worth(article, one, key) for name, one in blind_answers(article, key.in_scheme(scheme), scheme).items()}
        assert 0 < found["all-claim"] <= max(found.values()) < 0.6 and found["nothing"] == 0


@pytest.mark.parametrize("id", keys("sources"))
def test_one_rung_for_all_leaves_two_fifths_of_a_bundled_text_wrong(id):
    article, key = load_article(id), load_key(id, scheme="sources")
    (best, nothing) = (worth(article, one, key) for one in blind_answers(article, key, "sources").values())
    assert 0 < best <= 0.6 and nothing == 0


@given(keyed())
def test_nothing_marked_is_0_or_no_number_and_everything_is_never_all(board):
    article, key = board
    found = blind_answers(article, key, "cues-4")
    assert worth(article, found["nothing"], key) == (0 if key.tier("core") else None)
    everything = score(article, found["everything"], key)
    assert everything.missed == 0 or len(found["everything"].spans) == len(article.sentences)


def test_what_does_not_fit_is_refused():
    article, key = marked("It [may|might] rain.")
    with pytest.raises(WrongArticleError):
        blind_answers(RUMOUR, key, "cues-4")
    with pytest.raises(KitError, match="no scheme"):
        blind_answers(article, key, "nonsense")


# The machine reader


@pytest.mark.parametrize(("attribution", "words", "expected"), [
    ("person", "Ida Lund", 4), ("institution", "the ministry", 3), ("vague", "a person close to her agent", 2),
    ("vague", "officials", 2), ("vague", "sources", 1), ("vague", "Several media reports", 1), ("vague", "", 2),
    ("hidden", "", 1), ("none", "", 0)])
def test_the_rung_of_an_attribution(attribution, words, expected):
    assert rung_of(attribution, words) == expected


def test_the_machine_reader_answers_in_the_labels_of_the_key():
    article = load_article("sleep-study")
    reading = machine_read(article)
    roles = as_answer(article, reading, load_key(article.id, scheme="roles").in_scheme("roles-3"))
    assert roles.scheme == "roles-3" and len(roles.spans) == len(article.sentences)
    told = Counter(one.role for one in reading.sentences)
    assert len(roles.labelled("background")) == told["background"]
    assert len(roles.labelled("claim")) == told["claim"] + told["projection"]
    assert as_answer(article, reading, load_key(article.id)) is reading
    claimed = as_answer(RUMOUR, machine_read(RUMOUR), CLAIMS_KEY)
    assert score(RUMOUR, claimed, CLAIMS_KEY).missed == 0
    joined = [RUMOUR.quote(end) for span in claimed.spans for end in span.joined]
    assert "A person close to her agent" in joined and all(Span(end.start, end.end, "source") in claimed.spans
                                                            for span in claimed.spans for end in span.joined)


# The picture


def cue_board():
    article, key = marked("It [may|might] rain, [sources|vague] say, [if|condition] it is [unclear|might]. It rained in May.")
    first = marks_on(article, "may|might", "rain|vague", scheme="cues-4")
    mended = marks_on(article, "may|might", "sources|vague", "if|condition", scheme="cues-4")
    return article, replace(mended, first_pass=first.spans, stage="reasons"), key


def test_the_rows_are_sorted_and_tell_their_counts():
    article, answer, key = cue_board()
    rows = rows_of(article, answer, key, machine_read(article))
    values = [row.number for row in rows]
    assert values == sorted(values, reverse=True)
    told = {row.name: (row.counts.found, row.counts.missed, row.counts.extra, row.number) for row in rows}
    assert told["My mended pass"] == (3, 1, 0, 2 * 3 / 7)
    assert told["My first pass"] == (1, 3, 1, 2 / 6)
    assert told["Nothing marked"] == (0, 4, 0, 0)
    assert set(told) == {"My mended pass", "My first pass", "The machine reader", "Everything marked", "Nothing marked"}


def test_figure_and_words_have_the_same_numbers():
    article, answer, key = cue_board()
    picture = baselines(article, answer, key, machine_read(article))
    rows = rows_of(article, answer, key, machine_read(article))
    told = re.findall(r"(\d\.\d\d)\.", picture.words)
    assert told == [f"{row.number:.2f}" for row in rows]
    assert "My first pass: found 1, loose 0, missed 3, extra 1; 0.33." in picture.words
    for figure in (picture.figure, picture.narrow):
        axes = figure.axes[0]
        assert [text.get_text() for text in axes.texts if re.fullmatch(r"\d\.\d\d", text.get_text())] == told
        ends = {line.get_xdata()[0] for line in axes.lines if line.get_gid() == "axis"}
        low, high = min(ends), max(ends)
        dots = [mark for mark in axes.collections if mark.get_gid() in ("first", "mended", "machine", "blind")]
        shares = [(mark.get_offsets()[0][0] - low) / (high - low) for mark in dots]
        assert shares == pytest.approx([row.number for row in rows])


def test_own_machine_and_blind_differ_by_shape_or_fill():
    article, answer, key = cue_board()
    looks = {}
    for mark in baselines(article, answer, key, machine_read(article)).figure.axes[0].collections:
        looks[mark.get_gid()] = (len(mark.get_paths()[0].vertices), sum(mark.get_facecolor()[0][:3]) > 2)
    assert len(set(looks.values())) == len(looks) == 4


def test_what_is_not_there_is_left_out():
    article, answer, key = cue_board()
    assert [row.name for row in rows_of(article, None, key, None)] == ["Everything marked", "Nothing marked"]
    assert set(passes(replace(answer, first_pass=None, stage="mark"))) == {"mine"}
    assert set(passes(replace(answer, stage="mend"))) == {"first"}
    assert "machine" not in baselines(article, answer, key, None).words


def test_a_key_that_asks_nothing_has_no_number_and_says_so():
    article, key = marked("It [may|might??] rain.")
    picture = baselines(article, AnnotationSet.on(article, "cues-4", "student"), key, None)
    assert "My marks: found 0, loose 0, missed 0, extra 0; no number." in picture.words
    assert "–" in [text.get_text() for text in picture.figure.axes[0].texts]


def test_sentences_and_claims_are_told_as_right_other_and_blank():
    words = baselines(RUMOUR, MY_CLAIMS, CLAIMS_KEY, None).words
    assert "Every claim on rung 2: right 5, other 2, blank 0; 0.71." in words
    assert "My marks: right 2, other 4, blank 1; 0.29." in words
    article = load_article("sleep-study")
    key = load_key(article.id, scheme="roles")
    words = baselines(article, None, key, None).words
    assert "Every sentence “Background”:" in words and "Every sentence “Claim”:" in words


@settings(max_examples=15)
@given(st.lists(st.sampled_from(ROLES.ids[:-1]), min_size=4, max_size=4))
def test_a_single_role_is_never_better_than_the_best_named(labels):
    article, key = marked(" ".join(f"[It is so {number}.|{label}]" for number, label in enumerate(labels)), scheme="roles")
    rows = rows_of(article, None, key, None)
    assert max(row.number for row in rows) == max(Counter(labels).values()) / 4
