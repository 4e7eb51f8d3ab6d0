"""Plugins load nothing that the sandboxes load, and no backend loads another."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from typing import Iterator

ROOT = Path(__file__).parents[3]

PROGRAM = """
import importlib, pathlib, sys
names = [
    ".".join(path.with_suffix("").parts)
    for path in sorted(pathlib.Path("fourfold").rglob("*.py"))
    if not path.name.endswith("_test.py") and not {"sandbox", "scripts"} & set(path.parts)
]
for name in [*names, *sys.argv[1:]]:
    importlib.import_module(name)
print(len(names))
found = {"numpy", "jax", "iree", "numerics"} & {name.split(".")[0] for name in sys.modules}
sys.exit(f"imported: {sorted(found)}" if found else 0)
"""


def imported(*more: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, *more],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        env={"PYTHONPATH": ":".join([".", *filter(None, sys.path)])},
    )


def test_no_plugin_module_loads_the_numeric_stack() -> None:
    result = imported()
    assert result.returncode == 0, result.stderr
    count = len(list((ROOT / "fourfold").rglob("register.py")))
    assert int(result.stdout) > count >= 1


def test_an_import_of_it_would_be_seen(tmp_path: Path) -> None:
    (tmp_path / "numpy.py").write_text("")
    sys.path.append(str(tmp_path))
    try:
        result = imported("numpy")
    finally:
        sys.path.remove(str(tmp_path))
    assert result.returncode != 0 and "imported: ['numpy']" in result.stderr


BACKENDS = ROOT / "fourfold/backend"
# The backends that another one may import; any may import none.
SHARED = {
    "nets": {"numerics"},
    "gradients": {"nets", "numerics"},
    "traces": {"nets", "numerics"},
}


def backends_imported(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        modules = []
        if isinstance(node, ast.ImportFrom) and node.module:
            modules = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        for module in modules:
            if module.startswith("fourfold.backend."):
                yield module.split(".")[2]


def test_traces_know_nothing_of_gradients_nor_any_backend_of_another() -> None:
    found = {
        (path.relative_to(BACKENDS).parts[0], imported)
        for path in BACKENDS.rglob("*.py")
        if not path.name.endswith("_test.py")
        for imported in backends_imported(path.read_text())
    }
    assert ("traces", "nets") in found  # what is looked for is found
    assert [
        (backend, other)
        for backend, other in sorted(found)
        if other != backend and other not in SHARED.get(backend, ())
    ] == []
