"""How good and how fast the detectors are on a folder of COCO's format.

`python -m benchmarks.detect FOLDER` gives the average precision that COCO's own protocol gives (ten overlaps
from 0.5 to 0.95, 100 boxes a picture, crowds ignored; faster-coco-eval), and what a picture costs beside the
bare network. FOLDER holds instances.json and the pictures.
"""

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click
import numpy as np

from benchmarks.figures import Figure, Limit, Skipped, Told, print_told
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
_NAMES = ("AP", "AP50", "AP75", "AP small", "AP medium", "AP large")

Found = list[dict[str, Any]]


def measure_precision(folder: Path, models_dir: Path, name: str, *, tiles: bool = False) -> Iterable[Told]:
    """COCO's six average precisions, in percent."""
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


def measure(folder: Path, models_dir: Path = MODELS_DIR, name: str = COCO) -> Iterable[Told]:
    """Precision and time of one network; of its pictures on disk, the first serve for the time."""
    if not current_of(models_dir / name).is_dir():
        yield Skipped(PART, name, "not installed")
        return
    yield from measure_precision(folder, models_dir, name)
    paths = sorted(folder.rglob("*.jpg"))[:PICTURES]
    yield from measure_time([read_picture(path) for path in paths], models_dir, name)


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--network", default=COCO, show_default=True)
@click.option("--models_dir", default=MODELS_DIR, type=click.Path(path_type=Path), show_default=True)
@click.option("--tiles", is_flag=True, help="Measure precision with tiles, too.")
def main(folder: Path, network: str, models_dir: Path, tiles: bool) -> None:
    """Measure a detector on a folder of COCO's format."""
    told = [*measure(folder, models_dir, network)]
    if tiles:
        told += measure_precision(folder, models_dir, network, tiles=True)
    print_told(told)


if __name__ == "__main__":
    main()
