"""Files over http and https, from their beginning or from where the last connection broke."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError
from urllib3.util import Retry

from ...errors import DownloadError, InputError
from .addresses import Address
from .stream import BrokenConnectionError, Stream

_CHUNK = 1 << 18
_TIMEOUT = (10, 60)
_RETRY = Retry(total=3, backoff_factor=0.5, status_forcelist=(429, 500, 502, 503, 504), raise_on_status=False)
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+)")


@contextmanager
def opened(address: Address, start: int, validator: str | None) -> Iterator[Stream]:
    """Open what an address holds.

    Args:
        address: http or https.
        start: Offset in bytes from which it is wanted.
        validator: What the bytes before `start` were marked with; where the server's file bears
            another mark by now, it comes from its beginning.

    Raises:
        DownloadError: It is not there, or cannot be reached.
        BrokenConnectionError: The connection broke on the way.
    """
    headers = {"Accept-Encoding": "identity"}
    if start and validator:
        headers |= {"Range": f"bytes={start}-", "If-Range": validator}
    with (
        _reasons(address),
        _unlogged("urllib3.connectionpool"),
        _unlogged("urllib3.util.retry"),
        _session(address) as session,
        session.get(address.address, headers=headers, stream=True, timeout=_TIMEOUT) as response,
    ):
        if not response.ok:
            raise DownloadError(f"{address}: the server answered {response.status_code}")
        begins, total = _extent(response, start, address)
        yield Stream(begins, total, _validator(response), _chunks(response, address))


def _extent(response: requests.Response, start: int, address: Address) -> tuple[int, int | None]:
    """Where the answer begins, and how long the whole file is."""
    told = _RANGE.fullmatch(response.headers.get("Content-Range", ""))
    if response.status_code == requests.codes.partial_content:
        if not told or int(told[1]) != start:
            raise DownloadError(f"{address}: the server answered with another part than was asked for")
        return start, int(told[2])
    announced = response.headers.get("Content-Length", "")
    return 0, int(announced) if announced.isdigit() else None


def _validator(response: requests.Response) -> str | None:
    """A mark that If-Range takes: a strong ETag, or the date of the last change."""
    etag = response.headers.get("ETag", "")
    return etag if etag.startswith('"') else response.headers.get("Last-Modified")


def _chunks(response: requests.Response, address: Address) -> Iterator[bytes]:
    # Not decoded: a .tar.gz that a server calls a gzipped .tar stays the file that was published.
    try:
        yield from response.raw.stream(_CHUNK, decode_content=False)
    except (HTTPError, OSError):
        raise BrokenConnectionError(f"{address}: the connection broke before the end") from None


@contextmanager
def _reasons(address: Address) -> Iterator[None]:
    # The library's own messages repeat the address with its secrets, so none of them is shown.
    try:
        yield
    except requests.Timeout:
        raise DownloadError(f"{address}: no answer in time") from None
    except requests.exceptions.SSLError:
        raise DownloadError(f"{address}: the server's certificate cannot be trusted") from None
    except (requests.exceptions.InvalidSchema, requests.TooManyRedirects, _UnsafeRedirect):
        raise DownloadError(f"{address}: redirected to an address that is not followed") from None
    except requests.RequestException:
        raise DownloadError(f"{address}: no connection") from None


@contextmanager
def _unlogged(name: str) -> Iterator[None]:
    # These log each request and each retry with the address, token and all.
    logger = logging.getLogger(name)
    before = logger.disabled
    logger.disabled = True
    try:
        yield
    finally:
        logger.disabled = before


class _UnsafeRedirect(Exception):  # noqa: N818 - it never leaves this module
    pass


def _session(address: Address) -> requests.Session:
    session = requests.Session()
    session.adapters.clear()
    for scheme in ("http://", "https://"):
        session.mount(scheme, _SafeAdapter(address))
    return session


class _SafeAdapter(HTTPAdapter):
    """Follows no redirect from a safe address to one that is not."""

    def __init__(self, address: Address) -> None:
        super().__init__(max_retries=_RETRY)
        self._address = address

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        if self._address.safe and not _is_safe(request.url or ""):
            raise _UnsafeRedirect
        return super().send(request, *args, **kwargs)


def _is_safe(address: str) -> bool:
    try:
        return Address(address).safe
    except InputError:
        return False
