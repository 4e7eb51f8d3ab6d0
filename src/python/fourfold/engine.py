"""The one place that knows which Pants runs: 2.17, or 2.30 and later.

Rules are written in the later Pants' form, `await name(argument, **implicitly(...))`. There,
everything below is Pants' own, only imported. On 2.17 a rule's name stands for an object that
makes the `Get` when called, and the calls in a rule's body are read as the later Pants reads them.
The releases between have neither all of the old names nor all of the new.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pants.engine.rules as _rules
from pants.base.exceptions import BackendConfigurationError
from pants.core.goals.test import TestResult
from pants.version import PANTS_SEMVER


def unsupported(release: tuple[int, ...]) -> str:
    """Why Fourfold does not run on a release of Pants such as (2, 17); "" where it does."""
    if release == (2, 17) or release >= (2, 30):
        return ""
    return (
        "Fourfold runs on Pants 2.17.1, and on 2.30 and later; "
        f"this is {'.'.join(map(str, release))}. "
        "Set `pants_version` in the section `[GLOBAL]` of pants.toml to one of those."
    )


_REFUSED = unsupported(PANTS_SEMVER.release[:2])
if _REFUSED:
    raise BackendConfigurationError(_REFUSED)

BY_NAME = hasattr(_rules, "implicitly")

if not TYPE_CHECKING and BY_NAME:
    from pants.backend.python.dependency_inference.module_mapper import (
        map_module_to_address as map_module_to_address,
    )
    from pants.backend.python.util_rules.pex import create_venv_pex as create_venv_pex
    from pants.backend.python.util_rules.pex import setup_venv_pex_process as setup_venv_pex_process
    from pants.backend.python.util_rules.pex_from_targets import (
        create_pex_from_targets as create_pex_from_targets,
    )
    from pants.backend.python.util_rules.pex_requirements import (
        get_lockfile_for_resolve as get_lockfile_for_resolve,
    )
    from pants.backend.python.util_rules.python_sources import (
        prepare_python_sources as prepare_python_sources,
    )
    from pants.core.environments.rules import EnvironmentNameRequest as EnvironmentNameRequest
    from pants.core.environments.rules import (
        determine_local_environment as determine_local_environment,
    )
    from pants.core.environments.rules import resolve_environment_name as resolve_environment_name
    from pants.core.environments.target_types import EnvironmentField as EnvironmentField
    from pants.core.environments.target_types import EnvironmentTarget as EnvironmentTarget
    from pants.core.environments.target_types import (
        LocalEnvironmentTarget as LocalEnvironmentTarget,
    )
    from pants.core.environments.target_types import (
        RemoteEnvironmentTarget as RemoteEnvironmentTarget,
    )
    from pants.core.util_rules.env_vars import environment_vars_subset as environment_vars_subset
    from pants.core.util_rules.source_files import determine_source_files as determine_source_files
    from pants.core.util_rules.stripped_source_files import strip_file_name as strip_file_name
    from pants.engine.download_file import download_file as download_file
    from pants.engine.environment import ChosenLocalEnvironmentName as ChosenLocalEnvironmentName
    from pants.engine.environment import EnvironmentName as EnvironmentName
    from pants.engine.internals.graph import (
        determine_explicitly_provided_dependencies as determine_explicitly_provided_dependencies,
    )
    from pants.engine.internals.graph import find_owners as find_owners
    from pants.engine.internals.graph import hydrate_sources as hydrate_sources
    from pants.engine.internals.graph import (
        resolve_coarsened_targets as resolve_coarsened_targets,
    )
    from pants.engine.internals.graph import resolve_source_paths as resolve_source_paths
    from pants.engine.internals.graph import resolve_target as resolve_target
    from pants.engine.internals.graph import resolve_targets as resolve_targets
    from pants.engine.internals.graph import transitive_targets as transitive_targets
    from pants.engine.intrinsics import add_prefix as add_prefix
    from pants.engine.intrinsics import create_digest as create_digest
    from pants.engine.intrinsics import digest_subset_to_digest as digest_subset_to_digest
    from pants.engine.intrinsics import digest_to_snapshot as digest_to_snapshot
    from pants.engine.intrinsics import execute_process as execute_process
    from pants.engine.intrinsics import get_digest_contents as get_digest_contents
    from pants.engine.intrinsics import get_digest_entries as get_digest_entries
    from pants.engine.intrinsics import merge_digests as merge_digests
    from pants.engine.intrinsics import path_globs_to_digest as path_globs_to_digest
    from pants.engine.intrinsics import path_globs_to_paths as path_globs_to_paths
    from pants.engine.intrinsics import remove_prefix as remove_prefix
    from pants.engine.process import execute_process_or_raise as execute_process_or_raise
    from pants.engine.rules import _uncacheable_rule as _uncacheable_rule
    from pants.engine.rules import collect_rules as collect_rules
    from pants.engine.rules import concurrently as concurrently
    from pants.engine.rules import goal_rule as goal_rule
    from pants.engine.rules import implicitly as implicitly
    from pants.engine.rules import rule as rule
    from pants.option.bootstrap_options import UnmatchedBuildFileGlobs as UnmatchedBuildFileGlobs

    def make_test_result(*, stdout: str, stderr: str, **fields: Any) -> TestResult:
        return TestResult(stdout_bytes=stdout.encode(), stderr_bytes=stderr.encode(), **fields)

else:
    import ast
    import inspect
    import sys
    from dataclasses import replace
    from typing import (
        Callable,
        Coroutine,
        Dict,
        Generic,
        Iterator,
        Type,
        TypeVar,
        get_type_hints,
        overload,
    )

    from pants.backend.python.dependency_inference.module_mapper import (
        PythonModuleOwners,
        PythonModuleOwnersRequest,
    )
    from pants.backend.python.util_rules.pex import (
        PexRequest,
        VenvPex,
        VenvPexProcess,
        VenvPexRequest,
    )
    from pants.backend.python.util_rules.pex_from_targets import PexFromTargetsRequest
    from pants.backend.python.util_rules.pex_requirements import Lockfile, Resolve
    from pants.backend.python.util_rules.python_sources import (
        PythonSourceFiles,
        PythonSourceFilesRequest,
    )
    from pants.core.util_rules.environments import (
        ChosenLocalEnvironmentName as ChosenLocalEnvironmentName,
    )
    from pants.core.util_rules.environments import EnvironmentField as EnvironmentField
    from pants.core.util_rules.environments import EnvironmentNameRequest as EnvironmentNameRequest
    from pants.core.util_rules.environments import EnvironmentTarget as EnvironmentTarget
    from pants.core.util_rules.environments import LocalEnvironmentTarget as LocalEnvironmentTarget
    from pants.core.util_rules.environments import (
        RemoteEnvironmentTarget as RemoteEnvironmentTarget,
    )
    from pants.core.util_rules.source_files import SourceFiles, SourceFilesRequest
    from pants.core.util_rules.stripped_source_files import (
        StrippedFileName,
        StrippedFileNameRequest,
    )
    from pants.engine.env_vars import EnvironmentVars, EnvironmentVarsRequest
    from pants.engine.environment import EnvironmentName as EnvironmentName
    from pants.engine.fs import (
        AddPrefix,
        CreateDigest,
        Digest,
        DigestContents,
        DigestEntries,
        DigestSubset,
        DownloadFile,
        MergeDigests,
        PathGlobs,
        Paths,
        RemovePrefix,
        Snapshot,
    )
    from pants.engine.internals.graph import Owners, OwnersRequest
    from pants.engine.internals.rule_visitor import _AwaitableCollector, _lookup_return_type
    from pants.engine.internals.selectors import AwaitableConstraints
    from pants.engine.process import FallibleProcessResult, Process, ProcessResult
    from pants.engine.rules import Get, MultiGet
    from pants.engine.rules import collect_rules as collect_rules
    from pants.engine.target import (
        CoarsenedTargets,
        CoarsenedTargetsRequest,
        ExplicitlyProvidedDependencies,
        HydratedSources,
        HydrateSourcesRequest,
        SourcesPaths,
        SourcesPathsRequest,
        Targets,
        TransitiveTargets,
        TransitiveTargetsRequest,
        WrappedTarget,
        WrappedTargetRequest,
    )
    from pants.engine.unions import is_union
    from pants.option.global_options import UnmatchedBuildFileGlobs as UnmatchedBuildFileGlobs
    from pants.util.memo import memoized
    from pants.util.ordered_set import FrozenOrderedSet

    concurrently = MultiGet
    make_test_result = TestResult

    _R = TypeVar("_R")

    def implicitly(*args: Any) -> Dict[str, Any]:
        return {"__implicitly": args}

    def _given(args: tuple[Any, ...]) -> dict[Any, type]:
        """The values given to `implicitly`, each with its type: of `()`, `(x)` or `({x: T})`."""
        if not args:
            return {}
        (given,) = args
        return given if isinstance(given, dict) else {given: type(given)}

    class _Rule(Generic[_R]):
        """What a rule's name stands for: a call of it makes the `Get`."""

        def __init__(self, output: Type[_R], *inputs: type) -> None:
            self.output = output
            self.inputs = inputs
            # Pants' visitor reads this as the annotation: so it knows the type of `await name()`.
            setattr(self, "return", output)

        def __repr__(self) -> str:
            return f"the rule for {self.output.__name__}"

        def __call__(self, *args: Any, **kwargs: Any) -> Get[_R]:
            params = {**dict(zip(args, self.inputs)), **_given(kwargs.pop("__implicitly", ()))}
            if kwargs or len(args) > len(self.inputs):
                raise TypeError(f"{self}: only positional arguments and **implicitly(...)")
            if len(params) == 1:
                ((param, type_),) = params.items()
                return Get(self.output, type_, param)
            return Get(self.output, params) if params else Get(self.output)

    class _OwnRule(_Rule[_R]):
        def __init__(
            self,
            func: Callable[..., Any],
            decorate: Callable[..., Any],
            overrides: Dict[str, type],
        ) -> None:
            hints = {**get_type_hints(func), **overrides}
            params = inspect.signature(func).parameters
            super().__init__(hints["return"], *(hints[p] for p in params))
            self.__name__ = func.__name__
            self.__module__ = func.__module__
            self.__doc__ = func.__doc__
            self._func = func
            self._decorate = decorate
            self._rule: Any = None
            # Else Pants adds this name in the midst of `collect_rules`' walk over the module.
            vars(sys.modules[func.__module__]).setdefault(_rules.PANTS_RULES_MODULE_KEY, {})

        def __repr__(self) -> str:
            return f"@rule {self.__module__}.{self.__name__}"

        @property
        def rule(self) -> Any:
            """For `collect_rules`: by then the module is complete, so all names have a meaning."""
            if self._rule is None:
                try:
                    decorated = self._decorate(self._func).rule
                    calls = FrozenOrderedSet(_calls(self._func))
                except AttributeError as e:  # `collect_rules` would take it for "not a rule".
                    raise TypeError(f"{self} cannot be read: {e}") from e
                self._rule = replace(decorated, input_gets=calls)
            return self._rule

    class _Calls(_AwaitableCollector):
        """Pants' reader of a rule's body, which also sees the calls by name."""

        def visit_Call(self, node: ast.Call) -> None:
            callee = self._lookup(node.func)
            if isinstance(callee, _Rule):
                self.awaitables.append(
                    AwaitableConstraints(callee.output, tuple(self._params(callee, node)), False)
                )
                self.generic_visit(node)
            elif inspect.iscoroutinefunction(callee):
                self.awaitables.extend(_calls(callee))
                self.generic_visit(node)
            else:
                super().visit_Call(node)

        def _params(self, callee: _Rule[Any], node: ast.Call) -> Iterator[type]:
            """The types that a call gives; it refuses what the later Pants would not do."""
            by_position = callee.inputs[: len(node.args)]
            if any(is_union(t) for t in by_position):
                raise ValueError(self._format(node, "give a union's member by **implicitly({})"))
            yield from by_position
            for keyword in node.keywords:
                call = keyword.value if isinstance(keyword.value, ast.Call) else None
                if keyword.arg or not call or self._lookup(call.func) is not implicitly:
                    raise ValueError(self._format(node, "the only keyword is **implicitly(...)"))
                given = call.args[:1]
                if given and isinstance(given[0], ast.Dict):
                    given = given[0].values
                for arg in given:
                    made_by = arg.func if isinstance(arg, ast.Call) else None
                    found = self._lookup(made_by or arg)
                    if made_by and found is not None and not isinstance(found, type):
                        found = _lookup_return_type(found)
                    yield self._check_constraint_arg_type(found, arg)

    @memoized
    def _calls(func: Callable[..., Any]) -> list[AwaitableConstraints]:
        return _Calls(func).awaitables

    class _Decorator:
        def __init__(self, decorate: Callable[..., Any], **kwargs: Any) -> None:
            self._decorate = decorate
            self._kwargs = kwargs

        @overload
        def __call__(  # type: ignore[overload-overlap]
            self, func: Callable[..., Coroutine[Any, Any, _R]]
        ) -> _Rule[_R]: ...

        @overload
        def __call__(  # type: ignore[overload-overlap]
            self, func: Callable[..., _R]
        ) -> _Rule[_R]: ...

        @overload
        def __call__(self, **kwargs: Any) -> _Decorator: ...

        def __call__(self, func: Any = None, **kwargs: Any) -> Any:
            if func is None:
                return _Decorator(self._decorate, **kwargs)
            kwargs = dict(self._kwargs)
            polymorphic = kwargs.pop("polymorphic", False)
            # Of rules made in a function, each has a name of its own.
            suffix = kwargs.pop("canonical_name_suffix", "")
            if suffix:
                kwargs["canonical_name"] = f"{func.__module__}.{func.__name__}_{suffix}"
            types = kwargs.get("_param_type_overrides", {})
            own: _OwnRule[Any] = _OwnRule(func, self._decorate(**kwargs), types)
            # A union's base only gives its name and types: 2.17.1 finds the members itself.
            return _Rule(own.output, *own.inputs) if polymorphic else own

    rule = _Decorator(_rules.rule)
    goal_rule = _Decorator(_rules.goal_rule)
    _uncacheable_rule = _Decorator(_rules._uncacheable_rule)

    # Pants' own rules: what comes out, and what may be given by position.
    add_prefix = _Rule(Digest, AddPrefix)
    create_digest = _Rule(Digest, CreateDigest)
    create_pex_from_targets = _Rule(PexRequest, PexFromTargetsRequest)
    create_venv_pex = _Rule(VenvPex, VenvPexRequest)
    determine_explicitly_provided_dependencies = _Rule(ExplicitlyProvidedDependencies)
    determine_local_environment = _Rule(ChosenLocalEnvironmentName)
    determine_source_files = _Rule(SourceFiles, SourceFilesRequest)
    digest_subset_to_digest = _Rule(Digest, DigestSubset)
    digest_to_snapshot = _Rule(Snapshot, Digest)
    download_file = _Rule(Digest, DownloadFile)
    environment_vars_subset = _Rule(EnvironmentVars, EnvironmentVarsRequest)
    execute_process = _Rule(FallibleProcessResult, Process)
    execute_process_or_raise = _Rule(ProcessResult)
    find_owners = _Rule(Owners, OwnersRequest)
    get_digest_contents = _Rule(DigestContents, Digest)
    get_digest_entries = _Rule(DigestEntries, Digest)
    get_lockfile_for_resolve = _Rule(Lockfile, Resolve)
    hydrate_sources = _Rule(HydratedSources, HydrateSourcesRequest)
    map_module_to_address = _Rule(PythonModuleOwners, PythonModuleOwnersRequest)
    merge_digests = _Rule(Digest, MergeDigests)
    path_globs_to_digest = _Rule(Digest, PathGlobs)
    path_globs_to_paths = _Rule(Paths, PathGlobs)
    prepare_python_sources = _Rule(PythonSourceFiles, PythonSourceFilesRequest)
    remove_prefix = _Rule(Digest, RemovePrefix)
    resolve_coarsened_targets = _Rule(CoarsenedTargets, CoarsenedTargetsRequest)
    resolve_environment_name = _Rule(EnvironmentName, EnvironmentNameRequest)
    resolve_source_paths = _Rule(SourcesPaths, SourcesPathsRequest)
    resolve_target = _Rule(WrappedTarget, WrappedTargetRequest)
    resolve_targets = _Rule(Targets)
    setup_venv_pex_process = _Rule(Process, VenvPexProcess)
    strip_file_name = _Rule(StrippedFileName, StrippedFileNameRequest)
    transitive_targets = _Rule(TransitiveTargets, TransitiveTargetsRequest)
