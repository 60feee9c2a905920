"""Files brought over https, streamed and within a limit."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from ..errors import DownloadError, InputError
from .catalogue import Url
from .reporting import Reporter

MAX_BYTES = 1 << 30
_CHUNK = 1 << 18
_TIMEOUT = (10, 60)
_RETRY = Retry(total=3, backoff_factor=0.5, status_forcelist=(429, 500, 502, 503, 504), raise_on_status=False)


def download(url: Url, folder: Path, reporter: Reporter) -> Path:
    """Fetch what an address holds.

    Args:
        url: Where from.
        folder: Where a file that comes over the net is put.
        reporter: Told how far the download is.

    Returns:
        The file; for a file address, the one it names.

    Raises:
        DownloadError: It could not be fetched whole, or is larger than MAX_BYTES.
    """
    if url.address.startswith("file:"):
        return _local(url)
    target = folder / "download"
    with (
        _reasons(url),
        _unlogged("urllib3.connectionpool"),
        _unlogged("urllib3.util.retry"),
        _session(url) as session,
        session.get(url.address, stream=True, timeout=_TIMEOUT) as response,
    ):
        if not response.ok:
            raise DownloadError(f"{url}: the server answered {response.status_code}")
        _save(response, target, url, reporter)
    return target


def _local(url: Url) -> Path:
    path = Path(url2pathname(urlsplit(url.address).path))
    if not path.is_file():
        raise DownloadError(f"{url}: no such file")
    return path


def _save(response: requests.Response, target: Path, url: Url, reporter: Reporter) -> None:
    announced = response.headers.get("Content-Length", "")
    total = int(announced) if announced.isdigit() else None
    done = 0
    with target.open("wb") as file:
        for chunk in response.iter_content(_CHUNK):
            done += len(chunk)
            if done > MAX_BYTES:
                raise DownloadError(f"{url}: larger than {MAX_BYTES:,} bytes")
            file.write(chunk)
            reporter.progress(done, total)


@contextmanager
def _reasons(url: Url) -> Iterator[None]:
    # The library's own messages repeat the address with its secrets, so none of them is shown.
    try:
        yield
    except requests.Timeout:
        raise DownloadError(f"{url}: no answer in time") from None
    except requests.exceptions.SSLError:
        raise DownloadError(f"{url}: the server's certificate cannot be trusted") from None
    except (requests.exceptions.InvalidSchema, requests.TooManyRedirects, InputError):
        raise DownloadError(f"{url}: redirected to an address that is not followed") from None
    except requests.exceptions.ChunkedEncodingError:
        raise DownloadError(f"{url}: the connection broke before the end") from None
    except requests.RequestException:
        raise DownloadError(f"{url}: no connection") from None


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


def _session(url: Url) -> requests.Session:
    session = requests.Session()
    session.adapters.clear()
    session.mount(f"{urlsplit(url.address).scheme}://", _SafeAdapter(max_retries=_RETRY))
    return session


class _SafeAdapter(HTTPAdapter):
    """Sends to no address that could not have been given in the first place, redirects included."""

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        Url(request.url or "")
        return super().send(request, *args, **kwargs)
