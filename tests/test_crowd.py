"""A class on one exercise: what is counted, what is shown, and of whom nothing is."""

import random
import re
from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pen_page import violations
from static_page import CUT, NASTY, OUT, TALLEST, Reading
from strategies import boards, marked, marks_on

from kit.errors import WrongArticleError
from kit.grading import sample
from kit.grading.crowd import MOST_NAMED, Crowd, class_figure
from kit.grading.grade import achieved, grade
from kit.measure.interval import wilson
from kit.measure.match import match
from kit.measure.score import Score, score
from kit.model.annotations import AnnotationSet
from kit.model.files import load_article, read_key
from kit.model.spans import Span
from kit.page.skyline import signs_of

KEYS = Path(__file__).parent.parent / "exercises" / "keys"
HARBOUR = ("Fire at the harbour\n\nThe mayor [<may> resign|might: A guess. Who knows?], "
           "[<sources> said|vague: Nobody is named. Which?]. The vote is in [May|-: the month]. "
           "[If|condition: Only then. When?] so, [gossip|hearsay??: Both ways.] ends.")
# Who marked what: first pass, mended pass.
CLASS = {
    "Ada":   (("may|might",), ("may|might", "sources|vague", "If|condition")),
    "Ben":   (("may|might", "May|might"), ("may|might", "May|might")),
    "Chloé": ((), ("may resign,|hearsay", "gossip|hearsay")),
    "Dov":   (("sources|vague", "If|condition"), ("sources|vague",)),
    "Enid":   (None, ("may|might", "May|might", "vote|vague")),
    "Fay":   ((), ()),
}


def of_class(names=tuple(CLASS), *, source=HARBOUR, **more):
    """Return the grades of a small class, by name."""
    article, key = marked(source)
    if more:
        key = replace(key, **more)
    grades = {}
    for name in names:
        first, final = CLASS[name]
        answer = marks_on(article, *final)
        passed = None if first is None else marks_on(article, *first).spans
        grades[name] = grade(article, replace(answer, first_pass=passed, stage="reasons"), key)
    return grades


def crowd_of(grades) -> Crowd:
    pairs = list(grades.items()) if isinstance(grades, dict) else [("", one) for one in grades]
    crowd = Crowd(pairs[0][1].article, pairs[0][1].key)
    for name, one in pairs:
        crowd.add(one, name=name)
    return crowd


# Values, by hand


def test_a_class_counted_by_hand():
    held = crowd_of(of_class()).tallies()
    article = held.article
    assert [(article.quote(item.cue.core), item.found, item.loose, item.missed, item.right) for item in held.items] == [
        ("may", 3, 1, 2, 3), ("sources", 2, 0, 4, 2), ("If", 1, 0, 5, 1)]
    assert [(article.quote(one.place), one.count, dict(one.labels), one.note) for one in held.extras] == [
        ("May", 2, {"might": 2}, "the month"), ("vote", 1, {"vague": 1}, "")]
    assert [(article.quote(item.cue), item.marked) for item in held.open] == [("gossip", 1)]
    assert [article.quote(item.cue.core) for item in held.hardest] == ["If", "sources", "may"]
    assert (held.up, held.same, held.down, held.unchecked) == (2, 3, 1, 1)
    assert held.first == Score(found=5, loose=0, missed=13, extra=3, right_label=5)
    assert held.mended == Score(found=6, loose=1, missed=11, extra=3, right_label=6)
    counted = {article.quote(token): count for token, count in zip(article.tokens, held.marked) if count}
    assert counted == {"may": 4, "resign": 1, ",": 1, "sources": 2, "If": 1, "May": 2, "gossip": 1, "vote": 1}


def test_the_share_of_a_cue_counts_halves_and_says_how_sure_it_is():
    held = crowd_of(of_class()).tallies()
    may = held.items[0]
    assert held.share(may) == 3.5 / 6
    assert held.interval(may) == wilson(3.5, 6)


