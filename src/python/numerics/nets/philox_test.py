import numpy as np
import pytest

from numerics.nets.philox import Purpose, blocks, philox4x32

KNOWN = [
    ("00000000 00000000 00000000 00000000", "00000000 00000000",
     "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff",
     "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0",
     "d16cfe09 94fdcceb 5001e420 24126ea1"),
]  # fmt: skip


def numbers(text: str) -> list[int]:
    return [int(word, 16) for word in text.split()]


@pytest.mark.parametrize(("counter", "key", "expected"), KNOWN)
def test_known_answers(counter: str, key: str, expected: str) -> None:
    words = tuple(np.array([number], dtype=np.uint64) for number in numbers(counter))
    k0, k1 = numbers(key)
    assert [int(word[0]) for word in philox4x32(words, (k0, k1))] == numbers(expected)


def test_elements_do_not_depend_on_what_is_drawn_with_them() -> None:
    index = np.arange(1000, dtype=np.uint64)
    together = blocks(7, Purpose.IMAGES, np.uint64(3), index)
    alone = blocks(7, Purpose.IMAGES, np.uint64(3), index[500:501])
    assert [int(w[500]) for w in together] == [int(w[0]) for w in alone]


def test_seed_purpose_stream_and_index_all_matter() -> None:
    def first(seed: int, purpose: Purpose, stream: int, index: int) -> int:
        return int(blocks(seed, purpose, np.uint64(stream), np.uint64(index))[0])

    drawn = {
        first(seed, purpose, stream, index)
        for seed in (0, 1, 2**32, 2**64 - 1)
        for purpose in Purpose
        for stream in (0, 1)
        for index in (0, 1)
    }
    assert len(drawn) == 4 * len(Purpose) * 2 * 2


@pytest.mark.parametrize("seed", [-1, 2**64])
def test_seed_out_of_range(seed: int) -> None:
    with pytest.raises(ValueError, match=f"seed is {seed}; it must be at least 0 and below 2"):
        blocks(seed, Purpose.IMAGES, np.uint64(0), np.uint64(0))
