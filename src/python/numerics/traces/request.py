"""What to compare, and within which bounds: the JSON that `compare` is given.

    {"traces": [{"name": "mlp/jax-cpu", "path": "a.jsonl"}, ...],
     "missing": [{"name": "mlp/iree-cuda", "reason": "..."}],
     "bounds": [{"default": true, "step1": 2e-7, "step2": 1e-5, "early": {"steps": 20, "max": 1e-4},
                 "epoch_mean": 0.01, "accuracy": 0.005},
                {"group": "cnn", "step1": 1e-5},
                {"pair": ["mlp/jax-cpu", "mlp/iree-vmvx"], "step2": 1e-4, "explain": "..."}],
     "out": "__report"}

Traces are compared within a group, the part of a name before its last slash. The default entry has
every bound; others change those that they name, a group's before a pair's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numerics.traces.comparison import Bounds, BoundsError, bounds_from_json


class RequestError(ValueError):
    """A request is malformed; the message names the key."""


@dataclass(frozen=True)
class Request:
    """`paths` and `missing` are by name; `missing` gives the reason."""

    paths: Mapping[str, Path]
    missing: Mapping[str, str]
    entries: tuple[Mapping[str, Any], ...]
    out: Path

    def bounds(self, first: str, second: str) -> Bounds:
        content: dict[str, Any] = {}
        for entry in self.entries:
            if _applies(entry, first, second):
                content.update(_only_bounds(entry))
        return bounds_from_json(content)

    def explanation(self, first: str, second: str) -> str:
        """Why this pair has bounds of its own, or ""."""
        found = [e["explain"] for e in self.entries if _pair(e) == {first, second}]
        return found[0] if found else ""


def group_of(name: str) -> str:
    """ "mlp" of "mlp/jax-cpu"; "" without a slash."""
    return name.rpartition("/")[0]


def from_json(content: object) -> Request:
    """Raises RequestError."""
    record = _object("the request", content)
    _keys("the request", record, ("traces", "bounds", "missing", "out"))
    paths: dict[str, Path] = {}
    for item in _objects("traces", record["traces"]):
        _keys("a trace", item, ("name", "path"))
        name = _text("name", item["name"])
        if name in paths:
            raise RequestError(f"trace {name!r} is given twice")
        path = Path(_text("path", item["path"]))
        if path in paths.values():
            raise RequestError(f"trace {name!r} is the file {path}, which another one is already")
        paths[name] = path
    missing: dict[str, str] = {}
    for item in _objects("missing", record["missing"]):
        _keys("a missing trace", item, ("name", "reason"))
        missing[_text("name", item["name"])] = _text("reason", item["reason"])
    entries = _entries(record["bounds"], {*paths, *missing})
    return Request(paths, missing, entries, Path(_text("out", record["out"])))


def _entries(content: object, names: set[str]) -> tuple[Mapping[str, Any], ...]:
    """The default, then those of groups, then those of pairs."""
    entries = _objects("bounds", content)
    defaults = [entry for entry in entries if entry.get("default") is True]
    if len(defaults) != 1:
        raise RequestError(f"bounds have {len(defaults)} entries with 'default'; give exactly one")
    complete = _only_bounds(defaults[0])
    for entry in entries:
        named = [key for key in ("default", "group", "pair") if key in entry]
        if len(named) != 1:
            raise RequestError(f"bounds {dict(entry)} need one of 'default', 'group', 'pair'")
        try:
            bounds_from_json({**complete, **_only_bounds(entry)})
        except BoundsError as error:
            raise RequestError(f"bounds of {named[0]} {entry[named[0]]}: {error}") from error
        if "group" in entry and entry["group"] not in {group_of(name) for name in names}:
            raise RequestError(f"bounds name group {entry['group']!r}, in which no trace is")
        if "pair" in entry:
            _check_pair(entry, names)
    return tuple(sorted(entries, key=lambda e: 2 if "pair" in e else "group" in e))


def _check_pair(entry: Mapping[str, Any], names: set[str]) -> None:
    pair = entry["pair"]
    if not isinstance(pair, list) or len(pair) != 2 or not set(pair) <= names:
        raise RequestError(
            f"bounds name the pair {pair}; it must be two of {', '.join(sorted(names))}"
        )
    if not isinstance(entry.get("explain"), str) or not entry["explain"]:
        raise RequestError(f"bounds of the pair {pair} differ from the others'; 'explain' why")


def _applies(entry: Mapping[str, Any], first: str, second: str) -> bool:
    if "pair" in entry:
        return _pair(entry) == {first, second}
    return "group" not in entry or entry["group"] == group_of(first)


def _pair(entry: Mapping[str, Any]) -> set[str]:
    return set(entry.get("pair", ()))


def _only_bounds(entry: Mapping[str, Any]) -> dict[str, Any]:
    other = ("default", "group", "pair", "explain")
    return {key: value for key, value in entry.items() if key not in other}


def _keys(what: str, record: Mapping[str, Any], keys: tuple[str, ...]) -> None:
    for key in keys:
        if key not in record:
            raise RequestError(f"{what} has no {key!r}; it needs {', '.join(keys)}")
    for key in record:
        if key not in keys:
            raise RequestError(f"{what} has an unknown key {key!r}; it takes {', '.join(keys)}")


def _object(what: str, value: object) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise RequestError(f"{what} is {value!r}; it must be an object")
    return value


def _objects(key: str, value: object) -> list[Mapping[str, Any]]:
    if not isinstance(value, list):
        raise RequestError(f"{key!r} is {value!r}; it must be a list")
    return [_object(f"an entry of {key!r}", item) for item in value]


def _text(key: str, value: object) -> str:
    if not isinstance(value, str) or not value:
        raise RequestError(f"{key!r} is {value!r}; it must be text that is not empty")
    return value
