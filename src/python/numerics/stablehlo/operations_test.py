"""Every operation of `Builder`, run by IREE and evaluated in NumPy, with equal results."""

import math
import warnings

import numpy as np
import pytest

from numerics.stablehlo.builder import Builder, BuilderError, ConvolutionLayout
from numerics.stablehlo.numpy_builder import NumpyBuilder
from numerics.stablehlo.text import TensorType, TextBuilder, function, literal, module

RNG = np.random.default_rng(11)
X = RNG.standard_normal((3, 4)).astype(np.float32)
Y = RNG.standard_normal((3, 4)).astype(np.float32)
IMAGE = RNG.standard_normal((2, 4, 5, 6)).astype(np.float32)
KERNEL = RNG.standard_normal((6, 2, 3, 2)).astype(np.float32)
LABELS = np.array([2, 0, 1], dtype=np.int32)


def gradient_of_kernel(b: Builder, x, dy):
    return b.convolution(
        x,
        dy,
        padding=((1, 0), (0, -1)),
        rhs_dilation=(2, 1),
        layout=ConvolutionLayout("fb01", "io01", "fb01"),
    )


# Name: the call, then its arguments.
OPERATIONS = {
    "constant": (lambda b: b.constant(0.1, (2, 3)),),
    "constant infinity": (lambda b: b.constant(-math.inf, (2,)),),
    "constant i32": (lambda b: b.constant(-7, (2,), "i32"),),
    "constant i1": (lambda b: b.constant(True, (2,), "i1"),),
    "iota": (lambda b: b.iota((2, 3), 1),),
    "add": (lambda b, x, y: b.add(x, y), X, Y),
    "subtract": (lambda b, x, y: b.subtract(x, y), X, Y),
    "multiply": (lambda b, x, y: b.multiply(x, y), X, Y),
    "divide": (lambda b, x, y: b.divide(x, y), X, Y),
    "maximum": (lambda b, x, y: b.maximum(x, y), X, Y),
    "minimum": (lambda b, x, y: b.minimum(x, y), X, Y),
    "negate": (lambda b, x: b.negate(x), X),
    "exponential": (lambda b, x: b.exponential(x), X),
    "exponential_minus_one": (lambda b, x: b.exponential_minus_one(x), X),
    "log": (lambda b, x: b.log(x), np.abs(X)),
    "tanh": (lambda b, x: b.tanh(x), X),
    "logistic": (lambda b, x: b.logistic(x), X),
    "sqrt": (lambda b, x: b.sqrt(x), np.abs(X)),
    "rsqrt": (lambda b, x: b.rsqrt(x), np.abs(X)),
    "scale": (lambda b, x: b.scale(x, 1 / 3), X),
    "offset": (lambda b, x: b.offset(x, -0.7), X),
    "compare": (lambda b, x, y: b.compare("GE", x, y), X, Y),
    "compare i32": (lambda b, x: b.compare("LT", x, b.iota((3,), 0)), LABELS),
    "not and": (
        lambda b, x, y: b.logical_and(
            b.logical_not(b.compare("GT", x, y)),
            b.compare("LE", b.zeros_like(x), y),
        ),
        X,
        Y,
    ),
    "select": (lambda b, x, y: b.select(b.compare("LT", x, y), x, y), X, Y),
    "convert": (lambda b, x: b.convert(x, "f32"), LABELS),
    "convert i1": (lambda b, x, y: b.convert(b.compare("NE", x, y), "f32"), X, Y),
    "broadcast": (lambda b, x: b.broadcast(x, (2, 3, 5, 4), (1, 3)), X),
    "broadcast i32": (lambda b, x: b.broadcast(x, (3, 2), (0,)), LABELS),
    "reshape": (lambda b, x: b.reshape(x, (2, 6)), X),
    "transpose": (lambda b, x: b.transpose(x, (2, 0, 3, 1)), IMAGE),
    "reverse": (lambda b, x: b.reverse(x, (1, 3)), IMAGE),
    "slice": (lambda b, x: b.slice(x, (0, 1, 1, 0), (2, 3, 5, 6), (1, 1, 2, 3)), IMAGE),
    "pad": (lambda b, x: b.pad(x, 1.5, (1, 0), (0, 2), (1, 2)), X),
    "pad crops": (lambda b, x: b.pad(x, 0.0, (-1, 1), (1, -2), (0, 1)), X),
    "concatenate": (lambda b, x, y: b.concatenate([x, y, x], 1), X, Y),
    "reduce_sum": (lambda b, x: b.reduce_sum(x, (0, 2, 3)), IMAGE),
    "reduce_sum of all": (lambda b, x: b.reduce_sum(x, (0, 1)), X),
    "reduce_max": (lambda b, x: b.reduce_max(x, (1, 2)), IMAGE),
    "dot_general": (lambda b, x, y: b.dot_general(x, y, ((1,), (1,))), X, Y),
    "dot_general batch": (
        lambda b, x, y: b.dot_general(x, y, ((3,), (3,)), ((0, 2), (0, 2))),
        IMAGE,
        IMAGE[:, :3],
    ),
    "convolution": (
        lambda b, x, w: b.convolution(
            x, w, strides=(2, 1), padding=((1, 1), (0, 2)), lhs_dilation=(1, 2), groups=2
        ),
        IMAGE,
        KERNEL,
    ),
    "convolution of the batch": (gradient_of_kernel, IMAGE, IMAGE[:, :3, :2, :4]),
}


