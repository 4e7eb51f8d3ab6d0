"""ConvNeXt (Liu et al., "A ConvNet for the 2020s", 2022). Norms are over channels, epsilon 1e-6."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from numerics.nets.builder import CONVNEXT_EPSILON, GraphBuilder, expect_image
from numerics.nets.graph import Node
from numerics.nets.layers.base import Layer
from numerics.nets.schema import Size


@dataclass(frozen=True)
class ConvNextStem(Layer):
    """Convolution with stride = kernel = `patch`, without padding, then a norm."""

    kind: ClassVar[str] = "convNextStem"
    in_channels: Size
    out_channels: Size
    patch: Size

    def lower(self, net: GraphBuilder, x: Node) -> Node:
        expect_image(x, self.in_channels)
        x = net.conv(
            x, self.out_channels, self.patch, stride=self.patch, padding="valid", bias=True
        )
        return net.layer_norm(x, CONVNEXT_EPSILON)


@dataclass(frozen=True)
class ConvNextStage(Layer):
    """x + scale * pointwise(gelu(pointwise(norm(depthwise 7 x 7 (x))))), `blocks` times."""

    kind: ClassVar[str] = "convNextStage"
    channels: Size
    blocks: Size

    def lower(self, net: GraphBuilder, x: Node) -> Node:
        expect_image(x, self.channels)
        for block in range(self.blocks):
            with net.scope(f"block{block + 1}"):
                x = net.add(x, self._branch(net, x))
        return x

    def _branch(self, net: GraphBuilder, x: Node) -> Node:
        x = net.conv(x, self.channels, 7, groups=self.channels, bias=True, name="depthwise")
        x = net.layer_norm(x, CONVNEXT_EPSILON)
        x = net.conv(x, 4 * self.channels, 1, bias=True, name="up")
        x = net.conv(net.activation(x, "gelu_tanh"), self.channels, 1, bias=True, name="down")
        return net.layer_scale(x)


@dataclass(frozen=True)
class ConvNextDownsample(Layer):
    """A norm, then a 2 x 2 convolution with stride 2."""

    kind: ClassVar[str] = "convNextDownsample"
    in_channels: Size
    out_channels: Size

    def lower(self, net: GraphBuilder, x: Node) -> Node:
        expect_image(x, self.in_channels)
        x = net.layer_norm(x, CONVNEXT_EPSILON)
        return net.conv(x, self.out_channels, 2, stride=2, padding="valid", bias=True)
