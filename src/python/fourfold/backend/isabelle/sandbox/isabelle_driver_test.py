from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from fourfold.backend.isabelle.sandbox import isabelle_audit
from fourfold.sandbox.scripts import confine

# Their names where the scripts run.
sys.modules.setdefault("confine", confine)

from fourfold.sandbox.scripts import confine_elf  # noqa: E402

sys.modules.setdefault("confine_elf", confine_elf)
sys.modules.setdefault("isabelle_audit", isabelle_audit)

from fourfold.backend.isabelle.sandbox import isabelle_driver  # noqa: E402

# Stands in for bin/isabelle in these tests alone: it does with `build` what the system manual says,
# as far as the driver looks at it.
FAKE_ISABELLE = """#!/bin/sh
home="$USER_HOME/.isabelle/Isabelle2025"
heaps="$home/heaps/polyml-5.9.1_x86_64_32-linux"
echo "$@" >> "$USER_HOME/arguments"
cat "$home/etc/settings" > "$USER_HOME/settings"
for session in "$@"; do :; done
if [ "$session" = Fourfold_Audit ]; then
  test -f "$heaps/S" || { echo "*** no image of S"; exit 1; }
  nonce=$(sed -n 's/.*nonce = "\\([0-9a-f]*\\)".*/\\1/p' auditor/Fourfold_Audit.thy)
  printf 'begin\\t%s\\ntheory\\tS.A\\ttrue\\n' "$nonce" > audit/answer
  printf 'fact\\tS.A\\tA.t\\tfalse\\ttrue\\tfalse\\ttheorem\\tTrue\\n' >> audit/answer
  printf 'end\\t%s\\n' "$nonce" >> audit/answer
  place=theory.ML:44
  grep -q exports tree/lib/ROOT && place=:7
  printf 'begin\\t%s\\nstructure\\tTheory\\t%s\\nend\\t%s\\n' "$nonce" $place "$nonce" > audit/names
  grep -q unlisted tree/lib/ROOT && rm audit/names
  exit 0
fi
grep -q fail tree/lib/ROOT && { echo '*** At command "by" (line 5)'; exit 1; }
grep -q stray tree/lib/ROOT && echo x > tree/lib/stray
grep -q nothing tree/lib/ROOT && exit 0
mkdir -p "$heaps/log"
grep -q smuggled tree/lib/ROOT && echo other > "$heaps/T" && echo other > "$heaps/log/T.db"
if grep -q twofold tree/lib/ROOT; then mkdir -p "$heaps/../x"; echo other > "$heaps/../x/S"; fi
echo image > "$heaps/$session"
echo database > "$heaps/log/$session.db"
"""
REQUEST = {
    "isolation": "none", "timeout": 20, "session": "S", "roots": {"tree/lib": "session S = P +"},
    "theories": ["S.A"], "imported": [], "base": ["Main"], "sessions": [], "statements": [],
    "step": "build", "toolchain": [["Pure", 3]], "names": {"structure Theory": "theory.ML:44"},
}


@pytest.fixture
def sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    program = tmp_path / confine.TOOLCHAIN_MOUNT / "bin" / "isabelle"
    program.parent.mkdir(parents=True)
    program.write_text(FAKE_ISABELLE)
    program.chmod(0o755)
    identifier = tmp_path / confine.TOOLCHAIN_MOUNT / "etc" / "ISABELLE_IDENTIFIER"
    identifier.parent.mkdir()
    identifier.write_text("Isabelle2025\n")
    (tmp_path / "tree/lib").mkdir(parents=True)
    (tmp_path / "audit.ML").write_text("")
    (tmp_path / "names.ML").write_text("")
    parent = tmp_path / "heaps/polyml-5.9.1_x86_64_32-linux"
    (parent / "log").mkdir(parents=True)
    (parent / "P").write_text("image of P")
    (parent / "log/P.db").write_text("database of P")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_command_line_is_the_documented_one() -> None:
    command = isabelle_driver.build_command("S", ["tree/a", "tree/b"], "-b")
    assert command == ["build", "-v", "-b", "-d", "tree/a", "-d", "tree/b", "S"]
    # An `-o` would count for HOL too, and build it anew.
    assert "-o" not in command


