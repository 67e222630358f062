"""The answer file behind a pen: whose marks, in which file, and what another window wrote."""

from dataclasses import replace
from itertools import chain, combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.errors import FileFormatError, KitError, WrongArticleError
from kit.model import marked
from kit.model.article import Article
from kit.model.files import read_annotations
from kit.model.spans import Span
from kit.page.answer import AnswerFile, SealedAnswer, is_trial, kept_in, merged

TEXT, KEY = marked.parse("The mayor [may|modal] resign, [sources|vague] said. She [could|modal] stay [if|condition] asked.")
ARTICLE = Article("harbour-fire", "Fire", "invented", TEXT)
MAY, SOURCES, COULD, IF = (Span(item.start, item.end, item.label) for item in KEY.spans)


def noted(span: Span, note: str) -> Span:
    return replace(span, note=note)


@pytest.fixture
def answers(tmp_path):
    def opened(article=ARTICLE):
        file = AnswerFile(article, "cues", tmp_path / "answers" / f"{article.id}-cues.json")
        file.open()
        return file
    return opened


def test_opening_writes_nothing(answers):
    assert not answers().path.parent.exists()


def test_what_was_saved_is_there_when_opened_again(answers):
    answers().save_spans((MAY, Span(IF.start, IF.end, "condition", "when?")))
    again = answers().answer
    assert again.spans == (MAY, IF)
    assert [span.note for span in again.spans] == ["", "when?"]


def test_saving_the_same_marks_again_leaves_the_file_alone(answers):
    file = answers()
    file.save_spans((MAY,))
    before = file.path.stat().st_mtime_ns
    file.save_spans((MAY,))
    assert file.path.stat().st_mtime_ns == before


def test_a_changed_note_is_saved(answers):
    file = answers()
    file.save_spans((MAY,))
    file.save_spans((Span(MAY.start, MAY.end, MAY.label, "who?"),))
    assert read_annotations(file.path).spans[0].note == "who?"


def test_two_windows_keep_the_marks_of_both(answers):
    left, right = answers(), answers()
    left.save_spans((MAY,))
    right.save_spans((SOURCES,))
    left.save_spans((MAY, COULD))
    assert read_annotations(left.path).spans == (MAY, SOURCES, COULD)


def test_a_mark_taken_away_in_one_window_stays_away(answers):
    left = answers()
    left.save_spans((MAY, SOURCES))
    right = answers()
    left.save_spans((SOURCES,))
    right.save_spans((MAY, SOURCES, COULD))
    assert read_annotations(left.path).spans == (SOURCES, COULD)


def test_a_commit_in_another_window_is_taken_over(answers):
    left = answers()
    left.save_spans((MAY,))
    right = answers()
    right.save(replace(right.answer, first_pass=right.answer.spans, stage="reasons"))
    left.save_spans((MAY, SOURCES))
    assert left.answer.stage == "reasons"
    assert read_annotations(left.path).spans == (MAY,)


def test_a_note_is_kept_when_another_window_saved_meanwhile(answers):
    left = answers()
    left.save_spans((MAY,))
    right = answers()
    right.save_spans((MAY, SOURCES))
    left.save_spans((noted(MAY, "who?"), noted(COULD, "when?")))
    assert [(span, span.note) for span in read_annotations(left.path).spans] \
        == [(MAY, "who?"), (SOURCES, ""), (COULD, "when?")]


@pytest.mark.parametrize("base, mine, theirs, note", [
    ((), ("mine",), ("theirs",), "mine"),       # both new
    ((), ("",), ("theirs",), "theirs"),
    (("old",), ("old",), ("theirs",), "theirs"),
    (("old",), ("",), ("old",), ""),            # I took the note away
    (("old",), ("mine",), (), "mine"),          # they took the mark away
])
def test_merging_keeps_the_note_of_whoever_wrote_one(base, mine, theirs, note):
    (span,) = merged(*(tuple(noted(MAY, words) for words in side) for side in (base, mine, theirs)))
    assert (span, span.note) == (MAY, note)


@pytest.mark.parametrize("stage", ["mark", "reasons"])
@pytest.mark.parametrize("harm", [lambda path: path.unlink(), lambda path: path.write_text("{half")])
def test_a_file_that_went_away_or_broke_is_written_again_though_no_mark_changed(answers, stage, harm):
    file = answers()
    file.save(replace(file.answer, spans=(MAY,), first_pass=(), stage=stage))
    harm(file.path)
    file.save_spans((MAY,))
    assert read_annotations(file.path) == file.answer
    assert file.answer.spans == (MAY,)


ALL = (MAY, SOURCES, COULD, IF)
SUBSETS = st.sampled_from([tuple(some) for some in chain.from_iterable(combinations(ALL, n) for n in range(5))])


@given(SUBSETS, SUBSETS, SUBSETS)
def test_merging_decides_each_mark_by_itself(base, mine, theirs):
    """A mark is there if both have it, or if the one who differs from before put it in."""
    expected = {mark for mark in ALL
                if ((mark in mine) if (mark in mine) != (mark in base) else (mark in theirs))}
    assert set(merged(base, mine, theirs)) == expected


@given(SUBSETS, SUBSETS)
def test_merging_with_a_side_that_changed_nothing_gives_the_other(base, other):
    assert set(merged(base, base, other)) == set(other)
    assert set(merged(base, other, base)) == set(other)


def test_each_code_has_a_file_of_its_own(answers):
    file = answers()
    file.save_spans((MAY,))
    file.change_annotator("fox-7")
    assert file.answer.spans == ()
    file.save_spans((SOURCES,))
    assert file.path.parts[-3:] == ("answers", "fox-7", "harbour-fire-cues.json")
    assert file.name == "harbour-fire-cues-fox-7.json"
    assert read_annotations(file.path).annotator == "fox-7"
    file.change_annotator("student")
    assert file.answer.spans == (MAY,)


