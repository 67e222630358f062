"""A file that the user changed is never written over, whatever else happens to the folder."""

import json
import re
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from kit.errors import KitError
from kit.places.folder import HELP, default_folder, hand_out, originals

NAMES = ("lessons/01-one.ipynb", "lessons/README.md", "exercises/README.md")


@pytest.fixture
def kit(tmp_path):
    """Return a function that makes a version of the kit: what it hands out, by name."""
    def version(**contents: str) -> dict[str, Path]:
        files = {}
        for stem, content in contents.items():
            path = tmp_path / f"kit-{hash(content)}" / f"{stem}.ipynb"
            path.parent.mkdir(exist_ok=True)
            path.write_text(content, encoding="utf-8")
            files[f"lessons/{stem}.ipynb"] = path
        return files
    return version


def read(folder: Path) -> dict[str, str]:
    """Return the visible files of a folder."""
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8")
            for path in folder.rglob("*") if path.is_file() and ".kit" not in path.parts}


def test_first_time_copies_everything(tmp_path, kit):
    handed = hand_out(tmp_path / "Übungen mit Leerzeichen", kit(one="1", two="1"))
    assert handed.copied == ("lessons/one.ipynb", "lessons/two.ipynb")
    assert read(handed.folder) == {"lessons/one.ipynb": "1", "lessons/two.ipynb": "1"}


def test_second_time_writes_nothing(tmp_path, kit):
    hand_out(tmp_path / "my", kit(one="1"))
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "my").rglob("*")}
    handed = hand_out(tmp_path / "my", kit(one="1"))
    assert (handed.copied, handed.renewed, handed.beside) == ((), (), ())
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "my").rglob("*")} == before


def test_untouched_file_is_renewed(tmp_path, kit):
    hand_out(tmp_path / "my", kit(one="1"))
    handed = hand_out(tmp_path / "my", kit(one="2"))
    assert handed.renewed == ("lessons/one.ipynb",)
    assert read(tmp_path / "my") == {"lessons/one.ipynb": "2"}


def test_changed_file_stays_and_the_new_version_is_put_beside_it_once(tmp_path, kit):
    hand_out(tmp_path / "my", kit(one="1"))
    (tmp_path / "my/lessons/one.ipynb").write_text("mine")
    handed = hand_out(tmp_path / "my", kit(one="2"))
    assert handed.beside == (("lessons/one.ipynb", "lessons/one.new.ipynb"),)
    assert read(tmp_path / "my") == {"lessons/one.ipynb": "mine", "lessons/one.new.ipynb": "2"}
    (tmp_path / "my/lessons/one.new.ipynb").unlink()
    assert hand_out(tmp_path / "my", kit(one="2")).beside == ()
    assert read(tmp_path / "my") == {"lessons/one.ipynb": "mine"}


def test_work_done_in_the_new_version_stays_too(tmp_path, kit):
    hand_out(tmp_path / "my", kit(one="1"))
    (tmp_path / "my/lessons/one.ipynb").write_text("mine")
    hand_out(tmp_path / "my", kit(one="2"))
    (tmp_path / "my/lessons/one.new.ipynb").write_text("mine too")
    hand_out(tmp_path / "my", kit(one="3"))
    assert read(tmp_path / "my") == {
        "lessons/one.ipynb": "mine", "lessons/one.new.ipynb": "mine too",
        "lessons/one.new-2.ipynb": "3"}


def test_only_force_writes_over_a_changed_file(tmp_path):
    files = {"one.md": b"1", "two.md": b"1"}
    hand_out(tmp_path / "my", files)
    (tmp_path / "my/one.md").write_text("mine")
    assert hand_out(tmp_path / "my", files).renewed == ()
    assert hand_out(tmp_path / "my", files, force=True).renewed == ("one.md",)
    assert read(tmp_path / "my") == {"one.md": "1", "two.md": "1"}


def test_changed_file_without_a_new_version_is_left_in_peace(tmp_path, kit):
    hand_out(tmp_path / "my", kit(one="1"))
    (tmp_path / "my/lessons/one.ipynb").write_text("mine")
    assert hand_out(tmp_path / "my", kit(one="1")).beside == ()
    assert read(tmp_path / "my") == {"lessons/one.ipynb": "mine"}


