"""What a stand-alone script does when it runs. `script` copies these functions into it."""

import argparse
import json
import math
import pathlib

import jax
import jax.numpy as jnp
import numpy as np

from numerics.autodiff.ops import mean_cross_entropy
from numerics.autodiff.optimizers import adam, bias_corrections


def draw_parameters(shapes_and_starts, seed):
    """Fresh float32 values: ("he", fan_in) is normal with variance 2 / fan_in."""
    random = np.random.default_rng(seed)
    values = {}
    for name, (shape, (start, number)) in shapes_and_starts.items():
        if start == "he":
            value = random.normal(0.0, (2.0 / number) ** 0.5, shape)
        else:
            value = np.full(shape, number)
        values[name] = jnp.asarray(value, jnp.float32)
    return values


def read_parameters(shapes_and_starts, path):
    """From a file of little-endian float32, the parameters one after another."""
    content = pathlib.Path(path).read_bytes()
    needed = 4 * sum(math.prod(shape) for shape, _ in shapes_and_starts.values())
    if len(content) != needed:
        raise SystemExit(f"{path}: holds {len(content)} bytes; this net needs {needed}")
    flat = np.frombuffer(content, "<f4")
    values, begin = {}, 0
    for name, (shape, _) in shapes_and_starts.items():
        end = begin + math.prod(shape)
        values[name] = jnp.asarray(flat[begin:end].reshape(shape))
        begin = end
    return values


def read_or_draw_batch(options, image_shape, classes):
    """float32 images (B, C, H, W) and int32 labels (B,)."""
    if options.images and options.labels:
        images, labels = np.load(options.images), np.load(options.labels)
    elif options.images or options.labels:
        raise SystemExit("--images and --labels go together; give both or neither")
    else:
        random = np.random.default_rng(options.seed)
        images = random.random((options.batch, *image_shape))
        labels = random.integers(classes, size=options.batch)
    if images.shape != (len(labels), *image_shape):
        raise SystemExit(f"images have shape {images.shape}; needed: {(len(labels), *image_shape)}")
    return jnp.asarray(images, jnp.float32), jnp.asarray(labels, jnp.int32)


def main(forward, shapes_and_starts, image_shape, classes):
    parser = argparse.ArgumentParser(description="Trains the net with Adam on one batch.")
    parser.add_argument("--parameters", help="flat float32 file to start from; else fresh ones")
    parser.add_argument("--images", help=".npy file, float32 (B, C, H, W); else random ones")
    parser.add_argument("--labels", help=".npy file, integers (B,)")
    parser.add_argument("--gradients", help="write step 1's gradients here, flat float32")
    parser.add_argument("--steps", type=int, default=5)
    parser.add_argument("--batch", type=int, default=4, help="size of a random batch")
    parser.add_argument("--learning-rate", type=float, default=0.001)
    parser.add_argument("--seed", type=int, default=0, help="for what is drawn")
    options = parser.parse_args()

    if options.parameters:
        params = read_parameters(shapes_and_starts, options.parameters)
    else:
        params = draw_parameters(shapes_and_starts, options.seed)
    images, labels = read_or_draw_batch(options, image_shape, classes)
    value_and_grad = jax.jit(
        jax.value_and_grad(lambda p: mean_cross_entropy(forward(p, images), labels))
    )
    update = jax.jit(adam)
    first = second = jax.tree.map(jnp.zeros_like, params)
    for step in range(1, options.steps + 1):
        loss, grads = value_and_grad(params)
        print(json.dumps({"step": step, "loss": float(loss)}))
        if step == 1 and options.gradients:
            flat = [np.asarray(grads[name]).ravel() for name in shapes_and_starts]
            np.concatenate(flat).astype("<f4").tofile(options.gradients)
        params, first, second = update(
            params, grads, first, second, bias_corrections(step), options.learning_rate
        )
