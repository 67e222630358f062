"""Answer files made by hand, each with the points that the formula gives it, worked out on paper.

The exercises are worth 10 points, so in quarter points an answer has

    q = 16 x first + 12 x mended + 12 x reasons,    points = (q rounded, halves up) / 4.

- Exercise 1 has 14 core cues: a pass is F1 = (2 x found + loose) / (14 + found + loose + extra); 6 reasons.
- Exercise 2 asks for 18 sentences: a pass is right / 18; 6 reasons and 2 loaded sentences, so 8 choices.
- Exercise 3 asks for 8 claims: a pass is right / 8, one rung off being right; 6 reasons and the origins, so 7 choices.
- The test's own text, in two directions and with emoji, has 4 core cues and asks for no reasons: those count as all.

Where both passes are alike, q = 28 x pass + 12 x reasons.  The sums stand above the cases; nothing is worked out
here but the places of words in a text.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kit.model.article import Article
from kit.model.files import load_article, save_annotations, save_article
from kit.model.handed import CARRIED
from kit.model.marked import parse

CUES, ROLES, SOURCES, OWN = "01-what-do-we-know", "02-claim-or-background", "03-who-says-so", "night-market"
FILES = {CUES: "singer-tour-cues-4", ROLES: "focus-app-roles", SOURCES: "strait-collision-sources",
         OWN: "night-market-cues-4"}
OUT_OF = 10
_OWN_TEXT, _OWN_KEY = parse(
    "\U0001f433 The night market [may|might: a possibility] close in June \U0001f600.\n"
    "وقالت [مصادر|vague: nobody is named] إن السوق [ربما|might: perhaps] يغلق \U0001f44b\U0001f3fd.\n"
    "[If|condition: not yet] it rains, the \U0001f468\u200d\U0001f469\u200d\U0001f467 stalls move.",
    article="night-market", scheme="cues-4")
_OWN = Article("night-market", "Night market", "Written for a test", _OWN_TEXT)


@dataclass(frozen=True)
class Case:
    """One student's answer to one exercise; ``content`` None is no answer at all.

    ``why_not`` is a part of the reason that every road names where an answer cannot be graded.
    ``code`` is the folder in ``answers/`` that a shared computer saved in; ``place`` is where the file
    lies if somebody renamed or moved it.
    """

    name: str
    exercise: str
    content: str | None
    points: float
    why_not: str = ""
    code: str = ""
    place: str = ""

    @property
    def path(self) -> str:
        """Where the answer lies in the student's folder."""
        return self.place or "/".join(filter(None, ("answers", self.code, f"{FILES[self.exercise]}.json")))


def text_of(exercise: str) -> Article:
    """Return the article of an exercise."""
    return _OWN if exercise == OWN else load_article(re.sub("-(cues-4|roles|sources)$", "", FILES[exercise]))


def save_own(keys: Path) -> None:
    """Put the key of the test's own text, and the text, into a folder of keys."""
    save_annotations(_OWN_KEY, _OWN, keys / "night-market-cues-4.key.json")
    save_article(_OWN, keys / "night-market.json")


def spans(exercise: str, marks: Iterable[str], **more: object) -> list[dict]:
    """Return the spans that marks mean; each is ``words|label``, or ``before <words> after|label``.

    The words, with those before and after, stand once in the text.
    """
    return [_span(text_of(exercise).text, mark, more) for mark in marks]


def _span(text: str, mark: str, more: Mapping) -> dict:
    words, _, label = mark.rpartition("|")
    before, inside, after = re.fullmatch("(?:(.*)<)?(.*?)(?:>(.*))?", words).groups(default="")
    places = [found.start() + len(before)
              for found in re.finditer(r"(?<!\w)" + re.escape(before + inside + after), text)]
    assert len(places) == 1, f"{mark!r} stands {len(places)} times in the text"
    return {"start": places[0], "end": places[0] + len(inside), "label": label, "quote": inside, **more}


