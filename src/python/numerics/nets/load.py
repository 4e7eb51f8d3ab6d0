"""Reads a NetSpec from YAML.

    name: conv-pool
    input: {channels: 1, height: 28, width: 28}
    layers:
      - conv2d: {in_channels: 1, out_channels: 4, kernel: 3}
      - maxPool: {size: 2, stride: 2}
      - flatten
      - dense: {fan_in: 784, fan_out: 10}

A layer is its kind, alone if it needs no keys, else with a mapping of its keys.
"""

from __future__ import annotations

from pathlib import Path

from numerics.nets.layers.base import Layer
from numerics.nets.layers.registry import LAYERS
from numerics.nets.schema import FieldError, check_keys, shown
from numerics.nets.spec import ImageSize, NetSpec, NetSpecError
from numerics.nets.strict_yaml import RefusedYaml, read_yaml

_KEYS = ("name", "input", "layers")
_MAX_BYTES = 2**20


def load(path: str | Path) -> NetSpec:
    """Raises NetSpecError naming the file, and where there is one the line or layer and the key."""
    try:
        content = Path(path).read_bytes()
        text = content.decode("utf-8")
    except OSError as error:
        raise NetSpecError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise NetSpecError(
            f"{path}: line {line}: is not UTF-8 ({error.reason}); save the file in UTF-8"
        ) from error
    if len(content) > _MAX_BYTES:
        raise NetSpecError(f"{path}: has {len(content)} bytes; a net has at most {_MAX_BYTES}")
    return parse(text, source=str(path))


def parse(text: str, source: str) -> NetSpec:
    """Like `load`, for text; `source` begins every error message."""
    try:
        return _net(read_yaml(text))
    except (RefusedYaml, NetSpecError, FieldError) as error:
        raise NetSpecError(f"{source}: {error}") from error


def _net(content: object) -> NetSpec:
    takes = f"it takes {', '.join(_KEYS)}"
    if not isinstance(content, dict):
        raise NetSpecError(f"the file holds {_describe(content)}; it must be a mapping: {takes}")
    for key in content:
        if key not in _KEYS:
            raise NetSpecError(f"unknown key {shown(key)}; {takes}")
    for key in _KEYS:
        if key not in content:
            raise NetSpecError(f"missing key {key!r}; {takes}")
    if not isinstance(content["layers"], list):
        raise NetSpecError(f"'layers' is {_describe(content['layers'])}; it must be a list")
    layers = [_layer(index, entry) for index, entry in enumerate(content["layers"], start=1)]
    return NetSpec(content["name"], _image(content["input"]), tuple(layers))


def _image(content: object) -> ImageSize:
    if not isinstance(content, dict):
        raise NetSpecError(
            f"'input' is {_describe(content)}; it must be a mapping: channels, height, width"
        )
    try:
        check_keys(ImageSize, content)
        return ImageSize(**content)
    except FieldError as error:
        raise NetSpecError(f"'input': {error}") from error


def _layer(index: int, entry: object) -> Layer:
    kind, keys = _kind_and_keys(index, entry)
    if kind not in LAYERS:
        raise NetSpecError(f"layer {index}: unknown kind {shown(kind)}; allowed: {', '.join(LAYERS)}")
    if not isinstance(keys, dict):
        raise NetSpecError(
            f"layer {index} ({kind}): its keys are {_describe(keys)}; they must be a mapping"
        )
    try:
        check_keys(LAYERS[kind], keys)
        return LAYERS[kind](**keys)
    except FieldError as error:
        raise NetSpecError(f"layer {index} ({kind}): {error}") from error


def _kind_and_keys(index: int, entry: object) -> tuple[object, object]:
    if isinstance(entry, str):
        return entry, {}
    if isinstance(entry, dict) and len(entry) == 1:
        return next(iter(entry.items()))
    raise NetSpecError(
        f"layer {index}: is {_describe(entry)}; write '- kind' or '- kind: {{key: value, ...}}'"
    )


def _describe(value: object) -> str:
    if value is None:
        return "empty"
    if isinstance(value, dict):
        keys = [*map(str, value)][:5]
        more = ", ..." if len(value) > len(keys) else ""
        return f"a mapping with keys {', '.join(keys)}{more}" if value else "an empty mapping"
    return "a list" if isinstance(value, list) else shown(value)
