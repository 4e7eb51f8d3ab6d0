"""A data set in memory, its identity, and the order in which a run sees it.

In epoch e the training examples are sorted by the pair (w0, w1), lexicographically and stably, of
the Philox block (example, 0, e, ORDER) with the run's seed as key. Step s of the run (from 1) is
step j = (s - 1) mod epoch_steps of epoch (s - 1) div epoch_steps, and takes the sorted examples
j * batch to (j + 1) * batch - 1. Held-out batches are in the set's own order; a remainder that
does not fill a batch is left out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from numerics.nets.philox import Purpose, blocks
from numerics.nets.spec import NetSpec
from numerics.traces.config import Config, ConfigError

Batch = tuple[NDArray[np.float32], NDArray[np.int32]]
"""Images (B, C, H, W) in [0, 1] and labels (B,)."""


@dataclass(frozen=True, eq=False)
class Dataset:
    """Images uint8 (N, C, H, W), labels uint8 (N,)."""

    name: str
    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    held_out_images: NDArray[np.uint8]
    held_out_labels: NDArray[np.uint8]

    @cached_property
    def sha256(self) -> str:
        """Of the four arrays' bytes, row-major, in the order of the fields."""
        digest = hashlib.sha256()
        for part in (self.images, self.labels, self.held_out_images, self.held_out_labels):
            digest.update(np.ascontiguousarray(part).tobytes())
        return digest.hexdigest()

    def check(self, config: Config, spec: NetSpec) -> None:
        """Raises ConfigError if an epoch, the evaluation or the net does not fit the set."""
        needed = config.batch * config.epoch_steps
        if needed > len(self.labels):
            raise ConfigError(
                f"'epoch_steps' {config.epoch_steps} of 'batch' {config.batch} need {needed} "
                f"examples, but {self.name} has {len(self.labels)}"
            )
        if config.batch > len(self.held_out_labels):
            raise ConfigError(
                f"'batch' is {config.batch}, but {self.name} holds out only "
                f"{len(self.held_out_labels)} examples"
            )
        if spec.input.shape != self.shape:
            raise ConfigError(
                f"the net {spec.name} takes images of {_words(spec.input.shape)}, but those of "
                f"{self.name} are {_words(self.shape)}; give the net that `input`, or choose "
                "another `data`"
            )
        if spec.classes != self.classes:
            raise ConfigError(
                f"the net {spec.name} ends in {spec.classes} classes, but {self.name} has "
                f"{self.classes}; give its last layer as many outputs, or choose another `data`"
            )

    @property
    def shape(self) -> tuple[int, ...]:
        """Channels, height and width of an image."""
        shapes = {images.shape[1:] for images in (self.images, self.held_out_images)}
        if len(shapes) != 1:
            raise ConfigError(f"{self.name} has images of several shapes: {sorted(shapes)}")
        return shapes.pop()

    @property
    def classes(self) -> int:
        return 1 + int(max(self.labels.max(), self.held_out_labels.max()))

    def batch(self, config: Config, step: int) -> Batch:
        """Of step `step`, counted from 1."""
        epoch, position = divmod(step - 1, config.epoch_steps)
        order = _order(config.seed, epoch, len(self.labels))
        chosen = order[position * config.batch : (position + 1) * config.batch]
        return _as_batch(self.images[chosen], self.labels[chosen])

    def held_out(self, size: int) -> Iterator[Batch]:
        for end in range(size, len(self.held_out_labels) + 1, size):
            part = slice(end - size, end)
            yield _as_batch(self.held_out_images[part], self.held_out_labels[part])


def _words(shape: tuple[int, ...]) -> str:
    channels, height, width = shape
    return f"{channels} x {height} x {width} (channels, height, width)"


def _as_batch(images: NDArray[np.uint8], labels: NDArray[np.uint8]) -> Batch:
    return images.astype(np.float32) / np.float32(255), labels.astype(np.int32)


@lru_cache(maxsize=1)
def _order(seed: int, epoch: int, examples: int) -> NDArray[np.int64]:
    index = np.arange(examples, dtype=np.uint64)
    first, second, _, _ = blocks(seed, Purpose.ORDER, np.uint64(epoch), index)
    return np.argsort((first << np.uint64(32)) | second, kind="stable")
