"""Audit of one built session, and its second build with every proof checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping

from pants.engine.fs import AddPrefix
from pants.engine.process import FallibleProcessResult
from pants.engine.target import Target
from pants.engine.unions import UnionRule
from pants.util.logging import LogLevel

from fourfold.backend.isabelle.compile import (
    HEAPS,
    ISABELLE_DRIVER,
    SOURCES,
    BuiltSession,
    rejected_because,
    roots_of,
)
from fourfold.backend.isabelle.inventory import (
    FallibleInventory,
    InventoryRequest,
    list_theories,
    toolchain_parent,
)
from fourfold.backend.isabelle.session import render_root
from fourfold.backend.isabelle.sessions import SessionRequest, read_session
from fourfold.backend.isabelle.target_types import IsabelleSourcesField
from fourfold.core.report import recheck_summary
from fourfold.engine import add_prefix, collect_rules, concurrently, implicitly, rule
from fourfold.prover.compiled import driver_answer
from fourfold.prover.driver import run_driver
from fourfold.prover.judge import CompiledModule, CompiledModuleRequest, compiled_module
from fourfold.prover.judgement import audit_failure, constants_of, policy_of
from fourfold.prover.target_types import (
    IousField,
    ProofTimeoutField,
    RecheckField,
    StatementsField,
)
from fourfold.witness.judge import Judgement, JudgeRequest

# Proofs one after the other, none put off; each keeps what it was made of.
_RECHECK_OPTIONS = {"parallel_proofs": "0", "record_proofs": "1"}


class JudgeSessionRequest(JudgeRequest):
    field_type = IsabelleSourcesField


@dataclass(frozen=True)
class SessionStepRequest:
    """`audit` of the built image, or `recheck` from the sources."""

    step: str
    module: CompiledModule
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
        "names": dict(inventory.names),
        "theories": list(facts.theories),
        "imported": [t for f in output.closure[:-1] for t in f.theories],
        "statements": statement_rows(statements, facts.name),
    }


@rule(desc="Run a step over a built Isabelle session", level=LogLevel.DEBUG)
async def run_session_step(request: SessionStepRequest) -> FallibleProcessResult:
    module, target = request.module, request.module.target
    session = await read_session(SessionRequest(target.address), **implicitly())
    output: BuiltSession = module.output
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
    inputs = (sources, heaps)
    return await run_driver(
        ISABELLE_DRIVER, module.sandbox, module.toolchain, asked, inputs, what, repeats=repeats
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
async def judge_session(request: JudgeSessionRequest) -> Judgement:
    module = await compiled_module(CompiledModuleRequest(request.address), **implicitly())
    findings, target = module.findings(), module.target
    if module.output is None:
        return findings.not_compiled(module.compiled)
    inventory = await list_theories(
        InventoryRequest(toolchain_parent(module.output), module.toolchain), **implicitly()
    )
    if inventory.message:
        return findings.refused(inventory.message)
    # The re-check audits the image that it builds, so that one audit will do: sessions above audit
    # the theories of this one again, in the image that they stand on.
    recheck = target[RecheckField].value
    name = "recheck" if recheck else "audit"
    step = await run_session_step(SessionStepRequest(name, module, inventory), **implicitly())
    audit = driver_answer(step)
    findings.add_step(name, audit.get("seconds", 0.0), step)
    failure = judge_step(audit, target, module.name)
    if failure is not None:
        return findings.refused(failure)

    constants = constants_of(audit)
    findings.messages += audit["refused"]
    judged = findings.claim(policy_of(target, module.setting.options.axioms), constants, audit)
    findings.forbid(judged, constants, lambda theorem, axiom: dict.fromkeys([theorem, axiom]))
    unchecked = () if recheck else (module.name,)
    return findings.concluded(judged, constants, recheck_summary(unchecked), audit)


def rules():
    return [*collect_rules(), UnionRule(JudgeRequest, JudgeSessionRequest)]
