"""The unit for systemd is one that systemd takes, and the options in it are those of the command."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from svod_rcgn.commands.video import main

UNIT = Path(__file__).parents[1] / "docs" / "svod-rcgn.service"


def test_systemd_takes_the_unit(tmp_path: Path):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd-analyze here; on Debian it is part of the package systemd")
    text = UNIT.read_text(encoding="utf-8")
    text = text.replace("/opt/svod-rcgn/.venv/bin/python", sys.executable).replace("User=svod", "User=root")
    (tmp_path / UNIT.name).write_text(text, encoding="utf-8")
    command = ["systemd-analyze", "verify", "--man=no", str(tmp_path / UNIT.name)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert UNIT.name not in result.stderr


def test_the_command_knows_its_options():
    known = {name for option in main.params for name in option.opts}
    (start,) = re.findall(r"^ExecStart=.*$", UNIT.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(re.findall(r"--\w+", start)) == {"--no_window", "--video_source"} <= known
