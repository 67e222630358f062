"""What nbgrader's settings mean for a class: whose code runs, and which files are left out."""

from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

from kit.grading.settings import COLLECTED, CONFIG, ROOTS, STEPS, Settings
from kit.grading.traps import Finding, loss, miscount, note


def about_settings(course: Path, settings: Settings) -> Iterator[Finding]:
    path = course / CONFIG
    if settings.problem:
        yield miscount(path, settings.problem, "Copy the one that comes with the kit, in its folder exercises.")
        return
    if settings.ours:
        return
    unknown = [name for name in settings.unknown if name in (*STEPS, *COLLECTED, *ROOTS, "CourseDirectory.ignore",
                                                             "CourseDirectory.include")]
    if unknown:
        places = ", ".join(f"{name} (line {settings.lines[name]})" for name in unknown)
        yield note(path, f"{places} is worked out when nbgrader runs, so it cannot be known here", "See for yourself.")
    if path.with_suffix(".json").exists():
        yield note(path.with_suffix(".json"), f"it wins over {CONFIG}, and was not read", "Keep only one of the two.")
    yield from _about_running(path, settings)
    yield from _about_collecting(path, settings)
    if not settings.get("CourseDirectory.course_id") and settings.known("CourseDirectory.course_id"):
        yield note(path, "there is no course_id, which handing out through nbgrader's exchange needs",
                   'Write c.CourseDirectory.course_id = "..." into it.')


def _about_running(path: Path, settings: Settings) -> Iterator[Finding]:
    if not settings.known(*STEPS):
        return
    steps = [str(one) for one in settings.get(*STEPS) or ()]
    if not any(step.startswith("kit.grading.") for step in steps):
        yield miscount(path, "nbgrader would run what students hand in, and a student's cell can change its own points",
                       "Set c.Autograde.autograde_preprocessors as in the kit's own exercises/nbgrader_config.py.")
        return
    before = [str(one) for one in settings.get("Autograde.sanitize_preprocessors") or ()]
    if settings.known("Autograde.sanitize_preprocessors") and not any(one.startswith("kit.grading.") for one in before):
        yield loss(path, "one copied cell in one notebook stops the grading of the whole class",
                   "Set c.Autograde.sanitize_preprocessors as in the kit's own exercises/nbgrader_config.py.")
    if any(step.endswith(".Execute") for step in steps):
        yield miscount(path, "Execute is still among the steps of autograding, so what students hand in is run",
                       "Take nbgrader.preprocessors.Execute out of c.Autograde.autograde_preprocessors.")


def _about_collecting(path: Path, settings: Settings) -> Iterator[Finding]:
    taken = settings.strings(*COLLECTED)
    if settings.known(*COLLECTED) and not {".json", ".ipynb"} <= set(taken or ()):
        yield loss(path, "nbgrader zip_collect drops answer files: it takes notebooks only, unless told otherwise",
                   'Write c.FileNameCollectorPlugin.valid_ext = [".ipynb", ".json", ".html"] into it.')
    ignored, included = settings.strings("CourseDirectory.ignore"), settings.strings("CourseDirectory.include")
    for name in ("answers", "singer-tour-cues-4.json"):
        if any(fnmatch(name, pattern) for pattern in ignored or ()):
            yield loss(path, f"CourseDirectory.ignore leaves out {name!r}, also from what students hand in",
                       "Take that pattern out of it.")
        elif included is not None and not any(fnmatch(name, pattern) for pattern in included):
            yield loss(path, f"CourseDirectory.include leaves out {name!r}, also from what students hand in",
                       'Write c.CourseDirectory.include = ["*"].')
