"""The toolchains that this repository ships."""

from __future__ import annotations

from pathlib import Path

import toml

from fourfold.toolchains.holes import parse_holes
from fourfold.toolchains.subsystem import _SHIPPED, SHIPPED_FOLDER

HOLES = ".holes"
DEFINITIONS = [p for p in SHIPPED_FOLDER.glob("*.toml") if not p.stem.endswith(HOLES)]
# No verdict is theirs.
NO_PROVERS = {"sandbox", "system-libraries", "userland"}


def test_each_has_a_definition() -> None:
    assert {p.stem for p in DEFINITIONS} == set(_SHIPPED)


def test_ci_cannot_fail_for_what_a_mirror_drops() -> None:
    rolling = {p.stem for p in DEFINITIONS if toml.loads(p.read_text()).get("rolling")}
    assert rolling
    assert rolling <= set(toml.loads(Path("pants.ci.toml").read_text())["fourfold"]["lacks"])


def test_each_prover_has_a_complete_list_of_its_known_holes() -> None:
    lists = {p.stem[: -len(HOLES)]: p for p in SHIPPED_FOLDER.glob(f"*{HOLES}.toml")}
    assert set(lists) == set(_SHIPPED) - NO_PROVERS
    for name, path in lists.items():
        found = parse_holes(toml.loads(path.read_text()), str(path))
        assert found.holes or name == "isabelle-2025"
        # A list is of one version: a new lock wants a new list.
        assert found.version in locked_versions(name), f"{path} is of {found.version}"
        row = f"| `{name}` | {found.version} | {len(found.holes)} |"
        assert row in Path("docs/trust.md").read_text()


def locked_versions(name: str) -> set[str]:
    """Without what Debian adds; or the version of an upstream release."""
    definition = toml.loads((SHIPPED_FOLDER / f"{name}.toml").read_text())
    if "version" in definition:
        return {definition["version"], definition["version"].replace("Isabelle", "")}
    rows = [
        [cell.strip() for cell in line.split("|")]
        for line in (SHIPPED_FOLDER / f"{name}.lock").read_text().splitlines()
        if not line.startswith("#")
    ]
    return {row[2].split("+")[0].split("-")[0] for row in rows if row[1] in ("coq", "agda-bin")}
