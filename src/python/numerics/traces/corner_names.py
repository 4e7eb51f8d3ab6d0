"""The corners: `<pipeline or compiler>-<device>`, and what each stands for."""

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
}
