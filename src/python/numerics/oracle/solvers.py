"""How each corner takes the training step.

    jax-cpu         the net in JAX, gradients by value_and_grad, jitted
    xla-cpu         the emitted StableHLO text, compiled by XLA
    iree-llvm-cpu   the same text, compiled by IREE
    numpy-f64       the same rules, evaluated operation by operation in NumPy float64

All run on the processor and in one thread, which fixes the order of every reduction on a
machine, and for one level of instructions, so that machines differ little.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping

import numpy as np

from numerics.corners.corner import TextCompiler
from numerics.corners.iree import Iree
from numerics.corners.jax import Jax
from numerics.corners.numpy_f64 import NumPy
from numerics.corners.xla import Xla
from numerics.oracle.problem import Outcome, Problem, Solver
from numerics.stablehlo.backpropagation import loss
from numerics.stablehlo.builder import Value
from numerics.stablehlo.numpy_builder import NumpyBuilder
from numerics.stablehlo.optimizers import OPTIMIZERS
from numerics.stablehlo.rules.rule import Rules
from numerics.stablehlo.train_step import (
    LOSS_AND_GRADIENTS,
    TRAIN_STEP,
    emit_loss_and_gradients,
    emit_train_step,
    take_step,
)


class Autodiff:
    """The reference: it shares with the others the net, the parameters and the batch only."""

    def __init__(self) -> None:
        self._corner = Jax()

    def versions(self) -> Mapping[str, str]:
        return self._corner.environment().versions

    def run(self, problem: Problem) -> Outcome:
        with self._corner.chosen() as jax:
            training = importlib.import_module("numerics.autodiff.training")
            images, labels = (
                jax.numpy.asarray(part) for part in (problem.batch.images, problem.batch.labels)
            )
            step = training.stepper(problem.spec.graph, problem.optimizer)
            first = step(training.start(problem.values), images, labels, problem.lr)
            second = step(first.state, images, labels, problem.lr)
        gradients = {name: np.asarray(first.grads[name]) for name in problem.values}
        return Outcome(float(first.loss), gradients, float(second.loss))


class Emitted:
    """The emitted text in two entry points, called as any training loop would call them."""

    def __init__(self, compiler: TextCompiler, rules: Rules | None = None) -> None:
        self._compiler, self._rules = compiler, rules

    def versions(self) -> Mapping[str, str]:
        return self._compiler.environment().versions

    def run(self, problem: Problem) -> Outcome:
        net, size, rules = problem.spec.graph, len(problem.batch.labels), self._rules
        optimizer = OPTIMIZERS[problem.optimizer]
        program = self._compiler.compile(
            {
                LOSS_AND_GRADIENTS: lambda name: emit_loss_and_gradients(net, size, rules, name),
                TRAIN_STEP: lambda name: emit_train_step(net, size, optimizer, rules, name),
            }
        )
        differentiate, step = (program.functions[n] for n in (LOSS_AND_GRADIENTS, TRAIN_STEP))
        held = list(problem.values.values())
        batch = [problem.batch.images, problem.batch.labels]
        loss1, *gradients = map(program.fetch, differentiate([*held, *batch]))
        state = [np.zeros_like(value) for _ in optimizer.slots for value in held]
        scalars = [np.float32(1), np.float32(problem.lr)]
        _, *stepped = step([*held, *state, *batch, *scalars])
        loss2 = program.fetch(differentiate([*stepped[: len(held)], *batch])[0])
        named = dict(zip(problem.values, gradients, strict=True))
        return Outcome(float(loss1), named, float(loss2))


def emitted_xla(rules: Rules | None = None) -> Emitted:
    return Emitted(Xla(), rules)


def emitted_iree(rules: Rules | None = None) -> Emitted:
    return Emitted(Iree(), rules)


class RulesNumpy:
    """No compiler and no float32: differences from this corner are rounding, or a compiler's."""

    def __init__(self, rules: Rules | None = None, builder: NumpyBuilder | None = None) -> None:
        self._rules = rules
        self._builder = builder or NumpyBuilder()

    def versions(self) -> Mapping[str, str]:
        return NumPy().environment().versions

    def run(self, problem: Problem) -> Outcome:
        b, net = self._builder, problem.spec.graph
        optimizer = OPTIMIZERS[problem.optimizer]
        held = [b.array(value) for value in problem.values.values()]
        batch = [b.array(problem.batch.images), b.array(problem.batch.labels, "i32")]
        with np.errstate(all="ignore"):  # the comparison rejects what is not finite
            state = [b.zeros_like(value) for _ in optimizer.slots for value in held]
            scalars = [b.array(1.0), b.array(problem.lr)]
            arguments = [*held, *state, *batch, *scalars]
            taken = take_step(b, net, optimizer, arguments, self._rules)
            stepped = taken.held[: len(held)]
            loss2 = loss(b, net, stepped, *batch, rules=self._rules)
            changed = sum(
                np.count_nonzero(old != _array(new).astype(np.float32))
                for old, new in zip(problem.values.values(), stepped, strict=True)
            )
        named = dict(zip(problem.values, (_array(g) for g in taken.gradients), strict=True))
        return Outcome(float(_array(taken.loss)), named, float(_array(loss2)), int(changed))


SOLVERS: dict[str, Callable[[], Solver]] = {
    "jax-cpu": Autodiff,
    "numpy-f64": RulesNumpy,
    "xla-cpu": emitted_xla,
    "iree-llvm-cpu": emitted_iree,
}
"""By corner, the most trusted first: a pair is reported as the later against the earlier."""


def _array(value: Value) -> np.ndarray:
    return value.data
