"""Which modules of backward rules a net does not need.

They are dependencies of whatever emits a net, and no inputs of its process: a changed rule then
runs again what concerns the nets that use it, and nothing else.
"""

from __future__ import annotations

import glob
import json
import logging
from dataclasses import dataclass

from pants.backend.python.dependency_inference.module_mapper import (
    PythonModuleOwnersRequest,
)
from pants.backend.python.subsystems.setup import PythonSetup
from pants.build_graph.address import Address
from pants.engine.fs import PathGlobs
from pants.util.frozendict import FrozenDict
from pants.util.logging import LogLevel

from fourfold.backend.nets.netspecs import NetSpecMap
from fourfold.backend.nets.subsystem import NetsSubsystem
from fourfold.backend.numerics.process import NumericsProcess, run_numerics
from fourfold.engine import (
    collect_rules,
    concurrently,
    implicitly,
    map_module_to_address,
    path_globs_to_paths,
    rule,
)

logger = logging.getLogger(__name__)

_TIMEOUT = 120  # seconds; it only reads the nets


@dataclass(frozen=True)
class NetRules:
    """The owners of all modules of rules, and for each net the names of those that it needs."""

    owners: FrozenDict[str, tuple[Address, ...]]
    needed: FrozenDict[str, tuple[str, ...]]

    def unneeded(self, net: str) -> tuple[Address, ...]:
        """Nothing for a net that could not be read: its own process says what is wrong."""
        if net not in self.needed:
            return ()
        return tuple(
            address
            for module, addresses in self.owners.items()
            if module not in self.needed[net]
            for address in addresses
        )


@rule(desc="Find the rules that nets need", level=LogLevel.DEBUG)
async def find_net_rules(
    nets: NetSpecMap, subsystem: NetsSubsystem, python_setup: PythonSetup
) -> NetRules:
    resolve = python_setup.default_resolve if python_setup.enable_resolves else None
    runner = await map_module_to_address(
        PythonModuleOwnersRequest(subsystem.rule_modules, resolve=resolve), **implicitly()
    )
    if not runner.unambiguous:
        return NetRules(FrozenDict(), FrozenDict())
    # A `netspec` whose file is gone is no reason to run those of the others again.
    there = await path_globs_to_paths(PathGlobs(map(glob.escape, nets.owners)))
    try:
        answer = await run_numerics(
            NumericsProcess(
                (*runner.unambiguous, *(a for path in there.files for a in nets.owners[path])),
                subsystem.rule_modules,
                there.files,
                _TIMEOUT,
                "Find the rules that nets need",
            ),
            **implicitly(),
        )
    except Exception as error:  # of one net's target, such as a dependency that is not there
        logger.warning(f"All rules are inputs of all nets: {error}")
        return NetRules(FrozenDict(), FrozenDict())
    if answer.exit_code != 0:
        return NetRules(FrozenDict(), FrozenDict())
    found = json.loads(answer.stdout)
    owners = await concurrently(
        map_module_to_address(PythonModuleOwnersRequest(module, resolve=resolve), **implicitly())
        for module in found["every"]
    )
    return NetRules(
        FrozenDict((m, owner.unambiguous) for m, owner in zip(found["every"], owners)),
        FrozenDict((net, tuple(modules)) for net, modules in found["needed"].items()),
    )


def rules():
    return collect_rules()
