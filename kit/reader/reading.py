"""The machine reader: an annotator that anybody can look into."""

from collections.abc import Iterator
from dataclasses import dataclass

from kit.model.annotations import AnnotationSet
from kit.model.article import Article
from kit.model.spans import Extent, LookAlike
from kit.reader.cues import Cue, cues_in
from kit.reader.language import Doubt
from kit.reader.matching import STRAIGHT, Words
from kit.reader.profiles import CORE, Profile
from kit.reader.roles import Roles, SentenceReading

FORMAT = "kit/reading/1"
# Tokens.  A "sentence" longer than this is a table or no text at all, and is read in parts.
_MOST_TOKENS = 2_000


@dataclass(frozen=True)
class Reading(AnnotationSet):
    """What the machine reader marked, with a reason for everything.

    ``cues`` are its spans with core, rule and reason; ``look_alikes`` what it passed over
    and why.  ``sentences`` holds a role and an attribution for each sentence, as proposals
    with a confidence; nothing is graded by them.  ``not_english`` is how sure it is, 0 to 1,
    that the text is in another language than English, the only one it reads.
    """

    cues: tuple[Cue, ...] = ()
    look_alikes: tuple[LookAlike, ...] = ()
    sentences: tuple[SentenceReading, ...] = ()
    not_english: float = 0.0

    def __repr__(self) -> str:  # the last line of a cell; the generated one would fill the screen
        count = f"{len(self.cues)} cue{'' if len(self.cues) == 1 else 's'}"
        return f"<Reading of {self.article!r}: {count}, not_english {self.not_english:.2f}>"


def machine_read(article: Article, *, profile: Profile = CORE) -> Reading:
    """Mark the speculative language of an article by a word list and rules.

    The same text gives the same reading.  Nothing is learned, kept or looked up elsewhere.
    Any text can be read; an empty one has an empty reading.
    """
    roles = Roles(article)
    cues: list[Cue] = []
    look_alikes: list[LookAlike] = []
    sentences: list[SentenceReading] = []
    doubt = Doubt()
    for number, sentence in enumerate(article.sentences):
        here: list[Cue] = []
        for words, tokens in _parts(article, sentence):
            doubt.see(words)
            if not roles.is_furniture(number):
                found, others = cues_in(words, tokens, profile)
                here += found
                look_alikes += others
        cues += here
        sentences.append(roles.read(number, words, tokens, here))
    return Reading(article.id, article.fingerprint, "cues", "machine", tuple(cue.span for cue in cues),
                   cues=tuple(cues), look_alikes=tuple(look_alikes), sentences=tuple(sentences),
                   not_english=doubt.share())


def _parts(article: Article, sentence: Extent) -> Iterator[tuple[Words, list[tuple[int, int]]]]:
    """Yield the words of a sentence and where they start and end, in parts if it is endless."""
    tokens = article.offsets_in(sentence)
    written = article.quote(sentence).translate(STRAIGHT)
    before = sentence.start
    for first in range(0, len(tokens) or 1, _MOST_TOKENS):
        part = tokens[first:first + _MOST_TOKENS]
        yield Words([written[start - before:end - before] for start, end in part]), part


def as_json(article: Article, reading: Reading) -> dict:
    """Return a reading as data for other programs, in the shape ``kit/reading/1``.

    Offsets are code points of ``text``.  ``core`` is the part of a cue that must be marked.
    """
    return {
        "format": FORMAT, "text": article.text, "fingerprint": article.fingerprint,
        "not_english": reading.not_english,
        "sentences": [_sentence_json(sentence) for sentence in reading.sentences],
        "cues": [{"start": cue.span.start, "end": cue.span.end, "core": [cue.core.start, cue.core.end],
                  "label": cue.label, "quote": article.quote(cue.span), "reason": cue.reason, "rule": cue.rule,
                  "entry": cue.entry} for cue in reading.cues],
        "look_alikes": [{"start": item.start, "end": item.end, "quote": article.quote(item), "reason": item.note}
                        for item in reading.look_alikes],
    }


def _sentence_json(sentence: SentenceReading) -> dict:
    return {"start": sentence.where.start, "end": sentence.where.end,
            "role": sentence.role, "role_confidence": sentence.role_confidence, "role_reason": sentence.role_reason,
            "attribution": sentence.attribution, "attribution_confidence": sentence.attribution_confidence,
            "attribution_reason": sentence.attribution_reason,
            "source": sentence.source and [sentence.source.start, sentence.source.end]}
