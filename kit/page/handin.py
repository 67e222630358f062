"""What is handed in, as a page: a person reads it, a program finds the answer file in it.

Nothing is loaded and no script runs.  Where the answer file stands, and why it survives, is told
in ``kit.model.handed``.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from html import escape as attribute
from importlib import resources

from kit.measure.reasons import many
from kit.model import formats, handed
from kit.model.annotations import AnnotationSet
from kit.model.article import Article
from kit.model.labels import SCHEMES, is_by_claim
from kit.model.plans import name_of
from kit.page import markup
from kit.page.markup import QUIET, escape
from kit.page.passes import Passes, marks_table
from kit.page.replies import Reply, replies

_SILENT = "default-src 'none'; style-src 'unsafe-inline'"  # whatever stands in it, the page loads nothing
_NO_ANSWER = '<p class="kit-handin-said kit-view-absent">Not answered.</p>'


def page_name(answer: AnnotationSet) -> str:
    """Return the name of the file that a hand-in page goes into; says whose it is."""
    whose = "" if answer.annotator == "student" else f"-{answer.annotator}"
    return f"{answer.article}-{answer.scheme}{whose}-hand-in.html"


def hand_in_page(article: Article, answer: AnnotationSet, *, plan: Mapping | None = None, content: str = "",
                 day: date | None = None) -> str:
    """Return the one HTML file to hand in: text, marks of both passes, answers, and the answer file itself.

    ``plan`` has the name of the exercise and the words of the questions.  ``content`` is the answer
    file as it stands; where none is given, it is what the kit would write.  ``day`` is told as that
    on which the page was made; the answer file itself knows none.

    Raises:
        WrongArticleError: the answer was made on another text.
    """
    answer.require(article)
    content = content or formats.annotations_json(answer, article)
    title = escape(f"{name_of(plan) if plan else article.title}: hand-in of {answer.annotator}")
    return (f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>\n'
            f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f'<meta name="color-scheme" content="light dark">\n'
            f'<meta http-equiv="Content-Security-Policy" content="{attribute(_SILENT)}">\n'
            f'{markup.style()}\n{_style()}\n</head>\n<body class="kit-handin-page">\n'
            f'<main class="kit-view kit-handin">\n{_head(article, answer, plan, day)}\n'
            f"{_parts(article, answer, plan, level=2)}\n"
            f"{_foot(answer, content)}\n</main>\n</body>\n</html>\n")


def hand_in_view(article: Article, answer: AnnotationSet, *, plan: Mapping | None = None, told: str = "") -> str:
    """Return what is saved as it stands below a cell: the same, without the answer file.

    ``told`` heads it; its first line is the one that matters most.

    Raises:
        WrongArticleError: the answer was made on another text.
    """
    answer.require(article)
    first, *more = told.split("\n")
    lines = "<br>".join([f"<b>{escape(first)}</b>", *map(escape, more)])
    status = f'<p class="kit-view-notice" role="status">{lines}</p>' if told else ""
    inner = f'{_style()}{status}<div class="kit-handin">{_parts(article, answer, plan, level=3)}</div>'
    return markup.section(f"{article.title}: what is saved", inner)


def missing(article: Article, answer: AnnotationSet, plan: Mapping | None = None) -> tuple[str, ...]:
    """Return what is still to be done, one sentence each; empty if nothing is."""
    asked = [reply for reply in replies(article, answer, plan) if reply.asked and not reply.said]
    chosen, written = ([reply for reply in asked if reply.own_words is own] for own in (False, True))
    found = ["Nothing is marked."] * (not answer.spans)
    found += ["Not checked yet: press Check my marks under the text."] * (answer.first_pass is None)
    found += ["Not finished yet: press Finish under the text."] * (answer.first_pass is not None
                                                                   and answer.stage != "reasons")
    found += [f"{many(len(chosen), 'question')} not answered."] * bool(chosen)
    return (*found, *["Nothing is written in the field for your own words."] * bool(written))


# The parts


def _style() -> str:
    return f"<style>{resources.files('kit.page').joinpath('static', 'handin.css').read_text('utf-8')}</style>"


def _head(article: Article, answer: AnnotationSet, plan: Mapping | None, day: date | None) -> str:
    pens = SCHEMES[answer.scheme].name if answer.scheme in SCHEMES else ""
    pens = "Rungs and source words" if is_by_claim(answer.scheme) else pens
    heads = (f'<p class="kit-handin-kind">Hand-in</p><h1>{escape(name_of(plan))}</h1>' if plan else "<h1>Hand-in</h1>")
    # Most texts open with their title, which then stands large enough a little further down.
    opens = article.text.startswith(article.title)
    facts = {"Work of": answer.annotator, "Page made": f"{day.day} {day:%B %Y}" if day else "",
             "Marked with": pens or answer.scheme,
             "Text": article.source if opens else f"{article.title}. {article.source}"}
    rows = "".join(f'<div><dt>{name}</dt><dd dir="auto">{escape(words)}</dd></div>'
                   for name, words in facts.items() if words)
    return f"<header>{heads}<dl>{rows}</dl></header>"


def _foot(answer: AnnotationSet, content: str) -> str:
    name = escape(f"{answer.article}-{answer.scheme}.json")
    words = f"The answer file {name} is inside this page; a grading program finds it here."
    return f"<footer><p>{handed.block(content, words)} Made with the Media Literacy Kit.</p></footer>"


def _parts(article: Article, answer: AnnotationSet, plan: Mapping | None, *, level: int) -> str:
    passes = Passes(answer)
    table = marks_table(article, passes)
    chosen, written = [], []
    for reply in replies(article, answer, plan):
        (written if reply.own_words else chosen).append(reply)
    parts = {
        "How far": _way(passes) + _missing(missing(article, answer, plan)),
        "The text with the marks": _text(article, passes, level),
        "The marks, one by one": table if level == 2 else _folded(table, passes),
        "Answers": _answers(chosen),
        "In the student’s own words": _answers(written),
    }
    return "\n".join(f'<section class="kit-handin-part"><h{level}>{name}</h{level}>{inner}</section>'
                     for name, inner in parts.items() if inner)


def _way(passes: Passes) -> str:
    """Return the three stages as steps, each done or not."""
    answer, last = passes.answer, "Marks as they stand"
    checked, finished = answer.first_pass is not None, answer.stage == "reasons"
    changed = f"{len(passes.added)} added, {len(passes.gone)} taken away"
    steps = (
        ("First check", checked, many(len(answer.first_pass), "mark") if checked else "Not checked yet"),
        ("Mended", finished, changed if checked else "Not yet"),
        ("Finished" if finished else last, finished, many(len(answer.spans), "mark")),
    )
    items = "".join(f'<li data-done="{str(done).lower()}"><b>{name}</b> <span>{words}</span></li>'
                    for name, done, words in steps)
    return f'<ol class="kit-handin-way">{items}</ol>'


def _missing(found: Sequence[str]) -> str:
    if not found:
        return ""
    return ('<div class="kit-handin-missing"><p>Still missing</p><ul>'
            + "".join(f"<li>{escape(one)}</li>" for one in found) + "</ul></div>")


def _text(article: Article, passes: Passes, level: int) -> str:
    body = markup.text(article, passes.strokes, top=level + 1)
    return (f"{markup.legend(markup.used(*passes.sets))}{_signs(passes)}"
            f'<div class="kit-view-text" lang="{escape(article.language)}">{body}</div>')


def _folded(table: str, passes: Passes) -> str:
    """Return the table behind a line to open: below a cell it would push the answers far down."""
    summary = f"Words, label and note of {many(len(passes.last), 'mark')}"
    return f'<details class="kit-view-details"><summary {QUIET}>{summary}</summary>{table}</details>' if table else ""


def _signs(passes: Passes) -> str:
    """Return what the signs at the letters and the lines above the words mean, where they occur."""
    parts = [f"A letter with + was added after the first check ({len(passes.added)})."] * bool(passes.added)
    parts += ["A letter with − and a line above the words was there at the first check and taken away after it "
              f"({len(passes.gone)})."] * bool(passes.gone)
    parts += [f"Only the first {many(passes.most, 'mark')} are drawn; the answer file holds all."] * passes.cut
    return f'<p class="kit-view-caption">{" ".join(parts)}</p>' if parts else ""


def _answers(given: Sequence[Reply]) -> str:
    """Return questions with their answers as a list; nothing if there are none."""
    items = "".join(_answer(reply) for reply in given)
    return f'<ul class="kit-handin-answers">{items}</ul>' if items else ""


def _answer(reply: Reply) -> str:
    ask = reply.ask if reply.asked else f"Another answer, called {reply.ask}"
    # Plain elements: a notebook that nobody trusts yet is shown without this style, and JupyterLab's
    # own puts the terms of a list beside each other.
    said = "".join(f'<blockquote class="kit-handin-said" dir="auto">{escape(words)}</blockquote>'
                   for words in reply.said)
    own = ' class="kit-handin-own"' if reply.own_words else ""
    return f'<li{own}><p class="kit-handin-ask" dir="auto">{escape(ask)}</p>{said or _NO_ANSWER}</li>'
