"""The files: what is written is read back, hostile content is refused, and nothing is ever half-written."""

import json
import os
import re
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import NASTY, answers, articles, keyed, keys_on, marked, marks_on

from kit.errors import FileFormatError, KeyNotFound, KitError, WrongArticleError
from kit.model import files
from kit.model.annotations import AnnotationSet
from kit.model.article import Article
from kit.model.formats import (
    annotations_json,
    article_json,
    is_code,
    is_id,
    parse_annotations,
    parse_article,
    parse_key,
)
from kit.model.spans import Span

ARTICLE, KEY = marked("The mayor [may|might] resign, [<sources> said|vague+hearsay: Which ones?]. The vote is in [May|-: the month].")
ANSWER = marks_on(ARTICLE, "may|might", "sources|vague")
ROOT = Path(__file__).parent.parent


# What is written is read back


@given(articles())
def test_an_article_comes_back_the_same(article):
    content = article_json(article)
    assert parse_article(content, name="f") == article
    assert article_json(parse_article(content, name="f")) == content


JSON = st.recursive(st.none() | st.booleans() | st.integers(-10**17, 10**17) | st.floats(allow_nan=False, allow_infinity=False)
                    | st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
                    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=3), inner, max_size=3),
                    max_leaves=6)


@given(keyed().flatmap(lambda pair: st.tuples(st.just(pair[0]), answers(pair[0]), answers(pair[0]))),
       st.sampled_from(["mark", "mend", "reasons"]), st.dictionaries(st.text("xyz", min_size=1, max_size=3), JSON, max_size=3),
       st.text(st.characters(exclude_categories=["Cs"]), max_size=10), st.sampled_from(["", "mend", "reasons"]))
def test_an_answer_comes_back_the_same_with_both_passes_and_its_notes(made, stage, responses, note, reached):
    article, now, first = made
    spans = tuple(replace(span, note=note) for span in now.spans)
    answer = replace(now, spans=spans, first_pass=None if stage == "mark" else first.spans, stage=stage, responses=responses,
                     started_again=reached)
    content = annotations_json(answer, article)
    again = parse_annotations(content, name="f")
    assert again == answer and [span.note for span in again.spans] == [note] * len(spans)
    assert annotations_json(again, article) == content


@given(articles().flatmap(lambda article: st.tuples(st.just(article), keys_on(article))))
def test_a_key_comes_back_the_same_with_its_reasons(made):
    article, key = made
    key = replace(key, made="Two readers.", responses={"reason-1": {"right": ["x"]}})
    content = annotations_json(key, article)
    again = parse_key(content, name="f")
    assert again == key
    assert [item.note for item in (*again.spans, *again.look_alikes)] == [item.note for item in (*key.spans, *key.look_alikes)]
    assert annotations_json(again, article) == content


def test_the_file_looks_as_people_are_told():
    assert annotations_json(replace(ANSWER, first_pass=(), stage="mend", responses={"before": 70}), ARTICLE) == f'''{{
  "format": "kit/annotations/1",
  "article": "text",
  "fingerprint": "{ARTICLE.fingerprint}",
  "scheme": "cues-4",
  "annotator": "student",
  "spans": [
    {{
      "start": 10,
      "end": 13,
      "label": "might",
      "quote": "may"
    }},
    {{
      "start": 22,
      "end": 29,
      "label": "vague",
      "quote": "sources"
    }}
  ],
  "first_pass": [],
  "stage": "mend",
  "responses": {{
    "before": 70
  }}
}}
'''
    shown = json.loads(annotations_json(KEY, ARTICLE))
    assert list(shown) == ["format", "article", "fingerprint", "scheme", "annotator", "made", "spans", "look_alikes", "responses"]
    assert shown["spans"][1] == {"start": 22, "end": 34, "label": "vague", "quote": "sources said", "tier": "core",
                                 "core": [22, 29], "also": ["hearsay"], "note": "Which ones?"}


def with_unknown_fields(content):
    fields = json.loads(content)
    fields["relations"] = [{"from": 0, "to": 1, "label": "source"}]
    for number, span in enumerate(fields["spans"]):
        span["sure"] = {"how": [number, None, "é"]}
    return fields


