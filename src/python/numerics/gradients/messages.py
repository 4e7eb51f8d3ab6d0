"""What two processes say to each other: JSON and arrays, and nothing that could run as code."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import numpy as np

DTYPES = ("float64", "int64", "complex128")
_LENGTH = 8  # bytes that say how long the header is


@dataclass(frozen=True, eq=False)
class Message:
    words: dict[str, Any] = field(default_factory=dict)
    arrays: tuple[np.ndarray, ...] = ()


def send(stream: BinaryIO, message: Message) -> None:
    """Raises ValueError for an array of another dtype than those of `DTYPES`."""
    for array in message.arrays:
        if array.dtype.name not in DTYPES:
            raise ValueError(f"an array of dtype {array.dtype} cannot be sent")
    shapes = [[array.dtype.name, list(array.shape)] for array in message.arrays]
    header = json.dumps({"words": message.words, "arrays": shapes}).encode()
    contents = b"".join(array.tobytes() for array in message.arrays)
    stream.write(len(header).to_bytes(_LENGTH, "big") + header + contents)
    stream.flush()


def receive(stream: BinaryIO) -> Message:
    """The next message; its arrays are read-only. Raises EOFError when there is none."""
    header = json.loads(_exactly(stream, int.from_bytes(_exactly(stream, _LENGTH), "big")))
    arrays = []
    for name, shape in header["arrays"]:
        if name not in DTYPES:
            raise ValueError(f"an array of dtype {name} was sent")
        dtype = np.dtype(name)
        content = _exactly(stream, dtype.itemsize * int(np.prod(shape, dtype=object)))
        arrays.append(np.frombuffer(content, dtype=dtype).reshape(shape))
    return Message(header["words"], tuple(arrays))


def _exactly(stream: BinaryIO, length: int) -> bytes:
    content = stream.read(length)
    if len(content) != length:
        raise EOFError
    return content
