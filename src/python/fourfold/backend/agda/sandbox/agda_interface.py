"""Reads an interface file of Agda: what a module declares, by identity and not by printed name.

Agda prints names as the module in question wants them printed, and its reflection does not see
what is private, abstract or opaque. The interface is what other modules are checked against, so
what it takes on trust is read from there: its postulates (wherever they stand, and whatever made
them), what it binds to Agda's builtins, the options of the file, and what it imports.

An interface is a table of nodes, each a list of numbers. What a number means (a node, a string, a
tag) follows from the type of what is encoded; the formats of the two versions differ little.
"""

from __future__ import annotations

import functools
import re
import zlib
from array import array
from typing import Callable, Iterator, List, Sequence, Tuple

# Version of the format -> number of a definition's fields; of Agda 2.6.4.3 and of 2.8.0.
_FORMATS = {20240102 * 10 + 1: 19, 20250703 * 10: 18}
_PREFIX = 16  # two hashes before the version
_FIELDS = 24  # of an interface
_IMPORTS, _MODULE, _SIGNATURE, _BUILTINS, _OPTIONS = 3, 5, 8, 13, 17

# Cubical primitives that ask for more than the types of their arguments: that sides agree with a
# base, say.
_PARTIAL = frozenset(
    {
        "Agda.Primitive.Cubical.primComp",
        "Agda.Primitive.Cubical.primHComp",
        "Agda.Primitive.Cubical.primPOr",
        "Agda.Primitive.Cubical.primTransp",
        "Agda.Builtin.Cubical.Glue.prim^glue",
        "Agda.Builtin.Cubical.HCompU.prim^glueU",
    }
)
_MADE_BY_AGDA = ("transp", "hcomp")  # the names of functions for each type
_ADDED = 6  # the tag of a pattern that matches on a transport or composition
# What Agda makes of `with`, of `rewrite`, and of `with p ← e`, whose patterns cannot fail.
_WITH_FUNCTION = re.compile(r".*\.(?:with|-rewrite|-invert)-?\d+")

# Tags of what a name is defined to be.
_KINDS = {0: "postulate", 1: "function", 2: "data", 3: "record", 4: "constructor",
          5: "primitive", 6: "sort", 7: "variable", 8: "undefined"}


class NotRead(Exception):
    """The file is not an interface that this reader knows."""


