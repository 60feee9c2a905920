"""What of an address may be shown."""

import re

SCHEMES = frozenset({"http", "https", "rtmp", "rtmps", "rtp", "rtsp", "rtsps", "srt", "tcp", "udp"})


def without_secrets(url: str) -> str:
    """A URL that may be printed: no user, password, query or fragment.

    Everything up to the last @ goes, since a password may itself hold a slash, a ? or an @.
    """
    return re.sub(r"[?#].*", "", re.sub(r"(?<=://).*@", "", url))
