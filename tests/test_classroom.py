"""What `kit classroom` writes: whole, readable by the programs it is for, and over nobody's own changes."""

import json
import os
import re
import shlex
import stat
import subprocess
import sys
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from classroom_folder import PYTHON, calls, install
from click.testing import CliRunner
from jupyterhub.app import JupyterHub
from jupyterhub.spawner import Spawner
from traitlets.config import Config

from kit.cli import commands
from kit.errors import KitError
from kit.places.classroom import GROUP, write_classroom
from kit.places.served import put_course, put_lessons
from kit.places.wheel import FILE, whole_wheel

KINDS = ("tljh", "kubernetes")


def write(folder: Path, *, kind: str = "tljh", course: str = "media-literacy", teachers=("ana",), **more) -> Path:
    """Write a classroom, and return its folder."""
    return write_classroom(folder, kind=kind, course=course, teachers=teachers, **more).folder


def files(folder: Path) -> dict[str, str]:
    """Return the content of every file that a person reads, by name."""
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in folder.rglob("*")
            if path.is_file() and ".kit" not in path.parts and path.suffix != ".whl"}


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_left_to_fill_in(tmp_path, kind):
    written = files(write(tmp_path / "a class", kind=kind, image="school/media:3"))
    assert not {name: content for name, content in written.items() if "{{" in content}
    assert not [name for name in written if name.endswith(".in")]


@pytest.mark.parametrize("kind", KINDS)
def test_every_file_can_be_read_by_what_it_is_for(tmp_path, kind):
    folder = write(tmp_path / "it's a class", kind=kind,
                   teachers=["ana", "o.neil" if kind == "tljh" else "o.neil@school.example"])
    for name, content in files(folder).items():
        if name.endswith(".py"):
            compile(content, name, "exec")
        elif name.endswith(".json"):
            json.loads(content)
        elif name.endswith(".yaml"):
            assert all(yaml.safe_load_all(content))
        elif name.endswith(".sh"):
            assert subprocess.run(["sh", "-n", str(folder / name)], capture_output=True).returncode == 0


@pytest.mark.parametrize("kind", KINDS)
def test_every_file_says_what_it_is_for(tmp_path, kind):
    for name, content in files(write(tmp_path / "class", kind=kind)).items():
        if not name.endswith(".json"):
            first = content.removeprefix("#!/bin/sh\n").splitlines()[0]
            assert first.startswith(('"""', "# ")) and first.rstrip('"').endswith((".", ":")), name


def test_written_again_with_another_teacher_a_file_that_was_changed_stays(tmp_path):
    folder = write(tmp_path / "class")
    config = folder / "student" / "nbgrader_config.py"
    config.write_text(config.read_text("utf-8") + "\n# ours\n", "utf-8")
    again = write_classroom(folder, kind="tljh", course="media-7b", teachers=["ana", "ben"])
    assert config.read_text("utf-8").endswith("# ours\n")
    assert ("student/nbgrader_config.py", "student/nbgrader_config.new.py") in again.beside
    assert '{"ana", "ben"}' in (folder / "kit.py").read_text("utf-8")


def test_the_same_twice_changes_nothing(tmp_path):
    before = files(write(tmp_path / "class"))
    again = write_classroom(tmp_path / "class", kind="tljh", course="media-literacy", teachers=["ana"])
    assert (again.copied, again.renewed, again.beside) == ((), (), ())
    assert files(tmp_path / "class") == before


def test_a_teacher_is_known_as_the_hub_knows_them(tmp_path):
    """JupyterHub makes names small; a teacher written large would have found a student's server."""
    assert 'TEACHERS = {"ana"}' in (write(tmp_path, teachers=["Ana"]) / "kit.py").read_text("utf-8")


@pytest.mark.parametrize("name", ["", "ana ben", 'ana", "eve', "ana\n", "../ana", "{{course}}"])
def test_a_name_that_cannot_be_one_is_refused(tmp_path, name):
    with pytest.raises(KitError, match="cannot be a name on the hub"):
        write(tmp_path / "class", teachers=[name])
    with pytest.raises(KitError, match="cannot be the name of a course"):
        write(tmp_path / "class", course=name)
    assert not (tmp_path / "class").exists()


def test_an_address_is_no_name_where_it_would_have_to_be_an_account_of_the_machine(tmp_path):
    """The Littlest JupyterHub makes an account jupyter-NAME, and on Debian 13 useradd refuses the sign: no server starts."""
    with pytest.raises(KitError, match="'o.neil@school.example' cannot be a name on The Littlest JupyterHub.* Use letters"):
        write(tmp_path / "class", teachers=["ana", "o.neil@school.example"])
    assert not (tmp_path / "class").exists()
    assert write(tmp_path / "cluster", kind="kubernetes", teachers=["o.neil@school.example"]).is_dir()


