import pytest

from svod_rcgn.errors import DatasetError
from svod_rcgn.storage.sqlite import Database


def _numbers(connection):
    connection.execute("CREATE TABLE numbers (n)")


@pytest.fixture
def paths(tmp_path):
    opened = [Database(tmp_path / "a.db", (_numbers,), DatasetError) for _ in range(2)]
    yield opened
    for database in opened:
        database.close()


def _add(database, number):
    with database.transaction() as connection:
        connection.execute("INSERT INTO numbers VALUES (?)", (number,))


def _all(database):
    return [row[0] for row in database.rows("SELECT n FROM numbers ORDER BY n")]


def test_a_block_within_another_is_a_part_of_it(paths):
    database, other = paths

    def fail():
        with database.transaction():
            _add(database, 1)
            assert _all(other) == []
            raise RuntimeError("halfway")

    with pytest.raises(RuntimeError, match="halfway"):
        fail()
    assert _all(database) == []
    with database.transaction():
        _add(database, 1)
        _add(database, 2)
    assert _all(other) == [1, 2]


def test_a_snapshot_stays_as_it_is_while_another_writes(paths):
    database, other = paths
    _add(database, 1)
    with database.snapshot():
        assert _all(database) == [1]
        _add(other, 2)
        assert _all(database) == [1]
    assert _all(database) == [1, 2]


def test_failures_are_of_the_kind_that_was_asked_for(tmp_path):
    (tmp_path / "a.db").write_bytes(b"no database" * 999)
    with pytest.raises(DatasetError, match=r"a\.db: .*move it away"):
        Database(tmp_path / "a.db", (_numbers,), DatasetError)
