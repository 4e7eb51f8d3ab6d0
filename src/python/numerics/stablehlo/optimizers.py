"""Parameter updates over `Builder`.

Sources: gradient descent: Goodfellow, Bengio, Courville, *Deep Learning* (2016), section 8.3.1;
Adam: Kingma, Ba, "Adam: a method for stochastic optimization" (2015), algorithm 1, with epsilon
outside the square root; decoupled weight decay: Loshchilov, Hutter, "Decoupled weight decay
regularization" (2019), algorithm 2, with the schedule in `lr`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

from numerics.stablehlo.builder import Builder, Value


class Optimizer(Protocol):
    @property
    def slots(self) -> tuple[str, ...]:
        """Names of the tensors kept per parameter, each of the parameter's shape and 0 at the
        start.
        """

    def update(
        self,
        b: Builder,
        parameter: Value,
        gradient: Value,
        state: tuple[Value, ...],
        step: Value,
        lr: Value,
    ) -> tuple[Value, tuple[Value, ...]]:
        """The new parameter and state. `step` (counted from 1) and `lr` are float32 scalars."""


@dataclass(frozen=True)
class Sgd:
    """parameter - lr gradient."""

    slots: tuple[str, ...] = ()

    def update(self, b, parameter, gradient, state, step, lr):
        rate = b.broadcast(lr, parameter.shape, ())
        return b.subtract(parameter, b.multiply(rate, gradient)), ()


@dataclass(frozen=True)
class Adam:
    """m and v: running means of the gradient and its square, each divided by 1 - beta^step.

    Apart from the gradient, a parameter p also loses lr * weight_decay * p.
    """

    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    weight_decay: float = 0.0
    slots: tuple[str, ...] = ("m", "v")

    def update(self, b, parameter, gradient, state, step, lr):
        m, v = state
        m = b.add(b.scale(m, self.beta1), b.scale(gradient, 1 - self.beta1))
        square = b.multiply(gradient, gradient)
        v = b.add(b.scale(v, self.beta2), b.scale(square, 1 - self.beta2))
        shape = parameter.shape
        m_hat = b.divide(m, b.broadcast(_correction(b, self.beta1, step), shape, ()))
        v_hat = b.divide(v, b.broadcast(_correction(b, self.beta2, step), shape, ()))
        direction = b.divide(m_hat, b.offset(b.sqrt(v_hat), self.epsilon))
        if self.weight_decay:
            direction = b.add(direction, b.scale(parameter, self.weight_decay))
        change = b.multiply(b.broadcast(lr, shape, ()), direction)
        return b.subtract(parameter, change), (m, v)


def _correction(b: Builder, beta: float, step: Value) -> Value:
    """1 - beta^step as -expm1(step log beta): for beta near 1 the plain form loses its leading
    digits.
    """
    return b.negate(b.exponential_minus_one(b.scale(step, math.log(beta))))


OPTIMIZERS: dict[str, Optimizer] = {"sgd": Sgd(), "adam": Adam()}
