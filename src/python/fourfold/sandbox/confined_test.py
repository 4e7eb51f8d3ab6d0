from __future__ import annotations

import dataclasses
import json
from types import SimpleNamespace

from pants.engine.fs import EMPTY_DIGEST, CreateDigest, Digest

from fourfold.rule_testing import run_rule
from fourfold.sandbox.confined import (
    REFUSED,
    ConfinedProcess,
    DriverScripts,
    LoadedDriver,
    ProofSandbox,
    confined_process,
    driver_request,
    first_line,
    probe_problem,
)
from fourfold.sandbox.scripts import confine

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


def test_a_closure_of_4000_modules_is_no_argument_which_linux_would_refuse() -> None:
    sandbox = ProofSandbox(OTHER, "bubblewrap", memory_limit=1)
    modules = [f"Library.Folder.Subfolder.Module{i:04}" for i in range(4000)]
    request = driver_request(sandbox, {"step": "audit", "modules": modules})
    assert len(request) > 131_072
    driver = DriverScripts((("fourfold.sandbox.scripts", "probe.py"),))
    created: list[CreateDigest] = []
    process = run_rule(
        confined_process,
        (dataclasses.replace(PROCESS, driver=driver, request=request), sandbox),
        load_driver=lambda *_: LoadedDriver(OTHER),
        create_digest=lambda files: created.append(files) or EMPTY_DIGEST,
        merge_digests=lambda _: EMPTY_DIGEST,
    )
    assert sum(map(len, process.argv)) < 1000
    (file,) = created[0]
    assert file.path == confine.REQUEST and json.loads(file.content)["modules"] == modules
