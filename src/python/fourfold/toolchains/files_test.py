"""Which file of a toolchain is read: the repository's own before the shipped one."""

from __future__ import annotations

import pytest
from pants.testutil.rule_runner import QueryRule, RuleRunner

from fourfold import VERSION
from fourfold.toolchains import register
from fourfold.toolchains.files import (
    LoadedDefinition,
    LoadedLock,
    LockOrigin,
    LockOriginRequest,
    ToolchainName,
)
from fourfold.toolchains.holes import KernelHoles, KernelHolesRequest
from fourfold.toolchains.subsystem import _SHIPPED, SHIPPED_FOLDER

OWN = "3rdparty/toolchains/coq-8.20"


@pytest.fixture
def runner() -> RuleRunner:
    runner = RuleRunner(
        rules=[
            *register.rules(),
            QueryRule(LoadedDefinition, [ToolchainName]),
            QueryRule(LoadedLock, [ToolchainName]),
            QueryRule(LockOrigin, [LockOriginRequest]),
            QueryRule(KernelHoles, [KernelHolesRequest]),
        ]
    )
    runner.set_options([], env_inherit={"PATH"})
    return runner


def origin(runner: RuleRunner, name: str = "coq-8.20") -> str:
    return runner.request(LockOrigin, [LockOriginRequest(name)]).text


def test_what_is_shipped_needs_no_file(runner: RuleRunner) -> None:
    for name in _SHIPPED:
        definition = runner.request(LoadedDefinition, [ToolchainName(name)])
        assert definition.path == f"{name}.toml, as shipped with fourfold-pants {VERSION}"
    lock = runner.request(LoadedLock, [ToolchainName("coq-8.20")])
    assert lock.lock is not None and lock.lock.select(())
    assert runner.request(KernelHoles, [KernelHolesRequest("coq-8.20")]).ids
    assert origin(runner) == f"coq-8.20.lock, as shipped with fourfold-pants {VERSION}"
    assert origin(runner, "lean-4") == f"lean-4.toml, as shipped with fourfold-pants {VERSION}"
    assert origin(runner, "/on/this/machine") == ""


def test_a_file_of_the_repository_is_read_instead(runner: RuleRunner) -> None:
    shipped = (SHIPPED_FOLDER / "coq-8.20.lock").read_text().splitlines()
    other = [line for line in shipped if line.startswith(("#", "base"))][:9]
    runner.write_files({f"{OWN}.lock": "\n".join(other) + "\n"})
    lock = runner.request(LoadedLock, [ToolchainName("coq-8.20")])
    assert (lock.origin, origin(runner)) == (f"{OWN}.lock", f"{OWN}.lock")
    assert lock.lock is not None and len(lock.lock.archives) == len(other) - 3
    # File by file: the definition is still the shipped one.
    definition = runner.request(LoadedDefinition, [ToolchainName("coq-8.20")])
    assert definition.path.startswith("coq-8.20.toml, as shipped")


def test_a_damaged_file_of_the_repository_is_no_reason_to_take_the_shipped_one(
    runner: RuleRunner,
) -> None:
    runner.write_files({f"{OWN}.holes.toml": "version = 'none'\nhole = []\n"})
    # Without a lock of its own, a list of its own would hide what the shipped kernel has.
    assert runner.request(KernelHoles, [KernelHolesRequest("coq-8.20")]).ids
    runner.write_files({f"{OWN}.lock": "", f"{OWN}.toml": "[", f"{OWN}.holes.toml": ""})
    for kind, request, said in (
        (LoadedLock, ToolchainName("coq-8.20"), f"{OWN}.lock: the lock has no `# suite:`"),
        (LoadedDefinition, ToolchainName("coq-8.20"), f"{OWN}.toml is not valid TOML"),
        (KernelHoles, KernelHolesRequest("coq-8.20"), f"{OWN}.holes.toml: expected `version`"),
    ):
        with pytest.raises(Exception, match=said.replace("[", r"\[")):
            runner.request(kind, [request])
