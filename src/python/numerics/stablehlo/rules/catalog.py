"""Every rule, in one table. Import `RULES` from here: importing a module of rules enters them."""

from __future__ import annotations

from numerics.stablehlo.rules import (
    activations,
    attention,
    convolution,
    linear,
    loss,
    normalization,
    pooling,
    tokens,
)
from numerics.stablehlo.rules.rule import RULES, Rule, Rules, key

MODULES = (activations, attention, convolution, linear, loss, normalization, pooling, tokens)

__all__ = ["MODULES", "RULES", "Rule", "Rules", "key"]
