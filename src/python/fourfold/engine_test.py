"""One tree of plugins for every Pants that people use: what each of them would refuse."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Iterator

import pytest

from fourfold.engine import implicitly, merge_digests, rule, unsupported

HERE = Path(__file__).parent

# What later releases have elsewhere, or no more: names of `module`, or all where there are none.
MOVED: dict[str, frozenset[str]] = {
    "pants.engine.rules": frozenset(
        ("Get", "MultiGet", "rule", "goal_rule", "_uncacheable_rule", "collect_rules")
    ),
    "pants.engine.internals.selectors": frozenset(("Get", "MultiGet")),
    "pants.core.util_rules.environments": frozenset(),
    "pants.core.environments.rules": frozenset(),
    "pants.core.environments.target_types": frozenset(),
    "pants.option.global_options": frozenset(("UnmatchedBuildFileGlobs",)),
    "pants.option.bootstrap_options": frozenset(("UnmatchedBuildFileGlobs",)),
    "pants.testutil.rule_runner": frozenset(("MockGet", "run_rule_with_mocks")),
}
RULES = {"rule", "goal_rule", "_uncacheable_rule"}


def plugin_files() -> list[Path]:
    """Those that Pants imports, and their tests, without what runs inside sandboxes."""
    found = [p for p in HERE.rglob("*.py") if p.name not in ("engine.py", "engine_test.py")]
    return [p for p in found if not _runs_inside(p.relative_to(HERE).parts[:-1])]


def _runs_inside(folders: tuple[str, ...]) -> bool:
    return "scripts" in folders or (folders[:1] == ("backend",) and "sandbox" in folders)


def moved_names(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module in MOVED:
            for name in node.names:
                if not MOVED[node.module] or name.name in MOVED[node.module]:
                    yield f"{node.lineno}: from {node.module} import {name.name}"
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "TestResult":
            yield f"{node.lineno}: TestResult(...), whose fields changed: make_test_result"


def is_rule(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    names = (d.func if isinstance(d, ast.Call) else d for d in node.decorator_list)
    return any(getattr(name, "id", "") in RULES for name in names)


def faults_of_order(tree: ast.Module) -> Iterator[str]:
    """Later releases read a rule before its module is complete, so that places matter.

    Above the first function that calls it stands a helper (an `async def` that is no rule), and
    the class that a rule returns. A rule called above its own place is `async`, and returns a
    plain name.
    """
    defined = {node.name: node for node in tree.body if hasattr(node, "name")}
    for caller in tree.body:
        if not isinstance(caller, ast.AsyncFunctionDef):
            continue
        for call in ast.walk(caller):
            callee = defined.get(getattr(getattr(call, "func", None), "id", ""))
            if not isinstance(callee, (ast.FunctionDef, ast.AsyncFunctionDef)):
                continue
            if callee.lineno <= caller.lineno:
                continue
            if not is_rule(callee):
                if isinstance(callee, ast.AsyncFunctionDef):
                    yield f"{caller.name}: the helper {callee.name} is below it"
            elif isinstance(callee, ast.FunctionDef) or not isinstance(callee.returns, ast.Name):
                yield f"{caller.name}: the rule {callee.name}, below it, is not plain"
            elif callee.returns.id in defined:
                if defined[callee.returns.id].lineno > caller.lineno:
                    yield f"{caller.name}: {callee.returns.id}, of {callee.name}, is below it"


def test_names_that_pants_moved_are_imported_from_the_engine_only() -> None:
    files = plugin_files()
    assert len(files) > 100
    found = {str(p): list(moved_names(ast.parse(p.read_text()))) for p in files}
    assert not {p: names for p, names in found.items() if names}


def test_order_within_each_file() -> None:
    found = {str(p): list(faults_of_order(ast.parse(p.read_text()))) for p in plugin_files()}
    assert not {p: names for p, names in found.items() if names}


def test_moved_names_are_found() -> None:
    text = (
        "from pants.engine.rules import Get, UnionRule\n"
        "from pants.core.util_rules.environments import Anything\n"
        "TestResult()\n"
    )
    assert len(list(moved_names(ast.parse(text)))) == 3


@pytest.mark.parametrize(
    "below",
    [
        "async def x(): ...",
        "@rule\ndef x() -> int: ...",
        "@rule\nasync def x() -> tuple[int]: ...",
        "class T: ...\n@rule\nasync def x() -> T: ...",
    ],
)
def test_faults_of_order_are_found(below: str) -> None:
    caller = "@rule\nasync def caller() -> int:\n    await x()\n"
    assert len(list(faults_of_order(ast.parse(caller + below)))) == 1
    assert not list(faults_of_order(ast.parse(below + "\n" + caller)))


def test_releases_between_are_refused_in_one_sentence() -> None:
    for good in ((2, 17), (2, 30), (2, 34), (3, 0)):
        assert not unsupported(good)
    for bad in ((2, 16), (2, 18), (2, 29)):
        assert "`pants_version`" in unsupported(bad) and "\n" not in unsupported(bad)


def test_a_rule_takes_no_keywords() -> None:
    with pytest.raises(TypeError, match="only positional arguments"):
        merge_digests(digests=())
    with pytest.raises(TypeError, match="only positional arguments"):
        merge_digests((), (), **implicitly())


@rule
async def by_keyword(x: int) -> str:
    return str(await merge_digests(digests=x))


def test_a_rule_called_by_keyword_is_refused_when_rules_are_collected() -> None:
    with pytest.raises(ValueError, match=r"the only keyword is \*\*implicitly"):
        _ = by_keyword.rule
