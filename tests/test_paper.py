"""The sheet to print: the text is all there, every word is numbered, and the key is there or is not."""

import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import articles, keyed

from kit.authoring.paper import sheet
from kit.errors import KitError, WrongArticleError
from kit.measure.score import score
from kit.measure.sourcing import claims
from kit.model import typed
from kit.model.annotations import AnswerKey
from kit.model.article import Article
from kit.model.files import load_article, load_key
from kit.model.labels import SCHEMES
from kit.model.marked import parse
from kit.model.numbered import numbered
from kit.model.spans import KeySpan, Span

KOREA = load_article("north-korea-2024")
SHORT = ("Fire at the harbour\n\nThe mayor [may|modal: Only possible. What would make it happen?] resign, "
         "[<sources> said|vague+hearsay?: Nobody is named. Which sources?].\n\n"
         "The vote is in [May|-: Here it is the month.], [if|condition??: For marking, it hangs. Against marking, it is near.] it holds.")
FOR_PAPER = list(SCHEMES)


class Sheet(HTMLParser):
    """What is on a sheet: the text under each class, and every tag with its attributes."""

    def __init__(self, source: str):
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.tags: list[tuple[str, dict]] = []
        self.held: dict[str, list[str]] = {}
        self.feed(source)
        self.close()

    def handle_starttag(self, tag, attributes):
        named = dict(attributes)
        self.tags.append((tag, named))
        if tag in ("meta",):
            return
        self.open.append((tag, named.get("class", "")))
        for name in (tag, *named.get("class", "").split()):
            self.held.setdefault(name, []).append("")

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag

    def handle_data(self, data):
        for tag, names in self.open:
            for name in (tag, *names.split()):
                self.held[name][-1] += data

    def all(self, name: str) -> list[str]:
        return self.held.get(name, [])

    @property
    def numbers(self) -> list[int]:
        return [int(named["data-number"]) for _, named in self.tags if "data-number" in named]


def as_shown(text: str) -> str:
    """A page has one kind of line end."""
    return text.replace("\r", "\n")


def small() -> tuple[Article, AnswerKey]:
    text, key = parse(SHORT, article="harbour")
    return Article("harbour", "Fire at the harbour", "Written for the tests. CC BY 4.0", text), key


# The text


@given(articles(), st.sampled_from(FOR_PAPER))
def test_no_word_of_the_text_is_missing_or_changed(article, scheme):
    page = Sheet(sheet(article, scheme))
    assert [as_shown(said) for said in page.all("said")] == [
        as_shown(article.quote(sentence)) for sentence in article.sentences
        if article.quote(sentence) != article.title]
    assert page.open == []


@given(articles())
def test_every_word_of_a_sentence_is_numbered_in_its_order(article):
    page = Sheet(sheet(article, "cues"))
    asked = [sentence for sentence in numbered(article) if not sentence.is_heading]
    assert page.all("word") == [article.quote(article.tokens[token]) for sentence in asked for token in sentence.words]
    assert page.numbers == [number for sentence in asked for number in range(1, len(sentence.words) + 1)]


@given(articles())
def test_what_is_no_word_has_no_letter_or_digit(article):
    for sentence in numbered(article):
        signs = set(range(sentence.first, sentence.stop)) - set(sentence.words)
        assert not any(sign.isalnum() for token in signs for sign in article.quote(article.tokens[token]))


def test_sentences_have_the_numbers_a_reader_counts():
    page = Sheet(sheet(KOREA, "cues-4"))
    names = page.all("number")
    assert [name for name in names if name.isdecimal()] == [str(number) for number in range(1, 34)]
    assert names[:3] == ["h1", "h2", "1"]
    assert page.all("h1") == [KOREA.title]


def test_a_title_that_is_not_in_the_text_stands_above_it_without_a_number():
    article = Article("a", "My title", "source", "It may rain.")
    page = Sheet(sheet(article, "cues-4"))
    assert (page.all("h1"), page.all("number")) == (["My title"], ["1"])


@pytest.mark.parametrize("scheme", FOR_PAPER)
def test_the_pens_of_the_scheme_are_told_with_letter_and_meaning(scheme):
    pens = " ".join(Sheet(sheet(KOREA, scheme)).all("pens"))
    for label in SCHEMES[scheme].labels:
        told = f"{label.letter}{label.name}: {label.meaning}" in pens
        left_out = label.id == "furniture" or (scheme == "sources" and not label.letter.isdecimal())
        assert told is (not left_out and len(SCHEMES[scheme].labels) > 1)


