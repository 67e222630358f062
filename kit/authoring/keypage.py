"""Everything a teacher may want to look up about a lesson's text: keys with reasons, questions, the card.

All of it comes out of the key files and the lesson's plan, as Markdown.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources

from kit.errors import KeyNotFound, KitError
from kit.measure.row import listed, sentence_numbers
from kit.measure.sourcing import said_by, sources
from kit.model.annotations import AnswerKey
from kit.model.article import Article
from kit.model.files import load_article, load_key
from kit.model.labels import SCHEMES, is_by_claim, is_by_sentence, mapping_between, unit_of
from kit.model.relations import GOES_BACK
from kit.model.spans import Extent, KeySpan
from kit.page.ladder import numbered
from kit.page.origins import Node, Tree, tree_of

TIERS = {"core": "To be found", "accepted": "Fair to mark, never asked", "contested": "Careful readers differ"}
_BY_SENTENCE = TIERS | {"core": "Asked"}
_NOT_ASKED = "The lesson does not ask this key. It is here for you to look things up."
_LEAD = 9  # words that tell which sentence is meant
_SIGNS = re.compile(r"([\\`*_\[\]<>|#])")


@dataclass(frozen=True)
class KeyedText:
    """A text of a lesson, the part of the plan that is about it, and all its keys."""

    article: Article
    keys: tuple[AnswerKey, ...]
    plan: Mapping


def texts_of(lesson: str) -> tuple[KeyedText, ...]:
    """Return the texts of a lesson, its other text last.

    Raises:
        KitError: there is no lesson of that name.
    """
    path = resources.files("kit") / "articles" / f"{lesson}.lesson.json"
    if not path.is_file():
        raise KitError(f"There is no plan of a lesson {lesson!r} in the kit. Check the name.")
    plan = json.loads(path.read_text("utf-8"))
    plans = [plan, *([plan | plan["other_text"]] if "other_text" in plan else [])]
    return tuple(KeyedText(load_article(one["article"]), _keys(one), one) for one in plans)


def key_pages(text: KeyedText) -> tuple[str, ...]:
    """Return what there is to look up about a text, as pages of Markdown.

    The key that the lesson asks comes first, then questions and card, then the other keys.
    """
    asked, *others = (_key_page(text, key) for key in text.keys)
    return asked, _question_page(text), *others


def _keys(plan: Mapping) -> tuple[AnswerKey, ...]:
    """Return all keys of a plan's article, the one that the lesson asks first."""
    found = []
    for scheme in SCHEMES:
        try:
            found.append(load_key(plan["article"], scheme=scheme))
        except KeyNotFound:
            continue
    return tuple(sorted(found, key=lambda key: key.scheme != plan["key"]))


# Keys


def _key_page(text: KeyedText, key: AnswerKey) -> str:
    shown = _as_on_the_pens(key, text.plan["scheme"])
    body = _claims(text.article, shown) if is_by_claim(key.scheme) else [
        _sentences(text.article, shown) if is_by_sentence(key.scheme) else _cues(text.article, shown),
        _look_alikes(text.article, shown)]
    return _joined(f"### Key of {key.scheme}: {_plain(text.article.title)}",
                   "" if key.scheme == text.plan["key"] else _NOT_ASKED, _plain(key.made),
                   _coarser(shown, text.plan.get("offered", ())), *body)


def _as_on_the_pens(key: AnswerKey, scheme: str) -> AnswerKey:
    """Return the key with the labels that students have on their pens, where it reads so."""
    return key.in_scheme(scheme) if mapping_between(key.scheme, scheme) else key