@pytest.mark.parametrize("marks, parse", [(ANSWER, parse_annotations), (KEY, parse_key)], ids=["answer", "key"])
def test_unknown_fields_are_kept_and_written_back(marks, parse):
    fields = with_unknown_fields(annotations_json(marks, ARTICLE))
    assert json.loads(annotations_json(parse(json.dumps(fields), name="f"), ARTICLE)) == fields


def test_the_six_months_old_set_of_a_renamed_text_is_refused_on_writing():
    with pytest.raises(WrongArticleError):
        annotations_json(ANSWER, Article("text", "", "", "Another text."))


def test_a_note_with_half_a_character_is_saved_all_the_same():
    """A browser may cut an emoji in two; the marks must not be lost for it."""
    answer = AnnotationSet.on(ARTICLE, "cues-4", "student", [Span(10, 13, "might", "a \ud83d half")])
    again = parse_annotations(annotations_json(answer, ARTICLE), name="f")
    assert again.spans == answer.spans and again.spans[0].note.startswith("a ")


def test_an_article_with_half_a_character_is_refused_on_both_sides():
    with pytest.raises(FileFormatError, match="half a character"):
        article_json(Article("text", "", "", "a \ud83d half"))
    with pytest.raises(FileFormatError, match="f: .*half a character"):
        parse_article(changed(article_json(ARTICLE), text="a \ud83d half"), name="f")


# Hostile content


def changed(content, **fields):
    return json.dumps(json.loads(content) | fields)


def span(**fields):
    return {"spans": [{"start": 10, "end": 13, "label": "might"} | fields]}


BAD_ANSWERS = [
    {"format": "kit/key/1"}, {"format": "kit/annotations/2"}, {"format": None}, {"format": []}, {"format": "x" * 10**6},
    {"article": "../secret"}, {"article": "a/b"}, {"article": ""}, {"article": "a\n"}, {"article": 3}, {"article": "A"},
    {"annotator": "../../x"}, {"annotator": "Ana Ruiz"}, {"annotator": "a" * 41}, {"annotator": None},
    {"fingerprint": "xyz"}, {"fingerprint": "0" * 13}, {"fingerprint": 0}, {"fingerprint": "0" * 12 + "\n"},
    {"scheme": "../cues"}, {"scheme": ["cues"]}, {"scheme": {}}, {"scheme": ""},
    {"spans": None}, {"spans": {}}, {"spans": "may"}, {"spans": [None]}, {"spans": [[]]}, {"spans": [[10, 13, "might"]]},
    span(start=-1), span(start=13), span(start=99), span(start="10"), span(start=10.0), span(start=None), span(start=True),
    span(end=10**17, start=10**18), span(end=0), span(label="modal"), span(label=["might"]), span(label={}), span(label=None),
    span(note=3), span(note=["a"]), {"first_pass": None}, {"first_pass": [3]}, {"stage": "mend"}, {"stage": 3}, {"stage": []},
    {"stage": "done", "first_pass": []}, {"started_again": "mark"}, {"started_again": True}, {"responses": []}, {"responses": None},
]


@pytest.mark.parametrize("fields", BAD_ANSWERS, ids=lambda fields: str(fields)[:50])
def test_a_field_of_the_wrong_kind_is_refused_with_file_and_remedy(fields):
    with pytest.raises(FileFormatError, match="^answers/x.json: ") as problem:
        parse_annotations(changed(annotations_json(ANSWER, ARTICLE), **fields), name="answers/x.json")
    assert len(str(problem.value)) < 300
    assert str(problem.value).rstrip().endswith(".")


@pytest.mark.parametrize("fields", [
    span(core=[9, 13]), span(core=[10, 10]), span(core=[10]), span(core=[10, 13, 14]), span(core="may"), span(core=None),
    span(core=[10.0, 13]), span(core={"0": 10}), span(tier="gold"), span(tier=["core"]), span(also="hearsay"), span(also=[3]),
    span(also=["modal"]), {"spans": [*span()["spans"], *span(start=12, end=20)["spans"]]}, {"look_alikes": {}},
    {"look_alikes": [3]}, {"look_alikes": [{"start": 3, "end": 3}]}, {"made": 3}, {"format": "kit/annotations/1"},
], ids=lambda fields: str(fields)[:50])
def test_a_key_of_the_wrong_shape_is_refused(fields):
    with pytest.raises(FileFormatError, match="^k.json: "):
        parse_key(changed(annotations_json(KEY, ARTICLE), **fields), name="k.json")


