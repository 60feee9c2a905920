"""Photographs in, classifiers out."""

from pathlib import Path

import click

from .. import cli
from ..settings import Paths


@cli.command("prepare")
@cli.input_dir
@cli.aligned_dir
@cli.classifiers_dir
@cli.model
@cli.detector_dir
@cli.device
@cli.option(
    "--complementary",
    is_flag=True,
    help="Add to what was learned: people whose pictures are gone stay known.",
)
def main(
    *,
    input_dir: Path,
    aligned_dir: Path,
    classifiers_dir: Path,
    model: Path,
    detector_dir: Path,
    device: str,
    complementary: bool,
) -> None:
    """Learn the people in --input_dir: one folder a person, one face a picture.

    Aligns the faces, computes their embeddings and trains the classifiers. A picture that was looked
    at before is not looked at again.
    """
    from .. import learning, terminal

    paths = Paths(
        input_dir=input_dir,
        aligned_dir=aligned_dir,
        classifiers_dir=classifiers_dir,
        embedding_dir=model,
        detection_dir=detector_dir,
    )
    lesson = learning.learn(paths, device, terminal.track, complementary=complementary)
    terminal.print_lesson(lesson.index)
    click.echo(f"{len(lesson.persons)} persons learned; classifiers are in {classifiers_dir}")
