import socket

import pytest

from svod_rcgn.commands import training_summary
from svod_rcgn.control.server import ControlServer
from svod_rcgn.control.settings import ControlSettings
from svod_rcgn.errors import ClassifierError


@pytest.fixture
def camera():
    """A camera that reloads as it is told to."""
    opened = []

    def start(reload):
        server = ControlServer(ControlSettings(port=0), {"reload_classifiers": lambda _: reload()})
        server.start()
        opened.append(server)
        return server.port

    yield start
    for server in opened:
        server.close()


def test_a_camera_that_runs_uses_what_was_trained(camera, capsys):
    training_summary.use_new_classifiers(camera(lambda: {"version": "tuesday", "classes": {}}))
    assert capsys.readouterr().out == "the camera that runs uses the classifiers of tuesday now\n"


def test_what_the_camera_does_not_take_is_a_warning(camera, capsys):
    def refuse():
        raise ClassifierError("meta.json: damaged")

    training_summary.use_new_classifiers(camera(refuse))
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == "warning: the running camera keeps the classifiers it had: meta.json: damaged\n"


def test_where_none_runs_nothing_is_said(capsys):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = probe.getsockname()[1]
    for port in (0, free):
        training_summary.use_new_classifiers(port)
    assert capsys.readouterr() == ("", "")
