"""The table of rules, filled as far as it is needed: importing a module of rules enters them."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module

from numerics.nets.graph import Graph
from numerics.stablehlo.rules.needs import every_module, modules_for
from numerics.stablehlo.rules.rule import RULES, Rules


def _enter(modules: Iterable[str]) -> Rules:
    for name in modules:
        import_module(f"numerics.stablehlo.rules.{name}")
    return RULES


def rules_for(net: Graph) -> Rules:
    """The table, with at least the rules that `net` needs."""
    return _enter(modules_for(net))


def every_rule() -> Rules:
    return _enter(every_module())
