"""Tokens, sentences, paragraphs, headings and the one converter of offsets."""

import json
import time
from dataclasses import replace
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import NASTY, articles

from kit.model import article as article_module
from kit.model.article import Article
from kit.model.formats import article_json, parse_article
from kit.model.spans import Extent


def words(text):
    article = Article("text", "", "", text)
    return [article.quote(token) for token in article.tokens]


def sentences(text):
    article = Article("text", "", "", text)
    return [article.quote(sentence) for sentence in article.sentences]


def check_units(article):
    """Whatever the text: units are ordered, hold no white space where they must not, and leave nothing out."""
    ends = [0, *(token.end for token in article.tokens)]
    starts = [*(token.start for token in article.tokens), len(article.text)]
    gaps = [article.text[end:start] for end, start in zip(ends, starts)]
    tokens = [article.quote(token) for token in article.tokens]
    assert all(end <= start for end, start in zip(ends, starts))
    assert "".join(gap + token for gap, token in zip(gaps, [*tokens, ""])) == article.text
    assert all(not gap.strip() for gap in gaps)
    assert not any(sign.isspace() for token in tokens for sign in token)
    for token in article.tokens:
        first, stop = article.sentence_range(token)
        assert stop == first + 1
    parts = [article.quote(sentence) for sentence in article.sentences]
    assert all("\n" not in part and part == part.strip() != "" for part in parts)
    assert "".join("".join(parts).split()) == "".join(article.text.split())


@given(articles())
def test_tokens_and_gaps_joined_are_the_text(article):
    check_units(article)


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_nasty_texts_are_cut_like_any_other_and_never_changed(text):
    article = Article("text", "", "", text)
    check_units(article)
    assert article.text == text


@given(articles(), st.data())
def test_tokens_to_characters_and_back(article, data):
    if not article.tokens:
        return
    first = data.draw(st.integers(0, len(article.tokens) - 1))
    stop = data.draw(st.integers(first + 1, len(article.tokens)))
    assert article.token_range(article.extent(first, stop)) == (first, stop)


@given(articles(), st.data())
def test_a_stretch_touches_the_tokens_it_shares_a_character_with(article, data):
    if not article.text:
        return
    start = data.draw(st.integers(0, len(article.text) - 1))
    where = Extent(start, data.draw(st.integers(start + 1, len(article.text))))
    touched = [number for number, token in enumerate(article.tokens) if token.overlap(where)]
    first, stop = article.token_range(where)
    assert list(range(first, stop)) == touched


@given(articles())
def test_a_stored_article_brings_the_same_units_along(article):
    stored = parse_article(article_json(article), name="text.json")
    assert stored == article
    assert (stored.ready_tokens, stored.ready_sentences) == (article.tokens, article.sentences)
    assert stored.headings == article.headings and stored.paragraphs == article.paragraphs


@given(articles())
def test_every_sentence_is_in_one_paragraph(article):
    assert all(article.paragraphs[article.paragraph_of(sentence)].overlap(sentence) == len(sentence)
               for sentence in article.sentences)


@pytest.mark.parametrize("first, stop", [(-1, 1), (0, 0), (1, 1), (2, 1), (0, 4)])
def test_tokens_that_are_not_there_are_refused(first, stop):
    with pytest.raises(ValueError, match="len|<= 3"):
        Article("text", "", "", "It may rain").extent(first, stop)


@pytest.mark.parametrize("text, expected", [
    ("It cannot be.", ["It", "cannot", "be", "."]),
    ("They didn't go.", ["They", "didn't", "go", "."]),
    ("They didn’t go.", ["They", "didn’t", "go", "."]),
    ("Ana's plan", ["Ana's", "plan"]),
    ("Ana’s plan", ["Ana’s", "plan"]),
    ("“May I?” he said.", ["“", "May", "I", "?", "”", "he", "said", "."]),
    ("a guess—perhaps", ["a", "guess", "—", "perhaps"]),
    ("a guess--perhaps", ["a", "guess", "--", "perhaps"]),
    ("a so-called deal, maybe", ["a", "so-called", "deal", ",", "maybe"]),
    ("5.5 per cent", ["5.5", "per", "cent"]),
    ("Moscow's, they say", ["Moscow's", ",", "they", "say"]),
])
def test_a_token_is_a_word_or_sign_that_a_reader_sees(text, expected):
    assert words(text) == expected


@pytest.mark.parametrize("text, expected", [
    ("Mr. Smith may go. He said so.", ["Mr. Smith may go.", "He said so."]),
    ("The U.S. may act. It has not.", ["The U.S. may act.", "It has not."]),
    ("A title\n\nA sentence.", ["A title", "A sentence."]),
    ("One line\nanother line", ["One line", "another line"]),
    ("Will it? Perhaps! No.", ["Will it?", "Perhaps!", "No."]),
    ("", []),
    (" \n ", []),
])
def test_a_sentence_ends_where_a_reader_stops_and_at_every_line_end(text, expected):
    assert sentences(text) == expected


CASES = [line for line in (Path(__file__).parent / "sentences.txt").read_text("utf-8").splitlines()
         if line and not line.startswith("#")]


@pytest.mark.parametrize("case", CASES)
def test_a_paragraph_is_parted_where_its_bars_stand(case):
    assert "|".join(sentences(case.replace("|", ""))) == "|".join(part.strip() for part in case.split("|"))


@given(st.lists(st.sampled_from(CASES), min_size=1, max_size=5))
def test_paragraphs_on_lines_of_their_own_are_parted_as_each_alone(cases):
    alone = [sentence for case in cases for sentence in sentences(case.replace("|", ""))]
    assert sentences("\n".join(cases).replace("|", "")) == alone


