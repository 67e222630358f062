"""How the lessons speak: short sentences, plain words, no praise, nobody is told off, one word for one thing."""

import ast
import json
import re
from collections.abc import Iterator

import pytest
import reading

from kit.errors import KeyNotFound
from kit.model.article import Article
from kit.model.files import load_article, load_key
from kit.model.labels import SCHEMES
from kit.places.bootstrap import find_checkout

ROOT = find_checkout()
NOTEBOOKS = [*sorted((ROOT / "lessons").glob("*.ipynb")), *sorted((ROOT / "exercises" / "source").glob("*/*.ipynb"))]
PLANS = sorted((ROOT / "kit" / "articles").glob("*.lesson.json"))
GUIDE = sorted((ROOT / "lessons" / "teacher").glob("*.md"))
SPEAKING = sorted(path for room in ("page", "measure") for path in (ROOT / "kit" / room).glob("*.py")
                  if path.stem != "tally")  # counts right and wrong in a teacher's terminal

LONGEST, LONGEST_FOR_TEACHERS = 25, 30  # words in a sentence
BAND = 1  # grades that the words around an article are easier than the article

PRAISE = ("great", "well done", "perfect", "perfectly", "excellent", "good job", "good work", "nice work", "awesome",
          "amazing", "brilliant", "fantastic", "wonderful", "bravo", "congratulations", "super", "impressive", "clever")
CHEERS = ("well done", "good job", "good work", "nice work", "bravo", "congratulations", "excellent", "awesome")
BLAME = ("wrong", "incorrect", "incorrectly", "false answer", "bad mark", "you failed", "your mistake", "your error")
TELLING_OFF = ("you are wrong", "you were wrong", "that is wrong", "this is wrong", "wrong mark", *BLAME[1:])
ADVERTISING = (*PRAISE, "innovative", "unique", "powerful", "effective", "engaging", "exciting", "cutting-edge", "guarantee",
               "revolutionary", "award", "world-class", "state of the art", "easy to use", "students love", "proven method")
# What a word of the glossary is not called, where the other word has no plain meaning of its own.
OTHER_NAMES = {
    "mark": ("highlight", "highlights", "highlighting", "annotate", "annotation", "annotations"),
    "cue": ("hedge", "hedges", "hedging", "trigger word", "keyword", "keywords"),
    "label": ("tag", "tags", "category", "categories"),
    "scheme": ("tagset", "legend"),
    "annotator": ("rater", "raters", "coder", "coders"),
    "key": ("answer key", "gold standard", "solution", "solutions"),
    "look-alike": ("distractor", "distractors", "foil", "foils"),
    "missed": ("false negative", "false negatives"),
    "extra": ("false positive", "false positives", "false alarm", "false alarms"),
    "machine reader": ("classifier", "artificial intelligence", "algorithm", "the AI"),
    "source": ("informant",),
    "sourcing ladder": ("scale of sources", "ladder of sources"),
}

by_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: f"{path.parent.name}.{path.stem}")
by_plan = pytest.mark.parametrize("path", PLANS, ids=lambda path: path.name)
by_page = pytest.mark.parametrize("path", GUIDE, ids=lambda path: path.stem)


def found(words: tuple[str, ...], text: str) -> list[str]:
    """Return those of the words that stand in the text as whole words."""
    return [word for word in words if re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text, re.IGNORECASE)]


def sentences(text: str) -> list[str]:
    """Return the sentences of Markdown: each list item and each cell of a table by itself, without code."""
    text = re.sub(r"^```.*?^```$", "", re.sub(r"^ {3}", "", text, flags=re.M), flags=re.M | re.S)
    text = re.sub(r"\[([^]]+)\]\([^)]*\)", r"\1", text)
    pieces = [re.sub(r"^(- |\d+\. |#+ |> )|[*`]|^-+$", "", piece.strip())
              for line in text.split("\n") for piece in line.strip().strip("|").split("|")]
    return [part for piece in pieces if piece.strip("-: ") for part in split(piece)]


def split(words: str) -> list[str]:
    article = Article("prose", "", "", words)
    return [article.quote(sentence) for sentence in article.sentences]


def of_notebook(path) -> str:
    book = json.loads(path.read_text("utf-8"))
    return "\n\n".join("".join(cell["source"]) for cell in book["cells"] if cell["cell_type"] == "markdown")


def plans(path) -> list[dict]:
    """Return the plan of a lesson, and the one of its other text."""
    plan = json.loads(path.read_text("utf-8"))
    return [plan, *([plan | plan["other_text"]] if "other_text" in plan else [])]


def told(field, *names: str) -> Iterator[str]:
    """Yield the strings that stand under one of these names, at any depth; all of them, without a name."""
    if isinstance(field, str) and not names:
        yield field
    elif isinstance(field, list):
        for each in field:
            yield from told(each, *names)
    elif isinstance(field, dict):
        for name, each in field.items():
            if not names or name in names:
                yield from told(each)
            elif isinstance(each, dict | list):
                yield from told(each, *names)


def of_plan(plan: dict) -> list[str]:
    """Return what a plan says: questions, choices, whys, the ends of a scale, the card.  Not its names of things."""
    asked = list(told({name: it for name, it in plan.items() if name != "other_text"},
                      "ask", "why", "choices", "low", "high", "paragraphs", "talk", "read_on"))
    article = load_article(plan["article"])
    return [own_words(part, article) for part in asked]


