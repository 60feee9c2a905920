"""8-bit networks: made on faces at hand, compared with the full ones on others, kept where they agree."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from . import weights

FULL, INT8 = "fp16", "int8"
SCENES = 120
SHAPES = ((384, 640), (512, 640), (640, 640))
LEAST_COSINE = 0.97
LEAST_OVERLAP = 0.85
_SUFFIX = "-int8"


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far an 8-bit network agrees with the full one on `samples` faces that it was not made on.

    `mean` and `least` are cosines of the embeddings, or overlaps (IoU) of the boxes where a face that
    only one of the two finds counts as 0.
    """

    network: str
    samples: int
    mean: float
    least: float


def precision_of(directory: Path) -> str:
    """How exact the network in use is: "fp16" or "int8".

    Raises:
        ModelError: There is no network, or it is damaged.
    """
    return weights.read_card(directory).precision


def use_full(directory: Path) -> None:
    """Go back to the full network, which is kept beside the 8-bit one.

    Raises:
        ModelError: There is no network, or it is damaged.
    """
    card = weights.read_card(directory)
    file = card.file.replace(_SUFFIX, "")
    if file != card.file:
        weights.write_variant(directory, replace(card, file=file, precision=FULL), {})


def use_int8(embedding_dir: Path, detection_dir: Path, faces: Sequence[Path]) -> list[Agreement]:
    """Use 8-bit networks, and make those that are not there yet.

    Args:
        embedding_dir: The embedding network.
        detection_dir: The face detector.
        faces: Pictures with faces; half of what is seen in them is used to make the networks, and half
            to compare them.

    Returns:
        How far each network that was made agrees with the full one.

    Raises:
        ModelError: A network is missing or damaged, NNCF is not installed, or 8 bits change the answers
            of one too much; the networks in use are then what they were.
        InputError: No face is found in the pictures.
    """
    for directory in (embedding_dir, detection_dir):
        use_full(directory)
    detection = weights.load_model(detection_dir, "detection")
    embedding = weights.load_model(embedding_dir, "embedding")
    scenes = _scenes(faces)
    crops = _crops(scenes, detection, embedding)
    return [
        _quantized(detection_dir, detection, scenes, _detection_agreement),
        _quantized(embedding_dir, embedding, crops, _embedding_agreement),
    ]