def notebook(source: str, output: str | None = None, **more) -> str:
    """Return a notebook of one cell; run, if it has an output."""
    outputs = [{"output_type": "stream", "name": "stdout", "text": [output]}] if output else []
    cell = {"cell_type": "code", "source": source.splitlines(keepends=True), "metadata": {},
            "outputs": outputs, "execution_count": 1 if output else None, **more}
    return json.dumps({"cells": [cell], "metadata": {"opened": bool(output)}, "nbformat": 4, "nbformat_minor": 5})


def test_a_notebook_that_was_only_run_is_renewed(tmp_path, kit):
    """JupyterLab writes outputs and metadata into every notebook that is merely opened."""
    hand_out(tmp_path / "my", kit(one=notebook("a = 1")))
    (tmp_path / "my/lessons/one.ipynb").write_text(notebook("a = 1", output="1"))
    assert hand_out(tmp_path / "my", kit(one=notebook("a = 1"))).renewed == ()
    assert hand_out(tmp_path / "my", kit(one=notebook("a = 2"))).renewed == ("lessons/one.ipynb",)
    assert read(tmp_path / "my") == {"lessons/one.ipynb": notebook("a = 2")}


@pytest.mark.parametrize("mine", [notebook("a = 1\nb"), notebook("a = 1", cell_type="markdown"),
                                  notebook("a = 1", attachments={"me.png": {"image/png": "aa"}}),
                                  '{"cells": 3}', '{"cells": [3]}', "[" * 100_000])
def test_a_notebook_in_which_somebody_wrote_stays(tmp_path, kit, mine):
    hand_out(tmp_path / "my", kit(one=notebook("a = 1")))
    (tmp_path / "my/lessons/one.ipynb").write_text(mine)
    hand_out(tmp_path / "my", kit(one=notebook("a = 2")))
    assert read(tmp_path / "my") == {"lessons/one.ipynb": mine, "lessons/one.new.ipynb": notebook("a = 2")}


@pytest.mark.parametrize("note", ["", "[]", "{}", '{"format": "kit/folder/2", "files": {}}',
                                  '{"format": "kit/folder/1", "files": 3}', "\udcff"])
def test_a_spoilt_note_loses_nothing(tmp_path, kit, note):
    hand_out(tmp_path / "my", kit(one="1"))
    (tmp_path / "my/.kit/handed-out.json").write_bytes(note.encode("utf-8", "surrogateescape"))
    hand_out(tmp_path / "my", kit(one="2"))
    assert read(tmp_path / "my") == {"lessons/one.ipynb": "1", "lessons/one.new.ipynb": "2"}


def test_a_folder_that_cannot_be_written_says_what_to_do(tmp_path, kit):
    (tmp_path / "my").write_text("a file, where a folder should be")
    with pytest.raises(KitError, match=r"my.* cannot be put there .*kit lab --folder FOLDER"):
        hand_out(tmp_path / "my", kit(one="1"))


@pytest.mark.parametrize("name", ["x" * 300, "~nobody-of-that-name/here"])
def test_a_folder_that_cannot_be_is_told_in_words(name, kit):
    with pytest.raises(KitError, match="Choose another folder: kit lab --folder FOLDER"):
        hand_out(Path(name), kit(one="1"))


def test_a_user_without_a_home_is_told_to_name_a_folder(monkeypatch):
    """As in a container whose user is a number that nobody has entered anywhere."""
    def nobody():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", nobody)
    with pytest.raises(KitError, match="no home folder.*kit lab --folder FOLDER"):
        default_folder()


def test_the_kits_own_folder_is_refused(tmp_path):
    own = tmp_path / "lessons" / "one.ipynb"
    own.parent.mkdir()
    own.write_text("1")
    with pytest.raises(KitError, match="the kit's own lessons"):
        hand_out(tmp_path, {"lessons/one.ipynb": own})
    assert not (tmp_path / ".kit").exists()


def test_nothing_but_whole_files_is_left_behind_when_the_disk_fills_up(tmp_path, kit, monkeypatch):
    hand_out(tmp_path / "my", kit(one="1", two="1"))

    def full(source, target):
        raise OSError(28, "No space left on device", str(target))

    monkeypatch.setattr("kit.model.files.os.replace", full)
    with pytest.raises(KitError, match="No space left on device"):
        hand_out(tmp_path / "my", kit(one="2", two="2"))
    assert read(tmp_path / "my") == {"lessons/one.ipynb": "1", "lessons/two.ipynb": "1"}


