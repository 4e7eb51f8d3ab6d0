"""Update rules on parameters held as dictionaries. Copied into stand-alone scripts like `ops`."""

import jax
import jax.numpy as jnp


def sgd(params, grads, learning_rate):
    return jax.tree.map(lambda p, g: p - learning_rate * g, params, grads)


def bias_corrections(step, b1=0.9, b2=0.999):
    """Adam's 1 - b1**step and 1 - b2**step, in float64: float32 would lose four digits."""
    return 1 - b1**step, 1 - b2**step


def adam(params, grads, first, second, corrections, learning_rate, b1=0.9, b2=0.999, epsilon=1e-8):
    """Kingma and Ba, 2015, with epsilon outside the square root.

    `corrections` are the `bias_corrections` of this step, the first step being step 1. Returns the
    new parameters, first moments and second moments.
    """
    first = jax.tree.map(lambda m, g: b1 * m + (1 - b1) * g, first, grads)
    second = jax.tree.map(lambda v, g: b2 * v + (1 - b2) * jnp.square(g), second, grads)

    def update(p, m, v):
        m, v = m / corrections[0], v / corrections[1]
        return p - learning_rate * m / (jnp.sqrt(v) + epsilon)

    return jax.tree.map(update, params, first, second), first, second


def adamw(params, grads, first, second, corrections, learning_rate, weight_decay, b1=0.9, b2=0.999):
    """Adam, and apart from the gradient every parameter shrinks: p - learning_rate * weight_decay *
    p, with the p before the step. Loshchilov and Hutter, 2019, algorithm 2, with the schedule in
    `learning_rate`. A weight decay of 0 (a Python number) is Adam itself.
    """
    moved, first, second = adam(
        params, grads, first, second, corrections, learning_rate, b1=b1, b2=b2
    )
    if weight_decay:
        shrink = learning_rate * weight_decay
        moved = jax.tree.map(lambda new, old: new - shrink * old, moved, params)
    return moved, first, second
