"""`export` of a toolchain: what an editor runs is what `test` runs."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

from workspace import Workspace

_BACKENDS = 'backend_packages = ["fourfold.backend.coq"]'


def run(*command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, text=True, capture_output=True)


def test_an_exported_toolchain_compiles_what_targets_have(tmp_path: Path) -> None:
    config = tmp_path / "w" / "pants.toml"
    workspace = Workspace(
        tmp_path / "w",
        {
            "lib/BUILD": 'coq_theory(logical_name="Lib.Part", flags=["-set", "Printing All"])\n',
            "lib/base.v": "Definition one := 1.\n",
            "lib/user.v": "From Lib.Part Require Import base.\nDefinition two := one + one.\n",
            "agda/BUILD": "agda_library()\n",
            "agda/A.agda": "module A where\n",
            "agda/B.agda": "module B where\nimport A\n",
        },
    )
    config.write_text(
        config.read_text().replace(
            _BACKENDS, 'backend_packages = ["fourfold.backend.agda", "fourfold.backend.coq"]'
        )
    )
    packaged = workspace.pants("package", "lib/base.v")
    assert packaged.exit_code == 0, packaged.output
    done = workspace.pants("export", "--resolve=coq-8.20", "--resolve=agda-2.6")
    assert done.exit_code == 0, done.output
    exported = workspace.folder / "dist/export/toolchains"

    coq = exported / "coq-8.20"
    said = [line for line in (coq / "_CoqProject").read_text().splitlines() if line[0] != "#"]
    flags = [word for line in said for word in shlex.split(line) if word != "-arg"]
    words = [word for flag in flags for word in shlex.split(flag)]
    assert "Printing All" in words
    copy = tmp_path / "user.v"
    copy.write_text((workspace.folder / "lib/user.v").read_text())
    compiled = run(str(coq / "bin/coqc"), *words, "user.v", cwd=tmp_path)
    assert compiled.returncode == 0, compiled.stderr
    copy.write_text("From Lib.Part Require Import absent.\n")
    assert run(str(coq / "bin/coqc"), *words, "user.v", cwd=tmp_path).returncode != 0

    agda = exported / "agda-2.6"
    library = agda / "fourfold.agda-lib"
    assert "--safe" in library.read_text()
    (tmp_path / "libraries").write_text(f"{library}\n")
    (tmp_path / "C.agda").write_text("module C where\nimport B\n")
    command = [
        str(agda / "bin/agda"), f"--library-file={tmp_path / 'libraries'}", "-l", "fourfold",
        "-i", ".", "--safe", "C.agda",
    ]  # fmt: skip
    checked = run(*command, cwd=tmp_path)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_an_unknown_toolchain_is_said(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "w", {"lib/BUILD": "coq_theory()\n", "lib/a.v": "\n"})
    done = workspace.pants("export", "--resolve=coq-9")
    assert done.exit_code != 0
    assert "coq-9" in done.output and "coq-8.20" in done.output, done.output
