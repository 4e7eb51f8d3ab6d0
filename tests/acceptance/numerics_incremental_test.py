"""Which numeric processes a change re-runs, counted from Pants' own log."""

from __future__ import annotations

import secrets
from typing import Set

import pytest
from numerics_workspace import numerics_workspace, stand_ins
from workspace import Workspace

# In a source it makes a result that no cache has yet.
MARK = f"mark_{secrets.token_hex(8)}"
NET = """\
name: {name}_{mark}
input: {{channels: 1, height: 28, width: 28}}
layers:
  - dense: {{fan_in: 784, fan_out: 4, activation: {activation}}}
  - dense: {{fan_in: 4, fan_out: 10}}
"""
PLAIN = NET.format(name="plain", mark=MARK, activation="relu")
CHECK = f"""\
# {MARK}
from numerics.gradients.check import Check, Tolerance, normal

CHECKS = (
    Check(
        name="doubling",
        function=lambda x: 2.0 * x,
        vjp=lambda x, dy: 2.0 * dy,
        inputs=(normal("x", (3,)),),
        tolerance=Tolerance(1e-7, 1e-7, "the map is linear, so only rounding is left"),
        no_theorem_reason="it is linear",
    ),
)
"""
ORACLE = 'net="nets/{net}.yaml", corners=["jax-cpu", "numpy-f64"]'
BUILD = f"""\
vjp_oracle(name="plain", {ORACLE.format(net="plain")}, max_abs_step2=1e-5)
vjp_oracle(name="hard", {ORACLE.format(net="hard")}, max_abs_step2=1e-5)
gpu_traces(
    name="run", net="nets/hard.yaml", corners=["jax-cpu", "xla-cpu"],
    batch=8, steps=4, record_steps=2,
)
trace_comparison(
    name="both",
    traces=[":run"],
    bounds={{"default": {{
        "step1": 1e-4, "step2": 1e-4, "early": {{"steps": 2, "max": 1e-4}},
        "epoch_mean": 0.5, "accuracy": 0.1,
    }}}},
)
"""
RULE = "src/python/numerics/stablehlo/rules/hard_sigmoid.py"
FILES = {
    "README.md": "A remark.\n",
    "nets/BUILD": "netspecs()\n",
    "nets/plain.yaml": PLAIN,
    "nets/hard.yaml": NET.format(name="hard", mark=MARK, activation="hard_swish"),
    "numbers/BUILD": BUILD,
    "src/python/demo/BUILD": 'python_sources()\nfd_checks(name="fd")\n',
    "src/python/demo/one.py": CHECK,
    "src/python/demo/other.py": CHECK,
}
ORACLES = {net: f"Compare a training step of nets/{net}.yaml" for net in ("plain", "hard")}
TRACES = {corner: f"Record run/{corner}" for corner in ("jax-cpu", "xla-cpu")}
COMPARISON = "Compare 2 traces of numbers:both"
GRADIENTS = {name: f"Compare demo.{name} with finite differences" for name in ("one", "other")}
RULES_OF_NETS = "Find the rules that nets need"
EVERYTHING = {
    *ORACLES.values(), *TRACES.values(), *GRADIENTS.values(), COMPARISON, RULES_OF_NETS
}  # fmt: skip
# What each session asks of the machine.
MACHINE = ("Try bubblewrap", "Ask apt", "Find interpreter", "Searching for", "Test binary")


def executed(workspace: Workspace) -> Set[str]:
    done = workspace.pants("-ldebug", "test", "numbers:", "src/python/demo:fd")
    assert done.exit_code == 0, done.output[-4000:]
    assert "Fourfold: 7 clean" in done.output
    return {d for d in done.executed if not d.startswith(MACHINE)}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Two nets, of which one uses hard swish and is trained in two corners; tested once."""
    folder = tmp_path_factory.mktemp("numerics") / "repository"
    workspace = numerics_workspace(folder, FILES)
    workspace.write(stand_ins(folder))
    assert EVERYTHING <= executed(workspace)
    return workspace


def test_prose_re_runs_nothing(workspace: Workspace) -> None:
    workspace.write({"README.md": "Another remark.\n"})
    assert executed(workspace) == set()


def test_a_backward_rule_re_runs_the_nets_that_use_it(workspace: Workspace) -> None:
    """Not those of JAX, which have no rules of ours; and the trace is the same, so that it is not
    compared again."""
    text = (workspace.folder / RULE).read_text()
    workspace.write({RULE: text.replace("1 / 6", "1.0 / 6.0") + f"# {MARK}\n"})
    assert executed(workspace) == {ORACLES["hard"], TRACES["xla-cpu"]}


def test_a_net_re_runs_its_own_oracle(workspace: Workspace) -> None:
    workspace.write({"nets/plain.yaml": PLAIN.replace("name: plain", "name: renamed")})
    assert executed(workspace) == {RULES_OF_NETS, ORACLES["plain"]}


def test_tolerances_re_run_what_they_bound(workspace: Workspace) -> None:
    build = BUILD.replace("max_abs_step2=1e-5", "max_abs_step2=9e-6", 1)
    build = build.replace('"step2": 1e-4', '"step2": 1.1e-4')
    check = CHECK.replace("Tolerance(1e-7,", "Tolerance(1.1e-7,")
    workspace.write({"numbers/BUILD": build, "src/python/demo/one.py": check})
    assert executed(workspace) == {ORACLES["plain"], COMPARISON, GRADIENTS["one"]}