def sentences(exercise: str, labels: Mapping[int, str]) -> list[dict]:
    """Return labelled sentences, by their numbers as the pen shows them, from 1."""
    article = text_of(exercise)
    return [{"start": where.start, "end": where.end, "label": label, "quote": article.quote(where)}
            for number, label in labels.items() for where in [article.sentences[number - 1]]]


def words(exercise: str, label: str) -> list[dict]:
    """Return a mark on each word and sign of the text."""
    article = text_of(exercise)
    return [{"start": where.start, "end": where.end, "label": label, "quote": article.quote(where)}
            for where in article.tokens]


def answer(exercise: str, last: Sequence[dict], responses: Mapping | None = None, *,
           first: Sequence[dict] | None = ..., stage: str = "reasons", **other: object) -> str:
    """Return the content of an answer file.

    ``first`` is the first pass: the same as ``last`` unless told, and absent if None.
    """
    article = text_of(exercise)
    fields = {"format": "kit/annotations/1", "article": article.id, "fingerprint": article.fingerprint,
              "scheme": FILES[exercise].removeprefix(f"{article.id}-"), "annotator": "student", "spans": list(last)}
    if first is not None:
        fields["first_pass"] = list(last if first is ... else first)
    return json.dumps(fields | {"stage": stage, "responses": dict(responses or {})} | other,
                      ensure_ascii=False, indent=2) + "\n"


def as_carried(shown: str | Mapping[str, str], notebook: str = '{"nbformat": 4, "cells": [{}, {}]}') -> str:
    """Return a notebook whose second cell is a check cell that was run: on an answer, or with all that it showed."""
    book, data = json.loads(notebook), {"text/plain": "", CARRIED: shown} if isinstance(shown, str) else dict(shown)
    book["cells"][1]["outputs"] = [{"output_type": "execute_result", "metadata": {}, "execution_count": 1, "data": data}]
    return json.dumps(book)


# The 14 core cues of exercise 1, marked as a careful reader does, and seven look-alikes and other words beside them.
CORE = ("set to|might", "said to be|hearsay", "unclear|might", "sources|vague", "Reports|vague", "rumoured|hearsay",
        "eyeing|might", "Sunday\", <may>|might", "allegedly|hearsay", "yet to be confirmed|might",
        "No decision has been made|might", "If|condition", "halls <might>|might", "depends on|condition")
BESIDE = ("in <May> to|might", "could|might", "appeared|might", "city officials|vague", "claimed|hearsay",
          "suggested|might", "delightful|might")
RIGHT = {"reason-1": "passes-on", "reason-2": "ahead", "reason-3": "ties", "reason-4": "others", "reason-5": "came",
         "reason-6": "sounds"}
SAID, GOSSIP = "Orla Vensk, <said>|hearsay", "gossip|hearsay"
OWN_CORE = ("may|might", "مصادر|vague", "ربما|might", "If|condition")

# The sentences of exercise 2 with the roles of the key; 1, 2 and 12 are furniture.
ROLE_OF = {3: "claim", 4: "claim", 5: "background", 6: "background", 7: "claim", 8: "claim", 9: "claim", 10: "claim",
           11: "background", 13: "background", 14: "background", 15: "background", 16: "background", 17: "reaction",
           18: "reaction", 19: "comment", 20: "projection", 21: "projection"}
CHOSEN = {"reason-1": "falls", "reason-2": "past", "reason-3": "follows", "reason-4": "answers", "reason-5": "weighs",
          "reason-6": "piece", "loaded": ["sentence-4", "sentence-11"]}

# The claims of exercise 3 with the rungs of the key.
RUNG_OF = {3: "rung-3", 4: "rung-0", 10: "rung-5", 12: "rung-4", 13: "rung-4", 14: "rung-2", 16: "rung-1",
           18: "rung-0"}
TRACED = {"origins": "3", "reason-1": "one", "reason-2": "witness", "reason-3": "nobody", "reason-4": "voice",
          "reason-5": "ashore", "reason-6": "noticed"}


def cues(name: str, marks: Iterable[str], responses: Mapping | None, points: float, *,
         first: Iterable[str] | None = ..., code: str = "", place: str = "", **other: object) -> Case:
    """Return a case of exercise 1."""
    before = spans(CUES, first) if first not in (..., None) else first
    return Case(name, CUES, answer(CUES, spans(CUES, marks), responses, first=before, **other), points, code=code, place=place)


