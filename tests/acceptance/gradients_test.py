"""Gradient checks and oracles: what passes, what fails and says why, and what a change re-runs."""

from __future__ import annotations

import pytest
from numerics_workspace import numerics_workspace, stand_ins
from workspace import Run, Workspace

# The doubling of a vector; `{factor}` is 2 where its vector-Jacobian product is right.
CHECK = """\
from numerics.citation import Citation
from numerics.gradients.check import Check, Tolerance, normal

CHECKS = (
    Check(
        name="{name}",
        function=lambda x: 2.0 * x,
        vjp=lambda x, dy: {factor} * dy,
        inputs=(normal("x", (3,)),),
        tolerance=Tolerance(1e-7, 1e-7, "the map is linear, so only rounding is left"),
        theorems=(Citation("{theorem}", of="{of}", beyond="{beyond}"),),
    ),
)
"""
THEOREM = "coq:Doubling.main.double_add"
DOUBLE = "Doubling.main.double"


PROOF = """\
Definition double (n : nat) := n + n.
Lemma double_add : double 2 = 4.
Proof. reflexivity. Qed.
Definition triple (n : nat) := n + n + n.
Lemma triple_add : triple 2 = 6.
Proof. reflexivity. Qed.
Definition double_claim : Prop := double 2 = 4.
"""
NET = """\
name: {name}
input: {{channels: 1, height: 4, width: 4}}
layers:
  - dense: {{fan_in: {fan_in}, fan_out: 3}}
"""


def check(name: str, *, factor: str = "2.0", theorem: str = THEOREM, of: str = DOUBLE) -> str:
    beyond = "vectors" if name == "right" else ""
    return CHECK.format(name=name, factor=factor, theorem=theorem, of=of, beyond=beyond)


CORNERS = 'corners=["jax-cpu", "numpy-f64"]'
FORMER = 'corners=["autodiff@xla", "rules@numpy-f64"]'

FILES = {
    "src/coq/Doubling/BUILD": "coq_theory()\n",
    "src/coq/Doubling/main.v": PROOF,
    "src/python/demo/BUILD": 'python_sources()\nfd_checks(name="fd")\n',
    "src/python/demo/right.py": check("right"),
    "src/python/demo/wrong.py": check("wrong", factor="3.0"),
    "src/python/demo/misnamed.py": check("misnamed", theorem=THEOREM + "s"),
    "src/python/demo/defined.py": check("defined", theorem=f"coq:{DOUBLE}", of="Coq.Init.Nat.add"),
    "src/python/demo/claimed.py": check("claimed", theorem=f"coq:{DOUBLE}_claim"),
    "src/python/demo/another.py": check("another", theorem="coq:Doubling.main.triple_add"),
    "src/python/demo/unnamed.py": check("unnamed", of="Coq.Init.Nat.mul"),
    "nets/BUILD": "netspecs()\n",
    "nets/good.yaml": NET.format(name="good", fan_in=16),
    "nets/bad.yaml": NET.format(name="bad", fan_in=15),
    "oracles/BUILD": f"""\
vjp_oracle(name="good", net="nets/good.yaml", {CORNERS})
vjp_oracle(name="bad", net="nets/bad.yaml", {CORNERS})
vjp_oracle(name="tight", net="nets/good.yaml", max_ulp=1e-9, max_abs_step2=1e-20, {FORMER})
vjp_oracle(name="loose", net="nets/good.yaml", max_abs_step2=0.5, {CORNERS})
""",
}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("gradients") / "repository"
    workspace = numerics_workspace(folder, FILES)
    workspace.write(stand_ins(workspace.folder))
    return workspace


@pytest.fixture(scope="module")
def tested(workspace: Workspace) -> Run:
    """Everything, once."""
    return workspace.pants("test", "src/python/demo:fd", "oracles:")


def messages(workspace: Workspace, name: str, verdict: str) -> str:
    report = workspace.report(name)
    assert report["verdict"] == verdict, report
    return "\n".join(report["messages"])  # type: ignore[arg-type]


def test_failures_fail_the_run(tested: Run) -> None:
    assert tested.exit_code == 1, tested.output
    assert "Fourfold: 3 clean, 8 hard-error" in tested.output


