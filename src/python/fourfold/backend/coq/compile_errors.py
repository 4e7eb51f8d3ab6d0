"""What is said of a Coq module that does not compile, or may not."""

from __future__ import annotations

from typing import Any, Iterable, Mapping

from pants.build_graph.address import Address
from pants.engine.target import Target

from fourfold.backend.coq.names import root_of, similar
from fourfold.backend.coq.scanner import CoqRequire
from fourfold.backend.coq.target_types import CoqLogicalNameField
from fourfold.prover.compiled import rejection
from fourfold.prover.toolchain import ProverToolchain


def first_error(output: str) -> str:
    """What a person needs of a failed coqc: from its first error on, without the warnings."""
    lines = output.splitlines()
    errors = [i for i, line in enumerate(lines) if line.startswith("Error")]
    if not errors:
        return output.strip()
    start = errors[0]
    while start > 0 and not lines[start].startswith("File "):
        start -= 1
    return "\n".join(lines[start:]).strip()


def taken_message(target: Target, module: str, taken: str, toolchain: str) -> str:
    return (
        f"{module} takes the name `{taken}`, which libraries of {toolchain} have: its axioms and "
        "theorems could pass for theirs. Rename the file, or set another `logical_name` in "
        f"{target.address.spec_path}/BUILD (now {target[CoqLogicalNameField].value!r})."
    )


def rejected_because(answer: dict[str, Any], source: str, timeout: int) -> str:
    general = rejection(answer, source, timeout)
    if general is not None:
        return general
    if answer.get("missing_output"):
        return f"{source}: Coq ended without error and wrote no .vo (`Quit` in the file?)"
    return first_error(answer["output"])


def library_for(require: CoqRequire, toolchain: ProverToolchain) -> str | None:
    """What to set, where a library that the target does not select has such a name."""
    asked = root_of(require.prefix or require.name)
    libraries = sorted(
        library
        for library, names in toolchain.provided.items()
        if any(root_of(name) == asked for name in names)
    )
    if not libraries:
        return None
    named = " or ".join(f'libraries=["{library}"]' for library in libraries)
    return (
        f"Modules below `{asked}` are in libraries of {toolchain.name}: set {named} on the target"
    )


def import_hint(
    require: CoqRequire,
    importer: str,
    toolchain: ProverToolchain,
    owners: Mapping[str, tuple[Address, ...]],
) -> str:
    """What to say of an import that could not be found; `owners` are all modules of targets."""
    assert toolchain.layout is not None
    asked = root_of(require.prefix or require.name)
    missing = (
        f"missing import: no target and no library of {toolchain.name} that `libraries` selects "
        f"provides `{require.written}`"
    )
    last, theory = require.name.rsplit(".", 1)[-1], root_of(importer)
    own = sorted(n for n in owners if root_of(n) == theory != asked and n.endswith("." + last))
    if own:
        return (
            f"{missing}. If {own[0]} is meant, write `From {theory} Require {last}`, or set "
            f"`logical_name` of its target, which begins with `{theory}`, to what the sources say."
        )
    near = similar(require, toolchain.layout.modules | set(owners))
    return missing + (f"; did you mean {', '.join(near)}?" if near else ".")


def one_source_each(
    own: tuple[str, str], imported: Iterable[Iterable[tuple[str, str]]]
) -> tuple[tuple[tuple[str, str], ...], str | None]:
    """Module and address of all that is loaded, and a message if two targets provide a module.

    Their files would be at one place, so they cannot be loaded together.
    """
    found = dict([own])
    for sources in imported:
        for module, address in sources:
            other = found.setdefault(module, address)
            if other != address:
                return (), (
                    f"{own[0]} would load the module {module} from two targets, {other} and "
                    f"{address}, of which Coq can load one. Where both are wanted, give one of "
                    "them another `logical_name`; where one is, change what imports the other."
                )
    return tuple(sorted(found.items())), None
