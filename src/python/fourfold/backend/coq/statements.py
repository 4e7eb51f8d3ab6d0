"""Whether a module's theorems prove the statements that its BUILD file gives them.

The one process for it is asked only where there are statements; sandbox/coq_statements.py says how
they are read and compared.
"""

from __future__ import annotations

from dataclasses import dataclass

from pants.build_graph.address import Address
from pants.engine.process import FallibleProcessResult
from pants.engine.target import CoarsenedTarget, Target
from pants.util.frozendict import FrozenDict
from pants.util.logging import LogLevel

from fourfold.backend.coq.compile import (
    CoqInterfaceRequest,
    compile_coq,
    coq_interface,
)
from fourfold.backend.coq.names import is_logical_name
from fourfold.backend.coq.scanner import CoqRequire
from fourfold.backend.coq.spec import CompileCoqRequest, Coq
from fourfold.backend.coq.steps import CoqStepRequest, run_coq_step
from fourfold.backend.coq.subsystem import CoqSubsystem
from fourfold.backend.coq.target_types import CoqSourceField, CoqStatementImportsField
from fourfold.engine import collect_rules, concurrently, implicitly, rule
from fourfold.prover.compiled import FallibleCompiled, driver_answer, stopped
from fourfold.prover.setting import SettingRequest, setting_of
from fourfold.prover.source_graph import ProofGraph
from fourfold.prover.target_types import ProofTimeoutField, StatementsField
from fourfold.prover.toolchain import ProverToolchain


@dataclass(frozen=True)
class CoqStatementsRequest:
    address: Address


@dataclass(frozen=True)
class CoqStatements:
    """`wrong` are the theorems that do not prove their statement, with what is said of it.

    `failure` says why they could not be compared. Without statements, nothing ran.
    """

    wrong: FrozenDict[str, str] = FrozenDict()
    failure: str = ""
    seconds: float = 0.0
    results: tuple[FallibleProcessResult, ...] = ()


def own_statements(target: Target, module: str) -> dict[str, str]:
    """A library's statements go to each of its modules; each answers for its own."""
    return {
        name: text
        for name, text in sorted((target[StatementsField].value or {}).items())
        if name.startswith(module + ".") and is_logical_name(name)
    }


def refused_import(
    name: str, compiled: FallibleCompiled, toolchain: ProverToolchain, build_file: str
) -> str | None:
    """Why statements of a module cannot be read with another one; None where they can."""
    assert compiled.output is not None and toolchain.layout is not None
    where = f"Change `statement_imports` in {build_file}"
    if name == compiled.module:
        return (
            f"`statement_imports` names {name} itself, and a statement is read where that is not "
            "loaded. Move the definitions that the statement needs into a module of their own, or "
            f"name each in full in the statement. {where}."
        )
    provided = toolchain.layout.provides(CoqRequire(name, None, 0))
    if is_logical_name(name) and (name in compiled.output.modules or provided):
        return None
    return (
        f"`statement_imports` names {name}, which is neither a module that {compiled.module} "
        f"imports, directly or not, nor one of {toolchain.name} that `libraries` selects. {where}."
    )


def _components_of(modules: set[str], component: CoarsenedTarget) -> list[CoarsenedTarget]:
    return [
        ct
        for ct in component.coarsened_closure()
        if any(t.has_field(CoqSourceField) and Coq.module_of(t) in modules for t in ct.members)
    ]


@rule(desc="Compare statements of a Coq module", level=LogLevel.DEBUG)
async def compare_statements(
    request: CoqStatementsRequest, coq: CoqSubsystem, graph: ProofGraph
) -> CoqStatements:
    component = graph.by_address[request.address]
    target = component.representative
    compiled = await compile_coq(CompileCoqRequest(component), **implicitly())
    assert compiled.output is not None  # the caller has looked
    statements = own_statements(target, compiled.module)
    if not statements:
        return CoqStatements()
    setting = await setting_of(SettingRequest(target), **implicitly())
    imports = target[CoqStatementImportsField].value or ()
    build_file = f"{target.address.spec_path}/BUILD"
    for name in imports:
        refused = refused_import(name, compiled, setting.toolchain, build_file)
        if refused is not None:
            return CoqStatements(FrozenDict({name: refused for name in statements}))
    own = {name for name in imports if name in compiled.output.modules}
    interfaces = await concurrently(
        coq_interface(CoqInterfaceRequest(ct)) for ct in _components_of(own, component)
    )
    known = sorted({m for i in interfaces if i.output is not None for m in i.output.modules})
    result = await run_coq_step(
        CoqStepRequest(
            "statements",
            request.address,
            compiled.module,
            compiled.output,
            (
                ("statements", tuple(statements.items())),
                ("imports", tuple(imports)),
                ("known", tuple(known)),
            ),
            coq.whole_closures,
        ),
        **implicitly(),
    )
    answer = driver_answer(result)
    failure = ""
    if not answer.get("accepted"):
        said = answer.get("error") or answer["output"]
        why = stopped(answer, target[ProofTimeoutField].value) or said
        failure = f"{compiled.module}: its statements could not be compared: {why}"
    return CoqStatements(
        FrozenDict(answer.get("wrong_statements", {})),
        failure,
        answer.get("seconds", 0.0),
        (result,),
    )


def rules():
    return collect_rules()
