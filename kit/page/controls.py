"""Questions beside the pen: a choice, a scale, a text; each saved as it is answered."""

from collections.abc import Callable, Mapping
from html import escape
from pathlib import Path

import anywidget
import ipywidgets

from kit.errors import KitError
from kit.page.arriving import arriving
from kit.page.widget import Highlighter

_STATIC = Path(__file__).parent / "static"


class _Guard(anywidget.AnyWidget):
    """Keeps keys that are pressed in its box away from the notebook, and brings the styles."""

    _esm = _STATIC / "guard.js"
    _css = _STATIC / "practice.css"


def box(*children: ipywidgets.Widget) -> ipywidgets.VBox:
    """Return controls in one box that keeps its keys to itself."""
    frame = ipywidgets.VBox([*children, _Guard()])
    frame.add_class("kit-practice")
    return frame


def words(text: str, *, kind: str = "kit-wait") -> str:
    """Return a paragraph of plain text as HTML."""
    return f'<p class="{kind}">{escape(text)}</p>'


def telling(pen: Highlighter, tell: Callable[[], str]) -> ipywidgets.HTML:
    """Return words, as HTML, that ``tell`` makes anew after every save and in every stage."""
    place = ipywidgets.HTML()

    def renew(change=None) -> None:
        place.value = tell()

    renew()
    pen.observe(renew, names=["download", "stage"])
    return place


def filling(pen: Highlighter, waiting: str, fill: Callable[[], str]) -> ipywidgets.VBox:
    """Return a place that fills itself once the pen has reached its last stage.

    ``fill`` returns HTML.  It is called in a handler, where Jupyter would swallow an error:
    what goes wrong stands in the place instead.
    """
    place = ipywidgets.HTML()

    def refresh(change=None) -> None:
        if pen.stage != "reasons":
            place.value = words(waiting)
            return
        place.value = words("One moment.")
        try:
            place.value = fill()
        except Exception as problem:
            place.value = words(f"This could not be shown: {problem}")

    refresh()
    pen.observe(refresh, names=["stage", "feedback", "annotator"])
    for library in ("matplotlib", "nltk"):
        arriving(library, refresh)
    return box(place)


def behind(pen: Highlighter, stages: tuple[str, ...], waiting: str,
           make: Callable[[], ipywidgets.Widget]) -> ipywidgets.VBox:
    """Return a place that says why it waits, and holds what ``make`` gives in these stages.

    Made no sooner: whatever exists is in the browser, also while it is not shown.
    """
    place, made = ipywidgets.VBox(), []

    def refresh(change=None) -> None:
        if pen.stage not in stages:
            place.children = [ipywidgets.HTML(words(waiting))]
            return
        if not made:
            made.append(make())
        place.children = made

    refresh()
    pen.observe(refresh, names=["stage"])
    return box(place)


def choice(pen: Highlighter, question: dict, *, tell: Callable[[str], str] | None = None) -> ipywidgets.VBox:
    """Return a question with answers to press.

    ``tell`` gives the reply to an answer, as HTML; it may change with the pen's stage.
    """
    names = {text: id for id, text in question["choices"].items()}
    ask = ipywidgets.HTML(words(question["ask"], kind="kit-ask"))
    buttons = ipywidgets.ToggleButtons(options=list(names), value=None, tooltips=list(names))
    reply = ipywidgets.HTML()

    def load(change=None) -> None:
        chosen = pen.answer.responses.get(question["id"])
        buttons.value = next((text for text, id in names.items() if id == chosen), None)
        reply.value = _reply(tell, chosen) if buttons.value else ""

    def keep(change) -> None:
        chosen = names.get(change.new)
        if chosen and chosen != pen.answer.responses.get(question["id"]):
            reply.value = _kept(pen, {question["id"]: chosen}) or _reply(tell, chosen)

    _follow(pen, question["id"], load)
    pen.observe(load, names=["stage"])
    buttons.observe(keep, names=["value"])
    return ipywidgets.VBox([ask, buttons, reply])


