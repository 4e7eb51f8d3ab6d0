"""Loss, gradients and training steps by JAX's own differentiation, compiled with `jax.jit`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import jax
import jax.numpy as jnp
import numpy as np

from numerics.autodiff import forward, ops, optimizers
from numerics.nets.graph import Graph

Params = dict[str, jax.Array]
ValueAndGrad = Callable[[Params, jax.Array, jax.Array], tuple[jax.Array, Params]]


@dataclass(frozen=True)
class State:
    """Parameters, Adam's moments (zero and unused for SGD), and the number of steps taken."""

    params: Params
    first: Params
    second: Params
    steps: int


@dataclass(frozen=True)
class Step:
    """One training step: the loss and gradients before the update, and the state after it."""

    loss: jax.Array
    grads: Params
    state: State


def loss(net: Graph, params: Params, images: jax.Array, labels: jax.Array) -> jax.Array:
    """Softmax cross-entropy, mean over the batch; images (B, C, H, W), labels int32 (B,)."""
    value: jax.Array = ops.mean_cross_entropy(forward.logits(net, params, images), labels)
    return value


def value_and_grad(net: Graph) -> ValueAndGrad:
    """Compiled (params, images, labels) -> (loss, gradients by parameter name)."""
    return jax.jit(jax.value_and_grad(lambda p, images, labels: loss(net, p, images, labels)))


def start(values: Mapping[str, np.ndarray]) -> State:
    """The state before step 1. Raises ValueError unless every value is float32."""
    for name, value in values.items():
        if value.dtype != np.float32:
            raise ValueError(f"parameter {name!r} is {value.dtype}; it must be float32")
    params = {name: jnp.asarray(value) for name, value in values.items()}
    # Two sets of zeros: a step may consume the tensors that it is given.
    first, second = (jax.tree.map(jnp.zeros_like, params) for _ in range(2))
    return State(params, first, second, 0)


def stepper(
    net: Graph, optimizer: Literal["sgd", "adam"]
) -> Callable[[State, jax.Array, jax.Array, float], Step]:
    """A function of (state, images, labels, learning rate) that takes one training step.

    It compiles once per batch size. Adam: b1 0.9, b2 0.999, epsilon 1e-8.
    """
    if optimizer not in ("sgd", "adam"):
        raise ValueError(f"optimizer is {optimizer!r}; allowed: sgd, adam")
    differentiate = value_and_grad(net)

    def step(state: State, images: jax.Array, labels: jax.Array, learning_rate: float) -> Step:
        value, grads = differentiate(state.params, images, labels)
        taken = state.steps + 1
        first, second = state.first, state.second
        if optimizer == "sgd":
            params = _sgd(state.params, grads, learning_rate)
        else:
            params, first, second = _adam(
                state.params,
                grads,
                first,
                second,
                optimizers.bias_corrections(taken),
                learning_rate,
            )
        return Step(value, grads, State(params, first, second, taken))

    return step


_sgd = jax.jit(optimizers.sgd)
_adam = jax.jit(optimizers.adam)
