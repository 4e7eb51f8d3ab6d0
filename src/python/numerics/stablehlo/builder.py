"""Typed StableHLO operations over an abstract backend.

A rule (see `rule.py`) is written once against `Builder` and runs on both of its implementations:
`TextBuilder` prints StableHLO, `NumpyBuilder` evaluates the same calls in float64. `Builder` alone
infers result types and rejects ill-typed calls, so that both see the same, already checked
operation.

Shapes are static. Element types are `f32`, `i32` and `i1`; `NumpyBuilder` widens `f32` to float64.
Semantics: the StableHLO specification, one operation per method.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Shape = tuple[int, ...]


class BuilderError(ValueError):
    """An operation was called with operands that StableHLO does not allow."""


@dataclass(frozen=True)
class Value:
    """One SSA value: its type, and what the backend keeps for it (a name, or an array)."""

    shape: Shape
    dtype: str
    data: Any

    @property
    def rank(self) -> int:
        return len(self.shape)

    @property
    def size(self) -> int:
        return math.prod(self.shape)


@dataclass(frozen=True)
class Op:
    """One checked operation, ready for a backend: the StableHLO name, operands, attributes and
    result type.
    """

    name: str
    operands: tuple[Value, ...]
    attributes: Mapping[str, Any]
    shape: Shape
    dtype: str


@dataclass(frozen=True)
class ConvolutionLayout:
    """Which axis of each operand is what, in StableHLO's letters: `b`/`o` outer, `f`/`i` feature,
    `0`, `1` spatial.
    """

    lhs: str = "bf01"
    rhs: str = "oi01"
    out: str = "bf01"


class Builder(ABC):
    """StableHLO operations with result types inferred. Every method returns a new `Value` or raises
    BuilderError.
    """

    @abstractmethod
    def apply(self, op: Op) -> Value:
        """Execute or print one operation that has already been checked."""

    # Constants and element-wise operations.

    def constant(
        self, value: float | int | bool, shape: Sequence[int] = (), dtype: str = "f32"
    ) -> Value:
        """A tensor with every entry equal to `value`."""
        return self.apply(Op("constant", (), {"value": value}, tuple(shape), dtype))

    def zeros_like(self, x: Value) -> Value:
        return self.constant(0, x.shape, x.dtype)

    def iota(self, shape: Sequence[int], axis: int) -> Value:
        """Entry = its own index along `axis` (int32)."""
        _require(0 <= axis < len(shape), f"iota: axis {axis} of shape {tuple(shape)}")
        return self.apply(Op("iota", (), {"axis": axis}, tuple(shape), "i32"))

    def add(self, x: Value, y: Value) -> Value:
        return self._binary("add", x, y)

    def subtract(self, x: Value, y: Value) -> Value:
        return self._binary("subtract", x, y)

    def multiply(self, x: Value, y: Value) -> Value:
        return self._binary("multiply", x, y)

    def divide(self, x: Value, y: Value) -> Value:
        return self._binary("divide", x, y)

    def maximum(self, x: Value, y: Value) -> Value:
        return self._binary("maximum", x, y)

    def minimum(self, x: Value, y: Value) -> Value:
        return self._binary("minimum", x, y)

    def logical_and(self, x: Value, y: Value) -> Value:
        _require(x.dtype == "i1", f"and: operands must be i1, found {x.dtype}")
        return self._binary("and", x, y)

    def logical_not(self, x: Value) -> Value:
        _require(x.dtype == "i1", f"not: operand must be i1, found {x.dtype}")
        return self._unary("not", x)

    def negate(self, x: Value) -> Value:
        return self._unary("negate", x)

    def exponential(self, x: Value) -> Value:
        return self._unary("exponential", x)

    def exponential_minus_one(self, x: Value) -> Value:
        return self._unary("exponential_minus_one", x)

    def log(self, x: Value) -> Value:
        return self._unary("log", x)

    def tanh(self, x: Value) -> Value:
        return self._unary("tanh", x)

    def logistic(self, x: Value) -> Value:
        """1 / (1 + exp(-x)), entry by entry."""
        return self._unary("logistic", x)

    def sqrt(self, x: Value) -> Value:
        return self._unary("sqrt", x)

    def rsqrt(self, x: Value) -> Value:
        return self._unary("rsqrt", x)

    def compare(self, direction: str, x: Value, y: Value) -> Value:
        """Entry-wise comparison, `direction` one of EQ NE LT LE GT GE; an i1 tensor."""
        _require(
            direction in ("EQ", "NE", "LT", "LE", "GT", "GE"), f"compare: direction {direction}"
        )
        self._same_type("compare", x, y)
        return self.apply(Op("compare", (x, y), {"direction": direction}, x.shape, "i1"))

    def select(self, where: Value, x: Value, y: Value) -> Value:
        """`x` where the i1 tensor `where` holds, else `y`."""
        _require(where.dtype == "i1", f"select: predicate must be i1, found {where.dtype}")
        _require(where.shape == x.shape, f"select: predicate {where.shape} against {x.shape}")
        self._same_type("select", x, y)
        return self.apply(Op("select", (where, x, y), {}, x.shape, x.dtype))

    def convert(self, x: Value, dtype: str) -> Value:
        return x if x.dtype == dtype else self.apply(Op("convert", (x,), {}, x.shape, dtype))

    def scale(self, x: Value, factor: float) -> Value:
        return self.multiply(x, self.constant(factor, x.shape))

    def offset(self, x: Value, amount: float) -> Value:
        return self.add(x, self.constant(amount, x.shape))

    # Shape.

    def broadcast(self, x: Value, shape: Sequence[int], axes: Sequence[int]) -> Value:
        """Axis i of `x` becomes axis `axes[i]` of the result; all others repeat `x`."""
        shape, axes = tuple(shape), tuple(axes)
        _require(
            len(axes) == x.rank and list(axes) == sorted(set(axes)),
            f"broadcast: axes {axes} for {x.shape}",
        )
        _require(
            all(
                0 <= axis < len(shape) and shape[axis] == size for axis, size in zip(axes, x.shape)
            ),
            f"broadcast: {x.shape} along {axes} does not fit {shape}",
        )
        if shape == x.shape:
            return x
        return self.apply(Op("broadcast_in_dim", (x,), {"axes": axes}, shape, x.dtype))

    def reshape(self, x: Value, shape: Sequence[int]) -> Value:
        """Same entries in row-major order."""
        shape = tuple(shape)
        _require(math.prod(shape) == x.size, f"reshape: {x.shape} to {shape}")
        return x if shape == x.shape else self.apply(Op("reshape", (x,), {}, shape, x.dtype))

    def transpose(self, x: Value, axes: Sequence[int]) -> Value:
        """Axis `axes[i]` of `x` becomes axis i."""
        axes = tuple(axes)
        _require(sorted(axes) == list(range(x.rank)), f"transpose: {axes} of {x.shape}")
        if axes == tuple(range(x.rank)):
            return x
        return self.apply(
            Op("transpose", (x,), {"axes": axes}, tuple(x.shape[a] for a in axes), x.dtype)
        )

    def reverse(self, x: Value, axes: Sequence[int]) -> Value:
        axes = tuple(axes)
        _require(all(0 <= a < x.rank for a in axes), f"reverse: axes {axes} of {x.shape}")
        return self.apply(Op("reverse", (x,), {"axes": axes}, x.shape, x.dtype))

    def slice(
        self, x: Value, starts: Sequence[int], limits: Sequence[int], strides: Sequence[int] = ()
    ) -> Value:
        """Entries `starts[i], starts[i] + strides[i], ...` below `limits[i]` of each axis."""
        starts, limits, strides = tuple(starts), tuple(limits), tuple(strides) or (1,) * x.rank
        _require(
            len(starts) == len(limits) == len(strides) == x.rank, f"slice: bounds for rank {x.rank}"
        )
        _require(
            all(0 <= a <= z <= n and s > 0 for a, z, s, n in zip(starts, limits, strides, x.shape)),
            f"slice: [{starts}:{limits}:{strides}] of {x.shape}",
        )
        shape = tuple(-(-(z - a) // s) for a, z, s in zip(starts, limits, strides))
        if shape == x.shape:
            return x
        bounds = {"starts": starts, "limits": limits, "strides": strides}
        return self.apply(Op("slice", (x,), bounds, shape, x.dtype))

    def pad(
        self,
        x: Value,
        value: float,
        low: Sequence[int],
        high: Sequence[int],
        interior: Sequence[int] = (),
    ) -> Value:
        """Fill with `value` before, after and between the entries of each axis; negative
        `low`/`high` crop.
        """
        low, high, interior = tuple(low), tuple(high), tuple(interior) or (0,) * x.rank
        _require(
            len(low) == len(high) == len(interior) == x.rank, f"pad: amounts for rank {x.rank}"
        )
        shape = tuple(
            n + before + after + max(n - 1, 0) * between
            for n, before, after, between in zip(x.shape, low, high, interior)
        )
        _require(
            min(shape, default=0) >= 0 and min(interior, default=0) >= 0,
            f"pad: {x.shape} to {shape}",
        )
        if shape == x.shape and not any(low):
            return x
        fill = self.constant(value, (), x.dtype)
        amounts = {"low": low, "high": high, "interior": interior}
        return self.apply(Op("pad", (x, fill), amounts, shape, x.dtype))

    def concatenate(self, parts: Sequence[Value], axis: int) -> Value:
        first = parts[0]
        for part in parts:
            _require(
                part.dtype == first.dtype
                and part.shape[:axis] + part.shape[axis + 1 :]
                == first.shape[:axis] + first.shape[axis + 1 :],
                f"concatenate: {[p.shape for p in parts]} along axis {axis}",
            )
        shape = first.shape[:axis] + (sum(p.shape[axis] for p in parts),) + first.shape[axis + 1 :]
        return self.apply(Op("concatenate", tuple(parts), {"axis": axis}, shape, first.dtype))

    # Reductions and contractions.

    def reduce_sum(self, x: Value, axes: Sequence[int]) -> Value:
        """One axis after the other, the last first.

        A compiler may add the entries of one reduction in sequence; adding in stages keeps the
        rounding error near that of the longest axis, not of their product.
        """
        for axis in sorted(axes, reverse=True):
            x = self._reduce("add", 0.0, x, (axis,))
        return x

    def reduce_max(self, x: Value, axes: Sequence[int]) -> Value:
        return self._reduce("maximum", -math.inf, x, axes)

    def dot_general(
        self,
        lhs: Value,
        rhs: Value,
        contract: tuple[Sequence[int], Sequence[int]],
        batch: tuple[Sequence[int], Sequence[int]] = ((), ()),
    ) -> Value:
        """Sum over the paired `contract` axes; result axes: batch, then free axes of `lhs`, then of
        `rhs`.
        """
        (lc, rc), (lb, rb) = ((tuple(a), tuple(b)) for a, b in (contract, batch))
        _require(
            tuple(lhs.shape[a] for a in lb + lc) == tuple(rhs.shape[a] for a in rb + rc)
            and len(lb) == len(rb)
            and lhs.dtype == rhs.dtype,
            f"dot_general: {lhs.shape} and {rhs.shape} over {lc} x {rc}, batch {lb} x {rb}",
        )
        shape = tuple(lhs.shape[a] for a in lb)
        shape += tuple(n for a, n in enumerate(lhs.shape) if a not in lb + lc)
        shape += tuple(n for a, n in enumerate(rhs.shape) if a not in rb + rc)
        axes = {"contract": (lc, rc), "batch": (lb, rb)}
        return self.apply(Op("dot_general", (lhs, rhs), axes, shape, lhs.dtype))

    def convolution(
        self,
        lhs: Value,
        rhs: Value,
        *,
        strides: tuple[int, int] = (1, 1),
        padding: tuple[tuple[int, int], tuple[int, int]] = ((0, 0), (0, 0)),
        lhs_dilation: tuple[int, int] = (1, 1),
        rhs_dilation: tuple[int, int] = (1, 1),
        groups: int = 1,
        layout: ConvolutionLayout = ConvolutionLayout(),
    ) -> Value:
        """Two-dimensional cross-correlation (no kernel reversal), feature groups, possibly negative
        padding.
        """
        at_lhs, at_rhs = axis_map(layout.lhs, "bf01"), axis_map(layout.rhs, "oi01")
        _require(
            lhs.shape[at_lhs["f"]] == rhs.shape[at_rhs["i"]] * groups
            and rhs.shape[at_rhs["o"]] % groups == 0,
            f"convolution: {lhs.shape} as {layout.lhs}, {rhs.shape} as {layout.rhs}, "
            f"{groups} groups",
        )
        sizes = {"b": lhs.shape[at_lhs["b"]], "f": rhs.shape[at_rhs["o"]]}
        for i, axis in enumerate("01"):
            extent = _dilated(lhs.shape[at_lhs[axis]], lhs_dilation[i]) + sum(padding[i])
            window = _dilated(rhs.shape[at_rhs[axis]], rhs_dilation[i])
            sizes[axis] = max(0, (extent - window) // strides[i] + 1)
        attributes = {
            "strides": strides, "padding": padding, "lhs_dilation": lhs_dilation,
            "rhs_dilation": rhs_dilation, "groups": groups, "layout": layout,
        }  # fmt: skip
        shape = tuple(sizes[letter] for letter in layout.out)
        return self.apply(Op("convolution", (lhs, rhs), attributes, shape, lhs.dtype))

    # Shared checks.

    def _unary(self, name: str, x: Value) -> Value:
        return self.apply(Op(name, (x,), {}, x.shape, x.dtype))

    def _binary(self, name: str, x: Value, y: Value) -> Value:
        self._same_type(name, x, y)
        return self.apply(Op(name, (x, y), {}, x.shape, x.dtype))

    def _reduce(self, name: str, init: float, x: Value, axes: Sequence[int]) -> Value:
        axes = tuple(sorted(axes))
        _require(
            all(0 <= a < x.rank for a in axes) and len(set(axes)) == len(axes),
            f"reduce: {axes} of {x.shape}",
        )
        if not axes:
            return x
        shape = tuple(n for a, n in enumerate(x.shape) if a not in axes)
        start = self.constant(init, (), x.dtype)
        return self.apply(Op("reduce", (x, start), {"with": name, "axes": axes}, shape, x.dtype))

    @staticmethod
    def _same_type(name: str, x: Value, y: Value) -> None:
        _require(
            (x.shape, x.dtype) == (y.shape, y.dtype),
            f"{name}: operands have types {x.shape} {x.dtype} and {y.shape} {y.dtype}; "
            "broadcast or convert one",
        )


def axis_map(letters: str, expected: str) -> dict[str, int]:
    """Letter -> axis for one operand of a convolution, e.g. `oi01` -> {o: 0, i: 1, 0: 2, 1: 3}."""
    _require(
        sorted(letters) == sorted(expected),
        f"convolution: layout {letters!r} must permute {expected!r}",
    )
    return {letter: axis for axis, letter in enumerate(letters)}


def _dilated(size: int, dilation: int) -> int:
    return (size - 1) * dilation + 1 if size else 0


def _require(condition: bool, message: str) -> None:
    if not condition:
        raise BuilderError(message)
