from __future__ import annotations

from pathlib import Path

import pytest
from pants.build_graph.address import Address
from pants.core.util_rules.distdir import DistDir

from fourfold.core.report import Report
from fourfold.core.verdict import Verdict
from fourfold.witness import verdict_log
from fourfold.witness.verdict_log import file_stem, not_available, record_report


def test_one_reason_is_said_once_for_all_its_targets() -> None:
    lacking = dict(prover="lean", verdict=Verdict.NOT_AVAILABLE)
    reports = [
        Report(target="a", messages=("no Lean",), **lacking),
        Report(target="b", prover="coq", verdict=Verdict.CLEAN),
        Report(target="c", messages=("no Lean",), **lacking),
        Report(target="d", messages=("no network",), **lacking),
    ]
    assert not_available(reports) == {"no Lean": ["a", "c"], "no network": ["d"]}


def recorded(folder: Path, monkeypatch: pytest.MonkeyPatch, address: Address) -> Report:
    monkeypatch.setattr(verdict_log, "get_buildroot", lambda: str(folder))
    report = Report(target=address.spec, prover="coq", verdict=Verdict.CLEAN)
    return record_report(report, address, DistDir(Path("dist")))


def test_a_long_address_has_a_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    addresses = [Address("deep/" + "f" * 250, target_name=f"{'ä' * 100}{n}") for n in (1, 2)]
    for address in addresses:
        assert recorded(tmp_path, monkeypatch, address).verdict is Verdict.CLEAN
    assert len(list((tmp_path / "dist/fourfold").iterdir())) == 2
    assert file_stem(Address("lib", target_name="short")) == "lib.short"


@pytest.mark.parametrize(
    "one, other",
    [
        (Address("a", relative_file_path="b.v"), Address("a/b", target_name="v")),
        (Address("a/b", target_name="c"), Address("a.b", target_name="c")),
        (Address("a", target_name="b.c"), Address("a/b", target_name="c")),
        (Address("a", relative_file_path="b.c.v"), Address("a/b", relative_file_path="c.v")),
        (Address("a"), Address("", target_name="a.a")),
        (Address("", target_name="t"), Address("root", target_name="t")),
    ],
)
def test_no_two_addresses_have_one_report(one: Address, other: Address) -> None:
    assert file_stem(one) != file_stem(other)


def test_most_reports_are_named_like_their_addresses() -> None:
    source = Address("a/b", relative_file_path="c/d.v", target_name="theory")
    assert file_stem(source) == "a.b.c.d.v@theory"
    assert file_stem(Address("a", generated_name="library")) == "a@library"
    assert file_stem(Address("a/b", target_name="verdict")) == "a.b.verdict"
    # A name that begins with a full stop would be that of a hidden file.
    assert file_stem(Address("", target_name="theory")) == "root.theory"


def test_a_report_that_cannot_be_written_fails_its_target(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "dist").write_text("in the way")
    found = recorded(tmp_path, monkeypatch, Address("lib"))
    assert found.verdict is Verdict.HARD_ERROR
    assert "its report cannot be written to dist/fourfold/lib.json: " in found.messages[0]
