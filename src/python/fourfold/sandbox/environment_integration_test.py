"""Toolchains for a target whose environment is remote are made on this machine."""

from __future__ import annotations

import hashlib
import io
import tarfile
from pathlib import Path

import pytest
from pants.core.target_types import rules as core_target_rules
from pants.engine.process import Process, ProcessResult
from pants.testutil.rule_runner import QueryRule, RuleRunner

from fourfold.engine import EnvironmentName, RemoteEnvironmentTarget
from fourfold.toolchains import files, kinds, mirrors, trees, unpack
from fourfold.toolchains.kinds import FallibleToolchain, ToolchainRequest

REMOTE = EnvironmentName("workers")
NOBODY_LISTENS = "grpc://127.0.0.1:9"


def deb(name: str) -> bytes:
    """A package whose only file is usr/NAME."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        member = tarfile.TarInfo(f"./usr/{name}")
        member.size = len(name)
        archive.addfile(member, io.BytesIO(name.encode()))
    data = packed.getvalue()
    header = f"{'data.tar':<16}{0:<12}{0:<6}{0:<6}{100644:<8}{len(data):<10}`\n"
    return b"!<arch>\n" + header.encode() + data


@pytest.fixture
def runner(tmp_path: Path) -> RuleRunner:
    options = [
        "--remote-execution",
        f"--remote-execution-address={NOBODY_LISTENS}",
        f"--remote-store-address={NOBODY_LISTENS}",
        "--environments-preview-names={'workers': '//:workers'}",
        "--toolchains-locks={'toy': 't/toy.lock'}",
        f"--toolchains-mirrors=['file://{tmp_path}']",
    ]
    runner = RuleRunner(
        rules=[
            *core_target_rules(),
            *files.rules(),
            *kinds.rules(),
            *mirrors.rules(),
            *trees.rules(),
            *unpack.rules(),
            QueryRule(FallibleToolchain, [ToolchainRequest, EnvironmentName]),
            QueryRule(ProcessResult, [Process, EnvironmentName]),
        ],
        target_types=[RemoteEnvironmentTarget],
        inherent_environment=None,
        isolated_local_store=True,
        bootstrap_args=options[:3],
    )
    content = deb("toy")
    (tmp_path / "toy.deb").write_bytes(content)
    row = f"base | toy | 1 | toy.deb | {len(content)} | {hashlib.sha256(content).hexdigest()}"
    runner.write_files(
        {
            "BUILD": 'remote_environment(name="workers")',
            "t/toy.toml": 'suite = "stable"\npackages = ["toy"]\n',
            "t/toy.lock": f"# suite: stable\n{row}\n",
        }
    )
    runner.set_options(options, env_inherit={"PATH", "HOME"})
    return runner


def test_a_process_of_that_environment_goes_to_the_workers(runner: RuleRunner) -> None:
    with pytest.raises(Exception, match="(?i)connect|transport|unavailable"):
        runner.request(ProcessResult, [Process(["/bin/true"], description="work"), REMOTE])


def test_a_package_is_unpacked_without_them(runner: RuleRunner) -> None:
    toolchain = runner.request(FallibleToolchain, [ToolchainRequest("toy"), REMOTE])
    assert toolchain.files == ("usr/toy",) and toolchain.digest is not None
