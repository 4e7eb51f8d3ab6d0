"""What the fields of a target ask of the recorder and of the comparer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Mapping, cast

from pants.build_graph.address import Address
from pants.engine.target import Target

from fourfold.backend.traces.corners import CORNERS
from fourfold.backend.traces.target_types import (
    CONFIG_FIELDS,
    TraceBaselineField,
    TraceBaselineModeField,
    TraceCornerField,
    TraceDataHashField,
    TraceFullField,
    TraceNetField,
    TraceRecordStepsField,
)


@dataclass(frozen=True)
class TraceSettings:
    """`config` is canonical JSON; `baseline` is a path, or "" where there is nothing to compare.

    `record_steps` is None where all steps of the configuration are recorded.
    """

    net: str
    corner: str
    config: str
    record_steps: int | None
    baseline: str
    baseline_mode: str

    @property
    def needs_gpu(self) -> bool:
        return CORNERS[self.corner] is not None

    @property
    def uses_data_files(self) -> bool:
        return json.loads(self.config)[TraceDataHashField.alias] is not None


def trace_settings(target: Target, *, full: bool) -> TraceSettings:
    values: dict[str, Any] = {field.alias: target[field].value for field in CONFIG_FIELDS}
    baseline = target[TraceBaselineField].value
    record_steps = target[TraceRecordStepsField].value
    if full:
        replaced = dict(target[TraceFullField].value)
        baseline = cast("str | None", replaced.pop(TraceBaselineField.alias, None))
        record_steps = None
        values.update(replaced)
    values["epoch_steps"] = values["epoch_steps"] or values["steps"]
    return TraceSettings(
        net=target[TraceNetField].value,
        corner=target[TraceCornerField].value,
        config=json.dumps(values, sort_keys=True, separators=(",", ":")),
        record_steps=record_steps,
        baseline=baseline or "",
        baseline_mode=target[TraceBaselineModeField].value,
    )


def trace_name(address: Address) -> str:
    """Its name in tables, such as `mlp/jax-cpu` for `traces:mlp#jax-cpu`.

    Before the slash is the group, within which traces are compared.
    """
    parts = (address.target_name, address.generated_name)
    return "/".join(part.replace("/", "_") for part in parts if part)


def group_of(name: str) -> str:
    return name.rpartition("/")[0]


def file_name(name: str) -> str:
    return f"{name.replace('/', '_')}.jsonl"


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
            entries.append({"group": name, **bound})
    return entries
