"""The NetSpec is shared by two pipelines, so it must not need either of them."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
FORBIDDEN = ("jax", "jaxlib", "iree", "numerics.autodiff", "numerics.stablehlo")

PROGRAM = f"""
import importlib, pathlib, sys

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if any(name == f or name.startswith(f + ".") for f in {FORBIDDEN!r}):
            raise ImportError("refused: " + name)

sys.meta_path.insert(0, Refuse())
count = 0
for path in sorted(pathlib.Path("numerics/nets").rglob("*.py")):
    if not path.name.endswith("_test.py") and path.name != "__init__.py":
        importlib.import_module(".".join(path.with_suffix("").parts))
        count += 1
{{extra}}
print(count)
"""


def run(extra: str = "") -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-c", PROGRAM.replace("{extra}", extra)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        env={"PYTHONPATH": ":".join([".", *filter(None, sys.path)])},
    )


def test_nets_need_neither_pipeline() -> None:
    result = run()
    assert result.returncode == 0, result.stderr
    assert int(result.stdout) >= 13


def test_an_import_of_jax_would_be_seen() -> None:
    result = run("import jax")
    assert result.returncode != 0
    assert "refused: jax" in result.stderr