def test_a_right_derivative_and_its_theorem_are_clean(workspace: Workspace, tested: Run) -> None:
    report = workspace.report("src.python.demo.fd@right.json")
    assert report["verdict"] == "clean", tested.output
    (cited,) = report["citations"]  # type: ignore[misc]
    assert (cited["name"], cited["axioms"]) == (THEOREM, [])  # type: ignore[index]
    said = "1 check, 1 with theorems (1 cited), 1 beyond their theorems (right: vectors)"
    assert said in tested.output
    assert report["evidence"]["checks"][0]["passed"] is True  # type: ignore[index]


def test_a_wrong_derivative_is_named_with_both_values(workspace: Workspace, tested: Run) -> None:
    said = messages(workspace, "src.python.demo.fd@wrong.json", "hard-error")
    assert said.startswith("wrong: ") and "claimed" in said and "numeric" in said
    assert said in tested.output


def test_a_citation_of_no_theorem_fails(workspace: Workspace, tested: Run) -> None:
    said = messages(workspace, "src.python.demo.fd@misnamed.json", "hard-error")
    assert f"misnamed cites {THEOREM}s" in said
    assert "Did you mean Doubling.main.double_add" in said


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("defined", "Doubling.main.double is a definition: only what is proved can be cited"),
        ("claimed", "Doubling.main.double_claim is a definition: only what is proved can be"),
        ("another", "does not name Doubling.main.double, which is `of` in the citation; it names"),
        ("unnamed", "does not name Coq.Init.Nat.mul, which is `of` in the citation; it names"),
    ],
)
def test_a_citation_is_of_a_theorem_about_the_formula(
    workspace: Workspace, tested: Run, name: str, said: str
) -> None:
    assert said in messages(workspace, f"src.python.demo.fd@{name}.json", "hard-error")


def test_an_oracle_that_agrees_is_clean(workspace: Workspace, tested: Run) -> None:
    report = workspace.report("oracles.good.json")
    assert report["verdict"] == "clean", tested.output
    (pair,) = report["evidence"]["pairs"]  # type: ignore[index]
    assert (pair["corner"], pair["against"]) == ("numpy-f64", "jax-cpu")


def test_a_bound_below_the_noise_floor_gives_way_to_it(workspace: Workspace, tested: Run) -> None:
    report = workspace.report("oracles.tight.json")
    assert report["verdict"] == "clean", report
    assert "floor_ulp" in str(report["evidence"]) and "noise floor" in tested.output


def test_a_former_name_of_a_corner_is_taken_and_said(workspace: Workspace, tested: Run) -> None:
    report = workspace.report("oracles.tight.json")
    assert list(report["evidence"]["corners"]) == ["jax-cpu", "numpy-f64"]  # type: ignore[index]
    for former, now in (("autodiff@xla", "jax-cpu"), ("rules@numpy-f64", "numpy-f64")):
        assert f"corner {former} is written {now} now" in tested.output


def test_a_loose_bound_needs_an_explanation(workspace: Workspace, tested: Run) -> None:
    said = messages(workspace, "oracles.loose.json", "hard-error")
    assert "--explain" in said and "the fields of oracles:loose" in said


def test_a_net_that_does_not_fit_is_named_with_its_layer(
    workspace: Workspace, tested: Run
) -> None:
    said = messages(workspace, "oracles.bad.json", "hard-error")
    assert "layer" in said and "15" in said and "16" in said


def test_run_prints_the_net_as_a_program(workspace: Workspace) -> None:
    done = workspace.pants("run", "nets/good.yaml")
    assert done.exit_code == 0, done.output
    assert "import jax.numpy as jnp" in done.output and "def forward(" in done.output


def test_a_new_proof_reaches_the_check_but_runs_no_numbers(
    workspace: Workspace, tested: Run
) -> None:
    dependents = workspace.pants("dependents", "--transitive", "src/coq/Doubling/main.v")
    assert "src/python/demo:fd#right" in dependents.output.splitlines()
    workspace.write({"src/coq/Doubling/main.v": PROOF.replace("reflexivity", "now simpl")})
    done = workspace.pants("-ldebug", "test", "src/python/demo:fd#right")
    assert done.exit_code == 0, done.output
    assert not any("demo.right" in process for process in done.executed)
    workspace.write({"src/coq/Doubling/main.v": PROOF.replace("double_add", "renamed")})
    broken = workspace.pants("-ldebug", "test", "src/python/demo:fd#right")
    assert broken.exit_code == 1 and "Did you mean" in broken.output, broken.output
    assert not any("demo.right" in process for process in broken.executed)
    workspace.write({"src/coq/Doubling/main.v": PROOF})