def run(builder_call, arrays):
    b = NumpyBuilder()
    dtypes = ["i32" if array.dtype == np.int32 else "f32" for array in arrays]
    given = [b.array(array, dtype) for array, dtype in zip(arrays, dtypes)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return builder_call(b, *given).data


def emit(name, builder_call, arrays):
    arguments = [
        TensorType(f"x{i}", array.shape, "i32" if array.dtype == np.int32 else "f32")
        for i, array in enumerate(arrays)
    ]
    return function(name, arguments, lambda b, values: [("result", builder_call(b, *values))])


@pytest.fixture(scope="module")
def compiled():
    """All operations in one module, so that the compiler starts once."""
    compiler, runtime = pytest.importorskip("iree.compiler"), pytest.importorskip("iree.runtime")
    names = {name: f"case{i}" for i, name in enumerate(OPERATIONS)}
    text = module("operations", [emit(names[k], c[0], c[1:]) for k, c in OPERATIONS.items()])
    code = compiler.compile_str(
        text,
        input_type="stablehlo",
        target_backends=["llvm-cpu"],
        extra_args=["--iree-llvmcpu-target-cpu=generic"],
    )
    context = runtime.SystemContext(config=runtime.Config("local-sync"))
    context.add_vm_module(runtime.VmModule.copy_buffer(context.instance, code))
    return {name: context.modules.operations[entry] for name, entry in names.items()}


@pytest.mark.parametrize("name", OPERATIONS)
def test_compiled_text_agrees_with_numpy(name: str, compiled) -> None:
    call, *arrays = OPERATIONS[name]
    expected = run(call, arrays)
    found = np.asarray(compiled[name](*arrays).to_host())
    assert found.shape == expected.shape
    np.testing.assert_allclose(found.astype(np.float64), expected, rtol=2e-6, atol=2e-6)


def test_every_operation_is_tried() -> None:
    inherited = {"apply"}
    methods = {name for name in vars(Builder) if not name.startswith("_")} - inherited
    used = set()

    class Recorder(NumpyBuilder):
        def __getattribute__(self, name):
            used.add(name)
            return super().__getattribute__(name)

    for call, *arrays in OPERATIONS.values():
        b = Recorder()
        dtypes = ["i32" if array.dtype == np.int32 else "f32" for array in arrays]
        call(b, *(b.array(array, dtype) for array, dtype in zip(arrays, dtypes)))
    assert methods <= used


def test_convolution_in_numpy_is_the_sum_in_its_definition() -> None:
    strides, padding, groups = (2, 1), ((1, 2), (0, 1)), 2
    b = NumpyBuilder()
    found = b.convolution(
        b.array(IMAGE), b.array(KERNEL), strides=strides, padding=padding, groups=groups
    ).data
    padded = np.pad(IMAGE.astype(np.float64), ((0, 0), (0, 0), *padding))
    for n, o, i, j in np.ndindex(found.shape):
        group = o // (KERNEL.shape[0] // groups)
        total = sum(
            padded[n, group * 2 + c, i * 2 + p, j + q] * KERNEL[o, c, p, q]
            for c, p, q in np.ndindex(KERNEL.shape[1:])
        )
        assert found[n, o, i, j] == pytest.approx(total, abs=1e-12)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda b, x: b.add(x, b.constant(1.0, (4,))), r"add: operands have types \(3, 4\) f32"),
        (lambda b, x: b.add(x, b.iota((3, 4), 0)), "broadcast or convert one"),
        (lambda b, x: b.reshape(x, (5,)), "reshape"),
        (lambda b, x: b.transpose(x, (0, 0)), "transpose"),
        (lambda b, x: b.broadcast(x, (3, 5), (0, 1)), "does not fit"),
        (lambda b, x: b.slice(x, (0, 0), (3, 5)), "slice"),
        (lambda b, x: b.dot_general(x, x, ((1,), (0,))), "dot_general"),
        (lambda b, x: b.reduce_sum(x, (2,)), "reduce"),
        (lambda b, x: b.select(x, x, x), "predicate must be i1"),
        (lambda b, x: b.compare("??", x, x), "direction"),
        (lambda b, x: b.pad(x, 0.0, (-4, 0), (0, 0)), "pad"),
        (lambda b, x: b.concatenate([x, b.transpose(x, (1, 0))], 0), "concatenate"),
    ],
)
def test_ill_typed_calls_are_rejected_by_both_builders(call, message: str) -> None:
    with pytest.raises(BuilderError, match=message):
        b = NumpyBuilder()
        call(b, b.array(X))
    with pytest.raises(BuilderError, match=message):
        b = TextBuilder()
        call(b, b.parameter("x", (3, 4), "f32"))


def test_equal_calls_print_once_and_unused_ones_not_at_all() -> None:
    b = TextBuilder()
    x = b.parameter("x", (3,), "f32")
    assert b.exponential(x) == b.exponential(x)
    b.tanh(x)
    assert b.body([b.add(b.exponential(x), b.exponential(x))]) == [
        "%0 = stablehlo.exponential %x : tensor<3xf32>",
        "%2 = stablehlo.add %0, %0 : tensor<3xf32>",
    ]


def test_a_literal_determines_its_float32() -> None:
    for value in (0.1, 1 / 3, 1e-8, 16777217.0, 3.4e38, 1e-40, -2.5):
        assert np.float32(float(literal(value, "f32"))) == np.float32(value)
