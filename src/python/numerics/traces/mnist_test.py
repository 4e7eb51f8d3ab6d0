"""MNIST's reader, on small files in the same form."""

import gzip
import hashlib
import struct

import numpy as np
import pytest

from numerics.traces.mnist import FILES, DataError, load

IMAGES = np.arange(3 * 28 * 28, dtype=np.int64).reshape(3, 28, 28).astype(np.uint8)
LABELS = np.array([7, 2, 1], dtype=np.uint8)


def idx(array: np.ndarray) -> bytes:
    head = bytes((0, 0, 8, array.ndim)) + struct.pack(f">{array.ndim}I", *array.shape)
    return head + array.tobytes()


CONTENTS = [idx(IMAGES), idx(LABELS), idx(IMAGES[:2]), idx(LABELS[:2])]


def write(folder, contents=CONTENTS) -> str:
    for name, content in zip(FILES, contents):
        (folder / name).write_bytes(content)
    return hashlib.sha256(b"".join(contents)).hexdigest()


def test_the_files_become_a_data_set(tmp_path) -> None:
    found = load(tmp_path, write(tmp_path))
    assert found.images.shape == (3, 1, 28, 28) and found.held_out_images.shape == (2, 1, 28, 28)
    np.testing.assert_array_equal(found.images[:, 0], IMAGES)
    assert found.labels.tolist() == [7, 2, 1] and found.held_out_labels.tolist() == [7, 2]


def test_packed_files_have_the_same_hash(tmp_path) -> None:
    digest = write(tmp_path)
    plain = tmp_path / FILES[0]
    (tmp_path / f"{FILES[0]}.gz").write_bytes(gzip.compress(plain.read_bytes()))
    plain.unlink()
    assert len(load(tmp_path, digest).images) == 3


def test_another_hash(tmp_path) -> None:
    digest = write(tmp_path)
    with pytest.raises(DataError, match=f"have SHA-256 {digest}, but 'data_hash' is {'0' * 64}"):
        load(tmp_path, "0" * 64)


def test_a_missing_file(tmp_path) -> None:
    digest = write(tmp_path)
    (tmp_path / FILES[2]).unlink()
    with pytest.raises(DataError, match=f"neither {FILES[2]} nor {FILES[2]}.gz"):
        load(tmp_path, digest)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\0\0\x0d\3" + CONTENTS[0][4:], "begins with 00000d03, not with 00000803"),
        (CONTENTS[1], "begins with 00000801"),
        (CONTENTS[0][:9], "truncated in its head, after 9 bytes"),
        (CONTENTS[0][:-1], r"holds 2367 bytes; its head says \[3, 28, 28\], so 2368"),
        (CONTENTS[0] + b"\0", "holds 2369 bytes"),
        (idx(IMAGES[:2]), "2 training images have 3 labels"),
    ],
)
def test_a_damaged_file_is_named(tmp_path, content: bytes, message: str) -> None:
    digest = write(tmp_path, [content, *CONTENTS[1:]])
    with pytest.raises(DataError, match=message):
        load(tmp_path, digest)


def test_a_damaged_archive(tmp_path) -> None:
    digest = write(tmp_path)
    (tmp_path / FILES[1]).unlink()
    (tmp_path / f"{FILES[1]}.gz").write_bytes(gzip.compress(CONTENTS[1])[:-9])
    with pytest.raises(DataError, match="cannot be decompressed"):
        load(tmp_path, digest)
