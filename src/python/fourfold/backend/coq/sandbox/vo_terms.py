"""The terms of a compiled Coq library, as the independent checks read them (witness_terms.py).

The layouts are those of Coq 8.16, Coq 8.20 and Rocq 9.2, and move between them: universe instances,
the return clause of a match (a pair from 8.20), the extra field of a projection, relevance. What
has another layout is refused by name, never guessed.
"""

from __future__ import annotations

import sys

from vo_library import _items as items
from vo_library import canonical_name, user_name
from vo_stub import VoError
from witness_terms import (
    ARRAY,
    CAST,
    COFIX,
    CONST,
    CONSTR,
    FIX,
    IND,
    LAM,
    LET,
    LIT,
    PROD,
    PROJ,
    SORT,
    VAR,
    Inductive,
    Name,
    Term,
    app,
    case,
    mk,
    rel,
)

sys.setrecursionlimit(1_000_000)

KNOWN_VERSIONS = (816, 820, 902)


class Reader:
    """Turns values of one file into terms.

    `expand` is what closing sections adds to names, for constants and for inductive types: opaque
    proofs are stored as they were inside their sections, and their other names have since got the
    section's variables as further arguments. `cases` are the inductive types that were matched on.
    """

    def __init__(self, version, expand=None, cases=None):
        if version not in KNOWN_VERSIONS:
            raise VoError(f"terms of the version {version} cannot be read")
        self.version, self.expand = version, expand
        self.cases = set() if cases is None else cases
        self._memo, self._names = {}, {}
        self._builders = self._table()

    def name(self, raw):
        found = self._names.get(id(raw))
        if found is None:
            found = self._names[id(raw)] = Name(user_name(raw), canonical_name(raw))
        return found

    def terms(self, raw):
        term = self.term
        return tuple([term(x) for x in raw[1:]])

    def term(self, raw):
        """The values must outlive the reader: it knows them by where they are."""
        found = self._memo.get(id(raw))
        if found is None:
            build = self._builders.get(raw[0]) if isinstance(raw, list) else None
            if build is None:
                raise VoError(f"unknown kind of term: {raw[0] if isinstance(raw, list) else raw}")
            found = self._memo[id(raw)] = build(raw)
        return found

    def _table(self):
        """By the tag of the value."""
        table = {
            0: lambda raw: rel(raw[1]),
            1: lambda raw: Term(VAR, (raw[1],), 0, False),
            4: self._sort,
            5: self._cast,
            6: lambda raw: self._binder(PROD, raw),
            7: lambda raw: self._binder(LAM, raw),
            8: self._let,
            9: lambda raw: app(self.term(raw[1]), self.terms(raw[2])),
            10: self._constant,
            11: self._inductive,
            12: self._constructor,
            13: self._case,
            14: self._fix,
            15: self._cofix,
            16: self._projection,
        }
        literal = lambda raw: Term(LIT, (raw[1],), 0, False)  # noqa: E731
        literals = (17, 18, 19) if self.version >= 820 else (17, 18)
        table.update(dict.fromkeys(literals, literal))
        table[20 if self.version >= 820 else 19] = self._array
        return table

    def _sort(self, raw):
        return Term(SORT, (raw[1] if isinstance(raw[1], int) else 3,), 0, False)

    def _cast(self, raw):
        c, t = self.term(raw[1]), self.term(raw[3])
        return mk(CAST, (c, t), ((0, c), (0, t)))

    def _binder(self, kind, raw):
        t, b = self.term(raw[2]), self.term(raw[3])
        return mk(kind, (t, b), ((0, t), (1, b)))

    def _let(self, raw):
        v, t, b = self.term(raw[2]), self.term(raw[3]), self.term(raw[4])
        return mk(LET, (v, t, b), ((0, v), (0, t), (1, b)))

    def _constant(self, raw):
        name = self.name(raw[1][1])
        return app(Term(CONST, (name,), 0, False), self._section(name, 0))

    def _inductive(self, raw):
        ind = self._ind(raw[1][1])
        return app(Term(IND, (ind,), 0, False), self._section(ind[0], 1))

    def _constructor(self, raw):
        constructor = raw[1][1]
        ind = self._ind(constructor[1])
        return app(Term(CONSTR, (ind, constructor[2]), 0, False), self._section(ind[0], 1))

    def _ind(self, raw):
        return self.name(raw[1]), raw[2]

    def _section(self, name, which):
        """The section's variables that a name has got as arguments."""
        ids = self.expand[which].get(name.user, ()) if self.expand else ()
        return tuple([Term(VAR, (x,), 0, False) for x in ids])

    def _case(self, raw):
        info = raw[1]
        params, ret, inversion, scrutinee, branches = raw[3:8]
        ind = self._ind(info[1])
        self.cases.add(ind)
        pair = ret[1] if self.version >= 820 else ret
        nret, clause = len(pair[1]) - 1, self.term(pair[2])
        params = self._section(ind[0], 1) + self.terms(params)
        indices = self.terms(inversion[1]) if inversion != 0 else ()
        scrutinee = self.term(scrutinee)
        branches = tuple([(len(b[1]) - 1, self.term(b[2])) for b in branches[1:]])
        return case(ind, params, nret, clause, indices, scrutinee, branches)

    def _fix(self, raw):
        head, block = raw[1][1], raw[1][2]
        types, bodies, subs = self._block(block)
        return mk(FIX, (tuple(head[1][1:]), head[2], types, bodies), subs)

    def _cofix(self, raw):
        types, bodies, subs = self._block(raw[1][2])
        return mk(COFIX, (raw[1][1], types, bodies), subs)

    def _block(self, block):
        types, bodies = self.terms(block[2]), self.terms(block[3])
        subs = [(0, x) for x in types] + [(len(types), x) for x in bodies]
        return types, bodies, subs

    def _projection(self, raw):
        c = self.term(raw[3] if self.version >= 820 else raw[2])
        said = raw[1][1]
        ind = self._ind(said[1])
        npar, field = (said[2], said[3]) if self.version >= 820 else (said[3], said[4])
        npar += len(self._section(ind[0], 1))
        return mk(PROJ, ((ind, npar, field), c), ((0, c),))

    def _array(self, raw):
        parts = self.terms(raw[2]) + (self.term(raw[3]), self.term(raw[4]))
        return mk(ARRAY, parts, [(0, x) for x in parts])


def inductive_block(reader, declaration):
    """A declaration of inductive types, read."""
    raw, later = declaration.raw, reader.version >= 902
    fields = (1, 2, 5, 6, 7, 8) if later else (1, 3, 7, 8, 9, 10)
    packets, finite, nparams, nuniform, params, universes = (raw[i] for i in fields)
    m = Inductive()
    m.name, m.finite, m.nparams, m.nuniform = declaration.name, finite, nparams, nuniform
    m.polymorphic = universes != 0
    m.params = sum(1 for _ in items(params))  # lets included
    m.packets, m.arities = [], []
    for packet in packets[1:]:
        names, types = packet[6 if later else 4], packet[7 if later else 5]
        m.packets.append((packet[1], tuple(names[1:]), reader.terms(types)))
        m.arities += [reader.term(part) for d in items(packet[2]) for part in d[2:]]
    m.ntypes = len(m.packets)
    return m