def roles(name: str, labels: Mapping[int, str], responses: Mapping | None, points: float, *,
          first: Mapping[int, str] = ...) -> Case:
    """Return a case of exercise 2."""
    before = sentences(ROLES, first) if first is not ... else first
    return Case(name, ROLES, answer(ROLES, sentences(ROLES, labels), responses, first=before), points)


def sources(name: str, labels: Mapping[int, str], responses: Mapping | None, points: float, *,
            first: Mapping[int, str] = ...) -> Case:
    """Return a case of exercise 3; no source words, which the points do not ask for."""
    before = sentences(SOURCES, first) if first is not ... else first
    return Case(name, SOURCES, answer(SOURCES, sentences(SOURCES, labels), responses, first=before), points)


def own(name: str, marks: Iterable[str], points: float, **other: object) -> Case:
    """Return a case on the test's own text."""
    return Case(name, OWN, answer(OWN, spans(OWN, marks), **other), points)


def but(marks: Sequence[str], changes: Mapping[int, str | None]) -> list[str]:
    """Return marks with some of them, counted from 0, changed or (None) left out."""
    changed = [changes.get(number, mark) for number, mark in enumerate(marks)]
    return [mark for mark in changed if mark is not None]


PERFECT = answer(CUES, spans(CUES, CORE), RIGHT)
CASES = (
    # F1 = 28/28 = 1, all reasons: q = 28 + 12 = 40
    Case("perfect", CUES, PERFECT, 10.0),
    # F1 = 0/14 = 0, no reasons: q = 0
    cues("empty", (), {}, 0.0),
    Case("missing", CUES, None, 0.0, why_not="not there"),
    # F1 = 0, all reasons: q = 12
    cues("reasons-alone", (), RIGHT, 3.0),
    # 7 found, 7 missed: F1 = 14/21 = 2/3; q = 56/3 = 18.67 -> 19
    cues("half", CORE[:7], {}, 4.75),
    # the same, 4 of 6 reasons: q = 56/3 + 8 = 26.67 -> 27
    cues("half-with-reasons", CORE[:7], RIGHT | {"reason-3": "lost", "reason-4": "seen"}, 6.75),
    # first 4 found: 8/18 = 4/9; mended 10 found: 20/24 = 5/6; q = 64/9 + 10 + 12 = 29.11 -> 29
    cues("mended", CORE[:10], RIGHT, 7.25, first=CORE[:4]),
    # first 10 found: 20/24 = 5/6; mended 4 found: 8/18 = 4/9; q = 40/3 + 16/3 + 12 = 30.67 -> 31
    cues("mended-for-the-worse", CORE[:4], RIGHT, 7.75, first=CORE[:10]),
    # 10 found, 4 loose (too wide by one, or too narrow): F1 = 24/28 = 6/7; q = 24 + 12 = 36
    cues("loose", but(CORE, {0: "set to cancel|might", 1: "is <said> to be|hearsay", 9: "yet to|might",
                             12: "might turn|might"}), RIGHT, 9.0),
    # all 14 loose: F1 = 14/28 = 1/2; q = 14
    cues("all-loose", ("set to cancel|might", "is <said> to be|hearsay", "unclear who|might", "sources on her crew "
                       "told|vague", "Reports put|vague", "rumoured to be a|hearsay", "eyeing a|might",
                       "Sunday\", <may have>|might", "allegedly after|hearsay", "yet to|might", "No decision|might",
                       "If the tour falls through, three|condition", "halls <might turn>|might",
                       "depends on the|condition"), {}, 3.5),
    # "might" and the three words after it: loose.  13 found: F1 = 27/28; q = 27 + 12 = 39
    cues("three-words-too-many", but(CORE, {12: "might turn to comedy|might"}), RIGHT, 9.75),
    # and the four after it: extra.  13 found, 1 missed, 1 extra: F1 = 26/28 = 13/14; q = 26 + 12 = 38
    cues("four-words-too-many", but(CORE, {12: "might turn to comedy or|might"}), RIGHT, 9.5),
    # one mark over the text: F1 = 0/15; q = 0
    Case("all-marked", CUES, answer(CUES, [{"start": 0, "end": len(text_of(CUES).text), "label": "might"}]), 0.0),
    # 449 words and signs: 9 cues of one word found, 5 longer ones loose, 28 other words inside the max of those 14
    # and the open "said" and "gossip" free, 405 extra: F1 = (18 + 5) / (14 + 9 + 5 + 405) = 23/433; q = 1.49 -> 1
    Case("every-word", CUES, answer(CUES, words(CUES, "might")), 0.25),
    # each of 24 sentences reaches far beyond its cue: F1 = 0; all reasons: q = 12
    Case("every-sentence", CUES, answer(CUES, sentences(CUES, dict.fromkeys(range(1, 25), "might")), RIGHT), 3.0),
    # 14 found, 7 extra: F1 = 28/35 = 4/5; q = 22.4 + 12 = 34.4 -> 34
    cues("look-alikes-too", CORE + BESIDE, RIGHT, 8.5),
    # each cue twice, with two labels: 14 found, 14 extra: F1 = 28/42 = 2/3; q = 18.67 + 12 = 30.67 -> 31
    cues("two-labels-each", [*CORE, *(mark.rpartition("|")[0] + ("|vague" if not mark.endswith("|vague") else "|might")
                                      for mark in CORE)], RIGHT, 7.75),
    # the same mark twice is one mark: q = 40
    cues("same-mark-twice", CORE + CORE, RIGHT, 10.0),
    # the label is told apart from the place and costs nothing: q = 40
    cues("other-labels", [mark.rpartition("|")[0] + "|condition" for mark in CORE], RIGHT, 10.0),
    # accepted "said" and contested "gossip" are free, and so is "It is" inside the max of "unclear": q = 40
    cues("open-ones-too", (*CORE, SAID, GOSSIP, "<It is> unclear|might"), RIGHT, 10.0),
    # 12 found, 2 cut inside a word and so loose: F1 = 26/28 = 13/14; q = 26 + 12 = 38
    cues("half-words", but(CORE, {2: "uncle|might", 12: "halls <migh>|might"}), RIGHT, 9.5),
    # white space at the ends of a mark never counts: q = 40
    cues("wide-with-spaces", but(CORE, {7: "Sunday\",< may >have|might", 12: "halls< might >|might"}), RIGHT, 10.0),
    # never checked: the marks, 5 found, are both passes: F1 = 10/19; q = 14.74 -> 15
    cues("no-first-pass", CORE[:5], {}, 3.75, first=None, stage="mark"),
    # not finished: first 7 found: 2/3; mended 14 found: 1; q = 10.67 + 12 = 22.67 -> 23
    cues("not-finished", CORE, {}, 5.75, first=CORE[:7], stage="mend"),
    # all marks taken away after the first pass: 1 and 0; q = 16
    cues("first-pass-only", (), {}, 4.0, first=CORE),
    # first pass empty, then all: 0 and 1, all reasons; q = 24
    cues("first-pass-empty", CORE, RIGHT, 6.0, first=()),
    # choices that are no text count as none: q = 28
    cues("wrong-types-chosen", CORE, {"reason-1": 5, "reason-2": ["ahead"], "reason-3": {"right": "ties"},
                                      "reason-4": None, "reason-5": True, "reason-6": 0.5,
                                      "written": [1, {"a": None}], "before": "\u0000", "": True}, 7.0),
    # other choices, one that does not exist, and the right one of another question: q = 28
    cues("reasons-wrong", CORE, {"reason-1": "herself", "reason-2": "done", "reason-3": "no-such",
                                 "reason-4": "checked", "reason-5": "sounds", "reason-6": ""}, 7.0),
    # one of six: q = 28 + 2 = 30
    cues("one-reason", CORE, {"reason-2": "ahead"}, 7.5),
    # everything chosen where one is asked: q = 28
    cues("too-many-reasons", CORE, {"reason-1": ["herself", "depends", "passes-on"], "reason-2": "ahead,done",
                                    "reason-3": ["ties", "ties"], "reason-6": ["sounds"]}, 7.0),
    # notes cost nothing; 13 found: F1 = 26/27; q = 26.96 + 12 = 38.96 -> 39
    Case("notes", CUES, answer(CUES, spans(CUES, CORE[1:], note="<script>alert(1)</script> \U0001f600 \u202eevil\u202c "
                                           "\"'</td> ${x} ]]> --> \u0000 \ud7ff"), RIGHT), 9.75),
    # 12 found, saved under a code: F1 = 24/26 = 12/13; q = 25.85 + 12 = 37.85 -> 38
    cues("code", CORE[2:], RIGHT | {"written": "شكرا because <b>x</b>"}, 9.5, code="kestrel-7", annotator="kestrel-7"),
    # who downloads twice gets "(1)", and who types a name types capitals.  11 found: F1 = 22/25; q = 24.64 + 12 -> 37
    cues("renamed-by-a-browser", CORE[3:], RIGHT, 9.25, place="answers/singer-tour-cues-4 (1).json"),
    # 10 found: F1 = 20/24 = 5/6; q = 23.33 + 12 = 35.33 -> 35
    cues("renamed-with-capitals", CORE[4:], RIGHT, 8.75, place="answers/Singer-Tour-Cues-4.JSON"),
    # 9 found: F1 = 18/23; q = 21.91 + 12 = 33.91 -> 34
    cues("renamed-and-moved", CORE[5:], RIGHT, 8.5, place="Copy of singer-tour-cues-4.json"),
    # started again after Finish: costs nothing, the teacher is told.  8 found: F1 = 16/22 = 8/11; q = 20.36 + 12 -> 32
    cues("started-again", CORE[6:], RIGHT, 8.0, started_again="reasons"),
    # from paper, without pens: the place alone counts.  6 found: F1 = 12/20 = 3/5; q = 16.8 + 12 = 28.8 -> 29
    Case("without-pens", CUES, answer(CUES, spans(CUES, [mark.rpartition("|")[0] + "|cue" for mark in CORE[8:]]), RIGHT)
         .replace('"cues-4"', '"cues-1"'), 7.25, place="answers/singer-tour-cues-1.json"),
    # fields that this version does not know change nothing: q = 40
    cues("unknown-fields", CORE, RIGHT, 10.0, mood={"a": [1, 2, {"b": None}]}, score=0),
    Case("other-text", CUES, PERFECT.replace(text_of(CUES).fingerprint, text_of(ROLES).fingerprint), 0.0,
         why_not="answer was made on"),
    Case("other-scheme", CUES, PERFECT.replace('"cues-4"', '"cues"').replace('"might"', '"modal"'), 0.0,
         why_not="singer-tour-cues"),
    Case("other-scheme-and-name", CUES, PERFECT.replace('"cues-4"', '"cues"').replace('"might"', '"modal"'), 0.0,
         why_not="singer-tour-cues,", place="answers/singer-tour-cues.json"),
    Case("other-exercise", CUES, answer(ROLES, sentences(ROLES, ROLE_OF), CHOSEN), 0.0, why_not="focus-app-roles"),
    Case("future-format", CUES, PERFECT.replace("annotations/1", "annotations/2"), 0.0,
         why_not="another version of the kit"),
    Case("damaged", CUES, PERFECT[:len(PERFECT) // 2], 0.0, why_not="the file is cut off in line "),
    Case("no-spans", CUES, PERFECT.replace('"spans": [', '"spanned": ['), 0.0, why_not="'spans' is missing"),
    Case("a-key", CUES, PERFECT.replace("annotations/1", "key/1"), 0.0, why_not="kit/key/1"),

    # 18/18, all 8 choices: q = 28 + 12 = 40
    roles("roles-perfect", ROLE_OF, CHOSEN, 10.0),
    # first 9/18, mended 12/18, 4 reasons and 1 loaded of 8: q = 8 + 8 + 7.5 = 23.5 -> 24, a half is rounded up
    roles("roles-part", dict(list(ROLE_OF.items())[:12]),
          CHOSEN | {"reason-1": "bad", "reason-5": "news", "loaded": ["sentence-4"]}, 6.0, first=dict(list(ROLE_OF.items())[:9])),
    # 6, 10 and 11 labelled with what the key accepts too: 18/18; loaded: 2 right, 1 too many, so 1; 7 of 8: q = 28 + 10.5 -> 39
    roles("roles-accepted-too", ROLE_OF | {6: "comment", 10: "projection", 11: "claim"},
          CHOSEN | {"loaded": ["sentence-4", "sentence-5", "sentence-11"]}, 9.75),
    # everything a claim: 6 claims and 11, where it is accepted: 7/18; all sentences loaded: 0: q = 10.89 -> 11
    roles("roles-all-claims", dict.fromkeys(ROLE_OF, "claim"),
          {"loaded": [f"sentence-{number}" for number in range(1, 19)]}, 2.75),
    # nothing labelled: 0; 6 choices of 8: q = 9
    roles("roles-blank", {}, CHOSEN | {"loaded": []}, 2.25),
    Case("roles-in-three", ROLES, answer(ROLES, sentences(ROLES, dict.fromkeys(ROLE_OF, "claim")), CHOSEN)
         .replace('"roles"', '"roles-3"'), 0.0, why_not="focus-app-roles-3"),
    # coarser labels are easier, and not what is asked, whatever the file is called
    Case("roles-in-three-and-named-so", ROLES, answer(ROLES, sentences(ROLES, dict.fromkeys(ROLE_OF, "claim")), CHOSEN)
         .replace('"roles"', '"roles-3"'), 0.0, why_not="focus-app-roles-3", place="answers/focus-app-roles-3.json"),

    # 8/8, all 7 choices: q = 40
    sources("sources-perfect", RUNG_OF, TRACED, 10.0),
    # every rung one off: 8/8; 6 of 7 choices: q = 28 + 10.29 = 38.29 -> 38
    sources("sources-one-off", {3: "rung-2", 4: "rung-1", 10: "rung-4", 12: "rung-5", 13: "rung-3", 14: "rung-1",
                                16: "rung-2", 18: "rung-1"}, TRACED | {"origins": "7"}, 9.5),
    # first 4/8; mended 8 with rungs, two of them two off: 6/8; 1 of 7: q = 8 + 9 + 1.71 = 18.71 -> 19
    sources("sources-part", RUNG_OF | {3: "rung-1", 14: "rung-4"}, {"reason-2": "witness"}, 4.75,
            first=dict(list(RUNG_OF.items())[:4])),
    # rung 0 for all: 4, 16 and 18 are right: 3/8; q = 10.5 -> 11, a half is rounded up
    sources("sources-nobody", dict.fromkeys(RUNG_OF, "rung-0"), {}, 2.75),

    # 4 found of 4: q = 28 + 12 = 40
    own("own-perfect", OWN_CORE, 10.0),
    # first 2 found: 4/6 = 2/3; mended 1: q = 10.67 + 12 + 12 = 34.67 -> 35
    own("own-mended", OWN_CORE, 8.75, first=spans(OWN, OWN_CORE[1:3])),
    # 3 found, 1 loose (one word after it too): F1 = 7/8; q = 24.5 + 12 = 36.5 -> 37, a half is rounded up
    own("own-loose", but(OWN_CORE, {2: "ربما يغلق|might"}), 9.25),
    # two emoji marked besides: 4 found, 2 extra: F1 = 8/10; q = 22.4 + 12 = 34.4 -> 34
    own("own-emoji", (*OWN_CORE, "\U0001f433|might", "\U0001f600|vague"), 8.5),
)
HONEST = tuple(case for case in CASES if not case.why_not)


def of(exercise: str) -> tuple[Case, ...]:
    """Return the cases of an exercise."""
    return tuple(case for case in CASES if case.exercise == exercise)


def named(name: str) -> Case:
    """Return a case by its name."""
    return next(case for case in CASES if case.name == name)
