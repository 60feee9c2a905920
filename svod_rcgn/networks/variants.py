"""The two variants of one version of a network of one's own: in full, and in 8 bits. One of them is in use.

variants.json lies beside both. What an unfinished change leaves behind is named by no card, and the network
that was in use before still is.
"""

from dataclasses import dataclass, replace
from pathlib import Path

from ..errors import InputError, ModelError
from ..storage import files, folders
from .card import CARD, INT8, ModelCard, read_card

FILE = "variants.json"
INT8_NETWORK = "network-int8.xml"
_WAIT = 60.0


@dataclass(frozen=True, slots=True)
class Variant:
    """What the card says of one variant only; `files` are its IR's with their sha256."""

    file: str
    precision: str
    least_nearness: float | None
    files: dict[str, str]


@dataclass(frozen=True, slots=True)
class Variants:
    """variants.json."""

    full: Variant
    int8: Variant


def variant_of(folder: Path, card: ModelCard) -> Variant:
    """What a card says of its variant, whose files lie in a folder."""
    names = card.file, str(Path(card.file).with_suffix(".bin"))
    sums = {name: files.sha256_of(folder / name) for name in names}
    return Variant(card.file, card.precision, card.least_nearness, sums)


def read(folder: Path) -> Variants | None:
    """Both variants of a version; None where there is only one, or where one is damaged."""
    try:
        found = files.read_record(folder / FILE, Variants)
    except InputError:
        return None
    sums = found.full.files | found.int8.files
    whole = all((folder / name).is_file() and files.sha256_of(folder / name) == sums[name] for name in sums)
    return found if whole else None


def write(folder: Path, full: Variant, int8: Variant) -> None:
    """Say what the variants in a folder are."""
    files.write_record(folder / FILE, Variants(full, int8))


def add_int8(folder: Path, made: Path, int8: Variant) -> None:
    """Put a network of 8 bits beside the full one of a version, and in use.

    Args:
        folder: Of the version, whose full network is in use.
        made: Holds the network of 8 bits.
        int8: What it is.

    Raises:
        ModelError: The version is damaged.
        BusyError: Another run has been working here for a minute.
    """
    with folders.locked(folder.parent, wait=_WAIT):
        full = variant_of(folder, read_card(folder))
        for name in int8.files:
            files.write_bytes(folder / name, (made / name).read_bytes())
        write(folder, full, int8)
        _put_in_use(folder, Variants(full, int8), int8)


def in_int8(folder: Path) -> bool:
    """Whether a version counts in 8 bits.

    Raises:
        ModelError: The version is damaged.
    """
    return read_card(folder).precision == INT8


def use_int8(folder: Path) -> bool:
    """Let the variant of 8 bits answer, and say whether there is one."""
    with folders.locked(folder.parent, wait=_WAIT):
        if found := read(folder):
            _put_in_use(folder, found, found.int8)
        return found is not None


def use_full(folder: Path) -> bool:
    """Let the full variant answer, and say whether another one did.

    Raises:
        ModelError: The version is damaged, or there is no full network beside that of 8 bits.
        BusyError: Another run has been working here for a minute.
    """
    with folders.locked(folder.parent, wait=_WAIT):
        if not in_int8(folder):
            return False
        found = read(folder)
        if found is None:
            raise ModelError(f"{folder}: the full network is not beside that of 8 bits; train again")
        _put_in_use(folder, found, found.full)
        return True


def _put_in_use(folder: Path, both: Variants, wished: Variant) -> None:
    """Only the card changes, at once; that of the full one names nothing of the other."""
    card = read_card(folder)
    others = both.int8.files.keys() | {FILE}
    sums = {name: digest for name, digest in card.files.items() if name not in others}
    if wished == both.int8:
        sums |= {**both.full.files, **both.int8.files, FILE: files.sha256_of(folder / FILE)}
    named = replace(
        card,
        file=wished.file,
        precision=wished.precision,
        least_nearness=wished.least_nearness,
        files=dict(sorted(sums.items())),
    )
    files.write_record(folder / CARD, named)
