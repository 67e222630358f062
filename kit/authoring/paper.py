"""A sheet to print: the text with numbered sentences and words, room to write, a key to fold under."""

from collections.abc import Collection, Mapping, Sequence
from importlib import resources

from kit.authoring.paperkey import NOT_ASKED, below_the_fold
from kit.measure.sourcing import claims
from kit.model.annotations import AnswerKey
from kit.model.article import Article
from kit.model.labels import Label, Scheme, scheme_called
from kit.model.numbered import Sentence, numbered
from kit.model.spans import Extent
from kit.page.markup import escape

_WORDS_OF_A_LINE = 14  # of the text, for each line to write on
_TASKS = {
    "token": ("Underline the words that show doubt, or that hide who says so.",
              "Write them again beside their sentence, each with the letter of its kind."),
    "one pen": ("Underline the words that show doubt, or that hide who says so.",
                "Write them again beside their sentence."),
    "sentence": ("Decide for every sentence what it does in this text.", "Write one letter into its box."),
    "claim": ("Choose three sentences that claim something, and decide who stands behind each.",
              "Write the number of its rung beside it, and the words for who says so."),
    "asked": ("Decide for every claim who stands behind it.",
              "Write the number of its rung into the box, and beside it the words for who says so."),
    "attribution": ("Decide for every sentence who says so.", "Write one letter into its box."),
}
_ELSEWHERE = "Are the words in another sentence, say in 5? Then write that, and the small numbers of the words"
_HINTS = {
    "token": "The small numbers count the words. If a word stands in its sentence twice, write its number too: "
             "<b>#7</b>",
    "claim": f"Like this: <b>2, a person close to it</b>. {_ELSEWHERE}: <b>2, 5#4-8</b>. "
             "Did somebody only pass it on? Write a <b>&gt;</b>, and who told them: "
             "<b>2, the paper &gt; a person close to it</b>",
    "asked": f"Is there nobody? Write <b>0</b>, and no words. {_ELSEWHERE}: <b>5#4-8</b>. "
             "Did somebody only pass it on? Write on the last line who told them.",
}


def sheet(article: Article, scheme: str, *, key: AnswerKey | None = None, asked: Collection[int] = (),
          points: int = 12) -> str:
    """Return a page that prints on A4 and Letter in black and white, as HTML without script or links.

    Sentences are numbered as readers count, and in a scheme of words so is every word of a
    sentence, for ``kit.model.typed``.  ``points`` is the size of the text.  With a key, which
    may be finer than the scheme, what lies below the fold line tells it; without, nothing does.
    ``asked`` are the claims to trace, as indexes into ``article.sentences``; empty for those of
    the key.  They are marked in the text, as they are the task and not the answer; where none is
    known, readers choose three.  Other schemes take no notice of them.

    Raises:
        KitError: there is no such scheme, or the key does not read as it.
        WrongArticleError: the key was made on another text.
    """
    chosen = scheme_called(scheme)
    if key is not None:
        key.require(article)
        key = key.in_scheme(chosen.id)
    sentences = numbered(article)
    numbers = _numbers(article, chosen, asked, key)
    kind = "by-sentence" if chosen.unit == "sentence" else "by-words"
    return (f'<!doctype html>\n<html lang="{escape(article.language)}"><head><meta charset="utf-8">'
            f'<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>{escape(article.title)}: paper sheet</title>{_style(article.title, points)}</head>\n"
            f'<body class="{kind}"><main>\n{_top(article, sentences, chosen, numbers)}'
            f'<div class="text" dir="auto">\n{_text(article, sentences, chosen, numbers)}</div>\n'
            f"<footer>{escape(_rights(article.source))}</footer>\n"
            f"{below_the_fold(article, sentences, chosen, key, numbers) if key else ''}</main></body></html>\n")


def _numbers(article: Article, scheme: Scheme, asked: Collection[int], key: AnswerKey | None) -> dict[Extent, str]:
    """Return the numbers of the claims to trace, from 1 in reading order; empty where none is known."""
    if scheme.unit != "claim":
        return {}
    places = [article.sentences[number] for number in sorted(set(asked))] or (claims(key) if key else ())
    return {place: str(number) for number, place in enumerate(places, start=1)}


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


