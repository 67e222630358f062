"""The pen on Python's side, driven the way the browser does: ``set_state``."""

import json
import threading
from dataclasses import replace

import pytest

from kit.errors import KitError, WrongArticleError
from kit.model import marked
from kit.model.annotations import AnnotationSet
from kit.model.article import Article
from kit.model.files import read_annotations
from kit.model.handed import carried
from kit.model.labels import Label, Scheme
from kit.page import screen
from kit.page.handin import hand_in_page
from kit.page.widget import Highlighter

MARKED = """The mayor [may|modal: "May" makes this only possible. What would make it happen?] resign, \
[<sources> said|vague: "Sources" hides who says so. Which ones?]. The vote is in [May|-: Here it is the month.].

The council is [likely|likelihood??: For marking, it weighs chances. Against, it only repeats a rule.] to meet. \
She left town [if|condition: "If" makes it true only then. Is it so?] asked. 😀 Nobody knows."""
TEXT, KEY = marked.parse(MARKED, article="harbour-fire")
ARTICLE = Article("harbour-fire", "Fire at the old harbour", "invented", TEXT)
NOTES = [item.note for item in (*KEY.spans, *KEY.look_alikes)]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    Highlighter._open.clear()


def token(word: str) -> int:
    return next(i for i, where in enumerate(ARTICLE.tokens) if ARTICLE.quote(where) == word)


def mark(word: str, label: str, **more) -> dict:
    return {"first": token(word), "stop": token(word) + 1, "label": label, **more}


def draw(pen: Highlighter, *marks: dict) -> None:
    """What the browser sends after a change of marks."""
    pen.set_state({"marks": sorted(marks, key=lambda m: (m["first"], m["stop"])), "revision": pen.revision + 1})


def press(pen: Highlighter, action: str) -> None:
    pen.set_state({"commit": {"count": pen.commit.get("count", 0) + 1, "action": action}})


def all_the_browser_has(pen: Highlighter) -> str:
    return json.dumps({name: value for name, value in pen.get_state().items() if not name.startswith("_")},
                      ensure_ascii=False)


def saved() -> object:
    return read_annotations("answers/harbour-fire-cues.json")


def test_tokens_and_gaps_joined_are_the_text():
    pen = Highlighter(ARTICLE)
    assert "".join(token + gap for token, gap in pen.tokens) == TEXT


def test_every_token_is_in_exactly_one_sentence():
    pen = Highlighter(ARTICLE)
    assert [number for sentence in pen.sentences for number in range(sentence["first"], sentence["stop"])] \
        == list(range(len(ARTICLE.tokens)))
    assert [sentence["paragraph"] for sentence in pen.sentences] == [0, 0, 1, 1, 1]


def test_a_mark_is_on_disk_before_the_page_is_told():
    pen = Highlighter(ARTICLE)
    told = []
    pen.observe(lambda change: told.append((change.new, saved().spans)), names=["saved"])
    draw(pen, mark("may", "modal"))
    assert [(revision, [TEXT[span.start:span.end] for span in spans]) for revision, spans in told] == [(1, ["may"])]
    assert pen.status == {"text": "Saved. 1 mark.", "trouble": False}


def test_opening_never_writes(folder):
    Highlighter(ARTICLE, key=KEY)
    assert list(folder.iterdir()) == []


def test_reopening_brings_marks_notes_and_stage_back():
    pen = Highlighter(ARTICLE, key=KEY)
    draw(pen, mark("may", "modal", note="who?"))
    press(pen, "check")
    again = Highlighter(ARTICLE, key=KEY)
    assert again.marks == [mark("may", "modal", note="who?")]
    assert again.stage == "mend"
    assert again.feedback == pen.feedback


def test_marks_after_an_emoji_keep_their_place():
    pen = Highlighter(ARTICLE)
    draw(pen, mark("Nobody", "vague"))
    assert [TEXT[span.start:span.end] for span in saved().spans] == ["Nobody"]


