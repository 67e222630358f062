"""What the README shows runs as it stands, and everything public says what it is."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

import kit
from kit.cli import commands
from kit.model.annotations import AnnotationSet
from kit.model.files import load_article, open_text, save_annotations
from kit.model.spans import Span
from kit.places.bootstrap import find_checkout

CHECKOUT = find_checkout()
README = (CHECKOUT / "README.md").read_text("utf-8")
PAGES = sorted(path for pattern in ("*.md", ".github/*.md", "lessons/**/*.md", "exercises/*.md", "tests/*.md")
               for path in CHECKOUT.glob(pattern))

FENCES = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.M | re.S)
CODE = [text for tag, text in FENCES if tag == "python"]
LINES = [line for tag, text in FENCES if tag in ("", "sh", "console") for line in text.splitlines()
         if line.startswith(("kit ", "python3 -m kit "))]
TYPED = [shlex.split(line, comments=True) for line in LINES]
STARTERS = {"lab", "test"}  # these take over the process; their own tests start them


def words_after_kit(typed: list[str]) -> list[str]:
    """Return what follows `kit` on a typed line."""
    return typed[typed.index("kit") + 1:]


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    """The folder of somebody who typed all the Python of the README, from top to bottom."""
    folder = tmp_path_factory.mktemp("reader")
    done = run([sys.executable, "-c", "\n".join(CODE)], folder)
    assert done.returncode == 0, done.stderr
    return folder


def run(command: list[str] | str, folder: Path) -> subprocess.CompletedProcess:
    """Run a command in a folder, with this checkout's kit; a string goes to the shell."""
    return subprocess.run(command, cwd=folder, shell=isinstance(command, str), text=True, capture_output=True,
                          env=os.environ | {"PYTHONPATH": str(CHECKOUT), "PYTHONUTF8": "1"})


def test_the_python_of_the_readme_runs_and_leaves_its_files_where_it_was_typed(reader):
    assert len(CODE) >= 2
    assert (reader / "my-article.txt").is_file()


def test_the_first_cell_has_at_most_four_lines():
    assert len(CODE[0].splitlines()) <= 4


def test_the_two_commands_come_first():
    assert [words_after_kit(typed) for typed in TYPED[:2]] == [["lab"], ["test"]]
    assert README.index("python3 -m kit lab") < README.index("\n## ")


@pytest.mark.parametrize("line", [line for line, typed in zip(LINES, TYPED, strict=True)
                                  if words_after_kit(typed)[0] not in STARTERS])
def test_a_command_of_the_readme_runs_on_the_files_of_the_readme(reader, line):
    article = open_text(reader / "my-article.txt")
    (marked_text,) = [text for tag, text in FENCES if tag == "" and "|" in text]
    (reader / "key.txt").write_text(marked_text, "utf-8")
    (reader / "class-7b.txt").write_text("= b7\n1: may M, sources\n", "utf-8")
    may = article.text.index("may")
    answer = AnnotationSet.on(article, "cues", "student", [Span(may, may + 3, "modal")])
    save_annotations(answer, article, reader / "answers/my-article-cues.json")
    singer = load_article("singer-tour")
    save_annotations(AnnotationSet.on(singer, "cues-4", "student"), singer, reader / "submissions/ana/answers/singer-tour-cues-4.json")
    for keys in ("keys", "exercises/keys"):
        shutil.copytree(CHECKOUT / "exercises" / "keys", reader / keys, dirs_exist_ok=True)
    done = run(re.sub(r"^(python3 -m )?kit ", f"{shlex.quote(sys.executable)} -m kit ", line), reader)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_the_class_figure_of_the_guide_is_drawn_from_a_folder_of_answers(tmp_path):
    page = (CHECKOUT / "lessons/teacher/reading-grades.md").read_text("utf-8")
    ((*lines, last),) = (text.splitlines() for text in re.findall(r"^```python\n(.*?)^```$", page, re.M | re.S))
    shutil.copytree(CHECKOUT / "exercises" / "keys", tmp_path / "keys")
    singer = load_article("singer-tour")
    for number in range(6):
        save_annotations(AnnotationSet.on(singer, "cues-4", "student"), singer,
                         tmp_path / f"class-7b/s{number}/answers/singer-tour-cues-4.json")
    done = run([sys.executable, "-c", "\n".join([*lines, f"print({last})"])], tmp_path)
    assert done.returncode == 0, done.stderr
    assert "6 answers" in done.stdout


@pytest.mark.parametrize("typed", [typed for typed in TYPED if words_after_kit(typed)[0] in STARTERS], ids=" ".join)
def test_a_command_of_the_readme_that_starts_something_is_typed_right(typed):
    name, *arguments = words_after_kit(typed)
    context = commands.commands[name].make_context(name, arguments)
    assert context.info_name == name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(CHECKOUT).as_posix())
def test_a_command_named_on_a_page_exists(page):
    named = re.findall(r"(?:^|`|python3 -m )kit ([a-z]+)", page.read_text("utf-8"), re.M)
    assert set(named) <= set(commands.commands)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(CHECKOUT).as_posix())
def test_a_link_on_a_page_leads_somewhere(page):
    links = re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8"))
    broken = [link for link in links if not link.startswith("http") and not (page.parent / link).exists()]
    assert broken == []


@pytest.mark.parametrize("name", commands.commands)
def test_every_command_is_in_the_readme_and_shows_an_example(name):
    assert any(words_after_kit(typed)[0] == name for typed in TYPED)
    command = commands.commands[name]
    help_text = command.get_help(click.Context(command, info_name=f"kit {name}"))
    assert re.search(rf"^ *Examples?:\n( +kit {name}\b.*\n)+", help_text, re.M)


@pytest.mark.parametrize("name", commands.commands)
def test_the_examples_of_a_command_are_typed_right(name):
    for line in re.findall(rf"^ +kit {name}\b.*$", commands.commands[name].help, re.M):
        command = commands.commands[name]
        arguments = shlex.split(re.split(" [<>|] ", line)[0])[2:]  # the shell's part is the shell's
        assert command.make_context(name, arguments, resilient_parsing=True).args == []


@pytest.mark.parametrize("name", sorted(set(kit.__all__) - {"__version__"}))
def test_every_public_name_is_in_the_readme_and_says_what_it_is(name):
    assert f"`{name}`" in README
    first = (getattr(kit, name).__doc__ or "").strip().splitlines()[0]
    assert first.endswith(".") and not first.startswith(f"{name}(")


def test_the_licence_is_said_the_same_way_everywhere():
    assert "MIT" in README and "CC BY 4.0" in README
    licence = (CHECKOUT / "LICENSE").read_text("utf-8")
    assert "MIT License" in licence and "CC BY 4.0" in licence
