"""ResNet stages (He et al., "Deep residual learning for image recognition", 2016)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from numerics.nets.builder import GraphBuilder, expect_image
from numerics.nets.graph import Node
from numerics.nets.layers.base import Layer, conv_bn
from numerics.nets.schema import FieldError, Size


def _shortcut(net: GraphBuilder, x: Node, out_channels: int, stride: int) -> Node:
    if x.shape[0] == out_channels and stride == 1:
        return x
    with net.scope("shortcut"):
        return conv_bn(net, x, out_channels, 1, stride=stride, activation="identity")


@dataclass(frozen=True)
class ResidualBlock(Layer):
    """`blocks` basic blocks: relu(convBn(relu(convBn(x))) + shortcut), both 3 x 3.

    The first block has the stride; its shortcut is a 1 x 1 conv-BN if the shape changes.
    """

    kind: ClassVar[str] = "residualBlock"
    in_channels: Size
    out_channels: Size
    blocks: Size
    first_stride: Size

    def lower(self, net: GraphBuilder, x: Node) -> Node:
        expect_image(x, self.in_channels)
        for block in range(self.blocks):
            with net.scope(f"block{block + 1}"):
                x = self._block(net, x, self.first_stride if block == 0 else 1)
        return x

    def _block(self, net: GraphBuilder, x: Node, stride: int) -> Node:
        with net.scope("a"):
            y = conv_bn(net, x, self.out_channels, 3, stride=stride, activation="relu")
        with net.scope("b"):
            y = conv_bn(net, y, self.out_channels, 3, activation="identity")
        y = net.add(y, _shortcut(net, x, self.out_channels, stride))
        return net.activation(y, "relu")


@dataclass(frozen=True)
class BottleneckBlock(Layer):
    """`blocks` bottlenecks: 1 x 1 to a quarter of the width, 3 x 3 with the stride, 1 x 1 back."""

    kind: ClassVar[str] = "bottleneckBlock"
    in_channels: Size
    out_channels: Size
    blocks: Size
    first_stride: Size

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.out_channels % 4:
            raise FieldError(f"'out_channels' is {self.out_channels}; allowed: a multiple of 4")

    def lower(self, net: GraphBuilder, x: Node) -> Node:
        expect_image(x, self.in_channels)
        for block in range(self.blocks):
            with net.scope(f"block{block + 1}"):
                x = self._block(net, x, self.first_stride if block == 0 else 1)
        return x

    def _block(self, net: GraphBuilder, x: Node, stride: int) -> Node:
        width = self.out_channels // 4
        with net.scope("reduce"):
            y = conv_bn(net, x, width, 1, activation="relu")
        with net.scope("spatial"):
            y = conv_bn(net, y, width, 3, stride=stride, activation="relu")
        with net.scope("expand"):
            y = conv_bn(net, y, self.out_channels, 1, activation="identity")
        y = net.add(y, _shortcut(net, x, self.out_channels, stride))
        return net.activation(y, "relu")
