from __future__ import annotations

from collections import deque
from typing import Mapping, Sequence


def shortest_cycle(edges: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """A shortest path from the smallest name on a cycle back to itself; () without a cycle."""
    for start in sorted(edges):
        path = cycle_through(start, edges)
        if path:
            return path
    return ()


def cycle_through(name: str, edges: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """A shortest path from `name` back to itself; () if there is none."""
    paths: deque[tuple[str, ...]] = deque([(name,)])
    seen: set[str] = set()
    while paths:
        path = paths.popleft()
        for following in edges.get(path[-1], ()):
            if following == name:
                return (*path, name)
            if following not in seen:
                seen.add(following)
                paths.append((*path, following))
    return ()
