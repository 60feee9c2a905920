"""A memory to write into."""

import pytest

from svod_rcgn.history.database import Database
from svod_rcgn.history.outbox import Outbox
from svod_rcgn.history.visits import Journal


@pytest.fixture
def database(tmp_path):
    opened = Database(tmp_path / "events.db")
    yield opened
    opened.close()


@pytest.fixture
def journal(database, tmp_path):
    return Journal(database, tmp_path / "snapshots", queue=3)


@pytest.fixture
def outbox(database):
    return Outbox(database)
