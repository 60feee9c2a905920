"""All benchmarks of speed in one run: `python -m benchmarks`, or `make bench`.

It measures one part after another, and writes the figures to results.json, and a table and a plot into
docs/BENCHMARKS.md. The machine should have nothing else to do. With --quick it writes only what is asked for,
since the figures say little.
"""

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path

import click

from benchmarks import (
    collection,
    detect,
    enrolment,
    gallery,
    growth,
    identify,
    loop,
    page,
    peers,
    plot,
    quiet,
    scrolling,
    start,
    tracking,
    training,
    web,
)
from benchmarks.figures import Skipped, Told, print_told
from benchmarks.material import Material, in_eight_bits, taught
from benchmarks.processes import FailedError
from svod_rcgn.errors import SvodError
from svod_rcgn.faces.settings import Paths

DEMO = Paths().demo_dir
FILM, EIGHT_BITS, GROWTH = "film", "film, 8-bit networks", "growth"


@dataclass(frozen=True, slots=True)
class Effort:
    """How often and how long each part is measured, and on how much; see the parts."""

    runs: int = loop.RUNS
    passes: int = peers.PASSES
    every: int = peers.EVERY
    times: int = start.TIMES
    warm: float = quiet.WARM
    seconds: float = quiet.SECONDS
    each: int = enrolment.EACH
    side: int = enrolment.SIDE
    persons: tuple[int, ...] = (1000, 10_000, 100_000)
    pictures: int = training.PICTURES
    collected: int = 10_000
    films: int = tracking.FILMS
    comings: int = web.ROUNDS
    listed: int = scrolling.PICTURES
    left_out: frozenset[str] = frozenset({GROWTH})


QUICK = Effort(
    runs=1,
    passes=1,
    every=60,
    times=1,
    warm=0.5,
    seconds=1,
    each=1,
    side=256,
    persons=(300,),
    pictures=50,
    collected=200,
    films=1,
    comings=1,
    listed=2000,
    left_out=frozenset({GROWTH, EIGHT_BITS}),
)


@dataclass(frozen=True, slots=True)
class Subject:
    """What is measured: a film, classifiers taught with people of it, who is to be named where known.

    `sets` holds SET/train/CLASS and SET/test/CLASS of pictures, by which teaching is measured, and `coco`
    instances.json and pictures, by which the finding of objects is.
    """

    clip: Path
    material: Material
    truth: Path | None
    sets: Path | None = None
    coco: Path | None = None


@dataclass(frozen=True, slots=True)
class Places:
    """Where the figures go: a file for programs, a page and its plot; None is nowhere."""

    results: Path | None = None
    text: Path | None = None
    picture: Path | None = None

    def or_else(self, usual: "Places") -> "Places":
        """These, and the usual ones where none is given."""
        return Places(self.results or usual.results, self.text or usual.text, self.picture or usual.picture)

    def write(self, whole: page.Results) -> None:
        """Write everything to its place."""
        if self.results:
            page.write_results(self.results, whole)
        if self.picture:
            plot.draw(whole.told, self.picture)
        if self.text:
            page.write_table(self.text, whole, self.picture)


USUAL = Places(page.RESULTS, page.PAGE, plot.FILE)


def measured(subject: Subject, effort: Effort, say: Callable[[str], None]) -> Iterator[Told]:
    """Every figure, part by part; a part that fails does not take the others with it."""
    for name, work in _parts(subject, effort).items():
        if name in effort.left_out:
            continue
        say(name)
        try:
            yield from work()
        except (FailedError, SvodError) as error:
            yield Skipped(name, "all", str(error))


def _parts(subject: Subject, effort: Effort) -> dict[str, Callable[[], Iterable[Told]]]:
    clip, material, faces = subject.clip, subject.material, subject.material.faces
    return {
        FILM: lambda: _film(subject, material, effort, FILM),
        EIGHT_BITS: lambda: _in_eight_bits(subject, effort),
        "peers": lambda: peers.figures(peers.measure(clip, material, effort.every, effort.passes)),
        identify.PART: lambda: _whole_pictures(subject, effort),
        detect.PART: lambda: _objects(subject, effort),
        tracking.PART: lambda: tracking.measure(effort.films),
        training.PART: lambda: _teaching(subject, effort),
        collection.PART: lambda: collection.measure(effort.collected, effort.times, effort.seconds),
        "quiet cameras": lambda: quiet.figures(quiet.measure(material, effort.warm, effort.seconds)),
        "enrolment": lambda: enrolment.figures(enrolment.measure(faces, effort.each, effort.side)),
        "start": lambda: start.figures(start.measure(clip, material, effort.times)),
        "gallery": lambda: _galleries(material, effort.persons),
        web.PART: lambda: web.measure(material, effort.seconds, effort.comings, effort.times),
        scrolling.PART: lambda: scrolling.measure(effort.listed, effort.times),
        GROWTH: lambda: growth.figures(growth.grow(faces, persons=150, each=20, new=10)),
    }


