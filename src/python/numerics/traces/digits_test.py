"""The computed set: the same bytes everywhere, and something to learn from."""

import numpy as np
import pytest

from numerics.nets.philox import Purpose, blocks
from numerics.traces.digits import HELD_OUT, TRAINING, synthetic_digits

DATA = synthetic_digits()


def test_the_bytes_are_pinned() -> None:
    assert DATA.sha256 == "d38a541fc9b8bcfc7cbe6777ef96857751f3ffec07ed139cbdad1e3972cfb86e"


def test_shapes_and_ranges() -> None:
    assert DATA.images.shape == (TRAINING, 1, 28, 28) and DATA.images.dtype == np.uint8
    assert DATA.held_out_images.shape == (HELD_OUT, 1, 28, 28)
    counts = np.bincount(DATA.labels, minlength=10)
    assert counts.sum() == TRAINING and counts.min() > 700
    assert DATA.images.max() == 255 and DATA.images.min() == 0


def test_one_pixel_by_the_written_algorithm() -> None:
    example, pixel = 3, 17 * 28 + 2  # left of every glyph: half its noise and nothing else
    words = blocks(0, Purpose.NOISE, np.uint64(example), np.uint64(pixel // 16))
    noise = (int(words[pixel // 4 % 4]) >> 8 * (pixel % 4)) & 255
    assert DATA.images[example].ravel()[pixel] == noise // 2


def test_no_held_out_image_is_a_training_image() -> None:
    training = {image.tobytes() for image in DATA.images}
    assert len(training) == TRAINING
    assert not any(image.tobytes() in training for image in DATA.held_out_images)


def accuracy_after_training(labels: np.ndarray) -> float:
    """On held-out data, of softmax regression in NumPy."""
    x = (DATA.images.reshape(TRAINING, -1) / 255.0 - 0.3).astype(np.float32)
    weights = np.zeros((784, 10), np.float32)
    for step in range(200):
        chosen = slice(step * 128 % TRAINING, step * 128 % TRAINING + 128)
        z = x[chosen] @ weights
        p = np.exp(z - z.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        p[np.arange(128), labels[chosen]] -= 1
        weights -= 0.1 * (x[chosen].T @ p) / 128
    held_out = DATA.held_out_images.reshape(HELD_OUT, -1) / 255.0 - 0.3
    return float(np.mean((held_out @ weights).argmax(axis=1) == DATA.held_out_labels))


def test_even_a_linear_model_learns_it() -> None:
    assert accuracy_after_training(DATA.labels) > 0.5


def test_permuted_labels_teach_nothing() -> None:
    permuted = np.random.default_rng(1).permutation(DATA.labels)
    assert accuracy_after_training(permuted) == pytest.approx(0.1, abs=0.05)
