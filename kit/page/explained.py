"""What the machine reader marked and why, for a notebook and for a terminal."""

import hashlib
from collections import Counter
from collections.abc import Iterator

from kit.measure.reasons import many
from kit.measure.row import sentence_numbers
from kit.model.article import Article
from kit.model.labels import CUES, SCHEMES, Label
from kit.model.spans import Span
from kit.page import markup
from kit.page.markup import QUIET, Place, escape
from kit.page.terminal import WIDTH, safe, wrap
from kit.page.view import Page
from kit.reader.cues import Cue
from kit.reader.profiles import Profile
from kit.reader.reading import Reading
from kit.reader.roles import SentenceReading

PROPOSALS = "These are proposals of a machine, often not right. They never grade anybody."
_PASSED = "Passed over, and why"
_SENTENCES = "What each sentence may be"
_NO_CUES = "No cues."
# From this share on it is said that the text may be in another language: about twenty words
# of one.  Whole English texts stay far below; a list of names or results can reach it.
_DOUBT = 0.5
_SURE = ((0.85, "sure"), (0.65, "fairly sure"), (0.45, "not sure"), (0.0, "a guess"))


def explain(article: Article, reading: Reading) -> Page:
    """Return what the machine reader marked, with the rule and the reason for each cue.

    Below stand what it passed over and why, and its proposals for each sentence.  ``str()`` of
    it is the same for a terminal, in 80 columns.

    Raises:
        WrongArticleError: the reading was made on another text.
    """
    reading.require(article)
    text_html = _text(article, reading)
    parts = (
        f'<p class="kit-view-summary">{escape(counts(reading))}</p>',
        _notice(doubt(reading)) if doubt(reading) else "",
        markup.legend(markup.used(reading)),
        f'<div class="kit-view-text" lang="{escape(article.language)}">{text_html}</div>',
        _cues(article, reading),
        _passed(article, reading),
        _sentences(article, reading),
    )
    inner = "".join(parts)
    return Page(markup.section(f"{article.title}: what the machine reader marked, and why", inner),
                text_html, explanation(article, reading))


def counts(reading: Reading) -> str:
    """Return how many cues of which kinds there are: "3 cues: 2 Might-words, 1 If-words."."""
    found = Counter(span.label for span in reading.spans)
    kinds = [f"{found[label.id]} {label.name}" for label in SCHEMES[reading.scheme].labels if found[label.id]]
    return f"{many(len(reading.spans), 'cue')}: {', '.join(kinds)}." if kinds else _NO_CUES


def doubt(reading: Reading) -> str:
    """Return a sentence about a text that seems not to be in English; "" for one that is."""
    if reading.not_english < _DOUBT:
        return ""
    return ("The machine reader reads English only, and what it marks in another language means nothing. "
            f"It is {reading.not_english:.0%} sure that this text is not English.")


def looked_for(profile: Profile) -> str:
    """Return what a profile looks for: "Profile core, without vague, with lines of your own."."""
    off = [label for label in CUES.ids if label not in profile.labels]
    on = [label for label in CUES.ids if label in profile.labels]
    kinds = f", only {', '.join(on)}" if len(on) < len(off) else f", without {', '.join(off)}" if off else ""
    own = ", with lines of your own" if profile.lexicon is not None or profile.rules is not None else ""
    return f"Profile {profile.level}{kinds}{own}."


def colouring(article: Article, reading: Reading) -> Iterator[tuple[str, Label | None]]:
    """Yield the text in pieces, safe to print: cues as ``[may|modal]`` with their label, the rest without."""
    done = 0
    for span in reading.spans:
        yield safe(article.text[done:span.start]), None
        yield safe(f"[{article.quote(span)}|{span.label}]"), _kind(reading, span)
        done = span.end
    yield safe(article.text[done:]), None


def _kind(reading: Reading, span: Span) -> Label:
    return markup.label_of(reading.scheme, span.label)


def _rule(cue: Cue) -> str:
    """Return the name of what decided: a rule, or a line of the word list alone."""
    return f"{cue.entry} (word list)" if cue.rule == cue.entry else cue.rule


def _why(cue: Cue) -> str:
    return cue.reason.removeprefix(f"{cue.rule}: ")  # a reason names its rule first


def _sure(confidence: float) -> str:
    """Return a confidence, 0 to 1, in words and per cent."""
    word = next(word for least, word in _SURE if confidence >= least)
    return f"{word}, {confidence:.0%}"


def _role(sentence: SentenceReading) -> Label:
    return markup.label_of("roles", sentence.role)


def _voice(sentence: SentenceReading) -> Label:
    return markup.label_of("attribution", sentence.attribution)


# For a notebook


