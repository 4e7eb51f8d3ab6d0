"""The independent check of one compiled module: its own terms, by rules that share no code with Coq.

Judged are all declarations of the module's own full file, those in its modules, functors and module
types included, and its opaque proofs. What it imports is read for its declarations alone: it was
judged with its own file. Assumed is that terms are well typed, which is the kernel's business.
"""

from __future__ import annotations

from vo_library import (
    DEFINITION,
    FUNCTOR,
    INDUCTIVE,
    MODULE_TYPE,
    OPAQUE,
    PRIMITIVE,
    PUBLIC,
    SEALED,
)
from vo_stub import VoError
from vo_terms import Reader, items
from vo_world import World
from witness_cofix import Productive
from witness_fix import Guard
from witness_positivity import Positive
from witness_rules import (
    COFIXPOINT,
    CONSTRUCTOR_LET,
    FIXPOINT,
    FUNCTOR_PRIMITIVE,
    GAVE_UP,
    NESTED_COFIX,
    NESTED_FIX,
    NOT_JUDGED,
    POSITIVITY,
)
from witness_terms import COFIX, LET, PROD, OutOfFuel, Refused, fixpoints

# The versions in which a match takes the universes of let-bound arguments for those of its type.
_CONFUSES_LETS = (817, 902)
_WORDS = {SEALED: "sealed module", FUNCTOR: "functor", MODULE_TYPE: "module type"}


def judge(closure, library):
    """What the check finds in `library`: a list of findings, and how much was judged."""
    return Judge(closure, library).all()


class Judge:
    """Of one module."""

    def __init__(self, closure, library):
        self.library, self.world = library, World(closure)
        self.reader = self.world.reader(library)
        self.guard, self.productive = Guard(self.world), Productive(self.world)
        self.positive = Positive(self.world)
        self.seen: dict = {}  # the fixpoints that were judged
        self.matched: set = set()  # the inductive types of which matches were judged
        self.findings: list = []
        self.counts = {"fixpoints": 0, "cofixpoints": 0, "inductive types": 0, "opaque proofs": 0}

    def all(self):
        for declaration in self.library.declarations:
            self.world.inside = declaration.hidden
            self.judge_declaration(declaration)
        self.judge_proofs()
        return {
            "findings": self.findings,
            "judged": self.counts,
            "not_judged": list(NOT_JUDGED),
        }

    def found(self, name, rule, why):
        self.findings.append({"constant": str(name), "rule": rule, "why": why})

    def judge_declaration(self, declaration):
        name = declaration.name
        if declaration.kind == INDUCTIVE:
            self.judge_types(declaration)
        else:
            self.judge_terms(name, [declaration.type])
            if declaration.kind == DEFINITION:
                self.judge_terms(name, [declaration.body])
        if declaration.kind == PRIMITIVE and declaration.where != PUBLIC:
            why = f"a primitive is declared in a {_WORDS[declaration.where]}"
            self.found(name, FUNCTOR_PRIMITIVE, why)

    def judge_types(self, declaration):
        name = declaration.name
        try:
            block = self.world.block(self.library, declaration)
            self.counts["inductive types"] += len(block.packets)
            terms = [*block.arities, *(t for *_, types in block.packets for t in types)]
        except RecursionError:
            return self.found(name, GAVE_UP, "its terms are too deep")
        self.judge_recursion(name, terms)
        return self.apply(name, (POSITIVITY,), self.positive, block)

    def judge_terms(self, name, raw, reader=None):
        reader = reader or self.reader
        try:
            terms = [reader.term(value) for value in raw]
        except RecursionError:
            return self.found(name, GAVE_UP, "its terms are too deep")
        return self.judge_recursion(name, terms)

    def judge_recursion(self, name, terms):
        for term in terms:
            found = fixpoints(term, self.seen)
            for fix in found:
                if fix.k == COFIX:
                    self.counts["cofixpoints"] += 1
                    check, rules = self.productive, (COFIXPOINT, NESTED_COFIX)
                else:
                    self.counts["fixpoints"] += 1
                    check, rules = self.guard, (FIXPOINT, NESTED_FIX)
                self.apply(name, rules, check, fix, found)
        self.judge_matches(name)

    def apply(self, name, rules, check, what, found=()):
        """`rules` are the rule and what it is called for a nested fixpoint among those found."""
        try:
            check.judge(what)
        except OutOfFuel as refused:
            self.found(name, GAVE_UP, str(refused))
        except RecursionError:
            self.found(name, GAVE_UP, "its terms are too deep")
        except Refused as refused:
            self.found(name, rules[is_nested(what, found) if found else 0], str(refused))

    def judge_matches(self, name):
        """Of the types that were matched on for the first time since it was asked last."""
        for ind in sorted(self.reader.cases - self.matched, key=str):
            self.matched.add(ind)
            low, high = _CONFUSES_LETS
            if not low <= self.library.version <= high:
                continue
            block = self.world.inductive(ind[0])
            if block is None:
                self.found(name, GAVE_UP, f"the inductive type {ind[0]} was not found")
            elif block.polymorphic and binds_lets(block):
                why = f"it matches on {ind[0]}, which binds a `let` at each of its universes"
                self.found(name, CONSTRUCTOR_LET, why)

    def judge_proofs(self):
        users: dict = {}
        for d in self.library.declarations:
            if d.kind == OPAQUE and d.proof is not None:
                if d.proof not in users or closing(users[d.proof]) is None:
                    users[d.proof] = d
        table = self.library.proofs()
        for number in users:
            if number + 1 >= len(table) or table[number + 1] == 0:
                raise VoError(f"{self.library.name}: the proof of {users[number].name} is missing")
        for number, entry in enumerate(table[1:]):
            if entry == 0:
                continue
            self.counts["opaque proofs"] += 1
            user = users.get(number)
            self.world.inside = user is not None and user.hidden
            expand = expansions(self.reader, user) if user is not None else None
            reader = Reader(self.library.version, expand, self.reader.cases)
            name = user.name if user is not None else f"{self.library.name}, proof {number}"
            self.judge_terms(name, [entry[1][1]], reader)


