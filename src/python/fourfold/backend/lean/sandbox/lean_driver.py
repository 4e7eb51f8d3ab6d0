"""Runs Lean for one Fourfold process: `probe`, `compile`, `audit` or `library`.

Usage: lean_driver.py REQUEST      REQUEST is a JSON object; a JSON object is printed.

The exit status is 0 where the answer depends on the inputs alone, also when Lean rejects the file,
so that it can be cached; and 3 where Lean was killed or ran out of time or memory.
"""

from __future__ import annotations

import json
import os
import re

import confine
import lean_report
from confine_elf import ElfConfinement

# What lean writes beside a module's .olean, by its version and the file's header.
SUFFIXES = (".olean", ".ilean", ".olean.server", ".olean.private", ".ir")
_MARK = "--! "


class Lean:
    """One toolchain in one confinement. Request keys: `isolation`, `timeout` (seconds)."""

    def __init__(self, request: dict) -> None:
        self.timeout = request["timeout"]
        self.confinement = ElfConfinement(request["isolation"])
        self.work = self.confinement.work
        # Explicit, since a toolchain that was taken from a build folder looks elsewhere.
        self.library = f"{self.confinement.toolchain}/lib/lean"

    def readable(self, output: str) -> str:
        """Names modules where Lean names files that nobody sees outside."""
        return re.sub(
            rf"(?:object )?file '?(?:{re.escape(self.work)}/)?lib/([^\s']+?)\.olean(?:\.\w+)?'?",
            lambda found: f"the object file of {found.group(1).replace('/', '.')}",
            output,
        )

    def run(self, args: list[str], path: list[str], writable: list[str]) -> confine.Completed:
        folders = [*(f"{self.work}/{p}" for p in path), self.library]
        return self.confinement.run(
            [*self.confinement.tool("bin/lean"), *args],
            env={"LEAN_PATH": ":".join(folders)},
            writable=writable,
            timeout=self.timeout,
        )


def compile_arguments(request: dict) -> list[str]:
    """Request keys: `module_path` (`A/B` for the module A.B), `flags`, `features`."""
    path, features = request["module_path"], request["features"]
    args = list(request["flags"])
    if "root" in features:
        args.append("--root=src")
    args += ["-o", f"out/{path}.olean"]
    if "ilean" in features:
        args += ["-i", f"out/{path}.ilean"]
    return [*args, f"src/{path}.lean"]


def compile_module(request: dict) -> dict:
    """Compiles `source` against `lib/`; what Lean writes of it lies in `out/`."""
    lean = Lean(request)
    path = request["module_path"]
    for folder in ("src", "out"):
        os.makedirs(os.path.dirname(f"{folder}/{path}"), exist_ok=True)
    with open(request["source"], "rb") as source, open(f"src/{path}.lean", "wb") as copy:
        copy.write(source.read())
    os.makedirs("lib", exist_ok=True)
    before = confine.tree_files()
    done = lean.run(compile_arguments(request), ["lib"], ["out"])
    answer = done.answer()
    # Lean names the file as it was given; a person looks for it in the repository.
    answer["output"] = lean.readable(done.output.replace(f"src/{path}.lean", request["source"]))
    undeclared = confine.undeclared_files(before, {f"out/{path}{s}" for s in SUFFIXES})
    if done.exit_code == 0 and undeclared:
        answer.update(accepted=False, undeclared=undeclared)
    elif done.exit_code == 0 and not os.path.isfile(f"out/{path}.olean"):
        answer.update(accepted=False, missing_output=True)
    return answer


def features_of(help_text: str) -> list[str]:
    """Which of the options that differ between versions this lean has, by its own account."""
    found = []
    if "--root" in help_text or "-R" in help_text.split():
        found.append("root")
    if "ilean" in help_text:
        found.append("ilean")
    return found


def variants(text: str) -> dict[str, list[str]]:
    """Name -> its variants, in order: the parts of audit_variants.lean."""
    found: dict[str, list[str]] = {}
    for part in text.split(_MARK)[1:]:
        name, _, body = part.partition("\n")
        found.setdefault(name.strip(), []).append(body.strip() + "\n")
    return found


_HEAD = (
    "import Lean.Data.Json\nimport Lean.Elab.Frontend\nimport Lean.Util.FoldConsts\n"
    "open Lean\nnamespace FourfoldAudit\n"
)
_TAIL = "\nend FourfoldAudit\n"