@pytest.mark.parametrize(("counted", "of", "low", "high"), [
    (0, 10, 0.0, 0.2775), (1, 10, 0.0179, 0.4042), (5, 10, 0.2366, 0.7634), (81, 263, 0.2553, 0.3662), (0, 0, 0.0, 1.0)])
def test_wilson_gives_the_published_values(counted, of, low, high):
    """81 of 263 is example 1 of Newcombe (1998), Statistics in Medicine 17, table I, method 3."""
    assert wilson(counted, of) == pytest.approx((low, high), abs=5e-5)


def test_wilson_solves_the_equation_it_comes_from():
    """The ends are the shares from which the count lies just 1.96 standard errors away."""
    for counted, of in ((1, 7), (3.5, 6), (40, 41)):
        for end in wilson(counted, of):
            assert abs(counted / of - end) == pytest.approx(1.959964 * (end * (1 - end) / of) ** 0.5)


def test_chosen_reasons_are_counted_and_what_nobody_offered_is_one_kind():
    grades = of_class(responses={"q": {"right": ["yes"], "note": "Because."}, "two": {"right": ["a", "b"], "many": 2}})
    chosen = [{"q": "yes", "two": ["a", "b"]}, {"q": NASTY, "two": ["a", "z"]}, {"q": "yes"}, {}, {"q": ["yes"]}, {"q": 7}]
    grades = {name: grade(one.article, replace(one.answer, responses=given), one.key)
              for (name, one), given in zip(grades.items(), chosen)}
    one, two = crowd_of(grades).tallies().choices
    assert (one.counts, one.right_people, one.none) == ({"yes": 2, "": 1}, 2, 3)
    assert (two.counts, two.right_people, two.none) == ({"a": 2, "b": 1, "": 1}, 1, 4)
    assert "<script>" not in Reading(crowd_of(grades).page()).text


def test_points_are_spread_as_they_are():
    held = crowd_of(of_class()).tallies()
    assert sum(count for _, count in held.points) == 6 and held.out_of == 10
    worth = Counter(one.points / 10 for one in of_class().values())
    assert dict(held.points) == pytest.approx(dict(worth))


# Laws


@st.composite
def classes(draw):
    """Some answers on one article, with a key."""
    article, answer, key = draw(boards(items=4, most=5))
    others = [draw(boards_on(article)) for _ in range(draw(st.integers(0, 4)))]
    return [grade(article, one, key) for one in (answer, *others)]


@st.composite
def boards_on(draw, article):
    from strategies import answers

    answer = draw(answers(article, most=5))
    first = draw(st.one_of(st.none(), answers(article, most=5)))
    return replace(answer, first_pass=first and first.spans)


@given(classes(), st.randoms(use_true_random=False))
def test_the_order_of_adding_changes_nothing(grades, chance):
    shuffled = list(grades)
    chance.shuffle(shuffled)
    assert crowd_of(grades).tallies() == crowd_of(shuffled).tallies()


@given(classes(), st.data())
def test_two_crowds_add_up_to_the_crowd_of_both(grades, data):
    cut = data.draw(st.integers(0, len(grades)))
    parts = [Crowd(grades[0].article, grades[0].key) for _ in range(2)]
    for number, one in enumerate(grades):
        parts[number >= cut].add(one, name=str(number))
    whole = crowd_of({str(number): one for number, one in enumerate(grades)})
    assert (parts[0] + parts[1]).tallies() == whole.tallies()
    assert (parts[0] + parts[1]).page(least=1, names=True) == whole.page(least=1, names=True)


