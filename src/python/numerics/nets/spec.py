"""NetSpec: one description of a network, from which both pipelines are built."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from functools import cached_property
from math import prod

from numerics.nets.builder import GraphBuilder, ShapeError
from numerics.nets.graph import Graph, Parameter, Shape
from numerics.nets.layers.base import Layer
from numerics.nets.schema import Checked, Size, shown

SEMANTICS = 1
"""Raise when a layer's meaning changes, so that every hash changes with it."""

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


class NetSpecError(ValueError):
    """A NetSpec is malformed, or its layers do not fit together."""


@dataclass(frozen=True)
class ImageSize(Checked):
    """The input: float32 images of shape (channels, height, width)."""

    channels: Size
    height: Size
    width: Size

    @property
    def shape(self) -> Shape:
        return (self.channels, self.height, self.width)


@dataclass(frozen=True)
class NetSpec:
    """Raises NetSpecError on construction if a layer does not fit the one before it."""

    name: str
    input: ImageSize
    layers: tuple[Layer, ...]

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not NAME.fullmatch(self.name):
            raise NetSpecError(
                f"'name' is {shown(self.name)}; allowed: lower-case letters, digits, '_' and '-', "
                "beginning with a letter or digit, 64 at most"
            )
        if not self.layers:
            raise NetSpecError("'layers' is empty; a net has at least one layer")
        output = self.graph.output.shape
        if len(output) != 1:
            raise NetSpecError(
                f"{self.layer_label(len(self.layers))} gives shape {output}, but the last layer "
                "must give one vector of logits, shape (classes,); end with globalAvgPool, "
                "flatten or dense"
            )

    def layer_label(self, index: int) -> str:
        return f"layer {index} ({self.layers[index - 1].kind})"

    @cached_property
    def graph(self) -> Graph:
        """The net in primitives, with every shape and parameter inferred."""
        try:
            builder = GraphBuilder(self.input.shape)
        except ShapeError as error:
            raise NetSpecError(f"'input' {error}") from error
        x = builder.last
        for index, layer in enumerate(self.layers, start=1):
            builder.enter_layer(index)
            try:
                x = layer.lower(builder, x)
            except ShapeError as error:
                before = "the input" if index == 1 else self.layer_label(index - 1)
                raise NetSpecError(f"{self.layer_label(index)} {error} (after {before})") from error
        return builder.build()

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return self.graph.parameters

    @property
    def parameter_count(self) -> int:
        return sum(prod(parameter.shape) for parameter in self.parameters)

    @property
    def classes(self) -> int:
        return self.graph.output.shape[0]

    def canonical(self) -> str:
        """The net as one line of JSON: sorted keys, every default written out, ASCII."""
        content = {
            "semantics": SEMANTICS,
            "name": self.name,
            "input": asdict(self.input),
            "layers": [{layer.kind: asdict(layer)} for layer in self.layers],
        }
        return json.dumps(content, sort_keys=True, separators=(",", ":"))

    @cached_property
    def sha256(self) -> str:
        """Of the canonical form: the net's identity in parameter files and traces."""
        return hashlib.sha256(self.canonical().encode("ascii")).hexdigest()
