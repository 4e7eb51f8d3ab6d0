"""What a compiled Coq library declares, by kernel name, read from its .vo or the stub of one.

A kernel name is the file that declares a constant and the path inside it. What Coq prints is no
such name: a module `b` inside `a.v` and the file `a/b.v` print alike. Nothing here asks Coq, so
nothing that a file can make Coq print changes what is found.

Values of OCaml come without types: a block is read as a list, its tag first, and what it means
follows from where it stands. The layouts are those of Coq 8.16, Coq 8.20 and Rocq 9.2. Only names
are looked for by their shape, which no other value in a declaration has (see `_kernel_name`).
"""

from __future__ import annotations

import os
import struct

import vo_stub
from vo_stub import VoError

AXIOM, DEFINITION, OPAQUE = "axiom", "definition", "opaque"
INDUCTIVE, PRIMITIVE = "inductive", "primitive"
_BODIES = (AXIOM, DEFINITION, OPAQUE, PRIMITIVE, "symbol")

# Where a declaration stands. What is sealed has a public face of the same name.
PUBLIC, SEALED, FUNCTOR, MODULE_TYPE = "public", "sealed", "functor", "module type"


class Name:
    """`library` is the logical name of the file; `path` are the modules inside it, and a label."""

    __slots__ = ("library", "path")

    def __init__(self, library, path):
        self.library, self.path = library, path

    def __eq__(self, other):
        return (self.library, self.path) == (other.library, other.path)

    def __hash__(self):
        return hash((self.library, self.path))

    def __str__(self):
        return ".".join((self.library, *self.path))


class Declaration:
    """A constant, or a block of inductive types, which has the name of its first one.

    `type` and `body` are values; the body of an opaque constant is `proof`, its number in the
    file's table of proofs, or None for one that another file keeps. `raw` is all that the file
    says; `hidden`, whether it stands in the implementation of a module that has a signature.
    """

    __slots__ = ("name", "kind", "where", "type", "body", "proof", "types", "raw", "hidden")

    def __init__(self, name, kind, where, type=None, body=None, proof=None, types=()):
        self.name, self.kind, self.where = name, kind, where
        self.type, self.body, self.proof, self.types = type, body, proof, types
        self.raw, self.hidden = None, False

    def names(self):
        """Full names of all that it declares."""
        if self.kind != INDUCTIVE:
            return [str(self.name)]
        inside = str(self.name).rpartition(".")[0]
        return [f"{inside}.{n}" for name, constructors in self.types for n in (name, *constructors)]


class Library:
    """`declarations` are in the order of the file; `functors` are the paths of its functors, and
    `binders` those of the functors that have a parameter, by the parameter's name.
    """

    def __init__(self, data):
        version, segments, _ = vo_stub._read(data)
        self.version = version // 100
        self.segments = dict(segments)
        compiled = unmarshal(self.segments["library"], first_field_only=True)
        self.compiled = compiled
        self.name = directory(compiled[1])
        self.declarations = []
        self.functors, self.binders = set(), {}
        self._naming = self.name  # the file that the declarations being read have names of
        self._proofs = None
        self._hidden = 0  # how many implementations are around what is being read
        self._module(compiled[2], (), PUBLIC)
        self._index, self._views = {}, {}
        for declaration in self.declarations:
            self._views.setdefault(declaration.name, []).append(declaration)
            if declaration.name.library != self.name:
                continue
            known = self._index.setdefault(declaration.name.path, declaration)
            if known.where == SEALED:
                self._index[declaration.name.path] = declaration

    def find(self, path):
        """The declaration at a path, as a dependent sees it; None where there is none."""
        return self._index.get(path)

    def views(self, name):
        """What declares a name here: more than one where it is sealed, the innermost one last."""
        return self._views.get(name, [])

    def public(self):
        """Path and declaration of each closed constant and inductive type that can be named."""
        for declaration in self.declarations:
            if declaration.where == PUBLIC:
                yield declaration.name.path, declaration
                for name, _ in declaration.types[1:]:
                    yield (*declaration.name.path[:-1], name), declaration

    def proof(self, declaration):
        """The proof of an opaque constant; None where the file does not hold it (a stub)."""
        if declaration.proof is None or "opaques" not in self.segments:
            return None
        if self._proofs is None:
            self._proofs = unmarshal(self.segments["opaques"])
        entry = self._proofs[1 + declaration.proof]
        return entry[1] if entry else None

    def proofs(self):
        if self._proofs is None:
            self._proofs = unmarshal(self.segments.get("opaques", b"")) or []
        return self._proofs

    # Each takes a value of the kind that its name says.

    def _module(self, module, path, where):
        first = 1 if self.version >= 902 else 2  # before, a module holds its own path
        implementation, signature = module[first], module[first + 1]
        if self.version >= 902 and isinstance(implementation, list):
            implementation = implementation[1]
        if signature[0] == 1:
            self.functors.add(path)
        self._signature(signature, path, where)
        if isinstance(implementation, list) and implementation[0] == 1:
            inside = SEALED if where == PUBLIC else where
            hidden = implementation[2 if self.version >= 902 else 1]
            self._hidden += 1
            if self.version < 820:  # with the functor's parameters, which later ones leave out
                self._signature(hidden, path, inside)
            else:
                self._structure(hidden, path, FUNCTOR if path in self.functors else inside)
            self._hidden -= 1

    def _signature(self, signature, path, where):
        while signature[0] == 1:  # of a functor
            bound, parameter, signature = signature[1:4]
            name = Name(directory(bound[3]), (_parameter(bound),))
            self.binders.setdefault(name, set()).add(path)
            outer, self._naming = self._naming, name.library  # a copied functor keeps the names
            self._module_type(parameter, name.path)
            self._naming = outer
            where = where if where == MODULE_TYPE else FUNCTOR
        self._structure(signature[1], path, where)

    def _module_type(self, module_type, path):
        signature = module_type[2 if self.version >= 902 else 3]
        self._signature(signature, path, MODULE_TYPE)

    def _structure(self, fields, path, where):
        later = 1 if self.version >= 820 else 0  # 2 is a set of rewrite rules there
        for pair in _items(fields):
            here, (tag, value) = (*path, pair[1]), pair[2][:2]
            if tag in (0, 1):
                read = self._inductive if tag else self._constant
                declaration = read(value, here, where)
                declaration.raw, declaration.hidden = value, self._hidden > 0
                self.declarations.append(declaration)
            elif tag == 2 + later:
                self._module(value, here, where)
            elif tag == 3 + later:
                self._module_type(value, here)
            elif tag != 2:
                raise VoError(f"{self.name}: unknown field {tag} of a module")

    def _constant(self, constant, path, where):
        body, kind = constant[3], _BODIES[constant[3][0]]
        declaration = Declaration(Name(self._naming, path), kind, where, constant[4])
        if kind == DEFINITION:
            declaration.body = body[1]
        elif kind == OPAQUE and directory(body[1][3]) == self.name:
            declaration.proof = body[1][4]
        return declaration

    def _inductive(self, block, path, where):
        constructors = 6 if self.version >= 902 else 4
        types = tuple((p[1], tuple(p[constructors][1:])) for p in block[1][1:])
        return Declaration(Name(self._naming, path), INDUCTIVE, where, block, types=types)


