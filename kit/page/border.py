"""The border between page and file: the browser counts tokens, the file counts characters."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from kit.errors import KitError
from kit.model.article import Article
from kit.model.labels import Scheme
from kit.model.spans import Span

_HELP = Path(__file__).parent / "static" / "help.md"


def page_of(article: Article) -> dict:
    """Return what the browser needs once: tokens with the gaps after them, and sentences."""
    tokens, sentences = article.tokens, article.sentences
    ends = [*(token.start for token in tokens[1:]), len(article.text)][:len(tokens)]
    ranges = [(number, article.token_range(sentence)) for number, sentence in enumerate(sentences)]
    return {
        "article": {"id": article.id, "title": article.title, "source": article.source,
                    "language": article.language, "fingerprint": article.fingerprint},
        "tokens": [[article.quote(token), article.text[token.end:end]]
                   for token, end in zip(tokens, ends, strict=True)],
        "sentences": [{"first": first, "stop": stop, "paragraph": article.paragraph_of(sentences[number]),
                       "heading": number in article.headings} for number, (first, stop) in ranges],
        "help": _HELP.read_text("utf-8"),
    }


def pens_of(scheme: Scheme) -> dict:
    """Return what the browser needs of a scheme, whenever it changes."""
    labels = [{"id": label.id, "name": label.name, "meaning": label.meaning, "colour": label.colour,
               "line": label.line, "letter": label.letter, "unit": label.unit} for label in scheme.labels]
    return {"labels": labels, "unit": scheme.unit, "pen": scheme.ids[0], "scheme": scheme.id}


def mark(article: Article, span: Span) -> dict:
    """Return a span as the page's mark, with the marks that it is joined to."""
    first, stop = article.token_range(span)
    shown = {"first": first, "stop": stop, "label": span.label}
    joined = [mark(article, end) for end in span.joined]
    return shown | ({"note": span.note} if span.note else {}) | ({"joined": joined} if joined else {})


def spans(article: Article, scheme: Scheme, marks: Iterable[Mapping], before: Iterable[Span]) -> tuple[Span, ...]:
    """Return the marks of the page as spans; fields that only the file knows are taken from ``before``.

    Raises:
        KitError: a mark has a label that the scheme does not know.
    """
    kept = {span: span.other for span in before}
    found = {}
    for one in marks:
        if one["label"] not in scheme:
            raise KitError(f"There is no pen {one['label']!r} here. Undo the last mark.")
        joined = tuple(_span(article, other) for other in one.get("joined", ()))
        span = replace(_span(article, one), joined=joined)
        found[span] = replace(span, other=kept.get(span, {}))
    return tuple(sorted(found.values()))


def _span(article: Article, one: Mapping) -> Span:
    where = article.extent(one["first"], one["stop"])
    return Span(where.start, where.end, str(one["label"]), str(one.get("note", "")))
