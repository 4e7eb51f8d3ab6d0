"""How long one training step takes: emitted StableHLO, on two compilers, and JAX's own.

Measures, for each net and batch 128: seconds to compile one Adam step, and the time of a step, of

    autodiff@xla            the net in JAX, gradients by value_and_grad, jitted (two programs:
                            gradients, update)
    emitted@xla             the emitted text with hand-derived backward passes, by XLA
    emitted@iree-llvm-cpu   the same text, by IREE

How. All start from the same parameters and batch, and feed each step's state to the next, which
stays where the runtime keeps it. Compiling, for `autodiff`, is tracing and the first step; for the
others, writing the text and compiling it. After `--warm-up` steps, `--steps` are timed one by one,
each until its loss can be read; the table shows the median and the fastest. So that a wrong program
cannot look fast, the benchmark stops where the losses of step 2, the first that depend on the
gradients and on the update, differ by more than 1 in 1000. By default all run in one thread on
AVX2, as the oracle runs XLA; with `--native` each uses all processors and the instructions that
its compiler finds.

Run, where 3rdparty/python/numerics.lock is installed in a virtual environment of CPython 3.11:

    PYTHONPATH=src/python python bench/step_time.py
"""

from __future__ import annotations

import argparse
import functools
import os
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numerics.nets import load, parameters
from numerics.nets.batches import Batch, batch
from numerics.nets.spec import NetSpec
from numerics.stablehlo.optimizers import OPTIMIZERS
from numerics.stablehlo.text import module
from numerics.stablehlo.train_step import emit_train_step

NETS = ("mnist_mlp", "mnist_cnn", "vit_block")
LEARNING_RATE = 1e-3
ONE_THREAD = "--xla_cpu_multi_thread_eigen=false --xla_cpu_max_isa=AVX2"

Step = Callable[[int], float]  # (number of the step, from 1) -> loss before it


@dataclass(frozen=True)
class Task:
    spec: NetSpec
    values: Mapping[str, np.ndarray]
    batch: Batch
    native: bool

    def text(self) -> str:
        """The step as StableHLO; XLA wants its one function to be called main."""
        size = len(self.batch.labels)
        step = emit_train_step(self.spec.graph, size, OPTIMIZERS["adam"], entry="main")
        return module("net", [step])

    def arguments(self) -> list[np.ndarray]:
        """Parameters, then m and v, both zero."""
        held = list(self.values.values())
        return [*held, *(np.zeros_like(value) for _ in range(2) for value in held)]


# Each returns a step that is ready to run; the time that takes is the time to compile.


def autodiff_on_xla(task: Task) -> Step:
    import jax.numpy as jnp
    from numerics.autodiff import training

    images, labels = jnp.asarray(task.batch.images), jnp.asarray(task.batch.labels)
    take = training.stepper(task.spec.graph, "adam")
    state = training.start(task.values)

    def step(number: int) -> float:
        nonlocal state
        taken = take(state, images, labels, LEARNING_RATE)
        state = taken.state
        _wait(state.params)
        return float(taken.loss)

    untouched = state
    step(1)
    state = untouched
    return step


def emitted_on_xla(task: Task) -> Step:
    import jax
    from jaxlib import xla_client  # pants: no-infer-dep (jax brings it along)

    device = jax.devices("cpu")[0]
    devices = xla_client.DeviceList((device,))
    program = device.client.compile_and_load(task.text(), devices, xla_client.CompileOptions())
    place = functools.partial(jax.device_put, device=device)
    held = [place(value) for value in task.arguments()]
    fixed = [place(task.batch.images), place(task.batch.labels)]
    rate = place(np.float32(LEARNING_RATE))

    def step(number: int) -> float:
        nonlocal held
        loss, *held = program.execute([*held, *fixed, place(np.float32(number)), rate])
        _wait(held)
        return float(np.asarray(loss))

    return step


