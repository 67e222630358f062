"""What CI runs can be run without it, with nothing but this checkout."""

import os
import re
import subprocess

import pytest
import yaml

from kit.places.bootstrap import find_checkout
from kit.places.environment import read_pyproject

CHECKOUT = find_checkout()
RUN = CHECKOUT / ".ci" / "run"
(WORKFLOW,) = (CHECKOUT / ".github" / "workflows").iterdir()
TEXT = WORKFLOW.read_text("utf-8")
DEFINED = yaml.safe_load(TEXT)
JOBS = DEFINED["jobs"]
TESTING = {name: job for name, job in JOBS.items() if name != "other-systems"}


def commands(job: dict) -> list[str]:
    return [step["run"] for step in job["steps"] if "run" in step]


def test_every_job_that_tests_does_what_anybody_can_do():
    assert len(TESTING) == 2
    for job in TESTING.values():
        assert sum(".ci/run" in command.split() for command in commands(job)) == 1
        assert job["container"].endswith("-bookworm"), "a clean Debian"


def test_what_it_runs_is_the_command_of_the_readme():
    command = "python3 -m kit test"
    assert os.access(RUN, os.X_OK)
    assert re.search(rf"^[A-Z_]+=\S+ {command}$", RUN.read_text("utf-8"), re.M), "and nothing after it that leaves tests out"
    assert re.search(rf"^{command}( |$)", (CHECKOUT / "README.md").read_text("utf-8"), re.M)


def test_it_runs_by_itself_once_a_week():
    (when,) = DEFINED[True]["schedule"]  # YAML reads `on` as true
    assert re.fullmatch(r"\d+ \d+ \* \* [0-6]", when["cron"])


def test_every_python_and_both_nltk_are_tried():
    matrix = JOBS["newest"]["strategy"]["matrix"]
    oldest = read_pyproject(CHECKOUT)["project"]["requires-python"].removeprefix(">=")
    assert matrix["python"] == [f"3.{minor}" for minor in range(int(oldest.rpartition(".")[2]), 15)]
    assert matrix["nltk"] == ["3.9", "3.10"], "as text: 3.10 as a number is 3.1"
    used = " ".join([*commands(JOBS["newest"]), JOBS["newest"]["container"]])
    assert {f"matrix.{name}" for name in matrix} <= set(re.findall(r"matrix\.\w+", used))
    assert "PIP_CONSTRAINT" in used


def test_it_needs_no_secret_and_may_change_nothing():
    assert "secrets" not in TEXT
    assert DEFINED["permissions"] == {"contents": "read"}
    assert not any("permissions" in job for job in JOBS.values())
    used = {step["uses"].partition("/")[0] for job in JOBS.values() for step in job["steps"] if "uses" in step}
    assert used == {"actions"}, "nobody else's programs"


@pytest.mark.parametrize("command", sorted({it for job in JOBS.values() for it in commands(job)} | {RUN.read_text("utf-8")}))
def test_each_step_is_a_command_that_a_shell_can_read(command):
    without = re.sub(r"\$\{\{.*?\}\}", "value", command)
    assert subprocess.run(["bash", "-n", "-c", without], capture_output=True).returncode == 0
    for name in re.findall(r"-r (\S+)", without):
        assert (CHECKOUT / name).is_file()
