"""Tensors of EfficientNet-Lite under PyTorch's names, random ones and few."""

import math

import numpy as np

KERNELS = (3, 3, 5, 3, 5, 5, 3)
REPEATS = (1, 2, 2, 3, 3, 4, 1)
WIDTH = 8


def random_tensors(classes: int = 5, seed: int = 0) -> dict[str, np.ndarray]:
    """A Lite0 as thin as it may be: blocks of WIDTH channels between a stem of 32 and a head of 1280."""
    generator = np.random.default_rng(seed)
    tensors = {}
    for name, shape in _convolutions().items():
        spread = math.sqrt(2 / math.prod(shape[1:]))
        tensors[name] = generator.normal(scale=spread, size=shape).astype(np.float32)
        norm = _norm_of(name)
        for part in ("weight", "bias", "running_mean", "running_var"):
            numbers = generator.normal(scale=0.1, size=shape[0]).astype(np.float32)
            tensors[f"{norm}.{part}"] = 1 + abs(numbers) if part in ("weight", "running_var") else numbers
        tensors[f"{norm}.num_batches_tracked"] = np.array(5, np.int64)
    tensors["_fc.weight"] = generator.normal(scale=0.1, size=(classes, 1280)).astype(np.float32)
    tensors["_fc.bias"] = generator.normal(scale=0.1, size=classes).astype(np.float32)
    return tensors


def _convolutions() -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {"_conv_stem.weight": (32, 3, 3, 3)}
    kernels = [kernel for kernel, times in zip(KERNELS, REPEATS, strict=True) for _ in range(times)]
    into = 32
    for number, kernel in enumerate(kernels):
        name, wide = f"_blocks.{number}", into * (6 if number else 1)
        if number:
            found[f"{name}._expand_conv.weight"] = (wide, into, 1, 1)
        found[f"{name}._depthwise_conv.weight"] = (wide, 1, kernel, kernel)
        found[f"{name}._project_conv.weight"] = (WIDTH, wide, 1, 1)
        into = WIDTH
    return found | {"_conv_head.weight": (1280, WIDTH, 1, 1)}


def _norm_of(convolution: str) -> str:
    path, _, kind = convolution.removesuffix(".weight").rpartition(".")
    norms = {
        "_conv_stem": "_bn0", "_conv_head": "_bn1",
        "_expand_conv": "_bn0", "_depthwise_conv": "_bn1", "_project_conv": "_bn2",
    }  # fmt: skip
    return f"{path}.{norms[kind]}" if path else norms[kind]