class Interface:
    """The tables of one file, and what is read from them."""

    def __init__(self, content: bytes) -> None:
        version = int.from_bytes(content[_PREFIX : _PREFIX + 8], "big")
        if version not in _FORMATS:
            raise NotRead(f"its format {version} is unknown; known are {sorted(_FORMATS)}")
        try:
            tables = _Tables(zlib.decompress(content[_PREFIX + 8 :], wbits=31))
            self.root = tables.root
            self.nodes = tables.nodes()
            self.strings = tables.strings()
            tables.texts()  # lazy ones: the source itself
            self.texts = tables.texts()
        except (zlib.error, IndexError, UnicodeDecodeError) as e:
            raise NotRead(str(e)) from e
        self.definition_fields = _FORMATS[version]
        self.fields = self.nodes[self.root]
        if len(self.fields) != _FIELDS:
            raise NotRead(f"it has {len(self.fields)} fields")

    @property
    def module(self) -> str:
        return self._module_name(self.fields[_MODULE])

    @property
    def imports(self) -> list[str]:
        """The modules that the file itself imports."""
        rows = (self.nodes[row] for row in self.nodes[self.fields[_IMPORTS]])
        return sorted({self._module_name(module) for _, module, _ in rows})

    @property
    def options(self) -> list[list[str]]:
        """The words of each OPTIONS pragma of the file."""
        pragmas = (self.nodes[p] for p in self.nodes[self.fields[_OPTIONS]])
        return [[self.strings[w] for w in self.nodes[words]] for words, _ in pragmas]

    @property
    def bound(self) -> list[str]:
        """What the file binds to Agda's builtins and primitives; rewrite relations are not said.

        Their option, `--rewriting`, is.
        """
        found = []
        for _, bound in self._pairs(self.fields[_BUILTINS]):
            node = self.nodes[bound]
            if len(node) == 1:
                found.append(f"primitive {self.name(self.nodes[node[0]][1])}")
            elif node[0] == 1:
                heads = list(self.names_in(_term, node[1]))
                found.append(f"BUILTIN {heads[0] if heads else '(no name)'}")
        return sorted(set(found))

    @functools.cached_property
    def definitions(self) -> list[Definition]:
        """All that the module declares and that others can reach."""
        signature = self.nodes[self.fields[_SIGNATURE]]
        sections = dict(self._pairs(signature[0]))
        return [Definition(self, name, node, sections)
                for name, node in self._pairs(signature[1])]

    def composing(self) -> list[Definition]:
        """Those that cubical primitives with side conditions are in."""
        last = {name.rsplit(".", 1)[1] for name in _PARTIAL}
        if last.isdisjoint(self.strings):
            return []  # nearly always, and much quicker
        return [d for d in self.definitions if d.composes]

    def name(self, index: int) -> str:
        """A full name, as Agda's reflection writes it."""
        module, name = self.nodes[index]
        parts = [*self.nodes[module], name]
        return ".".join(self._concrete(self.nodes[self.nodes[p][2]]) for p in parts)

    def line(self, index: int) -> int:
        """Where a name is bound; 0 where nothing says."""
        _, name = self.nodes[index]
        intervals = self.nodes[self.nodes[self.nodes[name][3]][1]]
        if not intervals:
            return 0
        begin = self.nodes[intervals[0]][-2]
        return self.nodes[begin][2]

    def _concrete(self, node: Sequence[int]) -> str:
        if node[0] == 0:
            return "_"
        parts = (self.nodes[p] for p in self.nodes[node[3]])
        return "".join(self.strings[p[0]] if p else "_" for p in parts)

    def _module_name(self, index: int) -> str:
        return ".".join(self.texts[part] for part in self.nodes[self.nodes[index][2]])

    def _pairs(self, index: int) -> Iterator[tuple[int, int]]:
        flat = self.nodes[index]
        return zip(flat[0::2], flat[1::2])

    def parts_of(self, kind: Callable, index: int) -> Iterator[tuple[Callable, int]]:
        """Every part of a term or type, each once however often it is shared."""
        seen, todo = set(), [(kind, index)]
        while todo:
            part = todo.pop()
            if part not in seen:
                seen.add(part)
                yield part
                todo += part[0](self.nodes[part[1]])

    def names_in(self, kind: Callable, index: int) -> Iterator[str]:
        return (self.name(at) for part, at in self.parts_of(kind, index) if part is _qname)

    def is_partial(self, term: int, quoted: bool = False) -> bool:
        """Whether a term is a cubical primitive with arguments, or its quoted name."""
        node = self.nodes[term]
        if len(node) == 3 and node[0] == 3:
            return self.name(node[1]) in _PARTIAL
        if not quoted or len(node) != 2 or node[0] != 2:
            return False
        literal = self.nodes[node[1]]
        return bool(_literal(literal)) and self.name(literal[1]) in _PARTIAL

    def inferred_in(self, term: int) -> bool:
        """Whether Agda has inferred the type of a cubical primitive that is in this very place.

        It does so under `with` and `rewrite`, in a pattern of `let`, under an overloaded
        projection, and for what a macro makes of a quoted name; and it checks then less than
        where it knows the type. Of `using x ← e` there is no trace here: see agda_text.py.
        """
        node = self.nodes[term]
        if len(node) != 3 or node[0] != 3:
            return self.is_partial(term, quoted=True)
        eliminations = [self.nodes[e] for e in self.nodes[node[2]]]
        if self.is_partial(term):
            return any(len(e) == 3 for e in eliminations)
        arguments = [self.nodes[e[0]][1] for e in eliminations if len(e) == 1]
        return (
            _WITH_FUNCTION.fullmatch(self.name(node[1])) is not None
            and any(self.is_partial(a) for a in arguments)
        )


