"""What a second machine runs again that a first one has run: nothing. By a real REAPI server."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Dict

import cache_server
import machines
import pytest
from conftest import Shared
from machines import counter, of_theory, warnings
from workspace import Run

CHECKED = (
    of_theory("chain")
    | of_theory("chain", "top")
    | {machines.GRADIENT_PROCESS, machines.TRACE_PROCESS}
)
# The virtual environment of the numerics.
INSTALLED = {"Installing 3rdparty/python/numerics.lock for the resolve `numerics`"}
# What a machine does for itself: facts about it, what is cheaper to make than to move, and what
# Pants starts, without a wait for the cache's answer, and ends when the answer comes.
OWN = re.compile(
    r"Try bubblewrap|Ask apt for its mirrors|Unpack \S+ for \S+|Byte-compile the sandbox's Python|"
    r"Installing \S+ for the resolve `numerics`|Building \S+\.pex from .*|"
    r"Find interpreter for .*|Searching for .*|Test binary .*"
)
UNSEEN = "unseen"


@pytest.fixture(scope="module")
def second_run(shared: Shared) -> Run:
    """Everything, where nothing has run: with another home, user, language, time zone and PATH,
    other paths of the checkout, the sandboxes and the caches, older files, and a cache that takes
    0.3 s to answer each call.
    """
    shared.second.write(machines.theory(UNSEEN))
    shared.proxy.start()
    shared.proxy.behave(delay=0.3)
    done = shared.second.test("::")
    shared.proxy.behave()
    assert done.exit_code == 0, done.output[-4000:]
    return done


def test_the_first_machine_ran_all_and_filled_the_cache(shared: Shared) -> None:
    assert CHECKED | INSTALLED <= shared.built.executed
    assert machines.hits(shared.built) & CHECKED == set()
    assert warnings(shared.built) == set()
    assert counter(shared.built, "remote_cache_write_successes") >= len(CHECKED)


def test_the_second_machine_runs_no_prover_and_no_numerics(second_run: Run) -> None:
    """Nor in vain while it waits for an answer: then a result would not have come from the cache.
    What nobody has checked yet shows that this test can fail."""
    assert CHECKED | INSTALLED <= machines.hits(second_run)
    ran = {d for d in second_run.executed if not OWN.fullmatch(d)}
    assert ran & CHECKED == set()
    assert ran == of_theory(UNSEEN)
    assert counter(second_run, "remote_cache_requests_cached") >= len(CHECKED)
    assert warnings(second_run) == set()


def test_the_second_machine_has_the_same_verdicts(shared: Shared, second_run: Run) -> None:
    theories = ("chain.main.v.json", "chain.top.v.json")
    numerics = ("src.python.demo.fd@doubling.json", "src.python.descent.trace.json")
    for name in (*theories, *numerics):
        first, second = shared.first.report(name), shared.second.report(name)
        assert first["verdict"] == second["verdict"] == "clean"
        assert first == second


def test_no_toolchain_is_uploaded(shared: Shared) -> None:
    """Although the first machine has unpacked packages while the cache was there to write to."""
    assert "Unpack libc6 for sandbox" in shared.built.executed
    blobs = shared.server.blobs()
    assert len(blobs) > len(CHECKED)
    assert not [b[:4] for b in blobs if b.startswith((b"\x7fELF", b"!<arch>"))]


def test_over_tls_only_the_token_of_ci_can_write(shared: Shared, tmp_path: Path) -> None:
    """The address, the certificate and the tokens as docs/remote_cache.md sets them."""
    secrets = cache_server.Secrets(tmp_path / "secrets", "ci", "developer")
    for machine in (shared.first, shared.second):
        machine.write(machines.theory("guarded"))
    shared.second.write(machines.theory("own"))

    def options(server: cache_server.Server, subject: str) -> Dict[str, object]:
        return {
            "pantsd": False,
            "remote_cache_read": True,
            "remote_cache_write": True,
            "remote_store_address": server.address,
            "remote_ca_certs_path": secrets.certificate,
            "remote_oauth_bearer_token_path": secrets.token(subject),
        }

    with cache_server.serving(tmp_path / "server", secrets) as server:
        assert server.address.startswith("grpcs://")
        written = shared.first.test("guarded::", **options(server, "ci"))
        assert written.exit_code == 0 and warnings(written) == set(), written.output[-4000:]
        before = server.blobs()
        assert before

        read = shared.second.test("guarded::", "own::", **options(server, "developer"))
        assert read.exit_code == 0, read.output[-4000:]
        assert machines.hits(read) >= of_theory("guarded")
        assert read.executed & of_theory("guarded") == set()
        assert of_theory("own") <= read.executed
        assert any("Failed to write to remote cache" in line for line in warnings(read))
        assert len(server.blobs()) == len(before)
