"""Outcomes in words: the hint says where and not what, the rows say why, and nobody is called wrong."""

import re
from dataclasses import replace
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import LABELS, NASTY, boards, marked, marks_on

from kit.errors import WrongArticleError
from kit.measure.feedback import hint, rows, self_check, summary
from kit.measure.match import match
from kit.measure.row import sentence_numbers
from kit.measure.score import score
from kit.model.annotations import AnnotationSet, AnswerKey
from kit.model.article import Article
from kit.model.files import load_article, load_key
from kit.model.spans import Span

SOURCE = """The rain [may|might: in a heading?]

23 May

It [<may> well|might: "May" leaves it open. When?] rain. [Officials|vague: Nobody is named. Who?] say so, [if|condition: Only then. Is it so?] they speak.

Next [May|-: Here it is the month.] is far. [Perhaps|might?: Fair to mark.] it [worries|might??: For marking, it fears. Against, it feels.] them. Nobody knows."""
ARTICLE, KEY = marked(SOURCE)
KEY = replace(KEY, spans=KEY.spans[1:])  # a cue in a heading is never core


def row_of(words, *wanted, key=KEY, article=ARTICLE):
    """Return the row whose place begins with these words."""
    return next(row for row in rows(article, marks_on(article, *wanted), key) if row.words.startswith(words))


# Where, and not what


def hinted(*wanted, key=KEY):
    return hint(ARTICLE, match(ARTICLE, marks_on(ARTICLE, *wanted), key))


ALL = ("may@2|might", "Officials|vague", "if|condition")


def test_sentences_are_numbered_as_a_reader_counts_and_headings_have_no_number():
    assert sentence_numbers(ARTICLE) == (None, None, 1, 2, 3, 4, 5)
    assert sentence_numbers(Article("text", "", "", "")) == ()


@pytest.mark.parametrize("wanted, text, places", [
    (ALL[1:], "Look again at sentence 1.", (2,)),                                      # missed
    ((*ALL[1:], "may well rain|might"), "Look again at sentence 1.", (2,)),          # loose
    ((*ALL, "rain@2|might"), "Look again at sentence 1.", (2,)),                       # extra
    ((), "Look again at sentences 1 and 2.", (2, 3)),
    ((*ALL, "far|might", "Nobody|vague", "It|might"), "Look again at sentences 1, 3 and 5.", (2, 4, 6)),
    ((*ALL, "far|vague", "speak|vague", "rain@2|vague"), "Look again at sentences 1 to 3.", (2, 3, 4)),
    ((*ALL, "The rain may|might"), "Look again at the title.", (0,)),
    ((*ALL, "The rain may|might", "May|might", "far|might"), "Look again at sentence 3, the title and the headings.", (0, 1, 4)),
])
def test_the_hint_names_sentences_for_missed_loose_and_extra_alike(wanted, text, places):
    assert hinted(*wanted) == (text, places)


@pytest.mark.parametrize("wanted", [ALL, ("may@2|vague", *ALL[1:]), (*ALL, "Perhaps|might"), (*ALL, "worries|hearsay")])
def test_where_nothing_is_to_mend_no_sentence_is_named(wanted):
    text, places = hinted(*wanted)
    assert places == () and not re.search(r"\d", text) and "finish" in text


@given(boards(), st.sampled_from(LABELS))
def test_the_hint_never_tells_counts_labels_or_direction(board, label):
    """Whatever the labels are, the same places give the same words."""
    article, answer, key = board
    outcomes = match(article, answer, key)
    text, places = hint(article, outcomes)
    assert re.fullmatch(r"Look again at (sentences? [\d, ]*(and )?[\dto ]*)?(, )?(and )?(the title)?( and )?(the headings)?\.|No sentence .*", text)
    assert hint(article, [replace(each, kind="missed") if each.kind in ("loose", "extra") else each for each in outcomes]) == (text, places)
    assert all(0 <= place < len(article.sentences) for place in places)


def test_of_sentences_another_label_is_looked_at_again():
    article, key = marked("[It may rain.|claim] [It rained.|background] [Is it bad?|question]", scheme="roles")
    chosen = ("claim", "claim")
    answer = AnnotationSet.on(article, "roles", "s", [Span(s.start, s.end, label) for s, label in zip(article.sentences, chosen)])
    assert hint(article, match(article, answer, key)) == ("Look again at sentences 2 and 3.", (1, 2))


# Without a key


