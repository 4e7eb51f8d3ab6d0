"""Activations applied coordinate by coordinate: their Jacobians are diagonal.

GELU is the tanh form (Hendrycks and Gimpel, arXiv:1606.08415), which is what the networks here
compute; it differs from the erf form by up to about 5e-4. Hard swish and hard sigmoid are those of
Howard et al., "Searching for MobileNetV3" (2019). At a kink the derivative used is 0.
"""

from __future__ import annotations

import numpy as np

from numerics.citation import Citation
from numerics.gradients.check import Avoid, Check, normal, uniform
from numerics.gradients.checks.tolerances import AFFINE, SMOOTH

GELU_SCALE = np.sqrt(2 / np.pi)
GELU_CUBIC = 0.044715


def relu(x):
    """max(x, 0)."""
    return np.where(x.real > 0, x, 0.0)


def relu_jacobian(x):
    """[i = j] [x_i > 0]."""
    return np.diag(np.where(x > 0, 1.0, 0.0))


def relu_vjp(x, dy):
    """dx = dy where x > 0, and 0 elsewhere."""
    return np.where(x > 0, dy, 0.0)


def relu6(x):
    """min(max(x, 0), 6)."""
    return np.where(x.real > 6, 6.0, np.where(x.real > 0, x, 0.0))


def relu6_vjp(x, dy):
    """dx = dy where 0 < x < 6, and 0 elsewhere."""
    return np.where((x > 0) & (x < 6), dy, 0.0)


def sigmoid(x):
    """1 / (1 + exp(-x))."""
    return 1 / (1 + np.exp(-x))


def sigmoid_vjp(x, dy):
    """dx = dy s (1 - s)."""
    s = sigmoid(x)
    return dy * s * (1 - s)


def tanh_vjp(x, dy):
    """dx = dy (1 - tanh(x)^2)."""
    return dy * (1 - np.tanh(x) ** 2)


def swish(x):
    """x / (1 + exp(-x))."""
    return x / (1 + np.exp(-x))


def swish_vjp(x, dy):
    """dx = dy (s + x s (1 - s)) with s = sigmoid(x)."""
    s = sigmoid(x)
    return dy * (s + x * s * (1 - s))


def gelu(x):
    """x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))) / 2."""
    return 0.5 * x * (1 + np.tanh(GELU_SCALE * (x + GELU_CUBIC * x**3)))


def gelu_vjp(x, dy):
    """dx = dy ((1 + t) / 2 + x (1 - t^2) u' / 2), with t = tanh(u), u' = du/dx."""
    t = np.tanh(GELU_SCALE * (x + GELU_CUBIC * x**3))
    inner_slope = GELU_SCALE * (1 + 3 * GELU_CUBIC * x**2)
    return dy * (0.5 * (1 + t) + 0.5 * x * (1 - t**2) * inner_slope)


def hard_sigmoid(x):
    """min(max(x + 3, 0), 6) / 6."""
    return relu6(x + 3) / 6


def hard_sigmoid_vjp(x, dy):
    """dx = dy / 6 where -3 < x < 3, and 0 elsewhere."""
    return np.where(np.abs(x) < 3, dy / 6, 0.0)


def hard_swish(x):
    """x hard_sigmoid(x)."""
    return x * hard_sigmoid(x)


def hard_swish_vjp(x, dy):
    """dx = 0 below -3, dy above 3, and dy (2x + 3) / 6 between."""
    return np.where(x <= -3, 0.0, np.where(x >= 3, dy, dy * (2 * x + 3) / 6))


def away_from(*kinks):
    """The distances of every coordinate to every one of these points."""
    return lambda x: np.abs(np.subtract.outer(x, np.array(kinks)))


SMOOTH_INPUTS = (normal("x", (5,), scale=1.5),)

