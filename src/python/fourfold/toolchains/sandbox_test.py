from __future__ import annotations

import dataclasses
from types import SimpleNamespace

from pants.engine.fs import EMPTY_DIGEST, Digest

from fourfold.toolchains.sandbox import (
    ConfinedProcess,
    DriverScripts,
    first_line,
    without_first_line,
)

PROCESS = ConfinedProcess(DriverScripts(()), "{}", EMPTY_DIGEST, EMPTY_DIGEST, "check", 1)
OTHER = Digest("1" * 64, 1)


def test_the_first_line_names_the_request_and_all_that_is_read() -> None:
    others = [
        dataclasses.replace(PROCESS, request='{"step": "audit"}'),
        dataclasses.replace(PROCESS, toolchain=OTHER),
        dataclasses.replace(PROCESS, system=OTHER),
        dataclasses.replace(PROCESS, input_digest=OTHER),
    ]
    assert len({first_line(p) for p in (PROCESS, *others)}) == 5
    assert first_line(dataclasses.replace(PROCESS, description="x")) == first_line(PROCESS)


def test_an_answer_with_another_first_line_or_none_is_refused() -> None:
    line = first_line(PROCESS)
    for said in (b"{}", first_line(dataclasses.replace(PROCESS, toolchain=OTHER)).encode()):
        fake = SimpleNamespace(stdout=said, exit_code=0)
        assert without_first_line(line, fake) is None  # type: ignore[arg-type]


def test_a_driver_that_failed_is_passed_on_with_all_that_it_said() -> None:
    fake = SimpleNamespace(stdout=b"Traceback", exit_code=1)
    assert without_first_line(first_line(PROCESS), fake) is fake  # type: ignore[arg-type]
