"""The pen in a bare page: a stub model in the place of anywidget, a script in the place of Python.

``open_pen(page)`` shows one; what comes back is asked for state and told what Python says.
Nothing goes over the network: the page, the script and the style are served from memory.
"""

import json
import re
import unicodedata
from pathlib import Path

from kit.model.labels import ROLES, ROLES_3, SOURCES
from kit.page.border import pens_of

STATIC = Path(__file__).parents[1] / "kit" / "page" / "static"
ADDRESS = "http://pen.test/"

LABELS = [
    {"id": "might", "name": "Might-words", "meaning": "may, likely, seems: not certain", "colour": "#b35806", "line": "solid", "letter": "M"},
    {"id": "hearsay", "name": "Somebody said so", "meaning": "allegedly: not the writer", "colour": "#1b7837", "line": "double", "letter": "S"},
    {"id": "condition", "name": "If-words", "meaning": "if, unless: only on a condition", "colour": "#542788", "line": "dashed", "letter": "I"},
    {"id": "vague", "name": "Who exactly?", "meaning": "sources, officials: nobody is named", "colour": "#a50f5f", "line": "dotted", "letter": "W"},
]

NEWS = [
    ["Two bridges, one rumour"],
    ["The town council of Marrow Ferry may close the old river bridge before the end of the winter, according to "
     "two people who have seen a draft of the plan.",
     "The bridge, built in 1931, carries about four thousand cars a day.",
     "It was last repaired nine years ago."],
    ["Officials declined to confirm the report on Tuesday.",
     "“If the survey shows what we fear, we will have no choice,” said Ilse Brandt, who leads the roads department.",
     "She would not say what the survey had found so far."],
    ["The closure would be the second in three years.",
     "In 2023 the railway bridge, a mile to the north, was shut for five months after a barge struck one of its piers.",
     "Shops on the east bank reportedly lost a third of their trade."],
    ["What the survey is about"],
    ["Engineers began to measure the piers in September.",
     "Sources close to the survey say that one of them appears to have sunk by a hand’s width.",
     "That could not be checked, and the firm that does the measuring did not answer questions.",
     "A spokesman for the province called the figure “possible, but far from certain”."],
    ["Critics of the council allege that the report was leaked on purpose.",
     "“Somebody wants a new bridge,” said Tomas Reyl, a baker whose shop stands beside the east ramp.",
     "He may have a point: a design for a new crossing was apparently ready in May."],
    ["Unless the weather turns, the last measurements will be taken next week.",
     "A decision is expected in November.",
     "Until then lorries must use the motorway, a detour of eleven miles."],
    ["The ferry, which gave the town its name, stopped in 1932.",
     "Some experts believe that it might be cheaper to bring it back."],
]

