"""Termination of fixpoints, conservatively, from the terms alone.

Every `fix` is judged by itself: its body is walked with an abstract value for each variable, and
each occurrence of a recursive function must be a call whose recursive argument is *strictly
smaller*: a variable bound by a match on the function's own recursive argument, or on something
strictly smaller, at a position whose type is of the recursive argument's inductive block (or holds
such a type at a parameter of another inductive type). With no widening nothing else would be
accepted.

Widenings of that rule, with the reason why each is sound:

  let     a variable bound by `let`, or by a redex, stands for its value, in the value's own
          context. The walk still judges every subterm, needed or not.
  inner   the parameters of an inner `fix` keep what is known of their arguments if *every* call of
          the inner functions passes something no worse (an invariant found by iteration; any
          other occurrence of the inner function forgets everything).
  convoy  a match applied to arguments hands them to its branches. What is known of an argument goes
          with it only if the domain in the return clause does not depend on what the match
          refines, or is the same inductive type on its face (so no equality of types,
          univalence or propext can change what the value is).
  match   a match is smaller if each branch is, and the return clause is that inductive type on its
          face (same reason). A match without branches never yields a value.
  const   a transparent constant stands for its body, when asking what an argument is.
  iota    a match on a constructor is its branch, when asking what an argument is.
  proj    a primitive projection is the match it abbreviates.
  hof     a recursive function (or a term that holds it unapplied) may be an argument of something
          that unfolds (a constant, an inner fix, a redex, a let): it is judged at each of its uses
          there, of which there must be one unless it is the mere function.
  fixspec the result of an inner structural `fix` that returns, in each branch, its recursive
          argument, something smaller or a recursive call, is no bigger than that argument.
  known   in a match on what is known to be a constructor with its arguments, that branch binds
          those; the variables that the other branches bind have no values.
"""

from __future__ import annotations

from witness_sizes import Sizes
from witness_terms import (
    APP,
    ARRAY,
    CASE,
    CAST,
    COFIX,
    CONST,
    CONSTR,
    FIX,
    LAM,
    LET,
    PROD,
    PROJ,
    REL,
    OutOfFuel,
    Refused,
    leading,
)
from witness_values import BOTTOM, EMPTY, Env, Frame, Inner, RecFun, Spec, Thunk, join, mask


