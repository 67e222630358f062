"""Answer files of somebody who went through lessons, for tests of what is told about them."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from kit.model.annotations import AnnotationSet
from kit.model.article import Article
from kit.model.files import load_article, load_key, save_annotations
from kit.model.spans import Span

TICKET = 'The words "reportedly" made the claim less sure, because nobody says who saw it.'
RESPONSES = {"confidence": "half", "remember-1": "possible", "remember-2": "yes", "reason-1": "passes-on",
             "reason-2": "proven", "reason-3": "only-if", "exit": TICKET}


def answered(id: str, scheme: str, *, key: str = "", first: int | None = 4, mended: int = 7, stage: str = "reasons",
             responses: dict = RESPONSES) -> tuple[Article, AnnotationSet]:
    """Return an answer that has the first so many items of the key in each pass."""
    article = load_article(id)
    items = load_key(id, scheme=key or scheme).in_scheme(scheme).tier("core")
    spans = [Span(item.core.start, item.core.end, item.label) for item in items]
    answer = AnnotationSet.on(article, scheme, "student", spans[:mended])
    return article, replace(answer, first_pass=None if first is None else tuple(spans[:first]), stage=stage,
                            responses=responses)


def save(folder: Path, article: Article, answer: AnnotationSet, code: str = "") -> Path:
    """Write an answer where the pen would."""
    path = (folder / code if code else folder) / f"{article.id}-{answer.scheme}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    save_annotations(replace(answer, annotator=code or "student"), article, path)
    return path


@cache
def _course() -> TemporaryDirectory:
    kept = TemporaryDirectory()
    folder = Path(kept.name) / "answers"
    save(folder, *answered("north-korea-2024", "cues-4", key="cues"))
    save(folder, *answered("two-rivers", "cues-4", key="cues", stage="mend"))
    save(folder, *answered("sleep-study", "roles", first=12, mended=12))
    save(folder, *answered("transfer-rumour", "sources", first=18, mended=22))
    return kept


def course() -> Path:
    """Return a folder with three finished lessons and one that is not finished."""
    return Path(_course().name) / "answers"
