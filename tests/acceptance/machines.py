"""Machines that share a remote cache: each has its own checkout, store and named caches."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import signal
import time
from pathlib import Path
from typing import Dict, Mapping, Set

from cache_server import cache_folder
from workspace import REPOSITORY, Run, Workspace

# In a source it makes a result that no cache in the world can have yet.
MARK = f"Definition mark_{secrets.token_hex(8)} := tt.\n"
BACKENDS = (
    "pants.backend.python",
    "fourfold.backend.coq",
    "fourfold.backend.gradients",
    "fourfold.backend.traces",
)
# Of pants.toml: settings of other backends, and of targets that are not here.
OTHER_SECTIONS = ("[traces", "[environments-preview", "[dockerfile")
_HIT = re.compile(r'remote cache hit for: "((?:[^"\\]|\\.)*)"')


def theory(name: str, proof: str = "exact I", fields: str = "") -> Dict[str, str]:
    """A theory of one module that nobody has checked yet."""
    text = f"(* {name} *)\n{MARK}Lemma claim : True.\nProof. {proof}. Qed.\n"
    return {f"{name}/BUILD": f"coq_theory({fields})\n", f"{name}/main.v": text}


def of_theory(name: str, module: str = "main") -> Set[str]:
    """The processes that check one module."""
    steps = ("Compile", "Audit", "Re-check", "Check independently")
    return {f"{step} {name}.{module} with coq-8.20" for step in steps}


CHAIN = {
    **theory("chain"),
    "chain/top.v": (
        "From chain Require Import main.\nLemma top : True.\nProof. exact claim. Qed.\n"
    ),
}


def gradient(package: str, vjp: str, cited: str) -> Dict[str, str]:
    """A check of the doubling of a vector that nobody has run yet; `vjp` is right as `2.0 * dy`."""
    return {
        f"src/python/{package}/BUILD": 'python_sources()\nfd_checks(name="fd")\n',
        f"src/python/{package}/doubling.py": f"""\
from numerics.citation import Citation
from numerics.gradients.check import Check, Tolerance, normal

CHECKS = (
    Check(
        name="doubling",
        function=lambda x: 2.0 * x,
        vjp=lambda x, dy: {vjp},
        inputs=(normal("x", (3,)),),
        tolerance=Tolerance(1e-7, 1e-7, "the map is linear, so only rounding is left"),
        {cited},
    ),
)
# {MARK}""",
    }


CITED = 'theorems=(Citation("coq:chain.main.claim", of="Coq.Init.Logic.True"),)'
GRADIENT = {
    **gradient("demo", "2.0 * dy", CITED),
    "3rdparty/python/BUILD": (
        'python_requirements(name="numerics", source="numerics.in", resolve="numerics")\n'
    ),
    "3rdparty/python/numerics.in": "numpy\n",
}
GRADIENT_PROCESS = "Compare demo.doubling with finite differences"
# A recorder of its own: gradient descent on a parabola, which needs NumPy alone.
TRACE = {
    "src/python/descent/BUILD": """\
python_sources()
netspecs(name="nets")
gpu_trace(
    name="trace", net="src/python/descent/parabola.yaml", corner="jax-cpu", batch=1, steps=3
)
""",
    "src/python/descent/parabola.yaml": "name: parabola\n",
    "src/python/descent/record.py": f"""\
import json
from pathlib import Path

import numpy as np

x = np.ones(3)
steps = []
for step in (1, 2, 3):
    x = x - 0.1 * x
    steps.append(json.dumps({{"step": step, "loss": float(x @ x) / 2}}))
report = {{
    "schema": "fourfold.findings", "schema_version": 1, "verdict": "clean", "messages": [],
    "judged": 3, "notes": [], "formulas": [], "evidence": {{}},
}}
out = Path("__report")
out.mkdir()
(out / "trace.jsonl").write_text("\\n".join(steps))
(out / "report.json").write_text(json.dumps(report))
# {MARK}""",
}
TRACE_PROCESS = "Record trace"
TRACES_CONFIG = """
[traces]
recorder = "descent.record"
pipelines = {}
"""


