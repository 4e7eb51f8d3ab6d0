import numpy as np
import pytest

from numerics.nets.batches import batch
from numerics.nets.load import parse
from numerics.nets.philox import Purpose, blocks

NET = parse(
    "name: flat\ninput: {channels: 2, height: 5, width: 3}\n"
    "layers: [{dense: {fan_in: 30, fan_out: 7}}]",
    "flat",
)
SEED = 314159


def test_bytes_are_the_same_on_every_machine() -> None:
    digest = "913e7bdb828eae5f8504e085b83aaa9ae9507f46a6cd6f34d81f9dc532c7dd60"
    assert batch(NET, SEED, 0, 4).sha256 == digest


def test_shapes_types_and_range() -> None:
    drawn = batch(NET, SEED, 0, 500)
    assert drawn.images.shape == (500, 2, 5, 3) and drawn.images.dtype == np.float32
    assert drawn.labels.shape == (500,) and drawn.labels.dtype == np.int32
    assert drawn.images.min() >= 0 and drawn.images.max() < 1
    assert set(drawn.labels.tolist()) == set(range(7))


def test_batches_cut_one_stream_of_examples() -> None:
    whole = batch(NET, SEED, 0, 12)
    parts = [batch(NET, SEED, step, 4) for step in range(3)]
    assert np.array_equal(whole.images, np.concatenate([part.images for part in parts]))
    assert np.array_equal(whole.labels, np.concatenate([part.labels for part in parts]))


def test_pixels_follow_the_written_algorithm() -> None:
    drawn = batch(NET, SEED, 3, 4)
    example, pixel = 3 * 4 + 2, 22
    label = int(drawn.labels[2])
    word = int(blocks(SEED, Purpose.LABELS, np.uint64(example), np.uint64(0))[0])
    assert label == word * 7 >> 32

    def upper(purpose: Purpose, stream: int) -> int:
        block = blocks(SEED, purpose, np.uint64(stream), np.uint64(pixel // 4))
        return int(block[pixel % 4]) >> 9

    total = upper(Purpose.IMAGES, example) + upper(Purpose.PROTOTYPES, label)
    assert float(drawn.images[2].ravel()[pixel]) == total / 2**24


def test_images_of_a_class_resemble_each_other() -> None:
    drawn = batch(NET, SEED, 0, 500)
    flat = drawn.images.reshape(500, -1).astype(np.float64)
    means = np.stack([flat[drawn.labels == label].mean(axis=0) for label in range(7)])
    nearest = np.square(flat[:, None] - means).sum(axis=2).argmin(axis=1)
    assert (nearest == drawn.labels).mean() > 0.9


def test_seed_and_step_change_the_batch() -> None:
    digests = {batch(NET, seed, step, 4).sha256 for seed in (1, 2) for step in (0, 1)}
    assert len(digests) == 4


@pytest.mark.parametrize(
    ("step", "size", "message"),
    [
        (-1, 4, "step is -1 and size 4; they must be at least 0 and 1"),
        (0, 0, "step is 0 and size 0; they must be at least 0 and 1"),
        (2**30, 4, "step 1073741824 of size 4 ends beyond example 2"),
    ],
)
def test_out_of_range(step: int, size: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        batch(NET, SEED, step, size)
