"""No key leaves the folder of keys: not with what is handed out, not in what is graded, not when something breaks.

What a student's own feedback tells about the key of the exercise is meant to be told; everything else is not.
"""

import html
import json
import re
import shutil
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

import pytest
from answer_files import CUES, named
from cheats import link_to_key, links_to_look_at
from nbcourse import CHECKOUT, NbCourse

# The warnings are of nbgrader's own making: a submission that its session does not know yet, a misspelt option.
pytestmark = [pytest.mark.grading, pytest.mark.filterwarnings("ignore:Object of type"),
              pytest.mark.filterwarnings("ignore:Passing unrecognized arguments")]

NOTEBOOK = (CHECKOUT / "exercises" / "source" / CUES / f"{CUES}.ipynb").read_text("utf-8")
GRADED_BY = "singer-tour-cues.key.json"
BREAKS = '''
from nbgrader.preprocessors import NbGraderPreprocessor

class Breaks(NbGraderPreprocessor):
    """Fails in the middle of the work, with all of it in its hands."""
    def preprocess_cell(self, cell, resources, index):
        if index > 3:
            raise RuntimeError("broken on purpose")
        return cell, resources

def breaks(**about):
    raise RuntimeError("broken on purpose")
'''


# Lines that every answer file has as well, and short ones that only a key has.
_SHARED = re.compile(r'"(format|article|fingerprint|scheme|quote)"')
_OF_A_KEY = re.compile(r'"(tier|core)"')
_ROW = 4  # numbers; fewer may follow on each other by chance

# A text, or a row of numbers or of labels, whatever signs and words stand between the numbers.
Secret = str | tuple[str, ...]


def strings(value: object) -> Iterator[str]:
    """Yield every text in a file of JSON but the words of the article."""
    if isinstance(value, dict):
        yield from (text for name, each in value.items() if name != "quote" for text in strings(each))
    elif isinstance(value, list):
        yield from (text for each in value for text in strings(each))
    elif isinstance(value, str) and len(value) > 24:
        yield value


def secrets(key: Path) -> frozenset[Secret]:
    """Return what only a key says: its reasons, how it was made, its lines as they stand in the file, and its places."""
    content = key.read_text("utf-8")
    stripped = [line.strip().rstrip(",") for line in content.splitlines()]
    lines = {line for line in stripped if (len(line) > 24 and not _SHARED.match(line)) or _OF_A_KEY.match(line)}
    spans = json.loads(content)["spans"]
    labels = tuple(span["label"] for span in spans)
    return frozenset(strings(json.loads(content))) | lines | places(spans) | {labels}


def places(spans: list[dict]) -> frozenset[Secret]:
    """Return the places that marks mean, as rows: where they begin, where they end, both, and the same for cores."""
    extents = [(span["start"], span["end"]) for span in spans]
    cores = [tuple(span.get("core") or extent) for span, extent in zip(spans, extents)]
    rows = [[start for start, _ in kind] for kind in (extents, cores)] + [[end for _, end in kind] for kind in (extents, cores)]
    rows += [list(chain(*kind)) for kind in (extents, cores, (extent + core for extent, core in zip(extents, cores)))]
    return frozenset(chain(*(in_a_row(list(map(str, row))) for row in rows)))


def in_a_row(numbers: list[str]) -> Iterator[tuple[str, ...]]:
    return zip(*(numbers[first:] for first in range(_ROW)))


def plain(content: str) -> str:
    """Return a file's content without the ways in which JSON and HTML spell signs."""
    for _ in range(2):
        content = html.unescape(re.sub(r'\\(["\\/])', r"\1", content))
    return content


def one_line(words: Sequence[str]) -> str:
    return f" {' '.join(words)} "


