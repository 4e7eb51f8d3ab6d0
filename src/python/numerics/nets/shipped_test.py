"""The NetSpecs of traces/nets: the oracle cases and the published networks."""

from pathlib import Path

import pytest

from numerics.nets.load import load, parse

NETS = Path(__file__).parents[4] / "traces" / "nets"

ORACLE = {
    "dense": ["dense"],
    "dense-relu": ["dense", "dense"],
    "conv": ["conv2d", "flatten", "dense"],
    "convbn": ["convBn", "flatten", "dense"],
    "conv-pool": ["conv2d", "maxPool", "flatten", "dense"],
    "residual": ["convBn", "residualBlock", "flatten", "dense"],
    "depthwise": ["convBn", "invertedResidual", "flatten", "dense"],
    "attention": ["patchEmbed", "transformerEncoder", "dense"],
    "mbconv": ["convBn", "mbConv", "flatten", "dense"],
    "global-avg-pool": ["convBn", "globalAvgPool", "dense"],
    "bottleneck": ["convBn", "bottleneckBlock", "flatten", "dense"],
    "mbconv-v3": ["convBn", "mbConvV3", "flatten", "dense"],
    "fused-mbconv": ["convBn", "fusedMbConv", "flatten", "dense"],
    "uib": ["convBn", "uib", "flatten", "dense"],
}

# Of other sizes: each was a false alarm of the oracle once.
HARD = ("cancelling-bias", "one-window")

# The ImageNet nets' counts are those of torchvision's models and, for ViT-Ti/16, of DeiT-Ti's
# table without distillation; the two small nets are sums over their layers.
PUBLISHED = {
    "mnist_mlp": 669_706,
    "mnist_cnn": 1_676_458,
    "resnet34": 21_797_672,
    "mobilenetv2": 3_504_872,
    "efficientnet_b0": 5_288_548,
    "convnext_t": 28_589_128,
    "vit_ti": 5_717_416,
}


def test_the_oracle_cases_are_all_there() -> None:
    assert {path.stem for path in (NETS / "oracle").glob("*.yaml")} == {*ORACLE, *HARD}


@pytest.mark.parametrize("case", ORACLE)
def test_oracle_case(case: str) -> None:
    spec = load(NETS / "oracle" / f"{case}.yaml")
    assert spec.name == case
    assert spec.input.shape == (1, 28, 28)
    assert spec.classes == 10
    assert [layer.kind for layer in spec.layers] == ORACLE[case]


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_parameter_count(name: str) -> None:
    spec = load(NETS / f"{name}.yaml")
    assert spec.name == name
    assert spec.parameter_count == PUBLISHED[name]


def test_efficientnet_needs_its_published_squeeze_width() -> None:
    """A quarter of each block's input, not the default, a quarter of the expanded width."""
    text = (NETS / "efficientnet_b0.yaml").read_text()
    wider = parse(text.replace("squeeze: input", "squeeze: expanded"), "wider")
    assert wider.parameter_count > PUBLISHED["efficientnet_b0"]


def test_every_shipped_net_has_a_unique_name_and_hash() -> None:
    specs = [load(path) for path in sorted(NETS.rglob("*.yaml"))]
    assert len(specs) == len(ORACLE) + len(HARD) + len(PUBLISHED) + 1  # and vit_block
    assert len({spec.name for spec in specs}) == len(specs)
    assert len({spec.sha256 for spec in specs}) == len(specs)


def test_imagenet_shapes() -> None:
    for name, spatial in {"resnet34": (512, 7, 7), "convnext_t": (768, 7, 7)}.items():
        spec = load(NETS / f"{name}.yaml")
        pool = next(i for i, layer in enumerate(spec.layers) if layer.kind == "globalAvgPool")
        shapes = {node.layer: node.shape for node in spec.graph.nodes}
        assert shapes[pool] == spatial  # layers are counted from 1: this is the one before
        assert spec.classes == 1000
