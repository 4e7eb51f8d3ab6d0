import hashlib
import json

import pytest

from numerics.nets.layers import basic, mobile, residual, transformer
from numerics.nets.layers.registry import LAYERS
from numerics.nets.load import parse
from numerics.nets.schema import FieldError, field_types
from numerics.nets.spec import ImageSize, NetSpec, NetSpecError

IMAGE = ImageSize(4, 8, 8)
HEAD = basic.GlobalAvgPool()

PLAIN = """\
name: small
input: {channels: 1, height: 8, width: 8}
layers:
  - convBn: {in_channels: 1, out_channels: 4, kernel: 3}
  - mbConv: {in_channels: 4, out_channels: 4, expand: 2, kernel: 3, stride: 1, blocks: 1}
  - flatten
  - dense: {fan_in: 256, fan_out: 10}
"""

RESPELLED = """\
# A comment, another order of keys, defaults written out, flow and block styles exchanged.
layers:
- convBn:
    kernel: 3
    stride: 1   # the default
    padding: "same"
    activation: relu
    out_channels: 0x4
    in_channels: 1
- mbConv:
    {in_channels: 4, out_channels: 4, expand: 2, kernel: 3, stride: 1, blocks: 1,
     squeeze: expanded}
- flatten: {}
- {dense: {fan_out: 10, fan_in: 256, activation: identity}}
input:
  width: 8
  height: 8
  channels: 1
name: 'small'
"""


def net(*layers, image: ImageSize = IMAGE) -> NetSpec:
    return NetSpec("net", image, layers)


def test_hash_ignores_how_the_yaml_is_written() -> None:
    assert parse(PLAIN, "a").canonical() == parse(RESPELLED, "b").canonical()
    assert parse(PLAIN, "a").sha256 == parse(RESPELLED, "b").sha256


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("name: small", "name: smaller"),
        ("height: 8, width: 8", "height: 16, width: 4"),
        ("kernel: 3}", "kernel: 5}"),
        ("kernel: 3}", "kernel: 3, activation: swish}"),
        ("kernel: 3}", "kernel: 1, padding: valid}"),
        ("expand: 2", "expand: 3"),
        ("blocks: 1", "blocks: 2"),
        ("blocks: 1", "blocks: 1, squeeze: input"),
        ("blocks: 1", "blocks: 1, squeeze: none"),
        ("mbConv", "fusedMbConv"),
        ("  - flatten\n", ""),
        ("fan_out: 10", "fan_out: 11"),
    ],
)
def test_hash_sees_every_field(old: str, new: str) -> None:
    assert parse(PLAIN.replace(old, new), "b").sha256 != parse(PLAIN, "a").sha256


def test_canonical_form_is_one_line_of_ascii_json_with_all_fields() -> None:
    spec = parse(PLAIN, "a")
    text = spec.canonical()
    assert text.isascii() and "\n" not in text
    content = json.loads(text)
    assert json.dumps(content, sort_keys=True, separators=(",", ":")) == text
    for entry in content["layers"]:
        ((kind, keys),) = entry.items()
        assert set(keys) == set(field_types(LAYERS[kind]))
    assert spec.sha256 == hashlib.sha256(text.encode()).hexdigest()


def test_each_layer_has_its_shape_and_parameters() -> None:
    spec = parse(PLAIN, "a")
    assert {node.layer: node.shape for node in spec.graph.nodes if node.layer} == {
        1: (4, 8, 8),
        2: (4, 8, 8),
        3: (256,),
        4: (10,),
    }
    first = [p.name for node in spec.graph.nodes if node.layer == 1 for p in node.parameters]
    assert first == ["layer1.conv.weight", "layer1.bn.gamma", "layer1.bn.beta"]
    assert sum(p.size for p in spec.parameters) == spec.parameter_count
    assert spec.classes == 10


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        (
            (basic.Conv2d(3, 4, 3), HEAD),
            "layer 1 (conv2d) needs an image of shape (3, H, W), but is given shape (4, 8, 8) "
            "(after the input)",
        ),
        (
            (HEAD, basic.MaxPool(2, 2)),
            "layer 2 (maxPool) needs an image of shape (C, H, W), but is given shape (4,) "
            "(after layer 1 (globalAvgPool))",
        ),
        (
            (basic.Flatten(), basic.Dense(255, 10)),
            "layer 2 (dense) needs fan_in = 255 numbers, shape (255,), but is given shape (256,), "
            "which holds 256 (after layer 1 (flatten))",
        ),
        (
            (basic.Conv2d(4, 4, 9, "valid"), HEAD),
            "layer 1 (conv2d) needs an image of at least 9 x 9 without padding, but is given "
            "shape (4, 8, 8) (after the input)",
        ),
        (
            (transformer.PatchEmbed(4, 6, 3, 4), HEAD),
            "layer 1 (patchEmbed) cuts 3 x 3 patches, which do not tile (4, 8, 8) "
            "(after the input)",
        ),
        (
            (transformer.PatchEmbed(4, 6, 4, 9), HEAD),
            "layer 1 (patchEmbed) needs patches = 9, but 4 x 4 patches of 8 x 8 pixels are 4 "
            "(after the input)",
        ),
        (
            (transformer.PatchEmbed(4, 6, 4, 4), transformer.TransformerEncoder(8, 2, 16, 1)),
            "layer 2 (transformerEncoder) needs tokens of shape (N, 8), but is given shape (5, 6) "
            "(after layer 1 (patchEmbed))",
        ),
        (
            (HEAD, basic.FeatureNorm(5)),
            "layer 2 (featureNorm) needs a vector of shape (5,), but is given shape (4,) "
            "(after layer 1 (globalAvgPool))",
        ),
        (
            (basic.MaxPool(2, 2),),
            "layer 1 (maxPool) gives shape (4, 4, 4), but the last layer must give one vector of "
            "logits, shape (classes,); end with globalAvgPool, flatten or dense",
        ),
    ],
)
def test_layers_that_do_not_fit_name_both_shapes(layers, message: str) -> None:
    with pytest.raises(NetSpecError) as failure:
        net(*layers)
    assert str(failure.value) == message


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: residual.BottleneckBlock(8, 10, 1, 1),
            "'out_channels' is 10; allowed: a multiple of 4",
        ),
        (
            lambda: transformer.TransformerEncoder(16, 3, 32, 1),
            "'heads' is 3; allowed: a divisor of dim = 16",
        ),
        (
            lambda: mobile.Uib(4, 4, 2, 2, 0, 0),
            "'stride' is 2; allowed: 1, as pre_kernel and post_kernel are both 0",
        ),
        (
            lambda: mobile.Uib(4, 4, 2, 1, -1, 0),
            "'pre_kernel' is -1; allowed: an integer of at least 0",
        ),
        (
            lambda: mobile.MbConvV3(4, 4, 8, 3, 1, activation="gelu_tanh"),  # type: ignore
            "'activation' is 'gelu_tanh'; allowed: relu, hard_swish",
        ),
        (lambda: ImageSize(1, 28, 28.0), "'width' is 28.0; allowed: an integer of at least 1"),
    ],
)
def test_layers_made_in_python_are_checked_too(make, message: str) -> None:
    with pytest.raises(FieldError) as failure:
        make()
    assert str(failure.value) == message


def test_dense_flattens_an_image_of_the_right_size_only() -> None:
    spec = net(basic.Dense(256, 10))
    assert [type(node.op).__name__ for node in spec.graph.nodes] == ["Input", "Flatten", "Dense"]
    with pytest.raises(NetSpecError, match="which holds 256"):
        net(basic.Dense(4, 10))