class Guard(Sizes):
    """Judges one fix after the other."""

    def __init__(self, world, fuel=200_000):
        super().__init__(world)
        self.max_fuel = fuel
        self.recs, self.lenient = (), 0

    def judge(self, fix):
        """Raise Refused unless the fixpoint is guarded."""
        self.recs, _, types, bodies = fix.a
        self.fuel = self.max_fuel
        self.lenient = 0
        count = len(bodies)
        for j, body in enumerate(bodies):
            env = EMPTY
            # variables beyond the fix: unknown
            for i in range(count):
                env = Env(RecFun(i), env, 1)
            depth = 0
            bound = []
            while depth <= self.recs[j]:
                if body.k == LAM:
                    self.check(body.a[0], env, ())
                    env = Env(Spec(0, None, 0) if depth == self.recs[j] else None, env, 0)
                    body, depth = body.a[1], depth + 1
                elif body.k == LET:
                    self.check(body.a[1], env, ())
                    bound.append(self.thunk(body.a[0], env))
                    env, body = self.bind(bound[-1], env), body.a[2]
                else:
                    raise Refused("body is not an abstraction")
            self.check(body, env, ())
            for thunk in bound:
                self.must_use(thunk)

    # The walk.

    def check(self, t, env, args):
        """Refuse a call that is not on something smaller, in the term t applied to `args`."""
        dirty = any(not x.safe for x in args)
        if not dirty and not t.fv & mask(env):
            return
        self.burn()
        k, a = t.k, t.a
        if k == REL:
            self.variable(env.get(a[0]) if env is not None else None, args)
        elif k == APP:
            self.check(a[0], env, tuple([self.thunk(x, env) for x in a[1]]) + args)
        elif k == LAM:
            self.abstraction(a, env, args)
        elif k == LET:
            self.check(a[1], env, ())
            thunk = self.thunk(a[0], env)
            self.check(a[2], self.bind(thunk, env), args)
            self.must_use(thunk)
        elif k == CAST:
            self.check(a[1], env, ())
            self.check(a[0], env, args)
        elif k == CASE:
            self.case(t, env, args)
        elif k == FIX:
            self.inner(t, env, args)
        elif k == CONST and dirty and self.world.body(a[0]) is not None:
            self.check(self.world.body(a[0]), EMPTY, args)
        else:
            self.stuck(k, a, env, args)

    def abstraction(self, a, env, args):
        self.check(a[0], env, ())
        if not args:
            return self.check(a[1], Env(None, env, 0), ())
        self.check(a[1], self.bind(args[0], env), args[1:])
        return self.must_use(args[0])

    def stuck(self, k, a, env, args):
        """A term that does not unfold: all of its parts are judged as they are."""
        if k == PROD:
            self.check(a[0], env, ())
            self.check(a[1], Env(None, env, 0), ())
        elif k == COFIX:
            _, types, bodies = a
            for x in types:
                self.check(x, env, ())
            for _ in bodies:
                env = Env(None, env, 0)
            for x in bodies:
                self.check(x, env, ())
        elif k == PROJ:
            self.check(a[1], env, ())
        elif k == ARRAY:
            for x in a:
                self.check(x, env, ())
        names = {PROD: "type", COFIX: "cofix", PROJ: "projection", ARRAY: "array"}
        names.update({CONST: "constant", CONSTR: "constructor"})
        self.neutral(args, names.get(k, "head"))

    def thunk(self, t, env):
        """The argument t, judged on its own if it holds a recursive function."""
        if not t.fv & mask(env):
            return Thunk(t, env, True)
        lenient, self.lenient = self.lenient, 0
        try:
            self.check(t, env, ())
            return Thunk(t, env, True)
        except OutOfFuel:
            raise
        except Refused:
            if t.k == REL:  # keep identity
                value = env.get(t.a[0])
                if isinstance(value, Thunk):
                    return value
            return Thunk(t, env, False)
        finally:
            self.lenient = lenient

    def bind(self, thunk, env):
        if thunk.only:
            return Env(thunk.term, env, 0)
        return Env(thunk, env, 0 if thunk.safe else 1)

    def neutral(self, args, what):
        """Arguments of something that does not unfold: they must be safe as they are."""
        for x in args:
            if not x.safe:
                self.lenient += 1
                try:
                    self.check(x.term, x.env, ())
                except OutOfFuel:
                    raise
                except Refused as refused:
                    if "argument of" in str(refused):
                        raise
                    raise Refused(f"{refused} (argument of {what})") from None
                finally:
                    self.lenient -= 1

    def variable(self, value, args):
        if isinstance(value, RecFun):
            rec = self.recs[value.j]
            if len(args) <= rec:
                raise Refused("not applied to its recursive argument")
            spec = self.value(args[rec])
            if not (spec is BOTTOM or isinstance(spec, Spec) and spec.level and spec.arity == 0):
                raise Refused("argument not smaller: " + self.describe(spec, args[rec]))
            return self.neutral(args, "recursive call")
        if isinstance(value, Inner):
            return self.inner_call(value, args)
        if isinstance(value, Thunk):
            self.check(value.term, value.env, args)
            value.used = True
            return
        self.neutral(args, "variable")

    def must_use(self, thunk):
        """An argument that was not judged on its own must have been judged at a use, or else be no
        more than a recursive function that lacks its recursive argument."""
        if thunk.safe or thunk.used:
            return
        t = thunk.term
        while t.k == CAST:
            t = t.a[0]
        h, given = (t.a[0], t.a[1]) if t.k == APP else (t, ())
        value = thunk.env.get(h.a[0]) if h.k == REL and thunk.env is not None else None
        if isinstance(value, Inner) and not given:
            return
        if isinstance(value, RecFun) and len(given) <= self.recs[value.j]:
            for x in given:
                self.check(x, thunk.env, ())
            return
        raise Refused("unused term with a call")

    def describe(self, spec, thunk):
        if isinstance(spec, Spec):
            return "the recursive argument itself" if not spec.level else "wants arguments"
        if thunk.only:
            return "unknown"
        t = thunk.term
        while t.k == CAST:
            t = t.a[0]
        if t.k == REL and thunk.env is not None:
            v = thunk.env.get(t.a[0])
            if isinstance(v, Thunk):
                return self.describe(spec, v)
        h = t.a[0] if t.k == APP else t
        names = {
            REL: "variable",
            CASE: "match",
            CONST: "constant",
            FIX: "fix",
            LAM: "redex",
            LET: "let",
            CONSTR: "constructor",
            PROJ: "projection",
            COFIX: "cofix",
        }
        return names.get(h.k, "other")

    def case(self, t, env, args):
        ind, params, nret, ret, indices, scrutinee, branches = t.a
        for x in params + indices:
            self.check(x, env, ())
        e = env
        for _ in range(nret):
            e = Env(None, e, 0)
        self.check(ret, e, ())
        self.check(scrutinee, env, ())
        args, _ = self.handed(args, env, nret, ret)
        spec = self.spec(scrutinee, env, ())
        known = self.constructor(scrutinee, env, ())
        for j, (n, branch) in enumerate(branches):
            inner = self.branch_env(env, spec, ind, j, n)
            if known is not None:
                number, given = known
                given = given[len(params) :]
                inner = env
                for p in range(n):
                    if j != number - 1:
                        inner = Env(BOTTOM, inner, 0)
                    elif len(given) != n:
                        inner = Env(None, inner, 0)
                    else:  # judged with the scrutinee, so it is safe
                        inner = self.bind(given[p], inner)
            self.check(branch, inner, args)

    def inner(self, t, env, args):
        recs, i, types, bodies = t.a
        for x in types:
            self.check(x, env, ())
        count = len(bodies)
        lambdas = [leading(b) for b in bodies]
        frame = Frame(count, lambdas)
        self.neutral(args[lambdas[i] :], "inner fix, beyond its abstractions")
        frame.state[i] = [self.parameter(x) for x in args[: lambdas[i]]]
        frame.state[i] += [None] * (lambdas[i] - len(frame.state[i]))
        e0 = env
        for j in range(count):
            e0 = Env(Inner(frame, j), e0, 1)
        lenient, self.lenient = self.lenient, 0
        try:
            while True:
                frame.changed = False
                for j in range(count):
                    if frame.state[j] is not None:
                        self.inner_body(frame, j, bodies[j], e0)
                if frame.changed:
                    continue
                for values in frame.state:
                    for v in values or ():
                        if isinstance(v, Thunk):
                            self.must_use(v)
                unreached = [j for j in range(count) if frame.state[j] is None]
                if not unreached:
                    return
                frame.state[unreached[0]] = [None] * lambdas[unreached[0]]
        finally:
            self.lenient = lenient

    def inner_body(self, frame, j, body, env):
        for value in frame.state[j]:
            self.check(body.a[0], env, ())
            unsafe = isinstance(value, Thunk) and not value.safe
            env = Env(value, env, 1 if unsafe else 0)
            body = body.a[1]
        self.check(body, env, ())

    def parameter(self, x):
        return x if not x.safe else self.value(x)

    def inner_call(self, value, args):
        frame, j = value.frame, value.j
        want = frame.lambdas[j]
        if len(args) < want and not self.lenient:
            raise Refused("inner function not fully applied")
        self.neutral(args[want:], "inner call, beyond its abstractions")
        new = [self.parameter(x) for x in args[:want]] + [None] * (want - len(args))
        old = frame.state[j]
        if old is None:
            frame.state[j], frame.changed = new, True
            return
        for p, (a, b) in enumerate(zip(old, new)):
            if a is b:
                continue
            if isinstance(b, Thunk):
                self.neutral((b,), "inner call")
                b = None
            if isinstance(a, Thunk):
                # it was passed a function at first and something else now
                self.neutral((a,), "inner fix, changing")
                a = None
                frame.state[j][p], frame.changed = None, True
                continue
            c = join(a, b)
            if not (c is a or c == a):
                frame.state[j][p], frame.changed = c, True
