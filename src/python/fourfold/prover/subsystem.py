"""The options that every prover has."""

from __future__ import annotations

from typing import ClassVar

from pants.option.option_types import SkipOption, StrListOption, StrOption
from pants.option.subsystem import Subsystem


class ProverSubsystem(Subsystem):
    """Each prover gives its `default_toolchain` and its `axioms` a default and a help of its own.

    `name` is the prover's, as people write it; the scope of its options is the name that citations
    begin with.
    """

    name: ClassVar[str]

    skip = SkipOption("check", "test")
    default_toolchain: StrOption
    axioms: StrListOption
