"""Writes a NetSpec as one readable JAX program that needs nothing but JAX and NumPy.

    python -m numerics.autodiff.script traces/nets/oracle/conv.yaml > conv.py
    python conv.py --help

The program contains the primitives that the net uses, the net as straight-line code, its
parameters' shapes, and a small command line that trains it.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterable
from types import FunctionType
from typing import Any

from numerics.autodiff import ops, optimizers, standalone
from numerics.autodiff.forward import call
from numerics.nets.graph import He, Node, Parameter
from numerics.nets.load import load
from numerics.nets.spec import NetSpec, NetSpecError

_WIDTH = 96

_HEADER = '''"""{name}: {count:,} parameters, {classes} classes. Runs with JAX and NumPy alone.

NetSpec SHA-256 {sha256}
"""

import argparse
import json
import math
import pathlib

import jax
import jax.numpy as jnp
import numpy as np
'''

_FOOTER = """if __name__ == "__main__":
    main(forward, PARAMETERS, IMAGE_SHAPE, CLASSES)
"""


def script(spec: NetSpec) -> str:
    """The program's text."""
    nodes = spec.graph.nodes[1:]
    used = _with_callees({call(node).function for node in nodes})
    primitives = [*map(_source, used), _source(ops.mean_cross_entropy)]
    header = _HEADER.format(
        name=spec.name, count=spec.parameter_count, classes=spec.classes, sha256=spec.sha256
    )
    if any("lax." in source for source in primitives):
        header += "from jax import lax\n"
    parts = [
        header,
        *primitives,
        _source(optimizers.bias_corrections),
        _source(optimizers.adam),
        _constants(spec),
        _forward(spec),
        *(_source(function) for function in _functions_of(standalone)),
        _FOOTER,
    ]
    return "\n\n".join(parts)


def _constants(spec: NetSpec) -> str:
    rows = "".join(f"    {_parameter_row(parameter)},\n" for parameter in spec.parameters)
    return (
        f"IMAGE_SHAPE = {spec.input.shape}\n"
        f"CLASSES = {spec.classes}\n"
        "# name: (shape, how it starts), in the order of the parameter file\n"
        f"PARAMETERS = {{\n{rows}}}\n"
    )


def _parameter_row(parameter: Parameter) -> str:
    init = parameter.init
    start = ("he", init.fan_in) if isinstance(init, He) else ("constant", init.value)
    return f'"{parameter.name}": ({parameter.shape}, {start})'.replace("'", '"')


def _forward(spec: NetSpec) -> str:
    lines = ["def forward(p, images):"]
    shown = 0
    for node in spec.graph.nodes[1:]:
        if node.layer != shown:
            lines.append(f"    # {spec.layer_label(node.layer)}")
            shown = node.layer
        lines.append(_assignment(spec, node))
    lines.append(f"    return {_variable(spec.graph.output.name)}\n")
    return "\n".join(lines)


def _assignment(spec: NetSpec, node: Node) -> str:
    step = call(node)
    arguments = [_variable(name) for name in node.inputs]
    arguments += [f'p["{parameter.name}"]' for parameter in node.parameters]
    arguments += [f"{key}={value!r}" for key, value in step.attributes.items()]
    start = f"    {_variable(node.name)} = {step.function.__name__}("
    line = f"{start}{', '.join(arguments)})"
    if len(line) <= _WIDTH:
        return line
    return start + "".join(f"\n        {argument}," for argument in arguments) + "\n    )"


def _variable(node_name: str) -> str:
    return "images" if node_name == "input" else node_name.replace(".", "_")


def _source(function: Callable[..., Any]) -> str:
    return inspect.getsource(function)


def _functions_of(module: Any) -> list[FunctionType]:
    """Those defined in the module itself, in the order of its text."""
    return [
        value
        for value in vars(module).values()
        if isinstance(value, FunctionType) and value.__module__ == module.__name__
    ]


def _with_callees(functions: Iterable[Callable[..., Any]]) -> list[FunctionType]:
    """`functions` and the primitives that they call themselves, in the order of ops.py."""
    available = {function.__name__: function for function in _functions_of(ops)}
    wanted: set[str] = set()
    pending = [function.__name__ for function in functions]
    while pending:
        name = pending.pop()
        if name not in wanted:
            wanted.add(name)
            pending += [used for used in available[name].__code__.co_names if used in available]
    return [function for name, function in available.items() if name in wanted]


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print("usage: python -m numerics.autodiff.script NETSPEC.yaml", file=sys.stderr)
        return 2
    try:
        sys.stdout.write(script(load(arguments[0])))
    except NetSpecError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
