"""What is known of the variables while the body of a fixpoint is walked."""

from __future__ import annotations


class Env:
    """Values of de Bruijn variables; mask: bit n-1 if variable n holds a recursive function."""

    __slots__ = ("value", "next", "mask")

    def __init__(self, value, next_, bit):
        self.value, self.next = value, next_
        self.mask = (next_.mask << 1 if next_ is not None else 0) | bit

    def get(self, n):
        env = self
        while n > 1 and env is not None:
            env, n = env.next, n - 1
        return env.value if env is not None else None


EMPTY = None


def mask(env):
    """The variables that hold a recursive function."""
    return env.mask if env is not None else 0


class Spec:
    """A value made of the recursive argument. level 0: the argument, 1: strictly smaller.

    tree: what inductive type it is seen as: (ind, parameters' (tree, arity) or None). arity: how
    many arguments it needs to be such."""

    __slots__ = ("level", "tree", "arity")

    def __init__(self, level, tree, arity):
        self.level, self.tree, self.arity = level, tree, arity

    def __eq__(self, other):
        return isinstance(other, Spec) and (self.level, self.tree, self.arity) == (
            other.level,
            other.tree,
            other.arity,
        )


class _Bottom:
    pass


BOTTOM = _Bottom()  # no value at all


class _Mark:
    pass


MARK = _Mark()  # a variable that a match refines, in its return clause


def refined(t, env):
    """Does the type depend on what a match refines?"""
    fv = t.fv
    while fv and env is not None:
        if fv & 1:
            v = env.value
            if v is MARK or isinstance(v, Thunk) and not v.only and refined(v.term, v.env):
                return True
        fv, env = fv >> 1, env.next
    return False


class RecFun:
    """The recursive function j itself."""

    __slots__ = ("j",)

    def __init__(self, j):
        self.j = j


class Inner:
    """The function j of an inner fix."""

    __slots__ = ("frame", "j")

    def __init__(self, frame, j):
        self.frame, self.j = frame, j


class Thunk:
    """A term in its context. `safe`: judged on its own; if not, it must be judged where it is
    `used`. `only`: not the term itself but just the value `term`."""

    __slots__ = ("term", "env", "safe", "only", "used")

    def __init__(self, term, env, safe, only=False):
        self.used = False
        self.term, self.env, self.safe, self.only = term, env, safe, only


class Frame:
    """An inner fix. `state`: what is known of each function's parameters, None before a call."""

    def __init__(self, count, lambdas):
        self.state = [None] * count
        self.lambdas = lambdas
        self.changed = False


class Result:
    """The inner function whose result is asked for."""


def join(a, b):
    """What is known of a value that is one of two."""
    if a is BOTTOM:
        return b
    if b is BOTTOM:
        return a
    if isinstance(a, Spec) and isinstance(b, Spec) and a.arity == b.arity:
        level = min(a.level, b.level)
        if a.tree == b.tree:
            return Spec(level, a.tree, a.arity)
        # the recursive argument itself, not yet matched, beside something of its own block
        if a.tree is None and b.tree[1] is None:
            return Spec(level, b.tree, a.arity)
        if b.tree is None and a.tree[1] is None:
            return Spec(level, a.tree, a.arity)
    return None
