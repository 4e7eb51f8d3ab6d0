"""Which target owns a net, by the net's path."""

from __future__ import annotations

from dataclasses import dataclass

from pants.build_graph.address import Address
from pants.engine.target import AllTargets
from pants.util.frozendict import FrozenDict
from pants.util.logging import LogLevel

from fourfold.backend.nets.target_types import NetSpecSourceField
from fourfold.core.citations import near_names
from fourfold.engine import collect_rules, rule


@dataclass(frozen=True)
class NetSpecMap:
    """Path of a NetSpec -> the targets that own it."""

    owners: FrozenDict[str, tuple[Address, ...]]


@rule(desc="Find all NetSpecs", level=LogLevel.DEBUG)
def map_netspecs(targets: AllTargets) -> NetSpecMap:
    owners: dict[str, tuple[Address, ...]] = {}
    for target in targets:
        if target.has_field(NetSpecSourceField):
            path = target[NetSpecSourceField].file_path
            owners[path] = (*owners.get(path, ()), target.address)
    return NetSpecMap(FrozenDict(owners))


class UnknownNet(Exception):
    pass


def owner_of_net(path: str, by: Address, nets: NetSpecMap) -> Address:
    """The one `netspec` at `path`; raises UnknownNet if there is none, or are several."""
    owners = nets.owners.get(path, ())
    if len(owners) == 1:
        return owners[0]
    if owners:
        named = ", ".join(address.spec for address in owners)
        raise UnknownNet(f"The net {path} of {by} is owned by several targets: {named}.")
    near = near_names(path, nets.owners)
    meant = f" Did you mean {' or '.join(near)}?" if near else ""
    raise UnknownNet(
        f"No `netspec` target owns the net {path!r} of {by}; the path is from the root of the "
        f"repository.{meant}"
    )


def rules():
    return collect_rules()
