"""The file of a network, out of whatever a path or an address holds."""

import hashlib
import shutil
from pathlib import Path
from urllib.parse import urlsplit

from ..errors import InputError, ModelError
from ..reporter import Reporter
from ..storage import archives
from ..storage.archives import ArchiveLimits
from ..storage.files import sha256_of
from ..storage.remote import fetch
from ..storage.remote.addresses import Address
from .convert.any_format import TORCH_SUFFIXES
from .uncarded import SAVED_MODEL, SUFFIXES

_SUFFIXES = frozenset({*SUFFIXES, *TORCH_SUFFIXES})
_ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz")
_LIMITS = ArchiveLimits(total_bytes=fetch.MAX_BYTES)
_FORMATS = "ONNX, OpenVINO IR (.xml), TensorFlow (.pb or a SavedModel), TFLite, or PyTorch's FaceNet (.pt)"


def bring(address: Address, folder: Path, reporter: Reporter, sha256: str | None = None) -> Path:
    """Bring a network.

    Args:
        address: A file, the folder of a SavedModel, or a zip or tar archive with one of them.
        folder: An empty folder to work in.
        reporter: Told how far the work is.
        sha256: What the file must have, in hexadecimal.

    Returns:
        The file, or the folder of the SavedModel.

    Raises:
        InputError: Anybody could change it on its way here, and no sha256 was given; or a folder has one.
        DownloadError: It could not be fetched, is too large, or not what was expected.
        ModelError: There is no network, or there are several.
    """
    if address.local and address.local.is_dir():
        if sha256:
            raise InputError(f"{address}: a folder has no sha256; leave --sha256 out")
        return _network_in(address.local, str(address))
    if address.scheme == "http" and not address.safe and not sha256:
        raise InputError(f"{address}: give an https:// address, or the --sha256 that the file must have")
    path = fetch.fetch(address, folder / "fetched", reporter, sha256=sha256)
    name = Path(urlsplit(address.address).path).name if address.local is None else path.name
    if name.lower().endswith(_ARCHIVES):
        return _unpacked(path, folder / "unpacked", str(address))
    if Path(name).suffix.lower() not in _SUFFIXES:
        raise ModelError(f"{address}: not a network; expected {_FORMATS}")
    if address.local is None:
        path = path.rename(folder / name)
    return path


def digest(network: Path) -> str:
    """A sha256 of all that makes a network: the file's own, or one over those of its several files."""
    if network.is_dir():
        files = sorted(path for path in network.rglob("*") if path.is_file())
    elif network.suffix.lower() == ".xml":
        files = [network, network.with_suffix(".bin")]
    else:
        return sha256_of(network)
    lines = [f"{sha256_of(path)}  {path.relative_to(files[0].parent)}" for path in files if path.exists()]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _unpacked(archive: Path, folder: Path, label: str) -> Path:
    numbered = folder / "numbered"
    numbered.mkdir(parents=True)
    for piece in archives.unpack(archive, numbered, _LIMITS, label, lambda _: True):
        target = (folder / "files").joinpath(*piece.parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        if piece.path and not target.exists():
            shutil.move(piece.path, target)
    return _network_in(folder / "files", label)


def _network_in(folder: Path, label: str) -> Path:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    saved = [path.parent for path in files if path.name == SAVED_MODEL]
    found = saved or [path for path in files if path.suffix.lower() in _SUFFIXES]
    if not found:
        raise ModelError(f"{label}: no network in it; expected {_FORMATS}")
    if len(found) > 1:
        raise ModelError(f"{label}: {found[0].name} and {found[1].name} are in it; give one network")
    return found[0]
