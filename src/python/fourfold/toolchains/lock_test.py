from __future__ import annotations

import pytest

from fourfold.toolchains.lock import (
    Archive,
    Definition,
    InvalidToolchainFile,
    Lock,
    format_lock,
    parse_debian,
    parse_lock,
)

COMMAND = "./pants generate-lockfiles --resolve=coq"
LOCK = Lock(
    "trixie",
    (
        Archive("base", "coq", "8.20+dfsg-1", "pool/c/coq_8.20.deb", 1234, "a" * 64),
        Archive("flocq", "libcoq-flocq", "4.2", "pool/f/flocq_4.2.deb", 56, "b" * 64),
    ),
)
DEFINITION = {
    "suite": "trixie",
    "packages": ["coq"],
    "libraries": {
        "ssreflect": {"packages": ["s"]},
        "mathcomp": {"packages": ["m"], "needs": ["ssreflect"]},
        "analysis": {"packages": ["a"], "needs": ["mathcomp"]},
        "flocq": {"packages": ["f"], "provides": ["Flocq"]},
    },
}


def test_a_lock_survives_the_round_trip() -> None:
    text = format_lock(LOCK, regenerate=COMMAND, definition="coq.toml")
    assert parse_lock(text, "coq.lock", COMMAND) == LOCK
    shuffled = Lock(LOCK.suite, LOCK.archives[::-1])
    assert format_lock(shuffled, regenerate=COMMAND, definition="coq.toml") == text


def test_the_base_is_always_selected() -> None:
    assert [a.package for a in LOCK.select(())] == ["coq"]
    assert [a.package for a in LOCK.select(("flocq",))] == ["coq", "libcoq-flocq"]
    assert LOCK.archives[0].file_name == "coq_8.20.deb"


@pytest.mark.parametrize(
    "row",
    [
        "base | coq | 8.20 | pool/coq.deb | 1234",
        f"base | coq | 8.20 | pool/coq.deb | many | {'a' * 64}",
        "base | coq | 8.20 | pool/coq.deb | 1234 | abc",
    ],
)
def test_a_bad_row_is_named_by_line_with_the_remedy(row: str) -> None:
    with pytest.raises(InvalidToolchainFile, match="coq.lock:2: expected") as raised:
        parse_lock(f"# suite: trixie\n{row}\n", "coq.lock", COMMAND)
    assert COMMAND in str(raised.value)


def test_an_empty_lock_is_refused() -> None:
    with pytest.raises(InvalidToolchainFile, match="no archives"):
        parse_lock("# suite: trixie\n", "coq.lock", COMMAND)
    row = f"base | coq | 8.20 | pool/coq.deb | 1 | {'a' * 64}\n"
    with pytest.raises(InvalidToolchainFile, match="no `# suite:` line"):
        parse_lock(row, "coq.lock", COMMAND)


def test_a_library_brings_what_it_needs() -> None:
    definition = parse_debian(DEFINITION, "coq.toml")
    assert definition.closure(["analysis"]) == ("analysis", "mathcomp", "ssreflect")
    assert definition.closure([]) == ()
    with pytest.raises(KeyError):
        definition.closure(["nothing"])


@pytest.mark.parametrize(
    "change, message",
    [
        ({"packges": []}, "unknown key `packges`"),
        ({"suite": None}, "the key `suite` is missing"),
        ({"libraries": {"x": {"needs": ["y"]}}}, "`x` needs `y`"),
    ],
)
def test_a_bad_definition_is_refused(change: dict[str, object], message: str) -> None:
    raw = {k: v for k, v in {**DEFINITION, **change}.items() if v is not None}
    with pytest.raises(InvalidToolchainFile, match=message):
        parse_debian(raw, "coq.toml")


def test_a_library_says_what_it_provides() -> None:
    definition = parse_debian(DEFINITION, "coq.toml")
    assert isinstance(definition, Definition)
    assert definition.libraries["flocq"].provides == ("Flocq",)
    assert definition.libraries["mathcomp"].provides == ()
