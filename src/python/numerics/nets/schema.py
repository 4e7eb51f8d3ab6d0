"""Types that a layer's fields may have, and the check of a value against them.

A layer is a frozen dataclass whose annotations are the schema: `Size`, `Count` or a `Literal` of
strings. Construction checks every field, from YAML and from Python alike.
"""

from __future__ import annotations

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


class FieldError(ValueError):
    """A field is unknown, missing, or has a value outside its type."""


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
            raise FieldError(f"unknown key {key!r}; {takes}")
    for key in required:
        if key not in given:
            raise FieldError(f"missing key {key!r}; {takes} (required: {', '.join(required)})")


def check_value(key: str, value: object, wanted: Any) -> None:
    """Raises FieldError unless `value` belongs to the field type `wanted`."""
    if get_origin(wanted) is Literal:
        allowed = get_args(wanted)
        if not isinstance(value, str) or value not in allowed:
            raise FieldError(f"{key!r} is {value!r}; allowed: {', '.join(allowed)}")
        return
    _, least = get_args(wanted)
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise FieldError(f"{key!r} is {value!r}; allowed: an integer of at least {least}")


class Checked:
    """Base of the dataclasses whose annotations are their schema."""

    def __post_init__(self) -> None:
        for key, wanted in field_types(type(self)).items():
            check_value(key, getattr(self, key), wanted)
