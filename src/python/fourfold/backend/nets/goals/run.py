"""`run` on a NetSpec prints the net as a readable program."""

from __future__ import annotations

from dataclasses import dataclass

from pants.backend.python.target_types import PythonResolveField
from pants.core.goals.run import RunFieldSet, RunInSandboxBehavior, RunRequest
from pants.util.logging import LogLevel

from fourfold.backend.nets.subsystem import NetsSubsystem
from fourfold.backend.nets.target_types import NetSpecSourceField
from fourfold.backend.numerics.code import CodeRequest, find_code
from fourfold.backend.numerics.process import NumericsProgram, prepare_program
from fourfold.backend.numerics.target_types import NumericsDependenciesField
from fourfold.engine import collect_rules, implicitly, rule


@dataclass(frozen=True)
class NetSpecRunFieldSet(RunFieldSet):
    required_fields = (NetSpecSourceField, PythonResolveField)
    run_in_sandbox_behavior = RunInSandboxBehavior.RUN_REQUEST_HERMETIC

    source: NetSpecSourceField
    dependencies: NumericsDependenciesField
    resolve: PythonResolveField


@rule(desc="Print a net as a program", level=LogLevel.DEBUG)
async def run_netspec(fs: NetSpecRunFieldSet, subsystem: NetsSubsystem) -> RunRequest:
    code = await find_code(
        CodeRequest(fs.address, fs.dependencies, fs.resolve, (subsystem.script,)), **implicitly()
    )
    return await prepare_program(
        NumericsProgram((fs.address, *code.addresses), subsystem.script, (fs.source.file_path,)),
        **implicitly(),
    )


def rules():
    return [*collect_rules(), *NetSpecRunFieldSet.rules()]