@given(classes())
def test_counts_equal_a_count_by_brute_force(grades):
    article, key = grades[0].article, grades[0].key
    held = crowd_of(grades).tallies()
    outcomes = [match(article, one.answer, key) for one in grades]
    for item in held.items:
        here = [outcome for each in outcomes for outcome in each if outcome.cue == item.cue]
        kinds = Counter(outcome.kind for outcome in here)
        assert (item.found, item.loose, item.missed) == (kinds["found"], kinds["loose"], kinds["missed"])
        assert item.right == sum(outcome.right_label is True for outcome in here)
        assert item.found + item.loose + item.missed == item.of == len(grades)
    for number, token in enumerate(article.tokens):
        assert held.marked[number] == sum(any(span.overlap(token) for span in one.answer.spans) for one in grades)
    places = [{(outcome.mark.start, outcome.mark.end) for outcome in each if outcome.kind == "extra"} for each in outcomes]
    assert {(one.place.start, one.place.end): one.count for one in held.extras} == Counter(
        place for each in places for place in each)
    assert held.mended == sum((score(article, one.answer, key) for one in grades), Score())
    steps = [(achieved(one.mended, key.scheme) or 0) - (achieved(one.first, key.scheme) or 0) for one in grades]
    assert (held.up, held.down) == (sum(step > 0 for step in steps), sum(step < 0 for step in steps))


@given(classes())
@settings(max_examples=30)
def test_alpha_is_that_of_nltk_on_the_same_answers(grades):
    from nltk.metrics.agreement import AnnotationTask

    article = grades[0].article
    triples = []
    for coder, one in enumerate(grades):
        for number, token in enumerate(article.tokens):
            here = sorted(span.label for span in one.answer.spans if span.overlap(token))
            triples.append((coder, number, here[0] if here else "nothing"))
    found = crowd_of(grades).tallies().alpha
    if len(grades) < 2 or len({label for _, _, label in triples}) < 2:
        assert found is None
    else:
        assert found == pytest.approx(AnnotationTask(triples).alpha())


# A large class


@cache
def lesson():
    article = load_article("singer-tour")
    return article, read_key(KEYS / "singer-tour-cues.key.json").in_scheme("cues-4")


def student(number: int, *, skill: float = 0.6, harder: tuple[float, ...] = ()):
    """Return the grade of somebody who finds each cue with this chance."""
    article, key = lesson()
    chance = random.Random(number)
    spans = [Span(cue.core.start, cue.core.end, cue.label) for place, cue in enumerate(key.tier("core"))
             if chance.random() < (harder[place] if harder else skill)]
    return grade(article, AnnotationSet.on(article, "cues-4", "student", spans), key)


def test_a_large_class_is_sampled_alike_however_it_is_cut_up(monkeypatch):
    monkeypatch.setattr(sample, "MOST", 20)
    grades = [student(number) for number in range(300)]
    article, key = lesson()
    crowd, back = Crowd(article, key), Crowd(article, key)
    for number, one in enumerate(grades):
        crowd.add(one, name=str(number))
    for number, one in reversed(list(enumerate(grades))):
        back.add(one, name=str(number))
    thirds = [Crowd(article, key) for _ in range(3)]
    for number, one in enumerate(grades):
        thirds[number % 3].add(one, name=str(number))
    assert crowd.tallies().alpha == back.tallies().alpha == (thirds[0] + thirds[1] + thirds[2]).tallies().alpha
    assert crowd.tallies().sampled == 20
    assert "a fixed sample of 20 of the 300 answers" in Reading(crowd.page()).text


def test_the_sample_looks_like_the_class(monkeypatch):
    """Evenly spread: half of the answers are empty, and so is about half of the sample."""
    monkeypatch.setattr(sample, "MOST", 100)
    article, key = lesson()
    held = sample.Sample()
    for number in range(2000):
        held.add(student(number).answer if number % 2 else AnnotationSet.on(article, "cues-4", "student"), str(number))
    chosen = list(held)
    assert len(chosen) == 100 and len(held.held) <= 201
    assert 30 <= sum(not one.spans for one in chosen) <= 70


def test_what_is_hard_comes_out_hard():
    harder = tuple(0.15 + 0.8 * place / 13 for place in range(14))
    held = crowd_of([student(number, harder=harder) for number in range(400)]).tallies()
    for item, true in zip(held.items, harder):
        low, high = held.interval(item)
        assert abs(held.share(item) - true) < 0.1 and high - low < 0.1
    assert held.hardest[0] == held.items[0] or held.hardest[0] == held.items[1]


