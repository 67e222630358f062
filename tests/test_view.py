"""Text with marks, comparisons and the pen without a kernel: for a page and for a terminal."""

import html
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pen_page import violations
from static_page import NASTY, Reading, page_of

from kit.errors import KitError, WrongArticleError
from kit.model.annotations import AnnotationSet, AnswerKey
from kit.model.article import Article
from kit.model.files import load_article, load_key
from kit.model.labels import CUES, SCHEMES
from kit.model.marked import parse
from kit.model.spans import Extent, Span
from kit.page.view import compare, fallback, show


def marked(source: str, *, scheme: str = "cues-4", annotator: str = "student", id: str = "text"):
    """Return article and marks from marked text."""
    text, key = parse(source, article=id, scheme=scheme)
    article = Article(id, "A title", "Our own", text)
    spans = [Span(item.start, item.end, item.label, item.note) for item in key.spans]
    return article, AnnotationSet.on(article, scheme, annotator, spans)


def key_of(source: str, *, scheme: str = "cues-4") -> AnswerKey:
    return parse(source, article="text", scheme=scheme)[1]


HARBOUR = ("Fire at the harbour\n\nThe mayor [may|might] resign, [sources|vague: which ones?] said. "
           "The vote is in May. If so, it ends.")
HARBOUR_KEY = ("Fire at the harbour\n\nThe mayor [<may> resign|might: A guess. Who knows?], "
               "[sources said|vague: Nobody is named.]. "
               "The vote is in [May|-: the month]. [If|condition: Only then. When?] so, it ends.")
MATE = "Fire at the harbour\n\nThe mayor may resign, [sources said|vague]. The vote is in [May|might]. If so, it ends."


@st.composite
def texts_with_marks(draw):
    signs = st.characters(exclude_categories=["Cs"])
    text = draw(st.text(signs | st.sampled_from("\n <&>'\"\r"), min_size=1, max_size=80))
    article = Article("text", "t", "s", text)
    bounds = st.tuples(st.integers(0, len(text)), st.integers(0, len(text))).filter(lambda pair: pair[0] < pair[1])
    spans = st.lists(st.tuples(bounds, st.sampled_from(CUES.ids), st.sampled_from(["", "why? <b>"])), max_size=5)
    sets = [AnnotationSet.on(article, "cues", f"reader {number}", [Span(*where, label, note)
                                                                   for where, label, note in held])
            for number, held in enumerate(draw(st.lists(spans, max_size=3)))]
    return article, sets


# show


@given(texts_with_marks())
def test_without_its_tags_the_text_is_the_text(case):
    article, sets = case
    page = show(article, *sets)
    assert Reading(page.text_html).text == article.text
    assert html.unescape(re.sub("<[^>]*>", "", page.text_html)) == article.text
    assert page.text_html in page._repr_html_()


@given(texts_with_marks())
def test_every_character_of_a_span_lies_in_a_mark_and_no_other(case):
    article, sets = case
    depth = [sum(span.start <= at < span.end for one in sets for span in one.spans) for at in range(len(article.text))]
    # Only the words of paragraphs are marked, not the white space between them.
    inside = {at for paragraph in article.paragraphs for at in range(paragraph.start, paragraph.end)}
    found, open_marks = [], 0
    for piece in re.findall("<[^>]*>|[^<]+", show(article, *sets).text_html):
        open_marks += piece.startswith("<mark") - (piece == "</mark>")
        found += [] if piece.startswith("<") else [open_marks] * len(html.unescape(piece))
    assert found == [count if at in inside else 0 for at, count in enumerate(depth)]


def test_hostile_words_stay_words():
    article = Article("text", NASTY, NASTY, NASTY + "\n\n" + NASTY, language=NASTY)
    mine = AnnotationSet.on(article, "cues", NASTY, [Span(0, 12, "modal", NASTY), Span(3, 9, NASTY)])
    other = AnnotationSet.on(article, "cues", NASTY + "2", [Span(2, 12, "vague", NASTY)])
    for source in (show(article, mine, other)._repr_html_(), fallback(article, mine),
                   compare(article, mine, other, mine)._repr_html_()):
        read = Reading(source)
        assert not {"script", "img"} & set(read.tags)
        assert not [name for _, held in read.attributes for name in held if name.startswith("on")]
        assert "<script>" in read.text


