from __future__ import annotations

from collections import deque
from typing import Mapping, Sequence


def axiom_path(mentions: Mapping[str, Sequence[str]], theorem: str, axiom: str) -> tuple[str, ...]:
    """A shortest path from `theorem` to `axiom` over "the term of x mentions y".

    Where the mentions do not connect them (a sealed module hides the step), the two ends alone.
    """
    if theorem == axiom:
        return (axiom,)
    paths: deque[tuple[str, ...]] = deque([(theorem,)])
    seen = {theorem}
    while paths:
        path = paths.popleft()
        for following in mentions.get(path[-1], ()):
            if following == axiom:
                return (*path, axiom)
            if following not in seen:
                seen.add(following)
                paths.append((*path, following))
    return (theorem, axiom)