def emitted_on_iree(task: Task) -> Step:
    from iree import compiler, runtime

    cpu = "host" if task.native else "generic"
    flags = [f"--iree-llvmcpu-target-cpu={cpu}"]
    if not task.native:
        flags.append("--iree-llvmcpu-target-cpu-features=+avx,+avx2,+fma")
    code = compiler.compile_str(
        task.text(), input_type="stablehlo", target_backends=["llvm-cpu"], extra_args=flags
    )
    config = runtime.Config("local-task" if task.native else "local-sync")
    context = runtime.SystemContext(config=config)
    loaded = runtime.VmModule.copy_buffer(context.instance, code)
    context.add_vm_module(loaded)
    program = context.modules[loaded.name]["main"]
    place = functools.partial(runtime.asdevicearray, config.device)
    held = [place(value) for value in task.arguments()]
    fixed = [place(task.batch.images), place(task.batch.labels)]

    def step(number: int) -> float:
        nonlocal held
        scalars = [np.float32(number), np.float32(LEARNING_RATE)]
        loss, *held = program(*held, *fixed, *scalars)
        return float(loss.to_host())

    return step


CORNERS: dict[str, Callable[[Task], Step]] = {
    "autodiff@xla": autodiff_on_xla,
    "emitted@xla": emitted_on_xla,
    "emitted@iree-llvm-cpu": emitted_on_iree,
}


def start_runtimes() -> None:
    """What this process pays once, and no compile. IREE's compiler is a process of its own."""
    import iree.compiler
    import iree.runtime
    import jax

    iree.runtime.SystemContext()
    jax.block_until_ready(jax.jit(lambda x: x + 1)(0.0))


def _wait(tree: Any) -> None:
    import jax

    jax.block_until_ready(tree)


def measure(task: Task, corner: str, warm_up: int, steps: int) -> tuple[float, list[float], float]:
    """Seconds to compile, seconds of each timed step, and the loss of step 2."""
    started = time.perf_counter()
    step = CORNERS[corner](task)
    compiled = time.perf_counter() - started
    times, losses = [], []
    for number in range(1, warm_up + steps + 1):
        started = time.perf_counter()
        losses.append(step(number))
        times.append(time.perf_counter() - started)
    return compiled, times[warm_up:], losses[1]


def find_net(name: str) -> Path:
    """Below the working folder, which is the root of the repository also under `./pants run`."""
    path = Path("traces/nets") / f"{name}.yaml"
    if not path.is_file():
        raise SystemExit(f"{path.resolve()} does not exist: run this at the repository's root.")
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--net", nargs="+", default=list(NETS))
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--warm-up", type=int, default=3)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--native", action="store_true")
    args = parser.parse_args()
    if args.steps < 1 or args.warm_up + args.steps < 2:
        parser.error("--steps must be at least 1, and with --warm-up at least 2")
    os.environ["JAX_PLATFORMS"] = "cpu"
    os.environ["XLA_FLAGS"] = "" if args.native else ONE_THREAD
    start_runtimes()
    print("| net | corner | compile, s | step (median), ms | fastest | loss of step 2 | load |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for name in args.net:
        spec = load.load(find_net(name))
        values = parameters.initial(spec, 1)
        task = Task(spec, values, batch(spec, 1, 0, args.batch), args.native)
        losses = []
        for corner in CORNERS:
            compiled, times, loss = measure(task, corner, args.warm_up, args.steps)
            losses.append(loss)
            median, fastest = statistics.median(times) * 1000, min(times) * 1000
            print(f"| {name} | {corner} | {compiled:.2f} | {median:.2f} | {fastest:.2f} | "
                  f"{loss:.6f} | {os.getloadavg()[0]:.1f} |", flush=True)
        if not np.allclose(losses, losses[0], rtol=1e-3):
            raise SystemExit(f"{name}: the losses of step 2 differ: {losses}")


if __name__ == "__main__":
    main()
