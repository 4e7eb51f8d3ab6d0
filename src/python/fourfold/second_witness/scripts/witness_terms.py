"""Terms of a prover, as the independent checks read them, and what reduces them.

The terms are those of a calculus of inductive constructions with de Bruijn variables. A prover's
backend brings a reader of its compiled files, which makes these; nothing here is a prover's own.

A `declarations` object answers for global names: `body(name)` is the body of a transparent
constant or None, `inductive(name)` an `Inductive` or None. Names are `Name`s.
"""

from __future__ import annotations

(REL, VAR, SORT, CAST, PROD, LAM, LET, APP, CONST, IND, CONSTR) = range(11)
(CASE, FIX, COFIX, PROJ, LIT, ARRAY) = range(11, 17)

NOT_RECURSIVE, COINDUCTIVE = 2, 1  # of `Inductive.finite`; 0 is an inductive type


class Refused(Exception):
    """Why a check does not accept a term."""


class OutOfFuel(Refused):
    """The check gave up: the term may be right, and was not judged."""

    def __init__(self):
        super().__init__("the check gave up before its end")


class Term:
    """k: the kind. a: the parts. fv: free variables, bit n-1 for Rel n. fx: holds a fix or cofix.

    Rel n | Var id | Sort s | Cast c t | Prod t b | Lam t b | Let v t b | App h args | Const name
    Ind (name, i) | Constr ((name, i), j), j from 1 | Lit value | Array parts
    Case ind params ret_binders ret indices scrutinee ((binders, branch), ...)
    Fix recursive_arguments i types bodies | CoFix i types bodies | Proj (ind, npar, field) c
    """

    __slots__ = ("k", "a", "fv", "fx")

    def __init__(self, k, a, fv, fx):
        self.k, self.a, self.fv, self.fx = k, a, fv, fx


class Name:
    """A global name: the one written (`user`) and the one it stands for (`canon`)."""

    __slots__ = ("user", "canon")
    _table: dict = {}

    def __new__(cls, user, canon):
        found = cls._table.get((user, canon))
        if found is None:
            found = cls._table[user, canon] = object.__new__(cls)
            found.user, found.canon = user, canon
        return found

    def __repr__(self):
        return str(self.user)


class Inductive:
    """A block of inductive types. packets: (name, constructor names, constructor types).

    The types are under binders for the block's inductives (Rel ntypes is the first), parameters
    included. `nparams` are the parameters, `nuniform` those that are the same in the whole block,
    `params` the parameters with those bound by `let`; `arities` are all parts of the arities.
    """

    __slots__ = (
        "name",
        "packets",
        "finite",
        "nparams",
        "nuniform",
        "params",
        "polymorphic",
        "ntypes",
        "arities",
    )


def mk(k, a, subs):
    """subs: (binders, term) pairs for the immediate subterms."""
    fv, fx = 0, k in (FIX, COFIX)
    for n, t in subs:
        fv |= t.fv >> n
        fx = fx or t.fx
    return Term(k, a, fv, fx)


def rel(n):
    return Term(REL, (n,), 1 << (n - 1), False)


def app(h, args):
    if not args:
        return h
    if h.k == APP:
        h, args = h.a[0], h.a[1] + tuple(args)
    return mk(APP, (h, tuple(args)), [(0, h), *((0, x) for x in args)])


def split(t):
    """Head and arguments."""
    return (t.a[0], t.a[1]) if t.k == APP else (t, ())


def key(ind):
    """What an inductive type is, whatever it is called here."""
    return ind[0].canon, ind[1]


def leading(body):
    """How many abstractions stand at the head of a term."""
    n = 0
    while body.k == LAM:
        body, n = body.a[1], n + 1
    return n


def lift(t, by, depth=0):
    """t with its free variables above `depth` raised."""
    if by == 0 or t.fv >> depth == 0:
        return t
    if t.k == REL:
        return rel(t.a[0] + by)
    return rebuild(t, lambda x, n: lift(x, by, depth + n))


def subst(t, value, depth=0):
    """t with its variable depth+1 replaced by `value`, which is lifted."""
    if t.fv >> depth == 0:
        return t
    if t.k == REL:
        n = t.a[0]
        return lift(value, depth) if n == depth + 1 else rel(n - 1)
    return rebuild(t, lambda x, n: subst(x, value, depth + n))


def rebuild(t, f):
    """t with f(subterm, binders over it) for each immediate subterm."""
    k, a = t.k, t.a
    if k == APP:
        return app(f(a[0], 0), tuple([f(x, 0) for x in a[1]]))
    if k in (PROD, LAM):
        x, y = f(a[0], 0), f(a[1], 1)
        return mk(k, (x, y), ((0, x), (1, y)))
    if k == LET:
        v, x, y = f(a[0], 0), f(a[1], 0), f(a[2], 1)
        return mk(k, (v, x, y), ((0, v), (0, x), (1, y)))
    if k == CAST:
        x, y = f(a[0], 0), f(a[1], 0)
        return mk(k, (x, y), ((0, x), (0, y)))
    if k == CASE:
        return _rebuilt_case(a, f)
    if k == FIX or k == COFIX:
        types, bodies = a[-2], a[-1]
        n = len(types)
        types, bodies = tuple([f(x, 0) for x in types]), tuple([f(x, n) for x in bodies])
        subs = [*((0, x) for x in types), *((n, x) for x in bodies)]
        return mk(k, (*a[:-2], types, bodies), subs)
    if k == PROJ:
        x = f(a[1], 0)
        return mk(k, (a[0], x), ((0, x),))
    if k == ARRAY:
        parts = tuple([f(x, 0) for x in a])
        return mk(k, parts, [(0, x) for x in parts])
    return t


def _rebuilt_case(a, f):
    ind, params, nret, ret, indices, scrutinee, branches = a
    params = tuple([f(x, 0) for x in params])
    ret, c = f(ret, nret), f(scrutinee, 0)
    indices = tuple([f(x, 0) for x in indices])
    branches = tuple([(n, f(b, n)) for n, b in branches])
    return case(ind, params, nret, ret, indices, c, branches)


def case(ind, params, nret, ret, indices, scrutinee, branches):
    subs = [(0, x) for x in params + indices] + [(nret, ret), (0, scrutinee), *branches]
    return mk(CASE, (ind, params, nret, ret, indices, scrutinee, branches), subs)


def fixpoints(t, seen):
    """Every fix and cofix in t, outermost first, each once; `seen` are those of before."""
    todo, found = [t], []
    while todo:
        t = todo.pop()
        if not t.fx or id(t) in seen:
            continue
        seen[id(t)] = t  # kept, so that no other term gets its number
        if t.k in (FIX, COFIX):
            found.append(t)
        todo += reversed(parts_of(t))
    return found


def parts_of(t):
    """The immediate subterms."""
    parts: list = []

    def visit(x, n):
        parts.append(x)
        return x

    rebuild(t, visit)
    return parts


def whnf(declarations, t, delta=True, fuel=200):
    """Weak head normal form of a type: beta, zeta, casts, and transparent constants."""
    args: tuple = ()
    while fuel:
        fuel -= 1
        k, a = t.k, t.a
        if k == APP:
            t, args = a[0], a[1] + args
        elif k == CAST:
            t = a[0]
        elif k == LET:
            t = subst(a[2], a[0])
        elif k == LAM and args:
            t, args = subst(a[1], args[0]), args[1:]
        elif k == CONST and delta and declarations.body(a[0]) is not None:
            t = declarations.body(a[0])
        else:
            break
    return app(t, args)
