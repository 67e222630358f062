"""What a line of a copied page is, by itself: a button, a byline, a caption, or text.

English pages.  Every pattern must fit the whole line, so that "Share" is a button and "Share
prices fell on Monday." is a sentence.  Where a line could be either, it is text.
"""

import re

from kit.authoring.bylines import AGENCY, byline, time

# What a line is, and what a teacher reads about it.
REASONS = {
    "headline":   "the headline once more",
    "byline":     "who wrote it",
    "time":       "when it was published, or how long it takes to read",
    "share":      "a button for sharing or following",
    "ad":         "an advertisement, or a line about one",
    "more":       "points to other articles",
    "newsletter": "an invitation to a newsletter or a subscription",
    "cookies":    "a notice about cookies",
    "author":     "a box about the author",
    "picture":    "the caption of a picture, or whose picture it is",
    "comments":   "readers' comments",
    "tags":       "tags of the page",
    "copyright":  "a copyright line",
    "page":       "a button or a link of the page",
}

_LONGEST = 400  # characters; what a page leaves behind is short, and long lines are the article

_SITE = (r"(?:facebook|twitter|x|whatsapp|linkedin|reddit|pinterest|telegram|instagram|youtube|tiktok|threads|bluesky"
         r"|mastodon|flipboard|messenger|snapchat|tumblr|e-?mail|print|sms|copy link)")
_SITES = rf"{_SITE}(?:(?:,| and|, and| or| &)? {_SITE})*"
_BETWEEN = r"(?: ?[/|,] ?| via |/via )"
_NAMES = r"(?-i:[A-Z][\w'.-]*(?: (?:[A-Z][\w'.-]*|de|van|von|der|of|the|and|&)){0,5})"
_UNCLOSED = r"(?!.*[.!?…][\"')\]]?$)"
_LETTER = r"(?:newsletters?|mailing list|daily briefing|morning briefing|e-?mail alerts)"
_SIGN_UP = r"(?:sign up|subscribe|join|register)(?: (?:now|here|today))? (?:for|to)"
_THIS = r"(?:this|full|article|story|page|post|video|link)"

