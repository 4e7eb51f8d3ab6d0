"""The CI workflow and the runners' images, as far as can be told without running them."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path
from typing import Dict, List, NamedTuple, Set

import pytest
import yaml
from workspace import REPOSITORY

WORKFLOW = REPOSITORY / ".github/workflows/ci.yml"
JOBS = (
    "lint", "unit", "prove", "gradients", "traces", "negative", "hermeticity", "heavy", "gpu",
)  # fmt: skip
IMAGES = ("docker/cpu", "docker/gpu")
INSTRUCTIONS = {"FROM", "ARG", "ENV", "RUN", "WORKDIR", "COPY"}


class Instruction(NamedTuple):
    name: str
    arguments: str


def instructions(text: str) -> List[Instruction]:
    """Those of a Dockerfile, each on one line; raises ValueError for what is none."""
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    found = []
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        name, _, arguments = line.partition(" ")
        if name not in INSTRUCTIONS or not arguments.strip():
            raise ValueError(f"not an instruction: {line}")
        found.append(Instruction(name, arguments.strip()))
    return found


def jobs() -> Dict[str, dict]:
    return yaml.safe_load(WORKFLOW.read_text())["jobs"]


def command(job: str) -> str:
    return jobs()[job]["steps"][-1]["run"]


@pytest.mark.parametrize("image", IMAGES)
def test_a_dockerfile_copies_what_is_there(image: str) -> None:
    read = instructions((REPOSITORY / image / "Dockerfile").read_text())
    names = [i.name for i in read]
    assert "FROM" in names and set(names[: names.index("FROM")]) <= {"ARG"}
    for i in read:
        if i.name == "COPY" and not i.arguments.startswith("--from="):
            *sources, _ = shlex.split(i.arguments)
            assert sources and all((REPOSITORY / source).exists() for source in sources)


def test_the_cpu_image_takes_another_base_and_other_interpreters() -> None:
    """docker_test.py builds it with both; the download itself is not run anywhere here."""
    read = instructions((REPOSITORY / "docker/cpu/Dockerfile").read_text())
    assert [i.arguments for i in read if i.name == "ARG"] == [
        "BASE=debian:13-slim",
        "INTERPRETERS=downloaded",
        "CALLERS_PYTHON=/usr/local/bin/python3.11",
    ]
    stages = [i.arguments for i in read if i.name == "FROM"]
    assert stages == [
        "$BASE AS base", "base AS downloaded", "$INTERPRETERS AS interpreters", "base"
    ]  # fmt: skip
    assert "--from=interpreters /interpreters /" in [i.arguments for i in read if i.name == "COPY"]


def test_the_downloaded_interpreters_are_pinned() -> None:
    read = instructions((REPOSITORY / "docker/cpu/Dockerfile").read_text())
    (installed,) = [i.arguments for i in read if "uv python install" in i.arguments]
    versions = re.findall(r"\b3\.\d+\.\d+\b", installed.split("&&")[0])
    assert [v.rsplit(".", 1)[0] for v in versions] == ["3.9", "3.11"]
    assert [v for v in versions if installed.count(v) < 2] == []
    assert any("pip install --require-hashes -r /uv.lock" in i.arguments for i in read)
    assert re.match(r"uv==[\d.]+ ", (REPOSITORY / "3rdparty/python/uv.lock").read_text())


def test_the_gpu_image_is_built_on_the_cpu_image() -> None:
    read = instructions((REPOSITORY / "docker/gpu/Dockerfile").read_text())
    assert read[:2] == [
        Instruction("ARG", "BASE_IMAGE=docker/cpu:cpu"),
        Instruction("FROM", "$BASE_IMAGE"),
    ]
    assert (REPOSITORY / "docker/cpu/BUILD").exists()


def test_what_is_no_dockerfile_is_refused() -> None:
    for text in ("FORM debian", "RUN", "FROM x\nCOPIES a b"):
        with pytest.raises(ValueError):
            instructions(text)


def test_the_jobs_have_the_promised_names_and_a_command_each() -> None:
    assert tuple(jobs()) == JOBS
    for job in JOBS:
        program = Path(shlex.split(command(job))[0])
        assert str(program) == "pipx" or (REPOSITORY / program).exists()


def test_actions_are_pinned_to_commits() -> None:
    used = [step["uses"] for job in jobs().values() for step in job["steps"] if "uses" in step]
    assert len(used) >= len(JOBS)
    for action in used:
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", action), action


def test_the_gpu_job_is_the_cpu_job_on_a_machine_that_must_have_cuda() -> None:
    assert command("gpu") == command("traces") == "./pants run //traces:cross_backend"
    lacks = yaml.safe_load(jobs()["gpu"]["env"]["PANTS_FOURFOLD_LACKS"])
    assert lacks and not [corner for corner in lacks if corner.endswith("-cuda")]


def test_the_cuda_lock_is_the_numerics_lock_and_more() -> None:
    def pins(name: str) -> Set[str]:
        lines = (REPOSITORY / f"3rdparty/python/{name}.lock").read_text().splitlines()
        return {line.split()[0] for line in lines if "==" in line}

    assert pins("numerics") and pins("numerics") < pins("numerics-cuda")


def test_without_a_gpu_the_recorder_says_so(tmp_path: Path) -> None:
    (tmp_path / "dirname").symlink_to("/usr/bin/dirname")
    done = subprocess.run(
        ["/bin/bash", REPOSITORY / "traces/record_on_device.sh"],
        env={"PATH": str(tmp_path)},  # no nvidia-smi here, whatever the machine has
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 77 and "no NVIDIA GPU" in done.stderr
