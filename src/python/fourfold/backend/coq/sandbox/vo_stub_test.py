"""Unit tests on marshalled data built here."""

from __future__ import annotations

import hashlib
import struct
import subprocess
import sys
from typing import NamedTuple

import pytest

from fourfold.backend.coq.sandbox import vo_stub
from fourfold.backend.coq.sandbox.vo_stub import VoError, canonicalize, stub

# A value is an int, a str, bytes that are written as they are, or a (tag, fields) made by `block`.
# Values that are the same Python object are shared, as in OCaml.


class Marshal:
    """Writes values as OCaml's `Marshal.to_string` does; the mirror of what the program reads."""

    def __init__(self, value):
        self.seen, self.kept, self.words, self.body = {}, [], 0, b""
        self.write(value)

    def segment(self):
        counts = (len(self.body), len(self.kept), self.words, self.words)
        return b"\x84\x95\xa6\xbe" + struct.pack(">4I", *counts) + self.body

    def big_segment(self):
        counts = (0, len(self.body), len(self.kept), self.words)
        return b"\x84\x95\xa6\xbf" + struct.pack(">I3Q", *counts) + self.body

    def write(self, value):
        if isinstance(value, int):
            self.body += integer(value)
        elif id(value) in self.seen:
            back = len(self.kept) - self.seen[id(value)]
            code, size = (b"\x04", 1) if back < 256 else (b"\x05", 2)
            self.body += code + back.to_bytes(size, "big")
        elif isinstance(value, tuple) and not value[1]:
            self.body += bytes([0x80 + value[0]])
        else:
            self.seen[id(value)] = len(self.kept)
            self.kept.append(value)
            self.write_object(value)

    def write_object(self, value):
        if isinstance(value, bytes):
            self.body += value
        elif isinstance(value, str):
            text = value.encode()
            self.words += 2 + len(text) // 8
            short = len(text) < 32
            self.body += (bytes([0x20 + len(text)]) if short else bytes([9, len(text)])) + text
        else:
            tag, fields = value
            self.words += 1 + len(fields)
            small = bytes([0x80 + tag + (len(fields) << 4)]) if len(fields) < 8 else None
            self.body += small or b"\x08" + (len(fields) << 10 | tag).to_bytes(4, "big")
            for field in fields:
                self.write(field)


def integer(n):
    if 0 <= n < 64:
        return bytes([0x40 + n])
    for code, size in enumerate((1, 2, 4, 8)):
        if -(1 << 8 * size - 1) <= n < 1 << 8 * size - 1:
            return bytes([code]) + n.to_bytes(size, "big", signed=True)
    raise AssertionError(n)


def block(*fields, tag=0):
    return (tag, list(fields))


def in_file(directory="Foo.Bar", file="./Bar.v"):
    return block(block(directory), file)


def location(source, line):
    start = 1000 * line
    return block(source, line, start, line, start, start + 3 * line, start + 90 * line)


def vo(library, opaques=None, version=82000, names=("library", "opaques", "summary")):
    """A .vo laid out as Coq 8.20 does: the table sorted by name, the summary first in the file."""
    if opaques is None:
        opaques = Marshal(block(block("proof one"), block("proof two"))).segment()
    values = {"summary": Marshal(block("name")).segment(), "library": library, "opaques": opaques}
    body, spans = b"", {}
    for name in sorted(names, key=["summary", "library", "opaques"].index):
        digest = hashlib.md5(values[name]).digest()
        spans[name] = struct.pack(">QQ", 16 + len(body), len(values[name])) + digest
        body += values[name] + digest
    table = b"".join(struct.pack(">I", len(n)) + n.encode() + spans[n] for n in names)
    head = b"Coq!" + struct.pack(">IQ", version, 16 + len(body))
    return head + body + struct.pack(">I", len(names)) + table


def library(*values):
    return Marshal(block(*values)).segment()


