"""Photographs in, classifiers out."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .. import cli
from ..settings import LearningSettings, Paths
from . import running

if TYPE_CHECKING:
    from ..learning import Lesson


@cli.command("prepare")
@cli.input_dir
@cli.aligned_dir
@cli.classifiers_dir
@cli.model
@cli.detector_dir
@cli.device
@cli.listener_port
@cli.option(
    "--complementary_align",
    is_flag=True,
    help="Add to what is aligned: pictures gone from --input_dir, and their people, stay known.",
)
@cli.option(
    "--complementary_train",
    is_flag=True,
    help="Take stored embeddings as they are. Otherwise crops changed by hand are embedded anew.",
)
@cli.option("--complementary", is_flag=True, help="Both --complementary_align and --complementary_train.")
@cli.option(
    "--clarified",
    is_flag=True,
    help="The pictures are crops already: take them as they are, and add them to what is aligned.",
)
@cli.option(
    "--align_images_limit",
    type=click.IntRange(min=1),
    metavar="N",
    help="Align no more than N new pictures in this run; the next runs go on.",
)
@cli.option("--skip_alignment", is_flag=True, help="Train on what is aligned.")
@cli.option("--skip_training", is_flag=True, help="Align and leave the classifiers as they are.")
@cli.option(
    "--workers",
    type=click.IntRange(min=1),
    metavar="N",
    help="Work on N pictures at once.  [default: the number of processors]",
)
@cli.option(
    "--ray",
    metavar="ADDRESS",
    help="Spread the work over the Ray cluster at ADDRESS (host:port, or auto on one of its machines); "
    "needs the extra svod-rcgn[ray].",
)
@cli.wait
def main(
    *,
    input_dir: Path,
    aligned_dir: Path,
    classifiers_dir: Path,
    model: Path,
    detector_dir: Path,
    device: str,
    listener_port: int,
    complementary: bool,
    complementary_align: bool,
    complementary_train: bool,
    clarified: bool,
    align_images_limit: int | None,
    skip_alignment: bool,
    skip_training: bool,
    workers: int | None,
    ray: str | None,
    wait: float,
) -> None:
    """Learn the people in --input_dir: one folder a person, one face a picture.

    Aligns the faces, computes their embeddings and trains the classifiers. A picture that was looked
    at before is not looked at again. What was learned from other input folders stays known; a picture
    that is gone from this one is forgotten, unless --complementary_align keeps it.
    """
    if skip_alignment and skip_training:
        raise click.UsageError("--skip_alignment and --skip_training together leave nothing to do")
    from .. import learning, terminal

    paths = Paths(
        input_dir=input_dir,
        aligned_dir=aligned_dir,
        classifiers_dir=classifiers_dir,
        embedding_dir=model,
        detection_dir=detector_dir,
    )
    settings = LearningSettings(
        complementary_align=complementary or complementary_align,
        complementary_train=complementary or complementary_train,
        clarified=clarified,
        limit=align_images_limit,
        skip_alignment=skip_alignment,
        skip_training=skip_training,
        workers=workers,
        ray=ray,
        wait=wait,
    )
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is told to anybody unless you ask for it
    lesson = learning.learn(paths, device, terminal.track, settings)
    terminal.print_lesson(lesson.index)
    _report(lesson, classifiers_dir)
    if lesson.persons:
        running.use_new_classifiers(listener_port)


def _report(lesson: Lesson, classifiers_dir: Path) -> None:
    if lesson.remaining:
        click.echo(f"{lesson.remaining} pictures remain to be aligned; run again to go on")
    if lesson.persons:
        click.echo(f"{len(lesson.persons)} persons learned; classifiers are in {classifiers_dir}")
    else:
        click.echo(f"{len(lesson.index.used)} pictures are aligned; training was skipped")