def test_the_room_a_class_takes_does_not_grow():
    """Each answer has other marks and other names; what is kept is counts per place of the text."""
    article, key = lesson()

    def room(people: int) -> int:
        crowd = Crowd(article, key)
        for number in range(people):
            crowd.add(student(number), name=str(number))
        return sum(len(part) for part in (crowd._items, crowd._extras, crowd._sample.held, crowd._marked))

    assert room(1200) <= room(600) + 5


# Who sees what


def test_of_fewer_than_five_nothing_is_shown_but_how_many_and_why():
    """Two classes of four who did quite different things have the same page and the same figure."""
    one = crowd_of(of_class(("Ada", "Ben", "Chloé", "Dov")))
    other = crowd_of(of_class(("Fay", "Fay", "Fay", "Fay"))) + crowd_of(of_class(("Fay", "Enid", "Dov")))
    assert other.people == 4
    assert one.page() == other.page() and one.page(names=True) == other.page(names=True)
    assert str(one.figure()) == str(other.figure()) and one.figure().png() == other.figure().png()
    told = Reading(one.page()).text
    assert "4 answers so far" in told and "from 5 answers on" in told
    assert not any(name in one.page(names=True) for name in CLASS)


def test_what_only_a_few_did_has_no_mean_of_its_own():
    """First pass and mended pass are told of the same people, so that no difference tells of one of them."""
    held = crowd_of(of_class(("Ada", "Ben", "Chloé", "Dov", "Enid"))).tallies()
    assert held.first.asked == held.mended.asked == 5 * 3


def test_no_names_unless_asked():
    crowd = crowd_of(of_class())
    assert not [name for name in CLASS if name in crowd.page()]
    told = Reading(crowd.page(names=True)).text
    assert "Not with: Ben, Chloé, Dov, Enid, Fay" in told and "for the teacher alone" in told


def test_in_a_crowd_of_hundreds_nobody_is_named():
    grades = [student(number) for number in range(MOST_NAMED + 1)]
    crowd = crowd_of({f"Pupil {number}": one for number, one in enumerate(grades)})
    assert "Pupil" not in crowd.page(names=True)


def test_answers_of_another_text_or_key_are_refused():
    crowd = crowd_of(of_class())
    with pytest.raises(WrongArticleError):
        crowd.add(student(1))
    article, other = marked(HARBOUR.replace("|vague:", "|hearsay:"))
    with pytest.raises(ValueError, match="another key"):
        crowd.add(grade(article, marks_on(article), other))
    with pytest.raises(ValueError, match="same article"):
        crowd + crowd_of([student(1)])


# The page


def headings(source: str) -> list[int]:
    return [int(level) for level in re.findall(r"<h([1-6])\b", source)]


def test_the_page_needs_nothing_else_and_its_text_is_the_text():
    source = crowd_of(of_class()).page()
    read = Reading(source)
    assert not read.having("src") and not read.having("href") and "@import" not in source and "url(" not in source
    text = re.search(r'<div class="kit-view-text kit-skyline"[^>]*>(.*?)</div>', source, re.DOTALL)[1]
    assert Reading(text).text == of_class()["Ada"].article.text
    levels = headings(source)
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:]))


def test_the_page_tells_the_hardest_first_with_counts_before_shares():
    told = " ".join(Reading(crowd_of(of_class()).page()).text.split())
    assert told.index("1 of 6") < told.index("17 %")
    assert "Only then. When?" in told and told.index("Only then. When?") < told.index("A guess. Who knows?")
    assert "2 went up, 3 stayed the same and 1 went down" in told
    assert "3 of 4 took this pen" in told and "chosen by" not in told
    assert not re.search(r"\b(wrong|best|worst|weak|strong|good student)\b", told, re.IGNORECASE)


