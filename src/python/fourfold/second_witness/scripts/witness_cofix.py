"""Productivity of cofixpoints, conservatively, from the terms alone.

A corecursive call has all the arguments of its function's type, none of them mentions the
corecursive functions, and it stands right under a constructor of the coinductive block that the
function's type names, at an argument of that block's type (perhaps under abstractions), with
nothing but matches, abstractions, casts and such constructors above it. Widenings:

  let    a let-bound value, or the argument of a redex, that mentions a corecursive function is put
         in its place, so that it is judged where it is used, and nowhere else is it computed.
  inner  an inner cofix may hold outer calls where the same rule allows them, in each of its bodies:
         its result type must be the same block, and no outer call may hide behind an inner one.
  unfold a transparent constant with such an argument is unfolded.
"""

from __future__ import annotations

from witness_terms import (
    CASE,
    CAST,
    COFIX,
    COINDUCTIVE,
    CONST,
    CONSTR,
    IND,
    LAM,
    LET,
    PROD,
    REL,
    OutOfFuel,
    Refused,
    app,
    split,
    subst,
    whnf,
)


class Productive:
    """Judges one cofix after the other."""

    def __init__(self, world, fuel=20_000):
        self.world, self.max_fuel = world, fuel
        self.fuel = self.count = 0
        self.block, self.wants = None, []

    def judge(self, cofix):
        """Raise Refused unless the cofixpoint is productive."""
        _, types, bodies = cofix.a
        self.fuel, self.count = self.max_fuel, len(bodies)
        found = [self.result(ty) for ty in types]
        self.wants = [n for _, n in found]
        blocks = {block for block, _ in found}
        if len(blocks) > 1:
            raise Refused("result types of several blocks")
        (self.block,) = blocks
        for body, n in zip(bodies, self.wants):
            self.walk(body, (1 << self.count) - 1, 0, False, n)

    def result(self, ty):
        """The coinductive block that a function's type ends in, and how many arguments it takes."""
        n = 0
        while True:
            ty = whnf(self.world, ty)
            if ty.k != PROD:
                break
            ty, n = ty.a[1], n + 1
        head, _ = split(ty)
        m = self.world.inductive(head.a[0][0]) if head.k == IND else None
        if m is None:
            raise Refused("result type is not an inductive type on its face")
        if m.finite != COINDUCTIVE:
            raise Refused("result type is not coinductive")
        return head.a[0][0].canon, n

    def free(self, terms, mask, what):
        for x in terms:
            if x.fv & mask:
                raise Refused(f"corecursive function in {what}")

    def walk(self, t, mask, depth, guarded, lambdas):
        """lambdas: how many abstractions may stand at the head of t."""
        if not t.fv & mask:
            return
        self.fuel -= 1
        if self.fuel < 0:
            raise OutOfFuel
        h, args = split(t)
        k, a = h.k, h.a
        if k == REL:
            self.variable(a[0], args, mask, depth, guarded)
        elif k == LAM and args:
            t = app(subst(a[1], args[0]), args[1:])
            self.walk(t, mask, depth, guarded, lambdas)
        elif k == LAM:
            if lambdas == 0:
                raise Refused("abstraction that the type does not show")
            self.free((a[0],), mask, "type")
            self.walk(a[1], mask << 1, depth + 1, guarded, lambdas - 1)
        elif k == LET:
            self.walk(app(subst(a[2], a[0]), args), mask, depth, guarded, lambdas)
        elif k == CAST:
            self.free((a[1],), mask, "type")
            self.walk(app(a[0], args), mask, depth, guarded, lambdas)
        elif k == CASE:
            _, params, nret, ret, indices, scrutinee, branches = a
            self.free((*params, *indices, scrutinee, *args), mask, "match")
            self.free((ret,), mask << nret, "return clause")
            for n, b in branches:
                self.walk(b, mask << n, depth + n, guarded, lambdas + len(args))
        elif k == CONSTR:
            self.constructor(a, args, mask, depth)
        elif k == COFIX and not args:
            self.inner(a, mask, depth, guarded)
        elif k == CONST and self.world.body(a[0]) is not None:
            unfolded = self.applied(self.world.body(a[0]), args)
            self.walk(unfolded, mask, depth, guarded, lambdas)
        else:
            names = {CONST: "constant", COFIX: "inner cofix", PROD: "type"}
            raise Refused("corecursive function in " + names.get(k, "fix or other term"))

    def variable(self, n, args, mask, depth, guarded):
        if not mask >> (n - 1) & 1:
            self.free(args, mask, "argument of a variable")
            return
        if not guarded:
            raise Refused("call under no constructor")
        if len(args) != self.wants[self.count - (n - depth)]:
            raise Refused("call without all its arguments")
        self.free(args, mask, "argument of a call")

    def inner(self, a, mask, depth, guarded):
        _, types, bodies = a
        self.free(types, mask, "type")
        n = len(bodies)
        for b in bodies:
            self.walk(b, mask << n, depth + n, guarded, 1 << 20)

    def constructor(self, a, args, mask, depth):
        (name, i), j = a
        m = self.world.inductive(name)
        if m is None or name.canon != self.block:
            return self.free(args, mask, "argument of a constructor of another type")
        allowed = self.recursive(m, name.canon, i, j)
        for p, x in enumerate(args):
            if p < len(allowed) and allowed[p] is not None:
                self.walk(x, mask, depth, True, allowed[p])
            else:
                self.free((x,), mask, "constructor's argument of another type")
        return None

    def applied(self, body, args):
        while body.k == LAM and args:
            body, args = subst(body.a[1], args[0]), args[1:]
        return app(body, args)

    def recursive(self, m, block, i, j):
        """By argument, with parameters: abstractions expected where it is of the block, or None."""
        ty, out = m.packets[i][2][j - 1], []
        while True:
            ty = whnf(self.world, ty)
            if ty.k != PROD:
                return out
            dom, n = ty.a[0], 0
            while True:
                dom = whnf(self.world, dom, delta=False)
                if dom.k != PROD:
                    break
                dom, n = dom.a[1], n + 1
            head, _ = split(dom)
            ours = head.k == IND and head.a[0][0].canon == block
            ours = ours or head.k == REL and head.a[0] > len(out) + n
            out.append(n if ours and len(out) >= m.nparams else None)
            ty = ty.a[1]
