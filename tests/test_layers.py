"""What may import what: the floors of the house, the order inside a room, one door per library.

The tables here are the ones that count.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from kit.places.bootstrap import find_checkout
from kit.places.environment import read_pyproject

CHECKOUT = find_checkout()

# From the ground up.  A room imports from rooms on floors below its own.
FLOORS = (
    ("errors",),
    ("model",),
    ("measure", "reader"),
    ("page",),
    ("grading", "authoring"),
    ("places",),
    ("commands",),
    ("cli",),
    ("__init__", "__main__"),
)

# Inside a room a file imports from files to the left of it.
ORDER = {
    "model":     "spans relations labels sentences article annotations fields formats marked numbered typedline typedwords typedclaim typed files plans handed",
    "measure":   "pairing places match sourcing score blind agreement reasons row traced feedback interval tallies",
    "reader":    "matching patterns lexicon rules profiles cues language naming furniture saying sources signs roles reading",
    "page":      "markup sheet terminal tally comparison view explained strip arriving fitting picture ribbon anatomy ladder origins "
                 "tree machine baselines answer course progress border replies passes handin screen widget controls own plan practice exercise skyline classwords classfigure",
    "grading":   "table grade questions passes shell sums told feedback sample classitems classpage crowd keys naming places walk row choice checking cells finding gradebook nbgrading nbexport "
                 "traps settings leaks graded foldernames configured delivered doctor "
                 "intake folder counted record roster imports pages report run",
    "authoring": "standoff findings extras bylines traces leftovers imported markdown blocks webpage wordfile importing "
                 "inputs checkup export asked paperkey paper notes keypage teacher",
    "places":    "oldest causes environment bootstrap folder guide workspace served wheel classroom labserver lab packages startpage site suite",
    "commands":  "output lab read check compare score handin export paper typed grade guide site classroom test",
}

DOORS = {
    "nltk":       {"model.sentences", "model.article", "measure.agreement"},
    "matplotlib": {"page.fitting", "page.picture"},
    "anywidget":  {"page.screen", "page.controls"},
    "traitlets":  {"page.screen", "page.controls"},
    "ipywidgets": {"page.controls", "page.own", "page.practice", "page.exercise"},
    "click":      {"cli", *(f"commands.{file}" for file in ORDER["commands"].split())},
    "rich":       {"commands.read", "commands.compare"},
    "markdown_it": {"authoring.markdown"},
    "lxml":       {"authoring.blocks"},
    "trafilatura": {"authoring.webpage"},
    "docx":       {"authoring.wordfile"},
    "nbgrader":   {"grading.gradebook", "grading.nbgrading", "grading.nbexport"},
    "nbconvert":  {"grading.nbgrading"},
    "nbformat":   {"grading.nbgrading"},
    "jupyterlab": {"places.labserver"},
}

HEAVY = {"nltk", "matplotlib", "numpy", "anywidget", "ipywidgets", "traitlets", "click", "rich", "markdown_it", "lxml",
         "trafilatura", "docx", "nbgrader", "nbconvert", "nbformat", "jupyterlab"}

# A fact that every module may tell, and that is known before anything is imported.
FREE = {"kit.__version__"}

MODULES = {
    path.relative_to(CHECKOUT / "kit").with_suffix("").as_posix().replace("/", "."): path
    for path in sorted((CHECKOUT / "kit").rglob("*.py"))
}


def imports(source: str) -> Iterator[str]:
    """Yield the full name of everything that a module imports, late imports too."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are written in full"
            yield from (f"{node.module}.{name.name}" for name in node.names)


def module_of(name: str) -> str:
    """Return the module of the kit that an imported name is or lies in: `kit.model.spans.Span`."""
    inside = name.removeprefix("kit").removeprefix(".")
    for candidate in (inside, inside.rpartition(".")[0]):
        if candidate in MODULES or f"{candidate}.__init__" in MODULES:
            return candidate
    return inside if "." in inside else "__init__"


