"""A data folder, pictures to put into it, and runs over them with stages that count their work."""

import zlib
from pathlib import Path

import numpy as np

from svod_rcgn.faces import prepare
from svod_rcgn.faces.enrolment import CropCutter, FaceCutter, Recipe, ThreadExecutor, Worker
from svod_rcgn.faces.records import Face
from svod_rcgn.faces.settings import EnrolmentSettings, Paths, PrepareSettings
from svod_rcgn.faces.stages.alignment import FaceAligner
from svod_rcgn.geometry import unit_rows
from svod_rcgn.records import Box
from svod_rcgn.storage import images
from tests.fakes import FakeInspector

SIZE = 16
LENGTH = 64


class CountingDetector:
    """Sees as many faces as the blue of the first pixel says, and counts how often it looked."""

    def __init__(self, widths=(20, 20, 20)):
        self.looked = 0
        self._widths = widths

    def detect(self, image):
        self.looked += 1
        boxes = [Box(10 + n, 10, 10 + n + self._widths[n], 34) for n in range(image[0, 0, 0])]
        return tuple(Face(box, np.zeros((5, 2), np.float32), 0.9) for box in boxes)


class CountingEmbedder:
    """Gives each crop a direction of its own, and counts the crops."""

    def __init__(self):
        self.embedded = 0

    def embed(self, crops):
        self.embedded += len(crops)
        rows = [np.random.default_rng(zlib.crc32(crop.tobytes())).normal(size=LENGTH) for crop in crops]
        return unit_rows(np.stack(rows).astype(np.float32))


def silently(items, title):
    return items


def picture(path: Path, faces=1, shade=0):
    """A grey picture of 48x48 on which `CountingDetector` sees so many faces."""
    image = np.full((48, 48, 3), shade, np.uint8)
    image[0, 0, 0] = faces
    images.write_png(path, image)


class Studio:
    """One data folder and the runs over it."""

    def __init__(self, folder: Path, recipe="recipe", widths=(20, 20, 20), background=""):
        self.faces, self.clarify = folder / "faces", folder / "clarify"
        self.aligned, self.classifiers = folder / "aligned", folder / "classifiers"
        self.detector, self.embedder = CountingDetector(widths), CountingEmbedder()
        self.recipe, self.alignment, self.background = recipe, "", background
        self.usual = None  # what the network's card says of likeness

    def paths(self, clarified=False):
        return Paths(
            input_dir=self.clarify if clarified else self.faces,
            aligned_dir=self.aligned,
            classifiers_dir=self.classifiers,
        )

    def executor(self, model="model", clarified=False, threads=1):
        aligner = FaceAligner(SIZE, 0.1)
        photographs = FaceCutter(self.detector, FakeInspector(), aligner, EnrolmentSettings(), self.recipe)
        cutter = CropCutter(SIZE) if clarified else photographs
        recipe = Recipe(cutter.recipe, SIZE, model, self.alignment, self.background, self.usual)
        return ThreadExecutor(Worker(cutter, self.embedder, recipe), threads)

    def run(self, *, model="model", threads=1, track=silently, **how):
        settings = PrepareSettings(**how)
        paths, executor = self.paths(settings.clarified), self.executor(model, settings.clarified, threads)
        with prepare.locked(paths, 0):
            return prepare.teach(paths, executor, track, settings)
