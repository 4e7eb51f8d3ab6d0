"""Throw-away repositories with the numerics of this one, and no proofs."""

from __future__ import annotations

import re
import shutil
from collections import defaultdict
from pathlib import Path
from typing import DefaultDict, Dict, Mapping, Set, Tuple

from workspace import REPOSITORY, Workspace

_CONFIG = """\
[GLOBAL]
pants_version = "2.17.1"
pythonpath = ["%(buildroot)s/src/python"]
backend_packages = [
  "pants.backend.python",
  "fourfold.backend.coq",
  "fourfold.backend.gradients",
  "fourfold.backend.traces",
]
pantsd = false
ignore_warnings = ["DEPRECATED: Running Pants in an external Python interpreter"]

[source]
root_patterns = ["/src/python"]

[python]
interpreter_constraints = ["CPython==3.11.*"]
enable_resolves = true
default_resolve = "numerics"
resolves_generate_lockfiles = false
run_against_entire_lockfile = true

[python.resolves]
plugins = "3rdparty/python/plugins.lock"
numerics = "3rdparty/python/numerics.lock"

[python-infer]
use_rust_parser = true

[pex]
executable_search_paths = ["/usr/bin", "/bin"]

[subprocess-environment]
env_vars = ["LANG=C.UTF-8", "LC_ALL=C.UTF-8"]
"""
_CITATION = re.compile(r'"coq:Fourfold\.VJP\.(\w+)\.(\w+)",\s*of="Fourfold\.VJP\.\w+\.(\w+)"')


def numerics_workspace(folder: Path, files: Mapping[str, str]) -> Workspace:
    workspace = Workspace(folder, {"pants.toml": _CONFIG, **files})
    numerics = folder / "src/python/numerics"
    shutil.copytree(
        REPOSITORY / "src/python/numerics",
        numerics,
        ignore=shutil.ignore_patterns("*_test.py", "__pycache__", ".ruff_cache"),
    )
    for path in numerics.rglob("BUILD"):
        path.write_text(path.read_text().split("python_tests(")[0])  # the tests are not here
    for name in ("BUILD", "numerics.in", "plugins.in"):
        shutil.copy2(REPOSITORY / "3rdparty/python" / name, folder / "3rdparty/python" / name)
    return workspace


def stand_ins(folder: Path) -> Dict[str, str]:
    """A theory in which each theorem that the oracle's rules cite says that the constant it is
    cited for is itself.

    What is under test is that citations are looked up, not the theorems: those take minutes.
    """
    cited: DefaultDict[str, Set[Tuple[str, str]]] = defaultdict(set)
    for path in (folder / "src/python/numerics/stablehlo").rglob("*.py"):
        for module, theorem, of in _CITATION.findall(path.read_text()):
            cited[module].add((theorem, of))
    theories = {
        f"src/coq/VJP/{module}.v": "".join(
            [f"Definition {of} := tt.\n" for of in sorted({of for _, of in found})]
            + [f"Lemma {name} : {of} = {of}.\nProof. exact eq_refl. Qed.\n"
               for name, of in sorted(found)]
        )
        for module, found in cited.items()
    }
    return {"src/coq/VJP/BUILD": "coq_theory(logical_name='Fourfold.VJP')\n", **theories}