@pytest.mark.parametrize("fields", [
    {"tokens": None}, {"tokens": [[0, 3], [2, 5]]}, {"tokens": [[0, 999]]}, {"tokens": [[0, 1.5]]}, {"tokens": [[-1, 3]]},
    {"tokens": [[False, True]]}, {"tokens": "0-3"}, {"tokens": []}, {"tokens": [[0, 55]]}, {"sentences": [[0, 3]]},
    {"sentences": []}, {"sentences": [[0, 10], [10, 55]]}, {"text": None}, {"text": ["a"]}, {"title": 3}, {"source": None},
    {"language": 3}, {"id": "../x"}, {"text": " ", "sentences": [[0, 1]], "tokens": []},
], ids=str)
def test_an_article_whose_parts_do_not_fit_is_refused(fields):
    with pytest.raises(FileFormatError, match="^a.json: "):
        parse_article(changed(article_json(ARTICLE), **fields), name="a.json")


@pytest.mark.parametrize("content", [
    "", " ", "null", "[]", "3", '"kit/annotations/1"', "{", "{]", "{'format': 1}", '{"format": "kit/annotations/1"', "\x00",
    '{"format": "kit/annotations/1"} {}', '{"format": NaN}', '{"format": Infinity}', '{"x": -Infinity}', '{"x": 1e999}',
    '{"x": ' + "9" * 5000 + "}", '{"x": 1, "x": 2}', '{"format": "kit/annotations/1", "spans": [{"a": 1, "a": 1}]}',
    "__import__('os').system('true')", "%PDF-1.7", "<html></html>",
], ids=lambda content: content[:25])
def test_what_is_no_file_of_the_kit_is_refused(content):
    for parse in (parse_article, parse_annotations, parse_key):
        with pytest.raises(FileFormatError, match="^f.json: "):
            parse(content, name="f.json")


@pytest.mark.parametrize("member", ['"before": NaN', '"before": -Infinity', '"before": 1e999', '"before": 1, "before": 2',
                                    '"before": {"a": 1, "a": 1}', '"before": ' + "9" * 19])
def test_one_such_value_in_a_file_that_is_otherwise_right_is_refused(member):
    content = annotations_json(replace(ANSWER, responses={"before": 70}), ARTICLE)
    assert parse_annotations(content, name="f").responses == {"before": 70}
    with pytest.raises(FileFormatError, match="^f: the file was changed after it was saved: "):
        parse_annotations(content.replace('"before": 70', member), name="f")


def test_a_file_that_broke_off_anywhere_is_told_so_with_its_line():
    content = annotations_json(replace(ANSWER, responses={"written": "a\nb \u00e9"}), ARTICLE)
    for end in range(1, len(content) - 2):
        line = content.count("\n", 0, end) + 1
        with pytest.raises(FileFormatError) as told:
            parse_annotations(content[:end], name="answers/x.json")
        found = re.fullmatch(r"answers/x.json: the file is cut off in line (\d+)\. Choose a file that was "
                             r"saved with Save as, or an older copy of it\.", str(told.value))
        assert found and line - 1 <= int(found[1]) <= line, content[:end]


@pytest.mark.parametrize(("content", "words"), [
    ("", "the file is empty"), (" \n", "the file is empty"), ("<p>Hello</p>", "this is not a file that the kit saved"),
    ("Dear teacher", "this is not a file that the kit saved"), ('{"format": 1,\n "a" 2}', "damaged in line 2")])
def test_what_is_the_matter_with_a_file_is_said_in_plain_words(content, words):
    with pytest.raises(FileFormatError, match=f"^x: .*{words}. Choose a file that was saved with Save as"):
        parse_annotations(content, name="x")


