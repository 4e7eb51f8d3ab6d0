"""Synthetic training data that a net can learn: noisy copies of one random image per class.

Example g has label (w * classes) >> 32 with w the first word of the Philox block
(0, 0, g, LABELS), so labels are uniform. Its pixel p is (noise + prototype) / 2**24, where both
are the upper 23 bits of a word: word p mod 4 of block (p div 4, 0, g, IMAGES), and of
block (p div 4, 0, label, PROTOTYPES). The sum has 24 bits, so float32 holds it exactly and every
machine gets the same bytes. Pixels lie in [0, 1).

Batch number s of size B is examples s*B to s*B + B - 1: an endless stream, no epochs.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from numerics.nets.graph import Shape
from numerics.nets.philox import Purpose, blocks
from numerics.nets.spec import NetSpec


@dataclass(frozen=True, eq=False)
class Batch:
    """`images` float32 (B, C, H, W) in [0, 1); `labels` int32 (B,)."""

    images: NDArray[np.float32]
    labels: NDArray[np.int32]

    @cached_property
    def sha256(self) -> str:
        """Of the images' bytes, then the labels'; little-endian, row-major."""
        digest = hashlib.sha256(self.images.astype("<f4", copy=False).tobytes())
        digest.update(self.labels.astype("<i4", copy=False).tobytes())
        return digest.hexdigest()


def batch(spec: NetSpec, seed: int, step: int, size: int) -> Batch:
    """Batch number `step`, counted from 0, of `size` examples that fit `spec`.

    Raises ValueError if step < 0, size < 1, or an example number reaches 2**32.
    """
    if step < 0 or size < 1:
        raise ValueError(f"step is {step} and size {size}; they must be at least 0 and 1")
    if (step + 1) * size > 2**32:
        raise ValueError(f"step {step} of size {size} ends beyond example 2**32")
    examples = np.arange(step * size, (step + 1) * size, dtype=np.uint64)
    labels = _labels(spec.classes, seed, examples)
    images = _images(spec.input.shape, seed, examples, labels)
    return Batch(images, labels.astype(np.int32))


def _labels(classes: int, seed: int, examples: NDArray[np.uint64]) -> NDArray[np.uint64]:
    words = blocks(seed, Purpose.LABELS, examples, np.uint64(0))[0]
    return (words * np.uint64(classes)) >> np.uint64(32)


def _images(
    shape: Shape, seed: int, examples: NDArray[np.uint64], labels: NDArray[np.uint64]
) -> NDArray[np.float32]:
    pixels = int(np.prod(shape))
    index = np.arange(-(-pixels // 4), dtype=np.uint64)
    total = np.zeros((len(examples), 4 * len(index)), dtype=np.uint64)
    for purpose, stream in ((Purpose.IMAGES, examples), (Purpose.PROTOTYPES, labels)):
        words = np.stack(blocks(seed, purpose, stream[:, None], index[None, :]), axis=-1)
        total += (words >> np.uint64(9)).reshape(total.shape)
    images = total[:, :pixels].astype(np.float32) / np.float32(2**24)
    return images.reshape(len(examples), *shape)