def test_hostile_words_stay_words():
    article, key = marked(HARBOUR)
    key = replace(key, responses={NASTY: {"right": [NASTY], "note": NASTY}})
    crowd = Crowd(article, key)
    for number in range(6):
        answer = AnnotationSet.on(article, "cues-4", NASTY, [Span(0, 4, NASTY, NASTY)])
        crowd.add(grade(article, replace(answer, responses={NASTY: NASTY}), key), name=f"{NASTY}{number}")
    source = crowd.page(names=True)
    read = Reading(source)
    assert read.tags.count("script") == 1 and "img" not in read.tags
    assert not [name for _, held in read.attributes for name in held if name.startswith("on")]
    assert NASTY in read.text


def test_roles_are_counted_by_sentence():
    article, key = load_article("focus-app"), read_key(KEYS / "focus-app-roles.key.json")
    asked = [cue for cue in key.tier("core") if cue.label != "furniture"]
    crowd = Crowd(article, key)
    for number in range(6):
        spans = [Span(cue.start, cue.end, "question" if place == number else cue.label)
                 for place, cue in enumerate(asked) if place < 10]
        crowd.add(grade(article, AnnotationSet.on(article, "roles", "student", spans), key))
    held = crowd.tallies()
    assert [(item.right, item.marked) for item in held.items] == [(5, 6)] * 6 + [(6, 6)] * 4 + [(0, 0)] * (len(asked) - 10)
    assert dict(held.items[0].labels) == {asked[0].label: 5, "question": 1}
    told = Reading(crowd.page()).text
    assert "Sentences, the hardest first" in told and "Who marked what" not in told


def test_rungs_are_counted_by_claim():
    article, key = load_article("strait-collision"), read_key(KEYS / "strait-collision-sources.key.json")
    crowd = Crowd(article, key)
    for number in range(6):
        spans = [Span(cue.start, cue.end, "rung-0" if number < 2 and cue.label == "rung-5" else cue.label,
                      joined=cue.joined) for cue in key.spans]
        crowd.add(grade(article, AnnotationSet.on(article, "sources", "student", spans), key))
    held = crowd.tallies()
    top = next(item for item in held.items if item.cue.label == "rung-5")
    assert (top.right, dict(top.labels), held.hardest[0]) == (4, {"rung-5": 4, "rung-0": 2}, top)
    assert sum(top.sources.values()) == 6
    told = " ".join(Reading(crowd.page()).text.split())
    assert "Asked who says so, 6 joined the words of the key." in told and "6 joined no words, as in the key." in told
    assert all(held.marked[token] == 6 for cue in key.spans if cue.label == "source"
               for token in range(*article.token_range(cue.core)))


# The figure


def test_the_figure_says_in_words_what_it_shows():
    picture = class_figure(of_class().values())
    words = str(picture)
    assert "“If” (17 %, 95 % interval 3 to 56 %)" in words
    assert "“May”, by 2 of 6" in words
    drawn = [part.get_gid() for part in picture.figure.axes[0].get_children()]
    assert drawn.count("share") == drawn.count("interval") == 3
    assert drawn.count("bar") == 8 and drawn.count("key") == 4


def test_a_figure_of_nothing_says_what_is_missing():
    with pytest.raises(ValueError, match="no grades"):
        class_figure([])


# in a browser


@cache
def class_page() -> str:
    crowd = crowd_of({f"Pupil {number}": student(number, skill=0.3 + number / 50) for number in range(24)})
    return crowd.page(names=True)


@pytest.mark.page
@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (900, "light"), (900, "dark")])
def test_nothing_sticks_out_and_axe_finds_nothing(browser, width, scheme):
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    page.set_content(class_page())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert violations(page) == []
    context.close()


@cache
def page_of_sentences(name: str, *, least: str) -> str:
    """Return the class page of an exercise on sentences, of which somebody chose each label."""
    article_id, scheme = name.rsplit("-", 1)
    article, key = load_article(article_id), read_key(KEYS / f"{name}.key.json")
    asked = [cue for cue in key.tier("core") if cue.label not in ("furniture", "source")]
    labels = sorted({cue.label for cue in asked})
    crowd = Crowd(article, key)
    for number in range(8):
        spans = [Span(cue.start, cue.end, least if (place + number) % 4 == 0 else labels[(place * number) % len(labels)])
                 for place, cue in enumerate(asked)]
        crowd.add(grade(article, AnnotationSet.on(article, scheme, "student", spans), key), name=f"Pupil {number}")
    return crowd.page(names=True)


