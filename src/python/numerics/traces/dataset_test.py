import dataclasses

import numpy as np
import pytest

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


def test_a_run_that_does_not_fit(config, numbered) -> None:
    numbered.check(config)
    with pytest.raises(ConfigError, match="need 64 examples, but numbered has 48"):
        numbered.check(dataclasses.replace(config, epoch_steps=4))
    with pytest.raises(ConfigError, match="holds out only 20"):
        numbered.check(dataclasses.replace(config, batch=24, epoch_steps=1))


def test_every_array_is_in_the_hash(numbered) -> None:
    for field in dataclasses.fields(Dataset)[1:]:
        changed = getattr(numbered, field.name).copy()
        changed.ravel()[0] += 1
        assert dataclasses.replace(numbered, **{field.name: changed}).sha256 != numbered.sha256
    assert synthetic_digits().sha256 != numbered.sha256