def test_fake_isabelle_a_build_keeps_its_own_image_and_database_only(sandbox: Path) -> None:
    answer = isabelle_driver.build(REQUEST)
    assert answer["accepted"], answer
    files = sorted(str(p.relative_to("built")) for p in Path("built").rglob("*") if p.is_file())
    place = "polyml-5.9.1_x86_64_32-linux"
    assert files == [f"{place}/S", f"{place}/log/S.db"]
    assert (sandbox / "tree/lib/ROOT").read_text() == "session S = P +"
    assert (sandbox / "home/arguments").read_text() == "build -v -b -d tree/lib S\n"
    assert 'ISABELLE_TMP_PREFIX="$USER_HOME/tmp"' in (sandbox / "home/settings").read_text()


def test_fake_isabelle_a_file_put_beside_the_image_is_no_output(sandbox: Path) -> None:
    answer = isabelle_driver.build({**REQUEST, "roots": {"tree/lib": "smuggled"}})
    assert answer["accepted"]
    assert sorted(p.name for p in Path("built").rglob("*") if p.is_file()) == ["S", "S.db"]


def test_fake_isabelle_two_images_of_the_session_are_refused(sandbox: Path) -> None:
    answer = isabelle_driver.build({**REQUEST, "roots": {"tree/lib": "twofold"}})
    assert not answer["accepted"] and answer["missing_output"]


def test_fake_isabelle_javas_temporary_folder_and_locale(sandbox: Path) -> None:
    isabelle = isabelle_driver.Isabelle(REQUEST)
    assert isabelle.env["JDK_JAVA_OPTIONS"] == f"-Djava.io.tmpdir={sandbox}/home/tmp"
    assert isabelle.env["LC_ALL"] == "C.UTF-8"


def test_fake_isabelle_a_failed_build_says_what_isabelle_said(sandbox: Path) -> None:
    answer = isabelle_driver.build({**REQUEST, "roots": {"tree/lib": "fail"}})
    assert not answer["accepted"] and '*** At command "by" (line 5)' in answer["output"]
    assert not os.path.exists("built")


def test_fake_isabelle_a_file_written_elsewhere_fails_the_build(sandbox: Path) -> None:
    answer = isabelle_driver.build({**REQUEST, "roots": {"tree/lib": "stray"}})
    assert not answer["accepted"] and answer["undeclared"] == ["tree/lib/stray"]


def test_fake_isabelle_a_build_without_an_image_fails(sandbox: Path) -> None:
    answer = isabelle_driver.build({**REQUEST, "roots": {"tree/lib": "nothing"}})
    assert not answer["accepted"] and answer["missing_output"]


def test_fake_isabelle_an_audit_needs_the_image_and_reads_the_answer(sandbox: Path) -> None:
    without = isabelle_driver.audit(REQUEST)
    assert not without["accepted"] and "no image of S" in without["error"]
    (sandbox / "heaps/polyml-5.9.1_x86_64_32-linux/S").write_text("image of S")
    answer = isabelle_driver.audit(REQUEST)
    assert answer["error"] == "" and answer["constants"] == {"S.A.t": []}
    assert answer["refused"] == []


def test_fake_isabelle_an_ml_name_declared_anew_is_refused(sandbox: Path) -> None:
    request = {**REQUEST, "roots": {"tree/lib": "exports"}}
    rechecked = isabelle_driver.recheck(request)
    assert "structure Theory" in rechecked["refused"][0]


def test_fake_isabelle_an_audit_without_the_ml_names_has_no_answer(sandbox: Path) -> None:
    (sandbox / "heaps/polyml-5.9.1_x86_64_32-linux/S").write_text("image of S")
    answer = isabelle_driver.audit({**REQUEST, "roots": {"tree/lib": "unlisted"}})
    assert "no answer" in answer["error"] and "constants" not in answer


def test_fake_isabelle_a_recheck_builds_anew_and_audits_that(sandbox: Path) -> None:
    answer = isabelle_driver.recheck(REQUEST)
    assert answer["accepted"] and answer["constants"] == {"S.A.t": []}
    failed = isabelle_driver.recheck({**REQUEST, "roots": {"tree/lib": "fail"}})
    assert not failed["accepted"] and "constants" not in failed


@pytest.mark.parametrize(
    "path,session",
    [
        ("polyml/S", "S"), ("polyml/log/S.db", "S"), ("polyml/log/S.gz", "S"),
        ("polyml/log/S", ""), ("S", ""), ("polyml/other/S.db", ""),
    ],
)
def test_files_of_a_session(path: str, session: str) -> None:
    assert isabelle_driver.session_of_file(path) == session


def test_fake_isabelle_answers_are_json(sandbox: Path) -> None:
    assert json.loads(json.dumps(isabelle_driver.recheck(REQUEST)))["timed_out"] is False
