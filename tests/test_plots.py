"""The pictures hold what the data hold, say the same in words, and can be read by everybody."""

import base64
import io
import re
import subprocess
import sys
import warnings
from collections import Counter
from functools import cache
from itertools import combinations

import pytest
from answered import course
from hypothesis import given, settings
from hypothesis import strategies as st
from rumour import KEY as CLAIMS_KEY
from rumour import MANY, RUMOUR
from rumour import MINE as MY_CLAIMS

from kit.errors import WrongArticleError
from kit.measure.row import sentence_numbers
from kit.measure.score import score
from kit.model.annotations import AnnotationSet
from kit.model.article import Article
from kit.model.files import load_article, load_key
from kit.model.labels import CUES_4, ROLES, ROLES_3, SCHEMES
from kit.model.spans import Span
from kit.page.anatomy import anatomy, compared
from kit.page.baselines import baselines
from kit.page.ladder import ladder
from kit.page.machine import as_answer
from kit.page.picture import NARROW, WIDE
from kit.page.progress import progress
from kit.page.ribbon import ribbon
from kit.page.tree import source_tree
from kit.reader.reading import machine_read

ARTICLE = load_article("north-korea-2024")
KEY = load_key("north-korea-2024", scheme="cues")
ROLE_KEY = load_key("north-korea-2024", scheme="roles")


def student(count: int = 9) -> AnnotationSet:
    """Marks of a student: some of the key's cues, in the four pens, and one word of their own."""
    spans = [Span(item.core.start, item.core.end, item.label) for item in KEY.spans[:count]]
    mine = AnnotationSet.on(ARTICLE, "cues", "student", spans).in_scheme("cues-4")
    at = ARTICLE.text.index("Korean War")
    return AnnotationSet.on(ARTICLE, "cues-4", "student", [*mine.spans, Span(at, at + 6, "vague")])


def own_roles() -> AnnotationSet:
    body = [sentence for number, sentence in enumerate(ARTICLE.sentences) if number not in ARTICLE.headings]
    spans = [Span(where.start, where.end, ROLES_3.ids[at % 3]) for at, where in enumerate(body) if at % 5]
    return AnnotationSet.on(ARTICLE, "roles-3", "student", spans)


MINE, OWN_ROLES = student(), own_roles()


def drawn(figure) -> Counter:
    """Return how many things of each kind stand in a figure, by what they say they are."""
    artists = figure.axes[0].get_children()
    return Counter(artist.get_gid() for artist in artists if artist.get_gid())


def both(picture) -> tuple:
    return picture.figure, picture.narrow


def words_in(figure) -> Counter:
    return Counter(text.get_text() for text in figure.axes[0].texts)


def background() -> list[Span]:
    return [span for span in ROLE_KEY.spans if span.label == "background"]


def inside(spans, places) -> int:
    return sum(any(place.start <= span.start < place.end for place in places) for span in spans)


# the certainty ribbon


def test_the_ribbon_has_a_marker_for_every_cue_and_a_block_for_every_sentence():
    for figure in both(ribbon(ARTICLE, MINE, KEY, ROLE_KEY)):
        found = drawn(figure)
        core = [item for item in KEY.spans if item.tier == "core"]
        assert found["mine"] == len(MINE.spans)
        assert (found["key"], found["key-open"]) == (len(core), len(KEY.spans) - len(core))
        assert found["background"] == len(background())
        assert found["heading"] == len(ARTICLE.headings)
        assert found["background"] + found["sentence"] + found["heading"] == len(ARTICLE.sentences)


def test_own_cues_stand_above_the_bar_and_the_key_below():
    figure = ribbon(ARTICLE, MINE, KEY, None).figure
    axes = figure.axes[0]
    bar = next(patch for patch in axes.patches if patch.get_gid() == "sentence")
    for collection in axes.collections:
        height = collection.get_offsets()[0][1]
        if collection.get_gid() == "mine":
            assert height < bar.get_y()
        if (collection.get_gid() or "").startswith("key"):
            assert height > bar.get_y() + bar.get_height()


def test_cues_stand_in_the_order_of_the_text():
    axes = ribbon(ARTICLE, MINE, None, None).figure.axes[0]
    places = [mark.get_offsets()[0][0] for mark in axes.collections if mark.get_gid() == "mine"]
    assert places == sorted(places) and len(set(places)) > 5


