from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from fourfold.backend.lean.layout import AUDIT
from fourfold.backend.lean.sandbox import lean_report
from fourfold.sandbox.scripts import confine

# Their names where the scripts run.
sys.modules.setdefault("confine", confine)
from fourfold.sandbox.scripts import confine_elf  # noqa: E402

sys.modules.setdefault("confine_elf", confine_elf)
sys.modules.setdefault("lean_report", lean_report)

from fourfold.backend.lean.sandbox import lean_driver  # noqa: E402

OLD_HELP = """  --o=oname -o       create olean file
  --stdin            take input from stdin
  --root=dir         set package root directory from which the module name of the input file is
"""
NEW_HELP = """  -o, --o=oname          create olean file
  -i, --i=iname          create ilean file
  -R, --root=dir         set package root directory from which the module name
"""


def test_features_of_documented_help_texts() -> None:
    assert lean_driver.features_of(OLD_HELP) == ["root"]
    assert lean_driver.features_of(NEW_HELP) == ["root", "ilean"]
    assert lean_driver.features_of("") == []


@pytest.mark.parametrize(
    "features, expected",
    [
        ([], ["-DmaxRecDepth=900", "-o", "out/A/B.olean", "src/A/B.lean"]),
        (
            ["root", "ilean"],
            ["-DmaxRecDepth=900", "--root=src", "-o", "out/A/B.olean", "-i", "out/A/B.ilean",
             "src/A/B.lean"],
        ),
    ],
)
def test_the_command_line_has_what_the_version_knows(
    features: list[str], expected: list[str]
) -> None:
    request = {"module_path": "A/B", "flags": ["-DmaxRecDepth=900"], "features": features}
    assert lean_driver.compile_arguments(request) == expected


def test_without_lean_the_environment_is_the_search_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    seen = {}

    def run(self, command, *, env, writable, timeout):
        seen.update(command=command, env=env, writable=writable, timeout=timeout)

    monkeypatch.setattr(confine_elf.ElfConfinement, "run", run)
    lean = lean_driver.Lean({"isolation": "bubblewrap", "timeout": 60})
    lean.run(["--version"], ["lib"], ["out"])
    assert seen == {
        "command": ["/toolchain/bin/lean", "--version"],
        "env": {"LEAN_PATH": "/sandbox/lib:/toolchain/lib/lean"},
        "writable": ["out"],
        "timeout": 60,
    }


def answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, output: str, answer: str | None
) -> dict:
    """What the audit step answers where Lean prints `output` and writes `answer`."""
    monkeypatch.chdir(tmp_path)

    def run(self, command, *, env, writable, timeout):
        (tmp_path / "audit_out").mkdir()
        if answer is not None:
            (tmp_path / "audit_out/answer.json").write_text(answer)
        return confine.Completed(0 if answer else 1, output, 0.0)

    monkeypatch.setattr(confine_elf.ElfConfinement, "run", run)
    return lean_driver.audit_module({
        "isolation": "bubblewrap", "timeout": 60, "modules": ["A.B"], "replay": True,
        "statements": [],
    })


def test_without_lean_an_unreadable_object_file_is_named_by_its_module(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = json.dumps({"error": "failed to read file '/sandbox/lib/A/B.olean', invalid header"})
    answer = answered(tmp_path, monkeypatch, "", said)
    assert answer["error"] == "failed to read the object file of A.B, invalid header"
    assert "constants" not in answer


def test_without_lean_an_audit_that_writes_nothing_says_what_was_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = "object file '/sandbox/lib/A/B.olean' of module A.B does not exist"
    answer = answered(tmp_path, monkeypatch, said, None)
    assert answer["error"] == "the object file of A.B of module A.B does not exist"


def test_without_lean_the_answer_of_an_audit_is_its_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = json.dumps({"error": "", "rows": [], "wrong": [], "refused": ""})
    answer = answered(tmp_path, monkeypatch, "", said)
    assert answer["error"] == "" and answer["constants"] == {}


def test_without_lean_a_theory_is_asked_for_its_names_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lib").mkdir()
    for module in "AB":
        (tmp_path / f"lib/{module}.olean").write_text("")

    def run(self, command, *, env, writable, timeout):
        (tmp_path / "audit_out").mkdir()
        (tmp_path / "audit_out/answer.json").write_text('{"error": "B declares t, and so does A"}')
        return confine.Completed(0, "", 0.0)

    monkeypatch.setattr(confine_elf.ElfConfinement, "run", run)
    request = {"isolation": "bubblewrap", "timeout": 60, "modules": ["A", "B"]}
    assert lean_driver.load_library(request)["error"] == "B declares t, and so does A"
    asked = (tmp_path / "ask/request").read_text()
    assert asked == "module\tA\tlib/A.olean\nmodule\tB\tlib/B.olean\nnames\n"


def test_parts_of_an_object_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lib/A").mkdir(parents=True)
    for suffix in ("olean", "olean.private", "olean.server", "ilean"):
        (tmp_path / f"lib/A/B.{suffix}").write_text("")
    (tmp_path / "lib/A/C.olean").write_text("")
    assert lean_driver.object_files("A.C") == ["lib/A/C.olean"]
    assert lean_driver.object_files("A.B") == [
        "lib/A/B.olean", "lib/A/B.olean.server", "lib/A/B.olean.private"
    ]


def test_variants_are_grouped_in_their_order() -> None:
    text = "/- manual -/\n--! f\ndef f := 1\n\n--! g\ndef g := 2\n--! f\ndef f := 3\n"
    assert lean_driver.variants(text) == {
        "f": ["def f := 1\n", "def f := 3\n"], "g": ["def g := 2\n"]
    }


def test_the_shipped_variants_define_what_the_audit_uses() -> None:
    folder = Path(lean_driver.__file__).parent
    groups = lean_driver.variants((folder / "audit_variants.lean").read_text(encoding="utf-8"))
    audit = "".join((folder / name).read_text(encoding="utf-8") for name in AUDIT)
    assert set(groups) == {"kernelAdd", "loadToolchain", "readObject", "homeOf"}
    for name, choices in groups.items():
        assert name in audit and all(f"def {name} " in choice for choice in choices)
