"""Roles, attribution and furniture: what is proposed for a sentence, how sure it is, and why."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import NASTY, articles

from kit.model.article import Article
from kit.model.labels import ATTRIBUTION, ROLES
from kit.reader.reading import Reading, machine_read
from kit.reader.signs import signs

KNOWN_PEOPLE = "Ana Ruiz, Dario Benn and Omar Lutz met in town.\n\n"


def read(text: str, title: str = "Title") -> Reading:
    return machine_read(Article("text", title, "Written for the tests.", text))


# ---------------------------------------------------------------- who stands behind a sentence


def attributions() -> list[str]:
    """Return the lines of attributions.txt."""
    lines = Path(__file__).with_name("attributions.txt").read_text("utf-8").split("\n")
    return [line for line in lines if line and not line.startswith("#")]


def written(text: str) -> str:
    """Write who stands behind the last sentence of a text as attributions.txt does."""
    found = read(text).sentences[-1]
    words, start = text[found.where.start:found.where.end], found.where.start
    if found.source:
        first, stop = found.source.start - start, found.source.end - start
        words = f"{words[:first]}[{words[first:stop]}]{words[stop:]}"
    return f"{found.attribution} | {words}"


@pytest.mark.parametrize("case", attributions())
def test_who_stands_behind_a_sentence(case):
    _, _, sentence = case.partition(" | ")
    assert written(KNOWN_PEOPLE + sentence.replace("[", "").replace("]", "")) == case


@pytest.mark.parametrize(("paragraph", "labels", "sources"), [
    ('"It was dark," said Ana Ruiz. "I saw nothing. I heard a bell."',
     "person person person", ["Ana Ruiz"] * 3),
    ('"It was dark. I saw nothing," Ana Ruiz said. The bell is old.',
     "person person none", ["Ana Ruiz", "Ana Ruiz", None]),
    ("“It was dark. I saw nothing,” a baker said.", "vague vague", ["a baker"] * 2),
    ("'It was dark. I saw nothing,' the council's spokesman, Jan Loos, said.",
     "person person", ["the council's spokesman, Jan Loos"] * 2),
    ('The ministry denied it. It said the bell was new. "We have checked."',
     "institution institution institution", ["The ministry", "It", "It"]),
    ("A sailor said he saw a light. He said it was green.", "vague vague", ["A sailor", "He"]),
    ('He called the plan "fine". The plan has three parts.', "person none", ["He", None]),
])
def test_a_quotation_goes_on_until_it_ends(paragraph, labels, sources):
    found = read(KNOWN_PEOPLE + paragraph).sentences[1:]
    assert [one.attribution for one in found] == labels.split()
    text = KNOWN_PEOPLE + paragraph
    assert [one.source and text[one.source.start:one.source.end] for one in found] == sources


def test_a_quotation_ends_with_its_paragraph():
    """A forgotten closing mark must not turn the rest of the text into a quotation."""
    found = read('Ana Ruiz said: "It was dark.\n\nThe bell is old.\n\nThe road is long.').sentences
    assert [one.attribution for one in found] == ["person", "none", "none"]


def test_a_surname_is_a_person_if_a_first_name_stood_before_it():
    assert written("Maeve Tolland came by train. Tolland said it was late.") == "person | [Tolland] said it was late."
    assert written("Tolland lies by the sea. Tolland said it was poor.") == "institution | [Tolland] said it was poor."


# ---------------------------------------------------------------- furniture

# Lines that begin with # are furniture.
PAGES = {
    "headline, byline, date, repeated headline": """
# Bridge to close in May, council says
# By Jan Loos
# 12 May 2025

The bridge may close in May. The council has not decided.

# BRIDGE TO CLOSE IN MAY, COUNCIL SAYS

It carries 9,000 cars a day.""",
    "headline and subheads that ask": """
# Is the dam safe?

# By Ana Ruiz, Science Editor

# Updated 6:15 p.m. GMT, 3 June

The dam may have a crack. Engineers are looking at it.

# What happened?

A walker saw water on the wall on Monday.

# What happens next?

The lake could be lowered by a metre.

# Advertisement

Nobody knows how long that would take.

