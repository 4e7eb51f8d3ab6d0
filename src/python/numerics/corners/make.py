"""Makes a corner by its name; only what that corner needs is imported."""

from __future__ import annotations

import importlib

from numerics.corners.corner import Corner
from numerics.corners.names import CORNERS

_MODULES = {
    "jax": ("numerics.corners.jax", "Jax"),
    "xla": ("numerics.corners.xla", "Xla"),
    "iree": ("numerics.corners.iree", "Iree"),
    "numpy": ("numerics.corners.numpy_f64", "NumPy"),
}


def make_corner(name: str) -> Corner:
    """Raises ValueError for a name that is not in CORNERS."""
    if name not in CORNERS:
        raise ValueError(f"corner {name!r} is unknown; there are {', '.join(CORNERS)}")
    compiler, _, device = name.partition("-")
    module, attribute = _MODULES[compiler]
    return getattr(importlib.import_module(module), attribute)(device)
