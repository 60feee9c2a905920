"""Learn people from photographs."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..faces.settings import Paths, PrepareSettings, TrainingSettings
from . import base, options, shutdown
from .archive_options import deliver, delivery_options
from .catalog_options import release_options

if TYPE_CHECKING:
    from ..datasets.from_archive import ArchiveRequest


_TRAIN = "Training"
_TRAINING = TrainingSettings()


@base.command("prepare")
@options.input_dir
@options.aligned_dir
@options.classifiers_dir
@options.model
@options.detector_dir
@options.background_dir
@options.device
@options.listener_port
@base.option(
    "--complementary_align",
    is_flag=True,
    section=base.RUN,
    help="Keep people whose pictures are gone.",
)
@base.option(
    "--complementary_train",
    is_flag=True,
    section=base.RUN,
    help="Use stored embeddings, even of faces since changed.",
)
@base.option("--complementary", is_flag=True, section=base.RUN, help="Both of these.")
@base.option(
    "--clarified",
    is_flag=True,
    section=base.RUN,
    help="The pictures are cut out already; add them as faces.",
)
@base.option(
    "--align_images_limit",
    type=click.IntRange(min=1),
    section=base.RUN,
    show_default="all",
    help="New pictures a run; the next goes on.",
)
@base.option("--skip_alignment", is_flag=True, section=base.RUN, help="Train on what is aligned.")
@base.option(
    "--skip_training", is_flag=True, section=base.RUN, help="Align, and leave the classifiers as they are."
)
@base.option(
    "--false_accept_rate",
    type=base.Range(min=0, max=0.5, min_open=True),
    default=_TRAINING.false_accept_rate,
    metavar="SHARE",
    section=_TRAIN,
    help="Strangers' frames that may be named.",
)
@base.option(
    "--keep_low_quality",
    is_flag=True,
    section=_TRAIN,
    help="Train on refused pictures as well.",
)
@base.option(
    "--workers",
    type=click.IntRange(min=1),
    section=base.RUN,
    show_default="one a processor",
    help="Pictures worked on at once.",
)
@base.option(
    "--ray",
    metavar="ADDRESS",
    section=base.RUN,
    help="A Ray cluster to work on: host:port, or auto.",
)
@base.option(
    "--refuse_worse",
    is_flag=True,
    section=_TRAIN,
    help="Fail when somebody would be known worse.",
)
@options.wait
@delivery_options
@release_options
def main(
    *,
    delivery: ArchiveRequest | None,
    publish: Callable[[Path], None] | None,
    input_dir: Path,
    aligned_dir: Path,
    classifiers_dir: Path,
    model: Path,
    detector_dir: Path,
    background_dir: Path | None,
    device: str,
    listener_port: int,
    **how: Any,
) -> None:
    """Learn the people in --input_dir: one folder a person, one face a picture.

    Aligns the faces, computes their embeddings and trains the classifiers. A picture that was looked
    at before is not looked at again. What was learned from other input folders stays known; a picture
    that is gone from this one is forgotten, unless --complementary_align keeps it.
    """
    settings = _settings(**how)
    if settings.skip_alignment and settings.skip_training:
        raise click.UsageError("--skip_alignment and --skip_training together leave nothing to do")
    if settings.skip_training and publish:
        raise click.UsageError(
            "--release_name publishes what was trained, and --skip_training trains nothing"
        )
    shutdown.PROCESS.guard()
    from ..faces import prepare
    from . import progress

    deliver(delivery, input_dir)
    paths = Paths(
        input_dir=input_dir,
        aligned_dir=aligned_dir,
        classifiers_dir=classifiers_dir,
        embedding_dir=model,
        detection_dir=detector_dir,
        background_dir=background_dir,
    )
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is told to anybody unless you ask for it
    result = prepare.prepare(paths, device, progress.track, settings)
    from . import training_summary

    training_summary.summarise(result, classifiers_dir, listener_port)
    if publish:
        publish(classifiers_dir)


def _settings(
    *,
    complementary: bool,
    complementary_align: bool,
    complementary_train: bool,
    align_images_limit: int | None,
    false_accept_rate: float,
    keep_low_quality: bool,
    **others: Any,
) -> PrepareSettings:
    """What the options say of a run; `others` are called as the settings are."""
    return PrepareSettings(
        training=TrainingSettings(false_accept_rate, keep_low_quality),
        complementary_align=complementary or complementary_align,
        complementary_train=complementary or complementary_train,
        limit=align_images_limit,
        **others,
    )
