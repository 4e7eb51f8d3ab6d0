import json
import math
import struct
from pathlib import Path

import numpy as np
import pytest

from numerics.nets import parameters
from numerics.nets.graph import Constant, He
from numerics.nets.load import parse
from numerics.nets.parameters import ParameterFileError, flat_bytes, initial, read, sha256, write
from numerics.nets.philox import Purpose, blocks
from numerics.nets.spec import NetSpec

SEED = 314159

NET = parse(
    """
name: pinned
input: {channels: 1, height: 8, width: 8}
layers:
  - convBn: {in_channels: 1, out_channels: 4, kernel: 3}
  - flatten
  - dense: {fan_in: 256, fan_out: 10}
""",
    "pinned",
)

VIT = parse(
    """
name: pinned-vit
input: {channels: 3, height: 8, width: 8}
layers:
  - patchEmbed: {in_channels: 3, dim: 16, patch: 4, patches: 4}
  - transformerEncoder: {dim: 16, heads: 2, mlp_dim: 32, blocks: 2}
  - dense: {fan_in: 16, fan_out: 10}
""",
    "pinned-vit",
)


@pytest.mark.parametrize(
    ("spec", "digest"),
    [
        (NET, "6ad7c78775a79a034633a0d83d671eaf1c6881c274f2bf16e7b8d8213bedce73"),
        (VIT, "ba3a0d7e60f78c7de0cc1b2fa6edad354cdc5664f1e9316c235d7ac4d4603ae4"),
    ],
)
def test_bytes_are_the_same_on_every_machine(spec: NetSpec, digest: str) -> None:
    assert sha256(spec, initial(spec, SEED)) == digest


def test_elements_follow_the_written_algorithm() -> None:
    """One element at a time, in Python's own integers and floats."""
    values = initial(NET, SEED)
    for number, parameter in enumerate(NET.parameters):
        if isinstance(parameter.init, Constant):
            assert np.all(values[parameter.name] == np.float32(parameter.init.value))
            continue
        for index in (0, 1, parameter.size - 1):
            words = blocks(SEED, Purpose.PARAMETERS, np.uint64(number), np.uint64(index))
            uniforms = [(2 * (int(word) >> 8) + 1 - 2**24) / 2**24 for word in words[:3]]
            exact = math.sqrt(2 / parameter.init.fan_in) * math.fsum(uniforms)
            rounded = struct.unpack("<f", struct.pack("<f", exact))[0]
            assert float(values[parameter.name].ravel()[index]) == rounded


def test_order_shapes_and_dtype() -> None:
    values = initial(VIT, SEED)
    assert list(values) == [parameter.name for parameter in VIT.parameters]
    assert all(values[p.name].shape == p.shape for p in VIT.parameters)
    assert all(value.dtype == np.float32 for value in values.values())


def test_spread_is_that_of_he() -> None:
    spec = parse(
        "name: wide\ninput: {channels: 1, height: 40, width: 40}\n"
        "layers: [{dense: {fan_in: 1600, fan_out: 100}}]",
        "wide",
    )
    weight = initial(spec, SEED)["layer1.dense.weight"].astype(np.float64)
    assert spec.parameters[0].init == He(1600)
    # 160,000 draws: the standard error of the mean is 1/400 of sigma, of the variance about 1/300.
    sigma = math.sqrt(2 / 1600)
    assert abs(weight.mean()) < 5 * sigma / 400
    assert abs(weight.var() / sigma**2 - 1) < 5 / 300
    assert np.abs(weight).max() < 3 * sigma


def test_seed_changes_values_and_chunks_do_not(monkeypatch) -> None:
    values = initial(NET, SEED)
    assert sha256(NET, initial(NET, SEED + 1)) != sha256(NET, values)
    monkeypatch.setattr(parameters, "_CHUNK", 7)
    assert sha256(NET, initial(NET, SEED)) == sha256(NET, values)


@pytest.fixture
def written(tmp_path: Path) -> Path:
    path = tmp_path / "net.f32"
    write(path, NET, SEED, initial(NET, SEED))
    return path


