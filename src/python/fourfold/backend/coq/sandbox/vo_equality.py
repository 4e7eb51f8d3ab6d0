"""Whether two terms of compiled files are equal, as the kernel would find if it looked.

No more is said to be equal than the kernel's own conversion makes so, and often less: terms are
compared as they are written, up to names of variables, what aliases stand for, universes that a
file's constraints make equal, and constants that are defined as each other.
"""

from __future__ import annotations

from vo_library import DEFINITION, canonical_name, directory, is_pair, user_name

_CONST = 10  # the tag of a term that is a constant
_NO_UNIVERSES = ([0], [0, [0], [0]])  # of a constant that is not polymorphic
_MOST_UNFOLDED = 1000
_EQUAL = 2  # of a constraint: the first universe is below, is not above, or is the second one


class Equality:
    """Of terms in some files of a closure."""

    def __init__(self, closure, files):
        self._closure, self._files, self._parents = closure, files, None

    def same(self, one, other):
        seen, todo, unfolded = set(), [(one, other)], 0
        while todo:
            a, b = todo.pop()
            if a is b or (id(a), id(b)) in seen:
                continue
            seen.add((id(a), id(b)))
            parts = self._parts(a, b)
            if parts is None:
                a, b = self._unfold(a, b)
                parts = [(a, b)] if a is not None and unfolded < _MOST_UNFOLDED else None
                unfolded += 1
            if parts is None:
                return False
            todo += parts
        return True

    def is_constant(self, term, name):
        pair = _constant(term)
        return pair is not None and canonical_name(pair) == name

    def _parts(self, a, b):
        """The values that must be equal for two different ones to be so; None if they are not."""
        if not isinstance(a, list) or not isinstance(b, list):
            return [] if type(a) is type(b) and a == b else None
        if is_pair(a) and is_pair(b):
            return [] if canonical_name(a) == canonical_name(b) else None
        if _is_constant_term(a) and _is_constant_term(b):
            return zip(a[1][1:], b[1][1:]) if _same_constant(a, b) else None
        if len(a) != len(b) or a[0] != b[0]:
            return None
        if _is_level(a) and _is_level(b):
            return [] if a[2] == b[2] or self._equal_levels(a, b) else None
        if _is_binder(a) and _is_binder(b):
            return [(a[2], b[2])]
        return zip(a[1:], b[1:])

    def _unfold(self, a, b):
        """The two values, with one of them unfolded; (None, None) if neither is a definition."""
        for first, second in ((a, b), (b, a)):
            body = self._body(first)
            if body is not None:
                return (body, second)
        return None, None

    def _body(self, term):
        pair = _constant(term)
        if pair is None or self._closure is None or term[1][2] not in _NO_UNIVERSES:
            return None
        name = user_name(pair)
        library = self._closure.library(name.library)
        views = library.views(name) if library else []
        return views[-1].body if views and views[-1].kind == DEFINITION else None

    def _equal_levels(self, a, b):
        if self._parents is None:  # read where two universes differ, which is seldom
            self._parents = {}
            for library in filter(None, map(self._closure.library, self._files)):
                for pair in _equal_pairs(library.compiled[3]):
                    root, other = map(self._root, pair)
                    if root != other:
                        self._parents[root] = other
        return self._root(_level_key(a)) == self._root(_level_key(b))

    def _root(self, level):
        while level in self._parents:
            level = self._parents[level]
        return level


def same(one, other):
    """Whether they are written alike, but for the names of variables and for aliases."""
    return Equality(None, ()).same(one, other)


def _constant(term):
    """The names of a term that is a constant; None of another value."""
    return term[1][1] if _is_constant_term(term) else None


def _is_constant_term(term):
    return (
        isinstance(term, list)
        and len(term) == 2
        and term[0] == _CONST
        and isinstance(term[1], list)
        and len(term[1]) == 3
        and is_pair(term[1][1])
    )


def _same_constant(a, b):
    return canonical_name(a[1][1]) == canonical_name(b[1][1])


def _equal_pairs(context):
    """The pairs of universes that the constraints of a file make equal."""
    todo, seen = [context], set()
    while todo:
        block = todo.pop()
        if not isinstance(block, list) or id(block) in seen:
            continue
        seen.add(id(block))
        if len(block) == 4 and block[2] == _EQUAL and _is_level(block[1]) and _is_level(block[3]):
            yield _level_key(block[1]), _level_key(block[3])
        else:
            todo += block[1:]


def _is_level(block):
    """A universe that is declared in a file: its hash, its file, a word and a number."""
    if not isinstance(block, list) or len(block) != 3 or block[0] != 0:
        return False
    level = block[2][1] if isinstance(block[2], list) and len(block[2]) == 2 else None
    return (
        isinstance(block[1], int)
        and isinstance(level, list)
        and [type(part) for part in level] == [int, list, str, int]
        and level[1][0] == 0
        and isinstance(level[1][1], str)
    )


def _level_key(level):
    _, folder, word, number = level[2][1]
    return directory(folder), word, number


def _is_binder(block):
    """The name of a bound variable, if it has one, and its relevance."""
    return len(block) == 3 and block[0] == 0 and (
        block[1] == 0
        or (isinstance(block[1], list) and block[1][:1] == [0] and isinstance(block[1][-1], str))
    )
