"""A net's forward pass in JAX, from its graph of primitives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import jax

from numerics.autodiff import ops
from numerics.nets import graph
from numerics.nets.graph import Graph, Node


@dataclass(frozen=True)
class Call:
    """`function(*inputs, *parameters, **attributes)` computes a node."""

    function: Callable[..., jax.Array]
    attributes: Mapping[str, Any]


def call(node: Node) -> Call:
    """What computes `node`. Raises TypeError for an operation that has no JAX form."""
    match node.op:
        case graph.Conv(stride=stride, padding=padding, groups=groups):
            return Call(ops.conv, {"stride": stride, "padding": padding, "groups": groups})
        case graph.BatchNorm(epsilon=epsilon):
            return Call(ops.batch_norm, {"epsilon": epsilon})
        case graph.LayerNorm(axis=axis, epsilon=epsilon):
            return Call(ops.layer_norm, {"axis": axis, "epsilon": epsilon})
        case graph.Dense():
            return Call(ops.dense, {})
        case graph.Activation(function=function):
            return Call(_ACTIVATIONS[function], {})
        case graph.MaxPool(size=size, stride=stride, padding=padding):
            return Call(ops.max_pool, {"size": size, "stride": stride, "padding": padding})
        case graph.GlobalAvgPool():
            return Call(ops.global_avg_pool, {})
        case graph.Flatten():
            return Call(ops.flatten, {})
        case graph.Add():
            return Call(ops.add, {})
        case graph.ScaleChannels():
            return Call(ops.scale_channels, {})
        case graph.LayerScale():
            return Call(ops.layer_scale, {})
        case graph.ImageToTokens():
            return Call(ops.image_to_tokens, {})
        case graph.PrependToken():
            return Call(ops.prepend_token, {})
        case graph.AddPositions():
            return Call(ops.add_positions, {})
        case graph.Attention(heads=heads):
            return Call(ops.attention, {"heads": heads})
        case graph.SelectToken(index=index):
            return Call(ops.select_token, {"index": index})
    raise TypeError(f"node {node.name}: operation {node.op} has no JAX form")


def logits(net: Graph, params: Mapping[str, jax.Array], images: jax.Array) -> jax.Array:
    """(B, classes) from images (B, C, H, W) and parameters by name, all float32."""
    values = {net.nodes[0].name: images}
    for node in net.nodes[1:]:
        step = call(node)
        inputs = [values[name] for name in node.inputs]
        parameters = [params[parameter.name] for parameter in node.parameters]
        values[node.name] = step.function(*inputs, *parameters, **step.attributes)
    return values[net.output.name]


_ACTIVATIONS = {
    "relu": ops.relu,
    "relu6": ops.relu6,
    "sigmoid": ops.sigmoid,
    "hard_sigmoid": ops.hard_sigmoid,
    "swish": ops.swish,
    "hard_swish": ops.hard_swish,
    "gelu_tanh": ops.gelu_tanh,
}
