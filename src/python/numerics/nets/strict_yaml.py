"""YAML without its surprises: what readers take differently is refused, with its line.

YAML 1.1 reads `0100` as 64, `1:04` as 64, `no` as false and `2024-01-01` as a date; a mapping may
repeat a key, or merge another mapping's. None of this is wanted in a file that has a hash.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from typing import Any, NoReturn

import yaml

_TAG = "tag:yaml.org,2002:"
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17}|0x[0-9a-fA-F]{1,15})")
_FLOAT = re.compile(r"[-+]?(0|[1-9][0-9]*)(\.[0-9]*)?([eE][-+]?[0-9]+)?")
_TRUTH = {"true": True, "false": False}


class RefusedYaml(ValueError):
    """The text is no YAML, or more than is taken of it; the message says where and why."""


def read_yaml(text: str) -> object:
    """Mappings, lists, text, decimal numbers, true, false and null. Raises RefusedYaml."""
    try:
        return yaml.load(text, Loader=_StrictLoader)  # a SafeLoader
    except yaml.YAMLError as error:
        raise RefusedYaml(f"is not YAML: {error}") from error
    except RecursionError:
        raise RefusedYaml("is nested too deeply to be read") from None


class _StrictLoader(yaml.SafeLoader):
    def construct_mapping(self, node: yaml.Node, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key_node, _ in node.value if isinstance(node, yaml.MappingNode) else ():
            if key_node.tag == f"{_TAG}merge":
                _refuse(key_node, "the merge key '<<' is not taken; write the keys out")
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, Hashable):
                continue  # rejected by the base class, with its line
            if key in seen:
                _refuse(key_node, f"key {key!r} is given twice; keep one")
            seen.add(key)
        return super().construct_mapping(node, deep)


def _refuse(node: yaml.Node, reason: str) -> NoReturn:
    raise RefusedYaml(f"line {node.start_mark.line + 1}: {reason}")


def _scalar(loader: _StrictLoader, node: yaml.Node) -> str:
    text = loader.construct_scalar(node)
    assert isinstance(text, str)
    return text if len(text) <= 40 else f"{text[:37]}..."


def _integer(loader: _StrictLoader, node: yaml.Node) -> int:
    text = _scalar(loader, node)
    if not _INTEGER.fullmatch(text):
        _refuse_number(node, text)
    return int(text, 0)


def _float(loader: _StrictLoader, node: yaml.Node) -> float:
    text = _scalar(loader, node)
    if not _FLOAT.fullmatch(text):
        _refuse_number(node, text)
    return float(text)


def _refuse_number(node: yaml.Node, text: str) -> NoReturn:
    _refuse(
        node,
        f"the number {text!r} is not in plain decimal digits: YAML 1.1 takes a leading zero for "
        "octal, a colon for base 60; write it in decimal, with at most 18 digits, or quote it",
    )


def _truth(loader: _StrictLoader, node: yaml.Node) -> bool:
    text = _scalar(loader, node)
    if text not in _TRUTH:
        _refuse(node, f"{text!r} is a truth value in YAML 1.1; write true or false, or quote it")
    return _TRUTH[text]


def _not_taken(loader: _StrictLoader, node: yaml.Node) -> NoReturn:
    kind = node.tag.removeprefix(_TAG)
    _refuse(node, f"a value of the YAML type '{kind}' is not taken; quote it if it is text")


_StrictLoader.add_constructor(f"{_TAG}int", _integer)
_StrictLoader.add_constructor(f"{_TAG}float", _float)
_StrictLoader.add_constructor(f"{_TAG}bool", _truth)
for _kind in ("timestamp", "binary", "set", "omap", "pairs"):
    _StrictLoader.add_constructor(f"{_TAG}{_kind}", _not_taken)