_PATTERNS = {
    "share": (
        rf"(?:click (?:here )?to )?share(?: (?:{_THIS}|now|via|by|on|to|with|friends|{_SITE}|,|and|or))*[:.]?",
        r"(?:copy|get) (?:this |the )?link(?: to (?:clipboard|this article|this story))?",
        r"(?:link )?copied(?: to clipboard)?!?",
        r"(?:e-?mail|print|save|bookmark|gift|tweet|pin|send|like) this(?: (?:article|story|page|post))?",
        r"save (?:article|story|for later)|(?:add|save) to (?:favou?rites|bookmarks|(?:my |your )?reading list)",
        r"\d[\d.,]*k? shares?",
        rf"follow (?:us|@\w+)(?: on {_SITES})?[.!]?",
        rf"(?:like|find|join) us on {_SITES}[.!]?",
        rf"follow [^.!?]{{1,40}} on {_SITES}[.!]?",
        rf"{_SITE}(?:[\s,|/·•]+{_SITE}){{2,}}",
    ),
    "ad": (
        r"advertisements?|adverts?|ads?|paid (?:content|post)|(?:sponsored|promoted)(?: (?:content|links?|post))?",
        r"(?:article|story|content) continues (?:below|after)(?: (?:this |the )?(?:ad|advert(?:isement)?))?",
        r"skip (?:past )?(?:the )?(?:ad|advert|advertisement|newsletter promotion)|after newsletter promotion",
        r"advertisement ?\W ?(?:scroll|article|story|content) (?:to continue|continues).{0,40}",
        r"scroll (?:down )?to (?:continue|keep)(?: reading)?",
    ),
    "list": (  # points to other articles, and they may follow
        r"related(?: (?:articles?|stories|story|content|topics|coverage|reading|links?|news|posts?))?:?",
        r"most (?:read|popular|viewed|shared)(?: (?:articles|stories|news))?:?|trending(?: now)?:?|top stories:?",
        r"more on this(?: story| topic)?:?|(?:you )?(?:may|might) (?:also )?(?:like|be interested in)(?: this)?:?",
        r"recommended (?:for you|stories|articles|reading):?|explore more on these topics:?|editors?'s? picks?:?",
        r"read more:",
    ),
    "more": (
        r"read more|read also:?|also read:?|see also:?|read next:?|up next:?|keep reading|continue reading(?: below)?",
        r"read (?:the )?full (?:story|article)(?: here)?",
        r"(?:read more|read also|also read|read next): .+",
        rf"read more (?:about|on|from|here)\b{_UNCLOSED}.{{0,80}}",
        rf"(?:related(?: article| story)?|see also|more on this story|watch|listen|in pictures): {_UNCLOSED}.+",
    ),
    "newsletter": (
        r"(?:sign up|subscribe)(?: (?:now|here|today|for free))?!?|e-?mail sign-?up|newsletter sign-?up",
        rf"{_SIGN_UP} (?:[\w'-]+ ){{0,5}}{_LETTER}(?P<after_letter>\b.{{0,160}})",
        r"(?:get|have|receive) .{1,90}? (?:in|to|into) your inbox\b.{0,60}",
        r"(?:enter )?your e-?mail(?: address)?|e-?mail address",
        r"by (?:signing up|subscribing|registering|entering your e-?mail)\b.{0,80}\b(?:agree|accept|consent)\b.{0,160}",
        r"already a subscriber\?.{0,30}|subscribe (?:now )?to (?:continue|keep|read|unlock)\b.{0,60}",
    ),
    "cookies": (
        r"(?:we|(?:this|our) (?:web)?site|we and our (?:\d+ )?partners) uses? cookies\b(?P<after_cookies>.{0,250})",
        r"(?:accept|reject|allow|decline)(?: all)? cookies|(?:accept|reject|allow|decline) all",
        r"(?:manage|change|your)(?: your)? (?:cookies?|cookie settings|cookie preferences|privacy settings)",
        r"cookie (?:settings|policy|preferences|notice)",
        r"by (?:continuing|using this site)\b.{0,60}\b(?:agree|accept|consent)\b.{0,40}\bcookies\b.{0,60}",
    ),
    "picture": (
        r"(?:photos?|photographs?|photography|pictures?|images?): .+|(?:photo|picture|image) credits?: .+",
        rf"credits?: {_UNCLOSED}.{{1,60}}",
        r"image (?:source|caption|credit|copyright)[,:] .+|(?-i:Image (?:source|caption) [A-Z].+)",
        rf"(?:photo|photograph|picture|image|illustration|graphic|map) by:? {_NAMES}(?: (?:on|for|via|/) {_NAMES})?",
        r"\((?:photo|picture|image)(?: by|:) .{1,80}\)",
        rf"(?-i:(?=[A-Z©(]))\(?(?:(?:©|\(c\)) ?)?{AGENCY}(?:{_BETWEEN}{AGENCY})*\)?",
        rf"(?:© ?)?{_NAMES}(?: ?/ ?| via |/via ){AGENCY}",
    ),
    "label": (r"(?:image|photo|picture|media|video) (?:source|caption|credits?)[,:]?",),
    "comments": (
        r"(?:view|show|read|see|leave|add|post|write|hide|load|jump to|skip to|go to) (?:all |the |a |your |more )*"
        r"(?:\d+ )?comments?(?: ?\(\d+\))?",
        r"\d[\d,.]*k? comments?|comments? ?\(\d+\)|no comments yet|be the first to comment|comments are closed",
        r"join the conversation|(?:log|sign) in to (?:comment|reply|join the (?:conversation|discussion))",
    ),
    "reply": (r"reply|report(?: comment| abuse)?|like ?\(?\d+\)?|reply \d+|\d+ (?:likes?|replies)|show replies",),
    "tags": (
        rf"(?:tags?|topics|filed under|categories|category|keywords): {_UNCLOSED}.+|tags:?|filed under:?",
        r"#[^\W\d]\w*(?:[\s,]+#[^\W\d]\w*)*",
    ),
    "copyright": (
        r"(?:copyright ?)?(?:©|\(c\)(?= ?\d{4})) ?.{0,160}",
        rf"copyright \d{{4}} {_NAMES}\.?(?: all rights reserved\..{{0,200}})?",
        rf"(?:{_NAMES}[.,] )?all rights reserved\.?",
    ),
    "about": (r"about (?:the|our) (?:authors?|writers?|reporters?|journalists?|contributors?):?",),
    "author": (r"(?:e-?mail:? |contact:? )?[\w.+-]+@[\w-]+(?:\.[\w-]+)+",),
    "page": (
        r"(?:skip|jump) to (?:main |the )?(?:content|navigation|search|footer)|back to (?:the )?top|toggle \w+",
        r"(?:log|sign) in(?: or (?:sign up|register|subscribe))?|my account|loading(?:\.\.\.|…)?|play (?:video|audio)",
        r"this video can ?not be played\.?|to play this video you need to enable javascript.{0,40}",
        r"please enable javascript.{0,80}|listen to (?:this )?(?:article|story)(?: ?\W? ?\d+ min(?:ute)?s?)?",
        r"view (?:image|picture|gallery)(?: in full ?screen)?|open image in gallery|text size",
        r"home(?: [>›»] [\w&' -]{1,40}){1,6}|(?-i:[A-Z])[\w&' -]{1,40}(?: [>›»] (?-i:[A-Z])[\w&' -]{1,40}){2,6}",
    ),
    # A button where other traces stand around it, and a subhead where they do not.
    "button": (
        rf"{_SITE}|save|comments?|more|listen|bookmark|gift|pin|tweet|send|menu|search|close|home|newsletters?",
        r"(?:un)?follow",
    ),
}

_TRACE = re.compile("|".join(f"(?P<{kind}>{'|'.join(each)})" for kind, each in _PATTERNS.items()), re.IGNORECASE)
_STATES = re.compile(r"\b(?:is|was|were|are|said|says|told|has|had|have|will|fell|rose)\b|[\"“”]")
_OF_A_SITE = re.compile(r"\b(?:site|website|experience|content|traffic|ads|services?|preferences|analytics)\b")
_ENDS = " \t•·|*–—-→←▶►▪■○●"


def kind_of(line: str) -> str:
    """Return what a line is, a name of ``REASONS``; nothing for text.

    Other names ask for a look at the lines around it: "button", "list", "label", "about",
    "reply", "published", and "byline?" and "time?", which are so at the top or the bottom.
    """
    if len(line) > _LONGEST:
        return ""
    words = " ".join(line.replace("’", "'").split()).strip(_ENDS)
    found = _TRACE.fullmatch(words)
    if not found:
        return byline(words) or time(words)
    if _STATES.search(found["after_letter"] or ""):
        return ""  # "Sign up for the club newsletter is open, it said."
    if not _OF_A_SITE.search((found["after_cookies"] or "site").casefold()):
        return ""  # "We use cookies to reward the dogs."
    return next(kind for kind in _PATTERNS if found[kind] is not None)
