"""The plans of the kit's lessons and exercises: what is asked about which text.

A plan is a bundled JSON object; what reads it changes nothing in it.
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources

from kit.errors import KitError
from kit.model.article import Article
from kit.model.files import load_article
from kit.model.labels import mapping_between

LESSON, EXERCISE = "lesson", "exercise"


@cache
def plans(kind: str) -> tuple[Mapping, ...]:
    """Return the plans of the lessons or of the exercises, in their order.

    A plan with another text is followed by that of the other text, whose ``other`` is True.
    """
    folder, ending = resources.files("kit") / "articles", f".{kind}.json"
    found = []
    for name in sorted(path.name for path in folder.iterdir() if path.name.endswith(ending)):
        plan = json.loads((folder / name).read_text("utf-8"))
        found += [plan, plan | plan["other_text"] | {"other": True}] if "other_text" in plan else [plan]
    return tuple(found)


def plan_called(name: str, *, kind: str, other_text: bool = False) -> Mapping:
    """Return a plan by its name, or that of its other text.

    Raises:
        KitError: there is none of that name, or it has no other text; says which there are.
    """
    known = [plan for plan in plans(kind) if plan["id"] == name]
    if not known:
        names = ", ".join(dict.fromkeys(plan["id"] for plan in plans(kind)))
        raise KitError(f"There is no {kind} {name!r}. Choose one of: {names}.")
    if other_text and len(known) == 1:
        raise KitError(f"{kind.capitalize()} {name!r} has one text only. Leave out other_text=True.")
    return known[-1] if other_text else known[0]


def name_of(plan: Mapping) -> str:
    """Return what a plan is called in front of people: "Exercise 2: Claim, background or comment?"."""
    kind, number = plan["format"].split("/")[1], int(plan["id"].partition("-")[0])
    return f"{kind.capitalize()} {number}: {plan['title']}"


def plan_for(article: Article) -> Mapping | None:
    """Return the plan on this text; None for a text that is not the kit's, or only called like one."""
    for plan in (*plans(EXERCISE), *plans(LESSON)):
        if plan["article"] == article.id:
            return plan if load_article(article.id).fingerprint == article.fingerprint else None
    return None


def plan_with(article: str, scheme: str) -> Mapping | None:
    """Return the plan on an article whose scheme reads as this one, or this one as it; None without one."""
    for plan in (*plans(EXERCISE), *plans(LESSON)):
        if plan["article"] == article and any(mapping_between(*both) is not None for both in
                                              ((plan["scheme"], scheme), (scheme, plan["scheme"]))):
            return plan
    return None
