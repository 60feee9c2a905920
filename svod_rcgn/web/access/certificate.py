"""A certificate of one's own for this machine's names and addresses, so that others' cameras may be used."""

import hashlib
import socket
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import InputError
from ...storage import files

if TYPE_CHECKING:
    from cryptography import x509

CERTIFICATE, KEY = "certificate.pem", "key.pem"
LIFE = timedelta(days=397)  # browsers take no longer one
_RENEW = timedelta(days=30)
_INSTALL = "--self_signed needs another package: pip install 'svod-rcgn[tls]'"


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """Where certificate and key lie."""

    certificate: Path
    key: Path


def checked(tls: TlsFiles) -> TlsFiles:
    """The files, where they are a certificate and its key.

    Raises:
        InputError: They are not.
    """
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(tls.certificate, tls.key)
    except (OSError, ssl.SSLError) as error:
        raise InputError(
            f"{tls.certificate} and {tls.key}: are no certificate in PEM with its key: {error}"
        ) from error
    return tls


def fingerprint(certificate: Path) -> str:
    """SHA-256 of the certificate, as browsers show it.

    Raises:
        InputError: It cannot be read.
    """
    try:
        first = certificate.read_text(encoding="ascii").partition("-----END CERTIFICATE-----")
        der = ssl.PEM_cert_to_DER_cert(first[0][first[0].index("-----BEGIN") :] + first[1] + "\n")
    except (OSError, ValueError) as error:
        raise InputError(f"{certificate}: is no certificate in PEM: {error}") from error
    digest = hashlib.sha256(der).hexdigest().upper()
    return ":".join(digest[place : place + 2] for place in range(0, len(digest), 2))


def self_signed(folder: Path, names: Sequence[str]) -> TlsFiles:
    """A certificate for these names and addresses: the one in the folder, or a new one.

    It is made anew where a name is missing in it, and 30 days before its end.

    Raises:
        InputError: A package is missing, or the folder cannot be written to.
    """
    made = TlsFiles(folder / CERTIFICATE, folder / KEY)
    if not _is_good(made, names):
        _make(made, names)
    return checked(made)


def own_names() -> list[str]:
    """What this machine is called, and its addresses in the networks that it is in."""
    import psutil

    found = ["localhost", "127.0.0.1", "::1", socket.gethostname().lower()]
    for addresses in psutil.net_if_addrs().values():
        ours = [each for each in addresses if each.family in (socket.AF_INET, socket.AF_INET6)]
        found += [each.address for each in ours if not ip_address(each.address).is_link_local]
    return list(dict.fromkeys(name for name in found if name))


def _is_good(made: TlsFiles, names: Sequence[str]) -> bool:
    try:
        from cryptography import x509
    except ModuleNotFoundError:
        raise InputError(_INSTALL) from None
    try:
        known = x509.load_pem_x509_certificate(made.certificate.read_bytes())
        listed = known.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (OSError, ValueError, x509.ExtensionNotFound):
        return False
    there = {str(each.value) for each in listed}
    lasts = known.not_valid_after_utc - datetime.now(timezone.utc) > _RENEW
    return lasts and made.key.is_file() and set(names) <= there


def _make(made: TlsFiles, names: Sequence[str]) -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "svod-rcgn on this machine")])
    now = datetime.now(timezone.utc)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + LIFE)
        .add_extension(x509.SubjectAlternativeName([_general(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    files.write_bytes(made.key, key.private_bytes(pem, *plain), private=True)
    files.write_bytes(made.certificate, certificate.public_bytes(pem), private=True)


def _general(name: str) -> "x509.GeneralName":
    from cryptography import x509

    address: IPv4Address | IPv6Address
    try:
        address = ip_address(name)
    except ValueError:
        return x509.DNSName(name)
    return x509.IPAddress(address)
