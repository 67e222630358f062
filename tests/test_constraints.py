"""One version of everything for a class and for CI: complete, verifiable, and from nowhere in particular."""

import re
from importlib import metadata

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from kit.places.bootstrap import find_checkout
from kit.places.environment import read_pyproject

CHECKOUT = find_checkout()
TEXT = (CHECKOUT / ".ci" / "constraints.txt").read_text("utf-8")
REMEDY = "make .ci/constraints.txt again: the command stands in .github/CONTRIBUTING.md"

ENTRY = re.compile(r"(?P<pin>[a-z0-9-]+==[^ ;]+(?: ; [^\\]+)?)(?P<hashes>(?: \\\n    --hash=sha256:[0-9a-f]{64})+)")
PYTHONS = ("3.11.2", "3.12.1", "3.13.0", "3.14.0")  # 3.11.2: Debian 12
SYSTEMS = {"linux": ("posix", "Linux"), "win32": ("nt", "Windows"), "darwin": ("posix", "Darwin")}


def pins() -> list[Requirement]:
    return [Requirement(found["pin"]) for found in ENTRY.finditer(TEXT)]


def requirements() -> list[Requirement]:
    """Return what pyproject.toml asks for, with every extra."""
    project = read_pyproject(CHECKOUT)["project"]
    return [Requirement(line) for lines in (project["dependencies"], *project["optional-dependencies"].values())
            for line in lines]


def environments() -> list[dict[str, str]]:
    """Return each Python on each system, as a marker sees it."""
    return [default_environment() | {"python_full_version": python, "python_version": python.rpartition(".")[0],
                                     "sys_platform": system, "os_name": name, "platform_system": platform,
                                     "implementation_name": "cpython", "platform_python_implementation": "CPython"}
            for python in PYTHONS for system, (name, platform) in SYSTEMS.items()]


def chosen(environment: dict[str, str]) -> dict[str, str]:
    """Return the version of every library in an environment."""
    found: dict[str, str] = {}
    for pin in pins():
        if pin.marker is None or pin.marker.evaluate(environment):
            assert canonicalize_name(pin.name) not in found, f"two versions of {pin.name} for {environment}"
            found[canonicalize_name(pin.name)] = next(iter(pin.specifier)).version
    return found


def test_it_is_versions_and_hashes_and_nothing_else():
    rest = "\n".join(line for line in ENTRY.sub("", TEXT).splitlines() if not line.startswith("#"))
    assert rest.strip() == ""
    assert len(pins()) > 100


def test_it_names_no_address_and_no_place():
    assert not re.search(r"://|\s--(extra-)?index|--find-links|--trusted-host|\s/", TEXT)


@pytest.mark.parametrize("environment", environments(), ids=lambda it: f"{it['python_full_version']}-{it['sys_platform']}")
def test_everything_that_the_kit_asks_for_is_in_it_in_a_version_that_fits(environment):
    here = chosen(environment)
    needed = [it for it in requirements() if it.marker is None or it.marker.evaluate(environment)]
    unfit = [f"{it}: {here.get(canonicalize_name(it.name))}" for it in needed
             if not it.specifier.contains(here.get(canonicalize_name(it.name), "0"), prereleases=True)]
    assert unfit == [], REMEDY


def test_what_its_libraries_ask_for_is_in_it_too():
    """As far as they are installed here in the very version: for these, what they ask for is known."""
    here = chosen(default_environment())
    lacking = []
    for name, version in here.items():
        try:
            known = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue
        if known.version != version:
            continue
        for line in known.requires or ():
            asked = Requirement(line)
            needed = asked.marker is None or asked.marker.evaluate({"extra": ""})
            if needed and not asked.specifier.contains(here.get(canonicalize_name(asked.name), "0"), prereleases=True):
                lacking.append(f"{name} asks for {asked}")
    assert lacking == [], REMEDY


def test_no_version_is_a_trial():
    assert [str(pin) for pin in pins() if Version(next(iter(pin.specifier)).version).is_prerelease] == []


def test_the_command_that_makes_it_is_documented():
    command = re.search(r"^#\s+(uv pip compile .*)$", TEXT, re.M).group(1)
    assert f"\n{command}\n" in (CHECKOUT / ".github" / "CONTRIBUTING.md").read_text("utf-8")
    assert {"--universal", "--generate-hashes", "--all-extras", "--no-emit-index-url"} <= set(command.split())
