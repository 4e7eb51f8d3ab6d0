"""The primitive operations that every layer is lowered to, and the graph they form.

Shapes never include the batch axis. On a batch of B, a tensor of shape

* ``(C, H, W)`` is an image, held as ``(B, C, H, W)``;
* ``(N, D)``    is a sequence of N tokens, held as ``(B, N, D)``;
* ``(D,)``      is a feature vector, held as ``(B, D)``.

Everything is float32. Each operation's docstring fixes its meaning; a pipeline implements exactly
that. Where an operation is not differentiable, the docstring also fixes the derivative to use.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import prod

Shape = tuple[int, ...]
Pads = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True)
class He:
    """Random with variance 2 / fan_in (He et al., "Delving deep into rectifiers", 2015)."""

    fan_in: int


@dataclass(frozen=True)
class Constant:
    """Every element equals `value`."""

    value: float


Init = He | Constant


@dataclass(frozen=True)
class Parameter:
    """A trainable float32 tensor: unique dotted name, shape, and how it starts."""

    name: str
    shape: Shape
    init: Init

    @property
    def size(self) -> int:
        return prod(self.shape)


@dataclass(frozen=True)
class Input:
    """The images, ``(C, H, W)``. Always the first node of a graph."""


@dataclass(frozen=True)
class Conv:
    """Cross-correlation, ``(C, H, W) -> (O, H', W')``.

    Parameters: ``weight`` (O, C / groups, kH, kW), then ``bias`` (O,) if `bias`.
    `padding` is ((top, bottom), (left, right)) zeros. Output channel o sees the input channels of
    group o // (O / groups).
    """

    stride: int
    padding: Pads
    groups: int
    bias: bool


@dataclass(frozen=True)
class BatchNorm:
    """Training-mode normalization of each channel of ``(C, H, W)`` over batch, height and width.

    y = gamma * (x - mean) / sqrt(var + epsilon) + beta with the biased variance (divide by B*H*W).
    Parameters: ``gamma`` (C,), ``beta`` (C,).
    """

    epsilon: float


@dataclass(frozen=True)
class LayerNorm:
    """Normalization over one axis, per example and per other position; biased variance.

    The axis is the channel axis of an image ``(C, H, W)`` and the last axis of ``(N, D)`` or
    ``(D,)``; `axis` counts the batch axis: 1 for an image, 2 for tokens, 1 for a vector.
    Parameters: ``gamma`` (axis size,), ``beta`` (axis size,).
    """

    axis: int
    epsilon: float


@dataclass(frozen=True)
class Dense:
    """y = x W + b on the last axis, ``(..., fan_in) -> (..., fan_out)``.

    Parameters: ``weight`` (fan_in, fan_out), ``bias`` (fan_out,).
    """


@dataclass(frozen=True)
class Activation:
    """A function applied to each element; `function` is one of ACTIVATIONS."""

    function: str


# relu           max(x, 0)                            derivative 0 at 0
# relu6          min(max(x, 0), 6)                    derivative 0 at 0 and at 6
# sigmoid        1 / (1 + exp(-x))
# hard_sigmoid   relu6(x + 3) / 6                     derivative 0 at -3 and at 3
# swish          x * sigmoid(x)
# hard_swish     x * hard_sigmoid(x)                  product rule with the line above
# gelu_tanh      x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x**3)))
ACTIVATIONS = ("relu", "relu6", "sigmoid", "hard_sigmoid", "swish", "hard_swish", "gelu_tanh")


@dataclass(frozen=True)
class MaxPool:
    """Maximum over `size` x `size` windows, ``(C, H, W) -> (C, H', W')``; padding is -infinity.

    Where several elements of a window attain the maximum, the first in row-major order of the
    window receives the whole cotangent.
    """

    size: int
    stride: int
    padding: Pads


@dataclass(frozen=True)
class GlobalAvgPool:
    """Mean over height and width, ``(C, H, W) -> (C,)``."""


@dataclass(frozen=True)
class Flatten:
    """Row-major reshape, ``(C, H, W) -> (C * H * W,)``."""


@dataclass(frozen=True)
class Add:
    """Sum of two tensors of one shape. The same node may appear twice."""


@dataclass(frozen=True)
class ScaleChannels:
    """Inputs image ``(C, H, W)`` and gate ``(C,)``: each channel times its gate."""


@dataclass(frozen=True)
class LayerScale:
    """Each channel of ``(C, H, W)`` times a trainable number. Parameters: ``gamma`` (C,)."""


@dataclass(frozen=True)
class ImageToTokens:
    """``(C, H, W) -> (H * W, C)``: token h * W + w holds the channels at position (h, w)."""


@dataclass(frozen=True)
class PrependToken:
    """``(N, D) -> (N + 1, D)``: a trainable row 0, the same for every example.

    Parameters: ``token`` (D,).
    """


@dataclass(frozen=True)
class AddPositions:
    """A trainable ``(N, D)`` tensor added to ``(N, D)``. Parameters: ``positions`` (N, D)."""


@dataclass(frozen=True)
class Attention:
    """Scaled dot-product attention on three inputs Q, K, V, each ``(N, D)``; result ``(N, D)``.

    Head h uses columns h*d to (h+1)*d - 1 with d = D / heads:
    softmax_rows(Q_h K_h^T / sqrt(d)) V_h (Vaswani et al., 2017). No parameters: the projections
    are Dense nodes.
    """

    heads: int


@dataclass(frozen=True)
class SelectToken:
    """One row of a sequence, ``(N, D) -> (D,)``."""

    index: int


Op = (
    Input
    | Conv
    | BatchNorm
    | LayerNorm
    | Dense
    | Activation
    | MaxPool
    | GlobalAvgPool
    | Flatten
    | Add
    | ScaleChannels
    | LayerScale
    | ImageToTokens
    | PrependToken
    | AddPositions
    | Attention
    | SelectToken
)


@dataclass(frozen=True)
class Node:
    """One operation applied to the results of earlier nodes.

    `layer` is the 1-based index of the layer it came from; 0 for the input node.
    """

    name: str
    op: Op
    inputs: tuple[str, ...]
    shape: Shape
    parameters: tuple[Parameter, ...]
    layer: int

    def parameter(self, suffix: str) -> Parameter:
        """The parameter called ``<node name>.<suffix>``. Raises KeyError if there is none."""
        for parameter in self.parameters:
            if parameter.name == f"{self.name}.{suffix}":
                return parameter
        known = ", ".join(p.name.removeprefix(self.name + ".") for p in self.parameters) or "none"
        raise KeyError(f"node {self.name} has no parameter {suffix!r}; it has: {known}")


@dataclass(frozen=True)
class Graph:
    """Nodes in an order in which every node follows its inputs. The last node gives the logits."""

    nodes: tuple[Node, ...]

    @property
    def output(self) -> Node:
        return self.nodes[-1]

    @cached_property
    def by_name(self) -> dict[str, Node]:
        return {node.name: node for node in self.nodes}

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """In node order; this is the order of the parameter file."""
        return tuple(p for node in self.nodes for p in node.parameters)
