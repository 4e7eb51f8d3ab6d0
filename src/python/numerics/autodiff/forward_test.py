from functools import partial
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from numerics.autodiff import forward
from numerics.nets.batches import batch
from numerics.nets.load import load
from numerics.nets.parameters import initial

NETS = Path(__file__).parents[4] / "traces" / "nets"
BATCH = 2


@pytest.mark.parametrize("path", sorted(NETS.rglob("*.yaml")), ids=lambda path: path.stem)
def test_jax_infers_the_shape_of_every_node(path: Path) -> None:
    """Shapes only: nothing is computed, so the ImageNet nets are as cheap as the small ones."""
    for node in (net := load(path).graph).nodes[1:]:
        step = forward.call(node)
        shapes = [(BATCH, *net.by_name[name].shape) for name in node.inputs]
        shapes += [parameter.shape for parameter in node.parameters]
        arguments = [jax.ShapeDtypeStruct(shape, jnp.float32) for shape in shapes]
        found = jax.eval_shape(partial(step.function, **step.attributes), *arguments)
        assert (found.shape, found.dtype) == ((BATCH, *node.shape), jnp.float32), node.name


def test_logits_depend_on_each_example_alone_without_batch_norm() -> None:
    spec = load(NETS / "oracle" / "attention.yaml")
    params = initial(spec, 1)
    images = batch(spec, 1, 0, 3).images
    together = forward.logits(spec.graph, params, images)
    assert together.shape == (3, 10)
    alone = forward.logits(spec.graph, params, images[1:2])
    np.testing.assert_allclose(together[1:2], alone, rtol=1e-5, atol=1e-5)


def test_batch_norm_couples_the_examples() -> None:
    spec = load(NETS / "oracle" / "convbn.yaml")
    params = initial(spec, 1)
    images = batch(spec, 1, 0, 3).images
    together = forward.logits(spec.graph, params, images)
    alone = forward.logits(spec.graph, params, images[1:2])
    assert np.abs(together[1:2] - alone).max() > 1e-3
