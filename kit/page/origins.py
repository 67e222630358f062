"""Sources as a tree: each origin followed by what goes back to it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kit.measure.reasons import many
from kit.measure.sourcing import claims, joined_among, origins_of, sources
from kit.model.annotations import AnnotationSet
from kit.model.article import Article
from kit.model.relations import GOES_BACK
from kit.model.spans import Extent, Span


@dataclass(frozen=True)
class Node:
    """Source words in a tree: how deep they stand (0 for an origin), and the claims joined to them.

    ``above`` is the node that they go back to, as its place in the list; None for an origin.
    ``times`` counts mentions: the same words that go back to themselves are one node.
    """

    words: str
    depth: int
    above: int | None
    numbers: tuple[str, ...]
    times: int = 1

    @property
    def shown(self) -> str:
        """The words, and how often they stand there if more than once."""
        return self.words if self.times == 1 else f"{self.words} ×{self.times}"


@dataclass(frozen=True)
class Tree:
    """The sources of one set, each origin followed by what goes back to it.

    ``nobody`` are the claims that no source words are joined to, ``idle`` the source words whose
    origin no claim leads to.
    """

    nodes: tuple[Node, ...]
    nobody: tuple[str, ...]
    idle: tuple[str, ...]

    @property
    def origins(self) -> int:
        """How many of the nodes go back to nobody."""
        return sum(node.above is None for node in self.nodes)

    @property
    def count(self) -> str:
        """How many mentions and origins there are, in words."""
        if not self.nodes:
            return "no source words joined yet"
        return f"{many(sum(node.times for node in self.nodes), 'mention')}, {many(self.origins, 'origin')}"


def tree_of(article: Article, marked: AnnotationSet, numbers: Mapping[Extent, str]) -> Tree:
    """Return the sources of a set as a tree; ``numbers`` are those of the claims."""
    held = sources(marked)
    joined: dict[Extent, list[str]] = {}
    nobody = []
    for place, claim in claims(marked).items():
        said = joined_among(held, claim)
        nobody += [numbers[place]] * (not said)
        for one in said:
            joined.setdefault(one.extent, []).append(numbers[place])
    root = origins_of(held.values())
    above = _above(held, root)
    begins = {root[place] for place in joined}
    words = {place: _quote(article, span) for place, span in held.items()}
    nodes = _nodes(_in_order(begins, above), words, joined)
    idle = dict.fromkeys(words[place] for place in held if root[place] not in begins)
    return Tree(tuple(nodes), tuple(nobody), tuple(idle))


def _above(held: Mapping[Extent, Span], root: Mapping[Extent, Extent]) -> dict[Extent, Extent | None]:
    """Return what each source goes back to; a circle, which only a file can hold, is opened at its first."""
    return {place: None if root[place] == place else next(
        end.extent for end in span.joined if end.label == GOES_BACK) for place, span in held.items()}


def _in_order(begins: Iterable[Extent],
              above: Mapping[Extent, Extent | None]) -> Iterator[tuple[Extent, Extent | None]]:
    """Yield places with the one above, each followed by what goes back to it."""
    below: dict[Extent | None, list[Extent]] = {}
    for place, parent in above.items():
        below.setdefault(parent, []).append(place)
    todo: list[tuple[Extent, Extent | None]] = [(place, None) for place in sorted(begins, reverse=True)]
    while todo:
        place, parent = todo.pop()
        yield place, parent
        todo += [(other, place) for other in sorted(below.get(place, ()), reverse=True)]


def _nodes(places: Iterable[tuple[Extent, Extent | None]], words: Mapping[Extent, str],
           joined: Mapping[Extent, Sequence[str]]) -> list[Node]:
    nodes: list[Node] = []
    at: dict[Extent | None, int | None] = {None: None}
    for place, parent in places:
        above, numbers = at[parent], joined.get(place, ())
        if above is not None and nodes[above].words.lower() == words[place].lower():
            merged = dict.fromkeys((*nodes[above].numbers, *numbers))
            nodes[above] = replace(nodes[above], times=nodes[above].times + 1, numbers=tuple(merged))
            at[place] = above
            continue
        at[place] = len(nodes)
        nodes.append(Node(words[place], 0 if above is None else nodes[above].depth + 1, above, tuple(numbers)))
    return nodes


def _quote(article: Article, span: Span) -> str:
    return " ".join(article.quote(getattr(span, "core", span)).split())
