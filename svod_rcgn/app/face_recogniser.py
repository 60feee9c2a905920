"""Faces for a program of one's own: pictures as arrays, films and cameras frame by frame."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np

from ..errors import InputError
from ..faces.build import build_analyzers
from ..faces.recogniser import FaceAnalyzers
from ..faces.records import FaceObservation
from ..faces.settings import Paths
from ..media.settings import LiveSettings
from ..media.sources import open_source
from ..records import Frame, Image, is_image

_PATHS = Paths()


class FaceRecogniser:
    """Knows the people that `prepare.py` has learned; made by `open_recogniser`.

    Several threads may look at pictures and watch films with one recogniser at once.

    Example:
        >>> import cv2, svod_rcgn
        >>> recogniser = svod_rcgn.open_recogniser("data/demo/classifiers")
        >>> portraits = ["data/demo/probes/obama3.jpg", "data/demo/probes/astronaut.png"]
        >>> [[face.label for face in recogniser.look(cv2.imread(path))] for path in portraits]
        [['Barack Obama'], [None]]
    """

    def __init__(self, analyzers: FaceAnalyzers) -> None:
        self._analyzers = analyzers

    def look(self, image: Image) -> tuple[FaceObservation, ...]:
        """Say whose faces are on a picture.

        Args:
            image: (height, width, 3) uint8 in BGR order, as `cv2.imread` gives it.

        Returns:
            One observation a face, in no order: `label` is the person's name, None for a stranger; `score`,
            0..1, how sure that is; `box` where, in pixels; `attributes` what meta.json says of the person.

        Raises:
            InputError: It is not such an array.

        Example:
            >>> import cv2, svod_rcgn
            >>> recogniser = svod_rcgn.open_recogniser("data/demo/classifiers")
            >>> faces = recogniser.look(cv2.imread("data/demo/probes/obama3.jpg"))
            >>> [(face.label, round(face.score, 1)) for face in faces]
            [('Barack Obama', 1.0)]
        """
        # An analyzer remembers things from stage to stage, so two threads must not share one.
        analyzer = self._analyzers.analyzer(still=True)
        return analyzer.analyze(Frame(_checked(image), 0, 0.0, ""))

    def watch(self, source: str | Path | int) -> Iterator[tuple[Frame, tuple[FaceObservation, ...]]]:
        """Walk through the frames of a film, a folder of pictures, a camera or a stream.

        A face keeps its `track` from frame to frame, and its label gets surer. A camera or stream has no
        end of its own; break off when you have seen enough.

        Args:
            source: A camera's number, the path of a film, picture or folder of pictures, or a URL.

        Yields:
            Each frame with its observations; `frame.time` is seconds from the beginning of a film.

        Raises:
            InputError: The source cannot be opened, or breaks off.

        Example:
            >>> import svod_rcgn
            >>> recogniser = svod_rcgn.open_recogniser("data/demo/classifiers")
            >>> seen = set()
            >>> for frame, faces in recogniser.watch("data/demo/demo.mp4"):
            ...     seen |= {face.label or "a stranger" for face in faces}
            >>> sorted(seen)
            ['Barack Obama', 'a stranger']
        """
        opened = open_source(str(source), LiveSettings())
        analyzer = self._analyzers.analyzer(still=opened.still)
        with closing(opened.frames()) as frames:
            for frame in frames:
                yield frame, analyzer.analyze(frame)


def _checked(image: object) -> Image:
    if image is None:
        raise InputError("the image is None, which cv2.imread returns for a file that it cannot read")
    if not is_image(image):
        given = f"{image.dtype} {image.shape}" if isinstance(image, np.ndarray) else type(image).__name__
        raise InputError(
            f"the image is {given}; give uint8 (height, width, 3) in BGR order, as cv2.imread does"
        )
    return np.ascontiguousarray(image)  # OpenCV wants it so, and RGB turned into BGR by [..., ::-1] is not


def open_recogniser(
    classifiers_dir: str | Path = _PATHS.classifiers_dir,
    *,
    face_network: str | Path = _PATHS.embedding_dir,
    detector_dir: str | Path = _PATHS.detection_dir,
    bg_remove_path: str | Path | None = None,
    device: str = "CPU",
) -> FaceRecogniser:
    """Open what `prepare.py` has learned, with the networks that `download_models.py` brought.

    Args:
        classifiers_dir: What was learned.
        face_network: The network that embeds faces; the one that was learned with.
        detector_dir: The network that finds faces.
        bg_remove_path: The network that removes backgrounds; None leaves them.
        device: Where networks run: CPU, GPU, NPU or AUTO.

    Raises:
        ModelError: A network is missing or damaged.
        ClassifierError: The classifiers are missing, damaged, or trained with another network.

    Example:
        >>> import svod_rcgn
        >>> recogniser = svod_rcgn.open_recogniser("data/demo/classifiers")
    """
    paths = Paths(
        classifiers_dir=Path(classifiers_dir),
        embedding_dir=Path(face_network),
        detection_dir=Path(detector_dir),
        background_dir=None if bg_remove_path is None else Path(bg_remove_path),
    )
    return FaceRecogniser(build_analyzers(paths, device))
