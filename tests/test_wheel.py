"""An installed kit carries lessons and exercises, and nobody's answers."""

import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from kit_lab import KitLab
from packaging.metadata import Metadata
from packaging.utils import canonicalize_name
from powerless import powerless, powers_given_up

from kit.model.files import read_key
from kit.places.bootstrap import find_checkout
from kit.places.folder import originals

PRIVATE = ("lessons/.ipynb_checkpoints/01-checkpoint.ipynb", "lessons/answers/mine.json",
           "exercises/source/01/answers/mine.json", "exercises/keys/secret.key.json",
           "kit/page/.ipynb_checkpoints/view-checkpoint.py", "exercises/gradebook.db",
           "exercises/submitted/ann/01/hers.ipynb", "exercises/feedback/ann/01/hers.html", "exercises/release/01/out.ipynb",
           "exercises/trials/01/answers/tried.json", "exercises/source/gradebook.db",
           "kit/leftover.pyc", "kit/page/.DS_Store", "lessons/.DS_Store")
MOST = 2_000_000  # bytes: two photographs


@pytest.fixture(scope="module")
def worked_in(tmp_path_factory):
    """A copy of this checkout in which somebody has worked."""
    checkout = tmp_path_factory.mktemp("wheel") / "checkout"
    shutil.copytree(find_checkout(), checkout, symlinks=True, ignore=shutil.ignore_patterns(
        ".*", "build", "dist", "node_modules", "answers"))
    for name in PRIVATE:
        path = checkout / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}")
    return checkout


def build(kind: str, checkout: Path, place: Path) -> Path:
    """Build a distribution, and return it."""
    subprocess.run([sys.executable, "-m", "build", f"--{kind}", "--no-isolation", "--outdir", str(place)],
                   cwd=checkout, check=True, capture_output=True)
    (made,) = place.iterdir()
    return made


