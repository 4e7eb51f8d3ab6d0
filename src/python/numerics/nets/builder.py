"""Builds a graph node by node; each primitive's output shape and parameters are declared here only.

A layer's `lower` method calls these methods. `ShapeError` carries what the layer needs and what it
was given; the NetSpec adds the layer's index and kind.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from math import prod

from numerics.nets import graph
from numerics.nets.graph import Constant, He, Init, Node, Op, Pads, Parameter, Shape

BATCH_NORM_EPSILON = 1e-5
LAYER_NORM_EPSILON = 1e-5
CONVNEXT_EPSILON = 1e-6
LAYER_SCALE_START = 1e-6
MAX_NODES = 10_000
MAX_ENTRIES = 2**31

_Declaration = tuple[str, Shape, Init]


class ShapeError(ValueError):
    """A layer was given a tensor that does not fit."""


def same_pads(size: int, kernel: int, stride: int) -> tuple[int, int]:
    """Padding before and after one axis for XLA's SAME: ceil(size / stride) outputs, odd one last.

    https://openxla.org/xla/operation_semantics#conv_convolution
    """
    outputs = -(-size // stride)
    total = max((outputs - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


class GraphBuilder:
    """Collects nodes. `enter_layer` starts a layer; `scope` adds a part to the names inside it."""

    def __init__(self, input_shape: Shape) -> None:
        self._nodes: list[Node] = []
        self._scopes: list[str] = []
        self._layer = 0
        self._append("input", graph.Input(), (), input_shape)

    @property
    def last(self) -> Node:
        return self._nodes[-1]

    def build(self) -> graph.Graph:
        return graph.Graph(tuple(self._nodes))

    def enter_layer(self, index: int) -> None:
        self._layer = index
        self._scopes = [f"layer{index}"]

    @contextmanager
    def scope(self, name: str) -> Iterator[None]:
        self._scopes.append(name)
        yield
        self._scopes.pop()

    def conv(
        self,
        x: Node,
        out_channels: int,
        kernel: int,
        *,
        stride: int = 1,
        padding: str = "same",
        groups: int = 1,
        bias: bool = False,
        name: str = "conv",
    ) -> Node:
        channels = x.shape[0]
        pads, spatial = self._windows(x, kernel, stride, padding)
        per_group = channels // groups
        parameters: list[_Declaration] = [
            ("weight", (out_channels, per_group, kernel, kernel), He(per_group * kernel * kernel))
        ]
        if bias:
            parameters.append(("bias", (out_channels,), Constant(0.0)))
        op = graph.Conv(stride, pads, groups, bias)
        return self._append(name, op, (x,), (out_channels, *spatial), parameters)

    def batch_norm(self, x: Node, name: str = "bn") -> Node:
        scale_and_shift = _affine(x.shape[0])
        return self._append(
            name, graph.BatchNorm(BATCH_NORM_EPSILON), (x,), x.shape, scale_and_shift
        )

    def layer_norm(self, x: Node, epsilon: float = LAYER_NORM_EPSILON, name: str = "norm") -> Node:
        axis = {1: 1, 2: 2, 3: 1}[len(x.shape)]
        return self._append(
            name, graph.LayerNorm(axis, epsilon), (x,), x.shape, _affine(x.shape[axis - 1])
        )

    def dense(self, x: Node, fan_out: int, name: str = "dense") -> Node:
        fan_in = x.shape[-1]
        parameters: list[_Declaration] = [
            ("weight", (fan_in, fan_out), He(fan_in)),
            ("bias", (fan_out,), Constant(0.0)),
        ]
        return self._append(name, graph.Dense(), (x,), (*x.shape[:-1], fan_out), parameters)

    def activation(self, x: Node, function: str, name: str = "act") -> Node:
        """`x` itself when the function is ``identity``."""
        if function == "identity":
            return x
        return self._append(name, graph.Activation(function), (x,), x.shape)

    def max_pool(self, x: Node, size: int, stride: int, padding: str, name: str = "pool") -> Node:
        pads, spatial = self._windows(x, size, stride, padding)
        op = graph.MaxPool(size, stride, pads)
        return self._append(name, op, (x,), (x.shape[0], *spatial))

    def global_avg_pool(self, x: Node, name: str = "mean") -> Node:
        return self._append(name, graph.GlobalAvgPool(), (x,), (x.shape[0],))

    def flatten(self, x: Node, name: str = "flatten") -> Node:
        return self._append(name, graph.Flatten(), (x,), (prod(x.shape),))

    def add(self, x: Node, y: Node, name: str = "add") -> Node:
        if x.shape != y.shape:
            raise ShapeError(f"adds {x.name} of shape {x.shape} to {y.name} of shape {y.shape}")
        return self._append(name, graph.Add(), (x, y), x.shape)

    def scale_channels(self, x: Node, gate: Node, name: str = "scale") -> Node:
        if gate.shape != x.shape[:1]:
            raise ShapeError(f"scales {x.name} of shape {x.shape} by a gate of shape {gate.shape}")
        return self._append(name, graph.ScaleChannels(), (x, gate), x.shape)

    def layer_scale(self, x: Node, name: str = "layer_scale") -> Node:
        gamma: list[_Declaration] = [("gamma", (x.shape[0],), Constant(LAYER_SCALE_START))]
        return self._append(name, graph.LayerScale(), (x,), x.shape, gamma)

    def image_to_tokens(self, x: Node, name: str = "tokens") -> Node:
        channels, height, width = x.shape
        return self._append(name, graph.ImageToTokens(), (x,), (height * width, channels))

    def prepend_token(self, x: Node, name: str = "cls") -> Node:
        count, dim = x.shape
        token: list[_Declaration] = [("token", (dim,), Constant(0.0))]
        return self._append(name, graph.PrependToken(), (x,), (count + 1, dim), token)

    def add_positions(self, x: Node, name: str = "embed") -> Node:
        positions: list[_Declaration] = [("positions", x.shape, He(x.shape[0]))]
        return self._append(name, graph.AddPositions(), (x,), x.shape, positions)

    def attention(self, q: Node, k: Node, v: Node, heads: int, name: str = "attention") -> Node:
        return self._append(name, graph.Attention(heads), (q, k, v), q.shape)

    def select_token(self, x: Node, index: int, name: str = "select") -> Node:
        return self._append(name, graph.SelectToken(index), (x,), x.shape[1:])

    def _windows(self, x: Node, size: int, stride: int, padding: str) -> tuple[Pads, Shape]:
        _, height, width = x.shape
        if padding == "same":
            pads = (same_pads(height, size, stride), same_pads(width, size, stride))
        else:
            pads = ((0, 0), (0, 0))
            if size > min(height, width):
                raise ShapeError(
                    f"needs an image of at least {size} x {size} without padding, "
                    f"but is given shape {x.shape}"
                )
        (top, bottom), (left, right) = pads
        rows = (height + top + bottom - size) // stride + 1
        columns = (width + left + right - size) // stride + 1
        return pads, (rows, columns)

    def _append(
        self,
        name: str,
        op: Op,
        inputs: tuple[Node, ...],
        shape: Shape,
        parameters: Sequence[_Declaration] = (),
    ) -> Node:
        full_name = ".".join([*self._scopes, name])
        if len(self._nodes) >= MAX_NODES:
            raise ShapeError(f"makes more than {MAX_NODES} operations; use fewer blocks")
        largest = max([shape, *(declared for _, declared, _ in parameters)], key=prod)
        if prod(largest) > MAX_ENTRIES:
            raise ShapeError(
                f"makes {full_name} hold {prod(largest)} numbers, in shape {largest}; at most "
                f"{MAX_ENTRIES} are taken"
            )
        node = Node(
            name=full_name,
            op=op,
            inputs=tuple(x.name for x in inputs),
            shape=shape,
            parameters=tuple(
                Parameter(f"{full_name}.{suffix}", parameter_shape, init)
                for suffix, parameter_shape, init in parameters
            ),
            layer=self._layer,
        )
        self._nodes.append(node)
        return node


def _affine(size: int) -> list[_Declaration]:
    return [("gamma", (size,), Constant(1.0)), ("beta", (size,), Constant(0.0))]


def expect_image(x: Node, channels: int | None = None) -> None:
    """Raises ShapeError unless `x` is an image (with that many channels)."""
    wanted = f"({'C' if channels is None else channels}, H, W)"
    if len(x.shape) != 3 or channels not in (None, x.shape[0]):
        raise ShapeError(f"needs an image of shape {wanted}, but is given shape {x.shape}")


def expect_tokens(x: Node, dim: int) -> None:
    """Raises ShapeError unless `x` is a sequence of tokens of width `dim`."""
    if len(x.shape) != 2 or x.shape[1] != dim:
        raise ShapeError(f"needs tokens of shape (N, {dim}), but is given shape {x.shape}")


def expect_features(x: Node, features: int) -> None:
    """Raises ShapeError unless `x` is a vector of `features` numbers."""
    if x.shape != (features,):
        raise ShapeError(f"needs a vector of shape ({features},), but is given shape {x.shape}")