def test_the_ribbon_in_words_has_the_numbers_of_the_data():
    words = ribbon(ARTICLE, MINE, KEY, ROLE_KEY).words
    mine = Counter(span.label for span in MINE.spans)
    to_four = SCHEMES["cues"].coarser["cues-4"]
    core = [item for item in KEY.spans if item.tier == "core"]
    asked = Counter(to_four[item.label] for item in core)
    own_part, key_part = words.split("The key has ")
    assert own_part.startswith(f"You marked {len(MINE.spans)} cues: ")
    assert key_part.startswith(f"{len(core)} cues: ")
    for label in CUES_4.labels:
        for part, counts in ((own_part, mine), (key_part, asked)):
            assert (f"{counts[label.id]} {label.name} ({label.letter})" in part) == bool(counts[label.id])
    assert f"{len(KEY.spans) - len(core)} more may be marked or not." in words
    body = len(ARTICLE.sentences) - len(ARTICLE.headings)
    there = [inside(spans, background()) for spans in (MINE.spans, core)]
    assert (f"{len(background())} of {body} sentences are background. "
            f"In them: {there[0]} of your cues, {there[1]} of the key's cues.") in words


@pytest.mark.parametrize(("mine", "key", "roles", "part"), [
    (None, KEY, ROLE_KEY, "Your own marks are not in this picture."),
    (MINE, None, ROLE_KEY, "There is no key in this picture."),
    (AnnotationSet.on(ARTICLE, "cues-4", "student"), KEY, None, "You marked no cue."),
    (None, None, None, "There is no key in this picture."),
])
def test_what_is_not_there_is_left_out_and_said(mine, key, roles, part):
    picture = ribbon(ARTICLE, mine, key, roles)
    assert part in picture.words
    found = drawn(picture.figure)
    assert found["mine"] == len(mine.spans if mine else ())
    assert found["key"] + found["key-open"] == len(key.spans if key else ())
    assert bool(found["background"]) == (roles is not None) == ("background" in picture.words)
    assert ("You" in words_in(picture.figure), "Key" in words_in(picture.figure)) == (mine is not None, key is not None)


def test_a_text_without_words_has_pictures_all_the_same():
    empty = Article("empty", "t", "s", "  \n ")
    mine = AnnotationSet.on(empty, "cues-4", "student", [Span(0, 1, "might")])
    assert drawn(ribbon(empty, mine, None, None).figure)["mine"] == 0
    assert ribbon(empty, mine, None, None).png().startswith(b"\x89PNG")
    assert anatomy(empty, None, None, mine).words == "No sentence has a role yet. No cue is shown."


def test_sets_of_another_text_are_refused():
    other = Article("other", "t", "s", "Another text.")
    with pytest.raises(WrongArticleError):
        ribbon(other, MINE, None, None)
    with pytest.raises(WrongArticleError):
        anatomy(other, None, ROLE_KEY, None)


# the article anatomy


def test_the_anatomy_has_a_block_for_every_role_and_a_tick_for_every_cue():
    to_three = SCHEMES["roles"].coarser["roles-3"]
    heads = {ARTICLE.sentences[number].start for number in ARTICLE.headings}
    for figure in both(anatomy(ARTICLE, OWN_ROLES, ROLE_KEY, KEY)):
        found = drawn(figure)
        assert found["cue"] == len(KEY.tier("core"))
        for label in ("claim", "background", "other"):
            assert found[f"mine-{label}"] == len(OWN_ROLES.labelled(label))
            assert found[f"key-{label}"] == sum(to_three[span.label] == label and span.start not in heads
                                                for span in ROLE_KEY.spans)
        body = len(ARTICLE.sentences) - len(ARTICLE.headings)
        assert sum(count for gid, count in found.items() if gid.startswith("mine-")) == body


def test_the_anatomy_in_words_has_the_numbers_of_the_data():
    words = anatomy(ARTICLE, OWN_ROLES, ROLE_KEY, MINE).words
    there = inside(MINE.spans, background())
    assert f"{len(MINE.spans)} cues on top, {there} of them in background sentences." in words
    own = words.split("The key's roles: ")[0]
    for label in ROLES_3.ids[:3]:
        assert f"{len(OWN_ROLES.labelled(label))} {ROLES_3[label].name}" in own


