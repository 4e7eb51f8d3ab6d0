"""Two machines and a cache between them, for the tests of the remote cache and of its faults.

The first has built all theories below; the second none, and reaches the cache by a proxy that
injects faults when it is told to.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Iterator, NamedTuple

import cache_server
import machines
import pytest
from machines import Machine
from workspace import Run

# What the tests of faults find in the cache, which have these theories on the second machine.
SHARED = ("recovered", "cut_off", "corrupted", "dangling")
UNCHECKED = "recheck=False"  # of `honest`, which is shared too
NO_THEOREM = 'no_theorem_reason="none"'
# In a folder whose changes do not restart a daemon.
HONEST_GRADIENT = machines.gradient("numerics/honest", "2.0 * dy", NO_THEOREM)


class Shared(NamedTuple):
    """`built` is the run of the first machine that filled the cache."""

    server: cache_server.Server
    proxy: cache_server.Proxy
    first: Machine
    second: Machine
    built: Run


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shared]:
    folder = tmp_path_factory.mktemp("machines")
    theories = {**machines.theory("honest", fields=UNCHECKED), **HONEST_GRADIENT}
    for name in SHARED:
        theories.update(machines.theory(name))
    with cache_server.serving(folder / "server") as server:
        first = Machine(folder / "first", theories)
        # Makes the sandbox's packages be unpacked once more, to see that they are not uploaded.
        definition = first.folder / "src/python/fourfold/toolchains/shipped/sandbox.toml"
        text = definition.read_text()
        assert 'drop = [' in text
        fresh = f'drop = [\n  "{machines.MARK.split()[1]}",'
        definition.write_text(text.replace("drop = [", fresh))
        cache = {"remote_cache_read": True, "remote_cache_write": True}
        built = first.test(
            "::", pantsd=False, remote_store_address=server.address, stats_log=True, **cache
        )
        assert built.exit_code == 0, built.output[-4000:]

        proxy = cache_server.Proxy(folder / "proxy", server)
        second = Machine(
            folder / "another/place/second",
            {},
            HOME=str(machines.other_home(folder)),
            USER="another",
            LOGNAME="another",
            LANG="C",
            LC_ALL="POSIX",
            TZ="Pacific/Kiritimati",
            PATH=f"{machines.false_tools(folder / 'bin')}:{os.environ['PATH']}",
            FOURFOLD_CACHE="",
            XDG_CACHE_HOME="",
        )
        make_old(second.folder)
        (folder / "sandboxes").mkdir()
        second.options = {
            **cache,
            "local_store_dir": str(machines.other_store()),
            "named_caches_dir": str(folder / "named caches"),
            "local_execution_root_dir": str(folder / "sandboxes"),
            "remote_store_address": proxy.address,
            "stats_log": True,
        }
        try:
            yield Shared(server, proxy, first, second, built)
        finally:
            second.stop()
            proxy.stop()


@pytest.fixture
def cache(shared: Shared) -> Iterator[Shared]:
    """With the proxy up, and without a fault once the test is over."""
    if shared.proxy.process is None or shared.proxy.process.poll() is not None:
        shared.proxy.start()
    yield shared
    shared.proxy.behave()


def make_old(folder: Path) -> None:
    """Sets the times of all files to 2001."""
    for path in folder.rglob("*"):
        os.utime(path, (10**9, 10**9))
