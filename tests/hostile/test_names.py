"""Names of any kind, in through every door and out through every other."""

import base64
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from svod_rcgn.commands import control, events, export_classifiers, fill_meta, people, prepare, video
from svod_rcgn.datasets.from_archive import ArchiveRequest, gather
from svod_rcgn.errors import DownloadError, InputError
from svod_rcgn.faces import enrolment
from svod_rcgn.faces.exchange.fetch_release import install
from svod_rcgn.faces.gallery import store
from svod_rcgn.faces.names import folders_called, portable_folder, shown_name, spelt_out, written_alike
from svod_rcgn.faces.strangers.folder import is_visitor
from svod_rcgn.history.database import FILE, Database
from svod_rcgn.history.outbox import Delivery, Outbox
from svod_rcgn.history.visits import Journal
from svod_rcgn.media.sources import open_source
from svod_rcgn.media.video_file import FilmFile
from svod_rcgn.notify import slack, webhook
from svod_rcgn.records import FACE, Event, Phase, Subject, Visit
from svod_rcgn.storage import images
from svod_rcgn.storage.files import beside
from svod_rcgn.storage.folders import discard, leftovers_of, previous_of
from svod_rcgn.storage.release_sets import ReleaseRequest
from svod_rcgn.storage.remote.addresses import Address
from svod_rcgn.text import escaped, shown, unescaped
from tests.faces.runs import Studio, picture
from tests.fakes import RED, write_film
from tests.fakes import picture as coloured
from tests.hostile.doors import UNWANTED, folders, ran, stores, without_networks
from tests.hostile.names import HARD, HARD_FILES, LONGEST, any_text, encodings, file_names, is_file_name
from tests.servers import RecordingReporter
from tests.storage.test_archives import PICTURE, tar_of, zip_of

pytestmark = pytest.mark.slow

FEW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
MANY = settings(FEW, max_examples=300)
persons = file_names.filter(lambda name: not is_visitor(name))


@contextmanager
def a_studio(*people_: str, pictures: int = 1) -> Iterator[tuple[Studio, Path]]:
    """A data folder with persons, each with so many pictures called as the person is."""
    with tempfile.TemporaryDirectory() as folder:
        studio = Studio(Path(folder))
        for number, person in enumerate(people_):
            for shade in range(pictures):
                stem = os.fsdecode(os.fsencode(person)[:200])
                write_face(studio.faces / person / f"{stem}{shade}.png", number, shade)
        with without_networks(studio):
            yield studio, Path(folder)


def write_face(path: Path, number: int, shade: int) -> None:
    """A picture with one face that is like no other."""
    image = np.full((48, 48, 3), 100, np.uint8)
    image[0, 0, 0] = 1
    image[12:30, 12:28] = number, 10 * shade, 50
    images.write_png(path, image)


@given(any_text)
@MANY
def test_an_escaped_name_is_text_without_control_characters_and_comes_back(name):
    text = escaped(name)
    assert not UNWANTED.search(text)
    assert not {"\n", "\ud800"} & set(text)
    assert unescaped(text) == name
    assert json.loads(json.dumps(text, ensure_ascii=False).encode()) == text
    assert shown(shown(name)) == shown(name)
    assert shown(text) == text


@given(file_names)
@MANY
def test_a_preview_can_be_called_so_on_any_disk(name):
    file = store.preview_file(name)
    assert len(file.encode()) <= 204
    assert not set(file) & set('/\\:*?"<>|')
    assert not UNWANTED.search(file)


