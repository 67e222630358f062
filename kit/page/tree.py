"""The source tree: who took it from whom, own and the key's."""

from collections.abc import Iterable, Sequence

from kit.measure.reasons import many
from kit.measure.row import listed
from kit.model.annotations import AnnotationSet, AnswerKey
from kit.model.article import Article
from kit.page.fitting import width_of, wrapped
from kit.page.ladder import numbered, require_claims
from kit.page.origins import Node, Tree, tree_of
from kit.page.picture import CHIP, SHADE, SOFT, WIDE, Canvas, Picture, Sign, chip_width, pictured

_STEP, _DEEPEST = 20, 5  # indentation of what goes back to another; so many steps at most
_TEXT, _LINE = 17, 24    # height of a line of words; least height of a node
_SIGN = 5                # radius of a sign
_MARGIN, _BETWEEN = 12, 24  # at the sides; between two trees that stand beside each other


def source_tree(article: Article, mine: AnnotationSet | None, key: AnswerKey | None) -> Picture:
    """Return the source tree: origins with what goes back to them below, and the claims of each.

    Claims have the numbers of the sourcing ladder.  Source words count whose origin a claim
    leads to.  What is None is left out.

    Raises:
        WrongArticleError: a set was made on another text.
        KitError: a set has no claims and sources, but other labels.
    """
    require_claims(article, mine, key)
    numbers = numbered(mine, key)
    trees = [(whose, tree_of(article, one, numbers)) for whose, one in (("You", mine), ("Key", key)) if one is not None]
    return pictured(lambda width: _figure(trees, width),
                    "Source tree", "\n".join(map(_words, trees)) or "There is no tree in this picture.")


# In words


def _words(named: tuple[str, Tree]) -> str:
    whose, tree = named
    start = {"You": "Your tree", "Key": "The key's tree"}[whose]
    nodes = [f"“{node.words}”{_times(node)} {_place(tree, node)}{_claims(node.numbers)}." for node in tree.nodes]
    nobody = [f"Without a source: {many(len(tree.nobody), 'claim')} ({', '.join(tree.nobody)})."] * bool(tree.nobody)
    idle = [f"Without a claim: {listed([f'“{words}”' for words in tree.idle])}."] * bool(tree.idle)
    return " ".join((f"{start}: {tree.count}.", *nodes, *nobody, *idle))


def _place(tree: Tree, node: Node) -> str:
    return "is an origin" if node.above is None else f"goes back to “{tree.nodes[node.above].words}”"


def _times(node: Node) -> str:
    return f", {node.times} times," if node.times > 1 else ""


def _claims(numbers: Sequence[str]) -> str:
    return f" ({'claim' if len(numbers) == 1 else 'claims'} {', '.join(numbers)})" if numbers else ""


# As a figure


def _figure(trees: Sequence[tuple[str, Tree]], width: int):
    canvas = Canvas(width, "Who took it from whom", "An origin stands left; below it, who passes it on.")
    beside = width == WIDE and len(trees) > 1
    room = (width - 2 * _MARGIN - _BETWEEN) / 2 if beside else width - 2 * _MARGIN
    top, bottoms = canvas.y, [canvas.y]
    for number, (whose, tree) in enumerate(trees):
        canvas.y = top if beside else canvas.y + 6 * number
        _Drawn(canvas, whose, tree, _MARGIN + (room + _BETWEEN) * number * beside, room).draw()
        bottoms.append(canvas.y)
    canvas.bottom = max(bottoms)
    if beside:
        middle = width / 2
        canvas.line([middle] * 2, [top + 6, canvas.bottom], color=SHADE, gid="between")
    canvas.legend(_legend(trees))
    return canvas.done()


class _Drawn:
    """One tree in a column of a canvas, ``room`` wide."""

    def __init__(self, canvas: Canvas, whose: str, tree: Tree, left: float, room: float) -> None:
        self.canvas, self.tree, self.left, self.room = canvas, tree, left, room
        self.own = whose == "You"
        self.gid = "mine" if self.own else "key"
        self.heading = "Your tree" if self.own else "The key's tree"

    def draw(self) -> None:
        """Draw the tree from the canvas's ``y`` on, and move that below it."""
        canvas = self.canvas
        canvas.text(self.left, canvas.y + 12, self.heading, weight="bold")
        canvas.y += 28
        self._nodes()
        if self.tree.nobody:
            self._line(["Claims without a source:"], self.left, self.tree.nobody)
        if self.tree.idle:
            told = f"Sources without a claim: {', '.join(self.tree.idle)}"
            self._line(wrapped(told, self.room, lines=2), self.left, ())
        canvas.y += 4
        canvas.text(self.left, canvas.y + _TEXT / 2, self.tree.count, weight="bold")
        canvas.y += _TEXT + 4

    def _nodes(self) -> None:
        signs: list[tuple[float, float]] = []
        for node in self.tree.nodes:
            x, y = self.left + _SIGN + _STEP * min(node.depth, _DEEPEST), self.canvas.y + _LINE / 2
            if node.above is not None:
                above_x, above_y = signs[node.above]
                start = min(above_x, x - _STEP)  # the deepest ones stand below one another
                self.canvas.line([start, start, x], [above_y, y, y], color=SOFT, gid="branch")
            self.canvas.dot(x, y, filled=node.above is None,
                            gid=f"{self.gid}-{'origin' if node.above is None else 'repeater'}")
            signs.append((x, y))
            begin = x + _SIGN + 7
            self._line(wrapped(node.shown, self.left + self.room - begin, lines=2), begin, node.numbers)

    def _line(self, lines: Sequence[str], begin: float, numbers: Sequence[str]) -> None:
        """Write words, and behind them the numbers of claims, in as many lines as they need."""
        canvas, end = self.canvas, self.left + self.room
        y = canvas.y + _LINE / 2
        for number, line in enumerate(lines):
            y += _TEXT * bool(number)
            canvas.text(begin, y, line)
        x = begin + width_of(lines[-1]) + 8 if lines else begin
        for number in numbers:
            wide = chip_width(number)
            if x + wide > end:
                x, y = begin, y + CHIP + 3
            canvas.chip(x + wide / 2, y, number, round=self.own, filled=self.own, gid=self.gid)
            x += wide + 4
        canvas.y = y + _LINE / 2


def _legend(trees: Sequence[tuple[str, Tree]]) -> Iterable[tuple[str, Sign]]:
    shown = [node for _, tree in trees for node in tree.nodes]
    if any(node.above is None for node in shown):
        yield "origin", lambda canvas, x, y: canvas.dot(x, y, filled=True, gid="legend")
    if any(node.above is not None for node in shown):
        yield "passes it on", lambda canvas, x, y: canvas.dot(x, y, filled=False, gid="legend")
    for whose, tree in trees:
        own = whose == "You"
        if tree.nobody or any(node.numbers for node in tree.nodes):
            yield "claim, yours" if own else "claim, the key's", lambda canvas, x, y, own=own: canvas.chip(
                x, y, "1", round=own, filled=own, gid="legend")
