"""One question for every prover: compile this module, or this session."""

from __future__ import annotations

from dataclasses import dataclass

from pants.engine.engine_aware import EngineAwareParameter
from pants.engine.target import CoarsenedTarget
from pants.engine.unions import union

from fourfold.engine import EnvironmentName, rule
from fourfold.prover.compiled import FallibleCompiled


@union(in_scope_types=[EnvironmentName])
@dataclass(frozen=True)
class CompileRequest(EngineAwareParameter):
    """Each prover has a member of its own; what it answers has an `output` of its own kind."""

    component: CoarsenedTarget

    def debug_hint(self) -> str:
        return str(self.component)


@rule(polymorphic=True)
async def compile_proof(request: CompileRequest, environment: EnvironmentName) -> FallibleCompiled:
    """One prover's own compile."""
    raise NotImplementedError()