# Read more: The night the dam shook
# Share this article
# Follow us on Bluesky""",
    "a dateline inside a sentence, and a box about the author": """
# Mayor steps down. Now what?

# Lena Horvat
# Political correspondent

HALVOW QUAY - A coroner's jury found on Friday that the fire was started on purpose.

# About the author

# Lena Horvat has written about the town since 2009. She may be reached by post.""",
    "a question in running text": """
He came back in May.

Why?

Nobody could say, and he would not.""",
    "credits, and paragraphs that begin like them": """
# Volcano wakes

Ash fell on the town on Sunday.

“We ran,” said a baker.

# Photo: Ana Ruiz

By noon the road was closed.

By the river, people waited for boats.

Share prices fell on Monday as the firm said it could close.

Subscribe to the theory or not, it is popular. Follow the money and you will see.

Pictures from the scene show a broken fence.

Updated figures are due in May.

The author was arrested on Tuesday.

Contact between the two was lost at six.

# © 2025 The Halvow Post. All rights reserved.""",
    "no blank lines": """
# Ferry sinks
# Published: 12.05.2025 06:30
A ferry may have sunk off Cape Sorn.
Two people are missing.
# What we know
The ferry left Halvow at six with nine people on board, and was last seen near the light.
Divers will go down on Tuesday.""",
    "a text without full stops": """
The first line of this text has no stop at its end and is rather long so it is text
The second line has none either because somebody forgot all the full stops in it
The third line is like that as well and nobody would say that it is a heading
The fourth line may be read and so might all the others that stand around it here
The fifth line is about a mayor who could resign although nobody has asked him to
The sixth line says that it is unclear whether there will be a seventh line or not""",
    "newsletter, signs, update": """
# Sign up for our newsletter

# A quiet day

Nothing happened on Monday. It may happen on Tuesday.

# ***

It did.

# This article was updated on Tuesday to say that it did.""",
    "pull quote, dots, links": """
# Rent strike spreads

Tenants in four streets have stopped paying.

# 'We have had enough'

"Nobody answers the phone," said one of them.

# And finally...

The landlord's dog has been found.

# READ MORE: Is your landlord a dog?
# READ MORE: Ten streets to avoid""",
    "who the author of the byline is": """
# Council opens park

# By Mo Fielding

The park opened on Monday, and it may rain.

The mayor cut a ribbon. "It could be worse," she said.

# Mo Fielding is the paper's gardening expert and may be wrong.""",
    "lists and footnotes": """
# Tax plan ‘could cost 4,000 jobs’

# Last modified on Thu 7 Mar 2024 09.12 CET

A tax plan could cost jobs, a study suggests.

The study is short.[1]

It may be wrong.[2]""",
    "a refrain": """
# A man held

A man was held on Friday.

A man was held on Friday.

He was freed.""",
}


@pytest.mark.parametrize("page", PAGES)
def test_furniture_is_told_from_text(page):
    lines = PAGES[page].strip("\n").split("\n")
    text = "\n".join(line.removeprefix("# ") for line in lines)
    for one in read(text).sentences:
        line = lines[text.count("\n", 0, one.where.start)]
        assert (one.role == "furniture") is line.startswith("# "), line


@pytest.mark.parametrize("text", [
    "The mayor may resign", "The mayor may resign.", "Is the mayor safe?", "By Ana Ruiz", "12 May 2025", "Read more", "...",
])
def test_a_text_of_one_line_has_no_furniture(text):
    assert [one.role == "furniture" for one in read(text, title=text).sentences] == [False]


def test_the_title_is_furniture_as_a_line_and_not_inside_a_sentence():
    text = "Mayor may resign.\n\nMayor may resign. So says her aide.\n\nMayor may resign.\n\nIt may rain."
    found = read(text, title="Mayor may resign").sentences
    assert [one.role == "furniture" for one in found] == [True, False, False, True, False]


def test_a_refrain_of_a_thousand_lines_is_text():
    found = read("The mayor may resign.\n\n" * 1000).sentences
    assert Counter(one.role == "furniture" for one in found) == {False: 1000}


def test_furniture_has_no_cues():
    found = read("Mayor may resign, aides say\n\nRain fell on Monday.\n\nWhat may come next\n\nShe may stay.")
    assert [(one.role == "furniture") for one in found.sentences] == [True, False, True, False]
    assert [cue.span.start for cue in found.cues] == [found.sentences[3].where.start + 4]


# ---------------------------------------------------------------- roles

STORY = """Mine to close after flood, union says

claim      | The copper mine at Tarn may close within weeks after water broke into its main shaft, the miners' union said on Monday.
claim      | Two sources at the company confirmed that all work had been stopped.
background | The mine was opened in 1924 and has belonged to the Orrin family since 1961.
background | Last year it employed 430 people.
reaction   | The company denied that a decision had been made.
reaction   | "We are angry and we want answers," said Jo Petch, whose brother works there.
projection | If the pumps fail, the lower levels could be under water by Friday.
projection | The union will hold a vote next week.
question   | Will anybody buy it?
comment    | Perhaps that matters less than it seems, and nothing about it is simple.
"""


