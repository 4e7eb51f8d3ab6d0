"""Two convolutional blocks with all parameter gradients: residual, and inverted with a gate.

Both work on one image (c, h, w); batch normalization takes its statistics over h and w, which is
the batch of one. Convolutions before a normalization have no bias.
Mathematics: He et al., "Deep residual learning" (2016), section 3; Tan and Le, "EfficientNet"
(2019), whose MBConv block is the inverted residual of Sandler et al. (2018) with a gate.
"""

from __future__ import annotations

import numpy as np

from numerics.gradients.check import Avoid, Check, Tolerance, normal
from numerics.gradients.checks.activations import relu, relu_vjp, swish, swish_vjp
from numerics.gradients.checks.conv import (
    conv2d_input_vjp,
    conv2d_weight_vjp,
    correlate,
    same_before,
)
from numerics.gradients.checks.depthwise import (
    correlate_channels,
    depthwise_input_vjp,
    depthwise_weight_vjp,
)
from numerics.gradients.checks.normalization import center, normalize, normalize_vjp
from numerics.gradients.checks.squeeze_excite import squeeze_excite, squeeze_excite_vjp
from numerics.gradients.checks.tolerances import SMOOTH

IMAGE = (1, 2)
THREE_NORMS = Tolerance(
    absolute=1e-7,
    relative=1e-8,
    why="truncation is step^2 |f'''| / 6; each of three normalizations in a row multiplies third "
    "derivatives by up to istd^3, so that they reach the order of 1000 (the complex step, free of "
    "truncation, agrees to 1e-12)",
)


def conv(x, weight):
    """Stride 1, SAME, no bias: weight (oc, ic, k, k)."""
    return correlate(x, weight, same_before(weight.shape[-1]))


def conv_vjp(x, weight, dy):
    """dx and dW."""
    return conv2d_input_vjp(x, weight, None, dy), conv2d_weight_vjp(x, weight, None, dy)


def depthwise(x, weight):
    """Stride 1, SAME, no bias: weight (c, k, k)."""
    return correlate_channels(x, weight, same_before(weight.shape[-1]))


def norm(x, gamma, beta):
    """Normalization of each channel over the image, then gamma and beta (c)."""
    return gamma[:, None, None] * normalize(x, IMAGE) + beta[:, None, None]


def norm_vjp(x, gamma, dy):
    """dx, dgamma and dbeta."""
    dx = normalize_vjp(x, IMAGE, gamma[:, None, None] * dy)
    return dx, (dy * normalize(x, IMAGE)).sum(axis=IMAGE), dy.sum(axis=IMAGE)


def residual_values(x, w1, g1, c1, w2, g2, c2):
    """Every intermediate value of the residual block that its gradient needs."""
    first = conv(x, w1)
    normed = norm(first, g1, c1)
    second = conv(relu(normed), w2)
    return first, normed, second, norm(second, g2, c2) + x


def residual_block(x, w1, g1, c1, w2, g2, c2):
    """relu(norm(conv(relu(norm(conv x)))) + x); x (c, h, w), w1 and w2 (c, c, 3, 3)."""
    return relu(residual_values(x, w1, g1, c1, w2, g2, c2)[-1])


def residual_block_vjp(x, w1, g1, c1, w2, g2, c2, dy):
    """The branch backwards; the skip adds the cotangent of the sum."""
    first, normed, second, total = residual_values(x, w1, g1, c1, w2, g2, c2)
    dtotal = relu_vjp(total, dy)
    dsecond, dg2, dc2 = norm_vjp(second, g2, dtotal)
    dhidden, dw2 = conv_vjp(relu(normed), w2, dsecond)
    dfirst, dg1, dc1 = norm_vjp(first, g1, relu_vjp(normed, dhidden))
    dx, dw1 = conv_vjp(x, w1, dfirst)
    return dx + dtotal, dw1, dg1, dc1, dw2, dg2, dc2


