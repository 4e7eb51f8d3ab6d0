"""MNIST from its four files, which the user has: nothing here downloads them.

The files are those of LeCun, Cortes and Burges, in IDX form, by their usual names, each plain or
with `.gz` appended. Their SHA-256 is that of the four plain contents one after another, in the
order of `FILES`.
"""

from __future__ import annotations

import gzip
import hashlib
import struct
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from numerics.traces.dataset import Dataset

FILES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)


class DataError(Exception):
    """The files of a data set are missing, damaged, or not those asked for."""


def load(folder: Path, sha256: str) -> Dataset:
    """Raises DataError."""
    contents = [_content(folder, name) for name in FILES]
    found = hashlib.sha256(b"".join(contents)).hexdigest()
    if found != sha256:
        raise DataError(
            f"{folder}: the files of MNIST have SHA-256 {found}, but 'data_hash' is {sha256}; "
            "give the folder with the right files, or change 'data_hash'"
        )
    images, labels, held_out_images, held_out_labels = (
        _parse(folder / name, content) for name, content in zip(FILES, contents)
    )
    for name, x, y in (
        ("training", images, labels),
        ("held-out", held_out_images, held_out_labels),
    ):
        if len(x) != len(y):
            raise DataError(f"{folder}: {len(x)} {name} images have {len(y)} labels")
    return Dataset("mnist", images[:, None], labels, held_out_images[:, None], held_out_labels)


def _content(folder: Path, name: str) -> bytes:
    plain, packed = folder / name, folder / f"{name}.gz"
    if plain.exists():
        return plain.read_bytes()
    if not packed.exists():
        raise DataError(f"{folder}: has neither {name} nor {name}.gz; data 'mnist' needs it")
    try:
        return gzip.decompress(packed.read_bytes())
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{packed}: cannot be decompressed: {error}") from error


def _parse(path: Path, content: bytes) -> NDArray[np.uint8]:
    """IDX: two zero bytes, 8 for unsigned bytes, the number of axes, their sizes big-endian."""
    axes = 3 if "idx3" in path.name else 1
    start = 4 + 4 * axes
    magic = bytes((0, 0, 8, axes))
    if content[:4] != magic:
        raise DataError(f"{path}: begins with {content[:4].hex()}, not with {magic.hex()}")
    if len(content) < start:
        raise DataError(f"{path}: is truncated in its head, after {len(content)} bytes")
    shape = struct.unpack(f">{axes}I", content[4:start])
    needed = start + int(np.prod(shape, dtype=np.int64))
    if len(content) != needed:
        raise DataError(
            f"{path}: holds {len(content)} bytes; its head says {list(shape)}, so {needed}"
        )
    return np.frombuffer(content, dtype=np.uint8, offset=start).reshape(shape)
