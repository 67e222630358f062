"""What a teacher does with answers: check, grade, report.  The names are resolved late.

The function ``grade`` is not among them: ``kit.grading.grade`` is its module.
"""

import importlib

_HOMES = {
    "check":        "kit.grading.checking",
    "points":       "kit.grading.checking",
    "find_key":     "kit.grading.keys",
    "Keys":         "kit.grading.keys",
    "Grade":        "kit.grading.grade",
    "grade_folder": "kit.grading.folder",
    "feedback_page": "kit.grading.feedback",
    "refused":      "kit.grading.feedback",
    "Crowd":        "kit.grading.crowd",
    "class_figure": "kit.grading.crowd",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> object:
    """Return a name of this room, importing the module it lives in on first use."""
    if name not in _HOMES:
        raise AttributeError(f"module 'kit.grading' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)
