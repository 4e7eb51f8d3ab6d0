"""What the fields of a target ask of the recorder and of the comparer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Mapping

from pants.build_graph.address import Address
from pants.engine.target import Target

from fourfold.backend.traces.corners import CORNERS
from fourfold.backend.traces.target_types import (
    CONFIG_FIELDS,
    TraceBaselineField,
    TraceBaselineModeField,
    TraceCornerField,
    TraceFullField,
    TraceNetField,
)


@dataclass(frozen=True)
class TraceSettings:
    """`config` is canonical JSON; `baseline` is a path, or "" where there is nothing to compare."""

    net: str
    corner: str
    config: str
    baseline: str
    baseline_mode: str

    @property
    def needs_gpu(self) -> bool:
        return CORNERS[self.corner] is not None


def trace_settings(target: Target, *, full: bool) -> TraceSettings:
    values: dict[str, Any] = {field.alias: target[field].value for field in CONFIG_FIELDS}
    baseline = target[TraceBaselineField].value
    if full:
        replaced = dict(target[TraceFullField].value)
        baseline = replaced.pop(TraceBaselineField.alias, None)
        values.update(replaced)
    values["epoch_steps"] = values["epoch_steps"] or values["steps"]
    return TraceSettings(
        net=target[TraceNetField].value,
        corner=target[TraceCornerField].value,
        config=json.dumps(values, sort_keys=True, separators=(",", ":")),
        baseline=baseline or "",
        baseline_mode=target[TraceBaselineModeField].value,
    )


def trace_name(address: Address) -> str:
    """The name of a trace in tables, and of its file: `mlp_jax-cpu` for `traces:mlp#jax-cpu`."""
    parts = (address.target_name, address.generated_name)
    return "_".join(part.replace("/", "_") for part in parts if part)


def bound_entries(bounds: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The bounds as the comparer reads them: each entry says which pairs it is for."""
    entries: list[dict[str, Any]] = []
    for name, bound in bounds.items():
        pair = [part.strip() for part in name.split(",")]
        if name == "default":
            entries.append({"default": True, **bound})
        elif len(pair) == 2:
            entries.append({"pair": pair, **bound})
        else:
            entries.append({"net": name, **bound})
    return entries