def test_a_sentence_gets_a_box_or_lines_to_write_on():
    words, roles = Sheet(sheet(KOREA, "cues-4")), Sheet(sheet(KOREA, "roles-3"))
    assert (len(words.all("room")), len(words.all("box"))) == (33, 0)
    assert (len(roles.all("room")), len(roles.all("box")), len(roles.all("word"))) == (0, 33, 0)


def test_a_sheet_asks_for_a_code_and_for_no_name():
    (code,) = Sheet(sheet(KOREA, "cues-4")).all("code")
    assert code.startswith("Code") and "not your name" in code


def test_whose_text_it_is_stands_on_the_sheet():
    assert "CC BY 4.0" in Sheet(sheet(KOREA, "cues-4")).all("footer")[0]
    mine = Article("a", "Mine", "a-newspaper.txt", "It may rain.")
    (footer,) = Sheet(sheet(mine, "cues-4")).all("footer")
    assert "CC BY" not in footer and "its author's: ask before" in footer


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_title_and_a_source_of_any_signs_break_nothing(title, source):
    made = sheet(Article("a", title, source, "It may rain."), "cues")
    page = Sheet(made)
    assert page.open == [] and page.all("word") == ["It", "may", "rain"]
    assert made.count("<style>") == made.count("</style>") == 1


@pytest.mark.parametrize("scheme", FOR_PAPER)
def test_nothing_is_fetched_and_nothing_runs(scheme):
    made = sheet(KOREA, scheme, key=load_key(KOREA.id) if scheme.startswith("cues") else None)
    assert {tag for tag, _ in Sheet(made).tags}.isdisjoint({"script", "link", "img", "iframe", "object", "a", "form"})
    assert not re.search(r"url\(|@import|https?:|\bsrc=|\bhref=|\bon\w+=", made)


# The key


def test_without_a_key_nothing_of_it_is_there():
    made = sheet(KOREA, "cues-4")
    assert Sheet(made).all("key") == [] and Sheet(made).all("fold") == []
    assert all(item.note not in made for item in (*load_key(KOREA.id).spans, *load_key(KOREA.id).look_alikes))


def test_the_key_tells_words_pens_and_reasons_of_every_item():
    article, key = small()
    page = Sheet(sheet(article, "cues-4", key=key))
    captions = page.all("caption")
    assert captions == ["To be found (1)", "Fair to mark, but not asked: costs nothing (1)",
                        "Careful readers differ: counts neither way (1)", "Look-alikes, not to be marked (1)"]
    rows = [row for row in page.all("tr") if not row.startswith("No.")]
    assert rows == ["1may #3MOnly possible. What would make it happen?",
                    "1sources said #5-6W or SNobody is named. Which sources?",
                    "2if #6IFor marking, it hangs. Against marking, it is near.",
                    "2May #5–Here it is the month."]
    assert page.all("b")[-4:] == ["may", "sources", "if", "May"]  # the core of each


@given(keyed())
def test_what_the_key_says_can_be_typed(board):
    """The numbers on the sheet are those that typed answers are read with."""
    article, key = board
    page = Sheet(sheet(article, "cues-4", key=key))
    rows = [re.search(r"^(h?\d+).* (#\d+(?:-\d+)?)(\w)", row, re.S) for row in page.all("tr") if not row.startswith("No.")]
    lines = "".join(f"{row[1]}: {row[2]} {row[3]}\n" for row in rows)
    found = typed.parse(lines, article, "cues-4")[0].marks.spans if lines else ()
    assert {(span.start, span.end, span.label) for span in found} == {(item.start, item.end, item.label) for item in key.spans}


def test_a_key_of_sentences_leaves_out_what_is_not_asked():
    key = load_key(KOREA.id, scheme="roles")
    page = Sheet(sheet(KOREA, "roles-3", key=key))
    names = [row[0] for row in (re.match(r"\d+", row) for row in page.all("tr")) if row]
    assert names == [str(number) for number in range(1, 34)]
    assert set(page.all("pen")) <= {"C", "B", "E", "C or B", "C or E", "B or E", "E or C", "C or B or E"}


def test_the_key_of_another_text_or_scheme_is_refused():
    article, key = small()
    with pytest.raises(WrongArticleError):
        sheet(KOREA, "cues-4", key=key)
    with pytest.raises(KitError, match="cannot be read as 'roles-3'"):
        sheet(article, "roles-3", key=key)


