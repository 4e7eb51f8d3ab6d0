"""What a recorder runs: a compiled training step that also gives norms, and an evaluation."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp

from numerics.autodiff import forward, ops, optimizers
from numerics.autodiff.training import Params, State, loss
from numerics.nets.graph import Graph


class RecordedStep(NamedTuple):
    """float32 scalars, and the state after the step. The norms are Euclidean, over all tensors at
    once; `parameter_norm` is of the parameters before the step, as the loss is.
    """

    loss: jax.Array
    gradient_norm: jax.Array
    parameter_norm: jax.Array
    state: State


Stepper = Callable[[State, jax.Array, jax.Array, float], RecordedStep]
Evaluator = Callable[[Params, jax.Array, jax.Array], tuple[jax.Array, jax.Array]]


def recorded_stepper(net: Graph, weight_decay: float) -> Stepper:
    """A function of (state, images, labels, learning rate): one step of AdamW, compiled whole.

    The tensors of the state given are consumed.
    """

    def compute(held, images, labels, corrections, learning_rate):
        params, first, second = held
        value, grads = jax.value_and_grad(lambda p: loss(net, p, images, labels))(params)
        norms = norm(grads), norm(params)
        held = optimizers.adamw(
            params, grads, first, second, corrections, learning_rate, weight_decay
        )
        return value, *norms, held

    compiled = jax.jit(compute, donate_argnums=0)

    def step(state: State, images: jax.Array, labels: jax.Array, learning_rate: float):
        taken = state.steps + 1
        corrections = optimizers.bias_corrections(taken)
        held = (state.params, state.first, state.second)
        value, gradient_norm, parameter_norm, held = compiled(
            held, images, labels, corrections, learning_rate
        )
        return RecordedStep(value, gradient_norm, parameter_norm, State(*held, taken))

    return step


def evaluator(net: Graph) -> Evaluator:
    """Compiled (params, images, labels) -> (mean loss, number of examples whose label has the
    largest logit; a tie counts), float32 scalars.
    """

    def evaluate(params, images, labels):
        logits = forward.logits(net, params, images)
        chosen = jnp.take_along_axis(logits, labels[:, None], axis=1)[:, 0]
        correct = (chosen >= logits.max(axis=1)).astype(jnp.float32).sum()
        return ops.mean_cross_entropy(logits, labels), correct

    return jax.jit(evaluate)


def norm(tensors: Params) -> jax.Array:
    """Of all entries of all tensors together; one axis after the other, for accuracy."""
    squares = [_sum_of_squares(tensor) for tensor in tensors.values()]
    return jnp.sqrt(sum(squares))


def _sum_of_squares(x):
    total = jnp.square(x)
    while total.ndim:
        total = total.sum(axis=-1)
    return total
