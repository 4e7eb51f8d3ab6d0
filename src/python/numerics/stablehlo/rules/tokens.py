"""Rearrangements: an image as a sequence of tokens, the class token, positions.

Source: Dosovitskiy et al., "An image is worth 16x16 words" (2021), section 3.1.
"""

from __future__ import annotations

from numerics.citation import Citation
from numerics.nets import graph
from numerics.stablehlo.builder import Builder, Value
from numerics.stablehlo.rules.rule import rule


def image_to_tokens(b: Builder, op: graph.ImageToTokens, x: Value):
    """(B, C, H, W) -> (B, H W, C)."""
    batch, channels, height, width = x.shape
    rows = b.reshape(x, (batch, channels, height * width))
    return b.transpose(rows, (0, 2, 1)), x.shape


@rule(
    graph.ImageToTokens,
    forward=image_to_tokens,
    theorems=(
        Citation(
            "coq:Fourfold.VJP.routing.is_vjp_gather",
            of="Fourfold.VJP.routing.gather",
            beyond="which entry goes where",
        ),
    ),
)
def image_to_tokens_backward(b: Builder, op: graph.ImageToTokens, shape, dy: Value):
    return (b.reshape(b.transpose(dy, (0, 2, 1)), shape),)


def prepend_token(b: Builder, op: graph.PrependToken, x: Value, token: Value):
    """(B, N, D), (D,) -> (B, N + 1, D)."""
    row = b.broadcast(token, (x.shape[0], 1, x.shape[2]), (2,))
    return b.concatenate([row, x], 1), None


@rule(
    graph.PrependToken,
    forward=prepend_token,
    theorems=(
        Citation(
            "coq:Fourfold.VJP.routing.is_vjp_gather",
            of="Fourfold.VJP.routing.gather",
            beyond="token and sequence as one row, which entry goes where",
        ),
    ),
)
def prepend_token_backward(b: Builder, op: graph.PrependToken, saved, dy: Value):
    """The shared row 0 collects its cotangent from every example."""
    batch, count, dim = dy.shape
    row = b.reshape(b.slice(dy, (0, 0, 0), (batch, 1, dim)), (batch, dim))
    return b.slice(dy, (0, 1, 0), dy.shape), b.reduce_sum(row, (0,))


def add_positions(b: Builder, op: graph.AddPositions, x: Value, positions: Value):
    """(B, N, D) + (N, D) for every example."""
    return b.add(x, b.broadcast(positions, x.shape, (1, 2))), None


@rule(
    graph.AddPositions,
    forward=add_positions,
    theorems=(
        Citation(
            "coq:Fourfold.VJP.routing.is_vjp_broadcast_add_l",
            of="Fourfold.VJP.routing.broadcast_add",
        ),
        Citation(
            "coq:Fourfold.VJP.routing.is_vjp_broadcast_add_r",
            of="Fourfold.VJP.routing.broadcast_add",
            beyond="which entry goes where",
        ),
    ),
)
def add_positions_backward(b: Builder, op: graph.AddPositions, saved, dy: Value):
    return dy, b.reduce_sum(dy, (0,))


def select_token(b: Builder, op: graph.SelectToken, x: Value):
    """(B, N, D) -> (B, D): row `op.index`."""
    batch, _, dim = x.shape
    row = b.slice(x, (0, op.index, 0), (batch, op.index + 1, dim))
    return b.reshape(row, (batch, dim)), x.shape


@rule(
    graph.SelectToken,
    forward=select_token,
    theorems=(
        Citation(
            "coq:Fourfold.VJP.routing.is_vjp_gather",
            of="Fourfold.VJP.routing.gather",
            beyond="which entry goes where",
        ),
    ),
)
def select_token_backward(b: Builder, op: graph.SelectToken, shape, dy: Value):
    """Every other row receives 0."""
    batch, count, dim = shape
    row = b.reshape(dy, (batch, 1, dim))
    return (b.pad(row, 0.0, (0, op.index, 0), (0, count - op.index - 1, 0)),)
