"""Who wrote an article and when: lines that hold a name, a job or a time, and nothing else."""

import re

_LONGEST = 160  # characters
_MOST_NAMES = 9  # words
_MOST_TIMES = 16  # words and numbers

AGENCY = (r"(?:getty(?: images)?|reuters|afp|ap(?: photo)?|(?:the )?associated press|pa(?: media| wire| images)?"
          r"|epa(?:-efe)?|alamy(?: stock photo)?|shutterstock|istock|unsplash|pexels|anadolu(?: agency)?|dpa|nurphoto"
          r"|bloomberg|zuma(?: press)?|imago|keystone)")


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_ROLES = _set("correspondent correspondents reporter reporters editor writer journalist columnist staff producer "
              "contributor agencies")
_SMALL = _set("de del da di la le van von der den bin al el ter and with in for at of the to")
_NO_NAMES = _set(  # "By Monday", "By Popular Demand"
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
    "september october november december today tomorrow yesterday the a an all any popular demand design accident "
    "chance mistake means sea land air train bus boat night day numbers law default hand heart foot bike car far "
    "invitation request order nature contrast comparison royal now then")
_TIMES = _set(
    "jan january feb february mar march apr april may jun june jul july aug august sep sept september oct october nov "
    "november dec december mon monday tue tues tuesday wed wednesday thu thur thurs thursday fri friday sat saturday "
    "sun sunday at on of the ago a an hour hours hr hrs h minute minutes min mins m second seconds sec secs day days "
    "week weeks month months year years just now today yesterday am pm bst gmt utc est edt cst cdt mst mdt pst pdt et "
    "ct pt cet cest ist jst aest aedt local time st nd rd th t z")
_ENDS_WITHOUT_NUMBER = _set("ago now today yesterday")

_STATES = re.compile(r"\b(?:is|was|were|are|said|says|told|has|had|have)\b", re.I)
_SIGNED = re.compile(r"\(?(?:with )?(?:additional |further )?(?:reporting|editing|edited|written|compiled) by ",
                     re.I)
_SIGNED_SMALL = _set("editing writing reporting by")
_STAFF = re.compile(rf"by (?:(?:our |a )?(?:own |staff )?(?:correspondents?|reporters?|writers?|staff)|{AGENCY})",
                    re.I)
_PUBLISHED = re.compile(r"(?:(?:first|last|originally) )?(?:published|updated|posted|modified)(?: (?:on|at))?:?(?!\w)",
                        re.I)
_CLOCK = re.compile(r"\b\d{1,2}[:.]\d\d\b|\b\d{1,2} ?[ap]\.?m\b", re.I)
_AGO = re.compile(r"(?:\d{1,3}|an?) ?[a-z]+ ago", re.I)
_READING = re.compile(r"(?:reading time:? )?\d{1,3}[ -]?min(?:ute)?s? (?:read|listen|watch)"
                      r"|reading time:? (?:about )?\d{1,3} ?min(?:ute)?s?", re.I)


def byline(words: str) -> str:
    """Return "byline" for who wrote an article, "byline?" where it may be a subhead ("By Sea Alone")."""
    if _SIGNED.match(words) and all(_fits_name(word) or word.lower() in _SIGNED_SMALL
                                    for word in re.findall(r"[^\s,;()]+", words)[1:]):
        return "byline"
    if _STAFF.fullmatch(words):
        return "byline?"
    first_word, _, rest = words.partition(" ")
    if first_word.lower() != "by" or len(words) > _LONGEST:
        return ""
    first, *others = (part.strip() for part in re.split(r"[,|·•]| [–—-] ", rest))
    facts = [is_role(part) or is_time(part) or _is_reading_time(part) for part in others]
    if not _is_person(first) or not all(fact or _is_person(part) for fact, part in zip(facts, others, strict=True)):
        return ""
    return "byline" if any(facts) else "byline?"


def time(words: str) -> str:
    """Return "time" for when it was published or how long it takes to read.

    "time?" is a date with a time of day, "published" that word alone.  A date is neither: it
    belongs to the article.
    """
    if len(words) > _LONGEST:
        return ""
    published = [part.strip(" ,|·•–—-") for part in _PUBLISHED.split(words)]
    if len(published) > 1 and not published[0]:
        if not any(published):
            return "published"
        return "time" if all(is_time(part) for part in published if part) else ""
    parts = [part.strip() for part in re.split(r"[|·•]| [–—-] |, ", words)]
    if any(map(_is_reading_time, parts)) and all(_is_reading_time(part) or is_time(part) for part in parts):
        return "time"
    if not is_time(words):
        return ""
    if _AGO.fullmatch(words):
        return "time"
    return "time?" if _CLOCK.search(words) and re.search(r"[a-z]{3}|\d{4}", words, re.I) else ""


def is_role(words: str) -> bool:
    """Tell whether words are nothing but somebody's job: "Health correspondent"."""
    parts = words.split()
    return 0 < len(parts) <= 5 and parts[-1].lower() in _ROLES and not _STATES.search(words)


def is_time(words: str) -> bool:
    """Tell whether words are nothing but a date, a time, or both: "3 May 2025", "2 hours ago"."""
    parts = re.findall(r"[^\W\d]+|\d+", words.replace("a.m.", "am").replace("p.m.", "pm").casefold())
    if not 0 < len(parts) <= _MOST_TIMES or not all(part.isdigit() or part in _TIMES for part in parts):
        return False
    if parts[-1] in _ENDS_WITHOUT_NUMBER:
        return True
    numbers = [part for part in parts if part.isdigit()]
    return 0 < len(numbers) < len(parts) or bool(re.search(r"\d[:./-]\d|^\d{4}$", words))


def _is_reading_time(words: str) -> bool:
    return bool(_READING.fullmatch(words))


def _is_person(words: str) -> bool:
    parts = words.split()
    named = [part.lower().strip(".'") for part in parts if part[0].isupper()]
    return (len(named) >= 2 and len(parts) <= _MOST_NAMES and parts[0][0].isupper() and all(map(_fits_name, parts))
            and not _NO_NAMES & set(named))


def _fits_name(word: str) -> bool:
    return word.lower() in _SMALL or word == "&" or bool(re.fullmatch(r"[^\W\d_][\w.'-]*", word)) and word[0].isupper()
