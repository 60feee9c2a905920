"""How good and how fast objects are found, on pictures, in a film and before a quiet camera.

`python -m benchmarks.detect --coco FOLDER` gives the average precision that COCO's own protocol gives (ten
overlaps from 0.5 to 0.95, 100 boxes a picture, crowds ignored; faster-coco-eval), and what a picture costs
beside the bare network. FOLDER holds instances.json and the pictures. With `--clip FILM --faces FOLDER` it
runs video.py over FILM and before an empty room, with the people of FOLDER and without.
"""

import json
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click
import numpy as np

from benchmarks import processes, quiet
from benchmarks.figures import Figure, Limit, Skipped, Told, print_told
from benchmarks.identify import read_frames
from benchmarks.loop import ALONE, RUNS, rate_of
from benchmarks.material import Material, taught
from benchmarks.paced import Load
from svod_rcgn.networks import load_model
from svod_rcgn.networks.card import OBJECTS
from svod_rcgn.networks.preprocess import preprocess
from svod_rcgn.objects import build
from svod_rcgn.objects.settings import COCO, MODELS_DIR, ObjectSettings
from svod_rcgn.objects.stages.placed import placed
from svod_rcgn.records import Image
from svod_rcgn.storage.folders import current_of
from svod_rcgn.storage.images import read_picture

PART = "objects"
ALL = ObjectSettings(score=0.005)  # what scores less changes the curves no more
PICTURES, PASSES = 40, 3
SLOWEST = Limit(25, at_least=True)
_NAMES = ("AP", "AP50", "AP75", "AP small", "AP medium", "AP large")

Found = list[dict[str, Any]]


def measure_precision(folder: Path, models_dir: Path, name: str, *, tiles: bool = False) -> Iterable[Told]:
    """COCO's six average precisions, in percent."""
    if not find_spec("faster_coco_eval"):
        yield Skipped(PART, "average precision", "faster-coco-eval is not installed")
        return
    import faster_coco_eval

    truth = faster_coco_eval.COCO(str(folder / "instances.json"))
    found = truth.loadRes(found_on(folder, models_dir, name, tiles=tiles))
    evaluation = faster_coco_eval.COCOeval_faster(truth, found, "bbox")
    evaluation.evaluate()
    evaluation.accumulate()
    evaluation.summarize()
    for title, share in zip(_NAMES, evaluation.stats, strict=False):
        yield Figure(PART, f"{name}{', tiles' if tiles else ''}, {title}", "%", (100 * float(share),))


def found_on(folder: Path, models_dir: Path, name: str, *, tiles: bool = False) -> Found:
    """What is found on every picture, as COCO has results."""
    told = json.loads((folder / "instances.json").read_text(encoding="utf-8"))
    categories = {each["name"]: each["id"] for each in told["categories"]}
    places = {path.name: path for path in folder.rglob("*") if path.is_file()}
    eye = build.still(build.load_detector(name, models_dir, ALL), ObjectSettings(tiles=tiles))
    return [
        {
            "image_id": image["id"],
            "category_id": categories[each.label],
            "bbox": [each.box.left, each.box.top, each.box.width, each.box.height],
            "score": each.score,
        }
        for image in told["images"]
        for each in eye.detect(read_picture(places[Path(image["file_name"]).name]))
        if each.label in categories
    ]


def measure_time(
    images: Sequence[Image], models_dir: Path, name: str, passes: int = PASSES
) -> Iterable[Told]:
    """Milliseconds a picture of the whole detector and of the bare network, in turn, and their proportion."""
    detector = build.load_detector(name, models_dir, ObjectSettings())
    loaded = load_model(models_dir / name, OBJECTS)
    fed = [preprocess([placed(image, loaded.card).image], loaded.card).copy() for image in images]
    detector.detect(images[0])
    loaded.network.run(fed[0])
    times: Mapping[str, list[float]] = {"whole": [], "bare": []}
    for _ in range(passes):
        for image, batch in zip(images, fed, strict=True):
            times["whole"].append(_timed(lambda image=image: detector.detect(image)))
            times["bare"].append(_timed(lambda batch=batch: loaded.network.run(batch)))
    for way, taken in times.items():
        yield Figure(PART, f"{name}, {way}", "ms a picture", tuple(taken))
    share = float(np.median(times["whole"]) / np.median(times["bare"]))
    yield Figure(PART, f"{name}, whole beside bare", "times", (share,), Limit(1.25))


