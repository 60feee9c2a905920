"""What is committed of the page: its types are the server's, and what is built asks nobody else."""

import re
from pathlib import Path

from page import make_records

STATIC = Path(__file__).parents[3] / "svod_rcgn" / "web" / "static"


def test_the_types_of_the_page_are_those_of_the_server():
    assert make_records.TARGET.read_text(encoding="utf-8") == make_records.typescript()


def test_all_that_the_page_begins_with_is_there_and_of_this_server():
    html = (STATIC / "index.html").read_text(encoding="utf-8")
    asked = re.findall(r'(?:src|href)="([^"]+)"', html)
    assert any(each.endswith(".js") for each in asked)
    assert all(each.startswith("./") and (STATIC / each).is_file() for each in asked)


def test_the_page_stands_under_the_strict_policy():
    html = (STATIC / "index.html").read_text(encoding="utf-8")
    assert not re.search(r"<style|style=|<script(?![^>]*src=)|\son\w+=", html)
    assert not [path for path in STATIC.rglob("*.css") if "data:" in path.read_text(encoding="utf-8")]


def test_the_licences_of_what_is_built_in_lie_beside_it():
    told = (STATIC / "licences.txt").read_text(encoding="utf-8")
    assert all(name in told for name in ("Svelte", "uqr", "Inter", "SIL OPEN FONT LICENSE"))
