"""The first half of the flow, run on photographs: enrol, train, and put the classifiers in place."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from . import assembly, classifier_set, enrolment, storage, training
from .classifier_set import Person
from .enrolment import AlignedIndex, Track
from .settings import Paths


@dataclass(frozen=True, slots=True)
class Lesson:
    """What one run learned: every picture with its outcome, and the persons trained."""

    index: AlignedIndex
    persons: Sequence[Person]


def learn(paths: Paths, device: str, track: Track[Any], *, complementary: bool = False) -> Lesson:
    """Learn the people of the input folder.

    Args:
        paths: Where pictures, aligned faces, classifiers and networks lie.
        device: OpenVINO device that runs the networks.
        track: Shows the progress.
        complementary: Keep the people and pictures that were learned before and are gone now.

    Raises:
        SvodError: No pictures, no usable face, a network is missing, or another run is at work.
    """
    with storage.locked(paths.aligned_dir):
        cutter = assembly.build_cutter(paths.embedding_dir, paths.detection_dir, device)
        embedder, model = assembly.build_embedder(paths.embedding_dir, device)
        index = enrolment.align(
            paths.input_dir, paths.aligned_dir, cutter, track, complementary=complementary
        )
        gallery = enrolment.embed(index, paths.input_dir, paths.aligned_dir, embedder, model, track)
        trained = training.train(gallery.persons, gallery.embeddings, gallery.labels)
        previews = enrolment.previews(index, paths.aligned_dir)
        classifier_set.save(trained.classifiers, paths.classifiers_dir, model, previews)
    return Lesson(index, gallery.persons)