def held(content: str, told: frozenset[Secret]) -> set[Secret]:
    """Return which of these stand in a text."""
    content = plain(content)
    words = one_line(re.findall(r"[^\W_][\w-]*", content))
    rows = set(in_a_row(re.findall(r"\d+", content)))
    return {one for one in told if (one in content if isinstance(one, str) else
                                    one in rows if one[0].isdigit() else one_line(one) in words)}


def told_in(folder: Path, told: frozenset[Secret]) -> set[tuple[str, Secret]]:
    """Return which of these stand where, in files of any kind and in their names."""
    return {(str(path.relative_to(folder)), one) for path in folder.rglob("*") if path.is_file()
            for one in held(path.read_bytes().decode("utf-8", "replace") + path.name, told)}


class Course(NbCourse):
    """A course with traps: keys and trial answers that somebody left in `source`."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, source={CUES: NOTEBOOK})
        source = folder / "source" / CUES
        for place in (GRADED_BY, f"keys/{GRADED_BY}", f"more/{GRADED_BY}", "trials/note.txt"):
            (source / place).parent.mkdir(exist_ok=True)
            (source / place).write_bytes((folder / "keys" / GRADED_BY).read_bytes())
        (source / "answers").mkdir()
        (source / named("perfect").path).write_text(named("perfect").content, "utf-8")

    @property
    def exchange(self) -> Path:
        return self.home / "exchange"

    @property
    def keys(self) -> list[Path]:
        return sorted((self.folder / "keys").glob("*.json"))

    def all_secrets(self) -> frozenset[Secret]:
        return frozenset().union(*map(secrets, self.keys))

    def do(self, step: str, *what: str) -> str:
        """Take a step of nbgrader in this process, which is quicker, and return all that it said, success or not."""
        with self.api() as api:
            done = getattr(api, step)(CUES, *what)
        return "\n".join(str(part) for part in done.values())

    def configure(self, line: str) -> None:
        """Put a line behind the kit's configuration."""
        path = self.folder / "nbgrader_config.py"
        path.write_text(path.read_text("utf-8").partition("# on purpose\n")[0] + f"# on purpose\n{line}\n", "utf-8")


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """The course after a whole round through the exchange, and three more who handed in what cannot be graded."""
    course = Course(tmp_path_factory.mktemp("leaks") / "course")
    course.generate(CUES)
    course.do("release_assignment")
    course.released = told_in(course.exchange, course.all_secrets()), [
        str(path.relative_to(course.exchange)) for path in course.exchange.rglob("*") if path.is_file()]
    student = course.home / "student"
    student.mkdir()
    exchange = f"c = get_config()\nc.Exchange.root = {str(course.exchange)!r}\n"
    (student / "nbgrader_config.py").write_text(exchange + "c.CourseDirectory.course_id = 'media-literacy'\n", "utf-8")
    course.run("fetch_assignment", CUES, where=student)
    answer = student / CUES / named("half").path
    answer.parent.mkdir()
    answer.write_text(named("half").content, "utf-8")
    course.run("submit", CUES, where=student)
    (handed_in,) = (course.exchange / "media-literacy" / "inbound").iterdir()
    course.student = handed_in.name.partition("+")[0]  # whoever runs the tests
    course.do("collect")
    for name, content in (("damaged", named("damaged").content), ("none", None), ("a-key", named("a-key").content)):
        course.hand_in(name, {} if content is None else {named("damaged").path: content})
    links_to_look_at(course.hand_in("looks", {named("half").path: named("half").content}), course.home)
    link_to_key(course.hand_in("links", {named("half").path: named("half").content}), course.home)
    course.said = course.do("autograde", "*") + course.do("generate_feedback")
    course.said += course.do("release_feedback", course.student)
    return course


def test_the_search_finds_what_it_looks_for(course, tmp_path):
    """A search that finds nothing because it cannot find anything would hold nothing."""
    key = course.folder / "keys" / GRADED_BY
    note = next(span["note"] for span in json.loads(key.read_text("utf-8"))["spans"] if '"' in span["note"])
    for number, written in enumerate((note, html.escape(note), json.dumps({"x": html.escape(note)}), json.dumps([note]))):
        (tmp_path / f"{number}.txt").write_text(written, "utf-8")
    assert {place for place, _ in told_in(tmp_path, secrets(key))} == {"0.txt", "1.txt", "2.txt", "3.txt"}