def edit_manifest(path: Path, **changes: object) -> None:
    manifest = path.with_name(path.name + ".json")
    content = json.loads(manifest.read_text())
    for key, value in changes.items():
        if value is None:
            del content[key]
        else:
            content[key] = value
    manifest.write_text(json.dumps(content))


def test_round_trip(written: Path) -> None:
    found = read(written, NET)
    assert found.seed == SEED
    assert found.sha256 == sha256(NET, initial(NET, SEED))
    assert flat_bytes(NET, found.values) == written.read_bytes()
    assert list(found.values) == [parameter.name for parameter in NET.parameters]


def test_manifest_locates_each_tensor(written: Path) -> None:
    manifest = json.loads(written.with_name("net.f32.json").read_text())
    content = written.read_bytes()
    values = initial(NET, SEED)
    for tensor in manifest["tensors"]:
        part = np.frombuffer(
            content, "<f4", count=math.prod(tensor["shape"]), offset=tensor["offset"]
        )
        assert np.array_equal(part.reshape(tensor["shape"]), values[tensor["name"]])


@pytest.mark.parametrize(
    "key",
    ["format", "netspec_name", "netspec_sha256", "seed", "sha256", "bytes", "tensors"],
)
def test_missing_identity_is_rejected(written: Path, key: str) -> None:
    edit_manifest(written, **{key: None})
    with pytest.raises(ParameterFileError, match=f"has no '{key}', so the file cannot be ident"):
        read(written, NET)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"netspec_sha256": "0" * 64}, "'netspec_sha256' is \"0000.*, but net pinned needs"),
        ({"netspec_name": "other"}, "'netspec_name' is \"other\", but net pinned needs"),
        ({"format": "other"}, "'format' is \"other\", but net pinned needs"),
        ({"bytes": 12}, "'bytes' is 12, but net pinned needs"),
        ({"tensors": []}, "'tensors' is .*, but net pinned needs"),
        ({"seed": "42"}, "'seed' is '42'; it must be an integer"),
        ({"sha256": "0" * 64}, "has SHA-256 .*, but its manifest says 0000"),
    ],
)
def test_wrong_identity_is_rejected(written: Path, changes: dict, message: str) -> None:
    edit_manifest(written, **changes)
    with pytest.raises(ParameterFileError, match=message):
        read(written, NET)


def test_changed_contents_are_rejected(written: Path) -> None:
    content = bytearray(written.read_bytes())
    content[100] ^= 1
    written.write_bytes(content)
    with pytest.raises(ParameterFileError, match="the file was changed after it was written"):
        read(written, NET)
    written.write_bytes(content[:-4])
    with pytest.raises(ParameterFileError, match="holds 10.* bytes, but net pinned needs"):
        read(written, NET)


def test_parameters_of_another_net_are_rejected(written: Path) -> None:
    with pytest.raises(ParameterFileError, match="use the parameters of this very NetSpec"):
        read(written, VIT)


def test_manifest_absent_or_malformed(written: Path) -> None:
    manifest = written.with_name("net.f32.json")
    manifest.write_text("{")
    with pytest.raises(ParameterFileError, match="is not JSON"):
        read(written, NET)
    manifest.write_text("[]")
    with pytest.raises(ParameterFileError, match="must hold one JSON object"):
        read(written, NET)
    manifest.unlink()
    with pytest.raises(ParameterFileError, match="there is no net.f32.json beside it"):
        read(written, NET)


def test_only_the_nets_own_float32_tensors_are_written() -> None:
    values = initial(NET, SEED)
    name = "layer3.dense.bias"
    with pytest.raises(ParameterFileError, match="parameter 'layer3.dense.bias' .* is missing"):
        flat_bytes(NET, {k: v for k, v in values.items() if k != name})
    with pytest.raises(ParameterFileError, match="has no parameter 'extra'"):
        flat_bytes(NET, {**values, "extra": values[name]})
    with pytest.raises(ParameterFileError, match=r"is float64\[10\]; .* needs float32\[10\]"):
        flat_bytes(NET, {**values, name: values[name].astype(np.float64)})
    with pytest.raises(ParameterFileError, match=r"is float32\[5\]; .* needs float32\[10\]"):
        flat_bytes(NET, {**values, name: values[name][:5]})
