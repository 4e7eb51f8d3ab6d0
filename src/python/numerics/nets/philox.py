"""Philox4x32-10, the counter-based generator of Salmon, Moraes, Dror and Shaw (SC 2011).

A block of four 32-bit words is a function of a 128-bit counter (c0, c1, c2, c3) and a 64-bit key
(k0, k1), so that any element can be drawn by itself, in any order, on any machine. One round, with
hi and lo the halves of a 64-bit product:

    (c0, c1, c2, c3) <- (hi(B*c2) ^ c1 ^ k0,  lo(B*c2),  hi(A*c0) ^ c3 ^ k1,  lo(A*c0))

Ten rounds; between two rounds k0 += W0 and k1 += W1 modulo 2**32. Known answers, in hexadecimal:

    counter 00000000 00000000 00000000 00000000   key 00000000 00000000
         -> 6627e8d5 e169c58d bc57ac4c 9b00dbd8
    counter ffffffff ffffffff ffffffff ffffffff   key ffffffff ffffffff
         -> 408f276d 41c83b0e a20bc7c6 6d5451fd
    counter 243f6a88 85a308d3 13198a2e 03707344   key a4093822 299f31d0
         -> d16cfe09 94fdcceb 5001e420 24126ea1

Use of the counter here: (index, 0, stream, purpose). `purpose` keeps what is drawn (parameters,
labels, noise, ...) apart; the key is the seed, low word first.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

_A, _B = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = 0x9E3779B9, 0xBB67AE85
_ROUNDS = 10
_LOW = np.uint64(0xFFFFFFFF)
_32 = np.uint64(32)


class Purpose(IntEnum):
    PARAMETERS = 1
    LABELS = 2
    PROTOTYPES = 3
    IMAGES = 4
    DIGITS = 5
    NOISE = 6
    ORDER = 7


def philox4x32(
    counter: tuple[NDArray[np.uint64], ...], key: tuple[int, int]
) -> tuple[NDArray[np.uint64], ...]:
    """The four words of each block. Counter words are arrays of one shape, values below 2**32."""
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(_ROUNDS):
        a, b = _A * c0, _B * c2
        c0, c1, c2, c3 = (
            (b >> _32) ^ c1 ^ np.uint64(k0),
            b & _LOW,
            (a >> _32) ^ c3 ^ np.uint64(k1),
            a & _LOW,
        )
        k0, k1 = (k0 + _W0) & 0xFFFFFFFF, (k1 + _W1) & 0xFFFFFFFF
    return c0, c1, c2, c3


def blocks(
    seed: int,
    purpose: Purpose,
    stream: NDArray[np.uint64] | np.uint64,
    index: NDArray[np.uint64] | np.uint64,
) -> tuple[NDArray[np.uint64], ...]:
    """The four words at each (stream, index), which broadcast; both below 2**32.

    Raises ValueError unless 0 <= seed < 2**64.
    """
    if not 0 <= seed < 2**64:
        raise ValueError(f"seed is {seed}; it must be at least 0 and below 2**64")
    stream, index = np.broadcast_arrays(stream, index)
    zero = np.zeros_like(index)
    counter = (index, zero, stream, np.full_like(index, int(purpose)))
    return philox4x32(counter, (seed & 0xFFFFFFFF, seed >> 32))