def _timed(work: Any) -> float:
    begun = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - begun)


def measure_loop(clip: Path, material: Material, runs: int = RUNS, name: str = COCO) -> Iterable[Told]:
    """Frames a second of video.py with objects, alone and beside faces.

    Raises:
        FailedError: A run failed.
    """
    options = _options(name)
    yield rate_of(PART, "objects alone", clip, ["--no_faces", *options], runs)
    yield rate_of(PART, "faces and objects", clip, [*material.options, *options], runs, SLOWEST)


def measure_quiet(material: Material, warm: float, seconds: float, network: str = COCO) -> Iterable[Told]:
    """How much of a processor an empty room takes.

    Raises:
        FailedError: A run failed.
    """
    options = _options(network)
    for title, words in (
        ("objects alone", ["--no_faces", *options]),
        ("faces and objects", [*material.options, *options]),
    ):
        load = processes.ask(Load, "paced", warm, seconds, quiet.RATE, "", *ALONE, *words)
        name = f"empty room, {quiet.RATE} pictures a second, {title}"
        yield Figure(PART, name, "of a core", (load.cores,), quiet.LIMITS[quiet.EMPTY])


def _options(name: str) -> list[object]:
    return ["--detect", name, "--models_dir", MODELS_DIR.resolve()]


def missing(name: str = COCO) -> Skipped | None:
    """What is told where the network is not there."""
    there = current_of(MODELS_DIR / name).is_dir()
    return None if there else Skipped(PART, name, "not installed")


def measure_pictures(coco: Path | None, clip: Path | None, name: str = COCO) -> Iterable[Told]:
    """Precision where there are pictures with boxes, and time by them or by frames of a film."""
    if coco:
        yield from measure_precision(coco, MODELS_DIR, name)
    else:
        yield Skipped(PART, "average precision", "no pictures with boxes; --coco names their folder")
    images = _some_images(coco, clip)
    if images:
        yield from measure_time(images, MODELS_DIR, name)


def _some_images(coco: Path | None, clip: Path | None) -> list[Image]:
    if coco:
        return [read_picture(path) for path in sorted(coco.rglob("*.jpg"))[:PICTURES]]
    return read_frames(clip, PICTURES) if clip else []


@click.command()
@click.option("--coco", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Of its format.")
@click.option("--clip", type=click.Path(exists=True, path_type=Path), help="A film.")
@click.option("--faces", type=click.Path(exists=True, path_type=Path), help="PERSON/pictures.")
@click.option("--network", default=COCO, show_default=True)
@click.option("--runs", default=RUNS, show_default=True)
@click.option("--tiles", is_flag=True, help="Measure precision with tiles, too.")
def main(
    coco: Path | None, clip: Path | None, faces: Path | None, network: str, runs: int, *, tiles: bool
) -> None:
    """Measure a network that finds objects."""
    if nothing := missing(network):
        print_told([nothing])
        return
    told = [*measure_pictures(coco, clip, network)]
    if coco and tiles:
        told += measure_precision(coco, MODELS_DIR, network, tiles=True)
    if clip and faces:
        with tempfile.TemporaryDirectory() as folder:
            material = taught(Material(faces, Path(folder, "classifiers")))
            told += measure_loop(clip, material, runs, network)
            told += measure_quiet(material, quiet.WARM, quiet.SECONDS, network)
    print_told(told)


if __name__ == "__main__":
    main()
