"""The toolchains that this repository ships."""

from __future__ import annotations

from pathlib import Path

import toml

from fourfold.toolchains.subsystem import _SHIPPED

LOCKS = Path("3rdparty/toolchains")


def test_each_has_a_definition() -> None:
    assert {p.stem for p in LOCKS.glob("*.toml")} == set(_SHIPPED)


def test_ci_cannot_fail_for_what_a_mirror_drops() -> None:
    rolling = {p.stem for p in LOCKS.glob("*.toml") if toml.loads(p.read_text()).get("rolling")}
    assert rolling
    assert rolling <= set(toml.loads(Path("pants.ci.toml").read_text())["fourfold"]["lacks"])
