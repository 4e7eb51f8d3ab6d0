"""The targets that own the Python modules which a numeric check runs."""

from __future__ import annotations

from dataclasses import dataclass

from pants.backend.python.dependency_inference.module_mapper import PythonModuleOwnersRequest
from pants.backend.python.subsystems.setup import PythonSetup
from pants.backend.python.target_types import PythonResolveField
from pants.build_graph.address import Address
from pants.engine.target import DependenciesRequest
from pants.util.logging import LogLevel

from fourfold.backend.numerics.target_types import NumericsDependenciesField
from fourfold.engine import (
    collect_rules,
    concurrently,
    determine_explicitly_provided_dependencies,
    implicitly,
    map_module_to_address,
    rule,
)


@dataclass(frozen=True)
class CodeRequest:
    """The owners of Python modules, as far as they are known and not ambiguous."""

    address: Address
    dependencies: NumericsDependenciesField
    resolve: PythonResolveField
    modules: tuple[str, ...]


@dataclass(frozen=True)
class Code:
    addresses: tuple[Address, ...]


@rule(desc="Find the code of a numeric check", level=LogLevel.DEBUG)
async def find_code(request: CodeRequest, python_setup: PythonSetup) -> Code:
    try:
        resolve = request.resolve.normalized_value(python_setup)
    except Exception:  # an unknown resolve, as the test of the target says
        return Code(())
    explicit = await determine_explicitly_provided_dependencies(
        **implicitly(DependenciesRequest(request.dependencies))
    )
    owners = await concurrently(
        map_module_to_address(PythonModuleOwnersRequest(module, resolve=resolve), **implicitly())
        for module in request.modules
    )
    found = set()
    for module, owner in zip(request.modules, owners):
        explicit.maybe_warn_of_ambiguous_dependency_inference(
            owner.ambiguous,
            request.address,
            import_reference="module",
            context=f"{request.address} runs `{module}`",
        )
        chosen = explicit.disambiguated(owner.ambiguous)
        found.update(owner.unambiguous or ((chosen,) if chosen else ()))
    return Code(tuple(sorted(found)))


def rules():
    return collect_rules()
