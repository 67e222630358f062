"""One-to-one pairing of greatest worth, exact, also where thousands of things touch."""

from heapq import heappop, heappush


def pair(worth: list[dict[int, int]]) -> dict[int, int]:
    """Return the pairing ``{row: column}`` whose worth adds up to most.

    ``worth[row]`` holds the columns that the row may be paired with, and how much each pair
    is worth (above 0).  A row or column may stay alone, for 0.  The same input always gives
    the same pairing.

    Source:
        Shortest augmenting paths with column prices: Jonker and Volgenant (1987), "A shortest
        augmenting path algorithm for dense and sparse linear assignment problems".
    """
    market = _Market(worth)
    for row in range(len(worth)):
        market.place(row)
    return {row: column for row, column in market.column_of.items() if column >= 0}


class _Market:
    """A pairing that grows row by row and is the best one for its rows at every moment.

    Column ``-1 - row`` stands for "this row stays alone".
    """

    def __init__(self, worth: list[dict[int, int]]) -> None:
        self.cost = [{-1 - row: 0} | {column: -gain for column, gain in gains.items()}
                     for row, gains in enumerate(worth)]
        self.price: dict[int, int] = {}
        self.column_of: dict[int, int] = {}
        self.row_of: dict[int, int] = {}

    def place(self, row: int) -> None:
        """Take in one more row along the cheapest chain of swaps."""
        came_from, distance, heap = {}, {}, []
        self._reach(row, 0, came_from, distance, heap)
        settled = []
        while True:
            so_far, column = heappop(heap)
            if so_far > distance[column]:
                continue
            if column not in self.row_of:
                break
            settled.append(column)
            owner = self.row_of[column]
            self._reach(owner, so_far - self._reduced(owner, column), came_from, distance, heap)
        for passed in settled:
            self.price[passed] = self.price.get(passed, 0) + distance[passed] - so_far
        self._swap(row, column, came_from)

    def _reduced(self, row: int, column: int) -> int:
        return self.cost[row][column] - self.price.get(column, 0)

    def _reach(self, row: int, start: int, came_from: dict, distance: dict, heap: list) -> None:
        for column in self.cost[row]:
            length = start + self._reduced(row, column)
            if column not in distance or length < distance[column]:
                distance[column], came_from[column] = length, row
                heappush(heap, (length, column))

    def _swap(self, row: int, column: int, came_from: dict) -> None:
        while True:
            owner = came_from[column]
            left = self.column_of.get(owner)
            self.column_of[owner], self.row_of[column] = column, owner
            if owner == row:
                return
            column = left