def test_headings_are_headings_and_paragraphs_have_their_own_direction():
    article, mine = marked("Title here\n\n[שלום|might] עולם.\n\nA part\n\nMore words.")
    read = Reading(show(article, mine).text_html)
    assert [tag for tag in read.tags if tag in ("h3", "h4", "p")] == ["h3", "p", "h4", "p"]
    assert all(held.get("dir") == "auto" for tag, held in read.attributes if tag in ("h3", "h4", "p"))


def test_a_label_is_told_by_letter_line_and_colour_and_named_in_the_legend():
    article, mine = marked(HARBOUR)
    read = Reading(show(article, mine)._repr_html_())
    marks = [(held["data-letter"], held["data-line"], re.search("#[0-9a-f]{6}", held["style"]).group())
             for held in read.having("data-letter")]
    assert marks == [("M", "solid", "#b35806"), ("W1", "dotted", "#6a3d9a")]
    assert "Might-words" in read.text and "If-words" not in read.text


def test_notes_are_on_the_page_without_hovering():
    article, mine = marked(HARBOUR)
    read = Reading(show(article, mine)._repr_html_())
    assert "which ones?" in read.text and not read.having("title")


def test_overlapping_marks_run_in_lanes_of_their_own():
    article = Article("text", "t", "s", "one two three")
    spans = [Span(0, 7, "modal"), Span(4, 13, "vague"), Span(8, 13, "modal")]
    read = Reading(show(article, AnnotationSet.on(article, "cues", "student", spans)).text_html)
    found = {held["data-letter"]: held["style"][-1] for held in read.having("data-letter")}
    assert found == {"M": "0", "W": "1"}


def test_an_empty_text_and_no_marks_can_be_shown():
    article = Article("text", "Nothing", "s", "")
    assert show(article).text_html == ""
    assert "no marks to compare" in compare(article, *[AnnotationSet.on(article, "cues", "student")] * 2)._repr_html_()


def test_marks_of_another_text_are_refused():
    article, mine = marked(HARBOUR)
    other = Article("other", "t", "s", "Another text.")
    for call in (lambda: show(other, mine), lambda: fallback(other, mine), lambda: compare(other, mine, mine)):
        with pytest.raises(WrongArticleError):
            call()


def test_schemes_that_do_not_read_as_one_are_refused():
    article, mine = marked(HARBOUR)
    with pytest.raises(KitError, match="cannot be read as"):
        compare(article, mine, AnnotationSet.on(article, "roles", "key"))


def test_in_a_terminal_the_text_is_marked_text():
    article, mine = marked(HARBOUR)
    found = parse(str(show(article, mine)).partition("\n\n")[2])[1].spans
    assert [(span.start, span.end, span.label, span.note) for span in found] == [
        (span.start, span.end, span.label, span.note) for span in mine.spans]


def test_the_fallback_has_text_marks_and_what_to_do():
    article, mine = marked(HARBOUR)
    read = Reading(fallback(article, mine))
    assert "2 marks are shown here. Run the cell to go on marking." in read.text
    assert len(read.having("data-letter")) == 2
    assert "script" not in read.tags and "input" not in read.tags


# compare


def test_the_table_has_one_row_per_place_in_reading_order():
    article, mine = marked(HARBOUR)
    comparison = compare(article, mine, key_of(HARBOUR_KEY))
    assert [(row.outcome, row.words) for row in comparison.rows] == [
        ("match", "may resign"), ("partly", "sources said"), ("missed", "If")]
    read = Reading(comparison._repr_html_())
    assert [held["data-outcome"] for tag, held in read.attributes if tag == "tr" and "data-outcome" in held] == [
        "match", "partly", "missed"]
    assert comparison.summary in read.text
    assert "A guess. Who knows?" in read.text and "not marked" in read.text
    assert (comparison.score.found, comparison.score.loose, comparison.score.missed) == (1, 1, 1)


def test_a_look_alike_says_so_and_nothing_is_called_wrong():
    article, mine = marked(MATE)
    read = Reading(compare(article, mine, key_of(HARBOUR_KEY))._repr_html_())
    assert "look-alike" in read.text and "the month" in read.text and "not in the key" in read.text
    assert not re.search(r"\bwrong\b", read.text, re.IGNORECASE)