HEALTH = load_article("sleep-study")
HEALTH_KEY = load_key("sleep-study", scheme="roles")
BODY = [number for number in range(len(HEALTH.sentences)) if number not in HEALTH.headings]
CHOSEN = st.lists(st.sampled_from(["", *ROLES.ids[:-1]]), min_size=len(BODY), max_size=len(BODY))


def sorted_as(labels) -> AnnotationSet:
    return AnnotationSet.on(HEALTH, "roles", "student", [
        Span(HEALTH.sentences[number].start, HEALTH.sentences[number].end, label) for number, label in zip(BODY, labels) if label])


def signs(figure) -> list[str]:
    """Return the signs between the lanes in reading order, without those of the legend."""
    found = [text for text in figure.axes[0].texts if text.get_text() in "≠?" and text.get_size() == 11]
    legend = max(text.get_position()[1] for text in figure.axes[0].texts)
    rows = sorted((round(text.get_position()[1]), text.get_position()[0], text.get_text()) for text in found)
    numbers = max(text.get_position()[1] for text in figure.axes[0].texts if text.get_size() == 9)
    return [sign for y, _, sign in rows if y < numbers < legend]


@settings(max_examples=12)
@given(CHOSEN)
def test_the_anatomy_tells_how_many_roles_are_in_the_key_and_where_others_are(labels):
    mine = sorted_as(labels)
    picture, found = anatomy(HEALTH, mine, HEALTH_KEY, None), score(HEALTH, mine, HEALTH_KEY)
    asked = found.found + found.loose
    assert f"In {found.right_label} of {asked} sentence{'s' * (asked != 1)} that both sorted, your role is in the key." in picture.words
    different = compared(HEALTH, mine, HEALTH_KEY)
    named_there = re.search("It is another one in ([^.]*)[.]", picture.words)
    numbers = [sentence_numbers(HEALTH)[sentence] for sentence, sign in different.items() if sign == "≠"]
    assert len(numbers) == asked - found.right_label == (0 if not named_there else len(told_numbers(named_there.group(1))))
    assert not numbers or told_numbers(named_there.group(1)) == numbers
    for figure in both(picture):
        assert signs(figure) == [sign for sign in different.values() if sign in "≠?" and sign]


def told_numbers(words: str) -> list[int]:
    """Return the numbers in "sentences 3, 5 to 8 and 12"."""
    runs = [list(map(int, run.split(" to "))) for run in re.findall(r"\d+(?: to \d+)?", words)]
    return [number for run in runs for number in range(run[0], run[-1] + 1)]


def test_a_role_that_the_key_also_accepts_is_in_the_key():
    item = next(item for item in HEALTH_KEY.tier("core") if item.also)
    at = HEALTH.sentence_range(item)[0]
    for label, sign in ((item.label, ""), (item.also[0], ""), ("question", "≠")):
        mine = AnnotationSet.on(HEALTH, "roles", "student", [Span(item.start, item.end, label)])
        assert compared(HEALTH, mine, HEALTH_KEY)[at] == sign


def test_every_sentence_has_its_number_below_the_bar():
    for figure in both(anatomy(HEALTH, None, HEALTH_KEY, None)):
        shown = [text.get_text() for text in figure.axes[0].texts if text.get_size() == 9]
        assert shown == [str(number) for number in range(1, len(BODY) + 1)]


def test_every_block_of_the_anatomy_carries_the_letter_of_its_role():
    figure = anatomy(ARTICLE, None, ROLE_KEY, None).figure
    blocks = drawn(figure)
    for label in ROLES.labels[:-1]:
        in_legend = 1 if blocks[f"key-{label.id}"] else 0
        assert words_in(figure)[label.letter] == blocks[f"key-{label.id}"] + in_legend


# for everybody