def test_the_stages_are_written_first_and_shown_after():
    pen = Highlighter(ARTICLE, key=KEY)
    seen = []
    pen.observe(lambda change: seen.append((change.new, saved().stage)), names=["stage"])
    draw(pen, mark("may", "modal"))
    press(pen, "check")
    draw(pen, mark("may", "modal"), mark("if", "condition"))
    press(pen, "finish")
    assert seen == [("mend", "mend"), ("reasons", "reasons")]
    assert pen.locked
    assert [len(saved().first_pass), len(saved().spans)] == [1, 2]


def test_nothing_of_the_key_is_in_the_browser_before_the_commit():
    pen = Highlighter(ARTICLE, key=KEY)
    draw(pen, mark("may", "modal"))
    assert not [note for note in NOTES if note in all_the_browser_has(pen)]
    assert pen.feedback == {}


def test_the_hint_says_where_and_not_what():
    pen = Highlighter(ARTICLE, key=KEY)
    draw(pen, mark("may", "modal"))
    press(pen, "check")
    assert pen.feedback["places"] == [0, 3]  # "sources" in the first sentence, "if" in the fourth
    assert not [note for note in NOTES if note in all_the_browser_has(pen)]
    assert "vague" not in json.dumps(pen.feedback) and "condition" not in json.dumps(pen.feedback)


def test_finish_gives_a_reason_for_every_mark_and_miss():
    pen = Highlighter(ARTICLE, key=KEY)
    draw(pen, mark("may", "modal"), mark("May", "modal"), mark("mayor", "vague"))
    press(pen, "check")
    press(pen, "finish")
    rows = {row["words"]: row for row in pen.feedback["rows"]}
    assert rows["may"]["outcome"] == "match" and NOTES[0] in rows["may"]["why"]
    assert rows["May"]["outcome"] == "extra" and "Here it is the month." in rows["May"]["why"]
    assert rows["mayor"]["outcome"] == "extra" and rows["mayor"]["why"]
    assert rows["if"]["outcome"] == "missed" and "Is it so?" in rows["if"]["why"]
    assert rows["likely"]["outcome"] == "open" and "Against" in rows["likely"]["why"]


def test_marks_sent_with_the_commit_are_part_of_it():
    pen = Highlighter(ARTICLE, key=KEY)
    pen.set_state({"marks": [mark("may", "modal")], "revision": 1, "commit": {"count": 1, "action": "check"}})
    assert [TEXT[span.start:span.end] for span in saved().first_pass] == ["may"]


def test_an_empty_first_pass_is_kept_as_empty():
    pen = Highlighter(ARTICLE, key=KEY)
    press(pen, "check")
    assert saved().first_pass == ()
    assert pen.stage == "mend"


def test_finish_before_check_does_nothing():
    pen = Highlighter(ARTICLE, key=KEY)
    draw(pen, mark("may", "modal"))
    press(pen, "finish")
    assert pen.stage == "mark" and saved().first_pass is None


def test_marks_after_finish_change_nothing():
    pen = Highlighter(ARTICLE, key=KEY)
    draw(pen, mark("may", "modal"))
    press(pen, "check")
    press(pen, "finish")
    draw(pen, mark("if", "condition"))
    assert [TEXT[span.start:span.end] for span in saved().spans] == ["may"]
    assert pen.marks == [mark("may", "modal")]


def test_start_again_keeps_the_old_file():
    pen = Highlighter(ARTICLE, key=KEY)
    draw(pen, mark("may", "modal"))
    press(pen, "check")
    press(pen, "restart")
    assert (pen.stage, pen.marks, pen.feedback) == ("mark", [], {})
    assert read_annotations("answers/old/harbour-fire-cues-1.json").stage == "mend"


@pytest.mark.parametrize(("pressed", "reached"), [
    ((), ""), (("check",), "mend"), (("check", "finish"), "reasons"), (("check", "finish", "restart"), "reasons"),
    (("check", "finish", "restart", "check"), "reasons")])
def test_start_again_remembers_how_far_the_work_before_it_went(pressed, reached):
    """After Finish the questions are open, and they name places in the text: a first pass then is no first one."""
    pen = Highlighter(ARTICLE)
    draw(pen, mark("may", "modal"))
    for action in pressed:
        press(pen, action)
    press(pen, "restart")
    assert (saved().started_again, saved().stage, saved().spans) == (reached, "mark", ())
    draw(pen, mark("may", "modal"))
    press(pen, "check")
    press(pen, "finish")
    assert saved().started_again == reached
    Highlighter._open.clear()
    assert Highlighter(ARTICLE).answer.started_again == reached


