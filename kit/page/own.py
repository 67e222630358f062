"""What students bring along: a text of their own, a partner's file; and the sentences to choose from."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import ipywidgets

from kit.errors import KitError
from kit.measure.reasons import many
from kit.measure.row import sentence_numbers
from kit.model.annotations import AnswerKey
from kit.model.article import Article
from kit.model.files import holds, open_text, plain, save_text
from kit.model.labels import Scheme
from kit.model.typed import parse
from kit.page.arriving import arriving
from kit.page.controls import box, words
from kit.page.view import compare
from kit.page.widget import Highlighter


def partner(pen: Highlighter, article: Article) -> ipywidgets.Widget:
    """Return a place that opens a classmate's file and compares it with one's own marks."""
    upload = ipywidgets.FileUpload(accept=".json,.html,.ipynb", description="Open a partner's file",
                                   layout={"width": "240px"})
    place = ipywidgets.HTML()

    def show(change) -> None:
        if not upload.value:
            return
        file = upload.value[0]
        try:
            theirs = pen.read(bytes(file["content"]).decode("utf-8", "replace"), file["name"])
            place.value = compare(article, pen.answer, theirs)._repr_html_()
        except KitError as problem:
            place.value = words(str(problem), kind="kit-why")

    upload.observe(show, names=["value"])
    return box(upload, place)


def typed(pen: Highlighter, article: Article) -> ipywidgets.Widget:
    """Return a field for answers from paper, one line per sentence; they take the place of the marks."""
    field = ipywidgets.Textarea(placeholder="3: may M, reportedly S", continuous_update=True)
    button, message = ipywidgets.Button(description="Use these answers"), ipywidgets.HTML()

    def use(_) -> None:
        try:
            (answer, *more) = parse(field.value, article, pen.answer.scheme, asked=pen.asked)
            if more or answer.without_pen:
                raise KitError("Type the answers of one person, each mark with the letter of its pen: 3: may M.")
            pen.replace_marks(answer.marks.spans)
            message.value = words(f"{many(len(answer.marks.spans), 'mark')} taken over, into the article above.")
        except KitError as problem:
            message.value = "".join(words(line, kind="kit-why") for line in str(problem).splitlines())

    button.on_click(use)
    return box(field, button, message)


def text(scheme: Scheme, offered: Iterable[str] = ()) -> ipywidgets.Widget:
    """Return a field for any text, which becomes an article with these pens and no key.

    In a scheme of claims, every sentence may be traced.
    """
    field = ipywidgets.Textarea(placeholder="Paste a news text here", continuous_update=True)
    button = ipywidgets.Button(description="Mark this text")
    message, place = ipywidgets.HTML(), ipywidgets.VBox()
    path = Path("my-article.txt")

    def open_it(_=None) -> None:
        pasted = plain(field.value)
        if not pasted and not path.exists():
            message.value = words("There is no text yet. Paste a text into the field, then press the button.")
            return
        try:
            if pasted:
                _keep_text(pasted + "\n", path)
            place.children = [_pen(path, scheme, offered)]
            message.value = words(f"The text is in the file {path}, your marks are in the folder answers.")
        except (KitError, OSError) as problem:
            message.value = words(str(problem), kind="kit-why")

    button.on_click(open_it)
    arriving("nltk")  # which finds words and sentences in a new text
    if path.exists():
        open_it()
    return ipywidgets.VBox([box(field, button, message), place])


def _pen(path: Path, scheme: Scheme, offered: Iterable[str]) -> Highlighter:
    article = open_text(path)
    article = replace(article, id=f"{article.id}-{article.fingerprint[:6]}")  # each text has answers of its own
    asked = [number for number in range(len(article.sentences)) if number not in article.headings]
    return Highlighter(article, scheme=scheme, offered=offered, asked=asked if scheme.unit == "claim" else ())


def background(article: Article, key: AnswerKey) -> dict[str, str]:
    """Return the sentences that a key of roles takes for background: id, and number with words."""
    numbers = sentence_numbers(article)
    found = {}
    for item in key.spans:
        if "background" in item.labels:
            number = numbers[article.sentence_range(item)[0]]
            found[f"sentence-{number}"] = f"{number}. {article.quote(item)}"
    return found


def _keep_text(content: str, path: Path) -> None:
    """Write the pasted text; one that is there already and differs gets a number."""
    number, old = 1, path
    while old.exists() and not holds(old, content):
        number, old = number + 1, path.with_stem(f"{path.stem}-{number + 1}")
    if old != path:
        path.replace(old)
    save_text(content, path)