CHECKS = (
    Check(
        name="relu",
        function=relu,
        jacobian=relu_jacobian,
        inputs=(normal("x", (5,)),),
        tolerance=AFFINE,
        analytic=True,
        avoid=Avoid(away_from(0.0), 1e-2, "the kink of ReLU at 0"),
        theorems=(Citation("coq:Fourfold.VJP.relu.is_vjp_relu", of="Fourfold.VJP.relu.relu"),),
    ),
    Check(
        name="relu6",
        function=relu6,
        vjp=relu6_vjp,
        inputs=(uniform("x", (24,), -4.0, 10.0),),
        tolerance=AFFINE,
        analytic=True,
        avoid=Avoid(away_from(0.0, 6.0), 1e-3, "the kinks of ReLU6 at 0 and 6"),
        no_theorem_reason="of the kinked activations the library states only ReLU",
    ),
    Check(
        name="sigmoid",
        function=sigmoid,
        vjp=sigmoid_vjp,
        inputs=SMOOTH_INPUTS,
        tolerance=SMOOTH,
        analytic=True,
        theorems=(
            Citation(
                "coq:Fourfold.VJP.activations.is_vjp_sigmoid", of="Fourfold.VJP.activations.sigmoid"
            ),
            Citation(
                "coq:Fourfold.VJP.activations.sigmoidE", of="Fourfold.VJP.activations.sigmoid"
            ),
        ),
    ),
    Check(
        name="tanh",
        function=np.tanh,
        vjp=tanh_vjp,
        inputs=SMOOTH_INPUTS,
        tolerance=SMOOTH,
        analytic=True,
        theorems=(
            Citation(
                "coq:Fourfold.VJP.activations.is_vjp_tanh", of="Fourfold.VJP.activations.tanh"
            ),
            Citation("coq:Fourfold.VJP.activations.tanhE", of="Fourfold.VJP.activations.tanh"),
        ),
    ),
    Check(
        name="swish",
        function=swish,
        vjp=swish_vjp,
        inputs=SMOOTH_INPUTS,
        tolerance=SMOOTH,
        analytic=True,
        theorems=(
            Citation(
                "coq:Fourfold.VJP.activations.is_vjp_swish", of="Fourfold.VJP.activations.swish"
            ),
            Citation("coq:Fourfold.VJP.activations.swishE", of="Fourfold.VJP.activations.swish"),
        ),
    ),
    Check(
        name="gelu_tanh",
        function=gelu,
        vjp=gelu_vjp,
        inputs=SMOOTH_INPUTS,
        tolerance=SMOOTH,
        analytic=True,
        theorems=(
            Citation(
                "coq:Fourfold.VJP.activations.is_vjp_gelu", of="Fourfold.VJP.activations.gelu"
            ),
            Citation("coq:Fourfold.VJP.activations.geluE", of="Fourfold.VJP.activations.gelu"),
            Citation(
                "coq:Fourfold.VJP.activations.gelu_scaleE", of="Fourfold.VJP.activations.gelu_scale"
            ),
            Citation(
                "coq:Fourfold.VJP.activations.gelu_cubicE", of="Fourfold.VJP.activations.gelu_cubic"
            ),
        ),
    ),
    Check(
        name="hard_sigmoid",
        function=hard_sigmoid,
        vjp=hard_sigmoid_vjp,
        inputs=(uniform("x", (24,), -6.0, 6.0),),
        tolerance=AFFINE,
        analytic=True,
        avoid=Avoid(away_from(-3.0, 3.0), 1e-3, "the kinks of hard sigmoid at -3 and 3"),
        no_theorem_reason="of the kinked activations the library states only ReLU",
    ),
    Check(
        name="hard_swish",
        function=hard_swish,
        vjp=hard_swish_vjp,
        inputs=(uniform("x", (24,), -6.0, 6.0),),
        tolerance=SMOOTH,
        analytic=True,
        avoid=Avoid(away_from(-3.0, 3.0), 1e-3, "the kinks of hard swish at -3 and 3"),
        no_theorem_reason="of the kinked activations the library states only ReLU",
    ),
)
