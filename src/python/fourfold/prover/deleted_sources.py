"""A target that owns the proof sources which are gone, for `--changed-since`.

What imported a deleted file has lost its edge to it. So each import that nothing provides is an
edge to this target, and a deleted proof source selects its dependents: all targets with such an
import. It owns no file that is there.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Sequence

from pants.base.build_environment import get_buildroot
from pants.build_graph.address import Address
from pants.engine.internals.synthetic_targets import (
    SyntheticAddressMaps,
    SyntheticTargetsRequest,
)
from pants.engine.internals.target_adaptor import TargetAdaptor
from pants.engine.target import COMMON_TARGET_FIELDS, MultipleSourcesField, Target
from pants.engine.unions import UnionRule

from fourfold.engine import collect_rules, rule

_EXTENSIONS = (
    *(".v", ".lean", ".thy", ".ML", "ROOT"),
    *(".agda", ".lagda", ".lagda.md", ".lagda.rst", ".lagda.tex", ".lagda.org"),
    *(".lagda.typ", ".lagda.tree"),
    *(".yaml", ".yml", ".py", ".jsonl"),  # nets, the code of checks, recorded traces
)

DELETED_SOURCES = Address("", target_name="_deleted_proof_sources")


class _GoneMatcher:
    """In place of globs: which of the changed files are proof sources that are gone."""

    def matches(self, paths: Sequence[str]) -> list[str]:
        root = get_buildroot()
        return [p for p in paths if p.endswith(_EXTENSIONS) and not os.path.lexists(f"{root}/{p}")]


class DeletedSourcesField(MultipleSourcesField):
    default = ()
    help = "Proof sources that are gone."

    @property
    def filespec_matcher(self) -> _GoneMatcher:  # type: ignore[override]
        return _GoneMatcher()


class DeletedSourcesTarget(Target):
    alias = "_deleted_proof_sources"
    core_fields = (*COMMON_TARGET_FIELDS, DeletedSourcesField)
    help = "Stands for proof sources that are gone, so that `--changed-since` finds importers."


def if_gone(module: str, of_toolchain: frozenset[str]) -> set[Address]:
    """The edge of an import that no target provides; none for the libraries of a toolchain.

    `of_toolchain` are the first parts of their modules' names.
    """
    return set() if module.split(".", 1)[0] in of_toolchain else {DELETED_SOURCES}


@dataclass(frozen=True)
class DeletedSourcesRequest(SyntheticTargetsRequest):
    path: str = SyntheticTargetsRequest.SINGLE_REQUEST_FOR_ALL_TARGETS


@rule
def deleted_sources_target(request: DeletedSourcesRequest) -> SyntheticAddressMaps:
    adaptor = TargetAdaptor(
        DeletedSourcesTarget.alias,
        name=DELETED_SOURCES.target_name,
        __description_of_origin__="the proof backends",
    )
    return SyntheticAddressMaps.for_targets_request(
        request, [("BUILD.deleted-proof-sources", (adaptor,))]
    )


def list_both_names_of_renames() -> None:
    """Pants asks `git diff --name-only`, which leaves out the old name of a renamed file.

    Pants runs git in this process's environment, which in its daemon is not the user's; all
    other processes have one of their own.
    """
    count = int(os.environ.get("GIT_CONFIG_COUNT") or 0)
    keys = [os.environ.get(f"GIT_CONFIG_KEY_{n}") for n in range(count)]
    if "diff.renames" not in keys:
        os.environ["GIT_CONFIG_COUNT"] = str(count + 1)
        os.environ[f"GIT_CONFIG_KEY_{count}"] = "diff.renames"
        os.environ[f"GIT_CONFIG_VALUE_{count}"] = "false"


def target_types():
    return [DeletedSourcesTarget]


def rules():
    list_both_names_of_renames()
    return [*collect_rules(), UnionRule(SyntheticTargetsRequest, DeletedSourcesRequest)]