def probe_toolchain(request: dict) -> dict:
    """What this lean is and can do, and the audit compiled for it (`auditor/`).

    Request key: `audit`, the files of the audit, in their order.
    """
    lean = Lean(request)
    version = lean.run(["--version"], [], [])
    usage = lean.run(["--help"], [], [])
    answer = {**version.answer(), "version": version.output.strip(),
              "features": features_of(usage.output), "auditor": "", "chosen": {}}
    if version.exit_code != 0:
        return answer
    os.makedirs("probe", exist_ok=True)
    with open("audit_variants.lean", encoding="utf-8") as f:
        groups = variants(f.read())
    texts = []
    for name, choices in groups.items():
        said = []
        for number, choice in enumerate(choices):
            with open("probe/Probe.lean", "w", encoding="utf-8") as f:
                f.write(_HEAD + choice + _TAIL)
            tried = lean.run(["probe/Probe.lean"], [], [])
            if tried.exit_code == 0:
                answer["chosen"][name] = number
                texts.append(choice)
                break
            said.append(tried.output.strip())
        else:
            answer["auditor"] = f"no variant of `{name}` suits it: {said[-1][:500]}"
            return answer
    for name in request["audit"]:
        with open(name, encoding="utf-8") as f:
            texts.append(f.read())
    with open("probe/FourfoldAudit.lean", "w", encoding="utf-8") as f:
        f.write(_HEAD + "\n".join(texts) + _TAIL)
    done = lean.run(
        [*(["--root=probe"] if "root" in answer["features"] else []),
         "-o", "auditor/FourfoldAudit.olean", "probe/FourfoldAudit.lean"], [], ["auditor"]
    )
    if done.exit_code != 0:
        answer["auditor"] = f"it refuses the audit: {done.output.strip()[:2000]}"
    return answer


def audit_module(request: dict) -> dict:
    """What the constants of the last of `modules` rest on (audit.lean, lean_report.py).

    Request keys: `modules` (names, in the order of their imports), `replay`, `statements`.
    """
    rows = ["replay"] if request["replay"] else []
    rows += [f"statement\t{n}\t{' '.join(text.split())}" for n, text in request["statements"]]
    answer, found = ask(request, rows)
    if found is not None:
        answer["error"] = lean_report.printed_twice(found)
        answer.update(lean_report.report(found, request["modules"][-1], request["replay"]))
    return answer


def load_library(request: dict) -> dict:
    """Whether all `modules`, which import one another in this order, can be loaded together."""
    answer, _ = ask(request, ["names"])
    return answer


def ask(request: dict, rows: list[str]) -> tuple[dict, dict | None]:
    """The answer of every step, whose `error` says why there is no other, and the audit's own."""
    lean = Lean(request)
    modules = ["\t".join(["module", name, *object_files(name)]) for name in request["modules"]]
    os.makedirs("ask", exist_ok=True)
    with open("ask/request", "w", encoding="utf-8") as f:
        f.write("\n".join([*modules, *rows]) + "\n")
    with open("ask/Run.lean", "w", encoding="utf-8") as f:
        f.write("import FourfoldAudit\nunsafe def main := FourfoldAudit.run\n")
    done = lean.run(
        ["--run", "ask/Run.lean", "ask/request", "audit_out/answer.json"],
        ["auditor"], ["audit_out"],
    )
    answer = done.answer()
    answer["output"] = lean.readable(done.output)
    try:
        with open("audit_out/answer.json", encoding="utf-8") as f:
            found = json.load(f)
    except (OSError, ValueError):
        answer["error"] = answer["output"].strip() or "Lean ended without an answer"
        return answer, None
    answer["error"] = lean.readable(found["error"])
    return answer, None if answer["error"] else found


def object_files(module: str) -> list[str]:
    """The parts of a module's object file, in the order in which Lean reads them."""
    stem = f"lib/{module.replace('.', '/')}.olean"
    return [p for p in (stem, f"{stem}.server", f"{stem}.private") if os.path.exists(p)]


if __name__ == "__main__":
    confine.run_driver({
        "probe": probe_toolchain,
        "compile": compile_module,
        "audit": audit_module,
        "library": load_library,
    })