def test_an_unchecked_file_opened_after_finish_is_a_new_start_and_a_checked_one_is_not():
    pen = Highlighter(ARTICLE)
    draw(pen, mark("may", "modal"))
    unchecked = pen.download["text"]
    press(pen, "check")
    press(pen, "finish")
    finished = pen.download["text"]
    pen.set_state({"opened": {"count": 1, "name": "mine.json", "text": unchecked}})
    assert (pen.stage, saved().started_again) == ("mark", "reasons")
    pen.set_state({"opened": {"count": 2, "name": "mine.json", "text": finished}})
    assert (pen.stage, saved().started_again) == ("reasons", "")


def test_somebody_elses_first_pass_is_their_first():
    pen = Highlighter(ARTICLE)
    for action in ("check", "finish", "restart"):
        press(pen, action)
    pen.set_state({"annotator": "fox-7"})
    draw(pen, mark("may", "modal"))
    press(pen, "check")
    assert (pen.answer.annotator, pen.answer.started_again) == ("fox-7", "")


def test_without_a_key_the_pen_asks_questions():
    pen = Highlighter(ARTICLE, scheme="cues-4")
    draw(pen, mark("may", "might"))
    press(pen, "check")
    assert any("if-words" in question for question in pen.feedback["questions"])
    assert pen.feedback["places"] == [2]  # the paragraph without a mark begins there
    press(pen, "finish")
    assert pen.stage == "reasons" and "teacher" in pen.feedback["text"]


def test_four_pens_are_judged_by_the_key_in_six_kinds():
    pen = Highlighter(ARTICLE, scheme="cues-4", key=KEY)
    pen.set_state({"marks": [mark("may", "might"), mark("if", "condition")], "revision": 1})
    press(pen, "check")
    press(pen, "finish")
    assert [row["outcome"] for row in pen.feedback["rows"] if row["words"] in ("may", "if")] == ["match", "match"]


def test_two_pens_on_one_file_agree():
    left, right = Highlighter(ARTICLE, key=KEY), Highlighter(ARTICLE, key=KEY)
    draw(left, mark("may", "modal"))
    assert right.marks == [mark("may", "modal")]
    draw(right, mark("may", "modal"), mark("if", "condition"))
    assert left.marks == right.marks
    press(left, "check")
    assert right.stage == "mend"


def test_pens_on_two_articles_do_not_disturb_each_other():
    other = Highlighter(replace(ARTICLE, id="another"))
    pen = Highlighter(ARTICLE)
    draw(pen, mark("may", "modal"))
    assert other.marks == []


def test_someone_else_has_marks_of_their_own():
    pen = Highlighter(ARTICLE)
    draw(pen, mark("may", "modal"))
    pen.set_state({"annotator": "fox-7"})
    assert (pen.marks, pen.download["name"]) == ([], "harbour-fire-cues-fox-7.json")
    draw(pen, mark("if", "condition"))
    pen.set_state({"annotator": "student"})
    assert pen.marks == [mark("may", "modal")]


def test_a_bad_code_is_refused_in_the_status_line(folder):
    pen = Highlighter(ARTICLE)
    pen.set_state({"annotator": "../../up"})
    assert pen.annotator == "student"
    assert pen.status["trouble"] and "letters, digits" in pen.status["text"]
    assert list(folder.rglob("*")) == []


def test_a_downloaded_file_is_opened_again():
    pen = Highlighter(ARTICLE, key=KEY)
    draw(pen, mark("may", "modal", note="who?"))
    copy = dict(pen.download)
    draw(pen)
    pen.set_state({"opened": {"count": 1, **copy}})
    assert pen.marks == [mark("may", "modal", note="who?")]
    assert pen.status["text"].startswith("Opened harbour-fire-cues.json")
    assert read_annotations("answers/old/harbour-fire-cues-1.json").spans == ()


