from __future__ import annotations

import re
from pathlib import Path

from fourfold.core.conclusion import NOTHING_JUDGED, Conclusion, conclude
from fourfold.core.verdict import Verdict


def test_a_refusal_stands_whatever_else_is_missing() -> None:
    found = conclude(["wrong"], judged=0, unavailable=["no prover"], ious=["M.l"])
    assert found == Conclusion(Verdict.HARD_ERROR, ("wrong",))


def test_what_is_missing_leaves_the_rest_open() -> None:
    found = conclude([], judged=3, unavailable=["no prover"], ious=["M.l"])
    assert found == Conclusion(Verdict.NOT_AVAILABLE, ("no prover",))


def test_of_nothing_nothing_is_clean() -> None:
    assert conclude([], judged=0) == Conclusion(Verdict.HARD_ERROR, (NOTHING_JUDGED,))
    assert conclude([], judged=0, ious=["M.l"]).verdict is Verdict.HARD_ERROR


def test_open_obligations_are_counted() -> None:
    assert conclude([], judged=1, ious=["M.l"]) == Conclusion(Verdict.IOU_ONLY)
    assert conclude([], judged=1) == Conclusion(Verdict.CLEAN)


# What makes a verdict of findings is conclusion.py; a compile, and a numeric process, say of
# themselves whether they passed.
MAY_SAY_CLEAN = {
    "core/conclusion.py",
    "core/verdict.py",
    "backend/numerics/findings.py",
    "prover/compile_source.py",
    "backend/coq/compile.py",
    "backend/isabelle/compile.py",
}


def test_no_other_file_concludes_that_something_is_clean() -> None:
    plugins = Path(__file__).parent.parent
    saying = re.compile(r"(?<!is )(?<!is not )\bVerdict\.(CLEAN|IOU_ONLY)")
    found = {
        str(path.relative_to(plugins))
        for path in plugins.rglob("*.py")
        if not path.name.endswith("_test.py") and saying.search(path.read_text())
    }
    assert "core/conclusion.py" in found
    assert found - MAY_SAY_CLEAN == set()