def theory(line):
    """Locations as Coq stores them: a shared source, a location under `Some`, one shared itself."""
    source, tactic = in_file(), "tactic"
    first = location(source, line)
    fields = [block(first), tactic, block(first, tactic), location(source, line + 200_000_000)]
    return vo(library(*fields, block(*range(300)), location(in_file("A" * 40), line), tactic))


# What must change.


@pytest.mark.parametrize("line", [1, 40, 300, 70_000])
def test_canonical_form_does_not_depend_on_lines(line) -> None:
    assert theory(line) != theory(0)
    assert canonicalize(theory(line)) == canonicalize(theory(0))
    assert stub(theory(line)) == stub(theory(0))


def test_canonical_form_is_the_file_with_zero_in_every_location() -> None:
    source = in_file()

    def two(a, b):
        zeroed = [block(source, *([n] * 6)) for n in (a, b)]
        return vo(library(block(zeroed[0]), "kept", 12345, zeroed[1]))

    assert canonicalize(two(7, 1 << 40)) == two(0, 0)


def test_location_from_a_file_without_a_library_name_is_zeroed() -> None:
    def one(line):
        return vo(library(location(block(0, "Bar.v"), line)))

    assert canonicalize(one(9)) == one(0)


def test_strings_of_the_source_may_be_shared_with_earlier_ones() -> None:
    def one(line):
        name, file = "Foo.Bar", "./Bar.v"
        return vo(library(name, file, location(block(block(name), file), line)))

    assert canonicalize(one(9)) == one(0) != one(9)


def test_both_marshal_headers_are_understood() -> None:
    def one(line):
        return vo(Marshal(block(location(in_file(), line))).big_segment())

    assert canonicalize(one(500)) == one(0)


# What must not change.


@pytest.mark.parametrize(
    "value",
    [
        block(0, 1, 2, 3, 4, 5, 6),  # no source
        block(in_file(), 1, 2, 3, 4, 5),  # six fields
        block(in_file(), 1, 2, 3, 4, 5, 6, 7),  # eight fields
        block(in_file(), 1, 2, 3, 4, 5, 6, tag=1),
        block(in_file(), 1, 2, 3, 4, 5, "6"),
        block(in_file(), 1, 2, block(3), 4, 5, 6),
        block(in_file(), 1, 2, block(), 4, 5, 6),
        block(block("Foo", "Bar.v"), 1, 2, 3, 4, 5, 6),  # a string where its option belongs
        block(block(block("Foo", 1), "Bar.v"), 1, 2, 3, 4, 5, 6),
        block(block(block("Foo", tag=1), "Bar.v"), 1, 2, 3, 4, 5, 6),
        block(block(1, "Bar.v"), 1, 2, 3, 4, 5, 6),
        block(block(block("Foo"), 5), 1, 2, 3, 4, 5, 6),
        block(block(block("Foo"), "Bar.v", 1), 1, 2, 3, 4, 5, 6),
        "\u00f0",
    ],
)
def test_what_is_not_a_location_is_kept(value) -> None:
    def around(line):
        return vo(library(location(in_file(), line), value, location(in_file(), line)))

    assert canonicalize(around(3)) == around(0)
    assert canonicalize(vo(library(value))) == vo(library(value))


def test_bytes_of_a_string_that_look_like_a_location_are_kept() -> None:
    looks = Marshal(location(in_file(), 5)).body

    def around(line):
        string = bytes([9, len(looks)]) + looks
        return vo(library(string, location(in_file(), line)))

    assert canonicalize(around(0)) == around(0)
    assert canonicalize(around(5)) == around(0)


def test_reference_to_what_is_no_source_is_not_one() -> None:
    pair = block(block("Foo"), 5)

    def around(line):
        return vo(library(pair, location(in_file(), line), block(pair, 1, 2, 3, 4, 5, 6)))

    assert canonicalize(around(5)) == around(0)


