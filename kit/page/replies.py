"""What somebody answered beside the marks: each question with the answer, in words."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kit.measure.row import sentence_numbers
from kit.model.annotations import AnnotationSet
from kit.model.article import Article

_BEFORE, _AFTER = ("origins", "confidence"), ("loaded",)
_MOST, _LONGEST = 200, 20_000  # answers that are shown, and letters of one; a file may hold anything


@dataclass(frozen=True)
class Reply:
    """A question with its answer: ``said`` is empty where there is none.

    ``own_words`` tells a text that was written from something chosen.  ``asked`` is False for an
    answer whose question is not known; then ``ask`` is its id.
    """

    ask: str
    said: tuple[str, ...]
    own_words: bool = False
    asked: bool = True


def replies(article: Article, answer: AnnotationSet, plan: Mapping | None) -> tuple[Reply, ...]:
    """Return the questions of a plan with their answers, in its order, then answers that it does not ask for."""
    given = answer.responses
    known = dict(_asked(article, given, plan or {}))
    others = [id for id in given if id not in known][:_MOST]
    return (*known.values(), *(Reply(id, _shown(given[id]), id.startswith("written"), asked=False) for id in others))


def _asked(article: Article, given: Mapping, plan: Mapping) -> Iterator[tuple[str, Reply]]:
    yield from ((one["id"], _chosen(one, given)) for one in plan.get("remember", ()))
    yield from _number("before", given, plan)
    yield from ((plan[name]["id"], _chosen(plan[name], given)) for name in _BEFORE if name in plan)
    yield from ((one["id"], _chosen(one, given)) for one in plan.get("reasons", ()))
    yield from ((plan[name]["id"], _picked(article, plan[name], given)) for name in _AFTER if name in plan)
    yield from _number("after", given, plan)
    for name in ("exit", "written"):
        if name in plan:
            question = plan[name]
            yield question["id"], Reply(question["ask"], _shown(given.get(question["id"])), own_words=True)


def _chosen(question: Mapping, given: Mapping) -> Reply:
    chosen = given.get(question["id"])
    known = question["choices"].get(chosen) if isinstance(chosen, str) else None
    return Reply(question["ask"], (known,) if known else _shown(chosen))


def _picked(article: Article, question: Mapping, given: Mapping) -> Reply:
    """Return a question that asks for sentences, with the words of those that were chosen."""
    chosen = given.get(question["id"])
    if not isinstance(chosen, list):
        return Reply(question["ask"], _shown(chosen))
    numbers = sentence_numbers(article)
    words = {f"sentence-{number}": f"{number}. {article.quote(where)}"
             for number, where in zip(numbers, article.sentences) if number}
    return Reply(question["ask"], tuple(words[one] if isinstance(one, str) and one in words else part
                                        for one in chosen[:_MOST] for part in _shown(one)))


def _number(name: str, given: Mapping, plan: Mapping) -> Iterator[tuple[str, Reply]]:
    if name not in plan:
        return
    value = given.get(name)
    whole = isinstance(value, int) and not isinstance(value, bool)
    said = (f"{value} of {plan[name].get('most', 100)}",) if whole else _shown(value)
    yield name, Reply(plan[name]["ask"], said)


def _shown(value: object) -> tuple[str, ...]:
    """Return what a file holds as words; a file may hold anything."""
    if value is None or value == "" or value == []:
        return ()
    if isinstance(value, list):
        return tuple(part for one in value[:_MOST] for part in _shown(one))
    words = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if not words.strip():
        return ()
    return (words if len(words) <= _LONGEST else f"{words[:_LONGEST]} … (shortened, the answer file holds all of it)",)