def _coarser(key: AnswerKey, offered: Iterable[str]) -> str:
    """Say how labels read with the other pens that the lesson offers."""
    lines = []
    for scheme in offered:
        mapping = mapping_between(key.scheme, scheme) if scheme != key.scheme else None
        for label in SCHEMES[scheme].labels if mapping else ():
            fine = [SCHEMES[key.scheme][name].name for name in mapping if mapping[name] == label.id]
            if fine != [label.name]:
                lines.append(f"{label.name} is {' or '.join(fine)}")
        if lines:
            return f"With {SCHEMES[scheme].name.lower()}: {'; '.join(lines)}."
    return ""


def _cues(article: Article, key: AnswerKey) -> str:
    return _by_tier(TIERS, key.spans, ("sentence", "words", "pen", "reason"), lambda item: (
        _number(article, item), _words(article, item), _labels(key, item), _plain(item.note)))


def _sentences(article: Article, key: AnswerKey) -> str:
    asked = [item for item in key.spans if item.label != "furniture"]
    return _by_tier(_BY_SENTENCE, asked, ("sentence", "begins", "role", "reason"), lambda item: (
        _number(article, item), _lead(article, item), _labels(key, item), _plain(item.note)))


def _by_tier(names: Mapping[str, str], items: Sequence[KeySpan], head: Sequence[str],
             row: Callable[[KeySpan], Sequence[str]]) -> str:
    """Return a table for each tier that there is an item of; ``row`` says what stands in an item's line."""
    held = {tier: [row(item) for item in items if item.tier == tier] for tier in names}
    return _joined(*(f"**{names[tier]}** ({tier}): {len(rows)}\n\n{_table(head, rows)}"
                     for tier, rows in held.items() if rows))


def _look_alikes(article: Article, key: AnswerKey) -> str:
    rows = [(_number(article, item), f"**{_plain(article.quote(item))}**", _plain(item.note))
            for item in key.look_alikes]
    return f"**Look-alikes**: {len(rows)}\n\n{_table(('sentence', 'words', 'why it is none'), rows)}" if rows else ""


# Claims and their sources


def _claims(article: Article, key: AnswerKey) -> list[str]:
    """Return the table of claims with their rungs and sources, the tree in words, and the table of source words."""
    numbers, tree = numbered(None, key), tree_of(article, key, numbered(None, key))
    claims = [item for item in key.spans if unit_of(key.scheme, item.label) == "sentence"]
    passed_on = [(_number(article, item), _words(article, item),
                  _quoted(article, [end for end in item.joined if end.label == GOES_BACK]) or "an origin",
                  _plain(item.note)) for item in sources(key).values()]
    heads = ("claim", "sentence", "begins", "rung", "source words", "reason")
    return ["Claims have their number in the pen and in the hint; sentences have that of the list and of the sheet.",
            _by_tier(_BY_SENTENCE, claims, heads, lambda item: (
                numbers[item.extent], _number(article, item), _lead(article, item), _labels(key, item),
                _quoted(article, said_by(key, item)) or "none", _plain(item.note))),
            f"**Origins**: {tree.origins}\n\n{_origins(tree)}",
            f"**Source words**: {len(passed_on)}. A mark that touches the words in bold is as right as the whole.\n\n"
            f"{_table(('sentence', 'words', 'goes back to', 'reason'), passed_on)}"]


def _origins(tree: Tree) -> str:
    """Return the source tree in words: each origin with the claims that lead to it, and who passes it on."""
    begins = [number for number, node in enumerate(tree.nodes) if node.above is None]
    lines = []
    for start, stop in zip(begins, [*begins[1:], len(tree.nodes)]):
        numbers = sorted({number for node in tree.nodes[start:stop] for number in node.numbers}, key=int)
        ends = [_way(tree, node) for place, node in enumerate(tree.nodes[start:stop], start)
                if all(other.above != place for other in tree.nodes)]
        lines.append(f"- “{_plain(tree.nodes[start].words)}”, behind {_in_number(numbers)}."
                     + "".join(f" Passed on by {way}." for way in ends if way))
    nobody = f"- Nobody, behind {_in_number(tree.nobody)}." if tree.nobody else ""
    return "\n".join(filter(None, (*lines, nobody)))


