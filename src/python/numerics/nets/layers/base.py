from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from numerics.nets.builder import GraphBuilder
from numerics.nets.graph import Node
from numerics.nets.schema import Checked


@dataclass(frozen=True)
class Layer(Checked, ABC):
    """One entry of a NetSpec's list. Subclasses are frozen dataclasses."""

    kind: ClassVar[str]
    """The name in YAML."""

    @abstractmethod
    def lower(self, net: GraphBuilder, x: Node) -> Node:
        """Appends this layer's primitives, applied to `x`; returns the result.

        Raises ShapeError if `x` has the wrong shape.
        """


def conv_bn(
    net: GraphBuilder,
    x: Node,
    out_channels: int,
    kernel: int,
    *,
    activation: str,
    stride: int = 1,
    padding: str = "same",
    groups: int = 1,
) -> Node:
    """Convolution without bias, batch normalization, activation."""
    x = net.conv(x, out_channels, kernel, stride=stride, padding=padding, groups=groups)
    return net.activation(net.batch_norm(x), activation)


def squeeze_excite(net: GraphBuilder, x: Node, width: int, *, inner: str, gate: str) -> Node:
    """x times gate(dense(inner(dense(mean(x))))), per channel (Hu et al., 2018)."""
    with net.scope("se"):
        z = net.activation(net.dense(net.global_avg_pool(x), width, "squeeze"), inner)
        z = net.activation(net.dense(z, x.shape[0], "excite"), gate, "gate")
        return net.scale_channels(x, z)