@pytest.mark.parametrize("text", ["may " * 30_000, "a" * 2_500_000, ", " * 30_000, "! " * 30_000])
def test_what_never_ends_is_cut_so_that_its_words_can_be_found(text):
    """NLTK gives up on a search of some seconds."""
    article = Article("text", "", "", text)
    assert 2 <= len(article.sentences) <= 6
    assert "".join("".join(map(article.quote, article.sentences)).split()) == "".join(text.split())


def test_a_line_alone_that_does_not_end_as_a_sentence_is_a_heading():
    article = Article("text", "", "", "The title\n\nIt may rain. It may not.\n\nIs this one?\n\n“A quotation ends so.”\n\n23 May")
    assert [article.quote(article.sentences[number]) for number in sorted(article.headings)] == ["The title", "23 May"]


def test_paragraphs_are_parted_by_blank_lines_or_else_by_lines():
    blank = Article("text", "", "", "One\nstill one\n \nTwo")
    lines = Article("text", "", "", "One\nTwo")
    assert [blank.quote(part) for part in blank.paragraphs] == ["One\nstill one", "Two"]
    assert [lines.quote(part) for part in lines.paragraphs] == ["One", "Two"]


def test_the_fingerprint_is_the_start_of_the_sha256_of_the_text():
    """The first digits for "abc" are those of FIPS 180-4, example 1."""
    assert Article("text", "", "", "abc").fingerprint == "ba7816bf8f01"
    assert Article("other", "Title", "source", "abc").fingerprint == "ba7816bf8f01"


def test_offsets_count_code_points():
    article = Article("text", "", "", "😀 שלום may")
    assert article.extent(2, 3) == Extent(7, 10)


BUNDLED = sorted(path.name for path in (resources.files("kit") / "articles").iterdir()
                 if path.name.endswith(".json") and path.name.count(".") == 1)


@pytest.mark.parametrize("name", BUNDLED)
def test_bundled_articles_carry_the_tokens_that_the_tokenizer_gives(name):
    stored = parse_article((resources.files("kit") / "articles" / name).read_text("utf-8"), name=name)
    fresh = Article(stored.id, stored.title, stored.source, stored.text)
    assert stored.tokens == fresh.tokens and stored.sentences == fresh.sentences
    assert "tokens" in json.loads(article_json(stored))


@pytest.mark.parametrize("bit", ["a", "'", '"', "``", "can't", "😀", "(", "a.", "It may. ", "! ", "... ", "Mr. A ", "1. ",
                                 '"A!" Lind asked. ', ".[1] "])
def test_cutting_four_times_the_text_takes_about_four_times_as_long(bit):
    words("It may.")  # NLTK is loaded
    short, long = (_seconds(lambda text: Article("text", "", "", text).tokens, bit * (size // len(bit)))
                   for size in (5_000, 20_000))
    assert long < 10 * max(short, 0.02)


@pytest.mark.parametrize("end", [" ", "\n", "\n\n"], ids=["one line", "lines", "paragraphs"])
def test_headings_of_four_times_the_text_take_about_four_times_as_long(end):
    """One line of 1 MB took minutes to open: every sentence read its whole paragraph."""
    short, long = (_seconds(lambda article: replace(article).headings, _of_sentences(number, end))
                   for number in (2_500, 10_000))
    assert long < 10 * max(short, 0.02)


def _of_sentences(number, end):
    sentence = "It may." + end
    starts = range(0, number * len(sentence), len(sentence))
    return Article("text", "", "", sentence * number, ready_sentences=tuple(Extent(start, start + 7) for start in starts))


def _seconds(work, given):
    """Return the processor time, the least of three, so that other programs on the machine do not count."""
    least = float("inf")
    for _ in range(3):
        start = time.process_time()
        work(given)
        least = min(least, time.process_time() - start)
    return least


def test_one_word_of_200_000_letters_is_one_token():
    assert Article("text", "", "", "a" * 200_000).tokens == (Extent(0, 200_000),)


@st.composite
def plain_sentences(draw) -> str:
    """Words, numbers and signs in the orders that newspapers have them, and some that they have not."""
    opening, closing = st.sampled_from(["", "", "", "“", '"', "(", "$", "#", "&", "“("]), st.sampled_from(
        ["", "", "", ",", ".", "?", "!", ":", ";", ")", "”", '"', "%", ".”", ",”", '."', "?)", ".,", "%,", "!!"])
    word = st.sampled_from(["may", "cannot", "didn't", "Ana's", "U", "Mr", "10", "2-1", "3.5", "10:30", "1,200", "£34m", "no-one's",
                            "gonna", "d'ye", "more'n", "é", "naïve", "x2", "wanna", "I'd", "'s", "a.m", "Ђ", "7th", "o'clock", "lemme"])
    parts = draw(st.lists(st.tuples(opening, word, closing).map("".join), min_size=1, max_size=8))
    return " ".join(parts)


@given(plain_sentences())
@settings(max_examples=1000)
def test_a_plain_sentence_has_the_tokens_that_nltk_finds(words):
    """The short way round NLTK's searches comes to the same place."""
    straight = words.replace("’", "'")
    whole = article_module._nltk_pieces(words, straight)
    assert tokens_of(words, article_module._pieces(words)) == tokens_of(words, whole)


def tokens_of(words: str, pieces: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join what is one written word, as the article does."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(article_module, "_pieces", lambda words: pieces)
        return article_module._tokens(words, Extent(0, len(words)))
