"""Answers that name their process, so that a cache cannot pass one for another.

A process prints a first line that hashes its request and what it reads. A cache that mixes up two
results mixes up their first lines too.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import logging
from typing import Any, Sequence

from pants.engine.process import FallibleProcessResult, Process, ProcessCacheScope

from fourfold.engine import execute_process, implicitly

logger = logging.getLogger(__name__)


def line_about(read: Sequence[Any]) -> str:
    """The first line of the process that has this request and these inputs, as JSON values."""
    return f"about {hashlib.sha256(json.dumps(read).encode()).hexdigest()}\n"


def without_first_line(line: str, result: FallibleProcessResult) -> FallibleProcessResult | None:
    """None where the answer begins otherwise, and so belongs to another process.

    A process that failed may not have come to its first line, and is in no cache.
    """
    expected = line.encode()
    if result.stdout.startswith(expected):
        return dataclasses.replace(result, stdout=result.stdout[len(expected) :])
    return result if result.exit_code != 0 else None


async def own_answer(line: str, process: Process) -> FallibleProcessResult:
    """Runs a process that prints `line` first; its output is given back without that."""
    result = without_first_line(line, await execute_process(process, **implicitly()))
    if result is None:
        logger.warning(
            f"A cache answered `{process.description}` with the result of another process. It is "
            "refused, and the process is run here. Take that result out of the remote cache and "
            "find out who wrote it: see remote_cache.md in Fourfold's documentation."
        )
        # A scope that no cache serves.
        process = dataclasses.replace(process, cache_scope=ProcessCacheScope.PER_SESSION)
        ran = await execute_process(process, **implicitly())
        result = without_first_line(line, ran)
        assert result is not None  # it prints the line before anything else
    return result
