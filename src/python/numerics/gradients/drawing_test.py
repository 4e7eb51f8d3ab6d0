"""Draws: reproducible, independent, and away from what they must avoid."""

import numpy as np
import pytest

from numerics.gradients.check import (
    Avoid,
    Check,
    Input,
    Tolerance,
    integers,
    normal,
    uniform,
)
from numerics.gradients.drawing import DrawError, draw_inputs, generator

TOLERANCE = Tolerance(1e-8, 0.0, "a test")


def check_with(*inputs, name="drawn", avoid=None):
    return Check(name, lambda x: x, inputs, TOLERANCE, vjp=lambda x, dy: dy, avoid=avoid)


def test_the_stream_is_pinned():
    words = generator("dense_input", 0).bit_generator.random_raw(2)
    # Philox 4x64-10 with the key sha256("dense_input\\0inputs")[:16] and counter 0, 0, 0, 0.
    assert [int(word) for word in words] == [442155920025133493, 8348536030471170452]


def test_a_draw_is_a_function_of_name_and_number():
    check = check_with(normal("x", (4,)))
    first, _ = draw_inputs(check, 0)
    again, _ = draw_inputs(check, 0)
    second, _ = draw_inputs(check, 1)
    renamed, _ = draw_inputs(check_with(normal("x", (4,)), name="other"), 0)
    assert np.array_equal(first[0], again[0])
    assert not np.array_equal(first[0], second[0])
    assert not np.array_equal(first[0], renamed[0])


def test_purposes_have_streams_of_their_own():
    inputs, probes = generator("a", 0), generator("a", 0, "probes")
    assert inputs.random() != probes.random()


def test_inputs_have_the_declared_shape_range_and_dtype():
    check = check_with(
        normal("x", (2, 3), mean=100.0), uniform("u", (50,), -1.0, 2.0), integers("k", (50,), 0, 3)
    )
    (x, u, k), attempts = draw_inputs(check, 0)
    assert x.shape == (2, 3) and x.dtype == np.float64 and np.all(np.abs(x - 100) < 10)
    assert np.all((u >= -1) & (u < 2))
    assert k.dtype == np.int64 and set(k.tolist()) == {0, 1, 2}
    assert attempts == 1


def test_inputs_cannot_be_overwritten():
    (x,), _ = draw_inputs(check_with(normal("x", (2,))), 0)
    with pytest.raises(ValueError, match="read-only"):
        x[0] = 0.0


def test_draws_keep_the_margin():
    avoid = Avoid(np.abs, 0.5, "the kink at 0")
    attempts = []
    for draw in range(20):
        (x,), tried = draw_inputs(check_with(normal("x", (4,)), avoid=avoid), draw)
        assert np.abs(x).min() >= 0.5
        attempts.append(tried)
    assert max(attempts) > 1, "no draw was ever repeated: the margin was not exercised"


def test_an_unsatisfiable_margin_is_an_error_that_says_how_close_it_came():
    avoid = Avoid(np.abs, 2.0, "the kink at 0")
    with pytest.raises(DrawError, match=r"none of 1000 attempts.*margin 2.0.*the kink at 0"):
        draw_inputs(check_with(uniform("x", (1,), -1.0, 1.0), avoid=avoid), 0)


@pytest.mark.parametrize("distance", [lambda x: np.nan, lambda x: np.array([])])
def test_a_meaningless_distance_is_an_error(distance):
    avoid = Avoid(distance, 0.1, "nothing")
    with pytest.raises(DrawError, match="avoid.distance gave"):
        draw_inputs(check_with(normal("x", (1,)), avoid=avoid), 0)


def test_a_sample_that_breaks_its_declaration_is_an_error():
    wrong_shape = Input("x", (3,), lambda rng, shape: rng.random(2))
    wrong_dtype = Input("x", (3,), lambda rng, shape: rng.random(3).astype(np.float32))
    not_finite = Input("x", (3,), lambda rng, shape: np.array([1.0, np.inf, 0.0]))
    for item, message in (
        (wrong_shape, r"shape \(2,\)"),
        (wrong_dtype, "dtype float32"),
        (not_finite, "NaN or an infinity"),
    ):
        with pytest.raises(DrawError, match=message):
            draw_inputs(check_with(item), 0)