def test_the_sentences_of_a_plain_report_have_the_roles_that_a_reader_gives_them():
    headline, _, lines = STORY.partition("\n\n")
    pairs = [line.split(" | ") for line in lines.strip().split("\n")]
    text = f"{headline}\n\n" + "\n\n".join(sentence for _, sentence in pairs)
    assert [one.role for one in read(text).sentences] == ["furniture", *(role.strip() for role, _ in pairs)]


@pytest.mark.parametrize(("text", "role"), [
    ("Why would he go?", "question"),
    ('"Why would he go?" asked Ana Ruiz.', "not a question"),
    ('Ana Ruiz asked: "Why would he go?"', "not a question"),
    ("Could it be the pump (or the pipe)?", "question"),
])
def test_a_question_is_the_text_asking(text, role):
    found = read(KNOWN_PEOPLE + text).sentences[-1].role
    assert (found == "question") is (role == "question")


def test_the_heading_above_counts():
    """The same sentence below two headings."""
    sentence = "The valley was long divided between two families."
    under = {heading: read(f"Feud in Tarn\n\nTwo men were hurt on Friday.\n\n{heading}\n\n{sentence}").sentences[-1]
             for heading in ("The history of a quarrel", "What could happen next")}
    sure = {heading: one.role_confidence for heading, one in under.items() if one.role == "background"}
    assert sure["The history of a quarrel"] > sure.get("What could happen next", 0)


def test_a_role_names_the_signs_that_decided():
    sentence = read("Fair opens\n\nRain fell on Friday.\n\nMore rain fell.\n\nThe fair was founded in 1924.").sentences[-1]
    assert sentence.role == "background"
    assert "it names a year (year)" in sentence.role_reason


def test_every_sign_gives_points_to_roles_and_says_what_it_is():
    graded = {"claim", "background", "projection", "reaction", "comment"}
    for sign in signs().values():
        assert {role for role, _ in sign.points} <= graded and sign.points
        assert sign.why[0].islower() and not sign.why.endswith(".")


# ---------------------------------------------------------------- laws


def holds(article: Article) -> None:
    """Assert what is true of the sentences of any reading."""
    found = machine_read(article)
    assert [one.where for one in found.sentences] == list(article.sentences)
    for one in found.sentences:
        assert one.role in ROLES.ids and one.attribution in ATTRIBUTION.ids
        assert 0 < one.role_confidence <= 1 and 0 < one.attribution_confidence <= 1
        assert one.role_reason.endswith(".") and one.attribution_reason.endswith(".")
        assert one.source is None or article.quote(one.source).strip()
        assert (one.source is not None) <= (one.attribution in ("person", "institution", "vague"))
    assert machine_read(article).sentences == found.sentences


@given(articles())
def test_any_text_is_read_and_read_alike_twice(article):
    holds(article)


_WORDS = st.one_of(st.sampled_from(["said", "told", "according", "to", "denied", "alleged", "reports", "who", "which", "after"]),
                   st.sampled_from(["Ruiz", "Ana", "the", "a", "mayor", "ministry", "sources", "it", "he", "that", "and", "but"]),
                   st.sampled_from(["was", "is", "may", "not", "Monday", "1999", "By", "Updated", "Read", "more"]),
                   st.sampled_from([",", ".", "?", '"', "“", "”", "'", ":", "(", ")", "—", "\n", "\n\n"]))


@given(st.lists(_WORDS, max_size=60).map(" ".join))
def test_any_heap_of_the_words_that_count_is_read(text):
    holds(Article("text", "Title", "source", text))


@pytest.mark.parametrize("text", [
    *NASTY,
    '"' * 3000,
    "said " * 4000,
    "said , " * 4000,
    "who said " * 3000 + ".",
    'He said "' + "and she said, " * 1500,
    " I " * 9000,
    "“ I I" * 3000,
    "According to " * 2000,
    "Ana Ruiz, " * 2000 + "said no.",
    "word " * 4000 + "\n\n" + "Read more\n" * 400,
    "Why?\n\n" * 500,
])
def test_long_and_odd_texts_are_read(text):
    holds(Article("text", "Title", "source", text))


def test_reasons_are_shared():
    """Ten megabytes of text have a hundred thousand sentences, and few reasons."""
    found = read("\n\n".join(f"Rain number {number} fell on the town." for number in range(300))).sentences
    assert len({id(one.role_reason) for one in found}) < 30
    assert len({id(one.attribution_reason) for one in found}) < 5