@pytest.mark.usefixtures("undrawn")
@given(st.lists(persons, min_size=1, max_size=3, unique=True), encodings)
@example(list(HARD_FILES), "cp1252")
@example(["王小明", os.fsdecode(b"M\xfcller")], "ascii")
@FEW
def test_a_folder_of_any_name_is_learned_listed_published_fetched_renamed_and_forgotten(names, encoding):
    with a_studio(*names) as (studio, data):
        done = ran(prepare.main, *folders(data), encoding=encoding)
        assert (done.exit_code, len(names)) == (0, len(list(studio.faces.iterdir())))
        assert {picture.person for picture in enrolment.read_index(studio.aligned).pictures} == set(names)
        assert {person.folder for person in store.read_persons(studio.classifiers)} == set(names)
        again = studio.detector.looked
        assert ran(prepare.main, *folders(data), encoding=encoding).exit_code == 0
        assert studio.detector.looked == again  # each was found again under its name
        assert ran(people.main, "list", *stores(data), encoding=encoding).exit_code == 0
        _published_and_fetched(studio, data, encoding)
        _renamed_and_forgotten(names[0], studio, data, encoding)


def _published_and_fetched(studio: Studio, data: Path, encoding: str) -> None:
    known = ["--classifiers_dir", studio.classifiers, "--catalog", data / "catalogue"]
    assert ran(export_classifiers.main, "faces", "1", *known, encoding=encoding).exit_code == 0
    assert "faces" in ran(export_classifiers.main, "--list", "--catalog", data / "catalogue").stdout
    address = Address(str(data / "catalogue" / "model-faces-1.tar"))
    for retrain in (False, True):
        came = data / f"came-{retrain}"
        install(ReleaseRequest(address), came, "model", RecordingReporter(), retrain=retrain)
        assert store.read_persons(came) == store.read_persons(studio.classifiers)
        files = [{path.name for path in (of / store.PREVIEWS).iterdir()} for of in (came, studio.classifiers)]
        assert files[0] == files[1]


def _renamed_and_forgotten(name: str, studio: Studio, data: Path, encoding: str) -> None:
    assume(name != "Somebody_Else")
    rename = ran(people.main, "rename", *stores(data), "--", name, "Somebody Else", encoding=encoding)
    assert rename.exit_code == 0, rename.stderr
    assert (studio.faces / "Somebody_Else").is_dir()
    assert not (studio.faces / name).exists()
    (studio.faces / "Somebody_Else").rename(studio.faces / name)
    assert ran(prepare.main, *folders(data), encoding=encoding).exit_code == 0
    dry = ran(people.main, "remove", "--dry_run", *stores(data), "--", name, encoding=encoding)
    assert dry.exit_code == 0
    assert ran(people.main, "remove", *stores(data), "--", name, encoding=encoding).exit_code == 0
    assert not (studio.faces / name).exists()
    assert name not in {picture.person for picture in enrolment.read_index(studio.aligned).pictures}


def test_the_report_of_persons_of_all_names_is_a_page_of_text():
    with a_studio(*HARD_FILES, pictures=2) as (studio, data):
        assert ran(prepare.main, *folders(data)).exit_code == 0
        page = (studio.classifiers / "report.html").read_bytes().decode()
        report = json.loads((studio.classifiers / "report.json").read_bytes())
    assert not UNWANTED.search(page)
    assert "<script" not in page
    assert "M\\xfcller" in page
    assert {person["name"] for person in report["persons"]} == {shown_name(name) for name in HARD_FILES}


@pytest.mark.usefixtures("undrawn")
def test_two_folders_that_look_the_same_stay_two_persons_and_are_told():
    composed, apart = "Zo\u00eb", "Zoe\u0308"
    with a_studio(composed, apart) as (studio, data):
        told = ran(prepare.main, *folders(data)).stdout
        assert "written alike, and known as 2 persons: Zoe\\u0308, Zo\\xeb" in told
        assert len(store.read_persons(studio.classifiers)) == 2
        assert ran(people.main, "merge", *stores(data), spelt_out(apart), composed).exit_code == 0
        assert [path.name for path in studio.faces.iterdir()] == [composed]


@pytest.mark.usefixtures("undrawn")
def test_a_person_is_found_however_the_accents_are_written():
    with a_studio("Zoe\u0308", "Ada") as (studio, data):
        assert ran(prepare.main, *folders(data)).exit_code == 0
        assert ran(people.main, "remove", *stores(data), "Zo\u00eb").exit_code == 0
        assert [path.name for path in studio.faces.iterdir()] == ["Ada"]


