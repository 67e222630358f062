"""Answers typed from paper: what a line says, what is told of a line that says nothing, and back again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import WORDS, answers, articles, keyed, texts

from kit.errors import FileFormatError, KitError
from kit.measure.score import score
from kit.model import typed
from kit.model.annotations import AnnotationSet
from kit.model.article import Article
from kit.model.files import load_article, load_key
from kit.model.labels import CUES_1, ROLES, SCHEMES, SOURCES
from kit.model.numbered import numbered
from kit.model.relations import relations
from kit.model.spans import Span

TEXT = ("Fire at the harbour\n\n"
        "The mayor may resign, sources said. She may not, it's \"unclear\": nothing is yet to be confirmed.\n\n"
        "What comes next\n\n"
        "If I win 1,000 votes, he’ll go well-known ways in May, the M. road said.")
ARTICLE = Article("harbour", "Fire at the harbour", "source", TEXT)


def marks(lines: str, scheme: str = "cues-4") -> list[tuple[str, str]]:
    """Return the words and labels of a single answer."""
    (answer,) = typed.parse(lines, ARTICLE, scheme)
    return [(ARTICLE.quote(span), span.label) for span in answer.marks.spans]


def problem(lines: str, scheme: str = "cues-4") -> str:
    with pytest.raises(FileFormatError) as error:
        typed.parse(lines, ARTICLE, scheme, name="class.txt")
    return str(error.value)


# What a line says


def test_sentences_are_counted_as_readers_count():
    assert [sentence.name for sentence in numbered(ARTICLE)] == ["h1", "1", "2", "h2", "3"]


@pytest.mark.parametrize("line", [
    "1: may M, sources W", "1. may M, sources W", "1) may M, sources W", "1 may M; sources W", "1： may M， sources W",
    "1: may m, sources w.", "1: MAY M, Sources W", "1: M may, W sources", "1: may = M, sources = W", "1:may (M),sources (W)",
    "1: may might, sources vague", "1: \"may\" M, “sources” W", "1: #3 M, #5 W", "1: #3-3 M, w #5", "1: sources W, may M",
    "  1 :  may   M ,  sources  W  ", "1: may M,\n1: sources W", "# class 7\n\n1: may M, sources W\r\n", "\ufeff1: may M, sources W",
    "1: may M, may M, sources W", "2: -\n1: may M, sources W\n3: nothing.\nH1: none",
])
def test_many_ways_to_type_the_same(line):
    assert marks(line) == [("may", "might"), ("sources", "vague")]


@pytest.mark.parametrize(("line", "words"), [
    ("2: yet to be confirmed M", "yet to be confirmed"),
    ("2: Unclear nothing M", "unclear\": nothing"),
    ("2: it's M", "it's"), ("2: it’s M", "it's"), ("3: he'll M", "he’ll"), ("3: HE’LL M", "he’ll"),
    ("3: 1,000 votes M", "1,000 votes"), ("3: well-known M", "well-known"), ("3: well‑known M", "well-known"),
    ("2: #8-9 M", "yet to"), ("2: #8 – #9 M", "yet to"), ("2: #3.1 M", ","), ("2: #0.1-1 M", None),
    ("h1: harbour M", "harbour"), ("H2: comes M", "comes"),
    ("1: #6-2#1 M", "said. She"),
])
def test_which_words_are_meant(line, words):
    if words is None:
        assert "does not lie in sentence 2" in problem(line)
    else:
        assert marks(line) == [(words, "might")]


def test_of_two_words_alike_one_says_which():
    article = Article("two", "Two", "source", "It may rain, or it may not, in May.")
    (answer,) = typed.parse("1: may 2 M, #3 W", article, "cues-4")
    first, stop = article.token_range(answer.marks.labelled("might")[0])
    assert [article.quote(token) for token in article.tokens[first:stop + 1]] == ["may", "not"]
    with pytest.raises(FileFormatError, match=r"line 1: 'may' stands in sentence 1 3 times. Type which one: 'may 1' "
                                              r"for the first, or '#2' or '#6' or '#9'"):
        typed.parse("1: may", article, "cues-4")
    with pytest.raises(FileFormatError, match="3 times. Type a smaller number"):
        typed.parse("1: may 4 M", article, "cues-4")


def test_words_win_over_letters_and_an_equals_sign_over_words():
    assert marks("3: If I = I") == [("If I", "condition")]
    assert marks("3: If = I") == [("If", "condition")]
    assert marks("3: If (I)") == [("If", "condition")]
    assert marks("3: If I") == [("If I", "cue")]  # without a pen, as both are words of the text
    assert marks("3: the M") == [("the M.", "cue")]


@pytest.mark.parametrize("line", ["1: C", "1 c", "1) claim", "1: Claim.", "1c", "1: (C)", "1: = C"])
def test_a_sentence_gets_its_label(line):
    assert marks(line, "roles") == [("The mayor may resign, sources said.", "claim")]


def test_a_label_of_several_words_may_be_typed_by_its_name():
    assert marks("1: what may follow\n2: -\n3: o", "roles") == [
        ("The mayor may resign, sources said.", "projection"),
        ("If I win 1,000 votes, he’ll go well-known ways in May, the M. road said.", "comment")]


def test_several_people_in_one_file():
    found = typed.parse("1: may M\n= b-2\n= C3\n2: may M\n1: -\n", ARTICLE, "cues-4", code="a1")
    assert [(answer.marks.annotator, len(answer.marks.spans)) for answer in found] == [("a1", 1), ("b-2", 0), ("C3", 1)]
    assert {(answer.marks.stage, answer.marks.first_pass) for answer in found} == {("mark", None)}


# Marks without a pen


def test_no_label_is_made_up_for_a_mark_without_a_pen():
    """A made-up label is right now and then, and the score would count it."""
    bare, mixed, full = (typed.parse(line, ARTICLE, "cues-4")[0] for line in ("1: may\n\n2: may", "1: may M\n2: may", "1: may M"))
    assert (bare.marks.scheme, bare.without_pen) == ("cues-1", (1, 3))
    assert (mixed.marks.scheme, mixed.without_pen) == ("cues-1", (2,))
    assert (full.marks.scheme, full.without_pen) == ("cues-4", ())


@given(st.data())
def test_without_pens_the_same_is_found_and_missed(data):
    article, key = data.draw(keyed())
    answer = data.draw(answers(article))
    lines = typed.write(article, answer)
    bare = typed.write(article, answer.in_scheme("cues-1"))
    (with_pens,), (without,) = (typed.parse(each, article, "cues-4") for each in (lines, bare))
    counted = [score(article, each.marks, key) for each in (with_pens, without)]
    if len({span.extent for span in answer.spans}) == len(set(answer.spans)):  # the same words with two pens are one mark without
        assert [(one.found, one.loose, one.missed, one.extra) for one in counted[:1]] == [
            (one.found, one.loose, one.missed, one.extra) for one in counted[1:]]


# What is told of a line that says nothing


@pytest.mark.parametrize(("line", "told"), [
    ("1: migth M", "'migth M' is not in sentence 1. Its words are: The mayor may resign, sources said."),
    ("1: mayyor", "Is it 'mayor'?"),
    ("1: yet to be", "Sentence 2 has it."),
    ("1: unclear M", "Sentence 2 has it."),
    ("1: 3", "For word number 3 type '#3'."),
    ("1: may X", "'X' behind 'may' is no pen. Type one of M (might), S (hearsay), I (condition), W (vague)."),
    ("1: #3 X", "'X' behind a word number is no pen."),
    ("1: #30", "'#30' does not lie in sentence 1, which has 6 words."),
    ("1: #5-3", "'#5-3' does not lie in sentence 1"),
    ("1: #three", "'#three' is no word number. Type '#7' for word 7"),
    ("9: may", "there is no sentence 9; the last one is 3."),
    ("h3: may", "there is no sentence h3"),
    ("may", "'may' does not begin with the number of a sentence. Type it like '3: may, reportedly'."),
    ("= Ana Ruiz", "'Ana Ruiz' is no code."),
    ("=", "'' is no code."),
    ("2: nothing", "sentence 2 has the word 'nothing'. Type '2: -' for no mark"),
])
def test_a_problem_names_the_line_what_is_there_and_what_to_do(line, told):
    message = problem(f"# first line\n{line}\n1: may M")
    assert message.startswith("class.txt line 2: ")
    assert told in message


def test_a_label_that_is_none_and_two_labels_for_one_sentence():
    assert "class.txt line 1: 'x' is no label. Type one of C (claim), B (background)" in problem("1: x", "roles")
    assert ("line 3: sentence 1 is 'background' here and 'claim' in line 1. Keep one of the two lines."
            in problem("1: C\n2: B\n1: B", "roles"))


def test_a_code_stands_once_in_a_file():
    assert "line 3: the answer of 'A' begins in line 1 already." in problem("= a\n= b\n= A")
    assert "line 2: the answer of 'student' begins in the first line already." in problem("1: may\n= student")


@given(st.integers(2, 40))
def test_all_problems_of_a_file_are_told_at_once(count):
    message = problem("\n".join(f"1: wrong{number}" for number in range(count)))
    lines = message.splitlines()
    assert lines[0] == f"class.txt: {count} lines cannot be read."
    assert [line.split(": ")[0].strip() for line in lines[1:21]] == [f"line {number}" for number in range(1, min(count, 20) + 1)]
    assert (f"and {count - 20} more." in message) is (count > 20)


@given(st.one_of(texts(), st.text("123h#-=.,: ()MmIiay\n", max_size=40), st.just("1: #" + "9" * 5000)),
       st.sampled_from(["cues-4", "roles", "cues-1", "sources"]))
def test_nothing_typed_is_worse_than_a_problem(lines, scheme):
    try:
        found = typed.parse(lines, ARTICLE, scheme)
    except FileFormatError as error:
        assert "typed answers" in str(error)
    else:
        assert all(span.label in SCHEMES[answer.marks.scheme] for answer in found for span in answer.marks.spans)


def test_a_file_without_a_line_holds_no_answer():
    assert problem("# nobody\n\n") == ("class.txt: there is no answer in it. "
                                       "Type one line per sentence, like '3: may, reportedly'.")


# Claims and who says so


def told(lines: str) -> list[tuple[str, str, list[tuple[str, str]]]]:
    (answer,) = typed.parse(lines, ARTICLE, "sources")
    return [(ARTICLE.quote(span), span.label, [(ARTICLE.quote(end), end.label) for end in span.joined])
            for span in answer.marks.spans]


FIRST, LAST = "The mayor may resign, sources said.", "If I win 1,000 votes, he’ll go well-known ways in May, the M. road said."


@pytest.mark.parametrize("line", ["1: 1, sources", "1. 1, Sources.", "1: rung-1, #5", "1 1; sources", "1: 1,#5", "1: 1,1#5"])
def test_a_claim_gets_its_rung_and_the_words_for_who_says_so(line):
    assert told(line) == [(FIRST, "rung-1", [("sources", "source")]), ("sources", "source", [])]


def test_a_claim_of_nobody_one_without_a_rung_and_none():
    assert told("1: 0\n2: -\n3: ?") == [(FIRST, "rung-0", []), (LAST, "claim", [])]


def test_source_words_of_another_sentence_and_where_they_go_back_to():
    assert told("3: 3, the M. road > 1#5, 1#2") == [
        ("mayor", "source", []), ("sources", "source", []),
        (LAST, "rung-3", [("mayor", "source"), ("the M. road", "source")]),
        ("the M. road", "source", [("sources", "goes-back")])]
    assert told("1: , sources") == [("sources", "source", [])]


@pytest.mark.parametrize(("line", "what"), [
    ("1: sources", "'sources' is no rung. Type the rung first, then a comma and the words: one of 5 (Document"),
    ("1: S, sources", "'S' is no rung."),
    ("1: 2, nobody", "'nobody' is not in sentence 1."),
    ("1: 2, 9#1", "there is no sentence 9"),
    ("1: 2, sources > sources", "a source goes back to itself."),
    ("1: 2, 4 sources", "the rung comes first. Type it like '1: 2, sources'."),
    ("1: 2\n1: 3", "sentence 1 is 'rung-3' here and 'rung-2' in line 1."),
])
def test_a_problem_of_a_claim_says_what_to_do(line, what):
    assert what in problem(line, "sources")


@pytest.mark.parametrize("line", ["c2: 3, the M. road", "C2. 3, the M. road", "claim 2: 3, the M. road", "CLAIM 02 3, the M. road",
                                  "c2: 3, 3#12-14"])
def test_a_claim_may_be_typed_by_its_own_number(line):
    (answer,) = typed.parse(line, ARTICLE, "sources", asked=(4, 1))
    assert answer.marks == typed.parse("3: 3, the M. road", ARTICLE, "sources")[0].marks
    assert ARTICLE.quote(typed.parse("c1: 0", ARTICLE, "sources", asked=(4, 1))[0].marks.spans[0]) == FIRST


@pytest.mark.parametrize(("line", "scheme", "asked", "what"), [
    ("c3: 0", "sources", (1, 4), "there is no claim 3; the last one is 2."),
    ("c0: 0", "sources", (1, 4), "there is no claim 0; the last one is 2."),
    ("c1: 0", "sources", (), "it is not known which sentence is claim 1. Type the number of the sentence instead."),
    ("c1: may M", "cues-4", (1, 4), "'c1: may M' does not begin with the number of a sentence."),
    ("1: 0\nc1: 3", "sources", (1, 4), "sentence 1 is 'rung-3' here and 'rung-0' in line 1."),
])
def test_a_number_that_is_no_claims_is_told(line, scheme, asked, what):
    with pytest.raises(FileFormatError) as error:
        typed.parse(line, ARTICLE, scheme, asked=asked)
    assert what in str(error.value)


@given(articles(), st.data())
def test_claims_and_what_they_are_joined_to_are_read_back(article, data):
    words = sorted({span.extent for span in data.draw(answers(article)).spans})
    sources = [Span(one.start, one.end, "source", joined=joined(data, [other for other in words if other != one], "goes-back"))
               for one in words]
    claims = [Span(one.start, one.end, label, joined=joined(data, words, "source")) for one in article.sentences
              if (label := data.draw(st.sampled_from([None, *(label.id for label in SOURCES.labels if label.unit)])))]
    answer = AnnotationSet.on(article, "sources", "c-3", [*claims, *sources])
    (back,) = typed.parse(typed.write(article, answer), article, "sources")
    assert back.marks == answer
    assert relations(back.marks.spans) == relations(answer.spans)


def joined(data, places, label) -> tuple[Span, ...]:
    ends = data.draw(st.lists(st.sampled_from(places), max_size=2, unique=True)) if places else []
    return tuple(sorted(Span(end.start, end.end, label) for end in ends))


# There and back


@given(st.data())
def test_what_was_written_is_read_back(data):
    article = data.draw(articles())
    answer = data.draw(answers(article))
    (back,) = typed.parse(typed.write(article, answer), article, answer.scheme)
    assert back.marks == AnnotationSet.on(article, answer.scheme, answer.annotator, set(answer.spans))
    assert back.without_pen == ()


@given(st.lists(st.sampled_from((*WORDS, "may", "if I", "M", "2", "W", "1,000", "-", "=", "(I)", "#2", "nothing", ".", ",")),
                max_size=14), st.data())
def test_what_was_written_is_read_back_where_words_look_like_signs_and_letters(words, data):
    article = Article("text", "Title", "source", " ".join(words))
    answer = data.draw(answers(article, longest=3))
    (back,) = typed.parse(typed.write(article, answer), article, answer.scheme)
    assert set(back.marks.spans) == set(answer.spans)


@given(articles(), st.data())
def test_labels_of_sentences_are_read_back(article, data):
    labels = data.draw(st.lists(st.sampled_from([*ROLES.ids, None]), min_size=len(article.sentences),
                                max_size=len(article.sentences)))
    spans = [Span(where.start, where.end, label) for where, label in zip(article.sentences, labels) if label]
    answer = AnnotationSet.on(article, "roles", "c-3", spans)
    (back,) = typed.parse(typed.write(article, answer), article, "roles")
    assert back.marks == answer


@pytest.mark.parametrize("scheme", ["cues", "cues-4", "cues-1"])
def test_the_key_of_a_text_typed_in_scores_as_the_key(scheme):
    article, key = load_article("north-korea-2024"), load_key("north-korea-2024").in_scheme(scheme)
    lines = typed.write(article, key)
    assert "29: may soon" in lines and "#" not in lines  # words wherever they suffice
    (back,) = typed.parse(lines, article, scheme)
    result = score(article, back.marks, key)
    assert (result.found, result.loose, result.missed, result.extra) == (16, 0, 0, 0)


def test_a_mark_that_no_line_can_say_is_refused():
    half = AnnotationSet.on(ARTICLE, "cues-4", "student", [Span(1, 3, "might")])
    with pytest.raises(KitError, match="characters 1 to 3.*is not whole words"):
        typed.write(ARTICLE, half)
    with pytest.raises(KitError, match="is not one whole sentence"):
        typed.write(ARTICLE, AnnotationSet.on(ARTICLE, "roles", "student", [Span(0, 4, "claim")]))
    with pytest.raises(KitError, match="no label 'modal' in 'cues-4'"):
        typed.write(ARTICLE, AnnotationSet.on(ARTICLE, "cues-4", "student", [Span(0, 4, "modal")]))


def test_the_one_pen_scheme_reads_the_others():
    for fine in ("cues", "cues-4"):
        assert set(SCHEMES[fine].coarser["cues-1"]) == set(SCHEMES[fine].ids)
        assert set(SCHEMES[fine].coarser["cues-1"].values()) == set(CUES_1.ids)
