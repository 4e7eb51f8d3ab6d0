"""The corners: where a training step is computed, written `<pipeline>@<compiler>`.

    autodiff@xla            the net in JAX, gradients by value_and_grad, jitted
    emitted@xla             the emitted StableHLO text, compiled by XLA
    emitted@iree-llvm-cpu   the same text, compiled by IREE
    rules@numpy-f64         the same rules, evaluated operation by operation in NumPy float64

All run on the processor and in one thread, which fixes the order of every reduction on a
machine. XLA is kept to AVX2 and IREE to its generic target, so that machines differ little.
"""

from __future__ import annotations

import importlib
import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import Any

import numpy as np

from numerics.gradients.oracle_problem import Corner, CornerUnavailable, Outcome, Problem
from numerics.stablehlo.backpropagation import loss
from numerics.stablehlo.builder import Value
from numerics.stablehlo.numpy_builder import NumpyBuilder
from numerics.stablehlo.optimizers import OPTIMIZERS
from numerics.stablehlo.rules.rule import Rules
from numerics.stablehlo.text import module
from numerics.stablehlo.train_step import (
    LOSS_AND_GRADIENTS,
    TRAIN_STEP,
    emit_loss_and_gradients,
    emit_module,
    emit_train_step,
    take_step,
)

XLA_FLAGS = "--xla_cpu_multi_thread_eigen=false --xla_cpu_max_isa=AVX2"
IREE_FLAGS = ("--iree-llvmcpu-target-cpu=generic",)

EntryPoint = Callable[[Sequence[np.ndarray]], list[np.ndarray]]


class AutodiffXla:
    """The reference: it shares with the others the net, the parameters and the batch only."""

    def versions(self) -> dict[str, str]:
        _import_jax()
        return _versions("jax", "jaxlib", "numpy")

    def run(self, problem: Problem) -> Outcome:
        jnp = _import_jax().numpy
        training = importlib.import_module("numerics.autodiff.training")
        images, labels = jnp.asarray(problem.batch.images), jnp.asarray(problem.batch.labels)
        step = training.stepper(problem.spec.graph, problem.optimizer)
        first = step(training.start(problem.values), images, labels, problem.lr)
        second = step(first.state, images, labels, problem.lr)
        gradients = {name: np.asarray(first.grads[name]) for name in problem.values}
        return Outcome(float(first.loss), gradients, float(second.loss))


class _Emitted(ABC):
    """The emitted text in two entry points, called as any training loop would call them."""

    def __init__(self, rules: Rules | None = None) -> None:
        self._rules = rules

    @abstractmethod
    def _compile(self, problem: Problem) -> tuple[EntryPoint, EntryPoint]:
        """@loss_and_gradients and @train_step."""

    def run(self, problem: Problem) -> Outcome:
        differentiate, step = self._compile(problem)
        held = list(problem.values.values())
        batch = [problem.batch.images, problem.batch.labels]
        loss1, *gradients = differentiate([*held, *batch])
        slots = len(OPTIMIZERS[problem.optimizer].slots)
        state = [np.zeros_like(value) for _ in range(slots) for value in held]
        scalars = [np.float32(1), np.float32(problem.lr)]
        _, *stepped = step([*held, *state, *batch, *scalars])
        loss2, *_ = differentiate([*stepped[: len(held)], *batch])
        named = dict(zip(problem.values, gradients, strict=True))
        return Outcome(float(loss1), named, float(loss2))


class EmittedXla(_Emitted):
    """Through the compiler inside jaxlib; nothing of JAX's tracing is involved."""

    def versions(self) -> dict[str, str]:
        _import_jax()
        return _versions("jaxlib", "numpy")

    def _compile(self, problem: Problem) -> tuple[EntryPoint, EntryPoint]:
        net, size = problem.spec.graph, len(problem.batch.labels)
        optimizer = OPTIMIZERS[problem.optimizer]
        # XLA runs the function called main.
        return (
            compile_xla(module("net", [emit_loss_and_gradients(net, size, self._rules, "main")])),
            compile_xla(
                module("net", [emit_train_step(net, size, optimizer, self._rules, "main")])
            ),
        )


class EmittedIree(_Emitted):
    """IREE's llvm-cpu backend, run synchronously in this process."""

    def versions(self) -> dict[str, str]:
        _import_iree()
        return _versions("iree-base-compiler", "iree-base-runtime", "numpy")

    def _compile(self, problem: Problem) -> tuple[EntryPoint, EntryPoint]:
        net, size = problem.spec.graph, len(problem.batch.labels)
        functions = compile_iree(
            emit_module("net", net, size, OPTIMIZERS[problem.optimizer], self._rules)
        )
        return _iree_entry(functions, LOSS_AND_GRADIENTS), _iree_entry(functions, TRAIN_STEP)


class RulesNumpy:
    """No compiler and no float32: differences from this corner are rounding, or a compiler's."""

    def __init__(self, rules: Rules | None = None, builder: NumpyBuilder | None = None) -> None:
        self._rules = rules
        self._builder = builder or NumpyBuilder()

    def versions(self) -> dict[str, str]:
        return _versions("numpy")

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


CORNERS: dict[str, Callable[[], Corner]] = {
    "autodiff@xla": AutodiffXla,
    "rules@numpy-f64": RulesNumpy,
    "emitted@xla": EmittedXla,
    "emitted@iree-llvm-cpu": EmittedIree,
}
"""The most trusted first: a pair of corners is reported as the later against the earlier."""


def compile_xla(text: str) -> EntryPoint:
    """The function @main of a StableHLO module, on the processor."""
    jax = _import_jax()
    xla = importlib.import_module("jaxlib.xla_client")
    device = jax.devices("cpu")[0]
    devices = xla.DeviceList((device,))
    executable = device.client.compile_and_load(text, devices, xla.CompileOptions())

    def call(arguments: Sequence[np.ndarray]) -> list[np.ndarray]:
        placed = [jax.device_put(argument, device) for argument in arguments]
        return [np.asarray(result) for result in executable.execute(placed)]

    return call


def compile_iree(text: str) -> Any:
    """The functions of a StableHLO module, by name, on llvm-cpu."""
    compiler, runtime = _import_iree()
    code = compiler.compile_str(
        text, input_type="stablehlo", target_backends=["llvm-cpu"], extra_args=list(IREE_FLAGS)
    )
    context = runtime.SystemContext(config=runtime.Config("local-sync"))
    loaded = runtime.VmModule.copy_buffer(context.instance, code)
    context.add_vm_module(loaded)
    return context.modules[loaded.name]


def _iree_entry(functions: Any, name: str) -> EntryPoint:
    def call(arguments: Sequence[np.ndarray]) -> list[np.ndarray]:
        return [np.array(result.to_host()) for result in functions[name](*arguments)]

    return call


def _array(value: Value) -> np.ndarray:
    return value.data


def _import_jax() -> Any:
    os.environ.setdefault("JAX_PLATFORMS", "cpu")
    os.environ.setdefault("XLA_FLAGS", XLA_FLAGS)
    return _import("jax", "install the locked requirements of the numerics resolve")


def _import_iree() -> tuple[Any, Any]:
    fix = "install iree-base-compiler and iree-base-runtime from the numerics resolve"
    return _import("iree.compiler", fix), _import("iree.runtime", fix)


def _import(name: str, fix: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise CornerUnavailable(f"cannot import {name} ({error}); to have it, {fix}") from error


def _versions(*packages: str) -> dict[str, str]:
    return {package: version(package) for package in packages}