@pytest.mark.parametrize("depth", [51, 900, 10_000, 1_000_000])
@pytest.mark.parametrize("open, close", ["[]", ('{"a":', "}")], ids=["lists", "objects"])
def test_depth_is_limited(depth, open, close):
    """A file of depth 900 could be read, kept as an unknown field, and not be saved again."""
    inner = open * depth + ("1" if close == "}" else "") + close * depth
    content = annotations_json(ANSWER, ARTICLE).rstrip().removesuffix("}") + f', "x": {inner}}}'
    with pytest.raises(FileFormatError, match="f: nested too deeply"):
        parse_annotations(content, name="f")


def test_what_is_deep_but_allowed_is_written_back():
    value = 1
    for _ in range(40):
        value = [value]
    fields = json.loads(annotations_json(ANSWER, ARTICLE)) | {"x": value}
    assert json.loads(annotations_json(parse_annotations(json.dumps(fields), name="f"), ARTICLE)) == fields


@given(st.data())
def test_whatever_stands_in_a_field_it_is_read_or_refused_never_a_crash(data):
    marks, parse = data.draw(st.sampled_from([(ANSWER, parse_annotations), (KEY, parse_key)]))
    fields = json.loads(annotations_json(marks, ARTICLE))
    into = data.draw(st.sampled_from([fields, *fields["spans"]]))
    into[data.draw(st.sampled_from([*into, "core", "also", "stage", "first_pass"]))] = data.draw(JSON)
    try:
        again = parse(json.dumps(fields), name="f")
    except FileFormatError as problem:
        assert str(problem).startswith("f: ")
    else:
        assert isinstance(again, AnnotationSet)


@given(st.text(max_size=60))
def test_ids_and_codes_are_letters_digits_and_hyphens(word):
    for allowed in (is_id, is_code):
        if allowed(word):
            assert word.isascii() and word.replace("-", "").replace("_", "").isalnum() and "\n" not in word


@given(st.text(max_size=60))
def test_any_name_becomes_an_id(name):
    assert is_id(files.as_id(name))


# Hostile files


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "answers" / "text-cues-4.json"
    files.save_annotations(ANSWER, ARTICLE, path)
    return path


READERS = [files.read_article, files.read_annotations, files.read_key, files.open_text, files.read_text]


@pytest.mark.parametrize("read", READERS, ids=lambda read: read.__name__)
class TestEveryReader:
    def test_says_that_there_is_no_file(self, read, tmp_path):
        with pytest.raises(FileFormatError, match="there is no such file"):
            read(tmp_path / "none.json")

    def test_follows_no_link(self, read, saved, tmp_path):
        link = tmp_path / "link.json"
        link.symlink_to(saved)
        with pytest.raises(FileFormatError, match="link to another file"):
            read(link)
        link.unlink()
        link.symlink_to(link)
        with pytest.raises(FileFormatError, match="link to another file"):
            read(link)

    def test_does_not_take_a_folder_for_a_file(self, read, tmp_path):
        with pytest.raises(FileFormatError, match="not a file"):
            read(tmp_path)

    def test_does_not_wait_for_a_pipe(self, read, tmp_path):
        """A pipe among handed-in files would have stopped the grading of the whole class."""
        os.mkfifo(tmp_path / "pipe.json")
        with pytest.raises(FileFormatError, match="not a file"):
            read(tmp_path / "pipe.json")

    def test_stops_at_a_size(self, read, tmp_path):
        with open(tmp_path / "large.json", "wb") as file:
            file.truncate(100_000_000)
        with pytest.raises(FileFormatError, match="larger than 20 MB"):
            read(tmp_path / "large.json")

    def test_names_the_line_that_is_not_utf_8(self, read, tmp_path):
        (tmp_path / "latin.json").write_bytes("one\ntwo\ncaf\u00e9".encode("latin-1"))
        with pytest.raises(FileFormatError, match="line 3: not UTF-8"):
            read(tmp_path / "latin.json")

    @pytest.mark.parametrize("name", ["a\0b", "n" * 5000, "\udcff" * 3])
    def test_refuses_a_name_that_no_file_can_have(self, read, name, tmp_path):
        with pytest.raises(FileFormatError):
            read(tmp_path / name)


def test_a_byte_order_mark_does_not_count(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"\xef\xbb\xbfIt may rain.")
    assert files.open_text(tmp_path / "a.txt").text == "It may rain."


