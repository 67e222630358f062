"""Why an outcome is what it is, in words for the person who marked."""

from kit.measure.match import Outcome
from kit.model.annotations import AnnotationSet, AnswerKey
from kit.model.article import Article
from kit.model.labels import SCHEMES, Scheme
from kit.model.spans import Extent, Span

# What to ask of a mark that the key does not have, by its label.
_ASK = {
    "modal":      "does this word make the statement less sure?",
    "likelihood": "does this word make the statement less sure?",
    "appearance": "does this word make the statement less sure?",
    "might":      "does this word make the statement less sure?",
    "hearsay":    "does this word only pass on what somebody else said?",
    "condition":  "is the statement true only if something else is?",
    "vague":      "does somebody without a name stand behind a claim here?",
}
_EXTRA = {
    "too wide":    "Much too wide: mark the fewest words that carry the doubt.",
    "second mark": "One more mark on a cue that has one already. One is enough.",
    "beside":      "Close: the word that carries the doubt is beside it.",
}
_TWO_CUES = "There are two cues here: mark each."
_MISSED = {"two cues": _TWO_CUES, "too wide": "Your mark here is much too wide to count for it."}
_OPEN = {"accepted": "You may mark this or leave it.", "contested": "Careful readers differ here."}


def why(article: Article, outcome: Outcome, key: AnnotationSet) -> str:
    """Return the reason for an outcome: what is the matter, then the key's own note.

    Against a key, every outcome has one.  Against a classmate's set there are no reasons, only
    the difference and the notes of both; "" if there are none.  The machine reader's notes are
    its reasons.
    """
    if not isinstance(key, AnswerKey):
        theirs = "Machine" if key.annotator == "machine" else "Their note"
        notes = [said(whose, span.note) for whose, span in (("My note", outcome.mark), (theirs, outcome.cue)) if span]
        return _sentences(_difference(article, outcome), *notes)
    scheme = SCHEMES.get(key.scheme)
    if outcome.kind == "extra":
        return _extra(article, outcome, scheme)
    if outcome.kind == "missed":
        return _sentences(_MISSED.get(outcome.detail, ""), outcome.cue.note or _in_key(outcome, scheme))
    if outcome.kind == "free":
        return _sentences(_OPEN.get(outcome.cue.tier, ""), outcome.cue.note)
    return _sentences(_width(article, outcome), _TWO_CUES if outcome.detail == "two cues" else "",
                      _label(outcome, scheme), outcome.cue.note or _in_key(outcome, scheme))


def words_apart(article: Article, mark: Extent | Span, cue: Span) -> tuple[int, int]:
    """Return how many tokens of the core a mark on it leaves out, and how many reach beyond the max."""
    first, stop = article.token_range(mark)
    core_first, core_stop = article.token_range(getattr(cue, "core", cue))
    max_first, max_stop = article.token_range(cue)
    short = max(0, first - core_first) + max(0, core_stop - stop)
    return short, max(0, max_first - first) + max(0, stop - max_stop)


def _extra(article: Article, outcome: Outcome, scheme: Scheme | None) -> str:
    if outcome.look_alike:
        return outcome.look_alike.note or "It looks like a cue and is none."
    if outcome.detail:
        return _EXTRA[outcome.detail]
    if scheme and scheme.unit == "sentence":
        return "The key has no label for this sentence."
    first, stop = article.sentence_range(outcome.mark)
    if first < stop and all(sentence in article.headings for sentence in range(first, stop)):
        return "Not in the key: headings are not asked."
    return f"Not in the key. Ask: {_ASK.get(outcome.mark.label, _ASK['might'])}"


def _width(article: Article, outcome: Outcome) -> str:
    if outcome.kind == "found":
        return ""
    short, wide = words_apart(article, outcome.mark, outcome.cue)
    parts = [f"{many(short, 'word')} short"] * bool(short) + [f"{many(wide, 'word')} too wide"] * bool(wide)
    core, whole = article.quote(outcome.cue.core), article.quote(outcome.cue)
    fits = f"“{core}”" if core == whole else f"“{core}”, or up to “{whole}”"
    return f"{' and '.join(parts) or 'Part of a word'}: the cue is {fits}."


def _difference(article: Article, outcome: Outcome) -> str:
    if outcome.kind not in ("found", "loose"):
        return ""
    short, wide = words_apart(article, outcome.mark, outcome.cue)
    parts = [f"{many(short, 'word')} fewer"] * bool(short) + [f"{many(wide, 'word')} more"] * bool(wide)
    return f"{' and '.join(parts)} in mine." if parts else ""


def _label(outcome: Outcome, scheme: Scheme | None) -> str:
    if outcome.right_label:
        return ""
    theirs = " or ".join(f"“{name_of(label, scheme)}”" for label in (outcome.cue.label, *outcome.cue.also))
    return f"You chose “{name_of(outcome.mark.label, scheme)}”, the key has {theirs}."


def _in_key(outcome: Outcome, scheme: Scheme | None) -> str:
    return f"In the key: “{name_of(outcome.cue.label, scheme)}”."


def name_of(label: str, scheme: Scheme | None) -> str:
    """Return the name a student knows a label by; its id if the scheme does not have it."""
    return scheme[label].name if scheme and label in scheme else label


def said(whose: str, note: str) -> str:
    """Return somebody's note as a sentence; "" if there is none."""
    stop = "" if note.endswith((".", "?", "!")) else "."
    return f"{whose}: “{note}”{stop}" if note else ""


def many(number: int, thing: str) -> str:
    """Return a number with its thing: "1 mark", "2 marks"."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _sentences(*parts: str) -> str:
    return " ".join(part for part in parts if part)