@pytest.mark.parametrize("change, words", [
    ({"text": "not json"}, "not a file that the kit saved"),
    ({"fingerprint": "000000000000"}, "Load the article again"),
    ({"scheme": "cues-4", "spans": []}, "Choose the file of this lesson"),
    ({"format": "kit/key/1"}, "expected 'kit/annotations/1'"),
    ({"spans": [{"start": 5, "end": 9000, "label": "modal"}]}, "ends at"),
])
def test_a_file_that_does_not_fit_is_refused_and_nothing_is_lost(change, words):
    pen = Highlighter(ARTICLE)
    draw(pen, mark("may", "modal"))
    content = change.get("text") or json.dumps(json.loads(pen.download["text"]) | change)
    pen.set_state({"opened": {"count": 1, "name": "x.json", "text": content}})
    assert pen.status["trouble"] and words in pen.status["text"]
    assert pen.marks == [mark("may", "modal")]


@pytest.mark.parametrize("id", ["../up", "/tmp/x", "a/b", "", "a b", "Ä"])
def test_an_id_that_could_lead_elsewhere_is_refused(id, folder):
    with pytest.raises(KitError, match="small letters, digits and hyphens"):
        Highlighter(replace(ARTICLE, id=id))
    assert list(folder.iterdir()) == []


def test_a_place_that_cannot_be_is_told_in_the_status_line():
    pen = Highlighter(ARTICLE, save_to=f"answers/{'x' * 300}.json")
    draw(pen, mark("may", "modal"))
    assert pen.saved == 0
    assert pen.status["trouble"] and "not saved (File name too long)" in pen.status["text"]


def test_a_key_of_another_text_is_refused_at_once():
    with pytest.raises(WrongArticleError):
        Highlighter(replace(ARTICLE, text="Another text."), key=KEY)


@pytest.mark.parametrize("bad", [
    {"first": 3, "stop": 3, "label": "modal"}, {"first": -1, "stop": 2, "label": "modal"},
    {"first": 0, "stop": 10**9, "label": "modal"}, {"first": 0, "stop": 1, "label": "nonsense"},
    {"first": "0", "stop": 1, "label": "modal"}, {"stop": 1, "label": "modal"}, {},
])
def test_a_mark_that_cannot_be_is_said_and_not_echoed(bad):
    pen = Highlighter(ARTICLE)
    pen.set_state({"marks": [bad], "revision": 4})
    assert pen.saved == 0
    assert pen.status["trouble"] and pen.status["text"].startswith("Not saved.")


def test_a_full_disk_says_not_saved_and_why(monkeypatch):
    pen = Highlighter(ARTICLE)
    draw(pen, mark("may", "modal"))

    def full(*_):
        raise OSError(28, "No space left on device")
    monkeypatch.setattr("kit.model.files.os.fsync", full)
    draw(pen, mark("may", "modal"), mark("if", "condition"))
    assert pen.saved == 1
    assert pen.status["trouble"] and "No space left on device" in pen.status["text"]
    assert [TEXT[span.start:span.end] for span in saved().spans] == ["may"]


def test_after_the_disk_is_mended_the_next_mark_saves_all(monkeypatch):
    pen = Highlighter(ARTICLE)
    with monkeypatch.context() as patch:
        patch.setattr("kit.model.files.os.fsync", lambda *_: (_ for _ in ()).throw(OSError(28, "full")))
        draw(pen, mark("may", "modal"))
    draw(pen, mark("may", "modal"), mark("if", "condition"))
    assert len(saved().spans) == 2 and pen.saved == pen.revision


def test_a_commit_in_another_window_is_shown_and_said():
    pen = Highlighter(ARTICLE, key=KEY)
    draw(pen, mark("may", "modal"))
    Highlighter._open.clear()  # a window with a kernel of its own knows nothing of this pen
    other = Highlighter(ARTICLE, key=KEY)
    press(other, "check")
    press(pen, "check")
    assert (pen.stage, pen.feedback["text"]) == ("mend", other.feedback["text"])
    assert "another window" in pen.status["text"]
    Highlighter._open.clear()
    press(other, "finish")
    draw(pen, mark("may", "modal"), mark("if", "condition"))
    assert pen.locked and pen.feedback["rows"] and pen.marks == [mark("may", "modal")]
    assert "another window" in pen.status["text"]