PICTURES = {
    "ribbon": lambda: ribbon(ARTICLE, MINE, KEY, ROLE_KEY),
    "ribbon with nothing": lambda: ribbon(ARTICLE, None, None, None),
    "anatomy": lambda: anatomy(ARTICLE, OWN_ROLES, ROLE_KEY, KEY),
    "anatomy in seven roles": lambda: anatomy(ARTICLE, None, ROLE_KEY, MINE),
    "anatomy of lesson 2": lambda: anatomy(HEALTH, sorted_as(("claim", "", *ROLES.ids[:-1]) * 3), HEALTH_KEY, load_key(HEALTH.id)),
    "baselines of cues": lambda: baselines(ARTICLE, MINE, KEY, machine_read(ARTICLE)),
    "baselines of claims": lambda: baselines(RUMOUR, MY_CLAIMS, CLAIMS_KEY,
                                             as_answer(RUMOUR, machine_read(RUMOUR), CLAIMS_KEY)),
    "progress": lambda: progress(course()),
    "progress with nothing": lambda: progress(course() / "none"),
    "ladder": lambda: ladder(RUMOUR, MY_CLAIMS, CLAIMS_KEY),
    "ladder with nothing": lambda: ladder(RUMOUR, None, None),
    "ladder of many claims": lambda: ladder(*MANY, None),
    "tree": lambda: source_tree(RUMOUR, MY_CLAIMS, CLAIMS_KEY),
    "tree with nothing": lambda: source_tree(RUMOUR, None, None),
    "tree of many claims": lambda: source_tree(*MANY, None),
}


@cache
def picture_of(name: str):
    """One of the pictures, drawn once for all tests that only look at it."""
    return PICTURES[name]()


@cache
def png_of(name: str, narrow: bool = False) -> bytes:
    return picture_of(name).png(narrow=narrow)


@pytest.mark.parametrize("name", PICTURES)
def test_no_text_is_small_cut_off_or_over_other_text(name):
    picture = picture_of(name)
    png_of(name), png_of(name, True)
    for figure, width in ((picture.figure, WIDE), (picture.narrow, NARROW)):
        assert round(figure.get_size_inches()[0] * 96) == width  # shown at this width, in CSS pixels
        boxes = []
        for text in figure.axes[0].texts:
            assert text.get_size() >= 9
            box = text.get_window_extent()
            assert figure.bbox.x0 <= box.x0 and box.x1 <= figure.bbox.x1
            assert figure.bbox.y0 <= box.y0 and box.y1 <= figure.bbox.y1
            boxes.append((text.get_text(), box))
        names = [(words, box) for words, box in boxes if len(words) > 1]  # letters stand in their markers
        assert [(one[0], other[0]) for one, other in combinations(names, 2) if one[1].overlaps(other[1])] == []


@pytest.mark.parametrize("name", PICTURES)
def test_nothing_is_drawn_beyond_the_edge(name):
    """The outermost pixels of all four sides are paper."""
    from matplotlib.image import imread

    for narrow in (False, True):
        image = imread(io.BytesIO(png_of(name, narrow)))
        for side in (image[:3], image[-3:], image[:, :3], image[:, -3:]):
            assert (side == 1).all()


def grey(colour) -> float:
    from matplotlib.colors import to_rgb

    return sum(share * part for share, part in zip((0.299, 0.587, 0.114), to_rgb(colour)))


def test_in_grey_print_roles_differ_by_hatch_and_background_by_shade():
    axes = anatomy(ARTICLE, None, ROLE_KEY, None).figure.axes[0]
    looks = {patch.get_gid(): (patch.get_hatch() or "", grey(patch.get_facecolor())) for patch in axes.patches
             if (patch.get_gid() or "").startswith("key-")}
    assert len(looks) == 6
    for one, other in combinations(looks.values(), 2):
        assert one[0] != other[0]
    axes = ribbon(ARTICLE, MINE, KEY, ROLE_KEY).figure.axes[0]
    shaded, plain = (next(patch for patch in axes.patches if patch.get_gid() == gid)
                     for gid in ("background", "sentence"))
    assert shaded.get_hatch() and not plain.get_hatch()
    assert grey(plain.get_facecolor()) - grey(shaded.get_facecolor()) > 0.08


