"""Batch normalization and layer normalization: the pieces, and the whole with all gradients.

mean = average of x, var = average of (x - mean)^2 (biased), istd = 1 / sqrt(var + EPSILON),
xhat = (x - mean) istd, y = gamma xhat + beta. Mathematics: Ioffe and Szegedy, "Batch
normalization" (2015); Ba, Kiros, Hinton, "Layer normalization" (arXiv:1607.06450).
"""

from __future__ import annotations

import numpy as np

from numerics.citation import Citation
from numerics.gradients.check import Avoid, Check, normal
from numerics.gradients.checks.tolerances import AFFINE, SMOOTH

EPSILON = 1e-5


def center(x, axis):
    """x minus its mean over these axes."""
    return x - x.mean(axis=axis, keepdims=True)


def inverse_std(x, axis):
    """1 / sqrt(var + EPSILON) over these axes, which are kept with extent one."""
    return 1 / np.sqrt((center(x, axis) ** 2).mean(axis=axis, keepdims=True) + EPSILON)


def normalize(x, axis):
    """(x - mean) istd over these axes."""
    return center(x, axis) * inverse_std(x, axis)


def normalize_vjp(x, axis, dxhat):
    """dx = istd (dxhat - mean(dxhat) - xhat mean(xhat dxhat)), all means over these axes."""
    xhat = normalize(x, axis)
    mean_slope = dxhat.mean(axis=axis, keepdims=True)
    mean_projection = (xhat * dxhat).mean(axis=axis, keepdims=True)
    return inverse_std(x, axis) * (dxhat - mean_slope - xhat * mean_projection)


def center_vector(x):
    """x - mean, for a vector."""
    return center(x, 0)


def center_jacobian(x):
    """[i = j] - 1/n."""
    return np.eye(x.size) - 1 / x.size


def inverse_std_broadcast(x):
    """The vector with istd in each of its n places."""
    return np.broadcast_to(inverse_std(x, 0), x.shape)


def inverse_std_broadcast_jacobian(x):
    """-istd^3 (x_i - mean) / n, for every j."""
    column = -(inverse_std(x, 0) ** 3) * center(x, 0) / x.size
    return np.broadcast_to(column[:, None], (x.size, x.size))


def normalize_vector(x):
    """(x - mean) istd, for a vector."""
    return normalize(x, 0)


def normalize_jacobian(x):
    """(istd / n) (n [i = j] - 1 - xhat_i xhat_j)."""
    xhat = normalize(x, 0)
    return inverse_std(x, 0) / x.size * (x.size * np.eye(x.size) - 1 - np.outer(xhat, xhat))


def affine(x, gamma, beta):
    """gamma x + beta, for scalars gamma and beta."""
    return gamma * x + beta


def affine_jacobian(x, gamma, beta):
    """gamma [i = j]."""
    return gamma * np.eye(x.size)


def batch_norm(x, gamma, beta):
    """One flat vector, scalar gamma and beta."""
    return gamma * normalize(x, 0) + beta


def batch_norm_vjp(x, gamma, beta, dy):
    """dx through `normalize_vjp`, dgamma = sum dy xhat, dbeta = sum dy."""
    xhat = normalize(x, 0)
    return normalize_vjp(x, 0, gamma * dy), np.sum(dy * xhat), np.sum(dy)


def batch_norm_per_channel(x, gamma, beta):
    """x (n, c, h, w), gamma and beta (c): statistics over n, h, w."""
    return _per_channel(gamma) * normalize(x, (0, 2, 3)) + _per_channel(beta)


def batch_norm_per_channel_vjp(x, gamma, beta, dy):
    """Like `batch_norm_vjp`, channel by channel."""
    xhat = normalize(x, (0, 2, 3))
    dx = normalize_vjp(x, (0, 2, 3), _per_channel(gamma) * dy)
    return dx, (dy * xhat).sum(axis=(0, 2, 3)), dy.sum(axis=(0, 2, 3))


def _per_channel(vector):
    return vector[:, None, None]


def layer_norm(x, gamma, beta):
    """x (tokens, d), gamma and beta (d): statistics over d, for each token."""
    return gamma * normalize(x, -1) + beta


