"""What a recorder runs: a training step that also gives norms, and an evaluation.

    @recorded_step(parameters..., state..., images, labels, step, lr)
        -> (loss, gradient_norm, parameter_norm, parameters..., state...)
    @evaluation(parameters..., images, labels) -> (loss, correct)

Arguments as in `train_step`. The norms are Euclidean, over all tensors at once; `parameter_norm` is
of the parameters given, as the loss is. `correct`, a float32 scalar, counts the examples whose
label has the largest logit; a tie counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from numerics.nets import graph
from numerics.stablehlo.backpropagation import logits
from numerics.stablehlo.builder import Builder, Value
from numerics.stablehlo.optimizers import Optimizer
from numerics.stablehlo.rules.catalog import rules_for
from numerics.stablehlo.rules.loss import CROSS_ENTROPY
from numerics.stablehlo.rules.rule import Rules
from numerics.stablehlo.text import function
from numerics.stablehlo.train_step import (
    SCALARS,
    batch_types,
    held_types,
    parameter_types,
    take_step,
)

RECORDED_STEP = "recorded_step"
EVALUATION = "evaluation"


def recorded_step(
    b: Builder,
    net: graph.Graph,
    optimizer: Optimizer,
    arguments: Sequence[Value],
    rules: Rules | None = None,
) -> list[Value]:
    """The body of @recorded_step, over any builder."""
    taken = take_step(b, net, optimizer, arguments, rules)
    return [taken.loss, norm(b, taken.gradients), norm(b, taken.parameters), *taken.held]


def evaluation(
    b: Builder,
    net: graph.Graph,
    arguments: Sequence[Value],
    rules: Rules | None = None,
) -> list[Value]:
    """The body of @evaluation, over any builder."""
    rules = rules_for(net) if rules is None else rules
    *parameters, images, labels = arguments
    z = logits(b, net, parameters, images, rules)
    loss, _ = rules[CROSS_ENTROPY].forward(b, None, z, labels)
    is_label = b.compare("EQ", b.iota(z.shape, 1), b.broadcast(labels, z.shape, (0,)))
    chosen = b.reduce_sum(b.select(is_label, z, b.zeros_like(z)), (1,))
    right = b.convert(b.compare("GE", chosen, b.reduce_max(z, (1,))), "f32")
    return [loss, b.reduce_sum(right, (0,))]


def norm(b: Builder, tensors: Sequence[Value]) -> Value:
    """The Euclidean norm of all entries of all `tensors` together, a scalar."""
    squares = [b.reduce_sum(b.multiply(x, x), range(x.rank)) for x in tensors]
    return b.sqrt(reduce(b.add, squares))


def emit_recorded_step(
    net: graph.Graph,
    batch: int,
    optimizer: Optimizer,
    rules: Rules | None = None,
    entry: str = RECORDED_STEP,
) -> str:
    """The text of one function."""
    held = held_types(net, optimizer)
    names = ["loss", "gradient_norm", "parameter_norm", *(argument.name for argument in held)]

    def body(b: Builder, values: list[Value]) -> list[tuple[str, Value]]:
        return list(zip(names, recorded_step(b, net, optimizer, values, rules), strict=True))

    return function(entry, [*held, *batch_types(net, batch), *SCALARS], body)


def emit_evaluation(
    net: graph.Graph, batch: int, rules: Rules | None = None, entry: str = EVALUATION
) -> str:
    """The text of one function."""

    def body(b: Builder, values: list[Value]) -> list[tuple[str, Value]]:
        return list(zip(["loss", "correct"], evaluation(b, net, values, rules), strict=True))

    return function(entry, [*parameter_types(net), *batch_types(net, batch)], body)
