"""A sheet to print: the text with numbered sentences and words, room to write, a key to fold under."""

from collections.abc import Iterable, Sequence
from importlib import resources

from kit.model.annotations import AnswerKey
from kit.model.article import Article
from kit.model.labels import Label, Scheme, scheme_called, unit_of
from kit.model.numbered import Sentence, numbered
from kit.model.relations import GOES_BACK, SOURCE
from kit.model.spans import Extent, KeySpan, LookAlike
from kit.page.markup import escape, label_of

_NOT_ASKED = "furniture"
_WORDS_OF_A_LINE = 14  # of the text, for each line to write on
_TASKS = {
    "token": ("Underline the words that show doubt, or that hide who says so.",
              "Write them again beside their sentence, each with the letter of its kind."),
    "one pen": ("Underline the words that show doubt, or that hide who says so.",
                "Write them again beside their sentence."),
    "sentence": ("Decide for every sentence what it does in this text.", "Write one letter into its box."),
    "claim": ("Find the sentences that claim something, and decide who stands behind each.",
              "Write the number of its rung beside it, and the words for who says so."),
    "attribution": ("Decide for every sentence who says so.", "Write one letter into its box."),
}
_HINTS = {
    "token": "The small numbers count the words. If a word stands in its sentence twice, write its number too: "
             "<b>#7</b>",
    "claim": "Like this: <b>2, a person close to it</b>. Are the words in another sentence, say in 5? Then write that, "
             "and the small numbers of the words: <b>2, 5#4-8</b>",
}
_TIERS = {
    "core": "To be found",
    "accepted": "Fair to mark, but not asked: costs nothing",
    "contested": "Careful readers differ: counts neither way",
}


def sheet(article: Article, scheme: str, *, key: AnswerKey | None = None, points: int = 12) -> str:
    """Return a page that prints on A4 and Letter in black and white, as HTML without script or links.

    Sentences are numbered as readers count, and in a scheme of words so is every word of a
    sentence, for ``kit.model.typed``.  ``points`` is the size of the text.  With a key, which
    may be finer than the scheme, what lies below the fold line tells it; without, nothing does.

    Raises:
        KitError: there is no such scheme, or the key does not read as it.
        WrongArticleError: the key was made on another text.
    """
    chosen = scheme_called(scheme)
    if key is not None:
        key.require(article)
        key = key.in_scheme(chosen.id)
    sentences = numbered(article)
    kind = "by-sentence" if chosen.unit == "sentence" else "by-words"
    return (f'<!doctype html>\n<html lang="{escape(article.language)}"><head><meta charset="utf-8">'
            f'<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>{escape(article.title)}: paper sheet</title>{_style(article.title, points)}</head>\n"
            f'<body class="{kind}"><main>\n{_top(article, sentences, chosen)}'
            f'<div class="text" dir="auto">\n{_text(article, sentences, chosen)}</div>\n'
            f"<footer>{escape(_rights(article.source))}</footer>\n"
            f"{_key(article, sentences, chosen, key) if key else ''}</main></body></html>\n")


def _style(title: str, points: int) -> str:
    css = resources.files("kit.page").joinpath("static", "paper.css").read_text("utf-8")
    # Whatever a title holds, as escapes it ends neither the string nor the style sheet.
    name = "".join(sign if sign.isascii() and sign.isalnum() else f"\\{ord(sign):x} " for sign in title[:80]
                   if sign not in "\0" and not "\ud800" <= sign <= "\udfff")
    named = css.replace("var(--kit-title)", f'"{name}"')
    return f"<style>{named}:root {{ --kit-points: {points}pt; }}</style>"


def _rights(source: str) -> str:
    if "CC BY 4.0" in source:
        return ("Text and key are under CC BY 4.0: copy this sheet and change it as you like, and name its source, "
                "the Media Literacy Kit.")
    return "Made with the Media Literacy Kit. The text is its author's: ask before you hand out copies."


# What stands above the text