def layer_norm_vjp(x, gamma, beta, dy):
    """dx through `normalize_vjp`; dgamma and dbeta sum over the tokens."""
    xhat = normalize(x, -1)
    return normalize_vjp(x, -1, gamma * dy), (dy * xhat).sum(axis=0), dy.sum(axis=0)


def spread_out(axis):
    """Keep the variances over these axes away from 0, where istd and its derivatives blow up."""
    return Avoid(
        lambda x, *parameters: (center(x, axis) ** 2).mean(axis=axis),
        0.3,
        "variances below 0.3, where the third derivatives in SMOOTH's reason would grow",
    )


VECTOR = (normal("x", (5,)),)
SCALARS = (normal("gamma", (), mean=1.0), normal("beta", ()))

CHECKS = (
    Check(
        name="batch_norm_center",
        function=center_vector,
        jacobian=center_jacobian,
        inputs=VECTOR,
        tolerance=AFFINE,
        analytic=True,
        theorems=(
            Citation(
                "coq:Fourfold.VJP.batchnorm.is_vjp_centre", of="Fourfold.VJP.batchnorm.centre"
            ),
        ),
    ),
    Check(
        name="batch_norm_inverse_std",
        function=inverse_std_broadcast,
        jacobian=inverse_std_broadcast_jacobian,
        inputs=VECTOR,
        tolerance=SMOOTH,
        analytic=True,
        avoid=spread_out(0),
        no_theorem_reason="a step in proving batchnorm.is_vjp_normalise, not stated on its own",
    ),
    Check(
        name="batch_norm_normalize",
        function=normalize_vector,
        jacobian=normalize_jacobian,
        inputs=VECTOR,
        tolerance=SMOOTH,
        analytic=True,
        avoid=spread_out(0),
        theorems=(
            Citation(
                "coq:Fourfold.VJP.batchnorm.is_vjp_normalise", of="Fourfold.VJP.batchnorm.normalise"
            ),
        ),
    ),
    Check(
        name="batch_norm_affine",
        function=affine,
        jacobian=affine_jacobian,
        inputs=(
            *VECTOR,
            normal("gamma", (), mean=2.3, differentiate=False),
            normal("beta", (), mean=-0.7, differentiate=False),
        ),
        tolerance=AFFINE,
        analytic=True,
        theorems=(
            Citation(
                "coq:Fourfold.VJP.linear.is_vjp_scale", of="mathcomp.algebra.ssralg.GRing.scale"
            ),
            Citation(
                "coq:Fourfold.VJP.linear.is_vjp_shift", of="mathcomp.algebra.ssralg.GRing.add"
            ),
        ),
    ),
    Check(
        name="batch_norm",
        function=batch_norm,
        vjp=batch_norm_vjp,
        inputs=(*VECTOR, *SCALARS),
        tolerance=SMOOTH,
        analytic=True,
        avoid=spread_out(0),
        theorems=(
            Citation(
                "coq:Fourfold.VJP.batchnorm.is_vjp_batchnorm", of="Fourfold.VJP.batchnorm.batchnorm"
            ),
            Citation(
                "coq:Fourfold.VJP.batchnorm.is_vjp_batchnorm_scale",
                of="Fourfold.VJP.batchnorm.batchnorm",
            ),
            Citation(
                "coq:Fourfold.VJP.batchnorm.is_vjp_batchnorm_shift",
                of="Fourfold.VJP.batchnorm.batchnorm",
            ),
        ),
    ),
    Check(
        name="batch_norm_per_channel",
        function=batch_norm_per_channel,
        vjp=batch_norm_per_channel_vjp,
        inputs=(
            normal("x", (2, 3, 3, 2)),
            normal("gamma", (3,), mean=1.0),
            normal("beta", (3,)),
        ),
        tolerance=SMOOTH,
        analytic=True,
        avoid=spread_out((0, 2, 3)),
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
    ),
    Check(
        name="layer_norm",
        function=layer_norm,
        vjp=layer_norm_vjp,
        inputs=(normal("x", (3, 6)), normal("gamma", (6,), mean=1.0), normal("beta", (6,))),
        tolerance=SMOOTH,
        analytic=True,
        avoid=spread_out(-1),
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
    ),
)