def test_the_self_check_asks_for_every_pen_and_names_paragraphs_without_a_mark():
    text, places, questions = self_check(ARTICLE, marks_on(ARTICLE, "may@2|might"))
    assert text == "Your first pass is saved. Read once more, then finish. Nothing is marked in the paragraph that begins with sentence 3."
    assert places == (4,)
    assert len(questions) == 4 and "Have you looked for if-words?" in questions
    assert self_check(ARTICLE, marks_on(ARTICLE))[1] == (2, 4)
    assert "paragraphs that begin with sentences 1 and 3" in self_check(ARTICLE, marks_on(ARTICLE))[0]


def test_where_every_paragraph_has_a_mark_none_is_named():
    text, places, _ = self_check(ARTICLE, marks_on(ARTICLE, "may@2|might", "Nobody|vague"))
    assert (text, places) == ("Your first pass is saved. Read once more, then finish.", ())


def test_of_sentences_those_without_a_label_are_named():
    article, _ = marked("The title\n\nIt may rain. It rained. Is it bad?")
    one = article.sentences[2]
    text, places, questions = self_check(article, AnnotationSet.on(article, "roles", "s", [Span(one.start, one.end, "claim")]))
    assert places == (1, 3)
    assert len(questions) == 5 and "Does every claim fall if the main report is false?" in questions
    assert text.endswith("There is no role yet on sentences 1 and 3.")


def test_the_self_check_of_another_text_is_refused():
    with pytest.raises(WrongArticleError):
        self_check(ARTICLE, AnnotationSet.on(Article("text", "", "", "Other."), "cues-4", "s"))


# Rows


def test_a_row_has_what_the_page_shows():
    row = row_of("may well", "may@2|might")
    first = ARTICLE.token_range(KEY.spans[0])[0]
    assert row.as_dict() == {
        "outcome": "match", "word": "Match", "symbol": "=", "first": first, "stop": first + 2,
        "mine": [{"first": first, "stop": first + 1, "label": "might"}],
        "theirs": [{"first": first, "stop": first + 2, "label": "might"}],
        "words": "may well", "mine_words": "may", "theirs_words": "may well", "sentence": 2,
        "why": '"May" leaves it open. When?', "look_alike": False}


@pytest.mark.parametrize("words, wanted, outcome, word, why", [
    ("Officials", ["Officials|vague"], "match", "Match", "Nobody is named. Who?"),
    ("Officials", ["Officials|might"], "label", "Different label",
     "You chose “Might-words”, the key has “Who exactly?”. Nobody is named. Who?"),
    ("Officials", [], "missed", "Missed", "Nobody is named. Who?"),
    ("Officials say", ["Officials say|vague"], "partly", "Partly", "1 word too wide: the cue is “Officials”. Nobody is named. Who?"),
    ("Officials say so", ["Officials say so|might"], "partly", "Partly",
     "2 words too wide: the cue is “Officials”. You chose “Might-words”, the key has “Who exactly?”. Nobody is named. Who?"),
    ("may well rain", ["may well rain|might"], "partly", "Partly",
     '1 word too wide: the cue is “may”, or up to “may well”. "May" leaves it open. When?'),
    ("well rain", ["well rain|might"], "extra", "Extra", "Close: the word that carries the doubt is beside it."),
    ("Officials say so, if", ["Officials say so , if|hearsay"], "extra", "Extra", "Much too wide: mark the fewest words that carry the doubt."),
    ("May", ["May@2|might"], "extra", "Extra", "Here it is the month."),
    ("speak", ["speak|might"], "extra", "Extra", "Not in the key. Ask: does this word make the statement less sure?"),
    ("speak", ["speak|vague"], "extra", "Extra", "Not in the key. Ask: does somebody without a name stand behind a claim here?"),
    ("may", ["may|might"], "extra", "Extra", "Not in the key: headings are not asked."),
    ("23 May\n\nIt", ["23 May It|might"], "extra", "Extra", "Not in the key. Ask: does this word make the statement less sure?"),
    ("Perhaps", [], "open", "Open", "You may mark this or leave it. Fair to mark."),
    ("worries", ["worries|vague"], "open", "Open", "Careful readers differ here. For marking, it fears. Against, it feels."),
])
def test_every_outcome_has_its_word_and_its_reason(words, wanted, outcome, word, why):
    row = row_of(words, *wanted)
    assert (row.outcome, row.word, row.why) == (outcome, word, why)


def test_a_narrow_mark_says_how_many_words_it_is_short():
    article, key = marked("It [cannot be ruled out|might: Still open.] yet.")
    assert row_of("cannot", "ruled|might", article=article, key=key).why == "3 words short: the cue is “cannot be ruled out”. Still open."
    assert row_of("cannot", "be ruled out yet|might", article=article, key=key).why.startswith("1 word short and 1 word too wide: ")


