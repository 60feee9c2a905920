"""Networks of the user's own, made on the spot from the installed FaceNet."""

import zipfile
from pathlib import Path

import numpy as np
import openvino as ov
import pytest
from openvino import opset13

from svod_rcgn.errors import DownloadError, InputError, ModelError
from svod_rcgn.faces.networks.add import AddRequest, add_network
from svod_rcgn.faces.networks.conventions import InputHints
from svod_rcgn.networks import load_model
from svod_rcgn.storage.files import sha256_of
from svod_rcgn.storage.folders import previous_of
from svod_rcgn.storage.remote.addresses import Address
from tests.networks.inception_files import installed_tensors
from tests.networks.onnx_files import export_facenet
from tests.networks.torch_files import write_zip
from tests.servers import RecordingReporter, Server

pytestmark = [pytest.mark.weights, pytest.mark.slow]

# What is known of the network needs no trial, and every trial takes its time.
KNOWN = InputHints("RGB", 127.5, 128.0, (0.075, None))


@pytest.fixture(scope="session")
def installed(embedding_dir: Path) -> Path:
    return embedding_dir / "facenet.xml"


@pytest.fixture(scope="session")
def facenet_onnx(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export_facenet(installed, tmp_path_factory.mktemp("onnx") / "facenet.onnx")


@pytest.fixture
def add(tmp_path: Path, detection_dir: Path, demo_dir: Path, reporter: RecordingReporter):
    """Adds what lies at an address; gives what was adopted."""

    def run(address: object, directory: Path = tmp_path / "models" / "own", **order):
        wanted = AddRequest(
            **{"name": "Own", "licence": "mine", "wishes": KNOWN, **order, "address": Address(str(address))}
        )
        return add_network(wanted, directory, detection_dir, demo_dir, "CPU", reporter)

    return run


def left(tmp_path: Path) -> list[str]:
    folder = tmp_path / "models"
    return [path.name for path in folder.iterdir() if path.suffix != ".lock"] if folder.exists() else []


def test_how_an_onnx_network_is_fed_is_found_out_on_the_demos_faces(add, tmp_path: Path, facenet_onnx: Path):
    adopted = add(facenet_onnx, wishes=InputHints())
    card = load_model(tmp_path / "models" / "own", "embedding").card
    assert (card.size, card.layout, card.embedding_length, card.batch) == ((160, 160), "NCHW", 512, None)
    assert (card.colour, card.mean, card.scale) == ("RGB", 127.5, 128.0)
    assert (card.name, card.licence, card.source) == ("Own", "mine", str(facenet_onnx))
    assert card.source_sha256 == sha256_of(facenet_onnx)
    assert adopted.tried == 24
    assert adopted.chosen.gap >= adopted.next_best.gap > 0
    assert (adopted.chosen.same, adopted.chosen.other) == (
        pytest.approx(0.7, abs=0.1),
        pytest.approx(0.2, abs=0.1),
    )


def test_what_is_wished_is_not_tried(add, facenet_onnx: Path):
    adopted = add(facenet_onnx, mirror=True)
    card = adopted.card
    assert adopted.tried == 1
    assert (card.colour, card.mean, card.scale, card.margin, card.template, card.mirror) == (
        "RGB", 127.5, 128.0, 0.075, None, True,
    )  # fmt: skip


def test_openvinos_own_files_are_taken_with_their_weights(add, installed: Path):
    card = add(installed).card
    assert (card.layout, card.size) == ("NHWC", (160, 160))


def test_a_network_for_one_face_at_a_time_is_asked_so(add, tmp_path: Path, installed: Path):
    export_facenet(installed, tmp_path / "rigid.onnx", is_rigid=True)
    assert add(tmp_path / "rigid.onnx").card.batch == 1


def test_pytorchs_facenet_is_rebuilt(add, tmp_path: Path, installed: Path):
    source = write_zip(tmp_path / "facenet.pt", installed_tensors(installed))
    assert add(source).card.embedding_length == 512


def test_a_network_comes_over_the_net_in_an_archive(add, tmp_path: Path, facenet_onnx: Path, server: Server):
    archive = tmp_path / "facenet.zip"
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("readme.txt", "how to use it")
        zipped.write(facenet_onnx, "deep/facenet.onnx")
    server.body = archive.read_bytes()
    adopted = add(server.url("whole.zip?token=hidden"), sha256=sha256_of(archive))
    assert adopted.card.source == server.url("whole.zip")


def test_another_file_than_was_expected_is_refused(add, tmp_path: Path, server: Server):
    server.body = b"something else"
    with pytest.raises(DownloadError, match=f"expected sha256 {'0' * 64}, came"):
        add(server.url("whole.onnx"), sha256="0" * 64)
    assert left(tmp_path) == []


def test_plain_http_is_refused_without_a_checksum(add, tmp_path: Path):
    with pytest.raises(
        InputError, match=r"http://example\.org/a\.onnx: give an https:// address, or the --sha256"
    ):
        add("http://example.org/a.onnx")


def _save(path: Path, answer, *, shape=(1, 3, 64, 64)) -> Path:
    """A network that has nothing to do with faces; `answer` makes its outputs of the pixels."""
    pixels = opset13.parameter(list(shape), name="pixels")
    ov.save_model(ov.Model(answer(pixels), [pixels], "any"), path)
    return path


def _brightness(pixels):
    """The same number sixteen times."""
    return opset13.add(
        opset13.reduce_mean(pixels, [1, 2, 3]), opset13.constant(np.zeros((1, 16), np.float32))
    )


def test_a_network_that_tells_nobody_apart_is_refused_with_both_numbers(add, tmp_path: Path):
    source = _save(tmp_path / "any.xml", lambda pixels: [_brightness(pixels)])
    with pytest.raises(
        ModelError, match=r"one person are alike by -?1\.00, two persons by 1\.00 \(.*--colour"
    ):
        add(source, wishes=InputHints())
    assert left(tmp_path) == []


@pytest.mark.parametrize(
    ("answer", "shape", "order", "message"),
    [
        (lambda pixels: [pixels], (1, 3, 64, 64), {}, "no output is a row of numbers"),
        (lambda pixels: [_brightness(pixels)], (1, 3, 64, 64), {"answer": "fc1"}, "no output fc1; it has"),
        (lambda pixels: [_brightness(pixels)], (1, 1, 64, 64), {}, "expected pictures of three channels"),
        (lambda pixels: [_brightness(pixels)], (1, 3, 64, 48), {}, "cut as squares, and it takes 64x48"),
        (
            lambda pixels: [_brightness(pixels)],
            (1, 3, 64, 64),
            {"size": 112},
            "takes pictures of 64x64, not of 112",
        ),
    ],
)
def test_a_network_for_something_else_is_refused(add, tmp_path: Path, answer, shape, order, message: str):
    source = _save(tmp_path / "any.xml", answer, shape=shape)
    with pytest.raises(ModelError, match=message):
        add(source, **order)
    assert left(tmp_path) == []


def test_a_network_that_does_not_say_its_size_is_tried_with_the_usual_ones(
    add, tmp_path: Path, installed: Path
):
    model = ov.Core().read_model(installed)
    pixels = opset13.parameter([-1, -1, -1, 3], name="pixels")
    resized = opset13.interpolate(pixels, [160, 160], "linear", "sizes", axes=[1, 2])
    model.replace_parameter(0, pixels)
    for target in list(pixels.output(0).get_target_inputs()):
        if target.get_node().get_friendly_name() != resized.get_friendly_name():
            target.replace_source_output(resized.output(0))
    model.validate_nodes_and_infer_types()
    ov.save_model(model, tmp_path / "any_size.xml")
    adopted = add(tmp_path / "any_size.xml")
    assert adopted.tried == 2
    assert adopted.card.size in ((112, 112), (160, 160))


@pytest.mark.parametrize("name", ["notes.txt", "damaged.onnx", "damaged.zip", "damaged.pt"])
def test_what_is_no_network_is_refused(add, tmp_path: Path, name: str):
    (tmp_path / name).write_text("no network")
    with pytest.raises((ModelError, DownloadError), match=name.partition(".")[0]):
        add(tmp_path / name)
    assert left(tmp_path) == []


def test_two_networks_in_one_folder_are_one_too_many(add, tmp_path: Path):
    folder = tmp_path / "both"
    folder.mkdir()
    for name in ("a.onnx", "b.onnx"):
        (folder / name).write_bytes(b"")
    with pytest.raises(ModelError, match=r"a\.onnx and b\.onnx are in it; give one network"):
        add(folder)


def test_a_network_that_is_there_stays_unless_it_is_said_and_is_kept(add, tmp_path: Path, facenet_onnx: Path):
    directory = tmp_path / "models" / "own"
    add(facenet_onnx)
    with pytest.raises(ModelError, match="holds a network already; give another --directory, or --force"):
        add(facenet_onnx, name="Second")
    add(facenet_onnx, name="Second", force=True)
    assert load_model(directory, "embedding").card.name == "Second"
    assert load_model(previous_of(directory), "embedding").card.name == "Own"


def test_without_the_demos_pictures_the_error_says_how_to_get_them(
    detection_dir: Path, tmp_path: Path, reporter: RecordingReporter, facenet_onnx: Path
):
    order = AddRequest(Address(str(facenet_onnx)), "Own", "mine")
    with pytest.raises(InputError, match=r"no such file; run `python download_models\.py --demo`"):
        add_network(order, tmp_path / "models" / "own", detection_dir, tmp_path, "CPU", reporter)


def test_which_output_it_is_can_be_said(add, tmp_path: Path, installed: Path):
    model = ov.Core().read_model(installed)
    noise = opset13.multiply(opset13.reduce_mean(model.input(0), [1, 2]), opset13.constant(np.float32(1)))
    noise.output(0).set_names({"colours"})
    both = ov.Model(
        [noise.output(0), model.output(0).get_node().input_value(0)], model.get_parameters(), "two"
    )
    ov.save_model(both, tmp_path / "two.xml")
    assert add(tmp_path / "two.xml").card.answer == 1
    assert add(tmp_path / "two.xml", answer="embeddings:0", force=True).card.answer == "embeddings:0"


def test_a_folder_has_no_sha256_and_is_not_taken_as_if_it_were_checked(add, tmp_path: Path):
    (tmp_path / "saved").mkdir()
    (tmp_path / "saved" / "saved_model.pb").write_bytes(b"")
    with pytest.raises(InputError, match="saved: a folder has no sha256"):
        add(tmp_path / "saved", sha256="0" * 64)
    assert left(tmp_path) == []
