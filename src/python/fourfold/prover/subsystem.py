"""The options that every prover has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Iterable, Type

from pants.engine.unions import UnionRule, union
from pants.option.option_types import SkipOption, StrListOption, StrOption
from pants.option.subsystem import Subsystem
from pants.util.memo import memoized

from fourfold.engine import collect_rules, rule
from fourfold.prover.target_types import ToolchainField


class ProverSubsystem(Subsystem):
    """Each prover gives its `default_toolchain` and its `axioms` a default and a help of its own.

    `name` is the prover's, as people write it; the scope of its options is the name that citations
    begin with.
    """

    name: ClassVar[str]

    skip = SkipOption("check", "test")
    default_toolchain: StrOption
    axioms: StrListOption


@union
@dataclass(frozen=True)
class ProverOptionsRequest:
    """Asks for the options of one prover, by a member of its own."""


@dataclass(frozen=True)
class ProverOptions:
    """`axioms` are permitted in the whole repository, by the option `[scope].axioms`."""

    default_toolchain: str
    axioms: tuple[str, ...]

    def toolchain_of(self, field: ToolchainField) -> str:
        return field.value or self.default_toolchain


@rule(polymorphic=True)
async def prover_options(request: ProverOptionsRequest) -> ProverOptions:
    """One prover's options."""
    raise NotImplementedError()


@memoized
def options_request(subsystem: Type[ProverSubsystem]) -> Type[ProverOptionsRequest]:
    return type(f"{subsystem.__name__}OptionsRequest", (ProverOptionsRequest,), {})


@memoized
def options_rules(subsystem: Type[ProverSubsystem]) -> Iterable[Any]:
    request_type = options_request(subsystem)

    @rule(
        canonical_name_suffix=subsystem.options_scope,
        _param_type_overrides={"_": request_type, "prover": subsystem},
    )
    async def options_of_prover(_: ProverOptionsRequest, prover: ProverSubsystem) -> ProverOptions:
        return ProverOptions(prover.default_toolchain, tuple(prover.axioms))

    return [*collect_rules(locals()), UnionRule(ProverOptionsRequest, request_type)]
