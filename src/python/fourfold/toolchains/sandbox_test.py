from __future__ import annotations

import dataclasses
from types import SimpleNamespace

from pants.engine.fs import EMPTY_DIGEST, Digest

from fourfold.toolchains.sandbox import (
    REFUSED,
    ConfinedProcess,
    DriverScripts,
    first_line,
    probe_problem,
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


def test_a_probe_whose_outputs_do_not_come_back_is_an_error_that_names_the_cause() -> None:
    for code in (0, REFUSED):
        fake = SimpleNamespace(exit_code=code, output_digest=OTHER, stderr=b"")
        assert probe_problem(fake) == ""  # type: ignore[arg-type]
        fake.output_digest = EMPTY_DIGEST
        assert "output_paths" in probe_problem(fake)  # type: ignore[arg-type]
    fake = SimpleNamespace(exit_code=1, output_digest=EMPTY_DIGEST, stderr=b"no such file")
    assert "no such file" in probe_problem(fake)  # type: ignore[arg-type]
