"""Flags of a prover that a BUILD file may set: a closed list, since others weaken the checks."""

from __future__ import annotations

from typing import Callable, Iterable, Iterator, Sequence


def groups(
    flags: Sequence[str], takes_argument: Callable[[str], bool]
) -> Iterator[tuple[str, ...]]:
    """Each flag, with its argument if it takes one and is not the last."""
    index = 0
    while index < len(flags):
        width = 2 if takes_argument(flags[index]) else 1
        yield tuple(flags[index : index + width])
        index += width


def partitioned(
    found: Iterable[tuple[str, ...]], refused: Callable[[tuple[str, ...]], bool]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of another build's flags, in groups: those that a target may have, and those it may not."""
    kept: list[str] = []
    left: list[str] = []
    for group in found:
        (left if refused(group) else kept).extend(group)
    return tuple(kept), tuple(left)


def not_permitted(flag: str, permitted: Iterable[str]) -> str:
    return (
        f"the flag `{flag}` is not permitted: it could weaken what is checked. Permitted are "
        f"{', '.join(permitted)}"
    )


def refusal(flag: str, permitted: Iterable[str], build_file: str) -> str:
    return f"{not_permitted(flag, permitted)}; see `flags` in {build_file}."