def mbconv_values(x, we, ge, ce, wd, gd, cd, *gate):
    """Every intermediate value of the MBConv block that its gradient needs."""
    expanded = conv(x, we)
    expanded_normed = norm(expanded, ge, ce)
    mixed = depthwise(swish(expanded_normed), wd)
    mixed_normed = norm(mixed, gd, cd)
    return (
        expanded,
        expanded_normed,
        mixed,
        mixed_normed,
        squeeze_excite(swish(mixed_normed), *gate),
    )


def mbconv(x, we, ge, ce, wd, gd, cd, w1, b1, w2, b2, wp, gp, cp):
    """Expand 1x1, depthwise 3x3, gate, project 1x1, skip; swish after the first two norms."""
    gated = mbconv_values(x, we, ge, ce, wd, gd, cd, w1, b1, w2, b2)[-1]
    return norm(conv(gated, wp), gp, cp) + x


def mbconv_vjp(x, we, ge, ce, wd, gd, cd, w1, b1, w2, b2, wp, gp, cp, dy):
    """The five maps backwards, and the skip."""
    gate = (w1, b1, w2, b2)
    values = mbconv_values(x, we, ge, ce, wd, gd, cd, *gate)
    expanded, expanded_normed, mixed, mixed_normed, gated = values
    dprojected, dgp, dcp = norm_vjp(conv(gated, wp), gp, dy)
    dgated, dwp = conv_vjp(gated, wp, dprojected)
    dactive, *dgate = squeeze_excite_vjp(swish(mixed_normed), *gate, dgated)
    dmixed, dgd, dcd = norm_vjp(mixed, gd, swish_vjp(mixed_normed, dactive))
    dhidden = depthwise_input_vjp(swish(expanded_normed), wd, None, dmixed)
    dwd = depthwise_weight_vjp(swish(expanded_normed), wd, None, dmixed)
    dexpanded, dge, dce = norm_vjp(expanded, ge, swish_vjp(expanded_normed, dhidden))
    dx, dwe = conv_vjp(x, we, dexpanded)
    return dx + dy, dwe, dge, dce, dwd, dgd, dcd, *dgate, dwp, dgp, dcp


def _residual_distances(*inputs):
    _, normed, _, total = residual_values(*inputs)
    return np.abs(np.stack([normed, total]))


def _mbconv_variances(x, we, ge, ce, wd, gd, cd, *rest):
    gate, wp = rest[:4], rest[4]
    expanded, _, mixed, _, gated = mbconv_values(x, we, ge, ce, wd, gd, cd, *gate)
    normalized = (expanded, mixed, conv(gated, wp))
    return np.concatenate([(center(value, IMAGE) ** 2).mean(axis=IMAGE) for value in normalized])


def _norm_inputs(index, channels):
    return (
        normal(f"gamma{index}", (channels,), mean=1.0, scale=0.3),
        normal(f"beta{index}", (channels,), scale=0.3),
    )


CHECKS = (
    Check(
        name="residual_block",
        function=residual_block,
        vjp=residual_block_vjp,
        inputs=(
            normal("x", (2, 3, 4)),
            normal("w1", (2, 2, 3, 3)),
            *_norm_inputs(1, 2),
            normal("w2", (2, 2, 3, 3)),
            *_norm_inputs(2, 2),
        ),
        tolerance=SMOOTH,
        analytic=True,
        avoid=Avoid(_residual_distances, 2e-3, "the kinks of both ReLUs"),
        no_theorem_reason="the library states the parts, not the block as a whole",
    ),
    Check(
        name="mbconv_block",
        function=mbconv,
        vjp=mbconv_vjp,
        inputs=(
            normal("x", (2, 3, 4)),
            normal("expand", (4, 2, 1, 1)),
            *_norm_inputs(1, 4),
            normal("depthwise", (4, 3, 3)),
            *_norm_inputs(2, 4),
            normal("w1", (4, 2)),
            normal("b1", (2,)),
            normal("w2", (2, 4)),
            normal("b2", (4,)),
            normal("project", (2, 4, 1, 1), scale=2.0),
            *_norm_inputs(3, 2),
        ),
        tolerance=THREE_NORMS,
        analytic=True,
        avoid=Avoid(
            _mbconv_variances, 0.3, "variances below 0.3, where third derivatives grow with istd"
        ),
        no_theorem_reason="the library states the parts, not the block as a whole",
    ),
)