def test_whoever_marked_last_is_found_again(answers):
    file = answers()
    file.change_annotator("fox-7")
    file.save_spans((MAY,))
    assert answers().annotator == "fox-7"
    assert answers().answer.spans == (MAY,)


@pytest.mark.parametrize("code", ["", "../fox", "a/b", "a b", "a" * 41, ".", "ü", None, 7])
def test_a_code_that_could_be_a_path_is_refused(answers, code):
    file = answers()
    with pytest.raises(KitError, match="letters, digits and hyphens"):
        file.change_annotator(code)
    assert file.annotator == "student"


def test_a_hostile_remembered_code_is_not_believed(answers, tmp_path):
    (tmp_path / "answers").mkdir()
    (tmp_path / "answers" / "whose.txt").write_text("../../elsewhere\n")
    assert answers().annotator == "student"


def test_a_broken_file_is_refused_then_kept_beside_the_new_one(answers):
    file = answers()
    file.path.parent.mkdir()
    file.path.write_text("{half a fi")
    with pytest.raises(FileFormatError, match="harbour-fire-cues.json"):
        file.open()
    file.save_spans((MAY,))
    assert read_annotations(file.path).spans == (MAY,)
    assert (file.path.parent / "old" / "harbour-fire-cues-1.json").read_text() == "{half a fi"


def test_a_file_of_another_text_is_refused(answers):
    answers().save_spans((MAY,))
    with pytest.raises(WrongArticleError, match="Load the article again"):
        answers(replace(ARTICLE, text=TEXT + " More."))


def test_putting_aside_never_overwrites(answers):
    file = answers()
    for spans in ((MAY,), (SOURCES,), (COULD,)):
        file.save(replace(file.answer, spans=spans))
        file.put_aside()
    old = sorted((file.path.parent / "old").iterdir())
    assert [read_annotations(path).spans for path in old] == [(MAY,), (SOURCES,), (COULD,)]
    assert not file.path.exists()


def test_a_link_in_the_place_of_the_file_is_not_followed(answers, tmp_path):
    target = tmp_path / "diary.txt"
    target.write_text("dear diary")
    file = answers()
    file.path.parent.mkdir()
    file.path.symlink_to(target)
    file.save_spans((MAY,))
    assert target.read_text() == "dear diary"
    assert not file.path.is_symlink()


def test_the_teachers_copy_is_never_written(tmp_path):
    sealed = SealedAnswer(ARTICLE, "cues", tmp_path / "answers" / "x.json")
    sealed.open()
    sealed.change_annotator("fox-7")
    sealed.save(replace(sealed.answer, spans=(MAY,), first_pass=(MAY,), stage="reasons"))
    sealed.save_spans(())
    sealed.put_aside()
    assert sealed.answer.spans == (MAY,)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("scheme, labels", [("roles", ("claim", "background", "comment")),
                                            ("sources", ("rung-1", "rung-2", "rung-3"))])
def test_a_sentence_has_one_label_when_two_windows_gave_it_two(tmp_path, scheme, labels):
    left, right = (AnswerFile(ARTICLE, scheme, tmp_path / f"harbour-fire-{scheme}.json") for _ in range(2))
    first, second = ARTICLE.sentences
    old, theirs, mine = (Span(first.start, first.end, label) for label in labels)
    other = Span(second.start, second.end, labels[1])
    left.save_spans((old,))
    right.open()
    right.save_spans((theirs, other))
    left.save_spans((mine,))
    assert read_annotations(left.path).spans == (mine, other)


def test_the_file_of_whoever_marked_last_is_known_before_it_is_opened(answers):
    file = answers()
    assert file.last_path == file.home
    file.change_annotator("fox-7")
    assert answers().last_path == file.path != file.home


# What a course hands out


def course(folder: Path, sign: str) -> Path:
    """Make a course that is known by one thing in it, with an exercise among what is handed out."""
    (folder / sign).mkdir(parents=True)
    for out in ("source", "release", "submitted/ann"):
        (folder / out / "01-a").mkdir(parents=True, exist_ok=True)
    return folder


@pytest.mark.parametrize("sign", ["nbgrader_config.py", "gradebook.db", "keys", "submitted"])
@pytest.mark.parametrize("out", ["source", "release"])
def test_a_pen_in_what_a_course_hands_out_keeps_its_file_among_the_trials(tmp_path, monkeypatch, sign, out):
    folder = course(tmp_path / "course", sign)
    monkeypatch.chdir(folder / out / "01-a")
    kept = kept_in(Path("answers/a-cues.json"))
    assert kept == Path("../../trials/01-a/answers/a-cues.json") and is_trial(kept)
    whole = folder / out / "01-a" / "answers" / "deep" / "a-cues.json"
    assert kept_in(whole) == folder / "trials" / "01-a" / "answers" / "deep" / "a-cues.json"


@pytest.mark.parametrize("inside", ["submitted/ann/01-a", "keys", "."])
def test_anywhere_else_in_a_course_a_pen_keeps_its_file_where_it_was_told(tmp_path, monkeypatch, inside):
    """A student's own file must be found where it was handed in."""
    monkeypatch.chdir(course(tmp_path / "course", "keys") / inside)
    assert kept_in(Path("answers/a-cues.json")) == Path("answers/a-cues.json")
    assert not is_trial(Path("answers/a-cues.json"))


def test_a_folder_that_is_only_called_source_is_no_course(tmp_path, monkeypatch):
    """Who unpacks the exercises as they were sent works in source/, without a course around it."""
    (tmp_path / "source" / "01-a").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "source" / "01-a")
    assert kept_in(Path("answers/a-cues.json")) == Path("answers/a-cues.json")
