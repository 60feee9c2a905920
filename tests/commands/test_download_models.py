import json
import subprocess
import sys
import zipfile
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from svod_rcgn.commands import precision
from svod_rcgn.commands.download_models import main
from svod_rcgn.faces.networks import catalogue
from svod_rcgn.networks import fingerprint, read_card
from svod_rcgn.networks.card import ModelCard
from svod_rcgn.networks.entries import Item, ModelEntry, Parcel, Url
from svod_rcgn.storage.files import write_record

_NETWORKS = ("FACENET", "FACENET_VGGFACE2", "CENTERFACE", "MTCNN", "SELFIE")
HEAVY = ("cv2", "openvino", "requests", "rich", "sklearn", "PIL")


@pytest.fixture
def options(tmp_path: Path) -> list[str]:
    folders = {
        "--model": "facenet",
        "--detector_dir": "detector",
        "--bg_remove_path": "background",
        "--demo_dir": "demo",
        "--models_dir": "models",
    }
    return [word for option, name in folders.items() for word in (option, str(tmp_path / name))]


@pytest.fixture
def offers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that a catalogue of tiny networks fetches from."""
    import openvino as ov
    from openvino import opset13

    folder = tmp_path / "offers"
    folder.mkdir()
    for name in (*_NETWORKS, *catalogue.SECOND_EMBEDDINGS):
        entry: ModelEntry = catalogue.SECOND_EMBEDDINGS.get(name) or getattr(catalogue, name)
        entry = replace(entry, shape=entry.shape or (-1, 3, 160, 160))
        parcels = []
        for number, shape in enumerate((entry.shape, *entry.further_shapes)):
            pixels = opset13.parameter([size if size > 0 else 8 for size in shape], name="pixels")
            source = folder / f"{name}{number or ''}.xml"
            ov.save_model(ov.Model([opset13.relu(pixels)], [pixels], source.stem), source)
            parcels.append(_parcel(source, source.name))
        whole = Parcel(tuple(each.items[0] for each in parcels), _together(folder, name, parcels))
        card = replace(entry.card, source_sha256=whole.items[0].sha256)
        tiny = replace(entry, card=card, parcel=whole, batch_reshapes=())
        if name in _NETWORKS:
            monkeypatch.setattr(catalogue, name, tiny)
        else:
            monkeypatch.setitem(catalogue.SECOND_EMBEDDINGS, name, tiny)
    centred = replace(catalogue.FACENET_CENTRED.card, source_sha256=catalogue.FACENET.card.source_sha256)
    monkeypatch.setattr(catalogue, "FACENET_CENTRED", replace(catalogue.FACENET, card=centred))
    for name, pair in catalogue.PAIRS.items():
        second = replace(
            pair.card.second,
            card=replace(
                pair.card.second.card,
                source_sha256=catalogue.SECOND_EMBEDDINGS[pair.second].card.source_sha256,
            ),
        )
        card = replace(pair.card, source_sha256=catalogue.FACENET.card.source_sha256, second=second)
        monkeypatch.setitem(catalogue.PAIRS, name, replace(pair, card=card))
    for name, path in (("DEMO_PORTRAITS", "faces/A/1.jpg"), ("DEMO_STRANGER", "probes/2.jpg")):
        source = folder / Path(path).name
        source.write_bytes(path.encode())
        monkeypatch.setattr(catalogue, name, _parcel(source, path))
    return folder


def _parcel(source: Path, path: str) -> Parcel:
    data = source.read_bytes()
    return Parcel((Item(path, len(data), sha256(data).hexdigest()),), (Url(source.as_uri()),))


def _together(folder: Path, name: str, parcels: list[Parcel]) -> tuple[Url, ...]:
    """The source that holds all of them: the file itself where there is one."""
    if len(parcels) == 1:
        return parcels[0].sources
    with zipfile.ZipFile(folder / f"{name}.zip", "w") as archive:
        for item in (each.items[0] for each in parcels):
            archive.write(folder / item.path, item.path)
    return (Url((folder / f"{name}.zip").as_uri()),)


def _run(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


def _pretend_all_is_there(tmp_path: Path) -> None:
    networks = (
        (catalogue.FACENET, "facenet"),
        (catalogue.CENTERFACE, "detector"),
        (catalogue.SELFIE, "background"),
    )
    for entry, name in networks:
        path = tmp_path / name / entry.card.file
        path.parent.mkdir()
        path.write_bytes(b"a network")
        files = {path.name: sha256(b"a network").hexdigest()}
        write_record(path.with_name("model.json"), replace(entry.card, files=files))


def test_the_first_run_fetches_and_the_second_does_nothing(
    offers: Path, options: list[str], tmp_path: Path
) -> None:
    first = _run(*options, "--demo")
    assert first.exit_code == 0, first.output
    assert {path.name for path in tmp_path.iterdir()} >= {"facenet", "detector", "background", "demo"}
    assert (tmp_path / "demo/probes/2.jpg").read_bytes() == b"probes/2.jpg"
    for path in offers.iterdir():
        path.unlink()
    second = _run(*options, "--demo")
    assert (second.exit_code, second.output) == (0, "nothing to do: all is there\n")


def test_without_demo_no_pictures_come(offers: Path, options: list[str], tmp_path: Path) -> None:
    assert _run(*options).exit_code == 0
    assert not (tmp_path / "demo").exists()


def test_a_run_with_nothing_to_do_imports_nothing_heavy(options: list[str], tmp_path: Path) -> None:
    _pretend_all_is_there(tmp_path)
    script = (
        "import sys\n"
        "from svod_rcgn.commands.download_models import main\n"
        f"main({options!r}, standalone_mode=False)\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "nothing to do: all is there\n[]\n"


def test_the_facenet_that_was_asked_for_comes_and_stays(
    offers: Path, options: list[str], tmp_path: Path
) -> None:
    def installed() -> str:
        return json.loads((tmp_path / "facenet/model.json").read_text())["name"]

    _run(*options)
    assert installed() == "FaceNet 20180408-102900"
    assert "converting FaceNet 20180402-114759" in _run(*options, "--facenet", "vggface2").output
    assert installed() == "FaceNet 20180402-114759 (VGGFace2)"
    assert _run(*options).output == "nothing to do: all is there\n"
    assert "converting FaceNet 20180408-102900" in _run(*options, "--facenet", "casia").output


def test_facenet_is_centred_and_goes_back_without_being_fetched_and_stays_as_it_is(
    offers: Path, options: list[str], tmp_path: Path
) -> None:
    _run(*options)
    plain = read_card(tmp_path / "facenet")
    for path in offers.iterdir():
        path.unlink()
    assert _run(*options, "--facenet", "casia-centred", "--offline").output == (
        f"{tmp_path / 'facenet'}: FaceNet 20180408-102900, centred; the weights are the same, train again\n"
    )
    centred = read_card(tmp_path / "facenet")
    assert (centred.name, centred.files) == ("FaceNet 20180408-102900, centred", plain.files)
    assert fingerprint(centred) != fingerprint(plain)
    assert _run(*options).output == "nothing to do: all is there\n"
    assert read_card(tmp_path / "facenet") == centred
    _run(*options, "--facenet", "casia")
    assert read_card(tmp_path / "facenet") == plain


def test_what_is_centred_by_force_is_fetched_again(offers: Path, options: list[str], tmp_path: Path) -> None:
    _run(*options)
    assert "fetching" in _run(*options, "--facenet", "casia-centred", "--force").output
    assert read_card(tmp_path / "facenet").name == "FaceNet 20180408-102900, centred"


@pytest.mark.parametrize("name", ["faceplugin", "mobilefacenet"])
def test_a_second_embedding_comes_into_a_folder_of_its_own_and_only_on_wish(
    offers: Path, options: list[str], tmp_path: Path, name: str
) -> None:
    assert _run(*options).exit_code == 0
    assert not (tmp_path / "models").exists()
    output = _run(*options, "--second_embedding", name).output
    assert output.count("converting") == 1
    card = read_card(tmp_path / "models" / name)
    assert (card.name, card.licence) == (catalogue.SECOND_EMBEDDINGS[name].card.name, "MIT")
    assert read_card(tmp_path / "facenet").name == "FaceNet 20180408-102900"
    assert _run(*options, "--second_embedding", name).output == "nothing to do: all is there\n"


def test_8_bits_are_for_the_embedding_in_use_and_the_other_is_told_how_to(
    offers: Path, options: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr(precision, "use_for_faces", lambda *folders, **wish: asked.append(folders[1]))
    second = tmp_path / "models" / "faceplugin"
    beside = _run(*options, "--second_embedding", "faceplugin", "--int8")
    told = f"{second}: as it was; run again with --model {second} for it"
    assert (asked, beside.output.splitlines()[-1]) == ([tmp_path / "facenet"], told)
    alone = _run(*options, "--second_embedding", "faceplugin", "--int8", "--model", str(second))
    assert (asked[1:], "as it was" in alone.output) == ([second], False)


def test_a_second_embedding_that_no_source_has_is_one_line_with_the_way_out(
    offers: Path, options: list[str], tmp_path: Path
) -> None:
    (offers / "faceplugin.xml").write_bytes(b"corrupt")
    result = _run(*options, "--second_embedding", "faceplugin")
    assert result.exit_code == 1
    (line,) = [line for line in result.output.splitlines() if line.startswith("error: ")]
    assert "expected faceplugin.xml" in line
    assert line.endswith("; are you online, and is npm there?")
    assert not (tmp_path / "models" / "faceplugin").exists()


def test_a_second_embedding_in_place_of_facenet_stays_and_no_facenet_comes_into_its_folder(
    offers: Path, options: list[str], tmp_path: Path
) -> None:
    folder = tmp_path / "models" / "faceplugin"
    alone = *options, "--model", str(folder)
    assert _run(*alone, "--second_embedding", "faceplugin").exit_code == 0
    assert _run(*alone).output == "nothing to do: all is there\n"
    refused = _run(*alone, "--facenet", "casia")
    assert refused.exit_code == 1
    assert "give another directory" in refused.output
    both = _run(*alone, "--second_embedding", "faceplugin", "--facenet", "casia")
    assert (both.exit_code, "faceplugin, too; give another --model" in both.output) == (2, True)
    assert read_card(folder).name == catalogue.FACEPLUGIN.card.name
    assert not (tmp_path / "facenet").exists()


@pytest.mark.parametrize("state", ["whole", "damaged"])
@pytest.mark.parametrize("further", [[], ["--force"], ["--facenet", "vggface2"]])
def test_a_network_that_somebody_brought_is_never_replaced(
    offers: Path, options: list[str], tmp_path: Path, state: str, further: list[str]
) -> None:
    _pretend_all_is_there(tmp_path)
    own = replace(read_card(tmp_path / "facenet"), name="mine", source_sha256="5" * 64)
    write_record(tmp_path / "facenet/model.json", own)
    if state == "damaged":
        (tmp_path / "facenet" / own.file).write_bytes(b"half a netw")
    before = {path: path.read_bytes() for path in (tmp_path / "facenet").iterdir()}
    done = _run(*options, *further)
    assert done.exit_code == 1
    assert "facenet: holds mine, a network of your own; give another directory" in done.output
    assert {path: path.read_bytes() for path in (tmp_path / "facenet").iterdir()} == before


def test_force_fetches_what_is_there(offers: Path, options: list[str]) -> None:
    _run(*options)
    assert "converting" in _run(*options, "--force").output


def test_only_what_is_missing_comes(offers: Path, options: list[str], tmp_path: Path) -> None:
    _run(*options)
    (tmp_path / "detector/centerface.xml").unlink()
    output = _run(*options).output
    assert "converting CenterFace" in output
    assert "converting FaceNet" not in output


def test_offline_works_from_what_is_there(options: list[str], tmp_path: Path) -> None:
    _pretend_all_is_there(tmp_path)
    assert _run(*options, "--offline").exit_code == 0


def test_offline_names_all_that_is_missing_and_fetches_nothing(
    offers: Path, options: list[str], tmp_path: Path
) -> None:
    result = _run(*options, "--offline", "--demo")
    assert result.exit_code == 1
    for name in ("facenet", "detector", "background", "demo/faces/A/1.jpg", "demo/probes/2.jpg"):
        assert str(tmp_path / name) in result.output
    assert result.output.count("\n") == 1
    assert {path.name for path in tmp_path.iterdir()} == {"offers"}


def test_force_and_offline_exclude_each_other(options: list[str]) -> None:
    assert _run(*options, "--force", "--offline").exit_code == 2


def test_the_users_address_is_tried_first(offers: Path, options: list[str], tmp_path: Path) -> None:
    own = tmp_path / "own.xml"
    (offers / "FACENET.xml").rename(own)
    result = _run(*options, "--facenet_url", own.as_uri())
    assert result.exit_code == 0, result.output
    assert result.output.splitlines()[0] == f"fetching {own.as_uri()}"


def test_a_wrong_file_at_the_users_address_falls_back_on_the_catalogue(
    offers: Path, options: list[str], tmp_path: Path
) -> None:
    (tmp_path / "own").write_bytes(b"something else")
    result = _run(*options, "--detector-url", (tmp_path / "own").as_uri())
    assert result.exit_code == 0, result.output
    assert "came 14 bytes" in result.output


def test_an_address_over_plain_http_is_refused(offers: Path, options: list[str]) -> None:
    result = _run(*options, "--facenet_url", "http://user:hidden@example.org/facenet.zip")
    assert result.exit_code == 1
    assert "error: http://example.org/facenet.zip: give an https://" in result.output
    assert "hidden" not in result.output


def test_a_failed_fetch_is_one_line_with_the_way_out(
    offers: Path, options: list[str], tmp_path: Path
) -> None:
    (offers / "FACENET.xml").write_bytes(b"corrupt")
    result = _run(*options)
    assert result.exit_code == 1
    (line,) = [line for line in result.output.splitlines() if line.startswith("error: ")]
    assert "expected FACENET.xml" in line
    assert "give --facenet_url" in line
    assert not (tmp_path / "facenet").exists()


def test_the_card_says_how_the_network_is_fed(offers: Path, options: list[str], tmp_path: Path) -> None:
    _run(*options)
    card = json.loads((tmp_path / "facenet/model.json").read_text())
    assert ModelCard(**{**card, "size": tuple(card["size"])}).scale == 128
    assert (card["mean"], card["colour"], card["licence"]) == (127.5, "RGB", "MIT")


def test_another_detector_comes_with_all_its_networks(
    offers: Path, options: list[str], tmp_path: Path
) -> None:
    result = _run(*options, "--detector", "mtcnn")
    assert "converting MTCNN" in result.output
    assert "CenterFace" not in result.output
    there = {path.name for path in (tmp_path / "detector").iterdir()}
    assert there == {"model.json", *(f"{net}net.{kind}" for net in "pro" for kind in ("xml", "bin"))}
    assert "nothing to do" in _run(*options, "--detector", "mtcnn").output


@pytest.mark.parametrize(("name", "folder"), [("centerface", "face_detection"), ("mtcnn", "mtcnn")])
def test_each_detector_has_a_folder_of_its_own(
    offers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, folder: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert _run("--detector", name).exit_code == 0
    expected = {"facenet_pretrained_openvino_cpu", "bg_remove", folder}
    assert {path.name for path in (tmp_path / "models").iterdir() if path.is_dir()} == expected


def test_the_users_address_of_the_background_network_is_tried_first(
    offers: Path, options: list[str], tmp_path: Path
) -> None:
    own = tmp_path / "own.xml"
    (offers / "SELFIE.xml").rename(own)
    result = _run(*options, "--bg_remove_url", own.as_uri())
    assert (result.exit_code, f"fetching {own.as_uri()}" in result.output) == (0, True), result.output


PAIR = "facenet+faceplugin"


def test_two_networks_together_come_with_the_second_alone_and_stay(
    offers: Path, options: list[str], tmp_path: Path
) -> None:
    output = _run(*options, "--second_embedding", PAIR).output
    assert f"{PAIR}: {catalogue.PAIRS[PAIR].card.name}, licence MIT\n" in output
    card = read_card(tmp_path / "models" / PAIR)
    assert replace(card, files={}) == catalogue.PAIRS[PAIR].card
    assert set(card.files) == {f"{name}.{end}" for name in PAIR.split("+") for end in ("xml", "bin")}
    assert _run(*options, "--second_embedding", PAIR).output == "nothing to do: all is there\n"
    in_place = _run(*options, "--model", str(tmp_path / "models" / PAIR))
    assert in_place.output == "nothing to do: all is there\n"
    assert read_card(tmp_path / "facenet").name == "FaceNet 20180408-102900"


def test_where_both_are_there_they_are_put_together_without_a_connection(
    offers: Path, options: list[str], tmp_path: Path
) -> None:
    _run(*options, "--second_embedding", "faceplugin", "--facenet", "casia-centred")
    for path in offers.iterdir():
        path.unlink()
    done = _run(*options, "--second_embedding", PAIR, "--offline")
    assert (done.exit_code, done.output.count("\n")) == (0, 1)
    assert read_card(tmp_path / "models" / PAIR).second


def test_another_facenet_is_not_put_into_a_pair_and_the_pair_is_not_overwritten(
    offers: Path, options: list[str], tmp_path: Path
) -> None:
    _run(*options, "--facenet", "vggface2")
    other = _run(*options, "--second_embedding", PAIR)
    assert other.exit_code == 1
    assert "is not there; run again with --facenet casia" in other.output.splitlines()[-1]
    assert not (tmp_path / "models" / PAIR).exists()
    assert _run(*options, "--second_embedding", PAIR, "--facenet", "casia").exit_code == 0
    assert read_card(tmp_path / "models" / PAIR).second
