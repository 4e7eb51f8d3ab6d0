"""The table of backward rules.

For each primitive operation: its forward map, its hand-derived backward map, and the theorems that
prove the latter.

A forward map is `forward(b, op, *operands) -> (result, saved)` and a backward map is `backward(b,
op, saved, cotangent) -> cotangents of the operands, in order`. Operands are the inputs of the node
and then its parameters, all with the batch axis first where they have one; the cotangent of a
parameter is summed over the batch. Both are written over `Builder`, so that one definition is
printed as StableHLO and evaluated in NumPy.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from numerics.citation import Citation, citation_errors
from numerics.nets import graph
from numerics.stablehlo.builder import Builder, Value

Forward = Callable[..., tuple[Value, Any]]
Backward = Callable[[Builder, Any, Any, Value], tuple[Value, ...]]


@dataclass(frozen=True)
class Rule:
    """`theorems` prove the backward map, as far as each says; where none does yet, `reason` says
    what is missing.
    """

    name: str
    forward: Forward
    backward: Backward
    theorems: tuple[Citation, ...]
    reason: str | None

    def __post_init__(self) -> None:
        if bool(self.theorems) == bool(self.reason):
            raise ValueError(
                f"rule {self.name}: give the theorems that prove the backward map, "
                "or the reason why there is none yet, and not both"
            )
        errors = citation_errors(self.theorems)
        if errors:
            raise ValueError(f"rule {self.name}: {'; '.join(errors)}")


SOFTMAX = "softmax"
"""What attention's inner rule is entered for: it is no operation of a graph."""

Rules = dict[Hashable, Rule]
RULES: Rules = {}


def rule(
    *ops: Hashable,
    forward: Forward,
    theorems: tuple[Citation, ...] = (),
    reason: str | None = None,
) -> Callable[[Backward], Backward]:
    """Enter the decorated backward map for `ops` (see `key`). Raises ValueError for an operation
    entered before.
    """

    def enter(backward: Backward) -> Backward:
        for op in ops:
            if op in RULES:
                raise ValueError(f"two rules for {op}: {RULES[op].name} and {backward.__name__}")
            name = op if isinstance(op, str) else op.__name__
            RULES[op] = Rule(name, forward, backward, theorems, reason)
        return backward

    return enter


def key(op: graph.Op) -> Hashable:
    """What an operation is looked up by: its class, or an activation's function."""
    return op.function if isinstance(op, graph.Activation) else type(op)
