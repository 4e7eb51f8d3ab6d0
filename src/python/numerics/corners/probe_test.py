"""What each corner looks for, and that it imports no more than it needs."""

import json
import subprocess
import sys

import pytest

from numerics.corners import gpu, probe
from numerics.corners.make import make_corner
from numerics.corners.names import CORNERS


@pytest.mark.parametrize("corner", [c for c in CORNERS if c.endswith(("cuda", "rocm", "vulkan"))])
def test_a_machine_without_a_gpu(corner: str, monkeypatch, tmp_path, capsys) -> None:
    monkeypatch.setattr(gpu, "_LIBRARIES", dict.fromkeys(gpu._LIBRARIES, "libabsent.so.1"))
    monkeypatch.setattr(gpu, "_KFD_NODES", tmp_path)
    assert probe.main(["--corner", corner]) == 77
    found = json.loads(capsys.readouterr().out)
    assert set(found) == {"looked_for", "found", "how_to_get"}
    assert "libabsent.so.1" in found["looked_for"] or str(tmp_path) in found["looked_for"]
    assert found["how_to_get"].startswith("install ")


def test_what_is_lacking_is_a_finding(monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(gpu, "_LIBRARIES", dict.fromkeys(gpu._LIBRARIES, "libabsent.so.1"))
    path = tmp_path / "report.json"
    assert probe.main(["--corner", "iree-cuda", "--report", str(path)]) == 77
    found = json.loads(path.read_text())
    (said,) = found["messages"]
    assert found["verdict"] == "not-available" and found["judged"] == 0
    assert said.startswith("iree-cuda needs the driver's library libabsent.so.1; found none (")
    assert said.endswith("). install NVIDIA's driver on a machine with an NVIDIA GPU")


def test_a_gpu_without_its_plugin(monkeypatch, capsys) -> None:
    monkeypatch.setattr(gpu, "require_driver", lambda kind: None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert probe.main(["--corner", "jax-cuda"]) == 77
    found = json.loads(capsys.readouterr().out)
    assert "jax_cuda13_plugin or jax_cuda12_plugin" in found["looked_for"]


def test_an_old_processor(monkeypatch, capsys) -> None:
    monkeypatch.setattr("numerics.corners.corner._cpu_info", lambda: ["flags : sse2 fma"])
    assert probe.main(["--corner", "iree-llvm-cpu"]) == 77
    assert "without avx2, bmi2, f16c" in json.loads(capsys.readouterr().out)["found"]


def test_targets_of_nvidia_gpus() -> None:
    assert gpu.cuda_name(75) == "sm_75"
    assert gpu.cuda_name(87) == "sm_86"
    assert gpu.cuda_name(90) == gpu.cuda_name(120) == "sm_89"
    with pytest.raises(gpu.CornerUnavailable, match="6.0 or more; found one of 5.2"):
        gpu.cuda_name(52)


def test_kernel_numbers_of_amd_gpus() -> None:
    assert gpu.gfx_name(90402) == "gfx942"
    assert gpu.gfx_name(90010) == "gfx90a"
    assert gpu.gfx_name(110000) == "gfx1100"


def test_unknown_corners() -> None:
    with pytest.raises(ValueError, match="corner 'abacus' is unknown; there are jax-cpu"):
        make_corner("abacus")


@pytest.mark.parametrize(
    ("corner", "loaded", "not_loaded"),
    [
        ("jax-cpu", "jax", ("iree", "numerics.stablehlo")),
        ("xla-cpu", "jaxlib", ("iree", "numerics.autodiff")),
        ("iree-vmvx", "iree", ("jax", "jaxlib", "numerics.autodiff")),
    ],
)
def test_a_corner_loads_what_it_needs(corner: str, loaded: str, not_loaded) -> None:
    program = (
        "import json, sys; from numerics.corners import probe; "
        f"assert probe.main(['--corner', {corner!r}]) == 0; print(json.dumps(list(sys.modules)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": ":".join(filter(None, sys.path))},
    )
    environment, modules = run.stdout.splitlines()
    found = json.loads(environment)
    assert set(found) == {"compiler", "device", "driver", "versions"}
    # However many processors there are.
    assert found["compiler"].get("threads", "1") == "1"
    names = json.loads(modules)
    assert loaded in names
    assert not [name for name in names if name.startswith(not_loaded)]
