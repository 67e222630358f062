"""What a student looks at: a text with spans, a comparison, the pen without its kernel."""

from collections.abc import Sequence
from dataclasses import dataclass

from kit.measure.agreement import Agreement, agreement
from kit.measure.feedback import Row, summary
from kit.measure.score import Score, score
from kit.model.annotations import AnnotationSet, AnswerKey
from kit.model.article import Article
from kit.model.spans import Span
from kit.page import comparison, markup, terminal
from kit.page.markup import escape
from kit.page.sheet import Sheet, sheet


@dataclass(frozen=True, repr=False)
class Page:
    """A text with the spans of one or several annotators, for a notebook and for a terminal.

    ``text_html`` is the text alone: with tags stripped and entities undone, it is the text.
    """

    html: str
    text_html: str
    plain: str

    def _repr_html_(self) -> str:
        return self.html

    def __str__(self) -> str:
        return self.plain

    __repr__ = __str__


def show(article: Article, *marked: AnnotationSet) -> Page:
    """Return the text with the spans of any number of annotators.

    Raises:
        WrongArticleError: a set was made on another text.
    """
    for one in marked:
        one.require(article)
    inner, text_html = _marked_text(article, marked)
    return Page(markup.section(f"{article.title}: the text", inner), text_html, terminal.article_text(article, marked))


@dataclass(frozen=True, repr=False)
class Comparison:
    """Two sets of marks beside each other, and perhaps further lanes."""

    sheet: Sheet

    @property
    def rows(self) -> tuple[Row, ...]:
        """One row per place, in reading order; empty if nobody marked anything."""
        return self.sheet.rows

    @property
    def summary(self) -> str:
        """The counts, in a sentence or two."""
        return summary(self.rows, self.sheet.sets[1])

    @property
    def score(self) -> Score | None:
        """The counts and ratios against a key; None without a key."""
        mine, other = self.sheet.sets[:2]
        return score(self.sheet.article, mine, other) if isinstance(other, AnswerKey) else None

    @property
    def agreement(self) -> Agreement:
        """How far the first two agree, beyond chance."""
        return agreement(self.sheet.article, *self.sheet.sets[:2])

    def _repr_html_(self) -> str:
        here = self.sheet
        inner = (f'<h3>{escape(here.article.title)}</h3><p class="kit-view-summary">{escape(self.summary)}</p>'
                 f"{comparison.filters(here)}{comparison.hint(here)}{comparison.table(here)}"
                 f"{comparison.alone(here)}{comparison.lanes(here)}")
        return markup.section(f"{here.article.title}: the comparison", inner, here.id)

    def __str__(self) -> str:
        return terminal.comparison_text(self.sheet, self.summary)

    __repr__ = __str__


def compare(article: Article, left: AnnotationSet, right: AnnotationSet, *more: AnnotationSet) -> Comparison:
    """Return my marks (``left``) beside a key or somebody else's; ``more`` are further lanes.

    Raises:
        WrongArticleError: a set was made on another text.
        KitError: the schemes do not read as one.
    """
    return Comparison(sheet(article, left, right, more))


def fallback(article: Article, answer: AnnotationSet) -> str:
    """Return what stands in the place of the pen where there is no kernel, as HTML."""
    answer.require(article)
    count = len(answer.spans)
    marks = "1 mark is" if count == 1 else f"{count} marks are"
    notice = f'<p class="kit-view-notice"><b>{marks} shown here.</b> Run the cell to go on marking.</p>'
    return markup.section(f"{article.title}: the text with its marks", notice + _marked_text(article, (answer,))[0])


def _marked_text(article: Article, marked: Sequence[AnnotationSet]) -> tuple[str, str]:
    """Return legend, text and notes as HTML, and the text alone."""
    noted = [(one, span) for one in marked for span in one.spans if span.note]
    numbers = {(id(one), span): number for number, (one, span) in enumerate(noted, start=1)}
    drawn: tuple[markup.Stroke, ...] = ()
    for one in marked:
        own = {span: numbers[id(one), span] for span in one.spans if (id(one), span) in numbers}
        drawn += markup.strokes(one, lane=markup.lanes(drawn), numbers=own)
    text_html = markup.text(article, drawn)
    body = f'<div class="kit-view-text" lang="{escape(article.language)}">{text_html}</div>'
    whose = _whose(marked) if len(marked) > 1 else ""
    return whose + markup.legend(markup.used(*marked)) + body + _notes(article, noted), text_html


def _whose(marked: Sequence[AnnotationSet]) -> str:
    names = "; ".join(f"{number}. {escape(one.annotator)}" for number, one in enumerate(marked, start=1))
    return f"<p>Lines below the words, from the top: {names}.</p>"


def _notes(article: Article, noted: Sequence[tuple[AnnotationSet, Span]]) -> str:
    if not noted:
        return ""
    items = "".join(f'<li value="{number}">{markup.noted(article, one.scheme, span)}</li>'
                    for number, (one, span) in enumerate(noted, start=1))
    return f'<p class="kit-view-caption">Notes, numbered as in the text</p><ol class="kit-view-notes">{items}</ol>'