class Machine(Workspace):
    """Runs with the repository's own pants.toml, and a lock of NumPy alone.

    `env` replaces variables of the environment.
    """

    def __init__(self, folder: Path, files: Mapping[str, str], **env: str) -> None:
        super().__init__(folder, {})
        sections = re.split(r"^(?=\[)", (REPOSITORY / "pants.toml").read_text(), flags=re.MULTILINE)
        config = re.sub(
            r"backend_packages = \[.*?\]",
            f"backend_packages = {list(BACKENDS)}",
            "".join(text for text in sections if not text.startswith(OTHER_SECTIONS)),
            flags=re.DOTALL,
        )
        # Plots need matplotlib, which the small lock lacks.
        config = config.replace(
            "[python-infer]", '[python-infer]\nunowned_dependency_behavior = "ignore"'
        )
        self.env = env
        self.options: Dict[str, str] = {}
        config += TRACES_CONFIG
        self.write({"pants.toml": config, **CHAIN, **GRADIENT, **TRACE, **files})
        lock = (REPOSITORY / "3rdparty/python/numerics.lock").read_text()
        (numpy,) = re.findall(r"^numpy==(?:.*\\\n)+.*\n", lock, re.MULTILINE)
        self.write({"3rdparty/python/numerics.lock": f"# {MARK}{numpy}"})
        gradients = "src/python/numerics/gradients"
        shutil.copytree(
            REPOSITORY / gradients,
            folder / gradients,
            ignore=shutil.ignore_patterns(
                "*_test.py", "mutation", "checks", "BUILD", "__pycache__"
            ),
        )
        shared = {
            f"src/python/numerics/{name}.py": (
                REPOSITORY / f"src/python/numerics/{name}.py"
            ).read_text()
            for name in ("__init__", "citation", "findings")
        }
        builds = (f"{gradients}/BUILD", "src/python/numerics/BUILD")
        self.write({**shared, **dict.fromkeys(builds, "python_sources()\n")})

    def test(self, *targets: str, **options: object) -> Run:
        """`./pants test`; see Run.executed and `hits`. Options are those of [GLOBAL]."""
        chosen = {**self.options, **options}
        flags = [f"--{k.replace('_', '-')}={v}" for k, v in chosen.items()]
        return self.pants("-ldebug", *flags, "test", *targets, env=self.env)

    def stop(self) -> None:
        """Ends the daemon, if one runs."""
        for pid in self.daemon():
            os.kill(pid, signal.SIGKILL)
            for _ in range(100):
                if not Path(f"/proc/{pid}/stat").exists():
                    break
                time.sleep(0.1)

    def daemon(self) -> Set[int]:
        return {
            int(path.read_text())
            for path in self.folder.glob(".pids/*/pantsd/pid")
            if Path(f"/proc/{path.read_text()}").exists()
        }


def hits(done: Run) -> Set[str]:
    """Descriptions of the processes whose results came from the remote cache."""
    return set(_HIT.findall(done.output))


def counter(done: Run, name: str) -> int:
    """One of Pants' own counters; needs `--stats-log`."""
    (value,) = re.findall(rf"^  {name}: (\d+)$", done.output, re.MULTILINE)
    return int(value)


def warnings(done: Run) -> Set[str]:
    """What Pants warned of; `--stats-log` brings a remark of its own, which is left out."""
    lines = re.findall(r"\[(?:WARN|ERROR)\] (.*)", done.output)
    return {line for line in lines if "hdrhistogram" not in line}


def other_store() -> Path:
    """A store that only these tests use. It keeps toolchains from one run of the tests to the next;
    of results that bear this run's MARK it can have none.
    """
    folder = cache_folder() / "acceptance/store"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def other_home(folder: Path) -> Path:
    """A home in which ./pants is set up already, by a link, so that it is not installed again."""
    home = folder / "home-of-another"
    cache = home / ".cache/fourfold"
    cache.mkdir(parents=True)
    for entry in cache_folder().glob("pants-*"):
        (cache / entry.name).symlink_to(entry)
    return home


def false_tools(folder: Path) -> Path:
    """A folder of programs that fail, each with the name of one that a build might look for."""
    folder.mkdir()
    for name in ("coqc", "coqtop", "coqchk", "bwrap", "tar", "ar", "gcc", "cc", "ld", "python3"):
        (folder / name).write_text("#!/bin/sh\necho a tool of the host was run >&2\nexit 97\n")
        (folder / name).chmod(0o755)
    return folder