def test_a_name_that_two_are_written_by_must_be_spelt_out():
    both = ["Zoe\u0308\u0323", "Zo\u1eb9\u0308"]
    assert written_alike([*both, "Ada"]) == [sorted(both)]
    assert folders_called(both[0], both) == [both[0]]
    assert folders_called("Zoe\u0323\u0308", both) == sorted(both)


@pytest.mark.usefixtures("undrawn")
@given(st.lists(any_text, min_size=1, max_size=4), encodings)
@example(list(HARD), "cp1252")
@FEW
def test_a_new_name_is_taken_whole_or_refused_in_one_line(names, encoding):
    with a_studio("Ada", "Bob") as (studio, data):
        assert ran(prepare.main, *folders(data)).exit_code == 0
        before = "Ada"
        for name in names:
            done = ran(people.main, "rename", *stores(data), "--", before, name, encoding=encoding)
            if done.exit_code:
                assert done.exit_code == 1
                assert (studio.faces / before).is_dir()
            else:
                before = portable_folder(name)
                assert {path.name for path in studio.faces.iterdir()} == {before, "Bob"}


@pytest.mark.parametrize(
    "name", ["CON", "nul.txt", "Lpt1", "a.", "...", "x" * 300, os.fsdecode(b"\xfc"), "a\u202eb", "a/b"]
)
def test_a_new_name_that_some_system_could_not_keep_is_refused(name):
    with pytest.raises(InputError):
        portable_folder(name)


@pytest.mark.parametrize(
    "name",
    [
        "Console",
        "Zoe\u0308",
        "\u06cc\u200c\u0631",
        "王小明",
        "O'Neill",
        "J. R. R. Tolkien",
    ],
)
def test_a_new_name_of_people_is_taken(name):
    assert portable_folder(name)


@given(st.dictionaries(persons, any_text, min_size=1, max_size=3), encodings)
@example({name: name for name in HARD_FILES}, "ascii")
@FEW
def test_a_table_with_any_name_fills_what_is_said_of_that_person(rows, encoding):
    with tempfile.TemporaryDirectory() as folder:
        faces, table = Path(folder, "faces"), Path(folder, "people.csv")
        lines = []
        for name, said in rows.items():
            (faces / name).mkdir(parents=True)
            lines.append(",".join('"' + cell.replace('"', '""') + '"' for cell in (name, said)))
        table.write_bytes("\n".join(["name,position", *lines]).encode("utf-8", "backslashreplace"))
        words = (faces, table, "--column_data", "name=0", "position=1")
        assert ran(fill_meta.main, *words, encoding=encoding).exit_code == 0
        written = [json.loads(path.read_bytes()) for path in faces.glob("*/meta.json")]
        assert all(set(each) <= {"name", "position"} for each in written)
        assert ran(fill_meta.main, *words, encoding=encoding).exit_code == 0
        assert [json.loads(path.read_bytes()) for path in faces.glob("*/meta.json")] == written


@given(persons, file_names, st.sampled_from([tar_of, zip_of]))
@example(os.fsdecode(b"M\xfcller"), os.fsdecode(b"\xfc"), tar_of)
@example("\u06cc\u200c\u0631", "👩\u200d👩\u200d👧", zip_of)
@settings(FEW, max_examples=100)
def test_a_member_of_an_archive_comes_under_its_name_or_not_at_all(person, stem, pack):
    assume("\\" not in person + stem)  # which archives of Windows have for slashes
    assume(pack is tar_of or not _lone(person + stem))  # zipfile writes text only
    file = f"{os.fsdecode(os.fsencode(stem)[:200])}.jpg"
    assume(is_file_name(file))
    with tempfile.TemporaryDirectory() as folder:
        faces = Path(folder, "faces")
        archive = pack(Path(folder, "a"), (f"{person}/{file}", PICTURE))
        try:
            gather(ArchiveRequest(Address(str(archive))), faces, RecordingReporter())
        except DownloadError:
            assert not list(faces.glob("*/*"))
        else:
            (found,) = faces.glob("*/*")
            assert spelt_alike(found.parent.name, person)
            assert spelt_alike(found.name, file)