def test_half_a_word_is_said_to_be_part_of_a_word():
    article, key = marked("It [may|might] rain.")
    row, = rows(article, AnnotationSet.on(article, "cues-4", "s", [Span(3, 5, "might")]), key)
    assert row.why == "Part of a word: the cue is “may”. In the key: “Might-words”."


def test_two_cues_under_one_mark_are_said_in_both_rows():
    article, key = marked("It [may|might: Open.], [officials|vague: Who?] say.")
    paired, missed = rows(article, marks_on(article, "may , officials|hearsay"), key)
    assert paired.why == ("2 words too wide: the cue is “may”. There are two cues here: mark each. "
                          "You chose “Somebody-said-so”, the key has “Might-words”. Open.")
    assert (missed.outcome, missed.why) == ("missed", "There are two cues here: mark each. Who?")


def test_a_second_mark_on_a_cue_is_told():
    article, key = marked("It [may|might] rain.")
    assert [row.why for row in rows(article, marks_on(article, "may|might", "It may|might"), key) if row.outcome == "extra"] \
        == ["One more mark on a cue that has one already. One is enough."]


def test_labels_that_are_as_right_are_all_named():
    article, key = marked("[Reports say|vague+hearsay] so.")
    assert "the key has “Who exactly?” or “Somebody-said-so”." in rows(article, marks_on(article, "Reports say|might"), key)[0].why


def test_marks_that_count_nothing_stand_in_the_row_of_their_cue():
    row = row_of("may well", "may@2|might", "well|might")
    assert (row.outcome, row.mine_words, len(row.mine)) == ("match", "may … well", 2)
    assert row_of("may well", "well|might").outcome == "missed"
    assert row_of("Perhaps", "Perhaps|might", "Perhaps it|vague").words == "Perhaps it"


def test_a_sentence_of_a_role_has_a_row_and_furniture_has_none():
    article, key = marked("[The title|furniture: Not graded.]\n\n[It may rain.|claim: So it is said.] [It rained.|background+comment]", scheme="roles")
    spans = [Span(s.start, s.end, label) for s, label in zip(article.sentences[:2], ("claim", "background"))]
    first, second = rows(article, AnnotationSet.on(article, "roles", "s", spans), key)
    assert (first.word, first.why) == ("Different role", "You chose “Background”, the key has “Claim”. So it is said.")
    assert (second.word, second.why) == ("Missed", "In the key: “Background”.")


def test_fine_keys_are_compared_in_the_pens_of_the_answer():
    article, key = marked("It [seems|appearance: So it looks.] so.", scheme="cues")
    row, = rows(article, marks_on(article, "seems|might"), key)
    assert (row.outcome, row.mine, row.theirs) == ("match", row.theirs, row.mine)


# A classmate


def test_with_a_classmate_the_words_take_no_side():
    mine = marks_on(ARTICLE, "may@2|might", "if|condition", "Nobody|vague", "Officials|vague")
    theirs = marks_on(ARTICLE, "may well|might", "if|might", "far|might", "Officials|vague")
    assert [(row.words, row.word, row.why) for row in rows(ARTICLE, mine, theirs)] == [
        ("may well", "Partly", "1 word fewer in mine."), ("Officials", "Match", ""), ("if", "Different label", ""),
        ("far", "Only theirs", ""), ("Nobody", "Only mine", "")]
    assert summary(rows(ARTICLE, mine, theirs), theirs) == (
        "You both marked 3 places, 1 of them not with the same words. 1 only you, 1 only they. The label is the same on 2 of 3.")


def test_the_notes_of_both_stand_in_the_row():
    may = marks_on(ARTICLE, "may@2|might")
    mine, theirs = (replace(may, spans=(replace(may.spans[0], note=note),)) for note in ("a guess", "no idea"))
    row, = rows(ARTICLE, mine, theirs)
    assert row.why == "My note: “a guess”. Their note: “no idea”."


def test_every_mark_of_a_classmate_stands_in_exactly_one_row():
    theirs = marks_on(ARTICLE, "may@2|might", "may@2|vague", "may well rain|hearsay", "well rain . Officials|vague", "Officials|might")
    shown = [mark for row in rows(ARTICLE, marks_on(ARTICLE), theirs) for mark in row.theirs]
    assert sorted((mark["first"], mark["stop"], mark["label"]) for mark in shown) == sorted(
        (*ARTICLE.token_range(span), span.label) for span in theirs.spans)


