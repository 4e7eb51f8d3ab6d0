"""The primitives of `numerics.nets.graph` in JAX: float32, batch axis first, NCHW.

Each takes its inputs, then its parameters, then the operation's attributes by keyword. Matrix
products ask for full float32 precision, which accelerators do not give by default. The functions
use nothing but `jax`, `jnp` and `lax`, so that `script` can copy them into a stand-alone file.
"""

import jax
import jax.numpy as jnp
from jax import lax


def conv(x, weight, bias=None, *, stride, padding, groups):
    y = lax.conv_general_dilated(
        x,
        weight,
        (stride, stride),
        padding,
        dimension_numbers=("NCHW", "OIHW", "NCHW"),
        feature_group_count=groups,
        precision="highest",
    )
    return y if bias is None else y + bias[:, None, None]


def batch_norm(x, gamma, beta, *, epsilon):
    mean = x.mean((0, 2, 3), keepdims=True)
    variance = jnp.square(x - mean).mean((0, 2, 3), keepdims=True)
    normalized = (x - mean) / jnp.sqrt(variance + epsilon)
    return gamma[:, None, None] * normalized + beta[:, None, None]


def layer_norm(x, gamma, beta, *, axis, epsilon):
    mean = x.mean(axis, keepdims=True)
    variance = jnp.square(x - mean).mean(axis, keepdims=True)
    normalized = (x - mean) / jnp.sqrt(variance + epsilon)
    broadcast = (-1,) + (1,) * (x.ndim - 1 - axis)
    return gamma.reshape(broadcast) * normalized + beta.reshape(broadcast)


def dense(x, weight, bias):
    return jnp.matmul(x, weight, precision="highest") + bias


def relu(x):
    return jnp.where(x <= 0, 0.0, x)


def relu6(x):
    return jnp.where(x <= 0, 0.0, jnp.where(x >= 6, 6.0, x))


def sigmoid(x):
    return jax.nn.sigmoid(x)


def hard_sigmoid(x):
    return relu6(x + 3.0) / 6.0


def swish(x):
    return x * sigmoid(x)


def hard_swish(x):
    return x * hard_sigmoid(x)


def gelu_tanh(x):
    return 0.5 * x * (1.0 + jnp.tanh((2.0 / jnp.pi) ** 0.5 * (x + 0.044715 * x**3)))


def max_pool(x, *, size, stride, padding):
    window, strides = (1, 1, size, size), (1, 1, stride, stride)
    return lax.reduce_window(x, -jnp.inf, lax.max, window, strides, ((0, 0), (0, 0), *padding))


def global_avg_pool(x):
    return x.mean((2, 3))


def flatten(x):
    return x.reshape(x.shape[0], -1)


def add(x, y):
    return x + y


def scale_channels(x, gate):
    return x * gate[:, :, None, None]


def layer_scale(x, gamma):
    return x * gamma[:, None, None]


def image_to_tokens(x):
    return x.reshape(*x.shape[:2], -1).swapaxes(1, 2)


def prepend_token(x, token):
    batch, _, dim = x.shape
    return jnp.concatenate([jnp.broadcast_to(token, (batch, 1, dim)), x], axis=1)


def add_positions(x, positions):
    return x + positions


def attention(q, k, v, *, heads):
    batch, tokens, dim = q.shape
    q, k, v = (t.reshape(batch, tokens, heads, dim // heads).swapaxes(1, 2) for t in (q, k, v))
    scores = jnp.matmul(q, k.swapaxes(2, 3), precision="highest") / (dim // heads) ** 0.5
    result = jnp.matmul(jax.nn.softmax(scores, axis=-1), v, precision="highest")
    return result.swapaxes(1, 2).reshape(batch, tokens, dim)


def select_token(x, *, index):
    return x[:, index]


def mean_cross_entropy(logits, labels):
    chosen = jnp.take_along_axis(jax.nn.log_softmax(logits), labels[:, None], axis=1)
    # Summed by halves: accurate, and in one order on every device.
    total = -chosen[:, 0]
    while len(total) > 1:
        half = len(total) // 2
        total = jnp.concatenate([total[:half] + total[half : 2 * half], total[2 * half :]])
    return total[0] / len(labels)
