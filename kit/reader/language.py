"""How sure the machine reader is that a text is not in English, the only language it reads."""

from kit.reader.lexicon import english_groups
from kit.reader.matching import Words

# In English running text about four words in ten are among the commonest; in its neighbours
# (German, Dutch, French, Spanish) fewer than one in eight happens to be spelled like one.
_ENGLISH, _OTHER = 0.30, 0.12
_ENOUGH = 40  # words; fewer can be names and numbers alone


class Doubt:
    """Counts the commonest English words among all words with a letter."""

    def __init__(self) -> None:
        self._common = english_groups()["COMMON"]
        self._seen = self._english = 0

    def see(self, words: Words) -> None:
        """Count the words of one sentence."""
        letters = [word for word in words.low if word[0].isalpha()]
        self._seen += len(letters)
        self._english += sum(word in self._common for word in letters)

    def share(self) -> float:
        """Return how sure it is, 0 to 1, that the text is not English; 0 for a text without words."""
        if not self._seen:
            return 0.0
        short = (_ENGLISH - self._english / self._seen) / (_ENGLISH - _OTHER)
        return round(min(1.0, max(0.0, short)) * min(1.0, self._seen / _ENOUGH), 2)
