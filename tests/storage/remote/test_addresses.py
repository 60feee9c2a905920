from pathlib import Path

import pytest

from svod_rcgn.errors import InputError
from svod_rcgn.storage.remote.addresses import Address


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://user:secret@host:8443/a.zip?token=secret#secret", "https://host:8443/a.zip"),
        ("s3://key:secret@bucket/a.tar", "s3://bucket/a.tar"),
        ("data/faces.zip", "data/faces.zip"),
    ],
)
def test_an_address_is_shown_without_its_secrets(text: str, shown: str) -> None:
    assert str(Address(text)) == shown


@pytest.mark.parametrize(
    "text", ["", " ", "https://[bad/", "zip://a::s3://key:secret@bucket/b", "http://h:port/"]
)
def test_what_cannot_be_read_is_refused_without_its_secrets(text: str) -> None:
    with pytest.raises(InputError, match="give a path or an address") as refusal:
        Address(text)
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("faces.zip", Path("faces.zip")),
        ("file:///srv/with%20space.zip", Path("/srv/with space.zip")),
        ("C:\\faces.zip", Path("C:\\faces.zip")),
        ("https://host/faces.zip", None),
        ("s3://bucket/faces.zip", None),
    ],
)
def test_a_path_and_a_file_address_lie_on_this_machine(text: str, path: Path | None) -> None:
    assert Address(text).local == path
