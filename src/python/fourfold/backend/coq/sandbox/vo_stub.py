"""Rewrite a compiled Coq library so that only what a dependent can see decides its bytes.

    python vo_stub.py FILE.vo STUB.vo

puts FILE.vo into canonical form, in place, and writes STUB.vo, which Coq takes as an import in its
stead. In the canonical form the stored source locations are zero, so a comment that shifts lines
changes nothing. In the stub the opaque proofs are absent besides, so a proof edit changes nothing.

A .vo file (Coq 8.16, 8.20, Rocq 9.2) is "Coq!", a version, the offset of a table of segments, the
segments, and that table; integers are big-endian. A segment is one value in OCaml's marshal format,
followed by its MD5 digest, which the table repeats. The digest of the segment `library` is what
dependents record of an import, so a stub has the same one as its canonical .vo.

What counts as a location. `Loc.t` in Coq is the OCaml record

    { fname : InFile of { dirpath : string option; file : string } | ToplevelInput;
      line_nb; bol_pos; line_nb_last; bol_pos_last; bp; ep : int }

Marshalled data has no types, so a location is recognized by shape: a block of tag 0 with seven
fields, the first one a block of tag 0 with two fields (no string or a boxed string; a string), the
other six immediate. Tokens are found by reading the segment from its start, never by searching,
and both the number of objects and the end must agree with the header. Only the six integers are
zeroed; sharing, file names and object counts stay. `ToplevelInput` is left alone: coqc gives it
only to text that comes from no file, whose positions no edit moves.

Assumed: no other value that Coq stores has this shape, that is, a record or tuple whose first field
pairs a string option with a string and which goes on with exactly six integers or constant
constructors. Kernel data (terms, names, universes, declarations) has none. A location written in
another shape, such as a plugin's own record, is kept, which costs re-runs and never soundness.
The opaque segment is not searched, because no dependent sees it.

What still shows through a stub, each making a dependent re-run and never wrong: a proof's universe
constraints, which Coq keeps with the statements; the numbers of universes declared after a proof
that draws more or fewer of them; and which equal values share memory. Against a stub, commands
that need an imported proof (`Print lemma`, extraction through it) fail with "Cannot access opaque
delayed proof", and `Print Assumptions` lists imported opaque lemmas as axioms: audit full files.
"""

from __future__ import annotations

import hashlib
import sys
from bisect import bisect_left

# Runs once for every compiled file: what it imports must start in a few milliseconds, without
# byte code beside it too (`re` takes 60 ms then).

MAGIC = b"Coq!"
VERSIONS = {816: "Coq 8.16", 820: "Coq 8.20", 902: "Rocq 9.2"}  # the number in the file // 100
OPAQUES = "opaques"
DIGEST_BYTES = 16

SMALL_MAGIC, BIG_MAGIC = b"\x84\x95\xa6\xbe", b"\x84\x95\xa6\xbf"
SMALL_HEADER_BYTES, BIG_HEADER_BYTES = 20, 32

# Marshal codes below 0x20 (OCaml, runtime/caml/intext.h). The others hold their operand: 0x20-0x3F
# a string and its length, 0x40-0x7F an immediate, from 0x80 a block (tag: bits 0-3, size: 4-6).
WIDTH_NO_OBJECT = {
    **{0x00: 2, 0x01: 3, 0x02: 5, 0x03: 9},  # immediates of 8, 16, 32, 64 bits
    **{0x04: 2, 0x05: 3, 0x06: 5, 0x14: 9},  # references to an earlier object
    0x10: 1 + 4 + DIGEST_BYTES,  # code pointer
}
WIDTH_OBJECT = {0x08: 5, 0x13: 9, 0x0B: 9, 0x0C: 9}  # block headers, doubles
LENGTH_BYTES_AND_SCALE = {
    **{0x09: (1, 1), 0x0A: (4, 1), 0x15: (8, 1)},  # strings
    **{0x0D: (1, 8), 0x0E: (1, 8)},  # arrays of doubles
    **{0x07: (4, 8), 0x0F: (4, 8), 0x16: (8, 8), 0x17: (8, 8)},
}
CUSTOM = (0x12, 0x19)  # a name ending in a zero byte, then data that only the named type knows
CUSTOM_DATA_BYTES = {b"_j": 8, b"_i": 4}  # int64, int32
REFERENCES = (0x04, 0x05, 0x06, 0x14)
SEVEN_FIELDS, TWO_FIELDS, ONE_FIELD, ZERO = 0xF0, 0xA0, 0x90, 0x40


class VoError(Exception):
    """The file is not a .vo that this program knows how to rewrite."""


def canonicalize(data: bytes) -> bytes:
    """The .vo with its stored source locations zeroed. Raises VoError."""
    return canonical_and_stub(data)[0]


def stub(data: bytes) -> bytes:
    """The canonical .vo with every opaque proof absent. Raises VoError."""
    return canonical_and_stub(data)[1]