def _top(article: Article, sentences: Sequence[Sentence], scheme: Scheme, numbers: Mapping[Extent, str]) -> str:
    asks = "asked" if numbers else _task(scheme)
    task = " ".join(_TASKS[asks])
    number = f'<span class="number">{sentences[0].name}</span>' if _opens_with_title(article, sentences) else ""
    pens = "" if len(scheme.labels) == 1 else _pens(scheme)
    hint = _HINTS.get(asks) or _HINTS.get(scheme.unit)
    told = f'<p class="hint">{hint}</p>\n' if hint else ""
    return (f'<header>{number}<h1 dir="auto">{escape(article.title)}</h1>'
            '<p class="code"><b>Code</b><i></i><small>not your name</small></p></header>\n'
            f'<p class="source">{escape(article.source)}</p>\n<p class="task">{task}</p>\n{pens}{told}')


def _task(scheme: Scheme) -> str:
    if scheme.unit == "token" and len(scheme.labels) == 1:
        return "one pen"
    return scheme.id if scheme.id in _TASKS else scheme.unit


def _opens_with_title(article: Article, sentences: Sequence[Sentence]) -> bool:
    return bool(sentences) and sentences[0].is_heading and article.quote(sentences[0].extent) == article.title


def _pens(scheme: Scheme) -> str:
    items = "".join(f"<li>{_letter(label)}<span><b>{escape(label.name)}</b>: {escape(label.meaning)}</span></li>"
                    for label in scheme.labels if _is_for_paper(scheme, label))
    return f'<ul class="pens{" ladder" if scheme.unit == "claim" else ""}">{items}</ul>\n'


def _is_for_paper(scheme: Scheme, label: Label) -> bool:
    is_rung = label.unit == "sentence" and label.letter.isdecimal()
    return is_rung if scheme.unit == "claim" else label.id != NOT_ASKED


def _letter(label: Label) -> str:
    return f'<span class="letter">{escape(label.letter)}</span>'


# The text


def _text(article: Article, sentences: Sequence[Sentence], scheme: Scheme, numbers: Mapping[Extent, str]) -> str:
    parts, before = [], -1
    for sentence in sentences[_opens_with_title(article, sentences):]:
        paragraph = article.paragraph_of(sentence.extent)
        if sentence.is_heading and sentence.extent not in numbers:
            parts.append(_heading(article, sentence))
        else:
            parts.append(_line(article, sentence, scheme, numbers, begins=paragraph != before))
        before = paragraph
    return "".join(parts)


def _heading(article: Article, sentence: Sentence) -> str:
    return (f'<div class="line head"><span class="number">{sentence.name}</span>'
            f'<h2 class="said" dir="auto">{escape(article.quote(sentence.extent))}</h2></div>\n')


def _line(article: Article, sentence: Sentence, scheme: Scheme, numbers: Mapping[Extent, str], *, begins: bool) -> str:
    claim = f'<b class="claim">Claim {numbers[sentence.extent]}</b>' if sentence.extent in numbers else ""
    said = escape(article.quote(sentence.extent)) if scheme.unit == "sentence" else _counted(article, sentence)
    room = _room_of_claim() if claim else "" if numbers else _room(sentence, scheme)
    return (f'<div class="line{" begins" if begins else ""}"><span class="number">{sentence.name}</span>'
            f'<div class="told">{claim}<p class="said" dir="auto">{said}</p></div>{room}</div>\n')


def _room(sentence: Sentence, scheme: Scheme) -> str:
    if scheme.unit == "sentence":
        return '<div class="box"></div>'
    return f'<div class="room">{"<i></i>" * min(3, 1 + len(sentence.words) // _WORDS_OF_A_LINE)}</div>'


def _room_of_claim() -> str:
    """Return a box for the rung, lines for the words, and one for whom they go back to."""
    return ('<div class="room trace"><span class="box"></span><i><small>who says so</small></i><i></i>'
            "<i><small>goes back to</small></i></div>")


def _counted(article: Article, sentence: Sentence) -> str:
    """Return a sentence in which every word carries its number."""
    parts, done = [], sentence.extent.start
    for number, token in enumerate(sentence.words, start=1):
        word = article.tokens[token]
        parts += [escape(article.text[done:word.start]),
                  f'<span class="word" data-number="{number}">{escape(article.quote(word))}</span>']
        done = word.end
    return "".join((*parts, escape(article.text[done:sentence.extent.end])))
