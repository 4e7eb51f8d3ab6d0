"""Makes a corner by its name; only what that corner needs is imported."""

from __future__ import annotations

import importlib

from numerics.traces.corner import Corner
from numerics.traces.corner_names import CORNERS

_MODULES = {
    "jax": ("numerics.traces.corner_jax", "Jax"),
    "xla": ("numerics.traces.corner_xla", "EmittedXla"),
    "iree": ("numerics.traces.corner_iree", "Iree"),
}


def make_corner(name: str) -> Corner:
    """Raises ValueError for a name that is not in CORNERS."""
    if name not in CORNERS:
        raise ValueError(f"corner {name!r} is unknown; there are {', '.join(CORNERS)}")
    pipeline, _, device = name.partition("-")
    module, attribute = _MODULES[pipeline]
    return getattr(importlib.import_module(module), attribute)(device)
