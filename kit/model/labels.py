"""The labels that students choose from, and how a fine scheme reads as a coarse one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from kit.errors import KitError


@dataclass(frozen=True)
class Label:
    """One pen: told apart by its colour, its line and its letter.

    ``unit`` is "sentence" for a label that whole sentences get in a scheme of claims.
    """

    id: str
    name: str
    meaning: str
    colour: str
    line: str
    letter: str
    question: str = ""
    unit: str = ""


@dataclass(frozen=True)
class Scheme:
    """A list of labels for one unit of text.

    ``unit`` is ``"token"``, ``"sentence"``, or ``"claim"``: chosen sentences get a label and are
    joined to the words for who says so.  ``coarser`` maps the id of another scheme to
    a mapping from each label here to the label there.  ``name`` stands where a student chooses
    between schemes.
    """

    id: str
    labels: tuple[Label, ...]
    unit: str = "token"
    coarser: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)
    name: str = ""

    def __getitem__(self, label: str) -> Label:
        return self._by_id[label]

    def __contains__(self, label: str) -> bool:
        return label in self._by_id

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """The ids of the labels, in the order of the palette."""
        return tuple(self._by_id)

    @cached_property
    def _by_id(self) -> Mapping[str, Label]:
        return {label.id: label for label in self.labels}


# Colours reach 4.5:1 as text on white; the pen lightens them for a dark page.
CUES = Scheme("cues", (
    Label("modal", "Might-words", "may, might, could: possible, not certain", "#b35806", "solid", "M",
          "Have you looked for may, might, could and would?"),
    Label("likelihood", "Chance-and-doubt words", "likely, expected to, unclear: not certain", "#0b64a0", "dashed", "C",
          "Have you looked for words about chance, and for what nobody knows yet?"),
    Label("appearance", "Seems-and-thinks words", "seems, apparently, suspects: how it looks", "#6a3d9a", "dotted", "S",
          "Have you looked for how things seem, and for what people think or suspect?"),
    Label("hearsay", "Somebody-said-so words", "allegedly, reportedly, claims: only said", "#1b7837", "double", "R",
          "Have you looked for words that only pass on what is said?"),
    Label("condition", "If-words", "if, unless, depends on: true only when", "#b2182b", "wavy", "I",
          "Have you looked for if-words?"),
    Label("vague", "Who-exactly? words", "sources, officials, experts: no name", "#5b5b1f", "thick", "W",
          "Have you looked for sources without a name?"),
), coarser={"cues-4": {"modal": "might", "likelihood": "might", "appearance": "might",
                       "hearsay": "hearsay", "condition": "condition", "vague": "vague"},
            "cues-1": dict.fromkeys(("modal", "likelihood", "appearance", "hearsay", "condition", "vague"), "cue")},
   name="Six pens")

CUES_4 = Scheme("cues-4", (
    Label("might", "Might-words", "may, likely, seems, unclear: not certain", "#b35806", "solid", "M",
          "Have you looked for might-words, also for doubt that uses no such word?"),
    Label("hearsay", "Somebody-said-so", "allegedly, reportedly, claims: said, not shown", "#1b7837", "double", "S",
          "Have you looked for words that only pass on what somebody said?"),
    Label("condition", "If-words", "if, unless, depends on: true only when", "#b2182b", "wavy", "I",
          "Have you looked for if-words?"),
    Label("vague", "Who exactly?", "sources, officials, experts: no name", "#6a3d9a", "dotted", "W",
          "Have you looked for sources without a name?"),
), coarser={"cues-1": dict.fromkeys(("might", "hearsay", "condition", "vague"), "cue")}, name="Four pens")

# One pen, for marks whose kind nobody asked for or nobody told: there is no label to be right or wrong.
CUES_1 = Scheme("cues-1", (
    Label("cue", "Words of doubt", "not certain, only said, or no name", "#b35806", "solid", "D",
          "Have you looked for words that show doubt, and for sources without a name?"),
), name="One pen")

ROLES = Scheme("roles", (
    Label("claim", "Claim", "the main report, or evidence offered for it", "#b35806", "solid", "C",
          "Does every claim fall if the main report is false?"),
    Label("background", "Background", "still true if the main report is false", "#0b64a0", "double", "B",
          "Would each background sentence still be true if the main report were false?"),
    Label("projection", "What may follow", "what may come next, or why somebody did it", "#6a3d9a", "dashed", "P",
          "Have you looked for what has not happened yet, and for why somebody may have done it?"),
    Label("reaction", "Reaction", "what somebody did or said in answer", "#1b7837", "dotted", "R",
          "Does each reaction tell what somebody really did or said in answer?"),
    Label("comment", "Comment", "how big, good, bad or important it is", "#b2182b", "wavy", "O",
          "Have you looked for sentences that only say how good, bad, big or important something is?"),
    Label("question", "Question", "the text asks", "#5b5b1f", "thick", "Q"),
    Label("furniture", "Furniture", "date, heading, repeated title: not asked", "#5f6368", "solid", "F"),
), unit="sentence", coarser={"roles-3": {
    "claim": "claim", "projection": "claim", "background": "background",
    "reaction": "other", "comment": "other", "question": "other", "furniture": "furniture"}}, name="Six roles")

ROLES_3 = Scheme("roles-3", (
    Label("claim", "Claim", "what is said to be so, or to follow", "#b35806", "solid", "C",
          "Does every claim fall if the main report is false, or lie ahead?"),
    Label("background", "Background", "still true if the main report is false", "#0b64a0", "double", "B",
          "Would each background sentence still be true if the main report were false?"),
    Label("other", "Something else", "a reaction, a comment or a question", "#1b7837", "dotted", "E",
          "Is there something new to believe in a sentence that you took for something else?"),
    Label("furniture", "Furniture", "date, heading, repeated title: not asked", "#5f6368", "solid", "F"),
), unit="sentence", name="Three roles")

ATTRIBUTION = Scheme("attribution", (
    Label("person", "A named person", "somebody with a name says so", "#1b7837", "solid", "P"),
    Label("institution", "A named body", "a body or a state says so", "#0b64a0", "double", "I"),
    Label("vague", "Unnamed people", "officials, a person close to it", "#b35806", "dotted", "V"),
    Label("hidden", "Nobody mentioned", "somebody said it, the wording hides who", "#b2182b", "wavy", "H"),
    Label("none", "The writer", "the writer's own voice", "#5f6368", "dashed", "N"),
), unit="sentence")

SOURCES = Scheme("sources", (
    Label("source", "Source words", "who says so: a name, an office, a paper", "#0b64a0", "double", "S",
          "Is each claim joined to the words for who says so, or is there nobody?"),
    Label("rung-5", "Document or eyewitness", "a paper to look up, or a named person who saw it", "#1b7837", "solid",
          "5", "Has somebody with a name seen it, or does a document show it?", "sentence"),
    Label("rung-4", "Named person", "somebody with a name says so", "#1b7837", "dashed", "4", unit="sentence"),
    Label("rung-3", "Named body", "a club, an office, a state says so", "#5b5b1f", "solid", "3",
          "Does a paper stand behind the claim, or does it only pass it on?", "sentence"),
    Label("rung-2", "Unnamed, but described", "a person close to it", "#b35806", "dashed", "2", unit="sentence"),
    Label("rung-1", "Only “sources”", "sources, reports: nothing more", "#b2182b", "dotted", "1", unit="sentence"),
    Label("rung-0", "Nobody", "the text names nobody who says so", "#b2182b", "wavy", "0",
          "Is there a claim that nobody stands behind?", "sentence"),
    Label("claim", "No rung yet", "a claim that still waits for its rung", "#5f6368", "dotted", "?", unit="sentence"),
), unit="claim")

SCHEMES: Mapping[str, Scheme] = {scheme.id: scheme for scheme in (CUES, CUES_4, ROLES, ROLES_3, ATTRIBUTION, SOURCES,
                                                               CUES_1)}


def scheme_called(name: str) -> Scheme:
    """Return a built-in scheme.

    Raises:
        KitError: there is none of that name.
    """
    if name in SCHEMES:
        return SCHEMES[name]
    raise KitError(f"There is no scheme {name!r}. Choose one of {', '.join(SCHEMES)}.")


def is_by_sentence(scheme: str) -> bool:
    """Tell whether a scheme labels whole sentences; False for one that is not built in."""
    return scheme in SCHEMES and SCHEMES[scheme].unit == "sentence"


def word_for(scheme: str) -> str:
    """Return what a label of a scheme is called in front of students: "role", "rung" or "label"."""
    if is_by_claim(scheme):
        return "rung"
    return "role" if scheme.startswith("roles") else "label"


def is_by_claim(scheme: str) -> bool:
    """Tell whether a scheme joins claims to their sources; False for one that is not built in."""
    return scheme in SCHEMES and SCHEMES[scheme].unit == "claim"


def unit_of(scheme: str, label: str) -> str:
    """Return what a label is given to: ``"token"`` or ``"sentence"``."""
    known = SCHEMES.get(scheme)
    if known is None or known.unit == "token":
        return "token"
    if known.unit == "sentence":
        return "sentence"
    return label in known and known[label].unit or "token"


def mapping_between(fine: str, coarse: str) -> Mapping[str, str] | None:
    """Return how each label of ``fine`` reads in ``coarse``; None if it does not."""
    if fine == coarse:
        return {label: label for label in SCHEMES[fine].ids} if fine in SCHEMES else None
    return SCHEMES[fine].coarser.get(coarse) if fine in SCHEMES else None


def stands_for(scheme: str, asked: str) -> bool:
    """Tell whether an answer in one scheme counts where another is asked: in the same, and in marks without a pen.

    Those come from paper.  Where words are marked, points look at the place alone, so nothing is
    easier without pens; other labels would be another exercise.
    """
    return scheme == asked or (scheme == CUES_1.id and mapping_between(asked, scheme) is not None)