class Definition:
    """`key` and `node` are places in the interface's tables."""

    def __init__(
        self, interface: Interface, key: int, index: int, sections: dict[int, int]
    ) -> None:
        node = interface.nodes[index]
        if len(node) != interface.definition_fields:
            raise NotRead(f"a definition has {len(node)} fields")
        self.name = interface.name(key)
        self.line = interface.line(key)
        self.kind = _KINDS[interface.nodes[node[-1]][0]]
        self._interface, self._type, self._content = interface, node[2], node[-1]
        self._section = sections.get(interface.nodes[key][0])

    @property
    def mentions(self) -> list[str]:
        """The names in its type."""
        return sorted(set(self._interface.names_in(_type, self._type)))

    @property
    def uses(self) -> list[str]:
        """The names in what defines it, and in its type; not its own."""
        names = set(self._interface.names_in(_definition, self._content))
        return sorted({*names, *self.mentions} - {self.name})

    @property
    def composes(self) -> bool:
        """Whether a cubical primitive with side conditions is in what the author wrote."""
        if self.line == 0 and self.name.rsplit(".", 1)[-1].startswith(_MADE_BY_AGDA):
            return False
        written = {self._interface.name(at) for kind, at in self._written() if kind is _qname}
        return not _PARTIAL.isdisjoint({*written, *self.mentions})

    @property
    def infers_composition(self) -> bool:
        return any(self._interface.inferred_in(at) for kind, at in self._written() if kind is _term)

    def _written(self) -> Iterator[tuple[Callable, int]]:
        """The parts of what defines it, but for the clauses that Agda adds to a function.

        Those say how it computes on a transport or composition, which their patterns show.
        """
        nodes = self._interface.nodes
        if self.kind != "function":
            yield from self._interface.parts_of(_definition, self._content)
            return
        for clause in nodes[nodes[self._content][1]]:
            parts = self._interface.parts_of(_patterns, nodes[clause][3])
            if not any(kind is _pattern and nodes[at][0] == _ADDED for kind, at in parts):
                yield from self._interface.parts_of(_clause, clause)

    @property
    def parameters(self) -> int:
        """The number of its module's parameters."""
        nodes, count = self._interface.nodes, 0
        if self._section is None:
            return 0
        telescope = nodes[nodes[self._section][0]]
        while telescope:
            count += 1
            telescope = nodes[nodes[telescope[1]][-1]]
        return count


