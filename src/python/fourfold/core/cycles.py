from __future__ import annotations

from collections import deque
from typing import Mapping, Sequence


def shortest_cycle(edges: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """A shortest path from the smallest name on a cycle back to itself; () without a cycle."""
    for start in sorted(edges):
        paths = deque([(start,)])
        seen = {start}
        while paths:
            path = paths.popleft()
            for following in edges.get(path[-1], ()):
                if following == start:
                    return (*path, start)
                if following not in seen:
                    seen.add(following)
                    paths.append((*path, following))
    return ()
