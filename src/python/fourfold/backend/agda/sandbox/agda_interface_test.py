"""Interfaces written here, of the two formats; the fault projects read those of a real Agda."""

from __future__ import annotations

import gzip
import struct
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # as the scripts lie side by side in the sandbox

import agda_interface  # noqa: E402

FORMATS = {20240102 * 10 + 1: 19, 20250703 * 10: 18}
NOWHERE = 0  # where a part of a node is never looked at


class Writer:
    """Collects the tables of one interface."""

    def __init__(self) -> None:
        self.nodes: list[tuple[int, ...]] = []
        self.strings: list[str] = []
        self.texts: list[str] = []

    def node(self, *parts: int) -> int:
        if parts not in self.nodes:
            self.nodes.append(parts)
        return self.nodes.index(parts)

    def string(self, text: str) -> int:
        self.strings.append(text)
        return len(self.strings) - 1

    def text(self, text: str) -> int:
        self.texts.append(text)
        return len(self.texts) - 1

    def name(self, text: str, line: int = 0) -> int:
        concrete = self.node(1, NOWHERE, NOWHERE, self.node(self.node(self.string(text))))
        begin = self.node(NOWHERE, 7, line, 3)
        where = self.node(NOWHERE, self.node(self.node(begin, begin)) if line else self.node())
        return self.node(len(self.nodes), concrete, concrete, where, NOWHERE, 0)

    def module(self, name: str) -> int:
        return self.node(NOWHERE, NOWHERE, self.node(*(self.text(p) for p in name.split("."))))

    def content(self, version: int, fields: dict[int, int]) -> bytes:
        root = self.node(*(fields.get(n, self.node()) for n in range(24)))
        size = struct.Struct(">q").pack
        nodes = [size(len(n)) + struct.pack(f">{len(n)}i", *n) for n in self.nodes]
        strings = [size(len(s)) + s.encode() for s in self.strings]
        texts = [size(len(s.encode())) + s.encode() for s in self.texts]
        tables = [size(len(t)) + b"".join(t) for t in (nodes, strings, [], texts)]
        packed = gzip.compress(struct.pack(">i", root) + b"".join(tables))
        return bytes(16) + struct.pack(">Q", version) + packed


def written(version: int) -> bytes:
    """A module `A.B` of two definitions: `t : ⊥`, which is `p`, and a postulate `p` in `M`."""
    w = Writer()
    top, inner = w.node(w.name("A"), w.name("B")), w.name("M")
    below = w.node(*w.nodes[top], inner)
    t = w.node(top, w.name("t", 4))
    p = w.node(below, w.name("p", 3))
    bottom = w.node(top, w.name("⊥", 2))
    no_arguments = w.node()
    kind = w.node(w.node(0, 0, w.node(0, no_arguments)), w.node(3, bottom, no_arguments))
    body = w.node(w.node(3, p, no_arguments))
    clause = w.node(NOWHERE, NOWHERE, NOWHERE, NOWHERE, body, *(6 * [NOWHERE]))

    def definition(name: int, what: int) -> int:
        parts = [NOWHERE, name, kind, *((FORMATS[version] - 4) * [NOWHERE]), what]
        return w.node(*parts)

    function = definition(t, w.node(1, w.node(clause), *(14 * [NOWHERE])))
    postulate = definition(p, w.node(0, 0))
    one = w.node(NOWHERE, w.node(NOWHERE, w.string("A"), w.node()))
    sections = w.node(top, w.node(w.node()), below, w.node(one))
    pragma = w.node(w.node(w.string("--safe"), w.string("-Wno∀")), NOWHERE)
    imported = w.node(NOWHERE, w.module("Agda.Builtin.Nat"), NOWHERE)
    bound = w.node(w.node(1, 5), w.node(1, w.node(3, bottom, no_arguments)))
    return w.content(
        version,
        {
            3: w.node(imported),
            5: w.module("A.B"),
            8: w.node(sections, w.node(t, function, p, postulate), NOWHERE),
            13: bound,
            17: w.node(pragma),
        },
    )


@pytest.mark.parametrize("version", FORMATS)
def test_an_interface_says_what_its_module_declares(version: int) -> None:
    read = agda_interface.Interface(written(version))
    assert read.module == "A.B"
    assert read.imports == ["Agda.Builtin.Nat"]
    assert read.options == [["--safe", "-Wno∀"]]
    assert read.bound == ["BUILTIN A.B.⊥"]
    t, p = read.definitions
    assert (t.name, t.kind, t.line, t.parameters) == ("A.B.t", "function", 4, 0)
    assert (p.name, p.kind, p.line, p.parameters) == ("A.B.M.p", "postulate", 3, 1)
    assert t.mentions == ["A.B.⊥"] and t.uses == ["A.B.M.p", "A.B.⊥"]


def test_another_format_is_not_read() -> None:
    content = written(20250703 * 10)
    with pytest.raises(agda_interface.NotRead, match="format 1 is unknown"):
        agda_interface.Interface(content[:16] + struct.pack(">Q", 1) + content[24:])
    with pytest.raises(agda_interface.NotRead):
        agda_interface.Interface(content[:200])
    with pytest.raises(agda_interface.NotRead, match="format 0 is unknown"):
        agda_interface.Interface(b"")


def test_fields_are_counted() -> None:
    other = Writer()
    with pytest.raises(agda_interface.NotRead, match="a definition has 19 fields"):
        read = agda_interface.Interface(
            written(20240102 * 10 + 1)[:16] + struct.pack(">Q", 20250703 * 10)
            + written(20240102 * 10 + 1)[24:]
        )
        read.definitions
    assert other.nodes == []
