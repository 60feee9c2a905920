"""Tensors of Inception-ResNet-v1 under PyTorch's names: random ones, and those of an installed network."""

import math
from pathlib import Path

import numpy as np

EPSILON = 0.001


def shapes() -> dict[str, tuple[int, ...]]:
    """The shape of every tensor that facenet-pytorch saves, classes of the training included."""
    found = {}
    for name, shape in _convolutions().items():
        found[f"{name}.conv.weight"] = shape
        found |= _normalisation(f"{name}.bn", shape[0])
    for name, into, out in _blocks():
        found |= {f"{name}.conv2d.weight": (out, into, 1, 1), f"{name}.conv2d.bias": (out,)}
    found["last_linear.weight"] = (512, 1792)
    found |= _normalisation("last_bn", 512)
    return found | {"logits.weight": (10, 512), "logits.bias": (10,)}


def random_tensors(seed: int = 0) -> dict[str, np.ndarray]:
    """Numbers that neither vanish nor explode on their way through so many layers."""
    generator = np.random.default_rng(seed)
    tensors = {}
    for name, shape in shapes().items():
        spread = math.sqrt(2 / math.prod(shape[1:])) if len(shape) > 1 else 0.1
        tensors[name] = generator.normal(scale=spread, size=shape).astype(np.float32)
        if name.endswith(("bn.weight", "running_var")):
            tensors[name] = 1 + np.abs(tensors[name])
        if name.endswith("num_batches_tracked"):
            tensors[name] = np.array(5, np.int64)
    return tensors


def installed_tensors(path: Path) -> dict[str, np.ndarray]:
    """The tensors of an IR of the same architecture, in which the normalisations are folded into biases."""
    import openvino as ov

    ops = ov.Core().read_model(path).get_ordered_ops()
    concats = [op for op in ops if op.get_type_name() == "Concat" and op.get_input_size() > 1]
    joints = [op for op in concats if op.get_output_partial_shape(0).rank.get_length() == len("NCHW")]
    first = next(op for op in ops if op.get_type_name() == "MaxPool")
    tensors = _folded(["conv2d_1a", "conv2d_2a", "conv2d_2b"], _chain(first.input_value(0).get_node()))
    stem = _chain(joints[0].input_value(0).get_node())[:3]
    tensors |= _folded(["conv2d_3b", "conv2d_4a", "conv2d_4b"], stem)
    for name, joint in zip(_joint_names(), joints, strict=True):
        tensors |= _joined(name, joint, behind=3 if joint is joints[0] else 0)
    matmul = next(op for op in ops if op.get_type_name() == "MatMul")
    return tensors | {"last_linear.weight": _constant(matmul.input_value(1).get_node()).T} | _last(matmul)


def _joined(name: str, joint, behind: int) -> dict[str, np.ndarray]:
    """The tensors of the branches that come together, and of what follows in a residual block."""
    tensors = {}
    for branch in range(joint.get_input_size()):
        convs = _chain(joint.input_value(branch).get_node())[behind:]
        tensors |= _folded(_branch_names(f"{name}.branch{branch}", len(convs)), convs)
    if name.startswith("mixed"):
        return tensors
    (up,) = joint.output(0).get_target_inputs()
    weight, bias = _numbers(up.get_node())
    return tensors | {f"{name}.conv2d.weight": weight, f"{name}.conv2d.bias": bias}


def _last(matmul) -> dict[str, np.ndarray]:
    """The normalisation behind the last layer, which is subtract, divide, multiply, add."""
    found, node = [], matmul
    while len(found) < 4:
        (following,) = node.output(0).get_target_inputs()
        node = following.get_node()
        if node.get_type_name() != "Reshape":
            found.append(_constant(node.input_value(1).get_node()).reshape(-1))
    mean, deviation, gamma, beta = found
    parts = {"weight": gamma, "bias": beta, "running_mean": mean}
    return {f"last_bn.{part}": numbers for part, numbers in parts.items()} | {
        "last_bn.running_var": deviation**2 - np.float32(EPSILON)
    }