def test_a_key_of_claims_tells_who_says_so_and_whom_that_goes_back_to():
    article = Article("a", "T", "source", "The club may move. A paper says so. It heard it from the club’s chair.")
    club, paper, chair = (article.text.index(words) for words in ("The club", "A paper", "the club’s"))
    ends = {"paper": Span(paper, paper + 7, "source"), "chair": Span(chair, chair + 16, "goes-back")}
    key = AnswerKey("a", article.fingerprint, "sources", spans=(
        KeySpan(club, club + 18, "rung-3", "It is passed on. Who heard it?", joined=(ends["paper"],), also=("rung-4",)),
        KeySpan(paper, paper + 7, "source", "The paper.", joined=(ends["chair"],)),
        KeySpan(chair, chair + 16, "source", "The chair.")))
    page = Sheet(sheet(article, "sources", key=key))
    assert page.all("tr")[1:] == [
        "11A paper 2#1-2 > the club’s chair 3#5-73 or 4It is passed on. Who heard it?",
        "No.WordsGoes back toWhy", "2A paper #1-2the club’s chair 3#5-7The paper."]
    assert page.all("word")[:4] == ["The", "club", "may", "move"] and len(page.all("room")) == 1


# Claims to trace


RUMOUR = load_article("transfer-rumour")
TRACED = load_key(RUMOUR.id, scheme="sources")
PLACES = [number for number, place in enumerate(RUMOUR.sentences) if place in claims(TRACED)]


def lines_of(page: Sheet) -> list[tuple[str, bool, bool]]:
    """Return of each sentence its text, whether room for a rung is beside it, and whether lines are."""
    return [(line, "who says so" in line, "goes back to" in line) for line in page.all("line")]


def test_the_claims_are_marked_before_their_sentence_with_the_key_or_without_it():
    with_key, without = (Sheet(sheet(RUMOUR, "sources", key=TRACED)), Sheet(sheet(RUMOUR, "sources", asked=PLACES)))
    for page in (with_key, without):
        assert page.all("claim") == [f"Claim {number}" for number in range(1, 11)]
        told = [line for line in page.all("told") if line.startswith("Claim")]
        assert told == [f"Claim {number}{RUMOUR.quote(RUMOUR.sentences[at])}" for number, at in enumerate(PLACES, start=1)]
        assert page.all("task")[0].startswith("Decide for every claim who stands behind it.")
    assert without.all("key") == [] and len(with_key.all("key")) == 1


def test_a_sheet_without_the_key_tells_only_which_claims_are_asked():
    made = sheet(RUMOUR, "sources", asked=PLACES)
    assert not any(item.note in made for item in TRACED.spans)
    assert Sheet(made).all("b").count("Claim 1") == 1
    assert sheet(RUMOUR, "sources", key=TRACED, asked=PLACES).startswith(made.split("<section")[0].split("</main>")[0])


def test_a_claim_has_room_for_rung_words_and_whom_they_go_back_to_and_other_sentences_have_none():
    page = Sheet(sheet(RUMOUR, "sources", asked=PLACES))
    claim = [line for line in lines_of(page) if "Claim " in line[0]]
    assert [line[1:] for line in claim] == [(True, True)] * 10
    assert (len(page.all("room")), len(page.all("box"))) == (10, 10)
    assert len(page.all("line")) > 26  # the others are there, to read and to take source words from


@pytest.mark.parametrize("asked", [PLACES, ()])
def test_the_ladder_stands_on_the_sheet_from_the_top_rung_down(asked):
    (ladder,) = Sheet(sheet(RUMOUR, "sources", asked=asked)).all("ladder")
    assert re.findall(r"(\d)[A-Z]", ladder) == list("543210")


def test_claims_are_numbered_in_reading_order_whatever_order_they_are_asked_in():
    assert sheet(RUMOUR, "sources", asked=[*reversed(PLACES), PLACES[0]]) == sheet(RUMOUR, "sources", asked=PLACES)


def test_where_no_claims_are_known_the_reader_chooses_three():
    page = Sheet(sheet(KOREA, "sources"))
    assert page.all("claim") == []
    assert page.all("task")[0].startswith("Choose three sentences that claim something")
    assert len(page.all("room")) == 33


@pytest.mark.parametrize("scheme", [scheme for scheme in FOR_PAPER if scheme != "sources"])
def test_in_other_schemes_no_claim_is_marked(scheme):
    assert sheet(RUMOUR, scheme, asked=PLACES) == sheet(RUMOUR, scheme)