def test_long_items_are_stepped_over() -> None:
    double, doubles = b"\x0c" + b"\xf0" * 8, b"\x0e\x02" + b"\xf0" * 16
    int64, long_string = b"\x19_j\0" + b"\xf0" * 8, b"\x0a" + struct.pack(">I", 300) + b"\xf0" * 300

    def around(line):
        items = [double, doubles, int64, b"\x12_i\0" + b"\xf0" * 4, long_string, block()]
        return vo(library(*items, location(in_file(), line)))

    assert canonicalize(around(77)) == around(0)


def test_opaque_proofs_are_kept_whole() -> None:
    full = vo(library("statement"), library(location(in_file(), 5)))
    assert canonicalize(full) == full


# The stub.


@pytest.mark.parametrize("count", [0, 1, 7, 8, 1000])
def test_stub_has_as_many_absent_proofs(count) -> None:
    full = vo(
        library("statement"),
        Marshal(block(*[block(f"proof {n}") for n in range(count)])).segment(),
    )
    assert stub(full) == vo(library("statement"), Marshal(block(*[0] * count)).segment())
    assert canonicalize(full) == full


def test_stub_depends_on_statements_and_number_of_proofs_only() -> None:
    def proofs(*texts):
        return Marshal(block(*map(block, texts))).segment()

    original = vo(library("statement"), proofs("p", "q"))
    assert stub(vo(library("statement"), proofs("p", "longer"))) == stub(original)
    assert stub(vo(library("another"), proofs("p", "q"))) != stub(original)
    assert stub(vo(library("statement"), proofs("p", "q", "r"))) != stub(original)


# What must be refused, with a reason.


def one_object_too_few():
    value = bytearray(library(location(in_file(), 5)))
    value[11] += 1
    return vo(bytes(value))


REFUSED = {
    "not a .vo": (b"\x7fELF" + bytes(40), r"not a \.vo file"),
    "empty": (b"", r"not a \.vo file"),
    "version": (vo(library("x"), version=81200), "version 81200"),
    "no opaques": (vo(library("x"), names=("library", "summary")), "no segment `opaques`"),
    "truncated": (theory(1)[:-1], "truncated"),
    "truncated head": (theory(1)[:10], "truncated"),
    "trailing bytes": (theory(1) + b"\0", "more than its segments"),
    "digest": (theory(1).replace(b"tactic", b"tactiC", 1), "library.*MD5 digest"),
    "compressed": (vo(b"\x84\x95\xa6\xbd" + library("x")[4:]), "marshal magic 8495a6bd"),
    "marshal length": (vo(library("x") + b"@"), "bytes announced"),
    "object count": (one_object_too_few(), "objects announced"),
    "marshal code": (vo(library(b"\x1f", location(in_file(), 5))), "unknown marshal code 0x1f"),
    "custom": (vo(library(b"\x12_z\0\1", location(in_file(), 5))), "unknown custom type b'_z'"),
    "cut item": (vo(library(location(in_file(), 5), b"\x3fshort")), "after the segment"),
    "reference": (vo(library(b"\x04\x09", location(in_file(), 5))), "objects announced"),
    "opaques": (vo(library("x"), Marshal("y").segment()), "expected an array"),
}


@pytest.mark.parametrize("data, reason", REFUSED.values(), ids=REFUSED.keys())
def test_refused(data, reason) -> None:
    for rewrite in (canonicalize, stub):
        with pytest.raises(VoError, match=reason):
            rewrite(data)


# The command line.


def run(*arguments):
    return subprocess.run(
        [sys.executable, "-I", "-S", vo_stub.__file__, *map(str, arguments)],
        capture_output=True,
        text=True,
    )


def test_command_rewrites_in_place_and_writes_the_stub(tmp_path) -> None:
    file, stub_file = tmp_path / "A.vo", tmp_path / "A.stub.vo"
    file.write_bytes(theory(6))
    result = run(file, stub_file)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    assert file.read_bytes() == canonicalize(theory(6))
    assert stub_file.read_bytes() == stub(theory(6))