def _way(tree: Tree, node: Node) -> str:
    """Return who passed a report on, from its origin's first listener to this one; nothing for an origin."""
    names = []
    while node.above is not None:
        names.append(f"“{_plain(node.words)}”")
        node = tree.nodes[node.above]
    return ", then ".join(reversed(names))


def _in_number(numbers: Sequence[str]) -> str:
    return f"{'claim' if len(numbers) == 1 else 'claims'} {listed(numbers)}"


# Questions and the card


def _question_page(text: KeyedText) -> str:
    plan = text.plan
    own = [key for key in text.keys if key.scheme == plan["key"]]  # the one that the lesson asks
    known = {id: (one["right"], one["note"]) for key in own for id, one in key.responses.items()}
    known |= {one["id"]: ([one["right"]], one["why"]) for one in plan.get("remember", ())}
    asked = [one for one in (*plan.get("remember", ()), *plan.get("reasons", ()), plan.get("origins")) if one]
    rows = [(_plain(one["ask"]), _plain(" or ".join(one["choices"][right] for right in known[one["id"]][0])),
             _plain(known[one["id"]][1])) for one in asked if one["id"] in known]
    return _joined(f"### Questions and card: {_plain(text.article.title)}",
                   _table(("question", "the key says", "because"), rows) if rows else "",
                   _loaded(text, known), _card(plan["reveal"]) if "reveal" in plan else "")


def _loaded(text: KeyedText, known: Mapping) -> str:
    """Return the background sentences that carry a judgement, if the lesson asks for them."""
    right, note = known.get(text.plan.get("loaded", {}).get("id"), ((), ""))
    article = text.article
    places = {f"sentence-{number}": place for number, place in zip(sentence_numbers(article), article.sentences)}
    rows = [f"- Sentence {id.removeprefix('sentence-')}: {_plain(article.quote(places[id]))}" for id in right]
    return _joined("**Loaded background**", "\n".join(rows), _plain(note)) if rows else ""


def _card(card: Mapping) -> str:
    return _joined(f"**Card: {_plain(card['title'])}** ({_plain(card['read_on'])})",
                   *map(_plain, card["paragraphs"]), f"*{_plain(card['talk'])}*",
                   f"Sources: {_plain(card['sources'])}" if card.get("sources") else "")


# Words and tables


def _number(article: Article, item: Extent) -> str:
    number = sentence_numbers(article)[article.sentence_range(item)[0]]
    return "heading" if number is None else str(number)


def _labels(key: AnswerKey, item: KeySpan) -> str:
    labels = [SCHEMES[key.scheme][label] for label in (item.label, *item.also)]
    rungs = is_by_claim(key.scheme)  # a ladder's steps are known by their number
    return _plain(" or ".join(f"{label.letter}: {label.name}" if rungs else label.name for label in labels))


def _words(article: Article, item: KeySpan) -> str:
    """Return an item's words with its core in bold."""
    parts = (article.text[item.start:item.core.start], article.quote(item.core), article.text[item.core.end:item.end])
    before, core, after = (_SIGNS.sub(r"\\\1", " ".join(re.split(r"\s+", part))) for part in parts)
    return f"{before}**{core}**{after}"


def _lead(article: Article, item: Extent) -> str:
    """Return the first words of a sentence."""
    words = article.quote(item).split()
    return _plain(" ".join(words[:_LEAD])) + ("\u00a0…" if len(words) > _LEAD else "")


def _quoted(article: Article, spans: Sequence[Extent]) -> str:
    return _plain("; ".join(article.quote(span) for span in spans))


def _plain(words: str) -> str:
    """Return words on one line, with the signs that mean something in Markdown made harmless."""
    return _SIGNS.sub(r"\\\1", " ".join(words.split()))


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = (head, ["---"] * len(head), *rows)
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _joined(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)