def _top(article: Article, sentences: Sequence[Sentence], scheme: Scheme) -> str:
    task = " ".join(_TASKS[_task(scheme)])
    number = f'<span class="number">{sentences[0].name}</span>' if _opens_with_title(article, sentences) else ""
    pens = "" if len(scheme.labels) == 1 else _pens(scheme)
    hint = f'<p class="hint">{_HINTS[scheme.unit]}</p>\n' if scheme.unit in _HINTS else ""
    return (f'<header>{number}<h1 dir="auto">{escape(article.title)}</h1>'
            '<p class="code"><b>Code</b><i></i><small>not your name</small></p></header>\n'
            f'<p class="source">{escape(article.source)}</p>\n<p class="task">{task}</p>\n{pens}{hint}')


def _task(scheme: Scheme) -> str:
    if scheme.unit == "token" and len(scheme.labels) == 1:
        return "one pen"
    return scheme.id if scheme.id in _TASKS else scheme.unit


def _opens_with_title(article: Article, sentences: Sequence[Sentence]) -> bool:
    return bool(sentences) and sentences[0].is_heading and article.quote(sentences[0].extent) == article.title


def _pens(scheme: Scheme) -> str:
    items = "".join(f"<li>{_letter(label)}<span><b>{escape(label.name)}</b>: {escape(label.meaning)}</span></li>"
                    for label in scheme.labels if _is_for_paper(scheme, label))
    return f'<ul class="pens">{items}</ul>\n'


def _is_for_paper(scheme: Scheme, label: Label) -> bool:
    is_rung = label.unit == "sentence" and label.letter.isdecimal()
    return is_rung if scheme.unit == "claim" else label.id != _NOT_ASKED


def _letter(label: Label) -> str:
    return f'<span class="letter">{escape(label.letter)}</span>'


# The text


def _text(article: Article, sentences: Sequence[Sentence], scheme: Scheme) -> str:
    parts, before = [], -1
    for sentence in sentences[_opens_with_title(article, sentences):]:
        paragraph = article.paragraph_of(sentence.extent)
        if sentence.is_heading:
            parts.append(_heading(article, sentence))
        else:
            parts.append(_line(article, sentence, scheme, begins=paragraph != before))
        before = paragraph
    return "".join(parts)


def _heading(article: Article, sentence: Sentence) -> str:
    return (f'<div class="line head"><span class="number">{sentence.name}</span>'
            f'<h2 class="said" dir="auto">{escape(article.quote(sentence.extent))}</h2></div>\n')