# Laws


@given(boards())
def test_every_mark_and_every_cue_stands_in_exactly_one_row(board):
    article, answer, key = board
    compared = rows(article, answer, key)
    mine = [(mark["first"], mark["stop"], mark["label"]) for row in compared for mark in row.mine]
    theirs = [(mark["first"], mark["stop"]) for row in compared for mark in row.theirs]
    assert sorted(mine) == sorted({(*article.token_range(span), span.label) for span in answer.spans})
    assert sorted(theirs) == sorted(article.token_range(cue) for cue in key.spans)


@given(boards(), st.booleans())
def test_rows_follow_the_text_agree_with_the_score_and_never_say_wrong(board, classmate):
    article, answer, key = board
    other = AnnotationSet.on(article, "cues-4", "mate", [Span(cue.start, cue.end, cue.label) for cue in key.spans]) if classmate else key
    compared, counted = rows(article, answer, other), score(article, answer, other)
    kinds = [row.outcome for row in compared]
    assert (kinds.count("match") + kinds.count("label"), kinds.count("partly"), kinds.count("missed"), kinds.count("extra")) == (
        counted.found, counted.loose, counted.missed, counted.extra)
    assert sum(row.right_label is True for row in compared) == counted.right_label
    assert [(row.first, row.stop) for row in compared] == sorted((row.first, row.stop) for row in compared)
    assert all(row.words == article.quote(article.extent(row.first, row.stop)) for row in compared)
    assert all(row.why or classmate or row.outcome == "open" for row in compared)
    told = " ".join([*(row.why for row in compared), *(row.word for row in compared), summary(compared, other)]).lower()
    assert not re.search(r"wrong|incorrect|mistake|error|well done|great|congrat|rank", told)


@pytest.mark.parametrize("text", [text for text in NASTY if text.strip()], ids=range(len([text for text in NASTY if text.strip()])))
def test_nasty_texts_are_compared_word_for_word(text):
    article = Article("text", "", "", text)
    whole = AnnotationSet.on(article, "cues-4", "s", [Span(0, len(text), "might", text)])
    row, = rows(article, whole, whole)
    assert (row.outcome, row.words, (row.first, row.stop)) == ("match", text, (0, len(article.tokens)))
    assert hint(article, match(article, whole, AnswerKey.on(article, "cues-4", "key")))[1] == tuple(range(len(article.sentences)))


# In a few sentences


@pytest.mark.parametrize("source, wanted, expected", [
    ("It [may|might], [sources|vague] say, [if|condition] so, [is unclear|might].", ["may|might", "sources|might", "unclear|might", "so|vague"],
     "You found 3 of 4 cues, 1 of them a little too wide or narrow. 1 of your marks is not in the key. The label is right on 2 of 3."),
    ("It [may|might].", ["may|might"], "You found 1 of 1 cue. The label is right on 1 of 1."),
    ("It [may|might].", [], "You found 0 of 1 cue."),
    ("It rains.", ["It|might", "rains|might"], "The key asks for no cue in this text. 2 of your marks are not in the key."),
    ("It rains.", [], "The key asks for no cue in this text."),
])
def test_the_summary_counts_and_does_not_praise(source, wanted, expected):
    article, key = marked(source)
    assert summary(rows(article, marks_on(article, *wanted), key), key) == expected


def test_the_summary_of_sentences():
    article, key = marked("[It may rain.|claim] [It rained.|background] [Is it bad?|question]", scheme="roles")
    spans = [Span(s.start, s.end, "claim") for s in article.sentences[:2]]
    compared = rows(article, AnnotationSet.on(article, "roles", "s", spans), key)
    assert summary(compared, key) == "1 of 3 sentences has a role that the key accepts. 1 is without a role."


BUNDLED = sorted(path.name.removesuffix("-cues.key.json") for path in (resources.files("kit") / "articles").iterdir()
                 if path.name.endswith("-cues.key.json"))


@pytest.mark.parametrize("id", BUNDLED)
def test_every_item_of_a_bundled_key_gives_its_own_reason_and_question(id):
    article, key = load_article(id), load_key(id)
    compared = rows(article, AnnotationSet.on(article, "cues-4", "student"), key)
    assert len(compared) == len(key.spans)
    assert all(cue.note and cue.note in row.why for row, cue in zip(compared, key.spans))
    assert hint(article, match(article, AnnotationSet.on(article, "cues-4", "student"), key))[1]
