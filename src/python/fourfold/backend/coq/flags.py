"""Flags of coqc that a target may set, each with the reason why it weakens nothing.

What is in none of these lists is refused: it could switch a check off (`-type-in-type`), change the
theory (`-impredicative-set`), run code (`-load-vernac-source`), or move files (`-R`, `-o`).
"""

from __future__ import annotations

from typing import Iterable, Sequence

from fourfold.prover.flags import groups, not_permitted, partitioned

# Without an argument.
_KERNEL = {"-indices-matter": "refuses inductive types of which an index is larger than the type"}
_PLAIN = {
    "-noinit": "begins without the prelude",
    "-q": "reads no file of the user's, as is always so here",
    "-mangle-names-light": "names what the proof leaves unnamed",
}
# With any argument.
_ANY = {
    "-w": "warnings",
    "-color": "how messages are printed",
    "-mangle-names": "names what the proof leaves unnamed",
    "-diffs": "how messages are printed",
}
# With one of these arguments.
_VALUES = {
    "-native-compiler": ("no", "ondemand"),  # `yes` writes further files
    "-bytecode-compiler": ("no", "yes"),  # the re-check uses none
}
# Options of `-set` and `-unset`: a source may set each of them itself, and none concerns what the
# kernel checks. `Guard Checking`, `Positivity Checking`, `Universe Checking`, `Definitional UIP`
# and the like are not among them: those are for the source, whose audit names what they touched.
_OPTIONS = frozenset((
    "Apply With Renaming", "Asymmetric Patterns", "Boolean Equality Schemes", "Bullet Behavior",
    "Case Analysis Schemes", "Contextual Implicit", "Cumulativity Weak Constraints",
    "Decidable Equality Schemes", "Default Goal Selector", "Default Proof Mode",
    "Default Proof Using", "Default Timeout", "Elimination Schemes", "Firstorder Depth",
    "Firstorder Solver", "Hint Cut", "Implicit Arguments", "Info Auto", "Info Level",
    "Instance Generalized Output", "Intuition Negation Unfolding", "Keyed Unification",
    "Loose Hint Behavior", "Ltac Backtrace", "Ltac Profiling", "Mangle Names",
    "Mangle Names Light", "Mangle Names Prefix", "Maximal Implicit Insertion",
    "Nested Proofs Allowed", "Nonrecursive Elimination Schemes", "Parsing Explicit",
    "Polymorphic Inductive Cumulativity", "Primitive Projections", "Private Polymorphic Universes",
    "Program Cases", "Program Generalized Coercion", "Program Mode",
    "Refine Instance Mode", "Regular Subst Tactic", "Reversible Pattern Implicit",
    "Rewriting Schemes", "Short Module Printing", "Silent", "SsrHave NoTCResolution",
    "SsrIdents", "SsrOldRewriteGoalsOrder", "SsrRewrite", "Solve Unification Constraints",
    "Strict Implicit", "Strict Universe Declaration", "Strongly Strict Implicit",
    "Structural Injection", "Suggest Proof Using", "Transparent Obligations",
    "Typeclass Resolution For Conversion", "Typeclasses Debug", "Typeclasses Default Mode",
    "Typeclasses Depth", "Typeclasses Filtered Unification", "Typeclasses Iterative Deepening",
    "Typeclasses Limit Intros", "Typeclasses Strict Resolution",
    "Typeclasses Unique Instances", "Typeclasses Unique Solutions",
    "Unicode", "Uniform Inductive Parameters", "Universe Minimization ToSet",
    "Universe Polymorphism", "Universal Lemma Under Conjunction", "Warnings",
))  # fmt: skip

_SETTINGS = ("-set", "-unset")

PERMITTED = (*_KERNEL, *_PLAIN, *_ANY, *_VALUES, *_SETTINGS)


def refused_flag(flags: Sequence[str]) -> str | None:
    """What is wrong with the first flag that may not be set; None where all may."""
    for flag, *arguments in groups(flags, _takes_argument):
        if flag not in PERMITTED:
            return not_permitted(flag, PERMITTED)
        if _takes_argument(flag):
            said = _refused_value(flag, arguments[0] if arguments else None)
            if said is not None:
                return said
    return None


def _takes_argument(flag: str) -> bool:
    return flag in _ANY or flag in _VALUES or flag in _SETTINGS


def _refused_value(flag: str, value: str | None) -> str | None:
    if value is None:
        return f"the flag `{flag}` is the last one, and needs an argument"
    if flag in _VALUES and value not in _VALUES[flag]:
        return f"the flag `{flag} {value}` is not permitted; `{flag}` takes {_either(flag)}"
    option = value.split("=", 1)[0].strip()
    if flag in _SETTINGS and option not in _OPTIONS and not option.startswith("Printing "):
        return (
            f"the flag `{flag} {option}` is not permitted: that option is not known to weaken "
            f"nothing. A source that needs it can say `{flag[1:].capitalize()} {option}.`, and its "
            "audit judges what comes of it"
        )
    return None


def _either(flag: str) -> str:
    return " or ".join(f"`{value}`" for value in _VALUES[flag])


def for_the_kernel(flags: Iterable[str]) -> list[str]:
    """Those that an audit needs as well: the others could bend what it asks or what is printed."""
    return [flag for flag in flags if flag in _KERNEL]


def taken_over(flags: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of another build's flags: those that a target may have, and those that it may not."""
    return partitioned(groups(flags, _takes_argument), lambda group: bool(refused_flag(group)))
