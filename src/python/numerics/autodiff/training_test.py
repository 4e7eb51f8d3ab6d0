import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import jax
import numpy as np
import pytest

from numerics.autodiff import optimizers, training
from numerics.nets.batches import batch
from numerics.nets.load import load
from numerics.nets.parameters import initial

# The mathematics is under test here, at one shape and for a step or two: XLA's optimizer would take
# longer than all else. What it makes of these nets, the oracle, the traces and script_test.py see.
os.environ["XLA_FLAGS"] = "--xla_backend_optimization_level=0"

ROOT = Path(__file__).parents[4]
ORACLE = ROOT / "traces" / "nets" / "oracle"
CASES = sorted(path.stem for path in ORACLE.glob("*.yaml"))
SEED = 314159


@pytest.mark.parametrize("case", CASES)
def test_gradients_are_the_slope_of_the_loss(case: str) -> None:
    """In float64, along a random direction: central differences of the whole net."""
    spec = load(ORACLE / f"{case}.yaml")
    data = batch(spec, SEED, 0, 4)
    random = np.random.default_rng(7)
    with jax.enable_x64(True):
        params = {n: v.astype(np.float64) for n, v in initial(spec, SEED).items()}
        images = data.images.astype(np.float64)
        direction = {n: random.standard_normal(v.shape) for n, v in params.items()}

        loss = jax.jit(partial(training.loss, spec.graph))

        def at(distance: float) -> float:
            moved = {n: v + distance * direction[n] for n, v in params.items()}
            return float(loss(moved, images, data.labels))

        _, grads = training.value_and_grad(spec.graph)(params, images, data.labels)
        slope = sum(float(np.vdot(grads[n], direction[n])) for n in params)
        quotient = (at(1e-6) - at(-1e-6)) / 2e-6
    assert slope != 0
    assert quotient == pytest.approx(slope, rel=1e-4)


@pytest.mark.parametrize("case", CASES)
def test_one_adam_step_changes_every_parameter_and_the_loss(case: str) -> None:
    spec = load(ORACLE / f"{case}.yaml")
    data = batch(spec, SEED, 0, 4)
    step = training.stepper(spec.graph, "adam")
    one = step(training.start(initial(spec, SEED)), data.images, data.labels, 1e-3)
    two = step(one.state, data.images, data.labels, 1e-3)
    assert two.state.steps == 2
    assert np.isfinite(two.loss) and two.loss != one.loss
    for parameter in spec.parameters:
        assert one.grads[parameter.name].shape == parameter.shape
        assert one.grads[parameter.name].dtype == np.float32
        assert np.any(one.grads[parameter.name] != 0), parameter.name


def net():
    spec = load(ORACLE / "dense-relu.yaml")
    return spec, batch(spec, SEED, 0, 4)


def test_sgd_step() -> None:
    spec, data = net()
    values = initial(spec, SEED)
    taken = training.stepper(spec.graph, "sgd")(
        training.start(values), data.images, data.labels, 0.5
    )
    for name, value in values.items():
        expected = value - np.float32(0.5) * np.asarray(taken.grads[name])
        np.testing.assert_allclose(taken.state.params[name], expected, rtol=1e-6, atol=1e-7)
        assert not np.any(taken.state.first[name])


def test_three_adam_steps_against_the_formula_in_float64() -> None:
    spec, data = net()
    values = initial(spec, SEED)
    step = training.stepper(spec.graph, "adam")
    state = training.start(values)
    expected = {n: v.astype(np.float64) for n, v in values.items()}
    first = {n: np.zeros(v.shape) for n, v in values.items()}
    second = {n: np.zeros(v.shape) for n, v in values.items()}
    for t in (1, 2, 3):
        taken = step(state, data.images, data.labels, 1e-3)
        state = taken.state
        for n in values:
            g = np.asarray(taken.grads[n], dtype=np.float64)
            first[n] = 0.9 * first[n] + 0.1 * g
            second[n] = 0.999 * second[n] + 0.001 * g**2
            m, v = first[n] / (1 - 0.9**t), second[n] / (1 - 0.999**t)
            expected[n] -= 1e-3 * m / (np.sqrt(v) + 1e-8)
            np.testing.assert_allclose(state.params[n], expected[n], rtol=0, atol=3e-7)


def test_adam_adds_epsilon_outside_the_square_root() -> None:
    zero = {"p": np.float32([0.0])}
    grads = {"p": np.float32([1e-8])}
    moved, _, _ = optimizers.adam(zero, grads, zero, zero, optimizers.bias_corrections(1), 1.0)
    # m / (sqrt(v) + epsilon) = 1e-8 / (1e-8 + 1e-8); inside the root it would be about 1e-4.
    assert float(moved["p"][0]) == pytest.approx(-0.5, rel=1e-4)


def test_training_learns_the_synthetic_classes() -> None:
    spec, _ = net()
    step = training.stepper(spec.graph, "adam")
    state = training.start(initial(spec, SEED))
    losses = []
    for number in range(150):
        data = batch(spec, SEED, number, 32)
        taken = step(state, data.images, data.labels, 1e-3)
        losses.append(float(taken.loss))
        state = taken.state
    assert np.mean(losses[-10:]) < 0.3 < 1.5 < losses[0]


def test_bad_input() -> None:
    spec, _ = net()
    with pytest.raises(ValueError, match="optimizer is 'adamw'; allowed: sgd, adam"):
        training.stepper(spec.graph, "adamw")  # type: ignore[arg-type]
    values = {n: v.astype(np.float64) for n, v in initial(spec, SEED).items()}
    with pytest.raises(ValueError, match="'layer1.dense.weight' is float64; it must be float32"):
        training.start(values)


def test_this_pipeline_does_not_load_the_other() -> None:
    program = (
        "import sys; import numerics.autodiff.training, numerics.autodiff.script; "
        "print([m for m in sys.modules if m.startswith(('numerics.stablehlo', 'iree'))])"
    )
    result = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
        env={"PYTHONPATH": ":".join([str(ROOT / "src/python"), *filter(None, sys.path)])},
    )
    assert result.stdout.strip() == "[]"
