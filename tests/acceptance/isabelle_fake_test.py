"""The Isabelle backend over a stand-in for Isabelle.

The stand-in is a bash script that runs in the real confinement, on the real userland. With `build`
it does what the system manual says, as far as the backend looks: it wants the images of the parent
and the sources, and leaves an image and a database. What Isabelle itself finds is tested by
tests/projects/isabelle, where there is one.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from workspace import Run, Workspace

FAKE = r"""#!/usr/bin/env bash
set -eu
ISABELLE_ROOT="$(dirname "$0")/.."
if touch "$ISABELLE_ROOT/x" 2>/dev/null || touch "$PWD/x" 2>/dev/null; then exit 9; fi
perl -e 'exit 0'
{ hostname; uname -s; echo x | gawk '{print}'; } > /dev/null
if [ "$PWD" = /sandbox ]; then  # under bubblewrap, on the userland alone
  cat /etc/fonts/fonts.conf /etc/fonts/conf.d/*.conf > /dev/null
  test -d "/usr/lib/locale/${LC_ALL/UTF-8/utf8}" && ls /usr/share/fonts/*/*/*.ttf > /dev/null
fi
heaps="$USER_HOME/.isabelle/$(cat "$ISABELLE_ROOT/etc/ISABELLE_IDENTIFIER")/heaps/polyml_fake"
folders=()
while [ $# -gt 1 ]; do
  case "$1" in -d) folders+=("$2"); shift;; esac
  shift
done
session="$1"
roots="$(for f in "${folders[@]}"; do cat "$f/ROOT"; done)"
parent="$(sed -n "s/^session \"\?$session\"\? .*= \"\([^\"]*\)\" +.*/\1/p" <<< "$roots")"
if [ "$parent" != HOL ] && [ ! -f "$heaps/$parent" ]; then
  echo "*** no image of $parent"
  exit 1
fi
sources="$(find tree -name '*.thy' | sort | xargs cat)"
if grep -q WRONG <<< "$sources"; then echo '*** At command "by" (line 5)'; exit 1; fi
if [ "$session" = Fourfold_Audit ]; then
  audit=auditor/Fourfold_Audit.thy
  nonce="$(sed -n 's/.*nonce = "\([0-9a-f]*\)".*/\1/p' "$audit")"
  {
    printf 'begin\t%s\n' "$nonce"
    grep ' theories = ' "$audit" | grep -oE '[A-Za-z_]+\.[A-Za-z_]+' | while read -r theory; do
      name="${theory##*.}"
      printf 'theory\t%s\ttrue\n' "$theory"
      if grep -q "gap_of_$name" <<< "$sources"; then
        printf 'axiom\t%s\t%s.gap\tFalse\n' "$theory" "$name"
      fi
      printf 'fact\t%s\t%s.claim\tfalse\ttrue\tfalse\ttheorem\tTrue\n' "$theory" "$name"
    done
    printf 'end\t%s\n' "$nonce"
  } > audit/answer
  printf 'begin\t%s\nstructure\tTheory\ttheory.ML\nend\t%s\n' "$nonce" "$nonce" > audit/names
  exit 0
fi
mkdir -p "$heaps/log"
echo "image of $session" > "$heaps/$session"
echo "database of $session" > "$heaps/log/$session.db"
"""

CONFIG = """\
[GLOBAL]
pants_version = "2.17.1"
pythonpath = ["%(buildroot)s/src/python"]
backend_packages = ["fourfold.backend.isabelle"]
pantsd = false
ignore_warnings = ["DEPRECATED: Running Pants in an external Python interpreter"]
"""


def theory(name: str, imports: str, text: str = "") -> str:
    return f"theory {name} imports {imports} begin\n{text}\nend\n"


FILES = {
    "pants.toml": CONFIG,
    "low/ROOT": "session Low in thys = HOL + theories A B\n",
    "low/thys/A.thy": theory("A", "Main"),
    "low/thys/B.thy": theory("B", "A"),
    "low/thys/Draft.thy": theory("Draft", "Main", "WRONG"),
    "low/BUILD": 'isabelle_session(theorems=["Low.B.claim"])\n',
    "high/C.thy": theory("C", "Low.B"),
    "high/BUILD": 'isabelle_session(session="High", parent="Low")\n',
    "axiom/D.thy": theory("D", "Main", "gap_of_D"),
    "axiom/BUILD": 'isabelle_session(session="Axiom", theorems=["Axiom.D.absent"])\n',
    "wrong/E.thy": theory("E", "Main", "WRONG"),
    "wrong/BUILD": 'isabelle_session(session="Wrong")\n',
}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return Workspace(tmp_path_factory.mktemp("isabelle") / "repository", FILES)


@pytest.fixture(scope="module")
def run(workspace: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Run:
    home: Path = tmp_path_factory.mktemp("fake")
    files = {
        "bin/isabelle": FAKE,
        "lib/scripts/getsettings": "# none",
        "src/HOL/Main.thy": "(* none *)",
        "etc/ISABELLE_IDENTIFIER": "Isabelle2025\n",
        "heaps/polyml_fake/HOL": "image",
    }
    for name, text in files.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text)
    (home / "bin/isabelle").chmod(0o755)
    return workspace.pants("test", f"--toolchains-homes={{'isabelle-2025': '{home}'}}", "::")


def test_sessions_are_built_on_the_images_below_and_audited(
    workspace: Workspace, run: Run
) -> None:
    assert "Fourfold: 2 clean, 2 hard-error" in run.output, run.output
    report = workspace.report("low.json")
    assert report["verdict"] == "clean" and report["kernel_recheck"] == "re-checked"
    assert report["prover"] == "isabelle" and report["isolation"] in ("bubblewrap", "none")
    names = [theorem["name"] for theorem in report["theorems"]]
    assert names == ["Low.A.claim", "Low.B.claim"]  # and nothing of Draft.thy
    assert workspace.report("high.json")["verdict"] == "clean"


def test_an_axiom_and_a_missing_theorem_are_refused(workspace: Workspace, run: Run) -> None:
    said = "\n".join(workspace.report("axiom.json")["messages"])
    assert "Axiom.D.claim rests on the axiom Axiom.D.gap : False, which is not permitted" in said
    assert 'add "Axiom.D.gap" to `axioms` in axiom/BUILD' in said
    assert "the theorem Axiom.D.absent does not exist" in said


def test_what_isabelle_rejects_is_refused_in_its_words(workspace: Workspace, run: Run) -> None:
    said = "\n".join(workspace.report("wrong.json")["messages"])
    assert said == 'the session `Wrong`: At command "by" (line 5)'