def _film(subject: Subject, material: Material, effort: Effort, part: str) -> Iterable[Told]:
    return loop.figures(loop.measure(subject.clip, material, subject.truth, effort.runs), part)


def _in_eight_bits(subject: Subject, effort: Effort) -> Iterable[Told]:
    with tempfile.TemporaryDirectory() as folder:
        return _film(subject, in_eight_bits(subject.material, Path(folder)), effort, EIGHT_BITS)


def _whole_pictures(subject: Subject, effort: Effort) -> Iterable[Told]:
    yield from identify.measure_networks(identify.read_frames(subject.clip))
    yield from identify.measure_loop(subject.clip, subject.material, effort.runs)


def _objects(subject: Subject, effort: Effort) -> Iterable[Told]:
    if nothing := detect.missing():
        yield nothing
        return
    yield from detect.measure_pictures(subject.coco, subject.clip)
    yield from detect.measure_loop(subject.clip, subject.material, effort.runs)
    yield from detect.measure_quiet(subject.material, effort.warm, effort.seconds)


def _teaching(subject: Subject, effort: Effort) -> Iterable[Told]:
    yield from training.measure_costs(subject.clip, effort.pictures, effort.times)
    if subject.sets:
        yield from training.measure_sets(subject.sets)
    else:
        yield Skipped(training.PART, "accuracy", "no sets of pictures were given; --sets names their folder")


def _galleries(material: Material, persons: Sequence[int]) -> Iterable[Told]:
    paths = Paths(embedding_dir=material.embedding_dir, detection_dir=material.detection_dir)
    real = gallery.real_embeddings(material.faces, paths)
    return gallery.figures([gallery.measure(real, count) for count in persons])


def _command(subject: Subject, *, quick: bool) -> str:
    """What was measured, by names that say nothing of this machine."""
    named = {
        "CLIP": subject.clip,
        "FACES": subject.material.faces,
        "TRUTH": subject.truth,
        "SETS": subject.sets,
        "COCO": subject.coco,
    }
    told = " ".join(f"{name}={path.name}" for name, path in named.items() if path)
    return f"python -m benchmarks --quick: {told}" if quick else f"make bench {told}"


def _check(text: Path | None) -> None:
    """Tell before hours of measuring that the table has no place."""
    try:
        if text:
            page.around_table(text)
    except (OSError, ValueError) as error:
        raise click.BadParameter(str(error), param_hint="--page") from error


@click.command()
@click.option(
    "--clip", type=click.Path(exists=True, path_type=Path), default=DEMO / "demo.mp4", show_default=True
)
@click.option(
    "--faces", type=click.Path(exists=True, path_type=Path), default=DEMO / "faces", show_default=True
)
@click.option("--truth", type=click.Path(exists=True, path_type=Path), help="Who is to be named in the film.")
@click.option(
    "--sets",
    type=click.Path(exists=True, path_type=Path),
    help="SET/train/CLASS and SET/test/CLASS: how well they are taught.",
)
@click.option(
    "--coco",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="instances.json and pictures: how well objects on them are found.",
)
@click.option("--growth", "with_growth", is_flag=True, help="Measure complementary runs, too.")
@click.option(
    "--quick",
    is_flag=True,
    help="A little of each part, to see that it works; writes only to paths that are given.",
)
@click.option(
    "--results", type=click.Path(path_type=Path), show_default=str(USUAL.results), help="All as JSON."
)
@click.option(
    "--page",
    "text",
    type=click.Path(path_type=Path),
    show_default=str(USUAL.text),
    help="The table goes between its markers.",
)
@click.option(
    "--plot",
    "picture",
    type=click.Path(path_type=Path),
    show_default=str(USUAL.picture),
    help="The picture on it.",
)
def main(
    *,
    clip: Path,
    faces: Path,
    truth: Path | None,
    sets: Path | None,
    coco: Path | None,
    with_growth: bool,
    quick: bool,
    **asked: Path | None,
) -> None:
    """Measure everything, and write it down."""
    places = Places(**asked) if quick else Places(**asked).or_else(USUAL)
    _check(places.text)
    date, machine = datetime.now(timezone.utc).isoformat(timespec="seconds"), page.machine()
    with tempfile.TemporaryDirectory() as folder:
        subject = Subject(clip, taught(Material(faces, Path(folder, "classifiers"))), truth, sets, coco)
        effort = QUICK if quick else Effort()
        if with_growth:
            effort = replace(effort, left_out=effort.left_out - {GROWTH})
        told = tuple(measured(subject, effort, lambda part: click.echo(part, err=True)))
    print_told(told)
    places.write(page.Results(date, machine, page.versions(), _command(subject, quick=quick), told))


if __name__ == "__main__":
    main()