STUB = """
class Model {
  constructor(traits) {
    this.traits = structuredClone(traits);
    this.heard = {};
    this.changed = {};
    this.sent = [];
    this.alive = true;
    this.answers = {};
  }
  get(name) { return this.traits[name]; }
  set(name, value) {
    if (JSON.stringify(this.traits[name]) === JSON.stringify(value)) return;
    this.traits[name] = value;
    this.changed[name] = structuredClone(value);
    this.tell(name);
  }
  tell(name) { for (const does of [...(this.heard["change:" + name] ?? [])]) does(); }
  on(name, does) { (this.heard[name] ??= []).push(does); }
  off(name, does) { this.heard[name] = (this.heard[name] ?? []).filter((other) => other !== does); }
  listeners() { return Object.values(this.heard).flat().length; }
  save_changes() {
    const sent = this.changed;
    this.changed = {};
    this.sent.push(sent);
    if (this.alive) queueMicrotask(() => this.python(sent));
  }
  python(sent) {
    if ("revision" in sent) this.receive({ saved: sent.revision, status: this.status() });
    if ("commit" in sent) this.receive(this.answers[sent.commit.action] ?? {});
    if ("scheme" in sent) for (const [name, value] of Object.entries(this.answers.scheme?.[sent.scheme] ?? {})) this.receive({ [name]: value });
    if ("annotator" in sent) this.receive({ marks: [], stage: "mark", feedback: {}, status: this.status() });
  }
  status() {
    const n = this.traits.marks.length;
    return { text: `Saved. ${n} ${n === 1 ? "mark" : "marks"}.`, trouble: false };
  }
  receive(traits) {
    for (const [name, value] of Object.entries(traits)) {
      if (JSON.stringify(this.traits[name]) === JSON.stringify(value)) continue;
      this.traits[name] = structuredClone(value);
      this.tell(name);
    }
  }
}
window.models = {};
window.cleanups = {};
window.errors = [];
window.addEventListener("error", (e) => window.errors.push(e.message));
window.addEventListener("unhandledrejection", (e) => window.errors.push(String(e.reason)));
window.show = async (name, traits, shadow, answers) => {
  const { default: widget } = await import("/highlight.js");
  const host = document.createElement("section");
  host.id = name;
  document.querySelector("main").append(host);
  let place = host;
  if (shadow) {
    const style = document.createElement("style");
    style.textContent = await (await fetch("/highlight.css")).text();
    const root = host.attachShadow({ mode: "open" });
    place = document.createElement("div");
    root.append(style, place);
  }
  const model = new Model(traits);
  model.answers = answers;
  window.models[name] = model;
  window.cleanups[name] = widget.render({ model, el: place });
};
"""
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>The pen</title>
<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/highlight.css">
<style>body { margin: 0 } main { max-width: 60rem; margin: 0 auto; padding: 12px }
@media (prefers-color-scheme: dark) { body { background: #111; color: #eee } }</style></head>
<body><main><h1>Lesson</h1></main><script>%s</script></body></html>"""


def tokens_of(text: str) -> list[list[str]]:
    """Return ``[word, gap]`` pairs; joined, they are the text."""
    return [list(pair) for pair in re.findall(r"(\w+(?:[’'-]\w+)*|[.,;:!?“”<>&]|[^\w\s.,;:!?“”<>&]+)(\s*)", text)]


def traits_of(paragraphs: list[list[str]], **more) -> dict:
    """Return what Python sends, for a text given as paragraphs of sentences.

    A paragraph of one sentence without a full stop is a heading.
    """
    tokens, sentences = [], []
    for number, paragraph in enumerate(paragraphs):
        for sentence in paragraph:
            last = sentence is paragraph[-1]
            found = tokens_of(sentence + ("\n\n" if last and paragraph is not paragraphs[-1] else "" if last else " "))
            heading = len(paragraph) == 1 and sentence[-1] not in ".?!”׃"
            sentences.append({"first": len(tokens), "stop": len(tokens) + len(found), "paragraph": number, "heading": heading})
            tokens += found
    return {
        "article": {"id": "bridges", "title": paragraphs[0][0], "source": "Written for the tests. The town is invented.",
                    "language": "en", "fingerprint": "2d7d1fa0e871"},
        "tokens": tokens, "sentences": sentences, "labels": LABELS, "unit": "token", "marks": [], "pen": "might",
        "revision": 0, "saved": 0, "commit": {}, "opened": {}, "annotator": "student",
        "download": {"name": "bridges-cues-4-student.json", "text": "{}\n"}, "stage": "mark", "feedback": {},
        "status": {"text": "Nothing marked yet.", "trouble": False},
        "help": "# What if it does not work\n\nRun the cell again with `Shift+Enter`.\n\n- No kernel: restart it.\n- Wrong file: open another.\n",
        "locked": False, **more}


def range_of(tokens: list[list[str]], words: str, nth: int = 0) -> tuple[int, int]:
    """Return the token range of the nth place where ``words`` stand."""
    wanted = [word for word, _ in tokens_of(words)]
    found = [i for i in range(len(tokens)) if [t for t, _ in tokens[i:i + len(wanted)]] == wanted]
    return found[nth], found[nth] + len(wanted)


def words_in(tokens: list[list[str]]) -> list[str]:
    """Return the tokens that an arrow key stops at: no commas, brackets and quotation marks."""
    return [token for token, _ in tokens if any(unicodedata.category(sign)[0] in "LNS" for sign in token)]


def mark(traits: dict, words: str, label: str, nth: int = 0, **more) -> dict:
    """Return a mark on words of the text."""
    first, stop = range_of(traits["tokens"], words, nth)
    return {"first": first, "stop": stop, "label": label, **more}


def roles_of(paragraphs: list[list[str]], scheme=ROLES, **more) -> dict:
    """Return what Python sends of a text whose sentences are sorted, with a choice of pens."""
    schemes = [{"id": one.id, "name": one.name} for one in (ROLES, ROLES_3)]
    return {**traits_of(paragraphs), **pens_of(scheme), "schemes": schemes, **more}


def claims_of(paragraphs: list[list[str]], asked: list[str], **more) -> dict:
    """Return what Python sends of a text with claims to trace, each named by words of its sentence."""
    traits = {**traits_of(paragraphs), **pens_of(SOURCES)}
    return {**traits, "asked": [sentence_with(traits, words) for words in asked], **more}


def sentence_with(traits: dict, words: str) -> int:
    """Return the number of the first sentence that holds these words."""
    first, _ = range_of(traits["tokens"], words)
    return next(number for number, s in enumerate(traits["sentences"]) if s["first"] <= first < s["stop"])


def whole(traits: dict, words: str, label: str, **more) -> dict:
    """Return a mark on the whole sentence that holds these words."""
    sentence = traits["sentences"][sentence_with(traits, words)]
    return {"first": sentence["first"], "stop": sentence["stop"], "label": label, **more}


def join(source: dict, label: str = "source") -> dict:
    """Return what a mark holds in ``joined`` for another one."""
    return {"first": source["first"], "stop": source["stop"], "label": label}


def in_order(*marks: dict) -> list[dict]:
    """Return marks as the page orders them."""
    return sorted(marks, key=lambda m: (m["first"], m["stop"], m["label"]))


def sentence_row(traits: dict, outcome: str, words: str, mine: str, theirs: str, why: str = "", mine_words: str = "", theirs_words: str = "") -> dict:
    """Return a line of the comparison about a whole sentence; a label may be empty."""
    word, symbol = {"match": ("Match", "="), "partly": ("Partly", "~"), "label": ("Different label", "≠"),
                    "missed": ("Missed", "−"), "extra": ("Extra", "+"), "open": ("Open", "?")}[outcome]
    number = sentence_with(traits, words)
    first, stop = (traits["sentences"][number][end] for end in ("first", "stop"))
    said = "".join(token + gap for token, gap in traits["tokens"][first:stop]).strip()
    return {"outcome": outcome, "word": word, "symbol": symbol, "first": first, "stop": stop, "words": said,
            "mine": [whole(traits, words, mine)] if mine else [], "theirs": [whole(traits, words, theirs)] if theirs else [],
            "mine_words": mine_words or (said if mine else ""), "theirs_words": theirs_words or (said if theirs else ""),
            "sentence": number, "why": why, "look_alike": False}


def row(traits: dict, outcome: str, words: str, mine=(), theirs=(), why="", nth=0) -> dict:
    """Return a line of the comparison; ``mine`` and ``theirs`` are ``(words, label)`` pairs."""
    word, symbol = {"match": ("Match", "="), "partly": ("Partly", "≈"), "label": ("Different label", "≠"),
                    "missed": ("Missed", "○"), "extra": ("Extra", "+"), "open": ("Open", "?")}[outcome]
    first, stop = range_of(traits["tokens"], words, nth)
    return {"outcome": outcome, "word": word, "symbol": symbol, "first": first, "stop": stop, "words": words,
            "mine": [mark(traits, w, label, nth) for w, label in mine], "theirs": [mark(traits, w, label, nth) for w, label in theirs],
            "mine_words": " ".join(w for w, _ in mine), "theirs_words": " ".join(w for w, _ in theirs),
            "sentence": next(i for i, s in enumerate(traits["sentences"]) if s["first"] <= first < s["stop"]),
            "why": why, "look_alike": False}


def violations(page) -> list[tuple]:
    """Return what axe-core finds; its contrast rule must have looked at something.

    Of what passes it tells one element for each rule: to name them all takes longer than to look at them.
    """
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options={"resultTypes": ["violations"]}).response
    looked = [rule for rule in found["passes"] + found["violations"] if rule["id"] == "color-contrast"]
    assert looked and sum(len(rule["nodes"]) for rule in looked) > 0
    return [(v["id"], [n["html"][:160] for n in v["nodes"][:3]]) for v in found["violations"]]


def small_targets(pen) -> list[str]:
    """Return the controls in sight that are under 44 px high or wide, each by its HTML."""
    return pen.root.locator("button:visible, select:visible, summary:visible, .kit-option:visible, .kit-tick:visible, .kit-input:visible").evaluate_all(
        "e => e.map((n) => [n.outerHTML.slice(0, 120), n.getBoundingClientRect()]).filter(([, r]) => r.width < 43.9 || r.height < 43.9).map(([h]) => h)")


class PenPage:
    """One pen on a page: where its words are, what its model holds, what was sent."""

    def __init__(self, page, name: str, traits: dict):
        self.page, self.name, self.traits = page, name, traits
        self.root = page.locator(f"#{name} .kit-pen")

    def get(self, trait: str):
        return self.page.evaluate("([n, t]) => models[n].get(t)", [self.name, trait])

    @property
    def marks(self) -> list[tuple[int, int, str]]:
        return [(m["first"], m["stop"], m["label"]) for m in self.get("marks")]

    @property
    def sent(self) -> list[dict]:
        return self.page.evaluate("n => models[n].sent", self.name)

    def receive(self, **traits) -> None:
        """Let Python set traits."""
        self.page.evaluate("([n, t]) => models[n].receive(t)", [self.name, traits])

    def kernel(self, alive: bool) -> None:
        """Let Python die, or come back."""
        self.page.evaluate("([n, a]) => { models[n].alive = a }", [self.name, alive])

    def end(self) -> None:
        """Take the pen off the page, as a cell that runs again does."""
        self.page.evaluate("n => { cleanups[n](); document.getElementById(n).remove() }", self.name)

    def action(self, name: str):
        return self.root.locator(f"[data-action='{name}']")

    def token(self, number: int):
        return self.root.locator(f"[data-token='{number}']")

    def at(self, number: int, where: float = 0.5) -> tuple[float, float]:
        """Return a point on a token's word, ``where`` of its width from the left."""
        rect = self.token(number).evaluate(
            """(e, n) => { const r = document.createRange(); r.selectNodeContents(e);
            const walk = document.createTreeWalker(e, 4); const text = walk.nextNode();
            r.setStart(text, 0); r.setEnd(text, n); const b = [...r.getClientRects()].find(b => b.width) ?? r.getBoundingClientRect();
            return [b.left, b.top, b.width, b.height] }""", self._letters(number))
        return rect[0] + rect[2] * where, rect[1] + rect[3] / 2

    def _letters(self, number: int) -> int:
        return len(self.traits["tokens"][number][0].encode("utf-16-le")) // 2

    def reach(self, number: int) -> None:
        """Bring a token into the middle of the window."""
        self.token(number).evaluate("e => e.scrollIntoView({ block: 'center' })")

    @property
    def voice(self) -> str:
        """What was said last to who listens."""
        return self.root.locator("p.kit-hidden[role=status]").inner_text()

    def press(self, *keys: str) -> None:
        """Press keys in the article."""
        self.root.locator(".kit-article").focus()
        for key in keys:
            self.page.keyboard.press(key)

    def drag(self, first: int, last: int, start: float = 0.5, end: float = 0.5) -> None:
        self.reach(first)
        self.page.mouse.move(*self.at(first, start))
        self.page.mouse.down()
        x, y = self.at(last, end)
        self.page.mouse.move(x + 9, y)
        self.page.mouse.move(x, y)
        self.page.mouse.up()

    def drag_words(self, words: str, nth: int = 0) -> tuple[int, int]:
        first, stop = range_of(self.traits["tokens"], words, nth)
        self.drag(first, stop - 1)
        return first, stop

    def click(self, number: int) -> None:
        self.reach(number)
        self.page.mouse.click(*self.at(number))

    def tap(self, number: int) -> None:
        self.reach(number)
        self.page.touchscreen.tap(*self.at(number))


def serve(page) -> None:
    """Answer for the page's address from memory."""
    def answer(route):
        name = route.request.url.removeprefix(ADDRESS).split("?")[0]
        if name in ("highlight.js", "highlight.css"):
            kind = "text/javascript" if name.endswith("js") else "text/css"
            return route.fulfill(body=(STATIC / name).read_text("utf-8"), content_type=f"{kind}; charset=utf-8")
        return route.fulfill(body=PAGE % STUB, content_type="text/html; charset=utf-8")
    page.route(f"{ADDRESS}**", answer)


def open_pen(page, traits: dict | None = None, *, name: str = "pen", shadow: bool = False, answers: dict | None = None) -> PenPage:
    """Show a pen; the page is opened with the first one."""
    traits = traits or traits_of(NEWS)
    if not page.url.startswith(ADDRESS):
        serve(page)
        page.goto(ADDRESS)
    page.evaluate("a => show(...a)", [name, json.loads(json.dumps(traits)), shadow, answers or {}])
    return PenPage(page, name, traits)