@pytest.mark.parametrize("teacher", [False, True])
def test_what_is_private_never_leaves_the_kit(teacher):
    names = originals(teacher=teacher)
    parts = {part for name in names for part in Path(name).parts}
    assert not parts & {"answers", "keys", "trials", "source", "nbgrader_config.py", ".ipynb_checkpoints", "__pycache__"}
    assert not any(part.startswith(".") for part in parts)
    assert not [name for name in names if name.endswith((".key.json", ".db"))]


def test_a_teachers_course_leaves_the_kit_as_exercises_alone(tmp_path, monkeypatch):
    """Whatever a teacher's work leaves in the course: a student gets the exercises."""
    left = ("exercises/keys/a.key.json", "exercises/nbgrader_config.py", "exercises/gradebook.db", "exercises/README.md",
            "exercises/release/01-a/01-a.ipynb", "exercises/submitted/ann/01-a/01-a.ipynb", "exercises/trials/01-a/answers/a.json",
            "exercises/source/01-a/01-a.ipynb", "exercises/source/01-a/picture.png", "exercises/source/01-a/answers/a.json",
            "exercises/source/01-a/a.key.json", "exercises/source/01-a/keys/a.json", "exercises/source/gradebook.db-journal",
            "exercises/source/01-a/nbgrader_config.py", "lessons/01-b.ipynb", "kit/places/folder.py")
    for name in left:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    monkeypatch.setattr("kit.places.folder.__file__", str(tmp_path / "kit/places/folder.py"))
    exercises = {"exercises/01-a/01-a.ipynb", "exercises/01-a/picture.png"}
    assert set(originals()) == exercises | {"lessons/01-b.ipynb", HELP}
    assert set(originals(teacher=True)) == exercises | {"lessons/01-b.ipynb", HELP, "exercises/README.md"}


def test_the_kit_hands_out_lessons_exercises_and_the_page_of_help(tmp_path):
    handed = hand_out(tmp_path)
    assert {"lessons/README.md", "exercises/01-what-do-we-know/01-what-do-we-know.ipynb", HELP} <= set(handed.copied)
    note = json.loads((tmp_path / ".kit/handed-out.json").read_text("utf-8"))
    assert set(note["files"]) == set(handed.copied) == set(originals())


def test_the_links_of_the_map_lead_somewhere_in_the_folder_too(tmp_path):
    hand_out(tmp_path)
    page = (tmp_path / "lessons/README.md").read_text("utf-8")
    links = re.findall(r"\]\(([^)#\s]+)", page)
    assert "../exercises/01-what-do-we-know/01-what-do-we-know.ipynb" in links
    assert [link for link in links if not (tmp_path / "lessons" / link).exists()] == []


class Folder(RuleBasedStateMachine):
    """A student and a kit that both change files, in any order."""

    @initialize()
    def begin(self):
        place = Path(tempfile.mkdtemp(dir=self.root))
        self.kit, self.folder = place / "kit", place / "folder"
        self.files = {name: self.kit / name for name in NAMES}
        self.users = {}     # what the user wrote, by name: must stay
        for name in NAMES:
            self.release(name, "first")

    @rule(name=st.sampled_from(NAMES), content=st.sampled_from(["first", "second", "third"]))
    def release(self, name, content):
        self.files[name].parent.mkdir(parents=True, exist_ok=True)
        self.files[name].write_text(content)

    @rule()
    def start(self):
        hand_out(self.folder, self.files)
        for name, path in self.files.items():
            if name not in self.users:
                assert (self.folder / name).read_bytes() == path.read_bytes()

    @rule(data=st.data(), content=st.text("ab", min_size=1, max_size=3))
    def work(self, data, content):
        here = sorted(read(self.folder)) if self.folder.exists() else []
        if here:
            name = data.draw(st.sampled_from(here))
            (self.folder / name).write_text(content)
            self.users[name] = content

    @rule(data=st.data())
    def throw_away(self, data):
        if self.users:
            name = data.draw(st.sampled_from(sorted(self.users)))
            (self.folder / name).unlink()
            del self.users[name]

    @invariant()
    def what_the_user_wrote_is_still_there(self):
        for name, content in self.users.items():
            assert (self.folder / name).read_text() == content


def test_no_order_of_events_loses_work(tmp_path_factory):
    machine = type("Here", (Folder,), {"root": tmp_path_factory.mktemp("folders")})
    machine.TestCase.settings = settings(deadline=None, max_examples=60, stateful_step_count=15)
    machine.TestCase("runTest").runTest()