@pytest.fixture(scope="module")
def wheel(worked_in, tmp_path_factory):
    return build("wheel", worked_in, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """The unpacked wheel, where nobody may write, on a path like those of schools."""
    place = tmp_path_factory.mktemp("installed") / "Schöne Schule 1" / "site-packages"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(place)
    set_writable(place, False)
    yield place
    set_writable(place, True)


def set_writable(folder: Path, writable: bool) -> None:
    for path in (folder, *folder.rglob("*")):
        path.chmod(path.stat().st_mode | 0o200 if writable else path.stat().st_mode & ~0o222)


def contents(archive: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(archive) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def tracked() -> set[str]:
    """Return the files of the checkout that belong to it: those that git has, or, without git, all that are no leftovers."""
    checkout = find_checkout()
    try:
        known = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=checkout,
                               text=True, capture_output=True, check=True).stdout.split("\0")
    except (OSError, subprocess.CalledProcessError):
        known = [path.relative_to(checkout).as_posix() for path in checkout.rglob("*") if not {
            "__pycache__", ".ipynb_checkpoints", "answers", "keys", "node_modules"} & set(path.parts)]
    return {name for name in known if (checkout / name).is_file()}


def test_it_carries_the_tracked_files_and_no_other(wheel):
    """Of the package and the lessons all, of the course what a student gets and the teacher's page."""
    expected = {name for name in tracked() if name.startswith("kit/")}
    expected |= {f"kit/{name}" for name in tracked() if name.startswith(("lessons/", "exercises/source/"))}
    expected |= {"kit/exercises/README.md", "kit/exercises/nbgrader_config.py"}
    about = {name for name in contents(wheel) if ".dist-info/" in name}
    assert set(contents(wheel)) - about == expected
    assert {name.partition("/")[2] for name in about} == {"METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE"}


def test_it_is_small(wheel):
    assert wheel.stat().st_size < MOST


def test_the_source_distribution_makes_the_same_wheel(worked_in, wheel, tmp_path):
    source = build("sdist", worked_in, tmp_path / "sdist")
    with tarfile.open(source) as archive:
        assert not [name for name in archive.getnames() if Path(name).name in {Path(it).name for it in PRIVATE}]
        archive.extractall(tmp_path / "unpacked", filter="data")
    (unpacked,) = (tmp_path / "unpacked").iterdir()
    assert contents(build("wheel", unpacked, tmp_path / "wheel")) == contents(wheel)


@pytest.mark.parametrize("kind", ["a checkout", "an installed kit"])
def test_the_wheel_that_a_classroom_server_gets_is_as_the_one_that_is_built(kind, worked_in, installed, wheel, tmp_path):
    code = "import sys; from kit.places.wheel import whole_wheel; sys.stdout.buffer.write(whole_wheel())"
    made = tmp_path / wheel.name
    environ = os.environ | {"PYTHONPATH": str(worked_in if kind == "a checkout" else installed)}
    made.write_bytes(subprocess.run([sys.executable, "-P", "-c", code], cwd=tmp_path, env=environ, check=True,
                                    stdout=subprocess.PIPE).stdout)
    ours, built = contents(made), contents(wheel)
    assert {name for name in ours if name not in built} == {name for name in built if name not in ours} == set()
    assert {name for name in ours if ours[name] != built[name]} <= {name for name in ours if ".dist-info/" in name}
    assert requirements(ours) == requirements(built)
    (commands,) = [name for name in ours if name.endswith("entry_points.txt")]
    assert ours[commands].split() == built[commands].split()


def requirements(files: dict[str, bytes]) -> tuple[set, set]:
    """Return what a wheel says that it needs, and the extras that it has."""
    (name,) = [name for name in files if name.endswith(".dist-info/METADATA")]
    said = Metadata.from_email(files[name], validate=False)
    return {(canonicalize_name(need.name), str(need.specifier), str(need.marker)) for need in said.requires_dist}, \
        set(said.provides_extra)


def run(installed: Path, *command: str, home: Path) -> subprocess.CompletedProcess:
    """Run Python with the installed kit, away from any checkout."""
    environ = os.environ | {"PYTHONPATH": str(installed), "HOME": str(home)}
    return powerless([sys.executable, *command], cwd=home, env=environ)


HAND_OUT = ("from pathlib import Path; from kit.places.folder import hand_out\n"
            "handed = hand_out(Path.home() / 'media-literacy')\n"
            "print(len(handed.copied), handed.renewed, [other for _, other in handed.beside])")


def test_it_hands_out_what_a_checkout_hands_out(installed, tmp_path):
    code = ("import json; from kit.places.folder import originals\n"
            "print(json.dumps({name: path.read_text('utf-8') for name, path in originals().items()}))")
    done = run(installed, "-c", code, home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {name: path.read_text("utf-8") for name, path in originals().items()}


def test_it_carries_nobodys_work_and_no_graded_key(installed):
    names = {path.name for path in installed.rglob("*")}
    assert not names & {Path(name).name for name in PRIVATE}
    assert not names & {"answers", "keys", ".ipynb_checkpoints", "tests"}


def notes_in(folder: Path) -> set[str]:
    """Return every reason in the keys of a folder."""
    keys = [read_key(path) for path in folder.glob("*.key.json")]
    return {item.note for key in keys for item in (*key.spans, *key.look_alikes)} \
        | {one["note"] for key in keys for one in key.responses.values()}


def test_it_carries_the_exercises_with_their_plans_and_texts_and_neither_it_nor_a_students_folder_has_a_word_of_their_keys(installed, tmp_path):
    checkout = find_checkout()
    notes = notes_in(checkout / "exercises" / "keys") - notes_in(checkout / "kit" / "articles")  # "This is the date line."
    run(installed, "-c", HAND_OUT, home=tmp_path)
    carried = "\n".join(path.read_text("utf-8") for place in (installed, tmp_path) for path in place.rglob("*")
                        if path.suffix in (".json", ".ipynb", ".md", ".py"))
    assert len(notes) > 50 and not [note for note in notes if json.dumps(note, ensure_ascii=False)[1:-1] in carried]
    for path in (checkout / "exercises" / "source").glob("*/*.ipynb"):
        assert (installed / "kit" / "exercises" / "source" / path.stem / path.name).is_file()
        code = f"from kit import exercise; here = exercise('{path.stem}'); print(len(here.article.tokens), here.key)"
        assert run(installed, "-c", code, home=tmp_path).stdout.split()[1:] == ["None"]


def test_it_says_where_the_tests_are(installed, tmp_path):
    done = run(installed, "-m", "kit", "test", home=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == ("Error: The tests are not part of the installed kit: they lie in a checkout. "
                           "Run python3 -m kit test there.\n")


def test_lessons_are_copied_out_of_it_and_can_be_written_in(installed, tmp_path):
    done = run(installed, "-c", HAND_OUT, home=tmp_path)
    assert done.returncode == 0, done.stderr
    copied = [path for path in (tmp_path / "media-literacy").rglob("*") if path.is_file()]
    assert tmp_path / "media-literacy/lessons/01-what-do-we-know.ipynb" in copied
    assert [path for path in copied if not path.stat().st_mode & 0o200] == []


def test_a_newer_kit_renews_what_nobody_changed_and_keeps_what_somebody_did(installed, tmp_path):
    newer, mine = tmp_path / "newer", tmp_path / "media-literacy" / "lessons"
    shutil.copytree(installed, newer)
    set_writable(newer, True)
    for name in ("glossary.md", "README.md"):
        (newer / "kit" / "lessons" / name).write_text("new", "utf-8")
    run(installed, "-c", HAND_OUT, home=tmp_path)
    (mine / "README.md").write_text("my notes", "utf-8")
    assert run(newer, "-c", HAND_OUT, home=tmp_path).stdout == "0 ('lessons/glossary.md',) ['lessons/README.new.md']\n"
    assert [(mine / name).read_text("utf-8") for name in ("glossary.md", "README.md", "README.new.md")] == ["new", "my notes", "new"]


@pytest.mark.lab
def test_where_nobody_may_write_the_lesson_opens_all_the_same(installed, tmp_path):
    home = tmp_path / "Jörg Müller"
    home.mkdir()
    running = KitLab(home, prefix=powers_given_up(), PYTHONPATH=str(installed), PYTHONDONTWRITEBYTECODE="")
    try:
        assert running.get(f"/api/contents/{running.lesson}")["writable"]
        assert str(home / "media-literacy") in running.said
    finally:
        assert running.stop() == 0
    assert not [path for path in installed.rglob("*") if path.name == "__pycache__"], "somebody may write there"


RUN_ALL = """
import nbclient, nbformat
from pathlib import Path
lesson = Path.home() / "media-literacy" / "lessons" / "01-what-do-we-know.ipynb"
notebook = nbformat.read(lesson, 4)
nbclient.NotebookClient(notebook, resources={"metadata": {"path": str(lesson.parent)}}).execute()
print(sum(bool(cell.outputs) for cell in notebook.cells if cell.cell_type == "code"))
"""


@pytest.mark.notebook
def test_where_nobody_may_write_the_lesson_runs_to_its_end(installed, tmp_path):
    run(installed, "-c", HAND_OUT, home=tmp_path)
    done = run(installed, "-c", RUN_ALL, home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 3