def test_an_answer_is_never_read_as_a_key(saved):
    with pytest.raises(FileFormatError, match="'kit/annotations/1', expected 'kit/key/1'"):
        files.read_key(saved)


@pytest.mark.parametrize("id", ["../../pyproject", "..", "/etc/passwd", "north-korea-2024/../north-korea-2024", "", "a\0b", "n" * 5000,
                                "01-what-do-we-know.lesson", "north-korea-2024-cues.key", None, 3])
def test_no_id_leads_out_of_the_kits_articles(id):
    with pytest.raises(KitError, match="There is no article .*Choose one of: .*north-korea-2024"):
        files.load_article(id)
    with pytest.raises(KeyNotFound, match="There is no practice key"):
        files.load_key(id)


@pytest.mark.parametrize("scheme", ["../cues", "cues/../../x", "n" * 5000, "a\0b", "", "quotes"])
def test_no_scheme_leads_out_of_the_kits_articles(scheme):
    with pytest.raises(KeyNotFound, match="There is no practice key"):
        files.load_key("north-korea-2024", scheme=scheme)


# A text of one's own


def test_a_plain_text_becomes_an_article(tmp_path):
    path = tmp_path / "My Article (2)!.txt"
    path.write_bytes("  Cafe\u0301 news\r\n\r\nIt may rain.\rOr not.\n\n".encode())
    article = files.open_text(path)
    assert (article.id, article.title, article.source) == ("my-article-2", "Café news", "My Article (2)!.txt")
    assert article.text == "Café news\n\nIt may rain.\nOr not."
    assert files.open_text(path, title="Another").title == "Another"


@pytest.mark.parametrize("content, problem", [("", "no text"), (" \n\r\n\t", "no text"), ("a\0b", "not a text file")])
def test_a_file_without_text_is_refused(content, problem, tmp_path):
    (tmp_path / "a.txt").write_text(content)
    with pytest.raises(FileFormatError, match=problem):
        files.open_text(tmp_path / "a.txt")


@pytest.mark.parametrize("text", [text for text in NASTY if text.strip() and "\0" not in text], ids=lambda text: repr(text[:12]))
def test_a_nasty_text_goes_all_the_way_and_back(text, tmp_path):
    (tmp_path / "nasty.txt").write_bytes(text.encode())
    article = files.open_text(tmp_path / "nasty.txt")
    files.save_article(article, tmp_path / "nasty.json")
    whole = AnnotationSet.on(article, "cues", "student", [Span(0, len(article.text), "modal", text)])
    files.save_annotations(whole, article, tmp_path / "nasty-cues.json")
    assert files.read_article(tmp_path / "nasty.json") == article
    assert files.read_annotations(tmp_path / "nasty-cues.json").spans[0].note == text
    assert sorted(path.name for path in tmp_path.iterdir()) == ["nasty-cues.json", "nasty.json", "nasty.txt"]


# Saving


def test_saving_makes_the_folder_and_leaves_nothing_beside_the_file(saved):
    assert files.read_annotations(saved) == ANSWER
    assert list(saved.parent.iterdir()) == [saved]


def test_saving_on_a_link_replaces_the_link_and_not_what_it_leads_to(tmp_path):
    outside = tmp_path / "outside.json"
    outside.write_text("precious")
    link = tmp_path / "answers" / "a.json"
    link.parent.mkdir()
    link.symlink_to(outside)
    files.save_text("mine", link)
    assert (outside.read_text(), link.read_text(), link.is_symlink()) == ("precious", "mine", False)


