"""Who says so: claims, rungs, source words, and the origins they go back to."""

from dataclasses import replace
from time import process_time

import pytest
import rumour
from hypothesis import given
from hypothesis import strategies as st

from kit.errors import WrongArticleError
from kit.measure.agreement import agreement
from kit.measure.feedback import look_again, rows, self_check, summary
from kit.measure.score import count_claims, score
from kit.measure.sourcing import origins, rung, trace
from kit.model.annotations import AnnotationSet, AnswerKey, as_key
from kit.model.article import Article
from kit.model.labels import SOURCES
from kit.model.relations import GOES_BACK, SOURCE, join
from kit.model.spans import Extent, KeySpan, Span

TEXT = ("The club has sold Ana Bek. A person close to her agent told the Post. The Mail, citing the Post, says the fee "
        "is high. Sources speak of five years. The register shows no deal. Her coach, Ida Lund, has seen no offer.")
ARTICLE = Article("text", "Title", "source", TEXT)


def words(quote: str, *back: str) -> Span:
    """Return source words, which go back to other words."""
    return Span(TEXT.index(quote), TEXT.index(quote) + len(quote), SOURCE,
                joined=tuple(join(words(one), GOES_BACK) for one in back))


def claim(sentence: int, label: str, *said_by: str) -> Span:
    where = ARTICLE.sentences[sentence]
    return Span(where.start, where.end, label, joined=tuple(join(words(one), SOURCE) for one in said_by))


def answer(*spans: Span) -> AnnotationSet:
    return AnnotationSet.on(ARTICLE, SOURCES, "student", spans)


PERSON, POST, MAIL, FEW, REGISTER, COACH = ("A person close to her agent", "the Post", "The Mail", "Sources",
                                            "The register", "Ida Lund")
RIGHT = answer(words(PERSON), words(POST, PERSON), words(MAIL, POST), words(FEW), words(REGISTER), words(COACH),
               claim(0, "rung-0"), claim(2, "rung-2", PERSON), claim(3, "rung-1", FEW), claim(4, "rung-5", REGISTER),
               claim(5, "rung-4", COACH))
KEY: AnswerKey = as_key(RIGHT)


def one(*spans: Span):
    """Return what became of the claim in sentence 2, "The Mail ... says the fee is high"."""
    return trace(ARTICLE, answer(*spans), KEY)[1]


# Laws


@given(st.lists(st.sampled_from(RIGHT.spans), unique=True), st.randoms())
def test_the_order_of_spans_changes_nothing(spans, random):
    shuffled = random.sample(spans, len(spans))
    assert trace(ARTICLE, answer(*spans), KEY) == trace(ARTICLE, answer(*shuffled), KEY)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=12))
def test_every_chain_of_sources_ends(pairs):
    """A file can hold a circle that no pen would make."""
    names = (PERSON, POST, MAIL, FEW, REGISTER, COACH)
    back = {}
    for start, end in pairs:
        if start != end:
            back[names[start]] = names[end]
    circled = answer(*(words(name, *([back[name]] if name in back else [])) for name in names),
                     claim(2, "rung-2", *names))
    assert 1 <= len(origins(circled)) <= len(names)


def test_a_circle_is_one_origin():
    circle = answer(words(PERSON, MAIL), words(POST, PERSON), words(MAIL, POST), words(FEW, MAIL), claim(2, "rung-2", MAIL),
                    claim(3, "rung-1", FEW), claim(4, "rung-2", PERSON))
    assert [ARTICLE.quote(place) for place in origins(circle)] == [PERSON]


@given(st.lists(st.sampled_from(SOURCES.ids[1:]), min_size=5, max_size=5))
def test_the_share_counts_rungs_that_are_at_most_one_off(labels):
    marks = [claim(sentence, label) for sentence, label in zip((0, 2, 3, 4, 5), labels)]
    right = [0, 2, 1, 5, 4]
    expected = sum(rung(label) is not None and abs(rung(label) - theirs) <= 1 for label, theirs in zip(labels, right))
    assert score(ARTICLE, answer(*marks), KEY).share == expected / 5


