"""What is wrong with one numeric target is its error: the others have their verdicts."""

from __future__ import annotations

import pytest
from gradients_test import CORNERS, FILES, NET
from numerics_workspace import numerics_workspace, stand_ins
from workspace import Run, Workspace

DIGITS = """\
name: {name}
input: {{channels: {channels}, height: 28, width: 28}}
layers:
  - dense: {{fan_in: {fan_in}, fan_out: {classes}}}
"""
TRACE = 'net="nets/good.yaml", batch=2, steps=2'
BOUNDS = (
    'bounds={"default": {"step1": 1e-5, "step2": 1e-5, "early": {"steps": 2, "max": 1e-5}, '
    '"epoch_mean": 0.1, "accuracy": 0.1}}'
)
BUILD = f"""\
vjp_oracle(name="good", net="nets/good.yaml", {CORNERS})
vjp_oracle(name="mistyped", net="nets/good.yaml", lr="fast", {CORNERS})
vjp_oracle(name="lost", net="nets/goood.yaml", {CORNERS})
vjp_oracle(name="gone", net="nets/gone.yaml", {CORNERS})
vjp_oracle(name="resolved", net="nets/good.yaml", resolve="nowhere", {CORNERS})
vjp_oracles(name="many", nets=["../nets/none*.yaml"])
fd_check(name="unnamed")
fd_check(name="absent", module="demo.absent")
fd_checks(name="misspelt", modules=["none.py"], overrides={{"none": {{"draws": 2}}}})
gpu_traces(name="trace", corners=["jax-cpu", "jax-gpu"], {TRACE})
gpu_trace(name="classes", corner="jax-cpu", net="nets/five.yaml", batch=2, steps=2)
gpu_trace(name="channels", corner="xla-cpu", net="nets/colours.yaml", batch=2, steps=2)
gpu_trace(name="slow", corner="jax-cpu", net="nets/ten.yaml", batch=2, steps=2, learning_rate=1e-9)
gpu_trace(name="steps", corner="jax-cpu", net="nets/good.yaml", batch=2, steps="many")
gpu_trace(name="baseline", corner="jax-cpu", baseline="old/gone.jsonl", {TRACE})
trace_comparison(name="bounds", traces=[":trace"], bounds=3)
trace_comparison(name="traces", traces=[":none"], {BOUNDS})
trace_comparison(name="rests", traces=[":steps", ":classes"], {BOUNDS})
theorem_parity(name="prover", source="table.toml", prover=5)
theorem_parity(name="table", source="gone.toml", prover="coq")
expected_verdict(name="expected", module=[":mistyped"], verdict="hard-error", messages=["'lr'"])
"""
SAID = {
    "numbers.mistyped": "'lr' field in target numbers:mistyped",
    "numbers.lost": "Did you mean nets/good.yaml",
    "numbers.gone": "'source' field in target nets:gone must have 1 file",
    "numbers.resolved": "nowhere",
    "numbers.many@problems": "`nets` of numbers:many matches no file with '../nets/none*.yaml'",
    "numbers.unnamed": "'module' field in target numbers:unnamed must be defined",
    "numbers.absent": "demo.absent",
    "numbers.misspelt@problems": "`modules` of numbers:misspelt matches no file",
    "numbers.trace@jax-gpu": "'jax-gpu'",
    "numbers.classes": "refuses what it is asked: the net five ends in 5 classes, but",
    "numbers.channels": "the net colours takes images of 3 x 28 x 28",
    "numbers.slow": "no rate is above 1e-09",
    "numbers.steps": "'steps' field in target numbers:steps",
    "numbers.baseline": "images of 1 x 4 x 4",
    "numbers.bounds": "`bounds` of numbers:bounds must be a dictionary of dictionaries",
    "numbers.traces": "`traces` of numbers:traces names what is not there",
    "numbers.rests": "steps could not be recorded: The 'steps' field",
    "numbers.prover": "'prover' field in target numbers:prover",
    "numbers.table": "gone.toml",
}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    files = {
        "src/coq/Doubling/BUILD": FILES["src/coq/Doubling/BUILD"],
        "src/coq/Doubling/main.v": FILES["src/coq/Doubling/main.v"],
        "src/python/demo/BUILD": FILES["src/python/demo/BUILD"],
        "src/python/demo/right.py": FILES["src/python/demo/right.py"],
        "nets/BUILD": 'netspecs()\nnetspec(name="gone", source="gone.yaml")\n'
        'netspec(name="number", source=5)\n',
        "nets/good.yaml": NET.format(name="good", fan_in=16),
        "nets/five.yaml": DIGITS.format(name="five", channels=1, fan_in=784, classes=5),
        "nets/colours.yaml": DIGITS.format(name="colours", channels=3, fan_in=2352, classes=10),
        "nets/ten.yaml": DIGITS.format(name="ten", channels=1, fan_in=784, classes=10),
        "numbers/BUILD": BUILD,
    }
    folder = tmp_path_factory.mktemp("numerics_one_error") / "repository"
    made = numerics_workspace(folder, files)
    made.write(stand_ins(made.folder))
    return made


@pytest.fixture(scope="module")
def tested(workspace: Workspace) -> Run:
    return workspace.pants("test", "numbers:", "src/python/demo:fd")


def test_every_other_target_has_its_verdict(workspace: Workspace, tested: Run) -> None:
    assert tested.exit_code == 1, tested.output
    for name in ("src.python.demo.fd@right", "numbers.good", "numbers.expected"):
        assert workspace.report(f"{name}.json")["verdict"] == "clean", tested.output


@pytest.mark.parametrize("name", SAID)
def test_what_is_wrong_is_said_by_its_own_target(
    workspace: Workspace, tested: Run, name: str
) -> None:
    report = workspace.report(f"{name}.json")
    assert report["verdict"] == "hard-error", report
    assert SAID[name] in "\n".join(report["messages"])  # type: ignore[arg-type]


def test_what_depends_on_a_file_is_found_all_the_same(workspace: Workspace, tested: Run) -> None:
    done = workspace.pants("dependents", "--transitive", "nets/good.yaml")
    assert done.exit_code == 0 and "numbers:good" in done.output, done.output
