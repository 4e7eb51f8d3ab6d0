from __future__ import annotations

from pants.build_graph.address import Address
from pants.util.frozendict import FrozenDict

from fourfold.backend.nets.net_rules import NetRules

CONV = Address("rules", relative_file_path="conv.py")
GELU = Address("rules", relative_file_path="gelu.py")
LOSS = Address("rules", relative_file_path="loss.py")
RULES = NetRules(
    FrozenDict({"rules.conv": (CONV,), "rules.gelu": (GELU,), "rules.loss": (LOSS,)}),
    FrozenDict({"cnn.yaml": ("rules.conv", "rules.loss")}),
)


def test_the_rules_of_others_are_left_out() -> None:
    assert RULES.unneeded("cnn.yaml") == (GELU,)


def test_a_net_that_could_not_be_read_keeps_all() -> None:
    assert RULES.unneeded("broken.yaml") == ()


def test_where_nobody_knows_the_rules_nothing_is_left_out() -> None:
    assert NetRules(FrozenDict(), FrozenDict()).unneeded("cnn.yaml") == ()
