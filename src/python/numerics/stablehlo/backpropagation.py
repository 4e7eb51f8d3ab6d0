"""A net's loss and gradients by the rules.

One forward pass over the graph, then one backward pass in reverse.

Where a value is used twice, its cotangents are added. Source: Griewank, Walther, *Evaluating
Derivatives*, 2nd ed. (2008), section 3.2.
"""

from __future__ import annotations

from collections.abc import Sequence

from numerics.nets import graph
from numerics.stablehlo.builder import Builder, Value
from numerics.stablehlo.rules.catalog import rules_for
from numerics.stablehlo.rules.loss import CROSS_ENTROPY
from numerics.stablehlo.rules.rule import Rules, key


class MissingRule(LookupError):
    """The graph has an operation without a rule."""


def loss_and_gradients(
    b: Builder,
    net: graph.Graph,
    parameters: Sequence[Value],
    images: Value,
    labels: Value,
    rules: Rules | None = None,
) -> tuple[Value, list[Value]]:
    """The mean cross-entropy of one batch and its gradient for every parameter, in the graph's
    order.

    `images` is (B, C, H, W) float32 and `labels` is (B,) int32. Without `rules`, those are loaded
    that the net needs. Raises MissingRule.
    """
    rules = rules_for(net) if rules is None else rules
    results, saved = _forward(b, net, parameters, images, rules)
    logits = results[net.output.name]
    loss, kept = rules[CROSS_ENTROPY].forward(b, None, logits, labels)
    (dlogits,) = rules[CROSS_ENTROPY].backward(b, None, kept, b.constant(1.0))

    cotangents: dict[str, Value] = {net.output.name: dlogits}
    gradients: dict[str, Value] = {}
    for node in reversed(net.nodes):
        if isinstance(node.op, graph.Input):
            continue
        given = rules[key(node.op)].backward(b, node.op, saved[node.name], cotangents[node.name])
        count = len(node.inputs)
        for name, cotangent in zip(node.inputs, given[:count], strict=True):
            known = cotangents.get(name)
            cotangents[name] = cotangent if known is None else b.add(known, cotangent)
        for parameter, gradient in zip(node.parameters, given[count:], strict=True):
            gradients[parameter.name] = gradient
    return loss, [gradients[parameter.name] for parameter in net.parameters]


def logits(
    b: Builder,
    net: graph.Graph,
    parameters: Sequence[Value],
    images: Value,
    rules: Rules | None = None,
) -> Value:
    """(B, classes), in training mode: normalization uses the statistics of this batch. Raises
    MissingRule.
    """
    rules = rules_for(net) if rules is None else rules
    results, _ = _forward(b, net, parameters, images, rules)
    return results[net.output.name]


def loss(
    b: Builder,
    net: graph.Graph,
    parameters: Sequence[Value],
    images: Value,
    labels: Value,
    rules: Rules | None = None,
) -> Value:
    """The loss of `loss_and_gradients` alone. Raises MissingRule."""
    rules = rules_for(net) if rules is None else rules
    results, _ = _forward(b, net, parameters, images, rules)
    value, _ = rules[CROSS_ENTROPY].forward(b, None, results[net.output.name], labels)
    return value


def _forward(
    b: Builder, net: graph.Graph, parameters: Sequence[Value], images: Value, rules: Rules
):
    held = dict(zip((p.name for p in net.parameters), parameters, strict=True))
    results: dict[str, Value] = {}
    saved: dict[str, object] = {}
    for node in net.nodes:
        if isinstance(node.op, graph.Input):
            results[node.name] = images
            continue
        if key(node.op) not in rules:
            raise MissingRule(
                f"node {node.name}: no rule for {key(node.op)}; to add one, write its forward and "
                "backward maps in numerics/stablehlo/rules and enter them with @rule"
            )
        operands = [results[name] for name in node.inputs]
        operands += [held[parameter.name] for parameter in node.parameters]
        result, saved[node.name] = rules[key(node.op)].forward(b, node.op, *operands)
        results[node.name] = result
    return results, saved