def spelt_alike(one: str, other: str) -> bool:
    return one == other or len(written_alike([one, other])) == 1


def _lone(name: str) -> bool:
    return any("\ud800" <= letter <= "\udfff" for letter in name)


def test_bytes_that_are_no_text_come_out_of_a_tar_as_they_went_in():
    with tempfile.TemporaryDirectory() as folder:
        name = os.fsdecode(b"M\xfcller/\xe9.jpg")
        gather(
            ArchiveRequest(Address(str(tar_of(Path(folder, "a"), (name, PICTURE))))),
            Path(folder, "faces"),
            RecordingReporter(),
        )
        assert Path(folder, "faces", name).read_bytes() == PICTURE


@given(any_text, any_text)
@FEW
def test_a_release_is_called_by_letters_that_any_file_can_bear_or_refused(name, version):
    with tempfile.TemporaryDirectory() as folder:
        catalogue = ["--catalog", folder, "--classifiers_dir", Path(folder, "none")]
        done = ran(export_classifiers.main, *catalogue, "--", name, version)
        assert done.exit_code in (1, 2)
        assert not list(Path(folder).rglob("*.tar"))


@given(persons, any_text.filter(bool), encodings)
@example(os.fsdecode(b"M\xfcller"), os.fsdecode(b"T\xfcr"), "utf-8")
@example("\x1b[31mred\x1b[0m", "a\nb", "cp1252")
@example("=1+1", "@SUM(A1)", "ascii")
@settings(FEW, max_examples=60)
def test_a_visit_of_anybody_to_any_camera_is_told_sent_recorded_and_found_again(person, camera, encoding):
    with tempfile.TemporaryDirectory() as folder:
        picture(Path(folder, "pictures", "1.png"))
        source = open_source(str(Path(folder, "pictures")), name=camera)
        assert unescaped(source.name) == camera
        subject = Subject(FACE, shown_name(person))
        event = Event(
            "1", "presence", Phase.BEGUN, subject, source.name, 10.0, 0.9, {"share": 1.0}, {"a": "<b>"}
        )
        delivery = Delivery(event, "webhook", b"\xff")
        body = json.loads(webhook._body(delivery))
        assert (body["name"], unescaped(body["camera"])) == (shown_name(person), camera)
        assert base64.b64decode(body["picture"]) == b"\xff"
        message = slack.message(event)
        assert not UNWANTED.search(message)
        assert "<" not in message
        with closing(Database(Path(folder, FILE))) as database:
            visit = Visit("1", subject, 10.0, 11.0, 0.9)
            Journal(database, None, queue=9).begin(visit, source.name, deliveries=[delivery])
            assert Outbox(database).next("webhook").event == event
        _asked(Path(folder), person, camera, encoding)


def _asked(folder: Path, person: str, camera: str, encoding: str) -> None:
    only = ["--history_dir", folder, f"--person={shown_name(person)}", f"--camera={escaped(camera)}"]
    found = ran(events.main, *only, "--format", "json")
    (visit,) = json.loads(found.stdout)
    assert (visit["person"], unescaped(visit["camera"])) == (shown_name(person), camera)
    assert ran(events.main, *only, encoding=encoding).exit_code == 0
    for style in ("csv", "json"):  # UTF-8 whatever the terminal has
        runs = [
            ran(events.main, *only, "--format", style, encoding=each, data=True)
            for each in ("utf-8", "gb18030")
        ]
        assert runs[0].stdout_bytes == runs[1].stdout_bytes
    _, line = ran(events.main, *only, "--format", "csv").stdout.splitlines()
    assert not any(cell.startswith(tuple("=+-@")) for cell in line.split(","))