def lists_of(spans: list[dict]) -> dict[str, str]:
    """Return ways in which somebody may write down what a key marks."""
    starts, cores = [one["start"] for one in spans], [one.get("core", [one["start"], one["end"]]) for one in spans]
    return {"starts": str(starts), "some": str(starts[5:10]), "page": "".join(f"<tr><td>{one}</td></tr>" for one in starts),
            "cores": json.dumps(cores), "cores-begin": " ".join(str(start) for start, _ in cores),
            "both": "\n".join(f"{one['start']};{one['end']};{one['label']}" for one in spans),
            "fields": json.dumps([{"from": one["start"], "to": one["end"]} for one in spans[-3:]]),
            "item": json.dumps({name: spans[0][name] for name in ("start", "end", "core")}),
            "labels": json.dumps([one["label"] for one in spans]), "tier": '  "tier": "core"\n', "core": '"core": [84, 90],'}


def test_the_search_finds_a_list_of_places(course, tmp_path):
    """Whatever stands between the numbers; and nothing in numbers of another kind, or in what the class marked itself."""
    key = course.folder / "keys" / GRADED_BY
    written = lists_of(json.loads(key.read_text("utf-8"))["spans"])
    for name, content in written.items():
        (tmp_path / name).write_text(content, "utf-8")
    for name, content in {"count": str(list(range(2000))), "two": "81, 185", "prose": "A likelihood of 81, hearsay and vague."}.items():
        (tmp_path / f"no-{name}").write_text(content, "utf-8")
    assert {place for place, _ in told_in(tmp_path, secrets(key))} == set(written)
    mine = held(named("half").content, secrets(key))
    assert mine and not [one for one in mine if isinstance(one, str)]
    assert not [name for name, content in written.items() if held(content, secrets(key)) <= mine]


def test_what_is_handed_out_holds_nothing_of_any_key(course):
    found, files = course.released
    assert found == set()
    assert told_in(course.folder / "release", course.all_secrets()) == set()
    assert [name for name in files if "key" in name or "answers" in name or "trials" in name] == []
    assert any(name.endswith(f"{CUES}.ipynb") for name in files)


@pytest.mark.parametrize("step", ["autograded", "feedback"])
def test_what_is_graded_holds_no_key_but_the_reasons_of_this_exercise(course, step):
    others = frozenset().union(*(secrets(key) for key in course.keys if key.name != GRADED_BY))
    shown = frozenset(strings(json.loads((course.folder / "keys" / GRADED_BY).read_text("utf-8"))))
    mine = held(named("half").content, course.all_secrets())  # a student's own marks
    assert told_in(course.folder / step, (course.all_secrets() | others) - shown - mine) == set()
    assert told_in(course.folder / step / course.student, shown) != set()  # the feedback does give reasons


@pytest.mark.parametrize("student", ["damaged", "none", "a-key", "links"])
@pytest.mark.parametrize("step", ["autograded", "feedback"])
def test_who_handed_in_nothing_that_can_be_graded_learns_nothing(course, step, student):
    assert any((course.folder / step / student).rglob(f"{CUES}.*"))
    assert told_in(course.folder / step / student, course.all_secrets()) == set()


def test_feedback_goes_back_without_any_key(course):
    notes = frozenset(strings(json.loads((course.folder / "keys" / GRADED_BY).read_text("utf-8"))))
    mine = held(named("half").content, course.all_secrets())
    assert told_in(course.exchange, course.all_secrets() - notes - mine) == set()
    files = [path.name for path in (course.exchange / "media-literacy" / "feedback").rglob("*") if path.is_file()]
    assert files and all(name.endswith(".html") for name in files)