@pytest.mark.parametrize("kind", KINDS)
def test_the_very_kit_that_wrote_the_settings_lies_beside_them(tmp_path, kind):
    """It is on no package index, and a server with another version than its settings would puzzle everybody."""
    (wheel,) = write(tmp_path / "class", kind=kind).glob("*.whl")
    assert wheel.read_bytes() == whole_wheel() and wheel.name == FILE
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert "kit/lessons/01-what-do-we-know.ipynb" in names and "kit/exercises/nbgrader_config.py" in names
    assert not [name for name in names if name.endswith(".key.json") and not name.startswith("kit/articles/")]


def test_the_command_says_what_it_wrote_and_what_comes_next(tmp_path):
    done = CliRunner().invoke(commands, ["classroom", str(tmp_path / "class"), "--teacher", "ana"])
    assert done.exit_code == 0
    for name in files(tmp_path / "class"):
        assert name in done.output
    assert f"sudo sh {tmp_path}/class/install.sh" in done.output


def test_the_command_that_comes_next_can_be_typed_as_it_is_printed(tmp_path):
    done = CliRunner().invoke(commands, ["classroom", str(tmp_path / "Klasse 7b"), "--teacher", "ana"])
    (command,) = re.findall("sudo sh .*", done.output)
    assert shlex.split(command) == ["sudo", "sh", str(tmp_path / "Klasse 7b" / "install.sh")]


# Kubernetes


def cluster(folder: Path, **more) -> tuple[Path, dict, list[dict]]:
    """Write a classroom for a cluster; return its folder, the chart's values and ngshare's parts."""
    written = write(folder, kind="kubernetes", image="registry.example:5000/school/media:3", **more)
    return (written, yaml.safe_load((written / "values.yaml").read_text("utf-8")),
            list(yaml.safe_load_all((written / "ngshare.yaml").read_text("utf-8"))))


def test_a_cluster_s_servers_have_the_memory_that_was_measured(tmp_path):
    _, values, _ = cluster(tmp_path)
    assert values["singleuser"]["memory"] == {"guarantee": "300M", "limit": "1G"}
    assert values["singleuser"]["image"] == {"name": "registry.example:5000/school/media", "tag": "3"}
    assert values["cull"] == {"enabled": True, "timeout": 3600, "every": 300}


class KubeSpawner(Spawner):
    """Reads the same section of the configuration as the one on a cluster, and like it inherits from `Spawner`."""

    start = stop = poll = None  # nothing is started here


@pytest.mark.parametrize("extra", [None, {}, {"TZ": "Europe/Zagreb"}])
def test_the_hub_of_a_cluster_gives_teachers_their_settings_and_knows_ngshare(tmp_path, monkeypatch, extra):
    """What the chart itself sets, before it runs our code, must not take our settings away from anybody.

    It writes `singleuser.extraEnv` into KubeSpawner, empty as a rule; what stood in Spawner reached no server.
    """
    folder, values, _ = cluster(tmp_path, teachers=["ana", "ben"])
    (code,) = values["hub"]["extraConfig"].values()
    monkeypatch.setenv("NGSHARE_TOKEN", "secret")
    config = Config()
    config.JupyterHub.services = []
    config.JupyterHub.load_roles = []
    if extra is not None:
        config.KubeSpawner.environment = dict(extra)
    exec(compile(code, "extraConfig", "exec"), {"c": config})
    hub = JupyterHub(config=config)
    assert [one["name"] for one in hub.services] == ["ngshare"] and hub.services[0]["api_token"] == "secret"
    environment = KubeSpawner(config=config).environment
    assert environment.keys() == {"JUPYTER_CONFIG_PATH", *(extra or {})}
    chosen = environment["JUPYTER_CONFIG_PATH"]
    roles = {name: chosen(SimpleNamespace(user=SimpleNamespace(name=name))) for name in ("ana", "ben", "cleo")}
    assert roles == {"ana": "/etc/media-literacy/teacher", "ben": "/etc/media-literacy/teacher",
                     "cleo": "/etc/media-literacy/student"}
    copied = re.findall(r"^COPY (\w+) (\S+)$", (folder / "Dockerfile").read_text("utf-8"), re.M)
    assert {place for _, place in copied} == set(roles.values()) and all((folder / name).is_dir() for name, _ in copied)


