"""A net as StableHLO functions, the entry points of a module.

    @loss_and_gradients(parameters..., images, labels) -> (loss, gradients...)
    @train_step(parameters..., state..., images, labels, step, lr)
        -> (loss, parameters..., state...)

`state` is one group per optimizer slot (for Adam all of m, then all of v), each in the order of the
parameters, and zero before step 1. Images are (B, C, H, W) float32, labels (B,) int32, `step` (from
1) and `lr` float32 scalars; the loss is that of the parameters given, not of the new ones. The
batch size is part of the text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from numerics.nets import graph
from numerics.stablehlo.backpropagation import loss_and_gradients
from numerics.stablehlo.builder import Builder, Value
from numerics.stablehlo.optimizers import Optimizer
from numerics.stablehlo.rules.rule import Rules
from numerics.stablehlo.text import TensorType, function

LOSS_AND_GRADIENTS = "loss_and_gradients"
TRAIN_STEP = "train_step"
SCALARS = (TensorType("step", ()), TensorType("lr", ()))


@dataclass(frozen=True)
class Taken:
    """One step: the parameters it began with, their loss and gradients, and what it leaves:
    parameters, then one group per slot.
    """

    parameters: list[Value]
    loss: Value
    gradients: list[Value]
    held: list[Value]


def take_step(
    b: Builder,
    net: graph.Graph,
    optimizer: Optimizer,
    arguments: Sequence[Value],
    rules: Rules | None = None,
) -> Taken:
    """`arguments` as @train_step takes them, over any builder."""
    count = len(net.parameters)
    *held, images, labels, step, lr = arguments
    groups = [held[i : i + count] for i in range(0, len(held), count)]
    parameters, slots = groups[0], groups[1:]
    loss, gradients = loss_and_gradients(b, net, parameters, images, labels, rules)
    updated = [
        optimizer.update(b, parameter, gradient, state, step, lr)
        for parameter, gradient, *state in zip(parameters, gradients, *slots, strict=True)
    ]
    new_slots = [state[i] for i in range(len(slots)) for _, state in updated]
    new = [*(parameter for parameter, _ in updated), *new_slots]
    return Taken(parameters, loss, gradients, new)


def train_step(
    b: Builder,
    net: graph.Graph,
    optimizer: Optimizer,
    arguments: Sequence[Value],
    rules: Rules | None = None,
) -> list[Value]:
    """The body of @train_step, over any builder; `arguments` and results as in the module's
    docstring.
    """
    taken = take_step(b, net, optimizer, arguments, rules)
    return [taken.loss, *taken.held]


def emit_loss_and_gradients(
    net: graph.Graph, batch: int, rules: Rules | None = None, entry: str = LOSS_AND_GRADIENTS
) -> str:
    """The text of one function."""
    arguments = [*parameter_types(net), *batch_types(net, batch)]
    names = ["loss", *(f"gradient.{p.name}" for p in net.parameters)]

    def body(b: Builder, values: list[Value]) -> list[tuple[str, Value]]:
        *parameters, images, labels = values
        loss, gradients = loss_and_gradients(b, net, parameters, images, labels, rules)
        return list(zip(names, [loss, *gradients], strict=True))

    return function(entry, arguments, body)


def emit_train_step(
    net: graph.Graph,
    batch: int,
    optimizer: Optimizer,
    rules: Rules | None = None,
    entry: str = TRAIN_STEP,
) -> str:
    """The text of one function."""
    held = held_types(net, optimizer)
    arguments = [*held, *batch_types(net, batch), *SCALARS]
    names = ["loss", *(argument.name for argument in held)]

    def body(b: Builder, values: list[Value]) -> list[tuple[str, Value]]:
        return list(zip(names, train_step(b, net, optimizer, values, rules), strict=True))

    return function(entry, arguments, body)


def parameter_types(net: graph.Graph) -> list[TensorType]:
    return [TensorType(p.name, p.shape) for p in net.parameters]


def held_types(net: graph.Graph, optimizer: Optimizer) -> list[TensorType]:
    """Parameters, then one group per slot."""
    state = [
        TensorType(f"{slot}.{p.name}", p.shape) for slot in optimizer.slots for p in net.parameters
    ]
    return [*parameter_types(net), *state]


def batch_types(net: graph.Graph, batch: int) -> list[TensorType]:
    image_shape = net.nodes[0].shape
    return [
        TensorType("images", (batch, *image_shape)),
        TensorType("labels", (batch,), "i32"),
    ]
