from __future__ import annotations

import pytest

from fourfold.toolchains.folder import places_of
from fourfold.toolchains.lock import InvalidToolchainFile, Upstream, parse_upstream

RAW = {
    "kind": "upstream",
    "version": "4.9.0",
    "url": "https://example.org/v{version}/lean-{version}-linux.zip",
    "root": "lean-{version}-linux",
    "has": ["bin/lean"],
    "program": "lean",
    "installed": ["elan:leanprover/lean4:v{version}"],
}


def test_the_version_is_filled_in_everywhere() -> None:
    upstream = parse_upstream(RAW, "lean-4.toml")
    assert isinstance(upstream, Upstream)
    assert upstream.url == "https://example.org/v4.9.0/lean-4.9.0-linux.zip"
    assert upstream.file_name == "lean-4.9.0-linux.zip"
    assert upstream.root == "lean-4.9.0-linux"
    assert upstream.installed == ("elan:leanprover/lean4:v4.9.0",)


@pytest.mark.parametrize(
    "change, message",
    [({"suite": "trixie"}, "unknown key `suite`"), ({"url": None}, "the key `url` is missing")],
)
def test_a_bad_definition_is_refused(change: dict, message: str) -> None:
    raw = {k: v for k, v in {**RAW, **change}.items() if v is not None}
    with pytest.raises(InvalidToolchainFile, match=message):
        parse_upstream(raw, "lean-4.toml")


@pytest.mark.parametrize(
    "name, homes, expected",
    [
        ("lean-4", {}, ("elan:leanprover/lean4:v4.9.0",)),
        ("lean-4", {"lean-4": "/opt/lean"}, ("/opt/lean",)),
        ("system", {}, ("path:lean",)),
        ("leanprover/lean4:v4.2.0", {}, ("elan:leanprover/lean4:v4.2.0",)),
        ("/opt/lean", {}, ("/opt/lean",)),
    ],
)
def test_where_a_toolchain_is_looked_for(name: str, homes: dict, expected: tuple) -> None:
    upstream = parse_upstream(RAW, "lean-4.toml")
    assert isinstance(upstream, Upstream)
    assert places_of(name, "lean-4", upstream, homes) == expected