def test_a_mark_on_white_space_alone_stops_no_saving():
    pen = Highlighter(ARTICLE)
    draw(pen, mark("may", "modal"))
    fields = json.loads(pen.path.read_text())
    fields["spans"].append({"start": 3, "end": 4, "label": "modal", "quote": " "})
    pen.path.write_text(json.dumps(fields))
    again = Highlighter(ARTICLE)
    assert again.marks == [mark("may", "modal")]
    draw(again, mark("may", "modal"), mark("if", "condition"))
    assert again.status == {"text": "Saved. 2 marks.", "trouble": False}


@pytest.mark.parametrize("text", ["", " \n "])
def test_an_article_without_words_is_shown(text):
    assert Highlighter(replace(ARTICLE, text=text)).tokens == []


@pytest.mark.parametrize("scheme, label", [("my_pens", "modal"), ("../up", "modal"), ("mine", "X Y")])
def test_pens_whose_file_could_not_be_read_again_are_refused(scheme, label, folder):
    pens = Scheme(scheme, (Label(label, "Mine", "", "#000000", "solid", "M"),))
    with pytest.raises(KitError, match="small letters, digits and hyphens"):
        Highlighter(ARTICLE, scheme=pens)


def test_pens_of_ones_own_are_read_again():
    pens = Scheme("my-pens", (Label("sure", "Sure", "", "#000000", "solid", "S"),))
    draw(Highlighter(ARTICLE, scheme=pens), mark("may", "sure"))
    assert Highlighter(ARTICLE, scheme=pens).marks == [mark("may", "sure")]


def test_responses_stand_in_the_same_file():
    pen = Highlighter(ARTICLE)
    pen.respond(before=70)
    draw(pen, mark("may", "modal"))
    pen.respond(after=40)
    assert saved().responses == {"before": 70, "after": 40}
    assert len(saved().spans) == 1


def test_unknown_fields_of_the_file_survive_a_mark():
    pen = Highlighter(ARTICLE)
    draw(pen, mark("may", "modal"))
    fields = json.loads(pen.path.read_text())
    fields["drawing"] = [{"from": 0, "to": 0, "label": "source"}]
    fields["spans"][0]["colour"] = "green"
    pen.path.write_text(json.dumps(fields))
    again = Highlighter(ARTICLE)
    draw(again, mark("may", "modal"), mark("if", "condition"))
    kept = json.loads(pen.path.read_text())
    assert kept["drawing"] == fields["drawing"]
    assert kept["spans"][0]["colour"] == "green"


def test_a_broken_file_is_told_and_kept():
    Highlighter(ARTICLE)
    path = Highlighter(ARTICLE).path
    path.parent.mkdir()
    path.write_text("{half")
    pen = Highlighter(ARTICLE)
    assert pen.status["trouble"] and "harbour-fire-cues.json" in pen.status["text"]
    draw(pen, mark("may", "modal"))
    assert pen.status == {"text": "Saved. 1 mark.", "trouble": False}
    assert (path.parent / "old" / "harbour-fire-cues-1.json").read_text() == "{half"


def test_the_teachers_copy_shows_reasons_and_writes_nothing(folder):
    pen = Highlighter(ARTICLE, key=KEY, teacher=True)
    assert pen.locked and pen.stage == "reasons"
    assert {row["outcome"] for row in pen.feedback["rows"]} == {"match", "open"}
    draw(pen)
    press(pen, "restart")
    pen.set_state({"annotator": "fox-7"})
    pen.respond(before=1)
    assert list(folder.iterdir()) == []


