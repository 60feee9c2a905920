"""Reports of made-up people, and the pictures behind them."""

from pathlib import Path

import numpy as np

from svod_rcgn.faces.gallery.store import Person
from svod_rcgn.faces.training.report.measures import ReportPicture, measure
from svod_rcgn.faces.training.train import train
from svod_rcgn.storage import images
from tests.faces.galleries import directions, pictures_of


def portrait(folder: Path, person: str, number: int, reason=None, readable=True) -> ReportPicture:
    file = folder / f"{number}-{'refused' if reason else 'used'}.png"
    if readable:
        images.write_png(file, np.full((40, 30, 3), 90, np.uint8))
    return ReportPicture(person, f"{person}/{number}.png", f"{person}-{number}", file, reason)


def training(counts: dict[str, int], stray: tuple[int, int] | None = None):
    """Trained on so many pictures of each; `stray` moves a row to another label: a wrong folder."""
    people = directions(len(counts))
    rows = [pictures_of(people[n], count, seed=n) for n, count in enumerate(counts.values())]
    labels = np.repeat(np.arange(len(counts)), list(counts.values()))
    if stray:
        labels[stray[0]] = stray[1]
    persons = [Person(name, name.replace("_", " "), count) for name, count in counts.items()]
    return train(persons, np.concatenate(rows), labels), [list(counts)[label] for label in labels]


def reported(folder: Path, counts: dict[str, int], refused=(), stray=None, suspects=()):
    trained, folders = training(counts, stray)
    used = [portrait(folder, name, number) for number, name in enumerate(folders)]
    report = measure(trained.classifiers, trained.calibration, used, list(refused), suspects)
    return report, used
