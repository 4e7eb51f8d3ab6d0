"""The Lean backend over a stand-in for Lean.

The stand-in is a script for a copy of this machine's dash, and runs in the real confinement. It
takes the source for the object file, and tells theorems, definitions and admitted proofs apart by
the words of a line. What Lean itself finds is tested by tests/projects/lean, where there is one.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from workspace import Run, Workspace

DASH = "/bin/dash"
FAKE = r"""#!/toolchain/bin/dash
set -eu
TAB="$(printf '\t')"
case "$*" in
  --version) echo "Lean (version 4.0.0, commit 0, Release)"; exit;;
  --help) echo "  --root=dir"; exit;;
esac

copied() { while IFS= read -r line; do printf '%s\n' "$line"; done; }

row() {  # kind, module and name, and what the constant rests on
  printf '%s{"name": "%s", "module": "%s", "kind": "%s", ' "$comma" "$3" "$2" "$1"
  printf '"rests": [%s], ' "$4"
  printf '"mentions": ["True"], "statement": "", "generated": false, "outside": false, '
  printf '"uses": [], "direct": []}'
  comma=", "
}

rows() {
  while IFS= read -r line; do
    set -- $line
    case "$line" in
      theorem*sorry) row theorem "$module" "$2" "[\"$2\", \"sorry\", \"$module\"]";;
      theorem*) row theorem "$module" "$2" '["propext", "axiom", "Init.Core"]';;
      def*) row "a definition" "$module" "$2" "";;
    esac
  done
}

audit() {
  names="" comma="" seen=""
  while IFS="$TAB" read -r word module object; do
    case "$word" in
      names) names=yes;;
      module)
        last="$object"
        read -r kind name rest < "$object" || :
        if [ "$kind" = garbage ]; then
          printf '{"error": "failed to read file '"'/sandbox/$object'"', invalid header"}'
          return
        fi
        case " $seen " in *" $name "*) clash="$module declares $name, too";; esac
        seen="$seen $name"
        of="$module";;
    esac
  done
  if [ -n "$names" ]; then printf '{"error": "%s"}' "${clash-}"; return; fi
  module="$of"
  printf '{"error": "", "refused": "", "wrong": [], "rows": ['
  rows < "$last"
  printf ']}'
}

if [ "$1" = --run ]; then audit < "$3" > "$4"; exit; fi
output=""
while [ $# -gt 1 ]; do
  case "$1" in -o) output="$2"; shift;; esac
  shift