def test_handlers_on_many_threads_lose_no_mark():
    """JupyterLab runs handlers on more than one thread."""
    pens = [Highlighter(ARTICLE) for _ in range(4)]
    words = ["The", "mayor", "may", "resign"]

    def work(pen, word):
        for _ in range(5):
            pen.respond(**{word: 1})
    threads = [threading.Thread(target=work, args=pair) for pair in zip(pens, words)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert saved().responses == dict.fromkeys(words, 1)


class WatchedLock:
    """A lock that says when somebody has to wait for it."""

    def __init__(self):
        self.lock, self.asked = threading.RLock(), threading.Event()

    def __enter__(self):
        if not self.lock.acquire(blocking=False):
            self.asked.set()
            self.lock.acquire()

    def __exit__(self, *_):
        self.lock.release()


@pytest.mark.parametrize("act", [
    lambda pen: draw(pen, mark("may", "modal")),
    lambda pen: Highlighter(ARTICLE),
])
def test_while_one_thread_saves_another_changes_nothing_under_its_hands(act, monkeypatch):
    monkeypatch.setattr(Highlighter, "_lock", WatchedLock())
    pen = Highlighter(ARTICLE)
    thread = threading.Thread(target=act, args=(pen,))
    with Highlighter._lock:
        thread.start()
        assert Highlighter._lock.asked.wait(10)
        assert (pen.marks, pen.revision, len(Highlighter._open)) == ([], 0, 1)
    thread.join()


def test_without_a_kernel_the_article_and_marks_still_show():
    pen = Highlighter(ARTICLE, key=KEY)
    draw(pen, mark("may", "modal"))
    data, _ = pen._repr_mimebundle_()
    assert "Run the cell" in data["text/html"] and "resign" in data["text/html"]
    assert not [note for note in NOTES if note in data["text/html"]]


def test_the_help_page_is_in_the_page():
    assert Highlighter(ARTICLE).help == (screen._STATIC / "help.md").read_text("utf-8")


# The page to hand in


def sent_downloads(pen: Highlighter) -> list[dict]:
    """Everything that the browser was told of what can be downloaded, from now on."""
    seen = []
    pen.observe(lambda change: seen.append(change.new), names=["download"])
    return seen


def test_the_page_to_hand_in_is_sent_when_it_is_asked_for_and_does_not_stay():
    pen = Highlighter(ARTICLE, key=KEY)
    draw(pen, mark("may", "modal"))
    seen = sent_downloads(pen)
    press(pen, "page")
    (page,) = [one["page"] for one in seen if "page" in one]
    assert page["count"] == pen.commit["count"] and page["name"] == "harbour-fire-cues-hand-in.html"
    content = carried("x.html", page["html"].encode())[0].content
    assert content == pen.path.read_text("utf-8") == pen.download["text"]
    assert "page" not in pen.download and pen.stage == "mark"


def test_the_page_holds_the_marks_that_came_with_the_wish_for_it():
    pen = Highlighter(ARTICLE, key=KEY)
    seen = sent_downloads(pen)
    pen.set_state({"marks": [mark("may", "modal")], "revision": 1, "commit": {"count": 1, "action": "page"}})
    (page,) = [one["page"] for one in seen if "page" in one]
    assert [one["quote"] for one in json.loads(carried("x.html", page["html"].encode())[0].content)["spans"]] == ["may"]


def test_nothing_of_the_key_is_in_the_page_before_the_check():
    pen = Highlighter(ARTICLE, key=KEY)
    draw(pen, mark("may", "modal"))
    seen = sent_downloads(pen)
    press(pen, "page")
    assert not [note for note in NOTES for one in seen if note in json.dumps(one, ensure_ascii=False)]


def test_a_page_opened_brings_its_marks():
    pen = Highlighter(ARTICLE, key=KEY)
    draw(pen, mark("may", "modal"), mark("likely", "likelihood", note="a guess"))
    press(pen, "check")
    page = hand_in_page(ARTICLE, pen.answer)
    before = pen.answer
    press(pen, "restart")
    assert not pen.marks
    pen.set_state({"opened": {"count": 1, "name": "harbour-fire-cues-hand-in.html", "text": page}})
    assert pen.answer == before and pen.stage == "mend" and [one.note for one in pen.answer.spans] == ["", "a guess"]
    assert pen.status["text"] == "Opened harbour-fire-cues-hand-in.html. 2 marks."


def test_a_page_of_another_text_is_refused_and_nothing_changes():
    pen = Highlighter(ARTICLE, key=KEY)
    draw(pen, mark("may", "modal"))
    other = Article("other", "Other", "s", "Another text.")
    for text, words in ((hand_in_page(other, AnnotationSet.on(other, "cues", "student")), "made on text"),
                        ("<html><p>no answer</p></html>", "no answer in it")):
        pen.set_state({"opened": {"count": pen.opened.get("count", 0) + 1, "name": "a.html", "text": text}})
        assert pen.status["trouble"] and words in pen.status["text"]
        assert len(pen.answer.spans) == 1
