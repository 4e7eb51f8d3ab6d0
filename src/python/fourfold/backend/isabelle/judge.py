"""Audit of one built session, and its second build with every proof checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping

from pants.build_graph.address import Address
from pants.engine.fs import AddPrefix
from pants.engine.process import FallibleProcessResult
from pants.engine.target import Target, WrappedTargetRequest
from pants.engine.unions import UnionRule
from pants.util.logging import LogLevel

from fourfold.backend.isabelle.compile import (
    HEAPS,
    ISABELLE_DRIVER,
    SOURCES,
    BuiltSession,
    CompileSessionRequest,
    compile_session,
    rejected_because,
    roots_of,
)
from fourfold.backend.isabelle.inventory import (
    FallibleInventory,
    InventoryRequest,
    list_theories,
    toolchain_parent,
)
from fourfold.backend.isabelle.layout import SetUpIsabelle, set_up_isabelle
from fourfold.backend.isabelle.session import render_root
from fourfold.backend.isabelle.sessions import SessionRequest, read_session
from fourfold.backend.isabelle.subsystem import IsabelleSubsystem
from fourfold.backend.isabelle.target_types import IsabelleSourcesField
from fourfold.core.report import recheck_summary
from fourfold.engine import (
    add_prefix,
    collect_rules,
    concurrently,
    implicitly,
    resolve_target,
    rule,
)
from fourfold.prover.compiled import driver_answer
from fourfold.prover.driver import run_driver
from fourfold.prover.judge import begun, target_at
from fourfold.prover.judgement import (
    MAX_EXPLAINED,
    apply_to_module,
    audit_failure,
    constants_of,
    forbidden_message,
    further_axioms,
    kinds_of,
    missing_theorems,
    not_compiled,
    policy_of,
    resting_on,
)
from fourfold.prover.source_graph import ProofGraph
from fourfold.prover.target_types import (
    IousField,
    ProofTimeoutField,
    RecheckField,
    StatementsField,
)
from fourfold.sandbox.confined import ProofSandbox
from fourfold.witness.judge import Judgement, JudgeRequest

# Proofs one after the other, none put off; each keeps what it was made of.
_RECHECK_OPTIONS = {"parallel_proofs": "0", "record_proofs": "1"}


class JudgeSessionRequest(JudgeRequest):
    field_type = IsabelleSourcesField


@dataclass(frozen=True)
class SessionStepRequest:
    """`audit` of the built image, or `recheck` from the sources."""

    step: str
    address: Address
    output: BuiltSession
    inventory: FallibleInventory


def session_of(theory: str) -> str:
    return theory.rpartition(".")[0]


def statement_rows(statements: Mapping[str, str], session: str) -> list[tuple[str, str, str, str]]:
    """(full name, theory, name in Isabelle, statement) of each theorem of the session."""
    rows = []
    for name, statement in sorted(statements.items()):
        if name.startswith(f"{session}."):
            fact = name[len(session) + 1 :]
            rows.append((name, f"{session}.{fact.partition('.')[0]}", fact, statement))
    return rows


def audit_request(
    output: BuiltSession, statements: Mapping[str, str], inventory: FallibleInventory
) -> dict[str, Any]:
    facts = output.facts
    base = sorted({name for f in output.closure for name in f.base})
    return {
        "session": facts.name,
        "base": base,
        "sessions": sorted({session_of(name) for name in base} - {""}),
        "toolchain": list(inventory.theories),
        "theories": list(facts.theories),
        "imported": [t for f in output.closure[:-1] for t in f.theories],
        "statements": statement_rows(statements, facts.name),
    }


@rule(desc="Run a step over a built Isabelle session", level=LogLevel.DEBUG)
async def run_session_step(
    request: SessionStepRequest, isabelle: IsabelleSubsystem, sandbox: ProofSandbox
) -> FallibleProcessResult:
    wrapped, session = await concurrently(
        resolve_target(
            WrappedTargetRequest(request.address, description_of_origin="the Isabelle audit"),
            **implicitly(),
        ),
        read_session(SessionRequest(request.address), **implicitly()),
    )
    target, output = wrapped.target, request.output
    toolchain = await set_up_isabelle(SetUpIsabelle.of(target, isabelle))
    assert toolchain.digest is not None  # it has compiled
    recheck = request.step == "recheck"
    roots = roots_of(output.closure)
    if recheck:
        again = render_root(
            session.entry,
            quick_and_dirty=bool(target[IousField].value),
            more=_RECHECK_OPTIONS,
        )
        roots = {f: text.replace(output.facts.root, again) for f, text in roots.items()}
    sources, heaps = await concurrently(
        add_prefix(AddPrefix(output.sources, SOURCES)),
        add_prefix(AddPrefix(output.heaps_below if recheck else output.heaps, HEAPS)),
    )
    asked = {
        **audit_request(output, dict(target[StatementsField].value or {}), request.inventory),
        "step": request.step,
        "roots": roots,
        "timeout": target[ProofTimeoutField].value,
    }
    what, repeats = f"{_STEP_NAMES[request.step]} {output.facts.name}", 2 if recheck else 1
    # A re-check builds, then audits.
    return await run_driver(
        ISABELLE_DRIVER, sandbox, toolchain, asked, (sources, heaps), what, repeats=repeats
    )


_STEP_NAMES = {"audit": "Audit", "recheck": "Re-check"}


def judge_step(answer: Mapping[str, Any], target: Target, session: str) -> str | None:
    """The message for a re-check that rejects the session, or an audit without an answer."""
    timeout = target[ProofTimeoutField].value
    if answer.get("rejected"):
        why = rejected_because(dict(answer), f"the session `{session}`", timeout)
        return f"the re-check rejects it: {why}"
    return audit_failure(answer, session, target)


@rule(desc="Judge an Isabelle session", level=LogLevel.DEBUG)
async def judge_session(
    request: JudgeSessionRequest,
    isabelle: IsabelleSubsystem,
    graph: ProofGraph,
    sandbox: ProofSandbox,
) -> Judgement:
    target = target_at(request.address, graph)
    toolchain = await set_up_isabelle(SetUpIsabelle.of(target, isabelle))
    compiled = await compile_session(
        CompileSessionRequest(graph.by_address[request.address]), **implicitly()
    )
    findings = begun(target, isabelle, compiled, toolchain, sandbox)
    if compiled.output is None:
        return not_compiled(findings, compiled)
    inventory = await list_theories(
        InventoryRequest(toolchain_parent(compiled.output), toolchain), **implicitly()
    )
    if inventory.message:
        findings.messages.append(inventory.message)
        return findings.refused()
    # The re-check audits the image that it builds, so that one audit will do: sessions above audit
    # the theories of this one again, in the image that they stand on.
    recheck = target[RecheckField].value
    step = await run_session_step(
        SessionStepRequest(
            "recheck" if recheck else "audit", request.address, compiled.output, inventory
        ),
        **implicitly(),
    )
    audit = driver_answer(step)
    findings.add_step("recheck" if recheck else "audit", audit.get("seconds", 0.0), step)
    failure = judge_step(audit, target, compiled.module)
    if failure is not None:
        findings.messages.append(failure)
        return findings.refused()

    constants = constants_of(audit)
    judged, drifted = apply_to_module(
        policy_of(target, isabelle.axioms), constants, compiled.module, request.address
    )
    findings.messages += [
        *audit["refused"],
        *missing_theorems(
            target,
            compiled.module,
            constants,
            audit["wrong_statements"],
            kinds_of(audit, "isabelle", constants),
        ),
        *drifted,
    ]
    for assumption in judged.forbidden[:MAX_EXPLAINED]:
        path = dict.fromkeys([resting_on(assumption, constants)[0], assumption.name])
        findings.messages.append(
            forbidden_message(assumption, constants, path, request.address, "[isabelle].axioms")
        )
    findings.messages += further_axioms(compiled.module, judged.forbidden[MAX_EXPLAINED:])
    unchecked = () if recheck else (compiled.module,)
    return findings.concluded(judged, constants, recheck_summary(unchecked), audit)


def rules():
    return [*collect_rules(), UnionRule(JudgeRequest, JudgeSessionRequest)]