class _Tables:
    """The decompressed part: a root, the nodes, and tables of strings, one after the other."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.root = int.from_bytes(data[:4], "big")
        self.at = 4

    def _length(self) -> int:
        self.at += 8
        return int.from_bytes(self.data[self.at - 8 : self.at], "big")

    def nodes(self) -> list[Sequence[int]]:
        found = []
        for _ in range(self._length()):
            size = 4 * self._length()
            numbers = array("I", self.data[self.at : self.at + size])
            numbers.byteswap()
            found.append(numbers)
            self.at += size
        return found

    def strings(self) -> list[str]:
        """Each is its number of characters, and those in UTF-8."""
        found = []
        for _ in range(self._length()):
            count, start = self._length(), self.at
            self.at += count
            text = self.data[start : self.at].decode(errors="ignore")
            while len(text) < count:
                self.at += 1
                text = self.data[start : self.at].decode(errors="ignore")
            found.append(text)
        return found

    def texts(self) -> list[str]:
        """Each is its number of bytes, and those."""
        found = []
        for _ in range(self._length()):
            size = self._length()
            found.append(self.data[self.at : self.at + size].decode())
            self.at += size
        return found


# The parts of a node that can mention names, each with its type; below, for each type of node.
Parts = List[Tuple[Callable, int]]


def _qname(node: Sequence[int]) -> Parts:
    return []


def _type(node: Sequence[int]) -> Parts:
    return [(_sort, node[0]), (_term, node[1])]


def _domain(node: Sequence[int]) -> Parts:
    return [(_type, node[-1])]


def _terms(node: Sequence[int]) -> Parts:
    return [(_term, n) for n in node]


def _clauses(node: Sequence[int]) -> Parts:
    return [(_clause, n) for n in node]


def _clause(node: Sequence[int]) -> Parts:
    return [(_terms, node[4])]


def _patterns(node: Sequence[int]) -> Parts:
    return [(_pattern_argument, n) for n in node]


def _pattern_argument(node: Sequence[int]) -> Parts:
    return [(_named_pattern, node[1])]


def _named_pattern(node: Sequence[int]) -> Parts:
    return [(_pattern, node[1])]


def _pattern(node: Sequence[int]) -> Parts:
    return [(_patterns, node[3])] if node[0] in (1, _ADDED) else []


def _qnames(node: Sequence[int]) -> Parts:
    return [(_qname, n) for n in node]


def _definition(node: Sequence[int]) -> Parts:
    kind = _KINDS[node[0]]
    if kind == "function":
        return [(_clauses, node[1])]
    if kind == "data":
        return [(_clauses, node[3]), (_qnames, node[4])]
    if kind == "record":
        return [(_clauses, node[2]), (_constructor, node[3])]
    return []


def _body(node: Sequence[int]) -> Parts:
    return [(_term, node[-1])]


def _codomain(node: Sequence[int]) -> Parts:
    return [(_type, node[-1])]


def _argument(node: Sequence[int]) -> Parts:
    return [(_term, node[1])]


def _eliminations(node: Sequence[int]) -> Parts:
    return [(_elimination, n) for n in node]


def _elimination(node: Sequence[int]) -> Parts:
    if len(node) == 1:
        return [(_argument, node[0])]
    if len(node) == 3:
        return [(_qname, node[2])]
    return [(_term, n) for n in node[1:]]


def _constructor(node: Sequence[int]) -> Parts:
    return [(_qname, node[0])]


def _literal(node: Sequence[int]) -> Parts:
    return [(_qname, node[1])] if len(node) == 2 and node[0] == 5 else []


def _term(node: Sequence[int]) -> Parts:
    if len(node) == 1:
        return []  # a variable alone
    tag = node[0]
    if tag in (0, 6, 10):
        return [(_eliminations, node[2])]
    if tag == 1:
        return [(_body, node[2])]
    if tag == 3:
        return [(_qname, node[1]), (_eliminations, node[2])]
    if tag == 4:
        return [(_constructor, node[1]), (_eliminations, node[3])]
    if tag == 5:
        return [(_domain, node[1]), (_codomain, node[2])]
    return [({2: _literal, 7: _sort, 8: _term, 9: _level}[tag], node[1])]


def _level(node: Sequence[int]) -> Parts:
    return [(_plus_levels, node[1])]


def _plus_levels(node: Sequence[int]) -> Parts:
    return [(_plus, n) for n in node]


def _plus(node: Sequence[int]) -> Parts:
    return [(_term, node[1])]


def _sort(node: Sequence[int]) -> Parts:
    tag = node[0]
    if tag == 0:
        return [(_level, node[2])]
    if tag == 4:
        return [(_domain_term, node[1]), (_sort, node[2]), (_sort_body, node[3])]
    if tag == 5:
        return [(_sort, node[1]), (_sort, node[2])]
    if tag == 6:
        return [(_sort, node[1])]
    if tag == 7:
        return [(_qname, node[1]), (_eliminations, node[2])]
    return []


def _domain_term(node: Sequence[int]) -> Parts:
    return [(_term, node[-1])]


def _sort_body(node: Sequence[int]) -> Parts:
    return [(_sort, node[-1])]
