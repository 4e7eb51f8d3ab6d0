"""The emitter and its rules stand on their own: no JAX, and nothing of what uses them."""

import pkgutil
import subprocess
import sys

import numerics.stablehlo

FORBIDDEN = ("jax", "jaxlib", "numerics.autodiff", "numerics.gradients")


def modules() -> list[str]:
    found = pkgutil.walk_packages(numerics.stablehlo.__path__, "numerics.stablehlo.")
    return [m.name for m in found if not m.name.endswith("_test")]


def loaded(extra: str = "") -> str:
    """Which forbidden modules are loaded after importing everything here, and then `extra`."""
    script = "import sys\n" + "".join(f"import {name}\n" for name in modules()) + extra
    script += f"\nprint([m for m in {FORBIDDEN} if m in sys.modules])"
    run = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": ":".join(sys.path)},
    )
    return run.stdout.strip()


def test_no_module_loads_jax_or_autodiff() -> None:
    assert "numerics.stablehlo.rules.convolution" in modules()
    assert loaded() == "[]"


def test_a_forbidden_import_would_be_seen() -> None:
    assert loaded("import numerics.autodiff") == "['numerics.autodiff']"
