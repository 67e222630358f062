"""The sourcing ladder: every claim stands on its rung, own and the key's, and the words say the same."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rumour import FEW, KEY, MINE, POST, RUMOUR, claim, traced, words

from kit.errors import KitError, WrongArticleError
from kit.measure.score import score
from kit.measure.sourcing import claims, rung
from kit.model.annotations import AnnotationSet, as_key
from kit.model.article import Article
from kit.model.labels import SOURCES
from kit.page.ladder import ladder

LABELS = SOURCES.ids[1:]


def chips(figure, gid: str) -> list[tuple[str, float]]:
    """Return the chips of one kind: the number, and how far down it stands."""
    axes = figure.axes[0]
    found = []
    for patch in axes.patches:
        if patch.get_gid() == gid:
            x, y = patch.get_center()
            found += [(text.get_text(), y) for text in axes.texts if text.get_position() == (x, y)]
    return found


def rows(figure) -> dict[int, tuple[float, float]]:
    """Return where each rung begins and ends, from the lines below the rungs."""
    ends = [line.get_ydata()[0] for line in figure.axes[0].lines if line.get_gid() == "row"]
    return {at: (start, end) for at, start, end in zip((5, 4, 3, 2, 1, 0, None), [0, *ends], ends)}


def on_rungs(figure, gid: str) -> list[tuple[str, int | None]]:
    return sorted((number, at) for number, y in chips(figure, gid) for at, (start, end) in rows(figure).items()
                  if start < y < end)


def standing(annotations: AnnotationSet, numbered: AnnotationSet = KEY) -> list[tuple[str, int | None]]:
    held = claims(annotations)
    return sorted((str(number), rung(held[place].label) if place in held else None)
                  for number, place in enumerate(claims(numbered), 1))


def test_every_claim_stands_on_its_rung():
    picture = ladder(RUMOUR, MINE, KEY)
    for figure in (picture.figure, picture.narrow):
        assert on_rungs(figure, "mine") == standing(MINE)
        assert on_rungs(figure, "key") == [pair for pair in standing(KEY) if pair[0] != "7"]
        assert on_rungs(figure, "key-open") == [("7?", 0)]
        assert on_rungs(figure, "key-also") == [("4", 0)]


def test_the_names_of_the_rungs_are_those_of_the_pens():
    for figure in (ladder(RUMOUR, None, KEY).figure, ladder(RUMOUR, None, KEY).narrow):
        shown = " ".join(text.get_text() for text in figure.axes[0].texts)
        for label in SOURCES.labels[1:-1]:
            assert label.name in shown


def test_an_arrow_says_where_the_key_is_when_it_is_two_rungs_off():
    figure = ladder(RUMOUR, MINE, KEY).figure
    down, up = [], []
    for mark in figure.axes[0].collections:
        if mark.get_gid() == "far":
            (up if mark.get_paths()[0].vertices[0][1] > 0 else down).append(mark.get_offsets()[0][1])
    line = dict(chips(figure, "mine"))
    assert [round(y) for y in sorted(down)] == [round(line["2"] + 3.6), round(line["8"] + 3.6), round(line["1"] + 3.6)]
    assert [round(y) for y in up] == [round(line["6"] - 3.6)]


def test_the_words_have_the_numbers_of_the_figure():
    told = ladder(RUMOUR, MINE, KEY).words
    assert "Rung 4, named person: you 3 claims (2, 5, 8), the key 1 claim (6)." in told
    assert "Rung 2, unnamed, but described: you none, the key 3 claims (2, 3, 8)." in told
    assert "You gave no rung to 2 claims (3, 7)." in told
    assert "You and the key put 2 of 7 claims on the same rung or one rung apart." in told
    assert "Claim 4 is as right on rung 0. Not counted: 7. Careful readers differ there." in told


def test_what_is_not_there_is_left_out_and_said():
    alone, key_alone = ladder(RUMOUR, MINE, None), ladder(RUMOUR, None, KEY)
    assert "the key" not in alone.words and not chips(alone.figure, "key")
    assert "you" not in key_alone.words.lower() and not chips(key_alone.figure, "mine")
    assert on_rungs(alone.figure, "mine") == standing(MINE, MINE)  # numbered by own claims: no claim 3
    assert ladder(RUMOUR, None, None).words == ladder(RUMOUR, traced(), None).words == "There is no claim in this picture."


def test_a_claim_that_the_key_does_not_have_is_a_plus():
    fewer = replace(KEY, spans=tuple(span for span in KEY.spans if span.label != "rung-5"))
    picture = ladder(RUMOUR, MINE, fewer)
    assert ("+", 4) in on_rungs(picture.figure, "mine")
    assert "you 3 claims (2, 7, +)" in picture.words
    assert "A plus is a claim that the key does not ask about." in picture.words


def test_own_and_key_differ_by_shape_and_fill_in_grey():
    patches = {patch.get_gid(): patch for patch in ladder(RUMOUR, MINE, KEY).figure.axes[0].patches}
    mine, key, also = patches["mine"], patches["key"], patches["key-also"]
    assert sum(mine.get_facecolor()[:3]) < 0.5 and sum(key.get_facecolor()[:3]) == 3
    assert type(mine) is not type(key)
    assert key.get_linestyle() != also.get_linestyle()


def test_other_marks_and_other_texts_are_refused():
    with pytest.raises(KitError, match="no rungs"):
        ladder(RUMOUR, AnnotationSet.on(RUMOUR, "cues-4", "student"), KEY)
    with pytest.raises(WrongArticleError):
        ladder(Article("other", "t", "s", "Another text."), MINE, None)


@settings(max_examples=20)
@given(st.lists(st.sampled_from(["", *LABELS]), min_size=8, max_size=8),
       st.lists(st.sampled_from(LABELS[:-1]), min_size=8, max_size=8))
def test_any_claims_are_all_drawn_and_told(own, theirs):
    mine = traced(*(claim(number, label) for number, label in enumerate(own) if label), words(FEW))
    key = as_key(traced(*(claim(number, label) for number, label in enumerate(theirs)), words(POST)))
    picture = ladder(RUMOUR, mine, key)
    assert on_rungs(picture.figure, "mine") == on_rungs(picture.narrow, "mine") == standing(mine, key)
    assert on_rungs(picture.figure, "key") == standing(key, key)
    told = picture.words.split("\n")[0]
    for whose, held in (("you", mine), ("the key", key)):
        numbers = [sum(rung(one.label) == at for one in claims(held).values()) for at in (5, 4, 3, 2, 1, 0)]
        assert [int(count or 0) for count in re.findall(rf"{whose} (?:none|(\d+) claim)", told)] == numbers
    assert f"You and the key put {score(RUMOUR, mine, key).right_label} of 8 claims" in picture.words
