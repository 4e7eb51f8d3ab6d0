"""Types that a layer's fields may have, and the check of a value against them.

A layer is a frozen dataclass whose annotations are the schema: `Size`, `Count` or a `Literal` of
strings. Construction checks every field, from YAML and from Python alike.
"""

from __future__ import annotations

import reprlib
from dataclasses import MISSING, fields
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

Size = Annotated[int, 1]
"""An integer, at least 1."""
Count = Annotated[int, 0]
"""An integer, at least 0."""
Padding = Literal["same", "valid"]
"""`same`: XLA's SAME; `valid`: no padding."""
Act = Literal["identity", "relu", "relu6", "swish", "hard_swish", "gelu_tanh"]
Squeeze = Literal["none", "expanded", "input"]
"""Squeeze-and-excitation width: none; a quarter of the expanded width; or of the block's input."""

MAX_SIZE = 2**24
"""Of any field: larger ones make numbers of parameters that no machine here holds."""

_SHOWN = reprlib.Repr()
_SHOWN.maxstring = _SHOWN.maxother = _SHOWN.maxlong = 80


class FieldError(ValueError):
    """A field is unknown, missing, or has a value outside its type."""


def shown(value: object) -> str:
    """Its repr, cut short: a file may hold anything, and aliases can make it very long."""
    return _SHOWN.repr(value)


def field_types(cls: type[Any]) -> dict[str, Any]:
    hints = get_type_hints(cls, include_extras=True)
    return {field.name: hints[field.name] for field in fields(cls)}


def check_keys(cls: type, given: dict[str, Any]) -> None:
    """Raises FieldError for a key that `cls` lacks, or a required one that is not given."""
    allowed = field_types(cls)
    required = [field.name for field in fields(cls) if field.default is MISSING]
    takes = f"it takes {', '.join(allowed)}" if allowed else "it takes no keys"
    for key in given:
        if key not in allowed:
            raise FieldError(f"unknown key {shown(key)}; {takes}")
    for key in required:
        if key not in given:
            raise FieldError(f"missing key {key!r}; {takes} (required: {', '.join(required)})")


def check_value(key: str, value: object, wanted: Any) -> None:
    """Raises FieldError unless `value` belongs to the field type `wanted`."""
    if get_origin(wanted) is Literal:
        allowed = get_args(wanted)
        if not isinstance(value, str) or value not in allowed:
            raise FieldError(f"{key!r} is {shown(value)}; allowed: {', '.join(allowed)}")
        return
    _, least = get_args(wanted)
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise FieldError(f"{key!r} is {shown(value)}; allowed: an integer of at least {least}")
    if value > MAX_SIZE:
        raise FieldError(f"{key!r} is {shown(value)}; allowed: an integer of at most {MAX_SIZE}")


class Checked:
    """Base of the dataclasses whose annotations are their schema."""

    def __post_init__(self) -> None:
        for key, wanted in field_types(type(self)).items():
            check_value(key, getattr(self, key), wanted)