def canonical_and_stub(data: bytes) -> tuple[bytes, bytes]:
    """What `canonicalize` and `stub` return, for the price of one."""
    version, segments, names = _read(data)
    if OPAQUES not in names:
        raise VoError(f"no segment `{OPAQUES}`; found {', '.join(names)}")
    canonical = [_without_locations(segment) for segment in segments]
    without_proofs = [_without_proofs(segment) for segment in canonical]
    return _write(version, canonical, names), _write(version, without_proofs, names)


# The container.


def _read(data):
    """The version, the (name, value) segments as laid out, and their names as in the table."""
    if data[:4] != MAGIC:
        raise VoError(f"not a .vo file: expected it to begin with {MAGIC!r}, found {data[:4]!r}")
    version = _integer(data, 4, 4)
    if version // 100 not in VERSIONS:
        known = ", ".join(f"{name} ({n}xx)" for n, name in VERSIONS.items())
        raise VoError(f"version {version} of the .vo format is not known; known are {known}")
    position = _integer(data, 8, 8)
    count, position = _integer(data, position, 4), position + 4
    found = []
    for _ in range(count):
        length, position = _integer(data, position, 4), position + 4
        name, position = _slice(data, position, length).decode(errors="replace"), position + length
        start, size = _integer(data, position, 8), _integer(data, position + 8, 8)
        value = _slice(data, start, size)
        if _slice(data, position + 16, DIGEST_BYTES) != hashlib.md5(value).digest():
            raise VoError(f"segment `{name}` does not have the MD5 digest that the table gives")
        position += 16 + DIGEST_BYTES
        found.append((start, (name, value)))
    segments = [segment for _, segment in sorted(found)]
    names = [name for _, (name, _) in found]
    # What follows relies on there being nothing in the file but what was read.
    if _write(version, segments, names) != data:
        raise VoError("the file holds more than its segments and their table, or they overlap")
    return version, segments, names


def _write(version, segments, names):
    body, table, position = [], {}, len(MAGIC) + 4 + 8
    for name, value in segments:
        digest = hashlib.md5(value).digest()
        body += [value, digest]
        encoded = name.encode()
        span = position.to_bytes(8, "big") + len(value).to_bytes(8, "big")
        table[name] = len(encoded).to_bytes(4, "big") + encoded + span + digest
        position += len(value) + DIGEST_BYTES
    head = [MAGIC, version.to_bytes(4, "big"), position.to_bytes(8, "big")]
    return b"".join([*head, *body, len(names).to_bytes(4, "big"), *(table[n] for n in names)])


def _slice(data, position, length):
    if position + length > len(data):
        wanted = f"{length} bytes wanted at offset {position}"
        raise VoError(f"truncated: {wanted}, the file has {len(data)}")
    return data[position : position + length]


def _integer(data, position, length):
    return int.from_bytes(_slice(data, position, length), "big")


# The values.


def _without_locations(segment):
    name, data = segment
    if name == OPAQUES:
        return segment
    kept, position = [], 0
    for start, end in _Value(segment).locations():
        kept += [data[position:start], bytes([ZERO]) * 6]
        position = end
    return name, _with_length(b"".join([*kept, data[position:]])) if kept else data


def _without_proofs(segment):
    if segment[0] != OPAQUES:
        return segment
    count = _Value(segment).array_length()
    if count < 8:
        array = bytes([0x80 | count << 4])
    elif count < 1 << 22:
        array = b"\x08" + (count << 10).to_bytes(4, "big")
    else:
        raise VoError(f"segment `{OPAQUES}` has {count} entries; at most {(1 << 22) - 1} are known")
    objects, words = (1, 1 + count) if count else (0, 0)
    header = [SMALL_MAGIC, *(n.to_bytes(4, "big") for n in (0, objects, words, words))]
    return OPAQUES, _with_length(b"".join([*header, array, bytes([ZERO]) * count]))


def _with_length(value):
    """The marshalled value with the length in its header set to what follows the header."""
    if value[:4] == BIG_MAGIC:
        return value[:8] + (len(value) - BIG_HEADER_BYTES).to_bytes(8, "big") + value[16:]
    return value[:4] + (len(value) - SMALL_HEADER_BYTES).to_bytes(4, "big") + value[8:]