def picking(pen: Highlighter, question: dict, options: Mapping[str, str], *,
            tell: Callable[[list[str]], str]) -> ipywidgets.VBox:
    """Return a question with boxes to tick, ``question["many"]`` of them; the ids that are ticked are kept.

    ``tell`` gives the reply to a full choice, as HTML.
    """
    boxes = {id: ipywidgets.Checkbox(description=text, indent=False) for id, text in options.items()}
    ask, reply = ipywidgets.HTML(words(question["ask"], kind="kit-ask")), ipywidgets.HTML()
    button = ipywidgets.Button(description="Keep this choice")

    def load(change=None) -> None:
        chosen = pen.answer.responses.get(question["id"], [])
        chosen = [id for id in boxes if id in chosen] if isinstance(chosen, list) else []  # a file may hold anything
        for id, tick in boxes.items():
            tick.value = id in chosen
        reply.value = _reply(tell, chosen) if chosen else ""

    def keep(_) -> None:
        chosen = [id for id, tick in boxes.items() if tick.value]
        if len(chosen) != question["many"]:
            reply.value = words(f"You have chosen {len(chosen)}. Choose {question['many']}, then press the button.")
            return
        reply.value = _kept(pen, {question["id"]: chosen}) or _reply(tell, chosen)

    _follow(pen, question["id"], load)
    button.on_click(keep)
    return ipywidgets.VBox([ask, *boxes.values(), button, reply])


def scale(pen: Highlighter, id: str, question: dict, *, then: Callable[[int], str]) -> ipywidgets.VBox:
    """Return a slider from 0 to 100, or to ``most``; ``then`` gives what stands below once it was set."""
    most = question.get("most", 100)
    middle = most // 2
    slider = ipywidgets.IntSlider(value=middle, min=0, max=most, continuous_update=False, readout=True)
    ask = ipywidgets.HTML(words(question["ask"], kind="kit-ask")
                          + words(f"{question['low']}, {question['high']}. Move the slider to answer."))
    below = ipywidgets.HTML()
    button = ipywidgets.Button(description="Keep this answer")

    def keep(_) -> None:
        below.value = _kept(pen, {id: slider.value}) or then(slider.value)

    def load(change=None) -> None:
        slider.unobserve_all("value")  # showing an answer is not giving one
        value = pen.answer.responses.get(id)
        known = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most
        slider.value, below.value = (value, then(value)) if known else (middle, "")
        slider.observe(keep, names=["value"])

    _follow(pen, id, load)
    # The button answers the middle, which no movement of the slider would.
    button.on_click(keep)
    return ipywidgets.VBox([ask, slider, button, below])


def writing(pen: Highlighter, question: dict) -> ipywidgets.VBox:
    """Return a field for a few sentences of one's own."""
    ask = ipywidgets.HTML(words(question["ask"], kind="kit-ask"))
    field = ipywidgets.Textarea(placeholder="Write here", continuous_update=True)  # who reloads loses no word
    below = ipywidgets.HTML()

    def load(change=None) -> None:
        value = pen.answer.responses.get(question["id"], "")
        field.value, below.value = value if isinstance(value, str) else "", ""

    def keep(change) -> None:
        if change.new != pen.answer.responses.get(question["id"], ""):
            below.value = _kept(pen, {question["id"]: change.new}) or words("Saved.")

    _follow(pen, question["id"], load)
    field.observe(keep, names=["value"])
    return ipywidgets.VBox([ask, field, below])


def _follow(pen: Highlighter, id: str, load: Callable[[], None]) -> None:
    """Load an answer now, and whenever the file holds another one: somebody else's, an opened one, none.

    Not whenever anything is saved: words that could not be saved must stay in their field.
    """
    known = None

    def follow(change=None) -> None:
        nonlocal known
        before, known = known, (pen.annotator, pen.answer.responses.get(id))
        if known != before:
            load()

    follow()
    pen.observe(follow, names=["annotator", "download", "stage"])


def _kept(pen: Highlighter, responses: dict) -> str:
    """Save, and return what went wrong as HTML; empty if nothing did."""
    try:
        pen.respond(**responses)
    except KitError as problem:
        return words(f"Not saved. {problem}", kind="kit-why")
    return ""


def _reply(tell: Callable | None, chosen: str | list[str]) -> str:
    return f'<div role="status">{tell(chosen) if tell else words("Saved.")}</div>'
