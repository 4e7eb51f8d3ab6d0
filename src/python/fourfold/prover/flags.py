"""Flags of a prover that a BUILD file may set: a closed list, since others weaken the checks."""

from __future__ import annotations

from typing import Iterable, Mapping, Sequence


def refused_flag(flags: Sequence[str], permitted: Mapping[str, int]) -> str | None:
    """The first flag that is not permitted; `permitted` gives the number of arguments of each."""
    index = 0
    while index < len(flags):
        if flags[index] not in permitted:
            return flags[index]
        index += 1 + permitted[flags[index]]
    return None


def refusal(flag: str, permitted: Iterable[str], build_file: str) -> str:
    return (
        f"the flag `{flag}` is not permitted: it could weaken what is checked. Permitted are "
        f"{', '.join(permitted)}; see `flags` in {build_file}."
    )
