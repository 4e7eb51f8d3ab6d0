from __future__ import annotations

from typing import Any

from pants.build_graph.address import Address

from fourfold.backend.agda.compile import AgdaTrust
from fourfold.backend.agda.judge import account, answered_claims, recheck_messages
from fourfold.backend.agda.trusted import Trusted


def compiled(*trusted: Trusted) -> AgdaTrust:
    return AgdaTrust(("M",), trusted)


def answer(uses: dict[str, list[str]], *public: str) -> dict[str, Any]:
    return {
        "kinds": {n: "theorem" for n in public},
        "canonical": {n: n for n in public},
        "uses": uses,
    }


GAP = Trusted("M", "M.gap", "⊥", "M.agda:3")


def names(told: Any) -> dict[str, list[str]]:
    return {name: [a.name for a in found] for name, found in told.constants.items()}


def test_only_what_reaches_an_axiom_rests_on_it() -> None:
    found = answer({"M.t": ["M.private"], "M.private": ["M.gap"], "M.s": ["Base.x"]}, "M.t", "M.s")
    told = account(found, "M", compiled(GAP))
    assert names(told) == {"M.t": ["M.gap"], "M.s": [], "M.gap": ["M.gap"]}
    assert told.places == {"M.gap": "M.agda:3"}
    assert told.constants["M.t"][0].home == "M"


def test_rewriting_leaves_no_trace() -> None:
    found = answer({}, "M.t")
    told = account(found, "M", compiled(GAP, Trusted("M", "--rewriting", where="M.agda")))
    assert names(told)["M.t"] == ["--rewriting", "M.gap"]
    told = account(found, "M", compiled(GAP, Trusted("M", "--cumulativity")))
    assert names(told)["M.t"] == ["--cumulativity"]


def test_all_rests_on_what_an_import_binds_to_builtins() -> None:
    told = account(answer({}, "M.t"), "M", compiled(Trusted("Base", "BUILTIN Base.number")))
    assert names(told) == {"M.t": ["BUILTIN Base.number"]}


def test_a_postulate_counts_even_where_nothing_uses_it() -> None:
    assert names(account(answer({}), "M", compiled(GAP))) == {"M.gap": ["M.gap"]}


def test_a_recheck_passes_only_if_agda_accepts() -> None:
    assert recheck_messages({"accepted": True}, "M", 5) == []
    (said,) = recheck_messages({"accepted": False, "output": "Checking M.\nno"}, "M", 5)
    assert said == "M: the re-check from sources failed: it is rejected: no"
    (said,) = recheck_messages({"timed_out": True}, "M", 5)
    assert "timed out after 5 s" in said and "set `timeout`" in said
    (said,) = recheck_messages({"exit_code": 154, "output": "An internal error"}, "M", 5)
    assert "Agda crashed on this file" in said


def test_a_file_beside_a_folder_answers_for_what_it_has() -> None:
    address = Address("lib", relative_file_path="Lib.agda", target_name="library")
    names = ["Lib.t", "Lib.Main.t", "Lib.Main.In.t", "Lib.Mainly.t", "Other.t"]
    modules = ["Lib", "Lib.Main", "Other"]
    found = answered_claims(names, "Lib", address, modules, ["Lib.t"])
    assert found == {"Lib.t", "Lib.Mainly.t"}
    inside = answered_claims(names, "Lib", address, modules, ["Lib.Main.t"])
    assert inside == {"Lib.t", "Lib.Main.t", "Lib.Mainly.t"}
    main = answered_claims(names, "Lib.Main", address, modules, [])
    assert main == {"Lib.Main.t", "Lib.Main.In.t"}
