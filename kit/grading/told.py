"""What a student is told of what the grading found: their own part of it, in words for them.

The teacher's table and report keep the teacher's wording.
"""

import re

_REMARKS = (
    (r"Started again after .*", "You started again after a check; your points stay as they are."),
    (r"Read from (.*)\.", r"Read from \1. It counts the same."),
)
_PROBLEMS = (
    (r"(.*: )?The answer was made on text .* the key is for text .*",
     "Your answer was made on another version of the text than your teacher's key. "
     "Ask your teacher for the text again."),
    (r"(.*: larger than \d+ MB)\. The kit makes no such files: .*", r"\1. Hand in the answer file."),
)
_NOT_YET = (
    (r"No answer key for .*", "your teacher has to add the key."),
    (r"(There is no article|The key for) .*", "your teacher has to add the text that belongs to the key."),
    (r".*", "your teacher has to look at it."),
)


def remark(words: str) -> str:
    """Return a remark on an answer in words for whoever made it."""
    return _said(_REMARKS, words)


def problem(words: str) -> str:
    """Return why an answer could not be graded, in words for whoever made it."""
    return _said(_PROBLEMS, words)


def not_yet(words: str) -> str:
    """Return who has to do something before an answer can be graded, and what."""
    return f"Not graded yet: {_said(_NOT_YET, words)}"


def _said(table: tuple[tuple[str, str], ...], words: str) -> str:
    """Return what stands in a table for these words; the words themselves where nothing does."""
    for pattern, said in table:
        found = re.fullmatch(pattern, words, re.DOTALL)
        if found:
            return found.expand(said)
    return words
