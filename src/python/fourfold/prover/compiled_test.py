from __future__ import annotations

from pants.build_graph.address import Address

from fourfold.core.verdict import Verdict
from fourfold.prover.compiled import FailedSource, FallibleCompiled, failed_import


def failed(module: str, message: str, cause: FailedSource | None = None) -> FallibleCompiled:
    address = Address("lib", relative_file_path=f"{module}.v")
    return FallibleCompiled(address, module, Verdict.HARD_ERROR, message, cause=cause)


def test_what_failed_in_an_import_is_kept() -> None:
    base = failed("base", 'File "base.v", line 3:\nError: no such thing.')
    said = failed_import([base])
    assert said is not None
    verdict, message, cause = said
    assert verdict is Verdict.HARD_ERROR
    assert message == "not checked: import base (lib/base.v) failed"
    assert cause == FailedSource(base.address, 'File "base.v", line 3: Error: no such thing.')
    # What failed first is kept by all above.
    above = failed_import([failed("middle", message, cause)])
    assert above is not None
    assert above[1:] == ("not checked: import middle (lib/middle.v) failed", cause)


def test_a_long_error_of_an_import_is_cut() -> None:
    said = failed_import([failed("base", "\n".join(f"line {n} " + "x" * 200 for n in range(50)))])
    assert said is not None and said[2] is not None
    assert len(said[2].said) < 450 and said[2].said.endswith(" [...]")
