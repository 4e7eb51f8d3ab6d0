"""Mean softmax cross-entropy.

Source: Goodfellow, Bengio, Courville, *Deep Learning* (2016), section 6.2.2.3.
"""

from __future__ import annotations

from numerics.citation import Citation
from numerics.stablehlo.builder import Builder, Value
from numerics.stablehlo.rules.rule import rule
from numerics.stablehlo.rules.softmax import softmax

CROSS_ENTROPY = "softmax_cross_entropy"


def cross_entropy(b: Builder, op: None, logits: Value, labels: Value):
    """Logits (B, K) and int32 labels (B,) -> scalar: mean over the batch of log sum_k exp(z_k) -
    z_label.
    """
    batch, _ = logits.shape
    one_hot = b.convert(
        b.compare("EQ", b.iota(logits.shape, 1), b.broadcast(labels, logits.shape, (0,))), "f32"
    )
    shifted = b.subtract(logits, b.broadcast(b.reduce_max(logits, (1,)), logits.shape, (0,)))
    total = b.log(b.reduce_sum(b.exponential(shifted), (1,)))
    chosen = b.reduce_sum(b.multiply(shifted, one_hot), (1,))
    losses = b.subtract(total, chosen)
    return b.scale(_sum_by_halves(b, losses), 1 / batch), (logits, one_hot)


def _sum_by_halves(b: Builder, x: Value) -> Value:
    """Of a vector. In this order the rounding error grows with the logarithm of the length, and
    the order is that of the text: a compiler chooses the order of a reduction.
    """
    while x.size > 1:
        half = x.size // 2
        total = b.add(b.slice(x, [0], [half]), b.slice(x, [half], [2 * half]))
        if x.size % 2:
            total = b.concatenate([total, b.slice(x, [2 * half], [x.size])], 0)
        x = total
    return b.reshape(x, ())


@rule(
    CROSS_ENTROPY,
    forward=cross_entropy,
    theorems=(
        Citation(
            "coq:Fourfold.VJP.cross_entropy.is_vjp_softmax_cross_entropy",
            of="Fourfold.VJP.cross_entropy.softmax_cross_entropy",
        ),
        Citation(
            "coq:Fourfold.VJP.cross_entropy.is_vjp_batch_cross_entropy",
            of="Fourfold.VJP.cross_entropy.batch_cross_entropy",
        ),
        Citation(
            "coq:Fourfold.VJP.cross_entropy.cross_entropyE",
            of="Fourfold.VJP.cross_entropy.cross_entropy",
        ),
        Citation(
            "coq:Fourfold.VJP.cross_entropy.cross_entropy_shift",
            of="Fourfold.VJP.cross_entropy.cross_entropy",
        ),
    ),
)
def cross_entropy_backward(b: Builder, op: None, saved, dy: Value):
    """dz = (softmax(z) - one_hot) dy / B. Labels have no cotangent."""
    logits, one_hot = saved
    p, _ = softmax(b, None, logits)
    share = b.broadcast(b.scale(dy, 1 / logits.shape[0]), logits.shape, ())
    return (b.multiply(b.subtract(p, one_hot), share),)
