"""The slow third opinion: a `Builder` that evaluates every operation in NumPy, float64 for `f32`.

It shares with `TextBuilder` the rules and nothing below them: no compiler, no float32, no fused or
blocked reduction.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from numerics.stablehlo.builder import Builder, ConvolutionLayout, Op, Value, axis_map

_DTYPES = {"f32": np.float64, "i32": np.int32, "i1": np.bool_}


class NumpyBuilder(Builder):
    """Values hold arrays. Floating-point warnings are left to the caller: NaN and infinity
    propagate.
    """

    def array(self, data: Any, dtype: str = "f32") -> Value:
        """Enter an array; `f32` is widened to float64."""
        held = np.asarray(data, dtype=_DTYPES[dtype])
        return Value(held.shape, dtype, held)

    def apply(self, op: Op) -> Value:
        operands = [value.data for value in op.operands]
        result = np.asarray(_EVALUATORS[op.name](op, *operands), dtype=_DTYPES[op.dtype])
        if result.shape != op.shape:
            raise AssertionError(f"{op.name}: inferred shape {op.shape}, evaluated {result.shape}")
        return Value(op.shape, op.dtype, result)


def _logistic(_: Op, x: np.ndarray) -> np.ndarray:
    small = np.exp(-np.abs(x))  # never overflows
    return np.where(x >= 0, 1.0, small) / (1.0 + small)


def _broadcast(op: Op, x: np.ndarray) -> np.ndarray:
    axes = op.attributes["axes"]
    shape = [1] * len(op.shape)
    for axis, size in zip(axes, x.shape):
        shape[axis] = size
    return np.broadcast_to(x.reshape(shape), op.shape)


def _slice(op: Op, x: np.ndarray) -> np.ndarray:
    at = op.attributes
    return x[tuple(slice(*bounds) for bounds in zip(at["starts"], at["limits"], at["strides"]))]


def _pad(op: Op, x: np.ndarray, fill: np.ndarray) -> np.ndarray:
    at = op.attributes
    return _pad_array(x, fill, at["low"], at["high"], at["interior"])


def _pad_array(x: np.ndarray, fill: Any, low: Any, high: Any, interior: Any) -> np.ndarray:
    spread = [max(n - 1, 0) * between + n for n, between in zip(x.shape, interior)]
    whole = np.full(
        [n + max(a, 0) + max(z, 0) for n, a, z in zip(spread, low, high)], fill, dtype=x.dtype
    )
    inner = tuple(
        slice(max(a, 0), max(a, 0) + n, between + 1) for n, a, between in zip(spread, low, interior)
    )
    whole[inner] = x
    crop = tuple(slice(max(-a, 0), n - max(-z, 0)) for n, a, z in zip(whole.shape, low, high))
    return whole[crop]


def _reduce(op: Op, x: np.ndarray, start: np.ndarray) -> np.ndarray:
    combine = {"add": np.add, "maximum": np.maximum}[op.attributes["with"]]
    return combine.reduce(x, axis=op.attributes["axes"], initial=start)


def _dot_general(op: Op, lhs: np.ndarray, rhs: np.ndarray) -> np.ndarray:
    (lc, rc), (lb, rb) = op.attributes["contract"], op.attributes["batch"]
    left, right = list(range(lhs.ndim)), list(range(lhs.ndim, lhs.ndim + rhs.ndim))
    for a, b in zip(lb + lc, rb + rc):
        right[b] = left[a]
    out = [left[a] for a in lb]
    out += [left[a] for a in range(lhs.ndim) if a not in lb + lc]
    out += [right[a] for a in range(rhs.ndim) if a not in rb + rc]
    return np.einsum(lhs, left, rhs, right, out, optimize=True)


def _convolution(op: Op, lhs: np.ndarray, rhs: np.ndarray) -> np.ndarray:
    at = op.attributes
    layout: ConvolutionLayout = at["layout"]
    images = _to_standard(lhs, layout.lhs, "bf01")
    kernel = _to_standard(rhs, layout.rhs, "oi01")
    pads = ((0, 0), (0, 0), *at["padding"])
    images = _pad_array(
        images,
        0.0,
        [p[0] for p in pads],
        [p[1] for p in pads],
        [0, 0, *(d - 1 for d in at["lhs_dilation"])],
    )
    kernel = _pad_array(kernel, 0.0, [0] * 4, [0] * 4, [0, 0, *(d - 1 for d in at["rhs_dilation"])])
    windows = np.lib.stride_tricks.sliding_window_view(images, kernel.shape[2:], axis=(2, 3))
    windows = windows[:, :, :: at["strides"][0], :: at["strides"][1]]
    groups = at["groups"]
    out = np.concatenate(
        [
            np.einsum("bfijxy,ofxy->boij", w, k, optimize=True)
            for w, k in zip(np.split(windows, groups, axis=1), np.split(kernel, groups, axis=0))
        ],
        axis=1,
    )
    return np.transpose(out, ["bf01".index(letter) for letter in layout.out])


def _to_standard(x: np.ndarray, letters: str, standard: str) -> np.ndarray:
    axes = axis_map(letters, standard)
    return np.transpose(x, [axes[letter] for letter in standard])


_COMPARISONS = {
    "EQ": np.equal, "NE": np.not_equal, "LT": np.less,
    "LE": np.less_equal, "GT": np.greater, "GE": np.greater_equal,
}  # fmt: skip

_EVALUATORS: dict[str, Callable[..., np.ndarray]] = {
    "constant": lambda op: np.full(op.shape, op.attributes["value"]),
    "iota": lambda op: _broadcast(
        Op("iota", (), {"axes": (op.attributes["axis"],)}, op.shape, op.dtype),
        np.arange(op.shape[op.attributes["axis"]]),
    ),
    "add": lambda op, x, y: x + y,
    "subtract": lambda op, x, y: x - y,
    "multiply": lambda op, x, y: x * y,
    "divide": lambda op, x, y: x / y,
    "maximum": lambda op, x, y: np.maximum(x, y),
    "minimum": lambda op, x, y: np.minimum(x, y),
    "and": lambda op, x, y: x & y,
    "not": lambda op, x: ~x,
    "negate": lambda op, x: -x,
    "exponential": lambda op, x: np.exp(x),
    "exponential_minus_one": lambda op, x: np.expm1(x),
    "log": lambda op, x: np.log(x),
    "tanh": lambda op, x: np.tanh(x),
    "logistic": _logistic,
    "sqrt": lambda op, x: np.sqrt(x),
    "rsqrt": lambda op, x: 1.0 / np.sqrt(x),
    "compare": lambda op, x, y: _COMPARISONS[op.attributes["direction"]](x, y),
    "select": lambda op, where, x, y: np.where(where, x, y),
    "convert": lambda op, x: x,
    "reshape": lambda op, x: x.reshape(op.shape),
    "broadcast_in_dim": _broadcast,
    "transpose": lambda op, x: np.transpose(x, op.attributes["axes"]),
    "reverse": lambda op, x: np.flip(x, op.attributes["axes"]),
    "slice": _slice,
    "pad": _pad,
    "concatenate": lambda op, *parts: np.concatenate(parts, axis=op.attributes["axis"]),
    "reduce": _reduce,
    "dot_general": _dot_general,
    "convolution": _convolution,
}
