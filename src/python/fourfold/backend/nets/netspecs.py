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
from fourfold.prover.deleted_sources import DELETED_SOURCES
from fourfold.prover.target_types import invalid_fields


@dataclass(frozen=True)
class NetSpecMap:
    """Path of a NetSpec -> the targets that own it. `invalid` says what is wrong with the fields
    of those that own nothing.
    """

    owners: FrozenDict[str, tuple[Address, ...]]
    invalid: tuple[str, ...] = ()

    def edges(self, path: str | None) -> set[Address]:
        """What a target depends on for its net; where nothing owns it, what selects the target
        when a file is deleted.
        """
        return set(self.owners.get(path or "", ())) or {DELETED_SOURCES}


@rule(desc="Find all NetSpecs", level=LogLevel.DEBUG)
def map_netspecs(targets: AllTargets) -> NetSpecMap:
    owners: dict[str, tuple[Address, ...]] = {}
    invalid = []
    for target in targets:
        if target.has_field(NetSpecSourceField):
            error = invalid_fields(target)
            if error:
                invalid.append(error)
                continue
            path = target[NetSpecSourceField].file_path
            owners[path] = (*owners.get(path, ()), target.address)
    return NetSpecMap(FrozenDict(owners), tuple(invalid))


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
        f"repository.{meant}" + "".join(f" {error}" for error in nets.invalid)
    )


def rules():
    return collect_rules()
