"""Generation, arguments and dependency edges; no process is run."""

from __future__ import annotations

from textwrap import dedent

import pytest
from pants.backend.python import target_types_rules
from pants.backend.python.dependency_inference import rules as python_inference
from pants.backend.python.target_types import (
    PythonSourcesGeneratorTarget,
    PythonSourceTarget,
)
from pants.build_graph.address import Address
from pants.engine.addresses import Addresses
from pants.engine.target import Dependencies, DependenciesRequest
from pants.testutil.rule_runner import QueryRule, RuleRunner
from pants.util.frozendict import FrozenDict

from fourfold.backend.coq import register as coq
from fourfold.backend.gradients import register
from fourfold.backend.gradients.judge import fd_arguments, oracle_flags
from fourfold.backend.gradients.target_types import FdModuleField
from fourfold.backend.nets.netspecs import NetSpecMap, UnknownNet, owner_of_net
from fourfold.prover.deleted_sources import DELETED_SOURCES
from fourfold.prover.target_types import invalid_fields


@pytest.fixture
def runner() -> RuleRunner:
    runner = RuleRunner(
        rules=[
            *register.rules(),
            *coq.rules(),
            *target_types_rules.rules(),
            *python_inference.rules(),
            QueryRule(Addresses, [DependenciesRequest]),
        ],
        target_types=[
            *register.target_types(),
            *coq.target_types(),
            PythonSourcesGeneratorTarget,
            PythonSourceTarget,
        ],
    )
    runner.set_options(
        [
            "--source-root-patterns=['/py']",
            "--python-interpreter-constraints=['CPython>=3.9']",
            "--finite-differences-runner=lib.runner",
            "--oracles-runner=lib.runner",
            "--python-infer-use-rust-parser",
            "--toolchains-locks={}",
        ],
        env_inherit={"PATH", "HOME"},
    )
    runner.write_files(
        {
            "py/lib/BUILD": "python_sources()",
            "py/lib/runner.py": "import lib.helper\n",
            "py/lib/helper.py": "",
            "py/checks/BUILD": dedent(
                """
                python_sources()
                fd_checks(name="fd", overrides={"relu": {"step": 1e-5, "checks": ["a", "b"],
                          "explain": {"b": "a table", "a": "noise"}}})
                """
            ),
            "py/checks/__init__.py": "",
            "py/checks/dense.py": 'T = ("coq:VJP.dense.t", "coq:VJP.gone.t")\n',
            "py/checks/relu.py": "",
            "py/checks/relu_test.py": "",
            "coq/BUILD": 'coq_theory(logical_name="VJP")',
            "coq/dense.v": "Lemma t : True. exact I. Qed.",
            "coq/relu.v": "",
            "nets/BUILD": "netspecs()",
            "nets/small.yaml": "name: small",
            "oracles/BUILD": dedent(
                """
                vjp_oracle(
                    name="small", net="nets/small.yaml", max_ulp=300.0, explain="a b", batch=2,
                    corners=["x", "y"],
                )
                vjp_oracle(name="lost", net="nets/smal.yaml")
                """
            ),
        }
    )
    return runner


def dependencies(runner: RuleRunner, address: Address) -> set[str]:
    field = runner.get_target(address).get(Dependencies)
    return {a.spec for a in runner.request(Addresses, [DependenciesRequest(field)])}


def fd(name: str) -> Address:
    return Address("py/checks", target_name="fd", generated_name=name)


def test_one_check_for_each_module(runner: RuleRunner) -> None:
    generator = Address("py/checks", target_name="fd")
    assert dependencies(runner, generator) == {"py/checks:fd#dense", "py/checks:fd#relu"}
    assert runner.get_target(fd("dense"))[FdModuleField].value == "checks.dense"


def test_overrides_become_arguments(runner: RuleRunner) -> None:
    assert fd_arguments(runner.get_target(fd("relu")), plot=True) == (
        "--module=checks.relu",
        "--check=a",
        "--check=b",
        "--step=1e-05",
        "--explain=a=noise",
        "--explain=b=a table",
        "--report=__report/report.json",
        "--plot=__report/plots",
    )


@pytest.mark.parametrize(
    ("build", "name", "said"),
    [
        (
            'fd_checks(overrides={"rellu": {"step": 1e-5}})',
            "problems",
            "is for rellu, but the generated targets are dense, relu",
        ),
        ('fd_checks(overrides={"relu": {"stepp": 1}})', "relu", "Unrecognized field `stepp=1`"),
        ("fd_checks(overrides=7)", "problems", "'overrides' field"),
        ('fd_checks(modules=["gone*.py"])', "problems", "matches no file with"),
        ("fd_checks(modules=7)", "problems", "'modules' field"),
        ("fd_checks(step=0)", "dense", "'step' field"),
        ("fd_checks(draws=1.5)", "relu", "'draws' field"),
        ('vjp_oracles(nets=["../nets/none.yaml"])', "problems", "matches no file with"),
        ("vjp_oracles()", "problems", "'nets' field"),
    ],
)
def test_a_wrong_field_is_the_error_of_its_own_target(
    runner: RuleRunner, build: str, name: str, said: str
) -> None:
    runner.write_files({"py/checks/BUILD": build})
    target = runner.get_target(Address("py/checks", generated_name=name))
    assert said in (invalid_fields(target) or "")


def test_the_other_targets_of_a_generator_are_there(runner: RuleRunner) -> None:
    build = 'fd_checks(modules=["gone.py", "relu.py"], overrides=7)'
    runner.write_files({"py/checks/BUILD": build})
    target = runner.get_target(Address("py/checks", generated_name="relu"))
    assert invalid_fields(target) is None
    assert target[FdModuleField].value == "checks.relu"


def test_a_check_depends_on_its_code_and_the_theory_it_cites(runner: RuleRunner) -> None:
    assert dependencies(runner, fd("dense")) == {
        "py/checks/dense.py",
        "py/lib/runner.py",
        "coq/dense.v",
    }
    assert dependencies(runner, fd("relu")) == {"py/checks/relu.py", "py/lib/runner.py"}


def test_an_oracle_depends_on_its_net(runner: RuleRunner) -> None:
    address = Address("oracles", target_name="small")
    assert dependencies(runner, address) == {"nets/small.yaml", "py/lib/runner.py"}
    assert oracle_flags(runner.get_target(address)) == (
        "--corners=x,y",
        "--batch=2",
        "--max-ulp=300.0",
        "--explain=a b",
    )


def test_an_edge_for_what_is_gone(runner: RuleRunner) -> None:
    runner.write_files({"py/checks/BUILD": 'fd_check(name="lost", module="checks.gone")'})
    for address in (
        Address("oracles", target_name="lost"),
        Address("py/checks", target_name="lost"),
    ):
        assert DELETED_SOURCES.spec in dependencies(runner, address)


def test_a_net_that_nothing_owns_is_named() -> None:
    nets = NetSpecMap(FrozenDict({"nets/small.yaml": (Address("nets"),)}), ("nets:x is wrong.",))
    with pytest.raises(UnknownNet) as raised:
        owner_of_net("nets/smal.yaml", Address("oracles", target_name="lost"), nets)
    assert "'nets/smal.yaml' of oracles:lost; the path is from the root" in str(raised.value)
    assert str(raised.value).endswith("nets:x is wrong.")