@pytest.mark.parametrize("name", [os.fsdecode(b"M\xfcller"), "a\nb", "王小明", "x" * 200])
def test_a_film_of_any_name_is_seen_and_none_is_written_where_that_would_crash(name, tmp_path):
    (tmp_path / name).mkdir()
    film = tmp_path / name / f"{name}.mp4"
    write_film(tmp_path / "film.mp4", [coloured(RED)] * 3).rename(film)
    source = open_source(str(film))
    assert len(list(source.frames())) == 3
    assert unescaped(source.name) == str(film)
    if shown(name) != name:
        with pytest.raises(InputError, match="OpenCV writes no film to such a name"):
            FilmFile(film.with_name("out.mp4"), 10.0)


def test_a_hidden_name_fits_beside_the_longest_and_says_whose_it_is(tmp_path):
    long, other = tmp_path / ("é" * 127), tmp_path / ("é" * 126 + "e")
    for path in (long, other):
        path.mkdir()
        assert len(os.fsencode(beside(path).name)) <= LONGEST
        beside(path).mkdir()
    assert len(leftovers_of(long)) == len(leftovers_of(other)) == 1
    assert previous_of(long) != previous_of(other)
    discard(long)
    assert [path.name for path in tmp_path.iterdir() if not path.name.startswith(".")] == [other.name]
    with pytest.raises(InputError, match="is the root of all folders"):
        beside(Path("/"))


@pytest.mark.parametrize(
    "host", ["a..b", "x" * 300, os.fsdecode(b"\xfc"), "\n", "", "a b", "1.2.3.4/5", "\x1b[2J"]
)
def test_a_host_that_cannot_be_is_one_line_wherever_it_is_given(host, tmp_path):
    keys = tmp_path / "keys"
    assert ran(control.main, "--make_keys", keys).exit_code == 0
    for words in ((), ("--keys", keys)):
        told = ran(control.main, "status", "--host", host, "--timeout", 0.1, *words)
        assert "is no host's name or address" in told.stderr


@pytest.mark.parametrize("host", ["a..b", "x" * 300, os.fsdecode(b"\xfc"), "a\x1b[2J"])
def test_an_address_with_a_host_that_cannot_be_is_refused_before_anything_is_sent(host):
    with pytest.raises(InputError, match="--notify_webhook: give an https:// or http:// address"):
        webhook.WebhookChannel(f"https://{host}/", None)
    with pytest.raises(InputError, match="cannot be read"):
        Address(f"https://{host}/")


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (control.main, ["debug", os.fsdecode(b"\xfc")]),
        (control.main, ["debug", "[" * 50_000]),
        (control.main, [os.fsdecode(b"\xfc")]),
        (fill_meta.main, ["x", "y", "--column_data", "name=" + "9" * 5000]),
        (fill_meta.main, [os.fsdecode(b"\xfc"), "\x1b[2J", "--column_data", "name=0"]),
        (video.main, ["--no_window", "--video_source", "9" * 5000]),
        (video.main, ["--no_window", "--video_source", os.fsdecode(b"\xfc")]),
        (video.main, ["--no_window", "--video_source", os.fsdecode(b"rtsp://\xfc/\xfc")]),
        (video.main, ["--no_window", "--video_source", os.fsdecode(b"http://\xfc/a.mp4")]),
        (prepare.main, ["--download", os.fsdecode(b"https://host/\xfc")]),
        (prepare.main, ["--download", os.fsdecode(b"\xfc")]),
        (prepare.main, ["--input_dir", "/"]),
        (people.main, ["list", "--input_dir", "/"]),
        (people.main, ["list", "--" + os.fsdecode(b"\xfc")]),
    ],
)
def test_a_word_of_the_command_line_that_cannot_be_is_one_line(command, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for encoding in ("utf-8", "cp1252"):
        assert ran(command, *words, encoding=encoding).exit_code in (1, 2)