def test_labels_differ_by_letter_and_shape_and_letters_stand_out():
    axes = ribbon(ARTICLE, MINE, KEY, None).figure.axes[0]
    shapes = {}
    for mark in axes.collections:
        if mark.get_gid() == "mine":
            shapes.setdefault(tuple(mark.get_facecolor()[0]), set()).add(mark.get_paths()[0].vertices.tobytes())
    assert len(shapes) > 2 and all(len(held) == 1 for held in shapes.values())
    assert len(set.union(*shapes.values())) == len(shapes)
    for colour in shapes:  # white letters
        assert (1 + 0.05) / (light(colour) + 0.05) >= 4.5


def light(colour) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.1, "relative luminance")."""
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour[:3]]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("name", PICTURES)
def test_the_same_data_give_the_same_bytes_whatever_the_notebook_has_set(name):
    import matplotlib

    once = png_of(name)
    settings_of_a_notebook = {"savefig.bbox": "tight", "savefig.dpi": 50, "figure.dpi": 30}
    with matplotlib.rc_context(settings_of_a_notebook):
        assert PICTURES[name]().png() == once


def test_drawing_warns_of_nothing(caplog):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for make in PICTURES.values():
            make()._repr_html_()
    assert "findfont" not in caplog.text


def test_a_notebook_gets_image_alternative_text_and_words():
    picture = ribbon(ARTICLE, MINE, KEY, ROLE_KEY)
    bundle = picture._repr_mimebundle_()
    assert base64.b64decode(bundle["image/png"]) == picture.png()
    assert bundle["text/plain"] == f"Certainty ribbon\nIn words: {picture.words}"
    html = bundle["text/html"]
    assert f"<b>In words:</b> {picture.words.replace(chr(39), '&#x27;')}" in html
    alternative = re.search(' alt="([^"]*)"', html).group(1)
    assert alternative.startswith("Certainty ribbon. You marked")


@pytest.mark.page
@pytest.mark.parametrize(("width", "shown"), [(360, NARROW - 32), (1000, WIDE)])
def test_a_narrow_page_gets_the_narrow_picture(browser, width, shown):
    page = browser.new_context(viewport={"width": width, "height": 800}).new_page()
    picture = ribbon(ARTICLE, MINE, KEY, ROLE_KEY)
    page.set_content(f'<body style="margin:16px">{picture._repr_html_()}</body>')
    page.wait_for_function("document.images[0].complete && document.images[0].naturalWidth")
    image = page.evaluate("({at: document.images[0].currentSrc, width: document.images[0].clientWidth})")
    assert base64.b64decode(image["at"].partition(",")[2]) == picture.png(narrow=width < 700)
    assert image["width"] == shown
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@settings(max_examples=12)
@given(st.lists(st.tuples(st.integers(0, 190), st.integers(1, 9), st.sampled_from(CUES_4.ids)), max_size=60))
def test_any_marks_are_all_drawn_and_told(where):
    article = Article("text", "t", "s", "It may rain. " * 15 + "\n\nA head\n\nSo it is.")
    mine = AnnotationSet.on(article, "cues-4", "student", [Span(at, at + length, label) for at, length, label in where])
    picture = ribbon(article, mine, None, None)
    assert all(drawn(figure)["mine"] == len(where) for figure in both(picture))
    told = [int(number) for number in re.findall(r"(\d+) [^,:(]* \(", picture.words)]
    assert sum(told) == len(where)


@pytest.mark.parametrize("count", [1, 60, 400])
def test_long_articles_grow_downwards_and_stay_as_wide(count):
    article = Article("long", "t", "s", "\n\n".join(["The mayor may resign soon. It is not clear."] * count))
    at = [match.start() for match in re.finditer("may ", article.text)]
    mine = AnnotationSet.on(article, "cues-4", "student", [Span(start, start + 3, "might") for start in at])
    picture = ribbon(article, mine, None, None)
    for figure, width in ((picture.figure, WIDE), (picture.narrow, NARROW)):
        assert drawn(figure)["mine"] == count
        assert round(figure.get_size_inches()[0] * 96) == width and figure.get_size_inches()[1] < 40
        xs = [mark.get_offsets()[0][0] for mark in figure.axes[0].collections]
        assert min(xs) > 8 and max(xs) < width - 8


def test_matplotlib_is_imported_only_to_draw():
    code = "import sys, kit.page.anatomy, kit.page.ribbon, kit.page.ladder, kit.page.tree; print([name for name in ('matplotlib', 'numpy') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