@pytest.mark.page
@pytest.mark.parametrize("which", ["cues", "roles", "sources"])
def test_no_word_of_a_table_is_cut_and_sentences_have_room(browser, which):
    page = browser.new_page()
    page.set_content({"cues": class_page, "roles": lambda: page_of_sentences("focus-app-roles", least="projection"),
                      "sources": lambda: page_of_sentences("strait-collision-sources", least="rung-2")}[which]())
    for width in (1280, 1024, 900, 840, 780, 390):
        page.set_viewport_size({"width": width, "height": 800})
        assert (width, page.evaluate(CUT), page.evaluate(OUT)) == (width, [], 0)
    page.set_viewport_size({"width": 1280, "height": 800})
    assert page.evaluate(TALLEST) <= 5
    page.close()


BARS = """() => [...document.querySelectorAll('.kit-bar')].map(bar => ({
  share: parseFloat(bar.style.getPropertyValue('--kit-share')),
  high: getComputedStyle(bar, '::before').display === 'none' ? 0 : parseFloat(getComputedStyle(bar, '::before').height)}))"""


@pytest.mark.page
def test_a_bar_is_as_high_as_the_share_of_the_class(browser):
    page = browser.new_context().new_page()
    page.set_content(class_page())
    bars = page.evaluate(BARS)
    whole = 0.95 * 16
    assert len(bars) > 20 and {round(bar["share"], 3) for bar in bars} != {0}
    for bar in bars:
        assert bar["high"] == pytest.approx(max(2.0, whole * bar["share"]) if bar["share"] else 0, abs=2.1)
    page.context.close()


# How far the bar of each word stays above its tallest letter, in pixels.
ABOVE = """() => [...document.querySelectorAll('.kit-bar')].filter(bar => getComputedStyle(bar, '::before').display !== 'none').map(bar => {
  const pen = document.createElement('canvas').getContext('2d'), style = getComputedStyle(bar);
  pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  const letters = pen.measureText(bar.innerText.replace(/\\s/g, ''));
  return letters.fontBoundingBoxAscent - letters.actualBoundingBoxAscent
    + parseFloat(getComputedStyle(bar, '::before').bottom) - bar.getBoundingClientRect().height; })"""


@pytest.mark.page
def test_a_bar_touches_no_letter(browser):
    page = browser.new_page()
    page.set_content(class_page())
    gaps = page.evaluate(ABOVE)
    assert len(gaps) > 20 and min(gaps) >= 2
    page.close()


@pytest.mark.page
@pytest.mark.parametrize("scripts", [True, False])
def test_one_click_prints_and_without_a_script_there_is_no_button(browser, scripts):
    context = browser.new_context(java_script_enabled=scripts)
    page = context.new_page()
    page.set_content(class_page())
    button = page.locator(".kit-print")
    assert button.is_visible() is scripts
    if scripts:
        page.evaluate("window.print = () => { window.printed = true; }")
        button.click()
        assert page.evaluate("window.printed") is True
    assert page.locator(".kit-skyline .kit-bar").first.is_visible()
    context.close()


def test_words_that_as_many_marked_have_one_number_and_the_next_cue_has_its_own():
    """Two numbers above two short words were printed over each other."""
    article, key = marked("The tour [is <set> to|might] end, [may|might] [might|might] be.")
    crowd = Crowd(article, key)
    for number in range(120):
        chosen = ["is set to|might", "may|might", "might|might"] if number < 90 else []
        crowd.add(grade(article, marks_on(article, *chosen), key), name=str(number))
    signs = signs_of(crowd.tallies())
    words = {article.quote(article.tokens[token]): sign for token, sign in signs.items()}
    assert words == {"is": "75", "may": "75", "might": "75"}