class _Value:
    """One marshalled value. `first` is the offset of its outermost item."""

    def __init__(self, segment):
        self.name, self.data = segment
        if self.data[:4] == SMALL_MAGIC:
            self.first, length = SMALL_HEADER_BYTES, self._operand(4, 4)
            self.object_count = self._operand(8, 4)
        elif self.data[:4] == BIG_MAGIC:
            self.first, length = BIG_HEADER_BYTES, self._operand(8, 8)
            self.object_count = self._operand(16, 8)
        else:
            self._fail(f"unknown marshal magic {self.data[:4].hex()}")
        if self.first + length != len(self.data):
            self._fail(f"{length} bytes announced, {len(self.data) - self.first} found")
        self.starts = None

    def read(self):
        """Visit every item, and set `starts` to the offsets of the objects, in order."""
        self.starts = self._object_starts()
        if len(self.starts) != self.object_count:
            self._fail(f"{self.object_count} objects announced, {len(self.starts)} found")

    def _object_starts(self):
        data, position, end = self.data, self.first, len(self.data)
        starts = []
        add = starts.append
        while position < end:
            code = data[position]
            if code >= 0x90:  # a block with fields
                add(position)
                position += 1
            elif code >= 0x40:  # an immediate, or a block without fields, which is not counted
                position += 1
            elif code >= 0x20:  # a string
                add(position)
                position += code - 0x1F
            elif code in WIDTH_NO_OBJECT:
                position += WIDTH_NO_OBJECT[code]
            else:
                add(position)
                position = self._end_of_long_object(position, code)
        if position != end:
            self._fail(f"truncated: an item ends {position - end} bytes after the segment")
        return starts

    def _end_of_long_object(self, position, code):
        if code in WIDTH_OBJECT:
            return position + WIDTH_OBJECT[code]
        if code in LENGTH_BYTES_AND_SCALE:
            width, scale = LENGTH_BYTES_AND_SCALE[code]
            return position + 1 + width + scale * self._operand(position + 1, width)
        if code not in CUSTOM:
            self._fail(f"unknown marshal code {code:#04x} at offset {position}")
        name = self.data[position + 1 :].partition(b"\0")[0]
        if name not in CUSTOM_DATA_BYTES:
            self._fail(f"unknown custom type {name!r} at offset {position}")
        return position + 1 + len(name) + 1 + CUSTOM_DATA_BYTES[name]

    def locations(self):
        """The (start, end) offsets of the six integers of each location, in order."""
        # The first one holds its source in place, later ones may refer back to it. Where no bytes
        # look like a first one there is none, which spares most files the reading.
        if not any(self._integers(at) for at in self._find(bytes([SEVEN_FIELDS, TWO_FIELDS]))):
            return []
        self.read()
        blocks = (at for at in self._find(bytes([SEVEN_FIELDS])) if self._is_object(at))
        return [span for span in map(self._integers, blocks) if span]

    def _integers(self, location):
        """The offsets of the six integers if the block of seven fields is a location."""
        start = self._end_of(self._end_of_source, location + 1)
        end = start and self._end_of_six_integers(start)
        return (start, end) if end else None

    def _find(self, pattern):
        position = self.data.find(pattern, self.first)
        while position >= 0:
            yield position
            position = self.data.find(pattern, position + 1)

    def _is_object(self, position):
        index = bisect_left(self.starts, position)
        return index < len(self.starts) and self.starts[index] == position

    def array_length(self):
        """The number of fields when the whole value is an array."""
        code = self._code(self.first)
        if code >= 0x80 and code & 0x0F == 0:
            return code >> 4 & 0x07
        if code in (0x08, 0x13):
            header = self._operand(self.first + 1, WIDTH_OBJECT[code] - 1)
            if header & 0xFF == 0:
                return header >> 10
        return self._fail(f"expected an array, found marshal code {code:#04x}")

    # Each returns the offset of what follows the item at `position`, or None if the item is not
    # of the kind asked for. Before `read`, a reference counts as whatever is asked for.

    def _end_of(self, kind, position):
        """As `kind`, which is asked of the object referred to where there is a reference."""
        code = self._code(position)
        if code not in REFERENCES:
            return kind(position)
        width = WIDTH_NO_OBJECT[code]
        if self.starts is None:
            return position + width
        back = self._operand(position + 1, width - 1)
        index = bisect_left(self.starts, position) - back
        if back == 0 or index < 0:
            self._fail(f"reference at offset {position} to object {index}, which does not exist")
        return kind(self.starts[index]) and position + width

    def _end_of_source(self, position):
        if self._code(position) != TWO_FIELDS:
            return None
        directory_end = self._end_of(self._end_of_string_option, position + 1)
        return directory_end and self._end_of(self._end_of_string, directory_end)

    def _end_of_string_option(self, position):
        code = self._code(position)
        if code == ZERO:
            return position + 1
        return self._end_of(self._end_of_string, position + 1) if code == ONE_FIELD else None

    def _end_of_six_integers(self, position):
        for _ in range(6):
            code = self._code(position)
            if not (0x40 <= code < 0x80 or 0x00 <= code <= 0x03):
                return None
            position += WIDTH_NO_OBJECT.get(code, 1)
        return position

    def _end_of_string(self, position):
        code = self._code(position)
        if 0x20 <= code < 0x40:
            return position + code - 0x1F
        if code in (0x09, 0x0A, 0x15):
            return self._end_of_long_object(position, code)
        return None

    def _code(self, position):
        return self.data[position] if position < len(self.data) else -1

    def _operand(self, position, width):
        return int.from_bytes(self.data[position : position + width], "big")

    def _fail(self, what):
        raise VoError(f"segment `{self.name}`: {what}")


def main(arguments):
    if len(arguments) != 2:
        print("usage: python vo_stub.py FILE.vo STUB.vo", file=sys.stderr)
        return 2
    path, stub_path = arguments
    try:
        with open(path, "rb") as file:
            data = file.read()
        canonical, without_proofs = canonical_and_stub(data)
        with open(path, "wb") as file:
            file.write(canonical)
        with open(stub_path, "wb") as file:
            file.write(without_proofs)
    except (OSError, VoError) as error:
        print(f"vo_stub: {path}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
