"""The dense layer y = x W + b, its three vector-Jacobian products, and batched products.

Shapes: x (m), W (m, n), b (n), y (n). Mathematics: Goodfellow, Bengio, Courville, "Deep Learning"
(2016), section 6.5.
"""

from __future__ import annotations

import numpy as np

from numerics.citation import Citation
from numerics.gradients.check import Check, normal
from numerics.gradients.checks.tolerances import AFFINE


def dense(x, weight, bias):
    """y_j = sum_i x_i W_ij + b_j."""
    return x @ weight + bias


def dense_input_vjp(x, weight, bias, dy):
    """dx = W dy."""
    return weight @ dy


def dense_weight_vjp(x, weight, bias, dy):
    """dW_ij = x_i dy_j."""
    return np.outer(x, dy)


def dense_bias_vjp(x, weight, bias, dy):
    """db = dy."""
    return dy


def matmul(a, b):
    """C = A B, for A (m, k) and B (k, n)."""
    return a @ b


def matmul_vjp(a, b, dc):
    """dA = dC B^T and dB = A^T dC."""
    return dc @ b.T, a.T @ dc


def _inputs(differentiated):
    return tuple(
        normal(name, shape, differentiate=name == differentiated)
        for name, shape in (("x", (4,)), ("weight", (4, 3)), ("bias", (3,)))
    )


CHECKS = (
    Check(
        name="dense_input",
        function=dense,
        vjp=dense_input_vjp,
        inputs=_inputs("x"),
        tolerance=AFFINE,
        analytic=True,
        theorems=(Citation("coq:Fourfold.VJP.dense.is_vjp_dense", of="Fourfold.VJP.dense.dense"),),
    ),
    Check(
        name="dense_weight",
        function=dense,
        vjp=dense_weight_vjp,
        inputs=_inputs("weight"),
        tolerance=AFFINE,
        analytic=True,
        theorems=(
            Citation("coq:Fourfold.VJP.dense.is_vjp_dense_weight", of="Fourfold.VJP.dense.dense"),
        ),
    ),
    Check(
        name="dense_bias",
        function=dense,
        vjp=dense_bias_vjp,
        inputs=_inputs("bias"),
        tolerance=AFFINE,
        analytic=True,
        theorems=(
            Citation("coq:Fourfold.VJP.dense.is_vjp_dense_bias", of="Fourfold.VJP.dense.dense"),
        ),
    ),
    Check(
        name="matmul",
        function=matmul,
        vjp=matmul_vjp,
        inputs=(normal("a", (2, 4)), normal("b", (4, 3))),
        tolerance=AFFINE,
        analytic=True,
        no_theorem_reason="the library multiplies row vectors by matrices, not two matrices",
    ),
)