def test_a_key_against_itself_is_all_match():
    assert {row.outcome for row in rows(ARTICLE, RIGHT, KEY)} == {"match"}
    assert score(ARTICLE, RIGHT, KEY).share == 1
    assert agreement(ARTICLE, RIGHT, KEY).kappa == 1
    assert look_again(ARTICLE, RIGHT, KEY)[1] == ()


def test_no_rung_is_a_blank_and_a_blank_is_wrong():
    assert score(ARTICLE, answer(), KEY).share == 0
    assert [row.outcome for row in rows(ARTICLE, answer(), KEY)] == ["missed"] * 5


@pytest.mark.parametrize("number", range(6))
def test_one_rung_for_everything_does_not_pay(number):
    marks = [claim(sentence, f"rung-{number}") for sentence in (0, 2, 3, 4, 5)]
    assert score(ARTICLE, answer(*marks), KEY).share <= 0.6


# Source words


def test_part_of_the_words_is_enough():
    assert one(claim(2, "rung-2", "close to her agent"), words("close to her agent")).source == "right"


def test_words_that_only_pass_it_on_are_told_so():
    traced = one(claim(2, "rung-3", MAIL), words(MAIL))
    assert (traced.source, traced.off, traced.fits) == ("passed on", 1, True)
    row = rows(ARTICLE, answer(claim(2, "rung-3", MAIL), words(MAIL)), KEY)[1]
    assert row.outcome == "partly"
    assert "Your words pass it on. It begins with “A person close to her agent”." in row.why


def test_other_words_and_no_words_are_told_apart():
    assert one(claim(2, "rung-2", COACH), words(COACH)).source == "other"
    assert one(claim(2, "rung-2")).source == "missing"
    assert trace(ARTICLE, answer(claim(0, "rung-0")), KEY)[0].source == "nobody"
    assert trace(ARTICLE, answer(claim(0, "rung-1", FEW), words(FEW)), KEY)[0].source == "other"


def test_a_source_that_was_taken_away_is_no_source():
    assert one(claim(2, "rung-2", PERSON)).source == "missing"


# Origins


def test_papers_that_repeat_add_no_origin():
    assert [ARTICLE.quote(place) for place in origins(RIGHT)] == [PERSON, FEW, REGISTER, COACH]
    repeated = answer(words(PERSON), words(POST, PERSON), words(MAIL, POST), claim(2, "rung-3", MAIL),
                      claim(3, "rung-3", POST), claim(4, "rung-2", PERSON))
    assert [ARTICLE.quote(place) for place in origins(repeated)] == [PERSON]


def test_source_words_that_no_claim_needs_are_no_origin():
    assert origins(answer(words(PERSON), claim(0, "rung-0"))) == ()


# Words for people


@given(st.lists(st.tuples(st.integers(0, 7), st.sampled_from(SOURCES.ids[1:])), max_size=12))
def test_rungs_are_counted_as_when_their_sources_are_traced(drawn):
    """The short way to a score leaves the source words aside."""
    places = [rumour.RUMOUR.sentences[sentence] for sentence, _ in drawn]
    mine = rumour.traced(*(Span(place.start, place.end, label) for place, (_, label) in zip(places, drawn)))
    assert score(rumour.RUMOUR, mine, rumour.KEY) == count_claims(trace(rumour.RUMOUR, mine, rumour.KEY))


def test_two_rungs_off_is_another_rung_and_one_off_is_told_to_count():
    far, near = (rows(ARTICLE, answer(claim(4, label, REGISTER), words(REGISTER)), KEY)[3] for label in ("rung-3", "rung-4"))
    assert (far.outcome, far.word, near.outcome) == ("label", "Different rung", "partly")
    assert "One rung off still counts." in near.why and "still counts" not in far.why


def test_a_rung_that_the_key_also_accepts_is_a_match():
    item = next(item for item in KEY.spans if item.label == "rung-1")
    both = replace(KEY, spans=tuple(replace(span, also=("rung-2",)) if span == item else span for span in KEY.spans))
    assert trace(ARTICLE, answer(claim(3, "rung-2", FEW), words(FEW)), both)[2].off == 0
    assert trace(ARTICLE, answer(claim(3, "rung-4", FEW), words(FEW)), both)[2].off == 2


