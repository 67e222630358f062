"""The Media Literacy Kit: mark the speculative language of a news article, and compare.

The public names are resolved late: ``import kit`` loads the standard library alone,
so that it is quick and works before anything is installed.
"""

# No syntax newer than Python 2.7 here: an old Python must get as far as being told so.
import importlib

__version__ = "0.1.0"

_HOMES = {
    # a lesson, an exercise, in one name
    "lesson":           "kit.page.practice",
    "exercise":         "kit.page.exercise",
    # get things
    "load_article":     "kit.model.files",
    "load_key":         "kit.model.files",
    "open_text":        "kit.model.files",
    "read_annotations": "kit.model.files",
    # mark
    "Highlighter":      "kit.page.widget",
    # look
    "show":             "kit.page.view",
    "compare":          "kit.page.view",
    "explain":          "kit.page.explained",
    "progress":         "kit.page.progress",
    # let the machine read
    "machine_read":     "kit.reader.reading",
    "CORE":             "kit.reader.profiles",
    "POSSIBILITY":      "kit.reader.profiles",
    "WIDE":             "kit.reader.profiles",
    # measure
    "score":            "kit.measure.score",
    "agreement":        "kit.measure.agreement",
    # hand in
    "check":            "kit.grading.checking",
    # the nouns
    "Article":          "kit.model.article",
    "Span":             "kit.model.spans",
    "AnnotationSet":    "kit.model.annotations",
    "AnswerKey":        "kit.model.annotations",
    "KitError":         "kit.errors",
}

__all__ = ["__version__"] + sorted(_HOMES)


def __getattr__(name):
    """Return a public name, importing the module it lives in on first use."""
    if name not in _HOMES:
        raise AttributeError("module 'kit' has no attribute {!r}".format(name))
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__():
    """Return the public names, for completion in a notebook."""
    return list(__all__)
