"""NumPy in float64: no compiler, and one operation after the other."""

from __future__ import annotations

from numerics.corners.corner import Corner, Environment, versions


class NumPy(Corner):
    def __init__(self, precision: str = "f64") -> None:
        assert precision == "f64"

    def environment(self) -> Environment:
        return Environment(
            {"kind": "cpu", "name": "any"}, "none", {"name": "none"}, versions("numpy")
        )
