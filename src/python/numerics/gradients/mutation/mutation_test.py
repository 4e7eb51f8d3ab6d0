"""Every shipped check can fail: break each formula, and the runner must notice.

A mutant is caught only when the runner exits with 1 and reports a claimed against a numeric value:
one that merely crashes proves nothing.
"""

import dataclasses
import importlib
import inspect
import pkgutil
import sys
import types
from collections import Counter

import numpy as np
import pytest

from numerics.gradients import checks as checks_package
from numerics.gradients import evaluation
from numerics.gradients.mutation.mutants import MUTANTS
from numerics.gradients.run_checks import main

MODULES = sorted({mutant.module for mutant in MUTANTS}, key=lambda module: module.__name__)
SHIPPED = [check for module in MODULES for check in module.CHECKS]
GRADIENTS = [
    pytest.param(check, slot, id=f"{check.name}-{check.inputs[position].name}")
    for check in SHIPPED
    for slot, position in enumerate(check.differentiated)
]


@pytest.fixture
def run(monkeypatch, capsys):
    """Run one draw of the checks of a module object; the exit code and stdout."""

    def run_module(module, *arguments):
        monkeypatch.setitem(sys.modules, module.__name__, module)
        # The sweep judges no finite error and takes nine tenths of the time.
        monkeypatch.setattr(evaluation, "SWEEP_STEPS", ())
        code = main(["--module", module.__name__, "--draws", "1", *arguments])
        return code, capsys.readouterr().out

    return run_module


def module_from(source):
    module = types.ModuleType("checks_under_mutation")
    exec(compile(source, module.__name__, "exec"), module.__dict__)
    return module


def assert_caught(name, code, out):
    assert code == 1 and "0 of 1 checks passed" in out
    failures = [line for line in out.splitlines() if line.startswith(f"{name}: draw 0, central")]
    assert failures and all("claimed" in line and "numeric" in line for line in failures), out


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda m: f"{m.check}-{m.kind}".replace(" ", "_"))
def test_a_broken_formula_is_caught(mutant, run):
    source = inspect.getsource(mutant.module)
    assert source.count(mutant.shipped) == 1, f"{mutant.shipped!r} must occur exactly once"
    broken = module_from(source.replace(mutant.shipped, mutant.broken))
    assert_caught(mutant.check, *run(broken, "--check", mutant.check))


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.__name__.rpartition(".")[2])
def test_the_unbroken_source_passes_the_same_way(module, run):
    code, out = run(module_from(inspect.getsource(module)))
    assert code == 0, out


def with_changed_gradient(check, slot, change):
    """A module holding this check with one of its gradients (or Jacobians) changed."""
    field = "vjp" if check.jacobian is None else "jacobian"
    claim = getattr(check, field)

    def changed(*arguments):
        claimed = claim(*arguments)
        arrays = list(claimed) if isinstance(claimed, tuple) else [claimed]
        arrays[slot] = change(np.asarray(arrays[slot]))
        return tuple(arrays)

    module = types.ModuleType("checks_with_a_changed_gradient")
    module.CHECKS = (dataclasses.replace(check, **{field: changed}),)
    return module


@pytest.mark.parametrize(("check", "slot"), GRADIENTS)
def test_a_gradient_off_by_one_millionth_is_caught(check, slot, run):
    assert_caught(check.name, *run(with_changed_gradient(check, slot, lambda g: g + 1e-6)))


@pytest.mark.parametrize(("check", "slot"), GRADIENTS)
def test_a_gradient_left_out_is_caught(check, slot, run):
    code, out = run(with_changed_gradient(check, slot, lambda g: 0 * g))
    if check.inputs[check.differentiated[slot]].flat:
        assert code == 0, out
    else:
        assert_caught(check.name, code, out)


def test_every_shipped_check_has_a_mutant():
    shipped = Counter(check.name for check in SHIPPED)
    assert max(shipped.values()) == 1
    assert set(shipped) == {mutant.check for mutant in MUTANTS}
    assert len({mutant.kind for mutant in MUTANTS}) >= 8


def test_every_module_with_checks_has_mutants():
    found = set()
    for entry in pkgutil.iter_modules(checks_package.__path__):
        if not entry.name.endswith("_test"):
            module = importlib.import_module(f"{checks_package.__name__}.{entry.name}")
            if hasattr(module, "CHECKS"):
                found.add(module)
    assert found == set(MODULES)
