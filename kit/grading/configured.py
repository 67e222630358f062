"""What nbgrader's settings mean for a class: whose code runs, and which files are left out."""

from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

from kit.grading.settings import COLLECTED, CONFIG, FEEDBACK, READING, ROOTS, STEPS, Settings
from kit.grading.traps import Finding, loss, miscount, note

_EXPORTERS = "kit.grading.nbgrading"
_LARGEST = "CourseDirectory.max_file_size"  # in kilobytes of 1,000; 0 is any size
# Kilobytes that one file of an honest student may have: an answer with a note for every mark about 30, the page to
# hand in about 100, a notebook with what it showed somewhat more.
_ROOM = 200


def about_settings(course: Path, settings: Settings) -> Iterator[Finding]:
    path = course / CONFIG
    if settings.problem:
        yield miscount(path, settings.problem, "Copy the one that comes with the kit, in its folder exercises.")
        return
    if settings.ours:
        return
    unknown = [name for name in settings.unknown if name in (*STEPS, *READING, *FEEDBACK, *COLLECTED, *ROOTS,
                                                             _LARGEST, "CourseDirectory.ignore",
                                                             "CourseDirectory.include")]
    if unknown:
        places = ", ".join(f"{name} (line {settings.lines[name]})" for name in unknown)
        yield note(path, f"{places} is worked out when nbgrader runs, so it cannot be known here", "See for yourself.")
    if path.with_suffix(".json").exists():
        yield note(path.with_suffix(".json"), f"it wins over {CONFIG}, and was not read", "Keep only one of the two.")
    yield from _about_running(path, settings)
    yield from _about_exporters(path, settings)
    yield from _about_collecting(path, settings)
    if not settings.get("CourseDirectory.course_id") and settings.known("CourseDirectory.course_id"):
        yield note(path, "there is no course_id, which handing out through nbgrader's exchange needs",
                   'Write c.CourseDirectory.course_id = "..." into it.')


def _about_running(path: Path, settings: Settings) -> Iterator[Finding]:
    if not settings.known(*STEPS):
        return
    steps = _steps(settings)
    if not _of_kit(steps):
        yield miscount(path, "nbgrader would run what students hand in, and a student's cell can change its own points",
                       "Set c.Autograde.autograde_preprocessors as in the kit's own exercises/nbgrader_config.py.")
        return
    before = [str(one) for one in settings.get("Autograde.sanitize_preprocessors") or ()]
    if settings.known("Autograde.sanitize_preprocessors") and not _of_kit(before):
        yield loss(path, "one copied cell in one notebook stops the grading of the whole class",
                   "Set c.Autograde.sanitize_preprocessors as in the kit's own exercises/nbgrader_config.py.")
    if any(step.endswith(".Execute") for step in steps):
        yield miscount(path, "Execute is still among the steps of autograding, so what students hand in is run",
                       "Take nbgrader.preprocessors.Execute out of c.Autograde.autograde_preprocessors.")


def _about_exporters(path: Path, settings: Settings) -> Iterator[Finding]:
    """Find whether something else than the kit reads the notebooks that it grades, or writes the pages to give back."""
    graded_by_kit = not settings.known(*STEPS) or _of_kit(_steps(settings))
    if graded_by_kit and _differs(settings, READING, f"{_EXPORTERS}.SubmissionExporter"):
        yield loss(path, "whoever hands in a damaged notebook, or the answer file alone, gets no grade: nbgrader reads "
                   "notebooks without the kit", f'Write c.{READING[0]} = "{_EXPORTERS}.SubmissionExporter" into it.')
    if _differs(settings, FEEDBACK, f"{_EXPORTERS}.FeedbackExporter"):
        yield note(path, "feedback pages are nbgrader's own, which fetch a script from elsewhere when they are opened",
                   f'Write c.{FEEDBACK[0]} = "{_EXPORTERS}.FeedbackExporter" into it.')


def _differs(settings: Settings, names: tuple[str, ...], ours: str) -> bool:
    return settings.known(*names) and settings.get(*names) != ours


def _steps(settings: Settings) -> list[str]:
    return [str(one) for one in settings.get(*STEPS) or ()]


def _of_kit(steps: list[str]) -> bool:
    return any(step.startswith("kit.grading.") for step in steps)


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
    largest = settings.get(_LARGEST)
    if isinstance(largest, int) and 0 < largest < _ROOM:
        yield loss(path, f"{_LARGEST} is {largest} kilobytes, and larger files are left out of what students hand in: "
                   "an answer with notes, or a notebook, can be larger", f"Write c.{_LARGEST} = 20_000 into it.")