@pytest.mark.parametrize("step", ["open", "fsync", "replace"])
def test_when_the_disk_fails_at_any_step_the_last_version_stays(step, saved, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    before = saved.read_bytes()
    monkeypatch.setattr(files if step == "open" else os, step, full, raising=False)
    with pytest.raises(KitError, match="not saved .No space left on device.. Make room"):
        files.save_text("new", saved)
    assert saved.read_bytes() == before and list(saved.parent.iterdir()) == [saved]


def run(code, *arguments):
    """Run Python in a process of its own and return what it printed."""
    done = subprocess.run([sys.executable, "-c", code, *map(str, arguments)], capture_output=True, text=True,
                          cwd=ROOT, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_file_too_large_for_the_disk_is_not_saved_and_says_so(saved):
    said = run("""
import resource, signal, sys
from kit.errors import KitError
from kit.model.files import save_text
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    save_text("x" * 5000, sys.argv[1])
except KitError as problem:
    print(problem)
""", saved)
    assert said.startswith(f"{saved}: not saved (File too large).")
    assert files.read_annotations(saved) == ANSWER and list(saved.parent.iterdir()) == [saved]


def test_in_a_folder_that_may_only_be_read_nothing_is_saved_and_it_says_so(saved):
    """Whoever runs the test as root, to whom every folder is open, runs it as nobody."""
    for folder in (saved.parent, *saved.parent.parents[:3]):
        folder.chmod(0o555 if folder == saved.parent else 0o755)
    said = run("""
import os, sys
from kit.errors import KitError
from kit.model.files import save_text
path = sys.argv[1]
os.chdir(os.path.dirname(path))
if os.getuid() == 0:
    os.setuid(65534)
try:
    save_text("new", os.path.basename(path))
except KitError as problem:
    print(problem)
""", saved)
    saved.parent.chmod(0o755)
    assert said.startswith(f"{saved.name}: not saved (Permission denied). Make room")
    assert files.read_annotations(saved) == ANSWER


def test_a_file_in_the_place_of_the_folder_is_said(saved):
    with pytest.raises(KitError, match="not saved"):
        files.save_text("new", saved / "deeper.json")
    assert files.read_annotations(saved) == ANSWER


def test_killed_at_any_moment_the_last_reported_save_is_there_and_the_file_is_whole(tmp_path):
    """kill -9 at 200 random moments, of a process that does nothing but save."""
    said = run("""
import os, random, select, signal, sys
from kit.model.annotations import AnnotationSet
from kit.model.article import Article
from kit.model.files import read_annotations, save_annotations
from kit.model.spans import Span

path, words = sys.argv[1], 3000
article = Article("text", "Title", "source", "may " * words)

def answer(number):
    return AnnotationSet(article.id, article.fingerprint, "cues", "student",
                         tuple(Span(4 * at, 4 * at + 3, "modal") for at in range(number % 40 + 1)), responses={"number": number})

def save_for_ever(number, told):
    while True:
        save_annotations(answer(number), article, path)
        os.write(told, b"%d\\n" % number)
        number += 1

def killed_after(moment, number):
    hear, told = os.pipe()
    child = os.fork()
    if child == 0:
        save_for_ever(number, told)
    os.close(told)
    select.select([hear], [], [], 10)                # the first save is reported
    select.select([], [], [], moment)                # the random moment is what is tested
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(hear) as file:
        return int(file.read().split()[-1])

moments, last = random.Random(4), 0
for _ in range(200):
    reported = killed_after(moments.uniform(0, 0.006), last + 1)
    on_disk = read_annotations(path)
    number = on_disk.responses["number"]
    assert on_disk == answer(number), number
    assert number in (reported, reported + 1), (number, reported)
    last = number
print(last)
""", tmp_path / "answer.json")
    assert int(said) >= 200


def test_what_a_killed_save_left_is_swept_and_what_another_writes_now_is_not(saved):
    old, new, other = (saved.with_name(name) for name in (f".{saved.name}.aa.tmp", f".{saved.name}.bb.tmp", ".x.json.cc.tmp"))
    for path in (old, new, other):
        path.write_text("half")
    os.utime(old, (1, 1))
    os.utime(other, (1, 1))
    files.save_text("new", saved)
    assert not old.exists() and new.exists() and other.exists()


@pytest.mark.parametrize("umask, mode", [(0o077, 0o600), (0o022, 0o644)])
def test_a_saved_file_is_as_private_as_its_owner_wants(tmp_path, umask, mode):
    """On a shared server, work that others must not read was readable by all."""
    done = subprocess.run([sys.executable, "-c", f"""
import os
import re
os.umask({umask})
from kit.model.files import save_text
save_text("words", "work.json")
"""], cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)})
    assert done.returncode == 0
    assert stat.S_IMODE((tmp_path / "work.json").stat().st_mode) == mode
