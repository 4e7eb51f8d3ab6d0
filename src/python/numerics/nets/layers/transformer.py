"""Vision transformer (Dosovitskiy et al., "An image is worth 16x16 words", 2021)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from numerics.nets.builder import GraphBuilder, ShapeError, expect_image, expect_tokens
from numerics.nets.graph import Node
from numerics.nets.layers.base import Layer
from numerics.nets.schema import FieldError, Size


@dataclass(frozen=True)
class PatchEmbed(Layer):
    """Patches of `patch` x `patch` pixels to tokens, a class token in front, plus positions."""

    kind: ClassVar[str] = "patchEmbed"
    in_channels: Size
    dim: Size
    patch: Size
    patches: Size

    def lower(self, net: GraphBuilder, x: Node) -> Node:
        expect_image(x, self.in_channels)
        _, height, width = x.shape
        if height % self.patch or width % self.patch:
            raise ShapeError(
                f"cuts {self.patch} x {self.patch} patches, which do not tile {x.shape}"
            )
        x = net.conv(x, self.dim, self.patch, stride=self.patch, padding="valid", bias=True)
        tokens = net.image_to_tokens(x)
        if tokens.shape[0] != self.patches:
            raise ShapeError(
                f"needs patches = {self.patches}, but {self.patch} x {self.patch} patches of "
                f"{height} x {width} pixels are {tokens.shape[0]}"
            )
        return net.add_positions(net.prepend_token(tokens))


@dataclass(frozen=True)
class TransformerEncoder(Layer):
    """`blocks` pre-norm blocks, a final norm, then the class token's row: (N, dim) -> (dim,)."""

    kind: ClassVar[str] = "transformerEncoder"
    dim: Size
    heads: Size
    mlp_dim: Size
    blocks: Size

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.dim % self.heads:
            raise FieldError(f"'heads' is {self.heads}; allowed: a divisor of dim = {self.dim}")

    def lower(self, net: GraphBuilder, x: Node) -> Node:
        expect_tokens(x, self.dim)
        for block in range(self.blocks):
            with net.scope(f"block{block + 1}"):
                x = net.add(x, self._attention(net, x), "attention_add")
                x = net.add(x, self._mlp(net, x), "mlp_add")
        return net.select_token(net.layer_norm(x), 0)

    def _attention(self, net: GraphBuilder, x: Node) -> Node:
        with net.scope("attention"):
            x = net.layer_norm(x)
            q, k, v = (net.dense(x, self.dim, name) for name in ("query", "key", "value"))
            return net.dense(net.attention(q, k, v, self.heads, "heads"), self.dim, "output")

    def _mlp(self, net: GraphBuilder, x: Node) -> Node:
        with net.scope("mlp"):
            x = net.dense(net.layer_norm(x), self.mlp_dim, "up")
            return net.dense(net.activation(x, "gelu_tanh"), self.dim, "down")
