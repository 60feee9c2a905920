"""What the document of the interface says may be answered, held against what is."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests

from tests.patience import PATIENCE


@dataclass(frozen=True, slots=True)
class Documented:
    """The operations of a document: a method, what its path is like, and the status codes that are named."""

    operations: tuple[tuple[str, re.Pattern[str], frozenset[int]], ...]

    def compare(self, method: str, path: str, status: int) -> None:
        """Fail where an operation answers as its document does not say; of other paths it says nothing."""
        bare = urlsplit(path).path
        named = [codes for each, like, codes in self.operations if each == method and like.fullmatch(bare)]
        assert not named or status in frozenset.union(*named), f"{method} {bare}: {status} is not documented"


UNSAID = Documented(())
"""For a site whose document cannot be had, or that is broken on purpose."""


def documented(url: str) -> Documented:
    """Read the document of a server."""
    document: dict[str, Any] = requests.get(f"{url}/api/openapi.json", timeout=PATIENCE).json()
    return Documented(
        tuple(
            (method.upper(), _like(path), frozenset(map(int, operation["responses"])))
            for path, operations in document["paths"].items()
            for method, operation in operations.items()
        )
    )


def _like(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{[^/]+?\\\}", "[^/]+", re.escape(path)))
