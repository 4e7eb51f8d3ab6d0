"""Flags of coqc that a target may set, each with the reason why it weakens nothing.

What is in none of these lists is refused: it could switch a check off (`-type-in-type`), change the
theory (`-impredicative-set`), run code (`-load-vernac-source`), or move files (`-R`, `-o`).
"""

from __future__ import annotations

from typing import Iterable, Sequence

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

PERMITTED = (*_KERNEL, *_PLAIN, *_ANY, *_VALUES, "-set", "-unset")


def refused_flag(flags: Sequence[str]) -> str | None:
    """What is wrong with the first flag that may not be set; None where all may."""
    index = 0
    while index < len(flags):
        flag = flags[index]
        if flag in _KERNEL or flag in _PLAIN:
            index += 1
            continue
        if flag not in PERMITTED:
            return (
                f"the flag `{flag}` is not permitted: it could weaken what is checked. Permitted "
                f"are {', '.join(PERMITTED)}"
            )
        said = _refused_value(flag, flags[index + 1] if index + 1 < len(flags) else None)
        if said is not None:
            return said
        index += 2
    return None


def _refused_value(flag: str, value: str | None) -> str | None:
    if value is None:
        return f"the flag `{flag}` is the last one, and needs an argument"
    if flag in _VALUES and value not in _VALUES[flag]:
        return f"the flag `{flag} {value}` is not permitted; `{flag}` takes {_either(flag)}"
    option = value.split("=", 1)[0].strip()
    if flag in ("-set", "-unset") and option not in _OPTIONS and not option.startswith("Printing "):
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
    kept: list[str] = []
    left: list[str] = []
    index = 0
    while index < len(flags):
        width = 1 if index + 1 == len(flags) or not _has_argument(flags, index) else 2
        words = flags[index : index + width]
        (left if refused_flag(words) else kept).extend(words)
        index += width
    return tuple(kept), tuple(left)


def _has_argument(flags: Sequence[str], index: int) -> bool:
    known = flags[index] in (*_ANY, *_VALUES, "-set", "-unset")
    return known or not flags[index + 1].startswith("-")