def test_ngshare_lies_where_hub_and_servers_look_for_it(tmp_path):
    folder, values, parts = cluster(tmp_path, teachers=["ana", "ben"])
    by_kind = {part["kind"]: part for part in parts}
    (port,) = by_kind["Service"]["spec"]["ports"]
    address = f"http://{by_kind['Service']['metadata']['name']}:{port['port']}"
    assert f'"url": "{address}"' in values["hub"]["extraConfig"]["media-literacy"]
    for role in ("student", "teacher"):
        assert f'"{address}/services/ngshare"' in (folder / role / "nbgrader_config.py").read_text("utf-8")
    pod = by_kind["Deployment"]["spec"]["template"]
    (container,) = pod["spec"]["containers"]
    assert by_kind["Service"]["spec"]["selector"].items() <= pod["metadata"]["labels"].items()
    assert by_kind["Deployment"]["spec"]["selector"]["matchLabels"].items() <= pod["metadata"]["labels"].items()
    assert container["ports"] == [{"containerPort": port["port"]}]
    assert container["args"][:2] == ["--admins", "ana,ben"]
    tokens = [one["valueFrom"] for one in container["env"] if one["name"] == "JUPYTERHUB_API_TOKEN"]
    assert tokens == [values["hub"]["extraEnv"]["NGSHARE_TOKEN"]["valueFrom"]]
    assert container["image"] == "registry.example:5000/school/media-ngshare:3"
    steps = (folder / "install.sh").read_text("utf-8")
    assert container["image"] in steps and "create_course media-literacy ana ben" in steps


@pytest.fixture(scope="module")
def image(tmp_path_factory) -> SimpleNamespace:
    """What the image of the servers installs: the folder, and each line of its Dockerfile that installs something."""
    folder = write(tmp_path_factory.mktemp("image") / "class", kind="kubernetes")
    lines = re.findall(r"^RUN pip install (.*)$", (folder / "Dockerfile").read_text("utf-8"), re.M)
    words = [[word.replace("/tmp/", f"{folder}/") for word in shlex.split(line) if not word.startswith("--no-cache")]
             for line in lines]
    return SimpleNamespace(folder=folder, first=words[0], alone=words[1])


def uv(*arguments: str, **more) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, "-m", "uv", "pip", *arguments], text=True, capture_output=True, **more)


def test_what_the_image_of_a_cluster_installs_goes_together(image):
    """ngshare's exchange wants a jupyter-core that nbgrader refuses: asked for together, nothing was installed."""
    wanted = [word.replace("$JUPYTERHUB", "5.5.0") for word in image.first]
    assert sum(word.endswith(".whl[grade]") for word in wanted) == 1
    wanted = [f"media-literacy-kit[grade] @ {Path(word.removesuffix('[grade]')).as_uri()}" if ".whl" in word else word
              for word in wanted]
    done = uv("compile", "--quiet", "--python-version=3.13", "-", input="\n".join(wanted))
    assert done.returncode == 0, done.stderr
    chosen = set(re.findall(r"^([\w-]+) *[=@]", done.stdout, re.M))
    assert {"jupyterhub", "nbgrader", "jupyterlab", "anywidget", "media-literacy-kit"} <= chosen
    # What the exchange imports, it brings itself no more.
    assert image.alone[0] == "--no-deps" and {"rapidfuzz", "requests", "traitlets", "jupyter-core"} <= chosen


LOAD = """
import sys
from nbgrader.apps import NbGrader
from nbgrader.exchange import ExchangeFactory
from traitlets.config.loader import PyFileConfigLoader

config = PyFileConfigLoader("nbgrader_config.py", path=sys.argv[1]).load_config()
factory = ExchangeFactory(config=config)
print(factory.submit.__module__, factory.exchange(config=config).ngshare_url, factory.exchange(config=config).assignment_dir)
"""


