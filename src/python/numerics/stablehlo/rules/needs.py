"""Which modules of rules a net needs: those of its operations, and that of the loss.

A net's emitted text depends on these and on no other module of rules, so that a changed rule
concerns the nets that use it alone.
"""

from __future__ import annotations

from collections.abc import Hashable

from numerics.nets import graph
from numerics.stablehlo.rules.rule import key

LOSS = "loss"
MODULES: dict[Hashable, str] = {
    graph.Add: "residual",
    graph.AddPositions: "tokens",
    graph.Attention: "attention",
    graph.BatchNorm: "normalization",
    graph.Conv: "convolution",
    graph.Dense: "linear",
    graph.Flatten: "flatten",
    graph.GlobalAvgPool: "pooling",
    graph.ImageToTokens: "tokens",
    graph.LayerNorm: "normalization",
    graph.LayerScale: "scaling",
    graph.MaxPool: "pooling",
    graph.PrependToken: "tokens",
    graph.ScaleChannels: "scaling",
    graph.SelectToken: "tokens",
    "gelu_tanh": "gelu",
    "hard_sigmoid": "hard_sigmoid",
    "hard_swish": "hard_sigmoid",
    "relu": "relu",
    "relu6": "relu6",
    "sigmoid": "sigmoid",
    "swish": "sigmoid",
}


def every_module() -> tuple[str, ...]:
    return tuple(sorted({LOSS, *MODULES.values()}))


def modules_for(net: graph.Graph) -> tuple[str, ...]:
    """Names of modules below numerics.stablehlo.rules. An operation without a rule adds none."""
    found = {MODULES[key(n.op)] for n in net.nodes if key(n.op) in MODULES}
    return tuple(sorted({LOSS, *found}))