def own_words(text: str, article: Article) -> str:
    """Return a text with what it quotes from the article cut down to one word: those words are the article's."""
    return re.sub(r'"([^"]+)"', lambda quote: '"..."' if quote[1].rstrip(".?,") in article.text else quote[0], text)


def reasons(plan: dict) -> list[str]:
    """Return every reason in the keys of a plan's article."""
    found = []
    for scheme in SCHEMES:
        try:
            key = load_key(plan["article"], scheme=scheme)
        except KeyNotFound:
            continue
        found += [item.note for item in (*key.spans, *key.look_alikes)] + [one["note"] for one in key.responses.values()]
    return found


# Lessons


@by_notebook
def test_sentences_of_a_lesson_are_short(path):
    assert [each for each in sentences(of_notebook(path)) if len(reading.words(each)) > LONGEST] == []


@by_plan
def test_sentences_of_a_plan_are_short(path):
    parts = [each for plan in plans(path) for part in of_plan(plan) for each in split(part)]
    assert len(parts) > 20
    assert [each for each in parts if len(reading.words(each)) > LONGEST] == []


@by_plan
def test_a_plan_is_easier_to_read_than_its_article(path):
    for plan in plans(path):
        article = load_article(plan["article"])
        body = [article.quote(one) for number, one in enumerate(article.sentences) if number not in article.headings]
        around = [each for part in of_plan(plan) for each in split(part)]
        assert reading.grade(around) <= reading.grade(body) - BAND


@by_notebook
def test_a_lesson_praises_and_blames_nobody_and_does_not_shout(path):
    text = of_notebook(path)
    assert found(PRAISE, text) == found(BLAME, text) == []
    assert "!" not in text


@by_plan
def test_a_plan_praises_nobody_and_does_not_shout(path):
    text = "\n".join(part for plan in plans(path) for part in of_plan(plan))
    assert found(PRAISE, text) == []
    assert "!" not in text


@by_plan
def test_a_student_is_never_told_off(path):
    """A choice, the card or a reason may say that a report is wrong; nothing says so of a student."""
    for plan in plans(path):
        whys, notes = list(told(plan, "why")), reasons(plan)
        assert whys and len(notes) > 20
        assert [why for why in whys if found((*BLAME, *PRAISE), why)] == []
        assert [note for note in notes if found((*TELLING_OFF, *CHEERS), note) or "!" in note] == []


@pytest.mark.parametrize("path", SPEAKING, ids=lambda path: f"{path.parent.name}.{path.stem}")
def test_the_page_praises_and_blames_nobody(path):
    tree = ast.parse(path.read_text("utf-8"))
    notes = {ast.get_docstring(node, clean=False) for node in ast.walk(tree)
             if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)}
    said = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
            and node.value not in notes]
    assert [words for words in said if found((*PRAISE, *BLAME), words)] == []


# One word for one thing


@by_notebook
@pytest.mark.parametrize("word", OTHER_NAMES)
def test_a_lesson_calls_a_thing_by_its_name_in_the_glossary(path, word):
    assert found(OTHER_NAMES[word], of_notebook(path)) == []


@by_plan
@pytest.mark.parametrize("word", OTHER_NAMES)
def test_a_plan_calls_a_thing_by_its_name_in_the_glossary(path, word):
    text = "\n".join(own_words(part, load_article(plan["article"])) for plan in plans(path)
                     for part in told(plan, "ask", "why"))
    assert found(OTHER_NAMES[word], text) == []


def test_every_word_of_that_list_is_in_the_glossary():
    glossary = (ROOT / "lessons" / "glossary.md").read_text("utf-8")
    assert [word for word in OTHER_NAMES if f"\n### {word}\n" not in glossary] == []


# The guide


@by_page
def test_sentences_of_the_guide_are_short(path):
    assert [each for each in sentences(path.read_text("utf-8")) if len(reading.words(each)) > LONGEST_FOR_TEACHERS] == []


@by_page
def test_the_guide_does_not_advertise(path):
    text = path.read_text("utf-8")
    assert found(ADVERTISING, text) == []
    assert "!" not in text


def test_the_guide_says_that_the_kit_is_untrialled():
    words = (ROOT / "lessons" / "teacher" / "evidence.md").read_text("utf-8")
    assert "has not been tried with classes in a study" in words
    assert '"based on research" is not "shown to work"' in words


# The check itself


@pytest.mark.parametrize(("words", "text", "there"), [
    (PRAISE, "Well done.", True), (PRAISE, "a greater doubt", False), (BLAME, "That is Wrong.", True),
    (BLAME, "wrongly accused", False), (OTHER_NAMES["label"], "the tags", True), (OTHER_NAMES["label"], "a stage", False)])
def test_words_are_found_whole(words, text, there):
    assert bool(found(words, text)) is there


def test_markdown_is_read_as_sentences():
    page = "# A title\n\n- One. Two **words**.\n- [Three](x.md)\n\n| a | b c |\n|---|---|\n| d | |\n\n```\nkit lab\n```\n"
    assert sentences(page) == ["A title", "One.", "Two words.", "Three", "a", "b c", "d"]
