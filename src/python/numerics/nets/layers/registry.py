from __future__ import annotations

from numerics.nets.layers import basic, convnext, mobile, residual, transformer
from numerics.nets.layers.base import Layer

LAYERS: dict[str, type[Layer]] = {
    cls.kind: cls
    for cls in (
        basic.Dense,
        basic.Conv2d,
        basic.ConvBn,
        basic.MaxPool,
        basic.GlobalAvgPool,
        basic.Flatten,
        basic.FeatureNorm,
        residual.ResidualBlock,
        residual.BottleneckBlock,
        mobile.InvertedResidual,
        mobile.MbConv,
        mobile.MbConvV3,
        mobile.FusedMbConv,
        mobile.Uib,
        transformer.PatchEmbed,
        transformer.TransformerEncoder,
        convnext.ConvNextStem,
        convnext.ConvNextStage,
        convnext.ConvNextDownsample,
    )
}
"""Every layer kind of a NetSpec, by its name in YAML."""