class Closure:
    """The libraries below `folder`, and those of the toolchain, each read when it is asked for.

    `toolchain` are pairs of a logical prefix (or "") and the folder that it is for.
    """

    def __init__(self, folder, toolchain=()):
        self.folder, self.toolchain = folder, toolchain
        self._found = {}

    def is_own(self, name):
        """Whether a library is below `folder`."""
        return os.path.isfile(_vo(self.folder, name))

    def library(self, name):
        """None where no folder has it."""
        if name not in self._found:
            self._found[name] = self._read(name)
        return self._found[name]

    def _read(self, name):
        places = [_vo(self.folder, name)]
        for prefix, folder in self.toolchain:
            if name.startswith(f"{prefix}.") or not prefix:
                places.append(_vo(folder, name[len(prefix) + 1 :] if prefix else name))
        for place in places:
            try:
                with open(place, "rb") as file:
                    library = Library(file.read())
            except FileNotFoundError:
                continue
            if library.name != name:
                raise VoError(f"{place} holds the library {library.name}")
            return library
        return None

    def find(self, name):
        library = self.library(name.library)
        return library.find(name.path) if library else None

    def full_name(self, pair, index=None):
        """As a person writes it; `index` is that of a type in its inductive block."""
        name = user_name(pair)
        if index:
            declaration = self.find(name)
            if declaration is not None and index < len(declaration.types):
                name = Name(name.library, (*name.path[:-1], declaration.types[index][0]))
        return str(name)

    def mentions(self, value):
        """The full names of the constants and inductive types that a term names, sorted."""
        return sorted({self.full_name(pair, index) for pair, index in names_in(value)})


def closure(folder, coqlib):
    """What is compiled in `folder`, and the libraries of the toolchain that `coqlib` is of."""
    standard = [(name, f"{coqlib}/theories") for name in ("Coq", "Corelib")]
    return Closure(folder, [*standard, ("", f"{coqlib}/user-contrib")])


def _vo(folder, name):
    return f"{folder}/{name.replace('.', '/')}.vo"


# Names. A kernel name is a record of a module path, a label and a hash; what terms hold is a pair
# of tag 0 with one field, the kernel name, or of tag 1 with two: what is written, and the name that
# it is an alias of.


def _kernel_name(value):
    return (
        isinstance(value, list)
        and len(value) == 4
        and value[0] == 0
        and isinstance(value[1], list)
        # A file, a functor's parameter, or a module in a module. A universe's name is alike, but
        # begins with the parts of its file's name.
        and (value[1][0], len(value[1])) in ((0, 2), (1, 2), (2, 3))
        and isinstance(value[2], str)
        and isinstance(value[3], int)
    )


