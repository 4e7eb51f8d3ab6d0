"""What the constructors of an inductive type bind, as seen by the recursion through it."""

from __future__ import annotations

from witness_terms import APP, COINDUCTIVE, CONST, IND, LAM, LET, PROD, REL, key, whnf
from witness_values import BOTTOM, Spec


class Trees:
    """Of the types that `world`, the declarations, has."""

    def __init__(self, world):
        self.world = world
        self.arguments: dict = {}

    def parts(self, spec, ind, j, n):
        """The values that constructor j of `ind` binds in a match on a value like `spec`."""
        if spec is BOTTOM:
            return [None] * (n or 0)
        if not isinstance(spec, Spec) or spec.arity:
            return [None] * (n or 0)
        if spec.tree is not None and spec.tree[0] != key(ind):
            return [None] * (n or 0)
        params = spec.tree[1] if spec.tree is not None else None
        trees = self.argument_trees(ind, j, params)
        if trees is None or n is not None and len(trees) != n:
            return [None] * (n or 0)
        return [None if x is None else Spec(1, x[0], x[1]) for x in trees]

    def argument_trees(self, ind, j, params):
        """For each variable that the constructor binds: (tree, arity), or None.

        params None: the type is of the recursive argument's own block, whose occurrences count."""
        cache = (key(ind), j, params)
        if cache in self.arguments:
            return self.arguments[cache]
        self.arguments[cache] = None
        m = self.world.inductive(ind[0])
        if m is None or m.finite == COINDUCTIVE or ind[1] >= len(m.packets):
            return None
        ty = m.packets[ind[1]][2][j]
        context, seen = [], 0
        while len(context) < m.params:  # let-bound parameters included
            if ty.k == PROD:
                context.append(("param", seen))
                ty, seen = ty.a[1], seen + 1
            elif ty.k == LET:
                context.append(("let", ty.a[0]))
                ty = ty.a[2]
            else:
                return None
        trees = []
        while True:
            if ty.k == PROD:
                trees.append(self.tree(ty.a[0], context, m, ind, params))
                context.append(None)
                ty = ty.a[1]
            elif ty.k == LET:
                trees.append(None)
                context.append(None)
                ty = ty.a[2]
            else:  # perhaps a constant that hides products
                ty = whnf(self.world, ty)
                if ty.k != PROD:
                    break
        self.arguments[cache] = trees
        return trees

    def tree(self, ty, context, m, ind, params, depth=0, arity=0):
        """depth: binders passed since the context."""
        while True:
            ty = whnf(self.world, ty, delta=False)
            if ty.k == PROD:
                ty, depth, arity = ty.a[1], depth + 1, arity + 1
                continue
            head, args = (ty.a[0], ty.a[1]) if ty.k == APP else (ty, ())
            if head.k == CONST:
                new = whnf(self.world, ty)
                if new is ty or new.k == CONST or new.k == APP and new.a[0].k == CONST:
                    return None
                ty = new
                continue
            break
        if head.k == REL:
            n = head.a[0] - depth
            if n <= 0:
                return None
            if n > len(context):
                k = len(context) + m.ntypes - n
                if not 0 <= k < m.ntypes:
                    return None
                return self.block_tree(k, args, context, m, ind, params, depth, arity)
            entry = context[-n]
            if entry is not None and entry[0] == "param" and params is not None:
                found = params[entry[1]] if entry[1] < len(params) else None
                # a parameter that is itself a family: its tree is that of its body
                return (found[0], found[1] + arity) if found is not None else None
            return None
        if head.k == IND:
            if head.a[0][0].canon == ind[0].canon:
                return self.block_tree(head.a[0][1], args, context, m, ind, params, depth, arity)
            other = self.world.inductive(head.a[0][0])
            if other is None or other.finite == COINDUCTIVE:
                return None
            inner = tuple(
                self.parameter_tree(x, context, m, ind, params, depth)
                for x in args[: other.nparams]
            )
            return ((key(head.a[0]), inner), arity) if any(inner) else None
        return None

    def block_tree(self, k, args, context, m, ind, params, depth, arity):
        """An occurrence of the block's own type k among its constructors' arguments."""
        if params is None:
            return ((ind[0].canon, k), None), arity
        inner = tuple(
            self.parameter_tree(x, context, m, ind, params, depth) for x in args[: m.nparams]
        )
        return (((ind[0].canon, k), inner), arity) if any(inner) else None

    def parameter_tree(self, t, context, m, ind, params, depth):
        while t.k == LAM:
            t, depth = t.a[1], depth + 1
        return self.tree(t, context, m, ind, params, depth)
