"""The machine reader's reasons on a page and in a terminal, and the machine as a lane of a comparison."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pen_page import violations
from static_page import NASTY, page_of
from static_page import Reading as Read

from kit.errors import WrongArticleError
from kit.model import marked
from kit.model.annotations import AnnotationSet
from kit.model.article import Article
from kit.model.files import load_article, load_key
from kit.model.spans import Extent, LookAlike, Span
from kit.page.explained import PROPOSALS, counts, doubt, explain
from kit.page.view import compare, show
from kit.reader.cues import Cue
from kit.reader.reading import Reading, machine_read
from kit.reader.roles import SentenceReading

HARBOUR = "Fire at the harbour\n\nThe mayor may resign, sources said. The vote is in May.\n\nIf so, it ends."
LESSON = "north-korea-2024"


def article_of(text: str = HARBOUR, **more) -> Article:
    return Article("text", "A title", "Our own", text, **more)


@pytest.fixture(scope="module")
def harbour():
    article = article_of()
    return article, machine_read(article)


@pytest.fixture(scope="module")
def lesson():
    article = load_article(LESSON)
    return article, machine_read(article)


def proposed(article: Article) -> Reading:
    """A reading whose sentences have every part that a proposal can have."""
    may = article.text.index("may")
    sources = article.text.index("sources")
    span = Span(may, may + 3, "modal", "may: Only possible.")
    sentences = [SentenceReading(where, "claim", 0.9, "It reports.", "none", 0.3, "Nobody is credited.")
                 for where in article.sentences]
    sentences[1] = SentenceReading(article.sentences[1], "projection", 0.66, "It looks ahead.", "vague", 0.5,
                                   "They say it.", Extent(sources, sources + 7))
    return Reading(article.id, article.fingerprint, "cues", "machine", (span,),
                   cues=(Cue(span, span.extent, "may", "may"),), sentences=tuple(sentences))


def cells(html: str, caption: str) -> list[list[str]]:
    """Return the body of the table with this caption as words."""
    table = next(part for part in re.findall("<table.*?</table>", html, re.DOTALL) if caption in part)
    rows = re.findall("<tr.*?</tr>", table.partition("<tbody")[2], re.DOTALL)
    return [[" ".join(Read(cell).text.split()) for cell in re.findall("<t[hd].*?</t[hd]>", row, re.DOTALL)]
            for row in rows]


# The page


def test_every_cue_has_its_words_kind_rule_and_reason_in_reading_order(harbour):
    article, reading = harbour
    found = cells(explain(*harbour)._repr_html_(), "What it marked, and why")
    assert [row[0] for row in found] == ["1 may", "2 sources", "3 If"]
    assert [row[1] for row in found] == ["M Might-words", "W Who-exactly? words", "I If-words"]
    for (_, _, rule, why), cue in zip(found, reading.cues, strict=True):
        assert cue.reason == f"{rule.removesuffix(' (word list)')}: {why}"
        assert rule.endswith("(word list)") == (cue.rule == cue.entry)


def test_no_reason_is_on_the_page_twice(harbour):
    text = Read(explain(*harbour)._repr_html_()).text
    assert all(text.count(cue.reason.partition(": ")[2]) == 1 for cue in harbour[1].cues)


def test_what_was_passed_over_stands_closed_with_its_reason(harbour):
    html = explain(*harbour)._repr_html_()
    assert re.findall("<details[^>]*>", html) == ['<details class="kit-view-details">'] * 2
    found = cells(html.partition("Passed over")[2], "look like a cue")
    assert ["1 May", harbour[1].look_alikes[0].note] == found[0] and "month" in found[0][1]


def test_sentences_are_proposals_with_confidence_in_words_and_per_cent_reason_and_source():
    article = article_of()
    html = explain(article, proposed(article))._repr_html_()
    rows = cells(html, "Proposals for each sentence")
    assert rows[0][0] == "Fire at the harbour"  # a heading has no number
    assert rows[1] == ["1 The mayor may resign, sources said.", "P What may follow fairly sure, 66% It looks ahead.",
                       "V Unnamed people not sure, 50% sources They say it."]
    assert rows[2][1:] == ["C Claim sure, 90% It reports.", "N The writer a guess, 30% Nobody is credited."]
    assert PROPOSALS in html and "never grade" in PROPOSALS


def test_words_lead_to_their_row_and_the_row_to_the_words(lesson):
    read = Read(explain(*lesson)._repr_html_())
    ids = [held["id"] for held in read.having("id")]
    links = [held["href"][1:] for held in read.having("href")]
    assert len(ids) == len(set(ids)) == 2 * len(lesson[1].cues)
    assert sorted(ids) == sorted(links)


def test_tables_say_what_heads_a_row_and_a_column_and_have_captions(lesson):
    read = Read(explain(*lesson)._repr_html_())
    assert read.tags.count("table") == read.tags.count("caption") == 3
    assert all(held.get("scope") in ("row", "col") for tag, held in read.attributes if tag == "th")
    assert all(held["data-lm-suppress-shortcuts"] == "true" for tag, held in read.attributes
               if tag in ("a", "summary") or "tabindex" in held)


def test_hostile_words_stay_words():
    article = Article("text", NASTY, NASTY, NASTY, language=NASTY)
    span = Span(0, 8, "modal", f"{NASTY}: {NASTY}")
    sentence = SentenceReading(article.sentences[0], NASTY, 0.5, NASTY, NASTY, 0.5, NASTY, Extent(0, 9))
    reading = Reading("text", article.fingerprint, "cues", "machine", (span,), cues=(Cue(span, span.extent, NASTY, NASTY),),
                      look_alikes=(LookAlike(9, 20, NASTY),), sentences=(sentence,))
    page = explain(article, reading)
    read = Read(page._repr_html_())
    assert not {"script", "img"} & set(read.tags)
    assert not [name for _, held in read.attributes for name in held if name.startswith("on")]
    assert Read(page.text_html).text == article.text


def test_four_pens_are_shown_where_the_reading_is_read_with_four(harbour):
    article, reading = harbour
    page = explain(article, reading.in_scheme("cues-4"))
    assert "3 cues: 1 Might-words, 1 If-words, 1 Who exactly?." in page._repr_html_()
    assert "(Who exactly?, vague)" in str(page)


def test_an_empty_text_can_be_explained():
    article = article_of("")
    page = explain(article, machine_read(article))
    assert page.text_html == "" and "No cues." in page._repr_html_()
    assert str(page) == "A title\nNo cues."


def test_a_reading_of_another_text_is_refused(harbour):
    with pytest.raises(WrongArticleError):
        explain(article_of("Another text."), harbour[1])


def test_another_language_is_said_on_the_page():
    german = article_of("Der Bürgermeister könnte zurücktreten, sagten zwei Personen, die mit den Gesprächen vertraut sind. "
                        "Die Abstimmung findet im Mai statt. Nach Angaben der Polizei wurde niemand verletzt, doch die "
                        "Ursache des Brandes ist noch unklar. Der dritte Fall in diesem Jahr gilt als ungeklärt.")
    sentence = doubt(machine_read(german))
    assert "English only" in sentence and "100% sure" in sentence
    assert sentence in Read(explain(german, machine_read(german))._repr_html_()).text
    assert doubt(machine_read(article_of())) == ""


# In a terminal


def test_in_a_terminal_cues_passed_over_words_and_sentences_follow_each_other(harbour):
    article = article_of()
    lines = str(explain(*harbour)).split("\n")
    assert lines[:2] == ["A title", counts(harbour[1])]
    entries = [line[5:] for line in lines if re.match(r" {0,2}\d+  ", line)]
    assert entries[:3] == ["may (Might-words, modal)", "sources (Who-exactly? words, vague)", "If (If-words, condition)"]
    assert entries[3] == "May"
    assert entries[-3:] == ["The mayor may resign, sources said.", "The vote is in May.", "If so, it ends."]
    printed = str(explain(article, proposed(article)))
    assert "Source: Unnamed people, “sources” (not sure, 50%). They say it." in printed
    assert printed.index("Role: Claim (sure, 90%).") < printed.index("Role: What may follow (fairly sure, 66%).")
    assert PROPOSALS in printed


@given(st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("\n\x1b[]|may if sources said."), max_size=200))
def test_any_text_is_explained_in_80_columns_that_obey_nobody(text):
    article = article_of(text)
    page = explain(article, machine_read(article))
    assert Read(page.text_html).text == text
    wide = [sum(0 if unicodedata.combining(sign) else 1 + (unicodedata.east_asian_width(sign) in "WF") for sign in line)
            for line in str(page).split("\n")]
    assert max(wide) <= 80
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", str(page))


# The machine as a lane


def answered(source: str, text: str) -> AnnotationSet:
    plain, key = marked.parse(source, scheme="cues-4")
    assert plain == text
    return AnnotationSet.on(article_of(text), "cues-4", "student",
                            [Span(item.start, item.end, item.label, item.note) for item in key.spans])


MINE = ("Fire at the harbour\n\nThe [mayor may|might] resign, sources said. The vote is in [May|might].\n\n"
        "[If|condition] so, it ends.")


def test_four_pens_are_compared_with_the_machine_and_each_mark_has_its_reason(harbour):
    article, reading = harbour
    compared = compare(article, answered(MINE, article.text), reading)
    assert compared.sheet.heads == ("Mine", "Machine")
    assert [(row.words, row.word) for row in compared.rows] == [
        ("mayor may", "Partly"), ("sources", "Only theirs"), ("May", "Only mine"), ("If", "Match")]
    may, sources, month, condition = (" ".join(why) for why in compared.sheet.whys)
    assert may.startswith("1 word more in mine. Machine: “may: ")
    assert sources == f"Machine: “{reading.spans[1].note}”"
    assert month == f"Machine passed over “May”: “{reading.look_alikes[0].note}”" and "the month" in month
    assert condition == f"Machine: “{reading.spans[2].note}”"


def test_beside_a_key_the_machine_is_one_more_lane_with_its_reasons(harbour):
    article, reading = harbour
    text, key = marked.parse("Fire at the harbour\n\nThe mayor [may|modal: A guess.] resign, sources said. "
                             "The vote is in May.\n\nIf so, it ends.", article="text")
    compared = compare(article, answered(MINE, text), key, reading)
    assert compared.sheet.heads == ("Mine", "Key", "Machine")
    assert [row.words for row in compared.rows] == ["mayor may", "May", "If"]
    assert compared.sheet.whys[0][1:] == (f"Machine: “{reading.spans[0].note}”",)
    assert [head for head, *_ in compared.sheet.alone] == ["Machine"]
    for shown in (Read(compared._repr_html_()).text, " ".join(str(compared).split())):
        alone = shown.partition("Only Machine, so in no row")[2]
        assert "sources" in alone and reading.spans[1].note in alone and reading.spans[0].note not in alone


def test_with_nothing_but_shared_places_no_lane_is_alone(harbour):
    article, reading = harbour
    assert compare(article, reading, reading, reading).sheet.alone == ()


# In a browser


@pytest.mark.page
@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (900, "light"), (900, "dark")])
def test_nothing_sticks_out_and_axe_finds_nothing(browser, lesson, width, scheme):
    article, reading = lesson
    mine = AnnotationSet.on(article, "cues-4", "student", [Span(0, 5, "might"), Span(700, 705, "vague")])
    for source in (explain(article, reading)._repr_html_().replace("<details", "<details open"),
                   compare(article, mine, load_key(LESSON), reading)._repr_html_(),
                   compare(article, mine, reading)._repr_html_(), show(article, reading)._repr_html_()):
        page = page_of(browser, source, width=width, scheme=scheme)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert violations(page) == []
        page.context.close()


@pytest.mark.page
def test_details_open_by_keyboard_and_words_lead_to_their_row_and_back(browser, lesson):
    page = page_of(browser, explain(*lesson)._repr_html_())
    assert not page.get_by_text("Words that look like a cue here").is_visible()
    page.locator("summary").first.focus()
    page.keyboard.press("Enter")
    assert page.get_by_text("Words that look like a cue here").is_visible()
    page.locator("tbody tr").nth(2).locator("a").click()
    assert page.evaluate("document.activeElement.id").endswith("-text-3")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id").endswith("-row-3")


@pytest.mark.page
@pytest.mark.parametrize("width", [360, 900])
def test_a_screen_reader_hears_tables_with_names_and_heads(browser, lesson, width):
    page = page_of(browser, explain(*lesson)._repr_html_(), width=width)
    table = page.get_by_role("table", name="What it marked, and why")
    assert table.get_by_role("row").count() == 1 + len(lesson[1].cues)
    assert table.get_by_role("columnheader").all_inner_texts() == ["Words", "Kind", "Rule", "Why"]
    assert table.get_by_role("rowheader").first.inner_text().split()[0] == "1"