def test_links_bring_nothing_along(course):
    for step in ("autograded", "feedback"):
        places = [path for path in (course.folder / step).rglob("*") if not path.is_dir()]
        assert not [path for path in places if path.is_symlink() or path.name in ("look.txt", "passwd.txt", "book.json")]


def test_what_nbgrader_says_tells_nothing_of_a_key(course):
    assert held(course.said, course.all_secrets()) == set()


BROKEN = {
    "while-grading": "c.Autograde.autograde_preprocessors.insert(1, 'trouble.Breaks')",
    "after-grading": "c.Autograde.autograde_preprocessors.append('trouble.Breaks')",
    "while-reading": "c.Autograde.sanitize_preprocessors.insert(1, 'trouble.Breaks')",
    "before-each": "c.Autograde.pre_convert_hook = 'trouble.breaks'",
    "after-each": "c.Autograde.post_convert_hook = 'trouble.breaks'",
    "in-feedback": "c.GenerateFeedback.preprocessors = ['nbgrader.preprocessors.GetGrades', 'trouble.Breaks']",
}


@pytest.fixture(scope="module")
def monkeypatch_module():
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.fixture(scope="module")
def broken(tmp_path_factory, monkeypatch_module):
    """A course that is graded with something broken in its configuration, or in its keys."""
    course = Course(tmp_path_factory.mktemp("broken") / "course")
    course.generate(CUES)
    (course.folder / "trouble.py").write_text(BREAKS, "utf-8")
    monkeypatch_module.syspath_prepend(course.folder)
    links_to_look_at(course.hand_in("ana", {named("half").path: named("half").content}), course.home)
    course.hand_in("ben", {named("damaged").path: named("damaged").content})
    return course


@pytest.mark.parametrize("trouble", BROKEN)
def test_a_hook_that_fails_leaves_no_key_behind(trouble, broken):
    """Not in what is left half done, and not in what nbgrader writes about it."""
    shown = frozenset(strings(json.loads((broken.folder / "keys" / GRADED_BY).read_text("utf-8"))))
    mine = held(named("half").content, broken.all_secrets())
    broken.configure(BROKEN[trouble])
    said = broken.do("autograde", "*") + broken.do("generate_feedback")
    assert "broken on purpose" in said
    assert held(said, broken.all_secrets()) == set()
    assert told_in(broken.folder / "release", broken.all_secrets()) == set()
    for folder in ("autograded", "feedback"):
        assert told_in(broken.folder / folder, broken.all_secrets() - shown - mine) == set()
    left = [path for step in ("autograded", "feedback") for path in (broken.folder / step).rglob("*")]
    assert not [path for path in left if path.is_symlink() or path.name in ("look.txt", "book.json", "passwd.txt")]


@pytest.mark.parametrize("content", [
    lambda key: key[:len(key) // 2], lambda key: key.replace('"tier": "core"', '"tier": "cor"', 1),
    lambda key: key.replace('"note": "', '"note": ["', 1), lambda key: key.replace("kit/key/1", "kit/key/2"),
    lambda key: "", lambda key: key.replace('"start": 81', '"start": 99', 1)], ids=[
        "cut", "unknown-tier", "no-text", "future", "empty", "turned"])
def test_a_broken_key_grades_nobody_and_is_not_told(content, broken):
    key = broken.folder / "keys" / GRADED_BY
    whole = key.read_text("utf-8")
    told = secrets(key)
    broken.configure("")
    shutil.rmtree(broken.folder / "autograded", ignore_errors=True)
    try:
        key.write_text(content(whole), "utf-8")
        said = broken.do("autograde", "*")
    finally:
        key.write_text(whole, "utf-8")
    assert GRADED_BY in said  # the teacher learns which file to mend
    assert held(said, told) == set()
    assert not list((broken.folder / "autograded").rglob("*.ipynb"))
