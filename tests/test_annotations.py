"""Annotation sets, answer keys, and reading two schemes alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import answers, keyed, marked, marks_on

from kit.errors import KitError, WrongArticleError
from kit.model.annotations import AnnotationSet, AnswerKey, alike, as_key
from kit.model.article import Article
from kit.model.labels import CUES_4
from kit.model.spans import Extent, KeySpan, LookAlike, Span

ARTICLE, KEY = marked("The mayor [may|might] resign, [<sources> said|vague+hearsay?]. The vote is in [May|-: the month].")


@given(keyed().flatmap(lambda pair: answers(pair[0])), st.randoms())
def test_spans_stand_in_reading_order_however_they_come(answer, random):
    shuffled = list(answer.spans)
    random.shuffle(shuffled)
    again = AnnotationSet(answer.article, answer.fingerprint, answer.scheme, answer.annotator, tuple(shuffled))
    assert again == answer
    assert list(again.spans) == sorted(again.spans, key=lambda span: (span.start, span.end, span.label))


def test_a_set_takes_id_and_fingerprint_from_its_article():
    answer = AnnotationSet.on(ARTICLE, CUES_4, "student")
    assert (answer.article, answer.fingerprint, answer.scheme) == ("text", ARTICLE.fingerprint, "cues-4")
    answer.require(ARTICLE)


def test_spans_of_another_text_are_refused_with_both_fingerprints():
    answer, other = marks_on(ARTICLE, "may|might"), Article("text", "", "", "Another text.")
    with pytest.raises(WrongArticleError, match=f"{ARTICLE.fingerprint}.*{other.fingerprint}.*\n.*mark it once more"):
        answer.require(other)


def test_a_key_of_another_text_is_called_a_key():
    with pytest.raises(WrongArticleError, match=r"(?s)^The key was made on text .*Choose the key of this text"):
        KEY.require(Article("text", "", "", "Another text."))


@pytest.mark.parametrize("passes", [{"spans": (Span(0, 900, "might"),)}, {"first_pass": (Span(899, 900, "might"),)}])
def test_a_span_beyond_the_end_is_refused(passes):
    answer = AnnotationSet(ARTICLE.id, ARTICLE.fingerprint, "cues-4", "student", **passes)
    with pytest.raises(WrongArticleError, match="(?s)to 900.*changed by hand"):
        answer.require(ARTICLE)


def test_the_first_pass_stands_alone_once_committed():
    first, now = marks_on(ARTICLE, "may|might").spans, marks_on(ARTICLE, "sources|vague").spans
    head = (ARTICLE.id, ARTICLE.fingerprint, "cues-4", "student")
    assert AnnotationSet(*head, now, first, stage="mend").first().spans == first
    assert AnnotationSet(*head, now).first().spans == now
    assert AnnotationSet(*head, now, (), stage="mend").first().spans == ()


def test_spans_of_one_label():
    answer = marks_on(ARTICLE, "may|might", "sources|vague", "said|might")
    assert [ARTICLE.quote(span) for span in answer.labelled("might")] == ["may", "said"]
    assert answer.labelled("condition") == ()


def test_an_unknown_stage_is_refused():
    with pytest.raises(ValueError, match="mark, mend, reasons"):
        AnnotationSet("text", "0" * 12, "cues", "student", stage="done")


def test_items_of_a_key_never_overlap():
    with pytest.raises(ValueError, match="0 to 5 and 4 to 6 overlap"):
        AnswerKey("text", "0" * 12, "cues", spans=(KeySpan(4, 6, "modal"), KeySpan(0, 5, "modal")))
    AnswerKey("text", "0" * 12, "cues", spans=(KeySpan(5, 6, "modal"), KeySpan(0, 5, "modal")))


def test_tiers_are_taken_from_a_key_in_reading_order():
    assert [cue.label for cue in KEY.tier("core")] == ["might"]
    assert [cue.label for cue in KEY.tier("accepted", "core")] == ["might", "vague"]


def test_a_classmates_marks_become_core_items():
    key = as_key(marks_on(ARTICLE, "may|might", "sources said|vague"))
    assert [(cue.tier, cue.core, cue.label) for cue in key.spans] == [
        ("core", Extent(10, 13), "might"), ("core", Extent(22, 34), "vague")]
    assert as_key(KEY) is KEY


def test_of_a_classmates_overlapping_marks_the_first_stands_for_the_others():
    key = as_key(marks_on(ARTICLE, "sources said|vague", "said|hearsay", "may|might", "may|hearsay"))
    assert [(ARTICLE.quote(cue), cue.label) for cue in key.spans] == [("may", "hearsay"), ("sources said", "vague")]


def test_a_look_alike_beyond_the_end_is_refused():
    key = AnswerKey(ARTICLE.id, ARTICLE.fingerprint, "cues-4", look_alikes=(LookAlike(0, 56),))
    with pytest.raises(WrongArticleError, match="ends at 55"):
        key.require(ARTICLE)


FINE, FINE_KEY = marked("It [may|modal+hearsay] or [seems|appearance+likelihood] to be.", scheme="cues")


def test_a_fine_key_reads_as_a_coarse_one_with_the_labels_that_are_as_right():
    coarse = FINE_KEY.in_scheme("cues-4")
    assert [(cue.label, cue.also) for cue in coarse.spans] == [("might", ("hearsay",)), ("might", ())]
    assert isinstance(coarse, AnswerKey) and coarse.scheme == "cues-4"


def test_both_passes_are_read_in_the_coarser_scheme():
    answer = AnnotationSet(FINE.id, FINE.fingerprint, "cues", "student", (Span(3, 6, "modal"),), (Span(10, 15, "vague"),))
    coarse = answer.in_scheme("cues-4")
    assert ([span.label for span in coarse.spans], [span.label for span in coarse.first_pass]) == (["might"], ["vague"])
    assert answer.in_scheme("cues") is answer


@pytest.mark.parametrize("turned", [False, True])
def test_the_finer_side_is_mapped_whichever_it_is(turned):
    pair = (marks_on(FINE, "may|might"), FINE_KEY)
    assert {side.scheme for side in alike(*(reversed(pair) if turned else pair))} == {"cues-4"}


def test_schemes_that_have_nothing_in_common_are_refused():
    with pytest.raises(KitError, match="'cues'.*'roles'|'roles'.*'cues'"):
        alike(FINE_KEY, AnnotationSet.on(FINE, "roles", "student"))


def test_a_label_of_no_pen_is_named():
    """It was a bare KeyError for a student who mistyped a label."""
    with pytest.raises(KitError, match="'maybe'.*modal, likelihood"):
        AnnotationSet.on(FINE, "cues", "student", [Span(0, 2, "maybe")]).in_scheme("cues-4")
