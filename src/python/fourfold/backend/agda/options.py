"""Options of Agda that a file or its target may set, each with the reason why.

The target's `flags` are the policy. A file may add, in its OPTIONS, what makes Agda accept less,
what it only fills in with, and what it prints; an option that changes the theory has to be asked
for by the target. What is in none of these lists is refused.
"""

from __future__ import annotations

from typing import Iterable, Iterator, Mapping, Sequence

from fourfold.prover.flags import groups, partitioned

# Option -> why it changes what can be proved. A target may ask for these.
_THEORY = {
    "--cubical": "paths as functions, and computing transport and composition",
    "--erased-cubical": "cubical primitives, where they are erased",
    "--guarded": "ticks and locks of guarded cubical type theory",
    "--guardedness": "corecursion that constructors guard",
    "--prop": "a universe whose members have one proof at most",
    "--two-level": "universes of non-fibrant types",
    "--cohesion": "modalities of variables",
    "--flat-split": "splitting on flat arguments",
    "--polarity": "the positivity that an argument is declared to have",
    "--erasure": "erased arguments, which nothing may compute with",
    "--erased-matches": "splitting on erased arguments",
    "--erase-record-parameters": "erased parameters of records",
    "--large-indices": "constructors that store what is larger than their type",
}
# Option -> what it makes Agda refuse.
_RESTRICTS = {
    "--safe": "postulates, and options and pragmas that switch a check off",
    "--without-K": "splitting that needs the axiom K",
    "--cubical-compatible": "what --without-K refuses and what cubical modules cannot import",
    "--level-universe": "levels outside their own universe",
    "--exact-split": "clauses that do not hold by computation",
    "--no-forced-argument-recursion": "recursion on forced arguments",
    "--no-universe-polymorphism": "quantification over levels",
    "--no-copatterns": "definition by copatterns",
    "--no-pattern-matching": "all splitting",
    "--no-eta-equality": "eta for records that do not ask for it",
    "--no-import-sorts": "names of universes that are not imported",
    "--require-unique-meta-solutions": "a guess where there are several",
    "--confluence-check": "rewrite rules that do not agree",
    "--local-confluence-check": "rewrite rules that do not agree",
    "--double-check": "terms that a second pass of Agda rejects",
}
# Options that would be unsafe in the positive; each of these takes one back.
_DEFAULTS = (
    "--no-allow-unsolved-metas", "--no-allow-incomplete-matches", "--positivity-check",
    "--termination-check", "--no-type-in-type", "--no-omega-in-omega", "--no-cumulativity",
    "--no-prop", "--no-level-universe", "--no-two-level", "--no-sized-types", "--no-cohesion",
    "--no-flat-split", "--no-polarity", "--no-guardedness", "--no-injective-type-constructors",
    "--universe-polymorphism", "--no-irrelevant-projections", "--no-experimental-irrelevance",
    "--copatterns", "--pattern-matching", "--no-erasure", "--no-erased-matches",
    "--no-erase-record-parameters", "--no-rewriting", "--no-guarded", "--import-sorts",
    "--load-primitives", "--no-allow-exec", "--no-large-indices", "--no-exact-split",
    "--forced-argument-recursion", "--no-confluence-check", "--no-double-check",
    # The audit refuses it where the target has `--without-K`: Agda lets no such module import it.
    "--with-K",
)
# Option -> what it helps Agda to fill in, or to find sooner: all of that is checked like what is
# written.
_FINDS = {
    "--lossy-unification": "implicit arguments",
    "--no-lossy-unification": "implicit arguments",
    "--no-require-unique-meta-solutions": "implicit arguments",
    "--inversion-max-depth": "implicit arguments",
    "--instance-search-depth": "instances",
    "--overlapping-instances": "instances",
    "--no-overlapping-instances": "instances",
    "--backtracking-instance-search": "instances",
    "--no-backtracking-instance-search": "instances",
    "--qualified-instances": "instances",
    "--no-qualified-instances": "instances",
    "--experimental-lazy-instances": "instances",
    "--no-experimental-lazy-instances": "instances",
    "--hidden-argument-puns": "names of implicit arguments in patterns",
    "--no-hidden-argument-puns": "names of implicit arguments in patterns",
    "--infer-absurd-clauses": "clauses that cannot be",
    "--no-infer-absurd-clauses": "clauses that cannot be",
    "--eta-equality": "eta, as is the default",
    "--termination-depth": "how a recursive call is smaller",
    "--syntactic-equality": "that two terms are the same",
    "--no-syntactic-equality": "that two terms are the same",
    "--auto-inline": "the value of a term",
    "--no-auto-inline": "the value of a term",
    "--fast-reduce": "the value of a term",
    "--no-fast-reduce": "the value of a term",
    "--call-by-name": "the value of a term",
    "--no-call-by-name": "the value of a term",
    "--forcing": "what can be left out of a term",
    "--no-forcing": "what can be left out of a term",
    "--projection-like": "what can be left out of a term",
    "--no-projection-like": "what can be left out of a term",
    "--caching": "what was checked before",
    "--no-caching": "what was checked before",
    "--save-metas": "metavariables, solved as they are",
    "--no-save-metas": "metavariables, solved as they are",
    "--keep-covering-clauses": "clauses for compilers",
    "--no-keep-covering-clauses": "clauses for compilers",
}
# Warnings, what is printed, what editors and compilers do.
_SHOWS = (
    "-W", "--warning", "-v", "--verbose", "--profile", "--show-implicit", "--no-show-implicit",
    "--show-generalized", "--no-show-generalized", "--show-irrelevant", "--no-show-irrelevant",
    "--show-identity-substitutions", "--no-show-identity-substitutions", "--unicode",
    "--no-unicode", "--postfix-projections", "--no-postfix-projections",
    "--keep-pattern-variables", "--no-keep-pattern-variables", "--print-pattern-synonyms",
    "--no-print-pattern-synonyms", "--count-clusters", "--no-count-clusters", "--main",
    "--no-main",
)
_WITH_ARGUMENT = (
    "-W", "--warning", "-v", "--verbose", "--profile", "--inversion-max-depth",
    "--instance-search-depth", "--termination-depth",
)
_HARMLESS = frozenset({*_RESTRICTS, *_DEFAULTS, *_FINDS, *_SHOWS})
# Option -> those that imply it.
_IMPLIED = {
    "--cohesion": ("--flat-split",),
    "--erasure": ("--erased-matches", "--erase-record-parameters"),
    "--erased-cubical": ("--cubical",),
}

