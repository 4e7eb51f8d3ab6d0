"""What Agda is asked for one file, from its imports' interface files, and what its answer means.

Dependents are given a module's text without its comments, and the interface that Agda makes of
that text: a remark or a blank line leaves their keys as they were. A proof is part of an
interface in Agda, so a change of one is seen by all that import it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Iterable, Mapping

from pants.engine.target import Target

from fourfold.backend.agda.names import project_of, source_path
from fourfold.backend.agda.target_types import AgdaFlagsField, AgdaSafeField, AgdaSourceField
from fourfold.backend.agda.trusted import (
    Asked,
    Trusted,
    literal_operators,
    never_trusted,
    reflects,
    trusted_by,
)
from fourfold.prover.compile_source import SourceCompile
from fourfold.prover.compiled import FallibleCompiled
from fourfold.prover.judgement import policy_of
from fourfold.prover.toolchain import ProverToolchain
from fourfold.sandbox.confined import DriverScripts

_INTERNAL_ERROR = 154

AGDA_DRIVER = DriverScripts(
    (
        ("fourfold.backend.agda.sandbox", "agda_driver.py"),
        ("fourfold.backend.agda.sandbox", "agda_audit.py"),
        ("fourfold.backend.agda.sandbox", "agda_claims.py"),
        ("fourfold.backend.agda.sandbox", "agda_interface.py"),
        ("fourfold.backend.agda.sandbox", "agda_questions.py"),
        ("fourfold.backend.agda.sandbox", "agda_reflection.py"),
        ("fourfold.backend.agda.sandbox", "agda_survey.py"),
        ("fourfold.backend.agda.sandbox", "agda_text.py"),
    )
)


@dataclass(frozen=True)
class AgdaTrust:
    """Of a module and all that it imports: what they take on trust.

    `unsafe` are the modules not checked with `--safe`; `reflects` says whether one of them can
    declare macros.
    """

    unsafe: tuple[str, ...]
    trusted: tuple[Trusted, ...]
    reflects: bool = False


def flags_of(target: Target) -> list[str]:
    """All flags of the module's project, of which `--safe` is the first."""
    safe = ["--safe"] if target[AgdaSafeField].value else []
    return [*safe, *(target[AgdaFlagsField].value or ())]


def step_fields(target: Target, module: str, toolchain: ProverToolchain) -> dict[str, Any]:
    """What every step of the driver is told about a module."""
    flags = flags_of(target)
    return {
        **toolchain.layout.request_fields(),
        "flags": flags,
        "module": module,
        "path": source_path(module, target[AgdaSourceField].proof_path),
        "project": project_of(flags),
        "safe": target[AgdaSafeField].value,
    }


def without_progress(output: str) -> str:
    """What a person needs of Agda's output: not which module it checks."""
    lines = [line for line in output.splitlines() if not line.lstrip().startswith("Checking ")]
    return "\n".join(lines).strip()


def crashed(answer: Mapping[str, Any]) -> str | None:
    if answer.get("exit_code") != _INTERNAL_ERROR:
        return None
    return (
        f"Agda crashed on this file (internal error, exit code {_INTERNAL_ERROR}): a fault of its "
        f"own. It said: {without_progress(answer['output'])}"
    )


def rejected_because(answer: Mapping[str, Any], source: str) -> str:
    if answer.get("not_read"):
        return (
            f"{source}: Fourfold cannot read the interface file of this Agda "
            f"({answer['not_read']}), and so cannot say what the module takes on trust. Use a "
            "toolchain with Agda 2.6.4.3 or 2.8.0."
        )
    crash = crashed(answer)
    if crash is not None:
        return f"{source}: {crash}"
    return without_progress(answer["output"])


def unsafe_import(module: str, imports: Iterable[FallibleCompiled]) -> str | None:
    unsafe = [i for i in imports if i.output is not None and i.output.more.unsafe]
    if not unsafe:
        return None
    # Also where `safe` is off: Agda stops listing what is unsafe at such an import.
    return (
        f"{module} imports {unsafe[0].module} ({unsafe[0].address}), which is not checked "
        "with `--safe`, so Agda cannot say what else it takes on trust. Make what it needs a "
        f"parameter of a module, or use it in {unsafe[0].module} itself."
    )


def _asked(target: Target, axioms: Iterable[str]) -> Asked:
    policy = literal_operators(policy_of(target, axioms))
    flags = target[AgdaFlagsField].value or ()
    return Asked(target[AgdaSafeField].value, flags, policy, f"{target.address.spec_path}/BUILD")


def _reflecting(compile: SourceCompile) -> bool:
    return any(i.more.reflects for i in compile.imports) or reflects(compile.answer)


def never_permitted(compile: SourceCompile) -> str | None:
    asked = _asked(compile.target, compile.axioms)
    macros = _reflecting(compile) and asked.cubical
    never = never_trusted(compile.answer, compile.module, compile.file, asked, macros)
    return "\n".join(never) or None


def trust_of(compile: SourceCompile) -> AgdaTrust:
    """What all of the closure takes on trust, put together."""
    asked, reflecting = _asked(compile.target, compile.axioms), _reflecting(compile)
    imported: list[AgdaTrust] = [i.more for i in compile.imports]
    own = trusted_by(compile.answer, compile.module, compile.file, reflecting and asked.cubical)
    unsafe = {m for i in imported for m in i.unsafe} | (set() if asked.safe else {compile.module})
    everything = {*own, *(t for i in imported for t in i.trusted)}
    return AgdaTrust(
        tuple(sorted(unsafe)),
        tuple(sorted(everything, key=lambda t: (t.module, t.name))),
        reflecting,
    )


def common_flags(targets: Iterable[Target]) -> list[str]:
    """Those that all modules have: Agda says which others an importer needs."""
    first, *rest = (flags_of(t) for t in targets)
    return [f for f in first if all(f in flags for flags in rest)]