def test_without_a_key_a_difference_is_only_mine_or_only_theirs():
    article, mine = marked(HARBOUR)
    comparison = compare(article, mine, marked(MATE, annotator="classmate")[1])
    words = {row.words: row.word for row in comparison.rows}
    assert words["may"] == "Only mine" and words["May"] == "Only theirs"
    assert comparison.score is None and 0 <= comparison.agreement.observed <= 1
    assert "Classmate" in Reading(comparison._repr_html_()).text


def test_a_further_reader_is_one_more_lane_and_column():
    article, mine = marked(HARBOUR)
    comparison = compare(article, mine, key_of(HARBOUR_KEY), marked(MATE, annotator="machine")[1])
    read = Reading(comparison._repr_html_())
    heads = [held["data-head"] for held in read.having("data-head")][:5]
    assert heads == ["Mine", "Key", "Machine", "Result", "Why"]
    lanes = {re.search(r"--kit-lane:(\d)", held["style"]).group(1) for held in read.having("data-letter")
             if "kit-view-under" in held["class"]}
    assert lanes == {"0", "1"}


def test_a_sentence_says_whose_marks_stand_above_the_words_and_whose_below():
    article, mine = marked(HARBOUR)
    key, machine = key_of(HARBOUR_KEY), marked(MATE, annotator="machine")[1]
    said = [Reading(compare(article, mine, *others)._repr_html_()).text for others in ((key,), (mine,), (key, machine))]
    assert "Your marks stand above the words, the key's below." in said[0]
    assert "Your marks stand above the words, theirs below." in said[1]
    assert "Below, from the top: the key's and Machine's." in said[2]


def test_labels_of_a_finer_key_are_shown_in_the_pens_of_the_student():
    article, mine = marked(HARBOUR)
    key = key_of(HARBOUR_KEY.replace("|might", "|modal"), scheme="cues")
    comparison = compare(article, mine, key)
    assert comparison.rows[0].outcome == "match"
    assert "modal" not in Reading(comparison._repr_html_()).text


def test_every_link_leads_somewhere_and_every_row_to_its_words_and_back():
    article = load_article("north-korea-2024")
    key = load_key("north-korea-2024")
    mine = AnnotationSet.on(article, "cues", "student", [Span(s.start, s.end, s.label) for s in key.spans[::2]])
    comparison = compare(article, mine, key)
    read = Reading(comparison._repr_html_())
    ids = [held["id"] for held in read.having("id")]
    assert len(ids) == len(set(ids))
    assert {held["href"][1:] for held in read.having("href")} <= set(ids)
    numbers = range(1, len(comparison.rows) + 1)
    assert {f"{comparison.sheet.id}-text-{number}" for number in numbers} <= set(ids)
    back = [held["href"] for held in read.having("data-sign")]
    assert set(back) == {f"#{comparison.sheet.id}-row-{number}" for number in numbers}


def test_two_comparisons_on_one_page_share_no_id_and_the_same_one_keeps_its_ids():
    article, mine = marked(HARBOUR)
    first, second = (compare(article, mine, key_of(HARBOUR_KEY)), compare(article, mine, marked(MATE)[1]))
    held = [{part["id"] for part in Reading(one._repr_html_()).having("id")} for one in (first, second)]
    assert held[0] and held[1] and not held[0] & held[1]
    assert first._repr_html_() == compare(article, mine, key_of(HARBOUR_KEY))._repr_html_()


def test_next_difference_visits_all_differences_once_and_previous_goes_back():
    article = load_article("north-korea-2024")
    comparison = compare(article, AnnotationSet.on(article, "cues", "student"), load_key("north-korea-2024"))
    source = comparison._repr_html_()
    rows = dict(re.findall(r'<tr [^>]*id="\S+-row-(\d+)"(.*?)</tr>', source, re.DOTALL))
    at, visited = re.search(r"First difference: (\d+)", source).group(1), []
    while at:
        visited.append(int(at))
        following = re.search(r'aria-label="Next difference: (\d+)"', rows[at])
        at = following.group(1) if following else None
        if at:
            assert f'aria-label="Previous difference: {visited[-1]}"' in rows[at]
    assert visited == [number for number, row in enumerate(comparison.rows, start=1) if row.outcome == "missed"]


def test_marks_of_white_space_alone_have_a_row_and_no_place_in_the_text():
    article = Article("text", "t", "s", "One.\n\n   \n\nTwo.")
    mine = AnnotationSet.on(article, "cues", "student", [Span(5, 8, "modal")])
    comparison = compare(article, mine, AnnotationSet.on(article, "cues", "classmate", [Span(0, 3, "modal")]))
    assert [row.outcome for row in comparison.rows].count("extra") == 1
    assert [held["data-sign"] for held in Reading(comparison._repr_html_()).having("data-sign")] == ["−1"]