def is_nested(fix, found):
    """Whether it holds another fixpoint, or stands in another one of those that were found."""
    if any(body.fx for body in fix.a[-1]):
        return True
    return any(fix in fixpoints(other, {}) for other in found if other is not fix)


def binds_lets(block):
    """Whether a constructor has an argument that is bound by `let`."""
    for *_, types in block.packets:
        for ty in types:
            passed = 0
            while ty.k in (PROD, LET):
                if ty.k == LET and passed >= block.params:
                    return True
                ty, passed = ty.a[1] if ty.k == PROD else ty.a[2], passed + 1
    return False


def closing(declaration):
    """What closing sections did to an opaque constant; None for a copy of one."""
    opaque = declaration.raw[3][1]
    return None if opaque[1] != 0 else list(items(opaque[2]))


def expansions(reader, declaration):
    """By the names of constants and of inductive types: the section's variables they have got."""
    closed = closing(declaration)
    if not closed:
        return None
    return [_expansion(reader, closed, which) for which in (1, 2)]


def _expansion(reader, closed, which):
    found: dict = {}
    for section in closed:  # innermost first
        for name, ids in _entries(reader, section[1][which]):
            found[name] = tuple(ids) + found.get(name, ())
    return found


def _entries(reader, raw):
    """Of a map from hashes to maps from names to (section variables, universes)."""
    todo = [raw]
    while todo:
        node = todo.pop()
        if node == 0:
            continue
        todo += [node[1], node[4]]
        inner = [node[3]]
        while inner:
            n = inner.pop()
            if n == 0:
                continue
            inner += [n[1], n[4]]
            yield reader.name(n[2]).user, list(items(n[3][1]))