def _id(reading: Reading) -> str:
    """Return what begins every id on the page; the same reading gives the same name."""
    held = repr((reading.fingerprint, reading.spans))
    return "kit-" + hashlib.sha256(held.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def _text(article: Article, reading: Reading) -> str:
    name = _id(reading)
    numbers = {span: number for number, span in enumerate(reading.spans, start=1)}
    places = [Place(span.start, span.end, (f"{name}-text-{number}",), f"{name}-row-{number}")
              for span, number in numbers.items()]
    return markup.text(article, markup.strokes(reading, numbers=numbers), places)


def _notice(words: str) -> str:
    return f'<p class="kit-view-notice">{escape(words)}</p>'


def _details(summary: str, inner: str) -> str:
    return f'<details class="kit-view-details"><summary {QUIET}>{escape(summary)}</summary>{inner}</details>'


def _cues(article: Article, reading: Reading) -> str:
    if not reading.cues:
        return ""
    name, heads = _id(reading), ("Words", "Kind", "Rule", "Why")
    rows = []
    for number, (span, cue) in enumerate(zip(reading.spans, reading.cues), start=1):
        words = (f'<span class="kit-view-number">{number}</span> <a {QUIET} href="#{name}-text-{number}" dir="auto">'
                 f"{escape(article.quote(span))}</a>")
        cells = [words, markup.chip(_kind(reading, span)), escape(_rule(cue)), escape(_why(cue))]
        rows.append(markup.row(heads, cells, id=f"{name}-row-{number}"))
    return markup.table(heads, rows, caption="What it marked, and why")


def _passed(article: Article, reading: Reading) -> str:
    if not reading.look_alikes:
        return ""
    heads = ("Words", "Rule, and why")
    rows = [markup.row(heads, [_numbered(number, article.quote(item)), escape(item.note)])
            for number, item in enumerate(reading.look_alikes, start=1)]
    return _details(f"{_PASSED} ({len(rows)})", markup.table(heads, rows, caption="Words that look like a cue here"))


def _sentences(article: Article, reading: Reading) -> str:
    if not reading.sentences:
        return ""
    heads = ("Sentence", "Role", "Source")
    rows = [markup.row(heads, [_numbered(number, article.quote(sentence.where)),
                               _proposed(_role(sentence), sentence.role_confidence, sentence.role_reason),
                               _proposed(_voice(sentence), sentence.attribution_confidence,
                                         sentence.attribution_reason, _source(article, sentence))])
            for number, sentence in zip(sentence_numbers(article), reading.sentences)]
    return _details(f"{_SENTENCES} ({len(rows)} proposals)",
                    _notice(PROPOSALS) + '<div class="kit-view-proposals">'
                    + markup.table(heads, rows, caption="Proposals for each sentence") + "</div>")


def _numbered(number: int | None, words: str) -> str:
    shown = "" if number is None else f'<span class="kit-view-number">{number}</span> '
    return f'{shown}<span dir="auto">{escape(words)}</span>'


def _proposed(label: Label, confidence: float, reason: str, source: str = "") -> str:
    words = f' <q dir="auto">{escape(source)}</q>' if source else ""
    return (f'{markup.chip(label)} <span class="kit-view-tag">{_sure(confidence)}</span>{words} '
            f"<span>{escape(reason)}</span>")


def _source(article: Article, sentence: SentenceReading) -> str:
    return article.quote(sentence.source) if sentence.source else ""


# For a terminal


def explanation(article: Article, reading: Reading) -> str:
    """Return what ``explain`` says as plain text in 80 columns, without the article's own text."""
    lines = [*wrap(article.title, WIDTH), *wrap(counts(reading), WIDTH)]
    for number, (span, cue) in enumerate(zip(reading.spans, reading.cues), start=1):
        lines += _item(number, f"{article.quote(span)} ({_kind(reading, span).name}, {span.label})",
                       f"Rule: {_rule(cue)}", f"Why: {_why(cue)}")
    if reading.look_alikes:
        lines += ["", f"{_PASSED} ({len(reading.look_alikes)})"]
    for number, item in enumerate(reading.look_alikes, start=1):
        lines += _item(number, article.quote(item), item.note)
    if reading.sentences:
        lines += ["", f"{_SENTENCES} ({len(reading.sentences)} proposals)", *wrap(PROPOSALS, WIDTH)]
    for number, sentence in zip(sentence_numbers(article), reading.sentences):
        lines += _item(number, article.quote(sentence.where), *_proposals(article, sentence))
    return "\n".join(lines)


def _proposals(article: Article, sentence: SentenceReading) -> Iterator[str]:
    source = _source(article, sentence)
    named = f", “{source}”" if source else ""
    yield f"Role: {_role(sentence).name} ({_sure(sentence.role_confidence)}). {sentence.role_reason}"
    yield (f"Source: {_voice(sentence).name}{named} ({_sure(sentence.attribution_confidence)}). "
           f"{sentence.attribution_reason}")


def _item(number: int | None, first: str, *others: str) -> list[str]:
    """Return an entry of a list as lines: its number, and what belongs to it further in."""
    head = wrap(first, WIDTH - 5)
    shown = "" if number is None else str(number)
    return ["", *(f"{shown if not at else '':>3}  {line}" for at, line in enumerate(head)),
            *(line for other in others for line in wrap(other, WIDTH, " " * 7))]