def width_of(line: str) -> int:
    """An oracle of its own: wide signs fill two columns, combining ones none."""
    return sum(0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1
               for sign in line)


@given(texts_with_marks(), texts_with_marks())
def test_in_a_terminal_a_comparison_keeps_to_80_columns_and_obeys_nobody(case, other):
    article, sets = case
    sets = [*sets, AnnotationSet.on(article, "cues", "a"), AnnotationSet.on(article, "cues", "b\x1b[2J")]
    lines = str(compare(article, *sets)).split("\n")
    assert max(map(width_of, lines)) <= 80
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", "".join(lines))


def test_a_comparison_in_a_terminal_has_words_labels_results_and_reasons():
    article, mine = marked(HARBOUR)
    printed = str(compare(article, mine, key_of(HARBOUR_KEY)))
    for part in ("[may|might]", "[sources said|vague]", "~ Partly", "= Match", "(not marked)", "Only then. When?"):
        assert part in printed
    assert "\x1b" not in printed


# in a browser


@pytest.fixture(scope="module")
def lesson():
    """The article of lesson 1, marks of a student with every result, and the key."""
    article, key = load_article("north-korea-2024"), load_key("north-korea-2024")
    core = key.tier("core")
    spans = [Span(cue.start, cue.end, cue.label, "why?") for cue in core[:4]]
    spans.append(Span(core[4].start, core[4].end, "condition" if core[4].label != "condition" else "modal"))
    first, stop = article.token_range(core[5])
    spans.append(Span(*_bounds(article.extent(first, stop + 1)), core[5].label))
    spans += [Span(*_bounds(sentence), "vague") for sentence in article.sentences[-1:]]
    return article, AnnotationSet.on(article, "cues", "student", spans), key


def _bounds(extent: Extent) -> tuple[int, int]:
    return extent.start, extent.end


def visible(page) -> list[str]:
    return page.eval_on_selector_all("tbody tr", "rows => rows.filter(r => r.offsetParent).map(r => r.dataset.outcome)")


@pytest.mark.page
def test_rows_are_filtered_without_a_script_and_counts_are_true(browser, lesson):
    comparison = compare(*lesson)
    outcomes = [row.outcome for row in comparison.rows]
    assert {"match", "partly", "label", "missed", "extra", "open"} == set(outcomes)
    page = page_of(browser, comparison._repr_html_(), java_script_enabled=True)
    assert visible(page) == outcomes
    for outcome in dict.fromkeys(outcomes):
        choice = page.locator(f'label:has(input[value="result-{outcome}"])')
        choice.click()
        assert visible(page) == [one for one in outcomes if one == outcome]
        assert f"({outcomes.count(outcome)})" in choice.inner_text()
    page.locator('label:has(input[value="result-all"])').click()
    for slot, label in enumerate(comparison.sheet.labels):
        page.locator(f'label:has(input[value="label-{slot}"])').click()
        assert len(visible(page)) == sum(any(label in lane for lane in lanes) for lanes in comparison.sheet.lanes)


@pytest.mark.page
def test_a_choice_without_rows_says_so(browser, lesson):
    comparison = compare(*lesson)
    page = page_of(browser, comparison._repr_html_())
    pairs = {(row.outcome, label) for row, lanes in zip(comparison.rows, comparison.sheet.lanes)
             for lane in lanes for label in lane}
    slot = next(slot for slot, label in enumerate(comparison.sheet.labels) if ("partly", label) not in pairs)
    page.locator('label:has(input[value="result-partly"])').click()
    assert not page.locator(".kit-view-none").is_visible()
    page.locator(f'label:has(input[value="label-{slot}"])').click()
    assert visible(page) == [] and page.locator(".kit-view-none").is_visible()


MARKED = """() => [...document.querySelectorAll('.kit-view-place')]
  .filter(place => getComputedStyle(place.querySelector('mark')).backgroundColor !== 'rgba(0, 0, 0, 0)')
  .map(place => place.dataset.outcome)"""


