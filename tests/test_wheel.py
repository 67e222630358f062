"""An installed kit carries lessons and exercises, and nobody's answers."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from kit.model.files import read_key
from kit.places.bootstrap import find_checkout
from kit.places.folder import originals

PRIVATE = ("lessons/.ipynb_checkpoints/01-checkpoint.ipynb", "lessons/answers/mine.json",
           "exercises/source/01/answers/mine.json", "exercises/keys/secret.key.json",
           "kit/page/.ipynb_checkpoints/view-checkpoint.py", "exercises/gradebook.db",
           "exercises/submitted/ann/01/hers.ipynb", "exercises/feedback/ann/01/hers.html", "exercises/release/01/out.ipynb",
           "exercises/trials/01/answers/tried.json", "exercises/source/gradebook.db")


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The unpacked wheel of this checkout, built in a folder where somebody has worked."""
    place = tmp_path_factory.mktemp("wheel")
    shutil.copytree(find_checkout(), place / "checkout", symlinks=True, ignore=shutil.ignore_patterns(
        ".*", "build", "dist", "node_modules", "answers"))
    for name in PRIVATE:
        path = place / "checkout" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}")
    subprocess.run([sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(place)],
                   cwd=place / "checkout", check=True, capture_output=True)
    (wheel,) = place.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(place / "installed")
    return place / "installed"


def run(installed: Path, *command: str, home: Path) -> subprocess.CompletedProcess:
    """Run Python with the installed kit, away from any checkout."""
    environ = os.environ | {"PYTHONPATH": str(installed), "HOME": str(home)}
    return subprocess.run([sys.executable, *command], cwd=home, env=environ, text=True, capture_output=True)


def test_it_hands_out_what_a_checkout_hands_out(installed, tmp_path):
    code = ("import json; from kit.places.folder import originals\n"
            "print(json.dumps({name: path.read_text('utf-8') for name, path in originals().items()}))")
    done = run(installed, "-c", code, home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {name: path.read_text("utf-8") for name, path in originals().items()}


def test_it_carries_every_file_of_the_package(installed):
    checkout = find_checkout()
    expected = {path.relative_to(checkout) for path in (checkout / "kit").rglob("*")
                if path.is_file() and not {"__pycache__", ".ipynb_checkpoints"} & set(path.parts)}
    assert expected <= {path.relative_to(installed) for path in installed.rglob("*")}


def test_it_carries_nobodys_work_and_no_graded_key(installed):
    names = {path.name for path in installed.rglob("*")}
    assert not names & {Path(name).name for name in PRIVATE}
    assert not names & {"answers", "keys", ".ipynb_checkpoints", "tests"}


def notes_in(folder: Path) -> set[str]:
    """Return every reason in the keys of a folder."""
    keys = [read_key(path) for path in folder.glob("*.key.json")]
    return {item.note for key in keys for item in (*key.spans, *key.look_alikes)} \
        | {one["note"] for key in keys for one in key.responses.values()}


def test_it_carries_the_exercises_with_their_plans_and_texts_and_no_word_of_their_keys(installed, tmp_path):
    checkout = find_checkout()
    notes = notes_in(checkout / "exercises" / "keys") - notes_in(checkout / "kit" / "articles")  # "This is the date line."
    carried = "\n".join(path.read_text("utf-8") for path in installed.rglob("*") if path.suffix in (".json", ".ipynb", ".md", ".py"))
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


def test_lessons_are_copied_out_of_it(installed, tmp_path):
    code = ("from pathlib import Path; from kit.places.folder import hand_out\n"
            "print(hand_out(Path.home() / 'media-literacy').copied)")
    done = run(installed, "-c", code, home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "media-literacy/lessons/01-what-do-we-know.ipynb").is_file()
