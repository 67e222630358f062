"""The source tree: who took it from whom, and how many origins that leaves."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rumour import BLOG, COACH, FEW, KEY, MAIL, MANY, MINE, PERSON, POST, RADIO, REGISTER, RUMOUR, claim, traced, words

from kit.errors import KitError
from kit.measure.sourcing import origins, origins_of
from kit.model.annotations import AnnotationSet
from kit.model.relations import GOES_BACK, join
from kit.model.spans import Span
from kit.page.origins import tree_of
from kit.page.picture import NARROW, WIDE
from kit.page.tree import source_tree

NAMES = (BLOG, PERSON, POST, MAIL, FEW, REGISTER, COACH, RADIO)


def drawn(figure) -> Counter:
    return Counter(artist.get_gid() for artist in figure.axes[0].get_children() if artist.get_gid())


def shape(tree) -> list[tuple]:
    return [(node.words, node.depth, node.numbers) for node in tree.nodes]


def test_what_goes_back_stands_below_its_origin():
    numbers = {place: str(at) for at, place in enumerate(RUMOUR.sentences, 1)}
    tree = tree_of(RUMOUR, KEY, numbers)
    assert shape(tree) == [(PERSON, 0, ("2", "3")), (POST, 1, ()), (MAIL, 2, ()), (RADIO, 3, ("8",)), (BLOG, 4, ("1",)),
                           (FEW, 0, ("4",)), (REGISTER, 0, ("5",)), (COACH, 0, ("6",))]
    assert (tree.nobody, tree.idle, tree.count) == (("7",), (), "8 mentions, 4 origins")


def test_source_words_that_no_claim_needs_count_nothing():
    numbers = {place: str(at) for at, place in enumerate(RUMOUR.sentences, 1)}
    tree = tree_of(RUMOUR, MINE, numbers)
    assert (tree.idle, tree.nobody, tree.count) == ((COACH, RADIO), ("6", "7"), "5 mentions, 4 origins")


def test_one_origin_and_four_who_repeat_it():
    chain = traced(words(PERSON), words(POST, PERSON), words(MAIL, POST), words(RADIO, MAIL), claim(7, "rung-2", RADIO))
    assert source_tree(RUMOUR, chain, None).words == (
        f"Your tree: 4 mentions, 1 origin. “{PERSON}” is an origin. “{POST}” goes back to “{PERSON}”. "
        f"“{MAIL}” goes back to “{POST}”. “{RADIO}” goes back to “{MAIL}” (claim 1).")


def test_an_origin_has_a_filled_sign_and_a_repeater_an_open_one():
    picture = source_tree(RUMOUR, MINE, KEY)
    for figure in (picture.figure, picture.narrow):
        found = drawn(figure)
        assert (found["mine-origin"], found["mine-repeater"]) == (4, 1)
        assert (found["key-origin"], found["key-repeater"]) == (4, 4)
        assert (found["mine"], found["key"]) == (8, 8)  # claim 2 has two sources of mine, 3 and 7 are not joined
        fills = {mark.get_gid(): sum(mark.get_facecolor()[0][:3]) for mark in figure.axes[0].collections}
        assert fills["key-origin"] < 0.5 and fills["key-repeater"] == 3


def test_the_words_have_the_numbers_of_the_figure():
    mine, key = source_tree(RUMOUR, MINE, KEY).words.split("\n")
    assert mine.startswith("Your tree: 5 mentions, 4 origins.") and key.startswith("The key's tree: 8 mentions, 4 origins.")
    assert f"“{MAIL}” goes back to “{POST}” (claims 2, 8)." in mine
    assert "Without a source: 2 claims (6, 7)." in mine and "Without a source: 1 claim (7)." in key
    assert f"Without a claim: “{COACH}” and “{RADIO}”." in mine


def test_two_trees_stand_beside_each_other_when_wide_and_below_each_other_when_narrow():
    picture = source_tree(RUMOUR, MINE, KEY)
    for figure, width in ((picture.figure, WIDE), (picture.narrow, NARROW)):
        places = {text.get_text(): text.get_position() for text in figure.axes[0].texts}
        (mine_x, mine_y), (key_x, key_y) = places["Your tree"], places["The key's tree"]
        assert (mine_y == key_y and key_x > width / 2) if width == WIDE else (mine_x == key_x and key_y > mine_y)


def test_what_is_not_there_is_left_out_and_said():
    assert "Your tree" not in source_tree(RUMOUR, None, KEY).words
    assert "key" not in source_tree(RUMOUR, MINE, None).words
    assert source_tree(RUMOUR, None, None).words == "There is no tree in this picture."
    assert source_tree(RUMOUR, traced(), None).words == "Your tree: no source words joined yet."
    with pytest.raises(KitError, match="no rungs"):
        source_tree(RUMOUR, AnnotationSet.on(RUMOUR, "roles", "student"), None)


def test_long_names_wrap_and_end_in_an_ellipsis():
    picture = source_tree(*MANY, None)
    assert any(text.get_text().endswith("…") for text in picture.narrow.axes[0].texts)
    for figure, width in ((picture.figure, WIDE), (picture.narrow, NARROW)):
        picture.png(), picture.png(narrow=True)
        edges = [text.get_window_extent().x1 / 2 for text in figure.axes[0].texts]
        assert max(edges) <= width


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=12),
       st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=8))
def test_any_relations_make_a_tree_in_which_everything_stands_once(pairs, joins):
    """Circles, which only a file can hold, too."""
    back = {NAMES[start]: NAMES[end] for start, end in pairs if start != end}
    marked = traced(*(words(name, *([back[name]] if name in back else [])) for name in NAMES),
                    *(claim(number, "rung-2", *{NAMES[end] for start, end in joins if start == number})
                      for number in range(8)))
    tree = tree_of(RUMOUR, marked, {place: str(at) for at, place in enumerate(RUMOUR.sentences, 1)})
    assert sorted([*(node.words for node in tree.nodes), *tree.idle]) == sorted(NAMES)
    for node in tree.nodes:
        assert node.depth == (0 if node.above is None else tree.nodes[node.above].depth + 1)
        assert node.above is None or back[node.words] == tree.nodes[node.above].words
    shown = {(words, number) for words, _, numbers in shape(tree) for number in numbers}
    assert shown == {(NAMES[end], str(start + 1)) for start, end in joins}
    root = origins_of(marked.spans)
    if all(root[place] == place for place in root.values()):  # no circle
        assert tree.origins == len(origins(marked))


def test_a_source_that_goes_back_to_itself_is_one_node_with_its_mentions():
    """A text names a paper twice, and the second mention goes back to the first."""
    again = Span(RUMOUR.text.index("the Mail."), RUMOUR.text.index("the Mail.") + 8, "source", joined=(join(words(MAIL), GOES_BACK),))
    marked = traced(words(POST), words(MAIL, POST), again, claim(1, "rung-3", POST), claim(2, "rung-3", MAIL))
    picture = source_tree(RUMOUR, marked, None)
    assert picture.words == (f"Your tree: 3 mentions, 1 origin. “{POST}” is an origin (claim 1). "
                             f"“{MAIL}”, 2 times, goes back to “{POST}” (claim 2).")
    assert f"{MAIL} ×2" in [text.get_text() for text in picture.figure.axes[0].texts]
