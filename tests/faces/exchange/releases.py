"""Trained sets, networks and catalogues that releases are tried with, and a real S3 server."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

import numpy as np

from svod_rcgn import networks
from svod_rcgn.faces.gallery import store
from svod_rcgn.networks.card import ModelCard
from svod_rcgn.storage.files import write_record
from tests.faces.galleries import taught

BUCKET = "models"
REMOVER = "fedcba9876543210"  # removed the background of the photographs
_taught = cache(taught)


def write_card(directory: Path, source: str = "a network") -> str:
    """A directory that says it holds a network; its fingerprint."""
    directory.mkdir(parents=True)
    (directory / "network.xml").write_bytes(b"a network")
    card = ModelCard(
        task="embedding", name="Tiny", file="network.xml",
        files={"network.xml": sha256(b"a network").hexdigest()},
        size=(4, 4), layout="NHWC", colour="RGB", mean=0.0, scale=1.0, output="embeddings",
        licence="MIT", source=source, source_sha256=sha256(source.encode()).hexdigest(),
    )  # fmt: skip
    write_record(directory / "model.json", card)
    return networks.fingerprint(card)


def write_set(folder: Path, model: str, *counts: int) -> None:
    """A trained set with previews and a report, people having so many pictures each."""
    people = _taught(*counts)
    previews = {person.folder: np.full((16, 16, 3), 90, np.uint8) for person in people.persons}
    store.save(people, folder, model, previews, background=REMOVER)
    (folder / "report.html").write_text("<p>how they fared</p>")


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


@dataclass(frozen=True)
class S3:
    """What a program needs in its environment to reach the server."""

    environment: dict[str, str]

    def put(self, name: str, content: bytes) -> str:
        self.client().put_object(Bucket=BUCKET, Key=name, Body=content)
        return f"s3://{BUCKET}/{name}"

    def names(self) -> list[str]:
        found = self.client().list_objects_v2(Bucket=BUCKET)
        return [each["Key"] for each in found.get("Contents", [])]

    def client(self):
        import boto3

        return boto3.client("s3", endpoint_url=self.environment["AWS_ENDPOINT_URL"])


@contextmanager
def s3_server() -> Iterator[S3]:
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    environment = {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "somebody",
        "AWS_SECRET_ACCESS_KEY": "nobody-may-read-this",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    before = dict(os.environ)
    os.environ.update(environment)
    try:
        running = S3(environment)
        running.client().create_bucket(Bucket=BUCKET)
        yield running
    finally:
        os.environ.clear()
        os.environ.update(before)
        server.stop()
