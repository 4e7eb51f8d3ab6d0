"""Generation, settings and dependency edges; no process is run."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import get_type_hints

import pytest
from pants.backend.python import target_types_rules
from pants.backend.python.dependency_inference import rules as python_inference
from pants.backend.python.target_types import PythonSourcesGeneratorTarget
from pants.build_graph.address import Address
from pants.core.target_types import FilesGeneratorTarget
from pants.engine.addresses import Addresses
from pants.engine.target import Dependencies, DependenciesRequest, InvalidFieldException
from pants.testutil.rule_runner import QueryRule, RuleRunner

from fourfold.backend.traces import register
from fourfold.backend.traces.bounds import LARGEST
from fourfold.backend.traces.comparison import not_comparable
from fourfold.backend.traces.record import recorder_arguments
from fourfold.backend.traces.settings import (
    bound_entries,
    file_name,
    group_of,
    trace_name,
    trace_settings,
)
from fourfold.backend.traces.target_types import ComparisonBoundsField, TraceFullField
from fourfold.engine import EnvironmentField
from fourfold.prover.deleted_sources import DELETED_SOURCES
from fourfold.prover.target_types import invalid_fields

HERE = Address("traces", target_name="here")
BUILD = """\
gpu_traces(
    name="mlp",
    net="nets/mlp.yaml",
    corners=["jax-cpu", "iree-cuda"],
    steps=5616,
    record_steps=200,
    batch=128,
    full={"epoch_steps": 468, "data": "mnist", "data_hash": "ab"},
    baselines="traces/recorded",
    gpu_environment="gpu",
    overrides={"iree-cuda": {"timeout": 60}},
)
files(name="recorded", sources=["recorded/*.jsonl"])
trace_comparison(name="all", traces=[":mlp"], bounds={"default": {"step1": 1e-5}})
"""


@pytest.fixture
def runner() -> RuleRunner:
    runner = RuleRunner(
        rules=[
            *register.rules(),
            *target_types_rules.rules(),
            *python_inference.rules(),
            QueryRule(Addresses, [DependenciesRequest]),
        ],
        target_types=[
            *register.target_types(),
            PythonSourcesGeneratorTarget,
            FilesGeneratorTarget,
        ],
    )
    runner.set_options(
        [
            "--source-root-patterns=['/py']",
            "--python-interpreter-constraints=['CPython>=3.9']",
            *(f"--traces-{m}=lib.{m}" for m in ("recorder", "probe", "differ", "comparer")),
            "--traces-pipelines={'iree': 'lib.iree', 'jax': 'lib.jax'}",
            "--python-infer-use-rust-parser",
            "--toolchains-locks={}",
        ],
        env_inherit={"PATH", "HOME"},
    )
    names = ("recorder", "probe", "differ", "comparer", "iree", "jax")
    modules = {f"py/lib/{name}.py": "" for name in names}
    runner.write_files(
        {
            **modules,
            "py/lib/BUILD": "python_sources()",
            "nets/BUILD": "netspecs()",
            "nets/mlp.yaml": "name: mlp",
            "traces/BUILD": BUILD,
            "traces/recorded/mlp_jax-cpu.jsonl": "{}\n",
        }
    )
    return runner


def mlp(corner: str) -> Address:
    return Address("traces", target_name="mlp", generated_name=corner)


def dependencies(runner: RuleRunner, address: Address) -> set[str]:
    field = runner.get_target(address).get(Dependencies)
    return {a.spec for a in runner.request(Addresses, [DependenciesRequest(field)])}


def test_one_trace_for_each_corner_with_its_baseline(runner: RuleRunner) -> None:
    generator = Address("traces", target_name="mlp")
    assert dependencies(runner, generator) == {mlp("jax-cpu").spec, mlp("iree-cuda").spec}
    cpu, gpu = (runner.get_target(mlp(corner)) for corner in ("jax-cpu", "iree-cuda"))
    settings = trace_settings(cpu, full=False)
    assert (settings.corner, settings.needs_gpu) == ("jax-cpu", False)
    assert settings.baseline == "traces/recorded/mlp_jax-cpu.jsonl"
    assert trace_settings(gpu, full=False).baseline == ""
    assert trace_settings(gpu, full=False).needs_gpu
    assert [t[EnvironmentField].value for t in (cpu, gpu)] == ["__local__", "gpu"]


def test_the_configuration_is_whole_and_canonical(runner: RuleRunner) -> None:
    target = runner.get_target(mlp("jax-cpu"))
    text = trace_settings(target, full=False).config
    config = json.loads(text)
    assert text == json.dumps(config, sort_keys=True, separators=(",", ":"))
    assert config == {
        "optimizer": "adam",
        "learning_rate": 1e-3,
        "weight_decay": 0.0,
        "schedule": "constant",
        "warmup_steps": 0,
        "steps": 5616,
        "epoch_steps": 5616,
        "batch": 128,
        "seed": 0,
        "data": "synthetic-digits",
        "data_hash": None,
    }
    full = trace_settings(target, full=True)
    assert json.loads(full.config) == {
        **config,
        "epoch_steps": 468,
        "data": "mnist",
        "data_hash": "ab",
    }
    assert full.record_steps is None
    assert full.baseline == ""  # that of the short run says nothing about the full one


def test_a_trace_depends_on_its_net_its_code_and_its_baseline(runner: RuleRunner) -> None:
    assert dependencies(runner, mlp("jax-cpu")) == {
        "nets/mlp.yaml",
        "py/lib/recorder.py",
        "py/lib/jax.py",
        "py/lib/differ.py",
        "traces/recorded/mlp_jax-cpu.jsonl:../recorded",
    }
    assert dependencies(runner, mlp("iree-cuda")) == {
        "nets/mlp.yaml",
        "py/lib/recorder.py",
        "py/lib/iree.py",
        "py/lib/probe.py",
    }


def test_a_comparison_depends_on_the_comparer(runner: RuleRunner) -> None:
    found = dependencies(runner, Address("traces", target_name="all"))
    assert "py/lib/comparer.py" in found


NET = 'net="nets/mlp.yaml", batch=1'


@pytest.mark.parametrize(
    ("arguments", "name", "said"),
    [
        (f'{NET}, steps=1, corners=["jax-gpu"]', "jax-gpu", "'jax-gpu'"),
        (
            f'{NET}, steps=1, corners=["jax-cpu"], overrides={{"xla-cpu": {{"timeout": 1}}}}',
            "problems",
            "`overrides` of traces:x is for xla-cpu, but the generated targets are jax-cpu",
        ),
        (
            f'{NET}, steps=1, corners=["jax-cpu"], overrides={{"jax-cpu": {{"rate": 1}}}}',
            "jax-cpu",
            "Unrecognized field `rate=1`",
        ),
        (f"{NET}, steps=1, corners=[]", "problems", "`corners` of traces:x names none"),
        (f"{NET}, steps=1, corners=7", "problems", "'corners' field in target traces:x"),
        (f"{NET}, steps=1, overrides=7", "problems", "'overrides' field in target traces:x"),
        (f'{NET}, steps="1", corners=["jax-cpu"]', "jax-cpu", "'steps' field"),
        (f'{NET}, corners=["jax-cpu"]', "jax-cpu", "'steps' field"),
        (f'{NET}, steps=1, corners=["jax-cpu"], seed=-1', "jax-cpu", "'seed' field"),
        (f'{NET}, steps=1, corners=["jax-cpu"], timeout=0', "jax-cpu", "'timeout' field"),
        (f'{NET}, steps=1, corners=["jax-cpu"], full={{"step": 9}}', "jax-cpu", "names 'step'"),
        (f'{NET}, steps=1, corners=["jax-cpu"], full={{"steps": [9]}}', "jax-cpu", "steps=[9]"),
        ('net=5, batch=1, steps=1, corners=["jax-cpu"]', "jax-cpu", "'net' field"),
    ],
)
def test_a_wrong_field_is_the_error_of_its_own_target(
    runner: RuleRunner, arguments: str, name: str, said: str
) -> None:
    runner.write_files({"traces/BUILD": f'gpu_traces(name="x", {arguments})'})
    target = runner.get_target(Address("traces", target_name="x", generated_name=name))
    assert said in (invalid_fields(target) or "")


def test_an_edge_for_what_is_gone(runner: RuleRunner) -> None:
    runner.write_files(
        {
            "traces/BUILD": 'gpu_trace(name="x", net="nets/gone.yaml", corner="jax-cpu", steps=1,'
            ' batch=1, baseline="traces/gone.jsonl")'
        }
    )
    assert DELETED_SOURCES.spec in dependencies(runner, Address("traces", target_name="x"))


def test_full_names_configuration_only() -> None:
    assert TraceFullField.compute_value({"steps": 9, "baseline": "b"}, HERE)["steps"] == 9
    for wrong in ({"corner": "jax-cpu"}, {"step": 9}, ["steps"]):
        with pytest.raises(InvalidFieldException, match="The field `full` of traces:here"):
            TraceFullField.compute_value(wrong, HERE)  # type: ignore[arg-type]


def test_bounds_are_passed_on_with_what_they_are_for() -> None:
    value = ComparisonBoundsField.compute_value(
        {"default": {"step1": 1.0}, "mlp": {"step2": 2.0}, "a, b": {"early": {"max": 3.0}}}, HERE
    )
    assert json.loads(json.dumps(bound_entries(value), default=dict)) == [
        {"default": True, "step1": 1.0},
        {"group": "mlp", "step2": 2.0},
        {"pair": ["a", "b"], "early": {"max": 3.0}},
    ]
    assert "a dictionary of dictionaries" in ComparisonBoundsField({"default": 1e-5}, HERE).error
    assert ComparisonBoundsField(None, HERE).error and ComparisonBoundsField(7, HERE).error


GOOD = {
    "default": {
        "step1": 1e-6,
        "step2": 1e-5,
        "early": {"steps": 20, "max": 1e-4},
        "epoch_mean": 0.01,
        "accuracy": 0,
    },
    "mlp": {"step2": 2e-5},
    "mlp/jax-cpu, mlp/iree-cuda": {"step1": 1e-5, "explain": "another device"},
}


def test_what_cannot_be_compared_is_said_before_anything_is_recorded(runner: RuleRunner) -> None:
    cpu, cuda = (runner.get_target(mlp(corner)) for corner in ("jax-cpu", "iree-cuda"))
    other = runner.get_target(Address("traces", target_name="all"))
    runner.write_files(
        {"one/BUILD": 'gpu_trace(name="single", net="nets/mlp.yaml", corner="jax-cpu", steps=2, '
         'batch=1)'}
    )
    single = runner.get_target(Address("one", target_name="single"))
    assert not_comparable(HERE, [cpu, cuda], GOOD) == ()
    for targets, said in (
        ([cpu, other], "traces:here names traces:all: only `gpu_trace`"),
        ([cpu, cpu], "have the name mlp/jax-cpu"),
        ([], "traces:here compares nothing with no trace, of its field `traces`"),
        ([cpu], "traces:here compares nothing with mlp/jax-cpu, of its field `traces`"),
        ([cpu, cuda, single], "traces:here compares nothing with single, of its field"),
    ):
        (message,) = not_comparable(HERE, targets, GOOD)
        assert said in message


@pytest.mark.parametrize(
    ("entry", "change", "said"),
    [
        ("default", {"step1": 1e30}, "`bounds` of 'default': 'step1' is 1e+30; it must be from 0"),
        ("default", {"step2": float("nan")}, "'step2' is nan; it must be a finite number"),
        ("default", {"epoch_mean": float("inf")}, "'epoch_mean' is inf; it must be a finite"),
        ("default", {"accuracy": -1e-3}, "'accuracy' is -0.001; it must be from 0 to 0.1"),
        ("default", {"accuracy": 1}, "'accuracy' is 1; it must be from 0 to 0.1"),
        ("default", {"step1": True}, "'step1' is True; it must be a finite number"),
        ("default", {"step1": "1e-5"}, "'step1' is '1e-5'; it must be a finite number"),
        ("default", {"step3": 1e-5}, "unknown bound 'step3'; bounds are step1, step2"),
        ("default", {"early": {"steps": 0, "max": 1e-5}}, "'early' has steps 0; it must be"),
        ("default", {"early": {"steps": 20, "max": 9.0}}, "'early' is 9.0; it must be from 0"),
        ("default", {"early": 1e-5}, "'early' must be {'steps': ..., 'max': ...}"),
        ("mlp", {"step1": 1e30}, "`bounds` of 'mlp': 'step1' is 1e+30"),
        ("cnn", {"step1": 1e-5}, "`bounds` of 'cnn': no trace is of that group; there are mlp"),
        ("mlp/jax-cpu, mlp/gone", {"explain": "x"}, "it is not two of the traces mlp/iree-cuda, "),
        ("mlp/jax-cpu, mlp/jax-cpu", {"explain": "x"}, "it is not two of the traces"),
        ("mlp/jax-cpu, mlp/iree-cuda", {"explain": " "}, "a pair with bounds of its own needs"),
    ],
)
def test_bounds_that_nothing_can_fail_or_that_bound_nothing(
    runner: RuleRunner, entry: str, change: dict, said: str
) -> None:
    traces = [runner.get_target(mlp(corner)) for corner in ("jax-cpu", "iree-cuda")]
    bounds = {**GOOD, entry: {**GOOD.get(entry, {}), **change}}
    (message,) = not_comparable(HERE, traces, bounds)
    assert said in message and "traces:here" in message


@pytest.mark.parametrize("key", ["step1", "step2", "early", "epoch_mean", "accuracy"])
def test_every_bound_is_given(runner: RuleRunner, key: str) -> None:
    traces = [runner.get_target(mlp(corner)) for corner in ("jax-cpu", "iree-cuda")]
    rest = {k: v for k, v in GOOD["default"].items() if k != key}
    (message,) = not_comparable(HERE, traces, {"default": rest})
    assert f"lacks {key}; give every one" in message
    (message,) = not_comparable(HERE, traces, {})
    assert "has no 'default'" in message


def test_the_comparer_has_the_same_largest_bounds() -> None:
    source = (Path(__file__).parents[3] / "numerics/traces/comparison.py").read_text()
    text = source.split("LARGEST_BOUNDS = ", 1)[1].split("}", 1)[0] + "}"
    assert ast.literal_eval(text) == dict(LARGEST)


def test_names_of_traces() -> None:
    name = trace_name(mlp("jax-cpu"))
    assert (name, group_of(name), file_name(name)) == ("mlp/jax-cpu", "mlp", "mlp_jax-cpu.jsonl")
    assert (trace_name(Address("a/traces")), group_of("traces")) == ("traces", "")


def test_what_the_recorder_is_asked(runner: RuleRunner) -> None:
    target = runner.get_target(mlp("jax-cpu"))
    short, full = (trace_settings(target, full=f) for f in (False, True))
    assert recorder_arguments(short, "/data") == (
        "--net=nets/mlp.yaml",
        f"--config={short.config}",
        "--corner=jax-cpu",
        "--record-steps=200",
    )
    assert recorder_arguments(full, "/data")[3:] == ("--data=/data",)
    assert recorder_arguments(full, None)[3:] == ()


@pytest.mark.parametrize("field", [TraceFullField, ComparisonBoundsField])
def test_help_can_read_the_types_of_fields(field: type) -> None:
    assert get_type_hints(field.compute_value)["raw_value"]  # type: ignore[attr-defined]
