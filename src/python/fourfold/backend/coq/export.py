from __future__ import annotations

import os
from typing import Mapping, Sequence

from pants.engine.target import Target

from fourfold.backend.coq.layout import CoqLayout, SetUpCoq
from fourfold.backend.coq.subsystem import CoqSubsystem
from fourfold.backend.coq.target_types import CoqFlagsField, CoqLogicalNameField, CoqSourceField
from fourfold.prover.export import Program, ProverExport, export_rules
from fourfold.prover.goals import package_folder

_FINDLIB = """\
conf="$root/findlib.conf"
[ -e "$conf" ] || printf 'destdir="%s"\\npath="%s"\\nstdlib="%s"\\nldconf="ignore"\\n' \\
  "$root/{findlib}" "$root/{findlib}" "$root/{findlib}" >"$conf"
"""


def programs(layout: CoqLayout) -> Mapping[str, Program]:
    env = {
        "COQLIB": layout.coqlib,
        "COQCORELIB": layout.runtime,
        "ROCQLIB": layout.coqlib,
        "ROCQRUNTIMELIB": layout.runtime,
        "OCAMLFIND_CONF": "findlib.conf",
    }
    before = _FINDLIB.format(findlib=layout.findlib)
    called = {"coqc": layout.compiler, "coqtop": layout.toplevel, "coqchk": layout.checker}
    return {name: Program(command, env, before) for name, command in called.items()}


def project(toolchain: str, targets: Sequence[Target], buildroot: str) -> tuple[str, str]:
    """For coqtop and editors: the load path is what `package` wrote, which has all libraries."""
    built = os.path.join(buildroot, "dist", package_folder(CoqSubsystem.options_scope, toolchain))
    names = sorted({target[CoqLogicalNameField].value or "" for target in targets})
    # The outermost ones: what is below a name lies below its folder.
    outer = [n for n in names if not any(n.startswith(m + ".") for m in names if m)]
    lines = [f"-R {os.path.join(built, *n.split('.'))} {n or chr(34) * 2}" for n in outer]
    flags = sorted({target[CoqFlagsField].value or () for target in targets})
    if len(flags) == 1:
        lines += [f"-arg {_quoted(flag)}" for flag in flags[0]]
    elif flags:
        lines.insert(0, "# Targets differ in their flags, so none are here.")
    head = f"# Of the targets for {toolchain}; they must have been packaged."
    return "_CoqProject", "\n".join([head, *lines]) + "\n"


def _quoted(flag: str) -> str:
    return f"\"'{flag}'\"" if " " in flag else flag


EXPORT = ProverExport(
    subsystem=CoqSubsystem,
    source=CoqSourceField,
    set_up=SetUpCoq,
    prefixes=("coq", "rocq"),
    programs=programs,
    project=project,
)


def rules():
    return export_rules(EXPORT)
