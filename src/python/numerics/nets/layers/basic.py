"""Layers that are one or two primitives."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import ClassVar

from numerics.nets.builder import (
    CONVNEXT_EPSILON,
    GraphBuilder,
    ShapeError,
    expect_features,
    expect_image,
)
from numerics.nets.graph import Node
from numerics.nets.layers.base import Layer, conv_bn
from numerics.nets.schema import Act, Padding, Size


@dataclass(frozen=True)
class Dense(Layer):
    """x W + b. An image is flattened first, in row-major order."""

    kind: ClassVar[str] = "dense"
    fan_in: Size
    fan_out: Size
    activation: Act = "identity"

    def lower(self, net: GraphBuilder, x: Node) -> Node:
        if len(x.shape) == 3 and prod(x.shape) == self.fan_in:
            x = net.flatten(x)
        if x.shape != (self.fan_in,):
            raise ShapeError(
                f"needs fan_in = {self.fan_in} numbers, shape ({self.fan_in},), but is given "
                f"shape {x.shape}, which holds {prod(x.shape)}"
            )
        return net.activation(net.dense(x, self.fan_out), self.activation)


@dataclass(frozen=True)
class Conv2d(Layer):
    """Convolution with bias, stride 1."""

    kind: ClassVar[str] = "conv2d"
    in_channels: Size
    out_channels: Size
    kernel: Size
    padding: Padding = "same"
    activation: Act = "identity"

    def lower(self, net: GraphBuilder, x: Node) -> Node:
        expect_image(x, self.in_channels)
        x = net.conv(x, self.out_channels, self.kernel, padding=self.padding, bias=True)
        return net.activation(x, self.activation)


@dataclass(frozen=True)
class ConvBn(Layer):
    """Convolution without bias, batch normalization, activation."""

    kind: ClassVar[str] = "convBn"
    in_channels: Size
    out_channels: Size
    kernel: Size
    stride: Size = 1
    padding: Padding = "same"
    activation: Act = "relu"

    def lower(self, net: GraphBuilder, x: Node) -> Node:
        expect_image(x, self.in_channels)
        return conv_bn(
            net,
            x,
            self.out_channels,
            self.kernel,
            activation=self.activation,
            stride=self.stride,
            padding=self.padding,
        )


@dataclass(frozen=True)
class MaxPool(Layer):
    kind: ClassVar[str] = "maxPool"
    size: Size
    stride: Size
    padding: Padding = "same"

    def lower(self, net: GraphBuilder, x: Node) -> Node:
        expect_image(x)
        return net.max_pool(x, self.size, self.stride, self.padding)


@dataclass(frozen=True)
class GlobalAvgPool(Layer):
    kind: ClassVar[str] = "globalAvgPool"

    def lower(self, net: GraphBuilder, x: Node) -> Node:
        expect_image(x)
        return net.global_avg_pool(x)


@dataclass(frozen=True)
class Flatten(Layer):
    kind: ClassVar[str] = "flatten"

    def lower(self, net: GraphBuilder, x: Node) -> Node:
        expect_image(x)
        return net.flatten(x)


@dataclass(frozen=True)
class FeatureNorm(Layer):
    """Layer normalization of a feature vector, epsilon 1e-6 (ConvNeXt's head)."""

    kind: ClassVar[str] = "featureNorm"
    features: Size

    def lower(self, net: GraphBuilder, x: Node) -> Node:
        expect_features(x, self.features)
        return net.layer_norm(x, CONVNEXT_EPSILON)
