"""The oracle's result: JSON for machines, a table for people."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from numerics.citation import citations_json
from numerics.findings import Findings, Formula
from numerics.nets import graph
from numerics.oracle.comparison import (
    NOISE,
    Bounds,
    LossError,
    PairResult,
    TensorError,
)
from numerics.oracle.noise import NO_FLOOR, Floor
from numerics.oracle.problem import Outcome, Problem
from numerics.oracle.vacuous import zero_gradients
from numerics.stablehlo.rules.catalog import rules_for
from numerics.stablehlo.rules.loss import CROSS_ENTROPY
from numerics.stablehlo.rules.rule import SOFTMAX, Rule, key


@dataclass(frozen=True)
class CornerResult:
    """`outcome` is None for a corner that is not available or raised; `problem` says why."""

    versions: Mapping[str, str]
    outcome: Outcome | None
    problem: str | None = None


@dataclass(frozen=True)
class Run:
    """Everything that one call of the oracle found. It passed when `failures` is empty."""

    problem: Problem
    seed: int
    start: str
    bounds: Bounds
    explanation: str | None
    corners: Mapping[str, CornerResult] = field(default_factory=dict)
    pairs: tuple[PairResult, ...] = ()
    noise: Floor = NO_FLOOR
    failures: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def highest_floor(self) -> float:
        """Of all gradients, in ULPs of their scales."""
        return max((e.floor for pair in self.pairs for e in pair.gradients), default=0.0)

    @property
    def passed(self) -> bool:
        return not self.failures


def findings(run: Run) -> Findings:
    """A pure function of the run: no times, no paths."""
    floor = run.highest_floor
    return Findings(
        judged=len(run.pairs),
        messages=run.failures,
        notes=[*([f"noise floor {floor:.1f} ULP"] if math.isfinite(floor) else []), *run.notes],
        formulas=[Formula(rule.name, rule.theorems) for rule in _rules(run.problem)],
        evidence=_evidence(run),
    )


def _evidence(run: Run) -> dict[str, Any]:
    problem = run.problem
    return {
        "netspec_name": problem.spec.name,
        "netspec_sha256": problem.spec.sha256,
        "parameters_sha256": problem.parameter_sha256,
        "batch_sha256": problem.batch.sha256,
        "batch_size": len(problem.batch.labels),
        "seed": run.seed,
        "start": run.start,
        "optimizer": problem.optimizer,
        "lr": problem.lr,
        "bounds": {"max_abs_step2": run.bounds.max_abs_step2, "max_ulp": run.bounds.max_ulp},
        "explanation": run.explanation,
        "noise_floor": {
            "factor": NOISE,
            "loss1": _number(run.noise.loss1),
            "loss2": _number(run.noise.loss2),
            "gradients": {name: _number(value) for name, value in run.noise.gradients.items()},
            "highest_ulp": run.highest_floor if math.isfinite(run.highest_floor) else None,
        },
        "zero_gradients": zero_gradients(run.noise),
        "rules": [
            {
                "name": rule.name,
                "theorems": citations_json(rule.theorems),
                "no_theorem_reason": rule.reason,
            }
            for rule in _rules(problem)
        ],
        "corners": {name: _corner(result) for name, result in run.corners.items()},
        "pairs": [_pair(pair) for pair in run.pairs],
    }


def as_table(run: Run) -> str:
    """One line per corner, one per pair, then the failures."""
    problem = run.problem
    lines = [
        f"{problem.spec.name}: {problem.optimizer}, lr {problem.lr:g}, batch "
        f"{len(problem.batch.labels)}, {problem.spec.parameter_count} parameters, "
        f"start {run.start}, seed {run.seed}"
    ]
    for name, result in run.corners.items():
        told = ", ".join(f"{package} {number}" for package, number in result.versions.items())
        if result.outcome is None:
            lines.append(f"  {name:<22} not available: {result.problem}")
        else:
            loss1, loss2 = result.outcome.loss1, result.outcome.loss2
            lines.append(f"  {name:<22} loss1 {loss1:<12.9g} loss2 {loss2:<12.9g} {told}")
    if run.pairs:
        header = f"{'loss1 ULP':>9}  {'loss2 abs':>9}  {'grad ULP':>9}  {'grad abs':>9}"
        lines.append(f"  {'corner':<22} {'against':<16} {header}  worst gradient")
    for pair in run.pairs:
        worst = pair.worst_gradient
        lines.append(
            f"  {pair.corner:<22} {pair.against:<16} {pair.loss1.ulps:>9.1f}  "
            f"{pair.loss2.absolute:>9.2e}  {worst.ulps:>9.1f}  {worst.absolute:>9.2e}  "
            f"{worst.name}{list(worst.worst)}"
        )
    bounds = run.bounds
    allowed = f"allowed: loss1 and gradients {bounds.max_ulp:g} ULP, loss2 {bounds.max_abs_step2:g}"
    lines.append(f"  {allowed}" + (f" ({run.explanation})" if run.explanation else ""))
    lines.append(
        f"  noise floor: loss1 {run.noise.loss1:.1e}, loss2 {run.noise.loss2:.1e}, gradients up to "
        f"{run.highest_floor:.1f} ULP; {NOISE:g} times it is allowed where that is more"
    )
    if zero := zero_gradients(run.noise):
        lines.append(f"  zero but for rounding: the gradients of {', '.join(zero)}")
    lines += [f"  FAIL {failure}" for failure in run.failures]
    lines.append(f"{problem.spec.name}: {'passed' if run.passed else 'FAILED'}")
    return "\n".join(lines)


def _rules(problem: Problem) -> list[Rule]:
    """The backward rules that this net uses."""
    used = {key(node.op) for node in problem.spec.graph.nodes} | {CROSS_ENTROPY}
    if graph.Attention in used:
        used.add(SOFTMAX)
    return [rule for entry, rule in rules_for(problem.spec.graph).items() if entry in used]


def _corner(result: CornerResult) -> dict[str, Any]:
    found = result.outcome
    return {
        "available": found is not None,
        "problem": result.problem,
        "versions": dict(result.versions),
        "loss1": None if found is None else _number(found.loss1),
        "loss2": None if found is None else _number(found.loss2),
    }


def _pair(pair: PairResult) -> dict[str, Any]:
    return {
        "corner": pair.corner,
        "against": pair.against,
        "passed": not pair.failures,
        "loss1": _loss(pair.loss1),
        "loss2": _loss(pair.loss2),
        "worst_gradient": pair.worst_gradient.name,
        "gradients": [_tensor(error) for error in pair.gradients],
    }


def _loss(error: LossError) -> dict[str, Any]:
    return {
        "value": error.value,
        "reference": error.reference,
        "abs_error": error.absolute,
        "ulp_error": _number(error.ulps),
        "floor": _number(error.floor),
        "allowed": _number(error.allowed),
    }


def _tensor(error: TensorError) -> dict[str, Any]:
    return {
        "parameter": error.name,
        "entries": error.entries,
        "max_abs_error": error.absolute,
        "max_relative_error": _number(error.relative),
        "max_ulp_error": _number(error.ulps),
        "floor_ulp": _number(error.floor),
        "allowed_ulp": _number(error.allowed),
        "scale": error.scale,
        "worst_entry": list(error.worst),
        "value": error.value,
        "reference": error.reference,
        "sign_flips": error.sign_flips,
        "largest_flip": error.largest_flip,
    }


def _number(value: float) -> float | str:
    """JSON has no NaN and no infinity."""
    return value if math.isfinite(value) else repr(value)
