"""What the goals answer, for every prover."""

from __future__ import annotations

import dataclasses
from typing import Iterable, Mapping, Sequence, Type

from pants.core.goals.check import CheckResult, CheckResults
from pants.core.goals.test import ShowOutput, TestResult
from pants.core.util_rules.distdir import DistDir
from pants.engine.addresses import Address
from pants.util.strutil import pluralize

from fourfold.core.verdict import Verdict, exit_code
from fourfold.engine import EnvironmentName, concurrently, implicitly
from fourfold.prover.compile import CompileRequest, compile_proof
from fourfold.prover.compiled import FallibleCompiled
from fourfold.prover.source_graph import ProofGraph
from fourfold.toolchains.subsystem import FourfoldSubsystem
from fourfold.witness.judge import Judgement, readable
from fourfold.witness.verdict_log import record_report, test_result


async def compiled_or_broken(
    addresses: Sequence[Address],
    compile: Type[CompileRequest],
    graph: ProofGraph,
    environment: EnvironmentName,
) -> list[FallibleCompiled]:
    """Of all at once; if a rule raised for one, one by one, so that it alone is broken."""
    requests = [compile(graph.by_address[address]) for address in addresses]
    try:
        return list(
            await concurrently(
                compile_proof(**implicitly({request: CompileRequest, environment: EnvironmentName}))
                for request in requests
            )
        )
    except Exception:
        found = []
        for address, request in zip(addresses, requests):
            try:
                found.append(
                    await compile_proof(
                        **implicitly({request: CompileRequest, environment: EnvironmentName})
                    )
                )
            except Exception as error:
                said = f"it could not be compiled: {readable(error)}"
                found.append(FallibleCompiled(address, "", Verdict.HARD_ERROR, said))
        return found


def exit_code_here(verdict: Verdict, toolchain: str, fourfold: FourfoldSubsystem) -> int:
    """Not 0 of what this machine lacks, if it should not lack it."""
    return exit_code(verdict, strict=fourfold.strict, lacks=fourfold.lacks, missing=(toolchain,))


def check_results(
    compiled: Iterable[FallibleCompiled],
    toolchains: Mapping[Address, str],
    fourfold: FourfoldSubsystem,
    checker_name: str,
) -> CheckResults:
    """One result for each module that did not compile, and one for all that did.

    `toolchains` names each target's, which a strict machine may be known to lack.
    """
    found = sorted(compiled, key=lambda c: c.address)
    asked = frozenset(c.address for c in found)
    results = [
        CheckResult(
            exit_code_here(c.verdict, toolchains[c.address], fourfold),
            f"{c.verdict.value}: {_message(c, asked)}\n",
            "",
            partition_description=c.address.spec,
        )
        for c in found
        if not c.verdict.passes
    ]
    passed = len(found) - len(results)
    if passed:
        summary = f"compiled {pluralize(passed, 'module')}"
        results.append(CheckResult(0, "", "", partition_description=summary))
    return CheckResults(results, checker_name=checker_name)


def _message(compiled: FallibleCompiled, asked: frozenset[Address]) -> str:
    """With what failed below it, unless that is asked for too and says so itself."""
    cause = compiled.cause
    if cause is None or cause.address in asked:
        return compiled.message
    return f"{compiled.message}. {cause.address}: {cause.said}"


async def recorded_test(
    judgement: Judgement,
    address: Address,
    output: ShowOutput,
    dist: DistDir,
    fourfold: FourfoldSubsystem,
    *,
    log_files: bool = False,
) -> TestResult:
    """For uncacheable rules only, because it writes the report: see verdict_log.py.

    `log_files` says where the judgement's own files are.
    """
    report = record_report(judgement.report, address, dist)
    result = await test_result(
        report,
        address,
        judgement.metadata,
        output,
        strict=fourfold.strict,
        lacks=fourfold.lacks,
    )
    if not judgement.files.files:
        return result
    return dataclasses.replace(result, extra_output=judgement.files, log_extra_output=log_files)
