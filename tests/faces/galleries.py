"""Made-up people: unit vectors scattered round one direction each."""

import numpy as np

from svod_rcgn.faces.gallery.store import Person
from svod_rcgn.faces.training.train import train
from svod_rcgn.geometry import unit_rows

LENGTH = 64


def directions(count, seed=0):
    """Unit vectors of people who are nothing alike: they stand at right angles."""
    square = np.random.default_rng(seed).normal(size=(LENGTH, LENGTH))
    return np.linalg.qr(square)[0][:count].astype(np.float32)


def pictures_of(direction, count, spread=0.08, seed=0):
    """Embeddings of one person: its direction with noise of `spread` a dimension."""
    noise = np.random.default_rng(seed).normal(scale=spread, size=(count, LENGTH))
    return unit_rows((direction + noise).astype(np.float32))


def taught(*counts, **fields):
    """A set trained on people of so many pictures each, named a, b, c ... by the folders A_a, A_b ..."""
    people = directions(len(counts))
    rows = [
        pictures_of(person, count, seed=n)
        for n, (person, count) in enumerate(zip(people, counts, strict=True))
    ]
    persons = [
        Person(f"A_{chr(97 + n)}", f"A {chr(97 + n)}", count, fields) for n, count in enumerate(counts)
    ]
    return train(persons, np.concatenate(rows), np.repeat(np.arange(len(counts)), counts)).classifiers
