"""What copying from a page leaves behind is told from what an article may say."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import WORDS

from kit.authoring.importing import import_paste
from kit.authoring.traces import REASONS
from kit.model.files import load_article

ROOT = Path(__file__).parent.parent
HEADLINE = "Fire at the old harbour"
LEAD = "A blaze destroyed two sheds at the harbour on Monday night."
SECOND = "The mayor may resign, a person close to the talks said."
THIRD = "It is not clear who lit the fire, the police said on Tuesday."


def page(*lines: str) -> str:
    """Return lines as paragraphs, in the way that most browsers copy them."""
    return "\n\n".join(lines)


def set_aside(text: str) -> list[tuple[str, str]]:
    """Return what was set aside, each with the kind that its reason stands for."""
    kinds = {reason: kind for kind, reason in REASONS.items()}
    return [(item.words, kinds[item.reason]) for item in import_paste(text).set_aside]


# A line by itself: (kind, what is set aside, what looks like it and stays)

LINES = [
    ("share", "Share", "Share prices fell on Monday."),
    ("share", "Share this article", "Share this burden"),
    ("share", "Share on Facebook", "Share of the vote"),
    ("share", "Copy link", "Copy the link road of the north, engineers say."),
    ("share", "Facebook X WhatsApp", "Facebook and X"),
    ("share", "Follow us on X and Instagram", "Follow the money"),
    ("share", "Follow Jo Marsh on Bluesky.", "Follow the harbour road on foot and you may see them."),
    ("share", "Save this story", "Save this town"),
    ("share", "1.2k shares", "120 shares were sold before noon."),
    ("ad", "Advertisement", "Advertisement revenue may fall by a third."),
    ("ad", "Article continues below advertisement", "The article continues a debate that began in May."),
    ("ad", "Sponsored content", "Sponsored content is everywhere, she said."),
    ("more", "Read more: Bridge closed for a year", "Read more books this winter, the minister says."),
    ("more", "Read more", "Reading more helped, they say."),
    ("more", "Read more about the bridge", "Read more about the bridge and you will worry, he said."),
    ("more", "Related: Bridge closed for a year", "Related: the costs, which nobody could explain."),
    ("more", "See also: The night of the fire", "See also how the town has changed"),
    ("more", "Watch: The moment the roof fell", "Watch the roof"),
    ("newsletter", "Sign up to our daily newsletter", "Sign up for the club newsletter is open, it said."),
    ("newsletter", "Subscribe", "Subscribe or perish"),
    ("newsletter", "Sign up for the Harbour Post newsletter and never miss a story.", "Sign up sheets hung in every school."),
    ("newsletter", "Get the day's news straight in your inbox.", "Get the news to the islands, they were told."),
    ("newsletter", "By signing up, you agree to our terms of use.", "By signing up, the mayor took a risk."),
    ("cookies", "We use cookies to improve your experience on this site.", "We use cookies to reward the dogs, said the trainer."),
    ("cookies", "Accept all cookies", "Accept all of it"),
    ("cookies", "Cookie settings", "Cookie sales rose"),
    ("picture", "Photo: Jo Marsh", "Photo finish at the derby"),
    ("picture", "Image caption, The harbour on Monday.", "Image captions are often wrong, a study found."),
    ("picture", "Image source, Getty Images", "Image sources were checked twice, she said."),
    ("picture", "Image caption The harbour on Monday", "Image caption contests"),
    ("picture", "Getty Images", "Getty Images sued the firm in London."),
    ("picture", "Jo Marsh/Reuters", "Reuters reported the fire first, at noon."),
    ("picture", "NurPhoto via Getty Images", "The picture went round the world via Getty Images."),
    ("picture", "Picture by Jo Marsh", "Picture by picture"),
    ("comments", "12 comments", "12 comments were found to be false, police said."),
    ("comments", "Comments (3)", "No comment"),
    ("comments", "View all comments", "View from the quay"),
    ("comments", "Join the conversation", "Join the conversation and it may get louder, he warned."),
    ("tags", "Tags: fire, harbour", "Tags: they were found on all of the boats."),
    ("tags", "#fire #harbour", "#1 in the charts, and nobody knew why."),
    ("copyright", "© 2025 Harbour Post", "Copyright law may change in 2025."),
    ("copyright", "Copyright 2025 The Harbour Post. All rights reserved.", "Copyright 2025: what may change"),
    ("copyright", "All rights reserved.", "All rights were reserved for members, it said."),
    ("author", "jo.marsh@post.example", "Write to jo.marsh@post.example if you saw the fire."),
    ("page", "Skip to main content", "Skip the content"),
    ("page", "Home > News > Harbour", "Home is where the boats are."),
    ("page", "Listen to this article", "Listen to this town"),
    ("time", "Published 12:40", "Published in May, the report may change little."),
    ("time", "Published 3 May 2025, 12:40 BST", "3 May 2025"),
    ("time", "Updated 2 hours ago", "Updated plans"),
    ("time", "Last updated on Monday, 3 May 2025 at 5:42 p.m.", "Last updates from the harbour"),
    ("time", "Posted 08:14, updated 11:40", "Posted to the front"),
    ("time", "2 hours ago", "Two hours ago the fire was out."),
    ("time", "4 min read", "4 minutes that changed the town"),
    ("time", "3 May 2025 · 4 min read", "3 May 2025 · Harbour"),
    ("byline", "By Jo Marsh, 3 May 2025", "By Monday, 3 May 2025"),
    ("byline", "By Jo Marsh, Health correspondent", "By Jo Marsh, it was said, nobody was hurt."),
    ("byline", "(Reporting by Jo Marsh in Selby; Editing by Ann Lee)", "Reporting by Jo Marsh showed that the dam was weak."),
]


@pytest.mark.parametrize(("kind", "line"), [(kind, line) for kind, line, _ in LINES])
def test_a_line_that_is_not_the_article_is_set_aside(kind, line):
    imported = import_paste(page(HEADLINE, LEAD, line, SECOND, THIRD))
    assert [(item.words, item.reason) for item in imported.set_aside] == [(line, REASONS[kind])]
    assert imported.text == page(HEADLINE, LEAD, SECOND, THIRD)


@pytest.mark.parametrize("line", [look_alike for _, _, look_alike in LINES])
def test_a_line_that_only_looks_so_stays(line):
    assert set_aside(page(HEADLINE, LEAD, line, SECOND, THIRD)) == []


@pytest.mark.parametrize("line", ["•  Share", "SHARE", "Share this story:", "* Advertisement *", "Editor’s picks", "© 2025\u00a0Harbour Post"])
def test_signs_capitals_and_curly_quotes_make_no_difference(line):
    assert [words for words, _ in set_aside(page(HEADLINE, LEAD, line, SECOND))] == [line]


@pytest.mark.parametrize("text", [
    page(HEADLINE, "3 May 2025", LEAD, "What happens next", SECOND, "Who lit the fire?", THIRD),
    page("By Popular Demand", LEAD, SECOND),
    page(HEADLINE, "BREAKING", LEAD, "This story may be updated.", SECOND),
    page(HEADLINE, "HARBOUR TOWN (Reuters) - A blaze destroyed two sheds.", SECOND),
    page("Q: Was it a fire?", "A: It may have been.", "Q: Was it a fire?", "A: Perhaps."),
    page('"No."', '"No."', '"I see."', '"I see."'),
    "They would gladly\nshare\nthe news with all of us.",
    "The picture was taken\nby Jo Marsh\nbefore the fire.",
])
def test_dates_subheads_talk_and_broken_lines_are_the_article(text):
    assert set_aside(text) == []


SENTENCES = st.lists(st.lists(st.sampled_from([*WORDS, "share", "photo", "may", "author", "by", "related", "comment", "newsletter"]),
                              min_size=6, max_size=14).map(lambda words: " ".join(words).capitalize() + "."), min_size=1, max_size=6)


@given(SENTENCES, st.sampled_from(["\n", "\n\n", " "]))
def test_plain_prose_is_never_touched(sentences, between):
    text = between.join(sentences)
    imported = import_paste(text)
    assert imported.text == text and imported.set_aside == ()


# The headline once more


@pytest.mark.parametrize("again", [HEADLINE, "Fire at the Old Harbour", "Fire at the old harbour | The Harbour Post"])
def test_a_headline_doubled_stands_once(again):
    assert set_aside(page(HEADLINE, again, LEAD, SECOND)) == [(again, "headline")]


def test_of_two_headlines_the_one_with_the_name_of_the_site_goes():
    assert set_aside(page("Fire at the old harbour - Harbour Post", HEADLINE, LEAD)) == [
        ("Fire at the old harbour - Harbour Post", "headline")]


def test_the_headline_repeated_halfway_is_set_aside_with_its_place():
    imported = import_paste(page(HEADLINE, LEAD, HEADLINE, SECOND))
    (item,) = imported.set_aside
    assert item.words == HEADLINE and imported.text[item.at:] == SECOND


def test_lesson_1_loses_its_repeated_headline_alone():
    article = load_article("north-korea-2024")
    imported = import_paste(article.text)
    assert [item.words for item in imported.set_aside] == [article.text.split("\n")[0]]
    assert imported.keeping(1).text == article.text


@pytest.mark.parametrize("text", [
    page("Fire", LEAD, "Fire", SECOND),               # one word may be a subhead
    page(LEAD, SECOND, LEAD),                         # a sentence said twice is said twice
    page(HEADLINE, LEAD, "A rule", SECOND, "A rule", THIRD),
    page(HEADLINE, LEAD, HEADLINE + ", again", SECOND),
])
def test_other_repetitions_stay(text):
    assert set_aside(text) == []


# Lines that their place decides


def test_a_byline_and_the_role_below_it_go_above_and_below_the_article():
    assert set_aside(page(HEADLINE, "By Jo Marsh and Ali Khan", "Health correspondent", LEAD, SECOND)) == [
        ("By Jo Marsh and Ali Khan", "byline"), ("Health correspondent", "byline")]
    assert set_aside(page(HEADLINE, LEAD, SECOND, "By Jo Marsh")) == [("By Jo Marsh", "byline")]
    assert set_aside(page(HEADLINE, LEAD, "By Jo Marsh", "3 May 2025", SECOND)) == [("By Jo Marsh", "byline")]


@pytest.mark.parametrize("subhead", ["By Jo Marsh", "By Sea Alone", "Health correspondent", "3 May 2025, 12:40"])
def test_the_same_words_above_a_later_paragraph_are_a_subhead(subhead):
    assert set_aside(page(HEADLINE, LEAD, SECOND, subhead, THIRD)) == []


def test_a_time_of_day_goes_above_the_article():
    assert set_aside(page(HEADLINE, "3 May 2025, 12:40", LEAD, SECOND)) == [("3 May 2025, 12:40", "time")]


def test_published_takes_the_date_below_it():
    assert set_aside(page(HEADLINE, "Published", "3 May 2025", LEAD)) == [("Published", "time"), ("3 May 2025", "time")]
    assert set_aside(page(HEADLINE, "Published", "At last", LEAD)) == []


def test_single_words_are_buttons_beside_buttons_and_subheads_elsewhere():
    assert [words for words, _ in set_aside(page(HEADLINE, "Share", "Save", "Comments", "Facebook", LEAD))] == [
        "Share", "Save", "Comments", "Facebook"]
    assert [words for words, _ in set_aside(page(HEADLINE, LEAD, "Facebook", "X", "WhatsApp", SECOND))] == [
        "Facebook", "X", "WhatsApp"]
    assert set_aside(page(HEADLINE, LEAD, "Facebook", SECOND, "Comments", THIRD)) == []


def test_headlines_below_related_stories_go_and_the_subhead_after_them_stays():
    imported = import_paste(page(HEADLINE, LEAD, "Related stories", "Bridge closed for a year", "Mayor defends her plan",
                                 "What happens next", SECOND))
    assert [item.words for item in imported.set_aside] == ["Related stories", "Bridge closed for a year", "Mayor defends her plan"]


@pytest.mark.parametrize("below", ["it went on in small letters", "It ended with a stop.", "Two words"])
def test_what_is_no_headline_ends_the_list(below):
    assert set_aside(page(HEADLINE, LEAD, "Most read", below, "Bridge closed for a year", SECOND)) == [("Most read", "more")]


def test_a_caption_follows_its_label_with_a_comma():
    caption = "The harbour on Monday, after the roof had fallen in."
    assert set_aside(page(HEADLINE, "Image caption,", caption, LEAD)) == [("Image caption,", "picture"), (caption, "picture")]
    assert set_aside(page(HEADLINE, "Image caption", caption, LEAD)) == [("Image caption", "picture")]


BIO = "Jo Marsh is a reporter at the Harbour Post and lives by the sea."


def test_an_author_box_goes_with_its_paragraph():
    assert set_aside(page(HEADLINE, LEAD, "About the author", BIO, SECOND)) == [("About the author", "author"), (BIO, "author")]
    assert set_aside(page(HEADLINE, LEAD, "About the author", "She keeps bees and nobody knows how many.")) == [
        ("About the author", "author"), ("She keeps bees and nobody knows how many.", "author")]
    assert set_aside(page(HEADLINE, LEAD, "About the author", BIO, "Share", "© 2025 Harbour Post"))[:2] == [
        ("About the author", "author"), (BIO, "author")]


@pytest.mark.parametrize("text", [
    page(HEADLINE, LEAD, "About the author we know very little.", SECOND),
    page(HEADLINE, LEAD, "About the author", "He may have lived in Selby, where two letters were found.", THIRD),
    page("About the author", "He may have lived in Selby, where two letters were found."),
])
def test_words_about_an_author_that_are_the_article_stay(text):
    assert set_aside(text) == []


def test_readers_comments_go_down_to_the_last_reply():
    comments = ["2 comments", "Ann", "I saw it all from my window and it was awful.", "Reply", "Bo", "Me too, and so did my dog.", "Reply"]
    found = set_aside(page(HEADLINE, LEAD, SECOND, THIRD, *comments, "One more line of the page"))
    assert found == [(words, "comments") for words in comments]


def test_a_button_for_comments_above_the_article_takes_nothing_with_it():
    assert set_aside(page(HEADLINE, LEAD, "2 comments", SECOND, THIRD, "Reply", THIRD)) == [("2 comments", "comments")]


# However much there is of it

ENDLESS = """
from kit.authoring.importing import import_paste
above = "Fire at the old harbour\\n\\n" + "The mayor may resign, a person close to the talks said.\\n\\n" * 4
lines = ["About the author", "Share", "Related:", "12 comments\\nReply", "By " + "A " * 70, "Sign up for " + "a " * 180,
         "get " + "in to " * 60, "Facebook, " * 38 + "!", "Home > " + "a > " * 30 + "<", "published " * 15, "A " * 190 + "/",
         "." * 390 + "x", "Photo " * 60, "a@" * 190, "#a " * 130 + "!", "Image caption,", "Fire at the old harbour"]
for line in lines:
    text = above + f"{line}\\n" * (400_000 // len(line))
    imported = import_paste(text)
    assert imported.keeping().text == text.strip()
    assert imported.text.startswith(above.strip())
print("done")
"""


def test_endless_leftovers_take_time_in_proportion():
    """A rule that looked through all lines for every line would take hours for these."""
    done = subprocess.run([sys.executable, "-c", ENDLESS], cwd=ROOT, text=True, capture_output=True, timeout=400)
    assert done.stdout == "done\n", done.stderr