def test_command_fails_and_leaves_the_file_alone(tmp_path) -> None:
    file, stub_file = tmp_path / "A.vo", tmp_path / "A.stub.vo"
    file.write_bytes(b"Coq!")
    result = run(file, stub_file)
    assert result.returncode == 1
    assert f"{file}: truncated" in result.stderr
    assert file.read_bytes() == b"Coq!"
    assert not stub_file.exists()
    assert run(tmp_path / "missing.vo", stub_file).returncode == 1
    assert run(file).returncode == 2


# Real files: vo_stub_integration_test.py applies this to each Coq that Fourfold ships.


def check_real_file(data, path):
    """Round trip, idempotence, and nothing changed but locations; True if there was one."""
    version, segments, names = vo_stub._read(data)
    assert vo_stub._write(version, segments, names) == data, path
    for segment in segments:
        vo_stub._Value(segment).read()  # every item known, counts as announced
    canonical, without_proofs = vo_stub.canonical_and_stub(data)
    assert vo_stub.canonical_and_stub(canonical) == (canonical, without_proofs), path
    assert stub(without_proofs) == without_proofs, path
    assert_only_locations_differ(data, canonical, path)
    return canonical != data


def assert_only_locations_differ(data, canonical, path):
    for (name, old), (_, new) in zip(vo_stub._read(data)[1], vo_stub._read(canonical)[1]):
        before, after = (objects(old), objects(new)) if old != new else ([], [])
        assert len(before) == len(after), (path, name)
        for one, other in zip(before, after):
            if one != other:
                assert is_location(one, before), (path, name, one)
                assert other == (0, [one[1][0]] + [0] * 6), (path, name, other)


def is_location(value, among):
    tag, (source, *numbers) = value
    directory, file = among[source.index][1]
    assert directory == 0 or isinstance(among[among[directory.index][1][0].index], bytes)
    assert among[file.index].endswith(b".v")
    return tag == 0 and len(numbers) == 6 and all(isinstance(n, int) for n in numbers)


class Object(NamedTuple):
    index: int


OPERAND_BYTES = {0: 1, 1: 2, 2: 4, 3: 8, 4: 1, 5: 2, 6: 4, 0x08: 4, 0x09: 1, 0x0A: 4, 0x0C: 0}


def objects(segment):
    """The strings, as bytes, and blocks, as (tag, fields), of a value. A second, plain reading."""
    assert segment[:4] == b"\x84\x95\xa6\xbe"
    found, open_fields, at = [], [], 20
    while True:
        code, fields, wanted, number = segment[at], None, 0, 0
        at += 1
        if code < 0x20:
            operand, at = segment[at : at + OPERAND_BYTES[code]], at + OPERAND_BYTES[code]
            number = int.from_bytes(operand, "big", signed=code <= 0x03)
        if code >= 0x80 or code == 0x08:
            header = number if code == 0x08 else (code >> 4 & 7) << 10 | code & 15
            fields, wanted = [], header >> 10
            item = Object(len(found)) if wanted else ("atom", header)
            if wanted:
                found.append((header & 255, fields))
        elif code >= 0x40:
            item = code - 0x40
        elif code <= 0x03:
            item = number
        elif code in (0x04, 0x05, 0x06):
            item = Object(len(found) - number)
        else:
            length = code - 0x20 if code >= 0x20 else 8 if code == 0x0C else number
            item = Object(len(found))
            found.append(segment[at : at + length])
            at += length
        if open_fields:
            open_fields[-1][0].append(item)
        if wanted:
            open_fields.append((fields, wanted))
        while open_fields and len(open_fields[-1][0]) == open_fields[-1][1]:
            open_fields.pop()
        if not open_fields:
            assert at == len(segment)
            return found
