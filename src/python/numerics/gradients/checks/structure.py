"""Maps that only route or add values: identity, concatenation, skip connections, layer scale."""

from __future__ import annotations

import numpy as np

from numerics.citation import Citation
from numerics.gradients.check import Check, normal
from numerics.gradients.checks.activations import gelu, gelu_vjp
from numerics.gradients.checks.pooling import TIES, max_pool, max_pool_vjp
from numerics.gradients.checks.tolerances import AFFINE, SMOOTH
from numerics.gradients.checks.upsample import bilinear_upsample, bilinear_upsample_vjp


def identity(x):
    """x."""
    return x


def identity_jacobian(x):
    """[i = j]."""
    return np.eye(x.size)


def channel_concat(a, b):
    """(n, ca, h, w) and (n, cb, h, w) -> (n, ca + cb, h, w)."""
    return np.concatenate([a, b], axis=1)


def channel_concat_vjp(a, b, dy):
    """The first ca channels of dy go to a, the rest to b."""
    channels = a.shape[1]
    return dy[:, :channels], dy[:, channels:]


def residual(x, scale):
    """x + f(scale x), with f = GELU: the smooth branch stands for any block."""
    return x + gelu(scale * x)


def residual_vjp(x, scale, dy):
    """The cotangent of the branch is added to the one that passes straight through."""
    inner = gelu_vjp(scale * x, dy)
    return dy + scale * inner, np.sum(x * inner)


def layer_scale(x, gamma):
    """gamma_c x[..., c], for x (tokens, d) and gamma (d)."""
    return gamma * x


def layer_scale_vjp(x, gamma, dy):
    """dx = gamma dy; dgamma sums x dy over the tokens."""
    return gamma * dy, (x * dy).sum(axis=0)


def unet_skip(x):
    """x beside its coarse copy: concat(x, upsample(max_pool(x))) for x (n, c, 2h, 2w)."""
    return channel_concat(x, bilinear_upsample(max_pool(x), 2))


def unet_skip_vjp(x, dy):
    """The skip's cotangent plus the coarse path's, through the upsampling and the pooling."""
    coarse = max_pool(x)
    dskip, dup = channel_concat_vjp(x, bilinear_upsample(coarse, 2), dy)
    return dskip + max_pool_vjp(x, bilinear_upsample_vjp(coarse, 2, dup))


CHECKS = (
    Check(
        name="identity",
        function=identity,
        jacobian=identity_jacobian,
        inputs=(normal("x", (5,)),),
        tolerance=AFFINE,
        analytic=True,
        theorems=(
            # The identity is written out in it: there is no constant to name.
            Citation("coq:Fourfold.VJP.vjp.is_vjp_id", of="Fourfold.VJP.vjp.is_vjp"),
        ),
    ),
    Check(
        name="channel_concat",
        function=channel_concat,
        vjp=channel_concat_vjp,
        inputs=(normal("a", (2, 3, 3, 2)), normal("b", (2, 4, 3, 2))),
        tolerance=AFFINE,
        analytic=True,
        theorems=(
            Citation(
                "coq:Fourfold.VJP.routing.is_vjp_gather",
                of="Fourfold.VJP.routing.gather",
                beyond="both inputs as one row, which entry goes where",
            ),
        ),
    ),
    Check(
        name="residual",
        function=residual,
        vjp=residual_vjp,
        inputs=(normal("x", (5,)), normal("scale", ())),
        tolerance=SMOOTH,
        analytic=True,
        theorems=(
            Citation(
                "coq:Fourfold.VJP.vjp.is_vjp_residual",
                of="mathcomp.algebra.ssralg.GRing.add",
                beyond="the gradient of the scale inside",
            ),
            Citation(
                "coq:Fourfold.VJP.activations.is_vjp_gelu", of="Fourfold.VJP.activations.gelu"
            ),
            Citation("coq:Fourfold.VJP.activations.geluE", of="Fourfold.VJP.activations.gelu"),
        ),
    ),
    Check(
        name="layer_scale",
        function=layer_scale,
        vjp=layer_scale_vjp,
        inputs=(normal("x", (3, 4)), normal("gamma", (4,))),
        tolerance=AFFINE,
        analytic=True,
        theorems=(
            Citation(
                "coq:Fourfold.VJP.routing.is_vjp_broadcast_mul_l",
                of="Fourfold.VJP.routing.broadcast_mul",
                beyond="which entry goes where",
            ),
            Citation(
                "coq:Fourfold.VJP.routing.is_vjp_broadcast_mul_r",
                of="Fourfold.VJP.routing.broadcast_mul",
                beyond="which entry goes where",
            ),
        ),
    ),
    Check(
        name="unet_skip",
        function=unet_skip,
        vjp=unet_skip_vjp,
        inputs=(normal("x", (2, 3, 6, 4)),),
        tolerance=AFFINE,
        analytic=True,
        avoid=TIES,
        no_theorem_reason="the library has neither max pooling nor resampling yet",
    ),
)
