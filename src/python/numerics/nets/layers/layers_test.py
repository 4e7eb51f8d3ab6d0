"""Each layer's parameter count against the closed formula of its architecture."""

import pytest

from numerics.nets import graph
from numerics.nets.builder import GraphBuilder
from numerics.nets.layers import basic, convnext, mobile, residual, transformer
from numerics.nets.layers.base import Layer
from numerics.nets.layers.registry import LAYERS
from numerics.nets.spec import ImageSize, NetSpec


def bn_conv(out: int, into: int, k: int = 1) -> int:
    return out * into * k * k + 2 * out


def se(mid: int, width: int) -> int:
    return (width * mid + width) + (mid * width + mid)


def inverted(ic: int, oc: int, e: int, k: int, width: int = 0) -> int:
    mid = ic * e
    expand = bn_conv(mid, ic) if e != 1 else 0
    return expand + k * k * mid + 2 * mid + (se(mid, width) if width else 0) + bn_conv(oc, mid)


def encoder(d: int, f: int, n: int) -> int:
    return n * (2 * d + 4 * (d * d + d) + 2 * d + (d * f + f) + (f * d + d)) + 2 * d


CASES: list[tuple[Layer, tuple[int, ...], tuple[int, ...], int]] = [
    (basic.Dense(7, 5), (7,), (5,), 7 * 5 + 5),
    (basic.Conv2d(8, 6, 3), (8, 9, 9), (6, 9, 9), 6 * 8 * 9 + 6),
    (basic.Conv2d(8, 6, 3, "valid"), (8, 9, 9), (6, 7, 7), 6 * 8 * 9 + 6),
    (basic.ConvBn(8, 6, 5, 2), (8, 9, 9), (6, 5, 5), 6 * 8 * 25 + 2 * 6),
    (basic.MaxPool(2, 2), (8, 9, 9), (8, 5, 5), 0),
    (basic.MaxPool(2, 2, "valid"), (8, 9, 9), (8, 4, 4), 0),
    (basic.GlobalAvgPool(), (8, 9, 9), (8,), 0),
    (basic.Flatten(), (8, 9, 9), (648,), 0),
    (basic.FeatureNorm(8), (8,), (8,), 16),
    (residual.ResidualBlock(8, 8, 2, 1), (8, 9, 9), (8, 9, 9), 2 * 2 * (9 * 64 + 16)),
    (
        residual.ResidualBlock(8, 6, 2, 2),
        (8, 9, 9),
        (6, 5, 5),
        bn_conv(6, 8, 3) + bn_conv(6, 6, 3) + bn_conv(6, 8) + 2 * (9 * 36 + 12),
    ),
    (
        residual.ResidualBlock(8, 8, 1, 2),
        (8, 9, 9),
        (8, 5, 5),
        2 * bn_conv(8, 8, 3) + bn_conv(8, 8),
    ),
    (
        residual.BottleneckBlock(8, 8, 1, 1),
        (8, 9, 9),
        (8, 9, 9),
        bn_conv(2, 8) + bn_conv(2, 2, 3) + bn_conv(8, 2),
    ),
    (
        residual.BottleneckBlock(8, 12, 2, 2),
        (8, 9, 9),
        (12, 5, 5),
        (bn_conv(3, 8) + bn_conv(3, 3, 3) + bn_conv(12, 3) + bn_conv(12, 8))
        + (bn_conv(3, 12) + bn_conv(3, 3, 3) + bn_conv(12, 3)),
    ),
    (
        mobile.InvertedResidual(8, 6, 1, 2, 1),
        (8, 9, 9),
        (6, 5, 5),
        inverted(8, 6, 1, 3),
    ),
    (
        mobile.InvertedResidual(8, 6, 4, 1, 3),
        (8, 9, 9),
        (6, 9, 9),
        inverted(8, 6, 4, 3) + 2 * inverted(6, 6, 4, 3),
    ),
    (
        mobile.MbConv(8, 12, 2, 5, 2, 2),
        (8, 9, 9),
        (12, 5, 5),
        inverted(8, 12, 2, 5, 16 // 4) + inverted(12, 12, 2, 5, 24 // 4),
    ),
    (
        mobile.MbConv(8, 12, 2, 5, 2, 2, "input"),
        (8, 9, 9),
        (12, 5, 5),
        inverted(8, 12, 2, 5, 8 // 4) + inverted(12, 12, 2, 5, 12 // 4),
    ),
    (
        mobile.MbConv(3, 3, 1, 3, 1, 1),  # a quarter of 3 rounds down to 0: the width is 1
        (3, 9, 9),
        (3, 9, 9),
        inverted(3, 3, 1, 3, 1),
    ),
    (mobile.MbConv(8, 8, 2, 3, 1, 1, "none"), (8, 9, 9), (8, 9, 9), inverted(8, 8, 2, 3)),
    (mobile.MbConvV3(8, 6, 24, 5, 2), (8, 9, 9), (6, 5, 5), inverted(8, 6, 3, 5, 24 // 4)),
    (mobile.MbConvV3(8, 6, 8, 3, 1, "none"), (8, 9, 9), (6, 9, 9), inverted(8, 6, 1, 3)),
    (
        mobile.FusedMbConv(8, 6, 1, 3, 1, 2),
        (8, 9, 9),
        (6, 9, 9),
        bn_conv(6, 8, 3) + bn_conv(6, 6, 3),
    ),
    (
        mobile.FusedMbConv(8, 6, 4, 3, 2, 1, "expanded"),
        (8, 9, 9),
        (6, 5, 5),
        bn_conv(32, 8, 3) + se(32, 8) + bn_conv(6, 32),
    ),
    (
        mobile.Uib(8, 6, 4, 2, 3, 5),
        (8, 9, 9),
        (6, 5, 5),
        (9 * 8 + 16) + bn_conv(32, 8) + (25 * 32 + 64) + bn_conv(6, 32),
    ),
    (
        mobile.Uib(8, 6, 4, 2, 0, 5),
        (8, 9, 9),
        (6, 5, 5),
        bn_conv(32, 8) + (25 * 32 + 64) + bn_conv(6, 32),
    ),
    (mobile.Uib(8, 8, 4, 1, 0, 0), (8, 9, 9), (8, 9, 9), bn_conv(32, 8) + bn_conv(8, 32)),
    (
        transformer.PatchEmbed(8, 6, 3, 9),
        (8, 9, 9),
        (10, 6),
        6 * 8 * 9 + 2 * 6 + (9 + 1) * 6,
    ),
    (transformer.TransformerEncoder(6, 3, 10, 2), (10, 6), (6,), encoder(6, 10, 2)),
    (convnext.ConvNextStem(8, 6, 3), (8, 9, 9), (6, 3, 3), 6 * 8 * 9 + 6 + 2 * 6),
    (convnext.ConvNextStage(8, 3), (8, 9, 9), (8, 9, 9), 3 * (8 * 64 + 58 * 8)),
    (convnext.ConvNextDownsample(8, 6), (8, 8, 8), (6, 4, 4), 2 * 8 + 4 * 8 * 6 + 6),
]


@pytest.mark.parametrize(("layer", "given", "result", "count"), CASES)
def test_shape_and_parameter_count(layer, given, result, count) -> None:
    net = GraphBuilder(given)
    net.enter_layer(1)
    x = layer.lower(net, net.last)
    nodes = net.build().nodes
    assert x is net.last, "the next layer and the graph's output read the last node"
    assert x.shape == result
    assert sum(p.size for p in net.build().parameters) == count
    names = [node.name for node in nodes]
    assert len(set(names)) == len(names)
    assert all(set(node.inputs) <= set(names[:i]) for i, node in enumerate(nodes))


def test_every_kind_is_covered() -> None:
    assert {type(case[0]) for case in CASES} == set(LAYERS.values())


def ops_of(layer: Layer, given: tuple[int, int, int]) -> list[graph.Node]:
    spec = NetSpec("net", ImageSize(*given), (layer, basic.GlobalAvgPool()))
    return [node for node in spec.graph.nodes if node.layer == 1]


def functions(nodes: list[graph.Node]) -> list[str]:
    return [node.op.function for node in nodes if isinstance(node.op, graph.Activation)]


def adds(nodes: list[graph.Node]) -> int:
    return sum(isinstance(node.op, graph.Add) for node in nodes)


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        (residual.ResidualBlock(8, 8, 1, 1), ["relu", "relu"]),
        (residual.BottleneckBlock(8, 8, 1, 2), ["relu", "relu", "relu"]),
        (mobile.InvertedResidual(8, 8, 2, 1, 1), ["relu6", "relu6"]),
        (mobile.MbConv(8, 8, 2, 3, 1, 1), ["swish", "swish", "swish", "sigmoid"]),
        (
            mobile.MbConvV3(8, 8, 16, 3, 1, activation="hard_swish"),
            ["hard_swish", "hard_swish", "relu", "hard_sigmoid"],
        ),
        (mobile.FusedMbConv(8, 8, 2, 3, 1, 1), ["swish"]),
        (mobile.Uib(8, 8, 2, 1, 3, 5), ["relu", "relu"]),
        (convnext.ConvNextStage(8, 1), ["gelu_tanh"]),
    ],
)
def test_activations(layer: Layer, expected: list[str]) -> None:
    assert functions(ops_of(layer, (8, 8, 8))) == expected


@pytest.mark.parametrize(
    ("layer", "count"),
    [
        (residual.ResidualBlock(8, 6, 3, 2), 3),  # always: the shortcut is projected
        (mobile.InvertedResidual(8, 6, 2, 1, 3), 2),
        (mobile.InvertedResidual(8, 8, 2, 2, 1), 0),
        (mobile.MbConv(8, 8, 2, 3, 1, 3), 3),
        (mobile.MbConvV3(8, 6, 16, 3, 1), 0),
        (mobile.FusedMbConv(8, 8, 1, 3, 1, 1), 1),
        (mobile.Uib(8, 8, 2, 2, 3, 3), 0),
        (mobile.Uib(8, 8, 2, 1, 3, 3), 1),
    ],
)
def test_input_is_added_where_shapes_allow(layer: Layer, count: int) -> None:
    assert adds(ops_of(layer, (8, 8, 8))) == count


def strides(nodes: list[graph.Node]) -> list[int]:
    return [node.op.stride for node in nodes if isinstance(node.op, graph.Conv)]


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        (residual.ResidualBlock(8, 6, 1, 2), [2, 1, 2]),  # first, second, shortcut
        (residual.BottleneckBlock(8, 8, 1, 2), [1, 2, 1, 2]),  # on the 3 x 3
        (mobile.Uib(8, 6, 2, 2, 3, 5), [2, 1, 1, 1]),  # on the first depthwise
        (mobile.Uib(8, 6, 2, 2, 0, 5), [1, 2, 1]),
    ],
)
def test_where_the_stride_sits(layer: Layer, expected: list[int]) -> None:
    assert strides(ops_of(layer, (8, 8, 8))) == expected


