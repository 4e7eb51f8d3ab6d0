from __future__ import annotations

from pants.build_graph.address import Address

from fourfold.core.verdict import Verdict
from fourfold.prover.compiled import FallibleCompiled, failed_import


def failed(module: str, message: str) -> FallibleCompiled:
    address = Address("lib", relative_file_path=f"{module}.v")
    return FallibleCompiled(address, module, Verdict.HARD_ERROR, message)


def test_what_failed_in_an_import_is_said() -> None:
    said = failed_import([failed("base", 'File "base.v", line 3:\nError: no such thing.')])
    assert said is not None
    verdict, message = said
    assert verdict is Verdict.HARD_ERROR
    assert message == (
        'not checked: import base (lib/base.v) failed: File "base.v", line 3: Error: no such thing.'
    )


def test_the_import_that_failed_first_is_named_by_all_above() -> None:
    first = failed_import([failed("base", "Error: no such thing.")])
    assert first is not None
    assert failed_import([failed("middle", first[1])]) == first


def test_a_long_error_of_an_import_is_cut() -> None:
    said = failed_import([failed("base", "\n".join(f"line {n} " + "x" * 200 for n in range(50)))])
    assert said is not None
    assert len(said[1]) < 500 and said[1].endswith(" [...]")
