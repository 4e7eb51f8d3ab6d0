"""Initial parameters, and their exchange as one flat file.

A random parameter with fan-in f starts at sqrt(2 / f) times the sum of three uniforms on (-1, 1),
which has variance 2 / f (He et al., 2015). Element i of parameter number t draws the Philox block
(i, 0, t, PARAMETERS); word w gives the uniform (2 * (w >> 8) + 1 - 2**24) / 2**24. The sum is an
integer over 2**24, so it is exact; the scale is one division, one square root and one product in
float64, each correctly rounded by IEEE 754; the result is rounded once to float32, to nearest
even. No library function is involved, so every machine gets the same bytes.

The file holds the parameters in the order of `NetSpec.parameters`, row-major little-endian
float32, with nothing between them. Beside it, `<file>.json` says what it is: NetSpec name and
hash, seed, SHA-256, and each tensor's name, shape and offset in bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from numerics.nets.graph import Constant, Parameter
from numerics.nets.philox import Purpose, blocks
from numerics.nets.spec import NetSpec

FORMAT = "fourfold-parameters-1"
_CHUNK = 1 << 15  # the temporaries fit a processor cache

Values = dict[str, NDArray[np.float32]]


class ParameterFileError(ValueError):
    """A parameter file does not hold the parameters it should."""


@dataclass(frozen=True)
class ParameterFile:
    """Checked contents: values by parameter name, the seed, SHA-256 of the flat bytes."""

    values: Values
    seed: int
    sha256: str


def initial(spec: NetSpec, seed: int) -> Values:
    """float32 arrays by name, in `spec.parameters` order. Raises ValueError for a bad seed."""
    return {
        parameter.name: _initial(parameter, number, seed)
        for number, parameter in enumerate(spec.parameters)
    }


def flat_bytes(spec: NetSpec, values: Mapping[str, NDArray[np.float32]]) -> bytes:
    """The file's contents. Raises ParameterFileError if a tensor is missing, extra or unfit."""
    expected = {parameter.name: parameter.shape for parameter in spec.parameters}
    for name in values:
        if name not in expected:
            raise ParameterFileError(f"net {spec.name} has no parameter {name!r}; leave it out")
    parts = []
    for name, shape in expected.items():
        if name not in values:
            raise ParameterFileError(f"parameter {name!r} of net {spec.name} is missing")
        value = values[name]
        if value.dtype != np.float32 or value.shape != shape:
            raise ParameterFileError(
                f"parameter {name!r} is {value.dtype}{list(value.shape)}; "
                f"net {spec.name} needs float32{list(shape)}"
            )
        parts.append(value.astype("<f4", copy=False).tobytes())
    return b"".join(parts)


def sha256(spec: NetSpec, values: Mapping[str, NDArray[np.float32]]) -> str:
    """Of the flat bytes: the parameters' identity in traces."""
    return hashlib.sha256(flat_bytes(spec, values)).hexdigest()


def manifest_path(path: Path) -> Path:
    return path.with_name(path.name + ".json")


def write(path: Path, spec: NetSpec, seed: int, values: Mapping[str, NDArray[np.float32]]) -> None:
    """Writes the flat file and its manifest. Raises ParameterFileError as `flat_bytes` does."""
    content = flat_bytes(spec, values)
    manifest = _manifest(spec, seed, hashlib.sha256(content).hexdigest())
    path.write_bytes(content)
    manifest_path(path).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


def read(path: Path, spec: NetSpec) -> ParameterFile:
    """Raises ParameterFileError unless manifest, contents and `spec` agree in everything."""
    found = _read_manifest(path)
    expected = _manifest(spec, found.get("seed"), found.get("sha256"))
    for key, value in expected.items():
        if key not in found:
            raise ParameterFileError(
                f"{manifest_path(path)}: has no {key!r}, so the file cannot be identified; "
                "write the file again"
            )
        if found[key] != value:
            raise ParameterFileError(
                f"{manifest_path(path)}: {key!r} is {_short(found[key])}, but net {spec.name} "
                f"needs {_short(value)}; use the parameters of this very NetSpec"
            )
    if not isinstance(found["seed"], int) or isinstance(found["seed"], bool):
        raise ParameterFileError(
            f"{manifest_path(path)}: 'seed' is {found['seed']!r}; it must be an integer"
        )
    content = path.read_bytes()
    if len(content) != expected["bytes"]:
        raise ParameterFileError(
            f"{path}: holds {len(content)} bytes, but net {spec.name} needs {expected['bytes']}"
        )
    actual = hashlib.sha256(content).hexdigest()
    if actual != found["sha256"]:
        raise ParameterFileError(
            f"{path}: has SHA-256 {actual}, but its manifest says {found['sha256']}; "
            "the file was changed after it was written"
        )
    return ParameterFile(_split(spec, content), found["seed"], actual)


def _initial(parameter: Parameter, number: int, seed: int) -> NDArray[np.float32]:
    if isinstance(parameter.init, Constant):
        return np.full(parameter.shape, parameter.init.value, dtype=np.float32)
    scale = np.sqrt(np.float64(2.0) / np.float64(parameter.init.fan_in))
    values = np.empty(parameter.size, dtype=np.float32)
    stream = np.uint64(number)
    for start in range(0, parameter.size, _CHUNK):
        index = np.arange(start, min(start + _CHUNK, parameter.size), dtype=np.uint64)
        words = blocks(seed, Purpose.PARAMETERS, stream, index)
        upper = [(word >> np.uint64(8)).astype(np.int64) for word in words[:3]]
        total = 2 * (upper[0] + upper[1] + upper[2]) + 3 - 3 * 2**24
        values[start : start + len(index)] = scale * (total.astype(np.float64) / 2.0**24)
    return values.reshape(parameter.shape)


def _manifest(spec: NetSpec, seed: object, digest: object) -> dict[str, Any]:
    tensors = []
    offset = 0
    for parameter in spec.parameters:
        tensors.append({"name": parameter.name, "shape": list(parameter.shape), "offset": offset})
        offset += 4 * parameter.size
    return {
        "format": FORMAT,
        "netspec_name": spec.name,
        "netspec_sha256": spec.sha256,
        "seed": seed,
        "sha256": digest,
        "bytes": offset,
        "tensors": tensors,
    }


def _read_manifest(path: Path) -> dict[str, Any]:
    manifest = manifest_path(path)
    if not manifest.exists():
        raise ParameterFileError(
            f"{path}: there is no {manifest.name} beside it, so the file cannot be identified; "
            "write the file again"
        )
    try:
        found = json.loads(manifest.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ParameterFileError(f"{manifest}: is not JSON: {error}") from error
    if not isinstance(found, dict):
        raise ParameterFileError(f"{manifest}: must hold one JSON object")
    return found


def _short(value: object) -> str:
    text = json.dumps(value)
    return text if len(text) <= 100 else f"{text[:97]}..."


def _split(spec: NetSpec, content: bytes) -> Values:
    flat = np.frombuffer(content, dtype="<f4").astype(np.float32)
    values: Values = {}
    start = 0
    for parameter in spec.parameters:
        values[parameter.name] = flat[start : start + parameter.size].reshape(parameter.shape)
        start += parameter.size
    return values