def test_a_students_server_on_a_cluster_hands_in_to_ngshare(image, tmp_path):
    done = uv("install", "--quiet", "--no-deps", "--target", str(tmp_path), image.alone[1], "rapidfuzz")
    assert done.returncode == 0, done.stderr
    environ = os.environ | {"PYTHONPATH": str(tmp_path), "JUPYTERHUB_USER": "ana", "HOME": str(tmp_path / "home")}
    done = subprocess.run([sys.executable, "-c", LOAD, str(image.folder / "student")], env=environ, text=True,
                          capture_output=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["ngshare_exchange.submit", "http://ngshare:8080/services/ngshare",
                                   str(tmp_path / "home/media-literacy/exercises")]


def test_no_secret_is_written_into_a_file(tmp_path):
    """The token that hub and ngshare share is made on the cluster; a file with it would be sent around."""
    for name, content in files(cluster(tmp_path)[0]).items():
        assert not re.search(r"[0-9a-f]{32}", content), name


@pytest.mark.parametrize("image", ["media", "Media:1", "a b:1", ":1", "media:"])
def test_an_image_without_name_or_tag_is_refused(tmp_path, image):
    with pytest.raises(KitError, match="Write name and tag"):
        write(tmp_path, kind="kubernetes", image=image)


# install.sh of The Littlest JupyterHub


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_install_opens_the_exchange_and_closes_the_course(tmp_path):
    folder = write(tmp_path / "a class")
    folder.chmod(0o700)
    done = install(folder, tmp_path / "tljh")
    assert done.returncode == 0, done.stderr
    course = folder / "exchange" / "media-literacy"
    # Without a group of the system, a stand-in: only whom the modes are for is looked at here.
    assert {path.name: oct(mode(path) & 0o1777) for path in (folder, folder / "teachers", folder / "exchange", course)} == {
        "a class": "0o755", "teachers": "0o770", "exchange": "0o1777", "media-literacy": "0o755"}
    assert {path.name: oct(mode(path) & 0o777) for path in course.iterdir()} == {
        "inbound": "0o773", "outbound": "0o775", "feedback": "0o771"}
    assert (tmp_path / "tljh/config/jupyterhub_config.d/kit.py").resolve() == folder / "kit.py"
    assert calls(tmp_path / "tljh")[:3] == [f"{PYTHON} -m pip install {folder}/{FILE}[grade]",
                                            f"getent group {GROUP}", f"groupadd {GROUP}"]
    assert calls(tmp_path / "tljh")[-1] == "tljh-config reload"


def test_install_may_be_run_again_and_keeps_what_is_there(tmp_path):
    folder = write(tmp_path / "class")
    install(folder, tmp_path / "tljh")
    work = folder / "exchange/media-literacy/inbound/ana.txt"
    work.write_text("hers", "utf-8")
    assert install(folder, tmp_path / "tljh").returncode == 0
    assert work.read_text("utf-8") == "hers"


def test_install_follows_no_link_that_somebody_laid_into_the_exchange(tmp_path):
    folder = write(tmp_path / "class")
    (folder / "exchange").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (folder / "exchange/media-literacy").symlink_to(tmp_path / "elsewhere")
    done = install(folder, tmp_path / "tljh")
    assert done.returncode == 1 and "somebody else made this" in done.stderr
    assert not list((tmp_path / "elsewhere").iterdir())


def test_install_refuses_where_there_is_no_hub_or_another_classroom(tmp_path):
    folder = write(tmp_path / "class")
    environ = os.environ | {"TLJH_CONFIG": str(tmp_path / "none")}
    done = subprocess.run(["sh", str(folder / "install.sh")], env=environ, text=True, capture_output=True)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1) and "is not installed here" in done.stderr
    other = tmp_path / "tljh/config/jupyterhub_config.d/kit.py"
    other.parent.mkdir(parents=True)
    other.write_text("# another\n", "utf-8")
    done = install(folder, tmp_path / "tljh")
    assert done.returncode == 1 and "there is another classroom already" in done.stderr
    assert other.read_text("utf-8") == "# another\n"


# What a server does when it starts


def test_a_student_gets_lessons_and_room_for_exercises(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    folder = Path(put_lessons("~/media-literacy"))
    assert folder == tmp_path / "media-literacy"
    assert (folder / "lessons/01-what-do-we-know.ipynb").is_file()
    assert not list((folder / "exercises").iterdir()), "nbgrader fetches into an empty place"
    assert not (folder / "lessons/teacher").exists() and not list(folder.rglob("*.key.json"))


def test_the_next_start_keeps_what_a_student_wrote(tmp_path):
    folder = Path(put_lessons(str(tmp_path)))
    lesson = folder / "lessons/01-what-do-we-know.ipynb"
    lesson.write_text(lesson.read_text("utf-8").replace("What do we", "What do they"), "utf-8")
    changed = lesson.read_bytes()
    put_lessons(str(tmp_path))
    assert lesson.read_bytes() == changed


def test_teachers_get_a_course_of_that_name_in_which_nothing_would_leak(tmp_path):
    folder = Path(put_course(str(tmp_path / "teachers"), course="media-7b"))
    config = (folder / "course/nbgrader_config.py").read_text("utf-8")
    assert re.findall(r"course_id = (.*)", config) == ['"media-7b"']
    assert "kit.grading.nbgrading.GradeAnswers" in config
    assert (folder / "lessons/teacher/README.md").is_file()
    done = CliRunner().invoke(commands, ["check", str(folder / "course")])
    assert done.exit_code == 0, done.output


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(KitError, match="the lessons cannot be put there"):
        put_lessons(str(tmp_path / "file"))
