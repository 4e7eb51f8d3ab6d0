from __future__ import annotations

import ast
from pathlib import Path

import pytest

from fourfold.backend.traces.corners import CORNERS, without_driver


def test_cpu_corners_need_no_driver(tmp_path: Path) -> None:
    for corner in ("jax-cpu", "iree-llvm-cpu", "iree-vmvx", "xla-cpu"):
        assert CORNERS[corner] is None and without_driver(corner, str(tmp_path)) == ""


@pytest.mark.parametrize(
    "corner, file, driver",
    [
        ("iree-cuda", "dev/nvidiactl", "the NVIDIA driver"),
        ("jax-rocm", "dev/kfd", "the AMD GPU driver"),
        ("iree-vulkan", "usr/share/vulkan/icd.d/radeon.json", "a Vulkan driver"),
    ],
)
def test_what_was_looked_for_is_named_until_it_is_there(
    tmp_path: Path, corner: str, file: str, driver: str
) -> None:
    path = tmp_path / file
    path.parent.mkdir(parents=True)  # an empty folder is no driver
    said = without_driver(corner, str(tmp_path))
    assert said.startswith(f"{corner} needs {driver}; found none of /")
    assert "/" + file in said or "/" + str(Path(file).parent) in said
    path.write_text("")
    assert without_driver(corner, str(tmp_path)) == ""


def test_they_are_those_that_the_recorder_knows() -> None:
    source = (Path(__file__).parents[3] / "numerics/corners/names.py").read_text()
    text = source.split("CORNERS = ", 1)[1].split("}", 1)[0] + "}"
    assert set(CORNERS) == set(ast.literal_eval(text)) - {"numpy-f64"}
