"""The corners: `<compiler>-<device>`, and what each stands for.

A corner has one name, whoever asks for it: traces, oracles, their reports and BUILD files.
"""

from collections.abc import Iterable

CORNERS = {
    "jax-cpu": "the net in JAX with its own gradients, compiled by XLA, on the processor",
    "xla-cpu": "the emitted StableHLO, compiled by XLA, on the processor",
    "iree-llvm-cpu": "the emitted StableHLO, compiled by IREE to machine code",
    "iree-vmvx": "the emitted StableHLO, compiled by IREE to byte code and interpreted",
    "jax-cuda": "JAX on an NVIDIA GPU",
    "jax-rocm": "JAX on an AMD GPU",
    "xla-cuda": "the emitted StableHLO, compiled by XLA for an NVIDIA GPU",
    "iree-cuda": "the emitted StableHLO, compiled by IREE for an NVIDIA GPU",
    "iree-rocm": "the emitted StableHLO, compiled by IREE for an AMD GPU",
    "iree-vulkan": "the emitted StableHLO, compiled by IREE for a Vulkan device",
    "numpy-f64": "the same rules, evaluated one by one in NumPy, in float64 and on the processor",
}

TRAINED = tuple(name for name in CORNERS if name != "numpy-f64")
"""Those that a training run can be recorded in."""

FORMER = {
    "autodiff@xla": "jax-cpu",
    "emitted@xla": "xla-cpu",
    "emitted@iree-llvm-cpu": "iree-llvm-cpu",
    "rules@numpy-f64": "numpy-f64",
}
"""What oracles called their corners once. These names are taken, and said to be former ones."""


def present(names: Iterable[str]) -> list[str]:
    """The names as they are now."""
    return [FORMER.get(name, name) for name in names]


def renamed(names: Iterable[str]) -> list[str]:
    """One message for each former name."""
    return [f"corner {name} is written {FORMER[name]} now" for name in names if name in FORMER]
