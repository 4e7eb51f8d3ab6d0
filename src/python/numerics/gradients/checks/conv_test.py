"""Which outputs of the stride-1 convolution each stride-2 SAME convolution keeps."""

import numpy as np
import pytest

from numerics.gradients.checks import conv, depthwise

RNG = np.random.default_rng(7)
EVEN_SIZES, ODD_SIZES = [(6, 4), (2, 8)], [(5, 7), (3, 5)]


def image(size):
    return RNG.standard_normal((3, *size))


def layers():
    bias = RNG.standard_normal(3)
    conv_weight, depthwise_weight = (
        RNG.standard_normal((3, 3, 3, 3)),
        RNG.standard_normal((3, 3, 3)),
    )
    return [
        (conv.conv2d, conv.conv2d_stride2_even, conv.conv2d_stride2_xla, conv_weight, bias),
        (
            depthwise.depthwise,
            depthwise.depthwise_stride2_even,
            depthwise.depthwise_stride2_xla,
            depthwise_weight,
            bias,
        ),
    ]


@pytest.mark.parametrize("size", EVEN_SIZES + ODD_SIZES)
def test_the_even_phase_keeps_outputs_0_2_4(size):
    x = image(size)
    for dense, even, _, weight, bias in layers():
        np.testing.assert_allclose(
            even(x, weight, bias), dense(x, weight, bias)[:, ::2, ::2], rtol=1e-12
        )


@pytest.mark.parametrize("size", EVEN_SIZES)
def test_xla_same_keeps_outputs_1_3_5_on_even_sizes(size):
    x = image(size)
    for dense, even, xla, weight, bias in layers():
        kept = xla(x, weight, bias)
        np.testing.assert_allclose(kept, dense(x, weight, bias)[:, 1::2, 1::2], rtol=1e-12)
        assert np.abs(kept - even(x, weight, bias)).max() > 0.1


@pytest.mark.parametrize("size", ODD_SIZES)
def test_both_phases_agree_on_odd_sizes(size):
    x = image(size)
    for _, even, xla, weight, bias in layers():
        np.testing.assert_array_equal(xla(x, weight, bias), even(x, weight, bias))


@pytest.mark.parametrize(
    ("kernel", "extent", "before"),
    [(1, 6, 0), (3, 6, 0), (3, 5, 1), (5, 6, 1), (5, 7, 2), (7, 8, 2)],
)
def test_xla_padding_before(kernel, extent, before):
    assert conv.xla_same_before(kernel, (extent,), 2) == (before,)


def test_stride_one_is_the_sum_it_is_documented_to_be():
    x, weight, bias = image((4, 3)), RNG.standard_normal((2, 3, 3, 3)), RNG.standard_normal(2)
    expected = np.empty((2, 4, 3))
    for o, i, j in np.ndindex(expected.shape):
        expected[o, i, j] = bias[o] + sum(
            weight[o, c, a, b] * x[c, i + a - 1, j + b - 1]
            for c, a, b in np.ndindex(3, 3, 3)
            if 0 <= i + a - 1 < 4 and 0 <= j + b - 1 < 3
        )
    np.testing.assert_allclose(conv.conv2d(x, weight, bias), expected, rtol=1e-12, atol=1e-12)


def test_an_even_kernel_pads_one_more_after_than_before():
    x, weight, bias = image((4, 4)), RNG.standard_normal((2, 3, 2, 2)), np.zeros(2)
    y = conv.conv2d(x, weight, bias)
    corner = np.einsum("ocab,cab->o", weight, x[:, :2, :2])
    np.testing.assert_allclose(y[:, 0, 0], corner)
    np.testing.assert_allclose(y[:, 3, 3], np.einsum("oc,c->o", weight[:, :, 0, 0], x[:, 3, 3]))
