import dataclasses
import re

import numpy as np
import pytest

from numerics.nets.layers import basic
from numerics.nets.spec import ImageSize, NetSpec
from numerics.traces.config import ConfigError
from numerics.traces.dataset import Dataset
from numerics.traces.digits import synthetic_digits


@pytest.fixture
def numbered() -> Dataset:
    """48 training images of one pixel, each its own number."""
    images = np.arange(48, dtype=np.uint8).reshape(48, 1, 1, 1)
    return Dataset(
        "numbered", images, np.arange(48, dtype=np.uint8), images[:20], images[:20, 0, 0, 0]
    )


def test_an_epoch_shows_every_example_once_and_each_epoch_in_its_own_order(config, numbered):
    def epoch(first: int, seed: int = 7) -> list[int]:
        run = dataclasses.replace(config, seed=seed)
        return [int(label) for s in range(3) for label in numbered.batch(run, first + s)[1]]

    assert sorted(epoch(1)) == sorted(epoch(4)) == list(range(48))
    assert epoch(1) != epoch(4) and epoch(1) != list(range(48))
    assert epoch(1, seed=8) != epoch(1)
    assert epoch(1) == epoch(1)


def test_the_order_is_pinned(config, numbered) -> None:
    assert numbered.batch(config, 1)[1].tolist()[:8] == [10, 15, 28, 14, 24, 2, 18, 5]


def test_a_batch_is_float32_and_its_labels_belong_to_it(config, numbered) -> None:
    images, labels = numbered.batch(config, 2)
    assert images.dtype == np.float32 and labels.dtype == np.int32
    np.testing.assert_array_equal(images.ravel(), labels.astype(np.float32) / np.float32(255))


def test_held_out_batches_leave_a_remainder_out(numbered) -> None:
    parts = list(numbered.held_out(8))
    assert [len(labels) for _, labels in parts] == [8, 8]
    assert np.concatenate([labels for _, labels in parts]).tolist() == list(range(16))


def net(classes: int = 48, channels: int = 1, height: int = 1, width: int = 1) -> NetSpec:
    pixels = channels * height * width
    layers = (basic.Flatten(), basic.Dense(pixels, classes))
    return NetSpec("made-up", ImageSize(channels, height, width), layers)


def test_a_run_that_does_not_fit(config, numbered) -> None:
    numbered.check(config, net())
    with pytest.raises(ConfigError, match="need 64 examples, but numbered has 48"):
        numbered.check(dataclasses.replace(config, epoch_steps=4), net())
    with pytest.raises(ConfigError, match="holds out only 20"):
        numbered.check(dataclasses.replace(config, batch=24, epoch_steps=1), net())


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        (net(classes=5), "the net made-up ends in 5 classes, but numbered has 48"),
        (net(classes=47), "the net made-up ends in 47 classes, but numbered has 48"),
        (net(classes=49), "the net made-up ends in 49 classes, but numbered has 48"),
        (net(classes=1), "the net made-up ends in 1 classes, but numbered has 48"),
        (net(channels=3), "takes images of 3 x 1 x 1 (channels, height, width), but those of "),
        (net(height=2, width=2), "images of 1 x 2 x 2 (channels, height, width), but those of"),
        (net(width=4), "but those of numbered are 1 x 1 x 1 (channels, height, width)"),
    ],
)
def test_a_net_that_does_not_fit_the_data(config, numbered, spec, said: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(said)):
        numbered.check(config, spec)


def test_the_shapes_of_the_digits() -> None:
    assert (synthetic_digits().shape, synthetic_digits().classes) == ((1, 28, 28), 10)


def test_every_array_is_in_the_hash(numbered) -> None:
    for field in dataclasses.fields(Dataset)[1:]:
        changed = getattr(numbered, field.name).copy()
        changed.ravel()[0] += 1
        assert dataclasses.replace(numbered, **{field.name: changed}).sha256 != numbered.sha256
    assert synthetic_digits().sha256 != numbered.sha256
