import pytest

from numerics.nets.builder import GraphBuilder, ShapeError, same_pads


@pytest.mark.parametrize(
    ("size", "kernel", "stride", "pads"),
    [
        (28, 3, 1, (1, 1)),
        (28, 5, 1, (2, 2)),
        (28, 2, 1, (0, 1)),
        (224, 7, 2, (2, 3)),
        (224, 3, 2, (0, 1)),
        (225, 3, 2, (1, 1)),
        (112, 3, 2, (0, 1)),
        (7, 2, 2, (0, 1)),
        (28, 1, 2, (0, 0)),
        (5, 1, 3, (0, 0)),
    ],
)
def test_same_pads(size: int, kernel: int, stride: int, pads: tuple[int, int]) -> None:
    assert same_pads(size, kernel, stride) == pads
    assert (size + sum(pads) - kernel) // stride + 1 == -(-size // stride)


def test_names_carry_layer_and_scopes() -> None:
    net = GraphBuilder((3, 8, 8))
    net.enter_layer(2)
    with net.scope("block1"), net.scope("a"):
        node = net.conv(net.last, 4, 3, bias=True)
    outside = net.batch_norm(node)
    assert node.name == "layer2.block1.a.conv"
    assert [p.name for p in node.parameters] == [
        "layer2.block1.a.conv.weight",
        "layer2.block1.a.conv.bias",
    ]
    assert node.layer == 2
    assert outside.name == "layer2.bn"
    assert outside.inputs == (node.name,)


def test_conv_parameters_and_shape() -> None:
    net = GraphBuilder((6, 9, 10))
    full = net.conv(net.last, 4, 3, stride=2)
    grouped = net.conv(full, 4, 5, groups=4, padding="valid", name="depthwise")
    assert full.parameter("weight").shape == (4, 6, 3, 3)
    assert full.shape == (4, 5, 5)
    assert full.op.padding == ((1, 1), (0, 1))
    with pytest.raises(KeyError, match="conv has no parameter 'bias'; it has: weight"):
        full.parameter("bias")
    with pytest.raises(ShapeError):
        net.conv(full, 4, 6, padding="valid")
    assert grouped.parameter("weight").shape == (4, 1, 5, 5)


def test_add_and_gate_need_matching_shapes() -> None:
    net = GraphBuilder((3, 8, 8))
    image = net.last
    pooled = net.max_pool(image, 2, 2, "same")
    with pytest.raises(ShapeError, match=r"adds input of shape \(3, 8, 8\) to pool of shape"):
        net.add(image, pooled)
    gate = net.dense(net.global_avg_pool(image), 4)
    with pytest.raises(ShapeError, match=r"scales input of shape \(3, 8, 8\) by a gate of shape"):
        net.scale_channels(image, gate)
