"""Batch and layer normalization with the biased variance.

Over the m entries of one group: xhat = (x - mean) istd, istd = 1 / sqrt(var + epsilon), y = gamma
xhat + beta, and dx = istd (dxhat - mean(dxhat) - xhat mean(dxhat xhat)), dxhat = gamma dy. Source:
Ioffe, Szegedy, "Batch normalization" (2015), section 3; Ba, Kiros, Hinton, "Layer normalization"
(2016).
"""

from __future__ import annotations

from math import prod

from numerics.citation import Citation
from numerics.nets import graph
from numerics.stablehlo.builder import Builder, Value
from numerics.stablehlo.rules.rule import rule


def batch_norm(b: Builder, op: graph.BatchNorm, x: Value, gamma: Value, beta: Value):
    """(B, C, H, W): each channel over batch, height and width."""
    xhat, istd = _normalize(b, x, (0, 2, 3), op.epsilon)
    return _affine(b, xhat, gamma, beta, 1), (xhat, istd, gamma)


@rule(
    graph.BatchNorm,
    forward=batch_norm,
    theorems=(
        Citation(
            "coq:Fourfold.VJP.batchnorm.is_vjp_batchnorm",
            of="Fourfold.VJP.batchnorm.batchnorm",
            beyond="channel by channel, over a batch",
        ),
        Citation(
            "coq:Fourfold.VJP.batchnorm.is_vjp_batchnorm_scale",
            of="Fourfold.VJP.batchnorm.batchnorm",
            beyond="channel by channel, over a batch",
        ),
        Citation(
            "coq:Fourfold.VJP.batchnorm.is_vjp_batchnorm_shift",
            of="Fourfold.VJP.batchnorm.batchnorm",
            beyond="channel by channel, over a batch",
        ),
    ),
)
def batch_norm_backward(b: Builder, op: graph.BatchNorm, saved, dy: Value):
    """gamma is constant on a group, so the two means over dxhat are gamma / m times dbeta and
    dgamma.
    """
    xhat, istd, gamma = saved
    axes = (0, 2, 3)
    m = prod(dy.shape[a] for a in axes)
    dbeta = b.reduce_sum(dy, axes)
    dgamma = b.reduce_sum(b.multiply(dy, xhat), axes)
    mean_dy = b.broadcast(b.scale(dbeta, 1 / m), dy.shape, (1,))
    mean_dyx = b.broadcast(b.scale(dgamma, 1 / m), dy.shape, (1,))
    centred = b.subtract(b.subtract(dy, mean_dy), b.multiply(xhat, mean_dyx))
    dx = b.multiply(centred, b.broadcast(b.multiply(gamma, istd), dy.shape, (1,)))
    return dx, dgamma, dbeta


def layer_norm(b: Builder, op: graph.LayerNorm, x: Value, gamma: Value, beta: Value):
    """Over `op.axis`, separately for every index of the other axes."""
    xhat, istd = _normalize(b, x, (op.axis,), op.epsilon)
    return _affine(b, xhat, gamma, beta, op.axis), (xhat, istd, gamma)


@rule(
    graph.LayerNorm,
    forward=layer_norm,
    theorems=(
        Citation(
            "coq:Fourfold.VJP.batchnorm.is_vjp_normalise",
            of="Fourfold.VJP.batchnorm.normalise",
            beyond="group by group, then a scale and a shift",
        ),
        Citation(
            "coq:Fourfold.VJP.routing.is_vjp_broadcast_mul_l",
            of="Fourfold.VJP.routing.broadcast_mul",
        ),
        Citation(
            "coq:Fourfold.VJP.routing.is_vjp_broadcast_mul_r",
            of="Fourfold.VJP.routing.broadcast_mul",
            beyond="which entry goes where",
        ),
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
def layer_norm_backward(b: Builder, op: graph.LayerNorm, saved, dy: Value):
    xhat, istd, gamma = saved
    kept = tuple(a for a in range(dy.rank) if a != op.axis)
    dxhat = b.multiply(dy, b.broadcast(gamma, dy.shape, (op.axis,)))
    mean = b.broadcast(_mean(b, dxhat, (op.axis,)), dy.shape, kept)
    mean_x = b.broadcast(_mean(b, b.multiply(dxhat, xhat), (op.axis,)), dy.shape, kept)
    centred = b.subtract(b.subtract(dxhat, mean), b.multiply(xhat, mean_x))
    dx = b.multiply(centred, b.broadcast(istd, dy.shape, kept))
    return dx, b.reduce_sum(b.multiply(dy, xhat), kept), b.reduce_sum(dy, kept)


def _mean(b: Builder, x: Value, axes: tuple[int, ...]) -> Value:
    return b.scale(b.reduce_sum(x, axes), 1 / prod(x.shape[a] for a in axes))


def _normalize(b: Builder, x: Value, axes: tuple[int, ...], epsilon: float) -> tuple[Value, Value]:
    """xhat with the shape of `x`, and istd with one entry per group."""
    kept = tuple(a for a in range(x.rank) if a not in axes)
    centred = b.subtract(x, b.broadcast(_mean(b, x, axes), x.shape, kept))
    istd = b.rsqrt(b.offset(_mean(b, b.multiply(centred, centred), axes), epsilon))
    return b.multiply(centred, b.broadcast(istd, x.shape, kept)), istd


def _affine(b: Builder, xhat: Value, gamma: Value, beta: Value, axis: int) -> Value:
    scaled = b.multiply(xhat, b.broadcast(gamma, xhat.shape, (axis,)))
    return b.add(scaled, b.broadcast(beta, xhat.shape, (axis,)))
