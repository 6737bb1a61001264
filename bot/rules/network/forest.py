"""Lays a network out as a forest: under each heading the people, under each person whom they named.

Every line is a heading or a person, so any number of people stays legible; who does not fit is
counted, and those who led to somebody or were met lately come first.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bot.rules.network.nearness import Strength

MOST_DRAWN = 60
ONE_COLUMN = 20
"""Up to so many lines stand in one column."""

_MOST_HEADINGS = 12


@dataclass(frozen=True, slots=True)
class Node:
    """One person: under which heading they stand, who named them, how near they are."""

    key: str
    heading: str
    strength: Strength
    referred_by: str | None = None
    place: str = ""  # people of one place stand beside each other


@dataclass(frozen=True, slots=True)
class Line:
    """A heading (no key), or a person ``depth`` steps down a chain.

    ``rails`` tells for each step above whether another branch goes on below this line.
    """

    heading: str
    key: str = ""
    depth: int = 0
    rails: tuple[bool, ...] = ()
    is_last: bool = True
    is_continued: bool = False


@dataclass(frozen=True)
class Forest:
    """The lines of each column, and how many of each heading are not drawn."""

    columns: tuple[tuple[Line, ...], ...]
    left_out: tuple[tuple[str, int], ...]
    longest_chain: int  # people in it
    leading: int  # so many people led to others

    @property
    def more(self) -> int:
        """How many are not drawn."""
        return sum(count for _, count in self.left_out)


@dataclass
class _Trees:
    by_key: dict[str, Node]
    children: dict[str, list[Node]] = field(default_factory=lambda: defaultdict(list))
    roots: list[Node] = field(default_factory=list[Node])


def lay_out(nodes: Sequence[Node], *, most: int = MOST_DRAWN) -> Forest:
    """Lay people out in one column or two; ``nodes`` come with the latest first."""
    parent = _parents(nodes)
    chosen = _chosen(nodes, parent, most)
    headings = _headings(chosen)
    trees = _trees(chosen, parent)
    lines = [line for heading in headings for line in _under(heading, trees, headings)]
    left = Counter(node.heading for node in nodes)
    left.subtract(Counter(node.heading for node in chosen))
    depths = (_depth(node.key, parent) for node in nodes)
    return Forest(
        columns=_columns(lines),
        left_out=tuple((one, count) for one, count in left.most_common() if count),
        longest_chain=max(depths, default=-1) + 1,
        leading=len(set(parent.values())),
    )


def _parents(nodes: Iterable[Node]) -> dict[str, str]:
    """Give who named whom among these people; nobody is above themselves."""
    wanted = {node.key: node.referred_by for node in nodes}
    parent: dict[str, str] = {}
    for key, above in wanted.items():
        if above is not None and above in wanted and key not in _line_up(above, parent):
            parent[key] = above
    return parent


def _line_up(key: str, parent: dict[str, str]) -> list[str]:
    found = [key]
    while found[-1] in parent:
        found.append(parent[found[-1]])
    return found


def _depth(key: str, parent: dict[str, str]) -> int:
    return len(_line_up(key, parent)) - 1


def _chosen(nodes: Sequence[Node], parent: dict[str, str], most: int) -> list[Node]:
    leading = set(parent.values())
    by_key = {node.key: node for node in nodes}

    def worth(node: Node) -> tuple[bool, bool, int]:
        is_linked = node.key in parent or node.key in leading
        return node.strength > Strength.NEW or is_linked, node.key in leading, node.strength

    taken: dict[str, None] = {}
    for node in sorted(nodes, key=worth, reverse=True):
        chain = [key for key in _line_up(node.key, parent) if key not in taken]
        if len(taken) + len(chain) <= most:
            taken.update(dict.fromkeys(chain))
    return [by_key[node.key] for node in nodes if node.key in taken]


def _headings(chosen: Iterable[Node]) -> list[str]:
    """Order the headings by how many people stand under them; the nameless one is last."""
    count = Counter(node.heading for node in chosen)
    named = [heading for heading, _ in count.most_common() if heading]
    return [*named[:_MOST_HEADINGS], ""]


def _trees(chosen: Iterable[Node], parent: dict[str, str]) -> _Trees:
    trees = _Trees({node.key: node for node in chosen})
    for node in trees.by_key.values():
        above = parent.get(node.key)
        (trees.roots if above is None else trees.children[above]).append(node)
    return trees


def _under(heading: str, trees: _Trees, headings: Sequence[str]) -> list[Line]:
    roots = [node for node in trees.roots if _heading_of(node, headings) == heading]
    if not roots:
        return []
    beside = Counter(node.place for node in roots)
    roots.sort(
        key=lambda node: (
            -len(_below(node, trees)),
            -beside[node.place],
            node.place,
            -node.strength,
        )
    )
    lines = [Line(heading)]
    for root in roots:
        lines += _tree(root, trees, heading, (), is_last=True)
    return lines


def _heading_of(node: Node, headings: Sequence[str]) -> str:
    return node.heading if node.heading in headings else ""


def _below(node: Node, trees: _Trees) -> list[Node]:
    own = trees.children.get(node.key, [])
    return [*own, *(one for child in own for one in _below(child, trees))]


def _tree(
    node: Node, trees: _Trees, heading: str, rails: tuple[bool, ...], *, is_last: bool
) -> list[Line]:
    depth = len(rails)
    lines = [Line(heading, node.key, depth, rails, is_last)]
    own = sorted(trees.children.get(node.key, []), key=lambda one: -len(_below(one, trees)))
    below = (*rails, not is_last and depth > 0)
    for child in own:
        lines += _tree(child, trees, heading, below, is_last=child is own[-1])
    return lines


def _columns(lines: list[Line]) -> tuple[tuple[Line, ...], ...]:
    if len(lines) <= ONE_COLUMN:
        return (tuple(lines),) if lines else ()
    middle = (len(lines) + 1) / 2
    places = [place for place in range(2, len(lines) - 1) if not lines[place].depth]
    best = min(places, key=lambda place: abs(place - middle), default=round(middle))
    if abs(best - middle) > len(lines) / 6:  # one long chain: it is broken where it must be
        best = round(middle)
    first, second = lines[:best], lines[best:]
    if not first[-1].key:  # a heading stands above its people
        second.insert(0, first.pop())
    if second[0].key:
        second.insert(0, Line(second[0].heading, is_continued=True))
    return tuple(first), tuple(second)
