"""StableHLO text: a `Builder` that prints, and the function and module syntax around it.

Every operation here is pure, so two equal calls give one SSA value, and a value that no result
needs is not printed. The printed form is the StableHLO pretty syntax that both IREE and XLA parse.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from numerics.stablehlo.builder import Builder, ConvolutionLayout, Op, Shape, Value

# Accelerators multiply float32 in a shorter format unless told not to.
_PRECISION = "precision = [HIGHEST, HIGHEST]"
_HIGHEST = "#stablehlo<precision HIGHEST>"


@dataclass(frozen=True)
class _Line:
    """The right-hand side of one assignment and the names it uses."""

    text: str
    uses: tuple[str, ...]


class TextBuilder(Builder):
    """Collects the body of one function. Use `function` below, which also writes the signature and
    the return.
    """

    def __init__(self) -> None:
        self._lines: dict[str, _Line] = {}
        self._names: dict[str, Value] = {}

    def parameter(self, name: str, shape: Shape, dtype: str) -> Value:
        return Value(tuple(shape), dtype, f"%{name}")

    def apply(self, op: Op) -> Value:
        text = _PRINTERS.get(op.name, _print_plain)(op)
        if text not in self._names:
            name = f"%{len(self._lines)}"
            self._lines[name] = _Line(text, tuple(operand.data for operand in op.operands))
            self._names[text] = Value(op.shape, op.dtype, name)
        return self._names[text]

    def body(self, results: Iterable[Value]) -> list[str]:
        """The assignments that `results` depend on, in order."""
        needed, pending = set(), [value.data for value in results]
        while pending:
            name = pending.pop()
            if name in self._lines and name not in needed:
                needed.add(name)
                pending.extend(self._lines[name].uses)
        return [f"{name} = {line.text}" for name, line in self._lines.items() if name in needed]


@dataclass(frozen=True)
class TensorType:
    """A named function argument or result."""

    name: str
    shape: Shape
    dtype: str = "f32"

    @property
    def text(self) -> str:
        return type_text(self.shape, self.dtype)


def function(
    name: str,
    arguments: Sequence[TensorType],
    body: Callable[[Builder, list[Value]], Sequence[tuple[str, Value]]],
) -> str:
    """`func.func public @name`: `body` receives the arguments and returns named results.

    Names are kept as `fourfold.name` attributes, so that a reader of the text can tell the tensors
    apart.
    """
    builder = TextBuilder()
    results = body(
        builder,
        [builder.parameter(f"arg{i}", a.shape, a.dtype) for i, a in enumerate(arguments)],
    )
    taken = ",\n    ".join(
        f'%arg{i}: {a.text} {{fourfold.name = "{a.name}"}}' for i, a in enumerate(arguments)
    )
    values = [value for _, value in results]
    given = ",\n    ".join(f'{_type(v)} {{fourfold.name = "{label}"}}' for label, v in results)
    lines = [f"    {line}" for line in builder.body(values)]
    names = ", ".join(value.data for value in values)
    types = ", ".join(_type(value) for value in values)
    return "\n".join(
        [f"  func.func public @{name}(\n    {taken}\n  ) -> (\n    {given}\n  ) {{"]
        + lines
        + [f"    return {names} : {types}", "  }"]
    )


def module(name: str, functions: Sequence[str]) -> str:
    return "\n".join([f"module @{name} {{", *functions, "}", ""])


def type_text(shape: Shape, dtype: str) -> str:
    return f"tensor<{''.join(f'{n}x' for n in shape)}{dtype}>"


def _type(value: Value) -> str:
    return type_text(value.shape, value.dtype)


def _result_type(op: Op) -> str:
    return type_text(op.shape, op.dtype)


def _signature(op: Op) -> str:
    return f"({', '.join(_type(v) for v in op.operands)}) -> {_result_type(op)}"


def _names(op: Op) -> str:
    return ", ".join(v.data for v in op.operands)


def _list(values: Iterable[Any]) -> str:
    return f"[{', '.join(str(v) for v in values)}]"


def _pair(values: tuple[Iterable[Any], Iterable[Any]]) -> str:
    return f"{_list(values[0])} x {_list(values[1])}"


def literal(value: float | int | bool, dtype: str) -> str:
    """One element of a dense constant. Ten significant digits determine every float32; infinities
    are bit patterns.
    """
    if dtype == "i1":
        return "true" if value else "false"
    if dtype == "i32":
        return str(int(value))
    if math.isinf(value):
        return "0x7F800000" if value > 0 else "0xFF800000"
    return f"{value:.9e}"


def _print_plain(op: Op) -> str:
    """Operations without attributes whose operands and result have one type."""
    return f"stablehlo.{op.name} {_names(op)} : {_result_type(op)}"


def _print_constant(op: Op) -> str:
    value = literal(op.attributes["value"], op.dtype)
    return f"stablehlo.constant dense<{value}> : {_result_type(op)}"


def _print_iota(op: Op) -> str:
    return f"stablehlo.iota dim = {op.attributes['axis']} : {_result_type(op)}"


def _print_compare(op: Op) -> str:
    kind = "FLOAT" if op.operands[0].dtype == "f32" else "SIGNED"
    return (
        f"stablehlo.compare {op.attributes['direction']}, {_names(op)}, {kind} : {_signature(op)}"
    )


def _print_select(op: Op) -> str:
    return f"stablehlo.select {_names(op)} : {_type(op.operands[0])}, {_result_type(op)}"


def _print_changed_type(op: Op) -> str:
    return f"stablehlo.{op.name} {_names(op)} : {_signature(op)}"


def _print_with_axes(op: Op) -> str:
    axes = _list(op.attributes["axes"])
    return f"stablehlo.{op.name} {_names(op)}, dims = {axes} : {_signature(op)}"


def _print_reverse(op: Op) -> str:
    axes = _list(op.attributes["axes"])
    return f"stablehlo.reverse {_names(op)}, dims = {axes} : {_result_type(op)}"


def _print_slice(op: Op) -> str:
    bounds = zip(op.attributes["starts"], op.attributes["limits"], op.attributes["strides"])
    ranges = _list(f"{start}:{limit}:{stride}" for start, limit, stride in bounds)
    return f"stablehlo.slice {_names(op)} {ranges} : {_signature(op)}"


def _print_pad(op: Op) -> str:
    amounts = ", ".join(
        f"{key} = {_list(op.attributes[key])}" for key in ("low", "high", "interior")
    )
    return f"stablehlo.pad {_names(op)}, {amounts} : {_signature(op)}"


def _print_concatenate(op: Op) -> str:
    return f"stablehlo.concatenate {_names(op)}, dim = {op.attributes['axis']} : {_signature(op)}"


def _print_reduce(op: Op) -> str:
    operand, start = (v.data for v in op.operands)
    axes = _list(op.attributes["axes"])
    return (
        f"stablehlo.reduce({operand} init: {start}) applies stablehlo.{op.attributes['with']} "
        f"across dimensions = {axes} : {_signature(op)}"
    )


def _print_dot_general(op: Op) -> str:
    batch = op.attributes["batch"]
    batching = f"batching_dims = {_pair(batch)}, " if batch[0] else ""
    return (
        f"stablehlo.dot_general {_names(op)}, {batching}"
        f"contracting_dims = {_pair(op.attributes['contract'])}, {_PRECISION} : {_signature(op)}"
    )


def _print_convolution(op: Op) -> str:
    at: Mapping[str, Any] = op.attributes
    layout: ConvolutionLayout = at["layout"]
    numbers = f"{_list(layout.lhs)}x{_list(layout.rhs)}->{_list(layout.out)}"
    window = ", ".join(
        [
            f"stride = {_list(at['strides'])}",
            f"pad = {_list(_list(p) for p in at['padding'])}",
            f"lhs_dilate = {_list(at['lhs_dilation'])}",
            f"rhs_dilate = {_list(at['rhs_dilation'])}",
        ]
    )
    return (
        f"stablehlo.convolution({_names(op)}) dim_numbers = {numbers}, window = {{{window}}} "
        f"{{batch_group_count = 1 : i64, feature_group_count = {at['groups']} : i64, "
        f"precision_config = [{_HIGHEST}, {_HIGHEST}]}} : {_signature(op)}"
    )


_PRINTERS: dict[str, Callable[[Op], str]] = {
    "constant": _print_constant,
    "iota": _print_iota,
    "compare": _print_compare,
    "select": _print_select,
    "convert": _print_changed_type,
    "reshape": _print_changed_type,
    "broadcast_in_dim": _print_with_axes,
    "transpose": _print_with_axes,
    "reverse": _print_reverse,
    "slice": _print_slice,
    "pad": _print_pad,
    "concatenate": _print_concatenate,
    "reduce": _print_reduce,
    "dot_general": _print_dot_general,
    "convolution": _print_convolution,
}