@pytest.mark.page
def test_a_choice_leaves_only_its_own_words_marked_in_the_text(browser, lesson):
    comparison = compare(*lesson)
    page = page_of(browser, comparison._repr_html_())
    assert set(" ".join(page.evaluate(MARKED)).split()) == {row.outcome for row in comparison.rows}
    assert page.locator(".kit-view-jumps").first.is_visible()
    page.locator('label:has(input[value="result-missed"])').click()
    assert page.evaluate(MARKED) == ["missed"] * [row.outcome for row in comparison.rows].count("missed")
    assert not page.locator(".kit-view-jumps").first.is_visible()  # they would lead to hidden rows


@pytest.mark.page
def test_words_lead_to_their_row_and_back(browser, lesson):
    page = page_of(browser, compare(*lesson)._repr_html_())
    for number in (3, 12):
        page.locator("tbody tr").nth(number - 1).locator("a").first.click()
        assert page.evaluate("document.activeElement.id").endswith(f"-text-{number}")
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id").endswith(f"-row-{number}")


@pytest.mark.page
def test_the_keyboard_reaches_filters_and_links(browser, lesson):
    comparison = compare(*lesson)
    page = page_of(browser, comparison._repr_html_())
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    assert set(visible(page)) == {"match"}
    page.keyboard.press("Enter")
    assert page.url == "about:blank"  # choosing sends nothing anywhere
    page.keyboard.press("ArrowLeft")
    assert len(visible(page)) == len(comparison.rows)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent").startswith("First difference")
    page.keyboard.press("Enter")
    target = page.evaluate("document.querySelector('tr:target').dataset.outcome")
    assert target not in ("match", "open")


def test_no_key_on_a_link_or_a_choice_is_taken_for_a_command_of_jupyterlab(lesson):
    """JupyterLab looks at the focused element first: a box around it that says so comes too late."""
    for tag, held in Reading(compare(*lesson)._repr_html_()).attributes:
        if tag in ("a", "input") or "tabindex" in held:
            assert held["data-lm-suppress-shortcuts"] == "true"


@pytest.mark.page
def test_the_same_comparison_twice_on_a_page_filters_each_for_itself(browser, lesson):
    source = compare(*lesson)._repr_html_()
    page = page_of(browser, source + source)
    page.locator('label:has(input[value="result-missed"])').last.click()
    assert page.locator('input[value="result-all"]').first.is_checked()


@pytest.mark.page
@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (900, "light"), (900, "dark")])
def test_nothing_sticks_out_and_axe_finds_nothing(browser, lesson, width, scheme):
    article, mine, key = lesson
    for source in (show(article, mine, key)._repr_html_(), compare(article, mine, key, mine)._repr_html_(),
                   fallback(article, mine)):
        page = page_of(browser, source, width=width, scheme=scheme)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert violations(page) == []
        page.context.close()


LETTERS = """() => [...document.querySelectorAll('[data-letter]')].map(mark => {
  const canvas = new OffscreenCanvas(1, 1).getContext('2d', {willReadFrequently: true});
  const rgb = (...colours) => { colours.forEach(c => { canvas.fillStyle = c; canvas.fillRect(0, 0, 1, 1); });
                                return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3); };
  const paper = getComputedStyle(mark.closest('.kit-view')).backgroundColor, style = getComputedStyle(mark);
  return {letter: mark.dataset.letter, paper: rgb(paper), wash: rgb(paper, style.backgroundColor),
          text: rgb(style.color), line: rgb(style.textDecorationColor),
          ink: rgb(getComputedStyle(mark, '::before').color)};
})"""


def contrast(one: list[int], other: list[int]) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.1, "contrast ratio")."""
    def light(colour):
        parts = [part / 255 for part in colour]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.page
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("labels", SCHEMES)
def test_letters_and_marked_words_are_legible_and_lines_can_be_seen(browser, scheme, labels):
    ids = SCHEMES[labels].ids
    article = Article("text", "t", "s", " ".join(ids) + ".")
    starts = [article.text.index(label) for label in ids]
    spans = [Span(at, at + len(label), label) for at, label in zip(starts, ids)]
    mine = AnnotationSet.on(article, labels, "student", spans)
    found = page_of(browser, show(article, mine)._repr_html_(), scheme=scheme).evaluate(LETTERS)
    assert [mark["letter"] for mark in found] == [SCHEMES[labels][label].letter for label in ids]
    for mark in found:
        assert contrast(mark["ink"], mark["paper"]) >= 4.5
        assert contrast(mark["text"], mark["wash"]) >= 4.5
        assert contrast(mark["line"], mark["paper"]) >= 3
