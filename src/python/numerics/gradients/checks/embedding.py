"""Token embedding (a gather of table rows) and the patch embedding of images.

Mathematics: Dosovitskiy et al., "An image is worth 16x16 words" (2021), equation 1.
"""

from __future__ import annotations

import numpy as np

from numerics.citation import Citation
from numerics.gradients.check import Check, integers, normal
from numerics.gradients.checks.tolerances import AFFINE


def embed(table, indices):
    """table (vocabulary, d), int64 indices (n) -> (n, d): the rows named."""
    return table[indices]


def embed_vjp(table, indices, dy):
    """Row v of dtable is the sum of the rows of dy whose index is v."""
    dtable = np.zeros(table.shape)
    np.add.at(dtable, indices, dy)
    return dtable


def patches(x, size):
    """(c, h, w) -> (patches, c size size), row by row over the image."""
    channels, rows, columns = x.shape
    split = x.reshape(channels, rows // size, size, columns // size, size)
    return split.transpose(1, 3, 0, 2, 4).reshape(-1, channels * size * size)


def patches_transposed(flat, shape, size):
    """The inverse of `patches`, which is its transpose, since it only moves entries."""
    channels, rows, columns = shape
    split = flat.reshape(rows // size, columns // size, channels, size, size)
    return split.transpose(2, 0, 3, 1, 4).reshape(shape)


PATCH = 2


def patch_embed(x, weight, bias, cls, positions):
    """x (c, h, w), weight (c PATCH^2, d), bias and cls (d), positions (patches + 1, d).

    Row 0 is cls + positions[0]; row p + 1 is patch_p W + bias + positions[p + 1].
    """
    return np.vstack([cls[None], patches(x, PATCH) @ weight + bias]) + positions


def patch_embed_vjp(x, weight, bias, cls, positions, dy):
    """The rows of dy after the first reach the patches; the first reaches cls."""
    dtokens = dy[1:]
    return (
        patches_transposed(dtokens @ weight.T, x.shape, PATCH),
        patches(x, PATCH).T @ dtokens,
        dtokens.sum(axis=0),
        dy[0],
        dy,
    )


CHECKS = (
    Check(
        name="embedding_gather",
        function=embed,
        vjp=embed_vjp,
        # Eight tokens out of five: some row is always used twice, and its cotangents add up.
        inputs=(normal("table", (5, 3)), integers("indices", (8,), 0, 5)),
        tolerance=AFFINE,
        analytic=True,
        theorems=(
            Citation(
                "coq:Fourfold.VJP.routing.is_vjp_gather",
                of="Fourfold.VJP.routing.gather",
                beyond="which entry goes where",
            ),
        ),
    ),
    Check(
        name="patch_embed",
        function=patch_embed,
        vjp=patch_embed_vjp,
        inputs=(
            normal("x", (2, 4, 4)),
            normal("weight", (8, 3)),
            normal("bias", (3,)),
            normal("cls", (3,)),
            normal("positions", (5, 3)),
        ),
        tolerance=AFFINE,
        analytic=True,
        no_theorem_reason="the library has no patch embedding yet",
    ),
)