def test_the_numbers_in_a_key_of_claims_can_be_typed():
    page = Sheet(sheet(RUMOUR, "sources", key=TRACED))
    cells = page.all("td")[:40]  # of each claim: its number, who says so, the rung, why
    homes = [name for name in page.all("th") if name.isdecimal()]
    lines = ""
    for home, number, words, rung in zip(homes, cells[::4], cells[1::4], cells[2::4]):
        place = re.search(r" (\d*)(#\d+(?:-\d+)?)$", words)
        lines += f"c{number}: {rung}" + (f", {place[1] or home}{place[2]}" if place else "") + "\n"
    (answer,) = typed.parse(lines, RUMOUR, "sources", asked=PLACES)
    result = score(RUMOUR, answer.marks, TRACED)
    assert (result.right_label, result.extra, result.missed) == (10, 0, 0)


# On paper


def pages(page, source: str, **size) -> int:
    page.set_content(source)
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", page.pdf(prefer_css_page_size=True, **size)))


@pytest.fixture(scope="module")
def window(browser):
    with browser.new_context() as context:
        yield context.new_page()


def has_wide_letters(page) -> bool:
    """Tell whether this computer has none of the fonts that the sheet names, only wider ones, such as DejaVu."""
    page.set_content(sheet(KOREA, "cues-4"))
    return page.locator(".text p").first.evaluate("""(text) => {
        const line = document.createElement("canvas").getContext("2d");
        line.font = `100px ${getComputedStyle(text).fontFamily}`;
        return line.measureText("The mayor may resign, sources said.").width > 1600;
    }""")


@pytest.mark.page
@pytest.mark.parametrize("format", ["A4", "Letter"])
def test_how_many_pages_a_text_of_600_words_takes(window, format):
    more = has_wide_letters(window)
    assert pages(window, sheet(KOREA, "cues-4"), format=format) == 3 + more
    assert pages(window, sheet(KOREA, "cues-4", key=load_key(KOREA.id)), format=format) == 5 + more
    assert pages(window, sheet(KOREA, "roles-3"), format=format) == 2 + more
    assert pages(window, sheet(RUMOUR, "sources", asked=PLACES), format=format) == 3


@pytest.mark.page
@pytest.mark.parametrize("format", ["A4", "Letter"])
def test_the_key_of_a_short_text_stands_below_the_fold_line_of_the_same_page(window, format):
    article, key = small()
    assert pages(window, sheet(article, "cues-4", key=key), format=format) == 1


@pytest.mark.page
def test_larger_letters_take_more_pages(window):
    counts = [pages(window, sheet(KOREA, "cues-4", points=points), format="A4") for points in (12, 18, 24)]
    assert all(smaller < larger for smaller, larger in pairwise(counts))


@pytest.mark.page
@pytest.mark.parametrize("scheme", ["cues-4", "roles-3"])
@pytest.mark.parametrize("width", [360, 1000])
def test_a_sheet_fits_any_window(window, scheme, width):
    window.set_viewport_size({"width": width, "height": 800})
    window.set_content(sheet(KOREA, scheme, key=load_key(KOREA.id, scheme="roles" if scheme == "roles-3" else "cues")))
    assert window.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.page
@pytest.mark.parametrize("width", [360, 1000])
def test_a_sheet_of_claims_fits_any_window_and_room_stays_out_of_the_words(window, width):
    window.set_viewport_size({"width": width, "height": 800})
    window.set_content(sheet(RUMOUR, "sources", key=TRACED))
    assert window.evaluate("document.documentElement.scrollWidth") <= width
    assert window.evaluate("""() => [...document.querySelectorAll('.line')].every(line => {
        const told = line.querySelector('.told')?.getBoundingClientRect(), room = line.querySelector('.room')?.getBoundingClientRect();
        return !told || !room || told.right <= room.left || told.bottom <= room.top })""")


@pytest.mark.page
def test_the_number_of_a_word_is_below_it_and_above_the_next_line(window):
    """A number on a word's own letters, or on the next line's, cannot be read."""
    window.set_viewport_size({"width": 700, "height": 900})
    window.emulate_media(media="print")
    window.set_content(sheet(KOREA, "cues-4"))
    gaps = window.evaluate("""() => [...document.querySelectorAll('.said')].flatMap(said => {
        const words = [...said.querySelectorAll('.word')].map(word => {
          const box = word.getBoundingClientRect(), look = getComputedStyle(word, '::after');
          return { top: box.top, bottom: box.bottom, first: box.top + parseFloat(look.top),
                   last: box.top + parseFloat(look.top) + parseFloat(look.height) } });
        return words.flatMap(word => words.filter(other => other.top > word.bottom).slice(0, 1)
          .map(below => [word.first - word.bottom, below.top + 2 - word.last])) })""")
    window.emulate_media(media="screen")
    assert len(gaps) > 100
    assert min(under for under, _ in gaps) >= -0.5 and min(over for _, over in gaps) >= 0