def test_an_open_claim_counts_nothing():
    item = next(item for item in KEY.spans if item.label == "rung-0")
    opened = replace(KEY, spans=tuple(replace(span, tier="contested") if span == item else span for span in KEY.spans))
    assert score(ARTICLE, answer(), opened).asked == 4
    assert rows(ARTICLE, answer(), opened)[0].outcome == "open"
    assert 0 not in look_again(ARTICLE, answer(), opened)[1]


def test_the_hint_says_where_and_not_what():
    marks = answer(claim(0, "rung-0"), claim(2, "rung-5", PERSON), words(PERSON), claim(4, "rung-5"))
    text, places = look_again(ARTICLE, marks, KEY)
    assert places == (2, 3, 4, 5)
    assert text == "Look again at claims 2 to 5.", "claims have numbers of their own in the pen"


def test_the_summary_counts():
    marks = answer(claim(0, "rung-0"), claim(2, "rung-3", PERSON), words(PERSON), claim(4, "rung-1"), words(COACH),
                   claim(5, "rung-4", COACH))
    assert summary(rows(ARTICLE, marks, KEY), KEY) == (
        "3 of 5 claims stand on the key's rung or beside it. Rung and source words are both as in the key on 2. "
        "1 has no rung.")


def test_a_classmates_claims_are_compared_without_a_key():
    theirs = replace(answer(claim(0, "rung-0"), claim(1, "rung-2")), annotator="fox-7")
    found = rows(ARTICLE, answer(claim(0, "rung-0"), claim(4, "rung-5")), theirs)
    assert [(row.outcome, row.word) for row in found] == [("match", "Match"), ("missed", "Only theirs"), ("extra", "Only mine")]


def test_without_a_key_the_claims_without_a_rung_are_named():
    marks = answer(claim(0, "rung-0"), claim(2, "claim", PERSON), words(PERSON))
    text, places, questions = self_check(ARTICLE, marks, asked=(0, 2, 3))
    assert places == (2, 3) and "There is no rung yet on claims 2 and 3." in text
    assert len(questions) == 4


def test_another_text_is_refused():
    with pytest.raises(WrongArticleError):
        trace(Article("text", "", "", TEXT + " More."), RIGHT, KEY)


def test_two_claims_of_a_key_never_overlap_and_a_claim_holds_its_source():
    first = ARTICLE.sentences[0]
    items = [KeySpan(first.start, first.end, "rung-0"), KeySpan(first.start, first.start + 3, SOURCE)]
    assert len(AnswerKey(ARTICLE.id, ARTICLE.fingerprint, "sources", spans=tuple(items)).spans) == 2
    with pytest.raises(ValueError, match="overlap"):
        AnswerKey(ARTICLE.id, ARTICLE.fingerprint, "sources",
                  spans=(items[0], KeySpan(first.start + 1, first.end, "rung-1")))


def test_the_place_of_a_claim_is_its_sentence():
    assert [one.place for one in trace(ARTICLE, answer(), KEY)] == [
        Extent(where.start, where.end) for number, where in enumerate(ARTICLE.sentences) if number != 1]


def test_a_classmates_source_words_inside_others_are_theirs_too():
    theirs = answer(words(PERSON), words(" ".join(PERSON.split()[-2:])), claim(2, "rung-2", " ".join(PERSON.split()[-2:])))
    (row,) = rows(ARTICLE, theirs, theirs)
    assert (row.outcome, row.theirs_words) == ("match", row.mine_words)


def test_a_long_chain_in_a_file_is_followed_to_its_origin_in_no_time():
    text = " ".join(f"w{number}" for number in range(8000))
    article = Article("long", "Title", "source", text)
    places = article.tokens
    chain = [Span(place.start, place.end, SOURCE, joined=(join(before, GOES_BACK),) if before else ())
             for before, place in zip([None, *places[0::2]], places[0::2])]
    said = [Span(place.start, place.end, "rung-1", joined=(join(source, SOURCE),))
            for place, source in zip(places[1::2], places[0::2])]
    long = AnnotationSet.on(article, SOURCES, "student", [*chain, *said])
    begun = process_time()
    assert origins(long) == (places[0],)
    assert all(one.source == "right" for one in trace(article, long, long))
    assert process_time() - begun < 5, "each step once, and not once more for every other one"