def floor(module: str) -> int:
    """Return the floor of a module's room, 0 at the ground."""
    room = module.split(".")[0]
    return next(number for number, rooms in enumerate(FLOORS) if room in rooms)


def may_import(module: str, other: str) -> bool:
    """Return whether one module of the kit may import another."""
    room, _, file = module.partition(".")
    other_room, _, other_file = other.partition(".")
    if room != other_room or not file:
        return floor(other) < floor(module)
    order = ORDER[room].split()
    return other_file in order[:order.index(file)] if file in order else False


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_only_from_below(module):
    names = [name for name in imports(MODULES[module].read_text("utf-8"))
             if name.split(".")[0] == "kit" and name not in FREE]
    wrong = [other for other in map(module_of, names) if not may_import(module, other)]
    assert not wrong, "; ".join(f"`{module}` may not import `{other}`" for other in wrong)


@pytest.mark.parametrize("module", MODULES)
def test_a_library_has_one_door(module):
    libraries = {name.split(".")[0] for name in imports(MODULES[module].read_text("utf-8"))}
    outside = libraries - set(sys.stdlib_module_names) - {"kit"}
    wrong = sorted(name for name in outside if module not in DOORS.get(name, ()))
    assert not wrong, "; ".join(f"`{module}` may not import `{name}`: its door is "
                                f"{sorted(DOORS.get(name, ['nowhere']))}" for name in wrong)


def test_every_file_of_a_room_has_its_place_in_the_order():
    placed = {f"{room}.{file}" for room, files in ORDER.items() for file in files.split()}
    files = {module for module in MODULES if "." in module and not module.endswith("__init__")}
    assert files == placed, "ORDER, above, lists each file after those it uses"


@pytest.mark.parametrize(("module", "other", "allowed"), [
    ("measure.score", "measure.match", True),
    ("measure.match", "measure.score", False),
    ("measure.match", "model.spans", True),
    ("model.spans", "measure.match", False),
    ("page.view", "places.folder", False),
    ("cli", "places.folder", True),
    ("cli", "commands.lab", True),
    ("commands.lab", "places.folder", True),
    ("commands.read", "commands.check", False),
    ("errors", "cli", False),
    ("__main__", "cli", True),
    ("cli", "__init__", False),
])
def test_the_tables_are_read_as_they_are_meant(module, other, allowed):
    assert may_import(module, other) is allowed


def test_importing_the_kit_loads_no_library():
    code = "import sys, kit; dir(kit); kit.KitError; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, text=True,
                          capture_output=True, check=True)
    assert not HEAVY & set(done.stdout.split())


def test_every_library_is_a_declared_requirement():
    """A library that is only there by chance breaks the first start of a newcomer."""
    project = read_pyproject(CHECKOUT)["project"]
    declared = project["dependencies"] + project["optional-dependencies"]["test"]
    brought = closure(Requirement(line).name for line in declared)
    sources = [*MODULES.values(), *(CHECKOUT / "tests").rglob("*.py")]
    own = {path.stem for path in sources} | {"kit", "tests"}
    used = {name.split(".")[0] for path in sources for name in imports(path.read_text("utf-8"))}
    homes = metadata.packages_distributions()
    for name in sorted(used - set(sys.stdlib_module_names) - own):
        assert brought & {canonicalize_name(home) for home in homes.get(name, ())}, (
            f"{name} is imported, and no line of pyproject.toml brings it")


def closure(names: Iterator[str]) -> set[str]:
    """Return packages and whatever they require, as far as it is installed here."""
    found, todo = set(), [canonicalize_name(name) for name in names]
    while todo:
        name = todo.pop()
        if name in found:
            continue
        found.add(name)
        try:
            lines = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue
        required = [Requirement(line) for line in lines]
        todo += [canonicalize_name(one.name) for one in required
                 if one.marker is None or one.marker.evaluate({"extra": ""})]
    return found