# Flag -> number of its arguments: those that a target may set. Others could switch a check off, or
# run code.
SAFE_FLAGS = {
    flag: 0
    for flag in (
        "--without-K",
        "--cubical-compatible",
        *_THEORY,
        "--level-universe",
        "--exact-split",
        "--no-forced-argument-recursion",
        "--lossy-unification",
        "--hidden-argument-puns",
        "--postfix-projections",
        "--overlapping-instances",
    )
}
# Agda's `--safe` refuses these. Without it each counts as an axiom of all that it reaches.
UNSAFE_FLAGS = {
    flag: 0
    for flag in (
        "--rewriting",
        "--cumulativity",
        "--injective-type-constructors",
    )
}
CUBICAL = ("--cubical", "--erased-cubical")


# What a target may set as well, for it permits nothing: what a file may set itself, but for what
# would change how the audit's own questions are answered.
_WARNINGS = ("-W", "--warning")
HARMLESS_FLAGS = frozenset({*_RESTRICTS, *_DEFAULTS, *_FINDS, *_WARNINGS})


def permitted_flags(safe: bool) -> Mapping[str, int]:
    return SAFE_FLAGS if safe else {**SAFE_FLAGS, **UNSAFE_FLAGS}


def refused_flag(flags: Sequence[str], safe: bool) -> str | None:
    """The first flag that a target may not set."""
    permitted = permitted_flags(safe)
    for flag, *_ in groups(flags, _WITH_ARGUMENT.__contains__):
        if flag not in permitted and _option(flag) not in HARMLESS_FLAGS:
            return flag
    return None


def taken_over(flags: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of another build's flags: those that a safe target may have, and those that it may not."""
    found = groups(flags, _WITH_ARGUMENT.__contains__)
    return partitioned(found, lambda group: refused_flag(group, safe=True) is not None)


def unasked(pragmas: Iterable[Sequence[str]], flags: Iterable[str]) -> list[str]:
    """The options in a file's pragmas that change the theory and that `flags` do not ask for."""
    asked = set(flags)
    found = {option for words in pragmas for option in _options(words)} - _HARMLESS
    return sorted(o for o in found if not asked.intersection((o, *_IMPLIED.get(o, ()))))


def why_it_matters(option: str) -> str:
    return _THEORY.get(option, "it is not known to be harmless")


def may_be_asked_for(option: str) -> bool:
    return option in SAFE_FLAGS


def _options(words: Sequence[str]) -> Iterator[str]:
    """Each option without its argument; what is no option stands for itself."""
    return (_option(word) for word, *_ in groups(words, _WITH_ARGUMENT.__contains__))


def _option(word: str) -> str:
    return word.split("=", 1)[0] if word.startswith("--") else word[:2]
