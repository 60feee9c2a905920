from dataclasses import replace
from pathlib import Path

import pytest

from svod_rcgn.errors import InputError
from svod_rcgn.faces.networks import catalogue
from svod_rcgn.networks.card import fingerprint, read_card, write_card
from svod_rcgn.networks.entries import Url


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/facenet.zip",
        "https://user:secret@example.org:8443/a",
        "file:///srv/graph_final.pb",
        "http://127.0.0.1:8000/a",
        "http://[::1]/a",
        "http://localhost/a",
    ],
)
def test_https_and_file_and_loopback_addresses_are_taken(address: str) -> None:
    assert Url(address).address == address


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org/a",
        "http://localhost.example.org/a",
        "http://127.0.0.1:80@example.org/a",
        "ftp://example.org/a",
        "graph_final.pb",
        "file://elsewhere/a",
        "https://",
        "https://example.org:port/",
        "https://[bad/",
        "",
    ],
)
def test_other_addresses_are_refused(address: str) -> None:
    with pytest.raises(InputError, match="give an https:// or a file:// address"):
        Url(address)


def test_an_address_is_shown_without_its_secrets() -> None:
    shown = str(Url("https://user:secret@example.org:8443/models/a.zip?token=secret#secret"))
    assert shown == "https://example.org:8443/models/a.zip"


def test_a_refused_address_is_shown_without_its_secrets() -> None:
    with pytest.raises(InputError) as refusal:
        Url("http://user:secret@example.org/a?token=secret")
    assert "secret" not in str(refusal.value)


def test_every_card_names_the_weights_that_are_fetched_for_it() -> None:
    for entry in (
        catalogue.FACENET,
        catalogue.FACENET_CENTRED,
        catalogue.FACENET_VGGFACE2,
        catalogue.CENTERFACE,
        catalogue.SELFIE,
        *catalogue.SECOND_EMBEDDINGS.values(),
    ):
        assert [item.sha256 for item in entry.parcel.items] == [entry.card.source_sha256]


def test_the_card_of_several_files_names_the_package_that_holds_them_all() -> None:
    entry = catalogue.MTCNN
    assert [source.sha256 for source in entry.parcel.sources] == [entry.card.source_sha256]
    assert len(entry.parcel.items) == 1 + len(entry.card.further) == 1 + len(entry.further_shapes)


def test_the_cards_of_second_embeddings_say_what_nobody_said_of_their_training() -> None:
    for entry in catalogue.SECOND_EMBEDDINGS.values():
        (package,) = entry.parcel.sources
        assert entry.card.source.startswith(f"{package}, ")
        assert entry.card.source.endswith(", which does not say on whose pictures it was trained")


def test_no_two_networks_embed_alike() -> None:
    entries = (catalogue.FACENET, catalogue.FACENET_CENTRED, *catalogue.SECOND_EMBEDDINGS.values())
    cards = [each.card for each in (*entries, *catalogue.PAIRS.values())]
    assert len({fingerprint(card) for card in cards}) == len(cards)


def test_every_card_of_the_catalogue_that_embeds_can_be_kept(tmp_path: Path) -> None:
    for name, entry in catalogue.SECOND_EMBEDDINGS.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / entry.card.file).write_bytes(b"a network")
        write_card(tmp_path / name, entry.card)
        assert replace(read_card(tmp_path / name), files={}) == entry.card