def test_norms_and_starting_values() -> None:
    nodes = ops_of(convnext.ConvNextStage(8, 1), (8, 8, 8))
    (norm,) = [node for node in nodes if isinstance(node.op, graph.LayerNorm)]
    assert norm.op == graph.LayerNorm(axis=1, epsilon=1e-6)
    (scale,) = [node for node in nodes if isinstance(node.op, graph.LayerScale)]
    assert scale.parameter("gamma").init == graph.Constant(1e-6)

    net = GraphBuilder((10, 6))
    transformer.TransformerEncoder(6, 3, 10, 1).lower(net, net.last)
    norms = [n.op for n in net.build().nodes if isinstance(n.op, graph.LayerNorm)]
    assert norms == [graph.LayerNorm(axis=2, epsilon=1e-5)] * 3

    net = GraphBuilder((8, 9, 9))
    embed = transformer.PatchEmbed(8, 6, 3, 9).lower(net, net.last)
    assert embed.parameter("positions").init == graph.He(10)
    cls = next(n for n in net.build().nodes if isinstance(n.op, graph.PrependToken))
    assert cls.parameter("token").init == graph.Constant(0.0)

    net = GraphBuilder((8, 9, 9))
    bn = net.batch_norm(net.conv(net.last, 8, 3, groups=8, bias=True))
    assert bn.op == graph.BatchNorm(epsilon=1e-5)
    assert [p.init for p in net.build().parameters] == [
        graph.He(9),
        graph.Constant(0.0),
        graph.Constant(1.0),
        graph.Constant(0.0),
    ]
