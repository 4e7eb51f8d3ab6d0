"""What a term is beside the recursive argument: the argument itself, smaller, or not known."""

from __future__ import annotations

from witness_terms import (
    APP,
    CASE,
    CAST,
    CONST,
    CONSTR,
    FIX,
    IND,
    LAM,
    LET,
    PROD,
    PROJ,
    REL,
    OutOfFuel,
    key,
    leading,
    whnf,
)
from witness_trees import Trees
from witness_values import BOTTOM, EMPTY, MARK, Env, Result, Spec, Thunk, join, refined


class Sizes(Trees):
    """`fuel` bounds the work; `neutral` is the walk's (witness_fix.py)."""

    fuel = 0

    def neutral(self, args, what):
        raise NotImplementedError

    def burn(self):
        self.fuel -= 1
        if self.fuel < 0:
            raise OutOfFuel

    def value(self, thunk):
        if thunk.only:
            return thunk.term
        return self.spec(thunk.term, thunk.env, ())

    def spec(self, t, env, args):
        self.burn()
        k, a = t.k, t.a
        if k == REL:
            v = env.get(a[0]) if env is not None else None
            if isinstance(v, Spec):
                if not args:
                    return v
                return Spec(v.level, v.tree, v.arity - len(args)) if len(args) <= v.arity else None
            if isinstance(v, Thunk):
                return self.spec(v.term, v.env, args)
            return v if v is BOTTOM else None
        if k == APP:
            return self.spec(a[0], env, tuple([Thunk(x, env, True) for x in a[1]]) + args)
        if k == CAST:
            return self.spec(a[0], env, args)
        if k == LAM and args:
            x = args[0]
            return self.spec(a[1], Env(x.term if x.only else x, env, 0), args[1:])
        if k == LET:
            return self.spec(a[2], Env(Thunk(a[0], env, True), env, 0), args)
        if k == CASE:
            return self.spec_case(t, env, args)
        if k == CONST and args:
            body = self.world.body(a[0])
            return self.spec(body, EMPTY, args) if body is not None else None
        if k == PROJ:
            spec = self.spec(a[1], env, ())
            (ind, npar, field), _ = a
            values = self.parts(spec, ind, 0, None)
            v = values[field] if field < len(values) else None
            if isinstance(v, Spec) and args:
                v = Spec(v.level, v.tree, v.arity - len(args)) if len(args) <= v.arity else None
            return v
        if k == FIX:
            return self.spec_fix(t, env, args)
        return None

    def spec_case(self, t, env, args):
        ind, params, nret, ret, indices, scrutinee, branches = t.a
        if not branches:
            return BOTTOM
        head = self.constructor(scrutinee, env, ())
        if head is not None:
            j, given = head
            n, branch = branches[j - 1]
            given = given[len(params) :]
            if len(given) == n:
                e = env
                for x in given:
                    e = Env(x.term if x.only else x, e, 0)
                return self.spec(branch, e, args)
        spec = self.spec(scrutinee, env, ())
        args, ty = self.handed(args, env, nret, ret, False)
        result = BOTTOM
        for j, (n, branch) in enumerate(branches):
            result = join(result, self.spec(branch, self.branch_env(env, spec, ind, j, n), args))
            if result is None:
                return None
        if not isinstance(result, Spec):
            return result
        kept = self.seen_as(result, *ty[:2]) if ty is not None else None
        if kept is None or refined(*ty[:2]):
            return kept
        return result

    def constructor(self, t, env, args):
        """(number, arguments) if the term is a constructor once values are looked up."""
        while True:
            self.burn()
            k, a = t.k, t.a
            if k == APP:
                args, t = tuple([Thunk(x, env, True) for x in a[1]]) + args, a[0]
            elif k == CAST:
                t = a[0]
            elif k == REL:
                v = env.get(a[0]) if env is not None else None
                if not isinstance(v, Thunk) or v.only:
                    return None
                t, env = v.term, v.env
            elif k == CONSTR:
                return a[1], args
            else:
                return None

    def spec_fix(self, t, env, args):
        recs, i, types, bodies = t.a
        rec = recs[i]
        if len(bodies) != 1 or len(args) <= rec or leading(bodies[0]) <= rec:
            return None
        start = self.value(args[rec])
        if not isinstance(start, Spec) or start.arity:
            return None
        if start.tree is not None and start.tree[1] is not None:
            return None  # nested: parameters may change
        # each result must be at most the recursive argument, which only shrinks
        e, body = Env(Result(), env, 0), bodies[0]
        lambdas = leading(body)
        if len(args) < lambdas:
            return None
        for p in range(lambdas):
            e = Env(start if p == rec else None, e, 0)
            body = body.a[1]
        result = self.results(body, e, start, rec)
        return start if result else None

    def results(self, t, env, start, rec):
        k, a = t.k, t.a
        if k == CASE:
            ind, params, nret, ret, indices, scrutinee, branches = a
            spec = self.spec(scrutinee, env, ())
            head = whnf(self.world, ret)
            head = head.a[0] if head.k == APP else head
            if head.k != IND or start.tree is not None and key(head.a[0]) != start.tree[0]:
                return False
            return all(
                self.results(b, self.branch_env(env, spec, ind, j, n), start, rec)
                for j, (n, b) in enumerate(branches)
            )
        if k == APP and a[0].k == REL and isinstance(env.get(a[0].a[0]), Result):
            if len(a[1]) <= rec:
                return False
            spec = self.spec(a[1][rec], env, ())
            return isinstance(spec, Spec) and spec.arity == 0 and spec.level >= start.level
        spec = self.spec(t, env, ())
        if not isinstance(spec, Spec):
            return spec is BOTTOM
        ours = (
            spec.tree is None
            or spec.tree[1] is None
            and (start.tree is None or spec.tree == start.tree)
        )
        return ours and spec.arity == 0 and spec.level >= start.level

    def branch_env(self, env, spec, ind, j, n):
        values = self.parts(spec, ind, j, n)
        for v in values:
            env = Env(v, env, 0)
        return env

    def handed(self, args, env, nret, ret, walk=True):
        """The arguments of a match as its branches may see them; the rest of the return clause."""
        out, e = [], env
        for _ in range(nret):
            e = Env(MARK, e, 0)
        ty = (ret, e)
        for x in args:
            ty = self.head(*ty) if ty is not None else None
            if ty is None or ty[0].k != PROD:
                if walk:
                    self.neutral((x,), "match")
                out.append(Thunk(None, None, True, True))
                ty = None
                continue
            (t, e, _), dom = ty, ty[0].a[0]
            if not refined(dom, e):
                out.append(x)
            else:
                if walk:
                    self.neutral((x,), "match")
                out.append(Thunk(self.seen_as(self.value(x), dom, e), None, True, True))
            ty = (t.a[1], Env(MARK, e, 0))
        return tuple(out), ty

    def head(self, t, env):
        """(term, its context, arguments): the type t in weak head normal form, values looked up."""
        args: tuple = ()
        while True:
            self.burn()
            k, a = t.k, t.a
            if k == APP:
                args, t = tuple([Thunk(x, env, True) for x in a[1]]) + args, a[0]
            elif k == CAST:
                t = a[0]
            elif k == LET:
                t, env = a[2], Env(Thunk(a[0], env, True), env, 0)
            elif k == LAM and args:
                x = args[0]
                t, env, args = a[1], Env(x.term if x.only else x, env, 0), args[1:]
            elif k == REL:
                v = env.get(a[0]) if env is not None else None
                if not isinstance(v, Thunk) or v.only:
                    return t, env, args
                t, env = v.term, v.env
            elif k == CONST and self.world.body(a[0]) is not None:
                t, env = self.world.body(a[0]), EMPTY
            else:
                return t, env, args

    def seen_as(self, spec, ty, env):
        """What is left of a spec when the value is only known to have the type `ty`."""
        if not isinstance(spec, Spec):
            return spec
        ty, env, _ = self.head(ty, env)
        for _ in range(spec.arity):
            if ty.k != PROD:
                return None
            ty, env, _ = self.head(ty.a[1], Env(MARK, env, 0))
        if ty.k != IND:
            return None
        if spec.tree is None:
            return Spec(spec.level, (key(ty.a[0]), None), spec.arity)
        if key(ty.a[0]) != spec.tree[0]:
            return None
        return Spec(spec.level, (spec.tree[0], None), spec.arity)