def _line(article: Article, sentence: Sentence, scheme: Scheme, *, begins: bool) -> str:
    by_words = scheme.unit != "sentence"
    said = _counted(article, sentence) if by_words else escape(article.quote(sentence.extent))
    lines = "<i></i>" * min(3, 1 + len(sentence.words) // _WORDS_OF_A_LINE)
    room = f'<div class="room">{lines}</div>' if by_words else '<div class="box"></div>'
    return (f'<div class="line{" begins" if begins else ""}"><span class="number">{sentence.name}</span>'
            f'<p class="said" dir="auto">{said}</p>{room}</div>\n')


def _counted(article: Article, sentence: Sentence) -> str:
    """Return a sentence in which every word carries its number."""
    parts, done = [], sentence.extent.start
    for number, token in enumerate(sentence.words, start=1):
        word = article.tokens[token]
        parts += [escape(article.text[done:word.start]),
                  f'<span class="word" data-number="{number}">{escape(article.quote(word))}</span>']
        done = word.end
    return "".join((*parts, escape(article.text[done:sentence.extent.end])))


# The key


def _key(article: Article, sentences: Sequence[Sentence], scheme: Scheme, key: AnswerKey) -> str:
    asked = [span for span in key.spans if span.label != _NOT_ASKED
             and (scheme.unit != "claim" or unit_of(scheme.id, span.label) == "sentence")]
    heads = _TIERS if scheme.unit == "token" else _TIERS | {"core": "Asked"}
    groups = [(head, [span for span in asked if span.tier == tier]) for tier, head in heads.items()]
    tables = "".join(_table(f"{head} ({len(items)})", (_item(article, sentences, scheme, key, item) for item in items),
                            scheme) for head, items in groups if items)
    if key.look_alikes:
        rows = (_look_alike(article, sentences, item) for item in key.look_alikes)
        tables += _table(f"Look-alikes, not to be marked ({len(key.look_alikes)})", rows, scheme)
    made = f'<p class="made">How this key was made: {escape(key.made)}</p>\n' if key.made else ""
    return ('<section class="key" aria-label="Key">\n'
            '<p class="fold">Fold back here, or keep what follows until everybody has finished</p>\n'
            f"<h2>Key: {escape(article.title)}</h2>\n{tables}{made}</section>\n")


def _table(caption: str, rows: Iterable[str], scheme: Scheme) -> str:
    heads = {"token": ("No.", "Words", "Pen", "Why"), "sentence": ("No.", "Letter", "Why"),
             "claim": ("No.", "Who says so", "Rung", "Why")}[scheme.unit]
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    return (f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead>"
            f'<tbody>{"".join(rows)}</tbody></table>\n')


def _item(article: Article, sentences: Sequence[Sentence], scheme: Scheme, key: AnswerKey, item: KeySpan) -> str:
    letters = " or ".join(label_of(scheme.id, label).letter for label in (item.label, *item.also))
    pen = f'<td class="pen">{escape(letters)}</td>'
    if scheme.unit == "sentence":
        return _row(sentences, item, pen, item.note)
    words = (_quoted(article, sentences, item, item.core) if scheme.unit == "token" else
             _sources(article, sentences, key, item))
    return _row(sentences, item, _cell(words) + pen, item.note)


def _look_alike(article: Article, sentences: Sequence[Sentence], item: LookAlike) -> str:
    return _row(sentences, item, f'{_cell(_quoted(article, sentences, item, item))}<td class="pen">–</td>', item.note)


def _row(sentences: Sequence[Sentence], where: Extent, cells: str, note: str) -> str:
    first = _sentences_of(sentences, where)[:1]
    name = first[0].name if first else ""
    return f'<tr><th scope="row">{name}</th>{cells}<td dir="auto">{escape(note)}</td></tr>'


def _sentences_of(sentences: Sequence[Sentence], where: Extent) -> list[Sentence]:
    return [sentence for sentence in sentences if sentence.extent.overlap(where)]


def _quoted(article: Article, sentences: Sequence[Sentence], where: Extent, core: Extent, name: str = "") -> str:
    """Return the words of an item, its core in bold, and their numbers on the sheet."""
    text = article.text
    words = (f"{escape(text[where.start:core.start])}<b>{escape(text[core.start:core.end])}</b>"
             f"{escape(text[core.end:where.end])}")
    return f"{words} <small>{name}{_numbers(article, sentences, where)}</small>"


def _cell(quoted: str) -> str:
    return f'<td class="quote" dir="auto">{quoted}</td>'


def _sources(article: Article, sentences: Sequence[Sentence], key: AnswerKey, claim: KeySpan) -> str:
    """Return the words for who says so, and whom they go back to."""
    known = {span.extent: span for span in key.spans if span.label == SOURCE}
    home = _sentences_of(sentences, claim)[:1]

    def told(where: Extent, passed: frozenset[Extent]) -> str:
        source = known[where]
        there = _sentences_of(sentences, where)[:1]
        name = there[0].name if there and there != home else ""
        further = [told(end.extent, passed | {where}) for end in source.joined
                   if end.label == GOES_BACK and end.extent in known and end.extent not in passed | {where}]
        return " &gt; ".join([_quoted(article, sentences, source, source.core, name), *further])

    return "; ".join(told(end.extent, frozenset()) for end in claim.joined if end.extent in known)


def _numbers(article: Article, sentences: Sequence[Sentence], where: Extent) -> str:
    first, stop = article.token_range(where)
    for sentence in _sentences_of(sentences, where)[:1]:
        held = [number for number, token in enumerate(sentence.words, start=1) if first <= token < stop]
        if held:
            return f"#{held[0]}" if len(held) == 1 else f"#{held[0]}-{held[-1]}"
    return ""