def is_pair(value):
    if not isinstance(value, list) or len(value) not in (2, 3) or value[0] != len(value) - 2:
        return False
    return all(_kernel_name(part) for part in value[1:])


def user_name(pair):
    return _name(pair[1])


def canonical_name(pair):
    return _name(pair[-1])


def _name(kernel_name):
    path, module = [kernel_name[2]], kernel_name[1]
    while module[0] == 2:  # a module inside another one
        path.append(module[2])
        module = module[1]
    if module[0] == 0:  # a file
        return Name(directory(module[1]), tuple(reversed(path)))
    bound = module[1]  # a parameter of a functor: a number, its name and its file
    return Name(directory(bound[3]), (_parameter(bound), *reversed(path)))


def _parameter(bound):
    """The path of a functor's parameter, which stands in no module: a number tells it apart."""
    return f"#{bound[1]}:{bound[2]}"


def names_in(value):
    """(pair, index) of each name in a value, each once; `index` is None but for inductive types."""
    seen, found, todo = set(), [], [value]
    while todo:
        block = todo.pop()
        if not isinstance(block, list) or id(block) in seen:
            continue
        seen.add(id(block))
        if is_pair(block):
            found.append((block, None))
        elif len(block) == 3 and is_pair(block[1]) and isinstance(block[2], int):
            found.append((block[1], block[2]))
        else:
            todo += block[1:]
    return found


# Values: a block is a list of its tag and fields, a string is text, a number is a number.


def _items(value):
    """The elements of an OCaml list."""
    while value != 0:
        yield value[1]
        value = value[2]


def directory(value):
    return ".".join(reversed(list(_items(value))))


def unmarshal(data, first_field_only=False):
    """The value; of a tuple, if asked, its first field alone (what follows is not read)."""
    if not data:
        return None
    position = {vo_stub.SMALL_MAGIC: 20, vo_stub.BIG_MAGIC: 32}.get(data[:4])
    if position is None:
        raise VoError(f"unknown marshal magic {data[:4].hex()}")
    objects, root, stack, first = [], [], [], None
    block, missing = root, 1
    while missing or stack:
        if not missing:
            if first_field_only and block is first:
                return first
            block, missing = stack.pop()
            continue
        missing -= 1
        value, size, position = _item(data, position, objects)
        block.append(value)
        if size:
            stack.append((block, missing))
            if len(stack) == 2 and first is None:
                first = value
            block, missing = value, size
    return root[0]


def _item(data, position, objects):
    """The value at `position`, how many fields of it follow, and where they are."""
    code = data[position]
    position += 1
    if code >= 0x80:
        return _block(objects, code & 15, code >> 4 & 7, position)
    if code >= 0x40:
        return code & 0x3F, 0, position
    if code >= 0x20:
        return _string(data, position, code & 0x1F, objects)
    if code in _INTEGERS:
        form = _INTEGERS[code]
        return form.unpack_from(data, position)[0], 0, position + form.size
    if code in _REFERENCES:
        form = _REFERENCES[code]
        return objects[-form.unpack_from(data, position)[0]], 0, position + form.size
    if code in _HEADERS:
        form = _HEADERS[code]
        header = form.unpack_from(data, position)[0]
        return _block(objects, header & 0xFF, header >> 10, position + form.size)
    if code in _LENGTHS:
        form = _LENGTHS[code]
        return _string(data, position + form.size, form.unpack_from(data, position)[0], objects)
    if code in _DOUBLES:
        objects.append(_DOUBLES[code].unpack_from(data, position)[0])
        return objects[-1], 0, position + 8
    if code in vo_stub.CUSTOM:
        end = data.index(b"\0", position)
        width = vo_stub.CUSTOM_DATA_BYTES.get(data[position:end])
        if width:
            objects.append(int.from_bytes(data[end + 1 : end + 1 + width], "big", signed=True))
            return objects[-1], 0, end + 1 + width
    raise VoError(f"unknown marshal code {code:#x}")


_INTEGERS = {code: struct.Struct(form) for code, form in enumerate((">b", ">h", ">i", ">q"))}
_REFERENCES = {0x04: struct.Struct(">B"), 0x05: struct.Struct(">H"), 0x06: struct.Struct(">I"),
               0x14: struct.Struct(">Q")}
_HEADERS = {0x08: struct.Struct(">I"), 0x13: struct.Struct(">Q")}
_LENGTHS = {0x09: struct.Struct(">B"), 0x0A: struct.Struct(">I"), 0x15: struct.Struct(">Q")}
_DOUBLES = {0x0B: struct.Struct(">d"), 0x0C: struct.Struct("<d")}


def _block(objects, tag, size, position):
    value = [tag]
    if size:
        objects.append(value)
    return value, size, position


def _string(data, position, length, objects):
    end = position + length
    objects.append(data[position:end].decode("utf-8", "surrogateescape"))
    return objects[-1], 0, end
