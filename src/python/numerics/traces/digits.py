"""synthetic-digits-1: images of ten glyphs that a net can learn, computed and not downloaded.

Example g (0 to 8191 for training, the next 1024 held out) draws the words w0 to w3 of the Philox
block (0, 0, g, DIGITS), key 0. With u(w, n) = (w * n) >> 32, an integer in [0, n):

    label      u(w0, 10)
    shift      right by u(w1, 9) - 4 pixels, down by u(w2, 7) - 3 pixels
    ink        64 + u(w3, 128)

The label's glyph, 5 x 7 cells of 3 x 3 pixels, has its corner at column 6, row 3 before the shift.
Pixel p (row-major) draws byte p mod 4, lowest first, of word (p div 4) mod 4 of the block
(p div 16, 0, g, NOISE); its value is ink, where the glyph is, plus half that byte, at most 255.
Integers only, so every machine gets the same bytes; a pixel enters a net as float32(value) / 255,
one division that IEEE 754 rounds correctly.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from numerics.nets.philox import Purpose, blocks
from numerics.traces.dataset import Dataset

NAME = "synthetic-digits-1"
TRAINING, HELD_OUT = 8192, 1024
_SIDE, _CELL, _TOP, _LEFT = 28, 3, 3, 6
_KEY = 0
_CHUNK = 1024  # the temporaries fit a processor cache

_GLYPHS = """
.###. ..#.. .###. .###. ...#. ##### .###. ##### .###. .###.
#...# .##.. #...# #...# ..##. #.... #.... ....# #...# #...#
#..## ..#.. ....# ....# .#.#. ####. #.... ...#. #...# #...#
#.#.# ..#.. ...#. ..##. #..#. ....# ####. ..#.. .###. .####
##..# ..#.. ..#.. ....# ##### ....# #...# .#... #...# ....#
#...# ..#.. .#... #...# ...#. #...# #...# .#... #...# ....#
.###. .###. ##### .###. ...#. .###. .###. .#... .###. .###.
"""


@cache
def synthetic_digits() -> Dataset:
    """The whole set, made once and not to be written to. Held-out examples are drawn as those for
    training are.
    """
    parts = [_examples(start, _CHUNK) for start in range(0, TRAINING + HELD_OUT, _CHUNK)]
    images = np.concatenate([images for images, _ in parts])
    labels = np.concatenate([labels for _, labels in parts])
    return Dataset(NAME, images[:TRAINING], labels[:TRAINING], images[TRAINING:], labels[TRAINING:])


def _examples(start: int, count: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    numbers = np.arange(start, start + count, dtype=np.uint64)
    drawn = blocks(_KEY, Purpose.DIGITS, numbers, np.uint64(0))
    label, right, down, ink = (
        ((word * np.uint64(n)) >> np.uint64(32)).astype(np.int64)
        for word, n in zip(drawn, (10, 9, 7, 128))
    )
    # One row of glyphs per label, shifted by reading each pixel of the image elsewhere.
    axis = np.arange(_SIDE)
    rows = axis[None, :] - (down[:, None] - 3)
    columns = axis[None, :] - (right[:, None] - 4)
    shown = _canvas()[label[:, None, None], rows[:, :, None], columns[:, None, :]]
    images = np.minimum(shown * (64 + ink)[:, None, None] + _noise(numbers) // 2, 255)
    return images[:, None].astype(np.uint8), label.astype(np.uint8)


def _canvas() -> NDArray[np.int64]:
    """(10, 40, 40) zeros and ones; beyond row and column 28, and at negative ones, all zero."""
    rows = [line.split() for line in _GLYPHS.split("\n") if line]
    cells = np.array([[[c == "#" for c in row[k]] for row in rows] for k in range(10)])
    glyphs = cells.repeat(_CELL, axis=1).repeat(_CELL, axis=2)
    canvas = np.zeros((10, _SIDE + 12, _SIDE + 12), dtype=np.int64)
    canvas[:, _TOP : _TOP + glyphs.shape[1], _LEFT : _LEFT + glyphs.shape[2]] = glyphs
    return canvas


def _noise(numbers: NDArray[np.uint64]) -> NDArray[np.int64]:
    """(examples, 28, 28) bytes."""
    index = np.arange(_SIDE * _SIDE // 16, dtype=np.uint64)
    words = np.stack(blocks(_KEY, Purpose.NOISE, numbers[:, None], index[None, :]), axis=-1)
    shifts = np.arange(0, 32, 8, dtype=np.uint64)
    content = (words[..., None] >> shifts) & np.uint64(255)
    return content.reshape(len(numbers), _SIDE, _SIDE).astype(np.int64)
