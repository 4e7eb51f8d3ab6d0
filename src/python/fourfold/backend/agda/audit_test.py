from __future__ import annotations

from typing import Any

from pants.engine.fs import EMPTY_DIGEST

from fourfold.backend.agda.audit import account, home_of, recheck_messages
from fourfold.backend.agda.compile import CompiledAgda, Trusted


def compiled(*trusted: Trusted, unsafe: tuple[str, ...] = ("Base", "M")) -> CompiledAgda:
    return CompiledAgda(EMPTY_DIGEST, EMPTY_DIGEST, ("Base", "Safe", "M"), unsafe, trusted)


def answer(mentions: dict[str, list[str]], sorts: dict[str, str]) -> dict[str, Any]:
    own = [n for n in sorts if n.startswith("M.")]
    return {
        "kinds": {n: sorts[n] for n in own},
        "canonical": {n: n for n in own},
        "sorts": sorts,
        "mentions": mentions,
    }


GAP = Trusted("Base", "gap", "⊥", "Base.agda:3")
FUNCTIONS = {"M.t": "function", "M.s": "function", "Base.gap": "axiom"}


def names(told: Any) -> dict[str, list[str]]:
    return {name: [a.name for a in found] for name, found in told.constants.items()}


def test_only_what_reaches_an_axiom_rests_on_it() -> None:
    found = answer({"M.t": ["M.s", "Safe.x"], "M.s": ["Base.gap"], "Base.gap": []}, FUNCTIONS)
    assert names(account(found, "M", compiled(GAP))) == {"M.t": ["Base.gap"], "M.s": ["Base.gap"]}
    found = answer({"M.t": [], "M.s": ["Base.gap"], "Base.gap": []}, FUNCTIONS)
    told = account(found, "M", compiled(GAP))
    assert names(told) == {"M.t": [], "M.s": ["Base.gap"]}
    assert told.places == {"Base.gap": "Base.agda:3"}


def test_what_cannot_be_seen_rests_on_everything() -> None:
    hidden = answer({"M.t": ["Base.lemma"]}, {"M.t": "function", "Base.lemma": "axiom"})
    assert names(account(hidden, "M", compiled(GAP))) == {"M.t": ["Base.gap"]}
    private = answer({"M.t": ["M.with-3"]}, {"M.t": "function"})
    assert names(account(private, "M", compiled(GAP))) == {"M.t": ["Base.gap"]}
    abstract = answer({"M.t": []}, {"M.t": "axiom"})
    assert names(account(abstract, "M", compiled(GAP))) == {"M.t": ["Base.gap"]}


def test_a_safe_module_rests_on_nothing() -> None:
    found = answer({"M.t": ["Safe.with-3"]}, {"M.t": "function"})
    assert names(account(found, "M", compiled(GAP))) == {"M.t": []}


def test_rewriting_leaves_no_trace() -> None:
    found = answer({"M.t": []}, {"M.t": "function"})
    told = account(found, "M", compiled(GAP, Trusted("Base", "--rewriting", where="Base.agda")))
    assert names(told) == {"M.t": ["--rewriting", "Base.gap"]}
    sized = account(found, "M", compiled(GAP, Trusted("Base", "--sized-types")))
    assert names(sized) == {"M.t": ["--sized-types"]}


def test_an_own_postulate_counts_even_where_nothing_mentions_it() -> None:
    own = Trusted("M", "gap", "⊥", "M.agda:5")
    assert names(account(answer({}, {}), "M", compiled(own))) == {"M.gap": ["M.gap"]}
    inner = answer({"M.In.gap": []}, {"M.In.gap": "axiom"})
    assert names(account(inner, "M", compiled(own))) == {"M.In.gap": ["M.In.gap"]}


def test_the_home_of_a_name_is_the_longest_module() -> None:
    assert home_of("A.B.c", ["A", "A.B"]) == "A.B"
    assert home_of("A.Bc.d", ["A.B", "C"]) is None


def test_a_recheck_passes_only_if_agda_accepts() -> None:
    assert recheck_messages({"accepted": True}, "M") == []
    rejected = recheck_messages({"accepted": False, "output": "Checking M.\nno"}, "M")
    assert rejected == ["M: the re-check from sources rejects it: no"]
    assert "raise `timeout`" in recheck_messages({"timed_out": True}, "M")[0]
