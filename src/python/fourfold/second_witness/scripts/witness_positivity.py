"""Strict positivity of inductive declarations, recomputed from the constructors' types.

A block's types may occur in an argument of a constructor: not at all; as the head of the result,
behind products whose domains don't mention the block, its own arguments not mentioning it; or
within a parameter of another inductive type that is strictly positive in that parameter by the
same rule, and uniform in it. Types are unfolded (beta, let, transparent constants) only where they
must be.
"""

from __future__ import annotations

from witness_terms import (
    CASE,
    CONST,
    CONSTR,
    IND,
    LAM,
    LET,
    PROD,
    PROJ,
    REL,
    Refused,
    rebuild,
    split,
    subst,
    whnf,
)


class Positive:
    """Judges one block of inductive types after the other."""

    def __init__(self, world):
        self.world = world
        self.inds: dict = {}
        self.keep: list = []
        self.polarity: dict = {}

    def mentioned(self, t):
        """The inductive blocks named in t."""
        found = self.inds.get(id(t))
        if found is None:
            self.keep.append(t)
            k = t.k
            if k == IND:
                found = frozenset((t.a[0][0].canon,))
            elif k == CONSTR:
                found = frozenset((t.a[0][0].canon,))
            else:
                parts = [frozenset((t.a[0][0].canon,))] if k == CASE else []
                if k == PROJ:
                    parts = [frozenset((t.a[0][0][0].canon,))]

                def visit(x, n):
                    parts.append(self.mentioned(x))
                    return x

                rebuild(t, visit)
                found = frozenset().union(*parts)
            self.inds[id(t)] = found
        return found

    def judge(self, m):
        """Raise Refused unless the block is strictly positive."""
        canon = m.name
        for *_, types in m.packets:  # what it calls itself, in a copy or an alias
            for ty in types:
                while ty.k == PROD:
                    ty = whnf(self.world, ty.a[1])
                head, _ = split(ty)
                canon = head.a[0][0].canon if head.k == IND else canon
        for *_, types in m.packets:
            for ty in types:
                self.constructor(m, canon, ty, None)

    def constructor(self, m, canon, ty, param):
        """param: None, judge the block's own occurrences; or the number of a parameter to judge."""
        seen, bit = 0, 0
        block = ty.fv  # where the block's types are variables
        while True:
            if ty.k == LET:
                ty = subst(ty.a[2], ty.a[0])
                continue
            if ty.k != PROD:
                ty = whnf(self.world, ty)  # a constant may hide products
                if ty.k != PROD:
                    break
            if seen < m.nparams:
                here = param == seen
                ty, seen, bit, block = ty.a[1], seen + 1, bit << 1 | here, block << 1
                continue
            self.occurrences(ty.a[0], m, canon, bit, block, param)
            ty, bit, block = ty.a[1], bit << 1, block << 1
        head, args = split(ty)
        if head.k not in (IND, REL):
            raise Refused("result is not an inductive type")
        for p, x in enumerate(args):
            if param is not None and p < m.nparams:
                continue
            if self.hit(x, canon, bit, block, param):
                raise Refused("occurs in the index of a result")

    def hit(self, t, canon, bit, block, param):
        if param is not None:
            return bool(t.fv & bit)
        return bool(t.fv & block) or canon in self.mentioned(t)

    def occurrences(self, t, m, canon, bit, block, param):
        if not self.hit(t, canon, bit, block, param):
            return
        t = whnf(self.world, t, delta=False)
        if not self.hit(t, canon, bit, block, param):
            return
        if t.k == PROD:
            if self.hit(t.a[0], canon, bit, block, param):
                raise Refused("occurs left of an arrow")
            return self.occurrences(t.a[1], m, canon, bit << 1, block << 1, param)
        head, args = split(t)
        ours = head.k == IND and head.a[0][0].canon == canon
        ours = ours or head.k == REL and block >> (head.a[0] - 1) & 1
        if ours or param is not None and head.k == IND and head.a[0][0].canon == canon:
            for p, x in enumerate(args):
                if param is not None and p == param and x.k == REL and bit >> (x.a[0] - 1) & 1:
                    continue
                if self.hit(x, canon, bit, block, param):
                    raise Refused("occurs in an argument of its own type")
            return
        if param is not None and head.k == REL and bit >> (head.a[0] - 1) & 1:
            for x in args:
                if self.hit(x, canon, bit, block, param):
                    raise Refused("occurs in an argument of a parameter")
            return
        if head.k == IND:
            name = head.a[0][0]
            other = self.world.inductive(name)
            if other is None:
                raise Refused("nested in a type that was not found")
            for p, x in enumerate(args):
                if not self.hit(x, canon, bit, block, param):
                    continue
                if p >= other.nparams:
                    raise Refused("occurs in an index of another type")
                if not self.positive_in(other, name.canon, p):
                    raise Refused("nested at a parameter that is not strictly positive")
                b, bl = bit, block
                while x.k == LAM:
                    if self.hit(x.a[0], canon, b, bl, param):
                        raise Refused("occurs in a domain")
                    x, b, bl = x.a[1], b << 1, bl << 1
                self.occurrences(x, m, canon, b, bl, param)
            return
        if head.k == CONST:
            new = whnf(self.world, t)
            if split(new)[0].k != CONST:
                return self.occurrences(new, m, canon, bit, block, param)
            raise Refused("occurs in an argument of a constant")
        raise Refused(
            "occurs in an argument of a variable"
            if head.k == REL
            else "occurs in a match or other term"
        )

    def positive_in(self, m, canon, p):
        found = self.polarity.get((canon, p))
        if found is None:
            try:
                for *_, types in m.packets:
                    for ty in types:
                        self.constructor(m, canon, ty, p)
                found = True
            except Refused:
                found = False
            self.polarity[canon, p] = found
        return found
