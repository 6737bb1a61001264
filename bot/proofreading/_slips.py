"""How many slips of the pen lie between two words."""

from __future__ import annotations


def slips_between(said: str, meant: str) -> int:
    """Count the letters left out, put in, mistaken or swapped with their neighbour."""
    before: list[int] = []
    last = list(range(len(meant) + 1))
    for row, letter in enumerate(said, 1):
        line = [row]
        for column, other in enumerate(meant, 1):
            cost = min(last[column] + 1, line[-1] + 1, last[column - 1] + (letter != other))
            is_swapped = (
                before and column > 1 and said[row - 2 : row] == meant[column - 2 : column][::-1]
            )
            line.append(min(cost, before[column - 2] + 1) if is_swapped else cost)
        before, last = last, line
    return last[-1]
