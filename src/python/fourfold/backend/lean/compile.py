"""What Lean is asked for one file, and what its answer means."""

from __future__ import annotations

from typing import Any, Mapping, Sequence

from pants.engine.target import Target

from fourfold.backend.lean.names import module_path
from fourfold.backend.lean.target_types import LeanFlagsField
from fourfold.prover.compiled import FallibleCompiled
from fourfold.prover.toolchain import ProverToolchain


def asked(target: Target, module: str, toolchain: ProverToolchain) -> dict[str, Any]:
    return {
        "module_path": module_path(module),
        "flags": tuple(target[LeanFlagsField].value or ()),
        "features": toolchain.layout.features,
    }


def rejected_because(answer: Mapping[str, Any]) -> str:
    lines = answer["output"].splitlines()
    errors = [i for i, line in enumerate(lines) if "error" in line]
    return "\n".join(lines[errors[0] :] if errors else lines).strip()


def asked_together(compiled: Sequence[FallibleCompiled]) -> dict[str, Any]:
    """Lean refuses two modules that declare one name."""
    return {"modules": sorted({m for c in compiled for m in c.output.modules})}
