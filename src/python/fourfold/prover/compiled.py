"""What every prover's compile of one file answers, and what is said where it could not begin."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Iterable, Mapping, Sequence

from pants.build_graph.address import Address
from pants.engine.engine_aware import EngineAwareReturnType
from pants.engine.fs import Digest
from pants.engine.process import FallibleProcessResult, ProcessResultMetadata
from pants.util.logging import LogLevel

from fourfold.core.cycles import shortest_cycle
from fourfold.core.verdict import Verdict


@dataclass(frozen=True)
class FailedSource:
    """What failed below a file that was not checked; `said` is the beginning of its message."""

    address: Address
    said: str


@dataclass(frozen=True)
class FallibleCompiled(EngineAwareReturnType):
    """`verdict` is clean where the file compiled, with `output` there; `message` is for people.

    `module` is the full name of the file's module. A backend's own class adds nothing but the
    type of `output`.
    """

    address: Address
    module: str
    verdict: Verdict
    message: str = ""  # type: ignore[assignment]
    output: Any = None
    seconds: float = 0.0
    metadata: ProcessResultMetadata | None = None  # type: ignore[assignment]
    cause: FailedSource | None = None

    def level(self) -> LogLevel:
        return LogLevel.DEBUG  # the goals print

    def cacheable(self) -> bool:
        return self.verdict is not Verdict.NOT_AVAILABLE


@dataclass(frozen=True)
class CompiledSource:
    """What the shared compile of a source leaves (compile_source.py).

    `own` holds what the prover wrote of the module; `closure` that, and its imports'. `modules`
    are the names of the closure, the module itself last; `more` is what else the prover keeps.
    """

    own: Digest
    closure: Digest
    modules: tuple[str, ...]
    more: Any = None


# Of the error of an import, in the message of what imports it.
_LINES_OF_IMPORT = 4
_LENGTH_OF_IMPORT = 400


def failed_import(
    imports: Iterable[FallibleCompiled],
) -> tuple[Verdict, str, FailedSource | None] | None:
    """The verdict and message of a file of which one import failed, and what failed first.

    None where none did.
    """
    failed = [i for i in imports if i.output is None]
    if not failed:
        return None
    worst = next((i for i in failed if i.verdict is Verdict.HARD_ERROR), failed[0])
    if worst.verdict is Verdict.HARD_ERROR:
        cause = worst.cause or FailedSource(worst.address, _shortened(worst.message))
        message = f"not checked: import {worst.module} ({worst.address}) failed"
        return worst.verdict, message, cause
    return worst.verdict, worst.message, None


def _shortened(message: str) -> str:
    """The beginning of an error that is another file's."""
    lines = [line.strip() for line in message.strip().splitlines() if line.strip()]
    text = " ".join(lines[:_LINES_OF_IMPORT])
    cut = text[:_LENGTH_OF_IMPORT]
    return text if cut == text and len(lines) <= _LINES_OF_IMPORT else f"{cut.rstrip()} [...]"


def closure_modules(module: str, imported: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """The modules of the closures of its imports, sorted, and the module itself last."""
    return (*sorted({m for modules in imported for m in modules} - {module}), module)


def cycle_message(imports: Mapping[str, Sequence[str]]) -> str:
    return f"import cycle: {' -> '.join(shortest_cycle(imports))}"


def driver_answer(result: FallibleProcessResult) -> dict[str, Any]:
    """The driver's JSON; a driver that failed itself is reported with all it printed."""
    text = result.stdout.decode(errors="replace")
    try:
        return json.loads(text)
    except ValueError:
        said = (text + result.stderr.decode(errors="replace")).strip()
        failed = f"the sandbox driver failed (exit code {result.exit_code}): {said}"
        return {"accepted": False, "timed_out": False, "output": failed, "error": failed}


# Of what the prover printed before it was stopped.
_KEPT = 2000


def stopped(answer: Mapping[str, Any], timeout: int) -> str | None:
    """Why the prover did not come to its end, where that says nothing of the proof."""
    if answer.get("timed_out"):
        return f"timed out after {timeout} s. To allow more, set `timeout` on its target."
    if answer.get("limit"):
        why = (
            f"the prover {answer['limit']}, which is the limit, and was stopped. For more memory, "
            "set `[fourfold].memory_limit`; the other limits are fixed."
        )
    elif answer.get("ended_by") == "hand":
        why = (
            f"the prover was killed (exit code {answer['exit_code']}), for lack of memory or by "
            "hand. That says nothing of the proof and is not kept; run it again."
        )
    elif answer.get("ended_by") == "crash":
        why = (
            f"the prover crashed on this file (exit code {answer['exit_code']}), by a fault of its "
            "own or a recursion too deep for it. That is not kept."
        )
    else:
        return None
    said = answer.get("output", "").strip()[-_KEPT:]
    return f"{why} It had said: {said}" if said else why


def rejection(answer: Mapping[str, Any], source: str, timeout: int) -> str | None:
    """Why a compile failed, where the reason is not the prover's to give."""
    why = stopped(answer, timeout)
    if why is not None:
        return f"{source}: {why}"
    if answer.get("undeclared"):
        return (
            f"{source}: wrote files that no compile should write: {', '.join(answer['undeclared'])}"
        )
    return None