def _convolutions() -> dict[str, tuple[int, ...]]:
    found = {
        "conv2d_1a": (32, 3, 3, 3), "conv2d_2a": (32, 32, 3, 3), "conv2d_2b": (64, 32, 3, 3),
        "conv2d_3b": (80, 64, 1, 1), "conv2d_4a": (192, 80, 3, 3), "conv2d_4b": (256, 192, 3, 3),
        "mixed_6a.branch0": (384, 256, 3, 3), "mixed_6a.branch1.0": (192, 256, 1, 1),
        "mixed_6a.branch1.1": (192, 192, 3, 3), "mixed_6a.branch1.2": (256, 192, 3, 3),
    }  # fmt: skip
    for branch, wide in ((0, 384), (1, 256)):
        found[f"mixed_7a.branch{branch}.0"] = (256, 896, 1, 1)
        found[f"mixed_7a.branch{branch}.1"] = (wide, 256, 3, 3)
    found["mixed_7a.branch2.0"] = (256, 896, 1, 1)
    found |= {f"mixed_7a.branch2.{number}": (256, 256, 3, 3) for number in (1, 2)}
    for name, _, out in _blocks():
        wide = {256: 32, 896: 128, 1792: 192}[out]
        found |= {f"{name}.branch0": (wide, out, 1, 1), f"{name}.branch1.0": (wide, out, 1, 1)}
        if out == 256:
            found |= {f"{name}.branch1.1": (32, 32, 3, 3), f"{name}.branch2.0": (32, 256, 1, 1)}
            found |= {f"{name}.branch2.{number}": (32, 32, 3, 3) for number in (1, 2)}
        else:
            long = {896: 7, 1792: 3}[out]
            found |= {f"{name}.branch1.1": (wide, wide, 1, long), f"{name}.branch1.2": (wide, wide, long, 1)}
    return found


def _blocks() -> list[tuple[str, int, int]]:
    """Name, joined channels and channels of each residual block."""
    kinds = (("repeat_1", 5, 96, 256), ("repeat_2", 10, 256, 896), ("repeat_3", 5, 384, 1792))
    found = [(f"{name}.{number}", into, out) for name, times, into, out in kinds for number in range(times)]
    return [*found, ("block8", 384, 1792)]


def _joint_names() -> list[str]:
    blocks = [name for name, _, _ in _blocks()]
    return [*blocks[:5], "mixed_6a", *blocks[5:15], "mixed_7a", *blocks[15:]]


def _branch_names(name: str, count: int) -> list[str]:
    return [name] if count == 1 else [f"{name}.{number}" for number in range(count)]


def _normalisation(name: str, channels: int) -> dict[str, tuple[int, ...]]:
    parts = ("weight", "bias", "running_mean", "running_var")
    return {f"{name}.{part}": (channels,) for part in parts} | {f"{name}.num_batches_tracked": ()}


def _neutral(name: str, bias: np.ndarray) -> dict[str, np.ndarray]:
    """A normalisation that adds a bias and does nothing else."""
    ones, zeros = np.ones_like(bias), np.zeros_like(bias)
    parts = {"weight": ones, "bias": bias, "running_mean": zeros, "running_var": ones - np.float32(EPSILON)}
    return {f"{name}.{part}": numbers for part, numbers in parts.items()}


def _folded(names, convs) -> dict[str, np.ndarray]:
    tensors = {}
    for name, conv in zip(names, convs, strict=True):
        weight, bias = _numbers(conv)
        tensors |= {f"{name}.conv.weight": weight} | _neutral(f"{name}.bn", bias)
    return tensors


def _chain(node) -> list:
    """The convolutions in a row that end at a node, the first one first."""
    if node.get_type_name() == "Convolution":
        return [*_chain(node.input_value(0).get_node()), node]
    is_bias = node.get_type_name() == "Add" and _is_constant(node.input_value(1).get_node())
    if is_bias or node.get_type_name() == "Relu":
        return _chain(node.input_value(0).get_node())
    return []


def _numbers(conv) -> tuple[np.ndarray, np.ndarray]:
    """Weight and bias of a convolution."""
    (added,) = conv.output(0).get_target_inputs()
    bias = _constant(added.get_node().input_value(1).get_node())
    return _constant(conv.input_value(1).get_node()), bias.reshape(-1)


def _is_constant(node) -> bool:
    return node.get_type_name() == "Constant" or (
        node.get_type_name() == "Convert" and _is_constant(node.input_value(0).get_node())
    )


def _constant(node) -> np.ndarray:
    node = node.input_value(0).get_node() if node.get_type_name() == "Convert" else node
    return np.array(node.data, np.float32)
