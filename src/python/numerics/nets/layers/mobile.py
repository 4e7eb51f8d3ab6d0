"""Inverted residuals: MobileNetV2 to V4 and EfficientNet blocks.

All of them: expand to `mid` channels, filter each channel in space, project linearly; the input is
added where the block keeps channels and size.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from numerics.nets.builder import GraphBuilder, expect_image
from numerics.nets.graph import Node
from numerics.nets.layers.base import Layer, conv_bn, squeeze_excite
from numerics.nets.schema import Count, FieldError, Size, Squeeze


def _pointwise(net: GraphBuilder, x: Node, out_channels: int, act: str, scope: str) -> Node:
    with net.scope(scope):
        return conv_bn(net, x, out_channels, 1, activation=act)


def _depthwise(
    net: GraphBuilder, x: Node, kernel: int, stride: int, act: str, scope: str = "depthwise"
) -> Node:
    channels = x.shape[0]
    with net.scope(scope):
        return conv_bn(net, x, channels, kernel, stride=stride, groups=channels, activation=act)


def _skip(net: GraphBuilder, x: Node, y: Node, stride: int) -> Node:
    return net.add(x, y) if stride == 1 and x.shape == y.shape else y


def _squeeze_width(squeeze: str, x: Node, mid: int) -> int:
    return max(1, (mid if squeeze == "expanded" else x.shape[0]) // 4)


@dataclass(frozen=True)
class InvertedResidual(Layer):
    """MobileNetV2 (Sandler et al., 2018): 3 x 3, relu6; no expansion conv when expand is 1."""

    kind: ClassVar[str] = "invertedResidual"
    in_channels: Size
    out_channels: Size
    expand: Size
    stride: Size
    blocks: Size

    def lower(self, net: GraphBuilder, x: Node) -> Node:
        expect_image(x, self.in_channels)
        for block in range(self.blocks):
            with net.scope(f"block{block + 1}"):
                x = self._block(net, x, self.stride if block == 0 else 1)
        return x

    def _block(self, net: GraphBuilder, x: Node, stride: int) -> Node:
        y = x
        if self.expand != 1:
            y = _pointwise(net, y, x.shape[0] * self.expand, "relu6", "expand")
        y = _depthwise(net, y, 3, stride, "relu6")
        y = _pointwise(net, y, self.out_channels, "identity", "project")
        return _skip(net, x, y, stride)


@dataclass(frozen=True)
class MbConv(Layer):
    """EfficientNet (Tan and Le, 2019): swish, squeeze-and-excitation gated by a sigmoid.

    `squeeze: input` is the published EfficientNet; `expanded` squeezes to a quarter of mid.
    """

    kind: ClassVar[str] = "mbConv"
    in_channels: Size
    out_channels: Size
    expand: Size
    kernel: Size
    stride: Size
    blocks: Size
    squeeze: Squeeze = "expanded"

    def lower(self, net: GraphBuilder, x: Node) -> Node:
        expect_image(x, self.in_channels)
        for block in range(self.blocks):
            with net.scope(f"block{block + 1}"):
                x = self._block(net, x, self.stride if block == 0 else 1)
        return x

    def _block(self, net: GraphBuilder, x: Node, stride: int) -> Node:
        mid = x.shape[0] * self.expand
        y = _pointwise(net, x, mid, "swish", "expand") if self.expand != 1 else x
        y = _depthwise(net, y, self.kernel, stride, "swish")
        if self.squeeze != "none":
            width = _squeeze_width(self.squeeze, x, mid)
            y = squeeze_excite(net, y, width, inner="swish", gate="sigmoid")
        y = _pointwise(net, y, self.out_channels, "identity", "project")
        return _skip(net, x, y, stride)


@dataclass(frozen=True)
class MbConvV3(Layer):
    """MobileNetV3 (Howard et al., 2019), one block; `mid` is the expanded width itself.

    Squeeze-and-excitation to mid / 4 with relu inside and a hard sigmoid as gate. No expansion
    conv when mid equals in_channels.
    """

    kind: ClassVar[str] = "mbConvV3"
    in_channels: Size
    out_channels: Size
    mid: Size
    kernel: Size
    stride: Size
    squeeze: Squeeze = "expanded"
    activation: Literal["relu", "hard_swish"] = "relu"

    def lower(self, net: GraphBuilder, x: Node) -> Node:
        expect_image(x, self.in_channels)
        y = x
        if self.mid != self.in_channels:
            y = _pointwise(net, y, self.mid, self.activation, "expand")
        y = _depthwise(net, y, self.kernel, self.stride, self.activation)
        if self.squeeze != "none":
            width = _squeeze_width(self.squeeze, x, self.mid)
            y = squeeze_excite(net, y, width, inner="relu", gate="hard_sigmoid")
        y = _pointwise(net, y, self.out_channels, "identity", "project")
        return _skip(net, x, y, self.stride)


@dataclass(frozen=True)
class FusedMbConv(Layer):
    """EfficientNetV2 (Tan and Le, 2021): one k x k conv expands; swish.

    When expand is 1 the k x k conv goes straight to out_channels and there is no projection.
    """

    kind: ClassVar[str] = "fusedMbConv"
    in_channels: Size
    out_channels: Size
    expand: Size
    kernel: Size
    stride: Size
    blocks: Size
    squeeze: Squeeze = "none"

    def lower(self, net: GraphBuilder, x: Node) -> Node:
        expect_image(x, self.in_channels)
        for block in range(self.blocks):
            with net.scope(f"block{block + 1}"):
                x = self._block(net, x, self.stride if block == 0 else 1)
        return x

    def _block(self, net: GraphBuilder, x: Node, stride: int) -> Node:
        mid = self.out_channels if self.expand == 1 else x.shape[0] * self.expand
        with net.scope("expand"):
            y = conv_bn(net, x, mid, self.kernel, stride=stride, activation="swish")
        if self.squeeze != "none":
            width = _squeeze_width(self.squeeze, x, mid)
            y = squeeze_excite(net, y, width, inner="swish", gate="sigmoid")
        if self.expand != 1:
            y = _pointwise(net, y, self.out_channels, "identity", "project")
        return _skip(net, x, y, stride)


@dataclass(frozen=True)
class Uib(Layer):
    """MobileNetV4's universal inverted bottleneck (Qin et al., 2024), one block.

    Depthwise before (linear) and after the expansion (relu); kernel 0 leaves one out. The first
    depthwise conv present has the stride.
    """

    kind: ClassVar[str] = "uib"
    in_channels: Size
    out_channels: Size
    expand: Size
    stride: Size
    pre_kernel: Count
    post_kernel: Count

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.stride != 1 and not self.pre_kernel and not self.post_kernel:
            raise FieldError(
                f"'stride' is {self.stride}; allowed: 1, as pre_kernel and post_kernel are both 0"
            )

    def lower(self, net: GraphBuilder, x: Node) -> Node:
        expect_image(x, self.in_channels)
        y = x
        if self.pre_kernel:
            y = _depthwise(net, y, self.pre_kernel, self.stride, "identity", "pre")
        y = _pointwise(net, y, self.in_channels * self.expand, "relu", "expand")
        if self.post_kernel:
            stride = 1 if self.pre_kernel else self.stride
            y = _depthwise(net, y, self.post_kernel, stride, "relu", "post")
        y = _pointwise(net, y, self.out_channels, "identity", "project")
        return _skip(net, x, y, self.stride)