done
if [ -n "$output" ]; then copied < "$1" > "$output"; fi
"""

CONFIG = """\
[GLOBAL]
pants_version = "2.17.1"
pythonpath = ["%(buildroot)s/src/python"]
backend_packages = ["fourfold.backend.lean"]
pantsd = false
ignore_warnings = ["DEPRECATED: Running Pants in an external Python interpreter"]
"""

FILES = {
    "pants.toml": CONFIG,
    "good/Main.lean": "theorem claim : True := trivial\n",
    "good/BUILD": 'lean_theory(theorems=["claim"])\n',
    "later/Main.lean": "theorem later : True := sorry\n",
    "later/BUILD": 'lean_theory(ious=["later"])\n',
    "admitted/Main.lean": "theorem claim : False := sorry\n",
    "admitted/BUILD": 'lean_theory(axioms=["*"])\n',
    "defined/Main.lean": "def claim : Prop := False\n",
    "defined/BUILD": 'lean_theory(theorems=["claim"])\n',
    "taken/Main.lean": "theorem claim : True := trivial\n",
    "taken/BUILD": 'lean_theory(module_prefix="Std")\n',
    "garbage/Main.lean": "garbage\n",
    "garbage/BUILD": "lean_theory()\n",
    "two/First.lean": "theorem helper : True := trivial\n",
    "two/Second.lean": "theorem helper : True := trivial\n",
    "two/BUILD": "lean_theory()\n",
}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    if not Path(DASH).is_file():
        pytest.skip(f"the stand-in for Lean is a script for {DASH}, which is not here")
    return Workspace(tmp_path_factory.mktemp("lean") / "repository", FILES)


@pytest.fixture(scope="module")
def run(workspace: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Run:
    home: Path = tmp_path_factory.mktemp("fake")
    for name in ("bin/lean", "lib/lean/Init.olean", "lib/lean/Std.olean"):
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(FAKE if name == "bin/lean" else "")
    shutil.copy(DASH, home / "bin/dash")
    (home / "bin/lean").chmod(0o755)
    run = workspace.pants("test", f"--toolchains-homes={{'lean-4': '{home}'}}", "::")
    if "`isolation: none`" in run.output:
        pytest.skip("the stand-in for Lean needs a toolchain at a fixed place, so isolation")
    return run


def said(workspace: Workspace, report: str) -> str:
    return "\n".join(workspace.report(report)["messages"])


def test_without_lean_a_report_names_the_version_that_ran(workspace: Workspace, run: Run) -> None:
    report = workspace.report("good.Main.lean.json")
    assert report["verdict"] == "clean" and report["kernel_recheck"] == "re-checked", run.output
    assert report["toolchain"]["version"] == "Lean (version 4.0.0, commit 0, Release)"
    assert "`lean-4` is Lean 4.23.0 by its name or definition, and what runs is" in run.output
    assert report["theorems"] == [
        {"name": "claim", "axioms": ["propext"], "kind": "theorem", "mentions": ["True"]}
    ]


def test_without_lean_a_sorry_is_an_iou_and_no_axiom(workspace: Workspace, run: Run) -> None:
    assert workspace.report("later.Main.lean.json")["verdict"] == "iou-only"
    assert workspace.report("admitted.Main.lean.json")["verdict"] == "hard-error"
    assert "no entry of `axioms` permits it" in said(workspace, "admitted.Main.lean.json")


def test_without_lean_a_theorem_is_no_definition(workspace: Workspace, run: Run) -> None:
    assert "the theorem claim is a definition" in said(workspace, "defined.Main.lean.json")


def test_without_lean_names_of_the_toolchain_are_refused(workspace: Workspace, run: Run) -> None:
    assert "Std.Main has the name of a module of lean-4" in said(workspace, "taken.Main.lean.json")


def test_without_lean_an_unreadable_object_file_is_named(workspace: Workspace, run: Run) -> None:
    message = said(workspace, "garbage.Main.lean.json")
    assert "failed to read the object file of garbage.Main, invalid header" in message
    assert "/sandbox" not in message


def test_without_lean_a_theory_is_loaded_as_a_whole(workspace: Workspace, run: Run) -> None:
    for module in ("First", "Second"):
        assert workspace.report(f"two.{module}.lean.json")["verdict"] == "clean"
    assert workspace.report("two@library.json")["verdict"] == "hard-error"
    message = said(workspace, "two@library.json")
    assert "cannot be loaded together: two.Second declares helper, too" in message


def test_package_leaves_out_what_this_machine_lacks(tmp_path: Path) -> None:
    """No fake here: there is no Lean to be had, and strict machines say so."""
    workspace = Workspace(
        tmp_path / "w", {"lib/BUILD": "lean_theory()\n", "lib/A.lean": "theorem t : 1 = 1 := rfl\n"}
    )
    config = workspace.folder / "pants.toml"
    config.write_text(config.read_text().replace("backend.coq", "backend.lean"))
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    # Without what elan may have installed.
    env = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path / "home"), "XDG_CACHE_HOME": cache}
    options = ["--toolchains-mirrors=[]"]
    lacking = workspace.pants(*options, "package", "::", env=env)
    assert lacking.exit_code == 0, lacking.output
    assert "lib/A.lean cannot be packaged: it is not-available" in lacking.output
    strict = workspace.pants(*options, "--fourfold-strict", "package", "::", env=env)
    assert strict.exit_code != 0
    assert "cannot be packaged: it is not-available" in strict.output
