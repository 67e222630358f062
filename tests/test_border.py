"""The pen on sentences and on claims: what crosses between page and file, and a change of scheme."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.model import marked
from kit.model.article import Article
from kit.model.files import read_annotations
from kit.model.labels import SOURCES
from kit.model.relations import join
from kit.model.spans import Span
from kit.page import border
from kit.page.widget import Highlighter

MARKED = """[Storm on the way|furniture: The title.]

[The pier will close, said Ana Ruiz.|claim: New. Who told her?] [It is from 1931.|background: It stays true.] \
[Fishers met on Monday.|reaction: An answer to the news.]"""
TEXT, ROLES = marked.parse(MARKED, article="pier", scheme="roles")
ARTICLE = Article("pier", "Storm on the way", "invented", TEXT)
NAME = slice(TEXT.index("Ana"), TEXT.index("Ana") + 8)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    Highlighter._open.clear()


def sentence(number: int, label: str, **more) -> dict:
    first, stop = ARTICLE.token_range(ARTICLE.sentences[number])
    return {"first": first, "stop": stop, "label": label, **more}


SOURCE = border.mark(ARTICLE, Span(NAME.start, NAME.stop, "source"))
CLAIM = sentence(1, "rung-4", joined=[SOURCE])


def draw(pen: Highlighter, *marks: dict) -> None:
    pen.set_state({"marks": list(marks), "revision": pen.revision + 1})


def press(pen: Highlighter, action: str) -> None:
    pen.set_state({"commit": {"count": pen.commit.get("count", 0) + 1, "action": action}})


@given(st.data())
def test_marks_and_spans_are_each_others_mirror(data):
    tokens = ARTICLE.tokens
    places = data.draw(st.lists(st.tuples(st.integers(0, len(tokens) - 2), st.integers(1, 3)), max_size=5, unique=True))
    spans = sorted({Span(where.start, where.end, "source") for first, size in places
                    for where in [ARTICLE.extent(first, min(first + size, len(tokens)))]})
    joined = [Span(span.start, span.end, "source", note=str(number) if number % 2 else "",
                   joined=(join(spans[0], "goes-back"),) if number else ()) for number, span in enumerate(spans)]
    again = border.spans(ARTICLE, SOURCES, [border.mark(ARTICLE, span) for span in joined], ())
    assert [(one, one.note, one.joined) for one in again] == [(one, one.note, one.joined) for one in joined]


def test_a_claim_and_its_source_are_in_the_file_and_come_back():
    draw(Highlighter(ARTICLE, scheme="sources", asked=[1]), CLAIM, SOURCE)
    fields = json.loads(Path("answers/pier-sources.json").read_text())
    assert [span["quote"] for span in fields["spans"]] == ["The pier will close, said Ana Ruiz.", "Ana Ruiz"]
    assert fields["relations"] == [{"from": 0, "to": 1, "label": "source"}]
    assert Highlighter(ARTICLE, scheme="sources", asked=[1]).marks == [CLAIM, SOURCE]


def test_joining_alone_is_a_change_that_is_saved():
    """Spans that differ in what they are joined to are equal, and once the file stayed as it was."""
    pen = Highlighter(ARTICLE, scheme="sources", asked=[1])
    draw(pen, sentence(1, "rung-4"), SOURCE)
    draw(pen, CLAIM, SOURCE)
    assert read_annotations("answers/pier-sources.json").spans[0].joined == (Span(NAME.start, NAME.stop, "source"),)


def test_the_first_pass_keeps_its_own_relations():
    pen = Highlighter(ARTICLE, scheme="sources", asked=[1])
    draw(pen, CLAIM, SOURCE)
    press(pen, "check")
    draw(pen, sentence(1, "rung-4"), SOURCE)
    answer = read_annotations("answers/pier-sources.json")
    assert [len(spans[0].joined) for spans in (answer.first().spans, answer.spans)] == [1, 0]


def test_two_windows_join_what_they_like_and_both_are_kept():
    one, other = (Highlighter(ARTICLE, scheme="sources", asked=[1, 3]) for _ in range(2))
    other._open.discard(one)
    draw(one, CLAIM, SOURCE)
    last = sentence(3, "rung-0")
    draw(other, *other.marks, last)
    assert Highlighter(ARTICLE, scheme="sources", asked=[1, 3]).marks == [CLAIM, SOURCE, last]


def test_the_page_knows_the_claims_and_which_labels_are_rungs():
    pen = Highlighter(ARTICLE, scheme="sources", asked=[1, 3])
    assert (pen.unit, pen.asked) == ("claim", [1, 3])
    assert {label["id"] for label in pen.labels if label["unit"] == "sentence"} == set(SOURCES.ids) - {"source"}


# A choice of schemes


def offering() -> Highlighter:
    return Highlighter(ARTICLE, scheme="roles", key=ROLES, offered=["roles-3"])


def test_each_scheme_has_a_file_of_its_own():
    pen = offering()
    draw(pen, sentence(1, "claim"))
    pen.set_state({"scheme": "roles-3"})
    assert pen.marks == [] and [label["id"] for label in pen.labels] == ["claim", "background", "other", "furniture"]
    draw(pen, sentence(3, "other"))
    pen.set_state({"scheme": "roles"})
    assert pen.marks == [sentence(1, "claim")]
    assert {path.name for path in Path("answers").glob("*.json")} == {"pier-roles.json", "pier-roles-3.json"}


def test_the_scheme_marked_in_last_opens_again():
    pen = offering()
    draw(pen, sentence(1, "claim"))
    os.utime("answers/pier-roles.json", (1, 1))
    pen.set_state({"scheme": "roles-3"})
    draw(pen, sentence(3, "other"))
    again = offering()
    assert (again.scheme, again.marks) == ("roles-3", [sentence(3, "other")])


def test_answers_to_questions_go_along_to_the_other_scheme():
    pen = offering()
    pen.respond(before=7)
    pen.set_state({"scheme": "roles-3"})
    assert pen.answer.responses == {"before": 7}
    draw(pen, sentence(3, "other"))
    assert read_annotations("answers/pier-roles-3.json").responses == {"before": 7}


def test_the_key_in_seven_roles_judges_three():
    pen = offering()
    pen.set_state({"scheme": "roles-3"})
    draw(pen, sentence(1, "claim"), sentence(2, "background"), sentence(3, "other"))
    press(pen, "check")
    assert pen.feedback["places"] == []
    press(pen, "finish")
    assert [row["outcome"] for row in pen.feedback["rows"]] == ["match"] * 3


def test_a_scheme_that_is_not_offered_is_not_taken():
    pen = offering()
    pen.set_state({"scheme": "cues"})
    assert (pen.scheme, pen.unit) == ("roles", "sentence")


def test_someone_else_keeps_the_scheme_and_has_marks_of_their_own():
    pen = offering()
    pen.set_state({"scheme": "roles-3"})
    draw(pen, sentence(3, "other"))
    pen.set_state({"annotator": "fox-7"})
    assert (pen.scheme, pen.marks) == ("roles-3", [])
    pen.set_state({"scheme": "roles"})
    assert pen.annotator == "fox-7"


def test_to_look_at_other_pens_or_somebody_elses_marks_writes_nothing():
    pen = offering()
    draw(pen, sentence(1, "claim"))
    os.utime("answers/pier-roles.json", (1, 1))
    pen.set_state({"scheme": "roles-3"})
    pen.set_state({"scheme": "roles"})
    pen.set_state({"annotator": "fox-7"})
    pen.set_state({"annotator": "student"})
    assert [str(path) for path in Path("answers").rglob("*.json")] == [str(Path("answers/pier-roles.json"))]
    again = offering()
    assert (again.scheme, again.marks) == ("roles", [sentence(1, "claim")]), "not the pens that were only looked at"


def test_the_scheme_that_somebody_else_marked_in_last_opens_again():
    pen = offering()
    draw(pen, sentence(1, "claim"))
    pen.set_state({"annotator": "fox-7"})
    pen.set_state({"scheme": "roles-3"})
    draw(pen, sentence(3, "other"))
    again = offering()
    assert (again.annotator, again.scheme, again.marks) == ("fox-7", "roles-3", [sentence(3, "other")])


def test_someone_else_goes_on_in_the_scheme_of_their_own_marks():
    """Their marks were there, in a file of the other scheme, and the text looked empty."""
    pen = offering()
    pen.set_state({"annotator": "fox-7"})
    pen.set_state({"scheme": "roles-3"})
    draw(pen, sentence(3, "other"))
    pen.set_state({"annotator": "student"})
    pen.set_state({"scheme": "roles"})
    draw(pen, sentence(1, "claim"))
    pen.set_state({"annotator": "fox-7"})
    assert (pen.scheme, pen.marks) == ("roles-3", [sentence(3, "other")])
    assert [label["id"] for label in pen.labels] == ["claim", "background", "other", "furniture"]
